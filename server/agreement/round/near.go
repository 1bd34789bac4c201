package round

import (
	"hash/maphash"
	"slices"
	"strings"
	"unicode"

	"klausul/server/clause"
)

// print is the wording of a text as the sorted set of its pairs of words; of a text of one
// word that word.
type print []uint64

// seed is one for the whole process: prints are compared, never kept.
var seed = maphash.MakeSeed()

func printOf(text string) print {
	var out print
	last := uint64(0)
	n := 0
	for word := range strings.FieldsFuncSeq(text, func(r rune) bool { return !unicode.IsLetter(r) && !unicode.IsDigit(r) }) {
		h := maphash.String(seed, strings.ToLower(word))
		if n++; n > 1 {
			out = append(out, last*31+h)
		}
		last = h
	}
	if n == 1 {
		out = append(out, last)
	}
	slices.Sort(out)
	return slices.Compact(out)
}

// shared counts what two prints have in common.
func shared(a, b print) (n int) {
	for len(a) > 0 && len(b) > 0 {
		switch {
		case a[0] < b[0]:
			a = a[1:]
		case a[0] > b[0]:
			b = b[1:]
		default:
			n++
			a, b = a[1:], b[1:]
		}
	}
	return n
}

// near is how alike two wordings are, 0 to 1.
func near(a, b print) float64 {
	if len(a)+len(b) == 0 {
		return 0
	}
	return 2 * float64(shared(a, b)) / float64(len(a)+len(b))
}

// within is how much of a wording stands in another, 0 to 1.
func within(a, in print) float64 {
	if len(a) == 0 {
		return 0
	}
	return float64(shared(a, in)) / float64(len(a))
}

// union joins prints.
func union(all ...print) print {
	out := slices.Concat(all...)
	slices.Sort(out)
	return slices.Compact(out)
}

// telling are the signs that change what a text says.
const telling = "%‰§/<>≤≥=+±×°€$£&*"

// sameWords tells whether two texts differ at most in capitals, blanks and signs. Where there
// is a number or a sign that tells something, a point is more than a sign: 10,5 is not 105.
func sameWords(a, b string) bool {
	if strings.ContainsFunc(a+b, func(r rune) bool { return unicode.IsDigit(r) || strings.ContainsRune(telling, r) }) {
		plain := func(s string) string { return strings.ToLower(strings.ReplaceAll(clause.Normal(s), " ", "")) }
		return plain(a) == plain(b)
	}
	bare := func(s string) string {
		return strings.Map(func(r rune) rune {
			if unicode.IsLetter(r) || unicode.IsDigit(r) {
				return unicode.ToLower(r)
			}
			return -1
		}, s)
	}
	return bare(a) == bare(b)
}

func blank(s string) bool { return strings.TrimFunc(s, unicode.IsSpace) == "" }
