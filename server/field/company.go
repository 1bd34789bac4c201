package field

import (
	"regexp"
	"strings"
	"unicode"
)

var forms = regexp.MustCompile(`(?i)\b(a/s|aps|i/s|k/s|p/s|ivs|amba|a\.m\.b\.a\.?|ab|as|oy|gmbh|ltd|limited|inc|llc|bv|b\.v|sa|plc|ag|danmark|denmark)\b\.?`)

// Stem is a company's name without its legal form and signs.
func Stem(name string) string {
	return strings.Map(func(r rune) rune {
		if unicode.IsLetter(r) || unicode.IsDigit(r) {
			return unicode.ToLower(r)
		}
		return -1
	}, forms.ReplaceAllString(name, " "))
}
