-- +goose Up
-- The own agreements that run, whatever an organisation had before.
create index own_agreement_now on own_agreement (organisation_id, coalesce(ends_on, 'infinity'::date));

-- +goose Down
select 1 / 0; -- migrations go forward only
