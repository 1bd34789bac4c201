package usage_test

import (
	"strconv"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"klausul/server/access"
	"klausul/server/fault"
	"klausul/server/storage"
	"klausul/server/storage/storagetest"
	"klausul/server/usage"
)

// world is a member with three systems, a neighbour on the same systems, and one
// system that nobody uses.
type world struct {
	*storagetest.Env
	s               *usage.Service
	viborg, randers int32
	vendor          int32
	systems         []int32
	usages          []int32
	theirs          int32
	contact, other  access.Scope
	person          int64
}

func build(t *testing.T) *world {
	w := &world{Env: storagetest.New(t)}
	w.s = usage.New(w.Store)
	w.viborg, w.randers = w.Member("Viborg Kommune"), w.Member("Randers Kommune")
	w.vendor = w.Vendor("Åhavn A/S")
	for _, name := range []string{"Åhavn Omsorg", "Ærlig Løn", "Østby Kort"} {
		id := w.System(w.vendor, name)
		w.systems = append(w.systems, id)
		w.usages = append(w.usages, w.Usage(w.viborg, id))
	}
	w.theirs = w.Usage(w.randers, w.systems[0])
	w.person = w.User("Ane Ansvarlig")
	w.Grant(w.person, access.DPO, w.viborg)
	w.contact, w.other = w.Scope(access.ContactPerson, w.viborg), w.Scope(access.ContactPerson, w.randers)
	return w
}

func (w *world) list(t *testing.T, scope access.Scope, f usage.Filter) []usage.Usage {
	t.Helper()
	rows, _, err := w.s.List(t.Context(), scope, f, storage.Page{Sort: "name", Limit: 100})
	require.NoError(t, err)
	return rows
}

func (w *world) change(t *testing.T, changes ...usage.Change) usage.Outcome {
	t.Helper()
	out, err := w.s.Change(t.Context(), w.contact, usage.Edit, changes)
	require.NoError(t, err)
	return out
}

func states(rows []usage.Usage) (all []string) {
	for _, r := range rows {
		all = append(all, r.SystemName+" "+string(r.State))
	}
	return all
}

func TestStateIsDerived(t *testing.T) {
	t.Parallel()
	w := build(t)
	require.Equal(t, []string{"Ærlig Løn missing", "Østby Kort missing", "Åhavn Omsorg missing"}, states(w.list(t, w.contact, usage.Filter{})), "Danish order")

	own := func(system int32, kind, state, signed, ends string) {
		id := storagetest.One[int64](w.Env, `insert into own_agreement (organisation_id, vendor_id, kind, state, title, signed_on, ends_on)
			values ($1, $2, $3, $4, 'Aftale', nullif($5, '')::date, nullif($6, '')::date) returning id`, w.viborg, w.vendor, kind, state, signed, ends)
		w.Exec("insert into own_agreement_system values ($1, $2, $3)", id, system, w.viborg)
	}
	state := func(at int) usage.State {
		for _, r := range w.list(t, w.contact, usage.Filter{}) {
			if r.ID == w.usages[at] {
				return r.State
			}
		}
		return ""
	}
	w.Exec("update usage set not_needed_reason = 'x', not_needed_at = now() where id = $1", w.usages[0])
	require.Equal(t, usage.NotNeeded, state(0))
	own(w.systems[0], "own", "registered", "2020-01-01", w.Day(-1))
	own(w.systems[0], "own", "registered", w.Day(1), "")
	own(w.systems[0], "own", "proposed", "", "")
	require.Equal(t, usage.NotNeeded, state(0), "ended, to come and proposed ones do not count")
	own(w.systems[0], "kl_kombit", "registered", "", w.Day(0))
	require.Equal(t, usage.KLKombit, state(0), "it runs to the end of its last day")
	own(w.systems[0], "own", "registered", "", "")
	require.Equal(t, usage.Own, state(0))
	second := w.Offered(w.vendor, "Ny", "2025-01-02 10:00+00", w.systems[0])
	newest := w.Accession(second, w.viborg)
	require.Equal(t, usage.Own, state(0), "what is only on offer is no agreement yet")
	first := w.Offered(w.vendor, "Gammel", "2024-01-02 10:00+00", w.systems[0])
	older := w.Accession(first, w.viborg) // made later, offered earlier
	w.Exec("update accession set state = 'accepted' where id = any($1)", []int64{newest, older})
	rows := w.list(t, w.contact, usage.Filter{State: usage.Joint})
	require.Len(t, rows, 1)
	require.Equal(t, storagetest.One[string](w.Env, "select 'DBA-' || lpad(number::text, 4, '0') from agreement where id = $1", second.ID), *rows[0].AgreementCode, "the newest offered version")
	require.Equal(t, []string{"Åhavn Omsorg missing"}, states(w.list(t, w.other, usage.Filter{})), "the neighbour has none of it")

	c, err := w.s.Count(t.Context(), w.contact, usage.Filter{State: usage.Missing})
	require.NoError(t, err)
	require.Equal(t, 2, c.Total)
	require.Equal(t, map[usage.State]int{usage.Joint: 1, usage.Missing: 2}, c.States)
}

