// Package system holds the IT systems that vendors deliver and members use.
package system

import (
	"context"
	"strconv"

	"github.com/google/uuid"

	"klausul/server/access"
	"klausul/server/fault"
	"klausul/server/storage"
)

// System is one IT system. Number is public and stable; KitosUUID is its key in the
// national catalogue, when it is there.
type System struct {
	ID           int32      `gorm:"column:id" db:"id"`
	Number       int32      `gorm:"column:number" db:"number"`
	UUID         uuid.UUID  `gorm:"column:uuid" db:"uuid"`
	KitosUUID    *uuid.UUID `gorm:"column:kitos_uuid" db:"kitos_uuid"`
	Name         string     `gorm:"column:name" db:"name"`
	Version      int        `gorm:"column:version" db:"version"`
	VendorNumber int32      `gorm:"-" db:"vendor_number"`
	VendorName   string     `gorm:"-" db:"vendor_name"`
	// Screened is the outcome of the newest screening; empty before the first.
	Screened Outcome `gorm:"-" db:"screened"`
	// Users counts the organisations with a running usage that the scope may see: all
	// members for the secretariat, the own organisation for a member.
	Users int `gorm:"-" db:"users"`
}

// ErrUnknown refuses a system that is not in the register or not the vendor's.
var ErrUnknown = fault.New(fault.Invalid, "system.unknown")

// Service keeps systems.
type Service struct{ db *storage.Store }

// New returns the service on its store.
func New(db *storage.Store) *Service { return &Service{db: db} }

// Filter narrows a list of systems; empty parts do not.
type Filter struct {
	Text        string
	Vendor      int32
	Screened    string // an Outcome, or NotScreened
	Criticality string // a value of that choice list
}

// NotScreened finds the systems that nobody has screened.
const NotScreened = "none"

// standing finds a system by its number, or the one that it was merged into.
const standing = "s.id = (select coalesce(m.merged_into, m.id) from it_system m where m.number = ?)"

const running = `(u.to_date is null or u.to_date >= today()) and u.from_date <= today()
	and exists (select from membership m where m.organisation_id = u.organisation_id and m.from_date <= today() and (m.to_date is null or m.to_date >= today()))`

// outcome is that of the newest screening. Its key serves it.
const outcome = `(select x.outcome from system_screening x where x.system_id = s.id order by x.id desc limit 1)`

// base is the list's statement. Usages are narrowed by the scope as well as by row-level security.
func base(scope access.Scope) *storage.Query {
	const cols = `select s.id, s.number, s.uuid, s.kitos_uuid, s.name, s.version, v.number as vendor_number, v.name as vendor_name,
	coalesce(` + outcome + `, '') as screened,
	(select count(distinct u.organisation_id) from usage u where u.system_id = s.id and ` + running
	const from = `) as users from it_system s join vendor v on v.id = s.vendor_id`
	ids, all := scope.Organisations()
	if all {
		return storage.List(cols + from)
	}
	return storage.List(cols+` and u.organisation_id = any(?)`+from, ids)
}

// orders: it_system_by_name and the key of number serve the lists.
var orders = map[string]storage.Order{
	"name":   {By: "s.name", Type: "text", ID: "s.id"},
	"number": {By: "s.number", Type: "int", ID: "s.id"},
}

func narrow(q *storage.Query, f Filter) *storage.Query {
	q.And("s.merged_into is null")
	q.If(f.Vendor != 0, "v.number = ?", f.Vendor)
	q.If(f.Screened == NotScreened, outcome+" is null")
	q.If(f.Screened != "" && f.Screened != NotScreened, outcome+" = ?", f.Screened)
	q.If(f.Criticality != "", "exists (select from system_profile p where p.system_id = s.id and p.list = 'criticality' and p.value = ?)", f.Criticality)
	if f.Text != "" {
		like := storage.Like(f.Text)
		q.And("(s.name ilike ? or v.name ilike ? or s.number::text = ? or s.kitos_uuid::text = lower(?))", like, like, f.Text, f.Text)
	}
	return q
}

// List returns a page of systems and the cursor of the next.
func (s *Service) List(ctx context.Context, scope access.Scope, f Filter, p storage.Page) ([]System, string, error) {
	rows, err := storage.Select[System](ctx, s.db, scope, narrow(base(scope), f).Page(orders, p))
	if err != nil {
		return nil, "", err
	}
	rows, next := storage.Cut(rows, p, func(y System) (string, int64) {
		return storage.Key(p, map[string]any{"name": y.Name, "number": y.Number}), int64(y.ID)
	})
	return rows, next, nil
}

// Count returns how many systems the filter finds.
func (s *Service) Count(ctx context.Context, scope access.Scope, f Filter) (int, error) {
	return storage.Count(ctx, s.db, scope, narrow(storage.List("select count(*) as total from it_system s join vendor v on v.id = s.vendor_id"), f))
}

// Get returns the system with a public number; the number of one that was merged into
// another answers with that other. It refuses with fault.ErrNotFound.
func (s *Service) Get(ctx context.Context, scope access.Scope, number int32) (System, error) {
	return storage.One[System](ctx, s.db, scope, base(scope).And(standing, number))
}

// OfVendor returns the ids of the numbered systems, all of which the vendor must
// deliver; otherwise it refuses with ErrUnknown and the position of the first that is not.
func OfVendor(tx *storage.Tx, vendor int32, numbers []int32) ([]int32, error) {
	found, err := storage.All[struct {
		ID     int32 `db:"id"`
		Number int32 `db:"number"`
	}](tx, "select id, number from it_system where vendor_id = $1 and merged_into is null and number = any($2)", vendor, numbers)
	if err != nil {
		return nil, err
	}
	byNumber := map[int32]int32{}
	for _, f := range found {
		byNumber[f.Number] = f.ID
	}
	ids := make([]int32, 0, len(numbers))
	for i, n := range numbers {
		id, ok := byNumber[n]
		if !ok {
			return nil, ErrUnknown.At(fault.Field{Pointer: "/systems/" + strconv.Itoa(i), Code: "system.unknown"})
		}
		ids = append(ids, id)
		delete(byNumber, n) // a number twice is refused too
	}
	return ids, nil
}
