// Package vendor holds the vendors (leverandører) that process for the members.
package vendor

import (
	"context"
	"strings"
	"time"

	"klausul/server/access"
	"klausul/server/fault"
	"klausul/server/storage"
)

// Vendor is one vendor. Number is public and stable; Danish vendors have a CVR,
// foreign ones their own country's number.
type Vendor struct {
	ID            int32   `gorm:"column:id" db:"id"`
	Number        int32   `gorm:"column:number" db:"number"`
	Name          string  `gorm:"column:name" db:"name"`
	CVR           *string `gorm:"column:cvr" db:"cvr"`
	ForeignNumber *string `gorm:"column:foreign_number" db:"foreign_number"`
	Country       string  `gorm:"column:country" db:"country"`
	Street        string  `gorm:"column:street" db:"street"`
	PostalCode    string  `gorm:"column:postal_code" db:"postal_code"`
	City          string  `gorm:"column:city" db:"city"`
	// Organisation is the member that the vendor is too: a joint municipal company.
	Organisation *int32     `gorm:"column:organisation_id" db:"organisation_id"`
	Commercial   bool       `gorm:"column:commercial" db:"commercial"`
	NamedFrom    *time.Time `gorm:"column:named_from" db:"named_from"`
	Version      int        `gorm:"column:version" db:"version"`
	Systems      int        `gorm:"-" db:"systems"` // that it delivers
	Chains       int        `gorm:"-" db:"chains"`  // of other vendors, in which it stands today
}

// Register is the number the vendor is known by, with its country: "CVR 12345674".
func (v Vendor) Register() string {
	if v.CVR != nil {
		return "CVR " + *v.CVR
	}
	if v.ForeignNumber != nil {
		return v.Country + " " + *v.ForeignNumber
	}
	return v.Country
}

// ErrUnknown refuses a vendor number that is not in the register.
var ErrUnknown = fault.New(fault.Invalid, "vendor.unknown")

// Service keeps vendors.
type Service struct{ db *storage.Store }

// New returns the service on its store.
func New(db *storage.Store) *Service { return &Service{db: db} }

// Part is what a vendor is to the register.
type Part string

// standing finds what bears the public number now: a vendor that was merged into another leads on to it.
const standing = "v.id = (select coalesce(m.merged_into, m.id) from vendor m where m.number = ?)"

// A vendor may be both.
const (
	Delivers     Part = "delivers"      // systems that members use
	StandsBehind Part = "stands_behind" // another vendor, as its sub-processor
)

// Filter narrows a list of vendors; empty parts do not.
type Filter struct {
	Text, Country string
	Part          Part
}

// The indexes it_system_by_vendor and subprocessor_by_processor serve the counts.
const (
	inChains = `from subprocessor p where p.processor_id = v.id and p.from_date <= today() and (p.to_date is null or p.to_date >= today())`

	vendorCols = `select v.id, v.number, v.name, v.cvr, v.foreign_number, v.country, v.street, v.postal_code, v.city,
	v.organisation_id, v.commercial, v.named_from, v.version, `
	listSQL = vendorCols + `(select count(*) from it_system s where s.vendor_id = v.id and s.merged_into is null) as systems,
	(select count(distinct p.vendor_id) ` + inChains + `) as chains from vendor v`
	vendorSQL = vendorCols + "0 as systems, 0 as chains from vendor v" // inside a use case nobody asks how many
)

// orders: vendor_by_name and the key of number serve the lists.
var orders = map[string]storage.Order{
	"name":   {By: "v.name", Type: "text", ID: "v.id"},
	"number": {By: "v.number", Type: "int", ID: "v.id"},
}

func query(base string, f Filter) *storage.Query {
	q := storage.List(base).And("v.merged_into is null").If(f.Country != "", "v.country = ?", f.Country).
		If(f.Part == Delivers, "exists (select from it_system s where s.vendor_id = v.id and s.merged_into is null)").
		If(f.Part == StandsBehind, "exists (select "+inChains+")")
	if f.Text != "" {
		like := storage.Like(f.Text)
		q.And(`(v.name ilike ? or v.cvr like ? or v.foreign_number ilike ? or v.number::text = ?
			or exists (select from vendor_name o where o.vendor_id = v.id and o.name ilike ?))`, like, like, like, f.Text, like)
	}
	return q
}

// List returns a page of vendors and the cursor of the next.
func (s *Service) List(ctx context.Context, scope access.Scope, f Filter, p storage.Page) ([]Vendor, string, error) {
	rows, err := storage.Select[Vendor](ctx, s.db, scope, query(listSQL, f).Page(orders, p))
	if err != nil {
		return nil, "", err
	}
	rows, next := storage.Cut(rows, p, func(v Vendor) (string, int64) {
		return storage.Key(p, map[string]any{"name": v.Name, "number": v.Number}), int64(v.ID)
	})
	return rows, next, nil
}

// Count returns how many vendors the filter finds.
func (s *Service) Count(ctx context.Context, scope access.Scope, f Filter) (int, error) {
	return storage.Count(ctx, s.db, scope, query("select count(*) as total from vendor v", f))
}

// Get returns the vendor with a public number; the number of one that was merged into
// another answers with that other. It refuses with fault.ErrNotFound.
func (s *Service) Get(ctx context.Context, scope access.Scope, number int32) (Vendor, error) {
	return storage.One[Vendor](ctx, s.db, scope, storage.List(listSQL).And(standing, number))
}

// Load reads a vendor by its inner id inside a transaction.
func Load(tx *storage.Tx, id int32) (Vendor, error) {
	return load(tx, "v.id = $1", id)
}

// ByNumber reads a vendor by its public number inside a transaction, as Get does. It refuses with ErrUnknown.
func ByNumber(tx *storage.Tx, number int32) (Vendor, error) {
	return load(tx, strings.Replace(standing, "?", "$1", 1), number)
}

func load(tx *storage.Tx, where string, arg any) (Vendor, error) {
	v, found, err := storage.Find[Vendor](tx, vendorSQL+" where "+where, arg)
	if err == nil && !found {
		err = ErrUnknown.At(fault.Field{Pointer: "/vendor", Code: "vendor.unknown"})
	}
	return v, err
}
