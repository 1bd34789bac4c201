// Package report reads across domains: the desk, search, figures, spreadsheets. It
// writes nothing but the figures.
package report

import (
	"context"
	"time"

	"klausul/server/access"
	"klausul/server/agreement"
	"klausul/server/storage"
	"klausul/server/task"
	"klausul/server/usage"
)

// Service answers what more than one domain knows.
type Service struct {
	db     *storage.Store
	tasks  *task.Service
	usages *usage.Service
}

// New returns the service on its parts.
func New(db *storage.Store, tasks *task.Service) *Service {
	return &Service{db: db, tasks: tasks, usages: usage.New(db)}
}

// Task is something that needs a person. State is attention, waiting, overdue or ok.
type Task struct {
	Kind    string     `db:"kind"`
	Title   string     `db:"title"`
	Count   int        `db:"count"`
	State   string     `db:"state"`
	Subject *int64     `db:"subject"`
	At      *time.Time `db:"at"`
}

// Move is something that changed.
type Move struct {
	Kind    string    `db:"kind"`
	Title   string    `db:"title"`
	Subject int64     `db:"subject"`
	Count   int       `db:"count"`
	At      time.Time `db:"at"`
}

// Figure is one number, and when it was counted.
type Figure struct {
	Key   string    `db:"key"`
	Value int64     `db:"value"`
	At    time.Time `db:"at"`
}

// Desk is what needs me today, what moved, and a few figures.
type Desk struct {
	Tasks   []Task
	Moved   []Move
	Figures []Figure
}

// Desk answers for the active role: the secretariat sees its drafts, batches and gaps, a
// lawyer also the templates that wait for one, a member the person's own open tasks, the
// board figures only.
func (s *Service) Desk(ctx context.Context, scope access.Scope) (Desk, error) {
	switch scope.Login() {
	case access.LoginBoard:
		f, err := s.figures(ctx, scope)
		return Desk{Figures: f}, err
	case access.LoginOffice:
		return s.officeDesk(ctx, scope)
	}
	return s.memberDesk(ctx, scope)
}

func (s *Service) figures(ctx context.Context, scope access.Scope) ([]Figure, error) {
	return storage.Select[Figure](ctx, s.db, scope, storage.List("select key, value, at from figure").Last("order by key"))
}

func (s *Service) officeDesk(ctx context.Context, scope access.Scope) (d Desk, err error) {
	if d.Tasks, err = s.batchTasks(ctx, scope); err != nil {
		return d, err
	}
	me, lawyer := scope.Actor().User, scope.Actor().Grant.Role == access.Lawyer
	others, err := storage.Select[Task](ctx, s.db, scope, storage.List(`
		select * from (
		  select 'draft' as kind, a.title::text as title, 1 as count, 'attention' as state, a.id as subject, v.changed_at as at
		    from agreement_version v join agreement a on a.id = v.agreement_id where v.state = 'draft'
		  union all
		  select case when v.state = 'reviewed' then 'template_publish' when v.changed_by = ? then 'template_draft' else 'template_review' end,
		    v.name || ', ' || v.version, 1, 'attention', v.id, v.changed_at from template_version v where v.state in ('draft', 'reviewed') and v.discarded_at is null and ?
		  union all
		  select 'agreement_review', a.title, 1, 'attention', a.id, r.asked_at from agreement_review r join agreement_version v on v.id = r.agreement_version_id join agreement a on a.id = v.agreement_id
		    where r.verdict is null and r.asked_by <> ? and v.changed_by is distinct from ? and (r.asked_of is null or r.asked_of = ?) and ?
		  union all
		  select 'missing_address', '', count(*)::int, 'attention', null, null from organisation o
		   where (o.street = '' or o.postal_code = '' or o.city = '')
		     and exists (select from membership m where m.organisation_id = o.id and m.from_date <= today() and (m.to_date is null or m.to_date >= today()))
		   having count(*) > 0) t`, me, lawyer, me, me, me, lawyer).Last("order by at desc nulls last limit 20"))
	if err != nil {
		return d, err
	}
	d.Tasks = append(d.Tasks, others...)
	if d.Tasks, err = s.reviewTasks(ctx, scope, d.Tasks); err != nil {
		return d, err
	}
	d.Moved, err = storage.Select[Move](ctx, s.db, scope, storage.List(`select 'agreement_offered' as kind, a.title::text as title, a.id as subject,
		(select count(*) from accession c where c.agreement_version_id = v.id)::int as count, v.offered_at as at
		from agreement_version v join agreement a on a.id = v.agreement_id`).And("v.state = 'offered'").Last("order by v.offered_at desc limit 8"))
	if err != nil {
		return d, err
	}
	d.Figures, err = s.figures(ctx, scope)
	return d, err
}

