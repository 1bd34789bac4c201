-- +goose Up
-- Mandates follow each other: only those that share a day stand in each other's way, and one
-- whose last day has passed is over by itself, with nothing left to take back.
drop index mandate_running;
alter table mandate add constraint mandate_apart
  exclude using gist (organisation_id with =, daterange(from_date, to_date, '[]') with &&) where (revoked_at is null);

drop policy own_change on mandate;
create policy own_change on mandate for update to klausul_member
  using (organisation_id = (select session_org()) and revoked_at is null and (to_date is null or to_date >= today())) with check (organisation_id = (select session_org()));

-- +goose Down
select 1 / 0; -- migrations go forward only
