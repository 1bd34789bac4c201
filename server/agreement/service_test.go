package agreement_test

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"io"
	"sync"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/stretchr/testify/require"

	"klausul/server/access"
	"klausul/server/agreement"
	"klausul/server/clause"
	"klausul/server/document"
	"klausul/server/fault"
	"klausul/server/field"
	"klausul/server/files/filestest"
	"klausul/server/render"
	"klausul/server/storage/storagetest"
	"klausul/server/system"
	"klausul/server/task"
	"klausul/server/vendor"
)

// world is a registry with two members, one of them without address, and a vendor of two systems.
type world struct {
	*storagetest.Env
	t               *testing.T
	s3              *filestest.S3
	agreements      *agreement.Service
	documents       *document.Service
	tasks           *task.Service
	viborg, randers int32
	vendor          int32
	systems         []int32
	template        int64
	lawyer          access.Scope
}

func setup(t *testing.T) *world {
	t.Parallel()
	w := &world{Env: storagetest.New(t), t: t, s3: filestest.New(t)}
	w.documents = document.New(w.Store, w.s3.Store)
	w.agreements = agreement.New(w.Store, w.documents, render.NewPDF())
	w.tasks = task.New(w.Store)
	w.viborg, w.randers = w.Member("Viborg Kommune"), w.Member("Randers Kommune")
	w.Exec("update organisation set street = 'Prinsens Alle 5', postal_code = '8800', city = 'Viborg' where id = $1", w.viborg)
	w.Exec("update organisation set street = '', postal_code = '', city = '' where id = $1", w.randers)
	v := w.Vendor("Åhavn A/S")
	w.vendor = storagetest.One[int32](w.Env, "select number from vendor where id = $1", v)
	for _, name := range []string{"Åhavn Omsorg", "Åhavn Journal"} {
		id := w.System(v, name)
		w.systems = append(w.systems, storagetest.One[int32](w.Env, "select number from it_system where id = $1", id))
	}
	w.Usage(w.viborg, storagetest.One[int32](w.Env, "select id from it_system where number = $1", w.systems[0]))
	conn := w.Conn("klausul_admin")
	require.NoError(t, pgx.BeginFunc(t.Context(), conn, func(tx pgx.Tx) (err error) {
		w.template, err = clause.LoadSample(t.Context(), tx)
		return err
	}))
	w.lawyer = w.Scope(access.Lawyer, 0)
	return w
}

func (w *world) draft() agreement.Detail {
	w.t.Helper()
	d, err := w.agreements.Create(w.t.Context(), w.lawyer, w.vendor, w.systems, w.template, "")
	require.NoError(w.t, err)
	return d
}

// answers are what the sample template asks without a default.
var answers = map[string]any{"service.purpose": "Drift af omsorgsjournalen", "data.kind": "special", "security.level": "high",
	"transfer.allowed": "no", "deletion.choice": "delete"}

func (w *world) answered() agreement.Detail {
	w.t.Helper()
	d := w.draft()
	for path, value := range answers {
		_, err := w.agreements.Answer(w.t.Context(), w.lawyer, d.ID, path, 0, value)
		require.NoError(w.t, err, path)
	}
	d, err := w.agreements.Get(w.t.Context(), w.lawyer, d.ID)
	require.NoError(w.t, err)
	return d
}

func (w *world) released() (agreement.Detail, task.Batch) {
	w.t.Helper()
	d := w.answered()
	b, err := w.agreements.Release(w.t.Context(), w.lawyer, d.ID, d.Version, everybody)
	require.NoError(w.t, err)
	d, err = w.agreements.Get(w.t.Context(), w.lawyer, d.ID)
	require.NoError(w.t, err)
	return d, b
}

func (w *world) work(b task.Batch, organisation int32) {
	w.t.Helper()
	require.NoError(w.t, w.line(w.t.Context(), task.ItemJob{Batch: b.ID, Organisation: organisation, Run: b.Run}))
}

// line works one line as a job does.
func (w *world) line(ctx context.Context, j task.ItemJob) error {
	w.t.Helper()
	l, found, err := task.New(w.Store).Line(ctx, j)
	require.NoError(w.t, err)
	require.True(w.t, found)
	return w.agreements.WorkLine(ctx, j, l)
}

