// Package task holds what waits for whom: one thing for many organisations.
//
// A task is what people do: a line per organisation, before a day, with one person
// responsible (task.go). A batch is what the program does, organisation by organisation.
//
// A batch has a line per organisation; how far it is, is counted from its lines, so
// there is no counter that could be wrong after a crash. One job works one line; the
// line's state, not the queue, decides whether there is anything to do.
package task

import (
	"context"
	"time"

	"klausul/server/access"
	"klausul/server/fault"
	"klausul/server/storage"
)

// Kind is what a batch does for each organisation.
type Kind string

// Release makes each organisation's own agreement on a shared text; Again makes its papers anew.
const (
	Release Kind = "release"
	Again   Kind = "again"
)

// State is how a batch stands.
type State string

// A batch is done when no line waits; a cancelled one has lines that wait for nobody.
const (
	Running   State = "running"
	Cancelled State = "cancelled"
	Done      State = "done"
)

// ItemState is how one line stands.
type ItemState string

// A failed line says why and is tried again when the batch is resumed.
const (
	Pending ItemState = "pending"
	ItemOK  ItemState = "done"
	Failed  ItemState = "failed"
)

// Batch is one thing for many organisations, with its counts.
type Batch struct {
	ID        int64      `gorm:"column:id" db:"id"`
	Kind      Kind       `gorm:"column:kind" db:"kind"`
	Subject   int64      `gorm:"column:subject_id" db:"subject_id"`
	Title     string     `gorm:"column:title" db:"title"`
	Stopped   bool       `gorm:"column:stopped" db:"stopped"`
	Run       int        `gorm:"column:run" db:"run"`
	CreatedAt time.Time  `gorm:"column:created_at" db:"created_at"`
	Total     int        `gorm:"-" db:"total"`
	Done      int        `gorm:"-" db:"done"`
	Failed    int        `gorm:"-" db:"failed"`
	LastAt    *time.Time `gorm:"-" db:"last_at"`
}

// State derives how the batch stands from its lines.
func (b Batch) State() State {
	switch {
	case b.Done+b.Failed >= b.Total:
		return Done
	case b.Stopped:
		return Cancelled
	}
	return Running
}

// Finished is when the last line was settled; nil while lines wait.
func (b Batch) Finished() *time.Time {
	if b.State() == Done {
		return b.LastAt
	}
	return nil
}

// Item is one organisation's line.
type Item struct {
	Organisation     int32     `db:"organisation_id"`
	OrganisationName string    `db:"organisation_name"`
	State            ItemState `db:"state"`
	Code             string    `db:"code"`
	Accession        *int64    `db:"accession_id"`
	MissingAddress   bool      `db:"missing_address"`
	ChangedAt        time.Time `db:"changed_at"`
}

// ItemJob works one line of a batch in one run of it.
type ItemJob struct {
	Batch        int64 `json:"batch"`
	Organisation int32 `json:"organisation"`
	Run          int   `json:"run"`
}

// Kind names the job in the queue.
func (ItemJob) Kind() string { return "batch.item" }

// Refusals of acts on a batch.
var (
	ErrFinished = fault.New(fault.Conflict, "batch.finished")
	ErrRunning  = fault.New(fault.Conflict, "batch.running")
)

// Service keeps batches.
type Service struct{ db *storage.Store }

// New returns the service on its store.
func New(db *storage.Store) *Service { return &Service{db: db} }

const batchSQL = `select b.id, b.kind, b.subject_id, b.title, b.stopped, b.run, b.created_at, c.total, c.done, c.failed, c.last_at
	from batch b cross join lateral (
		select count(*) as total, count(*) filter (where i.state = 'done') as done,
		       count(*) filter (where i.state = 'failed') as failed, max(i.changed_at) as last_at
		  from batch_item i where i.batch_id = b.id) c`

// Get returns a batch with its counts. It refuses with fault.ErrNotFound.
func (s *Service) Get(ctx context.Context, scope access.Scope, id int64) (Batch, error) {
	return storage.One[Batch](ctx, s.db, scope, storage.List(batchSQL).And("b.id = ?", id))
}

// Latest returns the newest batch on a subject, if there is one.
func Latest(tx *storage.Tx, kind Kind, subject int64) (Batch, bool, error) {
	return storage.Find[Batch](tx, batchSQL+" where b.kind = $1 and b.subject_id = $2 order by b.id desc limit 1", kind, subject)
}

// Open returns the batches that run, were stopped or have failed lines, newest first, at most 50.
func (s *Service) Open(ctx context.Context, scope access.Scope) ([]Batch, error) {
	return storage.Select[Batch](ctx, s.db, scope, storage.List(batchSQL).
		And("exists (select from batch_item i where i.batch_id = b.id and i.state <> 'done')").Last("order by b.id desc limit 50"))
}

