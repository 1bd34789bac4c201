-- +goose Up
-- Numbers from law and policy: dated, with their source, never overwritten.
create table policy_number (
  key         text not null,
  from_date   date not null,
  value       int not null check (value >= 0),
  source      text not null check (source <> ''),
  unconfirmed boolean not null default true,
  created_at  timestamptz not null default now(),
  created_by  bigint references app_user,
  primary key (key, from_date)
);
-- The numbers are published, the day of the year is not: hence unconfirmed.
insert into policy_number (key, from_date, value, source) values
  ('supervision.threshold', '2022-01-01', 20, 'itchefer.dk, 19. maj 2022 (årstallet; dagen er ikke oplyst)'),
  ('supervision.threshold', '2024-01-01', 10, 'itchefer.dk, 29. februar 2024 (årstallet; dagen er ikke oplyst)');

alter table policy_number enable row level security;
create policy everybody on policy_number for select to klausul_member, klausul_office, klausul_board, klausul_job using (true);
create policy administrator on policy_number for insert to klausul_office
  with check ((select c.role from current_session() c) = 'secretariat_admin');
grant select on policy_number to klausul_member, klausul_office, klausul_board, klausul_job;
grant insert (key, from_date, value, source, unconfirmed, created_at, created_by) on policy_number to klausul_office;

-- The threshold rule as of a day: members that use the system on that day, those of them
-- with an agreement on it, those that have said why they need none, and how many members
-- have an agreement on it at all. In scope: as many users with an agreement as that day's
-- threshold asks for. An agreement counts from the day it was offered to the member, or
-- signed or registered when it is the member's own; one that is only proposed does not.
create function scope_at(p_day date) returns table (system_id int, users int, agreed int, not_needed int, agreements int, threshold int, in_scope boolean)
  language sql stable as $$
  with member as (
    select distinct m.organisation_id from membership m where m.from_date <= p_day and (m.to_date is null or m.to_date >= p_day)
  ), used as (
    select u.organisation_id, u.system_id,
           bool_or(u.not_needed_at < ((p_day + 1)::timestamp at time zone 'Europe/Copenhagen')) is true as not_needed
      from usage u join member m on m.organisation_id = u.organisation_id
     where u.from_date <= p_day and (u.to_date is null or u.to_date >= p_day)
     group by u.organisation_id, u.system_id
  ), covered as (
    select c.organisation_id, c.system_id from accession a join accession_system c on c.accession_id = a.id
      join member m on m.organisation_id = c.organisation_id
     where a.offered_at < ((p_day + 1)::timestamp at time zone 'Europe/Copenhagen')
    union
    select s.organisation_id, s.system_id from own_agreement o join own_agreement_system s on s.own_agreement_id = o.id
      join member m on m.organisation_id = s.organisation_id
     where o.state = 'registered' and coalesce(o.signed_on, (o.created_at at time zone 'Europe/Copenhagen')::date) <= p_day
       and (o.ends_on is null or o.ends_on >= p_day)
  ), bar as (
    select (select p.value from policy_number p where p.key = 'supervision.threshold' and p.from_date <= p_day order by p.from_date desc limit 1) as threshold
  )
  select system_id, count(u.organisation_id)::int, count(u.organisation_id) filter (where c.organisation_id is not null)::int,
         count(u.organisation_id) filter (where u.not_needed and c.organisation_id is null)::int, count(c.organisation_id)::int,
         bar.threshold, coalesce(count(u.organisation_id) filter (where c.organisation_id is not null) >= bar.threshold, false)
    from used u full join covered c using (organisation_id, system_id) cross join bar
   group by system_id, bar.threshold
$$;

-- What the rule gives today, for members, and for the office how it went: written by a job.
create table system_scope (
  system_id int primary key,
  day       date not null,
  users     int not null,
  agreed    int not null,
  threshold int,
  in_scope  boolean not null,
  at        timestamptz not null
);
create table scope_point (
  day       date primary key,
  in_scope  int not null,
  threshold int,
  at        timestamptz not null
);

-- +goose StatementBegin
create function refresh_scope() returns void
  language plpgsql volatile security definer set search_path = pg_catalog, public, pg_temp as $$
