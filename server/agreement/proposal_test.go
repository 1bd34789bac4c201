package agreement_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"klausul/server/agreement"
	"klausul/server/storage"
	"klausul/server/storage/storagetest"
)

// outcome is what became of the newest proposal.
func (w *world) outcome() string {
	return storagetest.One[string](w.Env, "select outcome from accession_proposal order by id desc limit 1")
}

func (w *world) propose(d agreement.AccessionDetail, step agreement.Step) agreement.AccessionDetail {
	w.t.Helper()
	now, err := w.agreements.Propose(w.t.Context(), w.lawyer, d.ID, step)
	require.NoError(w.t, err)
	return now
}

func TestProposalIsOvertaken(t *testing.T) {
	w := setup(t)
	w.addressed()
	ctx := t.Context()
	d, own := w.offered()
	own = w.say(own)
	proposed := w.propose(own, agreement.Step{Act: agreement.Hold, Reason: "I afventer budgettet"})
	taken := w.take(proposed, agreement.Accept, "")
	require.Nil(t, taken.Proposal, "the municipality went its own way")
	require.Equal(t, "overtaken", w.outcome())
	_, err := w.agreements.Decide(ctx, w.person(w.viborg), own.ID, proposed.Proposal.ID, true, "")
	require.ErrorIs(t, err, agreement.ErrProposalGone)

	w.propose(taken, agreement.Step{Act: agreement.EnterForce})
	_, err = w.agreements.GiveMandate(ctx, w.person(w.viborg), storage.LegalDate(w.Store.Now()), nil, "Direktionen, sag 12")
	require.NoError(t, err)
	acted, err := w.agreements.Take(ctx, w.lawyer, own.ID, taken.Version, agreement.Step{Act: agreement.EnterForce})
	require.NoError(t, err)
	require.Nil(t, acted.Proposal, "nor does it stop the secretariat under a mandate")
	require.Equal(t, "overtaken", w.outcome())

	// A newer offer that gives the waiting one no room takes its proposal too.
	randers := w.own(w.randers)
	w.propose(randers, agreement.Step{Act: agreement.Hold, Reason: "x"})
	next, err := w.agreements.Renew(ctx, w.lawyer, d.ID, agreement.Replacement, "Ny frist")
	require.NoError(t, err)
	b, err := w.agreements.Release(ctx, w.lawyer, d.ID, next.Version, everybody)
	require.NoError(t, err)
	w.work(b, w.randers)
	require.Equal(t, "overtaken", w.outcome())

	fresh := w.own(w.viborg)
	proposed = w.propose(fresh, agreement.Step{Act: agreement.Terminate, Reason: "Systemet udgår"})
	_, err = w.agreements.Decide(ctx, w.person(w.viborg), fresh.ID, proposed.Proposal.ID, true, "")
	require.NoError(t, err)
	require.Equal(t, "confirmed", w.outcome(), "what is confirmed was not overtaken")
}

func TestProposalCountsFromItsConfirmation(t *testing.T) {
	w := setup(t)
	w.addressed()
	ctx := t.Context()
	_, own := w.offered()
	own = w.say(own)
	w.Exec("update accession_step set on_date = on_date - 60 where accession_id = $1", own.ID)
	today := storage.LegalDate(w.Store.Now())
	confirm := func(step agreement.Step) time.Time {
		p := w.propose(own, step)
		// A month passes.
		w.Exec("update accession_proposal set on_date = on_date - 30, proposed_at = proposed_at - interval '30 days' where id = $1", p.Proposal.ID)
		now, err := w.agreements.Decide(ctx, w.person(w.viborg), own.ID, p.Proposal.ID, true, "")
		require.NoError(t, err)
		return now.Steps[len(now.Steps)-1].On.UTC()
	}
	require.Equal(t, today.AddDate(0, 0, -30), confirm(agreement.Step{Act: agreement.Accept, On: today}), "a day that was named stands")
	require.Equal(t, today, confirm(agreement.Step{Act: agreement.EnterForce}), "without one it is the day of the confirmation")
}

func TestProposeIsRefusedInWords(t *testing.T) {
	w := setup(t)
	ctx := t.Context()
	_, own := w.offered()
	held := w.take(own, agreement.Hold, "Vi afventer budgettet")
	_, err := w.agreements.Propose(ctx, w.lawyer, own.ID, agreement.Step{Act: agreement.Reopen})
	require.ErrorIs(t, err, agreement.ErrCourse, "the municipality takes back what it said")

	// A colleague's proposal is on its way while this one is made.
	conn := w.office()
	colleague, err := conn.Begin(ctx)
	require.NoError(t, err)
	_, err = colleague.Exec(ctx, "insert into accession_proposal (accession_id, organisation_id, act, proposed_at) values ($1, $2, 'accept', now())", own.ID, w.viborg)
	require.NoError(t, err)
	said := make(chan error, 1)
	go func() {
		_, err := w.agreements.Propose(ctx, w.lawyer, held.ID, agreement.Step{Act: agreement.Accept})
		said <- err
	}()
	require.Eventually(t, func() bool {
		return storagetest.One[bool](w.Env, "select exists (select from pg_locks l join pg_stat_activity a using (pid) where a.datname = current_database() and not l.granted)")
	}, 10*time.Second, 20*time.Millisecond, "it waits for the colleague's")
	require.NoError(t, colleague.Commit(ctx))
	require.ErrorIs(t, <-said, agreement.ErrProposal)
}
