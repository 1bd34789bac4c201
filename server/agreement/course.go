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
	ErrDayEarly = fault.New(fault.Invalid, "accession.day_early") // the day lies before the step it follows
	ErrDayLate  = fault.New(fault.Invalid, "accession.day_late")  // the day lies too far ahead
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

// Days are the first and the last day that an act may count from: the day of the step before
// it, and today; an end may be registered a year ahead.
func (d AccessionDetail) Days(act Act, today time.Time) (first, last time.Time) {
	if act == Terminate {
		return d.since(), today.AddDate(1, 0, 0)
	}
	return d.since(), today
}

// check tells where the step leads, or why it may not be taken.
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
	if err := s.dated(d.Days(s.Act, today)); err != nil {
		return "", err
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

// dated holds the day of a step against the first and the last one.
func (s Step) dated(first, last time.Time) error {
	refuse := func(e *fault.Error) error {
		return e.At(fault.Field{Pointer: "/on", Code: e.Code}).With("earliest", first.Format(time.DateOnly)).With("latest", last.Format(time.DateOnly))
	}
	switch {
	case s.On.Before(first):
		return refuse(ErrDayEarly)
	case s.On.After(last):
		return refuse(ErrDayLate)
	}
	return nil
}
