package task

import "klausul/server/storage"

// Person is somebody who is responsible, and why it is that one.
type Person struct {
	User *int64  `db:"user_id"`
	Why  *string `db:"why"`
}

// Why somebody is responsible for a line, in the order in which they are asked.
const (
	ByUsage   = "usage"   // responsible for the organisation's use of a system concerned
	ByDefault = "default" // whom the organisation has named for all it has not shared out
	ByContact = "contact" // the contact person who has been that the longest
	ByGift    = "given"   // the contact person said so
)

// activeSQL are the people who hold a role in organisation $1 on day $2, and since when
// as contact person.
const activeSQL = `active as (
	select g.user_id, min(g.from_date) filter (where g.role = 'contact_person') as contact_since
	  from role_grant g join app_user u on u.id = g.user_id and u.left_at is null
	 where g.organisation_id = $1 and g.role <> 'api' and g.from_date <= $2 and (g.to_date is null or g.to_date >= $2)
	 group by g.user_id)`

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
	 where user_id in (select user_id from active)
	 order by place, rank, user_id limit 1`

// responsible is who is to do it in the organisation; nobody is no error, it is shown.
func responsible(tx *storage.Tx, task int64, organisation int32) (Person, error) {
	p, _, err := storage.Find[Person](tx, responsibleSQL, organisation, tx.Today(), task)
	return p, err
}
