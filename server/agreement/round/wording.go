package round

import (
	"cmp"
	"slices"
	"strings"

	"klausul/server/clause"
	"klausul/server/redline"
)

// stretch is where a piece stands in the text of its unit.
type stretch struct{ from, to, piece int }

// wording is the text of a unit in a reading, with the pieces that it is made of.
type wording struct {
	text      string
	stretches []stretch
}

// wordingOf puts the pieces of a unit together. What goes on in one line stands in one.
func (f *file) wordingOf(pieces []int, s side) wording {
	var w wording
	var b strings.Builder
	last := -1
	for _, i := range pieces {
		p := &f.pieces[i]
		if !p.has(s) {
			continue
		}
		if b.Len() > 0 && (last != i-1 || !f.pieces[last].goesOn(p, s)) {
			b.WriteByte('\n')
		}
		from := b.Len()
		b.WriteString(p.text[s])
		w.stretches = append(w.stretches, stretch{from, b.Len(), i})
		last = i
	}
	w.text = b.String()
	return w
}

// where is the piece that stands at an offset, or the nearest one.
func (w wording) where(at int) int {
	if len(w.stretches) == 0 {
		return -1
	}
	after, _ := slices.BinarySearchFunc(w.stretches, at+1, func(s stretch, at int) int { return cmp.Compare(s.from, at) })
	return w.stretches[max(0, after-1)].piece
}

// longest is how many bytes are still compared word by word; nobody reads the redline of more.
const longest = 2 << 20

// compare is the redline of two texts.
func compare(before, after string) []redline.Segment {
	if len(before)+len(after) > longest {
		return []redline.Segment{{Op: redline.Delete, Run: redline.Run{Text: before}}, {Op: redline.Insert, Run: redline.Run{Text: after}}}
	}
	if before == after {
		return []redline.Segment{{Op: redline.Equal, Run: redline.Run{Text: after}}}
	}
	return redline.Text(before, after)
}

// pair tells whether the segment and the next one are only what Word changes by itself.
func pair(segments []redline.Segment, i int) bool {
	return i+1 < len(segments) && segments[i].Op == redline.Delete && segments[i+1].Op == redline.Insert && corrected(segments[i].Text, segments[i+1].Text)
}

// corrected tells whether two texts differ only in what Word changes by itself.
func corrected(a, b string) bool {
	return clause.Normal("x"+a+"x") == clause.Normal("x"+b+"x")
}

// hunk is one change of wording: what stood from..to became after.
type hunk struct {
	from, to      int // in the text before
	at            int // in the text after
	before, after string
}

func hunks(segments []redline.Segment) []hunk {
	var out []hunk
	open := false
	i, j := 0, 0
	for n := 0; n < len(segments); n++ {
		s := segments[n]
		if pair(segments, n) {
			i, j = i+len(s.Text), j+len(segments[n+1].Text)
			n, open = n+1, false
			continue
		}
		if s.Op == redline.Equal {
			i, j = i+len(s.Text), j+len(s.Text)
			open = false
			continue
		}
		if !open {
			out = append(out, hunk{from: i, to: i, at: j})
			open = true
		}
		h := &out[len(out)-1]
		if s.Op == redline.Delete {
			h.before += s.Text
			i += len(s.Text)
			h.to = i
		} else {
			h.after += s.Text
			j += len(s.Text)
		}
	}
	return out
}

func (h hunk) kind() Kind {
	switch {
	case h.before == "":
		return Inserted
	case h.after == "":
		return Deleted
	}
	return Replaced
}

// ruler finds where an offset in the second text of a redline stood in the first.
type ruler struct {
	segments []redline.Segment
	from, to []int // where each segment begins, in the first text and in the second
}

func rulerOf(segments []redline.Segment) ruler {
	r := ruler{segments: segments, from: make([]int, len(segments)), to: make([]int, len(segments))}
	i, j := 0, 0
	for n, s := range segments {
		r.from[n], r.to[n] = i, j
		if s.Op != redline.Insert {
			i += len(s.Text)
		}
		if s.Op != redline.Delete {
			j += len(s.Text)
		}
	}
	return r
}

// sent is the place in the first text; what was inserted stands where it came in.
func (r ruler) sent(at int) int {
	n, _ := slices.BinarySearchFunc(r.to, at, cmp.Compare[int])
	for n > 0 && (n == len(r.to) || r.to[n] > at || r.to[n] == at && r.segments[n-1].Op == redline.Equal) {
		n--
	}
	if n >= len(r.segments) {
		return 0
	}
	if r.segments[n].Op == redline.Equal {
		return r.from[n] + min(at-r.to[n], len(r.segments[n].Text))
	}
	return r.from[n]
}

// touches tells whether a change touches standard text: takes something of it away, or
// comes into it. What follows a whole sentence of it, or is put before one, or stands beside
// a value that is filled in, is an addition.
func (u *unit) touches(from, to int, after string) bool {
	left, right := clause.SpanKind(""), clause.SpanKind("")
	inside := false
	for _, s := range u.spans {
		if s.kind == clause.Normative && s.from < to && from < s.to && !blank(u.text[max(from, s.from):min(to, s.to)]) {
			return true
		}
		switch {
		case s.from < from && from < s.to:
			inside = inside || s.kind == clause.Normative
		case s.to == from:
			left = s.kind
		case s.from == from:
			right = s.kind
		}
	}
	if from < to || blank(after) {
		return false
	}
	begins, ends := from == 0 || u.text[from-1] == '\n', from == len(u.text) || u.text[from] == '\n'
	switch {
	case ends && strings.HasPrefix(after, "\n"), begins && strings.HasSuffix(after, "\n"):
		return false // a line of its own
	case inside:
		return true
	case left == clause.FillIn || right == clause.FillIn:
		return false
	case left == clause.Normative:
		return !ended(u.text[:from])
	case right == clause.Normative:
		return !ended(after)
	}
	return false
}

// ended tells whether a text ends with a sentence.
func ended(text string) bool {
	text = strings.TrimRight(text, " \t\n\u00a0\"”’')")
	return text == "" || strings.ContainsAny(text[len(text)-1:], ".!?:;")
}

// marked lays the unit's spans over a redline, and marks what touches standard text.
func (u *unit) marked(segments []redline.Segment) []Segment {
	var out []Segment
	at, touched := 0, false // touched: what was just deleted is standard text
	for i := 0; i < len(segments); i++ {
		s := segments[i]
		if s.Op == redline.Insert {
			if i == 0 || segments[i-1].Op == redline.Equal {
				touched = u.touches(at, at, s.Text)
			}
			out = append(out, Segment{s, touched})
			continue
		}
		if pair(segments, i) { // as it was sent
			s.Op = redline.Equal
			i++
		}
		touched = false
		for rest := s.Text; rest != ""; {
			kind, n := u.kindAt(at)
			n = min(n, len(rest))
			part := Segment{Segment: s}
			part.Text, part.Kind = rest[:n], string(kind)
			part.Touched = s.Op == redline.Delete && kind == clause.Normative && !blank(part.Text)
			touched = touched || part.Touched
			out = append(out, part)
			rest, at = rest[n:], at+n
		}
	}
	return out
}

// kindAt is the kind of what stands at an offset, and how far it goes on.
func (u *unit) kindAt(at int) (clause.SpanKind, int) {
	n := len(u.text) - at
	for _, s := range u.spans {
		if s.from <= at && at < s.to {
			return s.kind, s.to - at
		}
		if s.from > at {
			n = min(n, s.from-at)
		}
	}
	return "", max(n, 1)
}
