-- +goose Up
-- A point of the course carries the threshold of its day also where no system was in use
-- yet: the number was read off the systems, so that the first of them seemed to set it.
-- +goose StatementBegin
create or replace function refresh_scope() returns void
  language plpgsql volatile security definer set search_path = pg_catalog, public, pg_temp as $$
begin
  delete from system_scope;
  insert into system_scope (system_id, day, users, agreed, threshold, in_scope, at)
    select s.system_id, today(), s.users, s.agreed, s.threshold, s.in_scope, now() from scope_at(today()) s;
  delete from scope_point;
  insert into scope_point (day, in_scope, threshold, at)
    select d.day, count(*) filter (where s.in_scope),
           (select p.value from policy_number p where p.key = 'supervision.threshold' and p.from_date <= d.day order by p.from_date desc limit 1), now()
      from (select g::date as day from policy_number p, generate_series(p.from_date, today(), interval '3 months') g
             where p.key = 'supervision.threshold' and p.from_date = (select min(x.from_date) from policy_number x where x.key = p.key)
            union select today()
            union select p.from_date from policy_number p where p.key = 'supervision.threshold' and p.from_date <= today()) d
      left join lateral scope_at(d.day) s on true
     group by d.day;
end $$;
-- +goose StatementEnd
update scope_point c set threshold = (select p.value from policy_number p where p.key = 'supervision.threshold' and p.from_date <= c.day order by p.from_date desc limit 1);

-- +goose Down
select 1 / 0; -- migrations go forward only
