-- +goose Up
-- +goose StatementBegin
-- Lets everything that refers to the one row refer to the other: every foreign key there
-- is, whichever migration made it. A row that thereby would be there twice is taken away,
-- and what refers to it follows to the one that stands. Each row is locked before it is
-- read: what is noted of it, and taken away, is what its owner wrote last.
create or replace function merge_repoint(p_merge bigint, p_table regclass, p_old bigint, p_new bigint) returns void
  language plpgsql volatile set search_path = pg_catalog, public, pg_temp as $$
declare ref record; was jsonb; hindrance text; standing jsonb; cond text; begin
  for ref in
    select c.conrelid::regclass as tbl, a.attname as col from pg_constraint c
      join pg_attribute a on a.attrelid = c.conrelid and a.attnum = c.conkey[1]
     where c.contype = 'f' and c.confrelid = p_table and array_length(c.conkey, 1) = 1
     order by c.conrelid::regclass::text, a.attname
  loop
    if ref.tbl <> 'usage'::regclass or ref.col <> 'system_id' then
      execute format('select from %s t where t.%I = $1 for update', ref.tbl, ref.col) using p_old;
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
    for was in execute format('select to_jsonb(t) from %s t where t.%I = $1 order by 1 for update', ref.tbl, ref.col) using p_old loop
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
          execute format('select to_jsonb(t) from %s t where %s limit 1 for update', ref.tbl, cond) into standing;
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

-- +goose Down
select 1 / 0; -- migrations go forward only
