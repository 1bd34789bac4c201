// Package negotiation keeps what goes back and forth with a vendor about a draft: Word files
// out and in, every change and what was said to it, and what that makes of the text.
//
// What was sent and what came back never changes; what was said to a change can be said anew
// until the next round goes out. The text of the draft changes only when a round goes out, or
// when the parties are agreed.
package negotiation

import (
	"time"

	"klausul/server/agreement"
	"klausul/server/agreement/round"
	"klausul/server/fault"
	"klausul/server/field"
	"klausul/server/storage"
)

// Stage is how far a negotiation has come.
type Stage string

// The stages. The last three end it.
const (
	Preparing Stage = "preparing" // nothing was sent yet
	Running   Stage = "running"
	Paused    Stage = "paused"
	Agreed    Stage = "agreed"
	Ended     Stage = "ended"      // without agreement
	TakenOver Stage = "taken_over" // on other text
)

// Stages are all of them, in the order of a course.
var Stages = []Stage{Preparing, Running, Paused, Agreed, Ended, TakenOver}

// Turn says who is to move.
type Turn string

// The two sides.
const (
	Office Turn = "office"
	Vendor Turn = "vendor"
)

// Act moves a negotiation from stage to stage.
type Act string

// The acts. Reopen takes back that it was agreed, as long as the text is not released.
const (
	Pause    Act = "pause"
	Resume   Act = "resume"
	Agree    Act = "agree"
	Reopen   Act = "reopen"
	End      Act = "end"
	TakeOver Act = "take_over"
)

// Refusals of negotiations.
var (
	ErrNotDraft      = fault.New(fault.Conflict, "negotiation.not_draft")       // the text is released: there is nothing to negotiate
	ErrNotTurn       = fault.New(fault.Conflict, "negotiation.not_turn")        // the vendor has not answered the last round
	ErrUndecided     = fault.New(fault.Conflict, "negotiation.undecided")       // changes wait for a decision
	ErrNoRound       = fault.New(fault.Conflict, "negotiation.no_round")        // nothing was sent that could come back
	ErrClosed        = fault.New(fault.Conflict, "negotiation.round_closed")    // a later round stands: this one is history
	ErrConflict      = fault.New(fault.Conflict, "negotiation.change_conflict") // somebody decided the change since
	ErrEntryConflict = fault.New(fault.Conflict, "negotiation.entry_conflict")  // somebody assessed the entry since
	ErrReason        = fault.New(fault.Invalid, "negotiation.reason_missing")   // a rejection, or an accepted or countered change of standard text, without one
	ErrWording       = fault.New(fault.Invalid, "negotiation.wording_missing")  // a counter without words
	ErrNotPlaced     = fault.New(fault.Conflict, "negotiation.not_placed")      // nobody can tell where an accepted text belongs
	ErrOther         = fault.New(fault.Conflict, "negotiation.other_agreement") // the file is another agreement's
	ErrOtherRound    = fault.New(fault.Conflict, "negotiation.other_round")     // the file is of this agreement, but not what was sent last
	ErrOwnFile       = fault.New(fault.Conflict, "negotiation.own_file")        // the file is what was sent, byte for byte
	ErrUnanswered    = fault.New(fault.Conflict, "negotiation.unanswered")      // required answers are open: placeholders would be agreed on
	ErrAdvice        = fault.New(fault.Invalid, "negotiation.advice_missing")   // an end without agreement wants advice to the members
	ErrAct           = fault.New(fault.Conflict, "negotiation.act")             // the act is not open
	ErrMoved         = fault.New(fault.Conflict, "negotiation.text_moved")      // the draft is not what the vendor has seen
	ErrEntry         = fault.New(fault.Invalid, "negotiation.entry")            // an entry without words, or a day on a note
	ErrNote          = fault.New(fault.Invalid, "negotiation.note_missing")     // an insufficient entry, or a fulfilled one of which nothing was found, without a word on why
	ErrTooLarge      = fault.New(fault.Invalid, "negotiation.file_too_large")
)

// MaxSize is the most bytes of a file that comes back.
const MaxSize = 25 << 20

// Negotiation is one, as the list tells of it.
type Negotiation struct {
	ID           int64      `db:"id"`
	AgreementID  int64      `db:"agreement_id"`
	VersionID    int64      `db:"agreement_version_id"`
	Number       int32      `db:"number"`
	VersionNo    int        `db:"version_no"`
	Title        string     `db:"title"`
	VendorNumber int32      `db:"vendor_number"`
	VendorName   string     `db:"vendor_name"`
	Stage        Stage      `db:"stage"`
	Turn         *Turn      `db:"turn"`
	Since        time.Time  `db:"since"` // of stage and turn
	Advice       string     `db:"advice"`
	TextHash     *string    `db:"text_hash"` // of the text that was agreed last
	Rounds       int        `db:"rounds"`
	Changes      int        `db:"changes"`   // of the round that came last
	Undecided    int        `db:"undecided"` // of them
	Touched      int        `db:"touched"`   // of them, in standard text
	Language     string     `db:"language"`
	Version      int        `db:"version"`
	NextStep     *string    `db:"next_step"`
	NextOn       *time.Time `db:"next_on"`
}

