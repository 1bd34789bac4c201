package member

import (
	"time"

	"klausul/server/fault"
)

// The ways in which the membership of an organisation is refused to change.
var (
	ErrPeriod         = fault.New(fault.Invalid, "member.period")           // it ends before it begins
	ErrOverlap        = fault.New(fault.Conflict, "member.overlap")         // the organisation is a member in part of it already
	ErrNoPeriod       = fault.New(fault.Conflict, "member.no_period")       // no period runs on the day, so none can end
	ErrCVRTaken       = fault.New(fault.Conflict, "member.cvr_taken")       // another organisation has the number
	ErrCodeTaken      = fault.New(fault.Conflict, "member.code_taken")      // another municipality has the code
	ErrCode           = fault.New(fault.Invalid, "member.code")             // a municipality has a code of three digits, a joint company none
	ErrSuccessorSelf  = fault.New(fault.Invalid, "member.successor_self")   // nobody succeeds itself
	ErrSuccessorCycle = fault.New(fault.Conflict, "member.successor_cycle") // the successor was succeeded by this one, directly or through others
	ErrSuccessorTwice = fault.New(fault.Conflict, "member.successor_twice") // it is the successor already
	ErrPast           = fault.New(fault.Invalid, "member.past")             // what has been stays as it was: a plan begins tomorrow at the earliest
	ErrNotPlanned     = fault.New(fault.NotFound, "member.not_planned")     // nothing is planned from that day
	ErrMail           = fault.New(fault.Invalid, "member.mail")             // no mail address
	ErrResponsible    = fault.New(fault.Invalid, "member.responsible_gone") // the default responsible has no role here today
	errNameMissing    = fault.ErrInvalid.At(fault.Field{Pointer: "/name", Code: "required"})
)

// Check refuses with ErrPeriod a period that ends before it begins.
func (m Membership) Check() error {
	if m.To != nil && m.To.Before(m.From) {
		return ErrPeriod.At(fault.Field{Pointer: "/to", Code: "member.period"})
	}
	return nil
}

// Overlaps tells whether the two share a day.
func (m Membership) Overlaps(o Membership) bool {
	return (m.To == nil || !o.From.After(*m.To)) && (o.To == nil || !m.From.After(*o.To))
}

// Join refuses with ErrPeriod or ErrOverlap a period that cannot stand beside the others.
func Join(have []Membership, next Membership) error {
	if err := next.Check(); err != nil {
		return err
	}
	for _, m := range have {
		if m.Overlaps(next) {
			return ErrOverlap.With("from", m.From.Format(time.DateOnly))
		}
	}
	return nil
}

// Ending returns the period that would end on the day: the one that covers it. It
// refuses with ErrNoPeriod.
func Ending(have []Membership, last time.Time) (Membership, error) {
	for _, m := range have {
		if m.Covers(last) {
			m.To = &last
			return m, nil
		}
	}
	return Membership{}, ErrNoPeriod
}

// MemberOn tells whether one of the periods covers the day.
func MemberOn(have []Membership, day time.Time) bool {
	for _, m := range have {
		if m.Covers(day) {
			return true
		}
	}
	return false
}
