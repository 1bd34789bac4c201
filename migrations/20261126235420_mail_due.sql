-- +goose Up
-- An organisation that gets a text later than the others has a day of its own.
alter table task_line add column due_on date;
alter table batch add column due_on date; -- for the lines that the batch makes, when it is not the task's
grant update (due_on) on task_line to klausul_job;

-- A line whose day is moved is told about anew: what was said of another day does not count.
alter table mail_line add column due_on date; -- the day that the mail named
update mail_line m set due_on = t.due_on from task_line l join task t on t.id = l.task_id where l.id = m.line_id;
alter table mail_line alter column due_on set not null;

-- +goose StatementBegin
-- What there is to tell on a day, to one person or (null) to all: open lines that the person
-- is responsible for or is asked about, which have come further than the person was told of their present day.
-- news says whether the line deserves a place of its own: one that has lain for long before
-- anybody could be told is only counted. A person without address, who wants no mail, has
-- left, or whose organisation has, is told nothing.
create or replace function mail_tellable(p_user bigint, p_day date) returns table (user_id bigint, line_id bigint, organisation_id int, step int, told int, asked boolean, news boolean)
  language plpgsql stable security definer set search_path = pg_catalog, public, pg_temp as $$
declare before int := policy_value('task.remind_before', p_day); every int := greatest(policy_value('task.remind_every', p_day), 1);
  fresh timestamptz := ((p_day - policy_value('task.news_days', p_day))::timestamp at time zone 'Europe/Copenhagen'); begin
  return query
  with waiting as (
    select l.responsible_user_id as person, l.id, l.organisation_id as org, l.responsible_since as since, false as asked, coalesce(l.due_on, t.due_on) as due_on,
           case when l.responsible_why = 'given' then l.responsible_since else l.created_at end as came
      from task_line l join task t on t.id = l.task_id
     where l.state = 'open' and l.responsible_user_id is not null and (p_user is null or l.responsible_user_id = p_user)
    union all
    select a.user_id, l.id, l.organisation_id, a.asked_at, true, coalesce(l.due_on, t.due_on), a.asked_at
      from task_ask a join task_line l on l.id = a.line_id and l.state = 'open' join task t on t.id = l.task_id
     where a.answered_at is null and a.taken_back_at is null and a.user_id is distinct from l.responsible_user_id and (p_user is null or a.user_id = p_user)
  ), stepped as (
    select w.*, case when p_day >= w.due_on then 2 + (p_day - w.due_on) / every when p_day >= w.due_on - before then 1 else 0 end as now_at,
           (select max(ml.step) from mail_line ml join mail m on m.id = ml.mail_id
             where ml.line_id = w.id and ml.due_on = w.due_on and m.user_id = w.person and m.state <> 'failed' and m.created_at >= w.since) as was_told,
           exists (select from mail_line ml join mail m on m.id = ml.mail_id where ml.line_id = w.id and m.user_id = w.person and m.state <> 'failed') as known
      from waiting w
     where exists (select from app_user u where u.id = w.person and u.left_at is null and u.email <> '' and u.mail_off_at is null)
       and exists (select from role_grant g where g.user_id = w.person and g.organisation_id = w.org and g.role <> 'api'
                    and g.from_date <= p_day and (g.to_date is null or g.to_date >= p_day))
       and exists (select from membership m where m.organisation_id = w.org and m.from_date <= p_day and (m.to_date is null or m.to_date >= p_day))
  )
  select s.person, s.id, s.org, s.now_at, s.was_told, s.asked, s.known or s.came >= fresh
    from stepped s where s.was_told is null or s.was_told < s.now_at;
end $$;
-- +goose StatementEnd

-- +goose StatementBegin
-- Begins a person's mail of the day: writes down that it is being sent and returns what it
-- is to say, as it stands now. Nothing when there is nothing to tell, or the mail of the day
-- has been begun by another. The mail's own row comes first, with line_id null.
create or replace function mail_begin(p_user bigint, p_day date, p_at timestamptz, p_message_id text) returns table (
    mail_id bigint, email text, name text, language text, line_id bigint, title text, thing text, due_on date, organisation text, step int, told int, asked_by text, listed boolean)
  language plpgsql volatile security definer set search_path = pg_catalog, public, pg_temp as $$
declare id_of bigint; most int := policy_value('task.mail_lines', p_day); begin
  perform from app_user u where u.id = p_user for update;
  if not exists (select from mail_tellable(p_user, p_day)) then return; end if;
  insert into mail as m (user_id, day, message_id, state, created_at, changed_at) values (p_user, p_day, p_message_id, 'sending', p_at, p_at)
    on conflict (user_id, day) do update set state = 'sending', code = '', tries = m.tries + 1, changed_at = p_at where m.state = 'failed' and m.tries < 5
    returning m.id into id_of;
  if id_of is null then return; end if;
  delete from mail_line x where x.mail_id = id_of;
  insert into mail_line (mail_id, line_id, organisation_id, due_on, step, listed)
    select id_of, t.line_id, t.organisation_id, coalesce(l.due_on, k.due_on), t.step,
           t.news and row_number() over (order by t.news desc, coalesce(l.due_on, k.due_on), t.line_id) <= most
      from mail_tellable(p_user, p_day) t join task_line l on l.id = t.line_id join task k on k.id = l.task_id;
  return query
    select id_of, u.email, u.name::text, u.language, l.id, t.title::text, t.thing, ml.due_on, o.name::text, ml.step,
           (select max(e.step) from mail_line e join mail em on em.id = e.mail_id
             where e.line_id = l.id and em.user_id = p_user and em.id <> id_of and em.state <> 'failed'
               and em.created_at >= case when l.responsible_user_id = p_user then l.responsible_since else a.asked_at end),
           case when l.responsible_user_id is distinct from p_user then coalesce(b.name::text, '') end, ml.listed
      from mail_line ml join task_line l on l.id = ml.line_id join task t on t.id = l.task_id join organisation o on o.id = l.organisation_id
      join app_user u on u.id = p_user
      left join task_ask a on a.line_id = l.id and a.user_id = p_user and a.answered_at is null and a.taken_back_at is null
      left join app_user b on b.id = a.asked_by
     where ml.mail_id = id_of order by ml.due_on, l.id;
end $$;
-- +goose StatementEnd

-- +goose Down
select 1 / 0; -- migrations go forward only
