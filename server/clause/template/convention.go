package template

import (
	"regexp"
	"sort"
	"strings"
	"unicode"

	"klausul/server/word"
)

// hue is a colour as a person would name it.
type hue uint8

const (
	none hue = iota
	yellow
	green
	blue
	other
)

var highlights = map[string]hue{
	"yellow": yellow, "darkYellow": yellow, "green": green, "darkGreen": green, "blue": blue, "darkBlue": blue, "cyan": blue, "darkCyan": blue,
	"lightGray": other, "darkGray": other, "magenta": other, "darkMagenta": other, "red": other, "darkRed": other, "black": other, "white": none,
}

// hueOf names a colour given as RRGGBB. Greys are none: they shade, they do not mark.
func hueOf(hex string) hue {
	if len(hex) != 6 {
		return none
	}
	var c [3]int
	for i := range c {
		for _, d := range hex[2*i : 2*i+2] {
			c[i] *= 16
			if d >= 'A' {
				c[i] += int(d-'A') + 10
			} else {
				c[i] += int(d - '0')
			}
		}
	}
	r, g, b := c[0], c[1], c[2]
	high, low := max(r, g, b), min(r, g, b)
	switch {
	case high-low < 24:
		return none
	case abs(r-g) <= (high-low)/3 && b == low:
		return yellow
	case g == high && g-b > (high-low)/3:
		return green
	case b == high || b >= g && g > r:
		return blue
	}
	return other
}

func abs(i int) int { return max(i, -i) }

// marked is the hue behind a run.
func marked(r word.Run) hue {
	if r.Highlight != "" {
		return highlights[r.Highlight]
	}
	return hueOf(r.Shade)
}

var (
	// words that tell a writer what to do
	orders = regexp.MustCompile(`(?i)^[\s\[<(]*(indsæt|angiv|beskriv|udfyld|oplys|vælg|skriv|slet|anfør|her (indsættes|angives|beskrives)|insert|describe|state|specify|enter|choose|select|fill in|delete)\b`)
	aids   = regexp.MustCompile(`(?i)^[\s\[(]*(vejledning|hjælpetekst|til udfylder(en)?|note til udfyldelse|eksempel til inspiration|guidance|guidance note|drafting note)\b[^.]{0,40}:`)
)

// convention tells how a file marks its text, and by what.
func convention(ps []word.Paragraph, usual string) (Convention, []Evidence) {
	count := map[Reason]*Evidence{}
	see := func(r Reason, text string) {
		if count[r] == nil {
			count[r] = &Evidence{Reason: r, Example: cut(strings.TrimSpace(text), 60)}
		}
		count[r].Count++
	}
	var slots, sentences [other + 1]int // by hue: what looks to be filled in, what is whole text
	own := false
	for _, p := range ps {
		for _, b := range p.Bookmarks {
			own = own || strings.HasPrefix(b, "cl_") || strings.HasPrefix(b, "sec_")
		}
		for _, r := range p.Runs {
			if strings.TrimSpace(r.Text) == "" {
				continue
			}
			h := marked(r)
			if r, ok := byHue[h]; ok {
				see(r, p.Text())
			}
			if h != none {
				if slotlike(r.Text) {
					slots[h]++
				} else {
					sentences[h]++
				}
			}
			if h == none && r.Colour != usual && hueOf(r.Colour) != none && p.Level <= 0 {
				see(ByColour, r.Text)
			}
		}
		if italic(p) {
			see(ByItalics, p.Text())
		}
		if m := firstMark(p.Text()); m != "" {
			see(ByBrackets, m)
		}
	}
	var evidence []Evidence
	for _, e := range count {
		evidence = append(evidence, *e)
	}
	sort.Slice(evidence, func(i, j int) bool { return evidence[i].Reason < evidence[j].Reason })
	has := func(r Reason) bool { return count[r] != nil }
	switch {
	case own:
		return Own, evidence
	case has(ByGreen) && slots[green] >= sentences[green] && sentences[yellow] >= slots[yellow]:
		return Kombit, evidence
	case has(ByBlue) && !has(ByGreen) && sentences[yellow] > slots[yellow]:
		return Kombit, evidence
	case has(ByYellow) || has(ByGreen) || has(ByBlue) || has(ByColour):
		return State, evidence
	case has(ByBrackets):
		return Brackets, evidence
	}
	return Unmarked, evidence
}

var byHue = map[hue]Reason{yellow: ByYellow, green: ByGreen, blue: ByBlue, other: ByColour}

// slotlike says whether a coloured stretch looks like a place to fill in, not like text.
func slotlike(s string) bool {
	s = strings.TrimSpace(s)
	return hasMark(s) || orders.MatchString(s) || len([]rune(s)) <= 30 && !strings.HasSuffix(s, ".")
}

// italic says whether a whole paragraph is in italics.
func italic(p word.Paragraph) bool {
	text := false
	for _, r := range p.Runs {
		if strings.TrimSpace(r.Text) == "" {
			continue
		}
		if !r.Italic {
			return false
		}
		text = true
	}
	return text
}

// usualColour is the colour that most of the text has.
func usualColour(ps []word.Paragraph) string {
	letters := map[string]int{}
	for _, p := range ps {
		for _, r := range p.Runs {
			letters[r.Colour] += len(r.Text)
		}
	}
	best := ""
	for c, n := range letters {
		if n > letters[best] || n == letters[best] && c < best {
			best = c
		}
	}
	return best
}

// common are words that hardly a paragraph of one language lacks and the other has not.
var common = map[string]int{
	"og": 1, "der": 1, "skal": 1, "af": 1, "til": 1, "ikke": 1, "databehandleren": 1, "oplysninger": 1,
	"and": -1, "the": -1, "shall": -1, "of": -1, "to": -1, "not": -1, "processor": -1, "data": -1,
}

// language tells Danish from English by the commonest words.
func language(ps []word.Paragraph, said string) string {
	balance := 0
	for _, p := range ps[:min(len(ps), 200)] {
		for _, w := range strings.Fields(cut(p.Text(), 1000)) {
			balance += common[strings.ToLower(strings.Trim(w, ".,:;()"))]
		}
	}
	if balance < 0 || balance == 0 && said == "en" {
		return "en"
	}
	return "da"
}

// cut is the beginning of a text, cut at a letter.
func cut(s string, most int) string {
	if len(s) <= most {
		return s
	}
	for most > 0 && s[most]&0xc0 == 0x80 {
		most--
	}
	return strings.TrimRightFunc(s[:most], unicode.IsSpace) + "…"
}
