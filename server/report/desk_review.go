package report

import (
	"context"

	"klausul/server/access"
	"klausul/server/storage"
)

// reviewTasks puts the access reviews that wait for the caller before the other tasks: the
// own one for who decides it, and for the administrator how many members are late.
func (s *Service) reviewTasks(ctx context.Context, scope access.Scope, others []Task) ([]Task, error) {
	admin := scope.Actor().Grant.Role == access.SecretariatAdmin
	if !admin && scope.Actor().Grant.Role != access.ContactPerson {
		return others, nil
	}
	own := storage.List(`select 'access_review' as kind, '' as title, (select count(*)::int from access_review_line l join role_grant g on g.id = l.grant_id
		where l.review_id = r.id and l.verdict is null and (g.to_date is null or g.to_date >= today())) as count,
		case when r.due_on < today() then 'overdue' else 'attention' end as state, r.id as subject, r.due_on::timestamptz as at from access_review r`).
		And("r.done_at is null").Within(scope, "r.organisation_id").If(admin, "r.organisation_id is null").Last("order by r.id")
	tasks, err := storage.Select[Task](ctx, s.db, scope, own)
	if err != nil || !admin {
		return append(tasks, others...), err
	}
	late, err := storage.Select[Task](ctx, s.db, scope, storage.List(`select * from (select 'access_reviews_late' as kind, '' as title, count(*)::int as count, 'waiting' as state,
		null::bigint as subject, null::timestamptz as at from access_review where done_at is null and due_on < today() and organisation_id is not null having count(*) > 0) t`).Last(""))
	return append(append(tasks, late...), others...), err
}
