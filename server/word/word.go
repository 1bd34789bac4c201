// Package word reads Word files (.docx): paragraphs in reading order with the numbers
// that Word would show, what marks them (colour, style, level), the tables they stand
// in, and everything a lawyer must be told of: changes still open, comments, text
// boxes, embedded objects. Nothing is silently dropped: what is not understood becomes
// a Note with its place. The package is pure, and the same file gives the same Document.
package word

// Document is a Word file taken apart.
type Document struct {
	Language   string      `json:"language,omitempty"` // of the style sheet: "da", "en"
	Paragraphs []Paragraph `json:"paragraphs"`         // in reading order, tables cell by cell
	Tables     []Table     `json:"tables,omitempty"`
	Revisions  []Revision  `json:"revisions,omitempty"` // tracked changes still open
	Comments   []Comment   `json:"comments,omitempty"`
	Bookmarks  []Bookmark  `json:"bookmarks,omitempty"` // in the order in which they begin
	Notes      []Note      `json:"notes,omitempty"`

	Properties map[string]string `json:"properties,omitempty"` // those that somebody gave the file, by name
	Editor     string            `json:"editor,omitempty"`     // who saved it last, as the program says
	Tracking   bool              `json:"tracking,omitempty"`   // changes made now would be tracked
}

// Bookmark is a named stretch of text. A name may stand twice: programs that copy text do that.
type Bookmark struct {
	Name string `json:"name"`
	From Point  `json:"from"`
	To   Point  `json:"to"`
}

// Point is a place in the text: so many bytes into a paragraph's Text.
type Point struct {
	Paragraph int `json:"paragraph"`
	Offset    int `json:"offset"`
}

// Part says in which part of the file a paragraph stands.
type Part string

// The parts. Those other than Body follow it, but for a text box, which follows the
// paragraph it hangs on.
const (
	Body     Part = ""
	TextBox  Part = "text_box"
	Footnote Part = "footnote"
	Endnote  Part = "endnote"
	Header   Part = "header"
	Footer   Part = "footer"
)

// Paragraph is one paragraph. Its number is no part of its text, whether Word counts it
// (Number) or somebody typed it (Typed).
type Paragraph struct {
	Part        Part     `json:"part,omitempty"`
	Style       string   `json:"style,omitempty"`       // the style's name: "heading 1"
	Level       int      `json:"level,omitempty"`       // outline level from 1; 0 is running text
	Number      string   `json:"number,omitempty"`      // as Word shows it: "7.2", "a)", "•"
	NumberDepth int      `json:"numberDepth,omitempty"` // of an automatic number, from 1
	Bullet      bool     `json:"bullet,omitempty"`
	Typed       string   `json:"typed,omitempty"`    // a number typed at the start, or beside it in a layout table
	Absorbed    bool     `json:"absorbed,omitempty"` // it was only the number of the next paragraph
	Contents    bool     `json:"contents,omitempty"` // a line of a table of contents
	Runs        []Run    `json:"runs,omitempty"`
	Cell        *Cell    `json:"cell,omitempty"`
	Hangs       int      `json:"hangs,omitempty"` // of a foot- or endnote: 1 + position of the paragraph with its mark
	Bookmarks   []string `json:"bookmarks,omitempty"`
	Comments    []int    `json:"comments,omitempty"` // positions in Document.Comments
	Inserted    int      `json:"inserted,omitempty"` // of the paragraph mark: 1 + position in Document.Revisions
	Deleted     int      `json:"deleted,omitempty"`
	At          int      `json:"at"` // position in Document.Paragraphs
}

