-- +goose Up
-- What runs today, whatever came before it. A case and no coalesce: the planner knows of
-- the first that it tells nothing of a row, and only such a condition may use an index
-- beside row-level security.
drop index usage_now;
create index usage_now on usage (organisation_id, (case when to_date is null then 'infinity'::date else to_date end));
create index own_agreement_now on own_agreement (organisation_id, (case when ends_on is null then 'infinity'::date else ends_on end));

-- +goose Down
select 1 / 0; -- migrations go forward only
