// Package agreement holds the joint agreements (fælles databehandleraftaler), their
// versions and answers, and each organisation's own agreement on them (accession).
//
// The shared text is negotiated once and concluded by many: a version is a draft
// until it is released, and frozen from then on; an accession is one organisation's,
// with the legal party of its date. The secretariat can release, never conclude.
package agreement

import (
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"time"

	"klausul/server/clause"
	"klausul/server/fault"
	"klausul/server/field"
	"klausul/server/task"
	"klausul/server/vendor"
)

// State is how a version of the shared text stands.
type State string

// A draft can be answered; an offered text is frozen.
const (
	Draft   State = "draft"
	Offered State = "offered"
)

// Kind says how a version follows the one before.
type Kind string

// A replacement is concluded anew; an amendment is an addendum that leaves its base in force.
const (
	Replacement Kind = "replacement"
	Amendment   Kind = "amendment"
)

// Conformity says how the text stands to the authority's standard clauses.
type Conformity string

// The three answers of design §1.3. A text from the sample is never more than NotAuthority.
const (
	Unchanged    Conformity = "unchanged"
	Deviates     Conformity = "deviates"
	NotAuthority Conformity = "not_authority"
)

// Agreement is a joint agreement with its newest version.
type Agreement struct {
	ID           int64      `gorm:"column:id" db:"id"`
	Number       int32      `gorm:"column:number" db:"number"`
	Title        string     `gorm:"column:title" db:"title"`
	VendorID     int32      `gorm:"column:vendor_id" db:"vendor_id"`
	CreatedAt    time.Time  `gorm:"column:created_at" db:"created_at"`
	VendorNumber int32      `gorm:"-" db:"vendor_number"`
	VendorName   string     `gorm:"-" db:"vendor_name"`
	VersionID    int64      `gorm:"-" db:"version_id"`
	VersionNo    int        `gorm:"-" db:"version_no"`
	State        State      `gorm:"-" db:"state"`
	Version      int        `gorm:"-" db:"version"` // for If-Match
	Template     int64      `gorm:"-" db:"template_version_id"`
	TextHash     *string    `gorm:"-" db:"text_hash"`
	Facts        []byte     `gorm:"-" db:"facts"`
	OfferedAt    *time.Time `gorm:"-" db:"offered_at"`
	Accessions   int        `gorm:"-" db:"accessions"`
	Kind         Kind       `gorm:"-" db:"kind"`
	BaseID       *int64     `gorm:"-" db:"base_version_id"`  // of an amendment
	BaseNo       *int       `gorm:"-" db:"base_no"`          // and its number
	ChangeNote   string     `gorm:"-" db:"change_note"`      // why there is a new version
	DueOn        *time.Time `gorm:"-" db:"due_on"`           // when the organisations should have decided
	Otherwise    bool       `gorm:"-" db:"agreed_otherwise"` // clauses may have been agreed otherwise than the template has them
}

// Code is how the agreement is named on paper: "DBA-0007".
func (a Agreement) Code() string { return fmt.Sprintf("DBA-%04d", a.Number) }

// VersionCode is how a version is named on paper, and what an amendment is one to: "DBA-0007 v1".
func VersionCode(number int32, no int) string {
	return fmt.Sprintf("%s v%d", Agreement{Number: number}.Code(), no)
}

// Answer is one field's answer, with a version of its own.
type Answer struct {
	Path    string          `db:"path"`
	Value   json.RawMessage `db:"value"`
	Version int             `db:"version"`
	By      string          `db:"changed_by"`
	ByID    int64           `db:"changed_by_id"`
	At      time.Time       `db:"changed_at"`
	// AtVersion is the version of the text that this answer made.
	AtVersion int `db:"at_version"`
	// Source is "member" for what an organisation says in its own agreement, or "register" or
	// "base", what it amends, for what was taken from there when it was offered.
	Source string `db:"source"`
}

// SystemRef names a system the agreement covers.
type SystemRef struct {
	ID     int32  `db:"id"`
	Number int32  `db:"number"`
	Name   string `db:"name"`
}

