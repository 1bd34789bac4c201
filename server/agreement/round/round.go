// Package round takes in what comes back from the other party: the Word file that was
// sent, edited by somebody, with change tracking or without.
//
// What was sent is compared with the file as it reads when every tracked change is
// rejected, which shows what was edited with tracking off, and with the file as it reads
// when every one is accepted, which is the proposal. Every paragraph is placed at a clause,
// and every word of the proposal stands in the Report. The package is pure: the same files
// give the same Report.
package round

import "klausul/server/redline"

// Part is what sort of piece of the agreement something belongs to.
type Part string

// The parts. Everything but clauses and sections stands around the text: nobody agrees on it.
const (
	Clause   Part = "clause"
	Section  Part = "section" // the heading of one
	Front    Part = "front"
	Contents Part = "contents"
	Back     Part = "back" // signatures and fingerprints
	Header   Part = "header"
	Footer   Part = "footer"
	Unplaced Part = "unplaced" // nobody can tell where it belongs
)

// Kind is a sort of finding.
type Kind string

// What may have become of the wording of a clause.
const (
	Inserted  Kind = "inserted"
	Deleted   Kind = "deleted"
	Replaced  Kind = "replaced"
	MovedAway Kind = "moved_away" // to the clause Other
	MovedHere Kind = "moved_here" // from the clause Other
	Withdrawn Kind = "withdrawn"  // written and deleted again, both tracked: in no reading
)

// What may have become of a clause as a whole, or of a row of a table in it.
const (
	ClauseNew     Kind = "clause_new"
	ClauseMissing Kind = "clause_missing"
	ClauseMoved   Kind = "clause_moved" // it follows the clause Other now
	ClauseSplit   Kind = "clause_split"
	ClauseJoined  Kind = "clause_joined" // with the clause Other
	RowInserted   Kind = "row_inserted"
	RowDeleted    Kind = "row_deleted"
	NotPlaced     Kind = "not_placed" // text that nobody can tell the clause of
)

// What else a clause may hold.
const (
	Comment         Kind = "comment"
	Formatting      Kind = "formatting" // only the looks, tracked
	BookmarkMissing Kind = "bookmark_missing"
	BookmarkDoubled Kind = "bookmark_doubled"
	OtherLanguage   Kind = "other_language"
	Picture         Kind = "picture"
	PictureInstead  Kind = "picture_instead" // of the text, which is gone
	Object          Kind = "object"          // an embedded file
	TextBox         Kind = "text_box"
	Footnote        Kind = "footnote"
	Computed        Kind = "computed"       // a field: the text may read otherwise tomorrow
	Control         Kind = "control"        // a content control around text
	HiddenText      Kind = "hidden_text"    // Word does not show it
	Strange         Kind = "not_understood" // something in the file that is no plain text
)

// What may be said of the file as a whole.
const (
	OtherAgreement Kind = "other_agreement"
	OtherRound     Kind = "other_round" // of this agreement, but not what was sent
	NoProperties   Kind = "no_properties"
	AllPictures    Kind = "all_pictures" // the text is gone, pictures stand in its place
	AllBookmarks   Kind = "all_bookmarks_missing"
	TrackingOff    Kind = "tracking_switched_off"
	Outside        Kind = "outside" // something that Word would fetch from elsewhere
	Unchanged      Kind = "unchanged"
)

// Where says in what a change stands, when not in running text.
type Where string

// The places.
const (
	InTable    Where = "table"
	InFootnote Where = "footnote"
	InTextBox  Where = "text_box"
	InField    Where = "field"
	InControl  Where = "control"
)

// Placing says what a clause was recognised by.
type Placing string

// The ways, the surest first.
const (
	ByBookmark Placing = "bookmark"
	ByNumber   Placing = "number"
	ByWording  Placing = "wording"
	ByPlace    Placing = "place"
)

// Finding is one thing that a person must know of.
type Finding struct {
	Kind    Kind   `json:"kind"`
	Tracked bool   `json:"tracked,omitempty"`
	Author  string `json:"author,omitempty"` // only of what is tracked, and of comments
	Date    string `json:"date,omitempty"`   // as the program wrote it
	Before  string `json:"before,omitempty"`
	After   string `json:"after,omitempty"`
	Text    string `json:"text,omitempty"`  // of a comment; of a note what it is about
	Other   string `json:"other,omitempty"` // the key of another clause
	Where   Where  `json:"where,omitempty"`
	Touched bool   `json:"touched,omitempty"` // it changes standard text
	Trivial bool   `json:"trivial,omitempty"` // the same words; only looks, capitals, blanks or signs
}

// Segment is a part of a clause's redline.
type Segment struct {
	redline.Segment
	Touched bool // standard text that goes, or text that comes into it
}

// Returned is one clause, or another piece, as it came back.
type Returned struct {
	Key      string // empty for what was not sent
	Part     Part
	Number   string // as it was sent; of a new one as it came
	Heading  string
	Follows  string // of a new one: the key of what stands before it
	Placed   Placing
	Place    int    // in reading order of the file; what is gone stands where it stood
	Before   string // as it was sent, line by line
	After    string // as proposed
	Redline  []Segment
	Findings []Finding // those that touch standard text first
	Touched  bool
}

// Changed tells whether there is anything to say of it.
func (r Returned) Changed() bool { return len(r.Findings) > 0 }

// Report is everything there is to say of a returned file. Clauses whose standard text is
// touched come first, then the other changed ones, then the rest, each in reading order.
type Report struct {
	Findings []Finding // of the file as a whole
	Nearness float64   // the share of what was sent that the file holds, 0 to 1
	Editor   string    // who saved the file last: a hint to who edited without tracking
	Clauses  []Returned
}