// A joint agreement on offer is none yet, whether or not it is put on hold; a new version on
// offer does not hide the one that is concluded.
func TestOffered(t *testing.T) {
	t.Parallel()
	w := build(t)
	first := w.Offered(w.vendor, "Gammel", "2024-01-02 10:00+00", w.systems[0])
	one := w.Accession(first, w.viborg)
	row := func() usage.Usage {
		t.Helper()
		for _, r := range w.list(t, w.contact, usage.Filter{}) {
			if r.ID == w.usages[0] {
				return r
			}
		}
		return usage.Usage{}
	}
	move := func(id int64, state string) {
		w.Exec("update accession set state = $2, reason = 'x', in_force_on = '2024-02-01' where id = $1", id, state)
	}
	require.Equal(t, usage.Offered, row().State)
	require.Equal(t, one, *row().Offer)
	require.Nil(t, row().Accession)
	move(one, "on_hold")
	require.Equal(t, usage.Offered, row().State)
	require.Equal(t, "on_hold", *row().OfferState)
	c, err := w.s.Count(t.Context(), w.contact, usage.Filter{State: usage.Offered})
	require.NoError(t, err)
	require.Equal(t, usage.Counts{Total: 1, States: map[usage.State]int{usage.Offered: 1, usage.Missing: 2}}, c)

	// An own agreement stands meanwhile, and what is under it comes back with an undo.
	set := func(base, value string) usage.Change {
		return usage.Change{Usage: w.usages[0], Field: usage.Agreement, Base: base, Value: value}
	}
	out := w.change(t, set("offered", "missing"))
	require.Equal(t, "usage.offered", out.Errors[0].Code)
	out = w.change(t, set("offered", "own"))
	require.Empty(t, out.Errors)
	require.Equal(t, usage.Own, row().State)
	out, err = w.s.Undo(t.Context(), w.contact, out.Change)
	require.NoError(t, err)
	require.Empty(t, out.Errors)
	require.Equal(t, usage.Offered, row().State)

	move(one, "in_force")
	require.Equal(t, usage.Joint, row().State)
	second := w.Accession(w.Offered(w.vendor, "Ny", "2025-01-02 10:00+00", w.systems[0]), w.viborg)
	require.Equal(t, usage.Joint, row().State)
	require.Equal(t, one, *row().Accession)
	move(second, "accepted")
	require.Equal(t, second, *row().Accession)
	move(second, "declined")
	move(one, "terminated")
	require.Equal(t, usage.Missing, row().State)
	require.Equal(t, []string{"Åhavn Omsorg missing"}, states(w.list(t, w.other, usage.Filter{})))
}

func TestFilters(t *testing.T) {
	t.Parallel()
	w := build(t)
	w.Exec("update usage set responsible_user_id = $2, case_number = '26/4711' where id = $1", w.usages[0], w.person)
	w.Exec("update usage set to_date = $2::text::date where id = $1", w.usages[1], w.Day(-1))
	w.Exec("update usage set to_date = $2::text::date where id = $1", w.usages[2], w.Day(0))
	find := func(scope access.Scope, f usage.Filter) []string { return states(w.list(t, scope, f)) }
	require.Equal(t, []string{"Østby Kort missing", "Åhavn Omsorg missing"}, find(w.contact, usage.Filter{}), "the last day is one of use")
	require.Equal(t, []string{"Ærlig Løn missing"}, find(w.contact, usage.Filter{Period: "ended"}))
	require.Len(t, find(w.contact, usage.Filter{Period: "all"}), 3)
	none := int64(0)
	require.Equal(t, []string{"Østby Kort missing"}, find(w.contact, usage.Filter{Responsible: &none}))
	require.Equal(t, []string{"Åhavn Omsorg missing"}, find(w.contact, usage.Filter{Responsible: &w.person}))
	require.Equal(t, []string{"Åhavn Omsorg missing"}, find(w.contact, usage.Filter{Text: "4711"}))
	require.Empty(t, find(w.contact, usage.Filter{Organisation: w.randers}), "naming the neighbour shows nothing")
	require.Equal(t, []string{"Åhavn Omsorg missing"}, find(w.Scope(access.Lawyer, 0), usage.Filter{Organisation: w.randers}))

	for _, sort := range []string{"name", "-name", "vendor", "-agreement", "persons", "-from", "owner", "-responsible", "caseNumber"} {
		var seen []int32
		p := storage.Page{Sort: sort, Limit: 1}
		for {
			rows, next, err := w.s.List(t.Context(), w.contact, usage.Filter{Period: "all"}, p)
			require.NoError(t, err, sort)
			for _, r := range rows {
				seen = append(seen, r.ID)
			}
			if p.Cursor = next; next == "" {
				break
			}
		}
		require.ElementsMatch(t, w.usages, seen, "page by page in the order %s", sort)
	}
}

