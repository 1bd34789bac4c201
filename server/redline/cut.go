package redline

import (
	"sort"
	"unicode/utf8"

	"github.com/sergi/go-diff/diffmatchpatch"
)

// The diff of two long texts that differ all over costs the product of their lengths. They
// are cut first, at what stands once in both, in the same order, so that only small pieces
// are compared word by word and the cost grows with the length.
const (
	small  = 512 * 512 // the product of lengths from which on texts are cut
	window = 512       // the piece that is taken where nothing tells where to cut
	agreed = 8         // so many words in a row, equal in both, end a piece
)

// grams are how many words in a row must stand once in both, tried one after the other:
// a rare word is seldom moved, and in a text that repeats itself only long rows are rare.
var grams = []int{1, 3, 8, 24}

// changes compares two sequences. Semantic takes the small islands between two changes
// into the change.
func changes(x, y []rune, semantic bool) []diffmatchpatch.Diff {
	d := diffmatchpatch.New()
	d.DiffTimeout = 0 // with one, the result would hang on the load
	compare := func(x, y []rune) []diffmatchpatch.Diff {
		diffs := d.DiffMainRunes(x, y, false)
		if semantic {
			diffs = d.DiffCleanupSemantic(diffs)
		}
		return diffs
	}
	var out []diffmatchpatch.Diff
	cut(x, y, 0, func(x, y []rune) {
		switch {
		case len(x) == 0 && len(y) == 0:
		case len(x) == 0:
			out = append(out, diffmatchpatch.Diff{Type: diffmatchpatch.DiffInsert, Text: string(y)})
		case len(y) == 0:
			out = append(out, diffmatchpatch.Diff{Type: diffmatchpatch.DiffDelete, Text: string(x)})
		case len(x)*len(y) <= small:
			out = append(out, compare(x, y)...)
		default:
			out = append(out, windows(x, y, compare)...)
		}
	})
	return out
}

// cut hands on the pieces of two sequences, in order: together they are the whole.
func cut(x, y []rune, level int, piece func(x, y []rune)) {
	if len(x)*len(y) <= small || level == len(grams) {
		piece(x, y)
		return
	}
	i, j := 0, 0
	for _, at := range anchors(x, y, grams[level]) {
		cut(x[i:at[0]], y[j:at[1]], level+1, piece)
		i, j = at[0], at[1]
	}
	cut(x[i:], y[j:], level+1, piece)
}

// anchors are the places where the same words stand that stand once in each sequence, as
// many as keep their order.
func anchors(x, y []rune, n int) [][2]int {
	in := once(x, n)
	var pairs [][2]int
	for gram, j := range once(y, n) {
		if i, both := in[gram]; both && i >= 0 && j >= 0 {
			pairs = append(pairs, [2]int{i, j})
		}
	}
	sort.Slice(pairs, func(a, b int) bool { return pairs[a][0] < pairs[b][0] })
	places := make([]int, len(pairs))
	for k, p := range pairs {
		places[k] = p[1]
	}
	row := Rising(places)
	out := make([][2]int, len(row))
	for n, k := range row {
		out[n] = pairs[k]
	}
	return out
}

// once is where rows of n stand; -1 when more than once.
func once(x []rune, n int) map[string]int {
	out := make(map[string]int, len(x))
	text := string(x)
	for i, from, to := 0, 0, width(x, n); to <= len(text) && i+n <= len(x); i++ {
		if _, twice := out[text[from:to]]; twice {
			out[text[from:to]] = -1
		} else {
			out[text[from:to]] = i
		}
		from += utf8.RuneLen(x[i])
		if i+n < len(x) {
			to += utf8.RuneLen(x[i+n])
		}
	}
	return out
}

// width is how many bytes the first n take.
func width(x []rune, n int) (bytes int) {
	for _, r := range x[:min(n, len(x))] {
		bytes += utf8.RuneLen(r)
	}
	return bytes
}

// windows compares piece by piece where nothing tells where to cut. A piece ends where the
// two last agree.
func windows(x, y []rune, compare func(x, y []rune) []diffmatchpatch.Diff) []diffmatchpatch.Diff {
	var out []diffmatchpatch.Diff
	for len(x) > window && len(y) > window {
		diffs := compare(x[:window], y[:window])
		i, j, keep, toI, toJ := 0, 0, len(diffs), window, window
		for k, d := range diffs {
			n := utf8.RuneCountInString(d.Text)
			if d.Type != diffmatchpatch.DiffInsert {
				i += n
			}
			if d.Type != diffmatchpatch.DiffDelete {
				j += n
			}
			if d.Type == diffmatchpatch.DiffEqual && n >= agreed {
				keep, toI, toJ = k+1, i, j
			}
		}
		out = append(out, diffs[:keep]...)
		x, y = x[toI:], y[toJ:]
	}
	for _, rest := range []struct {
		text []rune
		op   diffmatchpatch.Operation
	}{{x[:max(0, len(x)-window)], diffmatchpatch.DiffDelete}, {y[:max(0, len(y)-window)], diffmatchpatch.DiffInsert}} {
		if len(rest.text) > 0 {
			out = append(out, diffmatchpatch.Diff{Type: rest.op, Text: string(rest.text)})
		}
	}
	return append(out, compare(x[max(0, len(x)-window):], y[max(0, len(y)-window):])...)
}
