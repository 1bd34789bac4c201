package agreement_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"klausul/server/access"
	"klausul/server/agreement"
	"klausul/server/fault"
	"klausul/server/storage"
)

func (w *world) lines(scope access.Scope, f agreement.Filter, sort string) []agreement.Line {
	w.t.Helper()
	rows, _, err := w.agreements.List(w.t.Context(), scope, f, storage.Page{Sort: sort})
	require.NoError(w.t, err)
	return rows
}

// An agreement comes from draft to hearing, to the other lawyer, back, and out; each stage
// is reckoned from what was done, and counts its days from there.
func TestStages(t *testing.T) {
	w := setup(t)
	ctx := t.Context()
	d := w.answered()
	other := w.Scope(access.Lawyer, 0)
	at := func(stage agreement.Stage) agreement.Line {
		t.Helper()
		rows := w.lines(w.lawyer, agreement.Filter{Stage: stage}, "-since")
		require.Len(t, rows, 1, stage)
		require.Equal(t, stage, rows[0].Stage)
		c, err := w.agreements.Count(ctx, w.lawyer, agreement.Filter{Stage: agreement.StageReleased})
		require.NoError(t, err)
		require.Equal(t, map[agreement.Stage]int{stage: 1}, c.Stages, "the filter's own stage is left out")
		return rows[0]
	}
	now := w.Store.Now()
	begun := at(agreement.StageDraft)
	require.WithinDuration(t, begun.CreatedAt, begun.Since, time.Minute)
	require.Equal(t, 0, *begun.Unanswered)
	require.NotNil(t, begun.ChangedBy)

	h, err := w.agreements.OpenHearing(ctx, w.lawyer, d.ID, agreement.HearingDraft{Question: "Passer den?", Deadline: storage.LegalDate(now).AddDate(0, 0, 14), Organisations: []int32{w.viborg}})
	require.NoError(t, err)
	asked := at(agreement.StageHearing)
	require.Equal(t, storage.LegalDate(now).AddDate(0, 0, 14), asked.Deadline.UTC())
	require.False(t, asked.Late)
	w.Exec("update hearing set deadline = $2::text::date, opened_at = opened_at - interval '40 days' where id = $1", h.ID, w.Day(-1))
	asked = at(agreement.StageHearing)
	require.True(t, asked.Late, "until the secretariat ends it")
	require.Equal(t, 40, asked.Days(w.Store.Now()))
	require.Len(t, w.lines(w.lawyer, agreement.Filter{Older: 40}, "-since"), 1)
	require.Empty(t, w.lines(w.lawyer, agreement.Filter{Older: 41}, "-since"))
	w.Exec("update hearing set closed_at = now() where id = $1", h.ID)

	_, err = w.agreements.AskReview(ctx, w.lawyer, d.ID, 0, "")
	require.NoError(t, err)
	at(agreement.StageReview)
	r, err := w.agreements.Reviews(ctx, other, d.ID)
	require.NoError(t, err)
	_, err = w.agreements.DecideReview(ctx, other, d.ID, false, "Se punkt 7", r.Version)
	require.NoError(t, err)
	at(agreement.StageReturned)
	_, err = w.agreements.AskReview(ctx, w.lawyer, d.ID, 0, "")
	require.NoError(t, err)
	_, err = w.agreements.DecideReview(ctx, other, d.ID, true, "", r.Version)
	require.NoError(t, err)
	at(agreement.StageApproved)
	w.Exec("update agreement_version set version = version + 1 where id = $1", d.VersionID)
	at(agreement.StageDraft)

	d, err = w.agreements.Get(ctx, w.lawyer, d.ID)
	require.NoError(t, err)
	b, err := w.agreements.Release(ctx, w.lawyer, d.ID, d.Version, everybody)
	require.NoError(t, err)
	w.work(b, w.viborg)
	w.work(b, w.randers)
	out := at(agreement.StageReleased)
	require.Equal(t, [2]int{2, 0}, [2]int{out.Offered, out.Concluded})
	require.Nil(t, out.Unanswered)
	w.Exec("update accession set state = 'accepted' where organisation_id = $1", w.viborg)
	require.Equal(t, 1, at(agreement.StageReleased).Concluded)

	_, err = w.agreements.Renew(ctx, w.lawyer, d.ID, agreement.Replacement, "Ny paragraf")
	require.NoError(t, err)
	again := at(agreement.StageDraft)
	require.Equal(t, [3]int{2, 2, 1}, [3]int{again.VersionNo, again.Offered, again.Concluded}, "of the newest release")
	require.WithinDuration(t, w.Store.Now(), again.Since, time.Minute, "a new draft is a new one")
}

// A draft says how many of its required fields wait for an answer.
func TestUnansweredInTheList(t *testing.T) {
	w := setup(t)
	d := w.draft()
	require.Equal(t, len(d.Unanswered()), *w.lines(w.lawyer, agreement.Filter{}, "-number")[0].Unanswered)
}

// A member's list tells of its own agreement and of nobody else's.
func TestOwnStateInTheList(t *testing.T) {
	w := setup(t)
	viborg, randers := w.Scope(access.ContactPerson, w.viborg), w.Scope(access.ContactPerson, w.randers)
	v := w.Vendor("Mange A/S")
	first, second := w.Offered(v, "Første", "2024-01-02 10:00+00"), w.Offered(v, "Anden", "2024-03-02 10:00+00")
	own := w.Accession(first, w.viborg)
	w.Accession(first, w.randers)
	w.Exec("update accession set state = 'on_hold', reason = 'Venter', state_at = '2025-05-05 10:00+00' where id = $1", own)

	rows := w.lines(viborg, agreement.Filter{}, "-since")
	require.Len(t, rows, 2)
	require.Equal(t, "Første", rows[0].Title, "the state that began last comes first")
	require.Equal(t, own, *rows[0].OwnID)
	require.Equal(t, agreement.AccessionOnHold, *rows[0].OwnState)
	require.Equal(t, second.ID, rows[1].ID)
	require.Nil(t, rows[1].OwnID)
	require.Nil(t, rows[0].ChangedBy, "who works for the secretariat is its affair")
	theirs := w.lines(randers, agreement.Filter{}, "since")
	require.Equal(t, agreement.AccessionOffered, *theirs[0].OwnState)
	require.NotEqual(t, own, *theirs[0].OwnID)
	require.Empty(t, w.lines(viborg, agreement.Filter{Stage: agreement.StageDraft}, "number"))

	c, err := w.agreements.Count(t.Context(), viborg, agreement.Filter{})
	require.NoError(t, err)
	require.Equal(t, 2, c.Total)

	// In pages, by age, nothing is left out and nothing comes twice.
	var seen []string
	p := storage.Page{Sort: "since", Limit: 1}
	for {
		rows, next, err := w.agreements.List(t.Context(), viborg, agreement.Filter{}, p)
		require.NoError(t, err)
		seen = append(seen, rows[0].Title)
		if next == "" {
			break
		}
		p.Cursor = next
	}
	require.Equal(t, []string{"Anden", "Første"}, seen)
	_, _, err = w.agreements.List(t.Context(), viborg, agreement.Filter{}, storage.Page{Sort: "age"})
	require.ErrorIs(t, err, fault.ErrInvalid)
}
