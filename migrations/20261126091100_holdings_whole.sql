-- +goose Up
-- +goose StatementBegin
-- Everything held about a person: place by place where somebody could stand, found from
-- the catalogue, so that no table is forgotten. Each place answers once without a row, to
-- say that it was looked at. The administrator sees all; a contact person what the own
-- organisation holds of somebody who has or had a role there. In the trail a person is
-- named by the whole address or the whole name: a part of it is somebody else's.
create or replace function person_holdings(p_user bigint) returns table (place text, field text, held jsonb)
  language plpgsql stable security definer set search_path = pg_catalog, public, pg_temp as $$
declare own int; c record; address text; called text; begin
  if not session_manages(null) then
    own := session_org();
    if not session_manages(own) or not exists (select from role_grant g where g.user_id = p_user and g.organisation_id = own) then return; end if;
  end if;
  select u.email, u.name into address, called from app_user u where u.id = p_user;
  if not found then return; end if;
  for c in
    select t.relname::text as tab, a.attname::text as col, k.oid is not null or t.relname = 'app_user' and a.attname = 'id' as by_id,
           exists (select from pg_attribute x where x.attrelid = t.oid and x.attname = 'organisation_id' and not x.attisdropped) as has_org,
           exists (select from pg_attribute x where x.attrelid = t.oid and x.attname = 'grant_id' and not x.attisdropped) as has_grant
      from pg_class t join pg_attribute a on a.attrelid = t.oid and a.attnum > 0 and not a.attisdropped
      left join pg_constraint k on k.conrelid = t.oid and k.contype = 'f' and k.confrelid = 'public.app_user'::regclass and k.conkey = array[a.attnum]
     where t.relnamespace = 'public'::regnamespace and t.relkind in ('r', 'p')
       and (k.oid is not null or t.relname = 'app_user' and a.attname in ('id', 'email') or a.attname::text ~ '(^|_)(e?mail|contact)$' and a.atttypid in ('text'::regtype, 'varchar'::regtype))
     order by 1, 2
  loop
    return query select c.tab, c.col, null::jsonb;
    continue when c.tab = 'app_user' and c.col = 'email' or not c.by_id and address = '';
    return query execute format('select %L::text, %L::text, to_jsonb(t) - ''token_hash'' - ''code_hash'' from %I t where %s and ($3::int is null or %s)', c.tab, c.col, c.tab,
      case when c.by_id then format('t.%I = $1', c.col) else format('lower(t.%I) = lower($2)', c.col) end,
      case when c.tab = 'app_user' then 'true' when c.has_org then 't.organisation_id = $3'
           when c.has_grant then 't.grant_id in (select g.id from role_grant g where g.organisation_id = $3)' else 'false' end)
      using p_user, address, own;
  end loop;
  return query select 'audit_event', 'actor_id', null::jsonb;
  return query select 'audit_event', 'actor_id', jsonb_build_object('id', e.id, 'at', e.at, 'role', e.role, 'action', e.action, 'record', e.record, 'record_id', e.record_id)
    from audit_event e where e.actor_id = p_user and (own is null or e.organisation_id = own) order by e.id;
  return query select 'audit_event', 'record_id', null::jsonb;
  return query select 'audit_event', 'record_id', jsonb_build_object('id', e.id, 'at', e.at, 'role', e.role, 'action', e.action)
    from audit_event e where e.record = 'user' and e.record_id = p_user::text and (own is null or e.organisation_id = own) order by e.id;
  return query select 'audit_value', 'value', null::jsonb;
  return query select 'audit_value', 'value', jsonb_build_object('id', e.id, 'at', e.at, 'action', e.action, 'record', e.record, 'record_id', e.record_id, 'value', v.value)
    from audit_value v join audit_event e on e.value_id = v.id
   where v.erased_at is null and (e.record = 'user' and e.record_id = p_user::text 
         or names_person(v.value, nullif(address, ''), case when called like '% %' then called end) is not null)
     and (own is null or e.organisation_id = own) order by e.id;
end $$;
-- +goose StatementEnd

-- +goose Down
select 1 / 0; -- migrations go forward only