// Code names the version that is negotiated: "DBA-0007 v1".
func (n Negotiation) Code() string { return agreement.VersionCode(n.Number, n.VersionNo) }

// Days counts whole days since it came where it stands.
func (n Negotiation) Days(now time.Time) int {
	return int(storage.LegalDate(now).Sub(storage.LegalDate(n.Since)).Hours() / 24)
}

// over tells whether nothing moves any more.
func (n Negotiation) over() bool {
	return n.Stage == Agreed || n.Stage == Ended || n.Stage == TakenOver
}

// Detail is everything about one.
type Detail struct {
	Negotiation
	Heads      []Head // newest first
	Office     int    // whole days that each side has had it
	Vendor     int
	Conformity agreement.Conformity
	Draft      bool   // the text is not released yet
	Steps      []Span // since it began
	Heard      Heard
	Older      []int
	OlderCount int
	Outdated   []agreement.Outdated // clauses that were agreed under other answers, as Get tells
	Unanswered []field.Field        // required and open in the draft with everything decided, as Get tells the secretariat
	Settled    []Settled            // of one that is agreed, for members

	text agreement.Detail // as it stands; the office's alone
}

// Span is a stretch of time in which it stood at one stage, with one side.
type Span struct {
	Stage Stage     `db:"stage"`
	Turn  Turn      `db:"turn"`
	From  time.Time `db:"made_at"`
	Days  int       `db:"-"` // whole ones, until the next or until now
	By    string    `db:"made_by"`
}

// Heard tells whether the members that use the systems were asked.
type Heard struct {
	BeforeFirst bool `db:"before_first"` // before anything was sent
	SinceLast   bool `db:"since_last"`   // on what the last round says, before the parties agree
	Open        bool `db:"open"`         // a hearing runs
}

// newest is the round that stands last.
func (d Detail) newest() (Head, bool) {
	if len(d.Heads) == 0 {
		return Head{}, false
	}
	return d.Heads[0], true
}

// lastOut is the round that went out last.
func (d Detail) lastOut() (Head, bool) {
	for _, h := range d.Heads {
		if h.Direction == Out {
			return h, true
		}
	}
	return Head{}, false
}

// CanSend tells whether a round can go out now.
func (d Detail) CanSend() bool { return d.sendable() == nil }

// sendable tells why none can. It refuses with ErrNotDraft, ErrAct, ErrNotTurn or ErrUndecided.
func (d Detail) sendable() error {
	last, some := d.newest()
	switch {
	case !d.Draft:
		return ErrNotDraft
	case d.Stage != Preparing && d.Stage != Running:
		return ErrAct.With("act", "send").With("stage", d.Stage)
	case some && last.Direction == Out:
		return ErrNotTurn
	case d.Undecided > 0:
		return ErrUndecided.With("count", d.Undecided)
	}
	return nil
}

// CanReceive tells whether a file that came back can be taken in now.
func (d Detail) CanReceive() bool {
	return d.Draft && len(d.Heads) > 0 && (d.Stage == Running || d.Stage == Paused)
}

// Acts are those that are open.
func (d Detail) Acts() []Act {
	var open []Act
	add := func(ok bool, a Act) {
		if ok {
			open = append(open, a)
		}
	}
	add(d.Stage == Preparing || d.Stage == Running, Pause)
	add(d.Stage == Paused, Resume)
	add(d.Draft && d.Stage == Running && d.agreeable(), Agree)
	add(d.Draft && d.over(), Reopen)
	add(!d.over(), End)
	add(!d.over(), TakeOver)
	return open
}

// agreeable tells whether both sides may stand on the same text: the vendor takes what was
// sent last, or the secretariat all that came back. What is rejected or countered goes out first.
func (d Detail) agreeable() bool {
	last, some := d.newest()
	return some && (last.Direction == Out || last.Undecided == 0 && last.Against == 0)
}

// Direction is which way a round went.
type Direction string

// The two ways.
const (
	Out Direction = "out"
	In  Direction = "in"
)

// Head is a round without its text.
type Head struct {
	ID        int64     `db:"id"`
	No        int       `db:"no"`
	Direction Direction `db:"direction"`
	Answers   *int64    `db:"answers_id"`
	File      int64     `db:"file_id"`
	FileName  string    `db:"file_name"`
	SHA256    string    `db:"sha256"`
	TextHash  string    `db:"text_hash"`
	Note      string    `db:"note"`
	MadeAt    time.Time `db:"made_at"`
	MadeBy    string    `db:"made_by"`
	Changes   int       `db:"changes"`
	Undecided int       `db:"undecided"`
	Touched   int       `db:"touched"`
	Against   int       `db:"against"` // rejected or countered
	Taken     int       `db:"taken"`   // accepted or countered
}

// Round is a round with everything that is to be said of it.
type Round struct {
	Head
	Open    bool // its changes can be decided
	Report  round.Report
	Changes []Change
}
