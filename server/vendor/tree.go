package vendor

import (
	"context"
	"errors"
	"slices"
	"strings"
	"time"

	"klausul/server/access"
	"klausul/server/fault"
	"klausul/server/field"
	"klausul/server/storage"
)

// Refusals of the sub-processor tree.
var (
	// ErrCycle refuses a sub-processor that stands above itself: the main vendor, or one higher up in the chain.
	ErrCycle = fault.New(fault.Conflict, "vendor.subprocessor_cycle")
	// ErrParent refuses a row under one of another vendor's tree, another system's, or one that has ended.
	ErrParent = fault.New(fault.Invalid, "vendor.subprocessor_parent")
	// ErrSubprocessor refuses a row whose parts make no sense; each is named.
	ErrSubprocessor = fault.New(fault.Invalid, "vendor.subprocessor")
	// ErrSystem refuses a system that the vendor does not deliver.
	ErrSystem = fault.New(fault.Invalid, "vendor.system")
	// ErrOutlives refuses a last day after that of the row above.
	ErrOutlives = fault.New(fault.Invalid, "vendor.subprocessor_outlives")
	// ErrEnded refuses a last day that the row has already.
	ErrEnded = fault.New(fault.Conflict, "vendor.subprocessor_ended")
)

// Subprocessor is one row of a vendor's tree: who processes, under whom, what, where and
// on which basis, for a time.
type Subprocessor struct {
	ID         int64      `db:"id" json:"-"`
	Parent     *int64     `db:"parent_id" json:"parent,omitempty"`
	System     *int32     `db:"system_number" json:"system,omitempty"` // nil: all of the vendor's
	SystemName *string    `db:"system_name" json:"-"`
	Processor  int32      `db:"processor_number" json:"processor"`
	Name       string     `db:"processor_name" json:"-"`
	Service    string     `db:"service" json:"service"`
	Storage    []string   `db:"storage" json:"storage"`
	Processing []string   `db:"processing" json:"processing"`
	Remote     []string   `db:"remote" json:"remote"`
	Basis      Basis      `db:"basis" json:"basis"`
	Note       string     `db:"basis_note" json:"note"`
	From       time.Time  `db:"from_date" json:"from"`
	To         *time.Time `db:"to_date" json:"to,omitempty"`
	Version    int        `db:"version" json:"-"`

	Commercial bool `db:"commercial" json:"-"`
	Certified  bool `db:"certified" json:"-"` // on the day asked about

	Tier     int       `db:"-" json:"-"` // 1: directly under the vendor
	Status   Status    `db:"-" json:"-"`
	Verdicts []Verdict `db:"-" json:"-"`
}

// Places are all where the data is, each once.
func (s Subprocessor) Places() []string {
	return slices.Compact(slices.Sorted(slices.Values(slices.Concat(s.Storage, s.Processing, s.Remote))))
}

// under is the id of the row that it stands under; 0 directly under the vendor.
func (s Subprocessor) under() int64 {
	if s.Parent == nil {
		return 0
	}
	return *s.Parent
}

// clean tidies the row and refuses with ErrSubprocessor or ErrPeriod.
func (s Subprocessor) clean() (Subprocessor, error) {
	s.Service, s.Note = strings.TrimSpace(s.Service), strings.TrimSpace(s.Note)
	var wrong []fault.Field
	for pointer, list := range map[string]*[]string{"/storage": &s.Storage, "/processing": &s.Processing, "/remote": &s.Remote} {
		codes := []string{}
		for _, written := range *list {
			code := field.PlaceOf(written)
			if code == "" {
				wrong = append(wrong, fault.Field{Pointer: pointer, Code: "field.place", Message: written})
				continue
			}
			if !slices.Contains(codes, code) {
				codes = append(codes, code)
			}
		}
		*list = codes
	}
	if s.Basis == BasisOther && s.Note == "" {
		wrong = append(wrong, fault.Field{Pointer: "/note", Code: "required"})
	}
	if len(wrong) > 0 {
		return s, ErrSubprocessor.At(wrong...)
	}
	if s.To != nil && s.To.Before(s.From) {
		return s, ErrPeriod.At(fault.Field{Pointer: "/to", Code: "vendor.period"})
	}
	return s, nil
}

// ranked puts the rows in reading order, each under its parent, with its tier. A row
// whose parent is not among them stands at the top.
func ranked(rows []Subprocessor) []Subprocessor {
	under := map[int64][]Subprocessor{}
	known := map[int64]bool{}
	for _, r := range rows {
		known[r.ID] = true
	}
	for _, r := range rows {
		parent := int64(0)
		if known[r.under()] {
			parent = r.under()
		}
		under[parent] = append(under[parent], r)
	}
	out := make([]Subprocessor, 0, len(rows))
	var walk func(parent int64, tier int)
	walk = func(parent int64, tier int) {
		for _, r := range under[parent] {
			r.Tier = tier
			out = append(out, r)
			walk(r.ID, tier+1)
		}
	}
	walk(0, 1)
	return out
}

