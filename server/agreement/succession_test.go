package agreement_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"klausul/server/agreement"
	"klausul/server/storage"
	"klausul/server/storage/storagetest"
	"klausul/server/task"
)

// renewed starts the next version of an agreement.
func (w *world) renewed(d agreement.Detail, kind agreement.Kind) agreement.Detail {
	w.t.Helper()
	next, err := w.agreements.Renew(w.t.Context(), w.lawyer, d.ID, kind, "Ny tekst")
	require.NoError(w.t, err)
	return next
}

// again reads an accession as it stands now.
func (w *world) again(d agreement.AccessionDetail) agreement.AccessionDetail {
	w.t.Helper()
	now, err := w.agreements.Accession(w.t.Context(), w.person(d.Organisation), d.ID)
	require.NoError(w.t, err)
	return now
}

// A batch of an earlier version that comes late takes nothing from those that have a later one.
func TestAnEarlierBatchThatComesLate(t *testing.T) {
	w := setup(t)
	ctx := t.Context()
	d, late := w.released()
	w.work(late, w.randers) // Viborg's line waits
	next := w.renewed(d, agreement.Replacement)
	b, err := w.agreements.Release(ctx, w.lawyer, d.ID, next.Version, everybody)
	require.NoError(t, err)
	w.work(b, w.viborg)
	second := w.own(w.viborg)
	w.work(late, w.viborg)
	require.Equal(t, 1, storagetest.One[int](w.Env, "select count(*)::int from accession where organisation_id = $1", w.viborg), "it gets no earlier text")
	second = w.again(second)
	require.Equal(t, agreement.AccessionOffered, second.State)
	require.Equal(t, 2, second.VersionNo)
	require.Equal(t, "open", storagetest.One[string](w.Env, "select state from task_line where target_id = $1 and organisation_id = $2", second.ID, w.viborg))
	require.Equal(t, second.ID, storagetest.One[int64](w.Env, "select accession_id from batch_item where batch_id = $1 and organisation_id = $2", late.ID, w.viborg))
}

// The row of an earlier version may be the newest: what is later goes by the version.
func TestLaterGoesByTheVersion(t *testing.T) {
	w := setup(t)
	w.addressed()
	d, first := w.offered()
	first = w.take(first, agreement.Decline, "For dyrt")
	next := w.renewed(d, agreement.Replacement)
	b, err := w.agreements.Release(t.Context(), w.lawyer, d.ID, next.Version, everybody)
	require.NoError(t, err)
	w.work(b, w.viborg)
	second := w.own(w.viborg)
	require.Equal(t, second.ID, w.again(first).Successor)

	_, err = w.agreements.Take(t.Context(), w.person(w.viborg), first.ID, w.again(first).Version, agreement.Step{Act: agreement.Reopen})
	require.ErrorIs(t, err, agreement.ErrReplaced)
	require.NotContains(t, w.again(first).Acts(), agreement.Reopen, "and the page does not offer it")

	// Were it open all the same, it could not be concluded beside its successor.
	w.take(w.take(w.say(second), agreement.Accept, ""), agreement.EnterForce, "")
	w.Exec("update accession set state = 'accepted', missing = '{}' where id = $1", first.ID)
	_, err = w.agreements.Take(t.Context(), w.person(w.viborg), first.ID, w.again(first).Version, agreement.Step{Act: agreement.EnterForce})
	require.ErrorIs(t, err, agreement.ErrReplaced)
}

// What the organisation accepted before a later text was accepted may still enter into force.
func TestAnAcceptedTextWaitsForNoLaterOffer(t *testing.T) {
	w := setup(t)
	w.addressed()
	d, first := w.offered()
	first = w.take(w.say(first), agreement.Accept, "")
	next := w.renewed(d, agreement.Replacement)
	b, err := w.agreements.Release(t.Context(), w.lawyer, d.ID, next.Version, everybody)
	require.NoError(t, err)
	w.work(b, w.viborg)
	require.Equal(t, agreement.AccessionAccepted, w.again(first).State, "an offer does not undo what was accepted")
	w.take(first, agreement.EnterForce, "")
	require.Equal(t, agreement.AccessionOffered, w.own(w.viborg).State)
}

