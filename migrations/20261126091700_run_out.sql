-- +goose Up
-- +goose StatementBegin
-- What follows when a person's last role has run out by its date. In each organisation the
-- open work goes to whoever is responsible by default, or to nobody, and an API key, which
-- speaks for the organisation, to the same or to a contact person. Who has no role left
-- anywhere left the day after the last of them ended, however it ended. Each row is one
-- for the audit trail.
create function people_run_out() returns table (record text, record_id text, organisation_id int, before jsonb, after jsonb)
  language plpgsql volatile security definer set search_path = pg_catalog, public, pg_temp as $$
declare l record; heir bigint; speaker bigint; begin
  for l in
    select g.user_id as id, g.organisation_id as org from role_grant g
     where g.role <> 'api' and g.organisation_id is not null
     group by g.user_id, g.organisation_id having bool_and(coalesce(g.to_date < today(), false)) order by g.user_id, g.organisation_id
  loop
    heir := (select s.default_responsible from organisation_setting s where s.organisation_id = l.org and exists (
      select from role_grant g join app_user u on u.id = g.user_id and u.left_at is null where g.user_id = s.default_responsible and g.organisation_id = l.org
         and g.role <> 'api' and g.from_date <= today() and (g.to_date is null or g.to_date >= today())));
    return query select 'usage', m.usage_id::text, l.org, m.before, m.after from usages_hand_over(l.id, l.org, heir, null) m;
    return query
      update organisation_setting s set default_responsible = null, version = s.version + 1, changed_at = now(), changed_by = null
       where s.default_responsible = l.id and s.organisation_id = l.org
      returning 'organisation_setting', l.org::text, l.org, jsonb_build_object('default_responsible', l.id), jsonb_build_object('default_responsible', null);
    if not exists (select from role_grant g where g.user_id = l.id and g.organisation_id = l.org and g.role = 'api') then continue; end if;
    speaker := coalesce(heir, (select g.user_id from role_grant g join app_user u on u.id = g.user_id and u.left_at is null where g.organisation_id = l.org
      and g.role = 'contact_person' and g.from_date <= today() and (g.to_date is null or g.to_date >= today()) order by g.id limit 1));
    continue when speaker is null;
    return query
      update session s set user_id = speaker from role_grant g
       where s.kind = 'api_key' and s.user_id = l.id and g.id = s.grant_id and g.organisation_id = l.org
      returning 'api_key', s.id::text, l.org, jsonb_build_object('user_id', l.id), jsonb_build_object('user_id', speaker);
    update role_grant g set user_id = speaker where g.user_id = l.id and g.role = 'api' and g.organisation_id = l.org;
  end loop;
  return query
  with gone as (
    update app_user u set left_at = (x.last + 1)::timestamp at time zone 'Europe/Copenhagen'
      from (select g.user_id as id, max(g.to_date) as last, (array_agg(g.organisation_id order by g.to_date desc, g.id desc))[1] as org from role_grant g
             where g.role <> 'api' group by g.user_id having bool_and(coalesce(g.to_date < today(), false))) x
     where u.id = x.id and u.left_at is null
    returning u.id, u.left_at, x.org),
  ended as (update session s set revoked_at = now() from gone where s.user_id = gone.id and s.kind = 'browser' and s.revoked_at is null),
  codes as (delete from invitation i using gone where i.user_id = gone.id and i.used_at is null)
  select 'user', gone.id::text, gone.org, null::jsonb, jsonb_build_object('left', gone.left_at) from gone;
end $$;
-- +goose StatementEnd

grant execute on function people_run_out() to klausul_job;

-- +goose Down
select 1 / 0; -- migrations go forward only