begin
  delete from system_scope;
  insert into system_scope (system_id, day, users, agreed, threshold, in_scope, at)
    select s.system_id, today(), s.users, s.agreed, s.threshold, s.in_scope, now() from scope_at(today()) s;
  delete from scope_point;
  insert into scope_point (day, in_scope, threshold, at)
    select d.day, count(*) filter (where s.in_scope), max(s.threshold), now()
      from (select g::date as day from policy_number p, generate_series(p.from_date, today(), interval '3 months') g
             where p.key = 'supervision.threshold' and p.from_date = (select min(x.from_date) from policy_number x where x.key = p.key)
            union select today()
            union select p.from_date from policy_number p where p.key = 'supervision.threshold' and p.from_date <= today()) d
      left join lateral scope_at(d.day) s on true
     group by d.day;
end $$;
-- +goose StatementEnd

alter table system_scope enable row level security;
alter table scope_point enable row level security;
create policy member on system_scope for select to klausul_member using ((select session_member()));
create policy office on system_scope for select to klausul_office using (true);
create policy office on scope_point for select to klausul_office using (true);
grant select on system_scope to klausul_member, klausul_office;
grant select on scope_point to klausul_office;

-- Names without legal form and punctuation, for comparing and for the search box.
-- +goose StatementBegin
create function plain_name(p_name text) returns text language sql immutable parallel safe as $$
  select trim(regexp_replace(regexp_replace(lower(p_name collate "da-x-icu"),
    '\m(a/s|aps|i/s|k/s|p/s|a\.?m\.?b\.?a|ivs|g/s|gmbh|ab|oy|as|ltd|limited|inc|llc|bv|plc)(\.|\M)', ' ', 'g'), '[^[:alnum:]]+', ' ', 'g'))
$$;
-- +goose StatementEnd
grant execute on function plain_name(text) to klausul_member, klausul_office, klausul_job;
create index vendor_plain on vendor using gin (plain_name(name) ext.gin_trgm_ops);
create index it_system_plain on it_system using gin (plain_name(name) ext.gin_trgm_ops);

-- Merging -------------------------------------------------------------------
-- What was merged into another keeps its row, its number and its KITOS uuid: they lead on.
alter table vendor add column merged_into int references vendor, add constraint vendor_merged check (merged_into <> id);
alter table it_system add column merged_into int references it_system, add constraint it_system_merged check (merged_into <> id);
create index vendor_merged_into on vendor (merged_into) where merged_into is not null;
create index it_system_merged_into on it_system (merged_into) where merged_into is not null;

-- Ids of both kinds stand in one column, so they cannot be foreign keys.
create table record_merge (
  id         bigint generated by default as identity primary key,
  kind       text not null check (kind in ('vendor', 'system')),
  winner_id  int not null,
  loser_id   int not null,
  reason     text not null default '',
  moved      jsonb not null default '{}', -- how many rows of which table
  created_at timestamptz not null default now(),
  created_by bigint not null references app_user,
  undone_at  timestamptz,
  undone_by  bigint references app_user,
  check (winner_id <> loser_id),
  check ((undone_at is null) = (undone_by is null))
);
create index record_merge_recent on record_merge (created_at desc, id desc);

-- Every row that a merge changed or took away, in order: what undoing goes back over.
create table merge_step (
  merge_id   bigint not null references record_merge,
  no         int not null,
  batch      int not null, -- the first no of those that one statement made
  table_name text not null,
  op         text not null check (op in ('change', 'remove')),
  key        jsonb not null, -- as it is after the step
  before     jsonb not null, -- the columns changed; the whole row when it was taken away
  after      jsonb,
  primary key (merge_id, no)
);

create table duplicate_suspect (
  id        bigint generated by default as identity primary key,
  kind      text not null check (kind in ('vendor', 'system')),
  first_id  int not null,
  second_id int not null,
  certainty smallint not null check (certainty between 1 and 100),
  why       text[] not null,
  at        timestamptz not null,
  unique (kind, first_id, second_id),
  check (first_id < second_id)
);
create index duplicate_suspect_by_certainty on duplicate_suspect (kind, certainty desc, id desc);

-- "Not the same" is remembered.
create table duplicate_dismissal (
  kind       text not null check (kind in ('vendor', 'system')),
  first_id   int not null,
  second_id  int not null,
  created_at timestamptz not null default now(),
  created_by bigint not null references app_user,
  primary key (kind, first_id, second_id),
  check (first_id < second_id)
);

