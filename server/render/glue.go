package render

import (
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"
)

// before are the words that a number, a letter or a capital after them belongs to:
// "stk. 2", "litra a", "Bilag C", "kl. 14.30".
var before = []string{"§", "§§", "stk.", "nr.", "art.", "artikel", "artiklerne", "litra", "pkt.", "punkt", "kap.", "kapitel", "bilag", "afsnit", "side", "s.", "kl.", "ca.", "cvr-nr.", "cpr-nr.", "tlf.",
	"no.", "article", "articles", "section", "sections", "chapter", "point", "page", "annex", "clause", "para."}

// units are the words that belong to the number before them: "24 timer", "10 %".
var units = []string{"%", "‰", "°c", "time", "timer", "timers", "minut", "minutter", "sekunder", "dag", "dage", "dages", "døgn", "arbejdsdag", "arbejdsdage", "hverdage", "uge", "uger", "ugers", "måned", "måneder", "måneders", "år", "års", "årlige",
	"kr", "kr.", "dkk", "eur", "euro", "mio.", "mia.", "pct.", "procent", "personer", "sider", "stk.", "km", "m", "m²", "mb", "gb", "tb",
	"hour", "hours", "minute", "minutes", "seconds", "day", "days", "week", "weeks", "month", "months", "year", "years", "percent", "people", "pages"}

// longest is how many letters of a word say whether it is glued.
const longest = 14

// glued says whether the space between two words belongs inside what must not be torn
// apart at the end of a line: "§ 11", "art. 28", "24 timer", "1. januar 2027", "29 18 98 46".
func glued(left, right string) bool {
	if left == "" || right == "" {
		return false
	}
	last, _ := utf8.DecodeLastRuneInString(left)
	first, size := utf8.DecodeRuneInString(right)
	if last == '§' {
		return true
	}
	left = strings.ToLower(strings.TrimLeft(left, "(“\"»["))
	if slices.Contains(before, left) {
		next, _ := utf8.DecodeRuneInString(right[size:])
		return unicode.IsDigit(first) || unicode.IsUpper(first) || first == '[' || unicode.IsLower(first) && !unicode.IsLetter(next)
	}
	word := strings.ToLower(strings.TrimRight(right, ",;:)”\"«]"))
	bare := strings.TrimRight(word, ".")
	switch {
	case unicode.IsDigit(last):
		return slices.Contains(units, word) || slices.Contains(units, bare) || isMonth(bare) ||
			unicode.IsDigit(first) && len(left) <= 4 && len(bare) <= 4
	case last == '.' && len(left) <= 3 && unicode.IsDigit(rune(left[0])):
		return isMonth(bare)
	}
	return unicode.IsDigit(first) && isMonth(strings.TrimRight(left, "."))
}

func isMonth(word string) bool {
	for _, w := range languages {
		for _, m := range w.months {
			if strings.EqualFold(m, word) {
				return true
			}
		}
	}
	return false
}

// gluedAt is glued for the space at g[i].
func gluedAt(g []glyph, i int) bool {
	if i == 0 || i+1 >= len(g) || !mayGlue(g[i-1].r, g[i+1].r) {
		return false
	}
	from, to := i, i+1
	for from > 0 && i-from <= longest && g[from-1].r != ' ' && g[from-1].r != '\n' {
		from--
	}
	for to < len(g) && to-i <= longest && g[to].r != ' ' && g[to].r != '\n' {
		to++
	}
	word := func(g []glyph) string {
		var b strings.Builder
		for _, c := range g {
			if c.r != 0 {
				b.WriteRune(c.r)
			}
		}
		return b.String()
	}
	return glued(word(g[from:i]), word(g[i+1:to]))
}

// mayGlue tells most spaces apart from those worth a closer look.
func mayGlue(last, first rune) bool {
	digit := func(r rune) bool { return r >= '0' && r <= '9' }
	return last == '§' || last == '.' || digit(last) || digit(first) || first == 0 || first == '[' || unicode.IsUpper(first) ||
		last == 'a' // "litra a": the one word that a small letter follows without a full stop
}

// unbroken puts no-break spaces where a line must not end, across runs.
func unbroken(runs []Run) []Run {
	type place struct{ run, at int }
	var all []rune
	var places []place
	out := slices.Clone(runs)
	letters := make([][]rune, len(runs))
	for i, r := range runs {
		letters[i] = []rune(r.Text)
		for at, c := range letters[i] {
			all, places = append(all, c), append(places, place{i, at})
		}
	}
	for i := 1; i+1 < len(all); i++ {
		if all[i] != ' ' || !mayGlue(all[i-1], all[i+1]) {
			continue
		}
		from, to := i, i+1
		for from > 0 && i-from <= longest && !unicode.IsSpace(all[from-1]) {
			from--
		}
		for to < len(all) && to-i <= longest && !unicode.IsSpace(all[to]) {
			to++
		}
		if glued(string(all[from:i]), string(all[i+1:to])) {
			letters[places[i].run][places[i].at] = '\u00a0'
		}
	}
	for i := range out {
		out[i].Text = string(letters[i])
	}
	return out
}
