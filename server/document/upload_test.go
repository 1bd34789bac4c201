package document_test

import (
	"bytes"
	"context"
	"errors"
	"io"
	"strings"
	"testing"
	"time"

	"github.com/google/uuid"
	"github.com/stretchr/testify/require"

	"klausul/server/access"
	"klausul/server/document"
	"klausul/server/fault"
	"klausul/server/files"
	"klausul/server/storage"
	"klausul/server/storage/storagetest"
)

// pdf is a small whole file that begins and ends as a PDF does.
func pdf(inside string) string {
	return "%PDF-1.7\n" + inside + strings.Repeat(" ", 3000) + "\nstartxref\n9\n%%EOF\n"
}

func TestFileName(t *testing.T) {
	t.Parallel()
	for typed, want := range map[string]string{
		"aftale.pdf": "aftale.pdf", `C:\Aftaler\Åhavn – 2024.pdf`: "Åhavn – 2024.pdf", "../../etc/passwd": "passwd",
		" a\u202eb\x00c\n.pdf ": "abc.pdf", "mappe/aftale.pdf": "aftale.pdf",
	} {
		got, err := document.FileName(typed)
		require.NoError(t, err, typed)
		require.Equal(t, want, got)
	}
	for _, typed := range []string{"", " ", "..", "/", strings.Repeat("æ", 128)} {
		if _, err := document.FileName(typed); typed != ".." {
			require.ErrorIs(t, err, document.ErrUploadName, typed)
		}
	}
}

func TestReceivedFilesAreWholePDFs(t *testing.T) {
	w := setup(t)
	ctx := t.Context()
	viborg, randers := w.Member("Viborg Kommune"), w.Member("Randers Kommune")
	own, neighbour := w.Scope(access.ContactPerson, viborg), w.Scope(access.ContactPerson, randers)
	for name, c := range map[string]struct {
		body string
		want error
	}{
		"a PDF that is none":   {"PK\x03\x04" + strings.Repeat("x", 5000), document.ErrNotPDF},
		"an empty one":         {"", files.ErrEmpty},
		"half of one":          {pdf("x")[:1500], document.ErrDamagedPDF},
		"a page with the mark": {"<html>" + strings.Repeat(" ", 2000) + "%PDF-1.7 startxref %%EOF", document.ErrNotPDF},
	} {
		_, err := w.docs.Receive(ctx, own, 0, "aftale.pdf", strings.NewReader(c.body))
		require.ErrorIs(t, err, c.want, name)
	}
	gone := errors.New("the line is dead")
	_, err := w.docs.Receive(ctx, own, 0, "aftale.pdf", io.MultiReader(strings.NewReader(pdf("x")), &broken{gone}))
	require.ErrorIs(t, err, gone)
	for o, err := range w.s3.ListStaging(ctx, time.Now().Add(time.Hour)) {
		require.NoError(t, err)
		t.Errorf("%s of a refused file is kept", o.Key)
	}

	u, err := w.docs.Receive(ctx, own, 0, `C:\x\aftale.pdf`, strings.NewReader(pdf("en")))
	require.NoError(t, err)
	require.Nil(t, u.ScannedAt, "no scanner looked at it, and it says so")
	require.Equal(t, "aftale.pdf", u.Name)
	_, err = w.docs.Receive(ctx, own, randers, "aftale.pdf", strings.NewReader(pdf("en")))
	require.ErrorIs(t, err, fault.ErrNotFound, "into the neighbour's")
	_, err = w.docs.Receive(ctx, w.Scope(access.Lawyer, 0), 0, "aftale.pdf", strings.NewReader(pdf("en")))
	require.ErrorIs(t, err, fault.ErrInvalid, "the office says for whom")

	list, err := w.docs.Uploads(ctx, own, 0)
	require.NoError(t, err)
	require.Len(t, list, 1)
	for who, scope := range map[string]access.Scope{"neighbour": neighbour, "colleague": w.Scope(access.ContactPerson, viborg)} {
		list, err := w.docs.Uploads(ctx, scope, 0)
		require.NoError(t, err)
		require.Empty(t, list, who)
		require.ErrorIs(t, w.place(scope, u.ID, u.Organisation), document.ErrUploadGone, who)
		require.NoError(t, w.docs.Discard(ctx, scope, u.ID), "what is not there is gone already")
	}
	require.NoError(t, w.place(own, u.ID, viborg))
	require.ErrorIs(t, w.place(own, u.ID, viborg), document.ErrUploadGone, "a file is placed once")
	id := storagetest.One[int64](w.Env, "select id from stored_file where sha256 = $1", u.SHA256)
	require.NoError(t, w.docs.Seal(ctx, document.SealJob{File: id, Organisation: viborg}))
	got, err := w.read(own, id)
	require.NoError(t, err)
	require.Equal(t, pdf("en"), got)
	_, err = w.read(neighbour, id)
	require.ErrorIs(t, err, fault.ErrNotFound)
}

