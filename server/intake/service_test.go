package intake_test

import (
	"context"
	"fmt"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"klausul/server/access"
	"klausul/server/document"
	"klausul/server/fault"
	"klausul/server/files/filestest"
	"klausul/server/intake"
	"klausul/server/storage"
	"klausul/server/storage/storagetest"
)

// town is a register with two members and their lists' world.
type town struct {
	*storagetest.Env
	t               *testing.T
	s               *intake.Service
	documents       *document.Service
	viborg, randers int32
	cvr             map[int32]string
	lawyer, contact access.Scope
	neighbour       access.Scope
}

func newTown(t *testing.T) *town {
	t.Helper()
	e := storagetest.New(t)
	files := filestest.New(t).Store
	documents := document.New(e.Store, files)
	w := &town{documents: documents, Env: e, t: t, s: intake.New(e.Store, files, documents), cvr: map[int32]string{}}
	w.viborg, w.randers = e.Member("Viborg Kommune"), e.Member("Randers Kommune")
	e.Exec("update organisation set cvr = '29189846' where id = $1", w.viborg)
	e.Exec("update organisation set cvr = '29189668' where id = $1", w.randers)
	w.lawyer, w.contact, w.neighbour = e.Scope(access.Lawyer, 0), e.Scope(access.ContactPerson, w.viborg), e.Scope(access.ContactPerson, w.randers)
	return w
}

// vendor with a good CVR.
func (w *town) vendor(name, cvr string) int32 {
	id := w.Vendor(name)
	w.Exec("update vendor set cvr = $2 where id = $1", id, cvr)
	return id
}

// send takes a file as far as it goes without a person.
func (w *town) send(scope access.Scope, k intake.Kind, name, body string) intake.Import {
	w.t.Helper()
	i, err := w.s.Receive(w.t.Context(), scope, k, name, strings.NewReader(body))
	require.NoError(w.t, err)
	require.NoError(w.t, w.s.Read(w.t.Context(), intake.ReadJob{Import: i.ID, Organisation: scope.Own(), Run: i.Run}))
	return w.check(scope, i.ID)
}

func (w *town) check(scope access.Scope, id int64) intake.Import {
	w.t.Helper()
	i, err := w.s.Get(w.t.Context(), scope, id)
	require.NoError(w.t, err)
	require.NoError(w.t, w.s.Check(w.t.Context(), intake.CheckJob{Import: id, Organisation: scope.Own(), Run: i.Run}))
	i, err = w.s.Get(w.t.Context(), scope, id)
	require.NoError(w.t, err)
	return i
}

func (w *town) lines(scope access.Scope, i intake.Import, o intake.Outcome) []intake.Line {
	w.t.Helper()
	lines, _, err := w.s.Lines(w.t.Context(), scope, i.ID, o, storage.Page{Limit: 200})
	require.NoError(w.t, err)
	return lines
}

func (w *town) accept(scope access.Scope, i intake.Import, partial bool) intake.Import {
	w.t.Helper()
	i, err := w.s.Accept(w.t.Context(), scope, i.ID, i.Version, intake.Consent{Partial: partial})
	require.NoError(w.t, err)
	require.Equal(w.t, intake.Applied, i.State)
	return i
}

func counts(i intake.Import) string {
	return fmt.Sprintf("%s: added %d, changed %d, unchanged %d, refused %d, repeated %d", i.State, i.Added, i.Changed, i.Unchanged, i.Refused, i.Repeated)
}

