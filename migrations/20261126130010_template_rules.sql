-- +goose Up
-- What the template says of the answers, and which version a translation follows.
alter table template_version add rules jsonb not null default '[]';
alter table template_version add translation_of bigint references template_version;

-- +goose Down
select 1 / 0; -- migrations go forward only
