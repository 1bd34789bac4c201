package agreement_test

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"klausul/server/access"
	"klausul/server/agreement"
	"klausul/server/fault"
	"klausul/server/storage/storagetest"
)

// The page for the screen is what the stored files say: it stands on the facts of its
// day, and would rather not be than say something else.
func TestPage(t *testing.T) {
	w := setup(t)
	ctx := t.Context()
	_, b := w.released()
	w.work(b, w.viborg)
	w.Exec("update vendor set name = 'Nyt Navn A/S'")
	w.Exec("update organisation set name = 'Ny Kommune' where id = $1", w.viborg)
	id := storagetest.One[int64](w.Env, "select id from accession")
	viborg, randers := w.Scope(access.ContactPerson, w.viborg), w.Scope(access.ContactPerson, w.randers)
	own, err := w.agreements.Accession(ctx, viborg, id)
	require.NoError(t, err)

	name, body, err := w.agreements.Page(ctx, viborg, id)
	require.NoError(t, err)
	require.True(t, strings.HasSuffix(name, "v1.html"), name)
	for _, want := range []string{own.TextHash, own.InstanceHash, "Viborg Kommune", "Åhavn A/S", "Prinsens Alle 5", "Drift af omsorgsjournalen"} {
		require.Contains(t, string(body), want)
	}
	require.NotContains(t, string(body), "Nyt Navn")
	require.Equal(t, len(own.Missing), strings.Count(string(body), "mangler]"), "what it does not say is marked, and nothing else")
	_, again, err := w.agreements.Page(ctx, w.lawyer, id)
	require.NoError(t, err)
	require.Equal(t, body, again, "the same for who may see it")
	rows, err := w.Store.History(ctx, viborg, "accession", id)
	require.NoError(t, err)
	require.Equal(t, "accession.download", rows[0].Action)

	_, _, err = w.agreements.Page(ctx, randers, id)
	require.ErrorIs(t, err, fault.ErrNotFound)
	w.Exec(`update accession set party = jsonb_set(party, '{cvr}', '"11111111"')`)
	_, body, err = w.agreements.Page(ctx, viborg, id)
	require.ErrorIs(t, err, agreement.ErrTextMoved)
	require.Empty(t, body)
}

func TestPreviewInEveryFormat(t *testing.T) {
	w := setup(t)
	d := w.answered()
	for format, starts := range map[string]string{"pdf": "%PDF-", "docx": "PK", "html": "<!DOCTYPE html>"} {
		name, body, err := w.agreements.PreviewFile(t.Context(), w.lawyer, d.ID, format)
		require.NoError(t, err)
		require.True(t, strings.HasPrefix(string(body), starts), format)
		require.True(t, strings.HasSuffix(name, "."+format), name)
	}
}

// What the register knew about the answers is kept with the text: a job may not look it
// up, and a later decision about a country does not reach what was offered.
func TestReleaseWithSubprocessors(t *testing.T) {
	w := setup(t)
	d := w.answered()
	_, err := w.agreements.Answer(t.Context(), w.lawyer, d.ID, "subprocessors.list", 0, []any{map[string]any{"name": "Nordlys Drift ApS", "country": "DE", "purpose": "Drift"}})
	require.NoError(t, err)
	d, err = w.agreements.Get(t.Context(), w.lawyer, d.ID)
	require.NoError(t, err)
	b, err := w.agreements.Release(t.Context(), w.lawyer, d.ID, d.Version, everybody)
	require.NoError(t, err)
	w.work(b, w.viborg)
	own, err := w.agreements.Get(t.Context(), w.Scope(access.ContactPerson, w.viborg), d.ID)
	require.NoError(t, err)
	require.EqualValues(t, 0, own.Derived["subprocessors.outside_eea"])
	_, body, err := w.agreements.Page(t.Context(), w.lawyer, storagetest.One[int64](w.Env, "select id from accession"))
	require.NoError(t, err)
	require.Contains(t, string(body), "Nordlys Drift ApS")
}
