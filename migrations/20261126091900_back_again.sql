-- +goose Up
-- +goose StatementBegin
-- Gives a person who is known here another role. refusal says why not; 'unknown' is also
-- somebody that the session does not keep. Who has left, and is not anonymised yet, is back.
create or replace function grant_add(p_user bigint, p_role text, p_organisation int, p_from date, p_to date) returns table (grant_id bigint, refusal text)
  language plpgsql volatile security definer set search_path = pg_catalog, public, pg_temp as $$
begin
  if not session_manages(p_organisation) or p_role = 'api'
     or not exists (select from app_user u where u.id = p_user and u.anonymised_at is null
                     and (session_manages(null) or exists (select from role_grant g where g.user_id = u.id and g.organisation_id = p_organisation))) then
    return query select null::bigint, 'unknown';
    return;
  end if;
  perform from app_user u where u.id = p_user and u.anonymised_at is null for update;
  if not found then return query select null::bigint, 'unknown'; return; end if;
  if exists (select from role_grant g where g.user_id = p_user and g.role = p_role and g.organisation_id is not distinct from p_organisation
              and g.from_date <= coalesce(p_to, 'infinity') and coalesce(g.to_date, 'infinity') >= p_from) then
    return query select null::bigint, 'held';
    return;
  end if;
  update app_user u set left_at = null where u.id = p_user and u.left_at is not null and (p_to is null or p_to >= today());
  return query insert into role_grant (user_id, role, organisation_id, from_date, to_date) values (p_user, p_role, p_organisation, p_from, p_to) returning id, '';
end $$;
-- +goose StatementEnd

-- +goose Down
select 1 / 0; -- migrations go forward only
