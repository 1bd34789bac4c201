package bulk_test

import (
	"fmt"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"klausul/server/access"
	"klausul/server/agreement"
	"klausul/server/bulk"
	"klausul/server/document"
	"klausul/server/fault"
	"klausul/server/render"
	"klausul/server/storage/storagetest"
	"klausul/server/system"
	"klausul/server/vendor"
)

type world struct {
	*storagetest.Env
	t                     *testing.T
	s                     *bulk.Service
	systems               *system.Service
	vendors               *vendor.Service
	owns                  *agreement.Service
	lawyer, contact, dpo  access.Scope
	other                 access.Scope // of the neighbour
	viborg, randers       int32
	numbers               []int64 // of three systems
	dane, swede, damaged  int64   // numbers of vendors
	mine                  []int64 // Viborg's own agreements
	theirs                int64   // the neighbour's
	vendorNumber, covered int32
}

func setup(t *testing.T) *world {
	t.Parallel()
	w := &world{Env: storagetest.New(t), t: t}
	w.systems, w.vendors = system.New(w.Store), vendor.New(w.Store)
	w.owns = agreement.New(w.Store, document.New(w.Store, nil), render.NewPDF())
	w.s = bulk.New(w.Store, w.owns)
	w.viborg, w.randers = w.Member("Viborg Kommune"), w.Member("Randers Kommune")
	w.lawyer, w.contact, w.other = w.Scope(access.Lawyer, 0), w.Scope(access.ContactPerson, w.viborg), w.Scope(access.ContactPerson, w.randers)
	w.dpo = w.Scope(access.DPO, w.viborg)
	made, err := w.vendors.Create(t.Context(), w.lawyer, vendor.Particulars{Name: "Åhavn A/S", CVR: "29189846", Country: "DK", City: "Viborg", Commercial: true})
	require.NoError(t, err)
	w.vendorNumber, w.dane = made.Number, int64(made.Number)
	made, err = w.vendors.Create(t.Context(), w.lawyer, vendor.Particulars{Name: "Ærlig AB", ForeignNumber: "556000-1", Country: "SE", City: "Lund", Commercial: true})
	require.NoError(t, err)
	w.swede = int64(made.Number)
	// The number of this one never held: nobody can change it before it is set right.
	w.damaged = storagetest.One[int64](w.Env, "select number::bigint from vendor where id = $1", w.Vendor("Østby A/S"))
	for _, name := range []string{"Åhavn Omsorg", "Åhavn Journal", "Åhavn Kort"} {
		d, err := w.systems.Create(t.Context(), w.lawyer, w.vendorNumber, system.Change{Name: name})
		require.NoError(t, err)
		w.numbers = append(w.numbers, int64(d.Number))
	}
	w.covered = int32(w.numbers[0])
	for _, title := range []string{"Aftale om omsorg", "Aftale om journal"} {
		w.mine = append(w.mine, w.own(w.contact, title))
	}
	w.theirs = w.own(w.other, "Randers' aftale")
	return w
}

func (w *world) own(scope access.Scope, title string) int64 {
	w.t.Helper()
	signed := time.Date(2024, 5, 1, 0, 0, 0, 0, time.UTC)
	d, err := w.owns.RegisterOwn(w.t.Context(), scope, agreement.OwnDraft{Vendor: w.vendorNumber, Systems: []int32{w.covered}, Title: title, SignedOn: &signed})
	require.NoError(w.t, err)
	return d.ID
}

func rows(ids ...int64) []bulk.Ask {
	all := make([]bulk.Ask, len(ids))
	for i, id := range ids {
		all[i].Row = id
	}
	return all
}

func seen(value string, ids ...int64) []bulk.Ask {
	all := rows(ids...)
	for i := range all {
		all[i].Seen = &value
	}
	return all
}

func (w *world) change(scope access.Scope, of bulk.List, f bulk.Field, value string, asked []bulk.Ask) bulk.Outcome {
	w.t.Helper()
	out, err := w.s.Change(w.t.Context(), scope, of, f, value, asked)
	require.NoError(w.t, err)
	return out
}

func told(o bulk.Outcome) (all []string) {
	for _, c := range o.Cells {
		all = append(all, fmt.Sprintf("%s: %s -> %s", c.Name, c.Before, c.After))
	}
	for _, c := range o.Conflicts {
		all = append(all, fmt.Sprintf("%s: %s, not %s", c.Name, c.Theirs, c.Seen))
	}
	for _, r := range o.Refusals {
		all = append(all, strings.TrimSpace(r.Name+" "+r.Code))
	}
	return all
}

func (w *world) audited(record string) []string {
	w.t.Helper()
	return strings.Fields(storagetest.One[string](w.Env, "select coalesce(string_agg(action || ':' || record_id, ' ' order by record_id::bigint), '') from audit_event where record = $1 and action like '%.change'", record))
}

