// Package member holds the member organisations, their dated membership, and the
// users and roles that act for them.
package member

import (
	"encoding/json"
	"strings"
	"time"

	"klausul/server/fault"
)

// Kind is the sort of a member organisation.
type Kind string

// A joint municipal company may be a vendor as well.
const (
	Municipality Kind = "municipality"
	JointCompany Kind = "joint_company"
)

// Address is a postal address as it stands in agreements. Country is ISO 3166 alpha-2.
type Address struct {
	Street     string `json:"street" gorm:"column:street"`
	PostalCode string `json:"postalCode" gorm:"column:postal_code"`
	City       string `json:"city" gorm:"column:city"`
	Country    string `json:"country" gorm:"column:country"`
}

// Complete tells whether an agreement can name the party by this address.
func (a Address) Complete() bool { return a.Street != "" && a.PostalCode != "" && a.City != "" }

// Line is the address on one line.
func (a Address) Line() string {
	if !a.Complete() {
		return ""
	}
	return a.Street + ", " + a.PostalCode + " " + a.City
}

// Clean trims the address and refuses one that is half filled in.
func (a Address) Clean() (Address, error) {
	a.Street, a.PostalCode, a.City = strings.TrimSpace(a.Street), strings.TrimSpace(a.PostalCode), strings.TrimSpace(a.City)
	a.Country = strings.ToUpper(strings.TrimSpace(a.Country))
	if a.Country == "" {
		a.Country = "DK"
	}
	var missing []fault.Field
	for pointer, v := range map[string]string{"/address/street": a.Street, "/address/postalCode": a.PostalCode, "/address/city": a.City} {
		if v == "" {
			missing = append(missing, fault.Field{Pointer: pointer, Code: "required"})
		}
	}
	if len(missing) > 0 {
		return a, ErrAddress.At(missing...)
	}
	if a.Country == "DK" && !danishPostalCode(a.PostalCode) {
		return a, ErrAddress.At(fault.Field{Pointer: "/address/postalCode", Code: "member.postal_code"})
	}
	return a, nil
}

// danishPostalCode: four digits, 0555 to 9990.
func danishPostalCode(s string) bool {
	return len(s) == 4 && strings.Trim(s, "0123456789") == "" && s >= "0555" && s <= "9990"
}

// ErrAddress refuses an address that could not stand in an agreement.
var ErrAddress = fault.New(fault.Invalid, "member.address")

// Membership is one period; To is its last day, nil while it runs.
type Membership struct {
	From time.Time
	To   *time.Time
}

// Covers tells whether the day lies in the period.
func (m Membership) Covers(day time.Time) bool {
	return !day.Before(m.From) && (m.To == nil || !day.After(*m.To))
}

// Organisation is a member organisation: the tenant.
type Organisation struct {
	ID               int32           `gorm:"column:id" db:"id"`
	Kind             Kind            `gorm:"column:kind" db:"kind"`
	Name             string          `gorm:"column:name" db:"name"`
	CVR              string          `gorm:"column:cvr" db:"cvr"`
	MunicipalityCode *string         `gorm:"column:municipality_code" db:"municipality_code"`
	Street           string          `gorm:"column:street" db:"street"`
	PostalCode       string          `gorm:"column:postal_code" db:"postal_code"`
	City             string          `gorm:"column:city" db:"city"`
	Country          string          `gorm:"column:country" db:"country"`
	Mail             string          `gorm:"column:mail" db:"mail"`
	Version          int             `gorm:"column:version" db:"version"`
	Periods          json.RawMessage `gorm:"-" db:"periods"`
}

// Address returns the organisation's address.
func (o Organisation) Address() Address {
	return Address{o.Street, o.PostalCode, o.City, o.Country}
}

// Memberships returns the periods, oldest first.
func (o Organisation) Memberships() ([]Membership, error) {
	var raw []struct {
		From string
		To   *string
	}
	if err := json.Unmarshal(o.Periods, &raw); err != nil {
		return nil, err
	}
	out := make([]Membership, len(raw))
	for i, r := range raw {
		from, err := time.Parse(time.DateOnly, r.From)
		if err != nil {
			return nil, err
		}
		out[i].From = from
		if r.To != nil {
			to, err := time.Parse(time.DateOnly, *r.To)
			if err != nil {
				return nil, err
			}
			out[i].To = &to
		}
	}
	return out, nil
}
