-- +goose Up
-- +goose StatementBegin
-- The roles of an organisation that may open what a line is about; nobody else is made
-- responsible for it. It says what policies/roles.csv says, and a test holds that it does.
create function task_readers(p_thing text) returns text[]
  language sql immutable set search_path = pg_catalog, public, pg_temp as $$
  select case p_thing when 'hearing' then array['contact_person', 'system_owner', 'dpo']
    else array['contact_person', 'system_owner', 'dpo', 'procurement'] end
$$;
-- +goose StatementEnd

-- +goose StatementBegin
-- Organisations with open lines that nobody is responsible for who is there on that day and
-- may open what the line is about.
create or replace function task_astray(p_day date) returns table (organisation_id int)
  language plpgsql stable security definer set search_path = pg_catalog, public, pg_temp as $$
begin
  return query select distinct l.organisation_id from task_line l join task t on t.id = l.task_id
    where l.state = 'open' and not exists (
      select from role_grant g join app_user u on u.id = g.user_id and u.left_at is null
       where g.user_id = l.responsible_user_id and g.organisation_id = l.organisation_id and g.role = any(task_readers(t.thing))
         and g.from_date <= p_day and (g.to_date is null or g.to_date >= p_day)) order by 1;
end $$;
-- +goose StatementEnd

grant execute on function task_readers(text) to klausul_member, klausul_office, klausul_job;

-- +goose Down
select 1 / 0; -- migrations go forward only
