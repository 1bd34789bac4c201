package agreement_test

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"klausul/server/agreement"
	"klausul/server/storage/storagetest"
)

// A frozen text goes on to print as on its day: its hash is over the words printed then.
func TestAFrozenTextPrintsAsOnItsDay(t *testing.T) {
	w := setup(t)
	w.addressed()
	_, own := w.offered()
	_, err := w.agreements.AnswerOwn(t.Context(), w.person(w.viborg), own.ID, "data.persons", 0, 12500)
	require.NoError(t, err)
	page := func() string {
		_, body, err := w.agreements.Page(t.Context(), w.person(w.viborg), own.ID)
		require.NoError(t, err)
		return string(body)
	}
	require.Contains(t, page(), "12.500")

	version := storagetest.One[int64](w.Env, "update agreement_version set facts = facts - 'printing' where id = (select agreement_version_id from accession where id = $1) returning id", own.ID)
	require.NotZero(t, version)
	_, _, err = w.agreements.Page(t.Context(), w.person(w.viborg), own.ID)
	require.ErrorIs(t, err, agreement.ErrTextMoved, "the hash is over the words")
	_, err = w.agreements.AnswerOwn(t.Context(), w.person(w.viborg), own.ID, "data.persons", 1, 12501)
	require.NoError(t, err)
	require.True(t, strings.Contains(page(), "12501"), "a text of before prints figures alone")
}
