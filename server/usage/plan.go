package usage

import (
	"time"

	"klausul/server/agreement"
	"klausul/server/fault"
)

// Change asks for one cell to have a value. Base is the value that the writer saw: where
// something else stands by now, nothing is written and both are told.
type Change struct {
	Usage       int32
	Field       Field
	Base, Value string
	was         *kept // an undo gives the reason back to who gave it
	undo        bool
}

// kept is who gave the reason for no agreement, and when.
type kept struct {
	By *int64     `json:"by,omitempty"`
	At *time.Time `json:"at,omitempty"`
}

// Cell is one cell and what it was and is.
type Cell struct {
	Usage  int32  `json:"usage"`
	Field  Field  `json:"field"`
	Before string `json:"before"`
	After  string `json:"after"`
	Was    *kept  `json:"was,omitempty"`
}

// Conflict is a cell that somebody else has changed since the writer saw it: both
// texts, and who changed the row last.
type Conflict struct {
	Usage               int32
	Field               Field
	Base, Yours, Theirs string
	By                  string
	At                  *time.Time
}

// CellError is a cell that cannot have the value asked for, and why.
type CellError struct {
	Usage int32
	Field Field
	Value string
	Code  string
}

// Outcome is what became of a request, cell by cell.
type Outcome struct {
	Change    int64 // what to undo; 0 when nothing changed
	Cells     []Cell
	Conflicts []Conflict
	Errors    []CellError
	Rows      []Usage // the rows concerned, as they stand now
	Unchanged int     // cells that held the value already
}

// stored is a row with what a change must know besides.
type stored struct {
	Usage
	System        int32      `db:"system_id"`
	OwnID         *int64     `db:"own_id"`
	Plain         bool       `db:"own_plain"` // the own agreement is a note of this page and nothing more
	ChangedByName *string    `db:"changed_name"`
	ChangedAt     *time.Time `db:"changed_at"`
}

// planned is a row as it will be.
type planned struct {
	before stored
	after  Usage
	was    *kept
	cells  []Cell
}

// writer is what the rules must know of who writes.
type writer struct {
	people   map[int64]bool // of the organisation
	keepsOwn bool           // a system owner does not give systems away
}

// plan decides about the changes of one row, without looking at other rows. It adds
// what cannot be done to the outcome.
func (w writer) plan(row stored, changes []Change, out *Outcome) planned {
	p := planned{before: row, after: row.Usage}
	var state, reason *Change
	for i := range changes {
		c := &changes[i]
		value, err := c.Field.clean(c.Value)
		if err == nil {
			err = w.person(c.Field, value)
		}
		if err == nil && c.Field == Agreement {
			value, err = row.bare(State(value), c.undo)
		}
		switch now := row.Cell(c.Field); {
		case err != nil:
			out.refuse(*c, err)
		case value == now:
			out.Unchanged++
		case c.Base != now:
			out.Conflicts = append(out.Conflicts, Conflict{Usage: row.ID, Field: c.Field, Base: c.Base, Yours: value, Theirs: now,
				By: text(row.ChangedByName), At: row.ChangedAt})
		case c.Field == Owner && w.keepsOwn:
			out.refuse(*c, ErrOwner)
		case c.Field == Agreement:
			state = &Change{row.ID, c.Field, c.Base, value, c.was, c.undo}
		case c.Field == Reason:
			reason = &Change{row.ID, c.Field, c.Base, value, c.was, c.undo}
		default:
			p.after.set(c.Field, value)
		}
	}
	p.days(changes, out)
	p.standing(state, reason, out)
	p.diff()
	return p
}

func (w writer) person(f Field, value string) *fault.Error {
	if f != Owner && f != Responsible || value == "" {
		return nil
	}
	if id := readID(value); id == nil || !w.people[*id] {
		return ErrPerson
	}
	return nil
}

// days puts both days back when the last is before the first.
func (p *planned) days(changes []Change, out *Outcome) {
	if p.after.To == nil || !p.after.To.Before(p.after.From) {
		return
	}
	p.refuseDays(changes, out, ErrDatesOrder)
}

// refuseDays puts the days back as they were.
func (p *planned) refuseDays(changes []Change, out *Outcome, why *fault.Error) {
	for _, c := range changes {
		if (c.Field == From || c.Field == To) && p.after.Cell(c.Field) != p.before.Cell(c.Field) {
			out.refuse(c, why)
		}
	}
	p.after.From, p.after.To = p.before.From, p.before.To
}

// standing decides about the agreement and the reason, which hang together.
func (p *planned) standing(state, reason *Change, out *Outcome) {
	row := p.before
	given := row.Cell(Reason)
	if reason != nil {
		given = reason.Value
	}
	if state != nil {
		err := row.mayBecome(State(state.Value), given)
		if err != nil {
			out.refuse(*state, err)
			if reason != nil && reason.Value != "" {
				out.refuse(*reason, err)
			}
			return
		}
		p.after.set(Agreement, state.Value)
		if State(state.Value) != NotNeeded {
			given = ""
		}
		p.after.set(Reason, given)
		p.was = state.was
		return
	}
	switch {
	case reason == nil:
	case row.State == NotNeeded && given == "":
		out.refuse(*reason, ErrReason)
	case row.State != NotNeeded && given != "":
		out.refuse(*reason, ErrNoReason)
	default:
		p.after.set(Reason, given)
		p.was = reason.was
	}
}

// bare reads the two words for having nothing of one's own: what holds then is whether
// something is on offer. Neither can be set where the other holds, but an undo takes what it gets.
func (row *stored) bare(state State, undo bool) (string, *fault.Error) {
	if state != Offered && state != Missing {
		return string(state), nil
	}
	holds := Missing
	if row.Offer != nil {
		holds = Offered
	}
	if !undo && state != holds && (state == Offered || row.State == Offered) {
		return string(state), ErrOffered
	}
	return string(holds), nil
}

// mayBecome is the rule of the states: the joint agreement decides by itself, an own
// agreement that is registered is ended where it is registered, and no agreement needs a reason.
func (row *stored) mayBecome(state State, reason string) *fault.Error {
	switch {
	case row.State == Joint, state == Joint:
		return ErrJoint
	case row.OwnID != nil && !row.Plain:
		return agreement.ErrStandingRegistered
	case state == NotNeeded && reason == "":
		return ErrReason
	}
	return nil
}

func (p *planned) diff() {
	p.cells = nil
	for _, f := range Fields {
		before, after := p.before.Cell(f), p.after.Cell(f)
		if before == after {
			continue
		}
		c := Cell{Usage: p.before.ID, Field: f, Before: before, After: after}
		if f == Agreement && p.before.State == NotNeeded || f == Reason && before != "" {
			c.Was = &kept{p.before.ReasonBy, p.before.ReasonAt}
		}
		p.cells = append(p.cells, c)
	}
}

func (o *Outcome) refuse(c Change, why *fault.Error) {
	o.Errors = append(o.Errors, CellError{c.Usage, c.Field, c.Value, why.Code})
}

func text(s *string) string {
	if s == nil {
		return ""
	}
	return *s
}
