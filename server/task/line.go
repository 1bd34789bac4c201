package task

import (
	"context"
	"time"

	"klausul/server/access"
	"klausul/server/fault"
	"klausul/server/storage"
)

// LineState is how an organisation's line of a task stands.
type LineState string

// A withdrawn line asks nothing of anybody any more.
const (
	LineOpen      LineState = "open"
	LineDone      LineState = "done"
	LineWithdrawn LineState = "withdrawn"
)

// Todo is one organisation's line of a task.
type Todo struct {
	ID              int64      `db:"id"`
	Task            int64      `db:"task_id"`
	Thing           Thing      `db:"thing"`
	Target          int64      `db:"target_id"`
	Title           string     `db:"title"`
	VersionKind     string     `db:"version_kind"` // of an accession: replacement or amendment
	Due             time.Time  `db:"due_on"`
	State           LineState  `db:"state"`
	Responsible     *int64     `db:"responsible_user_id"`
	ResponsibleName string     `db:"responsible_name"` // empty: nobody who is still here
	Why             string     `db:"responsible_why"`
	Version         int        `db:"version"`
	CreatedAt       time.Time  `db:"created_at"`
	DoneAt          *time.Time `db:"done_at"`
	DoneBy          string     `db:"done_by_name"`
	Asked           *int64     `db:"asked"` // the number of the question
	AskedUser       *int64     `db:"asked_user_id"`
	AskedName       string     `db:"asked_name"`
	AskedAt         *time.Time `db:"asked_at"`
	AskedBy         string     `db:"asked_by_name"`
	AskedByUser     *int64     `db:"asked_by"`
	Note            string     `db:"note"`
	Answer          string     `db:"answer"`
	AnswerNote      string     `db:"answer_note"`
	AnsweredAt      *time.Time `db:"answered_at"`
	SeenAt          *time.Time `db:"seen_at"` // the one who asked knows the answer
}

// Todos keeps the lines of tasks for the people who do them.
type Todos struct{ db *storage.Store }

// NewTodos returns the service on its store.
func NewTodos(db *storage.Store) *Todos { return &Todos{db: db} }

// DueSQL is the day before which line l of task t is to be done: its own, or the task's.
const DueSQL = "coalesce(l.due_on, t.due_on)"

// UnseenSQL holds for an open line l with an answer to a question of a person, who is asked
// for once, that the person has not seen; task_ask_unseen serves it.
const UnseenSQL = `(l.state = 'open' and l.id = any(array(select x.line_id from task_ask x
	where x.asked_by = ? and x.answered_at is not null and x.seen_at is null and x.user_id <> x.asked_by)))`

const (
	todoCols = `select l.id, l.task_id, t.thing, l.target_id, t.title, coalesce((select v.kind from agreement_version v where t.thing = 'accession' and v.id = t.subject_id), '') as version_kind, ` + DueSQL + ` as due_on, l.state, l.responsible_user_id, coalesce(r.name, '') as responsible_name,
	coalesce(l.responsible_why, '') as responsible_why, l.version, l.created_at, l.done_at, coalesce(d.name, '') as done_by_name,
	a.id as asked, a.user_id as asked_user_id, coalesce(w.name, '') as asked_name, a.asked_at, coalesce(b.name, '') as asked_by_name, coalesce(a.note, '') as note,
	coalesce(a.answer, '') as answer, coalesce(a.answer_note, '') as answer_note, a.answered_at, a.seen_at, a.asked_by`
	todoFrom = ` from task_line l join task t on t.id = l.task_id
	left join app_user r on r.id = l.responsible_user_id and r.left_at is null left join app_user d on d.id = l.done_by
	left join lateral (select * from task_ask x where x.line_id = l.id and x.organisation_id = l.organisation_id and x.taken_back_at is null order by x.id desc limit 1) a on true
	left join app_user w on w.id = a.user_id left join app_user b on b.id = a.asked_by`
)

// todoOrders: task_line_own serves both; an organisation has hundreds of lines, not thousands.
var todoOrders = map[string]storage.Order{
	"due":  {By: DueSQL, Type: "date", ID: "l.id"},
	"done": {By: "coalesce(l.done_at, l.created_at)", Type: "timestamptz", ID: "l.id"},
}

// TodoFilter narrows a list of lines; empty parts do not.
type TodoFilter struct {
	Mine   bool // those I am responsible for, am asked about and have not answered, or asked about and have not seen the answer
	State  LineState
	Thing  Thing
	Target int64
	Text   string
}

// Own narrows a query over lines l to the scope: the organisation's, for a system owner
// those that person was asked about or is responsible for.
func Own(q *storage.Query, scope access.Scope) *storage.Query {
	q.Within(scope, "l.organisation_id")
	if user := scope.OwnUsagesOf(); user != 0 {
		q.And(`(l.responsible_user_id = ? or l.id = any(array(select x.line_id from task_ask x where x.user_id = ? and x.taken_back_at is null)))`, user, user)
	}
	return q
}

