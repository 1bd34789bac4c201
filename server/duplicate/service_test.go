package duplicate_test

import (
	"fmt"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"klausul/server/access"
	"klausul/server/duplicate"
	"klausul/server/fault"
	"klausul/server/storage"
	"klausul/server/storage/storagetest"
)

type house struct {
	*storagetest.Env
	s      *duplicate.Service
	lawyer access.Scope
}

func build(t *testing.T) house {
	t.Helper()
	e := storagetest.New(t)
	return house{e, duplicate.New(e.Store), e.Scope(access.Lawyer, 0)}
}

func (h house) number(table string, id int32) int32 {
	return storagetest.One[int32](h.Env, "select number from "+table+" where id = $1", id)
}

// merge compares and merges, as a person does.
func (h house) merge(t *testing.T, kind duplicate.Kind, winner, loser int32, take ...string) duplicate.Merge {
	t.Helper()
	p, err := h.s.Compare(t.Context(), h.lawyer, kind, winner, loser)
	require.NoError(t, err)
	m, err := h.s.Merge(t.Context(), h.lawyer, kind, winner, loser, take, "samme firma efter opkøb", p.Version)
	require.NoError(t, err)
	return m
}

// dump is every row of every table that a merge may touch, but for the versions, which
// only rise, and who wrote last.
func (h house) dump() string {
	all := ""
	for _, table := range storagetest.One[[]string](h.Env, `select array_agg(relname::text order by relname) from pg_class
		where relnamespace = 'public'::regnamespace and relkind = 'r' and relname !~ '^(river|audit|goose|session|record_merge|merge_step|duplicate_suspect|app_user|role_grant)'`) {
		all += table + ": " + storagetest.One[string](h.Env, "select coalesce(string_agg(line, e'\\n' order by line), '') from (select (to_jsonb(t) - 'version' - 'changed_at' - 'changed_by')::text as line from "+table+" t) x") + "\n"
	}
	return all
}

func TestMergeVendors(t *testing.T) {
	t.Parallel()
	h := build(t)
	viborg := h.Member("Viborg Kommune")
	winner, loser := h.Vendor("Åhavn Omsorg A/S"), h.Vendor("Aahavn Omsorg ApS")
	system := h.System(loser, "Åhavn Omsorg")
	h.Usage(viborg, system)
	a := h.Offered(loser, "Omsorg", "", system)
	h.Accession(a, viborg)
	h.Exec("insert into own_agreement (organisation_id, vendor_id, title) values ($1, $2, 'Egen')", viborg, loser)
	wn, ln := h.number("vendor", winner), h.number("vendor", loser)
	before := h.dump()

	p, err := h.s.Compare(t.Context(), h.lawyer, duplicate.Vendor, wn, ln)
	require.NoError(t, err)
	require.Contains(t, p.Moves, duplicate.Move{What: "it_system", Moved: 1})
	require.Contains(t, p.Moves, duplicate.Move{What: "agreement", Moved: 1})
	require.Contains(t, p.Moves, duplicate.Move{What: "own_agreement", Moved: 1})
	require.True(t, p.NeedsReason(), "two CVR numbers")
	require.Equal(t, before, h.dump(), "looking changes nothing")

	_, err = h.s.Merge(t.Context(), h.lawyer, duplicate.Vendor, wn, ln, nil, "  ", p.Version)
	require.ErrorIs(t, err, duplicate.ErrReason)
	m, err := h.s.Merge(t.Context(), h.lawyer, duplicate.Vendor, wn, ln, []string{"name"}, "navneskifte", p.Version)
	require.NoError(t, err)
	require.Equal(t, []any{winner, "Aahavn Omsorg ApS"}, []any{
		storagetest.One[int32](h.Env, "select vendor_id from it_system where id = $1", system), storagetest.One[string](h.Env, "select name from vendor where id = $1", winner)})
	require.Equal(t, winner, storagetest.One[int32](h.Env, "select merged_into from vendor where id = $1", loser))
	require.Equal(t, 2, storagetest.One[int](h.Env, "select count(*) from audit_event where action = 'vendor.merge' and record = 'vendor'"))

	t.Run("refused: who merges the same pair second is told who was first", func(t *testing.T) {
		_, err := h.s.Merge(t.Context(), h.Scope(access.SecretariatAdmin, 0), duplicate.Vendor, wn, ln, nil, "x", p.Version)
		require.ErrorIs(t, err, fault.ErrStale)
		f, _ := fault.Of(err)
		require.Equal(t, []any{h.lawyer.Actor().Name, "vendor.merge"}, []any{f.Detail["changedBy"], f.Detail["action"]})
	})
	t.Run("undone, every row is as it was", func(t *testing.T) {
		_, err := h.s.Undo(t.Context(), h.lawyer, m.ID)
		require.NoError(t, err)
		require.Equal(t, before, h.dump())
		_, err = h.s.Undo(t.Context(), h.lawyer, m.ID)
		require.ErrorIs(t, err, duplicate.ErrUndone)
	})
}

