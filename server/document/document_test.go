package document_test

import (
	"bytes"
	"fmt"
	"io"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"klausul/server/access"
	"klausul/server/document"
	"klausul/server/fault"
	"klausul/server/files"
	"klausul/server/files/filestest"
	"klausul/server/storage"
	"klausul/server/storage/storagetest"
)

type world struct {
	*storagetest.Env
	t    *testing.T
	s3   *filestest.S3
	docs *document.Service
}

func setup(t *testing.T) *world {
	t.Parallel()
	w := &world{Env: storagetest.New(t), t: t, s3: filestest.New(t)}
	w.docs = document.New(w.Store, w.s3.Store)
	return w
}

func (w *world) register(organisation int32, name, body string) int64 {
	w.t.Helper()
	staged, err := w.docs.Stage(w.t.Context(), organisation, name, []byte(body), "text/plain")
	require.NoError(w.t, err)
	var id int64
	require.NoError(w.t, w.Store.Write(w.t.Context(), access.System("test").For(organisation), "test.register", func(tx *storage.Tx) error {
		id, err = w.docs.Register(tx, staged)
		return err
	}))
	return id
}

func (w *world) read(scope access.Scope, id int64) (string, error) {
	_, body, err := w.docs.Open(w.t.Context(), scope, id)
	if err != nil {
		return "", err
	}
	defer body.Close()
	b, err := io.ReadAll(body)
	return string(b), err
}

func TestTheSameFileOfTwoOwnersIsTwo(t *testing.T) {
	w := setup(t)
	viborg, randers := w.Member("Viborg Kommune"), w.Member("Randers Kommune")
	one, two := w.register(viborg, "a.txt", "samme"), w.register(randers, "a.txt", "samme")
	require.NotEqual(t, one, two)
	require.Equal(t, one, w.register(viborg, "a.txt", "samme"), "the same owner's same file is one")
	own := w.Scope(access.ContactPerson, viborg)
	got, err := w.read(own, one)
	require.NoError(t, err)
	require.Equal(t, "samme", got)
	_, err = w.read(own, two)
	require.ErrorIs(t, err, fault.ErrNotFound)
}

func TestSealedFilesSurviveTheirStagingAndBetrayChange(t *testing.T) {
	w := setup(t)
	viborg := w.Member("Viborg Kommune")
	own := w.Scope(access.ContactPerson, viborg)
	id := w.register(viborg, "a.txt", "underskrevet")
	job := document.SealJob{File: id, Organisation: viborg}
	require.NoError(t, w.docs.Seal(t.Context(), job))
	for o, err := range w.s3.ListStaging(t.Context(), time.Now().Add(time.Hour)) {
		require.NoError(t, err)
		t.Fatalf("%s is still staged", o.Key)
	}
	got, err := w.read(own, id)
	require.NoError(t, err)
	require.Equal(t, "underskrevet", got)
	w.Exec("update stored_file set sha256 = $2 where id = $1", id, storagetest.Hash('e'))
	_, err = w.read(own, id)
	require.Error(t, err, "a hash that was changed in the register finds nothing")
	w.Exec("update stored_file set state = 'erased', data_key = null where id = $1", id)
	_, err = w.read(own, id)
	require.ErrorIs(t, err, document.ErrErased)
}

// A file is read all the while it moves to the vault.
func TestAFileIsThereWhileItIsSealed(t *testing.T) {
	w := setup(t)
	viborg := w.Member("Viborg Kommune")
	own := w.Scope(access.ContactPerson, viborg)
	for n := range 12 {
		body := fmt.Sprint("underskrevet ", n)
		id := w.register(viborg, fmt.Sprint(n), body)
		sealed := make(chan error)
		go func() { sealed <- w.docs.Seal(t.Context(), document.SealJob{File: id, Organisation: viborg}) }()
		for busy := true; busy; {
			select {
			case err := <-sealed:
				require.NoError(t, err)
				busy = false
			default:
			}
			got, err := w.read(own, id)
			require.NoError(t, err)
			require.Equal(t, body, got)
		}
	}
}

