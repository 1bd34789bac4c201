-- +goose Up
-- +goose StatementBegin
-- Gives one person's running usages in an organisation to another, or to nobody, and tells
-- of each what it said before and after. p_by is who did it; null: a job.
create function usages_hand_over(p_user bigint, p_organisation int, p_to bigint, p_by bigint) returns table (usage_id int, before jsonb, after jsonb)
  language plpgsql volatile security definer set search_path = pg_catalog, public, pg_temp as $$
begin
  return query
  with had as (
    select u.id, u.owner_user_id as owner, u.responsible_user_id as responsible from usage u
     where (u.owner_user_id = p_user or u.responsible_user_id = p_user) and u.organisation_id = p_organisation and (u.to_date is null or u.to_date >= today())
     order by u.id for update)
  update usage u
     set owner_user_id = case when h.owner = p_user then p_to else h.owner end, responsible_user_id = case when h.responsible = p_user then p_to else h.responsible end,
         version = u.version + 1, changed_at = now(), changed_by = p_by
    from had h where u.id = h.id
  returning u.id, jsonb_build_object('owner_user_id', h.owner, 'responsible_user_id', h.responsible),
            jsonb_build_object('owner_user_id', u.owner_user_id, 'responsible_user_id', u.responsible_user_id);
end $$;
-- +goose StatementEnd

drop function user_leave(bigint, int[], bigint[]);
-- +goose StatementBegin
-- Ends a person's access at once, on every server, and gives what is open to a colleague
-- in each organisation: p_to[n] in p_organisations[n]. A contact person ends what the
-- person is in the own organisation; who has no role left anywhere has
-- left. moved tells of each usage what it said before and after.
create function user_leave(p_user bigint, p_organisations int[], p_to bigint[]) returns table (refusal text, organisation_id int, gone boolean, moved jsonb)
  language plpgsql volatile security definer set search_path = pg_catalog, public, pg_temp as $$
declare l record; colleague bigint; last_grant bigint; me bigint := (select c.user_id from current_session() c); told jsonb := '[]'; begin
  perform from app_user u where u.id = p_user and u.left_at is null for update;
  if not found or not exists (select from leaving(p_user)) then
    return query select 'unknown', null::int, false, null::jsonb; return;
  end if;
  if p_user = me then
    return query select 'self', null::int, false, null::jsonb; return;
  end if;
  for l in select * from leaving(p_user) loop
    select r.id into last_grant from role_grant r
     where r.user_id = p_user and r.organisation_id is not distinct from l.organisation_id and r.role in ('contact_person', 'secretariat_admin')
       and r.from_date <= today() and (r.to_date is null or r.to_date >= today());
    if last_grant is not null and grant_is_last(last_grant, today() - 1) and not (session_manages(null) and l.organisation_id is not null) then
      return query select 'last', l.organisation_id, false, null::jsonb; return;
    end if;
    if l.owned + l.responsible + l.settings + l.keys > 0 then
      colleague := p_to[array_position(p_organisations, l.organisation_id)];
      if colleague is null then return query select 'open', l.organisation_id, false, null::jsonb; return; end if;
      if colleague = p_user or not exists (
        select from role_grant g join app_user u on u.id = g.user_id and u.left_at is null
         where g.user_id = colleague and g.organisation_id = l.organisation_id and g.role <> 'api'
           and g.from_date <= today() and (g.to_date is null or g.to_date >= today())) then
        return query select 'colleague', l.organisation_id, false, null::jsonb; return;
      end if;
      told := told || (select coalesce(jsonb_agg(jsonb_build_object('usage', m.usage_id, 'organisation', l.organisation_id, 'before', m.before, 'after', m.after) order by m.usage_id), '[]')
        from usages_hand_over(p_user, l.organisation_id, colleague, me) m);
      update organisation_setting s set default_responsible = colleague, version = s.version + 1, changed_at = now(), changed_by = me
       where s.default_responsible = p_user and s.organisation_id = l.organisation_id;
      -- A key speaks for the organisation, not for its maker: it works on.
      update session s set user_id = colleague from role_grant g
       where s.kind = 'api_key' and s.user_id = p_user and g.id = s.grant_id and g.organisation_id = l.organisation_id;
      update role_grant g set user_id = colleague where g.user_id = p_user and g.role = 'api' and g.organisation_id = l.organisation_id;
    end if;
    update session s set revoked_at = now() from role_grant g
     where s.user_id = p_user and s.kind = 'browser' and s.revoked_at is null and g.id = s.grant_id and g.organisation_id is not distinct from l.organisation_id;
    update role_grant g set to_date = today() - 1
     where g.user_id = p_user and g.organisation_id is not distinct from l.organisation_id and g.role <> 'api' and (g.to_date is null or g.to_date >= today());
  end loop;
  if not exists (select from role_grant g where g.user_id = p_user and g.role <> 'api' and (g.to_date is null or g.to_date >= today())) then
    update app_user u set left_at = now() where u.id = p_user;
    update session s set revoked_at = now() where s.user_id = p_user and s.kind = 'browser' and s.revoked_at is null;
    delete from invitation i where i.user_id = p_user and i.used_at is null;
    return query select '', null::int, true, told; return;
  end if;
  return query select '', null::int, false, told;
end $$;
-- +goose StatementEnd
grant execute on function user_leave(bigint, int[], bigint[]) to klausul_member, klausul_office;

-- +goose Down
select 1 / 0; -- migrations go forward only
