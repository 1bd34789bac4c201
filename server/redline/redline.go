// Package redline compares two texts word by word, as lawyers read a change.
//
// Sentences are compared first and words only within those that differ, so that a
// change never borrows words from its neighbours. The same texts give the same
// segments, whatever the load of the machine.
package redline

import (
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/sergi/go-diff/diffmatchpatch"
)

// Op says what became of a segment.
type Op string

// The operations.
const (
	Equal  Op = "equal"
	Insert Op = "insert"
	Delete Op = "delete"
)

// Run is text of one kind. A Whole one is compared as one word: the slot of a value.
type Run struct {
	Kind  string
	Text  string
	Whole bool
}

// Segment is a run and what became of it. The equal and deleted ones, joined, are the
// text before; the equal and inserted ones the text after.
type Segment struct {
	Op Op
	Run
}

// Text compares two texts of one kind.
func Text(before, after string) []Segment {
	head, tail := alike(before, after)
	middle := Compare([]Run{{Text: before[head : len(before)-tail]}}, []Run{{Text: after[head : len(after)-tail]}})
	if head == 0 && tail == 0 {
		return middle
	}
	var out []Segment
	for _, s := range append(append([]Segment{{Equal, Run{Text: before[:head]}}}, middle...), Segment{Equal, Run{Text: before[len(before)-tail:]}}) {
		switch n := len(out); {
		case s.Text == "":
		case n > 0 && out[n-1].Op == s.Op:
			out[n-1].Text += s.Text
		default:
			out = append(out, s)
		}
	}
	return out
}

// alike is how many bytes of whole sentences two texts begin and end with in common: they
// need not be taken apart.
func alike(a, b string) (head, tail int) {
	n := min(len(a), len(b))
	for i := 0; i < n && a[i] == b[i]; i++ {
		if i > 1 && opens(a, i) {
			head = i
		}
	}
	for i := 1; i <= n-head && a[len(a)-i] == b[len(b)-i]; i++ {
		if opens(a, len(a)-i) && opens(b, len(b)-i) {
			tail = i
		}
	}
	return head, tail
}

// opens tells whether a sentence surely begins at an offset: after a full stop and a blank,
// with a capital letter of ASCII.
func opens(text string, at int) bool {
	return at > 1 && 'A' <= text[at] && text[at] <= 'Z' && text[at-1] == ' ' && text[at-2] == '.'
}

// Compare compares two sequences of runs. The same words of another kind are a change.
func Compare(before, after []Run) []Segment {
	a, b := split(before), split(after)
	var out []Segment
	diff(sentences(a), sentences(b), false, func(op Op, gone, come [][]Run) {
		if op == Equal {
			out = add(out, Equal, gone)
			return
		}
		diff(flat(gone), flat(come), true, func(op Op, gone, come [][]Run) {
			if op == Equal {
				out = add(out, Equal, gone)
				return
			}
			out = add(add(out, Delete, gone), Insert, come)
		})
	})
	return out
}

// Changed tells whether the segments hold anything but what was there.
func Changed(segments []Segment) bool {
	for _, s := range segments {
		if s.Op != Equal {
			return true
		}
	}
	return false
}

// next is how many bytes the next word takes: letters and digits, white space, or one sign.
func next(text string) int {
	r, n := utf8.DecodeRuneInString(text)
	of := func(r rune) bool { return strings.ContainsRune(" \t\n\f\r", r) }
	switch {
	case letter(r):
		of = letter
	case !of(r):
		return n
	}
	for n < len(text) {
		r, size := utf8.DecodeRuneInString(text[n:])
		if !of(r) {
			break
		}
		n += size
	}
	return n
}

func letter(r rune) bool {
	if r < utf8.RuneSelf {
		return 'a' <= r && r <= 'z' || 'A' <= r && r <= 'Z' || '0' <= r && r <= '9'
	}
	return unicode.IsLetter(r) || unicode.IsNumber(r)
}

func split(runs []Run) []Run {
	var out []Run
	for _, r := range runs {
		if r.Whole {
			out = append(out, r)
			continue
		}
		out = slices.Grow(out, len(r.Text)/4)
		for rest := r.Text; rest != ""; {
			n := next(rest)
			out = append(out, Run{Kind: r.Kind, Text: rest[:n]})
			rest = rest[n:]
		}
	}
	return out
}

