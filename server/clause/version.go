package clause

import (
	"time"

	"klausul/server/fault"
)

// State is how far a version has come.
type State string

// A draft is written, a reviewed text waits to be published, a published one is what new
// agreements are made from, and a superseded one is what older agreements stand on.
const (
	Draft      State = "draft"
	Reviewed   State = "reviewed"
	Published  State = "published"
	Superseded State = "superseded"
)

// Act is who did something, and when.
type Act struct {
	At   *time.Time
	By   int64
	Name string
}

// Course is where a version comes from and how far it has come.
type Course struct {
	State        State
	Revision     int // for If-Match
	BasedOn      *int64
	Leftovers    []Leftover
	Added        Act
	Changed      Act
	Reviewed     Act
	Published    Act
	Returned     string // why it came back from the review
	SupersededAt *time.Time
	SupersededBy *int64
	DiscardedAt  *time.Time // of a draft that nobody wants any more
}

// Leftover is what the import of a source left open. Somebody must settle it before the
// version can be published. Its sentence is source.problem.<code> of the front end.
type Leftover struct {
	Code string `json:"code"`
	Text string `json:"text,omitempty"`
}

// Edited is what editing needs to know of a clause in a draft.
type Edited struct {
	Version int // each clause has its own: two people on two clauses never meet
	Changed Act
	Removed *time.Time // taken out; it can be put back until the draft is published
}

// Refusals of the work on templates.
var (
	ErrFrozen      = fault.New(fault.Conflict, "template.frozen")          // only a draft can be changed
	ErrNotReviewed = fault.New(fault.Conflict, "template.not_reviewed")    // only a reviewed version can be published or returned
	ErrOwnReview   = fault.New(fault.Conflict, "template.own_review")      // who changed it last cannot review it
	ErrProblems    = fault.New(fault.Conflict, "template.problems")        // something stands in the way of publishing
	ErrConflict    = fault.New(fault.Conflict, "template.clause_conflict") // somebody saved the clause since
	ErrField       = fault.New(fault.Conflict, "template.field_conflict")  // somebody saved the field since
	ErrRule        = fault.New(fault.Conflict, "template.rule_conflict")   // somebody saved the rule since
	ErrRules       = fault.New(fault.Invalid, "template.rules")            // a rule that could never speak or would not be understood
	ErrBlock       = fault.New(fault.Invalid, "template.block")            // the clause is put together wrongly
	ErrSlot        = fault.New(fault.Invalid, "template.slot")             // a slot names no field
	ErrCondition   = fault.New(fault.Invalid, "template.condition")        // a condition speaks of no field
	ErrFields      = fault.New(fault.Invalid, "template.fields")           // the fields do not fit together
	ErrPlace       = fault.New(fault.Conflict, "template.place")           // there is no place to move to
	ErrLabel       = fault.New(fault.Conflict, "template.version_taken")   // the family has a version of that name
	ErrDiscarded   = fault.New(fault.Conflict, "template.discarded")       // take the draft out again first
	ErrProvenance  = fault.New(fault.Conflict, "template.not_authority")   // only an imported source can be the authority's
)

// review tells whether the person may review the version as it stands. It refuses with
// ErrFrozen, or ErrOwnReview for who changed it last.
func (v Version) review(user int64) error {
	switch {
	case v.State != Draft:
		return ErrFrozen.With("state", v.State)
	case v.DiscardedAt != nil:
		return ErrDiscarded
	case v.Changed.By == user:
		return ErrOwnReview
	}
	return nil
}

// publish tells whether the version can be published. It refuses with ErrNotReviewed, or
// ErrProblems with what stands in the way.
func (v Version) publish() error {
	if v.State != Reviewed {
		return ErrNotReviewed.With("state", v.State)
	}
	var errors []Problem
	for _, p := range v.Problems() {
		if p.Error {
			errors = append(errors, p)
		}
	}
	if len(errors) > 0 {
		return ErrProblems.With("problems", errors)
	}
	return nil
}
