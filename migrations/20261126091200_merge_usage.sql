-- +goose Up
-- +goose StatementBegin
-- An organisation that used both systems at a time used them as one: the standing usages
-- that overlap and this one become one, from the first day to the last. What the first
-- does not say is taken from the next that says it, the one that comes last of all; each
-- stands in the notes as it was. The rows are locked before they are read: what a member
-- writes meanwhile is in them, or finds them joined. Whoever merges changed them last.
create or replace function merge_usage(p_merge bigint, p_row jsonb, p_new int) returns void
  language plpgsql volatile set search_path = pg_catalog, public, pg_temp as $$
declare
  gone usage := jsonb_populate_record(null::usage, p_row); me bigint := (select c.user_id from current_session() c);
  others usage[] := '{}'; w usage; keep usage; one usage;
begin
  for w in select * from usage u where u.organisation_id = gone.organisation_id and u.system_id = p_new
      and daterange(u.from_date, u.to_date, '[]') && daterange(gone.from_date, gone.to_date, '[]') order by u.from_date for update loop
    if keep.id is null then keep := w; else others := others || w; end if;
  end loop;
  if keep.id is null then
    perform merge_change(p_merge, 'usage', p_row, jsonb_build_object('system_id', p_new));
    update usage u set changed_at = now(), changed_by = me where u.id = gone.id;
    return;
  end if;
  one := keep;
  foreach w in array others || gone loop
    one.from_date := least(one.from_date, w.from_date);
    one.to_date := case when one.to_date is not null and w.to_date is not null then greatest(one.to_date, w.to_date) end;
    one.local_name := coalesce(nullif(one.local_name, ''), w.local_name);
    one.case_number := coalesce(nullif(one.case_number, ''), w.case_number);
    one.local_owner := coalesce(nullif(one.local_owner, ''), w.local_owner);
    one.owner_user_id := coalesce(one.owner_user_id, w.owner_user_id);
    one.responsible_user_id := coalesce(one.responsible_user_id, w.responsible_user_id);
    one.persons := greatest(one.persons, w.persons);
    if one.not_needed_reason is null then -- with who said it and when: the three are one
      one.not_needed_reason := w.not_needed_reason;
      one.not_needed_by := w.not_needed_by;
      one.not_needed_at := w.not_needed_at;
    end if;
    perform merge_repoint(p_merge, 'usage', w.id, keep.id);
    perform merge_remove(p_merge, 'usage', case when w.id = gone.id then p_row else to_jsonb(w) end);
  end loop;
  if one is not distinct from keep then return; end if; -- it said all that the others do
  perform merge_change(p_merge, 'usage', to_jsonb(keep), jsonb_build_object(
    'from_date', one.from_date, 'to_date', one.to_date, 'local_name', one.local_name, 'case_number', one.case_number,
    'local_owner', one.local_owner, 'owner_user_id', one.owner_user_id, 'responsible_user_id', one.responsible_user_id, 'persons', one.persons,
    'not_needed_reason', one.not_needed_reason, 'not_needed_by', one.not_needed_by, 'not_needed_at', one.not_needed_at));
  update usage u set version = u.version + 1, changed_at = now(), changed_by = me where u.id = keep.id;
end $$;
-- +goose StatementEnd

-- +goose StatementBegin
-- Takes a merge back, step by step, the last first. It raises KM002, naming the table,
-- when a row is no longer as the merge left it. A row that was only pointed elsewhere and
-- that its owner has removed since stays removed. Whoever undoes changed the usages last.
create or replace function merge_undo(p_merge bigint) returns void
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
      if s.tbl = 'usage' then
        update usage u set version = u.version + case when s.before ? 'system_id' then 0 else 1 end, changed_at = now(), changed_by = me.user_id
          from merge_step t where t.merge_id = p_merge and t.batch = s.batch and u.id = (t.key ->> 'id')::int;
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

-- +goose Down
select 1 / 0; -- migrations go forward only