-- +goose StatementBegin
-- Same number, or names alike: anew, keeping the ids of the pairs that still are.
create function find_duplicates() returns void
  language plpgsql volatile security definer set search_path = pg_catalog, public, pg_temp as $$
begin
  perform set_config('pg_trgm.similarity_threshold', '0.55', true);
  with pair as (
    select 'vendor' as kind, a.id as first_id, b.id as second_id, 100 as certainty, 'number' as why
      from vendor a join vendor b on b.id > a.id and b.merged_into is null and b.country = a.country
       and (b.cvr = a.cvr or b.foreign_number = a.foreign_number)
     where a.merged_into is null
    union all
    select 'vendor', a.id, b.id, (ext.similarity(plain_name(a.name), plain_name(b.name)) *
             case when a.country = b.country and coalesce(a.cvr, a.foreign_number) = coalesce(b.cvr, b.foreign_number) then 100 else 75 end)::int, 'name'
      from vendor a join vendor b on b.id > a.id and b.merged_into is null and plain_name(b.name) operator(ext.%) plain_name(a.name)
     where a.merged_into is null
    union all
    select 'system', a.id, b.id, (ext.similarity(plain_name(a.name), plain_name(b.name)) * case when a.vendor_id = b.vendor_id then 90 else 75 end)::int, 'name'
      from it_system a join it_system b on b.id > a.id and b.merged_into is null and plain_name(b.name) operator(ext.%) plain_name(a.name)
     where a.merged_into is null
    union all -- what once was merged, and undone, is suspected of the same
    select m.kind, least(m.winner_id, m.loser_id), greatest(m.winner_id, m.loser_id), 60, 'undone' from record_merge m where m.undone_at is not null
       and (m.kind = 'vendor' and not exists (select from vendor v where v.id in (m.winner_id, m.loser_id) and v.merged_into is not null)
         or m.kind = 'system' and not exists (select from it_system s where s.id in (m.winner_id, m.loser_id) and s.merged_into is not null))
  )
  insert into duplicate_suspect (kind, first_id, second_id, certainty, why, at)
  select p.kind, p.first_id, p.second_id, max(p.certainty), array_agg(distinct p.why order by p.why), now() from pair p
   group by p.kind, p.first_id, p.second_id
  on conflict (kind, first_id, second_id) do update set certainty = excluded.certainty, why = excluded.why, at = excluded.at;
  delete from duplicate_suspect d where d.at <> now();
end $$;
-- +goose StatementEnd

-- +goose StatementBegin
-- The primary key of a row, as JSON.
create function merge_key(p_table regclass, p_row jsonb) returns jsonb
  language sql stable set search_path = pg_catalog, public, pg_temp as $$
  select jsonb_object_agg(a.attname, p_row -> a.attname) from pg_index i
    join pg_attribute a on a.attrelid = i.indrelid and a.attnum = any (i.indkey)
   where i.indrelid = p_table and i.indisprimary
$$;
-- +goose StatementEnd

-- +goose StatementBegin
-- A condition on t that finds the row with these values, in the columns' own types so that an index serves it.
create function merge_where(p_table regclass, p_values jsonb) returns text
  language sql stable set search_path = pg_catalog, public, pg_temp as $$
  select string_agg(case when p_values ->> a.attname is null then format('t.%I is null', a.attname)
                         else format('t.%I = %L::%s', a.attname, p_values ->> a.attname, format_type(a.atttypid, a.atttypmod)) end, ' and ')
    from pg_attribute a where a.attrelid = p_table and a.attnum > 0 and not a.attisdropped and p_values ? a.attname
$$;
-- +goose StatementEnd

-- +goose StatementBegin
create function merge_note(p_merge bigint, p_table regclass, p_op text, p_key jsonb, p_before jsonb, p_after jsonb) returns void
  language sql volatile set search_path = pg_catalog, public, pg_temp as $$
  insert into merge_step (merge_id, no, batch, table_name, op, key, before, after)
  select p_merge, n.no, n.no, p_table::text, p_op, p_key, p_before, p_after
    from (select coalesce(max(s.no), 0) + 1 as no from merge_step s where s.merge_id = p_merge) n
