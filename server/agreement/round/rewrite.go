package round

import (
	"strings"

	"klausul/server/clause"
	"klausul/server/redline"
	"klausul/server/render"
)

// Rewrite brings the wording of a clause from the lines that were sent to other ones. What
// stays keeps its spans: a place to fill in stays one as long as all of it stays, and what is
// written into the text is nobody's standard text. Blocks whose lines stay as they are stay
// as they are. The clause must be the filled one that the lines were made of; where the lines
// cannot be told apart any more, the clause becomes plain paragraphs.
func Rewrite(c clause.Clause, sent, to string) clause.Clause {
	if sent == to {
		return c
	}
	w := rewriting{c: c, sent: sent, told: told(c), bits: bitsOf(c, sent)}
	w.follow(compare(sent, to))
	return w.put()
}

// FieldAt is the question whose printed answer holds all of a stretch of a clause's lines,
// with the answer and where it begins; empty where there is none.
func FieldAt(c clause.Clause, sent string, from, to int) (path, text string, at int) {
	for _, b := range bitsOf(c, sent) {
		if b.span.Kind == clause.FillIn && b.span.Filled && b.span.Field != "" && b.from <= from && to <= b.to && b.from < b.to {
			return b.span.Field, sent[b.from:b.to], b.from
		}
	}
	return "", "", 0
}

// Text is the wording of a filled clause line by line, as the writer prints it.
func Text(c clause.Clause, language string) string {
	var lines []string
	for _, l := range told(c) {
		text := ""
		for _, s := range l.spans {
			if s.Kind == clause.FillIn && !s.Filled {
				s.Text = render.Hole(s.Text, language)
			}
			text += render.Clean(s.Text)
		}
		lines = append(lines, text)
	}
	return strings.Join(lines, "\n")
}

// line of a clause as the writer prints it, and what it is in the tree.
type toldLine struct {
	block     int // -1: the heading
	row, cell int // of a table; row -1 is its head
	spans     []clause.Span
}

// told are the lines that the writer makes of a clause, without the empty ones.
func told(c clause.Clause) []toldLine {
	var out []toldLine
	add := func(l toldLine) {
		text := ""
		for _, s := range l.spans {
			text += s.Text
		}
		if !blank(text) {
			out = append(out, l)
		}
	}
	if c.Heading != "" {
		add(toldLine{block: -1, spans: []clause.Span{{Kind: clause.Normative, Text: c.Heading}}})
	}
	for i, b := range c.Blocks {
		add(toldLine{block: i, spans: b.Spans})
		for _, item := range b.Items {
			add(toldLine{block: i, spans: item})
		}
		if b.Table == nil {
			continue
		}
		for n, row := range cells(b.Table) {
			for k, cell := range row {
				add(toldLine{block: i, row: n - 1, cell: k, spans: cell})
			}
		}
	}
	return out
}

// cells are a filled table's, its head first.
func cells(t *clause.Table) [][][]clause.Span {
	one := func(kind clause.SpanKind, texts []string) [][]clause.Span {
		row := make([][]clause.Span, len(texts))
		for i, text := range texts {
			row[i] = []clause.Span{{Kind: kind, Text: text, Filled: kind == clause.FillIn}}
		}
		return row
	}
	out := [][][]clause.Span{one(clause.Normative, t.Head)}
	for _, row := range t.Rows {
		out = append(out, one(clause.FillIn, row))
	}
	return append(out, t.Cells...)
}

// bit is a span as it stands in the lines that were sent.
type bit struct {
	from, to int
	line     int // of told; -1 nobody knows
	span     clause.Span
}

// bitsOf lays the spans of a clause over its lines. A line that they do not fit is one bit
// of standard text.
func bitsOf(c clause.Clause, sent string) []bit {
	lines, all := strings.Split(sent, "\n"), told(c)
	var out []bit
	from := 0
	for i, text := range lines {
		var laid []bit
		line := -1
		if len(lines) == len(all) {
			line = i
			laid = layBits(text, all[i].spans)
		}
		if laid == nil && text != "" {
			laid = []bit{{to: len(text), span: clause.Span{Kind: clause.Normative, Text: text}}}
		}
		for _, b := range laid {
			b.from, b.to, b.line = b.from+from, b.to+from, line
			out = append(out, b)
		}
		from += len(text) + 1
	}
	return out
}