func TestChange(t *testing.T) {
	t.Parallel()
	w := build(t)
	a, b := w.usages[0], w.usages[1]
	out := w.change(t, usage.Change{Usage: a, Field: usage.Agreement, Base: "missing", Value: "own"},
		usage.Change{Usage: b, Field: usage.Agreement, Base: "missing", Value: "not_needed"}, usage.Change{Usage: b, Field: usage.Reason, Value: "Ingen personoplysninger"},
		usage.Change{Usage: b, Field: usage.Persons, Value: "ti"}, usage.Change{Usage: w.theirs, Field: usage.CaseNumber, Value: "x"})
	require.Len(t, out.Cells, 3)
	require.Equal(t, []string{"Ærlig Løn not_needed", "Åhavn Omsorg own"}, states(out.Rows))
	require.Equal(t, []usage.CellError{{Usage: b, Field: usage.Persons, Value: "ti", Code: "usage.persons"}, {Usage: w.theirs, Field: usage.CaseNumber, Value: "x", Code: "usage.unknown"}}, out.Errors)
	require.Equal(t, w.contact.Actor().Name, *out.Rows[0].ReasonByName)
	require.Equal(t, "Egen databehandleraftale – Åhavn Omsorg", storagetest.One[string](w.Env, "select title from own_agreement"))
	require.Equal(t, 2, storagetest.One[int](w.Env, "select count(*)::int from audit_event where record = 'usage' and action = 'usage.change'"))
	require.Equal(t, 1, storagetest.One[int](w.Env, "select count(*)::int from usage_change"))
	require.Empty(t, storagetest.One[string](w.Env, "select case_number from usage where id = $1", w.theirs))

	t.Run("two people on one cell", func(t *testing.T) {
		second := w.Scope(access.ContactPerson, w.viborg)
		w.change(t, usage.Change{Usage: a, Field: usage.LocalName, Value: "først"})
		out, err := w.s.Change(t.Context(), second, usage.Edit, []usage.Change{{Usage: a, Field: usage.LocalName, Value: "sidst"}, {Usage: a, Field: usage.CaseNumber, Value: "26/1"}})
		require.NoError(t, err)
		require.Len(t, out.Cells, 1, "the other cell of the row is written")
		require.Len(t, out.Conflicts, 1)
		c := out.Conflicts[0]
		require.Equal(t, []string{"", "sidst", "først", w.contact.Actor().Name}, []string{c.Base, c.Yours, c.Theirs, c.By})
	})
	t.Run("nothing to change leaves nothing", func(t *testing.T) {
		before := storagetest.One[int](w.Env, "select count(*)::int from audit_event")
		out := w.change(t, usage.Change{Usage: a, Field: usage.Agreement, Base: "missing", Value: "own"})
		require.Equal(t, 1, out.Unchanged)
		require.Zero(t, out.Change)
		require.Equal(t, before, storagetest.One[int](w.Env, "select count(*)::int from audit_event"))
	})
	t.Run("a preview does nothing", func(t *testing.T) {
		out, err := w.s.Preview(t.Context(), w.contact, []usage.Change{{Usage: b, Field: usage.Agreement, Base: "not_needed", Value: "kl_kombit"}})
		require.NoError(t, err)
		require.Len(t, out.Cells, 2)
		require.Equal(t, "not_needed", string(w.list(t, w.contact, usage.Filter{})[0].State))
	})
	t.Run("what stood on an earlier day stays in the register with its last", func(t *testing.T) {
		w.Exec("update own_agreement set created_at = now() - interval '400 days'")
		w.change(t, usage.Change{Usage: a, Field: usage.Agreement, Base: "own", Value: "missing"})
		require.Equal(t, 1, storagetest.One[int](w.Env, "select count(*)::int from own_agreement where ends_on = today() - 1"))
		w.change(t, usage.Change{Usage: a, Field: usage.Agreement, Base: "missing", Value: "own"})
		require.Equal(t, 2, storagetest.One[int](w.Env, "select count(*)::int from own_agreement"))
		w.Exec("delete from own_agreement where ends_on is not null")
	})
	t.Run("an own agreement that is registered is not taken back here", func(t *testing.T) {
		w.Exec("update own_agreement set signed_on = '2024-01-01'")
		out := w.change(t, usage.Change{Usage: a, Field: usage.Agreement, Base: "own", Value: "missing"})
		require.Equal(t, "agreement.standing_registered", out.Errors[0].Code)
	})
	t.Run("an ex-member changes nothing", func(t *testing.T) {
		w.Exec("update membership set to_date = $2::text::date where organisation_id = $1", w.randers, w.Day(-1))
		out, err := w.s.Change(t.Context(), w.other, usage.Edit, []usage.Change{{Usage: w.theirs, Field: usage.CaseNumber, Value: "x"}})
		require.True(t, err != nil || len(out.Cells) == 0)
		require.Empty(t, storagetest.One[string](w.Env, "select case_number from usage where id = $1", w.theirs))
	})
}