func TestCreate(t *testing.T) {
	w := setup(t)
	d := w.draft()
	require.Equal(t, "Databehandleraftale – Åhavn A/S", d.Title)
	require.Len(t, d.Systems, 2)
	require.Equal(t, agreement.NotAuthority, d.Conformity(), "the sample can only be that")
	require.Equal(t, agreement.Draft, d.State)

	other := w.Vendor("En anden A/S")
	foreign := storagetest.One[int32](w.Env, "select number from it_system where id = $1", w.System(other, "Fremmed"))
	for name, c := range map[string]struct {
		vendor   int32
		systems  []int32
		template int64
		want     error
	}{
		"no such vendor":          {9, w.systems, w.template, vendor.ErrUnknown},
		"another vendor's system": {w.vendor, []int32{w.systems[0], foreign}, w.template, system.ErrUnknown},
		"the same system twice":   {w.vendor, []int32{w.systems[0], w.systems[0]}, w.template, system.ErrUnknown},
		"no such template":        {w.vendor, w.systems, 99, agreement.ErrTemplate},
	} {
		_, err := w.agreements.Create(t.Context(), w.lawyer, c.vendor, c.systems, c.template, "")
		require.ErrorIs(t, err, c.want, name)
	}
}

func TestAnswer(t *testing.T) {
	w := setup(t)
	d := w.draft()
	ctx := t.Context()
	first, err := w.agreements.Answer(ctx, w.lawyer, d.ID, "breach.hours", 0, 12.0)
	require.NoError(t, err)
	require.Equal(t, 1, first.Version)

	t.Run("refused when somebody saved the field since, with both texts", func(t *testing.T) {
		_, err := w.agreements.Answer(ctx, w.lawyer, d.ID, "breach.hours", 0, 48.0)
		require.ErrorIs(t, err, agreement.ErrAnswerConflict)
		f, _ := fault.Of(err)
		require.Equal(t, 48, f.Detail["yours"])
		require.JSONEq(t, "12", string(f.Detail["theirs"].(json.RawMessage)))
		require.Equal(t, 1, f.Detail["version"])
	})
	t.Run("another field is not in the way", func(t *testing.T) {
		_, err := w.agreements.Answer(ctx, w.lawyer, d.ID, "data.kind", 0, "ordinary")
		require.NoError(t, err)
	})
	t.Run("refused: a value that breaks the rule", func(t *testing.T) {
		_, err := w.agreements.Answer(ctx, w.lawyer, d.ID, "breach.hours", 1, 73.0)
		require.ErrorIs(t, err, field.ErrValue)
	})
	t.Run("refused: a field that is not asked, or is each organisation's own", func(t *testing.T) {
		for _, path := range []string{"nothing", "controller.name"} {
			_, err := w.agreements.Answer(ctx, w.lawyer, d.ID, path, 0, "x")
			require.ErrorIs(t, err, field.ErrUnknown, path)
		}
	})
	t.Run("autosaves of one editing session are one row in the history", func(t *testing.T) {
		rows := func() int {
			h, err := w.Store.History(ctx, w.lawyer, "agreement", d.ID)
			require.NoError(t, err)
			return len(h)
		}
		had := rows()
		for version, text := range []string{"b", "bo", "borgere"} {
			_, err := w.agreements.Answer(ctx, w.lawyer, d.ID, "data.subjects", version, text)
			require.NoError(t, err)
		}
		require.Equal(t, had+1, rows())
		_, err := w.agreements.Answer(ctx, w.Scope(access.Lawyer, 0), d.ID, "data.subjects", 3, "borgere og pårørende")
		require.NoError(t, err)
		require.Equal(t, had+2, rows(), "somebody else's is another session")
		w.Clock.Advance(16 * time.Minute)
		_, err = w.agreements.Answer(ctx, w.lawyer, d.ID, "data.subjects", 4, "borgere")
		require.NoError(t, err)
		require.Equal(t, had+3, rows())
	})
	t.Run("of two first answers at one moment, one is told", func(t *testing.T) {
		var wg sync.WaitGroup
		errs := make([]error, 2)
		for i := range errs {
			wg.Go(func() {
				_, errs[i] = w.agreements.Answer(ctx, w.lawyer, d.ID, "service.purpose", 0, fmt.Sprint("tekst ", i))
			})
		}
		wg.Wait()
		if errs[0] == nil {
			errs[0], errs[1] = errs[1], errs[0]
		}
		require.ErrorIs(t, errs[0], agreement.ErrAnswerConflict)
		require.NoError(t, errs[1])
	})
}

