package task

import (
	"context"
	"errors"

	"klausul/server/access"
	"klausul/server/storage"
)

// Person is somebody who is responsible, and why it is that one, in the order in which they
// are asked: "usage", responsible for the organisation's use of a system concerned; "default",
// whom the organisation has named for all it has not shared out; "contact", the contact person
// who has been that the longest. A line can also be "given" by the contact person.
type Person struct {
	User *int64  `db:"user_id"`
	Why  *string `db:"why"`
}

// activeSQL are the people who hold a role in organisation $1 on day $2 with which they may
// open what a task is about, by thing, and since when as contact person.
const activeSQL = `active as (
	select n.thing, g.user_id, min(g.from_date) filter (where g.role = 'contact_person') as contact_since
	  from (values ('accession'), ('hearing')) n (thing)
	  join role_grant g on g.role = any(task_readers(n.thing)) join app_user u on u.id = g.user_id and u.left_at is null
	 where g.organisation_id = $1 and g.from_date <= $2 and (g.to_date is null or g.to_date >= $2)
	 group by n.thing, g.user_id)`

// responsibleSQL picks one: of those with most of the systems first; the lowest number
// breaks a tie, so that the same facts give the same person.
const responsibleSQL = `with ` + activeSQL + `
	select user_id, why from (
	  select 1 as place, u.responsible_user_id as user_id, 'usage' as why, -count(*) as rank
	    from usage u join task_system s on s.system_id = u.system_id and s.task_id = $3
	   where u.organisation_id = $1 and u.from_date <= $2 and (u.to_date is null or u.to_date >= $2) group by u.responsible_user_id
	  union all
	  select 2, o.default_responsible, 'default', 0 from organisation_setting o where o.organisation_id = $1
	  union all
	  select 3, a.user_id, 'contact', a.contact_since - date '1900-01-01' from active a where a.contact_since is not null) c
	 where user_id in (select a.user_id from active a join task t on t.thing = a.thing where t.id = $3)
	 order by place, rank, user_id limit 1`

// responsible is who is to do it in the organisation; nobody is no error, it is shown.
func responsible(tx *storage.Tx, task int64, organisation int32) (Person, error) {
	p, _, err := storage.Find[Person](tx, responsibleSQL, organisation, tx.Today(), task)
	return p, err
}

// Settle finds somebody for the open lines of people who are no longer there, or who may not
// open any more what the line is about, in every
// organisation: the same order decides as when a line is given out. What fails in one stops no other.
func (s *Todos) Settle(ctx context.Context) error {
	var organisations []struct {
		ID int32 `db:"organisation_id"`
	}
	err := s.db.Read(ctx, access.System("task.settle"), func(tx *storage.Tx) (err error) {
		organisations, err = storage.All[struct {
			ID int32 `db:"organisation_id"`
		}](tx, "select organisation_id from task_astray($1)", tx.Today())
		return err
	})
	for _, o := range organisations {
		err = errors.Join(err, s.db.Write(ctx, access.System("task.settle").For(o.ID), "task.settle", func(tx *storage.Tx) error { return resettle(tx, o.ID) }))
	}
	return err
}

func resettle(tx *storage.Tx, organisation int32) error {
	tx.Continues() // only what changes leaves a row
	lines, err := storage.All[struct {
		ID   int64  `db:"id"`
		Task int64  `db:"task_id"`
		Had  *int64 `db:"responsible_user_id"`
	}](tx, "with "+activeSQL+` select l.id, l.task_id, l.responsible_user_id from task_line l join task t on t.id = l.task_id
		where l.organisation_id = $1 and l.state = 'open'
		  and not exists (select from active a where a.user_id = l.responsible_user_id and a.thing = t.thing) for update of l`,
		organisation, tx.Today())
	if err != nil {
		return err
	}
	for _, l := range lines {
		who, err := responsible(tx, l.Task, organisation)
		if err != nil {
			return err
		}
		if who.User == nil && l.Had == nil {
			continue
		}
		if _, err := tx.Pgx().Exec(tx.Context(), `update task_line set responsible_user_id = $2, responsible_why = $3,
			responsible_since = case when $2::bigint is not null then $4::timestamptz end, version = version + 1 where id = $1`, l.ID, who.User, who.Why, tx.Now()); err != nil {
			return err
		}
		tx.Record("task_line", l.ID, organisation, map[string]any{"responsible": l.Had}, map[string]any{"responsible": who.User, "why": who.Why})
	}
	return nil
}
