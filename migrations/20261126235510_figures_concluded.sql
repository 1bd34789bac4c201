-- +goose Up
-- +goose StatementBegin
-- As before, but the organisations' agreements are those they have concluded: accepted or
-- in force, not what is offered, refused or over.
create or replace function refresh_figures() returns void
  language plpgsql volatile security definer set search_path = pg_catalog, public, pg_temp as $$
begin
  insert into figure (key, value, at)
  select f.key, f.value, now() from (
    select 'members' as key, (select count(distinct m.organisation_id) from membership m
             where m.from_date <= today() and (m.to_date is null or m.to_date >= today())) as value
    union all select 'vendors', (select count(*) from vendor)
    union all select 'systems', (select count(*) from it_system)
    union all select 'agreements_offered', (select count(distinct v.agreement_id) from agreement_version v where v.state = 'offered')
    union all select 'accessions', (select count(*) from accession c where c.state in ('accepted', 'in_force'))
    union all select 'usages', (select count(*) from usage u where u.to_date is null or u.to_date >= today())) f
  on conflict (key) do update set value = excluded.value, at = excluded.at;
end $$;
-- +goose StatementEnd

-- +goose Down
select 1 / 0; -- migrations go forward only