func TestAMemberTakesItsUsagesIn(t *testing.T) {
	t.Parallel()
	w := newTown(t)
	nordlys, fjord := w.vendor("Nordlys Data A/S", "12345674"), w.vendor("Fjord Systemer ApS", "87654338")
	omsorg, skole := w.System(nordlys, "Nordlys Omsorg"), w.System(fjord, "Skoleå")
	w.Exec("insert into usage (organisation_id, system_id, from_date, local_owner, persons) values ($1, $2, '2020-01-01', 'Ældrechefen', 100)", w.viborg, omsorg)
	w.Usage(w.randers, skole)
	file := "System;Leverandør;Fra;Til;Systemejer;Antal personer\r\n" +
		"Nordlys Omsorg;Nordlys Data;;;Ældre- og plejechefen;1.250\r\n" +
		"Skole\xe5;Fjord Systemer ApS;1/8/2023;;Skolechefen;\r\n" +
		"Skole\xe5;Fjord Systemer ApS;1/8/2023;;Skolechefen;\r\n" +
		"Findes ikke;Fjord Systemer ApS;1/8/2023;;;\r\n" +
		"Skole\xe5;Nordlys Data A/S;31/2/2023;;;mange\r\n"
	file = strings.ReplaceAll(strings.ReplaceAll(file, "Ældre", "\xc6ldre"), "Leverandør", "Leverand\xf8r")
	i := w.send(w.contact, intake.Usages, `C:\lister\Systemer i Viborg.csv`, file)
	require.Equal(t, "ready: added 1, changed 1, unchanged 0, refused 2, repeated 1", counts(i), i.Problem)
	require.Equal(t, "Systemer i Viborg.csv", i.FileName)
	require.Equal(t, "CSV (;), Windows-1252", i.Format)
	changed := w.lines(w.contact, i, intake.Changed)[0]
	require.Equal(t, []intake.Difference{{Field: "local_owner", Before: "Ældrechefen", After: "Ældre- og plejechefen"}, {Field: "persons", Before: float64(100), After: float64(1250)}}, changed.Differences)
	bad := w.lines(w.contact, i, intake.Refused)
	require.Equal(t, 5, bad[0].Line)
	require.Equal(t, []intake.Flaw{{Field: "system_name", Code: "import.row_unknown_system", Detail: "Findes ikke"}}, bad[0].Flaws)
	require.Len(t, bad[1].Flaws, 3, "%v", bad[1].Flaws)

	// Nothing is written before it is accepted, and not with errors unless that is said.
	require.Equal(t, 2, storagetest.One[int](w.Env, "select count(*)::int from usage"))
	_, err := w.s.Accept(t.Context(), w.contact, i.ID, i.Version, intake.Consent{Partial: false})
	require.ErrorIs(t, err, intake.ErrHasErrors)
	_, err = w.s.Accept(t.Context(), w.contact, i.ID, i.Version-1, intake.Consent{Partial: true})
	require.ErrorIs(t, err, fault.ErrStale)
	// The neighbour and the office find no such import.
	for _, other := range []access.Scope{w.neighbour, w.lawyer} {
		_, err = w.s.Accept(t.Context(), other, i.ID, i.Version, intake.Consent{Partial: true})
		require.ErrorIs(t, err, fault.ErrNotFound)
		_, _, err = w.s.Lines(t.Context(), other, i.ID, "", storage.Page{})
		require.ErrorIs(t, err, fault.ErrNotFound)
	}
	w.accept(w.contact, i, true)
	require.Equal(t, "2023-08-01 import Skolechefen", storagetest.One[string](w.Env, "select from_date || ' ' || source || ' ' || local_owner from usage where organisation_id = $1 and system_id = $2", w.viborg, skole))
	require.Equal(t, 1250, storagetest.One[int](w.Env, "select persons from usage where organisation_id = $1 and system_id = $2", w.viborg, omsorg))
	require.Equal(t, 2, storagetest.One[int](w.Env, "select count(*)::int from audit_event where record = 'usage' and action = 'import.apply' and organisation_id = $1", w.viborg))
	_, err = w.s.Accept(t.Context(), w.contact, i.ID, 0, intake.Consent{Partial: true})
	require.ErrorIs(t, err, intake.ErrFinished)

	// The same file again finds everything there.
	again := w.send(w.contact, intake.Usages, "igen.csv", file)
	require.True(t, again.Remembered)
	require.Equal(t, "ready: added 0, changed 0, unchanged 2, refused 2, repeated 1", counts(again))
	_, err = w.s.Accept(t.Context(), w.contact, again.ID, again.Version, intake.Consent{Partial: true})
	require.ErrorIs(t, err, intake.ErrNothing)
}

