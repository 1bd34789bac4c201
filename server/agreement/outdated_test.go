package agreement_test

import (
	"slices"
	"testing"

	"github.com/stretchr/testify/require"

	"klausul/server/agreement"
)

// What was agreed rests on the answers that it was released with, also where it was negotiated
// before anybody wrote them down: a next version that answers otherwise is told of it.
func TestWhatWasReleasedRestsOnItsFrozenAnswers(t *testing.T) {
	for name, next := range map[string]func(*world, agreement.Detail){
		"renewed": func(w *world, d agreement.Detail) { w.renewed(d, agreement.Replacement) },
		"moved": func(w *world, d agreement.Detail) {
			require.NoError(w.t, w.agreements.Move(w.t.Context(), w.lawyer, d.ID, d.Version, w.published().ID))
		},
	} {
		t.Run(name, func(t *testing.T) {
			w := setup(t)
			ctx := t.Context()
			d := w.answered()
			w.answer(d.ID, "subprocessors.authorisation", 0, "general")
			w.Exec(`insert into negotiated_clause (agreement_version_id, clause_key, clause, kind, before, after, touched, decided_at)
				values ($1, 's7-3', '{"Key": "s7-3", "Level": 2, "Number": "7.3", "Blocks": [{"kind": "paragraph", "spans": [{"kind": "supplementary", "text": "Nye varsles pr. mail"}]}]}', 'changed', '', 'Nye varsles pr. mail', true, now())`, d.VersionID)
			_, err := w.agreements.Release(ctx, w.lawyer, d.ID, w.version(d.ID), everybody)
			require.NoError(t, err)
			d, err = w.agreements.Get(ctx, w.lawyer, d.ID)
			require.NoError(t, err)
			next(w, d)
			check, err := w.agreements.CheckRelease(ctx, w.lawyer, d.ID)
			require.NoError(t, err)
			require.Empty(t, check.Outdated)

			d, err = w.agreements.Get(ctx, w.lawyer, d.ID)
			require.NoError(t, err)
			i := slices.IndexFunc(d.Answers, func(a agreement.Answer) bool { return a.Path == "subprocessors.authorisation" })
			require.GreaterOrEqual(t, i, 0)
			w.answer(d.ID, "subprocessors.authorisation", d.Answers[i].Version, "specific")
			check, err = w.agreements.CheckRelease(ctx, w.lawyer, d.ID)
			require.NoError(t, err)
			require.Len(t, check.Outdated, 1)
			require.Equal(t, "s7-3", check.Outdated[0].Key)
			require.False(t, check.Ready)
		})
	}
}