// Held are the targets, of one thing, of the lines that a system owner was asked about or is
// responsible for: what a line is about, the one it waits for may open. person is the
// placeholder of the user.
func Held(thing Thing, person string) string {
	return `select l.target_id from task_line l join task t on t.id = l.task_id cross join (select ` + person + `::bigint as id) me
		where t.thing = '` + string(thing) + `' and (l.responsible_user_id = me.id
		or l.id in (select x.line_id from task_ask x where x.user_id = me.id and x.taken_back_at is null))`
}

func narrow(base string, scope access.Scope, f TodoFilter) *storage.Query {
	q := Own(storage.List(base), scope)
	user := scope.Actor().User
	q.If(f.Mine, `(l.responsible_user_id = ? or l.id = any(array(select x.line_id from task_ask x where x.user_id = ? and x.taken_back_at is null
		and (x.answered_at is null or l.state <> 'open'))) or `+UnseenSQL+`)`, user, user, user)
	q.If(f.State != "", "l.state = ?", f.State)
	q.If(f.Thing != "", "t.thing = ?", f.Thing)
	q.If(f.Target != 0, "l.target_id = ?", f.Target)
	q.If(f.Text != "", "t.title ilike ?", storage.Like(f.Text))
	return q
}

// List returns a page of the lines in scope and the cursor of the next.
func (s *Todos) List(ctx context.Context, scope access.Scope, f TodoFilter, p storage.Page) ([]Todo, string, error) {
	rows, err := storage.Select[Todo](ctx, s.db, scope, narrow(todoCols+todoFrom, scope, f).Page(todoOrders, p))
	if err != nil {
		return nil, "", err
	}
	rows, next := storage.Cut(rows, p, func(t Todo) (string, int64) {
		done := t.CreatedAt
		if t.DoneAt != nil {
			done = *t.DoneAt
		}
		return storage.Key(p, map[string]any{"due": t.Due, "done": done}), t.ID
	})
	return rows, next, nil
}

// Counts are how many lines wait.
type Counts struct {
	Found   int `db:"found"`   // what the filter finds
	Mine    int `db:"mine"`    // open, and mine
	Ours    int `db:"ours"`    // open in the whole scope
	Overdue int `db:"overdue"` // of mine
	Nobody  int `db:"nobody"`  // open, without anybody responsible
	Answers int `db:"answers"` // of mine, with an answer that I have not seen

	Only *int64 `db:"only"` // the one of mine, when there is just one
}

// Count counts what the filter finds, and what waits.
func (s *Todos) Count(ctx context.Context, scope access.Scope, f TodoFilter) (Counts, error) {
	today := storage.LegalDate(s.db.Now())
	const mine = `l.state = 'open' and (l.responsible_user_id = ? or l.id = any(array(select x.line_id from task_ask x where x.user_id = ? and x.taken_back_at is null and x.answered_at is null)) or ` + UnseenSQL + `)`
	user := scope.Actor().User
	c, err := storage.One[Counts](ctx, s.db, scope, Own(storage.List(`select 0 as found, count(*) filter (where `+mine+`)::int as mine,
		count(*) filter (where l.state = 'open')::int as ours, count(*) filter (where `+mine+` and `+DueSQL+` < ?)::int as overdue,
		count(*) filter (where l.state = 'open' and l.responsible_user_id is null)::int as nobody,
		count(*) filter (where `+UnseenSQL+`)::int as answers, case when count(*) filter (where `+mine+`) = 1 then min(l.id) filter (where `+mine+`) end as only from task_line l join task t on t.id = l.task_id`,
		user, user, user, user, user, user, today, user, user, user, user, user, user, user), scope))
	if err != nil {
		return c, err
	}
	c.Found, err = storage.Count(ctx, s.db, scope, narrow("select count(*) as total from task_line l join task t on t.id = l.task_id", scope, f))
	return c, err
}

// Get returns one line. It refuses with fault.ErrNotFound.
func (s *Todos) Get(ctx context.Context, scope access.Scope, id int64) (Todo, error) {
	return storage.One[Todo](ctx, s.db, scope, narrow(todoCols+todoFrom, scope, TodoFilter{}).And("l.id = ?", id))
}

// locked takes the lock of an open line that the scope covers, for the act that follows.
// It refuses with fault.ErrNotFound or ErrSettled.
func locked(tx *storage.Tx, id int64) (Todo, error) {
	if err := tx.Lock("task_line where id = $1", id); err != nil {
		return Todo{}, err
	}
	sql, args, err := narrow(todoCols+todoFrom, tx.Scope(), TodoFilter{}).And("l.id = ?", id).SQL()
	if err != nil {
		return Todo{}, err
	}
	t, found, err := storage.Find[Todo](tx, sql, args...)
	switch {
	case err != nil:
		return t, err
	case !found:
		return t, fault.ErrNotFound
	case t.State != LineOpen:
		return t, ErrSettled
	}
	return t, nil
}