func TestUsagesThatOverlapOrBelongToOthers(t *testing.T) {
	t.Parallel()
	w := newTown(t)
	v := w.vendor("Nordlys Data A/S", "12345674")
	a, b := w.System(v, "A-plan"), w.System(v, "B-plan")
	w.Exec("insert into usage (organisation_id, system_id, from_date, to_date) values ($1, $2, '2020-01-01', null), ($1, $3, '2019-01-01', '2019-12-31')", w.viborg, a, b)
	i := w.send(w.contact, intake.Usages, "x.csv", strings.Join([]string{
		"Kommunens CVR,System,Fra,Til",
		"29189846,A-plan,01-06-2021,",           // overlaps what runs
		"29189846,B-plan,01-01-2020,31-12-2020", // after what ended
		"29189846,B-plan,01-06-2020,",           // overlaps the line before
		"29189668,B-plan,01-01-2024,",           // Randers'
		"29189847,B-plan,01-01-2024,",           // no CVR at all
		"29189846,B-plan,01-01-2022,01-01-2021", // ends before it begins
	}, "\n"))
	require.Equal(t, "ready: added 1, changed 0, unchanged 0, refused 5, repeated 0", counts(i))
	got := []string{}
	for _, l := range w.lines(w.contact, i, intake.Refused) {
		got = append(got, fmt.Sprintf("%d %s %s", l.Line, strings.TrimPrefix(l.Flaws[0].Code, "import.row_"), l.Flaws[0].Detail))
	}
	require.Equal(t, []string{"2 overlaps 2020-01-01 – ", "4 overlaps #3", "5 foreign_organisation 29189668", "6 cvr 29189847", "7 period "}, got)

	// A line that ends the old usage makes room for the next.
	room := w.send(w.contact, intake.Usages, "x.csv", "Kommunens CVR,System,Fra,Til\n29189846,A-plan,2020-01-01,2021-05-31\n29189846,A-plan,2021-06-01,\n")
	require.Equal(t, "ready: added 1, changed 1, unchanged 0, refused 0, repeated 0", counts(room))
	_, err := w.s.Accept(t.Context(), w.contact, room.ID, room.Version, intake.Consent{Partial: false})
	require.NoError(t, err)

	// What was checked and has moved since is not written, whole or in part.
	stale := w.send(w.contact, intake.Usages, "x.csv", "Kommunens CVR,System,Fra,Systemejer\n29189846,A-plan,2021-06-01,Ny\n29189846,B-plan,2025-01-01,Ny\n")
	require.Equal(t, "ready: added 1, changed 1, unchanged 0, refused 0, repeated 0", counts(stale))
	w.Exec("update usage set version = version + 1 where system_id = $1", a)
	_, err = w.s.Accept(t.Context(), w.contact, stale.ID, stale.Version, intake.Consent{Partial: false})
	require.ErrorIs(t, err, intake.ErrChangedSince)
	require.Zero(t, storagetest.One[int](w.Env, "select count(*)::int from usage where from_date = '2025-01-01'"))
	_, err = w.s.Map(t.Context(), w.contact, stale.ID, stale.Version, []string{"cvr", "system_name", "from", "local_owner"})
	require.NoError(t, err)
	stale = w.check(w.contact, stale.ID)
	w.accept(w.contact, stale, false)
	require.Zero(t, w.notChangedBy(w.contact, "from_date > '2019-01-01'"), "a conflict names who took the list in")
}

