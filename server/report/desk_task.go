package report

import (
	"context"

	"klausul/server/access"
	"klausul/server/storage"
	"klausul/server/task"
)

// ownTasks are the open tasks of the person: those to do, those to say something about, and
// those on which the person's question was answered, the most urgent first. At is the day they are due.
func (s *Service) ownTasks(ctx context.Context, scope access.Scope) ([]Task, error) {
	user := scope.Actor().User
	return storage.Select[Task](ctx, s.db, scope, task.Own(storage.List(`select case when `+task.UnseenSQL+` then 'task_answered' when l.responsible_user_id = ? then 'task' else 'task_asked' end as kind,
		t.title::text as title, 1 as count, case when `+task.DueSQL+` < ? then 'overdue' else 'attention' end as state, l.id as subject, `+task.DueSQL+`::timestamptz as at
		from task_line l join task t on t.id = l.task_id`, user, user, storage.LegalDate(s.db.Now())), scope).
		And(`l.state = 'open' and (l.responsible_user_id = ? or l.id = any(array(select x.line_id from task_ask x
			where x.user_id = ? and x.answered_at is null and x.taken_back_at is null)) or `+task.UnseenSQL+`)`, user, user, user).Last("order by "+task.DueSQL+", l.id limit 20"))
}