func TestSystemOwner(t *testing.T) {
	t.Parallel()
	w := build(t)
	user := w.User("Sara Systemejer")
	scope := w.ScopeOf(w.Session(user, w.Grant(user, access.SystemOwner, w.viborg)))
	w.Exec("update usage set owner_user_id = $2 where id = $1", w.usages[1], user)
	require.Equal(t, []string{"Ærlig Løn missing"}, states(w.list(t, scope, usage.Filter{})))
	out, err := w.s.Change(t.Context(), scope, usage.Edit, []usage.Change{
		{Usage: w.usages[1], Field: usage.CaseNumber, Value: "26/1"}, {Usage: w.usages[1], Field: usage.Owner, Base: id(user), Value: ""}, {Usage: w.usages[0], Field: usage.CaseNumber, Value: "26/2"}})
	require.NoError(t, err)
	require.Len(t, out.Cells, 1)
	require.Equal(t, "usage.owner_not_yours", out.Errors[0].Code)
	require.Equal(t, "usage.unknown", out.Errors[1].Code)
	_, err = w.s.Undo(t.Context(), scope, w.change(t, usage.Change{Usage: w.usages[0], Field: usage.CaseNumber, Value: "26/3"}).Change)
	require.ErrorIs(t, err, fault.ErrNotFound, "what another person changed is not a system owner's to undo")
	spare := w.System(w.vendor, "Ny")
	number := storagetest.One[int32](w.Env, "select number from it_system where id = $1", spare)
	_, err = w.s.Add(t.Context(), scope, number, time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC))
	require.NoError(t, err)
	require.Len(t, w.list(t, scope, usage.Filter{}), 2, "an added one names the person")
}

