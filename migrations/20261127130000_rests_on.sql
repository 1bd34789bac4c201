-- +goose Up
-- What the wording of each clause rests on: by the clause's key the answers, and facts of the
-- register, that it speaks of, as they were when the text went to the vendor or when a lawyer
-- confirmed the clause since. A text that went out earlier has none, and nothing is told of it
-- before it goes out again.
alter table agreement_version add rests_on jsonb not null default '{}';

-- +goose Down
select 1 / 0; -- migrations go forward only
