// Package jobs runs the queue: River's client, thin workers, and the one list of what
// happens by the clock. A worker holds no rule; it calls the service that does.
package jobs

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/riverqueue/river"
	"github.com/riverqueue/river/riverdriver/riverpgxv5"

	"klausul/server/access"
	"klausul/server/agreement"
	"klausul/server/document"
	"klausul/server/duplicate"
	"klausul/server/fault"
	"klausul/server/intake"
	"klausul/server/member"
	"klausul/server/notify"
	"klausul/server/report"
	"klausul/server/storage"
	"klausul/server/system"
	"klausul/server/task"
	"klausul/server/usage"
)

// Services are what the workers call.
type Services struct {
	Store      *storage.Store
	Members    *member.Service
	Users      *member.Users
	Agreements *agreement.Service
	Documents  *document.Service
	Tasks      *task.Service
	Usages     *usage.Service
	Reports    *report.Service
	Systems    *system.Service
	Duplicates *duplicate.Service
	Imports    *intake.Service
	Todos      *task.Todos
	Notify     *notify.Service
}

// periodic jobs have a queue of their own: behind a backlog they would wait for hours.
const clockQueue = "clock"

// Runner works the queue until stopped.
type Runner struct{ client *river.Client[pgx.Tx] }

// New prepares the runner. workers is how many jobs run at once; 0 = 8.
func New(s Services, workers int, log *slog.Logger) (*Runner, error) {
	if workers == 0 {
		workers = 8
	}
	bundle := river.NewWorkers()
	register(bundle, s)
	c, err := river.NewClient(riverpgxv5.New(s.Store.Pool(access.LoginJob)), &river.Config{
		Workers:                     bundle,
		Queues:                      map[string]river.QueueConfig{river.QueueDefault: {MaxWorkers: workers}, clockQueue: {MaxWorkers: 4}},
		PeriodicJobs:                schedule(),
		JobTimeout:                  45 * time.Second,
		RescueStuckJobsAfter:        time.Minute, // after a kill -9 of one replica; must exceed JobTimeout
		MaxAttempts:                 12,
		CompletedJobRetentionPeriod: time.Hour, // the clock's jobs alone are 86,400 a day
		Logger:                      slog.New(quiet{log.Handler()}),
		ErrorHandler:                logged{log},
	})
	if err != nil {
		return nil, fmt.Errorf("open the job queue: %w", err)
	}
	return &Runner{client: c}, nil
}

// Start begins to work. Cancelling ctx does not stop it; Stop does.
func (r *Runner) Start(ctx context.Context) error { return r.client.Start(context.WithoutCancel(ctx)) }

// TakeUp makes the jobs that a dead server had in hand available again, at once. Only
// for a server that is alone on its stores: replicas leave it to the rescue by time.
func TakeUp(ctx context.Context, db *storage.Store) (int64, error) {
	done, err := db.Pool(access.LoginJob).Exec(ctx, `update river_job set state = 'available', scheduled_at = now(), attempt = greatest(attempt - 1, 0) where state = 'running'`)
	return done.RowsAffected(), err
}

// Stop takes no new job, waits for those in hand, and at ctx's end gives them up to be run again.
func (r *Runner) Stop(ctx context.Context) error {
	if err := r.client.Stop(ctx); err == nil || !errors.Is(err, context.DeadlineExceeded) {
		return err
	}
	last, done := context.WithTimeout(context.WithoutCancel(ctx), 2*time.Second)
	defer done()
	return r.client.StopAndCancel(last)
}

// retryable waits out what is away and gives up on what a retry cannot mend.
func retryable(err error) error {
	f, ok := fault.Of(err)
	switch {
	case err == nil, !ok:
		return err
	case f.Kind == fault.Unavailable:
		return river.JobSnooze(2 * time.Second)
	case f.Kind == fault.NotFound:
		return river.JobCancel(err)
	}
	return err
}

// quiet keeps River's own messages down to warnings.
type quiet struct{ slog.Handler }

func (q quiet) Enabled(ctx context.Context, l slog.Level) bool {
	return l >= slog.LevelWarn && q.Handler.Enabled(ctx, l)
}

// logged writes a failed attempt with ids only.
type logged struct{ log *slog.Logger }