// TreeFilter says which rows of a tree: those in force on the day, for one system (with
// those for all) or for every one.
type TreeFilter struct {
	On     time.Time
	System int32  // a public number; 0: every row
	Status Status // what their transfer comes to; empty: any
}

// treeSQL: the index subprocessor_tree serves it.
const treeSQL = `select p.id, p.parent_id, y.number as system_number, y.name::text as system_name, v.number as processor_number, v.name::text as processor_name,
	p.service, p.storage, p.processing, p.remote, p.basis, p.basis_note, p.from_date, p.to_date, p.version, v.commercial,
	exists (select from dpf_certification d where d.vendor_id = v.id and d.from_date <= ?::date and (d.to_date is null or d.to_date >= ?::date)) as certified
	from subprocessor p join vendor v on v.id = p.processor_id left join it_system y on y.id = p.system_id`

// Tree returns a vendor's sub-processors in reading order, weighed by the law of the day.
// It refuses with fault.ErrNotFound.
func (s *Service) Tree(ctx context.Context, scope access.Scope, number int32, f TreeFilter) ([]Subprocessor, error) {
	v, err := s.Get(ctx, scope, number)
	if err != nil {
		return nil, err
	}
	if f.On.IsZero() {
		f.On = s.Today()
	}
	rows, err := storage.Select[Subprocessor](ctx, s.db, scope, storage.List(treeSQL, f.On, f.On).And("p.vendor_id = ?", v.ID).
		And("p.from_date <= ? and (p.to_date is null or p.to_date >= ?)", f.On, f.On).
		If(f.System != 0, "(y.number = ? or p.system_id is null)", f.System).
		Last("order by y.name nulls first, v.name, p.id limit 5000"))
	if err != nil {
		return nil, err
	}
	territories, err := s.Territories(ctx, scope)
	if err != nil {
		return nil, err
	}
	return weighed(ranked(rows), territories, f.On, f.Status), nil
}

// weighed tells what each transfer comes to, and keeps those that come to status, if any is asked for.
func weighed(rows []Subprocessor, territories []Territory, day time.Time, status Status) []Subprocessor {
	for i := range rows {
		rows[i].weigh(territories, day)
	}
	return slices.DeleteFunc(rows, func(r Subprocessor) bool { return status != "" && r.Status != status })
}

// Standing returns the ids of the rows, in anybody's tree, in which the vendor processes
// on a day (zero: today) and its transfer comes to status.
func (s *Service) Standing(ctx context.Context, scope access.Scope, number int32, day time.Time, status Status) ([]int64, error) {
	if day.IsZero() {
		day = s.Today()
	}
	rows, err := storage.Select[Subprocessor](ctx, s.db, scope, storage.List(treeSQL, day, day).And("v.number = ?", number).
		And("p.from_date <= ? and (p.to_date is null or p.to_date >= ?)", day, day).Last("order by p.id limit 5000"))
	if err != nil {
		return nil, err
	}
	territories, err := s.Territories(ctx, scope)
	ids := []int64{}
	for _, r := range weighed(rows, territories, day, status) {
		ids = append(ids, r.ID)
	}
	return ids, err
}

func (s *Subprocessor) weigh(territories []Territory, day time.Time) {
	s.Status, s.Verdicts = Transfer(s.Places(), s.Basis, Recipient{Commercial: s.Commercial, Certified: s.Certified}, territories, day)
}

// Today is the legal date now.
func (s *Service) Today() time.Time { return storage.LegalDate(s.db.Now()) }

// AddSubprocessor puts a row into a vendor's tree. Under a parent it is for the parent's
// system. It refuses with ErrSubprocessor, ErrPeriod, ErrParent, ErrSystem, ErrUnknown
// for a processor that is no vendor, ErrCycle or fault.ErrNotFound.
func (s *Service) AddSubprocessor(ctx context.Context, scope access.Scope, number int32, row Subprocessor) (Subprocessor, error) {
	row, err := row.clean()
	if err != nil {
		return row, err
	}
	var id int64
	err = s.db.Write(ctx, scope, "subprocessor.add", func(tx *storage.Tx) error {
		v, err := Hold(tx, number)
		if err != nil {
			return err
		}
		id, err = add(tx, v, row)
		return err
	})
	if err != nil {
		return row, err
	}
	return s.subprocessor(ctx, scope, id)
}

