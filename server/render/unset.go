package render

import "slices"

// Unset are the characters of the text that a PDF cannot show, sorted, each once: those
// that a GlyphError would name. A word can so be told of before a document is made; fonts
// that cannot be read are told of by the making.
func Unset(text string) string {
	fonts, err := faces()
	if err != nil {
		return ""
	}
	var out []rune
	for _, c := range Clean(text) {
		if c != '\n' && !fonts[serif].shows(c) && !fonts[sans].shows(c) && !slices.Contains(out, c) {
			out = append(out, c)
		}
	}
	slices.Sort(out)
	return string(out)
}
