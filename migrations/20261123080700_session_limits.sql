-- +goose Up
-- A provider may speak for fewer roles than the person holds: those its groups name,
-- in the organisations it is bound to. A session keeps to that when it switches.
alter table session add column roles text[]; -- null: every role of the person

-- +goose StatementBegin
-- Switches the session to another of the same user's roles. False: not one this session may take.
create or replace function session_switch(p_grant bigint) returns boolean
  language plpgsql volatile security definer set search_path = pg_catalog, public, pg_temp as $$
declare me record; begin
  select * into me from current_session();
  if me is null or me.kind <> 'browser' then return false; end if;
  update session s set grant_id = p_grant where s.id = me.session_id and exists (
    select from role_grant g join app_user u on u.id = g.user_id
     where g.id = p_grant and g.user_id = me.user_id and g.role <> 'api'
       and g.from_date <= today() and (g.to_date is null or g.to_date >= today())
       and (s.roles is null or g.role = any (s.roles))
       and (u.issuer is null or exists (select from issuer_binding b
             where b.issuer = u.issuer and b.organisation_id is not distinct from g.organisation_id)));
  return found;
end $$;
-- +goose StatementEnd

-- +goose StatementBegin
-- Who is asking, with every role the session may take: one row, or none.
create or replace function whoami() returns table (
    session_id bigint, user_id bigint, name text, language text, expires_at timestamptz, kind text,
    grant_id bigint, role text, organisation_id int, organisation_name text, member boolean, grants jsonb)
  language plpgsql stable security definer set search_path = pg_catalog, public, pg_temp as $$
begin
  return query
  select c.session_id, c.user_id, u.name, u.language, c.expires_at, c.kind,
         c.grant_id, c.role, c.organisation_id, o.name::text,
         exists (select from membership m where m.organisation_id = c.organisation_id
                  and m.from_date <= today() and (m.to_date is null or m.to_date >= today())),
         (select jsonb_agg(jsonb_build_object('id', g.id, 'role', g.role, 'organisation', g.organisation_id, 'name', go.name) order by g.id)
            from role_grant g left join organisation go on go.id = g.organisation_id
           where g.user_id = c.user_id and g.role <> 'api'
             and g.from_date <= today() and (g.to_date is null or g.to_date >= today())
             and (s.roles is null or g.role = any (s.roles))
             and (u.issuer is null or exists (select from issuer_binding b
                   where b.issuer = u.issuer and b.organisation_id is not distinct from g.organisation_id)))
    from live_session c
    join session s on s.id = c.session_id
    join app_user u on u.id = c.user_id
    left join organisation o on o.id = c.organisation_id;
end $$;
-- +goose StatementEnd

-- +goose StatementBegin
-- A new user with one role. The secretariat's administrator may make any; a contact
-- person only roles in the own organisation. Null: not allowed. An invitation without
-- an organisation is one into the secretariat, so nothing here may hang on a null.
create or replace function invite_user(p_name text, p_email text, p_role text, p_organisation int, p_code_hash bytea, p_expires timestamptz)
  returns bigint language plpgsql volatile security definer set search_path = pg_catalog, public, pg_temp as $$
declare me record; new_user bigint; begin
  select * into me from current_session();
  if me is null or me.kind <> 'browser' or p_role = 'api' then return null; end if;
  if not coalesce(me.role = 'secretariat_admin' or me.role = 'contact_person' and p_organisation = session_org(), false) then return null; end if;
  insert into app_user (name, email) values (p_name, p_email) returning id into new_user;
  insert into role_grant (user_id, role, organisation_id) values (new_user, p_role, p_organisation);
  insert into invitation (code_hash, user_id, expires_at) values (p_code_hash, new_user, p_expires);
  return new_user;
end $$;
-- +goose StatementEnd

-- +goose Down
select 1 / 0; -- migrations go forward only
