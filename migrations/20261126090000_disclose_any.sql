-- +goose Up
-- +goose StatementBegin
-- A text as it can be compared with an address or a name: in small letters, and without
-- what JSON puts before a letter that follows a line break or a bracket.
create function comparable(p_text text) returns text
  language sql immutable parallel safe set search_path = pg_catalog, public, pg_temp as $$
  select regexp_replace(lower(p_text collate "da-x-icu"), '\\([nrtbf]|u00[0-9a-f]{2})', ' ', 'g')
$$;
-- +goose StatementEnd

-- +goose StatementBegin
-- Whether a text names the address ('address'), else the name ('name'), each whole and not as
-- a part of another's. Text beside another address is somebody else's, whatever the name.
create function names_person(p_text text, p_email text, p_name text) returns text
  language plpgsql immutable parallel safe set search_path = pg_catalog, public, pg_temp as $$
declare seen text := comparable(p_text); email text := comparable(p_email); called text := comparable(p_name); begin
  if strpos(seen, email) > 0 and seen ~ ('(?<![[:alnum:]._%+-])' || regexp_replace(email, '([^[:alnum:]])', '\\\1', 'g') || '(?![[:alnum:]-]|\.[[:alnum:]])') then
    return 'address';
  end if;
  if called <> '' and strpos(seen, called) > 0 and seen !~ '[[:alnum:]]@[[:alnum:]]'
     and seen ~ ('(?<![[:alnum:]])' || regexp_replace(called, '([^[:alnum:]])', '\\\1', 'g') || '(?![[:alnum:]])') then
    return 'name';
  end if;
  return null;
end $$;
-- +goose StatementEnd

-- +goose StatementBegin
-- Everything held about whoever has an address, a user or not, and where only the name
-- stands. The places are the text columns of the catalogue, so that no table is forgotten.
-- Of a row that is not about one person only its key and what names the person is given.
-- For the administrator alone.
create function address_holdings(p_email text, p_name text) returns table (place text, field text, held jsonb)
  language plpgsql stable security definer set search_path = pg_catalog, public, pg_temp as $$
declare c record; begin
  if not session_manages(null) then return; end if;
  for c in
    select t.relname::text as tab, a.attname::text as col, t.relname in ('app_user', 'vendor_contact') as about_one,
           (select string_agg(format('%L, t.%I', x.attname, x.attname), ', ' order by x.attnum) from pg_attribute x
             where x.attrelid = t.oid and not x.attisdropped
               and (x.attname = 'organisation_id' or exists (select from pg_index i where i.indrelid = t.oid and i.indisprimary and x.attnum = any(i.indkey)))) as key
      from pg_class t join pg_attribute a on a.attrelid = t.oid and a.attnum > 0 and not a.attisdropped
      join pg_type y on y.oid = a.atttypid left join pg_type e on e.oid = y.typelem
     where t.relnamespace = 'public'::regnamespace and t.relkind in ('r', 'p') and t.relname !~ '^(river|goose)_' and t.relname <> 'audit_value'
       and (y.typcategory = 'S' or e.typcategory = 'S' or y.oid = 'jsonb'::regtype)
     order by 1, 2
  loop
    return query select c.tab, c.col, null::jsonb;
    return query execute format($sql$
      select %1$L::text, %2$L::text, %3$s || case f.how when 'name' then '{"found_by": "name"}' else '{}' end::jsonb
        from %1$I t, jsonb_array_elements(case jsonb_typeof(to_jsonb(t.%2$I)) when 'array' then to_jsonb(t.%2$I) else jsonb_build_array(t.%2$I) end) part,
             names_person(%4$s::text, $1, $2) f(how)
       where (strpos(comparable(t.%2$I::text), $1) > 0 or $2 <> '' and strpos(comparable(t.%2$I::text), $2) > 0)
         and f.how is not null and names_person(part::text, $1, $2) is not null
       order by 3 $sql$, c.tab, c.col,
      case when c.about_one then 'to_jsonb(t)' else format('jsonb_build_object(%s, %L, part)', c.key, c.col) end,
      case when c.about_one then 'to_jsonb(t)' else 'part' end)
      using comparable(p_email), comparable(p_name);
  end loop;
  return query select 'audit_value', 'value', null::jsonb;
  return query select 'audit_value', 'value', jsonb_build_object('id', e.id, 'at', e.at, 'action', e.action, 'record', e.record, 'record_id', e.record_id, 'value', v.value)
      || case f.how when 'name' then '{"found_by": "name"}' else '{}' end::jsonb
    from audit_value v join audit_event e on e.value_id = v.id, names_person(v.value, p_email, p_name) f(how)
   where v.erased_at is null and f.how is not null order by e.id;
  return query select h.place, h.field, h.held from app_user u, person_holdings(u.id) h where comparable(u.email) = comparable(p_email);
end $$;
-- +goose StatementEnd

grant execute on function address_holdings(text, text) to klausul_office;

-- +goose Down
select 1 / 0; -- migrations go forward only
