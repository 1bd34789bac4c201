package storage_test

import (
	"errors"
	"testing"

	"github.com/stretchr/testify/require"

	"klausul/server/access"
	"klausul/server/storage"
	"klausul/server/storage/storagetest"
)

func TestKeptReadsOnceAndForgetsFailures(t *testing.T) {
	t.Parallel()
	e := storagetest.New(t)
	type name struct{ no int }
	type other struct{ no int }
	reads := 0
	ask := func(no int, fail error) (got int, err error) {
		readErr := e.Store.Read(t.Context(), e.Scope(access.Lawyer, 0), func(tx *storage.Tx) error {
			got, err = storage.Kept(tx, name{no}, func() (int, error) { reads++; return no * 10, fail })
			return nil
		})
		return got, errors.Join(err, readErr)
	}
	broken := errors.New("broken")
	_, err := ask(1, broken)
	require.ErrorIs(t, err, broken)
	for range 2 {
		got, err := ask(1, nil)
		require.NoError(t, err)
		require.Equal(t, 10, got)
	}
	require.Equal(t, 2, reads, "the failure is not kept, the value is")
	got, err := ask(2, nil)
	require.NoError(t, err)
	require.Equal(t, 20, got)
	require.NoError(t, e.Store.Read(t.Context(), e.Scope(access.Lawyer, 0), func(tx *storage.Tx) error {
		text, err := storage.Kept(tx, other{1}, func() (string, error) { return "another kind", nil })
		require.Equal(t, "another kind", text, "the key's type is its caller's")
		return err
	}))
}