// notChangedBy counts the usages that somebody else, or nobody, changed last.
func (w *town) notChangedBy(who access.Scope, where string) int {
	return storagetest.One[int](w.Env, "select count(*)::int from usage where "+where+" and (changed_by = $1 and changed_at > now() - interval '1 hour') is not true", who.Actor().User)
}

func TestTheOfficeFillsAndNeverChangesAUsage(t *testing.T) {
	t.Parallel()
	w := newTown(t)
	v := w.vendor("Nordlys Data A/S", "12345674")
	a, b := w.System(v, "A-plan"), w.System(v, "B-plan")
	w.Exec("insert into usage (organisation_id, system_id, from_date, local_owner) values ($1, $2, '2020-01-01', 'Vores ejer')", w.viborg, a)
	file := "CVR\tSystem\tFra\tTil\tSystemejer\tAntal personer\n" +
		"29189846\tA-plan\t01012020\t31122025\tEn anden\t40\n29189846\tB-plan\t1. feb. 2022\t\tX\t\n29189668\tB-plan\t44593\t\tY\t7\n12345674\tB-plan\t44593\t\t\t\n"
	i := w.send(w.lawyer, intake.Usages, "katalog.txt", file)
	require.Equal(t, "ready: added 2, changed 1, unchanged 0, refused 1, repeated 0", counts(i), i.Problem)
	require.Equal(t, "import.row_unknown_organisation", w.lines(w.lawyer, i, intake.Refused)[0].Flaws[0].Code)
	kept := 0
	for _, d := range w.lines(w.lawyer, i, intake.Changed)[0].Differences {
		if d.Kept {
			kept++
		}
	}
	require.Equal(t, 2, kept, "owner and end are the municipality's")
	w.accept(w.lawyer, i, true)
	require.Equal(t, "Vores ejer 40", storagetest.One[string](w.Env, "select local_owner || ' ' || persons || coalesce(to_date::text, '') from usage where organisation_id = $1 and system_id = $2", w.viborg, a))
	require.Equal(t, "2022-02-01", storagetest.One[string](w.Env, "select from_date::text from usage where organisation_id = $1 and system_id = $2", w.randers, b))
	require.Zero(t, w.notChangedBy(w.lawyer, "true"))
	// The rows of the audit trail are of the person, for the organisation, and prove their value.
	require.Equal(t, 3, storagetest.One[int](w.Env, `select count(*)::int from audit_event e join audit_value v on v.id = e.value_id
		where e.record = 'usage' and e.role = 'lawyer' and e.actor_id is not null and e.organisation_id is not null and e.commitment = sha256(v.salt || convert_to(v.value, 'UTF8'))`))
	again := w.send(w.lawyer, intake.Usages, "katalog.txt", file)
	require.Equal(t, "ready: added 0, changed 0, unchanged 3, refused 1, repeated 0", counts(again))

	// The function is the office's own, for its own import that waits: nothing else.
	for name, scope := range map[string]access.Scope{"a member": w.contact, "the neighbour": w.neighbour} {
		err := w.Store.Write(t.Context(), scope, "test", func(tx *storage.Tx) error {
			_, err := tx.Pgx().Exec(tx.Context(), "select import_apply_usages($1, '')", again.ID)
			return err
		})
		require.ErrorContains(t, err, "42501", name)
	}
	members := w.send(w.contact, intake.Usages, "x.csv", "System,Fra\nB-plan,2024-01-01\n")
	require.NoError(t, w.Store.Write(t.Context(), w.lawyer, "test", func(tx *storage.Tx) error {
		for _, id := range []int64{members.ID, i.ID, 4711} {
			var n *int
			require.NoError(t, tx.Pgx().QueryRow(tx.Context(), "select import_apply_usages($1, '')", id).Scan(&n))
			require.Nil(t, n)
		}
		return nil
	}))
}