// sentences cuts the tokens after a full stop, when a capital letter or the end follows,
// and after a line break.
func sentences(tokens []Run) [][]Run {
	var out [][]Run
	from := 0
	for i := 1; i < len(tokens); i++ {
		if breaks(tokens[i-1]) || i >= from+2 && blank(tokens[i-1]) && ends(tokens[i-2]) && begins(tokens[i]) {
			out, from = append(out, tokens[from:i]), i
		}
	}
	if from < len(tokens) {
		out = append(out, tokens[from:])
	}
	return out
}

func breaks(t Run) bool { return !t.Whole && strings.Contains(t.Text, "\n") }
func blank(t Run) bool  { return strings.TrimSpace(t.Text) == "" && !t.Whole }
func ends(t Run) bool   { return !t.Whole && strings.Contains(".!?:;", t.Text) }
func begins(t Run) bool {
	r, _ := utf8.DecodeRuneInString(t.Text)
	return t.Whole || unicode.IsUpper(r)
}

func flat(sentences [][]Run) [][]Run {
	var out [][]Run
	for _, s := range sentences {
		for i := range s {
			out = append(out, s[i:i+1])
		}
	}
	return out
}

// diff compares two sequences whose members stand for one rune each. Semantic takes the
// small islands between two changes into the change: what a person would cross out in one stroke.
func diff(a, b [][]Run, semantic bool, tell func(Op, [][]Run, [][]Run)) {
	var known alphabet
	x, okX := known.runes(a)
	y, okY := known.runes(b)
	if !okX || !okY { // more different words than there are runes: nobody reads that as a change of words
		tell(Delete, a, b)
		return
	}
	diffs := changes(x, y, semantic)
	i, j := 0, 0
	fromI, fromJ := 0, 0
	flush := func() {
		if i > fromI || j > fromJ {
			tell(Delete, a[fromI:i], b[fromJ:j])
		}
	}
	for _, part := range diffs {
		n := utf8.RuneCountInString(part.Text)
		switch part.Type {
		case diffmatchpatch.DiffDelete:
			i += n
		case diffmatchpatch.DiffInsert:
			j += n
		default:
			flush()
			tell(Equal, a[i:i+n], b[j:j+n])
			i, j = i+n, j+n
			fromI, fromJ = i, j
		}
	}
	flush()
}

// alphabet gives every different member a rune of its own, from the planes for private use.
type alphabet struct {
	of   map[string]rune
	next rune
}

func (k *alphabet) runes(members [][]Run) ([]rune, bool) {
	if k.of == nil {
		k.of, k.next = map[string]rune{}, 0xE000
	}
	out := make([]rune, len(members))
	for i, m := range members {
		var key strings.Builder
		for _, r := range m {
			key.WriteString(r.Kind)
			key.WriteByte(0)
			key.WriteString(r.Text)
			key.WriteByte(0)
		}
		r, ok := k.of[key.String()]
		if !ok {
			switch k.next {
			case 0xF900:
				k.next = 0xF0000
			case 0xFFFFE:
				k.next = 0x100000
			case 0x10FFFE:
				return nil, false
			}
			r = k.next
			k.of[key.String()] = r
			k.next++
		}
		out[i] = r
	}
	return out, true
}

// add appends the runs, joined with the last segment where kind and operation are the same.
func add(out []Segment, op Op, members [][]Run) []Segment {
	var text strings.Builder
	for _, r := range slices.Concat(members...) {
		if last := len(out) - 1; last >= 0 && out[last].Op == op && out[last].Kind == r.Kind && !out[last].Whole && !r.Whole {
			text.WriteString(r.Text)
			continue
		}
		out = closed(out, &text)
		out = append(out, Segment{op, r})
	}
	return closed(out, &text)
}

// closed puts the collected text at the end of the last segment.
func closed(out []Segment, text *strings.Builder) []Segment {
	if text.Len() > 0 {
		out[len(out)-1].Text += text.String()
		text.Reset()
	}
	return out
}
