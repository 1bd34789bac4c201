package render

import (
	"errors"
	"fmt"
	"strings"
)

// Refusals of this package. GlyphError and LicenceError carry what is wrong.
var (
	// ErrLanguage refuses a document whose language the package has no words for.
	ErrLanguage = errors.New("render: language must be da or en")
	// ErrNoTitle refuses a document without a title: a tagged PDF has to have one.
	ErrNoTitle = errors.New("render: document has no title")
	// ErrBadID refuses a Word file in which two clauses would carry one bookmark.
	ErrBadID = errors.New("render: clause ids and section keys must be unique")
)

// GlyphError says that the text holds characters that the fonts cannot show.
// The PDF is refused: a contract with a box where a letter belongs is not sent.
type GlyphError struct {
	Runes []rune // sorted, each once
}

func (e *GlyphError) Error() string {
	var b strings.Builder
	b.WriteString("render: the fonts have no sign for")
	for _, r := range e.Runes {
		fmt.Fprintf(&b, " %U", r)
	}
	return b.String()
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
