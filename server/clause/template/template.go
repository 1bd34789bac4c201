// Package template takes a Word file of prefilled standard clauses apart and makes a
// template version of it: Recognise says of every paragraph what it is and where it
// belongs, and why; a lawyer checks and corrects; Assemble makes the clause tree and tells
// what still stands in the way. The package is pure: the same paragraphs give the same tree.
package template

import (
	"klausul/server/clause"
	"klausul/server/field"
)

// Class says what a paragraph of the file is.
type Class string

// The classes. Where a paragraph belongs (Section, Clause) is said apart, so that an
// alternative can start a sub-clause.
const (
	Heading   Class = "heading"  // of a section, an annex, or a sub-clause that has one
	Provision Class = "clause"   // starts a sub-clause
	Text      Class = "text"     // goes on in it
	Item      Class = "item"     // of a list in it
	Option    Class = "option"   // belongs to one alternative of a choice
	Guidance  Class = "guidance" // help for the writer, no part of the text
	Cover     Class = "cover"    // front page: the parties
	Contents  Class = "contents" // table of contents
	Table     Class = "table"    // a whole table, at its first paragraph
	Ignored   Class = "ignored"  // no part of the template; the reasons say why
	Unplaced  Class = "unplaced" // has text, and nobody knows yet where it belongs
)

// Classes are all classes, in the order a person is offered them.
var Classes = []Class{Provision, Text, Item, Option, Heading, Guidance, Table, Cover, Contents, Ignored, Unplaced}

// Confidence says how much a person should look at what was recognised.
type Confidence string

// The confidences.
const (
	Sure   Confidence = "sure"
	Likely Confidence = "likely"
	Guess  Confidence = "guess"
)

// Reason is a code for what something was recognised by.
type Reason string

// The reasons.
const (
	ByBookmark     Reason = "bookmark"          // our own writer named the clause
	ByPrevious     Reason = "previous_version"  // the same clause of the version before
	ByOutline      Reason = "outline_level"     // the style is a heading
	ByBold         Reason = "bold_and_numbered" // looks like a heading
	ByCatalogue    Reason = "known_heading"     // the heading is one of the standard structure
	ByNumber       Reason = "number"
	ByTyped        Reason = "typed_number"
	ByOrder        Reason = "order" // stands after it
	ByListStyle    Reason = "list"
	ByMarker       Reason = "alternative_marker" // Valg 1, ENTEN, a box
	ByYellow       Reason = "yellow_highlight"
	ByGreen        Reason = "green_highlight"
	ByBlue         Reason = "blue_highlight"
	ByColour       Reason = "coloured_text"
	ByItalics      Reason = "italics"
	ByBrackets     Reason = "brackets"
	ByBlank        Reason = "blank_line" // _____ or ……
	ByPlaceholder  Reason = "form_field"
	ByWords        Reason = "words" // the words say so: "Vejledning:"
	ByStyle        Reason = "style"
	BeforeHeading  Reason = "before_first_heading"
	NoHeading      Reason = "no_heading_before"
	IsEmpty        Reason = "empty"
	IsNumberOnly   Reason = "number_of_next"
	IsHeader       Reason = "page_header"
	IsSignature    Reason = "signatures"
	IsFingerprint  Reason = "fingerprints"
	IsBox          Reason = "text_box"
	IsFootnote     Reason = "footnote"
	InOneParagraph Reason = "alternatives_in_one_paragraph"
	MergedCells    Reason = "merged_cells"
	InnerTable     Reason = "table_in_table"
)

// Span is a stretch of a paragraph as it stands in the file. Of a FillIn, Field names the
// field; Filled tells that Text is a value and no mark to be filled in.
type Span struct {
	Kind   clause.SpanKind `json:"kind"`
	Text   string          `json:"text"`
	Field  string          `json:"field,omitempty"`
	Filled bool            `json:"filled,omitempty"`
	Reason Reason          `json:"reason,omitempty"`
}

// Grid is a table of the file: a row for each member of a collection, or its own cells.
type Grid struct {
	Head       []string   `json:"head,omitempty"`
	Collection string     `json:"collection,omitempty"`
	Columns    []string   `json:"columns,omitempty"`
	Cells      [][][]Span `json:"cells,omitempty"`
}

// Paragraph is one paragraph of the file as recognised, or as a lawyer corrected it.
type Paragraph struct {
	Position   int        `json:"position"`          // in the file, from 0
	Through    int        `json:"through,omitempty"` // of a table: its last paragraph
	Class      Class      `json:"class"`
	Section    string     `json:"section,omitempty"` // key of the section or annex
	Clause     string     `json:"clause,omitempty"`  // key of the sub-clause; none in a section's heading
	Number     string     `json:"number,omitempty"`  // of the heading, sub-clause or item, as the tree shows it
	Level      int        `json:"level,omitempty"`   // of a heading or sub-clause from 1, of an item its depth from 1
	Annex      bool       `json:"annex,omitempty"`   // of a section's heading
	Choice     string     `json:"choice,omitempty"`  // of an option: the field that chooses
	Branch     string     `json:"branch,omitempty"`  // and the value that chooses this one
	Spans      []Span     `json:"spans,omitempty"`
	Grid       *Grid      `json:"grid,omitempty"` // of a table
	Confidence Confidence `json:"confidence,omitempty"`
	Reasons    []Reason   `json:"reasons,omitempty"`
	Found      []Found    `json:"found,omitempty"` // what else is at this place in the file
	Seen       bool       `json:"seen,omitempty"`  // a lawyer has looked at it and at what was found
}

// Found is something at a paragraph that is no text of it: a tracked change still open,
// a comment, a picture.
type Found struct {
	What string `json:"what"` // "tracked_change", "comment", or the kind of a word.Note
	By   string `json:"by,omitempty"`
	On   string `json:"on,omitempty"`
	Text string `json:"text,omitempty"`
}

// Convention is how a file marks what may be done with its text.
type Convention string

// The conventions.
const (
	State    Convention = "state"    // yellow is to be filled in or guidance, another colour is a suggestion
	Kombit   Convention = "kombit"   // yellow and blue are supplementary, green is to be filled in, italics are guidance
	Brackets Convention = "brackets" // [indsæt …], <…>, ____
	Own      Convention = "own"      // written by Klausul
	Unmarked Convention = "unmarked"
)

// Evidence is what a convention was told by.
type Evidence struct {
	Reason  Reason `json:"reason"`
	Count   int    `json:"count"`
	Example string `json:"example"`
}

// Recognition is what was made of a file, stored until the version is published.
type Recognition struct {
	Language   string        `json:"language"`
	Convention Convention    `json:"convention"`
	Evidence   []Evidence    `json:"evidence,omitempty"`
	Paragraphs []Paragraph   `json:"paragraphs"`
	Fields     []field.Field `json:"fields,omitempty"` // that the spans and choices name
}

// Options say what is known besides the file.
type Options struct {
	Convention Convention      // empty: told from the file
	Language   string          // empty: told from the file
	Previous   *clause.Version // the same template before: its keys are carried over
	Fields     []field.Field   // that the register asks already; a mark that fits one of them is bound to it
}