// layBits finds the spans in a line, or gives nil. A hole goes up to the next span that is
// known; two holes side by side are one.
func layBits(text string, spans []clause.Span) []bit {
	var out []bit
	at := 0
	var hole *clause.Span
	from := 0
	for _, s := range spans {
		switch {
		case s.Kind == clause.Guidance || s.Text == "":
			continue
		case s.Kind == clause.FillIn && !s.Filled:
			if hole == nil {
				hole, from = &s, at
			}
			continue
		}
		words := render.Clean(s.Text)
		found := strings.Index(text[at:], words)
		if found < 0 || found > 0 && hole == nil {
			return nil
		}
		at += found
		if hole != nil {
			out, hole = append(out, bit{from: from, to: at, span: *hole}), nil
		}
		out = append(out, bit{from: at, to: at + len(words), span: s})
		at += len(words)
	}
	if hole != nil {
		return append(out, bit{from: from, to: len(text), span: *hole})
	}
	if !blank(text[at:]) {
		return nil
	}
	return out
}

// rewriting is a clause on its way to another wording.
type rewriting struct {
	c    clause.Clause
	sent string
	told []toldLine
	bits []bit
	out  []newLine
	cur  newLine
}

// newLine is a line of the new wording; from is the line of told that it stands for, -1 when
// it is new, and after the one that it follows then.
type newLine struct {
	from, after int
	instead     int // the line of told that went before it came, -1 none
	changed     bool
	spans       []clause.Span
}

func (w *rewriting) follow(segments []redline.Segment) {
	w.cur = newLine{from: -1, after: -1, instead: -1}
	at := 0
	for i := 0; i < len(segments); i++ {
		s := segments[i]
		switch {
		case s.Op == redline.Insert:
			w.insert(s.Text)
		case s.Op == redline.Delete && !pair(segments, i):
			w.cur.changed = true
			w.gone(at, at+len(s.Text))
			at += len(s.Text)
		default: // also what Word changes by itself: as it was sent
			w.keep(at, at+len(s.Text))
			at += len(s.Text)
			if s.Op == redline.Delete {
				i++
			}
		}
	}
	w.end()
}

// end ends a line. One without words is none.
func (w *rewriting) end() {
	if w.cur.from < 0 {
		w.cur.from = w.cur.instead
	}
	after := w.cur.after
	if w.cur.from >= 0 {
		after = w.cur.from
	}
	text := ""
	for _, s := range w.cur.spans {
		text += s.Text
	}
	if !blank(text) {
		w.out = append(w.out, w.cur)
	}
	w.cur = newLine{from: -1, after: after, instead: -1}
}

func (w *rewriting) insert(text string) {
	for i, part := range strings.Split(text, "\n") {
		if i > 0 {
			w.cur.changed = true
			w.end()
			w.cur.changed = true
		}
		if part != "" {
			w.cur.spans = append(w.cur.spans, clause.Span{Kind: clause.Supplementary, Text: part})
			w.cur.changed = true
		}
	}
}

// gone notes which line went before anything else came in its place.
func (w *rewriting) gone(from, to int) {
	for _, b := range w.bits {
		if b.line >= 0 && from <= b.from && b.from < to && w.cur.from < 0 && w.cur.instead < 0 && len(w.cur.spans) == 0 {
			w.cur.instead = b.line
		}
	}
}

// keep takes over a stretch of what was sent.
func (w *rewriting) keep(from, to int) {
	at := from
	for _, b := range w.bits {
		if b.to <= from || b.from >= to || b.from == b.to {
			continue
		}
		w.lineEnd(at, b.from)
		lo, hi := max(b.from, from), min(b.to, to)
		if w.cur.from < 0 {
			w.cur.from = b.line
		}
		w.cur.spans = append(w.cur.spans, b.part(w.sent, lo, hi))
		at = hi
	}
	w.lineEnd(at, to)
}

// lineEnd ends the line where a stretch that no span covers ends one.
func (w *rewriting) lineEnd(from, to int) {
	if from < to && strings.Contains(w.sent[from:to], "\n") {
		w.end()
	}
}

// part is a piece of a bit: of a place to fill in, all of it or plain words.
func (b bit) part(sent string, from, to int) clause.Span {
	if from == b.from && to == b.to {
		return b.span
	}
	s := b.span
	if s.Kind == clause.FillIn {
		s = clause.Span{Kind: clause.Supplementary, Text: s.Text}
	}
	text := render.Clean(s.Text)
	if len(text) != b.to-b.from { // a hole: it is printed otherwise than it is called
		return clause.Span{Kind: clause.Supplementary, Text: sent[from:to]}
	}
	s.Text = text[from-b.from : to-b.from]
	return s
}

