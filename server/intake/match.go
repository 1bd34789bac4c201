package intake

import (
	"fmt"
	"time"
)

// statement is one step of comparing usages. Its SQL can be pasted into psql.
type statement struct {
	sql string
	use []string // of the arguments: import, today, office
}

func (m statement) args(id int64, today time.Time, office bool) []any {
	all := map[string]any{"import": id, "today": today, "office": office}
	args := make([]any, len(m.use))
	for i, name := range m.use {
		args[i] = all[name]
	}
	return args
}

// says is what a line says of a usage besides its key.
const says = `row(r.to_date, r.value ->> 'local_name', r.value ->> 'local_owner', r.value ->> 'persons', r.value ->> 'case_number')::text`

// matching compares the lines of an import with the usages that are there, for all lines
// at once. An organisation's own list may change what it finds; the secretariat's fills
// what is empty and keeps the rest.
var matching = []statement{
	{`create temp table there on commit drop as select * from import_usages($1)`, []string{"import"}},
	{`create index on there (organisation_id, system_id)`, nil},
	{`analyze there`, nil},

	// The usage that a line is about: the one with its first day, or without a first day the running one.
	{`update import_row r set target_id = u.id, target_version = u.version, from_date = u.from_date
		from there u where r.import_id = $1 and r.outcome is null and u.organisation_id = r.target_org and u.system_id = r.system_id
		and (u.from_date = r.from_date or r.from_date is null and u.from_date <= $2 and (u.to_date is null or u.to_date >= $2))`, []string{"import", "today"}},
	{`update import_row set from_date = $2 where import_id = $1 and outcome is null and from_date is null`, []string{"import", "today"}},
	{fmt.Sprintf(`update import_row r set outcome = 'refused', errors = jsonb_build_array(jsonb_build_object('field', 'to', 'code', '%s'))
		where r.import_id = $1 and r.outcome is null and r.to_date < r.from_date`, flawPeriod), []string{"import"}},

	// Lines about the same usage: said again, or saying something else.
	{fmt.Sprintf(`with told as (
		  select r.line, first_value(r.line) over w as first, %[1]s as says, first_value(%[1]s) over w as first_says
		    from import_row r where r.import_id = $1 and r.outcome is null
		  window w as (partition by r.target_org, r.system_id, r.from_date order by r.line))
		update import_row r set outcome = case when t.says = t.first_says then 'repeated' else 'refused' end,
		  errors = case when t.says = t.first_says then r.errors else jsonb_build_array(jsonb_build_object('field', 'system_name', 'code', '%[2]s', 'detail', '#' || t.first)) end
		from told t where r.import_id = $1 and r.line = t.line and t.line <> t.first`, says, flawContradicts), []string{"import"}},

	// Periods that would overlap: with what is there and stays as it is, or with an earlier line.
	{fmt.Sprintf(`with after as materialized (
		  select r.line, r.target_org as org, r.system_id, r.from_date, case when u.id is null then r.to_date when $2 then u.to_date else coalesce(r.to_date, u.to_date) end as to_date
		    from import_row r left join there u on u.id = r.target_id where r.import_id = $1 and r.outcome is null
		  union all
		  select 0, u.organisation_id, u.system_id, u.from_date, u.to_date from there u
		   where not exists (select from import_row r where r.import_id = $1 and r.outcome is null and r.target_id = u.id)
		), clash as (
		  select distinct on (a.line) a.line, b.line as other, b.from_date, b.to_date from after a join after b on b.org = a.org and b.system_id = a.system_id and b.line < a.line
		     and daterange(a.from_date, a.to_date, '[]') && daterange(b.from_date, b.to_date, '[]') order by a.line, b.line
		)
		update import_row r set outcome = 'refused', errors = jsonb_build_array(jsonb_build_object('field', 'from', 'code', '%s',
		    'detail', case when c.other > 0 then '#' || c.other else c.from_date || ' – ' || coalesce(c.to_date::text, '') end))
		from clash c where r.import_id = $1 and r.line = c.line`, flawOverlaps), []string{"import", "office"}},

	{`update import_row r set differences = d.all, outcome = case when r.target_id is null then 'added' when d.writes then 'changed' else 'unchanged' end
		from (
		  select r.line, bool_or(not v.kept) as writes,
		         coalesce(jsonb_agg(jsonb_strip_nulls(jsonb_build_object('field', v.field, 'before', v.before, 'after', v.after, 'kept', nullif(v.kept, false))) order by v.n)
		           filter (where v.field is not null), '[]') as all
		    from import_row r left join there u on u.id = r.target_id
		    left join lateral (
		      select x.n, x.field, x.before, x.after, $2 and u.id is not null and (x.before is not null or x.field = 'to') as kept from (values
		        (1, 'from', to_jsonb(u.from_date), to_jsonb(r.from_date)),
		        (2, 'to', to_jsonb(u.to_date), to_jsonb(r.to_date)),
		        (3, 'local_name', to_jsonb(nullif(u.local_name, '')), r.value -> 'local_name'),
		        (4, 'local_owner', to_jsonb(nullif(u.local_owner, '')), r.value -> 'local_owner'),
		        (5, 'persons', to_jsonb(u.persons), r.value -> 'persons'),
		        (6, 'case_number', to_jsonb(nullif(u.case_number, '')), r.value -> 'case_number')) x(n, field, before, after)
		      where x.after is not null and x.before is distinct from x.after) v on true
		   where r.import_id = $1 and r.outcome is null group by r.line) d
		where r.import_id = $1 and r.line = d.line`, []string{"import", "office"}},
}
