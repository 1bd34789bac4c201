package agreement_test

import (
	"io"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"klausul/server/access"
	"klausul/server/agreement"
	"klausul/server/document"
	"klausul/server/fault"
	"klausul/server/storage"
	"klausul/server/storage/storagetest"
)

var wholePDF = "%PDF-1.7\n" + strings.Repeat(" ", 3000) + "\nstartxref\n9\n%%EOF\n"

func on(text string) *time.Time {
	t, err := time.Parse(time.DateOnly, text)
	if err != nil {
		panic(err)
	}
	return &t
}

func number(n int) *int { return &n }

func TestCleanOwn(t *testing.T) {
	t.Parallel()
	good := agreement.OwnDraft{Vendor: 1, Systems: []int32{1}, SignedOn: on("2024-01-01"), EndsOn: on("2024-01-01"), Concept: number(6), Interval: number(120)}
	got, wrong := good.Clean()
	require.Empty(t, wrong)
	require.Equal(t, agreement.OwnText, got.Kind)
	for pointer, change := range map[string]func(*agreement.OwnDraft){
		"/systems":        func(d *agreement.OwnDraft) { d.Systems = nil },
		"/endsOn":         func(d *agreement.OwnDraft) { d.EndsOn = on("2023-12-31") },
		"/concept":        func(d *agreement.OwnDraft) { d.Concept = number(7) },
		"/intervalMonths": func(d *agreement.OwnDraft) { d.Interval = number(0) },
		"/title":          func(d *agreement.OwnDraft) { d.Title = strings.Repeat("æ", 201) },
	} {
		d := good
		change(&d)
		_, wrong := d.Clean()
		require.Len(t, wrong, 1, pointer)
		require.Equal(t, pointer, wrong[0].Pointer)
	}
}

func (w *world) draftOwn() agreement.OwnDraft {
	return agreement.OwnDraft{Vendor: w.vendor, Systems: w.systems[:1], SignedOn: on("2024-05-01"), EndsOn: on("2030-05-01"), Concept: number(5), Interval: number(12), CaseNumber: "24/117"}
}

func TestOwnAgreementWithItsFile(t *testing.T) {
	w := setup(t)
	ctx := t.Context()
	viborg, randers := w.Scope(access.ContactPerson, w.viborg), w.Scope(access.ContactPerson, w.randers)
	u, err := w.documents.Receive(ctx, viborg, 0, "Åhavn 2024.pdf", strings.NewReader(wholePDF))
	require.NoError(t, err)
	draft := w.draftOwn()
	draft.Upload = &u.ID
	d, err := w.agreements.RegisterOwn(ctx, viborg, draft)
	require.NoError(t, err)
	require.Equal(t, agreement.OwnRegistered, d.State)
	require.Equal(t, "Databehandleraftale – Åhavn A/S", d.Title)
	require.Equal(t, w.systems[0], d.Covers[0].Number)
	require.Equal(t, "Åhavn 2024.pdf", d.FileName)
	require.Equal(t, 1, storagetest.One[int](w.Env, "select count(*)::int from river_job where kind = 'document.seal'"))

	name, _, body, err := w.agreements.OwnDownload(ctx, viborg, d.ID)
	require.NoError(t, err)
	got, err := io.ReadAll(body)
	require.NoError(t, err)
	require.NoError(t, body.Close())
	require.Equal(t, wholePDF, string(got))
	require.Equal(t, "Åhavn 2024.pdf", name)

	// The neighbour sees nothing of it and cannot touch it.
	_, err = w.agreements.OwnAgreement(ctx, randers, d.ID)
	require.ErrorIs(t, err, fault.ErrNotFound)
	_, _, _, err = w.agreements.OwnDownload(ctx, randers, d.ID)
	require.ErrorIs(t, err, fault.ErrNotFound)
	_, err = w.agreements.ChangeOwn(ctx, randers, d.ID, d.Version, draft)
	require.ErrorIs(t, err, fault.ErrNotFound)
	require.ErrorIs(t, w.agreements.RemoveOwn(ctx, randers, d.ID, d.Version), fault.ErrNotFound)
	list, _, err := w.agreements.Owns(ctx, randers, agreement.OwnFilter{}, storage.Page{Sort: "-created"})
	require.NoError(t, err)
	require.Empty(t, list)

	// Without a new file the one that is there stays.
	change := w.draftOwn()
	change.Title, change.Systems = "Vores aftale", w.systems
	d, err = w.agreements.ChangeOwn(ctx, viborg, d.ID, d.Version, change)
	require.NoError(t, err)
	require.Len(t, d.Covers, 2)
	require.Equal(t, "Åhavn 2024.pdf", d.FileName)
	_, err = w.agreements.ChangeOwn(ctx, viborg, d.ID, d.Version-1, change)
	require.ErrorIs(t, err, fault.ErrStale)
	require.NoError(t, w.agreements.RemoveOwn(ctx, viborg, d.ID, d.Version))
	_, err = w.agreements.OwnAgreement(ctx, viborg, d.ID)
	require.ErrorIs(t, err, fault.ErrNotFound)
	require.Equal(t, 1, storagetest.One[int](w.Env, "select count(*)::int from stored_file where organisation_id = $1", w.viborg), "the vault keeps the file")
}

