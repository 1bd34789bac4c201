-- +goose Up
-- Whoever asked is told of the answer: by mail and among the tasks, until that person has seen
-- it, or a later question or answer took its place.
alter table task_ask add column seen_at timestamptz, add constraint task_ask_seen check (seen_at is null or answered_at is not null);
update task_ask set seen_at = answered_at where answered_at is not null; -- nobody is told of old ones
create index task_ask_unseen on task_ask (asked_by) where answered_at is not null and seen_at is null;
grant update (seen_at) on task_ask to klausul_member;

alter table mail_line add column answer_id bigint references task_ask; -- the answer that the mail told of

drop function mail_tellable(bigint, date);
drop function mail_begin(bigint, date, timestamptz, text);

-- +goose StatementBegin
-- What there is to tell on a day, to one person or (null) to all. Open lines that the person
-- is responsible for or is asked about, which have come further than the person was told of
-- their present day; and answers to the person's own questions, each once, as long as the line
-- is open and the answer neither seen nor overtaken.
-- news says whether the line deserves a place of its own: one that has lain for long before
-- anybody could be told is only counted, and an old answer is not told. A person without
-- address, who wants no mail, has left, or whose organisation has, is told nothing.
create function mail_tellable(p_user bigint, p_day date) returns table (user_id bigint, line_id bigint, organisation_id int, step int, news boolean, answer_id bigint)
  language plpgsql stable security definer set search_path = pg_catalog, public, pg_temp as $$
declare before int := policy_value('task.remind_before', p_day); every int := greatest(policy_value('task.remind_every', p_day), 1);
  fresh timestamptz := ((p_day - policy_value('task.news_days', p_day))::timestamp at time zone 'Europe/Copenhagen'); begin
  return query
  with waiting as (
    select l.responsible_user_id as person, l.id, l.organisation_id as org, l.responsible_since as since, coalesce(l.due_on, t.due_on) as due_on,
           case when l.responsible_why = 'given' then l.responsible_since else l.created_at end as came
      from task_line l join task t on t.id = l.task_id
     where l.state = 'open' and l.responsible_user_id is not null and (p_user is null or l.responsible_user_id = p_user)
    union all
    select a.user_id, l.id, l.organisation_id, a.asked_at, coalesce(l.due_on, t.due_on), a.asked_at
      from task_ask a join task_line l on l.id = a.line_id and l.state = 'open' join task t on t.id = l.task_id
     where a.answered_at is null and a.taken_back_at is null and a.user_id is distinct from l.responsible_user_id and (p_user is null or a.user_id = p_user)
  ), answered as (
    select a.asked_by as person, l.id, l.organisation_id as org, a.id as answer
      from task_ask a join task_line l on l.id = a.line_id and l.state = 'open'
     where a.answered_at is not null and a.seen_at is null and a.answered_at >= fresh and a.asked_by <> a.user_id and (p_user is null or a.asked_by = p_user)
       and not exists (select from mail_line ml join mail m on m.id = ml.mail_id where ml.line_id = l.id and ml.answer_id = a.id and m.user_id = a.asked_by and m.state <> 'failed')
  ), there as (
    select p.person, p.org from (select w.person, w.org from waiting w union select n.person, n.org from answered n) p
     where exists (select from app_user u where u.id = p.person and u.left_at is null and u.email <> '' and u.mail_off_at is null)
       and exists (select from role_grant g where g.user_id = p.person and g.organisation_id = p.org and g.role <> 'api'
                    and g.from_date <= p_day and (g.to_date is null or g.to_date >= p_day))
       and exists (select from membership m where m.organisation_id = p.org and m.from_date <= p_day and (m.to_date is null or m.to_date >= p_day))
  ), stepped as (
    select w.*, case when p_day >= w.due_on then 2 + (p_day - w.due_on) / every when p_day >= w.due_on - before then 1 else 0 end as now_at,
           (select max(ml.step) from mail_line ml join mail m on m.id = ml.mail_id
             where ml.line_id = w.id and ml.due_on = w.due_on and m.user_id = w.person and m.state <> 'failed' and m.created_at >= w.since) as was_told,
           exists (select from mail_line ml join mail m on m.id = ml.mail_id where ml.line_id = w.id and m.user_id = w.person and m.state <> 'failed') as known
      from waiting w join there h on h.person = w.person and h.org = w.org
  ), said as (select n.* from answered n join there h on h.person = n.person and h.org = n.org)
  select coalesce(s.person, n.person), coalesce(s.id, n.id), coalesce(s.org, n.org), coalesce(s.now_at, 0), n.answer is not null or s.known or s.came >= fresh, n.answer
    from stepped s full join said n on n.person = s.person and n.id = s.id
   where n.answer is not null or s.was_told is null or s.was_told < s.now_at;
