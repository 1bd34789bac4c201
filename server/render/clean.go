package render

import (
	"strings"
	"unicode"

	"golang.org/x/text/unicode/norm"
)

// clean makes text fit to be set on one line: composed letters (å as one
// character), white space of any kind but the no-break space as a plain space,
// and none of the invisible characters that Word files carry along (soft hyphens,
// direction marks, control characters), which neither XML nor a PDF may hold.
func clean(s string) string {
	return strings.TrimSpace(strings.ReplaceAll(Clean(s), "\n", " "))
}

// Clean is clean for text that may hold line breaks, and keeps outer spaces: what a file
// that was made from the text reads as.
func Clean(s string) string {
	if plain(s) {
		return s
	}
	s = strings.ReplaceAll(s, "\r\n", "\n")
	return strings.Map(func(r rune) rune {
		switch {
		case r == '\u00a0', r == '\n':
			return r
		case r == '\r', r == '\u2028', r == '\u2029':
			return '\n'
		case r == '\u2011': // no-break hyphen: few fonts have it, the plain one reads the same
			return '-'
		case unicode.IsSpace(r):
			return ' '
		case unicode.In(r, unicode.Cf, unicode.Cc, unicode.Variation_Selector), r == unicode.ReplacementChar:
			return -1
		}
		return r
	}, norm.NFC.String(s))
}

// plain says that there is nothing to clean: printable ASCII and the Danish letters.
func plain(s string) bool {
	for _, r := range s {
		if (r < ' ' || r > '~') && !strings.ContainsRune("æøåÆØÅéÉ–§“”", r) {
			return false
		}
	}
	return true
}