func TestSystemsAreToldBeforeTheyAreChanged(t *testing.T) {
	w := setup(t)
	ctx := t.Context()
	_, err := w.systems.Update(ctx, w.lawyer, int32(w.numbers[0]), 1, system.Change{Name: "Åhavn Omsorg", Profile: system.Profile{Hosting: "vendor"}})
	require.NoError(t, err)

	look, err := w.s.Preview(ctx, w.lawyer, bulk.Systems, bulk.Hosting, "vendor", rows(append(w.numbers, 999999)...))
	require.NoError(t, err)
	require.Equal(t, []string{"Åhavn Journal:  -> vendor", "Åhavn Kort:  -> vendor", "bulk.gone"}, told(look))
	require.Equal(t, 1, look.Unchanged)
	require.Zero(t, look.Change)
	d, err := w.systems.Detail(ctx, w.lawyer, int32(w.numbers[1]))
	require.NoError(t, err)
	require.Empty(t, d.Hosting, "a look changes nothing")
	require.Equal(t, 1, d.Version)
	require.Len(t, w.audited("system"), 1, "and the audit trail has no word of it")

	done := w.change(w.lawyer, bulk.Systems, bulk.Hosting, " vendor ", append(seen("", w.numbers[1:]...), seen("vendor", w.numbers[0])...))
	require.Equal(t, look.Cells, done.Cells)
	require.NotZero(t, done.Change)
	d, err = w.systems.Detail(ctx, w.lawyer, int32(w.numbers[1]))
	require.NoError(t, err)
	require.Equal(t, "vendor", d.Hosting)
	require.Equal(t, 2, d.Version, "who edits the system alone is told that it was changed")
	require.Len(t, w.audited("system"), 3, "a row of the audit trail for each, as the single edit leaves")

	again := w.change(w.lawyer, bulk.Systems, bulk.Hosting, "vendor", rows(w.numbers...))
	require.Equal(t, 3, again.Unchanged)
	require.Zero(t, again.Change, "who changes nothing leaves nothing to undo")
}

func TestRulesOfTheSingleEditHold(t *testing.T) {
	w := setup(t)
	persons := 40
	_, err := w.systems.Update(t.Context(), w.lawyer, int32(w.numbers[0]), 1, system.Change{Name: "Åhavn Omsorg", Profile: system.Profile{PersonsCount: &persons, Criticality: "high"}})
	require.NoError(t, err)
	on := func(of bulk.List, f bulk.Field, value string, ids ...int64) []string {
		w.t.Helper()
		scope := w.lawyer
		if of == bulk.OwnAgreements {
			scope = w.contact
		}
		return told(w.change(scope, of, f, value, rows(ids...)))
	}
	require.Equal(t, []string{"Åhavn Journal:  -> to_10", "Åhavn Omsorg system.persons_counted"}, on(bulk.Systems, bulk.Persons, "to_10", w.numbers[:2]...))
	require.Equal(t, []string{"Åhavn Omsorg system.choice"}, on(bulk.Systems, bulk.Criticality, "wild", w.numbers[0]))
	d, err := w.systems.Detail(t.Context(), w.lawyer, int32(w.numbers[0]))
	require.NoError(t, err)
	require.Equal(t, "high", d.Criticality, "a refused row stands as it stood")
	require.Equal(t, []string{"Åhavn Omsorg:  -> true", "Åhavn Journal:  -> true"}, on(bulk.Systems, bulk.UsesAI, "true", w.numbers[:2]...))

	require.Equal(t, []string{"Ærlig AB: Lund -> Ribe", "Østby A/S field.cvr"}, on(bulk.Vendors, bulk.City, "Ribe", w.swede, w.damaged))
	require.Equal(t, []string{"Ærlig AB: SE -> NO", "Åhavn A/S vendor.incomplete"}, on(bulk.Vendors, bulk.Country, "no", w.swede, w.dane), "a Danish vendor has no foreign number")
	require.Equal(t, []string{"Ærlig AB vendor.incomplete"}, on(bulk.Vendors, bulk.Country, "DK", w.swede))
	require.Equal(t, []string{"Åhavn A/S: true -> false", "Ærlig AB: true -> false"}, on(bulk.Vendors, bulk.Commercial, "false", w.swede, w.dane))

	require.Equal(t, []string{"Aftale om omsorg own.dates", "Aftale om journal own.dates"}, on(bulk.OwnAgreements, bulk.EndsOn, "2024-04-30", w.mine...))
	require.Equal(t, []string{"Aftale om omsorg own.promise"}, on(bulk.OwnAgreements, bulk.Concept, "7", w.mine[0]))
	require.Equal(t, []string{"Aftale om omsorg:  -> 12"}, on(bulk.OwnAgreements, bulk.Interval, "12", w.mine[0]))
	require.Equal(t, []string{"Aftale om omsorg:  -> 24/117", "Aftale om journal:  -> 24/117"}, on(bulk.OwnAgreements, bulk.CaseNumber, "24/117", w.mine...))
	require.Equal(t, []string{"Aftale om omsorg: own -> kl_kombit"}, on(bulk.OwnAgreements, bulk.Kind, "kl_kombit", w.mine[0]))
	require.Equal(t, []string{"Aftale om omsorg: 2024-05-01 -> "}, on(bulk.OwnAgreements, bulk.SignedOn, "", w.mine[0]))
	own, err := w.owns.OwnAgreement(t.Context(), w.contact, w.mine[0])
	require.NoError(t, err)
	require.Len(t, own.Covers, 1, "the rest of the agreement stands")
}

