package usage

import (
	"context"

	"klausul/server/access"
	"klausul/server/storage"
)

// Service keeps usages.
type Service struct{ db *storage.Store }

// New returns the service on its store.
func New(db *storage.Store) *Service { return &Service{db: db} }

// Filter narrows the list; empty parts and nil pointers do not. A pointer to 0 asks for
// usages that have nobody.
type Filter struct {
	Text         string
	State        State
	Period       string // "": running or to come; "ended"; "all"
	Vendor       int32
	Owner        *int64
	Responsible  *int64
	Organisation int32
}

// The state of a usage u, in one place: accession_system_running leads to the newest
// accession that is concluded, or else to the newest on offer, whatever came before, and the own agreements that run are read once for
// all rows (own_agreement_now), not looked for system by system.
const (
	stateFrom = ` left join lateral (select x.accession_id, x.concluded from accession_system x
		where x.organisation_id = u.organisation_id and x.system_id = u.system_id and x.ended_at is null
		order by x.concluded desc, x.offered_at desc, x.accession_id desc limit 1) j on true
	left join (select distinct on (w.organisation_id, z.system_id) w.organisation_id, z.system_id,
		  w.id, w.kind, w.title, w.ends_on, w.file_id is null and w.signed_on is null and w.ends_on is null and w.version = 1 as plain
		from own_agreement w join own_agreement_system z on z.own_agreement_id = w.id and z.organisation_id = w.organisation_id
		where w.state = 'registered' and case when w.ends_on is null then 'infinity'::date else w.ends_on end >= (select today()) and (w.signed_on is null or w.signed_on <= (select today()))
		order by w.organisation_id, z.system_id, w.kind = 'own' desc, w.file_id is not null desc, w.id desc) w
	  on w.organisation_id = u.organisation_id and w.system_id = u.system_id`
	stateSQL = `case when j.concluded then 'joint' when w.kind is not null then w.kind when u.not_needed_at is not null then 'not_needed' when j.accession_id is not null then 'offered' else 'missing' end`
	rankSQL  = `case when j.concluded then 1 when w.kind = 'own' then 2 when w.kind is not null then 3 when u.not_needed_at is not null then 4 when j.accession_id is not null then 5 else 6 end`
)

// The usage comes first: joined inner, the planner would go from each system to its few
// usages whenever an organisation has a long past, whose end it cannot guess. For the same
// reason the agreement is fetched row by row.
const (
	cols = `select u.id, u.organisation_id, o.name as organisation_name, s.number as system_number, s.name as system_name,
	n.number as vendor_number, n.name as vendor_name, ` + stateSQL + ` as agreement,
	case when j.concluded then j.accession_id end as accession_id, case when not j.concluded then j.accession_id end as offer_id, g.state as offer_state, 'DBA-' || lpad(g.number::text, 4, '0') as agreement_code, g.no as agreement_version,
	case when j.concluded is not true then w.title end as own_title, case when j.concluded is not true then w.ends_on end as own_ends,
	u.not_needed_reason, u.not_needed_by, b.name as not_needed_name, u.not_needed_at,
	u.from_date, u.to_date, u.source, u.local_name, u.local_owner, u.owner_user_id as owner_id, p.name as owner_name,
	u.responsible_user_id as responsible_id, r.name as responsible_name, u.persons, u.case_number, u.version`
	usageFrom = ` from usage u left join it_system s on s.id = u.system_id left join vendor n on n.id = s.vendor_id`
	namesFrom = ` join organisation o on o.id = u.organisation_id
	left join lateral (select a.number, v.no, c.state from accession c join agreement a on a.id = c.agreement_id join agreement_version v on v.id = c.agreement_version_id
		where c.id = j.accession_id and c.organisation_id = u.organisation_id limit 1) g on true
	left join app_user p on p.id = u.owner_user_id left join app_user r on r.id = u.responsible_user_id left join app_user b on b.id = u.not_needed_by`
	listFrom = usageFrom + stateFrom + namesFrom
)

// orders: usage_now finds an organisation's few hundred rows, which are then sorted.
var orders = map[string]storage.Order{
	"name":        {By: "s.name", Type: "text", ID: "u.id"},
	"vendor":      {By: "n.name", Type: "text", ID: "u.id"},
	"agreement":   {By: rankSQL, Type: "int", ID: "u.id"},
	"persons":     {By: "coalesce(u.persons, -1)", Type: "int", ID: "u.id"},
	"from":        {By: "u.from_date", Type: "date", ID: "u.id"},
	"owner":       {By: "coalesce(p.name, '')", Type: "text", ID: "u.id"},
	"responsible": {By: "coalesce(r.name, '')", Type: "text", ID: "u.id"},
	"caseNumber":  {By: "u.case_number", Type: "text", ID: "u.id"},
}

