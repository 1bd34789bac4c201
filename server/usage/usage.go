// Package usage holds what organisations use: which system, since when, who answers for
// it, and on which agreement it stands. It is the contact person's own list, changed
// cell by cell.
package usage

import (
	"strconv"
	"time"
	"unicode/utf8"

	"klausul/server/fault"
	"klausul/server/field"
)

// State is the agreement that a usage stands on. It is derived, never stored: the first
// that holds in the order below.
type State string

// The states.
const (
	Joint     State = "joint"      // an accession that the organisation has concluded covers the system
	Own       State = "own"        // an agreement of its own runs today
	KLKombit  State = "kl_kombit"  // an old one on KL's or KOMBIT's template does
	NotNeeded State = "not_needed" // somebody said why none is needed
	Offered   State = "offered"    // a joint agreement waits for the organisation, which has not concluded it
	Missing   State = "missing"
)

// States lists them in the order in which they are derived.
var States = []State{Joint, Own, KLKombit, NotNeeded, Offered, Missing}

// Field is a cell of the list that can be written.
type Field string

// The fields.
const (
	Agreement   Field = "agreement"
	Reason      Field = "reason" // why no agreement is needed
	LocalName   Field = "localName"
	LocalOwner  Field = "localOwner" // where the owner is no user here
	Owner       Field = "owner"
	Responsible Field = "responsible"
	Persons     Field = "persons"
	CaseNumber  Field = "caseNumber"
	From        Field = "from"
	To          Field = "to"
)

// Fields lists them in the order of the page.
var Fields = []Field{Agreement, Reason, Responsible, Owner, LocalOwner, LocalName, Persons, CaseNumber, From, To}

// The ways in which a cell is refused; the other cells of the request are written.
var (
	ErrUnknown    = fault.New(fault.NotFound, "usage.unknown") // no such row, or not the writer's
	ErrJoint      = fault.New(fault.Conflict, "usage.joint")   // the joint agreement decides the state
	ErrOffered    = fault.New(fault.Conflict, "usage.offered") // what is on offer is decided on its own page
	ErrState      = fault.New(fault.Invalid, "usage.state")
	ErrReason     = fault.New(fault.Invalid, "usage.reason_needed")
	ErrNoReason   = fault.New(fault.Invalid, "usage.reason_without") // a reason, where an agreement is needed
	ErrPerson     = fault.New(fault.Invalid, "usage.person_unknown")
	ErrOwner      = fault.New(fault.Forbidden, "usage.owner_not_yours") // a system owner does not give systems away
	ErrPersons    = fault.New(fault.Invalid, "usage.persons")
	ErrDate       = fault.New(fault.Invalid, "usage.date")
	ErrDatesOrder = fault.New(fault.Invalid, "usage.dates_order")
	ErrTooLong    = fault.New(fault.Invalid, "usage.too_long")
	// ErrOverlap refuses two usages of one system by one organisation at the same time.
	ErrOverlap = fault.New(fault.Conflict, "usage.overlap")
)

// Usage is one organisation's use of one system, and how it stands.
type Usage struct {
	ID               int32      `db:"id"`
	Organisation     int32      `db:"organisation_id"`
	OrganisationName string     `db:"organisation_name"`
	SystemNumber     int32      `db:"system_number"`
	SystemName       string     `db:"system_name"`
	VendorNumber     int32      `db:"vendor_number"`
	VendorName       string     `db:"vendor_name"`
	State            State      `db:"agreement"`
	Accession        *int64     `db:"accession_id"` // concluded
	Offer            *int64     `db:"offer_id"`     // or on offer
	OfferState       *string    `db:"offer_state"`
	AgreementCode    *string    `db:"agreement_code"` // of either
	AgreementVersion *int32     `db:"agreement_version"`
	OwnTitle         *string    `db:"own_title"`
	OwnEnds          *time.Time `db:"own_ends"`
	Reason           *string    `db:"not_needed_reason"`
	ReasonBy         *int64     `db:"not_needed_by"`
	ReasonByName     *string    `db:"not_needed_name"`
	ReasonAt         *time.Time `db:"not_needed_at"`
	From             time.Time  `db:"from_date"`
	To               *time.Time `db:"to_date"`
	Source           string     `db:"source"`
	LocalName        string     `db:"local_name"`
	LocalOwner       string     `db:"local_owner"`
	Owner            *int64     `db:"owner_id"`
	OwnerName        *string    `db:"owner_name"`
	Responsible      *int64     `db:"responsible_id"`
	ResponsibleName  *string    `db:"responsible_name"`
	Persons          *int32     `db:"persons"`
	CaseNumber       string     `db:"case_number"`
	Version          int32      `db:"version"`
}