func TestOwnAgreementRefusals(t *testing.T) {
	w := setup(t)
	ctx := t.Context()
	viborg := w.Scope(access.ContactPerson, w.viborg)
	other := w.Vendor("En anden A/S")
	foreign := storagetest.One[int32](w.Env, "select number from it_system where id = $1", w.System(other, "Fremmed"))
	u, err := w.documents.Receive(ctx, viborg, 0, "a.pdf", strings.NewReader(wholePDF))
	require.NoError(t, err)
	for name, c := range map[string]struct {
		change func(*agreement.OwnDraft)
		want   error
	}{
		"no such vendor":              {func(d *agreement.OwnDraft) { d.Vendor = 9 }, agreement.ErrOwnVendor},
		"a system of another vendor":  {func(d *agreement.OwnDraft) { d.Systems = []int32{w.systems[0], foreign} }, agreement.ErrOwnSystems},
		"one system twice":            {func(d *agreement.OwnDraft) { d.Systems = []int32{w.systems[0], w.systems[0]} }, agreement.ErrOwnSystems},
		"no system":                   {func(d *agreement.OwnDraft) { d.Systems = nil }, agreement.ErrOwnSystems},
		"ends before it begins":       {func(d *agreement.OwnDraft) { d.EndsOn = on("2020-01-01") }, agreement.ErrOwnDates},
		"a member that names another": {func(d *agreement.OwnDraft) { d.Organisation = w.randers }, fault.ErrNotFound},
	} {
		d := w.draftOwn()
		d.Upload = &u.ID
		c.change(&d)
		_, err := w.agreements.RegisterOwn(ctx, viborg, d)
		require.ErrorIs(t, err, c.want, name)
	}
	list, err := w.documents.Uploads(ctx, viborg, 0)
	require.NoError(t, err)
	require.Len(t, list, 1, "a refusal does not use the file up")

	// A system that has moved is still covered by an agreement with the vendor it had.
	w.Exec("update system_vendor set to_date = '2024-12-31' where system_id = (select id from it_system where number = $1)", w.systems[0])
	w.Exec("insert into system_vendor (system_id, vendor_id, from_date) select id, $2, '2025-01-01' from it_system where number = $1", w.systems[0], other)
	d, err := w.agreements.RegisterOwn(ctx, viborg, w.draftOwn())
	require.NoError(t, err)
	require.Equal(t, w.vendor, d.VendorNumber)
}