// add inserts one row and records it. v is locked: its tree has one writer.
func add(tx *storage.Tx, v Vendor, row Subprocessor) (int64, error) {
	system, until, err := systemOf(tx, v, row)
	if err != nil {
		return 0, err
	}
	if row.To == nil {
		row.To = until
	}
	processor, err := processorOf(tx, row)
	if err != nil {
		return 0, err
	}
	row.Processor = processor.Number
	var id int64
	err = tx.Pgx().QueryRow(tx.Context(), `insert into subprocessor (vendor_id, system_id, parent_id, processor_id, service, storage, processing, remote,
		basis, basis_note, from_date, to_date, created_at, created_by) values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14) returning id`,
		v.ID, system, row.Parent, processor.ID, row.Service, row.Storage, row.Processing, row.Remote, row.Basis, row.Note, row.From, row.To,
		tx.Now(), tx.Scope().Actor().User).Scan(&id)
	if err != nil {
		return 0, refused(err)
	}
	tx.Record("subprocessor", id, 0, nil, row)
	tx.Record("vendor", v.ID, 0, nil, nil)
	return id, nil
}

// processorOf is who the row names, or the vendor that it was merged into.
func processorOf(tx *storage.Tx, row Subprocessor) (Vendor, error) {
	v, err := ByNumber(tx, row.Processor)
	if errors.Is(err, ErrUnknown) {
		err = ErrUnknown.At(fault.Field{Pointer: "/processor", Code: "vendor.unknown"})
	}
	return v, err
}

// systemOf is the id of the system that the row is for, its parent's or the one it names,
// and the parent's last day.
func systemOf(tx *storage.Tx, v Vendor, row Subprocessor) (*int32, *time.Time, error) {
	if row.Parent != nil {
		p, found, err := storage.Find[struct {
			System *int32     `db:"system_id"`
			To     *time.Time `db:"to_date"`
		}](tx, "select system_id, to_date from subprocessor where id = $1 and vendor_id = $2", *row.Parent, v.ID)
		if err == nil && (!found || p.To != nil && (row.From.After(*p.To) || row.To != nil && row.To.After(*p.To))) {
			err = ErrParent.At(fault.Field{Pointer: "/parent", Code: "vendor.subprocessor_parent"})
		}
		return p.System, p.To, err
	}
	if row.System == nil {
		return nil, nil, nil
	}
	y, found, err := storage.Find[struct {
		ID int32 `db:"id"`
	}](tx, `select s.id from it_system s where s.vendor_id = $2
		and s.id = (select coalesce(m.merged_into, m.id) from it_system m where m.number = $1)`, *row.System, v.ID)
	if err == nil && !found {
		err = ErrSystem.At(fault.Field{Pointer: "/system", Code: "vendor.system"})
	}
	return &y.ID, nil, err
}

// outlives refuses with ErrParent a row that would stand under one that ends before it.
func outlives(tx *storage.Tx, vendor int32, row Subprocessor) error {
	_, until, err := systemOf(tx, Vendor{ID: vendor}, row)
	if err == nil && until != nil && row.To == nil {
		err = ErrParent.At(fault.Field{Pointer: "/parent", Code: "vendor.subprocessor_parent"})
	}
	return err
}

// subprocessor reads one row again, weighed by the law of today.
func (s *Service) subprocessor(ctx context.Context, scope access.Scope, id int64) (Subprocessor, error) {
	today := s.Today()
	row, err := storage.One[Subprocessor](ctx, s.db, scope, storage.List(treeSQL, today, today).And("p.id = ?", id))
	if err != nil {
		return row, err
	}
	territories, err := s.Territories(ctx, scope)
	row.weigh(territories, today)
	return row, err
}

// ChangeSubprocessor sets what is said of a row: the service, the places, the basis, its
// first day, who it is, and under which row of its tree it stands: what stands below goes
// along. Its system and its last day stay. It refuses as AddSubprocessor does, with
// fault.ErrNotFound or fault.ErrStale.
func (s *Service) ChangeSubprocessor(ctx context.Context, scope access.Scope, id int64, seen int, to Subprocessor) (Subprocessor, error) {
	to, err := to.clean()
	if err != nil {
		return to, err
	}
	err = s.db.Write(ctx, scope, "subprocessor.change", func(tx *storage.Tx) error {
		was, v, err := lockRow(tx, id, seen)
		if err != nil {
			return err
		}
		processor, err := processorOf(tx, to)
		if err != nil {
			return err
		}
		to.Processor = processor.Number
		if was.To != nil && was.To.Before(to.From) {
			return ErrPeriod.At(fault.Field{Pointer: "/from", Code: "vendor.period"})
		}
		to.System, to.To = was.System, was.To
		moved := to.under() != was.under()
		if moved && to.Parent != nil {
			if err := outlives(tx, v, to); err != nil {
				return err
			}
		}
		_, err = tx.Pgx().Exec(ctx, `update subprocessor set processor_id = $2, service = $3, storage = $4, processing = $5, remote = $6, basis = $7,
			basis_note = $8, from_date = $9, parent_id = $10, version = version + 1 where id = $1`,
			id, processor.ID, to.Service, to.Storage, to.Processing, to.Remote, to.Basis, to.Note, to.From, to.Parent)
		tx.Record("subprocessor", id, 0, was, to)
		tx.Record("vendor", v, 0, nil, nil)
		err = refused(err)
		if moved && errors.Is(err, ErrCycle) {
			err = ErrCycle.At(fault.Field{Pointer: "/parent", Code: "vendor.subprocessor_cycle"})
		}
		return err
	})
	if err != nil {
		return to, err
	}
	return s.subprocessor(ctx, scope, id)
}

