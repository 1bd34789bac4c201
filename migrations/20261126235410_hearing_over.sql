-- +goose Up
-- +goose StatementBegin
-- Who still has a line open in a hearing whose last day is over: nobody can answer it any more.
create function hearings_run_out() returns table (hearing_id bigint, organisation_id int)
  language plpgsql stable security definer set search_path = pg_catalog, public, pg_temp as $$
begin
  return query select h.id, l.organisation_id from task t join hearing h on h.id = t.subject_id
      join task_line l on l.task_id = t.id and l.state = 'open'
     where t.thing = 'hearing' and h.deadline < today() order by h.id, l.organisation_id;
end $$;
-- +goose StatementEnd
grant execute on function hearings_run_out() to klausul_job;

-- +goose Down
select 1 / 0; -- migrations go forward only
