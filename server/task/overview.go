package task

import (
	"context"
	"time"

	"klausul/server/access"
	"klausul/server/fault"
	"klausul/server/storage"
)

// Overview is one task as the office follows it: how many have done it.
type Overview struct {
	ID        int64     `db:"id"`
	Thing     Thing     `db:"thing"`
	Subject   int64     `db:"subject_id"`
	Agreement *int64    `db:"agreement_id"` // that an accession task is about
	Number    *int32    `db:"number"`       // of that agreement
	Amends    *int      `db:"amends"`       // the version of it that an amendment amends
	Title     string    `db:"title"`
	Due       time.Time `db:"due_on"`
	CreatedAt time.Time `db:"created_at"`
	Total     int       `db:"total"` // without those withdrawn
	Done      int       `db:"done"`
	Withdrawn int       `db:"withdrawn"`
	Overdue   int       `db:"overdue"`
	Nobody    int       `db:"nobody"`
	Points    []Point   `db:"-"`
}

// Open is how many have not done it.
func (o Overview) Open() int { return o.Total - o.Done }

// Point is how many had done it by the end of a day.
type Point struct {
	Day  time.Time `db:"day"`
	Done int       `db:"done"`
}

const overviewSQL = `select t.id, t.thing, t.subject_id, v.agreement_id, g.number, base.no as amends, t.title, t.due_on, t.created_at, c.total, c.done, c.withdrawn,
	c.overdue, c.nobody
	from task t left join agreement_version v on v.id = t.subject_id and t.thing = 'accession'
	left join agreement g on g.id = v.agreement_id left join agreement_version base on base.id = v.base_version_id cross join lateral (
		select count(*) filter (where l.state <> 'withdrawn')::int as total, count(*) filter (where l.state = 'done')::int as done,
		       count(*) filter (where l.state = 'withdrawn')::int as withdrawn, count(*) filter (where l.state = 'open' and ` + DueSQL + ` < ?)::int as overdue, count(*) filter (where l.state = 'open' and l.responsible_user_id is null)::int as nobody
		  from task_line l where l.task_id = t.id) c`

var overviewOrders = map[string]storage.Order{
	"due":     {By: "t.due_on", Type: "date", ID: "t.id"},
	"created": {By: "t.created_at", Type: "timestamptz", ID: "t.id"},
}

// Overviews returns a page of the tasks that the office has given out.
func (s *Todos) Overviews(ctx context.Context, scope access.Scope, text string, open bool, p storage.Page) ([]Overview, string, error) {
	q := storage.List(overviewSQL, storage.LegalDate(s.db.Now())).If(open, "c.done < c.total").If(text != "", "t.title ilike ?", storage.Like(text))
	rows, err := storage.Select[Overview](ctx, s.db, scope, q.Page(overviewOrders, p))
	if err != nil {
		return nil, "", err
	}
	rows, next := storage.Cut(rows, p, func(o Overview) (string, int64) {
		return storage.Key(p, map[string]any{"due": o.Due, "created": o.CreatedAt}), o.ID
	})
	return rows, next, nil
}

// Overview is one task with its course. It refuses with fault.ErrNotFound.
func (s *Todos) Overview(ctx context.Context, scope access.Scope, id int64) (Overview, error) {
	o, err := storage.One[Overview](ctx, s.db, scope, storage.List(overviewSQL, storage.LegalDate(s.db.Now())).And("t.id = ?", id))
	if err != nil {
		return o, err
	}
	o.Points, err = storage.Select[Point](ctx, s.db, scope, storage.List(`select d.day, (sum(d.n) over (order by d.day))::int as done from (
		select (l.done_at at time zone 'Europe/Copenhagen')::date as day, count(*) as n from task_line l where l.task_id = ? and l.state = 'done' group by 1) d`, id).Last("order by d.day"))
	return o, err
}

// Line is one organisation's line as the office sees it: not what was said about it.
type Line struct {
	ID               int64      `db:"id"`
	Organisation     int32      `db:"organisation_id"`
	OrganisationName string     `db:"organisation_name"`
	State            LineState  `db:"state"`
	Target           int64      `db:"target_id"`
	Responsible      string     `db:"responsible_name"`
	CreatedAt        time.Time  `db:"created_at"`
	DoneAt           *time.Time `db:"done_at"`
	MailAt           *time.Time `db:"mail_at"`
	MailState        string     `db:"mail_state"`
}

// Lines returns the lines of a task, open ones first, then by the organisation's name.
func (s *Todos) Lines(ctx context.Context, scope access.Scope, id int64, state LineState) ([]Line, error) {
	found, err := storage.Count(ctx, s.db, scope, storage.List("select count(*) as total from task t").And("t.id = ?", id))
	if err == nil && found == 0 {
		err = fault.ErrNotFound
	}
	if err != nil {
		return nil, err
	}
	return storage.Select[Line](ctx, s.db, scope, storage.List(`select l.id, l.organisation_id, o.name as organisation_name, l.state, l.target_id,
		coalesce(r.name, '') as responsible_name, l.created_at, l.done_at, m.changed_at as mail_at, coalesce(m.state, '') as mail_state
		from task_line l join organisation o on o.id = l.organisation_id left join app_user r on r.id = l.responsible_user_id and r.left_at is null
		left join lateral (select x.changed_at, x.state from mail_line y join mail x on x.id = y.mail_id where y.line_id = l.id order by x.id desc limit 1) m on true`).
		And("l.task_id = ?", id).If(state != "", "l.state = ?", state).
		Last("order by array_position(array['open', 'done', 'withdrawn'], l.state), o.name, l.id"))
}
