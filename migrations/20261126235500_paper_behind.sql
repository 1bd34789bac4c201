-- +goose Up
-- +goose StatementBegin
-- What was concluded and whose newest paper says something else, with none on its way. Each
-- gets its first paper with the offer: what has none was never the program's to make. At most
-- 200 at a time, the longest waiting first, so that they hold no release up.
create function accessions_unpapered() returns table (id bigint, organisation_id int)
  language plpgsql stable security definer set search_path = pg_catalog, public, pg_temp as $$
begin
  return query select c.id, c.organisation_id from accession c
    join lateral (select d.instance_hash from accession_document d where d.accession_id = c.id order by d.no desc limit 1) n on n.instance_hash <> c.instance_hash
   where (c.state = 'accepted' or c.in_force_on is not null)
     and not exists (select from river_job j where j.kind = 'accession.paper' and j.finalized_at is null and j.args ->> 'accession' = c.id::text)
   order by c.id limit 200;
end $$;
-- +goose StatementEnd
grant execute on function accessions_unpapered() to klausul_job;

-- +goose Down
select 1 / 0; -- migrations go forward only