func TestMergeSystems(t *testing.T) {
	t.Parallel()
	h := build(t)
	viborg, randers, skive := h.Member("Viborg Kommune"), h.Member("Randers Kommune"), h.Member("Skive Kommune")
	v := h.Vendor("Åhavn A/S")
	winner, loser := h.System(v, "Omsorg"), h.System(v, "Omsorg (gammel)")
	h.Exec("update it_system set kitos_uuid = gen_random_uuid() where id = $1", loser)
	use := func(org, system int32, from, to, local string) {
		h.Exec("insert into usage (organisation_id, system_id, from_date, to_date, local_name) values ($1, $2, $3::text::date, nullif($4, '')::date, $5)", org, system, from, to, local)
	}
	use(viborg, winner, "2020-01-01", "2021-12-31", "")
	use(viborg, winner, "2023-01-01", "", "vores")
	use(viborg, loser, "2021-06-01", "2023-06-30", "det gamle") // bridges the two
	use(randers, loser, "2019-01-01", "", "")
	use(skive, winner, "2018-01-01", "2018-12-31", "")
	use(skive, loser, "2019-01-01", "", "") // one after the other: nothing to join
	a := h.Offered(v, "Omsorg", "", winner, loser)
	h.Accession(a, viborg)
	wn, ln := h.number("it_system", winner), h.number("it_system", loser)

	p, err := h.s.Compare(t.Context(), h.lawyer, duplicate.System, wn, ln)
	require.NoError(t, err)
	require.False(t, p.NeedsReason())
	require.Contains(t, p.Moves, duplicate.Move{What: "usage", Moved: 3, Joined: 2})
	require.Contains(t, p.Moves, duplicate.Move{What: "agreement_system", Joined: 1})
	require.Contains(t, p.Moves, duplicate.Move{What: "accession_system", Joined: 1})
	require.Len(t, p.Joined, 2)
	require.Equal(t, duplicate.Joined{Organisation: "Viborg Kommune", WasFrom: "2021-06-01", WasTo: "2023-06-30", From: "2020-01-01"},
		p.Joined[map[bool]int{true: 0, false: 1}[p.Joined[0].WasFrom == "2021-06-01"]])

	m := h.merge(t, duplicate.System, wn, ln, "kitos")
	periods := storagetest.One[[]string](h.Env, "select array_agg(o.name || ' ' || u.from_date || ' ' || coalesce(u.to_date::text, '') || ' ' || u.local_name order by o.name, u.from_date) from usage u join organisation o on o.id = u.organisation_id where u.system_id = $1", winner)
	require.Equal(t, []string{"Randers Kommune 2019-01-01  ", "Skive Kommune 2018-01-01 2018-12-31 ", "Skive Kommune 2019-01-01  ", "Viborg Kommune 2020-01-01  vores"}, periods, "the standing ones first")
	require.Zero(t, storagetest.One[int](h.Env, "select count(*) from usage where system_id = $1", loser))
	require.True(t, storagetest.One[bool](h.Env, "select kitos_uuid is not null from it_system where id = $1", winner))

	t.Run("a row that its owner has removed stays removed, all else comes back", func(t *testing.T) {
		h.Exec("delete from usage where organisation_id = $1", randers)
		_, err := h.s.Undo(t.Context(), h.lawyer, m.ID)
		require.NoError(t, err)
		require.Equal(t, []string{"2020-01-01 2021-12-31 ", "2021-06-01 2023-06-30 det gamle", "2023-01-01  vores"}, storagetest.One[[]string](h.Env,
			"select array_agg(from_date || ' ' || coalesce(to_date::text, '') || ' ' || local_name order by from_date) from usage where organisation_id = $1", viborg))
		require.Zero(t, storagetest.One[int](h.Env, "select count(*) from usage where organisation_id = $1", randers))
	})
	t.Run("refused: a joined usage that was changed since", func(t *testing.T) {
		m := h.merge(t, duplicate.System, wn, ln)
		h.Exec("update usage set to_date = '2026-01-01' where organisation_id = $1", viborg)
		_, err := h.s.Undo(t.Context(), h.lawyer, m.ID)
		require.ErrorIs(t, err, duplicate.ErrInTheWay)
		f, _ := fault.Of(err)
		require.Equal(t, "usage", f.Detail["table"])
		require.Zero(t, storagetest.One[int](h.Env, "select count(*) from usage where system_id = $1", loser), "nothing is half undone")
	})
}