func TestAnAmendmentFollowsItsBase(t *testing.T) {
	w := setup(t)
	w.addressed()
	ctx := t.Context()
	d, own := w.offered()
	base := w.take(w.take(w.say(own), agreement.Accept, ""), agreement.EnterForce, "")
	next := w.renewed(d, agreement.Amendment)
	had := 0
	for _, a := range next.Answers {
		if a.Path == "breach.hours" {
			had = a.Version
		}
	}
	_, err := w.agreements.Answer(ctx, w.lawyer, d.ID, "breach.hours", had, 12)
	require.NoError(t, err)
	next, err = w.agreements.Get(ctx, w.lawyer, d.ID)
	require.NoError(t, err)
	_, err = w.agreements.Release(ctx, w.lawyer, d.ID, next.Version, agreement.Audience{Kind: agreement.Chosen, Chosen: []int32{w.randers}})
	require.ErrorIs(t, err, agreement.ErrNoMembers, "Randers has nothing in force that it could change")
	b, err := w.agreements.Release(ctx, w.lawyer, d.ID, next.Version, everybody)
	require.NoError(t, err)
	require.Equal(t, 1, b.Total)
	w.work(b, w.viborg)
	amendment := w.take(w.say(w.own(w.viborg)), agreement.Accept, "")

	w.Exec("update accession set state = 'accepted' where id = $1", base.ID)
	require.NotContains(t, w.again(amendment).Acts(), agreement.EnterForce)
	_, err = w.agreements.Take(ctx, w.person(w.viborg), amendment.ID, amendment.Version, agreement.Step{Act: agreement.EnterForce})
	require.ErrorIs(t, err, agreement.ErrBase)
	w.Exec("update accession set state = 'in_force' where id = $1", base.ID)

	w.take(w.again(amendment), agreement.EnterForce, "")
	w.take(w.again(base), agreement.Terminate, "Systemet udgår")
	ended := w.again(amendment)
	require.Equal(t, agreement.AccessionTerminated, ended.State, "nothing is left that it amends")
	require.Equal(t, storage.LegalDate(w.Store.Now()), ended.EndsOn.UTC())
}

func TestReleaseMoreOfStrayedSystems(t *testing.T) {
	w := setup(t)
	d, _ := w.released()
	w.Exec("update it_system set vendor_id = $2 where number = $1", w.systems[1], w.Vendor("Køber A/S"))
	_, err := w.agreements.ReleaseMore(t.Context(), w.lawyer, d.ID, everybody)
	require.ErrorIs(t, err, agreement.ErrStrayed)
}

// Who gets a text later than the others has a day of its own; theirs stays.
func TestAFurtherReleaseHasItsOwnDay(t *testing.T) {
	w := setup(t)
	ctx := t.Context()
	today := storage.LegalDate(w.Store.Now())
	first, second := today.AddDate(0, 0, 10), today.AddDate(0, 4, 0)
	d := w.answered()
	b, err := w.agreements.Release(ctx, w.lawyer, d.ID, d.Version, agreement.Audience{Kind: agreement.Chosen, Chosen: []int32{w.viborg}, Due: &first})
	require.NoError(t, err)
	w.work(b, w.viborg)
	more, err := w.agreements.ReleaseMore(ctx, w.lawyer, d.ID, agreement.Audience{Kind: agreement.Members, Due: &second})
	require.NoError(t, err)
	w.work(more, w.randers)
	for organisation, day := range map[int32]time.Time{w.viborg: first, w.randers: second} {
		due, _, err := task.NewTodos(w.Store).List(ctx, w.person(organisation), task.TodoFilter{}, storage.Page{Sort: "due", Limit: 10})
		require.NoError(t, err)
		require.Equal(t, day, due[0].Due.UTC())
	}
}
