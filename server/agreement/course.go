package agreement

import (
	"slices"
	"time"

	"klausul/server/fault"
)

// AccessionState is how an organisation's own agreement stands.
type AccessionState string

// An offer waits for the organisation; accepted, it waits for signatures; in force, it
// stays so until its successor is, or until it ends.
const (
	AccessionOffered    AccessionState = "offered"
	AccessionOnHold     AccessionState = "on_hold"
	AccessionDeclined   AccessionState = "declined"
	AccessionAccepted   AccessionState = "accepted"
	AccessionInForce    AccessionState = "in_force"
	AccessionSuperseded AccessionState = "superseded"
	AccessionTerminated AccessionState = "terminated"
)

// Act is what an organisation does with its agreement.
type Act string

// The acts. Reopen takes back a hold, a refusal or an acceptance, Continue a notice of termination.
const (
	Accept     Act = "accept"
	Hold       Act = "hold"
	Decline    Act = "decline"
	Reopen     Act = "reopen"
	EnterForce Act = "enter_force"
	Terminate  Act = "terminate"
	Continue   Act = "continue"
)

// course says from which states an act leads where.
var course = map[Act]struct {
	from []AccessionState
	to   AccessionState
}{
	Accept:     {[]AccessionState{AccessionOffered, AccessionOnHold}, AccessionAccepted},
	Hold:       {[]AccessionState{AccessionOffered}, AccessionOnHold},
	Decline:    {[]AccessionState{AccessionOffered, AccessionOnHold}, AccessionDeclined},
	Reopen:     {[]AccessionState{AccessionOnHold, AccessionDeclined, AccessionAccepted}, AccessionOffered},
	EnterForce: {[]AccessionState{AccessionAccepted}, AccessionInForce},
	Terminate:  {[]AccessionState{AccessionInForce}, AccessionTerminated},
	Continue:   {[]AccessionState{AccessionInForce}, AccessionInForce},
}

// acts in the order in which a page shows them.
var acts = []Act{Accept, EnterForce, Hold, Decline, Reopen, Continue, Terminate}

// reasoned are the acts that nobody understands later without a reason.
var reasoned = []Act{Hold, Decline, Terminate}

// Refusals of an act.
var (
	ErrCourse   = fault.New(fault.Conflict, "accession.course")   // the act is not open from the state
	ErrReason   = fault.New(fault.Invalid, "accession.reason")    // hold, decline and terminate want a reason
	ErrDay      = fault.New(fault.Invalid, "accession.day")       // the day lies before the step it follows, or too far ahead
	ErrAddress  = fault.New(fault.Conflict, "accession.address")  // the organisation's address is missing in the paper
	ErrFacts    = fault.New(fault.Conflict, "accession.facts")    // own facts are missing
	ErrCovers   = fault.New(fault.Conflict, "accession.systems")  // it would cover no system
	ErrConcrete = fault.New(fault.Conflict, "accession.concrete") // what is concluded is not changed any more
)

// Editable tells whether the organisation can still change its own facts and systems.
func (s AccessionState) Editable() bool { return s == AccessionOffered || s == AccessionOnHold }

// Open are the acts that the state leads on to; only what is under notice can continue.
func (c Accession) Open() []Act {
	var open []Act
	for _, a := range acts {
		if slices.Contains(course[a].from, c.State) && (a != Continue || c.EndsOn != nil) {
			open = append(open, a)
		}
	}
	return open
}

// Step is one move of an accession: what was done, from which day it counts, and why.
type Step struct {
	Act    Act
	On     time.Time // a legal date
	Reason string
}

func (s Step) latest(today time.Time) time.Time {
	if s.Act == Terminate {
		return today.AddDate(1, 0, 0)
	}
	return today
}

// wrongDay refuses a day, and names those that would do.
func wrongDay(earliest, latest time.Time) error {
	return ErrDay.At(fault.Field{Pointer: "/on", Code: ErrDay.Code}).With("earliest", earliest.Format(time.DateOnly)).With("latest", latest.Format(time.DateOnly))
}

// check tells where the step leads, or why it may not be taken. Days: a step counts from
// the day of the one before at the earliest, and from today at the latest; an end may be
// registered a year ahead.
func (s Step) check(d AccessionDetail, today time.Time) (AccessionState, error) {
	c, known := course[s.Act]
	over := s.Act == Continue && d.EndsOn != nil && d.EndsOn.Before(today)
	if !known || !slices.Contains(d.Open(), s.Act) || over {
		return "", ErrCourse.With("act", s.Act).With("state", d.State)
	}
	if err := d.barred(s.Act); err != nil {
		return "", err
	}
	if slices.Contains(reasoned, s.Act) && s.Reason == "" {
		return "", ErrReason.At(fault.Field{Pointer: "/reason", Code: ErrReason.Code})
	}
	if s.On.Before(d.since()) || s.On.After(s.latest(today)) {
		return "", wrongDay(d.since(), s.latest(today))
	}
	if s.Act != Accept && s.Act != EnterForce {
		return c.to, nil
	}
	switch {
	case d.MissingAddress:
		return "", ErrAddress
	case len(d.Missing) > 0:
		fields := make([]fault.Field, len(d.Missing))
		for i, path := range d.Missing {
			fields[i] = fault.Field{Pointer: "/answers/" + path, Code: "required"}
		}
		return "", ErrFacts.At(fields...)
	case len(d.Systems) == 0:
		return "", ErrCovers
	}
	return c.to, settable(d.Unset())
}
