package jobs

import (
	"context"
	"errors"
	"fmt"
	"runtime/debug"
	"time"

	"github.com/riverqueue/river"
	"github.com/riverqueue/river/rivertype"

	"klausul/server/access"
	"klausul/server/fault"
	"klausul/server/intake"
	"klausul/server/notify"
	"klausul/server/task"
)

// register adds a worker for every kind of job there is.
func register(w *river.Workers, s Services) {
	river.AddWorker(w, &itemWorker{s: s})
	add(w, s.Documents.Seal)
	add(w, s.Documents.Renew)
	add(w, func(ctx context.Context, _ SealAudit) error {
		_, err := s.Store.Seal(ctx, access.System("audit.seal"))
		return err
	})
	add(w, func(ctx context.Context, _ RefreshFigures) error { return s.Reports.RefreshFigures(ctx) })
	add(w, func(ctx context.Context, _ SweepStaging) error {
		_, err := s.Documents.Sweep(ctx)
		return err
	})
	add(w, func(ctx context.Context, _ TendFiles) error { return s.Documents.Tend(ctx) })
	add(w, func(ctx context.Context, _ OpenReviews) error { return s.Users.OpenReviews(ctx) })
	add(w, func(ctx context.Context, _ AnonymisePeople) error {
		return errors.Join(s.Users.RunOut(ctx), s.Users.Anonymise(ctx), s.Users.EraseContacts(ctx))
	})
	add(w, s.Agreements.MakePaper)
	add(w, func(ctx context.Context, _ OrderPapers) error { return s.Agreements.OrderPapers(ctx) })
	add(w, func(ctx context.Context, _ EndAccessions) error { return s.Agreements.RunOut(ctx) })
	add(w, func(ctx context.Context, _ EndHearings) error { return s.Agreements.RunOutHearings(ctx) })
	add(w, func(ctx context.Context, _ StepOrganisations) error { return s.Members.InStep(ctx) })
	add(w, func(ctx context.Context, _ SettleVendors) error { return s.Systems.SettleVendors(ctx) })
	add(w, func(ctx context.Context, _ SweepMail) error { return s.Notify.Sweep(ctx) })
	add(w, func(ctx context.Context, j notify.MailJob) error { return s.Notify.Send(ctx, j) })
	add(w, func(ctx context.Context, _ SettleTasks) error { return s.Todos.Settle(ctx) })
	long(w, intake.MaxTime, s.Imports.Read)
	long(w, intake.MaxTime, s.Imports.Check)
	add(w, func(ctx context.Context, _ ForgetImports) error { return s.Imports.Forget(ctx) })
	add(w, func(ctx context.Context, _ ForgetSessions) error {
		return s.Store.ForgetSessions(ctx, access.System("session.forget"))
	})
	add(w, func(ctx context.Context, _ ForgetUsageChanges) error { return s.Usages.Forget(ctx) })
	add(w, func(ctx context.Context, _ RefreshScope) error { return s.Systems.RefreshScope(ctx) })
	add(w, func(ctx context.Context, _ FindDuplicates) error {
		return s.Duplicates.Find(ctx, access.System("duplicate.find"))
	})
}

// add makes a worker of a service method.
func add[T river.JobArgs](w *river.Workers, do func(context.Context, T) error) {
	river.AddWorker(w, river.WorkFunc(func(ctx context.Context, j *river.Job[T]) error {
		return retryable(do(ctx, j.Args))
	}))
}

// long is add for what takes longer than the usual job.
func long[T river.JobArgs](w *river.Workers, most time.Duration, do func(context.Context, T) error) {
	river.AddWorker(w, &longWorker[T]{most: most, do: do})
}

type longWorker[T river.JobArgs] struct {
	river.WorkerDefaults[T]
	most time.Duration
	do   func(context.Context, T) error
}

// Timeout is how long the work may take; a job is not taken for stuck before.
func (w *longWorker[T]) Timeout(*river.Job[T]) time.Duration { return w.most }

// Work does it.
func (w *longWorker[T]) Work(ctx context.Context, j *river.Job[T]) error {
	return retryable(w.do(ctx, j.Args))
}

// itemWorker works one line of a batch and, when it cannot, says on the line why.
type itemWorker struct {
	river.WorkerDefaults[task.ItemJob]
	s Services
}

// failing is how long writing down a failure may take; the job's own time may be up.
const failing = 10 * time.Second

// Work does the line, unless it waits for this run no more.
func (w *itemWorker) Work(ctx context.Context, j *river.Job[task.ItemJob]) error {
	line, found, err := w.s.Tasks.Line(ctx, j.Args)
	if err != nil || !found || !line.Waits(j.Args) {
		return retryable(err)
	}
	err = w.line(ctx, j.Args, line)
	f, refused := fault.Of(err)
	if err == nil || (refused && f.Kind == fault.Unavailable) {
		return retryable(err)
	}
	if !refused && j.Attempt < 5 {
		return err
	}
	code := "internal"
	if refused {
		code = f.Code
	}
	last, done := context.WithTimeout(context.WithoutCancel(ctx), failing)
	defer done()
	return errors.Join(w.s.Tasks.Fail(last, j.Args, code), river.JobCancel(err))
}

// line does the line's work; a panic is an error like any other, so that the line says
// that it failed.
func (w *itemWorker) line(ctx context.Context, j task.ItemJob, l task.ItemLine) (err error) {
	defer func() {
		if recover() != nil {
			err = fmt.Errorf("the line panicked: %s", debug.Stack())
		}
	}()
	return w.s.Agreements.WorkLine(ctx, j, l)
}

// HandleError logs a failed attempt; what the job was about is in its row.
func (l logged) HandleError(ctx context.Context, j *rivertype.JobRow, err error) *river.ErrorHandlerResult {
	l.log.ErrorContext(ctx, "job failed", "job", j.ID, "kind", j.Kind, "attempt", j.Attempt, "error", err)
	return nil
}

// HandlePanic logs a panic with its trace.
func (l logged) HandlePanic(ctx context.Context, j *rivertype.JobRow, value any, trace string) *river.ErrorHandlerResult {
	l.log.ErrorContext(ctx, "job panicked", "job", j.ID, "kind", j.Kind, "panic", value, "trace", trace)
	return nil
}
