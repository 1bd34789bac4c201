-- +goose Up
-- An amendment takes the organisation's own facts from the agreement that it amends; a page tells them from what the register said.
alter table accession_answer drop constraint accession_answer_source_check;
alter table accession_answer add constraint accession_answer_source_check check (source in ('member', 'register', 'base'));

-- +goose Down
select 1 / 0; -- migrations go forward only
