-- +goose Up
-- Proposed without a day, a step counts from the day on which it is confirmed.
alter table accession_proposal alter column on_date drop not null;

-- +goose Down
select 1 / 0; -- migrations go forward only
