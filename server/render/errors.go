package render

import (
	"errors"
	"fmt"
	"slices"
	"strings"
)

// Refusals of this package. GlyphError and LicenceError carry what is wrong.
var (
	// ErrLanguage refuses a document whose language the package has no words for.
	ErrLanguage = errors.New("render: language must be da or en")
	// ErrNoTitle refuses a document without a title: a tagged PDF has to have one.
	ErrNoTitle = errors.New("render: document has no title")
	// ErrNoAuthor refuses a Word file with changes or comments of nobody.
	ErrNoAuthor = errors.New("render: tracked changes and comments need an author")
	// ErrBadID refuses a Word file in which two clauses would carry one bookmark.
	ErrBadID = errors.New("render: clause ids and section keys must be unique")
)

// GlyphError says that the text holds characters that the fonts cannot show, such as
// Hebrew, Arabic or an emoji. The PDF is refused: a contract with a box where a letter
// belongs, or with a name set backwards, is not sent. Unshown tells the same earlier.
type GlyphError struct {
	Runes  []rune // sorted, each once
	Places []GlyphPlace
}

// GlyphPlace is where in the document such characters stand, in reading order.
type GlyphPlace struct {
	Where string // "Dataansvarlig", "2.1", "B.1, 3. række": in the document's language
	Text  string // the text around them
	Runes []rune // in the order they stand, each once
}

func (e *GlyphError) Error() string {
	var b strings.Builder
	b.WriteString("render: the fonts have no sign for")
	for _, r := range e.Runes {
		fmt.Fprintf(&b, " %U", r)
	}
	for i, p := range e.Places {
		b.WriteString([]string{" in ", ", "}[min(i, 1)] + p.Where)
	}
	return b.String()
}

// note adds a character that stands somewhere in text.
func (e *GlyphError) note(r rune, where, text string) {
	if at, found := slices.BinarySearch(e.Runes, r); !found {
		e.Runes = slices.Insert(e.Runes, at, r)
	}
	last := len(e.Places) - 1
	if last < 0 || e.Places[last].Where != where || e.Places[last].Text != text {
		if slices.ContainsFunc(e.Places, func(p GlyphPlace) bool { return p.Where == where && p.Text == text }) {
			return // a table's head is set on each page, and the contents name headings again
		}
		e.Places, last = append(e.Places, GlyphPlace{Where: where, Text: text}), last+1
	}
	if !slices.Contains(e.Places[last].Runes, r) {
		e.Places[last].Runes = append(e.Places[last].Runes, r)
	}
}

// LicenceError says why the engine that needs a licence cannot be used.
type LicenceError struct {
	Engine string // "unipdf"
	Reason string // one short sentence, without the key
	cause  error
}

func (e *LicenceError) Error() string { return "render: " + e.Engine + ": " + e.Reason }

// Unwrap gives the engine's own error, for the log.
func (e *LicenceError) Unwrap() error { return e.cause }