$$;
-- +goose StatementEnd

-- +goose StatementBegin
create function merge_remove(p_merge bigint, p_table regclass, p_row jsonb) returns void
  language plpgsql volatile set search_path = pg_catalog, public, pg_temp as $$
declare k jsonb := merge_key(p_table, p_row); begin
  execute format('delete from %s t where %s', p_table, merge_where(p_table, k));
  perform merge_note(p_merge, p_table, 'remove', k, p_row, null);
end $$;
-- +goose StatementEnd

-- +goose StatementBegin
-- Changes columns of one row and notes which, from what to what.
create function merge_change(p_merge bigint, p_table regclass, p_row jsonb, p_to jsonb) returns void
  language plpgsql volatile set search_path = pg_catalog, public, pg_temp as $$
declare now_row jsonb; changed jsonb; begin
  execute format('update %s t set %s from jsonb_populate_record(null::%s, $1) r where %s returning to_jsonb(t)', p_table,
    (select string_agg(format('%1$I = r.%1$I', c), ', ') from jsonb_object_keys(p_to) c), p_table, merge_where(p_table, merge_key(p_table, p_row)))
    into now_row using p_to;
  select jsonb_object_agg(c, now_row -> c) into changed from jsonb_object_keys(p_to) c where now_row -> c is distinct from p_row -> c;
  if changed is not null then
    perform merge_note(p_merge, p_table, 'change', merge_key(p_table, now_row),
      (select jsonb_object_agg(c, p_row -> c) from jsonb_object_keys(changed) c), changed);
  end if;
end $$;
-- +goose StatementEnd

-- +goose StatementBegin
-- An organisation that used both systems at a time used them as one: the standing usages
-- that overlap and this one become one, from the first day to the last. What the standing
-- one does not say is taken from the other; both stand in the notes as they were.
create function merge_usage(p_merge bigint, p_row jsonb, p_new int) returns void
  language plpgsql volatile set search_path = pg_catalog, public, pg_temp as $$
declare gone usage := jsonb_populate_record(null::usage, p_row); w usage; keep usage; lo date := gone.from_date; hi date := coalesce(gone.to_date, 'infinity'); begin
  for w in select * from usage u where u.organisation_id = gone.organisation_id and u.system_id = p_new
      and daterange(u.from_date, u.to_date, '[]') && daterange(gone.from_date, gone.to_date, '[]') order by u.from_date loop
    lo := least(lo, w.from_date);
    hi := greatest(hi, coalesce(w.to_date, 'infinity'));
    if keep.id is null then
      keep := w;
    else
      perform merge_repoint(p_merge, 'usage', w.id, keep.id);
      perform merge_remove(p_merge, 'usage', to_jsonb(w));
    end if;
  end loop;
  if keep.id is null then
    perform merge_change(p_merge, 'usage', p_row, jsonb_build_object('system_id', p_new));
    return;
  end if;
  perform merge_repoint(p_merge, 'usage', gone.id, keep.id);
  perform merge_remove(p_merge, 'usage', p_row);
  perform merge_change(p_merge, 'usage', to_jsonb(keep), jsonb_build_object(
    'from_date', lo, 'to_date', nullif(hi, 'infinity'),
    'local_name', coalesce(nullif(keep.local_name, ''), gone.local_name),
    'case_number', coalesce(nullif(keep.case_number, ''), gone.case_number),
    'local_owner', coalesce(nullif(keep.local_owner, ''), gone.local_owner),
    'owner_user_id', coalesce(keep.owner_user_id, gone.owner_user_id),
    'responsible_user_id', coalesce(keep.responsible_user_id, gone.responsible_user_id),
    'persons', greatest(keep.persons, gone.persons)));
  update usage u set version = u.version + 1 where u.id = keep.id;
end $$;
-- +goose StatementEnd

-- +goose StatementBegin
-- Lets everything that refers to the one row refer to the other: every foreign key there
-- is, whichever migration made it. A row that thereby would be there twice is taken away,
-- and what refers to it follows to the one that stands.
create function merge_repoint(p_merge bigint, p_table regclass, p_old bigint, p_new bigint) returns void
  language plpgsql volatile set search_path = pg_catalog, public, pg_temp as $$
