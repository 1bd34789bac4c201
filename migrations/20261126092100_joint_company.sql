-- +goose Up
-- A joint municipal company that was registered as a member after it became a vendor, or
-- came in with a list of vendors, is the same company.
update vendor v set organisation_id = o.id, version = v.version + 1
  from organisation o where o.cvr = v.cvr and o.kind = 'joint_company' and v.organisation_id is null and v.merged_into is null;

-- +goose Down
select 1 / 0; -- migrations go forward only
