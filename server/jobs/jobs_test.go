package jobs

import (
	"context"
	"errors"
	"log/slog"
	"testing"
	"time"

	"github.com/riverqueue/river"
	"github.com/stretchr/testify/require"

	"klausul/server/access"
	"klausul/server/agreement"
	"klausul/server/document"
	"klausul/server/duplicate"
	"klausul/server/fault"
	"klausul/server/files/filestest"
	"klausul/server/intake"
	"klausul/server/member"
	"klausul/server/notify"
	"klausul/server/render"
	"klausul/server/report"
	"klausul/server/storage"
	"klausul/server/storage/storagetest"
	"klausul/server/system"
	"klausul/server/task"
)

// kinds is every kind of job there is: a test holds that each has a worker.
var kinds = []storage.Job{task.ItemJob{}, document.SealJob{}, document.RenewJob{}, SealAudit{}, RefreshFigures{}, SweepStaging{}, TendFiles{}, ForgetSessions{}, ForgetUsageChanges{}, StepOrganisations{}, RefreshScope{}, FindDuplicates{},
	OpenReviews{}, AnonymisePeople{}, SweepMail{}, SettleTasks{}, notify.MailJob{}}

func services(t *testing.T, e *storagetest.Env) Services {
	tasks, s3 := task.New(e.Store), filestest.New(t).Store
	documents := document.New(e.Store, s3)
	return Services{Store: e.Store, Members: member.New(e.Store), Users: member.NewUsers(e.Store), Tasks: tasks, Documents: documents, Imports: intake.New(e.Store, s3, documents),
		Agreements: agreement.New(e.Store, documents, render.NewPDF()), Reports: report.New(e.Store, tasks),
		Systems: system.New(e.Store), Duplicates: duplicate.New(e.Store), Todos: task.NewTodos(e.Store), Notify: notify.New(e.Store, notify.Post{})}
}

func TestEveryKindHasAWorkerAndEveryTickAName(t *testing.T) {
	bundle := river.NewWorkers()
	register(bundle, Services{Store: &storage.Store{}, Members: &member.Service{}, Users: &member.Users{}, Agreements: &agreement.Service{}, Documents: &document.Service{}, Tasks: &task.Service{}, Reports: &report.Service{}, Systems: &system.Service{}, Duplicates: &duplicate.Service{}, Imports: &intake.Service{}})
	for _, kind := range kinds {
		err := addAgain(bundle, kind)
		require.ErrorContains(t, err, "already", "%s has no worker", kind.Kind())
	}
	require.Len(t, schedule(), 17)
}

