package template

import (
	"regexp"
	"strings"
	"unicode/utf8"

	"klausul/server/clause"
	"klausul/server/word"
)

// piece is a stretch of a paragraph of one kind, by bytes.
type piece struct {
	kind   clause.SpanKind
	reason Reason
	filled bool
	mark   int // tells marks apart that stand side by side
}

// squeezed makes long white space one blank.
func squeezed(s string) string {
	n := 0
	for i := range len(s) {
		if b := s[i]; b != ' ' && b != '\t' && b != 0xc2 && b != 0xa0 {
			n = 0
		} else if n++; n == 9 {
			return wide.ReplaceAllString(s, " ")
		}
	}
	return s
}

var wide = regexp.MustCompile(`[ \t\x{a0}]{9,}`)

// spansOf cuts a paragraph at what its colours and brackets say may be done with it.
func (r *recogniser) spansOf(runs []word.Run, option bool) []Span {
	var text strings.Builder
	var pieces []piece // one per byte would be simple; one per run is enough
	var ends []int
	for n, run := range runs {
		run.Text = squeezed(run.Text) // white space of any length is one blank in norm/1
		text.WriteString(run.Text)
		pieces = append(pieces, r.pieceOf(run, n, option))
		ends = append(ends, text.Len())
	}
	s := text.String()
	pieces, ends = r.decide(s, pieces, ends)
	pieces, ends = overlay(s, pieces, ends)
	return trimmed(s, pieces, ends)
}

// pieceOf is what the look of a run says under the file's convention.
func (r *recogniser) pieceOf(run word.Run, n int, option bool) piece {
	switch {
	case run.Style == "Missing":
		return piece{clause.FillIn, ByStyle, false, n + 1}
	case run.Style == "Filled":
		return piece{clause.FillIn, ByStyle, true, n + 1}
	case run.Placeholder:
		return piece{clause.FillIn, ByPlaceholder, false, 0}
	}
	h := marked(run)
	coloured := h == none && run.Colour != r.usual && hueOf(run.Colour) != none
	switch r.Convention {
	case State:
		switch {
		case h == yellow && option && !slotlike(run.Text):
			return piece{clause.Normative, ByYellow, false, 0}
		case h == yellow:
			return piece{clause.FillIn, ByYellow, false, 0}
		case h != none:
			return piece{clause.Supplementary, byHue[h], false, 0}
		case coloured:
			return piece{clause.Supplementary, ByColour, false, 0}
		}
	case Kombit:
		switch {
		case h == green:
			return piece{clause.FillIn, ByGreen, false, 0}
		case h == yellow || h == blue:
			return piece{clause.Supplementary, byHue[h], false, 0}
		case run.Italic:
			return piece{clause.Guidance, ByItalics, false, 0}
		}
	}
	return piece{kind: clause.Normative}
}

// decide joins stretches of one kind, and tells a long yellow instruction from a slot.
func (r *recogniser) decide(s string, pieces []piece, ends []int) (outP []piece, outE []int) {
	for i, p := range pieces {
		if n := len(outP); n > 0 && outP[n-1] == p {
			outE[n-1] = ends[i]
			continue
		}
		outP, outE = append(outP, p), append(outE, ends[i])
	}
	from := 0
	for i, p := range outP {
		stretch := strings.TrimSpace(s[from:outE[i]])
		if p.kind == clause.FillIn && (p.reason == ByYellow || p.reason == ByGreen) {
			marked := hasMark(stretch)
			switch {
			case aids.MatchString(stretch), orders.MatchString(stretch) && len(stretch) > 80 && !marked:
				outP[i].kind = clause.Guidance
			case len(stretch) > 120 && !marked && r.Convention == State:
				outP[i].kind = clause.Guidance
			case marked && len(stretch) > 40+len(firstMark(stretch)):
				outP[i].kind = clause.Normative // the marks in it are laid over below
			}
		}
		from = outE[i]
	}
	return outP, outE
}

// overlay lays the marks in brackets over what the looks say.
func overlay(s string, pieces []piece, ends []int) (outP []piece, outE []int) {
	found := findMarks(s)
	if len(found) == 0 {
		return pieces, ends
	}
	from := 0
	emit := func(p piece, to int) {
		if to > from {
			outP, outE = append(outP, p), append(outE, to)
			from = to
		}
	}
	at := 0
	for n, f := range found {
		for at < len(ends) && ends[at] <= f[0] {
			emit(pieces[at], ends[at])
			at++
		}
		if at == len(ends) {
			break
		}
		if pieces[at].kind == clause.Guidance || pieces[at].reason == ByStyle {
			continue
		}
		emit(pieces[at], f[0])
		p := piece{clause.FillIn, ByBrackets, false, 10_000 + n}
		inner := s[f[0]:f[1]]
		switch {
		case strings.ContainsAny(inner[:1], "_.…"):
			p.reason = ByBlank
		case len(inner) > 160, aids.MatchString(inner):
			p.kind = clause.Guidance
		}
		emit(p, f[1])
		for at < len(ends) && ends[at] <= f[1] {
			at++
		}
	}
	for ; at < len(ends); at++ {
		emit(pieces[at], ends[at])
	}
	return outP, outE
}

// trimmed makes spans: no white space at the ends of the paragraph, none inside a mark.
func trimmed(s string, pieces []piece, ends []int) []Span {
	const white = " \t\n\r\u00a0"
	begin := len(s) - len(strings.TrimLeft(s, white))
	end := len(strings.TrimRight(s, white))
	var out []Span
	var last piece
	add := func(p piece, text string) {
		if text == "" {
			return
		}
		if n := len(out); n > 0 && last.kind == p.kind && last.filled == p.filled && last.mark == p.mark && p.kind == out[n-1].Kind {
			out[n-1].Text += text
			return
		}
		out = append(out, Span{Kind: p.kind, Text: text, Filled: p.filled, Reason: p.reason})
		last = p
	}
	from := 0
	for i, p := range pieces {
		a, b := max(from, begin), min(ends[i], end)
		from = ends[i]
		if a >= b {
			continue
		}
		text := s[a:b]
		core := strings.Trim(text, white)
		if p.kind != clause.FillIn || core == text {
			add(p, text)
			continue
		}
		if core == "" { // a coloured blank marks nothing
			add(piece{kind: clause.Normative}, text)
			continue
		}
		k := strings.Index(text, core)
		add(piece{kind: clause.Normative}, text[:k])
		add(p, core)
		add(piece{kind: clause.Normative}, text[k+len(core):])
	}
	return out
}

// around gives what stands close before and after a span.
func around(spans []Span, k int) (before, after string) {
	for i := k - 1; i >= 0 && len(before) < 80; i-- {
		before = spans[i].Text + before
	}
	for i := k + 1; i < len(spans) && len(after) < 40; i++ {
		after += spans[i].Text
	}
	return tail(before, 80), head40(after)
}

func tail(s string, most int) string {
	if len(s) <= most {
		return s
	}
	s = s[len(s)-most:]
	for len(s) > 0 && !utf8.RuneStart(s[0]) {
		s = s[1:]
	}
	return s
}

func head40(s string) string {
	if len(s) <= 40 {
		return s
	}
	n := 40
	for n > 0 && !utf8.RuneStart(s[n]) {
		n--
	}
	return s[:n]
}
