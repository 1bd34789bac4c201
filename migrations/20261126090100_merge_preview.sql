-- +goose Up
-- +goose StatementBegin
-- What a merge would move, tried and taken back. The code of the way back is no KM000:
-- that is a class, and took a row that cannot follow (KM001) for it.
create or replace function merge_preview(p_kind text, p_winner int, p_loser int) returns table (moved jsonb, joined jsonb)
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
    raise exception using errcode = 'KM009', message = 'looked at';
  exception when sqlstate 'KM009' then null;
  end;
  return next;
end $$;
-- +goose StatementEnd

-- +goose Down
select 1 / 0; -- migrations go forward only