// Items returns the lines of a batch, failed ones first, then by organisation name.
func (s *Service) Items(ctx context.Context, scope access.Scope, id int64, state ItemState) ([]Item, error) {
	if _, err := s.Get(ctx, scope, id); err != nil {
		return nil, err
	}
	q := storage.List(`select i.organisation_id, o.name as organisation_name, i.state, i.code, i.accession_id, i.changed_at,
		(o.street = '' or o.postal_code = '' or o.city = '') as missing_address
		from batch_item i join organisation o on o.id = i.organisation_id`).And("i.batch_id = ?", id)
	return storage.Select[Item](ctx, s.db, scope, q.If(state != "", "i.state = ?", state).Last("order by (i.state = 'failed') desc, o.name, o.id"))
}

// row is what a batch is besides its lines.
type row struct {
	ID        int64      `gorm:"column:id;primaryKey"`
	Kind      Kind       `gorm:"column:kind"`
	Subject   int64      `gorm:"column:subject_id"`
	Version   int64      `gorm:"column:agreement_version_id"`
	Title     string     `gorm:"column:title"`
	Due       *time.Time `gorm:"column:due_on"`
	CreatedAt time.Time  `gorm:"column:created_at"`
	CreatedBy int64      `gorm:"column:created_by"`
}

// TableName is where GORM keeps it.
func (row) TableName() string { return "batch" }

// Start makes a batch with one line and one job per organisation, inside the caller's
// transaction. It works on the version of the subject that it is given, whatever comes after;
// what it makes is to be done before due, or with nil when its task is.
func Start(tx *storage.Tx, kind Kind, subject, version int64, title string, due *time.Time, organisations []int32) (int64, error) {
	made := row{Kind: kind, Subject: subject, Version: version, Title: title, Due: due, CreatedAt: tx.Now(), CreatedBy: tx.Scope().Actor().User}
	if err := tx.DB().Create(&made).Error; err != nil {
		return 0, err
	}
	id := made.ID
	if _, err := tx.Pgx().Exec(tx.Context(), `insert into batch_item (batch_id, organisation_id, changed_at) select $1, o, $3 from unnest($2::int[]) o`,
		id, organisations, tx.Now()); err != nil {
		return 0, err
	}
	for _, o := range organisations {
		tx.Enqueue(ItemJob{Batch: id, Organisation: o, Run: 1})
	}
	tx.Record("batch", id, 0, nil, map[string]any{"kind": kind, "subject": subject, "organisations": len(organisations)})
	return id, nil
}

// Cancel stops a batch after the lines in hand. It refuses with ErrFinished.
func (s *Service) Cancel(ctx context.Context, scope access.Scope, id int64) (Batch, error) {
	return s.turn(ctx, scope, id, "batch.cancel", func(tx *storage.Tx, b Batch) error {
		if b.State() == Done {
			return ErrFinished
		}
		_, err := tx.Pgx().Exec(tx.Context(), "update batch set stopped = true where id = $1", id)
		return err
	})
}

// Resume goes on with the lines that are not done, failed ones included. It refuses
// with ErrRunning, or ErrFinished when every line is done.
func (s *Service) Resume(ctx context.Context, scope access.Scope, id int64) (Batch, error) {
	return s.turn(ctx, scope, id, "batch.resume", func(tx *storage.Tx, b Batch) error {
		switch {
		case b.Done == b.Total:
			return ErrFinished
		case b.State() == Running:
			return ErrRunning
		}
		if _, err := tx.Pgx().Exec(tx.Context(), "update batch set stopped = false, run = run + 1 where id = $1", id); err != nil {
			return err
		}
		open, err := storage.All[struct {
			Organisation int32 `db:"organisation_id"`
		}](tx, `update batch_item set state = 'pending', code = '', run = $3, changed_at = $2
			where batch_id = $1 and state <> 'done' returning organisation_id`, id, tx.Now(), b.Run+1)
		if err != nil {
			return err
		}
		for _, o := range open {
			tx.Enqueue(ItemJob{Batch: id, Organisation: o.Organisation, Run: b.Run + 1})
		}
		return nil
	})
}

func (s *Service) turn(ctx context.Context, scope access.Scope, id int64, action string, act func(*storage.Tx, Batch) error) (Batch, error) {
	err := s.db.Write(ctx, scope, action, func(tx *storage.Tx) error {
		if _, found, err := storage.Find[struct {
			ID int64 `db:"id"`
		}](tx, "select id from batch where id = $1 for update", id); err != nil || !found {
			return fault.Or(err, fault.ErrNotFound)
		}
		b, found, err := storage.Find[Batch](tx, batchSQL+" where b.id = $1", id)
		if err != nil || !found {
			return fault.Or(err, fault.ErrNotFound)
		}
		tx.Record("batch", id, 0, b.State(), nil)
		return act(tx, b)
	})
	if err != nil {
		return Batch{}, err
	}
	return s.Get(ctx, scope, id)
}
