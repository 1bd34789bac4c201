package system_test

import (
	"fmt"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"klausul/server/access"
	"klausul/server/storage"
	"klausul/server/storage/storagetest"
	"klausul/server/system"
)

func day(s string) time.Time {
	d, err := time.Parse(time.DateOnly, s)
	if err != nil {
		panic(err)
	}
	return d
}

// register has 22 members, of which one left at the end of 2023, and four systems.
type register struct {
	*storagetest.Env
	s                          *system.Service
	office                     access.Scope
	orgs                       []int32
	care, payroll, roads, idle int32
}

func build(t *testing.T) register {
	t.Helper()
	e := storagetest.New(t)
	r := register{Env: e, s: system.New(e.Store), office: e.Scope(access.Supervisor, 0)}
	for i := range 22 {
		r.orgs = append(r.orgs, e.Member(fmt.Sprintf("Kommune %02d", i)))
	}
	e.Exec("update membership set to_date = '2023-12-31' where organisation_id = $1", r.orgs[21])
	v := e.Vendor("Åhavn A/S")
	r.care, r.payroll, r.roads, r.idle = e.System(v, "Omsorg"), e.System(v, "Løn"), e.System(v, "Veje"), e.System(v, "Ingen bruger")
	a := e.Offered(v, "Omsorg og mere", "2022-05-01", r.care, r.payroll, r.idle)
	for i, o := range r.orgs {
		if i < 20 || i == 21 {
			e.Usage(o, r.care)
			e.Step(e.Accession(a, o), "accepted", "2022-07-01")
		}
		if i < 12 {
			e.Usage(o, r.payroll)
		}
		if i < 5 {
			e.Usage(o, r.roads)
		}
	}
	e.Exec("update usage set to_date = '2025-05-31' where system_id = $1 and organisation_id > $2", r.payroll, r.orgs[7])
	e.Exec("update usage set not_needed_reason = 'ingen persondata', not_needed_at = '2025-01-01', not_needed_by = null where system_id = $1 and organisation_id = $2", r.roads, r.orgs[0])
	own := storagetest.One[int64](e, "insert into own_agreement (organisation_id, vendor_id, title, signed_on, ends_on) values ($1, $2, 'Egen', '2024-01-01', '2025-12-31') returning id", r.orgs[1], v)
	e.Exec("insert into own_agreement_system values ($1, $2, $3)", own, r.roads, r.orgs[1])
	proposed := storagetest.One[int64](e, "insert into own_agreement (organisation_id, vendor_id, title, state, signed_on) values ($1, $2, 'Foreslået', 'proposed', '2024-01-01') returning id", r.orgs[2], v)
	e.Exec("insert into own_agreement_system values ($1, $2, $3)", proposed, r.roads, r.orgs[2])
	return r
}

// The rule as of a day: threshold, membership, usage and agreement all as they were then.
func TestScopeAt(t *testing.T) {
	t.Parallel()
	r := build(t)
	for name, c := range map[string]struct {
		system                               int32
		on                                   string
		users, agreed, notNeeded, agreements int
		threshold                            int32
		in                                   bool
	}{
		"before any threshold nothing is in scope":       {r.care, "2021-12-31", 21, 0, 0, 0, 0, false},
		"on offer, but concluded by nobody":              {r.care, "2022-06-30", 21, 0, 0, 0, 20, false},
		"the day on which it was concluded":              {r.care, "2022-07-01", 21, 21, 0, 21, 20, true},
		"a member that left counts on its last day":      {r.care, "2023-12-31", 21, 21, 0, 21, 20, true},
		"and not on the next":                            {r.care, "2024-01-01", 20, 20, 0, 20, 10, true},
		"twelve are too few for twenty":                  {r.payroll, "2023-12-31", 12, 12, 0, 21, 20, false},
		"and enough for ten":                             {r.payroll, "2024-01-01", 12, 12, 0, 20, 10, true},
		"the last day of use counts":                     {r.payroll, "2025-05-31", 12, 12, 0, 20, 10, true},
		"eight are too few for ten":                      {r.payroll, "2025-06-01", 8, 8, 0, 20, 10, false},
		"an own agreement on its first day":              {r.roads, "2024-01-01", 5, 1, 0, 1, 10, false},
		"an own agreement on its last day":               {r.roads, "2025-12-31", 5, 1, 1, 1, 10, false},
		"nor one that has ended or is only proposed":     {r.roads, "2026-01-01", 5, 0, 1, 0, 10, false},
		"not needed counts from the day it was said":     {r.roads, "2024-12-31", 5, 1, 0, 1, 10, false},
		"an agreement that nobody uses brings no system": {r.idle, "2024-01-01", 0, 0, 0, 20, 10, false},
	} {
		t.Run(name, func(t *testing.T) {
			type row struct {
				Users, Agreed, NotNeeded, Agreements int
				Threshold                            int32
				In                                   bool
			}
			got := storagetest.One[row](r.Env, `select row(users, agreed, not_needed, agreements, coalesce(threshold, 0), in_scope) from scope_at($1) where system_id = $2`, day(c.on), c.system)
			require.Equal(t, row{c.users, c.agreed, c.notNeeded, c.agreements, c.threshold, c.in}, got)
		})
	}
}

