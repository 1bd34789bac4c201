-- +goose Up
-- Whether any clause of a version was agreed otherwise: most have none, and a draft that
-- somebody writes in need not ask for them at every field.
alter table agreement_version add negotiated boolean not null default false;
update agreement_version v set negotiated = true where exists (select from negotiated_clause c where c.agreement_version_id = v.id);

-- +goose StatementBegin
create function negotiated_clause_noted() returns trigger
  language plpgsql volatile security definer set search_path = pg_catalog, public, pg_temp as $$
begin
  update agreement_version set negotiated = true where id = new.agreement_version_id and not negotiated;
  return null;
end $$;
-- +goose StatementEnd
create trigger negotiated_clause_noted after insert on negotiated_clause for each row execute function negotiated_clause_noted();

-- +goose Down
select 1 / 0; -- migrations go forward only
