package storage

import (
	"encoding/json"
	"fmt"
	"time"

	"github.com/riverqueue/river"
)

// Job is work for later: ids only, never contents. It may run twice, so the row
// it is about decides, not the queue. The method set is River's.
type Job interface{ Kind() string }

// JobOption says how a job is queued.
type JobOption func(*river.InsertOpts)

// Queue puts the job into a queue other than the default one.
func Queue(name string) JobOption { return func(o *river.InsertOpts) { o.Queue = name } }

// At runs the job no earlier than t.
func At(t time.Time) JobOption { return func(o *river.InsertOpts) { o.ScheduledAt = t } }

type job struct {
	args Job
	opts *river.InsertOpts
}

// Enqueue adds a job that goes with this transaction or not at all.
func (tx *Tx) Enqueue(args Job, options ...JobOption) {
	o := &river.InsertOpts{}
	for _, set := range options {
		set(o)
	}
	tx.jobs = append(tx.jobs, job{args, o})
}

// insertJobs puts the collected jobs into the queue. Each carries the session that
// asked for it: row-level security lets a member see only jobs of its own session.
func (s *Store) insertJobs(tx *Tx) error {
	if len(tx.jobs) == 0 {
		return nil
	}
	meta, err := json.Marshal(map[string]any{"session": tx.scope.Actor().Session, "action": tx.action})
	if err != nil {
		return err
	}
	params := make([]river.InsertManyParams, len(tx.jobs))
	for i, j := range tx.jobs {
		j.opts.Metadata = meta
		params[i] = river.InsertManyParams{Args: j.args, InsertOpts: j.opts}
	}
	if _, err := s.river.InsertManyTx(tx.ctx, tx.pgx, params); err != nil {
		return fmt.Errorf("enqueue: %w", err)
	}
	return nil
}