func TestScopeLists(t *testing.T) {
	t.Parallel()
	r := build(t)
	names := func(f system.ScopeFilter) (out []string) {
		rows, _, err := r.s.Scope(t.Context(), r.office, f, storage.Page{Sort: "name"})
		require.NoError(t, err)
		for _, s := range rows {
			out = append(out, s.Name)
		}
		return out
	}
	on := func(l system.ScopeList, d, since string) system.ScopeFilter {
		return system.ScopeFilter{List: l, Day: day(d), Since: day(since)}
	}
	require.Equal(t, []string{"Løn", "Omsorg"}, names(on(system.InScope, "2024-01-01", "2023-12-31")))
	require.Equal(t, []string{"Omsorg"}, names(on(system.InScope, "2025-06-01", "2025-05-31")))
	require.Equal(t, []string{"Løn"}, names(on(system.Fallen, "2025-06-01", "2025-05-31")))
	require.Equal(t, []string{"Veje"}, names(on(system.Unagreed, "2025-06-01", "2025-05-31")))
	require.Equal(t, []string{"Ingen bruger"}, names(on(system.Unused, "2025-06-01", "2025-05-31")))
	c, err := r.s.CountScope(t.Context(), r.office, on("", "2024-01-01", "2023-12-31"))
	require.NoError(t, err)
	require.Equal(t, []int{2, 1, 0, 1, 1, 10}, []int{c.Over, c.Crossed, c.Fallen, c.Unagreed, c.Unused, int(*c.Threshold)})

	t.Run("paged by number of users", func(t *testing.T) {
		p := storage.Page{Sort: "-users", Limit: 1}
		first, next, err := r.s.Scope(t.Context(), r.office, on(system.InScope, "2024-01-01", "2023-12-31"), p)
		require.NoError(t, err)
		p.Cursor = next
		second, end, err := r.s.Scope(t.Context(), r.office, on(system.InScope, "2024-01-01", "2023-12-31"), p)
		require.NoError(t, err)
		require.Equal(t, []any{"Omsorg", "Løn", ""}, []any{first[0].Name, second[0].Name, end})
	})
	t.Run("refused: a day to come, and days the wrong way round", func(t *testing.T) {
		for _, f := range []system.ScopeFilter{on(system.InScope, "2999-01-01", "2024-01-01"), on(system.InScope, "2024-01-01", "2024-01-01")} {
			_, _, err := r.s.Scope(t.Context(), r.office, f, storage.Page{Sort: "name"})
			require.ErrorIs(t, err, system.ErrScopeDay)
		}
	})
}

func TestSupervision(t *testing.T) {
	t.Parallel()
	r := build(t)
	number := storagetest.One[int32](r.Env, "select number from it_system where id = $1", r.care)
	member := r.Scope(access.ContactPerson, r.orgs[0])
	_, err := r.s.Supervision(t.Context(), member, number)
	require.ErrorIs(t, err, system.ErrNotCounted, "not before a job has counted")
	require.NoError(t, r.s.RefreshScope(t.Context()))
	v, err := r.s.Supervision(t.Context(), member, number)
	require.NoError(t, err)
	require.Equal(t, []any{20, 20, true, int32(10), true, "2024-01-01"}, []any{v.Users, v.Agreed, v.InScope, *v.Threshold, v.Unconfirmed, v.From.Format(time.DateOnly)})
	require.Equal(t, storagetest.One[time.Time](r.Env, "select max(at) from system_scope"), v.Counted, "it says as of when")
	points, err := r.s.Course(t.Context(), r.office)
	require.NoError(t, err)
	require.Equal(t, []any{"2022-01-01", 0, int32(20)}, []any{points[0].Day.Format(time.DateOnly), points[0].InScope, *points[0].Threshold})
	require.Equal(t, 1, points[len(points)-1].InScope)
	t.Run("the course turns where the numbers do, though nothing was in use on the day", func(t *testing.T) {
		r.Exec("update usage set from_date = '2022-02-01' where from_date < '2022-02-01'")
		require.NoError(t, r.s.RefreshScope(t.Context()))
		points, err := r.s.Course(t.Context(), r.office)
		require.NoError(t, err)
		require.Equal(t, []any{"2022-01-01", int32(20)}, []any{points[0].Day.Format(time.DateOnly), *points[0].Threshold})
		c, err := r.s.CountScope(t.Context(), r.office, system.ScopeFilter{Day: day("2022-01-10"), Since: day("2021-12-31")})
		require.NoError(t, err)
		require.Equal(t, []any{0, int32(20)}, []any{c.Over + c.Unagreed, *c.Threshold})
	})
	t.Run("an ex-member is told nothing of today", func(t *testing.T) {
		a := r.Actor(r.Token(access.ContactPerson, r.orgs[21]))
		scope, err := access.Authorize(access.Unguarded{}, a, "system", "read")
		require.NoError(t, err)
		_, err = r.s.Supervision(t.Context(), scope, number)
		require.ErrorIs(t, err, system.ErrNotCounted)
	})
}