func systemIDs(of []SystemRef) []int32 {
	ids := make([]int32, len(of))
	for i, s := range of {
		ids[i] = s.ID
	}
	return ids
}

// Detail is everything about one joint agreement.
type Detail struct {
	Agreement
	Systems []SystemRef
	Tree    clause.Version
	Answers []Answer
	Batch   *task.Batch
	Derived field.Values // what the register knows about the answers, by path
	Own     int64        // the own organisation's accession, 0 when there is none
	Base    *Detail      // of an amendment: the version it amends
	Vendor  vendor.Vendor
	// Negotiated are the clauses of Tree that read otherwise than the template.
	Negotiated []Negotiated

	plain          []clause.Clause // the template's, without what was agreed
	frozenPrinting int
}

// Refusals of this domain.
var (
	ErrOffered        = fault.New(fault.Conflict, "agreement.offered")          // the text is frozen
	ErrUnanswered     = fault.New(fault.Conflict, "agreement.unanswered")       // required fields have no answer
	ErrRuleBroken     = fault.New(fault.Conflict, "agreement.rule_broken")      // the answers contradict each other or the law
	ErrAnswerConflict = fault.New(fault.Conflict, "agreement.answer_conflict")  // somebody saved the field since
	ErrNoMembers      = fault.New(fault.Conflict, "agreement.no_members")       // nobody to release to
	ErrTemplate       = fault.New(fault.Invalid, "agreement.unknown_template")  // no such published template version
	ErrTextMoved      = fault.New(fault.Conflict, "agreement.text_moved")       // the frozen text no longer has the hash it was released with
	ErrGlyph          = fault.New(fault.Conflict, "agreement.glyph")            // the text holds characters the document's fonts lack
	ErrNoDocument     = fault.New(fault.NotFound, "agreement.document_missing") // the accession has no file in that format
)

// Values are the answers by path.
func (d Detail) Values() field.Values {
	v := field.Values{}
	for _, a := range d.Answers {
		var value any
		if json.Unmarshal(a.Value, &value) == nil && value != nil {
			v[a.Path] = value
		}
	}
	maps.Copy(v, d.Derived)
	return v
}

// Broken are the template's rules that speak of the answers.
func (d Detail) Broken() []field.Rule { return field.Speaking(d.Tree.Rules, d.Tree.Fields, d.Values()) }

// forbidden are the broken rules that stop a release.
func (d Detail) forbidden() []field.Rule {
	return slices.DeleteFunc(d.Broken(), func(r field.Rule) bool { return r.Severity != field.Error })
}

// Conformity judges the text. Only a text whose template an authority's file stands behind
// can be called unchanged, and only as long as no standard text was agreed otherwise.
func (d Detail) Conformity() Conformity {
	switch {
	case d.Tree.Provenance != clause.Authority:
		return NotAuthority
	case slices.ContainsFunc(d.Negotiated, func(n Negotiated) bool { return n.Touched }):
		return Deviates
	}
	return Unchanged
}

// Unanswered lists the required fields without an answer.
func (d Detail) Unanswered() []field.Field { return field.Missing(d.Tree.Fields, d.Values()) }

// Offer freezes the text. It refuses with ErrOffered, ErrUnanswered, ErrRuleBroken or ErrGlyph.
func (d Detail) Offer() (textHash string, err error) {
	if d.State != Draft {
		return "", ErrOffered
	}
	if open := d.Unanswered(); len(open) > 0 {
		fields := make([]fault.Field, len(open))
		for i, f := range open {
			fields[i] = fault.Field{Pointer: "/answers/" + f.Path, Code: "required"}
		}
		return "", ErrUnanswered.At(fields...)
	}
	if broken := d.forbidden(); len(broken) > 0 {
		fields := make([]fault.Field, len(broken))
		for i, r := range broken {
			fields[i] = fault.Field{Pointer: "/answers/" + r.Path, Code: ErrRuleBroken.Code}
		}
		return "", ErrRuleBroken.At(fields...)
	}
	if err := settable(d.Unset()); err != nil {
		return "", err
	}
	return clause.Sum(d.Shared()), nil
}
