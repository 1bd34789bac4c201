package member_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"klausul/server/access"
	"klausul/server/fault"
	"klausul/server/field"
	"klausul/server/member"
	"klausul/server/storage/storagetest"
)

func on(t *testing.T, s string) time.Time {
	t.Helper()
	d, err := time.Parse(time.DateOnly, s)
	require.NoError(t, err)
	return d
}

func period(t *testing.T, from, to string) member.Membership {
	t.Helper()
	m := member.Membership{From: on(t, from)}
	if to != "" {
		d := on(t, to)
		m.To = &d
	}
	return m
}

func TestJoin(t *testing.T) {
	have := []member.Membership{period(t, "2018-01-01", "2020-12-31"), period(t, "2022-01-01", "")}
	for name, c := range map[string]struct {
		next member.Membership
		want error
	}{
		"between the two":              {period(t, "2021-01-01", "2021-12-31"), nil},
		"before them":                  {period(t, "2010-01-01", "2017-12-31"), nil},
		"one day":                      {period(t, "2021-06-01", "2021-06-01"), nil},
		"refused: backwards":           {period(t, "2021-06-01", "2021-05-31"), member.ErrPeriod},
		"refused: shares the last day": {period(t, "2020-12-31", "2021-06-01"), member.ErrOverlap},
		"refused: shares the first":    {period(t, "2021-06-01", "2022-01-01"), member.ErrOverlap},
		"refused: without an end":      {period(t, "2021-06-01", ""), member.ErrOverlap},
		"refused: after one that runs": {period(t, "2030-01-01", ""), member.ErrOverlap},
		"refused: around them all":     {period(t, "2010-01-01", "2040-01-01"), member.ErrOverlap},
	} {
		t.Run(name, func(t *testing.T) { require.ErrorIs(t, member.Join(have, c.next), c.want) })
	}
	ended, err := member.Ending(have, on(t, "2026-12-31"))
	require.NoError(t, err)
	require.Equal(t, on(t, "2022-01-01"), ended.From)
	_, err = member.Ending(have, on(t, "2021-06-01"))
	require.ErrorIs(t, err, member.ErrNoPeriod, "nothing runs on that day")
	require.True(t, member.MemberOn(have, on(t, "2020-12-31")))
	require.False(t, member.MemberOn(have, on(t, "2021-01-01")))
}

func TestEntryClean(t *testing.T) {
	viborg := member.Entry{Kind: member.Municipality, Name: " Ny  Kommune ", CVR: "29 18 98 46", MunicipalityCode: "791"}
	for name, c := range map[string]struct {
		change func(*member.Entry)
		want   error
	}{
		"a municipality":            {func(*member.Entry) {}, nil},
		"a joint company":           {func(e *member.Entry) { e.Kind, e.MunicipalityCode = member.JointCompany, "" }, nil},
		"refused: no name":          {func(e *member.Entry) { e.Name = "  " }, fault.ErrInvalid},
		"refused: check digit":      {func(e *member.Entry) { e.CVR = "29189847" }, field.ErrCVR},
		"refused: no code":          {func(e *member.Entry) { e.MunicipalityCode = "" }, member.ErrCode},
		"refused: a company's code": {func(e *member.Entry) { e.Kind = member.JointCompany }, member.ErrCode},
		"refused: half an address":  {func(e *member.Entry) { e.Address.City = "Viborg" }, member.ErrAddress},
		"refused: not a mail":       {func(e *member.Entry) { e.Mail = "viborg.dk" }, member.ErrMail},
		"refused: joins backwards":  {func(e *member.Entry) { m := period(t, "2026-01-02", "2026-01-01"); e.Joins = &m }, member.ErrPeriod},
	} {
		t.Run(name, func(t *testing.T) {
			e := viborg
			c.change(&e)
			cleaned, err := e.Clean()
			require.ErrorIs(t, err, c.want)
			if c.want == nil {
				require.Equal(t, "29189846", cleaned.CVR)
				require.Equal(t, "Ny Kommune", cleaned.Name)
			}
		})
	}
}