// What one of the usages that become one says is kept, whichever it is, and the last to
// have changed it is who merged.
func TestMergeUsages(t *testing.T) {
	t.Parallel()
	h := build(t)
	viborg, randers := h.Member("Viborg Kommune"), h.Member("Randers Kommune")
	v, anna := h.Vendor("Åhavn A/S"), h.User("Anna And")
	winner, loser := h.System(v, "Omsorg"), h.System(v, "Omsorg (gammel)")
	use := func(org, system int32, from, to, number, reason string, persons int) int32 {
		return storagetest.One[int32](h.Env, `insert into usage (organisation_id, system_id, from_date, to_date, case_number, not_needed_reason, not_needed_by, not_needed_at, persons, changed_at, changed_by)
			values ($1, $2, $3::text::date, nullif($4, '')::date, $5, nullif($6, ''), case when $6 <> '' then $7::bigint end, case when $6 <> '' then timestamptz '2024-05-01' end, nullif($8, 0), '2024-06-01', $7) returning id`,
			org, system, from, to, number, reason, anna, persons)
	}
	first := use(viborg, winner, "2020-01-01", "2021-12-31", "", "", 5)
	use(viborg, winner, "2023-01-01", "", "24/17", "", 40)
	use(viborg, loser, "2021-06-01", "2023-06-30", "19/3", "Ingen personoplysninger", 0)
	alone := use(randers, loser, "2019-01-01", "", "", "", 0)
	wn, ln := h.number("it_system", winner), h.number("it_system", loser)
	p, err := h.s.Compare(t.Context(), h.lawyer, duplicate.System, wn, ln)
	require.NoError(t, err)
	require.Len(t, p.Joined, 2)
	require.Contains(t, p.Moves, duplicate.Move{What: "usage", Moved: 2, Joined: 2})
	before := h.dump()
	m := h.merge(t, duplicate.System, wn, ln)
	moves, err := duplicate.Moves(m.Moved)
	require.NoError(t, err)
	require.Equal(t, p.Moves, moves, "as the preview told")
	row := func(id int32) string {
		return storagetest.One[string](h.Env, `select concat_ws(' ', from_date, to_date, case_number, persons, not_needed_reason, not_needed_at::date, not_needed_by, changed_by, changed_at > now() - interval '1 hour') from usage where id = $1`, id)
	}
	require.Equal(t, fmt.Sprint("2020-01-01 24/17 40 Ingen personoplysninger 2024-05-01 ", anna, " ", h.lawyer.Actor().User, " t"), row(first))
	require.Equal(t, fmt.Sprint("2019-01-01  ", h.lawyer.Actor().User, " t"), row(alone))
	_, err = h.s.Undo(t.Context(), h.lawyer, m.ID)
	require.NoError(t, err)
	require.Equal(t, before, h.dump())
}

