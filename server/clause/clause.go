// Package clause holds templates: versions, clauses, blocks and spans, their normal
// form and hashes, and how answers fill them.
package clause

import (
	"time"

	"klausul/server/field"
)

// Provenance says where a template's text comes from. The shipped sample can only be Sample.
type Provenance string

// The provenances of design §1.3.
const (
	Authority   Provenance = "authority"
	Secretariat Provenance = "secretariat"
	Sample      Provenance = "sample"
)

// Version is one version of a template: its clauses in reading order and the fields it
// asks. Its key is the family's.
type Version struct {
	ID         int64
	Key        string
	Name       string
	Version    string
	Language   string
	Provenance Provenance
	DeclaredBy string
	DeclaredOn *time.Time
	SourceHash string
	TextHash   string
	FixedHash  string // of the fixed text as the source file had it; empty for what was written here
	// TranslationOf is the version that binds, when this one is only for reading.
	TranslationOf *int64
	Fields        []field.Field
	Rules         []field.Rule
	Clauses       []Clause
	Course
}

// Clause is one clause; level 1 is a section. Its key is stable across versions.
type Clause struct {
	Key     string
	Number  string
	Level   int
	Annex   bool
	Heading string
	Blocks  []Block
	Hash    string // over the wording in normal form norm/1, branches singly
	Edited
}

// Kind is the sort of a block.
type Kind string

// The kinds of blocks. A table has rows of its own or one for each row of a collection, a
// repeat its blocks once for each; of a choice's branches the answer picks Min to Max.
const (
	Paragraph Kind = "paragraph"
	List      Kind = "list"
	TableRows Kind = "table"
	Choosing  Kind = "choice"
	Repeat    Kind = "repeat"
)

// Block is a part of a clause. When says on which answers it stands at all.
type Block struct {
	Kind       Kind             `json:"kind"`
	When       *field.Condition `json:"when,omitempty"`
	Spans      []Span           `json:"spans,omitempty"`
	Items      [][]Span         `json:"items,omitempty"`
	Table      *Table           `json:"table,omitempty"`
	Field      string           `json:"field,omitempty"`      // of a choice
	Min        int              `json:"min,omitempty"`        // of a choice; both 0: exactly one
	Max        int              `json:"max,omitempty"`        // of a choice
	Branches   []Branch         `json:"branches,omitempty"`   // of a choice
	Collection string           `json:"collection,omitempty"` // of a repeat
	Blocks     []Block          `json:"blocks,omitempty"`     // of a repeat; {collection.column} is the row's
}

// Branch is the wording for one answer of a choice. The wording is normative, only the choosing is free.
type Branch struct {
	Value  string  `json:"value"`
	Blocks []Block `json:"blocks"`
}

// Table has either Cells, its own rows, or a row for each member of a collection.
type Table struct {
	Head       []string   `json:"head"`
	Collection string     `json:"collection,omitempty"`
	Columns    []string   `json:"columns,omitempty"`
	Cells      [][][]Span `json:"cells,omitempty"` // row, cell, spans
	Rows       [][]string `json:"rows,omitempty"`  // of the collection, filled
}

// SpanKind says what may be done with the text of a span.
type SpanKind string

// The kinds of spans.
const (
	Normative     SpanKind = "normative"     // the fixed text: never changed without being a deviation
	Option        SpanKind = "option"        // stands or falls as a whole, with its field
	FillIn        SpanKind = "fill_in"       // the value of a field
	Supplementary SpanKind = "supplementary" // the secretariat's own addition
	Guidance      SpanKind = "guidance"      // help for the writer, no part of the text
)

// Span is a run of text of one kind. A FillIn names its field; Filled tells that Text is a value.
type Span struct {
	Kind   SpanKind `json:"kind"`
	Text   string   `json:"text,omitempty"`
	Field  string   `json:"field,omitempty"`
	Filled bool     `json:"filled,omitempty"`
}
