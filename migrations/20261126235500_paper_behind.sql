-- +goose Up
-- +goose StatementBegin
-- What was concluded, but has no paper that says what it says, and none on its way.
create function accessions_unpapered() returns table (id bigint, organisation_id int)
  language plpgsql stable security definer set search_path = pg_catalog, public, pg_temp as $$
begin
  return query select c.id, c.organisation_id from accession c
   where (c.state = 'accepted' or c.in_force_on is not null)
     and c.instance_hash is distinct from (select d.instance_hash from accession_document d where d.accession_id = c.id order by d.no desc limit 1)
     and not exists (select from river_job j where j.kind = 'accession.paper' and j.finalized_at is null and j.args ->> 'accession' = c.id::text)
   order by c.id;
end $$;
-- +goose StatementEnd
grant execute on function accessions_unpapered() to klausul_job;

-- +goose Down
select 1 / 0; -- migrations go forward only