declare ref record; was jsonb; hindrance text; standing jsonb; cond text; begin
  for ref in
    select c.conrelid::regclass as tbl, a.attname as col from pg_constraint c
      join pg_attribute a on a.attrelid = c.conrelid and a.attnum = c.conkey[1]
     where c.contype = 'f' and c.confrelid = p_table and array_length(c.conkey, 1) = 1
     order by c.conrelid::regclass::text, a.attname
  loop
    if ref.tbl <> 'usage'::regclass or ref.col <> 'system_id' then
      begin -- in one statement: what a table's triggers hold between its rows holds again at its end
        execute format('insert into merge_step (merge_id, no, batch, table_name, op, key, before, after)
          select $1, n.no + row_number() over (), n.no + 1, %1$L, ''change'', merge_key(%1$L, to_jsonb(t) || $4), $3, $4
            from %1$s t, (select coalesce(max(s.no), 0) as no from merge_step s where s.merge_id = $1) n where t.%2$I = $2', ref.tbl, ref.col)
          using p_merge, p_old, jsonb_build_object(ref.col, p_old), jsonb_build_object(ref.col, p_new);
        execute format('update %s t set %2$I = $2 where t.%2$I = $1', ref.tbl, ref.col) using p_old, p_new;
        continue;
      exception
        when unique_violation or exclusion_violation then null; -- row by row then
        when integrity_constraint_violation or raise_exception then
          raise exception using errcode = 'KM001', message = 'a row cannot follow', table = ref.tbl::text;
      end;
    end if;
    for was in execute format('select to_jsonb(t) from %s t where t.%I = $1 order by 1', ref.tbl, ref.col) using p_old loop
      if ref.tbl = 'usage'::regclass and ref.col = 'system_id' then
        perform merge_usage(p_merge, was, p_new::int);
        continue;
      end if;
      begin
        perform merge_change(p_merge, ref.tbl, was, jsonb_build_object(ref.col, p_new));
      exception
        when unique_violation then
          get stacked diagnostics hindrance = constraint_name;
          select merge_where(ref.tbl, jsonb_object_agg(a.attname, case when a.attname = ref.col then to_jsonb(p_new) else was -> a.attname end)) into cond
            from pg_class x join pg_index i on i.indexrelid = x.oid join pg_attribute a on a.attrelid = i.indrelid and a.attnum = any (i.indkey)
           where x.relname = hindrance and i.indrelid = ref.tbl;
          if cond is null then
            raise exception using errcode = 'KM001', message = 'a row cannot follow', table = ref.tbl::text;
          end if;
          execute format('select to_jsonb(t) from %s t where %s limit 1', ref.tbl, cond) into standing;
          if was ? 'id' and standing ? 'id' then
            perform merge_repoint(p_merge, ref.tbl, (was ->> 'id')::bigint, (standing ->> 'id')::bigint);
          end if;
          perform merge_remove(p_merge, ref.tbl, was);
        when exclusion_violation then
          perform merge_remove(p_merge, ref.tbl, was);
        when integrity_constraint_violation or raise_exception then
          raise exception using errcode = 'KM001', message = 'a row cannot follow', table = ref.tbl::text;
      end;
    end loop;
  end loop;
end $$;
-- +goose StatementEnd

-- +goose StatementBegin
-- Whoever read the row before must read it again: its version rises, where it has one.
create function merge_touch(p_table regclass, p_id int) returns void
  language plpgsql volatile set search_path = pg_catalog, public, pg_temp as $$
begin
  if exists (select from pg_attribute a where a.attrelid = p_table and a.attname = 'version') then
    execute format('update %s set version = version + 1 where id = $1', p_table) using p_id;
  end if;
end $$;
-- +goose StatementEnd

-- +goose StatementBegin
-- How many rows of which table a merge moved, and how many were one too many.
create function merge_moved(p_merge bigint) returns jsonb
  language sql stable set search_path = pg_catalog, public, pg_temp as $$
  select coalesce(jsonb_object_agg(m.what, jsonb_build_object('moved', m.moved, 'joined', m.joined)), '{}') from (
    select case when s.op = 'change' and s.before ? 'merged_into' then 'merged' else s.table_name end as what,
           count(*) filter (where s.op = 'change') as moved, count(*) filter (where s.op = 'remove') as joined
      from merge_step s join record_merge m on m.id = s.merge_id
     where s.merge_id = p_merge and not (s.table_name = case m.kind when 'vendor' then 'vendor' else 'it_system' end
       and (s.key ->> 'id')::int in (m.winner_id, m.loser_id))
     group by 1) m
$$;
-- +goose StatementEnd

-- +goose StatementBegin
-- Merges the loser into the winner, who takes over the named columns of it, and returns
-- the merge. Lawyers and administrators of the secretariat only.
create function merge_records(p_kind text, p_winner int, p_loser int, p_take text[], p_reason text) returns bigint
  language plpgsql volatile security definer set search_path = pg_catalog, public, pg_temp as $$
declare me record; tbl regclass := case p_kind when 'vendor' then 'vendor' else 'it_system' end; made bigint; winner jsonb; loser jsonb; begin
  select * into me from current_session();
  if me is null or me.role not in ('lawyer', 'secretariat_admin') then
    raise exception using errcode = '42501', message = 'only lawyers and administrators merge';
  end if;
  perform set_config('app.correction', 'on', true); -- a name that is taken over is no change of name
  insert into record_merge (kind, winner_id, loser_id, reason, created_by) values (p_kind, p_winner, p_loser, p_reason, me.user_id) returning id into made;
  perform merge_repoint(made, tbl, p_loser, p_winner);
  execute format('select to_jsonb(t) from %s t where id = $1', tbl) into winner using p_winner;
  execute format('select to_jsonb(t) from %s t where id = $1', tbl) into loser using p_loser;
  if 'kitos_uuid' = any (p_take) then -- no two rows may bear it: they change places
    perform merge_change(made, tbl, loser, '{"kitos_uuid": null}');
    perform merge_change(made, tbl, winner, jsonb_build_object('kitos_uuid', loser -> 'kitos_uuid'));
    perform merge_change(made, tbl, loser || '{"kitos_uuid": null}', jsonb_build_object('kitos_uuid', winner -> 'kitos_uuid'));
    winner := winner || jsonb_build_object('kitos_uuid', loser -> 'kitos_uuid');
  end if;
  if exists (select from unnest(p_take) c where c <> 'kitos_uuid') then
    perform merge_change(made, tbl, winner, (select jsonb_object_agg(c, loser -> c) from unnest(p_take) c where c <> 'kitos_uuid'));
  end if;
  execute format('select to_jsonb(t) from %s t where id = $1', tbl) into loser using p_loser;
  perform merge_change(made, tbl, loser, jsonb_build_object('merged_into', p_winner));
  update record_merge set moved = merge_moved(made) where id = made;
  perform merge_touch(tbl, p_winner), merge_touch(tbl, p_loser), set_config('app.correction', '', true);
  return made;
end $$;
-- +goose StatementEnd

-- +goose StatementBegin
-- What a merge would do: it is done, looked at and taken back.
create function merge_preview(p_kind text, p_winner int, p_loser int) returns table (moved jsonb, joined jsonb)
  language plpgsql volatile security definer set search_path = pg_catalog, public, pg_temp as $$
declare made bigint; begin
  begin
    made := merge_records(p_kind, p_winner, p_loser, '{}', '');
    select m.moved into moved from record_merge m where m.id = made;
    select coalesce(jsonb_agg(jsonb_build_object('organisation', o.name, 'wasFrom', s.before -> 'from_date', 'wasTo', s.before -> 'to_date',
             'from', n.from_date, 'to', n.to_date) order by o.name), '[]') into joined
      from merge_step s
      join organisation o on o.id = (s.before ->> 'organisation_id')::int
      join usage n on n.organisation_id = o.id and n.system_id = p_winner
       and daterange(n.from_date, n.to_date, '[]') && daterange((s.before ->> 'from_date')::date, (s.before ->> 'to_date')::date, '[]')
     where s.merge_id = made and s.table_name = 'usage' and s.op = 'remove';
    raise exception using errcode = 'KM000', message = 'looked at';
  exception when sqlstate 'KM000' then null;
  end;
  return next;
end $$;
-- +goose StatementEnd

-- +goose StatementBegin
-- Takes a merge back, step by step, the last first. It raises KM002, naming the table,
-- when a row is no longer as the merge left it. A row that was only pointed elsewhere and
-- that its owner has removed since stays removed.
create function merge_undo(p_merge bigint) returns void
  language plpgsql volatile security definer set search_path = pg_catalog, public, pg_temp as $$
declare me record; m record_merge; s record; pk text; there int; done int; begin
  select * into me from current_session();
  if me is null or me.role not in ('lawyer', 'secretariat_admin') then
    raise exception using errcode = '42501', message = 'only lawyers and administrators undo a merge';
  end if;
  perform set_config('app.correction', 'on', true);
  for s in select t.batch, t.table_name as tbl, t.op, count(*)::int as n, (array_agg(t.before order by t.no))[1] as before
             from merge_step t where t.merge_id = p_merge group by t.batch, t.table_name, t.op order by t.batch desc loop
    begin
      if s.op = 'remove' then
        execute format('insert into %1$s (%2$s) overriding system value select %2$s from jsonb_populate_record(null::%1$s, $1)', s.tbl,
          (select string_agg(quote_ident(a.attname), ', ') from pg_attribute a
            where a.attrelid = s.tbl::regclass and a.attnum > 0 and not a.attisdropped and a.attgenerated = '' and s.before ? a.attname)) using s.before;
        continue;
      end if;
      select string_agg(format('t.%1$I = k.%1$I', c), ' and ') into pk from jsonb_object_keys(
        (select t.key from merge_step t where t.merge_id = p_merge and t.batch = s.batch limit 1)) c;
      execute format('select count(*) from merge_step s, jsonb_populate_record(null::%1$s, s.key) k, %1$s t where s.merge_id = $1 and s.batch = $2 and %2$s', s.tbl, pk)
        into there using p_merge, s.batch;
      execute format('update %1$s t set %2$s from merge_step s, jsonb_populate_record(null::%1$s, s.key) k, jsonb_populate_record(null::%1$s, s.before) r
          where s.merge_id = $1 and s.batch = $2 and to_jsonb(t) @> s.after and %3$s', s.tbl,
        (select string_agg(format('%1$I = r.%1$I', c), ', ') from jsonb_object_keys(s.before) c), pk) using p_merge, s.batch;
      get diagnostics done = row_count;
      if done < there or done < s.n and (select count(*) from jsonb_object_keys(s.before)) > 1 then
        raise exception using errcode = 'KM002', message = 'a row has changed since', table = s.tbl;
      end if;
      if s.tbl = 'usage' and s.before ? 'from_date' then
        update usage u set version = u.version + 1 from merge_step t where t.merge_id = p_merge and t.batch = s.batch and u.id = (t.key ->> 'id')::int;
      end if;
    exception when integrity_constraint_violation or raise_exception then
      raise exception using errcode = 'KM002', message = 'a row stands in the way', table = s.tbl;
    end;
  end loop;
  update record_merge set undone_at = now(), undone_by = me.user_id where id = p_merge returning * into m;
  perform merge_touch(case m.kind when 'vendor' then 'vendor' else 'it_system' end::regclass, t), set_config('app.correction', '', true)
     from unnest(array[m.winner_id, m.loser_id]) t;
end $$;
-- +goose StatementEnd

alter table record_merge enable row level security;
alter table merge_step enable row level security;
alter table duplicate_suspect enable row level security;
alter table duplicate_dismissal enable row level security;
create policy office on record_merge for select to klausul_office using (true);
create policy office on merge_step for select to klausul_office using (true);
create policy office on duplicate_suspect for select to klausul_office using (true);
create policy office on duplicate_dismissal to klausul_office using (true) with check (true);
grant select on record_merge, merge_step, duplicate_suspect, duplicate_dismissal to klausul_office;
grant insert, delete on duplicate_dismissal to klausul_office;

grant execute on function scope_at(date) to klausul_office;
grant execute on function refresh_scope() to klausul_job;
grant execute on function find_duplicates() to klausul_job, klausul_office;
grant execute on function merge_records(text, int, int, text[], text), merge_preview(text, int, int), merge_undo(bigint) to klausul_office;

-- The search box: names and titles from the inside, and with a slip of the finger.
create index agreement_title_like on agreement using gin (title ext.gin_trgm_ops);
create index organisation_name_like on organisation using gin (name ext.gin_trgm_ops);

-- +goose Down
select 1 / 0; -- migrations go forward only
