package agreement_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"klausul/server/access"
	"klausul/server/agreement"
	"klausul/server/document"
	"klausul/server/member"
	"klausul/server/storage"
	"klausul/server/storage/storagetest"
	"klausul/server/system"
	"klausul/server/task"
	"klausul/server/vendor"
)

func pageOf(n int) storage.Page { return storage.Page{Sort: "-offered", Limit: n} }

func TestAccessionsInPages(t *testing.T) {
	w := setup(t)
	v := w.Vendor("Mange A/S")
	for range 7 {
		a := w.Offered(v, "Aftale", "") // all at one moment: the id decides
		w.Accession(a, w.viborg)
		w.Accession(a, w.randers)
	}
	scope := w.Scope(access.ContactPerson, w.viborg)
	var seen []int64
	p := pageOf(3)
	for {
		rows, next, err := w.agreements.Accessions(t.Context(), scope, agreement.AccessionFilter{}, p)
		require.NoError(t, err)
		for _, r := range rows {
			require.Equal(t, w.viborg, r.Organisation)
			seen = append(seen, r.ID)
		}
		if next == "" {
			break
		}
		p.Cursor = next
	}
	require.Len(t, seen, 7)
	require.IsDecreasing(t, seen)
	n, err := w.agreements.CountAccessions(t.Context(), scope, agreement.AccessionFilter{})
	require.NoError(t, err)
	require.Equal(t, 7, n)

	_, _, err = w.agreements.Accessions(t.Context(), scope, agreement.AccessionFilter{}, storage.Page{Sort: "-offered", Cursor: "x"})
	require.ErrorIs(t, err, storage.ErrCursor)
}

// Those that still stand on an older text are found; what is over is not.
func TestAccessionsOnAnOlderText(t *testing.T) {
	w := setup(t)
	first := w.Offered(w.Vendor("Ny tekst A/S"), "Aftale", "")
	standing := w.Accession(first, w.viborg)
	w.Step(w.Accession(first, w.randers), "declined", "2024-01-03")
	w.Accession(w.Amended(first), w.randers)
	for before, want := range map[int][]int64{1: nil, 2: {standing}} {
		f := agreement.AccessionFilter{Agreement: first.ID, Before: before}
		rows, _, err := w.agreements.Accessions(t.Context(), w.lawyer, f, pageOf(10))
		require.NoError(t, err)
		var got []int64
		for _, r := range rows {
			got = append(got, r.ID)
		}
		require.Equal(t, want, got)
		n, err := w.agreements.CountAccessions(t.Context(), w.lawyer, f)
		require.NoError(t, err)
		require.Equal(t, len(want), n)
	}
}

func TestMembersSeeWhatWasOffered(t *testing.T) {
	w := setup(t)
	w.draft()
	w.released()
	member := w.Scope(access.ContactPerson, w.viborg)
	rows, _, err := w.agreements.List(t.Context(), member, agreement.Filter{}, storage.Page{Sort: "-number"})
	require.NoError(t, err)
	require.Len(t, rows, 1, "a draft is the secretariat's")
	all, _, err := w.agreements.List(t.Context(), w.lawyer, agreement.Filter{}, storage.Page{Sort: "-number"})
	require.NoError(t, err)
	require.Len(t, all, 2)
	d, err := w.agreements.Get(t.Context(), member, rows[0].ID)
	require.NoError(t, err)
	require.NotEmpty(t, d.Tree.Clauses)
	require.NotEmpty(t, d.Answers)
}

func TestSystemOwnerSeesAgreementsOnOwnSystems(t *testing.T) {
	w := setup(t)
	token := w.Token(access.SystemOwner, w.viborg)
	owner := w.Actor(token)
	v := w.Vendor("To systemer A/S")
	mine, other := w.System(v, "Mit"), w.System(v, "Andet")
	w.Usage(w.viborg, other)
	w.Exec("update usage set owner_user_id = $1 where id = $2", owner.User, w.Usage(w.viborg, mine))
	w.Accession(w.Offered(v, "Om mit", "", mine), w.viborg)
	w.Accession(w.Offered(v, "Om andet", "", other), w.viborg)
	policy, err := access.NewCasbin()
	require.NoError(t, err)
	scope, err := access.Authorize(policy, owner, "accession", "read")
	require.NoError(t, err)
	rows, _, err := w.agreements.Accessions(t.Context(), scope, agreement.AccessionFilter{}, pageOf(10))
	require.NoError(t, err)
	require.Len(t, rows, 1)
	require.Equal(t, "Om mit", rows[0].Title)
}

func TestRowsMatchTheSchema(t *testing.T) {
	e := storagetest.New(t)
	for table, row := range map[string]any{
		"agreement": &agreement.Agreement{}, "accession": &agreement.Accession{}, "organisation": &member.Organisation{},
		"vendor": &vendor.Vendor{}, "it_system": &system.System{}, "stored_file": &document.File{}, "batch": &task.Batch{},
	} {
		storagetest.MatchesTable(t, e, row, table)
	}
}