func TestRelease(t *testing.T) {
	w := setup(t)
	ctx := t.Context()

	t.Run("refused while fields are open", func(t *testing.T) {
		d := w.draft()
		c, err := w.agreements.CheckRelease(ctx, w.lawyer, d.ID)
		require.NoError(t, err)
		require.False(t, c.Ready)
		require.Len(t, c.Unanswered, len(answers))
		_, err = w.agreements.Release(ctx, w.lawyer, d.ID, d.Version, everybody)
		require.ErrorIs(t, err, agreement.ErrUnanswered)
	})
	t.Run("the check names who has no address", func(t *testing.T) {
		c, err := w.agreements.CheckRelease(ctx, w.lawyer, w.answered().ID)
		require.NoError(t, err)
		require.True(t, c.Ready)
		members, unaddressed := []string{}, []string{}
		for _, r := range c.Recipients {
			if r.Member {
				members = append(members, r.Name)
			}
			if r.Member && r.MissingAddress {
				unaddressed = append(unaddressed, r.Name)
			}
		}
		require.Equal(t, []string{"Randers Kommune", "Viborg Kommune"}, members)
		require.Equal(t, []string{"Randers Kommune"}, unaddressed)
	})
	t.Run("refused on an old version, telling what changed", func(t *testing.T) {
		d := w.answered()
		_, err := w.agreements.Release(ctx, w.lawyer, d.ID, d.Version-1, everybody)
		require.ErrorIs(t, err, fault.ErrStale)
		f, _ := fault.Of(err)
		require.Equal(t, d.Version, f.Detail["version"])
		require.Equal(t, "agreement.answer", f.Detail["action"])
		require.Len(t, f.Detail["changed"], 1, "one version, one field")
		require.NotEmpty(t, f.Detail["changedBy"])
	})
	t.Run("three saves of one field are one changed field", func(t *testing.T) {
		d := w.answered()
		for version, hours := range []float64{12, 24, 36} {
			_, err := w.agreements.Answer(ctx, w.lawyer, d.ID, "breach.hours", version, hours)
			require.NoError(t, err)
		}
		_, err := w.agreements.Release(ctx, w.lawyer, d.ID, d.Version, everybody)
		f, _ := fault.Of(err)
		require.ErrorIs(t, err, fault.ErrStale)
		require.Equal(t, []string{"Frist for underretning om brud"}, f.Detail["changed"])
		require.Equal(t, map[string]any{"Frist for underretning om brud": "36"}, f.Detail["current"])
	})
	t.Run("an answer makes the version that a release has read old", func(t *testing.T) {
		d := w.answered()
		_, err := w.agreements.Answer(ctx, w.lawyer, d.ID, "breach.hours", 0, 36.0)
		require.NoError(t, err)
		_, err = w.agreements.Release(ctx, w.lawyer, d.ID, d.Version, everybody)
		require.ErrorIs(t, err, fault.ErrStale)
	})
	t.Run("frozen afterwards", func(t *testing.T) {
		d, b := w.released()
		require.Equal(t, 2, b.Total)
		require.Equal(t, clause.Sum(d.Shared()), *d.TextHash)
		_, err := w.agreements.Answer(ctx, w.lawyer, d.ID, "breach.hours", 0, 1.0)
		require.ErrorIs(t, err, agreement.ErrOffered)
		_, err = w.agreements.Release(ctx, w.lawyer, d.ID, d.Version, everybody)
		require.ErrorIs(t, err, agreement.ErrOffered)
	})
}