// A member's trail says what a merge, and undoing it, did to each of its records, and
// nothing of the neighbour's.
func TestMergeTellsTheMember(t *testing.T) {
	t.Parallel()
	h := build(t)
	viborg, randers := h.Member("Viborg Kommune"), h.Member("Randers Kommune")
	v, other := h.Vendor("Åhavn A/S"), h.Vendor("Aahavn ApS")
	winner, loser := h.System(v, "Omsorg"), h.System(v, "Omsorg (gammel)")
	kept, gone, moved := h.Usage(viborg, winner), h.Usage(viborg, loser), h.Usage(randers, loser)
	h.Exec("update usage set case_number = '26/1' where id = $1", gone)
	own := storagetest.One[int64](h.Env, "insert into own_agreement (organisation_id, vendor_id, title) values ($1, $2, 'Egen') returning id", viborg, other)
	h.Exec("insert into own_agreement_system (own_agreement_id, system_id, organisation_id) values ($1, $2, $3)", own, loser, viborg)
	trail := func(action string, organisation int32) []string {
		return storagetest.One[[]string](h.Env, `select coalesce(array_agg(record || ' ' || record_id order by record, record_id::int), '{}') from audit_event where action = $1 and organisation_id = $2`, action, organisation)
	}
	m := h.merge(t, duplicate.System, h.number("it_system", winner), h.number("it_system", loser))
	viborgs := []string{fmt.Sprint("own_agreement ", own), fmt.Sprint("usage ", kept), fmt.Sprint("usage ", gone)}
	require.Equal(t, viborgs, trail("system.merge", viborg))
	require.Equal(t, []string{fmt.Sprint("usage ", moved)}, trail("system.merge", randers))
	require.Equal(t, fmt.Sprintf(`{"before":{"system_id":%d},"after":{"system_id":%d}}`, loser, winner), storagetest.One[string](h.Env,
		"select replace(v.value, ' ', '') from audit_event e join audit_value v on v.id = e.value_id where e.organisation_id = $1 and e.action = 'system.merge'", randers))
	_, err := h.s.Undo(t.Context(), h.lawyer, m.ID)
	require.NoError(t, err)
	require.Equal(t, viborgs, trail("duplicate.undo", viborg))
	require.Equal(t, []string{fmt.Sprint("usage ", moved)}, trail("duplicate.undo", randers))

	h.merge(t, duplicate.Vendor, h.number("vendor", v), h.number("vendor", other))
	require.Equal(t, []string{fmt.Sprint("own_agreement ", own)}, trail("vendor.merge", viborg))
}

// What a member writes while two systems are merged is in the joined usage, and comes back.
func TestMergeWaitsForTheMember(t *testing.T) {
	t.Parallel()
	h := build(t)
	viborg := h.Member("Viborg Kommune")
	v := h.Vendor("Åhavn A/S")
	winner, loser := h.System(v, "Omsorg"), h.System(v, "Omsorg (gammel)")
	kept, gone := h.Usage(viborg, winner), h.Usage(viborg, loser)
	wn, ln := h.number("it_system", winner), h.number("it_system", loser)
	p, err := h.s.Compare(t.Context(), h.lawyer, duplicate.System, wn, ln)
	require.NoError(t, err)

	other := h.Conn(storage.Admin)
	tx, err := other.Begin(t.Context())
	require.NoError(t, err)
	_, err = tx.Exec(t.Context(), "update usage set case_number = '26/1' where id = $1", gone)
	require.NoError(t, err)
	_, err = tx.Exec(t.Context(), "update usage set local_name = 'Plejen' where id = $1", kept)
	require.NoError(t, err)
	type outcome struct {
		duplicate.Merge
		error
	}
	done := make(chan outcome, 1)
	go func() {
		m, err := h.s.Merge(t.Context(), h.lawyer, duplicate.System, wn, ln, nil, "x", p.Version)
		done <- outcome{m, err}
	}()
	require.Eventually(t, func() bool {
		return storagetest.One[int](h.Env, "select count(*) from pg_locks l join pg_stat_activity a using (pid) where not l.granted and a.datname = current_database()") > 0
	}, 10*time.Second, 10*time.Millisecond)
	require.NoError(t, tx.Commit(t.Context()))
	m := <-done
	require.NoError(t, m.error)
	require.Equal(t, "Plejen 26/1", storagetest.One[string](h.Env, "select local_name || ' ' || case_number from usage where id = $1", kept))
	_, err = h.s.Undo(t.Context(), h.lawyer, m.ID)
	require.NoError(t, err)
	require.Equal(t, "26/1", storagetest.One[string](h.Env, "select case_number from usage where id = $1", gone))
	require.Equal(t, "Plejen ", storagetest.One[string](h.Env, "select local_name || ' ' || case_number from usage where id = $1", kept))
}