// Run is a stretch of text of one look.
type Run struct {
	Text        string `json:"text"`
	Style       string `json:"style,omitempty"` // of the characters
	Bold        bool   `json:"bold,omitempty"`
	Italic      bool   `json:"italic,omitempty"`
	Underline   bool   `json:"underline,omitempty"`
	Hidden      bool   `json:"hidden,omitempty"`      // Word does not show it; no reading holds it, a Note does
	Highlight   string `json:"highlight,omitempty"`   // yellow, green, …
	Shade       string `json:"shade,omitempty"`       // RRGGBB behind the text
	Colour      string `json:"colour,omitempty"`      // RRGGBB of the text; empty is automatic
	Placeholder bool   `json:"placeholder,omitempty"` // of a form field or content control nobody filled in
	Control     string `json:"control,omitempty"`     // title of the content control it stands in
	Field       string `json:"field,omitempty"`       // PAGE, DATE, …: the text is computed, and may read otherwise tomorrow
	Inserted    int    `json:"inserted,omitempty"`    // 1 + position in Document.Revisions
	Deleted     int    `json:"deleted,omitempty"`
}

// Cell is where in a table a paragraph stands, counted from 0.
type Cell struct {
	Table   int  `json:"table"`
	Row     int  `json:"row"`
	Column  int  `json:"column"`
	Columns int  `json:"columns,omitempty"` // how many it spans, when more than one
	Merged  bool `json:"merged,omitempty"`  // the continuation of the cell above
}

// Table is one table. A layout table only places text: it is no table to its reader.
type Table struct {
	Rows    int    `json:"rows"`
	Columns int    `json:"columns"`
	Heads   int    `json:"heads,omitempty"` // rows that repeat on every page
	Layout  Layout `json:"layout,omitempty"`
	Inside  *Cell  `json:"inside,omitempty"` // of the table around it
}

// Layout says why a table is none.
type Layout string

// The layouts.
const (
	Numbers Layout = "numbers" // numbers at the left, their text at the right
	Frame   Layout = "frame"   // one cell around text
)

// Change is a sort of tracked change.
type Change string

// The tracked changes.
const (
	Insertion   Change = "insertion"
	Deletion    Change = "deletion"
	MovedFrom   Change = "moved_from"
	MovedTo     Change = "moved_to"
	Formatting  Change = "formatting"
	RowInserted Change = "row_inserted"
	RowDeleted  Change = "row_deleted"

	CellInserted Change = "cell_inserted"
	CellDeleted  Change = "cell_deleted"
)

// Revision is a tracked change that nobody has accepted or rejected.
type Revision struct {
	Change    Change `json:"change"`
	Author    string `json:"author,omitempty"`
	Date      string `json:"date,omitempty"`
	Paragraph int    `json:"paragraph"`
	Text      string `json:"text,omitempty"`
	Move      string `json:"move,omitempty"` // of MovedFrom and MovedTo: the same name on both sides
}

// Comment is a remark in the margin. Paragraph is -1 when it hangs on nothing.
type Comment struct {
	Author    string `json:"author,omitempty"`
	Date      string `json:"date,omitempty"`
	Text      string `json:"text"`
	Paragraph int    `json:"paragraph"`
	Anchor    string `json:"anchor,omitempty"` // the words it is about
}

// NoteKind is something in a file that is no plain text.
type NoteKind string

// The kinds of notes.
const (
	Image        NoteKind = "image"
	Object       NoteKind = "object" // an embedded file: a spreadsheet, a chart, a drawing
	Box          NoteKind = "text_box"
	FootnoteMark NoteKind = "footnote"
	HiddenText   NoteKind = "hidden_text"
	Equation     NoteKind = "equation"
	Symbol       NoteKind = "symbol" // a sign of a symbol font, of which only the place is known
	External     NoteKind = "external_link"
	Imported     NoteKind = "imported_part" // another file that Word would paste in
	Numbering    NoteKind = "numbering"     // a number whose form is not known; it is counted 1, 2, 3
	Unknown      NoteKind = "unknown"
)

// Note tells of something that is in the file and not, or not only, in the text.
// Paragraph is -1 when it has no place.
type Note struct {
	Kind      NoteKind `json:"kind"`
	Paragraph int      `json:"paragraph"`
	Text      string   `json:"text,omitempty"`
}
