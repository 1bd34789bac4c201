package agreement_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"klausul/server/agreement"
	"klausul/server/clause"
	"klausul/server/storage"
	"klausul/server/task"
)

// amended releases an amendment that sets another deadline for breaches, and returns it with
// what Viborg has in force and what it is offered.
func (w *world) amended() (d agreement.Detail, base, offer agreement.AccessionDetail) {
	w.t.Helper()
	ctx := w.t.Context()
	w.addressed()
	first, own := w.offered()
	own = w.say(own)
	persons := 0
	for _, a := range own.Answers {
		if a.Path == "data.persons" {
			persons = a.Version
		}
	}
	_, err := w.agreements.AnswerOwn(ctx, w.person(w.viborg), own.ID, "data.persons", persons, 777)
	require.NoError(w.t, err)
	base = w.take(w.take(w.own(w.viborg), agreement.Accept, ""), agreement.EnterForce, "")
	next := w.renewed(first, agreement.Amendment)
	had := 0
	for _, a := range next.Answers {
		if a.Path == "breach.hours" {
			had = a.Version
		}
	}
	_, err = w.agreements.Answer(ctx, w.lawyer, first.ID, "breach.hours", had, 12)
	require.NoError(w.t, err)
	d, err = w.agreements.Get(ctx, w.lawyer, first.ID)
	require.NoError(w.t, err)
	b, err := w.agreements.Release(ctx, w.lawyer, d.ID, d.Version, everybody)
	require.NoError(w.t, err)
	// The register says something else meanwhile; what is in force goes before it.
	w.Exec("insert into usage (organisation_id, system_id, from_date) select $1, id, current_date - 1 from it_system where number = $2", w.viborg, w.systems[1])
	w.work(b, w.viborg)
	return d, base, w.own(w.viborg)
}

func TestAnAmendmentTakesFromItsBase(t *testing.T) {
	w := setup(t)
	_, base, offer := w.amended()
	require.NotEqual(t, base.ID, offer.ID)
	require.Equal(t, base.Systems, offer.Systems, "the systems of the agreement in force")
	require.Len(t, offer.Systems, 1)
	require.Equal(t, offer.Systems, offer.Offered, "and none else can be chosen")
	require.Empty(t, offer.Missing, "nobody is asked again")
	said := map[string]string{}
	for _, a := range base.Answers {
		said[a.Path] = string(a.Value)
	}
	require.Equal(t, "777", said["data.persons"])
	require.Len(t, offer.Answers, len(base.Answers))
	for _, a := range offer.Answers {
		require.Equal(t, said[a.Path], string(a.Value), a.Path)
		require.Equal(t, "base", a.Source, a.Path)
	}
	_, err := w.agreements.CoverSystems(t.Context(), w.person(w.viborg), offer.ID, offer.Version, []int32{w.systems[1]})
	require.ErrorIs(t, err, agreement.ErrCovers)
}

func TestAnAmendmentSaysWhatItIs(t *testing.T) {
	w := setup(t)
	d, base, offer := w.amended()
	require.Equal(t, agreement.Amendment, offer.Kind)
	require.Equal(t, 1, *offer.BaseNo)
	require.Equal(t, 2, offer.VersionNo)
	require.Equal(t, "Ny tekst", offer.ChangeNote)
	require.Equal(t, 1, *d.BaseNo)
	require.NotEmpty(t, offer.Changes)
	for _, c := range offer.Changes {
		require.Equal(t, clause.Changed, c.Change)
		require.NotEmpty(t, c.Number)
	}
	require.Equal(t, d.Changes(), offer.Changes, "the organisation's own facts are in both")

	base = w.again(base)
	require.Equal(t, agreement.Replacement, base.Kind)
	require.Nil(t, base.BaseNo)
	require.Empty(t, base.Changes)
	require.Equal(t, offer.ID, base.Successor)
	require.Equal(t, agreement.Amendment, base.SuccessorKind())

	kinds := map[int64]string{}
	rows, _, err := task.NewTodos(w.Store).List(t.Context(), w.person(w.viborg), task.TodoFilter{}, storage.Page{Sort: "due", Limit: 10})
	require.NoError(t, err)
	for _, r := range rows {
		kinds[r.Target] = r.VersionKind
	}
	require.Equal(t, map[int64]string{base.ID: "replacement", offer.ID: "amendment"}, kinds)
}
