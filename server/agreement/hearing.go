package agreement

import (
	"encoding/json"
	"slices"
	"strings"
	"time"

	"klausul/server/clause"
	"klausul/server/fault"
	"klausul/server/field"
)

// Refusals of a hearing.
var (
	ErrHearingOpen     = fault.New(fault.Conflict, "hearing.open")     // the agreement has one that is open
	ErrHearingClosed   = fault.New(fault.Conflict, "hearing.closed")   // the secretariat ended it
	ErrHearingLate     = fault.New(fault.Conflict, "hearing.late")     // its last day is over
	ErrHearingSent     = fault.New(fault.Conflict, "hearing.sent")     // the answer is with the secretariat
	ErrHearingNotSent  = fault.New(fault.Conflict, "hearing.not_sent") // nothing to take back
	ErrHearingEmpty    = fault.New(fault.Invalid, "hearing.empty")     // nothing is said, not even that there is nothing to say
	ErrHearingRemarks  = fault.New(fault.Invalid, "hearing.remarks")   // no remarks, beside the remarks that are filled in
	ErrHearingNobody   = fault.New(fault.Invalid, "hearing.nobody")    // nobody is asked
	ErrHearingDeadline = fault.New(fault.Invalid, "hearing.deadline")  // a day that is over, or no later than the one it had
	ErrHearingQuestion = fault.New(fault.Invalid, "hearing.question")  // none, or too long
	ErrHearingParty    = fault.New(fault.Invalid, "hearing.party")     // no active member
)

// Hearing is a round of questions on a draft. It keeps the text as it stood when it was
// opened; what becomes of the draft does not reach it.
type Hearing struct {
	ID         int64      `db:"id"`
	Agreement  int64      `db:"agreement_id"`
	No         int        `db:"no"`
	Title      string     `db:"title"`
	VendorName string     `db:"vendor_name"`
	Systems    []string   `db:"systems"`
	Question   string     `db:"question"`
	Deadline   time.Time  `db:"deadline"` // the last day
	TextHash   string     `db:"text_hash"`
	OpenedAt   time.Time  `db:"opened_at"`
	OpenedBy   string     `db:"opened_by"` // empty where the reader may not know the person
	ClosedAt   *time.Time `db:"closed_at"`
	Asked      int        `db:"asked"`
	Sent       int        `db:"sent"`
	Today      time.Time  `db:"today"`
	Waits      int        `db:"waits"` // 1 while somebody can still answer and has not
}

// Over tells whether nothing more can be said.
func (h Hearing) Over() bool { return h.ClosedAt != nil || h.Today.After(h.Deadline) }

// runs refuses with ErrHearingClosed or ErrHearingLate.
func (h Hearing) runs() error {
	switch {
	case h.ClosedAt != nil:
		return ErrHearingClosed
	case h.Over():
		return ErrHearingLate
	}
	return nil
}

// PartyState is how one organisation's answer stands.
type PartyState string

// Silent is asked, and the hearing is over: it is counted as no answer, never as consent.
const (
	PartyAsked  PartyState = "asked"
	PartySent   PartyState = "sent"
	PartySilent PartyState = "silent"
)

// HearingParty is one organisation in a hearing with what it said.
type HearingParty struct {
	Organisation     int32      `db:"organisation_id"`
	OrganisationName string     `db:"organisation_name"`
	NoRemarks        bool       `db:"no_remarks"`
	SentAt           *time.Time `db:"sent_at"`
	SentBy           string     `db:"sent_by"`
	Answers          []Answer   `db:"-"`
}

// State derives how the answer stands.
func (p HearingParty) State(h Hearing) PartyState {
	switch {
	case p.SentAt != nil:
		return PartySent
	case h.Over():
		return PartySilent
	}
	return PartyAsked
}

// What a hearing asks. Remarks on a clause have the clause's key after remarkOn.
const (
	persons    = "persons"
	categories = "categories"
	remark     = "remark"
	remarkOn   = "clause."
)

// dataCategories is the template's question whose choices the members choose from.
const dataCategories = "data.categories"

// mostPersons is more than there are people in the country, and fits the column of a sheet.
const mostPersons = 10_000_000

// HearingDetail is a hearing with its text and what was said. A member sees its own answer,
// the secretariat those that are sent.
type HearingDetail struct {
	Hearing
	Clauses []clause.Clause
	Fields  []field.Field
	Parties []HearingParty
}

