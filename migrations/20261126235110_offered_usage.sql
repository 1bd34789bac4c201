-- +goose Up
-- An agreement that is only offered, or on hold, is none yet: a line of an accession carries
-- whether the organisation has concluded it. What is concluded stands before what is offered
-- later, so that a new version on offer does not hide the one that is in force.
alter table accession_system add column concluded boolean not null default false;
update accession_system x set concluded = true from accession c where c.id = x.accession_id and c.state in ('accepted', 'in_force');
drop index accession_system_running;
create index accession_system_running on accession_system (organisation_id, system_id, concluded desc, offered_at desc, accession_id desc) where ended_at is null;

-- +goose StatementBegin
create or replace function accession_moved() returns trigger
  language plpgsql volatile security definer set search_path = pg_catalog, public, pg_temp as $$
begin
  update accession_system set ended_at = case when new.state in ('declined', 'superseded', 'terminated') then new.state_at end,
         concluded = new.state in ('accepted', 'in_force')
   where accession_id = new.id and organisation_id = new.organisation_id;
  return null;
end $$;
-- +goose StatementEnd

-- +goose StatementBegin
-- A line of an accession carries when the accession was offered, which never changes, and
-- whether it is concluded, whoever adds the line.
create or replace function accession_system_offered() returns trigger
  language plpgsql volatile security definer set search_path = pg_catalog, public, pg_temp as $$
begin
  select c.offered_at, c.state in ('accepted', 'in_force') into new.offered_at, new.concluded from accession c where c.id = new.accession_id;
  return new;
end $$;
-- +goose StatementEnd

-- +goose Down
select 1 / 0; -- migrations go forward only
