-- +goose Up
-- As before, but a joint agreement counts only while the organisation has concluded it:
-- what is on offer or on hold covers nothing. What held on a day is what the last step said
-- that counts from that day or an earlier one; days of steps never go back, so the last is
-- the one with the highest id. Of an agreement that was terminated the last day counts, as
-- of an own one; one that was superseded gives way on the day its successor comes.
create or replace function scope_at(p_day date) returns table (system_id int, users int, agreed int, not_needed int, agreements int, threshold int, in_scope boolean)
  language sql stable as $$
  with member as (
    select distinct m.organisation_id from membership m where m.from_date <= p_day and (m.to_date is null or m.to_date >= p_day)
  ), over as (
    select ((p_day + 1)::timestamp at time zone 'Europe/Copenhagen') as at
  ), used as (
    select u.organisation_id, u.system_id,
           bool_or(u.id in (select p.usage_id from usage_not_needed p, over where p.from_at < over.at and (p.to_at is null or p.to_at >= over.at))) as not_needed
      from usage u join member m on m.organisation_id = u.organisation_id
     where u.from_date <= p_day and (u.to_date is null or u.to_date >= p_day)
     group by u.organisation_id, u.system_id
  ), concluded as (
    select a.accession_id
      from (select distinct on (s.accession_id) s.accession_id, s.state from accession_step s
             where s.on_date <= p_day and (s.state <> 'terminated' or s.on_date < p_day)
             order by s.accession_id desc, s.id desc) a
     where a.state in ('accepted', 'in_force')
  ), covered as (
    select c.organisation_id, c.system_id from concluded a join accession_system c on c.accession_id = a.accession_id
      join member m on m.organisation_id = c.organisation_id
    union
    select s.organisation_id, s.system_id from own_agreement o join own_agreement_system s on s.own_agreement_id = o.id
      join member m on m.organisation_id = s.organisation_id
     where o.state = 'registered' and coalesce(o.signed_on, (o.created_at at time zone 'Europe/Copenhagen')::date) <= p_day
       and (o.ends_on is null or o.ends_on >= p_day)
  ), bar as (
    select (select p.value from policy_number p where p.key = 'supervision.threshold' and p.from_date <= p_day order by p.from_date desc limit 1) as threshold
  )
  select system_id, count(u.organisation_id)::int, count(u.organisation_id) filter (where c.organisation_id is not null)::int,
         count(u.organisation_id) filter (where u.not_needed and c.organisation_id is null)::int, count(c.organisation_id)::int,
         bar.threshold, coalesce(count(u.organisation_id) filter (where c.organisation_id is not null) >= bar.threshold, false)
    from used u full join covered c using (organisation_id, system_id) cross join bar
   group by system_id, bar.threshold
$$;

-- The steps are read in this order without their rows.
drop index accession_step_of;
create index accession_step_of on accession_step (accession_id, id) include (state, on_date);

-- +goose Down
select 1 / 0; -- migrations go forward only