// Cell is the value of a cell as it is written and compared: people by id, days as
// 2026-11-26, nothing as "".
func (u *Usage) Cell(f Field) string {
	switch f {
	case Agreement:
		return string(u.State)
	case Reason:
		if u.Reason == nil || u.State != NotNeeded { // an agreement that came since stands above it
			return ""
		}
		return *u.Reason
	case LocalName:
		return u.LocalName
	case LocalOwner:
		return u.LocalOwner
	case Owner:
		return id(u.Owner)
	case Responsible:
		return id(u.Responsible)
	case Persons:
		return number(u.Persons)
	case CaseNumber:
		return u.CaseNumber
	case From:
		return u.From.Format(time.DateOnly)
	case To:
		if u.To == nil {
			return ""
		}
		return u.To.Format(time.DateOnly)
	}
	return ""
}

// set writes a clean value into a cell. The agreement is derived: what stands behind it
// is written elsewhere, and set says what it will be.
func (u *Usage) set(f Field, value string) {
	switch f {
	case Agreement:
		u.State = State(value)
	case Reason:
		u.Reason = nil
		if value != "" {
			u.Reason = &value
		}
	case LocalName:
		u.LocalName = value
	case LocalOwner:
		u.LocalOwner = value
	case Owner:
		u.Owner = readID(value)
	case Responsible:
		u.Responsible = readID(value)
	case Persons:
		u.Persons = nil
		if n, err := strconv.ParseInt(value, 10, 32); err == nil {
			n32 := int32(n)
			u.Persons = &n32
		}
	case CaseNumber:
		u.CaseNumber = value
	case From:
		u.From, _ = time.Parse(time.DateOnly, value)
	case To:
		u.To = nil
		if day, err := time.Parse(time.DateOnly, value); err == nil {
			u.To = &day
		}
	}
}

func id(n *int64) string {
	if n == nil {
		return ""
	}
	return strconv.FormatInt(*n, 10)
}

func readID(s string) *int64 {
	n, err := strconv.ParseInt(s, 10, 64)
	if err != nil {
		return nil
	}
	return &n
}

func number(n *int32) string {
	if n == nil {
		return ""
	}
	return strconv.Itoa(int(*n))
}

const (
	longestText   = 200
	longestReason = 500
)

// clean is the value as it is kept, or why it cannot be: spaces around it go, 1.234
// persons are 1234. People are checked against the organisation's elsewhere.
func (f Field) clean(value string) (string, *fault.Error) {
	value = field.Clean(value)
	switch f {
	case Agreement:
		switch State(value) {
		case Joint, Own, KLKombit, NotNeeded, Offered, Missing:
			return value, nil
		}
		return "", ErrState
	case Owner, Responsible:
		if value != "" && readID(value) == nil {
			return "", ErrPerson
		}
	case Persons:
		if value == "" {
			break
		}
		n, ok := field.Persons(value)
		if !ok {
			return "", ErrPersons
		}
		value = strconv.FormatInt(n, 10)
	case From, To:
		if f == To && value == "" {
			break
		}
		day, ok := field.ParseDate(value)
		if !ok {
			return "", ErrDate
		}
		value = day.Format(time.DateOnly)
	case Reason:
		if utf8.RuneCountInString(value) > longestReason {
			return "", ErrTooLong
		}
	case LocalName, LocalOwner, CaseNumber:
		if utf8.RuneCountInString(value) > longestText {
			return "", ErrTooLong
		}
	}
	return value, nil
}