func TestReleaseOne(t *testing.T) {
	w := setup(t)
	ctx := t.Context()
	d, b := w.released()
	w.work(b, w.viborg)
	w.work(b, w.viborg) // a job may run twice
	w.work(b, w.randers)

	viborg := w.Scope(access.ContactPerson, w.viborg)
	randers := w.Scope(access.ContactPerson, w.randers)
	own, _, err := w.agreements.Accessions(ctx, viborg, agreement.AccessionFilter{}, pageOf(10))
	require.NoError(t, err)
	require.Len(t, own, 1, "its own, once")
	one, err := w.agreements.Accession(ctx, viborg, own[0].ID)
	require.NoError(t, err)

	t.Run("one text, two instances", func(t *testing.T) {
		all, _, err := w.agreements.Accessions(ctx, w.lawyer, agreement.AccessionFilter{}, pageOf(10))
		require.NoError(t, err)
		require.Len(t, all, 2)
		first, err := w.agreements.Accession(ctx, w.lawyer, all[0].ID)
		require.NoError(t, err)
		second, err := w.agreements.Accession(ctx, w.lawyer, all[1].ID)
		require.NoError(t, err)
		require.Equal(t, first.TextHash, second.TextHash)
		require.NotEqual(t, first.InstanceHash, second.InstanceHash)
		require.Equal(t, *d.TextHash, first.TextHash)
	})
	t.Run("the systems it uses, or all when it uses none", func(t *testing.T) {
		require.Len(t, one.Systems, 1)
		theirs, _, err := w.agreements.Accessions(ctx, randers, agreement.AccessionFilter{}, pageOf(10))
		require.NoError(t, err)
		detail, err := w.agreements.Accession(ctx, randers, theirs[0].ID)
		require.NoError(t, err)
		require.Len(t, detail.Systems, 2)
		require.True(t, detail.MissingAddress)
	})
	t.Run("files are the owner's, hashed, before and after the seal", func(t *testing.T) {
		require.Len(t, one.Documents, 2)
		before := w.download(viborg, own[0].ID, "pdf")
		for _, doc := range one.Documents {
			require.NoError(t, w.documents.Seal(ctx, document.SealJob{File: doc.File, Organisation: w.viborg}))
			require.NoError(t, w.documents.Seal(ctx, document.SealJob{File: doc.File, Organisation: w.viborg}), "twice is once")
		}
		require.Equal(t, before, w.download(viborg, own[0].ID, "pdf"))
		sum := sha256.Sum256(before)
		sealed, err := w.agreements.Accession(ctx, viborg, own[0].ID)
		require.NoError(t, err)
		require.Equal(t, hex.EncodeToString(sum[:]), sealed.Documents[0].SHA256)
		require.Equal(t, "sealed", sealed.Documents[0].State)
		require.NotNil(t, sealed.Documents[0].LockedUntil)
	})
	t.Run("the neighbour finds nothing", func(t *testing.T) {
		_, err := w.agreements.Accession(ctx, randers, own[0].ID)
		require.ErrorIs(t, err, fault.ErrNotFound)
		_, _, _, err = w.agreements.Download(ctx, randers, own[0].ID, "pdf", 0)
		require.ErrorIs(t, err, fault.ErrNotFound)
	})
	t.Run("the download is in the history", func(t *testing.T) {
		rows, err := w.Store.History(ctx, viborg, "accession", own[0].ID)
		require.NoError(t, err)
		require.Equal(t, "accession.download", rows[0].Action)
		hidden, err := w.Store.History(ctx, randers, "accession", own[0].ID)
		require.NoError(t, err)
		require.Empty(t, hidden)
	})
	t.Run("the batch is done", func(t *testing.T) {
		got, err := w.tasks.Get(ctx, w.lawyer, b.ID)
		require.NoError(t, err)
		require.Equal(t, task.Done, got.State())
		require.NotNil(t, got.Finished())
	})
}

func (w *world) download(scope access.Scope, id int64, format string) []byte {
	w.t.Helper()
	_, _, body, err := w.agreements.Download(w.t.Context(), scope, id, format, 0)
	require.NoError(w.t, err)
	defer body.Close()
	var b bytes.Buffer
	_, err = io.Copy(&b, body)
	require.NoError(w.t, err)
	return b.Bytes()
}

func TestReleaseOneWhenStorageIsAway(t *testing.T) {
	w := setup(t)
	_, b := w.released()
	w.s3.Away(true)
	err := w.line(context.WithoutCancel(t.Context()), task.ItemJob{Batch: b.ID, Organisation: w.viborg, Run: 1})
	f, ok := fault.Of(err)
	require.True(t, ok, "want a refusal, got %v", err)
	require.Equal(t, fault.Unavailable, f.Kind)
	require.Zero(t, storagetest.One[int](w.Env, "select count(*) from accession"), "no row without its files")
	w.s3.Away(false)
	w.work(b, w.viborg)
	require.Equal(t, 1, storagetest.One[int](w.Env, "select count(*) from accession"))
}