func (s *Service) batchTasks(ctx context.Context, scope access.Scope) ([]Task, error) {
	open, err := s.tasks.Open(ctx, scope)
	if err != nil {
		return nil, err
	}
	tasks := make([]Task, 0, len(open))
	for _, b := range open {
		t := Task{Title: b.Title, Subject: &b.ID, At: &b.CreatedAt}
		switch {
		case b.State() == task.Running:
			t.Kind, t.State, t.Count = "batch_running", "waiting", b.Total-b.Done-b.Failed
		case b.State() == task.Cancelled:
			t.Kind, t.State, t.Count = "batch_stopped", "attention", b.Total-b.Done
		default:
			t.Kind, t.State, t.Count = "batch_failed", "overdue", b.Failed
		}
		tasks = append(tasks, t)
	}
	return tasks, nil
}

func (s *Service) memberDesk(ctx context.Context, scope access.Scope) (d Desk, err error) {
	const own = ` from accession c join agreement a on a.id = c.agreement_id`
	if d.Tasks, err = s.ownTasks(ctx, scope); err != nil {
		return d, err
	}
	missing, err := s.usages.Count(ctx, scope, usage.Filter{State: usage.Missing})
	if err != nil {
		return d, err
	}
	if missing.Total > 0 {
		d.Tasks = append(d.Tasks, Task{Kind: "missing_agreements", Count: missing.Total, State: "attention"})
	}
	if d.Tasks, err = s.reviewTasks(ctx, scope, d.Tasks); err != nil {
		return d, err
	}
	d.Moved, err = storage.Select[Move](ctx, s.db, scope, agreement.Mine(storage.List(`select 'accession_offered' as kind, a.title::text as title, c.id as subject,
		1 as count, c.offered_at as at`+own), scope).Last("order by c.offered_at desc, c.id desc limit 8"))
	if err != nil {
		return d, err
	}
	accessions, err := storage.Count(ctx, s.db, scope, agreement.Mine(storage.List("select count(*) as total from accession c"), scope).And("c.state in (?, ?)", agreement.AccessionAccepted, agreement.AccessionInForce))
	if err != nil {
		return d, err
	}
	q := storage.List("select count(distinct u.system_id) as total from usage u").Within(scope, "u.organisation_id").
		And("u.from_date <= today() and (u.to_date is null or u.to_date >= today())")
	if user := scope.OwnUsagesOf(); user != 0 {
		q.And("u.owner_user_id = ?", user)
	}
	systems, err := storage.Count(ctx, s.db, scope, q)
	now := s.db.Now().UTC()
	d.Figures = []Figure{{"own_accessions", int64(accessions), now}, {"own_systems", int64(systems), now}}
	return d, err
}

// RefreshFigures counts for the board, across organisations, into the aggregate table.
func (s *Service) RefreshFigures(ctx context.Context) error {
	return s.db.Write(ctx, access.System("report.refresh_figures"), "report.refresh_figures", func(tx *storage.Tx) error {
		tx.Continues() // the figures carry their time
		_, err := tx.Pgx().Exec(ctx, "select refresh_figures()")
		return err
	})
}