// A third was merged into one of the two: it leads on to what stands, and is undone last.
func TestMergeChain(t *testing.T) {
	t.Parallel()
	h := build(t)
	a, b, c := h.Vendor("A A/S"), h.Vendor("B A/S"), h.Vendor("C A/S")
	h.System(a, "Fra A")
	an, bn, cn := h.number("vendor", a), h.number("vendor", b), h.number("vendor", c)
	before := h.dump()
	first := h.merge(t, duplicate.Vendor, bn, an)
	second := h.merge(t, duplicate.Vendor, cn, bn)
	require.Equal(t, c, storagetest.One[int32](h.Env, "select merged_into from vendor where id = $1", a))

	_, err := h.s.Compare(t.Context(), h.lawyer, duplicate.Vendor, bn, cn)
	require.ErrorIs(t, err, duplicate.ErrMerged)
	f, _ := fault.Of(err)
	require.Equal(t, cn, f.Detail["into"])
	_, err = h.s.Undo(t.Context(), h.lawyer, first.ID)
	require.ErrorIs(t, err, duplicate.ErrOrder)
	f, _ = fault.Of(err)
	require.Equal(t, []any{second.ID, "C A/S", "B A/S"}, []any{f.Detail["merge"], f.Detail["winner"], f.Detail["loser"]})
	for _, m := range []duplicate.Merge{second, first} {
		_, err = h.s.Undo(t.Context(), h.lawyer, m.ID)
		require.NoError(t, err)
	}
	require.Equal(t, before, h.dump())

	t.Run("refused: after thirty days", func(t *testing.T) {
		m := h.merge(t, duplicate.Vendor, bn, an)
		h.Clock.Set(time.Now().Add(duplicate.UndoFor + time.Minute))
		defer h.Clock.Set(time.Time{})
		_, err := h.s.Undo(t.Context(), h.lawyer, m.ID)
		require.ErrorIs(t, err, duplicate.ErrTooLate)
	})
	t.Run("refused: itself, nothing, and a value that is no choice", func(t *testing.T) {
		_, err := h.s.Compare(t.Context(), h.lawyer, duplicate.Vendor, cn, cn)
		require.ErrorIs(t, err, duplicate.ErrSelf)
		_, err = h.s.Compare(t.Context(), h.lawyer, duplicate.Vendor, cn, 9999)
		require.ErrorIs(t, err, duplicate.ErrUnknown)
		_, err = h.s.Merge(t.Context(), h.lawyer, duplicate.Vendor, cn, bn, []string{"number"}, "", 1)
		require.ErrorIs(t, err, duplicate.ErrField)
		_, err = h.s.Undo(t.Context(), h.lawyer, 9999)
		require.ErrorIs(t, err, fault.ErrNotFound)
	})
	t.Run("the database refuses a supervisor, and a member altogether", func(t *testing.T) {
		viborg := h.Member("Viborg Kommune")
		for _, scope := range []access.Scope{h.Scope(access.Supervisor, 0), h.Scope(access.ContactPerson, viborg)} {
			err := h.Store.Write(t.Context(), scope, "test", func(tx *storage.Tx) error {
				_, err := tx.Pgx().Exec(t.Context(), "select merge_records('vendor', $1, $2, '{}', 'x')", c, b)
				return err
			})
			require.ErrorContains(t, err, "42501")
		}
	})
}

