package report

import (
	"context"
	"time"

	"klausul/server/access"
	"klausul/server/storage"
)

// BehindFilter says whom the reverse look-up is about: who stands behind the vendor with
// this public number, as somebody's sub-processor at any tier, on a day.
type BehindFilter struct {
	Vendor int32
	On     time.Time // zero: today
	// Rows are the only rows of trees in which its standing counts; nil: every one.
	Rows []int64
}

// Behind is one system that a vendor stands behind. Tier is how near: 1 directly under
// the system's vendor. Through names the vendor in whose own tree it stands, when the
// system's vendor names that one and no more.
type Behind struct {
	ID           int32  `db:"id"`
	Number       int32  `db:"number"`
	Name         string `db:"name"`
	VendorNumber int32  `db:"vendor_number"`
	VendorName   string `db:"vendor_name"`
	Tier         int    `db:"tier"`
	Through      string `db:"through"`
	// Users counts the organisations with a running usage that the scope may see: all
	// members for the secretariat, the own organisation for a member.
	Users int `db:"users"`
}

// Affected is one organisation behind a vendor, and with how many systems.
type Affected struct {
	ID      int32  `db:"id"`
	Name    string `db:"name"`
	Systems int    `db:"systems"`
}

// AffectedUse is one organisation's use of one system behind a vendor.
type AffectedUse struct {
	ID           int64  `db:"id"`
	Organisation string `db:"organisation"`
	System       string `db:"system"`
	Number       int32  `db:"number"`
	Vendor       string `db:"vendor"`
	Tier         int    `db:"tier"`
	Through      string `db:"through"`
	LocalName    string `db:"local_name"`
}

// reached is the part that walks: from the rows in which the vendor stands to those of the
// vendors that stand behind others in turn, until there are no more. The index
// subprocessor_by_processor serves each step. A row for one system reaches that system
// only; one for all reaches what its vendor delivers.
const reached = `with recursive reached (vendor_id, system_id) as (
	select p.vendor_id, p.system_id from vendor x join subprocessor p on p.processor_id = x.id
	 where x.number = ?::int and p.from_date <= ?::date and (p.to_date is null or p.to_date >= ?::date)
	   and (?::bigint[] is null or p.id = any(?::bigint[]))
	union
	select p.vendor_id, p.system_id from reached r join subprocessor p on p.processor_id = r.vendor_id
	 where p.from_date <= ?::date and (p.to_date is null or p.to_date >= ?::date)
), touched (id) as (
	select r.system_id from reached r where r.system_id is not null
	union
	select y.id from reached r join it_system y on y.vendor_id = r.vendor_id and y.merged_into is null where r.system_id is null
)`

func (f BehindFilter) args(s *Service) []any {
	if f.On.IsZero() {
		f.On = storage.LegalDate(s.db.Now())
	}
	return []any{f.Vendor, f.On, f.On, f.Rows, f.Rows, f.On, f.On}
}

// near tells how the vendor stands behind a system: the lowest tier of the system's own
// vendor's tree, or through which vendor's tree.
const near = `
	left join lateral (
	  with recursive up (id, parent_id, tier) as (
	    select p.id, p.parent_id, 1 from subprocessor p join vendor x on x.id = p.processor_id
	     where x.number = ?::int and p.vendor_id = y.vendor_id and (p.system_id is null or p.system_id = y.id)
	       and p.from_date <= ?::date and (p.to_date is null or p.to_date >= ?::date)
	       and (?::bigint[] is null or p.id = any(?::bigint[]))
	    union all
	    select c.id, c.parent_id, up.tier + 1 from up join subprocessor c on c.id = up.parent_id
	  ) select min(tier) as tier from up where parent_id is null) n on true
	left join lateral (
	  select min(z.name) as name from subprocessor p join reached r on r.vendor_id = p.processor_id join vendor z on z.id = p.processor_id
	   where p.vendor_id = y.vendor_id and (p.system_id is null or p.system_id = y.id)
	     and p.from_date <= ?::date and (p.to_date is null or p.to_date >= ?::date)) h on n.tier is null`

// mine narrows usages to those that ran on a day with members of that day, by the scope
// as well as by row-level security.
func mine(scope access.Scope, day any) (condition string, args []any) {
	condition = ` and u.from_date <= ?::date and (u.to_date is null or u.to_date >= ?::date)
		and exists (select from membership m where m.organisation_id = u.organisation_id and m.from_date <= ?::date and (m.to_date is null or m.to_date >= ?::date))`
	args = []any{day, day, day, day}
	if ids, all := scope.Organisations(); !all {
		condition += " and u.organisation_id = any(?)"
		args = append(args, ids)
	}
	if user := scope.OwnUsagesOf(); user != 0 {
		condition += " and u.owner_user_id = ?"
		args = append(args, user)
	}
	return condition, args
}

