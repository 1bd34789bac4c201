package system

import (
	"slices"
	"strings"
	"time"

	"github.com/google/uuid"

	"klausul/server/fault"
)

// Refusals of a change to a system.
var (
	ErrName          = fault.New(fault.Invalid, "system.name")
	ErrSameName      = fault.New(fault.Conflict, "system.same_name") // Detail "number" of the one that has it
	ErrKitosTaken    = fault.New(fault.Conflict, "system.kitos_taken")
	ErrUnknownVendor = fault.New(fault.Invalid, "system.unknown_vendor")
	ErrChoice        = fault.New(fault.Invalid, "system.choice")
	ErrUnknownKLE    = fault.New(fault.Invalid, "system.unknown_kle")
	ErrScreenedOut   = fault.New(fault.Conflict, "system.screened_out")
	ErrHasData       = fault.New(fault.Conflict, "system.has_data")
	ErrReason        = fault.New(fault.Invalid, "system.reason")
	// ErrPersonsCounted refuses a bucket of persons that the known number does not fall into.
	ErrPersonsCounted = fault.New(fault.Conflict, "system.persons_counted")
)

// The lists of choices. Their values are data (table choice).
const (
	DataKinds    = "data_kind"
	DataSubjects = "data_subject"
	Persons      = "persons"
	Criticality  = "criticality"
	Hosting      = "hosting"
)

// Choice is one value of a list, with its words and where it comes from.
type Choice struct {
	List        string `db:"list"`
	Value       string `db:"value"`
	Da          string `db:"da"`
	En          string `db:"en"`
	Source      string `db:"source"`
	Unconfirmed bool   `db:"unconfirmed"`
}

// Profile is what the secretariat knows of a system: which personal data it holds of
// whom, and how it is run. Empty parts are not known.
type Profile struct {
	DataKinds    []string `json:"dataKinds,omitempty"`
	DataSubjects []string `json:"dataSubjects,omitempty"`
	Persons      string   `json:"persons,omitempty"`      // a bucket of list persons
	PersonsCount *int     `json:"personsCount,omitempty"` // the number itself, where it is known
	Criticality  string   `json:"criticality,omitempty"`
	Hosting      string   `json:"hosting,omitempty"`
	UsesAI       *bool    `json:"usesAi,omitempty"`
}

// Change is all that a person may say of a system at once.
type Change struct {
	Name      string     `json:"name"`
	KitosUUID *uuid.UUID `json:"kitosUuid,omitempty"`
	KLE       []string   `json:"kle,omitempty"`
	Profile
}

// Clean returns the change as it is stored: trimmed, sorted, each value once, the bucket
// that a known number of persons falls into. It refuses with ErrName.
func (c Change) Clean() (Change, error) {
	c.Name = strings.Join(strings.Fields(c.Name), " ")
	if c.Name == "" || len([]rune(c.Name)) > 200 {
		return c, ErrName.At(fault.Field{Pointer: "/name", Code: "system.name"})
	}
	c.DataKinds, c.DataSubjects, c.KLE = once(c.DataKinds), once(c.DataSubjects), once(c.KLE)
	if c.PersonsCount != nil {
		c.Persons = Bucket(*c.PersonsCount)
	}
	return c, nil
}

func once(values []string) []string {
	sorted := slices.Clone(values)
	slices.Sort(sorted)
	return slices.Compact(sorted)
}

// Bucket is the value of list persons that a number of persons falls into. A number on
// the edge of two belongs to the smaller one.
func Bucket(n int) string {
	switch {
	case n <= 0:
		return "none"
	case n <= 10:
		return "to_10"
	case n <= 100:
		return "to_100"
	case n <= 1000:
		return "to_1000"
	case n <= 10000:
		return "to_10000"
	default:
		return "over_10000"
	}
}

// chosen are the rows of table system_profile that a profile is kept in.
func (p Profile) chosen() (lists, values []string) {
	add := func(list string, of ...string) {
		for _, v := range of {
			if v != "" {
				lists, values = append(lists, list), append(values, v)
			}
		}
	}
	add(DataKinds, p.DataKinds...)
	add(DataSubjects, p.DataSubjects...)
	add(Persons, p.Persons)
	add(Criticality, p.Criticality)
	add(Hosting, p.Hosting)
	return lists, values
}

// take puts one row of system_profile back into a profile.
func (p *Profile) take(list, value string) {
	switch list {
	case DataKinds:
		p.DataKinds = append(p.DataKinds, value)
	case DataSubjects:
		p.DataSubjects = append(p.DataSubjects, value)
	case Persons:
		p.Persons = value
	case Criticality:
		p.Criticality = value
	case Hosting:
		p.Hosting = value
	}
}

// holdsData tells whether the profile says that the system holds personal data.
func (p Profile) holdsData() bool { return len(p.DataKinds)+len(p.DataSubjects) > 0 }

// Outcome is what a screening found.
type Outcome string

// The outcomes of a screening.
const (
	HoldsData Outcome = "personal_data"
	NoData    Outcome = "no_personal_data"
)

// Screening is one saying of whether a system holds personal data at all. The newest counts.
type Screening struct {
	Outcome Outcome   `db:"outcome"`
	Reason  string    `db:"reason"`
	At      time.Time `db:"decided_at"`
	By      string    `db:"decided_by"` // empty where the reader may not know the person
}

// Screen checks a screening against the profile: a system that is said to hold personal
// data cannot be screened out before that is taken back. It refuses with ErrHasData or ErrReason.
func Screen(p Profile, o Outcome, reason string) (string, error) {
	reason = strings.TrimSpace(reason)
	if reason == "" {
		return "", ErrReason.At(fault.Field{Pointer: "/reason", Code: "required"})
	}
	if o == NoData && p.holdsData() {
		return "", ErrHasData
	}
	return reason, nil
}

// agrees refuses a profile of personal data for a system that is screened out.
func agrees(p Profile, screenings []Screening) error {
	if p.holdsData() && len(screenings) > 0 && screenings[0].Outcome == NoData {
		return ErrScreenedOut.With("at", screenings[0].At).With("reason", screenings[0].Reason)
	}
	return nil
}