func TestTheOfficeProposesAndTheMemberConfirms(t *testing.T) {
	w := setup(t)
	ctx := t.Context()
	viborg, randers := w.Scope(access.ContactPerson, w.viborg), w.Scope(access.ContactPerson, w.randers)
	_, err := w.agreements.RegisterOwn(ctx, w.lawyer, w.draftOwn())
	require.ErrorIs(t, err, fault.ErrInvalid, "for whom?")
	nobody := w.draftOwn()
	nobody.Organisation = 999999
	_, err = w.agreements.RegisterOwn(ctx, w.lawyer, nobody)
	require.ErrorIs(t, err, fault.ErrNotFound)
	u, err := w.documents.Receive(ctx, w.lawyer, w.viborg, "fundet.pdf", strings.NewReader(wholePDF))
	require.NoError(t, err)
	seen, err := w.documents.Uploads(ctx, viborg, 0)
	require.NoError(t, err)
	require.Empty(t, seen, "what the office has not proposed is the office's")
	draft := w.draftOwn()
	draft.Organisation, draft.Upload = w.viborg, &u.ID
	d, err := w.agreements.RegisterOwn(ctx, w.lawyer, draft)
	require.NoError(t, err)
	require.Equal(t, agreement.OwnProposed, d.State)

	// The office cannot make it the member's word, even past the first lock.
	_, err = w.agreements.ConfirmOwn(ctx, w.lawyer, d.ID, d.Version)
	require.Error(t, err)
	require.Error(t, w.agreements.RemoveOwn(ctx, w.lawyer, d.ID, d.Version))
	_, err = w.agreements.ConfirmOwn(ctx, randers, d.ID, d.Version)
	require.ErrorIs(t, err, fault.ErrNotFound)
	require.Equal(t, "proposed", storagetest.One[string](w.Env, "select state from own_agreement where id = $1", d.ID))

	d, err = w.agreements.ConfirmOwn(ctx, viborg, d.ID, d.Version)
	require.NoError(t, err)
	require.Equal(t, agreement.OwnRegistered, d.State)
	_, err = w.agreements.ConfirmOwn(ctx, viborg, d.ID, d.Version)
	require.ErrorIs(t, err, agreement.ErrOwnNotProposed)
	_, f, body, err := w.agreements.OwnDownload(ctx, viborg, d.ID)
	require.NoError(t, err)
	require.NoError(t, body.Close())
	require.Equal(t, w.viborg, *f.Organisation, "the file is the member's own")
	require.NotEqual(t, document.File{}, f)
}

func TestListOfOwnAgreements(t *testing.T) {
	w := setup(t)
	ctx := t.Context()
	viborg := w.Scope(access.ContactPerson, w.viborg)
	for _, title := range []string{"Ældre", "Ny", "Åben"} {
		d := w.draftOwn()
		d.Title = title
		if title == "Ældre" {
			d.Kind, d.SignedOn, d.EndsOn = agreement.KLKombit, on("2010-01-01"), on("2012-01-01")
		}
		_, err := w.agreements.RegisterOwn(ctx, viborg, d)
		require.NoError(t, err)
	}
	list := func(f agreement.OwnFilter, sort string) (titles []string) {
		page := storage.Page{Sort: sort, Limit: 1}
		for {
			rows, next, err := w.agreements.Owns(ctx, viborg, f, page)
			require.NoError(t, err)
			for _, r := range rows {
				titles = append(titles, r.Title)
			}
			if next == "" {
				break
			}
			page.Cursor = next
		}
		n, err := w.agreements.CountOwns(ctx, viborg, f)
		require.NoError(t, err)
		require.Equal(t, len(titles), n)
		return titles
	}
	yes, no := true, false
	require.Equal(t, []string{"Ny", "Ældre", "Åben"}, list(agreement.OwnFilter{}, "title"))
	require.Equal(t, []string{"Åben", "Ny", "Ældre"}, list(agreement.OwnFilter{}, "-created"))
	require.Equal(t, []string{"Ældre", "Ny", "Åben"}, list(agreement.OwnFilter{}, "ends"))
	require.Equal(t, []string{"Ældre"}, list(agreement.OwnFilter{Running: &no}, "title"))
	require.Equal(t, []string{"Ældre"}, list(agreement.OwnFilter{Kind: agreement.KLKombit}, "title"))
	require.Equal(t, []string{"Ny"}, list(agreement.OwnFilter{Text: "ny"}, "title"))
	require.Len(t, list(agreement.OwnFilter{System: w.systems[0], Vendor: w.vendor, State: agreement.OwnRegistered, File: &no, Running: &yes}, "title"), 2)
	require.Empty(t, list(agreement.OwnFilter{File: &yes}, "title"))

	// A system owner reads those on its own systems only.
	owner := w.Scope(access.SystemOwner, w.viborg)
	rows, _, err := w.agreements.Owns(ctx, owner, agreement.OwnFilter{}, storage.Page{Sort: "title"})
	require.NoError(t, err)
	require.Empty(t, rows)
	w.Exec("update usage set owner_user_id = $2 where organisation_id = $1", w.viborg, owner.Actor().User)
	rows, _, err = w.agreements.Owns(ctx, owner, agreement.OwnFilter{}, storage.Page{Sort: "title"})
	require.NoError(t, err)
	require.Len(t, rows, 3)
}