end $$;
-- +goose StatementEnd

-- +goose StatementBegin
-- Begins a person's mail of the day: writes down that it is being sent and returns what it
-- is to say, as it stands now. Nothing when there is nothing to tell, or the mail of the day
-- has been begun by another. due says that the line itself waits for the person and has come
-- further, answered_by who answered the person's question, amends what an amendment amends.
create function mail_begin(p_user bigint, p_day date, p_at timestamptz, p_message_id text) returns table (
    mail_id bigint, email text, name text, language text, line_id bigint, title text, thing text, due_on date, organisation text, step int, told int,
    asked_by text, listed boolean, due boolean, answered_by text, agreement_number int, amends int)
  language plpgsql volatile security definer set search_path = pg_catalog, public, pg_temp as $$
declare id_of bigint; most int := policy_value('task.mail_lines', p_day); begin
  perform from app_user u where u.id = p_user for update;
  if not exists (select from mail_tellable(p_user, p_day)) then return; end if;
  insert into mail as m (user_id, day, message_id, state, created_at, changed_at) values (p_user, p_day, p_message_id, 'sending', p_at, p_at)
    on conflict (user_id, day) do update set state = 'sending', code = '', tries = m.tries + 1, changed_at = p_at where m.state = 'failed' and m.tries < 5
    returning m.id into id_of;
  if id_of is null then return; end if;
  delete from mail_line x where x.mail_id = id_of;
  insert into mail_line (mail_id, line_id, organisation_id, due_on, step, listed, answer_id)
    select id_of, t.line_id, t.organisation_id, coalesce(l.due_on, k.due_on), t.step,
           t.news and row_number() over (order by t.news desc, coalesce(l.due_on, k.due_on), t.line_id) <= most, t.answer_id
      from mail_tellable(p_user, p_day) t join task_line l on l.id = t.line_id join task k on k.id = l.task_id;
  return query
    select id_of, u.email, u.name::text, u.language, l.id, t.title::text, t.thing, ml.due_on, o.name::text, ml.step, e.told,
           case when a.id is not null and l.responsible_user_id is distinct from p_user then coalesce(b.name::text, '') end, ml.listed,
           (a.id is not null or l.responsible_user_id is not distinct from p_user) and (e.told_of_day is null or e.told_of_day < ml.step),
           w.name::text, g.number, base.no
      from mail_line ml join task_line l on l.id = ml.line_id join task t on t.id = l.task_id join organisation o on o.id = l.organisation_id
      join app_user u on u.id = p_user
      left join task_ask a on a.line_id = l.id and a.user_id = p_user and a.answered_at is null and a.taken_back_at is null
      left join app_user b on b.id = a.asked_by
      left join task_ask n on n.id = ml.answer_id left join app_user w on w.id = n.user_id
      left join agreement_version v on t.thing = 'accession' and v.id = t.subject_id left join agreement g on g.id = v.agreement_id
      left join agreement_version base on base.id = v.base_version_id
      left join lateral (select max(x.step) as told, max(x.step) filter (where x.due_on = ml.due_on) as told_of_day from mail_line x join mail xm on xm.id = x.mail_id
         where x.line_id = l.id and xm.user_id = p_user and xm.id <> id_of and xm.state <> 'failed'
           and xm.created_at >= case when l.responsible_user_id = p_user then l.responsible_since else a.asked_at end) e on true
     where ml.mail_id = id_of order by ml.due_on, l.id;
end $$;
-- +goose StatementEnd
grant execute on function mail_begin(bigint, date, timestamptz, text) to klausul_job;

-- +goose Down
select 1 / 0; -- migrations go forward only