// EndSubprocessor gives a row its last day, or another one, and with it every row below
// that would outlive it. Where the day moves on, the rows below keep theirs. It returns
// how many rows it changed. It refuses with ErrPeriod for a day before the first,
// ErrOutlives for one after the last of the row above, ErrEnded when that is its last day
// already, fault.ErrNotFound or fault.ErrStale.
func (s *Service) EndSubprocessor(ctx context.Context, scope access.Scope, id int64, seen int, last time.Time) (int, error) {
	n := 0
	err := s.db.Write(ctx, scope, "subprocessor.end", func(tx *storage.Tx) error {
		was, v, err := lockRow(tx, id, seen)
		if err != nil {
			return err
		}
		if last.Before(was.From) {
			return ErrPeriod.At(fault.Field{Pointer: "/to", Code: "vendor.period"})
		}
		if was.To != nil && was.To.Equal(last) {
			return ErrEnded
		}
		if was.Parent != nil {
			_, until, err := systemOf(tx, Vendor{ID: v}, Subprocessor{Parent: was.Parent, From: was.From})
			if err != nil {
				return err
			}
			if until != nil && last.After(*until) {
				return ErrOutlives.At(fault.Field{Pointer: "/to", Code: ErrOutlives.Code})
			}
		}
		ended, err := storage.All[struct {
			ID     int64      `db:"id"`
			Before *time.Time `db:"before"`
			After  time.Time  `db:"after"`
		}](tx, `with recursive below (id) as (select $1::bigint union select c.id from below b join subprocessor c on c.parent_id = b.id),
			had as (select p.id, p.to_date, greatest(p.from_date, $2::date) as last from subprocessor p join below b on b.id = p.id where p.id = $1 or p.to_date is null or p.to_date > $2::date)
			update subprocessor p set to_date = h.last, version = p.version + 1
			  from had h where p.id = h.id and p.to_date is distinct from h.last returning p.id, h.to_date as before, p.to_date as after`, id, last)
		n = len(ended)
		for _, e := range ended {
			var before any
			if e.Before != nil {
				before = e.Before.Format(time.DateOnly)
			}
			tx.Record("subprocessor", e.ID, 0, map[string]any{"to": before}, map[string]any{"to": e.After.Format(time.DateOnly)})
		}
		tx.Record("vendor", v, 0, nil, nil)
		return err
	})
	return n, err
}

// lockRow takes the tree's vendor first, then the row: the order of every writer.
func lockRow(tx *storage.Tx, id int64, seen int) (Subprocessor, int32, error) {
	owner, found, err := storage.Find[struct {
		ID     int32 `db:"id"`
		Number int32 `db:"number"`
	}](tx, "select v.id, v.number from subprocessor p join vendor v on v.id = p.vendor_id where p.id = $1", id)
	if err != nil || !found {
		return Subprocessor{}, 0, orNotFound(err)
	}
	if _, err := Hold(tx, owner.Number); err != nil {
		return Subprocessor{}, 0, err
	}
	if err := tx.Lock("subprocessor where id = $1", id); err != nil {
		return Subprocessor{}, 0, err
	}
	sql, args, err := storage.List(treeSQL, tx.Today(), tx.Today()).And("p.id = ?", id).SQL()
	if err != nil {
		return Subprocessor{}, 0, err
	}
	was, found, err := storage.Find[Subprocessor](tx, sql, args...)
	switch {
	case err != nil || !found:
		err = orNotFound(err)
	case was.Version != seen:
		err = storage.Stale(tx, "subprocessor", id, was.Version, map[string]any{"processor": was.Name, "service": was.Service, "storage": was.Storage,
			"processing": was.Processing, "remote": was.Remote, "basis": was.Basis, "from": was.From, "to": was.To})
	}
	return was, owner.ID, err
}
