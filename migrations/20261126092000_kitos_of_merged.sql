-- +goose Up
-- +goose StatementBegin
-- Gives a system the KITOS uuid of one that was merged into it, and returns the public
-- number of that one; null: none of those bears it. It is noted with the merge, so that
-- taking the merge back gives each its own again.
create function system_take_kitos(p_system int, p_kitos uuid) returns int
  language plpgsql volatile security definer set search_path = pg_catalog, public, pg_temp as $$
declare me record; gone it_system; stands it_system; made bigint; begin
  select * into me from current_session();
  if me is null or me.organisation_id is not null or me.role not in ('lawyer', 'supervisor', 'secretariat_admin') then
    raise exception using errcode = '42501', message = 'only the secretariat keeps systems';
  end if;
  select * into gone from it_system s where s.kitos_uuid = p_kitos and s.merged_into = p_system for update;
  if gone.id is null then
    return null;
  end if;
  select m.id into made from record_merge m where m.kind = 'system' and m.loser_id = gone.id and m.undone_at is null order by m.id desc limit 1;
  select * into stands from it_system s where s.id = p_system;
  perform merge_change(made, 'it_system', to_jsonb(gone), '{"kitos_uuid": null}');
  perform merge_change(made, 'it_system', to_jsonb(stands), jsonb_build_object('kitos_uuid', p_kitos));
  return gone.number;
end $$;
-- +goose StatementEnd
grant execute on function system_take_kitos(int, uuid) to klausul_office;

-- +goose Down
select 1 / 0; -- migrations go forward only
