package template

import (
	"strings"

	"klausul/server/clause"
	"klausul/server/word"
)

// table places a whole data table at its first paragraph.
func (r *recogniser) table(i, t int) {
	if r.tables[t] {
		return
	}
	r.tables[t] = true
	var members []int
	inner, merged := false, false
	through := r.ps[i].At
	for k := i; k < len(r.ps); k++ {
		c := r.ps[k].Cell
		if c == nil {
			if r.ps[k].Part == word.TextBox {
				continue
			}
			break
		}
		if c.Table == t {
			members = append(members, k)
			through = r.ps[k].At
			merged = merged || c.Merged || c.Columns > 1
		} else {
			inner = inner || r.doc.Tables[c.Table].Inside != nil
		}
	}
	out := Paragraph{Class: Table, Through: through, Grid: &Grid{}, Confidence: Likely, Reasons: []Reason{ByOrder}}
	switch {
	case r.zone == outside:
		out.Class, out.Confidence, out.Reasons = Ignored, Sure, []Reason{r.why}
	case r.zone == front && r.section == nil:
		out.Class, out.Reasons = Cover, []Reason{BeforeHeading}
	case r.zone == listing && r.section == nil:
		out.Class, out.Confidence = Contents, Guess
	case r.section == nil:
		out.Class, out.Confidence, out.Reasons = Unplaced, Guess, []Reason{NoHeading}
	default:
		if r.clause == "" {
			r.clause = r.unique(r.section.key + "-0")
		}
		out.Section, out.Clause = r.section.key, r.clause
	}
	if merged {
		out.Reasons, out.Confidence = append(out.Reasons, MergedCells), Guess
	}
	if inner {
		out.Reasons, out.Confidence = append(out.Reasons, InnerTable), Guess
	}
	r.add(i, out)
	r.from[len(r.from)-1] = members
	for _, k := range members {
		if own := r.ownKey(k, "cl_"); own != "" && out.Class == Table {
			r.Paragraphs[len(r.Paragraphs)-1].Reasons = append(out.Reasons, ByBookmark)
		}
	}
}

// grid fills a table: bound to a collection that the register keeps when its headings are
// that collection's and nothing is filled in yet; otherwise with its own cells.
func (r *recogniser) grid(k int) {
	p := &r.Paragraphs[k]
	t := r.doc.Tables[r.ps[r.from[k][0]].Cell.Table]
	rows := make([][][]int, t.Rows) // the paragraphs of each cell
	for n := range rows {
		rows[n] = make([][]int, t.Columns)
	}
	for _, i := range r.from[k] {
		if c := r.ps[i].Cell; c.Row < t.Rows && c.Column < t.Columns {
			rows[c.Row][c.Column] = append(rows[c.Row][c.Column], i)
		}
	}
	heads := t.Heads
	if heads == 0 && len(rows) > 1 && r.headRow(rows[0]) {
		heads = 1
	}
	for n := range min(1, heads) {
		for _, cell := range rows[n] {
			p.Grid.Head = append(p.Grid.Head, r.cellText(cell))
		}
	}
	key := nonEmpty(p.Clause, p.Section)
	if p.Class == Cover {
		key = ""
	}
	if c, columns, ok := r.collection(key, p.Grid.Head); ok && r.unfilled(rows[min(heads, len(rows)):]) {
		p.Grid.Collection, p.Grid.Columns = c, columns
		p.Confidence = Likely
		return
	}
	for _, row := range rows[min(1, heads):] {
		cells := make([][]Span, len(row))
		label := ""
		for n, cell := range row {
			for _, i := range cell {
				spans := r.spansOf(r.ps[i].Runs, false)
				if len(cells[n]) > 0 && len(spans) > 0 {
					cells[n] = append(cells[n], normative("\n"))
				}
				cells[n] = append(cells[n], spans...)
			}
			r.bindCell(cells[n], key, label, n, p.Grid.Head)
			if text := r.cellText(cell); n == 0 && !hasMark(text) {
				label = text
			}
		}
		p.Grid.Cells = append(p.Grid.Cells, cells)
	}
}

// bindCell names the fields of a cell; what stands at the left or above is close to it too.
func (r *recogniser) bindCell(spans []Span, key, label string, column int, head []string) {
	if key == "" { // the front page: whose facts these are is said on the way
		text := wordingOf(spans)
		switch c, d := controllerIs.MatchString(text), processorIs.MatchString(text); {
		case c && !d:
			r.role = "controller"
		case d && !c:
			r.role = "processor"
		}
		key = nonEmpty(r.role, "cover")
	}
	for k := range spans {
		if spans[k].Kind != clause.FillIn {
			continue
		}
		before, after := around(spans, k)
		if before == "" && column < len(head) {
			before = head[column] + ": "
		}
		if before == "" || column >= len(head) {
			before = label + ": " + before
		}
		if label != "" && column > 0 {
			r.row = strings.TrimRight(cut(label, 50), " :")
			if column < len(head) && head[column] != "" {
				r.row += ": " + head[column]
			}
		}
		spans[k].Field = r.bind(spans[k], key, before, after, false)
		r.row = ""
	}
}

func (r *recogniser) cellText(cell []int) string {
	texts := make([]string, 0, len(cell))
	for _, i := range cell {
		if t := strings.TrimSpace(r.ps[i].Text()); t != "" {
			texts = append(texts, t)
		}
	}
	return strings.Join(texts, "\n")
}

// headRow says whether a first row reads as headings: short, all of it filled, and bold,
// in a style of its own, or no marks in it.
func (r *recogniser) headRow(row [][]int) bool {
	filled := 0
	for _, cell := range row {
		text := r.cellText(cell)
		if text == "" {
			continue
		}
		filled++
		if len(text) > 80 || hasMark(text) || strings.HasSuffix(text, ":") {
			return false
		}
	}
	if filled == len(row) && len(row) > 2 {
		return true
	}
	for _, cell := range row {
		for _, i := range cell {
			if strings.TrimSpace(r.ps[i].Text()) != "" && !bold(r.ps[i]) {
				return false
			}
		}
	}
	return filled > 0
}

// collection finds the list of the register that a table's headings are of: at least two
// columns of it, the first among them.
func (r *recogniser) collection(key string, head []string) (string, []string, bool) {
	for _, c := range standard().Collections {
		if !within(key, c.In) || len(head) < 2 {
			continue
		}
		columns := make([]string, len(head))
		used := map[string]bool{}
		for n, h := range head {
			for _, col := range c.Columns {
				if !used[col.Key] && col.Words.MatchString(h) {
					columns[n] = col.Key
					used[col.Key] = true
					break
				}
			}
			if columns[n] == "" {
				columns = nil
				break
			}
		}
		if columns != nil && used[c.Columns[0].Key] {
			return c.Key, columns, true
		}
	}
	return "", nil, false
}

// unfilled says whether rows hold nothing but marks.
func (r *recogniser) unfilled(rows [][][]int) bool {
	for _, row := range rows {
		for _, cell := range row {
			for _, i := range cell {
				for _, s := range r.spansOf(r.ps[i].Runs, false) {
					if s.Kind != clause.FillIn && s.Kind != clause.Guidance && strings.Trim(s.Text, " \t\n.,;") != "" || s.Filled {
						return false
					}
				}
			}
		}
	}
	return true
}
