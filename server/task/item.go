package task

import (
	"context"
	"time"

	"klausul/server/access"
	"klausul/server/storage"
)

// ItemLine is what a job needs to know of its line of a batch.
type ItemLine struct {
	Kind    Kind       `db:"kind"`
	Version int64      `db:"version"`
	Due     *time.Time `db:"due_on"` // the day of the lines that the batch makes, when it is not their task's
	Stopped bool       `db:"stopped"`
	Run     int        `db:"run"`
	State   ItemState  `db:"state"`
}

// Waits tells whether the line is still this run's to do. Done already, stopped, or
// taken over by a later run: there is nothing to do, and that is no error.
func (l ItemLine) Waits(j ItemJob) bool {
	return l.State == Pending && !l.Stopped && l.Run == j.Run
}

const lineSQL = `select b.kind, coalesce(b.agreement_version_id, 0) as version, b.due_on, b.stopped, i.run, i.state from batch b join batch_item i on i.batch_id = b.id
	where b.id = $1 and i.organisation_id = $2`

// Line reads the job's line.
func (s *Service) Line(ctx context.Context, j ItemJob) (l ItemLine, found bool, err error) {
	err = s.db.Read(ctx, jobScope(j), func(tx *storage.Tx) error {
		l, found, err = storage.Find[ItemLine](tx, lineSQL, j.Batch, j.Organisation)
		return err
	})
	return l, found, err
}

// Claim locks the job's line in the transaction that does its work, and tells whether
// it still waits for this run: of two jobs on one line only the first finds work, and a
// job that a resumed batch left behind finds none.
func Claim(tx *storage.Tx, j ItemJob) (bool, error) {
	l, found, err := storage.Find[ItemLine](tx, lineSQL+" for update of i", j.Batch, j.Organisation)
	return found && l.State == Pending && l.Run == j.Run, err
}

// Settle marks the line done, in the transaction that did its work.
func Settle(tx *storage.Tx, j ItemJob, accession int64) error {
	_, err := tx.Pgx().Exec(tx.Context(), `update batch_item set state = 'done', code = '', accession_id = $3, changed_at = $4
		where batch_id = $1 and organisation_id = $2`, j.Batch, j.Organisation, accession, tx.Now())
	return err
}

// Fail marks the line failed with the code of what stood in the way.
func (s *Service) Fail(ctx context.Context, j ItemJob, code string) error {
	return s.db.Write(ctx, jobScope(j), "batch.fail", func(tx *storage.Tx) error {
		tx.Record("batch", j.Batch, j.Organisation, nil, map[string]any{"code": code})
		_, err := tx.Pgx().Exec(tx.Context(), `update batch_item set state = 'failed', code = $3, changed_at = $4
			where batch_id = $1 and organisation_id = $2 and state = 'pending' and run = $5`, j.Batch, j.Organisation, code, tx.Now(), j.Run)
		return err
	})
}

func jobScope(j ItemJob) access.Scope { return access.System("batch.item").For(j.Organisation) }