func TestOwnAgreementsAreRegisteredOrProposed(t *testing.T) {
	t.Parallel()
	w := newTown(t)
	v := w.vendor("Nordlys Data A/S", "12345674")
	a := w.System(v, "A-plan")
	file := "CVR;Leverandør;Aftale;Systemer;Underskrevet;Tilsynskoncept;Interval\n29189846;Nordlys Data A/S;Aftale om fotos;A-plan;5/5/2021;3;12\n29189846;Nordlys Data A/S;Aftale om lyd;Ukendt;;7;\n"
	i := w.send(w.contact, intake.OwnAgreements, "a.csv", file)
	require.Equal(t, "ready: added 1, changed 0, unchanged 0, refused 1, repeated 0", counts(i))
	require.Len(t, w.lines(w.contact, i, intake.Refused)[0].Flaws, 2)
	w.accept(w.contact, i, true)
	require.Equal(t, "registered 2021-05-05 3 12", storagetest.One[string](w.Env, "select state || ' ' || signed_on || ' ' || concept || ' ' || interval_months from own_agreement"))
	require.Equal(t, a, storagetest.One[int32](w.Env, "select system_id from own_agreement_system"))
	change := strings.Replace(file, "3;12", "4;12", 1)
	i = w.send(w.contact, intake.OwnAgreements, "a.csv", change)
	require.Equal(t, "ready: added 0, changed 1, unchanged 0, refused 1, repeated 0", counts(i))
	w.accept(w.contact, i, true)
	// The office's word changes nothing that is there, and proposes what is not.
	office := w.send(w.lawyer, intake.OwnAgreements, "a.csv", file+"29189668;Nordlys Data A/S;Aftale om fotos;A-plan;;;\n")
	require.Equal(t, "ready: added 1, changed 0, unchanged 1, refused 1, repeated 0", counts(office))
	w.accept(w.lawyer, office, true)
	require.Equal(t, "proposed", storagetest.One[string](w.Env, "select state from own_agreement where organisation_id = $1", w.randers))
	require.Equal(t, 4, storagetest.One[int](w.Env, "select concept::int from own_agreement where organisation_id = $1", w.viborg))
}

func TestColumnsInDoubtWaitForAPersonAndAreRemembered(t *testing.T) {
	t.Parallel()
	w := newTown(t)
	v := w.vendor("Nordlys Data A/S", "12345674")
	w.System(v, "A-plan")
	file := "Viborg Kommune;;\nKørende ting;Hvornår;Uvedkommende\nA-plan;1/2/2024;x\n"
	i := w.send(w.contact, intake.Usages, "x.csv", file)
	require.Equal(t, intake.Mapping, i.State)
	_, err := w.s.Accept(t.Context(), w.contact, i.ID, i.Version, intake.Consent{Partial: true})
	require.ErrorIs(t, err, intake.ErrNotReady)
	for _, bad := range []struct {
		fields []string
		want   error
	}{{[]string{"", "from", ""}, intake.ErrMissing}, {[]string{"system_name", "system_name", ""}, intake.ErrTwice}, {[]string{"system_name"}, intake.ErrMapping}, {[]string{"system_name", "signed_on", ""}, intake.ErrMapping}} {
		_, err := w.s.Map(t.Context(), w.contact, i.ID, i.Version, bad.fields)
		require.ErrorIs(t, err, bad.want)
	}
	_, err = w.s.Map(t.Context(), w.contact, i.ID, i.Version, []string{"system_name", "from", ""})
	require.NoError(t, err)
	i = w.check(w.contact, i.ID)
	require.Equal(t, "ready: added 1, changed 0, unchanged 0, refused 0, repeated 0", counts(i))
	again := w.send(w.contact, intake.Usages, "y.csv", file)
	require.Equal(t, intake.Ready, again.State, "the mapping is remembered")
	// Our own column of errors may stand anywhere among them.
	for name, mended := range map[string]string{"last": "Kørende ting;Hvornår;Uvedkommende;Fejl\nA-plan;1/2/2024;x;rettet\n",
		"first": "Fejl;Kørende ting;Hvornår;Uvedkommende\nrettet;A-plan;1/2/2024;x\n", "between": "Kørende ting;Fejl;Hvornår;Uvedkommende\nA-plan;rettet;1/2/2024;x\n"} {
		again := w.send(w.contact, intake.Usages, "z.csv", mended)
		require.Equal(t, "ready: added 1, changed 0, unchanged 0, refused 0, repeated 0", counts(again), name)
		require.True(t, again.Remembered, name)
	}
	// The neighbour's mapping is its own affair.
	theirs := w.send(w.neighbour, intake.Usages, "y.csv", file)
	require.Equal(t, intake.Mapping, theirs.State)
}

