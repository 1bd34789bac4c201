package agreement_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"klausul/server/agreement"
	"klausul/server/fault"
	"klausul/server/storage"
)

func TestMandatesFollowEachOther(t *testing.T) {
	w := setup(t)
	ctx, contact, today := t.Context(), w.person(w.viborg), storage.LegalDate(w.Store.Now())
	day := func(n int) time.Time { return today.AddDate(0, 0, n) }
	give := func(from int, to *time.Time) error {
		_, err := w.agreements.GiveMandate(ctx, contact, day(from), to, "Direktionen, sag 12")
		return err
	}
	past, next := day(-1), day(30)
	require.NoError(t, give(-20, &past))
	require.ErrorIs(t, give(-1, nil), agreement.ErrMandateRuns, "they share a day")
	require.NoError(t, give(0, &next), "the one that has run out stands in nobody's way")
	require.NoError(t, give(31, nil), "and the next may follow")
	require.ErrorIs(t, give(60, nil), agreement.ErrMandateRuns)

	list, _, err := w.agreements.Mandates(ctx, contact, storage.Page{Sort: "runs"})
	require.NoError(t, err)
	require.Len(t, list, 3)
	require.True(t, list[0].Runs, "the one that runs comes first")
	over := list[2]
	require.True(t, over.Over)
	_, err = w.agreements.RevokeMandate(ctx, contact, over.ID)
	require.ErrorIs(t, err, fault.ErrNotFound, "there is nothing left to take back")
	_, err = w.agreements.RevokeMandate(ctx, contact, list[0].ID)
	require.NoError(t, err)
	require.NoError(t, give(0, &next))
}