func TestSealRefusesStagedBytesThatChanged(t *testing.T) {
	w := setup(t)
	viborg := w.Member("Viborg Kommune")
	id := w.register(viborg, "a.txt", "rigtig")
	key := storagetest.One[string](w.Env, "select staging_key from stored_file where id = $1", id)
	_, err := w.s3.PutStaging(t.Context(), key, bytes.NewReader([]byte("falsk!")), 6, "text/plain")
	require.NoError(t, err)
	require.ErrorIs(t, w.docs.Seal(t.Context(), document.SealJob{File: id, Organisation: viborg}), files.ErrAltered)
	require.Equal(t, "staged", storagetest.One[string](w.Env, "select state from stored_file where id = $1", id))
}

func TestSweepTakesOnlyOldFilesWithoutARow(t *testing.T) {
	w := setup(t)
	viborg := w.Member("Viborg Kommune")
	kept := w.register(viborg, "kept.txt", "har en række")
	_, err := w.docs.Stage(t.Context(), viborg, "orphan.txt", []byte("ingen række"), "text/plain")
	require.NoError(t, err)
	n, err := w.docs.Sweep(t.Context())
	require.NoError(t, err)
	require.Zero(t, n, "a file may wait a day for its row")
	w.Clock.Set(time.Now().Add(25 * time.Hour))
	n, err = w.docs.Sweep(t.Context())
	require.NoError(t, err)
	require.Equal(t, 1, n)
	got, err := w.read(w.Scope(access.ContactPerson, viborg), kept)
	require.NoError(t, err)
	require.Equal(t, "har en række", got)
}

func TestLocksAreRenewedBeforeTheyEnd(t *testing.T) {
	w := setup(t)
	viborg := w.Member("Viborg Kommune")
	id := w.register(viborg, "a.txt", "låst")
	require.NoError(t, w.docs.Seal(t.Context(), document.SealJob{File: id, Organisation: viborg}))
	before := storagetest.One[time.Time](w.Env, "select locked_until from stored_file where id = $1", id)
	w.Clock.Set(time.Now().Add(48 * time.Hour))
	require.NoError(t, w.docs.Tend(t.Context()))
	require.Equal(t, 1, storagetest.One[int](w.Env, "select count(*)::int from river_job where kind = 'document.renew'"))
	require.NoError(t, w.docs.Renew(t.Context(), document.RenewJob{File: id, Organisation: viborg}))
	after := storagetest.One[time.Time](w.Env, "select locked_until from stored_file where id = $1", id)
	require.True(t, after.After(before), "%s is not after %s", after, before)
}

func TestALateAttemptCannotReplaceARegisteredFile(t *testing.T) {
	w := setup(t)
	viborg := w.Member("Viborg Kommune")
	id := w.register(viborg, "aftale.pdf", "den rigtige")
	_, err := w.docs.Stage(t.Context(), viborg, "aftale.pdf", []byte("en forsinket"), "text/plain")
	require.NoError(t, err)
	own := w.Scope(access.ContactPerson, viborg)
	got, err := w.read(own, id)
	require.NoError(t, err)
	require.Equal(t, "den rigtige", got)
	require.NoError(t, w.docs.Seal(t.Context(), document.SealJob{File: id, Organisation: viborg}))
	got, err = w.read(own, id)
	require.NoError(t, err)
	require.Equal(t, "den rigtige", got)
}

func TestStagedBytesThatChangedAreNotBegunToBeSent(t *testing.T) {
	w := setup(t)
	viborg := w.Member("Viborg Kommune")
	id := w.register(viborg, "a.txt", "rigtig")
	key := storagetest.One[string](w.Env, "select staging_key from stored_file where id = $1", id)
	_, err := w.s3.PutStaging(t.Context(), key, bytes.NewReader([]byte("falsk!")), 6, "text/plain")
	require.NoError(t, err)
	_, _, err = w.docs.Open(t.Context(), w.Scope(access.ContactPerson, viborg), id)
	require.ErrorIs(t, err, files.ErrAltered)
}

func TestFilesLeftUnsealedAreOrderedAgain(t *testing.T) {
	w := setup(t)
	viborg := w.Member("Viborg Kommune")
	id := w.register(viborg, "a.txt", "glemt")
	w.Exec("delete from river_job")
	require.NoError(t, w.docs.Tend(t.Context()))
	require.Zero(t, storagetest.One[int](w.Env, "select count(*)::int from river_job"), "its own job has an hour")
	w.Clock.Advance(61 * time.Minute)
	require.NoError(t, w.docs.Tend(t.Context()))
	require.Equal(t, id, storagetest.One[int64](w.Env, "select (args ->> 'file')::bigint from river_job where kind = 'document.seal'"))
}