func TestCancelAndForget(t *testing.T) {
	t.Parallel()
	w := newTown(t)
	v := w.vendor("Nordlys Data A/S", "12345674")
	w.System(v, "A-plan")
	i, err := w.s.Receive(t.Context(), w.contact, intake.Usages, "x.csv", strings.NewReader("System\nA-plan\n"))
	require.NoError(t, err)
	_, err = w.s.Cancel(t.Context(), w.neighbour, i.ID)
	require.ErrorIs(t, err, fault.ErrNotFound)
	i, err = w.s.Cancel(t.Context(), w.contact, i.ID)
	require.NoError(t, err)
	require.Equal(t, intake.Cancelled, i.State)
	require.NoError(t, w.s.Read(t.Context(), intake.ReadJob{Import: i.ID, Organisation: w.viborg, Run: 1}), "the job finds nobody waiting")
	require.Zero(t, storagetest.One[int](w.Env, "select count(*)::int from import_row"))
	_, err = w.s.Cancel(t.Context(), w.contact, i.ID)
	require.ErrorIs(t, err, intake.ErrFinished)

	i = w.send(w.contact, intake.Usages, "hemmeligt navn.csv", "System\nA-plan\n")
	w.accept(w.contact, i, false)
	require.NoError(t, w.s.Forget(t.Context()))
	require.Equal(t, 1, storagetest.One[int](w.Env, "select count(*)::int from import_row"))
	w.Exec("update import set changed_at = now() - interval '91 days'")
	require.NoError(t, w.s.Forget(t.Context()))
	require.Zero(t, storagetest.One[int](w.Env, "select count(*)::int from import_row"))
	i, err = w.s.Get(t.Context(), w.contact, i.ID)
	require.NoError(t, err)
	require.NotNil(t, i.ForgottenAt)
	require.Empty(t, i.FileName)
	require.Equal(t, 1, i.Added)
}