func TestUndo(t *testing.T) {
	t.Parallel()
	w := build(t)
	at := time.Date(2026, 11, 2, 9, 0, 0, 0, time.UTC)
	w.Clock.Set(at)
	a, b, c := w.usages[0], w.usages[1], w.usages[2]
	given := w.change(t, usage.Change{Usage: a, Field: usage.Agreement, Base: "missing", Value: "not_needed"}, usage.Change{Usage: a, Field: usage.Reason, Value: "Ingen data"})
	require.Len(t, given.Cells, 2)
	w.Clock.Set(at.Add(time.Hour))
	var all []usage.Change
	for i, u := range []int32{a, b, c} {
		all = append(all, usage.Change{Usage: u, Field: usage.Agreement, Base: map[bool]string{true: "not_needed", false: "missing"}[i == 0], Value: "own"},
			usage.Change{Usage: u, Field: usage.Responsible, Value: id(w.person)})
	}
	done, err := w.s.Change(t.Context(), w.contact, usage.Bulk, all)
	require.NoError(t, err)
	require.Len(t, done.Cells, 7, "the reason goes with its state")
	second := w.Scope(access.ContactPerson, w.viborg)
	_, err = w.s.Change(t.Context(), second, usage.Edit, []usage.Change{{Usage: c, Field: usage.Responsible, Base: id(w.person), Value: ""}})
	require.NoError(t, err)

	_, err = w.s.Undo(t.Context(), w.other, done.Change)
	require.ErrorIs(t, err, fault.ErrNotFound, "not the neighbour's")
	back, err := w.s.Undo(t.Context(), w.contact, done.Change)
	require.NoError(t, err)
	require.Len(t, back.Cells, 6)
	require.Empty(t, back.Errors)
	require.Equal(t, 1, back.Unchanged, "somebody emptied it already")
	rows := w.list(t, w.contact, usage.Filter{})
	require.Equal(t, []string{"Ærlig Løn missing", "Østby Kort missing", "Åhavn Omsorg not_needed"}, states(rows))
	require.Equal(t, at, rows[2].ReasonAt.UTC(), "the reason is given back to who gave it, and when")
	require.Zero(t, storagetest.One[int](w.Env, "select count(*)::int from own_agreement"))
	_, err = w.s.Undo(t.Context(), w.contact, done.Change)
	require.ErrorIs(t, err, usage.ErrUndone)

	t.Run("a cell changed since stays, and is named", func(t *testing.T) {
		done := w.change(t, usage.Change{Usage: b, Field: usage.LocalName, Value: "mit"}, usage.Change{Usage: b, Field: usage.CaseNumber, Value: "26/1"})
		w.change(t, usage.Change{Usage: b, Field: usage.LocalName, Base: "mit", Value: "deres"})
		back, err := w.s.Undo(t.Context(), w.contact, done.Change)
		require.NoError(t, err)
		require.Len(t, back.Cells, 1)
		require.Equal(t, "deres", back.Conflicts[0].Theirs)
	})
	t.Run("not for ever", func(t *testing.T) {
		done := w.change(t, usage.Change{Usage: b, Field: usage.CaseNumber, Value: "26/9"})
		entries, err := w.s.Changes(t.Context(), w.contact)
		require.NoError(t, err)
		require.True(t, entries[0].Undoable)
		require.Equal(t, "Ærlig Løn", *entries[0].What)
		w.Clock.Advance(7 * 24 * time.Hour)
		_, err = w.s.Undo(t.Context(), w.contact, done.Change)
		require.ErrorIs(t, err, usage.ErrUndoLate)
		w.Exec("update usage_change set made_at = now() - interval '31 days' where id = $1", done.Change)
		require.NoError(t, w.s.Forget(t.Context()))
		_, err = w.s.Undo(t.Context(), w.contact, done.Change)
		require.ErrorIs(t, err, fault.ErrNotFound)
	})
}

func TestAddAndEnd(t *testing.T) {
	t.Parallel()
	w := build(t)
	number := storagetest.One[int32](w.Env, "select number from it_system where id = $1", w.systems[0])
	from := time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)
	_, err := w.s.Add(t.Context(), w.contact, number, from)
	require.ErrorIs(t, err, usage.ErrOverlap)
	f, _ := fault.Of(err)
	require.Equal(t, "2020-01-01", f.Detail["from"])
	_, err = w.s.Add(t.Context(), w.contact, 999999, from)
	require.ErrorIs(t, err, usage.ErrSystem)

	ended := w.change(t, usage.Change{Usage: w.usages[0], Field: usage.To, Value: "2025-12-31"})
	require.Len(t, ended.Cells, 1)
	added, err := w.s.Add(t.Context(), w.contact, number, from)
	require.NoError(t, err)
	require.Len(t, added.Rows, 1)
	out := w.change(t, usage.Change{Usage: w.usages[0], Field: usage.To, Base: "2025-12-31", Value: "2026-02-01"}, usage.Change{Usage: w.usages[0], Field: usage.CaseNumber, Value: "26/1"})
	require.Equal(t, []usage.CellError{{Usage: w.usages[0], Field: usage.To, Value: "2026-02-01", Code: "usage.overlap"}}, out.Errors)
	require.Len(t, out.Cells, 1, "the rest of the row is written")
	_, err = w.s.Undo(t.Context(), w.contact, ended.Change)
	require.NoError(t, err)
	require.Equal(t, 2, storagetest.One[int](w.Env, "select count(*)::int from usage where system_id = $1 and organisation_id = $2", w.systems[0], w.viborg), "the old end cannot go while the new use is there")

	w.change(t, usage.Change{Usage: added.Rows[0].ID, Field: usage.CaseNumber, Value: "26/7"})
	_, err = w.s.Undo(t.Context(), w.contact, added.Change)
	require.ErrorIs(t, err, usage.ErrInUse, "it has been worked on")
	spare := storagetest.One[int32](w.Env, "select number from it_system where id = $1", w.System(w.vendor, "Ny"))
	added, err = w.s.Add(t.Context(), w.contact, spare, from)
	require.NoError(t, err)
	_, err = w.s.Undo(t.Context(), w.contact, added.Change)
	require.NoError(t, err)
	require.Zero(t, storagetest.One[int](w.Env, "select count(*)::int from usage where id = $1", added.Rows[0].ID))
}

func id(n int64) string { return strconv.FormatInt(n, 10) }
