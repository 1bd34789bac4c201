package system

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/google/uuid"

	"klausul/server/access"
	"klausul/server/fault"
	"klausul/server/storage"
)

// User is an organisation that uses a system today.
type User struct {
	Organisation int32     `db:"organisation_id"`
	Name         string    `db:"name"`
	From         time.Time `db:"from_date"`
}

// OwnUse is what the own organisation says of its use of a system.
type OwnUse struct {
	From       time.Time  `db:"from_date"`
	To         *time.Time `db:"to_date"`
	LocalName  string     `db:"local_name"`
	LocalOwner string     `db:"local_owner"`
	CaseNumber string     `db:"case_number"`
	Persons    *int       `db:"persons"`
}

// Detail is one system with everything that its page shows.
type Detail struct {
	System
	Profile
	Vendors    []Period    // oldest first
	Screenings []Screening // newest first
	KLE        []KLE
	Using      []User   // for the secretariat: who uses it today
	Uses       []OwnUse // for a member: its own use, newest first
}

// Detail returns one system with its profile and history. It refuses with fault.ErrNotFound.
func (s *Service) Detail(ctx context.Context, scope access.Scope, number int32) (Detail, error) {
	var d Detail
	err := s.db.Read(ctx, scope, func(tx *storage.Tx) (err error) {
		d, err = load(tx, number)
		return err
	})
	return d, err
}

func load(tx *storage.Tx, number int32) (d Detail, err error) {
	sql, args, err := base(tx.Scope()).And(standing, number).SQL()
	if err != nil {
		return d, err
	}
	found := false
	if d.System, found, err = storage.Find[System](tx, sql, args...); err != nil {
		return d, err
	} else if !found {
		return d, fault.ErrNotFound
	}
	rows, err := storage.All[struct {
		List  string `db:"list"`
		Value string `db:"value"`
	}](tx, `select p.list, p.value from system_profile p join choice c on c.list = p.list and c.value = p.value where p.system_id = $1 order by c.list, c.position`, d.ID)
	if err != nil {
		return d, err
	}
	for _, r := range rows {
		d.take(r.List, r.Value)
	}
	if err := tx.Pgx().QueryRow(tx.Context(), "select uses_ai, persons_count from it_system where id = $1", d.ID).Scan(&d.UsesAI, &d.PersonsCount); err != nil {
		return d, err
	}
	if d.Vendors, err = periods(tx, d.ID); err != nil {
		return d, err
	}
	if d.Screenings, err = storage.All[Screening](tx, `select x.outcome, x.reason, x.decided_at, coalesce(u.name, '') as decided_by
		from system_screening x left join app_user u on u.id = x.decided_by where x.system_id = $1 order by x.id desc`, d.ID); err != nil {
		return d, err
	}
	if d.KLE, err = storage.All[KLE](tx, `select k.number, k.title, k.uuid, k.keeping, k.deletion, k.retired
		from system_kle x join kle k on k.number = x.number where x.system_id = $1 order by k.number`, d.ID); err != nil {
		return d, err
	}
	return d, d.usage(tx)
}

func periods(tx *storage.Tx, id int32) ([]Period, error) {
	return storage.All[Period](tx, `select p.id, p.vendor_id, v.number as vendor_number, v.name as vendor_name, p.from_date, p.to_date
		from system_vendor p join vendor v on v.id = p.vendor_id where p.system_id = $1 order by p.from_date nulls first`, id)
}

// usage reads who uses the system: all members for the secretariat, the own use for a member.
func (d *Detail) usage(tx *storage.Tx) (err error) {
	own := tx.Scope().Own()
	if own == 0 {
		d.Using, err = storage.All[User](tx, `select u.organisation_id, o.name, min(u.from_date) as from_date from usage u join organisation o on o.id = u.organisation_id
			where u.system_id = $1 and `+running+` group by u.organisation_id, o.name order by o.name, u.organisation_id`, d.ID)
		return err
	}
	q := storage.List("select u.from_date, u.to_date, u.local_name, u.local_owner, u.case_number, u.persons from usage u").
		Within(tx.Scope(), "u.organisation_id").And("u.system_id = ?", d.ID)
	if me := tx.Scope().OwnUsagesOf(); me != 0 {
		q.And("u.owner_user_id = ?", me)
	}
	sql, args, err := q.Last("order by u.from_date desc").SQL()
	if err != nil {
		return err
	}
	d.Uses, err = storage.All[OwnUse](tx, sql, args...)
	return err
}