// Mine narrows a query over usages u to the scope: the organisation's own, for a system
// owner those that name that person.
func Mine(q *storage.Query, scope access.Scope) *storage.Query {
	q.Within(scope, "u.organisation_id")
	if user := scope.OwnUsagesOf(); user != 0 {
		q.And("u.owner_user_id = ?", user)
	}
	return q
}

// narrow asks for today in a subselect: beside row-level security an index serves a date
// that is there before the rows, and not one that a function makes.
func narrow(base string, scope access.Scope, f Filter) *storage.Query {
	q := Mine(storage.List(base), scope).If(f.Organisation != 0, "u.organisation_id = ?", f.Organisation)
	switch f.Period {
	case "":
		q.And("case when u.to_date is null then 'infinity'::date else u.to_date end >= (select today())")
	case "ended":
		q.And("case when u.to_date is null then 'infinity'::date else u.to_date end < (select today())")
	}
	q.If(f.State != "", stateSQL+" = ?", f.State).If(f.Vendor != 0, "n.number = ?", f.Vendor)
	whose(q, "u.owner_user_id", f.Owner)
	whose(q, "u.responsible_user_id", f.Responsible)
	if f.Text != "" {
		like := storage.Like(f.Text)
		q.And("(s.name ilike ? or n.name ilike ? or u.local_name ilike ? or u.case_number ilike ? or s.number::text = ?)", like, like, like, like, f.Text)
	}
	return q
}

func whose(q *storage.Query, column string, user *int64) {
	switch {
	case user == nil:
	case *user == 0:
		q.And(column + " is null")
	default:
		q.And(column+" = ?", *user)
	}
}

// List returns a page of usages and the cursor of the next.
func (s *Service) List(ctx context.Context, scope access.Scope, f Filter, p storage.Page) ([]Usage, string, error) {
	rows, err := storage.Select[Usage](ctx, s.db, scope, narrow(cols+listFrom, scope, f).Page(orders, p))
	if err != nil {
		return nil, "", err
	}
	rows, next := storage.Cut(rows, p, func(u Usage) (string, int64) { return storage.Key(p, u.keys()), int64(u.ID) })
	return rows, next, nil
}

// keys are the values of the orders, as their expressions give them.
func (u *Usage) keys() map[string]any {
	persons, owner, responsible := int32(-1), "", ""
	if u.Persons != nil {
		persons = *u.Persons
	}
	if u.OwnerName != nil {
		owner = *u.OwnerName
	}
	if u.ResponsibleName != nil {
		responsible = *u.ResponsibleName
	}
	rank := 0
	for i, s := range States {
		if s == u.State {
			rank = i + 1
		}
	}
	return map[string]any{"name": u.SystemName, "vendor": u.VendorName, "agreement": rank, "persons": persons, "from": u.From,
		"owner": owner, "responsible": responsible, "caseNumber": u.CaseNumber}
}

// Counts is how many usages a filter finds, and how many of each state there are when
// the filter's own state is left out.
type Counts struct {
	Total  int
	States map[State]int
}

// Count counts what the filter finds.
func (s *Service) Count(ctx context.Context, scope access.Scope, f Filter) (Counts, error) {
	asked := f.State
	f.State = ""
	rows, err := storage.Select[struct {
		State State `db:"agreement"`
		Count int   `db:"count"`
	}](ctx, s.db, scope, narrow("select "+stateSQL+" as agreement, count(*)::int as count"+usageFrom+stateFrom, scope, f).Last("group by 1"))
	c := Counts{States: map[State]int{}}
	for _, r := range rows {
		c.States[r.State] = r.Count
		if asked == "" || asked == r.State {
			c.Total += r.Count
		}
	}
	return c, err
}

// Person is somebody of the organisation.
type Person struct {
	ID   int64  `db:"id"`
	Name string `db:"name"`
}

const peopleSQL = `select p.id, p.name::text as name from app_user p`

// holds: who has a running role in the organisation.
const holds = `p.left_at is null and exists (select from role_grant g where g.user_id = p.id and g.role <> 'api' and g.organisation_id = ?
	and g.from_date <= today() and (g.to_date is null or g.to_date >= today()))`

// People lists who can be made owner or responsible: the people of the own organisation, by name.
func (s *Service) People(ctx context.Context, scope access.Scope) ([]Person, error) {
	return storage.Select[Person](ctx, s.db, scope, storage.List(peopleSQL).And(holds, scope.Own()).Last("order by p.name, p.id"))
}
