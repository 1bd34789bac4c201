package task

import (
	"fmt"
	"time"

	"klausul/server/fault"
	"klausul/server/storage"
)

// Thing is what each organisation is to do.
type Thing string

// An accession is to be concluded, a hearing to be answered.
const (
	Accede Thing = "accession"
	Hear   Thing = "hearing"
)

// Refusals of acts on a task.
var (
	ErrSettled   = fault.New(fault.Conflict, "task.settled")
	ErrNobody    = fault.New(fault.Invalid, "task.not_a_colleague")
	ErrNotOwner  = fault.New(fault.Invalid, "task.not_system_owner")
	ErrAsked     = fault.New(fault.Conflict, "task.asked_already")
	ErrNotAsked  = fault.New(fault.Conflict, "task.not_asked")
	ErrNoAnswer  = fault.New(fault.Conflict, "task.not_answered")
	ErrReason    = fault.New(fault.Invalid, "task.reason_missing")
	ErrNotNumber = fault.New(fault.Conflict, "task.number_missing")
)

// Number is a number of policy on the transaction's day. It refuses with ErrNotNumber
// when there is none.
func Number(tx *storage.Tx, key string) (int, error) {
	n, found, err := storage.Find[struct {
		Value int `db:"value"`
	}](tx, "select value from policy_number where key = $1 and from_date <= $2 order by from_date desc limit 1", key, tx.Today())
	if err == nil && !found {
		err = ErrNotNumber.With("key", key)
	}
	return n.Value, err
}

// Due is the day before which a thing is asked for when nobody says otherwise: so many
// calendar days on, moved to a working day.
func Due(tx *storage.Tx, thing Thing) (time.Time, error) {
	days, err := Number(tx, "task."+string(thing)+"_days")
	return OnWorkday(tx.Today().AddDate(0, 0, days)), err
}

// Find returns the task on a thing and its subject, if there is one.
func Find(tx *storage.Tx, thing Thing, subject int64) (int64, bool, error) {
	t, found, err := storage.Find[struct {
		ID int64 `db:"id"`
	}](tx, "select id from task where thing = $1 and subject_id = $2", thing, subject)
	return t.ID, found, err
}

// Open makes the task on a thing and its subject, or finds the one there is and leaves it
// as it stands. systems (their ids) say who is responsible and which owner may be asked.
// It is the office's.
func Open(tx *storage.Tx, thing Thing, subject int64, title string, due time.Time, systems ...int32) (int64, error) {
	made, isNew, err := storage.Find[struct {
		ID int64 `db:"id"`
	}](tx, `insert into task (thing, subject_id, title, due_on, created_at, created_by) values ($1, $2, $3, $4, $5, $6)
		on conflict (thing, subject_id) do nothing returning id`, thing, subject, title, due, tx.Now(), actor(tx))
	if err != nil {
		return 0, fmt.Errorf("open a task: %w", err)
	}
	if isNew {
		tx.Record("task", made.ID, 0, nil, map[string]any{"thing": thing, "subject": subject, "due": due.Format(time.DateOnly)})
	} else if made.ID, _, err = Find(tx, thing, subject); err != nil {
		return 0, err
	}
	_, err = tx.Pgx().Exec(tx.Context(), "insert into task_system (task_id, system_id) select $1, s from unnest($2::int[]) s on conflict do nothing", made.ID, systems)
	return made.ID, err
}

// Postpone moves the day of a task, for every organisation. No task is no error.
func Postpone(tx *storage.Tx, thing Thing, subject int64, due time.Time) error {
	id, found, err := Find(tx, thing, subject)
	if err != nil || !found {
		return err
	}
	if _, err := tx.Pgx().Exec(tx.Context(), "update task set due_on = $2 where id = $1", id, due); err != nil {
		return err
	}
	tx.Record("task", id, 0, nil, map[string]any{"due": due.Format(time.DateOnly)})
	return nil
}

// SetDay gives one organisation a day of its own: it got the task later than the others.
func SetDay(tx *storage.Tx, task int64, organisation int32, day time.Time) error {
	_, err := tx.Pgx().Exec(tx.Context(), "update task_line set due_on = $3 where task_id = $1 and organisation_id = $2", task, organisation, day)
	return err
}

// Assign gives the task to an organisation, and there to the person who is responsible.
// A line that is open or done stays as it is, one that was withdrawn opens again.
func Assign(tx *storage.Tx, task int64, organisation int32, target int64) error {
	who, err := responsible(tx, task, organisation)
	if err != nil {
		return fmt.Errorf("find who is responsible: %w", err)
	}
	made, isNew, err := storage.Find[struct {
		ID int64 `db:"id"`
	}](tx, `insert into task_line (task_id, organisation_id, target_id, created_at, responsible_user_id, responsible_why, responsible_since)
		values ($1, $2, $3, $4, $5, $6, case when $5::bigint is not null then $4::timestamptz end)
		on conflict (task_id, organisation_id) do update set state = 'open', done_at = null, done_by = null, version = task_line.version + 1,
			responsible_user_id = excluded.responsible_user_id, responsible_why = excluded.responsible_why, responsible_since = excluded.responsible_since
		where task_line.state = 'withdrawn' returning id`, task, organisation, target, tx.Now(), who.User, who.Why)
	if err != nil || !isNew {
		return err
	}
	tx.Record("task_line", made.ID, organisation, nil, map[string]any{"task": task, "target": target, "responsible": who.User, "why": who.Why})
	return nil
}

// Complete says that the organisation has done it. No task, or one that is done already,
// is no error.
func Complete(tx *storage.Tx, thing Thing, target int64, organisation int32) error {
	return settle(tx, thing, target, organisation, LineDone, []LineState{LineOpen, LineWithdrawn})
}

// Withdraw says that the organisation is no longer asked to do it. What is done stays done.
func Withdraw(tx *storage.Tx, thing Thing, target int64, organisation int32) error {
	return settle(tx, thing, target, organisation, LineWithdrawn, []LineState{LineOpen})
}

// Reopen says that what an organisation had done is to be done after all. No task, or one
// that is open, is no error.
func Reopen(tx *storage.Tx, thing Thing, target int64, organisation int32) error {
	lines, err := storage.All[struct {
		ID int64 `db:"id"`
	}](tx, `update task_line l set state = 'open', done_at = null, done_by = null, version = l.version + 1 from task t
		where t.id = l.task_id and t.thing = $1 and l.target_id = $2 and l.organisation_id = $3 and l.state <> 'open' returning l.id`, thing, target, organisation)
	for _, l := range lines {
		tx.Record("task_line", l.ID, organisation, nil, map[string]any{"state": LineOpen})
	}
	return err
}

func settle(tx *storage.Tx, thing Thing, target int64, organisation int32, to LineState, from []LineState) error {
	lines, err := storage.All[struct {
		ID int64 `db:"id"`
	}](tx, `update task_line l set state = $4, done_at = $5, done_by = $6, version = l.version + 1 from task t
		where t.id = l.task_id and t.thing = $1 and l.target_id = $2 and l.organisation_id = $3 and l.state = any ($7) returning l.id`,
		thing, target, organisation, to, tx.Now(), actor(tx), from)
	for _, l := range lines {
		tx.Record("task_line", l.ID, organisation, nil, map[string]any{"state": to})
	}
	return err
}

// actor is the person who acts, nil for a job.
func actor(tx *storage.Tx) *int64 {
	if u := tx.Scope().Actor().User; u != 0 {
		return &u
	}
	return nil
}
