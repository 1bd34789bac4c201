// Package redline compares two texts word by word, as lawyers read a change.
//
// Sentences are compared first and words only within those that differ, so that a
// change never borrows words from its neighbours. The same texts give the same
// segments, whatever the load of the machine.
package redline

import (
	"regexp"
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
	return Compare([]Run{{Text: before}}, []Run{{Text: after}})
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

var token = regexp.MustCompile(`[\p{L}\p{N}]+|\s+|(?s:.)`)

func split(runs []Run) []Run {
	var out []Run
	for _, r := range runs {
		if r.Whole {
			out = append(out, r)
			continue
		}
		for _, word := range token.FindAllString(r.Text, -1) {
			out = append(out, Run{Kind: r.Kind, Text: word})
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
			key.WriteString(r.Kind + "\x00" + r.Text + "\x00")
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
