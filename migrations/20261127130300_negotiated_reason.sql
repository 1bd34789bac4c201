-- +goose Up
-- Why a wording was agreed, and by whom, is the secretariat's: no other login may ask for it.
revoke select on negotiated_clause from klausul_member, klausul_job;
grant select (agreement_version_id, clause_key, after_key, clause, kind, before, after, touched, round_id, decided_at) on negotiated_clause to klausul_member, klausul_job;

-- +goose Down
select 1 / 0; -- migrations go forward only