// A past day is counted as it stood when it ended, whatever is said later.
func TestNotNeededIsDated(t *testing.T) {
	t.Parallel()
	r := build(t)
	usage := storagetest.One[int32](r.Env, "select id from usage where system_id = $1 and organisation_id = $2", r.roads, r.orgs[3])
	say := func(at string) {
		r.Exec("update usage set not_needed_reason = 'ingen persondata', not_needed_at = '2025-02-01', changed_at = $2::text::timestamptz where id = $1", usage, at)
	}
	take := func(at string) {
		r.Exec("update usage set not_needed_reason = null, not_needed_at = null, changed_at = $2::text::timestamptz where id = $1", usage, at)
	}
	count := func(on string) int {
		return storagetest.One[int](r.Env, "select not_needed from scope_at($1) where system_id = $2", day(on), r.roads)
	}
	days := []string{"2025-01-31", "2025-02-01", "2025-06-29", "2025-06-30", "2025-07-02", "2025-07-03", "2025-07-09", "2025-07-10"}
	counts := func() (out []int) {
		for _, d := range days {
			out = append(out, count(d))
		}
		return out
	}
	say("2025-02-01 09:00")
	require.Equal(t, []int{1, 2, 2, 2, 2, 2, 2, 2}, counts())
	take("2025-06-29 22:30") // the 30th in Denmark
	require.Equal(t, []int{1, 2, 2, 1, 1, 1, 1, 1}, counts())
	say("2025-07-03 09:00") // put back, as it was said: the days between stay as they were
	require.Equal(t, []int{1, 2, 2, 1, 1, 2, 2, 2}, counts())
	r.Exec("update usage set not_needed_reason = 'en anden grund', not_needed_at = '2025-07-05', changed_at = '2025-07-05' where id = $1", usage)
	require.Equal(t, []int{1, 2, 2, 1, 1, 2, 2, 2}, counts(), "another reason is no other day")
	take("2025-07-10 09:00")
	say("2025-07-10 10:00")
	take("2025-07-10 11:00")
	require.Equal(t, []int{1, 2, 2, 1, 1, 2, 2, 1}, counts(), "what was not said when the day ended was not said")
}

// A joint agreement counts on the days on which it was concluded, as its steps say.
func TestScopeConcluded(t *testing.T) {
	t.Parallel()
	e := storagetest.New(t)
	org, v := e.Member("Viborg Kommune"), e.Vendor("Åhavn A/S")
	care := e.System(v, "Omsorg")
	e.Usage(org, care)
	joint := e.Offered(v, "Omsorg", "2024-01-01", care)
	own := e.Accession(joint, org)
	counted := func(days ...string) (out []int) {
		for _, d := range days {
			out = append(out, storagetest.One[int](e, "select agreed from scope_at($1) where system_id = $2", day(d), care))
		}
		return out
	}
	require.Equal(t, []int{0, 0}, counted("2024-01-01", "2026-01-01"), "on offer")
	e.Step(own, "offered", "2024-01-01")
	e.Step(own, "on_hold", "2024-01-20")
	require.Equal(t, []int{0}, counted("2024-01-20"), "on hold")
	e.Step(own, "accepted", "2024-02-01")
	require.Equal(t, []int{0, 1, 1}, counted("2024-01-31", "2024-02-01", "2026-01-01"), "from the day that the step counts from, though it was registered today")
	e.Step(own, "offered", "2024-03-01")
	require.Equal(t, []int{1, 0}, counted("2024-02-29", "2024-03-01"), "the acceptance was taken back")
	e.Step(own, "accepted", "2024-04-01")
	e.Step(own, "in_force", "2024-05-01")
	require.Equal(t, []int{1, 0, 1, 1}, counted("2024-02-29", "2024-03-31", "2024-04-01", "2024-05-01"))
	e.Step(own, "terminated", "2025-06-30")
	require.Equal(t, []int{1, 1, 0, 0}, counted("2024-02-29", "2025-06-30", "2025-07-01", "2026-01-01"), "to its last day, which counts")

	second := e.Accession(e.Offered(v, "Omsorg to", "2025-08-01", care), org)
	e.Step(second, "in_force", "2025-09-01")
	e.Step(second, "superseded", "2025-10-01")
	require.Equal(t, []int{0, 1, 1, 0}, counted("2025-08-31", "2025-09-01", "2025-09-30", "2025-10-01"), "what is superseded gives way on that day")
	e.Step(e.Accession(e.Offered(v, "Omsorg tre", "2025-11-01", care), org), "declined", "2025-11-20")
	require.Equal(t, []int{0}, counted("2025-11-20"))
}
