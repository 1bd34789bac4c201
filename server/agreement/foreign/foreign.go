// Package foreign reads an agreement that the other party wrote: its sections laid beside
// ours, and a checklist of what a data processor agreement has to settle with what was
// found where.
//
// It proposes and never concludes: a finding says that a sentence seems to speak of
// something, and what was not found is said plainly. Nothing is dropped, every paragraph
// stands in exactly one section. The package is pure: the same text gives the same Reading.
package foreign

// Text is somebody's agreement, whatever file it came in: FromWord and FromPages make it.
type Text struct {
	Paragraphs []Paragraph
	Unread     []int // pages without a letter, from 1: empty ones, or pictures of a page
}

// Paragraph is one paragraph. Its number is no part of its text.
type Paragraph struct {
	Text     string
	Number   string // as it stands: "7.2", "a)", "Bilag 1"
	Level    int    // outline level from 1; 0 is running text
	Bold     bool   // all of it
	Page     int    // where it begins, from 1; 0 is not known
	At       int    // its position in what it was read from
	Contents bool   // a line of a table of contents
	Aside    bool   // not in the text: page headers and footers
	Hangs    int    // of a note: 1 + position in the Text of the paragraph with its mark
}

// Part is what sort of section something is.
type Part string

// The parts.
const (
	Front    Part = "front" // before the first heading
	Contents Part = "contents"
	Section  Part = "section"
	Aside    Part = "aside" // page headers and footers
)

// Told says what a heading was recognised by.
type Told string

// The ways, the surest first.
const (
	ByStyle    Told = "style"
	ByNumber   Told = "number"
	ByBold     Told = "bold"
	ByCapitals Told = "capitals"
	ByTopic    Told = "topic" // a short line that reads like the heading of such a section
)

// By says what two sections were found alike by.
type By string

// The ways.
const (
	ByHeading By = "heading"
	ByWording By = "wording"
	ByBoth    By = "both"
)

// Confidence is how sure a finding is.
type Confidence string

// The degrees, from none to most.
const (
	NotFound Confidence = "not_found"
	Guess    Confidence = "guess"
	Likely   Confidence = "likely"
	Sure     Confidence = "sure" // that the sentence speaks of it; never that it suffices
)

// Reading is all there is to say of a foreign text.
type Reading struct {
	Language     string // "da" or "en"; empty when neither can be told
	Agreement    bool   // it reads like a data processor agreement at all
	SameLanguage bool   // as our clauses: only then is wording compared
	Unread       []int  // pages of which nothing could be read, from 1
	Sections     []Division
	Ours         []Counterpart // our clauses in their order
	Checklist    []Answer
	Source       string // of the checklist
	Checked      string // the day on which it was last held against the source
	Unconfirmed  bool   // no lawyer has gone through the checklist
}

// Division is a section of the foreign text.
type Division struct {
	Part       Part
	Number     string
	Heading    string
	Level      int
	Parent     int // position in Reading.Sections; -1 is none
	Annex      bool
	Told       Told
	Page       int
	Paragraphs []int   // of Text, the heading first; those of the sections below are theirs
	Matches    []Match // sections and headed clauses of ours, the nearest first; none is no counterpart
}

// Match is a clause of ours that a section may be about.
type Match struct {
	Key   string
	Score float64 // above 0 up to 1
	By    By
}

// Counterpart is a clause of ours and where the foreign text seems to say the same.
type Counterpart struct {
	Key     string
	Number  string
	Heading string
	Level   int
	Places  []Place // the nearest first; none is no counterpart
}

// Place is where a clause of ours was found again.
type Place struct {
	Section   int // position in Reading.Sections
	Paragraph int // of the wording; -1 when the section as a whole answers
	Score     float64
	By        By
}

// Answer is one entry of the checklist with what was found.
type Answer struct {
	Key        string
	Reference  string // of the law
	DA, EN     string // the question
	Confidence Confidence
	Against    bool      // a sentence seems to say the opposite
	Findings   []Finding // the surest first, then in reading order
	Values     []Value   // in reading order, each only once
	Disagree   bool      // the text gives different values for one thing
}

// Finding is a sentence that seems to speak of an entry.
type Finding struct {
	Paragraph  int
	Section    int // position in Reading.Sections
	Page       int
	From, To   int // bytes of the paragraph's text
	Excerpt    string
	Confidence Confidence
	Against    bool // it seems to say the opposite
	Heading    bool // only a heading speaks of it
}

// Value is a typed value that stands in the text.
type Value struct {
	Field     string // the path of our field: breach.hours
	Choice    string // of a choice: general
	Number    int    // of a duration
	Unit      string // hours, days, working_days, weeks, months
	Amount    *int   // in the unit of the field; nil when it does not come out even
	Text      string // as it stands
	Paragraph int
	Page      int
	From, To  int // bytes of the paragraph's text
}

// Limits of what is told and compared, so that no text can hold the office up.
const (
	mostFindings = 5    // of an entry
	mostValues   = 20   // of an entry
	mostMatches  = 3    // of a section
	mostPlaces   = 3    // of a clause of ours
	mostWords    = 4000 // of a section that are compared
	mostCommon   = 64   // clauses that may share a word for it to tell anything
	longest      = 300  // characters of an excerpt
	wordBytes    = 64   // of a word that are looked at
	mostSeen     = 200_000
)
