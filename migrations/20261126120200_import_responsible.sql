-- +goose Up
-- +goose StatementBegin
-- Writes the usages of the secretariat's import, with their audit rows. A usage is the
-- organisation's own: what is there is only filled where it is empty, never changed or
-- ended, and the check of the import has left nothing else among its rows. The organisation's
-- own default answers for what is new. Null: not allowed.
create or replace function import_apply_usages(p_import bigint, p_request text) returns int
  language plpgsql volatile security definer set search_path = pg_catalog, public, pg_temp as $$
declare me record; i import; n int; m int; begin
  select * into me from current_session();
  if me is null or me.kind <> 'browser' or me.organisation_id is not null or me.role not in ('lawyer', 'supervisor', 'secretariat_admin') then
    return null;
  end if;
  select * into i from import x where x.id = p_import and x.organisation_id is null and x.kind = 'usages' and x.state = 'ready' for update;
  if i.id is null then return null; end if;
  with made as (
    insert into usage (organisation_id, system_id, from_date, to_date, source, local_name, local_owner, persons, case_number, responsible_user_id, created_at, changed_at, changed_by)
    select r.target_org, r.system_id, r.from_date, r.to_date, 'import', coalesce(r.value ->> 'local_name', ''), coalesce(r.value ->> 'local_owner', ''),
           (r.value ->> 'persons')::int, coalesce(r.value ->> 'case_number', ''), o.default_responsible, now(), now(), me.user_id
      from import_row r left join organisation_setting o on o.organisation_id = r.target_org where r.import_id = i.id and r.outcome = 'added'
    returning id, organisation_id, system_id, from_date, to_date, local_name, local_owner, persons, case_number, responsible_user_id
  ), said as materialized (
    select x.id, x.organisation_id, gen_random_uuid() as value_id, uuid_send(gen_random_uuid()) as salt,
           jsonb_build_object('before', null, 'after', to_jsonb(x) - 'id' - 'organisation_id')::text as value
      from made x
  ), kept as (
    insert into audit_value (id, salt, value) select value_id, salt, value from said
  )
  insert into audit_event (actor_id, role, organisation_id, action, record, record_id, request, value_id, commitment)
  select me.user_id, me.role, organisation_id, 'import.apply', 'usage', id, p_request, value_id, sha256(salt || convert_to(value, 'UTF8')) from said;
  get diagnostics n = row_count;
  with filled as (
    update usage u set
        local_name  = case when u.local_name = ''  then coalesce(r.value ->> 'local_name', '')  else u.local_name end,
        local_owner = case when u.local_owner = '' then coalesce(r.value ->> 'local_owner', '') else u.local_owner end,
        persons     = coalesce(u.persons, (r.value ->> 'persons')::int),
        case_number = case when u.case_number = '' then coalesce(r.value ->> 'case_number', '') else u.case_number end,
        version     = u.version + 1,
        changed_at  = now(),
        changed_by  = me.user_id
      from import_row r
     where r.import_id = i.id and r.outcome = 'changed' and u.id = r.target_id and u.version = r.target_version
    returning u.id, u.organisation_id, r.differences
  ), said as materialized (
    select x.id, x.organisation_id, gen_random_uuid() as value_id, uuid_send(gen_random_uuid()) as salt,
           jsonb_build_object('before', null, 'after', (select jsonb_object_agg(d ->> 'field', d -> 'after') from jsonb_array_elements(x.differences) d where not coalesce((d -> 'kept')::boolean, false)))::text as value
      from filled x
  ), kept as (
    insert into audit_value (id, salt, value) select value_id, salt, value from said
  )
  insert into audit_event (actor_id, role, organisation_id, action, record, record_id, request, value_id, commitment)
  select me.user_id, me.role, organisation_id, 'import.apply', 'usage', id, p_request, value_id, sha256(salt || convert_to(value, 'UTF8')) from said;
  get diagnostics m = row_count;
  return n + m;
end $$;
-- +goose StatementEnd

-- +goose Down
select 1 / 0; -- migrations go forward only
