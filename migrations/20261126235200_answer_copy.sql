-- +goose Up
-- An answer that was copied from another version of one of the vendor's agreements: in which
-- act, from where, and what stood there before it. It speaks of the answer at one version of
-- it: an answer that somebody gave since is that person's own, and the row is worth nothing.
-- The office's alone: what a draft said before is no member's.
create table answer_copy (
  agreement_version_id bigint not null references agreement_version,
  path                 text not null,
  act                  int not null, -- the version of the draft's text that the copying made
  from_version_id      bigint not null references agreement_version,
  answer_version       int not null,
  before               jsonb not null,
  primary key (agreement_version_id, path)
);
alter table answer_copy enable row level security;
create policy office on answer_copy to klausul_office using (true) with check (true);
grant select, insert, delete on answer_copy to klausul_office;

-- +goose Down
select 1 / 0; -- migrations go forward only