// Said is what the system stands at, in the words of a Change.
func (d Detail) Said() Change {
	c := Change{Name: d.Name, KitosUUID: d.KitosUUID, Profile: d.Profile}
	for _, k := range d.KLE {
		c.KLE = append(c.KLE, k.Number)
	}
	return c
}

// Choices lists what may be chosen, list by list in order.
func (s *Service) Choices(ctx context.Context, scope access.Scope) ([]Choice, error) {
	return storage.Select[Choice](ctx, s.db, scope, storage.List("select list, value, da, en, source, unconfirmed from choice").
		And("position > 0").Last("order by list, position"))
}

// Create adds a system of a vendor. It refuses with ErrName, ErrUnknownVendor,
// ErrSameName, ErrKitosTaken, ErrChoice or ErrUnknownKLE.
func (s *Service) Create(ctx context.Context, scope access.Scope, vendor int32, c Change) (Detail, error) {
	c, err := c.Clean()
	if err != nil {
		return Detail{}, err
	}
	var d Detail
	err = s.db.Write(ctx, scope, "system.create", func(tx *storage.Tx) error {
		v, err := vendorOf(tx, vendor)
		if err != nil {
			return err
		}
		if err := unique(tx, v.Vendor, 0, c); err != nil {
			return err
		}
		var id, number int32
		if err := tx.Pgx().QueryRow(ctx, `insert into it_system (vendor_id, name, kitos_uuid, uses_ai, persons_count, created_at) values ($1, $2, $3, $4, $5, $6) returning id, number`,
			v.Vendor, c.Name, c.KitosUUID, c.UsesAI, c.PersonsCount, tx.Now()).Scan(&id, &number); err != nil {
			return err
		}
		if err := put(tx, id, c); err != nil {
			return err
		}
		tx.Record("system", number, 0, nil, map[string]any{"vendor": vendor, "system": c})
		d, err = load(tx, number)
		return err
	})
	return d, err
}

// Update replaces what is said of a system. It refuses as Create does, with
// ErrScreenedOut when it names personal data in a system that is screened out, and
// with fault.ErrStale telling who changed what since. A KITOS uuid that another has is
// kept as a claim: the two are suspected to be one.
func (s *Service) Update(ctx context.Context, scope access.Scope, number int32, seen int, c Change) (Detail, error) {
	c, err := c.Clean()
	if err != nil {
		return Detail{}, err
	}
	d, err := s.act(ctx, scope, "system.change", number, seen, func(tx *storage.Tx, d Detail) (before, after any, err error) {
		return d.Said(), c, say(tx, d, c)
	})
	if errors.Is(err, ErrKitosTaken) {
		if unkept := s.claim(ctx, scope, number, *c.KitosUUID); unkept != nil {
			return d, unkept
		}
	}
	return d, err
}

// claim keeps that a KITOS uuid was said of a system and refused.
func (s *Service) claim(ctx context.Context, scope access.Scope, number int32, kitos uuid.UUID) error {
	return s.db.Write(ctx, scope, "system.claim", func(tx *storage.Tx) error {
		tx.Continues() // a question to whoever merges, not a change
		_, err := tx.Pgx().Exec(ctx, `insert into kitos_claim (system_id, kitos_uuid, own_uuid, claimed_at)
			select s.id, $2, s.kitos_uuid, $3 from it_system s where s.number = $1 on conflict do nothing`, number, kitos, tx.Now())
		return err
	})
}

