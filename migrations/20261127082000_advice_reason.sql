-- +goose Up
-- Who advises against says why. What was said without a reason before stays as it is.
alter table task_ask add constraint task_ask_reason check (answer <> 'advise_against' or btrim(answer_note) <> '') not valid;

-- +goose Down
select 1 / 0; -- migrations go forward only
