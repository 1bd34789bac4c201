// Package render turns a document model into what a lawyer sends and reads: PDF, Word, and a
// page for the screen.
//
// The package is pure. The same Document gives the same bytes, on any machine and
// in any process; nothing is read from the clock, the network or the disk.
// The words the package adds by itself (page numbers, headings of the front page,
// warnings) exist in Danish and English and follow Document.Language.
package render

import "time"

// Document is one agreement, ready to be set. Every field but Title may be empty.
type Document struct {
	Title  string
	Number string // the agreement's number; stands beside the title in the page header
	// Version is the version of the text; it stands in the properties of the Word file.
	Version string
	// Language is "da" or "en"; anything else is refused with ErrLanguage.
	Language string
	// At is the document's date. It is written into the file as its creation time,
	// so it has to come from the caller: the same At gives the same bytes.
	At     time.Time
	Header string // one line at the right of the page header, often the parties' short names
	// TextHash and InstanceHash are hexadecimal. The first twelve digits stand in
	// every page header, the whole of both on the last page.
	TextHash, InstanceHash string
	// Marks are warnings, printed one by one in a framed box on the front page.
	Marks []string
	// Cover is the letter that goes with the file, line by line, in a block of its own on the
	// front page. It is no part of the agreement: only the Word file has it.
	Cover string
	// Draft prints a striped band with the word UDKAST (DRAFT) on every page.
	Draft    bool
	Parties  []Party
	Sections []Section
	// Signatures adds a page with one signature field per party.
	Signatures bool
	// Hand made the changes of the text; a Word file with changes needs an author.
	Hand     Hand
	Comments []Comment // only the Word file has them
}

// listed tells whether the document has a table of contents. An amendment of a clause or
// two is read sooner than its contents, which would stand on a page of their own.
func (d *Document) listed() bool { return len(d.Sections) > 3 }

// Party is one side of the agreement, as on the date of the agreement.
type Party struct {
	Role       string // "Dataansvarlig"
	Name       string
	CVR        string // eight digits, printed with its label; empty for a foreign party
	Register   string // a foreign party's register number, printed as given: "SE 556677-8899"
	Address    string
	PostalCode string
	City       string
	Country    string
	// Missing holds the labels of facts that are not known ("Adresse"); each is
	// printed as a marked line, "Adresse mangler".
	Missing []string
}

// Section is one numbered part of the text, or one annex.
type Section struct {
	Key     string // stable, unique in the document: the Word bookmark of the heading
	Number  string // "7" or "Bilag A"; printed as given, the writer never counts
	Heading string
	Annex   bool // starts a new page
	Blocks  []Block
	Change  Change // of the whole section
	Marked  []Run  // the heading with the changes in it, when it has any; Heading is how it is to read
}

// Kind says what a Block is.
type Kind uint8

const (
	Paragraph  Kind = iota + 1 // running text without a number
	Clause                     // a numbered provision; ID and Number name it
	List                       // Items, each with its own Number ("a)") or a dash
	TableBlock                 // Table
	SubHeading                 // a heading below the section's own
)

// Block is one piece of a section.
type Block struct {
	Kind Kind
	// ID is the clause id. The Word file carries it as the bookmark BookmarkName(ID),
	// which is how a returned file is matched with what was sent.
	ID     string
	Number string // "7.2", "a)": printed as given
	Runs   []Run
	Items  []Block // of a List; an item may hold Items of its own (a list below it)
	Table  *Table
	Level  int // indentation, 0 at the margin; a clause of level 1 stands below its parent
	// Change is that of the whole block, with its items and its table: a new paragraph, or
	// one that goes. One that goes carries no bookmark: its clause may stand elsewhere.
	Change Change
}

// Run is a stretch of text of one look.
type Run struct {
	Text   string
	Bold   bool
	Italic bool
	// Filled marks a value that was filled in for this party; it gets a thin line below.
	Filled bool
	// Missing marks a named hole: Text is its name. It is framed and reads
	// "[Text mangler]", so that it is seen and heard without colour.
	Missing bool
	Change  Change
}

// Table has one header row, repeated on every page the table runs over.
type Table struct {
	Caption string
	Head    []string
	Rows    [][][]Run // row, cell, runs
	Widths  []float64 // relative; empty or of the wrong length means equal columns
	Changes []Change  // of whole rows; shorter means none
	change  Change    // of the whole table, once spread
}

// Text makes the runs of plain text.
func Text(s string) []Run { return []Run{{Text: s}} }
