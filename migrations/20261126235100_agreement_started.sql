-- +goose Up
-- When a version was begun: how long a draft has been one is counted from here.
alter table agreement_version add column started_at timestamptz;
update agreement_version v set started_at = case when v.no = 1 then (select a.created_at from agreement a where a.id = v.agreement_id) else v.changed_at end;
alter table agreement_version alter column started_at set default now(), alter column started_at set not null;

-- +goose Down
select 1 / 0; -- migrations go forward only
