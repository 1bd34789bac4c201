package vendor

import (
	"cmp"
	"slices"
	"time"
)

// Basis is what a contract names as the basis of a transfer to a third country.
type Basis string

// The bases of chapter V of the regulation.
const (
	BasisEEA      Basis = "eea" // there is no transfer
	BasisAdequacy Basis = "adequacy"
	BasisDPF      Basis = "dpf" // the adequacy decision for the United States
	BasisSCC      Basis = "scc"
	BasisBCR      Basis = "bcr"
	BasisNone     Basis = "none"
	BasisOther    Basis = "other" // as the note says
)

// Status is what a transfer comes to, from best to worst.
type Status string

// A place under an adequacy decision is a third country with a basis; it is never in the EEA.
const (
	InEEA       Status = "eea"
	Adequate    Status = "adequate"
	Safeguarded Status = "safeguarded" // on a basis that the parties made themselves
	Unknown     Status = "unknown"     // nobody has said where
	NoBasis     Status = "no_basis"
)

var worse = []Status{InEEA, Adequate, Safeguarded, Unknown, NoBasis}

// Territory is what a place was to the law in a period.
type Territory struct {
	ID          int32      `db:"id" json:"-"`
	Code        string     `db:"code" json:"code"`
	Kind        string     `db:"kind" json:"kind"`   // eea, adequacy
	Scope       string     `db:"scope" json:"scope"` // all, commercial, dpf
	Decision    string     `db:"decision" json:"decision"`
	From        time.Time  `db:"from_date" json:"from"`
	To          *time.Time `db:"to_date" json:"to,omitempty"`
	Source      string     `db:"source" json:"source"`
	Note        string     `db:"note" json:"note"`
	Checked     *time.Time `db:"checked_on" json:"checkedOn,omitempty"`
	Unconfirmed bool       `db:"unconfirmed" json:"unconfirmed"`
	Version     int        `db:"version" json:"-"`
}

func covers(from time.Time, to *time.Time, day time.Time) bool {
	return !day.Before(from) && (to == nil || !day.After(*to))
}

// Recipient is what the rule asks of who receives the data.
type Recipient struct {
	Commercial bool // Canada's decision reaches commercial organisations only
	Certified  bool // under the Data Privacy Framework, on the day asked about
}

// Verdict is what the law says of one place.
type Verdict struct {
	Place       string
	Status      Status
	Decision    string // the adequacy decision it rests on
	Scope       string // of that decision
	Unconfirmed bool   // nobody has checked the row that it rests on
}

// Transfer weighs each place where a recipient stores, processes or reaches data, on a
// day. Status is that of the worst. A stated basis counts only where the law knows it:
// "adequacy" without a decision that reaches the recipient is no basis, and "eea" does
// not make a place lie there.
func Transfer(places []string, basis Basis, r Recipient, territories []Territory, day time.Time) (Status, []Verdict) {
	if len(places) == 0 {
		return Unknown, nil
	}
	places = slices.Compact(slices.Sorted(slices.Values(places)))
	all := make([]Verdict, len(places))
	for i, p := range places {
		all[i] = weigh(p, basis, r, territories, day)
	}
	worst := slices.MaxFunc(all, func(a, b Verdict) int {
		return cmp.Compare(slices.Index(worse, a.Status), slices.Index(worse, b.Status))
	})
	return worst.Status, all
}

func weigh(place string, basis Basis, r Recipient, territories []Territory, day time.Time) Verdict {
	v := Verdict{Place: place, Status: NoBasis}
	for _, t := range territories {
		if t.Code != place || !covers(t.From, t.To, day) {
			continue
		}
		v.Decision, v.Scope, v.Unconfirmed = t.Decision, t.Scope, t.Unconfirmed
		switch {
		case t.Kind == "eea":
			v.Status = InEEA
			return v
		case t.Scope == "commercial" && !r.Commercial, t.Scope == "dpf" && !r.Certified: // the decision does not reach the recipient
		default:
			v.Status = Adequate
			return v
		}
	}
	if basis == BasisSCC || basis == BasisBCR || basis == BasisOther {
		v.Status = Safeguarded
	}
	return v
}