type broken struct{ err error }

func (b *broken) Read([]byte) (int, error) { return 0, b.err }

func (w *world) place(scope access.Scope, id uuid.UUID, organisation int32) error {
	return w.Store.Write(w.t.Context(), scope, "test.place", func(tx *storage.Tx) error {
		_, _, err := w.docs.Place(tx, id, organisation)
		return err
	})
}

// suspicious is a scanner that finds what begins with a word in every file that holds it.
type suspicious struct{ word string }

func (s suspicious) Clean(_ context.Context, r io.Reader) error {
	b, err := io.ReadAll(r)
	if err == nil && bytes.Contains(b, []byte(s.word)) {
		return files.ErrInfected.With("name", s.word)
	}
	return err
}

func TestInfectedAndForgottenFilesAreNotKept(t *testing.T) {
	w := setup(t)
	ctx := t.Context()
	viborg := w.Member("Viborg Kommune")
	own := w.Scope(access.ContactPerson, viborg)
	w.docs = w.docs.WithGate(suspicious{"Eicar"})
	_, err := w.docs.Receive(ctx, own, 0, "aftale.pdf", strings.NewReader(pdf("Eicar")))
	require.ErrorIs(t, err, files.ErrInfected)
	require.Zero(t, storagetest.One[int](w.Env, "select count(*)::int from upload"))
	u, err := w.docs.Receive(ctx, own, 0, "aftale.pdf", strings.NewReader(pdf("ren")))
	require.NoError(t, err)
	require.NotNil(t, u.ScannedAt)

	w.Clock.Advance(21 * time.Hour)
	list, err := w.docs.Uploads(ctx, own, 0)
	require.NoError(t, err)
	require.Empty(t, list)
	require.ErrorIs(t, w.place(own, u.ID, viborg), document.ErrUploadGone, "it could be swept while it is placed")
	w.Exec("update upload set created_at = now() - interval '25 hours'")
	_, err = w.docs.Sweep(ctx)
	require.NoError(t, err)
	require.Zero(t, storagetest.One[int](w.Env, "select count(*)::int from upload"))
}

func TestTooLargeIsRefusedOnTheWay(t *testing.T) {
	w := setup(t)
	own := w.Scope(access.ContactPerson, w.Member("Viborg Kommune"))
	_, err := w.docs.Receive(t.Context(), own, 0, "stor.pdf", io.LimitReader(&zeros{}, document.MaxUpload+1))
	require.ErrorIs(t, err, fault.ErrTooLarge)
}

type zeros struct{ begun bool }

func (z *zeros) Read(p []byte) (int, error) {
	clear(p)
	if !z.begun {
		copy(p, "%PDF-1.7")
		z.begun = true
	}
	return len(p), nil
}

func TestAFileForAnOrganisationThatIsNone(t *testing.T) {
	w := setup(t)
	_, err := w.docs.Receive(t.Context(), w.Scope(access.Lawyer, 0), 999999, "aftale.pdf", strings.NewReader(pdf("en")))
	require.ErrorIs(t, err, fault.ErrNotFound)
	require.Zero(t, storagetest.One[int](w.Env, "select count(*) from audit_event where action = 'upload.receive'"))
	for o, err := range w.s3.ListStaging(t.Context(), time.Now().Add(time.Hour)) {
		require.NoError(t, err)
		require.NotContains(t, o.Key, "received/", "nothing is left behind")
	}
}