// Every table that points to what can be merged has a key to find its rows by, and points
// with one column: what merging can follow.
func TestEverythingThatPointsCanFollow(t *testing.T) {
	t.Parallel()
	h := build(t)
	require.Empty(t, storagetest.One[[]string](h.Env, `select coalesce(array_agg(c.conrelid::regclass || '.' || c.conname), '{}') from pg_constraint c
		where c.contype = 'f' and c.confrelid in ('vendor'::regclass, 'it_system'::regclass, 'usage'::regclass)
		  and (array_length(c.conkey, 1) > 1 or not exists (select from pg_index i where i.indrelid = c.conrelid and i.indisprimary))`))
}

func TestSuspects(t *testing.T) {
	t.Parallel()
	h := build(t)
	a, b := h.Vendor("Lærkesund Journaldata ApS"), h.Vendor("Lærkesund Journal-data A/S")
	h.Vendor("Noget helt andet A/S")
	se1 := storagetest.One[int32](h.Env, "insert into vendor (name, country, foreign_number) values ('Norrblick AB', 'SE', '559001-0001') returning id")
	se2 := storagetest.One[int32](h.Env, "insert into vendor (name, country, foreign_number) values ('Helt nyt navn AB', 'SE', '559001-0001') returning id")
	h.System(a, "Omsorg Plus")
	h.System(b, "OmsorgPlus")
	require.NoError(t, h.s.Find(t.Context(), h.lawyer))
	list := func(f duplicate.Filter) (out []string) {
		rows, _, err := h.s.List(t.Context(), h.lawyer, f, storage.Page{})
		require.NoError(t, err)
		n, err := h.s.Count(t.Context(), h.lawyer, f)
		require.NoError(t, err)
		require.Len(t, rows, n)
		for _, r := range rows {
			out = append(out, fmt.Sprint(r.FirstName, " = ", r.SecondName, " ", r.Why))
		}
		return out
	}
	require.Equal(t, []string{"Norrblick AB = Helt nyt navn AB [number]", "Lærkesund Journaldata ApS = Lærkesund Journal-data A/S [name]"}, list(duplicate.Filter{Kind: duplicate.Vendor}))
	require.Equal(t, []string{"Omsorg Plus = OmsorgPlus [name]"}, list(duplicate.Filter{Kind: duplicate.System}))

	h.Exec("update vendor set name = 'Nordskov Data A/S', named_from = today() where id = $1", se1)
	newcomer := h.Vendor("Norrblick ApS")
	require.NoError(t, h.s.Find(t.Context(), h.lawyer))
	require.Contains(t, list(duplicate.Filter{Kind: duplicate.Vendor}), "Nordskov Data A/S = Norrblick ApS [former]")
	p, err := h.s.Compare(t.Context(), h.lawyer, duplicate.Vendor, h.number("vendor", newcomer), h.number("vendor", se1))
	require.NoError(t, err)
	require.Equal(t, "Norrblick AB", p.Loser.Values["former"])
	h.Exec("update vendor set name = 'Ganske ny ApS' where id = $1", newcomer)
	require.NoError(t, h.s.Find(t.Context(), h.lawyer))
	require.Len(t, list(duplicate.Filter{Kind: duplicate.Vendor}), 2, "two former names alike say nothing of today")

	an, bn := h.number("vendor", a), h.number("vendor", b)
	require.NoError(t, h.s.Dismiss(t.Context(), h.lawyer, duplicate.Vendor, bn, an, true))
	require.NoError(t, h.s.Find(t.Context(), h.lawyer))
	require.Len(t, list(duplicate.Filter{Kind: duplicate.Vendor}), 1, "said once, remembered")
	require.Len(t, list(duplicate.Filter{Kind: duplicate.Vendor, Dismissed: true}), 1)
	require.NoError(t, h.s.Dismiss(t.Context(), h.lawyer, duplicate.Vendor, an, bn, false))
	require.Len(t, list(duplicate.Filter{Kind: duplicate.Vendor}), 2)
	h.merge(t, duplicate.Vendor, h.number("vendor", se1), h.number("vendor", se2))
	require.Len(t, list(duplicate.Filter{Kind: duplicate.Vendor}), 1, "what is merged is no question any more")
}
