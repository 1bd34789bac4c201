package agreement_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"klausul/server/agreement"
	"klausul/server/fault"
	"klausul/server/render"
)

func TestCharactersThatTheFontsLack(t *testing.T) {
	require.Empty(t, render.Unset("Økonomi, »æøå« – § 11, Ærø\u00a0Kommune\n"))
	require.Equal(t, "א🐻", render.Unset("🐻 א 🐻 Åhavn"))

	w := setup(t)
	d := w.answered()
	saved, err := w.agreements.Answer(t.Context(), w.lawyer, d.ID, "processor.contacts", 0, []any{map[string]any{"name": "🐻 Bjørn", "role": "حارس"}})
	require.NoError(t, err, "any name is accepted as text")
	require.Contains(t, saved.Unset(), "🐻")
	check, err := w.agreements.CheckRelease(t.Context(), w.lawyer, d.ID)
	require.NoError(t, err)
	require.False(t, check.Ready)
	require.Len(t, check.Unset, 1)
	require.Equal(t, "processor.contacts", check.Unset[0].Path)

	_, err = w.agreements.Release(t.Context(), w.lawyer, d.ID, check.Version, everybody)
	require.ErrorIs(t, err, agreement.ErrGlyph, "told before 98 documents are tried")
	f, _ := fault.Of(err)
	require.Equal(t, "/answers/processor.contacts", f.Fields[0].Pointer)

	_, err = w.agreements.Answer(t.Context(), w.lawyer, d.ID, "processor.contacts", saved.Version, []any{map[string]any{"name": "Bjørn"}})
	require.NoError(t, err)
	check, err = w.agreements.CheckRelease(t.Context(), w.lawyer, d.ID)
	require.NoError(t, err)
	require.True(t, check.Ready)
}

func TestAnAnswerThatIsNotUsedStopsNothing(t *testing.T) {
	w := setup(t)
	d := w.answered()
	_, err := w.agreements.Answer(t.Context(), w.lawyer, d.ID, "transfer.basis", 0, "🐻")
	require.NoError(t, err, "kept, though the question is not asked")
	check, err := w.agreements.CheckRelease(t.Context(), w.lawyer, d.ID)
	require.NoError(t, err)
	require.Empty(t, check.Unset)
	require.True(t, check.Ready)
}
