-- +goose Up
-- A proposal about an agreement that has moved meanwhile is overtaken: nobody decided it, and
-- it stands in nobody's way. The database sees to it, whoever moves the agreement.
alter table accession_proposal drop constraint accession_proposal_outcome_check,
  add constraint accession_proposal_outcome check (outcome in ('open', 'confirmed', 'refused', 'withdrawn', 'overtaken'));

-- +goose StatementBegin
create function proposal_overtaken() returns trigger
  language plpgsql volatile security definer set search_path = pg_catalog, public, pg_temp as $$
begin
  update accession_proposal set outcome = 'overtaken', decided_at = new.state_at where accession_id = new.id and outcome = 'open';
  return null;
end $$;
-- +goose StatementEnd
create trigger proposal_overtaken after update of state, ends_on on accession
  for each row when (old.state is distinct from new.state or old.ends_on is distinct from new.ends_on) execute function proposal_overtaken();

update accession_proposal p set outcome = 'overtaken', decided_at = c.state_at from accession c
 where c.id = p.accession_id and p.outcome = 'open' and c.state_at > p.proposed_at;

-- +goose Down
select 1 / 0; -- migrations go forward only