// Choices are the kinds of data that a member can say it has; none where the template asks for none.
func (h HearingDetail) Choices() []field.Choice {
	f, _ := field.Find(h.Fields, dataCategories)
	return f.Choices
}

// asks is the question at path. It refuses with field.ErrUnknown.
func (h HearingDetail) asks(path string) (field.Field, error) {
	none, most, long := 0, mostPersons, 4000
	switch {
	case path == persons:
		return field.Field{Path: path, Type: field.Integer, Minimum: &none, Maximum: &most}, nil
	case path == categories && len(h.Choices()) > 0:
		return field.Field{Path: path, Type: field.SomeOf, Choices: h.Choices()}, nil
	case path == remark, strings.HasPrefix(path, remarkOn) && hasClause(h.Clauses, strings.TrimPrefix(path, remarkOn)):
		return field.Field{Path: path, Type: field.LongText, MaxLength: &long}, nil
	}
	return field.Field{}, field.ErrUnknown.At(fault.Field{Pointer: "/path", Code: "field.unknown"})
}

func hasClause(clauses []clause.Clause, key string) bool {
	return slices.ContainsFunc(clauses, func(c clause.Clause) bool { return c.Key == key })
}

// said reads one answer of a party into v; false where there is none.
func (p HearingParty) said(path string, v any) bool {
	i := slices.IndexFunc(p.Answers, func(a Answer) bool { return a.Path == path })
	return i >= 0 && string(p.Answers[i].Value) != "null" && json.Unmarshal(p.Answers[i].Value, v) == nil
}

// empty tells whether nothing is said.
func (p HearingParty) empty() bool {
	return !slices.ContainsFunc(p.Answers, func(a Answer) bool { return string(a.Value) != "null" })
}

// remarks tells whether something is said of the whole or of a clause.
func (p HearingParty) remarks() bool {
	return slices.ContainsFunc(p.Answers, func(a Answer) bool {
		return (a.Path == remark || strings.HasPrefix(a.Path, remarkOn)) && string(a.Value) != "null" && string(a.Value) != `""`
	})
}

// Persons is how many people the party has data on; nil where it did not say.
func (p HearingParty) Persons() *int {
	var n int
	if !p.said(persons, &n) {
		return nil
	}
	return &n
}

// Categories are the kinds of data that it has.
func (p HearingParty) Categories() (out []string) {
	p.said(categories, &out)
	return out
}

// Remark is what it says of the whole.
func (p HearingParty) Remark() (out string) {
	p.said(remark, &out)
	return out
}

// ClauseRemark is what one organisation says of one clause.
type ClauseRemark struct {
	Clause           clause.Clause
	Organisation     int32
	OrganisationName string
	Text             string
}

// Remarks are all that was said of clauses, in the order of the text and then of the names.
func (h HearingDetail) Remarks() []ClauseRemark {
	out := []ClauseRemark{}
	for _, c := range h.Clauses {
		for _, p := range h.Parties {
			var text string
			if p.SentAt != nil && p.said(remarkOn+c.Key, &text) {
				out = append(out, ClauseRemark{c, p.Organisation, p.OrganisationName, text})
			}
		}
	}
	return out
}

// CategoryCount is how many have one kind of data.
type CategoryCount struct {
	field.Choice
	Parties int
}

// Figures sums the facts of those that sent their answer.
type Figures struct {
	Asked, Sent, Silent, NoRemarks int
	Persons                        int // people, of PersonsBy organisations
	PersonsBy                      int
	Categories                     []CategoryCount
}

// Figures counts what was said, and who said nothing.
func (h HearingDetail) Figures() Figures {
	f := Figures{Asked: len(h.Parties), Categories: []CategoryCount{}}
	by := map[string]int{}
	for _, p := range h.Parties {
		switch p.State(h.Hearing) {
		case PartySilent:
			f.Silent++
			continue
		case PartyAsked:
			continue
		}
		f.Sent++
		if p.NoRemarks {
			f.NoRemarks++
		}
		if n := p.Persons(); n != nil {
			f.Persons += *n
			f.PersonsBy++
		}
		for _, c := range p.Categories() {
			by[c]++
		}
	}
	for _, c := range h.Choices() {
		f.Categories = append(f.Categories, CategoryCount{c, by[c.Value]})
	}
	return f
}
