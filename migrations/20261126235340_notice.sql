-- +goose Up
-- Notice of termination is a step like any other, with who gave it; so is taking it back. The
-- agreement stays in force until its last day, so the state of the step does too.
alter table accession_step
  add column notice  text check (notice in ('given', 'taken_back')),
  add column ends_on date,
  add constraint accession_step_notice check ((notice = 'given') = (ends_on is not null) and (notice is null or state = 'in_force'));
alter table accession_proposal drop constraint accession_proposal_act_check,
  add constraint accession_proposal_act check (act in ('accept', 'decline', 'hold', 'enter_force', 'terminate', 'continue'));

-- +goose StatementBegin
-- Notice without a step, or a step without notice, would be nobody's doing.
create function notice_is_a_step() returns trigger
  language plpgsql volatile security definer set search_path = pg_catalog, public, pg_temp as $$
begin
  if (select s.ends_on from accession_step s where s.accession_id = new.id and s.notice is not null order by s.id desc limit 1) is distinct from new.ends_on then
    raise exception 'accession %: its last day changed without a step', new.id using errcode = 'check_violation';
  end if;
  return null;
end $$;
-- +goose StatementEnd
create constraint trigger notice_is_a_step after update of ends_on on accession deferrable initially deferred
  for each row when (new.state = 'in_force' and old.ends_on is distinct from new.ends_on) execute function notice_is_a_step();

-- +goose Down
select 1 / 0; -- migrations go forward only