// put makes the clause of the new lines.
func (w *rewriting) put() clause.Clause {
	c := w.c
	of := map[int][]newLine{}
	lost := map[int]bool{}
	known := len(w.told) > 0
	for _, b := range w.bits {
		known = known && b.line >= 0
	}
	if !known {
		return w.plain()
	}
	kept := map[int]bool{}
	for _, l := range w.out {
		if l.from >= 0 {
			kept[l.from] = true
		}
	}
	for i, t := range w.told {
		if !kept[i] {
			lost[t.block] = true
		}
	}
	first := 0
	if c.Heading != "" && len(w.told) > 0 && w.told[0].block < 0 {
		first = -1
	}
	for _, l := range w.out {
		block := first
		switch {
		case l.from >= 0:
			block = w.told[l.from].block
		case l.after >= 0:
			block = w.told[l.after].block
		}
		if block < 0 && (l.from < 0 || len(of[-1]) > 0) {
			block = 0 // a heading is one line
		}
		of[block] = append(of[block], l)
	}
	if first < 0 {
		c.Heading = ""
		for _, l := range of[-1] {
			c.Heading = plainText(l.spans)
		}
	}
	c.Blocks = nil
	for i, b := range w.c.Blocks {
		lines := of[i]
		if !lost[i] && !anyChanged(lines) {
			c.Blocks = append(c.Blocks, b)
			continue
		}
		c.Blocks = append(c.Blocks, w.block(b, lines)...)
	}
	for _, l := range of[len(w.c.Blocks)] { // a clause that had only a heading
		c.Blocks = append(c.Blocks, clause.Block{Kind: clause.Paragraph, Spans: l.spans})
	}
	c.Hash = c.Sum()
	return c
}

func anyChanged(lines []newLine) bool {
	for _, l := range lines {
		if l.changed || l.from < 0 {
			return true
		}
	}
	return false
}

func (w *rewriting) block(b clause.Block, lines []newLine) []clause.Block {
	switch b.Kind {
	case clause.List:
		b.Items = nil
		for _, l := range lines {
			b.Items = append(b.Items, l.spans)
		}
		if len(b.Items) == 0 {
			return nil
		}
		return []clause.Block{b}
	case clause.TableRows:
		return w.table(b, lines)
	}
	var out []clause.Block
	for _, l := range lines {
		out = append(out, clause.Block{Kind: clause.Paragraph, Spans: l.spans})
	}
	return out
}

// table puts lines back into their cells. Lines that came after a row's last cell, one for
// each column, are rows; any other goes to the cell that it follows.
func (w *rewriting) table(b clause.Block, lines []newLine) []clause.Block {
	was := cells(b.Table)
	columns := len(was[0])
	rows := make([][][]clause.Span, len(was))
	more := map[int][][]clause.Span{} // new lines behind a row
	for i := range was {
		rows[i] = make([][]clause.Span, len(was[i]))
	}
	for _, l := range lines {
		at := l.from
		if at < 0 {
			at = l.after
		}
		if at < 0 {
			more[0] = append(more[0], l.spans)
			continue
		}
		t := w.told[at]
		row, last := t.row+1, t.cell == columns-1
		switch {
		case l.from >= 0 && rows[row][t.cell] == nil:
			rows[row][t.cell] = l.spans
		case l.from < 0 && last:
			more[row] = append(more[row], l.spans)
		default:
			rows[row][t.cell] = append(append(rows[row][t.cell], clause.Span{Kind: clause.Supplementary, Text: " "}), l.spans...)
		}
	}
	table := &clause.Table{Head: make([]string, columns)}
	for k := range columns {
		table.Head[k] = plainText(rows[0][k])
	}
	for i := range rows {
		if i > 0 && !empty(rows[i]) {
			table.Cells = append(table.Cells, rows[i])
		}
		for extra := more[i]; len(extra) > 0 && columns > 0; {
			n := min(columns, len(extra))
			row := make([][]clause.Span, columns)
			copy(row, extra[:n])
			table.Cells, extra = append(table.Cells, row), extra[n:]
		}
	}
	if len(table.Cells) == 0 && plainText(flat(rows[0])) == "" {
		return nil
	}
	b.Table = table
	return []clause.Block{b}
}

func empty(row [][]clause.Span) bool { return plainText(flat(row)) == "" }

func flat(row [][]clause.Span) (out []clause.Span) {
	for _, cell := range row {
		out = append(out, cell...)
	}
	return out
}

func plainText(spans []clause.Span) string {
	text := ""
	for _, s := range spans {
		text += s.Text
	}
	return strings.TrimSpace(text)
}

// plain makes paragraphs of the lines, a heading of the first where there was one.
func (w *rewriting) plain() clause.Clause {
	c := w.c
	c.Blocks = nil
	for i, l := range w.out {
		if i == 0 && c.Heading != "" {
			c.Heading = plainText(l.spans)
			continue
		}
		c.Blocks = append(c.Blocks, clause.Block{Kind: clause.Paragraph, Spans: l.spans})
	}
	c.Hash = c.Sum()
	return c
}