func TestRegisterJoinAndSucceed(t *testing.T) {
	t.Parallel()
	e := storagetest.New(t)
	s := member.New(e.Store)
	ctx, admin := t.Context(), e.Scope(access.SecretariatAdmin, 0)
	joins := period(t, "2026-01-01", "")
	entry := member.Entry{Kind: member.Municipality, Name: "Ny Kommune", CVR: "29189846", MunicipalityCode: "991", Address: good, Mail: "post@ny.dk", Joins: &joins}
	o, err := s.Register(ctx, admin, entry)
	require.NoError(t, err)
	require.Equal(t, "post@ny.dk", o.Mail)
	_, err = s.Register(ctx, admin, entry)
	require.ErrorIs(t, err, member.ErrCVRTaken)
	entry.CVR = "64942212"
	_, err = s.Register(ctx, admin, entry)
	require.ErrorIs(t, err, member.ErrCodeTaken)

	e.Exec("insert into mandate (organisation_id, from_date, note, recorded_at) values ($1, '2026-01-01', 'x', '2026-01-01')", o.ID)
	ended, err := s.EndMembership(ctx, admin, o.ID, o.Version, on(t, "2026-06-30"))
	require.NoError(t, err)
	require.Equal(t, 1, storagetest.One[int](e, "select count(*)::int from mandate where to_date = '2026-06-30'"), "the secretariat's mandate ends with it")
	require.Equal(t, 1, storagetest.One[int](e, "select count(*)::int from audit_event where record = 'mandate'"), "and that is recorded")
	_, err = s.AddMembership(ctx, admin, o.ID, o.Version, period(t, "2026-08-01", ""))
	require.ErrorIs(t, err, fault.ErrStale, "somebody ended it meanwhile")
	_, err = s.AddMembership(ctx, admin, o.ID, ended.Version, period(t, "2026-06-30", ""))
	require.ErrorIs(t, err, member.ErrOverlap)
	again, err := s.AddMembership(ctx, admin, o.ID, ended.Version, period(t, "2026-08-01", ""))
	require.NoError(t, err)

	// The list is recomputed for any day.
	yes := true
	for day, want := range map[string]int{"2025-12-31": 0, "2026-01-01": 1, "2026-06-30": 1, "2026-07-15": 0, "2026-08-01": 1} {
		n, err := s.Count(ctx, admin, member.Filter{Active: &yes, AsOf: on(t, day)})
		require.NoError(t, err)
		require.Equal(t, want, n, day)
	}

	viborg, randers := e.Member("Viborg Kommune"), e.Member("Randers Kommune")
	_, err = s.Succeed(ctx, admin, o.ID, again.Version, o.ID, on(t, "2027-01-01"), "merger")
	require.ErrorIs(t, err, member.ErrSuccessorSelf)
	after, err := s.Succeed(ctx, admin, o.ID, again.Version, viborg, on(t, "2027-01-01"), "merger")
	require.NoError(t, err)
	_, err = s.Succeed(ctx, admin, o.ID, after.Version, viborg, on(t, "2027-01-01"), "merger")
	require.ErrorIs(t, err, member.ErrSuccessorTwice)
	_, err = s.Succeed(ctx, admin, viborg, 1, randers, on(t, "2028-01-01"), "merger")
	require.NoError(t, err)
	_, err = s.Succeed(ctx, admin, randers, 1, o.ID, on(t, "2029-01-01"), "merger")
	require.ErrorIs(t, err, member.ErrSuccessorCycle, "through two others")

	// Both sides see it, and nobody else.
	rec, err := s.Record(ctx, e.Scope(access.ContactPerson, viborg), viborg)
	require.NoError(t, err)
	require.Equal(t, "Ny Kommune", rec.Predecessors[0].Name)
	require.Equal(t, "Randers Kommune", rec.Successors[0].Successors)
	rec, err = s.Record(ctx, e.Scope(access.ContactPerson, randers), randers)
	require.NoError(t, err)
	require.Len(t, rec.Predecessors, 1)
	_, err = s.Record(ctx, e.Scope(access.ContactPerson, randers), viborg)
	require.ErrorIs(t, err, fault.ErrNotFound)

	t.Run("past the guard: a member registers nobody", func(t *testing.T) {
		_, err := s.Register(ctx, e.Scope(access.ContactPerson, viborg), member.Entry{Kind: member.JointCompany, Name: "x", CVR: "64942212"})
		require.Error(t, err)
	})
}

