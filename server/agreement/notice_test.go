package agreement_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"klausul/server/agreement"
	"klausul/server/storage"
)

func TestNoticeIsTakenBack(t *testing.T) {
	w := setup(t)
	w.addressed()
	ctx := t.Context()
	_, own := w.offered()
	inForce := w.take(w.take(w.say(own), agreement.Accept, ""), agreement.EnterForce, "")
	require.NotContains(t, inForce.Open(), agreement.Continue, "nothing to take back")
	_, err := w.agreements.Take(ctx, w.person(w.viborg), own.ID, inForce.Version, agreement.Step{Act: agreement.Continue})
	require.ErrorIs(t, err, agreement.ErrCourse)

	ends := storage.LegalDate(w.Store.Now()).AddDate(0, 3, 0)
	end := agreement.Step{Act: agreement.Terminate, On: ends, Reason: "Systemet udgår"}
	under, err := w.agreements.Take(ctx, w.person(w.viborg), own.ID, inForce.Version, end)
	require.NoError(t, err)
	require.Contains(t, under.Open(), agreement.Continue)
	proposed := w.propose(under, agreement.Step{Act: agreement.Continue, Reason: "I har ringet"})
	back, err := w.agreements.Decide(ctx, w.person(w.viborg), own.ID, proposed.Proposal.ID, true, "")
	require.NoError(t, err)
	require.Equal(t, agreement.AccessionInForce, back.State)
	require.Nil(t, back.EndsOn)
	last := back.Steps[len(back.Steps)-1]
	require.Equal(t, "taken_back", last.Notice)
	require.NotEmpty(t, last.By)
	require.Nil(t, last.EndsOn)

	_, err = w.office().Exec(ctx, "update accession set ends_on = $2 where id = $1", own.ID, ends)
	require.NoError(t, err, "no mandate: it finds no row")
	_, err = w.Conn("klausul_admin").Exec(ctx, "update accession set ends_on = $2 where id = $1", own.ID, ends)
	require.ErrorContains(t, err, "without a step")

	under, err = w.agreements.Take(ctx, w.person(w.viborg), own.ID, back.Version, end)
	require.NoError(t, err, "and notice can be given again")
	w.Clock.Set(ends.AddDate(0, 0, 2))
	_, err = w.agreements.Take(ctx, w.person(w.viborg), own.ID, under.Version, agreement.Step{Act: agreement.Continue})
	require.ErrorIs(t, err, agreement.ErrCourse, "its last day is over")
}