// say writes what a change says of a system, if the rules let it.
func say(tx *storage.Tx, d Detail, c Change) error {
	if err := agrees(c.Profile, d.Screenings); err != nil {
		return err
	}
	var vendor int32
	if err := tx.Pgx().QueryRow(tx.Context(), "select vendor_id from it_system where id = $1", d.ID).Scan(&vendor); err != nil {
		return err
	}
	if err := unique(tx, vendor, d.ID, c); err != nil {
		return err
	}
	if err := TakeKitos(tx, d.ID, c.KitosUUID); err != nil {
		return err
	}
	if _, err := tx.Pgx().Exec(tx.Context(), "update it_system set name = $2, kitos_uuid = $3, uses_ai = $4, persons_count = $5 where id = $1",
		d.ID, c.Name, c.KitosUUID, c.UsesAI, c.PersonsCount); err != nil {
		return err
	}
	return put(tx, d.ID, c)
}

// Hold locks a system inside a transaction and reads it. It refuses with fault.ErrNotFound.
func Hold(tx *storage.Tx, number int32) (Detail, error) {
	if err := tx.Lock("it_system where number = $1", number); err != nil {
		return Detail{}, err
	}
	return load(tx, number)
}

// Revise does to a system that is held what Update does, but for looking at the version.
func Revise(tx *storage.Tx, held Detail, c Change) error {
	c, err := c.Clean()
	if err != nil {
		return err
	}
	if err := say(tx, held, c); err != nil {
		return err
	}
	return held.done(tx, held.Said(), c)
}

// done counts the version up and records what was and is.
func (d Detail) done(tx *storage.Tx, before, after any) error {
	tx.Record("system", d.Number, 0, before, after)
	_, err := tx.Pgx().Exec(tx.Context(), "update it_system set version = version + 1 where id = $1", d.ID)
	return err
}

// Screen says whether a system holds personal data at all, and why. What was said before
// stays readable. It refuses with ErrReason, ErrHasData or fault.ErrStale.
func (s *Service) Screen(ctx context.Context, scope access.Scope, number int32, seen int, o Outcome, reason string) (Detail, error) {
	return s.act(ctx, scope, "system.screen", number, seen, func(tx *storage.Tx, d Detail) (before, after any, err error) {
		reason, err := Screen(d.Profile, o, reason)
		if err != nil {
			return nil, nil, err
		}
		if len(d.Screenings) > 0 {
			before = d.Screenings[0].Outcome
		}
		_, err = tx.Pgx().Exec(ctx, "insert into system_screening (system_id, outcome, reason, decided_at, decided_by) values ($1, $2, $3, $4, $5)",
			d.ID, o, reason, tx.Now(), tx.Scope().Actor().User)
		return before, map[string]any{"outcome": o, "reason": reason}, err
	})
}

// CheckMove tells which periods a move would leave, without making it. It refuses as Move does.
func (s *Service) CheckMove(ctx context.Context, scope access.Scope, number, vendor int32, from time.Time) ([]Period, error) {
	var moved []Period
	err := s.db.Read(ctx, scope, func(tx *storage.Tx) error {
		d, err := load(tx, number)
		if err != nil {
			return err
		}
		to, err := vendorOf(tx, vendor)
		if err != nil {
			return err
		}
		moved, err = Moved(d.Vendors, to, from, tx.Today())
		return err
	})
	return moved, err
}

// Move hands a system to another vendor from a day on, past or to come. Agreements keep
// the vendor of their date. It refuses with ErrUnknownVendor, ErrSameVendor, ErrMoveDate
// or fault.ErrStale.
func (s *Service) Move(ctx context.Context, scope access.Scope, number int32, seen int, vendor int32, from time.Time) (Detail, error) {
	return s.act(ctx, scope, "system.move", number, seen, func(tx *storage.Tx, d Detail) (before, after any, err error) {
		to, err := vendorOf(tx, vendor)
		if err != nil {
			return nil, nil, err
		}
		moved, err := Moved(d.Vendors, to, from, tx.Today())
		if err != nil {
			return nil, nil, err
		}
		return course(d.Vendors), course(moved), settle(tx, d, moved)
	})
}