func TestWholeChangesAreRefused(t *testing.T) {
	w := setup(t)
	for why, c := range map[string]struct {
		of    bulk.List
		f     bulk.Field
		value string
		rows  []bulk.Ask
		err   error
	}{
		"a field of another list":  {bulk.Systems, bulk.City, "x", rows(1), bulk.ErrField},
		"no choice":                {bulk.Systems, bulk.UsesAI, "måske", rows(w.numbers[0]), bulk.ErrValue},
		"no country":               {bulk.Vendors, bulk.Country, "XX", rows(w.dane), bulk.ErrValue},
		"neither yes nor no":       {bulk.Vendors, bulk.Commercial, "", rows(w.dane), bulk.ErrValue},
		"longer than the form":     {bulk.Vendors, bulk.PostalCode, "12345678901", rows(w.dane), bulk.ErrValue},
		"no day":                   {bulk.OwnAgreements, bulk.EndsOn, "2024-02-30", rows(w.mine[0]), bulk.ErrValue},
		"no number":                {bulk.OwnAgreements, bulk.Interval, "tolv", rows(w.mine[0]), bulk.ErrValue},
		"no kind":                  {bulk.OwnAgreements, bulk.Kind, "anden", rows(w.mine[0]), bulk.ErrValue},
		"more than one change has": {bulk.Vendors, bulk.City, "x", make([]bulk.Ask, bulk.Most+1), bulk.ErrTooMany},
	} {
		scope := w.lawyer
		if c.of == bulk.OwnAgreements {
			scope = w.contact
		}
		_, err := w.s.Change(t.Context(), scope, c.of, c.f, c.value, c.rows)
		require.ErrorIs(t, err, c.err, why)
		_, err = w.s.Preview(t.Context(), scope, c.of, c.f, c.value, c.rows)
		require.ErrorIs(t, err, c.err, why)
	}
	require.Zero(t, storagetest.One[int](w.Env, "select count(*)::int from bulk_change"))
}

func TestChangedMeanwhile(t *testing.T) {
	w := setup(t)
	colleague := w.Scope(access.Supervisor, 0)
	w.change(colleague, bulk.Systems, bulk.Criticality, "low", rows(w.numbers[0]))
	out := w.change(w.lawyer, bulk.Systems, bulk.Criticality, "high", seen("", w.numbers[:2]...))
	require.Equal(t, []string{"Åhavn Journal:  -> high", "Åhavn Omsorg: low, not "}, told(out))
	require.Equal(t, colleague.Actor().Name, out.Conflicts[0].By)
	require.NotNil(t, out.Conflicts[0].At)
	require.Equal(t, "high", out.Conflicts[0].Yours)

	same := w.change(w.lawyer, bulk.Systems, bulk.Criticality, "low", seen("", w.numbers[0]))
	require.Equal(t, 1, same.Unchanged, "two who want the same do not clash")
}

func TestUndo(t *testing.T) {
	w := setup(t)
	ctx := t.Context()
	w.change(w.lawyer, bulk.Systems, bulk.Criticality, "low", rows(w.numbers[2]))
	made := w.change(w.lawyer, bulk.Systems, bulk.Criticality, "high", rows(w.numbers...))
	require.Len(t, made.Cells, 3)
	colleague := w.Scope(access.Supervisor, 0)
	w.change(colleague, bulk.Systems, bulk.Criticality, "medium", rows(w.numbers[0]))

	back, err := w.s.Undo(ctx, colleague, bulk.Systems, made.Change)
	require.NoError(t, err)
	require.Equal(t, []string{"Åhavn Journal: high -> ", "Åhavn Kort: high -> low", "Åhavn Omsorg: medium, not high"}, told(back))
	_, err = w.s.Undo(ctx, w.lawyer, bulk.Systems, made.Change)
	require.ErrorIs(t, err, bulk.ErrUndone)

	list, err := w.s.Changes(ctx, w.lawyer, bulk.Systems)
	require.NoError(t, err)
	require.Len(t, list, 3)
	require.Equal(t, bulk.Criticality, list[1].Field)
	require.Equal(t, "high", list[1].Value)
	require.Equal(t, 3, list[1].Rows)
	require.Equal(t, w.lawyer.Actor().Name, list[1].By)
	require.Equal(t, colleague.Actor().Name, *list[1].UndoneBy)
	require.False(t, list[1].Undoable)
	require.True(t, list[0].Undoable)
}

