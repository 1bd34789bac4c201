-- +goose Up
-- +goose StatementBegin
-- Ends a role on its last day; before today is at once, and takes the sessions in it along.
-- The last role in an organisation does not end at once while work is open there: whoever
-- leaves hands it over. That of a role which runs out by its date, people_run_out() moves.
create or replace function grant_end(p_grant bigint, p_last date) returns text
  language plpgsql volatile security definer set search_path = pg_catalog, public, pg_temp as $$
declare g record; begin
  select * into g from role_grant r where r.id = p_grant and r.role <> 'api' for update;
  if g is null or not session_manages(g.organisation_id) then return 'unknown'; end if;
  if g.to_date is not null and g.to_date <= p_last then return 'ended'; end if;
  if g.user_id = (select c.user_id from current_session() c) then return 'self'; end if;
  if grant_is_last(p_grant, p_last) then return 'last'; end if;
  if p_last < today() and not exists (select from role_grant r where r.user_id = g.user_id and r.organisation_id = g.organisation_id
       and r.id <> g.id and r.role <> 'api' and (r.to_date is null or r.to_date >= today()))
     and exists (select from leaving(g.user_id) l where l.organisation_id = g.organisation_id and l.owned + l.responsible + l.settings + l.keys > 0) then
    return 'open';
  end if;
  update role_grant r set to_date = p_last where r.id = p_grant;
  if p_last < today() then
    update session s set revoked_at = now() where s.grant_id = p_grant and s.revoked_at is null;
  end if;
  return '';
end $$;
-- +goose StatementEnd

-- +goose Down
select 1 / 0; -- migrations go forward only