func TestAddressesOverTime(t *testing.T) {
	t.Parallel()
	e := storagetest.New(t)
	s := member.New(e.Store)
	ctx := t.Context()
	viborg, randers := e.Member("Viborg Kommune"), e.Member("Randers Kommune")
	e.Exec("update organisation_fact set from_date = '2020-01-01'")
	contact, neighbour := e.Scope(access.ContactPerson, viborg), e.Scope(access.ContactPerson, randers)
	day := func(n int) time.Time { return on(t, e.Day(n)) }

	_, err := s.PlanFact(ctx, contact, viborg, 1, member.Plan{From: day(-1), Address: good})
	require.ErrorIs(t, err, member.ErrPast)
	_, err = s.PlanFact(ctx, neighbour, viborg, 1, member.Plan{From: day(1), Address: good})
	require.ErrorIs(t, err, fault.ErrNotFound)
	o, err := s.PlanFact(ctx, contact, viborg, 1, member.Plan{From: day(0), Address: good, Mail: "post@viborg.dk"})
	require.NoError(t, err)
	require.Equal(t, "Prinsens Alle 5", o.Street)
	o, err = s.PlanFact(ctx, contact, viborg, o.Version, member.Plan{From: day(10), Address: member.Address{Street: "Nygade 1", PostalCode: "8800", City: "Viborg"}, Mail: "ny@viborg.dk"})
	require.NoError(t, err)
	require.Equal(t, "Prinsens Alle 5", o.Street, "a plan changes nothing yet")
	o, err = s.PlanFact(ctx, contact, viborg, o.Version, member.Plan{From: day(20), Address: good})
	require.NoError(t, err)
	_, err = s.Unplan(ctx, contact, viborg, o.Version, day(0))
	require.ErrorIs(t, err, member.ErrNotPlanned, "what holds is no plan")
	o, err = s.Unplan(ctx, contact, viborg, o.Version, day(20))
	require.NoError(t, err)

	rec, err := s.Record(ctx, contact, viborg)
	require.NoError(t, err)
	require.Len(t, rec.Facts, 3)
	require.True(t, rec.Facts[0].Planned)
	require.Equal(t, "Torvet 1", rec.Facts[2].Street, "what held before stays readable")

	require.NoError(t, s.InStep(ctx))
	same, err := s.Get(ctx, contact, viborg)
	require.NoError(t, err)
	require.Equal(t, o.Version, same.Version, "its day has not come")
}

func TestPlannedAddressHoldsOnItsDay(t *testing.T) {
	t.Parallel()
	e := storagetest.New(t)
	s := member.New(e.Store)
	ctx := t.Context()
	viborg, randers := e.Member("Viborg Kommune"), e.Member("Randers Kommune")
	e.Exec("update organisation_fact set from_date = '2020-01-01'")
	e.Exec("insert into organisation_fact (organisation_id, from_date, street, postal_code, city) values ($1, today() - 1, 'Forbigået 1', '8800', 'Viborg'), ($1, today(), 'Nygade 1', '8800', 'Viborg'), ($2, today() + 1, 'Senere 1', '8900', 'Randers')", viborg, randers)
	require.NoError(t, s.InStep(ctx))
	require.NoError(t, s.InStep(ctx))
	o, err := s.Get(ctx, e.Scope(access.ContactPerson, viborg), viborg)
	require.NoError(t, err)
	require.Equal(t, "Nygade 1", o.Street)
	require.Equal(t, 2, o.Version, "brought over once")
	require.Equal(t, "Torvet 1", storagetest.One[string](e, "select street from organisation where id = $1", randers))
	require.Equal(t, 1, storagetest.One[int](e, "select count(*) from audit_event where action = 'organisation.change_address' and organisation_id = $1", viborg))
	require.Equal(t, 1, storagetest.One[int](e, "select count(*) from audit_event"), "a day without a plan leaves no row")
}

func TestSettings(t *testing.T) {
	t.Parallel()
	e := storagetest.New(t)
	s := member.New(e.Store)
	ctx := t.Context()
	viborg, randers := e.Member("Viborg Kommune"), e.Member("Randers Kommune")
	contact, neighbour := e.Scope(access.ContactPerson, viborg), e.Scope(access.ContactPerson, randers)
	colleague, stranger := e.User("Bo"), e.User("Ida")
	e.Grant(colleague, access.SystemOwner, viborg)
	e.Grant(stranger, access.DPO, randers)

	usual, err := s.Settings(ctx, contact, viborg)
	require.NoError(t, err)
	require.Equal(t, member.Settings{Organisation: viborg, Deciders: member.ContactDecides}, usual)
	_, err = s.Decide(ctx, contact, viborg, 0, member.Settings{Responsible: &stranger, Deciders: member.OwnerToo})
	require.ErrorIs(t, err, member.ErrResponsible)
	now, err := s.Decide(ctx, contact, viborg, 0, member.Settings{Responsible: &colleague, Deciders: member.OwnerToo})
	require.NoError(t, err)
	require.Equal(t, 1, now.Version)
	require.Equal(t, "Bo", *now.ResponsibleName)
	_, err = s.Decide(ctx, contact, viborg, 0, member.Settings{Deciders: member.ContactDecides})
	require.ErrorIs(t, err, fault.ErrStale)
	_, err = s.Decide(ctx, neighbour, viborg, 1, member.Settings{Deciders: member.ContactDecides})
	require.ErrorIs(t, err, fault.ErrNotFound)
	_, err = s.Settings(ctx, neighbour, viborg)
	require.ErrorIs(t, err, fault.ErrNotFound)
	office, err := s.Settings(ctx, e.Scope(access.Lawyer, 0), viborg)
	require.NoError(t, err)
	require.Equal(t, member.OwnerToo, office.Deciders)
}
