// Package source takes Word files in as templates: the file is kept as it came, each
// paragraph with what it was recognised as and what a lawyer says it is, until a draft is
// made of them.
package source

import (
	"slices"
	"time"

	"klausul/server/clause"
	"klausul/server/clause/template"
	"klausul/server/fault"
	"klausul/server/field"
	"klausul/server/word"
)

// Refusals of the work on a source, beside those of packages word and template.
var (
	ErrDeclaration = fault.New(fault.Invalid, "source.declaration")    // the authority's text needs its name and date
	ErrAhead       = fault.New(fault.Invalid, "source.declared_ahead") // published on a day to come
	ErrFamily      = fault.New(fault.Invalid, "source.family")         // no such family
	ErrDrafted     = fault.New(fault.Conflict, "source.drafted")       // a draft was made: its text is changed there
	ErrConflict    = fault.New(fault.Conflict, "source.conflict")      // somebody corrected the paragraph since
	ErrField       = fault.New(fault.Invalid, "source.field")          // a field that could not be asked
	ErrDiscarded   = fault.New(fault.Conflict, "source.discarded")     // take the file out again first
	ErrEmpty       = fault.New(fault.Invalid, "source.empty")          // the file has no words
	ErrNoPrevious  = fault.New(fault.NotFound, "source.no_previous")   // there is nothing to compare with
)

// MaxSize is the largest file that is taken in, in bytes.
const MaxSize = word.MaxSize

// ErrTooLarge refuses a larger one.
var ErrTooLarge = word.ErrTooLarge

// Source is a Word file and how far the work on it has come.
type Source struct {
	ID          int64
	Family      string
	Language    string
	Convention  template.Convention
	Evidence    []template.Evidence
	Fields      []field.Field // that its marks and choices name
	Provenance  clause.Provenance
	DeclaredBy  string
	DeclaredOn  *time.Time
	FileName    string
	File        int64
	SHA256      string
	Size        int64
	Previous    *int64 // the version that it is newer than
	Template    *int64 // the draft made of it; none when that was put away
	Version     int    // for If-Match
	Created     clause.Act
	Changed     clause.Act
	DiscardedAt *time.Time
	Open        int // paragraphs that a lawyer should look at and has not: guesses, unplaced ones, and those where more was found
	Total       int
}

// Said is a paragraph as it counts now.
type Said struct {
	Place int // in the file, from 0
	template.Paragraph
	Recognised *template.Paragraph // as it was before a lawyer corrected it
	Version    int
	By         string
}

// Detail is a source with its paragraphs, the tree that they make, and what stands in the
// way of it.
type Detail struct {
	Source
	Paragraphs []Said
	Tree       clause.Version
	Problems   []template.Problem
	Known      []field.Field // that a place to fill in may be bound to
	Places     []template.Place
}

// Declaration is whose text a file is said to be.
type Declaration struct {
	Provenance clause.Provenance
	DeclaredBy string
	DeclaredOn *time.Time
}

// check refuses with ErrDeclaration the authority's text without name and date, and
// anything that a file cannot be; with ErrAhead a day to come.
func (d Declaration) check(today time.Time) error {
	if d.DeclaredOn != nil && d.DeclaredOn.After(today) {
		return ErrAhead
	}
	if d.Provenance == clause.Authority && (d.DeclaredBy == "" || d.DeclaredOn == nil) || d.Provenance != clause.Authority && d.Provenance != clause.Secretariat {
		return ErrDeclaration
	}
	return nil
}

// Correction is what a lawyer says of one paragraph. Base is the version that was seen; no
// paragraph takes back what was said before.
type Correction struct {
	Place     int
	Base      int
	Paragraph *template.Paragraph
}

// assemble makes the tree of the paragraphs as they are said to be now.
func (d *Detail) assemble() {
	d.Known = d.known()
	d.Tree, d.Problems = template.Assemble(plainly(d.Paragraphs), template.About{Key: d.Family, Language: d.Language, Provenance: d.Provenance,
		DeclaredBy: d.DeclaredBy, DeclaredOn: d.DeclaredOn, SourceHash: d.SHA256, Fields: d.Known})
	d.Places = template.Places(d.Language)
}

// known are the file's own fields and those of the standard structure.
func (d *Detail) known() []field.Field {
	all := slices.Clone(d.Fields)
	for _, f := range template.Known(d.Language) {
		if _, ok := field.Find(all, f.Path); !ok {
			all = append(all, f)
		}
	}
	return all
}

func plainly(said []Said) []template.Paragraph {
	out := make([]template.Paragraph, len(said))
	for i, p := range said {
		out[i] = p.Paragraph
	}
	return out
}