// course is the periods as the audit trail keeps them.
func course(rows []Period) []map[string]any {
	out := make([]map[string]any, len(rows))
	for i, p := range rows {
		out[i] = map[string]any{"vendor": p.VendorNumber, "from": dateOf(p.From), "to": dateOf(p.To)}
	}
	return out
}

// settle writes the periods that a move leaves. The ones that end or shrink go first:
// the database allows no overlap at any moment.
func settle(tx *storage.Tx, d Detail, moved []Period) error {
	var gone []int64
	for _, p := range d.Vendors {
		if !slices.ContainsFunc(moved, func(m Period) bool { return m.ID == p.ID }) {
			gone = append(gone, p.ID)
		}
	}
	exec := func(sql string, args ...any) error {
		_, err := tx.Pgx().Exec(tx.Context(), sql, args...)
		return err
	}
	if err := exec("delete from system_vendor where id = any($1)", gone); err != nil {
		return err
	}
	for _, grows := range []bool{false, true} {
		for _, m := range moved {
			at := slices.IndexFunc(d.Vendors, func(p Period) bool { return p.ID == m.ID })
			if at < 0 || grows != wider(d.Vendors[at], m) {
				continue
			}
			if err := exec("update system_vendor set from_date = $2, to_date = $3 where id = $1", m.ID, m.From, m.To); err != nil {
				return err
			}
		}
	}
	for _, m := range moved {
		if m.ID != 0 {
			continue
		}
		if err := exec("insert into system_vendor (system_id, vendor_id, from_date, to_date, recorded_at, recorded_by) values ($1, $2, $3, $4, $5, $6)",
			d.ID, m.Vendor, m.From, m.To, tx.Now(), tx.Scope().Actor().User); err != nil {
			return err
		}
	}
	return nil
}

// wider tells whether a period reaches further, to either side, than it did.
func wider(was, is Period) bool {
	return is.To == nil && was.To != nil || is.To != nil && was.To != nil && is.To.After(*was.To) ||
		is.From == nil && was.From != nil || is.From != nil && was.From != nil && is.From.Before(*was.From)
}

// act changes one system under its version: locks it, checks what the person has seen,
// lets do change it, counts the version up and records before and after.
func (s *Service) act(ctx context.Context, scope access.Scope, action string, number int32, seen int,
	do func(tx *storage.Tx, d Detail) (before, after any, err error)) (Detail, error) {
	var d Detail
	err := s.db.Write(ctx, scope, action, func(tx *storage.Tx) error {
		had, err := Hold(tx, number)
		if err != nil {
			return err
		}
		if had.Version != seen {
			return stale(tx, had)
		}
		before, after, err := do(tx, had)
		if err != nil {
			return err
		}
		if err := had.done(tx, before, after); err != nil {
			return err
		}
		d, err = load(tx, had.Number)
		return err
	})
	return d, err
}

// stale tells what the last act since changed, as it stands now.
func stale(tx *storage.Tx, d Detail) error {
	last, _, err := storage.Find[struct {
		Action string `db:"action"`
	}](tx, "select action from history('system', $1) limit 1", fmt.Sprint(d.Number))
	if err != nil {
		return err
	}
	now := map[string]any{"profile": d.Said()}
	switch {
	case last.Action == "system.move":
		now = map[string]any{"vendor": course(d.Vendors)}
	case last.Action == "system.screen" && len(d.Screenings) > 0:
		now = map[string]any{"screening": d.Screenings[0].Outcome}
	}
	return storage.Stale(tx, "system", d.Number, d.Version, now)
}

// vendorOf is the vendor of that number, or the one that it was merged into.
func vendorOf(tx *storage.Tx, number int32) (Period, error) {
	v, found, err := storage.Find[Period](tx, `select 0::bigint as id, v.id as vendor_id, v.number as vendor_number, v.name as vendor_name, null::date as from_date, null::date as to_date
		from vendor v where v.id = (select coalesce(m.merged_into, m.id) from vendor m where m.number = $1)`, number)
	if err == nil && !found {
		err = ErrUnknownVendor.At(fault.Field{Pointer: "/vendor", Code: "system.unknown_vendor"})
	}
	return v, err
}