func TestNothingToPutBackCanBeTriedAgain(t *testing.T) {
	w := setup(t)
	made := w.change(w.contact, bulk.OwnAgreements, bulk.EndsOn, "2030-01-01", rows(w.mine...))
	w.change(w.contact, bulk.OwnAgreements, bulk.EndsOn, "2031-01-01", rows(w.mine[0]))
	require.NoError(t, w.owns.RemoveOwn(t.Context(), w.contact, w.mine[1], 2))
	back, err := w.s.Undo(t.Context(), w.contact, bulk.OwnAgreements, made.Change)
	require.NoError(t, err)
	require.Equal(t, []string{"Aftale om omsorg: 2031-01-01, not 2030-01-01", "bulk.gone"}, told(back))
	_, err = w.s.Undo(t.Context(), w.contact, bulk.OwnAgreements, made.Change)
	require.NoError(t, err, "nothing was put back")
}

func TestUndoLate(t *testing.T) {
	w := setup(t)
	made := w.change(w.contact, bulk.OwnAgreements, bulk.EndsOn, "2030-01-01", rows(w.mine...))
	w.Exec("update bulk_change set made_at = made_at - interval '7 days'")
	_, err := w.s.Undo(t.Context(), w.contact, bulk.OwnAgreements, made.Change)
	require.ErrorIs(t, err, bulk.ErrUndoLate)
	list, err := w.s.Changes(t.Context(), w.contact, bulk.OwnAgreements)
	require.NoError(t, err)
	require.False(t, list[0].Undoable)

	w.Exec("update bulk_change set made_at = now() - interval '31 days'")
	require.Equal(t, 1, storagetest.One[int](w.Env, "select forget_usage_changes()"))
	require.Zero(t, storagetest.One[int](w.Env, "select count(*)::int from bulk_change"))
}

func TestForeignOrganisation(t *testing.T) {
	w := setup(t)
	ctx := t.Context()
	out := w.change(w.contact, bulk.OwnAgreements, bulk.CaseNumber, "taget", rows(w.mine[0], w.theirs))
	require.Equal(t, []string{"Aftale om omsorg:  -> taget", "bulk.gone"}, told(out), "not even its name is told")
	_, err := w.s.Undo(ctx, w.other, bulk.OwnAgreements, out.Change)
	require.ErrorIs(t, err, fault.ErrNotFound)
	_, err = w.s.Undo(ctx, w.lawyer, bulk.OwnAgreements, out.Change)
	require.ErrorIs(t, err, fault.ErrNotFound, "the member's affair")
	_, err = w.s.Undo(ctx, w.contact, bulk.Systems, out.Change)
	require.ErrorIs(t, err, fault.ErrNotFound, "the door of another list")
	for who, scope := range map[string]access.Scope{"the neighbour": w.other, "the office": w.lawyer} {
		list, err := w.s.Changes(ctx, scope, bulk.OwnAgreements)
		require.NoError(t, err)
		require.Empty(t, list, who)
	}
	list, err := w.s.Changes(ctx, w.dpo, bulk.OwnAgreements)
	require.NoError(t, err)
	require.Len(t, list, 1)

	// With the first lock off the database still lets nobody write what is not theirs.
	_, err = w.s.Change(ctx, w.contact, bulk.Vendors, bulk.City, "taget", rows(w.dane))
	require.Error(t, err)
	_, err = w.s.Change(ctx, w.lawyer, bulk.OwnAgreements, bulk.CaseNumber, "taget", rows(w.mine...))
	require.Error(t, err)
}

func TestTwoAtOnce(t *testing.T) {
	w := setup(t)
	forth, back := w.numbers, []int64{w.numbers[2], w.numbers[1], w.numbers[0]}
	var all sync.WaitGroup
	cells := make([]int, 8)
	for i := range cells {
		all.Go(func() {
			ids := forth
			if i%2 == 1 {
				ids = back
			}
			out, err := w.s.Change(t.Context(), w.lawyer, bulk.Systems, bulk.Hosting, "vendor", seen("", ids...))
			if err == nil {
				cells[i] = len(out.Cells)
			}
		})
	}
	all.Wait()
	sum := 0
	for _, n := range cells {
		sum += n
	}
	require.Equal(t, 3, sum, "each row is changed once, and nobody waits in a ring")
}
