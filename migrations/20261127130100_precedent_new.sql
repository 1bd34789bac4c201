-- +goose Up
-- A new clause is remembered by the clause that it follows: by no key all of a family's new
-- clauses were one.
update precedent p set clause_key = c.other from negotiation_change c
  where p.kind = 'new' and p.clause_key = '' and c.round_id = p.round_id and c.no = p.change_no;

-- +goose Down
select 1 / 0; -- migrations go forward only