// unique refuses a name that the vendor has another system of, and a KITOS uuid that
// another system has; both tell which. The uuid of a system that was merged away is its
// successor's to bear.
func unique(tx *storage.Tx, vendor, id int32, c Change) error {
	type other struct {
		Number int32  `db:"number"`
		Name   string `db:"name"`
		Kitos  bool   `db:"kitos"`
	}
	o, found, err := storage.Find[other](tx, `select w.number, w.name, coalesce(s.kitos_uuid = $4, false) as kitos
		from it_system s join it_system w on w.id = coalesce(s.merged_into, s.id)
		where w.id <> $1 and (s.merged_into is null and s.vendor_id = $2 and lower(s.name) = lower($3::text collate "da-x-icu") or s.kitos_uuid = $4)
		order by coalesce(s.kitos_uuid = $4, false) desc limit 1`,
		id, vendor, c.Name, c.KitosUUID)
	if err != nil || !found {
		return err
	}
	if o.Kitos {
		return ErrKitosTaken.With("number", o.Number).With("name", o.Name).At(fault.Field{Pointer: "/kitosUuid", Code: "system.kitos_taken"})
	}
	return ErrSameName.With("number", o.Number).With("name", o.Name).At(fault.Field{Pointer: "/name", Code: "system.same_name"})
}

// TakeKitos frees a KITOS uuid for a system, inside the transaction in which the system
// gets it, where one that was merged into it still bears it.
func TakeKitos(tx *storage.Tx, id int32, kitos *uuid.UUID) error {
	if kitos == nil {
		return nil
	}
	from, _, err := storage.Find[struct {
		Number *int32 `db:"number"`
	}](tx, "select system_take_kitos($1, $2) as number", id, *kitos)
	if err == nil && from.Number != nil {
		tx.Record("system", *from.Number, 0, map[string]any{"kitosUuid": kitos}, map[string]any{"kitosUuid": nil})
	}
	return err
}

// put writes the rows of the profile and the KLE numbers, each of which must be known.
func put(tx *storage.Tx, id int32, c Change) error {
	lists, values := c.chosen()
	for _, step := range []struct {
		clear, add string
		args       []any
		n          int
		refusal    error
	}{
		{"delete from system_profile where system_id = $1",
			`insert into system_profile (system_id, list, value) select $1, c.list, c.value from unnest($2::text[], $3::text[]) x (list, value)
				join choice c on c.list = x.list and c.value = x.value`, []any{id, lists, values}, len(values),
			ErrChoice},
		{"delete from system_kle where system_id = $1",
			"insert into system_kle (system_id, number) select $1, k.number from kle k where k.number = any($2)", []any{id, c.KLE}, len(c.KLE),
			ErrUnknownKLE.At(fault.Field{Pointer: "/kle", Code: "system.unknown_kle"})},
	} {
		if _, err := tx.Pgx().Exec(tx.Context(), step.clear, id); err != nil {
			return err
		}
		done, err := tx.Pgx().Exec(tx.Context(), step.add, step.args...)
		if err != nil {
			return err
		}
		if int(done.RowsAffected()) != step.n {
			return step.refusal
		}
	}
	return nil
}

// SettleVendors makes today's vendor that of the systems whose move was registered ahead.
func (s *Service) SettleVendors(ctx context.Context) error {
	return s.db.Write(ctx, access.System("system.settle_vendors"), "system.settle_vendors", func(tx *storage.Tx) error {
		var moved int
		if err := tx.Pgx().QueryRow(ctx, "select settle_vendors()").Scan(&moved); err != nil {
			return err
		}
		if moved == 0 {
			tx.Continues() // it only looked
		} else {
			tx.Record("register", "systems", 0, nil, map[string]any{"moved": moved})
		}
		return nil
	})
}
