package agreement_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"klausul/server/agreement"
	"klausul/server/field"
)

func TestARuleThatIsAnErrorStopsTheRelease(t *testing.T) {
	w := setup(t)
	ctx := t.Context()
	d := w.draft()
	for path, value := range map[string]any{"service.purpose": "Drift", "data.kind": "ordinary", "security.level": "low", "transfer.allowed": "no", "deletion.choice": "delete", "processor.contacts": []any{map[string]any{"name": "Åse Ørum"}},
		"subprocessors.list": []any{map[string]any{"name": "Nordsky", "purpose": "Drift", "country": "SE"}, map[string]any{"name": "Vestsky", "purpose": "Drift", "country": "US"}}} {
		_, err := w.agreements.Answer(ctx, w.lawyer, d.ID, path, 0, value)
		require.NoError(t, err)
	}
	check, err := w.agreements.CheckRelease(ctx, w.lawyer, d.ID)
	require.NoError(t, err)
	require.Len(t, check.Broken, 1)
	require.Equal(t, "transfer_contradicts", check.Broken[0].Code)
	require.False(t, check.Ready)
	d, err = w.agreements.Get(ctx, w.lawyer, d.ID)
	require.NoError(t, err)
	require.EqualValues(t, 1, d.Derived["subprocessors.outside_eea"], "Sweden lies inside, the United States outside")
	_, err = w.agreements.Release(ctx, w.lawyer, d.ID, d.Version, everybody)
	require.ErrorIs(t, err, agreement.ErrRuleBroken)
}

func TestAReleaseWithoutAContactPersonIsWarned(t *testing.T) {
	w := setup(t)
	ctx := t.Context()
	d := w.draft()
	spoken := func() (codes []string) {
		check, err := w.agreements.CheckRelease(ctx, w.lawyer, d.ID)
		require.NoError(t, err)
		for _, r := range check.Broken {
			require.Equal(t, field.Warning, r.Severity)
			codes = append(codes, r.Code)
		}
		return codes
	}
	require.Equal(t, []string{"contact_none"}, spoken())
	saved, err := w.agreements.Answer(ctx, w.lawyer, d.ID, "processor.contacts", 0, []any{map[string]any{"name": "Åse Ørum"}})
	require.NoError(t, err)
	require.Empty(t, spoken())
	_, err = w.agreements.Answer(ctx, w.lawyer, d.ID, "processor.contacts", saved.Version, []any{})
	require.NoError(t, err)
	require.Equal(t, []string{"contact_none"}, spoken(), "the last one was taken out")
}
