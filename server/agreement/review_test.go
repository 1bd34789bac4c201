package agreement_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"klausul/server/access"
	"klausul/server/agreement"
	"klausul/server/storage"
)

func TestComments(t *testing.T) {
	w := setup(t)
	ctx := t.Context()
	d := w.draft()
	c, err := w.agreements.Comment(ctx, w.lawyer, d.ID, "breach.hours", "", " Hvorfor 24? ", false)
	require.NoError(t, err)
	require.Equal(t, "Hvorfor 24?", c.Text)
	_, err = w.agreements.Comment(ctx, w.lawyer, d.ID, "", d.Tree.Clauses[1].Key, "Om bestemmelsen", false)
	require.NoError(t, err)
	for name, place := range map[string][2]string{"no such question": {"nix", ""}, "no such clause": {"", "nix"}, "both": {"breach.hours", d.Tree.Clauses[1].Key}} {
		_, err := w.agreements.Comment(ctx, w.lawyer, d.ID, place[0], place[1], "x", false)
		require.ErrorIs(t, err, agreement.ErrCommentPlace, name)
	}
	_, err = w.agreements.Comment(ctx, w.lawyer, d.ID, "", "", "\n", false)
	require.ErrorIs(t, err, agreement.ErrCommentText)

	c, err = w.agreements.ResolveComment(ctx, w.lawyer, c.ID, true)
	require.NoError(t, err)
	require.NotNil(t, c.ResolvedAt)
	require.NotEmpty(t, c.ResolvedBy)
	c, err = w.agreements.ResolveComment(ctx, w.lawyer, c.ID, false)
	require.NoError(t, err)
	require.Nil(t, c.ResolvedAt)
	all, _, open, err := w.agreements.Comments(ctx, w.lawyer, d.ID, storage.Page{Sort: "-open"})
	require.NoError(t, err)
	require.Len(t, all, 2)
	require.Equal(t, 2, open)

	released, _ := w.released()
	_, _, _, err = w.agreements.Comments(ctx, w.Scope(access.ContactPerson, w.viborg), released.ID, storage.Page{Sort: "-open"})
	require.Error(t, err, "not even on a text that is released")
}

func TestReview(t *testing.T) {
	w := setup(t)
	ctx := t.Context()
	d := w.answered()
	other := w.Scope(access.Lawyer, 0)
	see := func() agreement.Reviews {
		t.Helper()
		r, err := w.agreements.Reviews(ctx, other, d.ID)
		require.NoError(t, err)
		return r
	}
	require.Equal(t, agreement.ReviewNone, see().State)
	_, err := w.agreements.DecideReview(ctx, other, d.ID, true, "", d.Version)
	require.ErrorIs(t, err, agreement.ErrReviewNone)
	r, err := w.agreements.AskReview(ctx, w.lawyer, d.ID, other.Actor().User, "Se især på bilag C")
	require.NoError(t, err)
	require.False(t, r.MayDecide, "not who asked")
	require.True(t, see().MayDecide)
	_, err = w.agreements.AskReview(ctx, other, d.ID, 0, "")
	require.ErrorIs(t, err, agreement.ErrReviewOpen)

	t.Run("nobody approves what they last changed or asked about themselves", func(t *testing.T) {
		_, err := w.agreements.DecideReview(ctx, w.lawyer, d.ID, true, "", see().Version)
		require.ErrorIs(t, err, agreement.ErrReviewSelf)
		_, err = w.agreements.Answer(ctx, other, d.ID, "breach.hours", 0, 12.0)
		require.NoError(t, err)
		_, err = w.agreements.DecideReview(ctx, other, d.ID, true, "", see().Version)
		require.ErrorIs(t, err, agreement.ErrReviewSelf)
		_, err = w.agreements.Answer(ctx, w.lawyer, d.ID, "breach.hours", 1, 24.0)
		require.NoError(t, err)
	})
	t.Run("a verdict is on the text that was read, and a return says why", func(t *testing.T) {
		_, err := w.agreements.DecideReview(ctx, other, d.ID, true, "", d.Version)
		require.ErrorIs(t, err, agreement.ErrReviewMoved)
		_, err = w.agreements.DecideReview(ctx, other, d.ID, false, " ", see().Version)
		require.ErrorIs(t, err, agreement.ErrReviewReason)
		_, err = w.agreements.DecideReview(ctx, other, d.ID, false, "Bilag C mangler", see().Version)
		require.NoError(t, err)
		require.Equal(t, agreement.ReviewReturned, see().State)
	})
	t.Run("an approval is void once somebody answers", func(t *testing.T) {
		_, err := w.agreements.AskReview(ctx, w.lawyer, d.ID, 0, "")
		require.NoError(t, err)
		_, err = w.agreements.DecideReview(ctx, other, d.ID, true, "", see().Version)
		require.NoError(t, err)
		require.Equal(t, agreement.ReviewApproved, see().State)
		_, err = w.agreements.Answer(ctx, w.lawyer, d.ID, "breach.hours", 2, 20.0)
		require.NoError(t, err)
		require.Equal(t, agreement.ReviewVoid, see().State)
	})
	t.Run("a release warns, and where policy says so refuses", func(t *testing.T) {
		check, err := w.agreements.CheckRelease(ctx, w.lawyer, d.ID)
		require.NoError(t, err)
		require.True(t, check.Ready)
		require.Equal(t, agreement.ReviewVoid, check.Review)
		w.Exec("insert into policy_number (key, from_date, value, source) values ('agreement.second_eyes', '2026-01-01', 1, 'prøve')")
		check, err = w.agreements.CheckRelease(ctx, w.lawyer, d.ID)
		require.NoError(t, err)
		require.False(t, check.Ready)
		_, err = w.agreements.Release(ctx, w.lawyer, d.ID, check.Version, everybody)
		require.ErrorIs(t, err, agreement.ErrReviewMissing)
		_, err = w.agreements.AskReview(ctx, w.lawyer, d.ID, 0, "")
		require.NoError(t, err)
		_, err = w.agreements.DecideReview(ctx, other, d.ID, true, "", check.Version)
		require.NoError(t, err)
		_, err = w.agreements.Release(ctx, w.lawyer, d.ID, check.Version, everybody)
		require.NoError(t, err)
		_, err = w.agreements.AskReview(ctx, w.lawyer, d.ID, 0, "")
		require.ErrorIs(t, err, agreement.ErrOffered)
	})
}