var behindOrders = map[string]storage.Order{
	"name":   {By: "y.name", Type: "text", ID: "y.id"},
	"vendor": {By: "v.name", Type: "text", ID: "y.id"},
}

// Behind returns a page of the systems behind a vendor and the cursor of the next. A
// member sees those that it uses itself, the secretariat every one.
func (s *Service) Behind(ctx context.Context, scope access.Scope, f BehindFilter, p storage.Page) ([]Behind, string, error) {
	args := f.args(s)
	day := args[1]
	uses, narrow := mine(scope, day)
	with := append(args, narrow...)
	with = append(with, args[0], day, day, f.Rows, f.Rows, day, day)
	q := storage.List(reached+` select y.id, y.number, y.name::text as name, v.number as vendor_number, v.name::text as vendor_name,
		coalesce(n.tier, 0) as tier, coalesce(h.name::text, '') as through, c.users
		from touched t join it_system y on y.id = t.id join vendor v on v.id = y.vendor_id
		cross join lateral (select count(distinct u.organisation_id)::int as users from usage u where u.system_id = y.id`+uses+`) c`+near, with...)
	_, all := scope.Organisations()
	rows, err := storage.Select[Behind](ctx, s.db, scope, q.If(!all, "c.users > 0").Page(behindOrders, p))
	if err != nil {
		return nil, "", err
	}
	rows, next := storage.Cut(rows, p, func(b Behind) (string, int64) {
		return storage.Key(p, map[string]any{"name": b.Name, "vendor": b.VendorName}), int64(b.ID)
	})
	return rows, next, nil
}

// Reach is how far the reverse look-up goes.
type Reach struct {
	Systems int `db:"systems"`
	Members int `db:"members"`
	Uses    int `db:"uses"`
}

// CountBehind counts the systems behind a vendor that somebody in scope uses, and who.
func (s *Service) CountBehind(ctx context.Context, scope access.Scope, f BehindFilter) (Reach, error) {
	args := f.args(s)
	uses, narrow := mine(scope, args[1])
	return storage.One[Reach](ctx, s.db, scope, storage.List(reached+` select count(distinct u.system_id)::int as systems,
		count(distinct u.organisation_id)::int as members, count(*)::int as uses from touched t join usage u on u.system_id = t.id`+uses,
		append(args, narrow...)...))
}

// Affected returns every organisation behind a vendor, by name: at most as many as there
// are members. A member sees itself alone.
func (s *Service) Affected(ctx context.Context, scope access.Scope, f BehindFilter) ([]Affected, error) {
	sql, args := s.affected(scope, f)
	return storage.Select[Affected](ctx, s.db, scope, storage.List(sql, args...).Last("order by o.name, o.id limit 1000"))
}

func (s *Service) affected(scope access.Scope, f BehindFilter) (string, []any) {
	args := f.args(s)
	uses, narrow := mine(scope, args[1])
	return reached + ` select o.id, o.name::text as name, m.systems from (
		select u.organisation_id, count(distinct u.system_id)::int as systems from touched t join usage u on u.system_id = t.id` + uses + `
		 group by u.organisation_id) m join organisation o on o.id = m.organisation_id`, append(args, narrow...)
}

// AffectedSQL is the statement of Affected for the secretariat, to be measured against.
func AffectedSQL(vendor int32, on time.Time) (string, []any, error) {
	s := &Service{}
	sql, args := s.affected(access.System("bench"), BehindFilter{Vendor: vendor, On: on})
	return storage.List(sql, args...).Last("order by o.name, o.id limit 1000").SQL()
}

var useOrders = map[string]storage.Order{"organisation": {By: "o.name", Type: "text", ID: "u.id"}}

// AffectedUses returns a page of who uses which system behind a vendor: the list to take away.
func (s *Service) AffectedUses(ctx context.Context, scope access.Scope, f BehindFilter, p storage.Page) ([]AffectedUse, string, error) {
	args := f.args(s)
	day := args[1]
	uses, narrow := mine(scope, day)
	with := append(args, narrow...)
	with = append(with, args[0], day, day, f.Rows, f.Rows, day, day)
	rows, err := storage.Select[AffectedUse](ctx, s.db, scope, storage.List(reached+` select u.id::bigint as id, o.name::text as organisation, y.name::text as system, y.number, v.name::text as vendor,
		coalesce(n.tier, 0) as tier, coalesce(h.name::text, '') as through, u.local_name
		from touched t join usage u on u.system_id = t.id`+uses+` join organisation o on o.id = u.organisation_id
		join it_system y on y.id = t.id join vendor v on v.id = y.vendor_id`+near, with...).Page(useOrders, p))
	if err != nil {
		return nil, "", err
	}
	rows, next := storage.Cut(rows, p, func(u AffectedUse) (string, int64) { return u.Organisation, u.ID })
	return rows, next, nil
}
