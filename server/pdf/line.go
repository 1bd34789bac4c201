package pdf

import (
	"math"
	"slices"
	"strings"
	"unicode"
)

// line is a line as it is printed.
type line struct {
	text   string
	height float64 // of its base above the page's lower edge, in points
	size   float64 // of its first letter
}

// A gap between two lines is one when it is so much wider than lines of their size usually
// are apart, and two sizes are two when they differ by so much.
const (
	wider = 1.25
	other = 1.04
)

// legible tells whether there is a letter on the page.
func legible(lines []line) bool {
	return slices.ContainsFunc(lines, func(l line) bool { return strings.ContainsFunc(l.text, unicode.IsLetter) })
}

// spaced are the texts of pages, with an empty line where a gap is or the size changes.
func spaced(pages [][]line) []string {
	usual := pitches(pages)
	out := make([]string, len(pages))
	for i, lines := range pages {
		var b strings.Builder
		for k, l := range lines {
			if k > 0 && apart(lines[k-1], l, usual) {
				b.WriteByte('\n')
			}
			b.WriteString(l.text)
			b.WriteByte('\n')
		}
		out[i] = b.String()
	}
	return out
}

func apart(before, l line, usual map[float64]float64) bool {
	if sized(before) != sized(l) && max(before.size, l.size) > other*min(before.size, l.size) {
		return true
	}
	return before.height-l.height > wider*usual[sized(l)] && usual[sized(l)] > 0
}

// pitches tells by size how far lines are apart within a paragraph: a quarter of them is
// nearer, most are, and paragraphs and pages are further.
func pitches(pages [][]line) map[float64]float64 {
	gaps := map[float64][]float64{}
	for _, lines := range pages {
		for k, l := range lines[:max(0, len(lines)-1)] {
			next := lines[k+1]
			if gap := l.height - next.height; gap > l.size/2 && sized(l) == sized(next) {
				gaps[sized(l)] = append(gaps[sized(l)], gap)
			}
		}
	}
	out := map[float64]float64{}
	for size, of := range gaps {
		slices.Sort(of)
		out[size] = of[len(of)/4]
	}
	return out
}

// sized is a size by which lines are counted together: in half points.
func sized(l line) float64 { return math.Round(l.size*2) / 2 }