// addAgain fails when the kind has a worker already.
func addAgain(w *river.Workers, kind storage.Job) error {
	switch kind.(type) {
	case task.ItemJob:
		return river.AddWorkerSafely(w, river.WorkFunc(func(context.Context, *river.Job[task.ItemJob]) error { return nil }))
	case document.SealJob:
		return river.AddWorkerSafely(w, river.WorkFunc(func(context.Context, *river.Job[document.SealJob]) error { return nil }))
	case document.RenewJob:
		return river.AddWorkerSafely(w, river.WorkFunc(func(context.Context, *river.Job[document.RenewJob]) error { return nil }))
	case SealAudit:
		return river.AddWorkerSafely(w, river.WorkFunc(func(context.Context, *river.Job[SealAudit]) error { return nil }))
	case RefreshFigures:
		return river.AddWorkerSafely(w, river.WorkFunc(func(context.Context, *river.Job[RefreshFigures]) error { return nil }))
	case SweepStaging:
		return river.AddWorkerSafely(w, river.WorkFunc(func(context.Context, *river.Job[SweepStaging]) error { return nil }))
	case TendFiles:
		return river.AddWorkerSafely(w, river.WorkFunc(func(context.Context, *river.Job[TendFiles]) error { return nil }))
	case OpenReviews:
		return river.AddWorkerSafely(w, river.WorkFunc(func(context.Context, *river.Job[OpenReviews]) error { return nil }))
	case AnonymisePeople:
		return river.AddWorkerSafely(w, river.WorkFunc(func(context.Context, *river.Job[AnonymisePeople]) error { return nil }))
	case StepOrganisations:
		return river.AddWorkerSafely(w, river.WorkFunc(func(context.Context, *river.Job[StepOrganisations]) error { return nil }))
	case ForgetUsageChanges:
		return river.AddWorkerSafely(w, river.WorkFunc(func(context.Context, *river.Job[ForgetUsageChanges]) error { return nil }))
	case ForgetImports:
		return river.AddWorkerSafely(w, river.WorkFunc(func(context.Context, *river.Job[ForgetImports]) error { return nil }))
	case intake.ReadJob:
		return river.AddWorkerSafely(w, river.WorkFunc(func(context.Context, *river.Job[intake.ReadJob]) error { return nil }))
	case intake.CheckJob:
		return river.AddWorkerSafely(w, river.WorkFunc(func(context.Context, *river.Job[intake.CheckJob]) error { return nil }))
	case ForgetSessions:
		return river.AddWorkerSafely(w, river.WorkFunc(func(context.Context, *river.Job[ForgetSessions]) error { return nil }))
	case RefreshScope:
		return river.AddWorkerSafely(w, river.WorkFunc(func(context.Context, *river.Job[RefreshScope]) error { return nil }))
	case SweepMail:
		return river.AddWorkerSafely(w, river.WorkFunc(func(context.Context, *river.Job[SweepMail]) error { return nil }))
	case SettleTasks:
		return river.AddWorkerSafely(w, river.WorkFunc(func(context.Context, *river.Job[SettleTasks]) error { return nil }))
	case notify.MailJob:
		return river.AddWorkerSafely(w, river.WorkFunc(func(context.Context, *river.Job[notify.MailJob]) error { return nil }))
	case FindDuplicates:
		return river.AddWorkerSafely(w, river.WorkFunc(func(context.Context, *river.Job[FindDuplicates]) error { return nil }))
	}
	return errors.New("unknown to this test")
}

func TestRetryable(t *testing.T) {
	var snooze *river.JobSnoozeError
	require.ErrorAs(t, retryable(storage.ErrUnavailable), &snooze, "what is away is waited for")
	var cancel *river.JobCancelError
	require.ErrorAs(t, retryable(fault.ErrNotFound), &cancel, "what is gone is given up")
	plain := errors.New("broken")
	require.Equal(t, plain, retryable(plain))
	require.NoError(t, retryable(nil))
}

func TestTheClockSealsAndCounts(t *testing.T) {
	t.Parallel()
	e := storagetest.New(t)
	e.Member("Viborg Kommune")
	require.NoError(t, e.Store.Write(t.Context(), e.Scope(access.Lawyer, 0), "test.act", func(*storage.Tx) error { return nil }))
	r, err := New(services(t, e), 2, slog.New(slog.DiscardHandler))
	require.NoError(t, err)
	require.NoError(t, r.Start(t.Context()))
	t.Cleanup(func() {
		ctx, done := context.WithTimeout(context.Background(), 10*time.Second)
		defer done()
		require.NoError(t, r.Stop(ctx))
	})
	require.Eventually(t, func() bool {
		return storagetest.One[int](e, "select count(*) from audit_seal") > 0 &&
			storagetest.One[int](e, "select coalesce(sum(value), 0)::int from figure where key = 'members'") == 1
	}, 30*time.Second, 100*time.Millisecond)
}

func TestTakeUpGivesADeadServersJobsBack(t *testing.T) {
	t.Parallel()
	e := storagetest.New(t)
	scope := e.Scope(access.Lawyer, 0)
	require.NoError(t, e.Store.Write(t.Context(), scope, "test.enqueue", func(tx *storage.Tx) error {
		tx.Enqueue(task.ItemJob{Batch: 1, Organisation: 1, Run: 1})
		return nil
	}))
	e.Exec("update river_job set state = 'running', attempt = 1, attempted_at = now()")
	n, err := TakeUp(t.Context(), e.Store)
	require.NoError(t, err)
	require.Equal(t, int64(1), n)
	require.Equal(t, "available", storagetest.One[string](e, "select state::text from river_job"))
}