func TestCancelAndResume(t *testing.T) {
	w := setup(t)
	ctx := t.Context()
	_, b := w.released()
	w.work(b, w.viborg)
	stopped, err := w.tasks.Cancel(ctx, w.lawyer, b.ID)
	require.NoError(t, err)
	require.Equal(t, task.Cancelled, stopped.State())
	waiting := task.ItemJob{Batch: b.ID, Organisation: w.randers, Run: 1}
	line, found, err := w.tasks.Line(ctx, waiting)
	require.NoError(t, err)
	require.True(t, found)
	require.False(t, line.Waits(waiting), "a job that finds its batch stopped leaves the line")

	resumed, err := w.tasks.Resume(ctx, w.lawyer, b.ID)
	require.NoError(t, err)
	require.Equal(t, 2, resumed.Run)
	line, _, err = w.tasks.Line(ctx, waiting)
	require.NoError(t, err)
	require.False(t, line.Waits(waiting), "the first run's job is not the second's")
	_, err = w.tasks.Resume(ctx, w.lawyer, b.ID)
	require.ErrorIs(t, err, task.ErrRunning)
	w.work(resumed, w.randers)
	_, err = w.tasks.Cancel(ctx, w.lawyer, b.ID)
	require.ErrorIs(t, err, task.ErrFinished)
	_, err = w.tasks.Resume(ctx, w.lawyer, b.ID)
	require.ErrorIs(t, err, task.ErrFinished)
}

// A job of the first run that wakes up after the batch was stopped, an address mended and
// the batch resumed must not make the agreement with the old address, nor fail the line.
func TestALateJobOfAnEarlierRunFindsNothingToDo(t *testing.T) {
	w := setup(t)
	ctx := t.Context()
	_, b := w.released()
	late := task.ItemJob{Batch: b.ID, Organisation: w.randers, Run: 1}
	_, err := w.tasks.Cancel(ctx, w.lawyer, b.ID)
	require.NoError(t, err)
	w.Exec("update organisation set street = 'Laksetorvet 1', postal_code = '8900', city = 'Randers C' where id = $1", w.randers)
	resumed, err := w.tasks.Resume(ctx, w.lawyer, b.ID)
	require.NoError(t, err)
	require.NoError(t, w.line(ctx, late))
	require.NoError(t, w.tasks.Fail(ctx, late, "internal"))
	require.Zero(t, storagetest.One[int](w.Env, "select count(*)::int from accession"))
	w.work(resumed, w.randers)
	require.Equal(t, "Laksetorvet 1", storagetest.One[string](w.Env, "select party -> 'address' ->> 'street' from accession"))
}

func TestTheFrozenTextKeepsTheNamesOfItsDay(t *testing.T) {
	w := setup(t)
	_, b := w.released()
	w.work(b, w.viborg)
	w.Exec("update vendor set name = 'Nyt Navn A/S'")
	w.Exec("update it_system set name = name || ' 2'")
	w.work(b, w.randers)
	require.Equal(t, 2, storagetest.One[int](w.Env, "select count(*)::int from accession"))
	require.Equal(t, 1, storagetest.One[int](w.Env, "select count(distinct text_hash)::int from accession"))
	w.Exec("update agreement_version set facts = null")
	again := task.ItemJob{Batch: b.ID, Organisation: w.viborg, Run: 1}
	require.ErrorIs(t, w.line(t.Context(), again), agreement.ErrTextMoved)
}

func TestFailedLinesAreTriedAgain(t *testing.T) {
	w := setup(t)
	ctx := t.Context()
	_, b := w.released()
	w.work(b, w.viborg)
	require.NoError(t, w.tasks.Fail(ctx, task.ItemJob{Batch: b.ID, Organisation: w.randers, Run: 1}, "agreement.glyph"))
	failed, err := w.tasks.Items(ctx, w.lawyer, b.ID, task.Failed)
	require.NoError(t, err)
	require.Len(t, failed, 1)
	require.Equal(t, "agreement.glyph", failed[0].Code)
	resumed, err := w.tasks.Resume(ctx, w.lawyer, b.ID)
	require.NoError(t, err)
	require.Equal(t, task.Running, resumed.State())
	w.work(resumed, w.randers)
	done, err := w.tasks.Get(ctx, w.lawyer, b.ID)
	require.NoError(t, err)
	require.Equal(t, 2, done.Done)
}

// everybody is the audience of all members.
var everybody = agreement.Audience{Kind: agreement.Members}