// A file that cannot be read says why, and is read no more.
func TestFilesThatCannotBeRead(t *testing.T) {
	t.Parallel()
	w := newTown(t)
	for name, c := range map[string]struct{ body, want string }{
		"only headings":      {"System;Fra\n", "import.empty"},
		"nothing but spaces": {" \n \n", "import.empty"},
		"a picture":          {"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR", "import.format"},
		"a broken archive":   {"PK\x03\x04 and nothing more", "import.format"},
		"too many columns":   {"System" + strings.Repeat(";x", 150) + "\nA" + strings.Repeat(";y", 150) + "\n", "import.too_many_columns"},
	} {
		i, err := w.s.Receive(t.Context(), w.contact, intake.Usages, "x.csv", strings.NewReader(c.body))
		require.NoError(t, err, name)
		require.NoError(t, w.s.Read(t.Context(), intake.ReadJob{Import: i.ID, Organisation: w.viborg, Run: 1}), name)
		i, err = w.s.Get(t.Context(), w.contact, i.ID)
		require.NoError(t, err)
		require.Equal(t, intake.Failed, i.State, name)
		require.Equal(t, c.want, i.Problem, name)
	}
	for body, want := range map[string]string{"System;Fra\nA;1.1.2024\n": "import.no_workbook", "\xd0\xcf\x11\xe0\x00 with a password": "import.format"} {
		i, err := w.s.Receive(t.Context(), w.contact, intake.Usages, "liste.XLSX", strings.NewReader(body))
		require.NoError(t, err)
		require.NoError(t, w.s.Read(t.Context(), intake.ReadJob{Import: i.ID, Organisation: w.viborg, Run: 1}))
		i, err = w.s.Get(t.Context(), w.contact, i.ID)
		require.NoError(t, err)
		require.Equal(t, want, i.Problem, "a name does not make a workbook")
	}
	_, err := w.s.Receive(t.Context(), w.contact, intake.Usages, "x.csv", strings.NewReader(""))
	require.ErrorIs(t, err, intake.ErrEmpty)
	seen := &counting{}
	_, err = w.s.Receive(t.Context(), w.contact, intake.Usages, "x.csv", seen)
	require.ErrorIs(t, err, intake.ErrTooLarge)
	require.Less(t, seen.n, int64(intake.MaxSize+16<<20), "what is too large is not read to its end")
	gone, err := w.s.Receive(t.Context(), w.contact, intake.Usages, "x.csv", strings.NewReader("System\nA\n"))
	require.NoError(t, err)
	w.Exec("update import set staging_key = 'import/nothing' where id = $1", gone.ID)
	require.NoError(t, w.s.Read(context.Background(), intake.ReadJob{Import: gone.ID, Organisation: w.viborg, Run: 1}))
	gone, err = w.s.Get(t.Context(), w.contact, gone.ID)
	require.NoError(t, err)
	require.Equal(t, "import.file_gone", gone.Problem)
}

// counting is 200 MB of text that counts what is taken of it.
type counting struct{ n int64 }

func (c *counting) Read(p []byte) (int, error) {
	for i := range p {
		p[i] = 'a'
	}
	c.n += int64(len(p))
	return len(p), nil
}

func TestAReadingThatFailsKeepsItsFile(t *testing.T) {
	t.Parallel()
	w := newTown(t)
	w.System(w.vendor("Nordlys Data A/S", "12345674"), "A-plan")
	i, err := w.s.Receive(t.Context(), w.contact, intake.Usages, "x.csv", strings.NewReader("System;Fra\nA-plan;1.1.2024\n"))
	require.NoError(t, err)
	w.Exec(`create function broken() returns trigger language plpgsql as $$ begin raise exception using errcode = '53100', message = 'disk full'; end $$`)
	w.Exec("create trigger broken before update of heading_key on import for each row execute function broken()")
	job := intake.ReadJob{Import: i.ID, Organisation: w.viborg, Run: i.Run}
	require.ErrorContains(t, w.s.Read(t.Context(), job), "disk full")
	w.Exec("drop trigger broken on import")
	require.NoError(t, w.s.Read(t.Context(), job), "the file is still there")
	i = w.check(w.contact, i.ID)
	require.Equal(t, "ready: added 1, changed 0, unchanged 0, refused 0, repeated 0", counts(i), i.Problem)
}

func TestALineWithMoreCellsThanHeadings(t *testing.T) {
	t.Parallel()
	w := newTown(t)
	w.System(w.vendor("Nordlys Data A/S", "12345674"), "A-plan")
	i := w.send(w.contact, intake.Usages, "x.csv", "System;Fra;Systemejer\nA-plan;1.1.2024;Hansen; Inger\nA-plan;1.1.2024;Hansen;;\n")
	require.Equal(t, "ready: added 1, changed 0, unchanged 0, refused 1, repeated 0", counts(i))
	require.Equal(t, []intake.Flaw{{Field: "line", Code: "import.row_cells", Detail: "Inger"}}, w.lines(w.contact, i, intake.Refused)[0].Flaws)
}
