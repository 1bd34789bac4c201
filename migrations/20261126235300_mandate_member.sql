-- +goose Up
-- A mandate holds while the organisation is a member, and no longer than the membership in
-- which it was given: whoever has left cannot take it back.

-- Whether a mandate holds on a day. Both locks and every list ask this.
create function mandate_runs(m mandate, p_day date) returns boolean
  language sql stable
  return m.revoked_at is null and m.from_date <= p_day and (m.to_date is null or m.to_date >= p_day)
     and exists (select from membership s where s.organisation_id = m.organisation_id and s.from_date <= p_day and (s.to_date is null or s.to_date >= p_day)
                    and s.from_date <= (m.recorded_at at time zone 'Europe/Copenhagen')::date);
grant execute on function mandate_runs(mandate, date) to klausul_member, klausul_office;

-- +goose StatementBegin
-- The organisations whose mandate runs today.
create or replace function mandated() returns int[]
  language plpgsql stable security definer set search_path = pg_catalog, public, pg_temp as $$
begin
  return coalesce((select array_agg(m.organisation_id) from mandate m where mandate_runs(m, today())), '{}');
end $$;
-- +goose StatementEnd

-- +goose StatementBegin
-- Whether a step may be dated to a day: a mandate that runs today had begun by then.
create function mandated_on(p_organisation int, p_on date) returns boolean
  language plpgsql stable security definer set search_path = pg_catalog, public, pg_temp as $$
begin
  return exists (select from mandate m where m.organisation_id = p_organisation and m.from_date <= p_on and mandate_runs(m, today()));
end $$;
-- +goose StatementEnd
grant execute on function mandated_on(int, date) to klausul_office;

drop policy mandated on accession_step;
create policy mandated on accession_step for insert to klausul_office with check (capacity = 'mandate' and mandated_on(organisation_id, on_date));
drop policy mandated on authorised_subprocessor;
create policy mandated on authorised_subprocessor for insert to klausul_office with check (mandated_on(organisation_id, from_date));

-- +goose StatementBegin
-- A membership that gets an end gives the mandates of its time the same one; what was to
-- begin after it lapses. Asked at a new membership too: none of the one before revives.
create function membership_ends_mandates() returns trigger
  language plpgsql volatile security definer set search_path = pg_catalog, public, pg_temp as $$
begin
  update mandate m set to_date = case when m.from_date <= s.to_date then s.to_date else m.to_date end,
                       revoked_at = case when m.from_date > s.to_date then now() end
    from membership s
   where m.organisation_id = new.organisation_id and m.revoked_at is null and s.organisation_id = m.organisation_id and s.to_date < coalesce(m.to_date, 'infinity')
     and s.from_date = (select max(x.from_date) from membership x where x.organisation_id = m.organisation_id and x.from_date <= (m.recorded_at at time zone 'Europe/Copenhagen')::date);
  return null;
end $$;
-- +goose StatementEnd
create trigger membership_ends_mandates after insert or update on membership for each row execute function membership_ends_mandates();
update membership set to_date = to_date where to_date is not null; -- those who have left already

-- +goose Down
select 1 / 0; -- migrations go forward only
