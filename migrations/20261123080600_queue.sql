-- +goose Up
-- River made its own tables before this file runs. Serving logins add jobs in the
-- transaction of the change that causes them and see only the jobs of their own session.
alter table river_job enable row level security;
create policy worker on river_job to klausul_job using (true) with check (true);
create policy office on river_job to klausul_office using (true) with check (true);
create policy own on river_job for select to klausul_member using ((metadata ->> 'session')::bigint = (select session_id()));
create policy own_add on river_job for insert to klausul_member with check ((metadata ->> 'session')::bigint = (select session_id()));
create policy own_kind on river_job for update to klausul_member
  using ((metadata ->> 'session')::bigint = (select session_id())) with check ((metadata ->> 'session')::bigint = (select session_id()));

grant select, insert, update (kind) on river_job to klausul_member, klausul_office;
grant usage on sequence river_job_id_seq to klausul_member, klausul_office;
-- +goose StatementBegin
do $$ declare t text; f record; begin
  for t in select tablename from pg_tables where schemaname = 'public' and tablename like 'river\_%' and tablename <> 'river_migration' loop
    execute format('grant select, insert, update, delete on %I to klausul_job', t);
  end loop;
  grant select on river_migration to klausul_job;
  for t in select sequencename from pg_sequences where schemaname = 'public' and sequencename like 'river\_%' loop
    execute format('grant usage, select, update on sequence %I to klausul_job', t);
  end loop;
  for f in select p.oid::regprocedure as sign from pg_proc p join pg_namespace n on n.oid = p.pronamespace where n.nspname = 'public' and p.proname like 'river\_%' loop
    execute format('revoke execute on function %s from public', f.sign);
    execute format('grant execute on function %s to klausul_member, klausul_office, klausul_board, klausul_job', f.sign);
  end loop;
end $$;
-- +goose StatementEnd

-- +goose Down
select 1 / 0; -- migrations go forward only
