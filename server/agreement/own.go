package agreement

import (
	"strconv"
	"strings"
	"time"

	"github.com/google/uuid"

	"klausul/server/fault"
)

// Refusals of an agreement that the secretariat did not negotiate.
var (
	ErrOwnSystems     = fault.New(fault.Invalid, "own.systems") // no system, or one that the vendor never delivered
	ErrOwnDates       = fault.New(fault.Invalid, "own.dates")   // ends before it was signed
	ErrOwnTitle       = fault.New(fault.Invalid, "own.title")   // too long
	ErrOwnPromise     = fault.New(fault.Invalid, "own.promise") // no such concept, or an interval out of range
	ErrOwnNotProposed = fault.New(fault.Conflict, "own.not_proposed")
	ErrOwnNoFile      = fault.New(fault.NotFound, "own.no_file")
	ErrOwnVendor      = fault.New(fault.Invalid, "own.vendor")
)

// OwnKind is where the text of an own agreement comes from.
type OwnKind string

// The kinds of own agreements.
const (
	OwnText  OwnKind = "own"       // the organisation's or the vendor's own text
	KLKombit OwnKind = "kl_kombit" // an old one on KL's and KOMBIT's template
)

// OwnState is whether an own agreement is the organisation's word, or only the secretariat's proposal.
type OwnState string

// The states of an own agreement.
const (
	OwnProposed   OwnState = "proposed"
	OwnRegistered OwnState = "registered"
)

// Own is an agreement of one organisation that the secretariat did not negotiate.
type Own struct {
	ID               int64      `db:"id"`
	Organisation     int32      `db:"organisation_id"`
	OrganisationName string     `db:"organisation_name"`
	VendorNumber     int32      `db:"vendor_number"`
	VendorName       string     `db:"vendor_name"`
	Kind             OwnKind    `db:"kind"`
	State            OwnState   `db:"state"`
	Title            string     `db:"title"`
	SignedOn         *time.Time `db:"signed_on"`
	EndsOn           *time.Time `db:"ends_on"`
	Concept          *int       `db:"concept"`         // of supervision, as promised: 1 to 6
	Interval         *int       `db:"interval_months"` // of supervision, as promised
	CaseNumber       string     `db:"case_number"`
	Note             string     `db:"note"`
	File             *int64     `db:"file_id"`
	FileName         string     `db:"file_name"`
	Systems          int        `db:"systems"`
	Version          int        `db:"version"`
	CreatedAt        time.Time  `db:"created_at"`
	CreatedBy        string     `db:"created_by"` // empty where the reader may not know the person
}

// Ended tells whether the agreement has run out on a day.
func (o Own) Ended(day time.Time) bool { return o.EndsOn != nil && o.EndsOn.Before(day) }

// OwnFile is the stored file of an own agreement.
type OwnFile struct {
	SHA256      string     `db:"sha256"`
	Size        int64      `db:"size"`
	State       string     `db:"state"`
	LockedUntil *time.Time `db:"locked_until"`
	ScannedAt   *time.Time `db:"scanned_at"` // nil: no scanner looked at it
}

// OwnDetail is an own agreement with its systems and its file.
type OwnDetail struct {
	Own
	Covers []SystemRef
	Stored *OwnFile
}

// OwnDraft is what a person says of an own agreement.
type OwnDraft struct {
	Organisation int32      `json:"-"` // for the secretariat: whose
	Vendor       int32      `json:"vendor"`
	Systems      []int32    `json:"systems"`
	Kind         OwnKind    `json:"kind"`
	Title        string     `json:"title"`
	SignedOn     *time.Time `json:"signedOn,omitempty"`
	EndsOn       *time.Time `json:"endsOn,omitempty"`
	Concept      *int       `json:"concept,omitempty"`
	Interval     *int       `json:"intervalMonths,omitempty"`
	CaseNumber   string     `json:"caseNumber,omitempty"`
	Note         string     `json:"note,omitempty"`
	Upload       *uuid.UUID `json:"upload,omitempty"` // the received file; nil: none, or the one that is there stays
}

// TitleFor is what an agreement with a vendor is called where nobody gave it a name.
func TitleFor(vendor string) string { return "Databehandleraftale – " + vendor }

// Clean returns the draft as it is stored, and every fault it has by field.
func (d OwnDraft) Clean() (OwnDraft, []fault.Field) {
	var wrong []fault.Field
	say := func(pointer string, e *fault.Error) {
		wrong = append(wrong, fault.Field{Pointer: pointer, Code: e.Code})
	}
	d.Title = strings.Join(strings.Fields(d.Title), " ")
	d.CaseNumber, d.Note = strings.TrimSpace(d.CaseNumber), strings.TrimSpace(d.Note)
	if d.Kind == "" {
		d.Kind = OwnText
	}
	if len([]rune(d.Title)) > 200 {
		say("/title", ErrOwnTitle)
	}
	if len(d.Systems) == 0 {
		say("/systems", ErrOwnSystems)
	}
	if d.SignedOn != nil && d.EndsOn != nil && d.EndsOn.Before(*d.SignedOn) {
		say("/endsOn", ErrOwnDates)
	}
	if d.Concept != nil && (*d.Concept < 1 || *d.Concept > 6) {
		say("/concept", ErrOwnPromise)
	}
	if d.Interval != nil && (*d.Interval < 1 || *d.Interval > 120) {
		say("/intervalMonths", ErrOwnPromise)
	}
	return d, wrong
}

// refuse is the refusal of a draft for its faults: the first names it, all are told.
func refuse(wrong []fault.Field) error {
	if len(wrong) == 0 {
		return nil
	}
	for _, e := range []*fault.Error{ErrOwnSystems, ErrOwnDates, ErrOwnTitle, ErrOwnPromise, ErrOwnVendor} {
		if e.Code == wrong[0].Code {
			return e.At(wrong...)
		}
	}
	return fault.ErrInvalid.At(wrong...)
}

func at(list string, i int) string { return list + "/" + strconv.Itoa(i) }
