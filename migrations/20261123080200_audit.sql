-- +goose Up
-- Append only. Inside the transaction a row is only added; the sealer orders and
-- seals the rows of finished transactions afterwards. era rises by one when the
-- database is restored into a new cluster, whose transaction ids start anew.
create table audit_event (
  id              bigint generated always as identity,
  era             smallint not null default 1,
  xid             xid8 not null default pg_current_xact_id(),
  at              timestamptz not null default now(),
  actor_id        bigint,
  role            text not null,
  organisation_id int,
  action          text not null,
  record          text not null default '',
  record_id       text not null default '',
  request         text not null default '',
  value_id        uuid,
  commitment      bytea check (commitment is null or length(commitment) = 32),
  primary key (era, xid, id) -- the order of the seals
);
create index audit_event_by_record on audit_event (record, record_id, id);

-- Values lie apart, so that personal data can be erased without breaking the chain:
-- the event keeps sha256(salt || value).
create table audit_value (
  id        uuid primary key,
  salt      bytea,
  value     text,
  erased_at timestamptz,
  check (case when erased_at is null then salt is not null and value is not null else salt is null and value is null end)
);

-- Seal n covers every event with from_xid <= xid < to_xid.
create table audit_seal (
  number   bigint primary key,
  era      smallint not null,
  from_xid xid8 not null,
  to_xid   xid8 not null,
  events   int not null check (events > 0),
  root     bytea not null check (length(root) = 32),
  previous bytea not null check (length(previous) = 32),
  hash     bytea not null check (length(hash) = 32),
  at       timestamptz not null
);

-- +goose StatementBegin
-- Who did what to one record, as far as the session may know.
create function history(p_record text, p_id text) returns table (at timestamptz, action text, who text, role text, organisation text)
  language plpgsql stable security definer set search_path = pg_catalog, public, pg_temp as $$
begin
  return query
  select e.at, e.action, coalesce(u.name::text, ''), e.role, coalesce(o.name::text, '')
    from audit_event e
    left join app_user u on u.id = e.actor_id
    left join organisation o on o.id = e.organisation_id
   where e.record = p_record and e.record_id = p_id
     and (session_user = 'klausul_office' or e.organisation_id = (select session_read_org()))
   order by e.id desc limit 200;
end $$;
-- +goose StatementEnd

-- Nobody signs for another: a person's row bears the session's own name, role and
-- organisation. Jobs sign with their name, as no person.
alter table audit_event enable row level security;
create policy own_signature on audit_event for insert to klausul_member, klausul_board
  with check (actor_id || ' ' || role || coalesce(' ' || organisation_id, '') = any ((select session_signature())::text[])
           or actor_id || ' ' || role || coalesce(' ' || organisation_id, '') = any ((select session_signatures())::text[]));
create policy own_signature_office on audit_event for insert to klausul_office
  with check (actor_id || ' ' || role = any ((select session_signature())::text[])
           or actor_id || ' ' || role = any ((select session_signatures())::text[]));
create policy job_signature on audit_event for insert to klausul_job with check (actor_id is null and role like 'system:%');
create policy sealer on audit_event for select to klausul_job using (true);

grant insert (actor_id, role, organisation_id, action, record, record_id, request, value_id, commitment)
  on audit_event to klausul_member, klausul_office, klausul_board, klausul_job;
grant insert (id, salt, value) on audit_value to klausul_member, klausul_office, klausul_board, klausul_job;
grant select on audit_event to klausul_job;
grant select, insert on audit_seal to klausul_job;

-- +goose Down
select 1 / 0; -- migrations go forward only
