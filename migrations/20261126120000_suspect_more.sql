-- +goose Up
-- A KITOS uuid that was said of a system and refused, because another bears it: by a person
-- or a list. It holds as long as the system bears what it bore then. What is merged keeps
-- its own, so these are no foreign keys.
create table kitos_claim (
  system_id  int not null,
  kitos_uuid uuid not null,
  own_uuid   uuid,
  claimed_at timestamptz not null default now(),
  unique nulls not distinct (system_id, kitos_uuid, own_uuid)
);
alter table kitos_claim enable row level security;
create policy office on kitos_claim for select to klausul_office using (true);
create policy office_add on kitos_claim for insert to klausul_office with check (true);
create policy job_add on kitos_claim for insert to klausul_job
  with check ((select nullif(current_setting('app.organisation', true), '')) is null);
grant select, insert on kitos_claim to klausul_office;
grant insert on kitos_claim to klausul_job;

-- +goose StatementBegin
-- Same number, names alike, a former name like another's present one, or a KITOS uuid that
-- the other bears: anew, keeping the ids of the pairs that still are.
create or replace function find_duplicates() returns void
  language plpgsql volatile security definer set search_path = pg_catalog, public, pg_temp as $$
begin
  perform set_config('pg_trgm.similarity_threshold', '0.55', true);
  with pair as (
    select 'vendor' as kind, a.id as first_id, b.id as second_id, 100 as certainty, 'number' as why
      from vendor a join vendor b on b.id > a.id and b.merged_into is null and b.country = a.country
       and (b.cvr = a.cvr or b.foreign_number = a.foreign_number)
     where a.merged_into is null
    union all
    select 'vendor', a.id, b.id, (ext.similarity(plain_name(a.name), plain_name(b.name)) *
             case when a.country = b.country and coalesce(a.cvr, a.foreign_number) = coalesce(b.cvr, b.foreign_number) then 100 else 75 end)::int, 'name'
      from vendor a join vendor b on b.id > a.id and b.merged_into is null and plain_name(b.name) operator(ext.%) plain_name(a.name)
     where a.merged_into is null
    union all
    select 'vendor', least(a.id, b.id), greatest(a.id, b.id), (ext.similarity(plain_name(n.name), plain_name(b.name)) * 75)::int, 'former'
      from vendor_name n join vendor a on a.id = n.vendor_id and a.merged_into is null
      join vendor b on b.id <> a.id and b.merged_into is null and plain_name(b.name) operator(ext.%) plain_name(n.name)
    union all
    select 'system', a.id, b.id, (ext.similarity(plain_name(a.name), plain_name(b.name)) * case when a.vendor_id = b.vendor_id then 90 else 75 end)::int, 'name'
      from it_system a join it_system b on b.id > a.id and b.merged_into is null and plain_name(b.name) operator(ext.%) plain_name(a.name)
     where a.merged_into is null
    union all
    select 'system', least(a.id, b.id), greatest(a.id, b.id), 95, 'kitos'
      from kitos_claim k join it_system said on said.id = k.system_id and said.kitos_uuid is not distinct from k.own_uuid
      join it_system bears on bears.kitos_uuid = k.kitos_uuid
      join it_system a on a.id = coalesce(said.merged_into, said.id)
      join it_system b on b.id = coalesce(bears.merged_into, bears.id) and b.id <> a.id
    union all -- what once was merged, and undone, is suspected of the same
    select m.kind, least(m.winner_id, m.loser_id), greatest(m.winner_id, m.loser_id), 60, 'undone' from record_merge m where m.undone_at is not null
       and (m.kind = 'vendor' and not exists (select from vendor v where v.id in (m.winner_id, m.loser_id) and v.merged_into is not null)
         or m.kind = 'system' and not exists (select from it_system s where s.id in (m.winner_id, m.loser_id) and s.merged_into is not null))
  )
  insert into duplicate_suspect (kind, first_id, second_id, certainty, why, at)
  select p.kind, p.first_id, p.second_id, max(p.certainty), array_agg(distinct p.why order by p.why), now() from pair p
   group by p.kind, p.first_id, p.second_id
  on conflict (kind, first_id, second_id) do update set certainty = excluded.certainty, why = excluded.why, at = excluded.at;
  delete from duplicate_suspect d where d.at <> now();
end $$;
-- +goose StatementEnd

-- +goose Down
select 1 / 0; -- migrations go forward only
