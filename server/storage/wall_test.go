package storage_test

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"

	"github.com/jackc/pgx/v5"

	"klausul/server/access"
	"klausul/server/storage"
	"klausul/server/storage/storagetest"
)

// wall is a register with two members, one that left on 2024-06-30 and one that joins
// tomorrow; every shared thing exists from before and from after the leaving.
type wall struct {
	*storagetest.Env
	org    map[string]int32
	token  map[string]string // by situation
	labels map[string]string // table -> SQL expression that names its rows
	conns  map[access.Login]*pgx.Conn
}

// The people of the wall, and what their sessions are.
func buildWall(t *testing.T) *wall {
	t.Helper()
	w := &wall{Env: storagetest.New(t), org: map[string]int32{}, token: map[string]string{}, conns: map[access.Login]*pgx.Conn{}}
	for _, login := range access.Logins {
		w.conns[login] = w.Conn(string(login))
	}
	w.org["viborg"], w.org["randers"] = w.Member("viborg"), w.Member("randers")
	w.org["skive"], w.org["aabenraa"] = w.Organisation("skive"), w.Organisation("aabenraa")
	w.Membership(w.org["skive"], "2018-01-01", "2024-06-30")
	w.Membership(w.org["aabenraa"], w.Day(1), "")

	person := func(situation, name string, role access.Role, org string) (user, grant int64) {
		user = w.User(name)
		grant = w.Grant(user, role, w.org[org])
		w.token[situation] = w.Session(user, grant)
		return user, grant
	}
	vera, verasGrant := person("viborg", "vera", access.ContactPerson, "viborg")
	person("randers", "rita", access.ContactPerson, "randers")
	person("ex", "sara", access.ContactPerson, "skive")
	person("future", "anna", access.ContactPerson, "aabenraa")
	person("office", "olga", access.Lawyer, "")
	person("board", "bent", access.Board, "")
	vagn, _ := person("left", "vagn", access.ContactPerson, "viborg")
	w.Exec("update app_user set left_at = now() where id = $1", vagn)
	between := func(situation, name, from, to string) {
		user := w.User(name)
		w.token[situation] = w.Session(user, w.GrantBetween(user, access.ContactPerson, w.org["viborg"], from, to))
	}
	between("grant ended", "victor", "2020-01-01", w.Day(-1))
	between("grant to come", "vibe", w.Day(1), "")
	w.token["expired"] = w.Session(vera, verasGrant)
	w.Exec("update session set expires_at = now() - interval '1 second' where token_hash = $1", storage.TokenHash(w.token["expired"]))
	w.token["revoked"] = w.Session(vera, verasGrant)
	w.Exec("update session set revoked_at = now() where token_hash = $1", storage.TokenHash(w.token["revoked"]))
	// A session whose grant is another person's stands for nobody.
	w.token["grant of another"] = w.Session(vagn, verasGrant)
	w.token["forged"] = storage.NewToken()
	w.token["none"] = ""

	old, late := w.Vendor("old"), w.Vendor("late")
	oldSystem, lateSystem := w.System(old, "old"), w.System(late, "late")
	w.Exec("update vendor set created_at = '2025-01-01' where id = $1", late)
	w.Exec("update it_system set created_at = '2025-01-01' where id = $1", lateSystem)
	w.Exec("insert into kle (number, title) values ('00', 'Kommunens styrelse'), ('98', 'Andet')")
	w.Exec("insert into kle_issue (issued_on, items, sha256, imported_at) values ('2025-05-01', 2, $1, now())", storagetest.Hash('f'))
	for id, at := range map[int32]string{oldSystem: "2019-01-01", lateSystem: "2025-01-01"} {
		w.Exec("insert into system_profile values ($1, 'data_kind', 'cpr')", id)
		w.Exec("insert into system_kle values ($1, '00')", id)
		w.Exec("update system_vendor set recorded_at = $2::text::date where system_id = $1", id, at)
		w.Exec("insert into system_screening (system_id, outcome, reason, decided_at) values ($1, 'personal_data', 'x', $2::text::date)", id, at)
	}
	for i, org := range []string{"viborg", "randers", "skive"} {
		w.Exec(`insert into upload (organisation_id, by_office, user_id, name, sha256, size, media_type, staging_key, created_at)
			values ($1, $2, $3, 'x', $4, 1, 'x', $5, now())`, w.org[org], org == "skive", vera, storagetest.Hash('f'), fmt.Sprint("received/", i))
	}
	behind := w.Vendor("old") // a third: either of the two can then be merged into the other
	for vendor, at := range map[int32]string{old: "2019-01-01", late: "2025-01-01"} {
		w.Exec("insert into vendor_name (vendor_id, name, to_date, created_at) values ($1, 'before', '2019-12-31', $2::text::date)", vendor, at)
		w.Exec("insert into vendor_contact (vendor_id, role, name, created_at) values ($1, 'breach', 'Bo', $2::text::date)", vendor, at)
		w.Exec("insert into dpf_certification (vendor_id, from_date, hr, checked_on, created_at) values ($1, '2023-07-10', true, '2024-01-01', $2::text::date)", vendor, at)
		w.Exec("insert into subprocessor (vendor_id, processor_id, from_date, created_at) values ($1, $2, '2020-01-01', $3::text::date)", vendor, behind, at)
	}
	w.Exec("insert into position (family, kind, subject, issue) values ('x', 'clause', 'x', 'x')")
	w.Exec("insert into territory (code, kind, from_date, source, created_at) values ('MX', 'adequacy', '2025-01-01', 'x', '2025-01-01')")
	for _, org := range []string{"viborg", "randers", "skive"} {
		w.Usage(w.org[org], oldSystem)
		own := storagetest.One[int64](w.Env, "insert into own_agreement (organisation_id, vendor_id, title) values ($1, $2, 'own') returning id", w.org[org], old)
		w.Exec("insert into own_agreement_system values ($1, $2, $3)", own, oldSystem, w.org[org])
	}
	before := w.Offered(old, "old", "2024-06-30 21:59:59+00", oldSystem)   // the last second of skive's membership
	after := w.Offered(late, "late", "2024-06-30 22:00:00+00", lateSystem) // the first after it
	draft := w.Draft(old, "draft", oldSystem)
	for id, a := range map[string]storagetest.Agreement{"old": before, "late": after, "draft": draft} {
		w.Exec("update template_version set name = $2 where id = $1", a.Template, id)
	}
	w.Exec("insert into agreement_comment (agreement_id, text, created_at) values ($1, 'comment', now())", draft.ID)
	w.Exec("insert into answer_copy (agreement_version_id, path, act, from_version_id, answer_version, before) values ($1, 'x', 1, $2, 1, '1')", draft.Version, before.Version)
	w.Exec("insert into agreement_review (agreement_version_id, at_version, asked_at, asked_by) select $1, 1, now(), id from app_user where name = 'olga'", before.Version)
	for i, title := range []string{"both", "nobody"} {
		heard := storagetest.One[int64](w.Env, `insert into hearing (agreement_id, agreement_version_id, no, title, vendor_name, systems, question, deadline, language, clauses, fields, text_hash, opened_at)
			values ($1, $2, 1, $3, 'x', '{}', 'x', '2999-01-01', 'da', '[]', '[]', $4, now()) returning id`, []int64{draft.ID, before.ID}[i], draft.Version, title, storagetest.Hash('a'))
		if title == "nobody" {
			continue
		}
		for _, org := range []string{"viborg", "randers", "skive"} {
			w.Exec("insert into hearing_party (hearing_id, organisation_id) values ($1, $2)", heard, w.org[org])
			w.Exec("insert into hearing_answer (hearing_id, organisation_id, path, value, changed_at) values ($1, $2, 'persons', '1', now())", heard, w.org[org])
		}
		w.Exec("update hearing_party set sent_at = now() where organisation_id = $1", w.org["randers"])
	}
	// A published version of a family for members, and of one for everybody; no agreement stands on either.
	for family, audience := range map[string]string{"members": "members", "everybody": "all"} {
		w.Exec(`insert into template_family (key, name, use_when, audience) values ($1, '{"da": "x"}', '{"da": "x"}', $2)`, family, audience)
		v := storagetest.One[int64](w.Env, `insert into template_version (key, name, version, language, provenance, text_hash, fields, state, published_at)
			values ($1, $1, '1', 'da', 'sample', $2, '[]', 'published', now()) returning id`, family, storagetest.Hash('a'))
		w.Exec(`insert into clause (template_version_id, key, position, number, level, annex, heading, blocks, hash) values ($1, 'formaal', 1, '1', 1, false, $2, '[]', $3)`, v, family, storagetest.Hash('b'))
	}
	w.Accession(before, w.org["viborg"])
	w.Accession(after, w.org["viborg"])
	w.Accession(before, w.org["randers"])
	w.Accession(before, w.org["skive"])
	for _, org := range []string{"viborg", "randers", "skive"} {
		own := storagetest.One[int64](w.Env, "select min(id) from accession where organisation_id = $1", w.org[org])
		w.Exec("insert into accession_step (accession_id, organisation_id, state, on_date, capacity, at) values ($1, $2, 'offered', '2024-01-01', 'job', now())", own, w.org[org])
		w.Exec("insert into accession_answer (accession_id, path, organisation_id, value, changed_at) values ($1, 'x', $2, '1', now())", own, w.org[org])
		w.Exec("insert into accession_proposal (accession_id, organisation_id, act, on_date, proposed_at) values ($1, $2, 'accept', '2024-01-01', now())", own, w.org[org])
		w.Exec("insert into instruction (accession_id, organisation_id, given_on, given_to, wording, recorded_at) values ($1, $2, '2024-01-01', '', 'x', now())", own, w.org[org])
		w.Exec("insert into authorised_subprocessor (accession_id, organisation_id, name, from_date) values ($1, $2, 'x', '2024-01-01')", own, w.org[org])
		// Viborg's mandate runs; Randers took its back, and Skive left without doing so.
		w.Exec("insert into mandate (organisation_id, from_date, note, recorded_at, revoked_at) values ($1, '2024-01-01', 'x', now(), case when $2 then now() end)", w.org[org], org == "randers")
	}
	w.Exec("insert into stored_file (sha256, size, media_type, staging_key) values ($1, 1, 'application/pdf', 'staging/office')", storagetest.Hash('e'))
	w.negotiated(old, draft, before, after)
	source := storagetest.One[int64](w.Env, `insert into template_source (family, language, convention, provenance, file_name, file_id)
		select 'everybody', 'da', 'state', 'secretariat', 'x', max(id) from stored_file returning id`)
	w.Exec("insert into template_paragraph (source_id, place, recognised) values ($1, 0, '{}')", source)
	batch := storagetest.One[int64](w.Env, "insert into batch (kind, subject_id, title) values ('release', $1, 'old') returning id", before.Version)
	w.Exec("insert into batch_item (batch_id, organisation_id) values ($1, $2), ($1, $3)", batch, w.org["viborg"], w.org["randers"])
	w.Exec("insert into task (id, thing, subject_id, title, due_on, created_at) values (1, 'accession', $1, 'old', '2030-01-01', now()), (2, 'hearing', $1, 'nobody''s yet', '2030-01-01', now())", before.Version)
	w.Exec("insert into task_system values (1, $1)", oldSystem)
	for i, org := range []string{"viborg", "randers", "skive"} {
		w.Exec("insert into task_line (id, task_id, organisation_id, target_id, created_at) values ($1, 1, $2, 1, now())", i+1, w.org[org])
		w.Exec("insert into task_ask (line_id, organisation_id, user_id, asked_at, answered_at, answer) values ($1, $2, $3, now(), now(), 'neutral')", i+1, w.org[org], vera)
	}
	for i, org := range []string{"viborg", "randers", "skive"} {
		w.Exec("insert into mail (id, user_id, day, message_id, state, created_at, changed_at) values ($1, $2, $3::text::date, $4, 'sent', now(), now())", i+1, vera, w.Day(i), org)
		w.Exec("insert into mail_line values ($1, $1, $2, 0, true, today())", i+1, w.org[org])
	}
	w.Exec("alter table task alter id restart with 100")
	w.Exec("alter table task_line alter id restart with 100")
	w.Exec("insert into organisation_successor (organisation_id, successor_id, from_date, kind, organisation_name, successor_name) values ($1, $2, '2024-07-01', 'merger', 'skive', 'viborg')", w.org["skive"], w.org["viborg"])
	w.Exec("insert into organisation_setting (organisation_id) values ($1), ($2)", w.org["viborg"], w.org["randers"])
	for _, org := range []string{"viborg", "randers", ""} {
		review := storagetest.One[int64](w.Env, "insert into access_review (organisation_id, opened_on, due_on) values (nullif($1::int, 0), '2026-01-01', '2026-01-31') returning id", w.org[org])
		w.Exec("insert into access_review_line (review_id, grant_id, organisation_id) select $1, min(id), nullif($2::int, 0) from role_grant where organisation_id is not distinct from nullif($2::int, 0)", review, w.org[org])
	}
	w.Exec("insert into erasure (rule, rule_from, what, entries) values ('session.forget', '2022-01-01', 'session', 3)")
	w.Exec("update organisation_fact set from_date = '2020-01-01'")
	for org, person := range map[string]string{"viborg": "vera", "randers": "rita", "skive": "sara"} {
		w.Exec(`insert into usage_change (organisation_id, kind, cells, made_at, made_by) select $1, 'edit', '[]', now(), id from app_user where name = $2`, w.org[org], person)
		w.Exec(`insert into bulk_change (organisation_id, list, field, cells, made_at, made_by) select $1, 'own_agreements', 'endsOn', '[]', now(), id from app_user where name = $2`, w.org[org], person)
		w.Exec(`insert into saved_filter (organisation_id, user_id, page, name, query) select $1, id, 'our-systems', 'own', '' from app_user where name = $2`, w.org[org], person)
	}
	w.Exec(`insert into saved_filter (organisation_id, user_id, page, name, query) select $1, id, 'our-systems', 'a colleague''s alone', '' from app_user where name = 'victor'`, w.org["viborg"])
	w.Exec(`insert into saved_filter (user_id, page, name, query) select id, 'our-systems', 'office', '' from app_user where name = 'olga'`)
	w.Exec(`insert into bulk_change (list, field, cells, made_at, made_by) select 'systems', 'hosting', '[]', now(), id from app_user where name = 'olga'`)
	w.Exec("insert into figure (key, value, at) values ('members', 2, now())")
	w.Exec("insert into system_scope (system_id, day, users, agreed, in_scope, at) values ($1, today(), 2, 2, false, now())", oldSystem)
	w.Exec("insert into scope_point (day, in_scope, at) values (today(), 0, now())")
	merged := storagetest.One[int64](w.Env, "insert into record_merge (kind, winner_id, loser_id, created_by) values ('vendor', 901, 902, $1) returning id", vera)
	w.Exec("insert into merge_step (merge_id, no, batch, table_name, op, key, before, after) values ($1, 1, 1, 'vendor', 'change', '{\"id\": 902}', '{\"name\": \"x\"}', '{\"name\": \"x\"}')", merged)
	w.Exec("insert into duplicate_suspect (kind, first_id, second_id, certainty, why, at) values ('vendor', $1, $2, 50, '{name}', now())", old, late)
	w.Exec("insert into duplicate_dismissal (kind, first_id, second_id, created_by) values ('vendor', $1, $2, $3)", old, late, vera)
	w.Exec("insert into usage_not_needed (usage_id, from_at) select min(id), now() from usage")
	w.Exec("insert into kitos_claim (system_id, kitos_uuid) values ($1, gen_random_uuid())", oldSystem)
	for i, org := range []string{"viborg", "randers", "skive", ""} {
		w.Exec("insert into import (id, organisation_id, kind, file_name, size, staging_key, created_by) values ($1, nullif($2, 0), 'usages', 'x', 1, 'x', $3)", i+1, w.org[org], vera)
		w.Exec("insert into import_row (import_id, line, organisation_id, cells) values ($1, 1, nullif($2, 0), '[]')", i+1, w.org[org])
		w.Exec("insert into import_mapping (organisation_id, kind, heading_key, fields) values (nullif($1, 0), 'usages', 'x', '{}')", w.org[org])
	}
	w.Exec("alter table import alter id restart with 100")
	w.Exec("insert into invitation (code_hash, user_id, expires_at) values ($1, $2, 'infinity')", storage.TokenHash("code"), vera)
	w.Exec("insert into issuer_binding (issuer, organisation_id) values ('https://idp.viborg.dk', $1)", w.org["viborg"])
	w.Exec("insert into audit_event (role, action, organisation_id) values ('lawyer', 'agreement.release', $1)", w.org["viborg"])
	w.Exec("insert into audit_value (id, salt, value) values (gen_random_uuid(), '\\x00', '{}')")

	orgName := "case organisation_id "
	for name, id := range w.org {
		orgName += fmt.Sprintf("when %d then '%s' ", id, name)
	}
	orgName += "else 'secretariat' end"
	sameVendor := fmt.Sprintf("case vendor_id when %d then 'old' else 'late' end", old)
	version := fmt.Sprintf("case agreement_version_id when %d then 'old' when %d then 'late' else 'draft' end", before.Version, after.Version)
	template := fmt.Sprintf("case template_version_id when %d then 'old' when %d then 'late' else 'draft' end", before.Template, after.Template)
	negotiation := fmt.Sprintf("case negotiation_id when %d then 'followed' else 'unfollowed' end", storagetest.One[int64](w.Env, "select id from negotiation where title = 'followed'"))
	agreement := fmt.Sprintf("case agreement_id when %d then 'old' when %d then 'late' else 'draft' end", before.ID, after.ID)
	system := fmt.Sprintf("case system_id when %d then 'old' else 'late' end", oldSystem)
	w.labels = map[string]string{
		"organisation": "name", "membership": orgName, "app_user": "name", "role_grant": orgName, "vendor": "name", "it_system": "name",
		"usage": orgName, "template_version": "name", "template_family": "case when audience = 'all' then 'everybody' else 'members' end",
		"clause": "case when heading = 'Formål' then " + template + " else heading end", "agreement": "title", "agreement_system": agreement,
		"agreement_version": agreement, "answer": version, "batch": "title", "batch_item": orgName, "stored_file": orgName,
		"accession": orgName + " || '-' || " + agreement, "accession_system": orgName, "accession_document": orgName, "figure": "key",
		"accession_step": orgName, "accession_answer": orgName, "accession_proposal": orgName, "mandate": orgName, "instruction": orgName, "authorised_subprocessor": orgName,
		"usage_change": orgName, "bulk_change": orgName, "saved_filter": orgName, "own_agreement": orgName, "own_agreement_system": orgName, "organisation_fact": orgName, "organisation_successor": "successor_name",
		"organisation_setting": orgName, "access_review": orgName, "access_review_line": orgName,
		"system_scope": "'scope'", "record_merge": "'merge'", "merge_step": "'step'", "duplicate_suspect": "'suspect'", "duplicate_dismissal": "'dismissal'", "kitos_claim": "'claim'",
		"system_profile": system, "system_vendor": system, "system_screening": system, "system_kle": system,
		"import": orgName, "import_row": orgName, "import_mapping": orgName,
		"upload":      "case when by_office then 'by office' else " + orgName + " end",
		"vendor_name": sameVendor, "vendor_contact": sameVendor, "dpf_certification": sameVendor, "subprocessor": sameVendor,
		"template_source": "'source'", "template_paragraph": "'paragraph'",
		"task": "title", "task_system": system, "task_line": orgName, "task_ask": orgName, "mail": "message_id", "mail_line": orgName,
		"agreement_comment": "'comment'", "answer_copy": "'copy'", "agreement_review": "'review'", "hearing": "title", "hearing_party": orgName, "hearing_answer": orgName,
		"negotiation": "title", "negotiation_step": negotiation, "negotiation_round": negotiation, "negotiated_clause": version, "precedent": "'precedent'", "negotiation_entry": "'entry'", "negotiation_paper": negotiation, "negotiation_paper_entry": "'paper entry'",
		"negotiation_verdict": "wording", "negotiation_change": "case before when 'followed' then 'followed' else 'unfollowed' end",
		"position": "'position'", "territory": "case when code = 'MX' then 'late' else 'old' end",
	}
	return w
}

// negotiated adds the negotiation of a draft on a system that all three use or used, and one
// on a system that nobody uses; and a clause of each version that was agreed otherwise.
func (w *wall) negotiated(vendor int32, draft, before, after storagetest.Agreement) {
	file := storagetest.One[int64](w.Env, "select max(id) from stored_file where organisation_id is null")
	for title, a := range map[string]storagetest.Agreement{"followed": draft, "unfollowed": after} {
		id := storagetest.One[int64](w.Env, `insert into negotiation (agreement_id, agreement_version_id, vendor_id, number, version_no, title, language, systems, turn, since, started_at, changed_at)
			values ($1, $2, $3, 1, 1, $4, 'da', array(select g.system_id from agreement_system g where g.agreement_id = $1), 'office', now(), now(), now()) returning id`, a.ID, a.Version, vendor, title)
		w.Exec("insert into negotiation_step (negotiation_id, stage, made_at) values ($1, 'preparing', now())", id)
		for no, verdict := range []string{"", "answered", "", "weighed"} { // out, in, out, in
			if title == "unfollowed" && verdict == "answered" {
				verdict = "weighed"
			}
			if no > 1 && title == "unfollowed" {
				break
			}
			if verdict == "" {
				w.Exec(`insert into negotiation_round (negotiation_id, no, direction, file_id, file_name, text_hash, tree, made_at)
					values ($1, $2, 'out', $3, 'x', $4, '[]', now())`, id, no+1, file, storagetest.Hash('a'))
				continue
			}
			round := storagetest.One[int64](w.Env, `insert into negotiation_round (negotiation_id, no, direction, answers_id, file_id, file_name, text_hash, report, made_at)
				select $1, $2, 'in', max(r.id), $3, 'x', $4, '{}', now() from negotiation_round r where r.negotiation_id = $1 returning id`, id, no+1, file, storagetest.Hash('a'))
			w.Exec(`insert into negotiation_change (round_id, no, clause_key, place, kind, before, after, touched, trivial, tracked) values ($1, 1, 'x', 1, 'wording', $2, '', false, false, false)`, round, title)
			w.Exec("insert into negotiation_verdict (round_id, no, decision, wording, version, decided_at) values ($1, 1, 'accept', $2, 1, now())", round, verdict)
		}
		if title == "followed" {
			w.Exec("insert into negotiation_entry (negotiation_id, kind, text, made_at) values ($1, 'next', 'x', now())", id)
			paper := storagetest.One[int64](w.Env, "insert into negotiation_paper (negotiation_id, file_id, file_name, reading, made_at) values ($1, $2, 'x', '{}', now()) returning id", id, file)
			w.Exec("insert into negotiation_paper_entry (paper_id, entry_key, version) values ($1, 'breach', 1)", paper)
		}
	}
	w.Exec("alter table negotiated_clause disable trigger negotiated_clause_frozen")
	for _, a := range []storagetest.Agreement{draft, before, after} {
		w.Exec(`insert into negotiated_clause (agreement_version_id, clause_key, clause, kind, before, after, touched, decided_at) values ($1, 'x', '{}', 'changed', '', '', false, now())`, a.Version)
	}
	w.Exec("alter table negotiated_clause enable trigger negotiated_clause_frozen")
	w.Exec(`insert into precedent (family, clause_key, kind, before, wording, outcome, touched, vendor_id, bands, decided_at) values ('x', 'x', 'wording', '', 'x', 'refused', false, $1, '{1}', now())`, vendor)
}

// situation is who asks: as which login, with which session, a job for which organisation.
type situation struct {
	login access.Login
	token string
	org   string
}

// Columns of the expectation tables. "nobody" stands for every session that must be worth nothing.
var columns = []string{"viborg", "randers", "ex", "future", "nobody", "office", "board", "job viborg", "job none"}

var nobodies = []string{"none", "forged", "expired", "revoked", "left", "grant ended", "grant to come", "grant of another", "office", "board"}

// situations lists who stands in a column.
func situations(column string) map[string]situation {
	switch column {
	case "nobody":
		all := map[string]situation{}
		for _, token := range nobodies {
			all["member login, session "+token] = situation{login: access.LoginMember, token: token}
		}
		// Members' policies must not listen to the jobs' setting.
		all["member login with a job's organisation"] = situation{login: access.LoginMember, token: "none", org: "viborg"}
		return all
	case "office":
		return map[string]situation{"office": {login: access.LoginOffice, token: "office"}}
	case "board":
		return map[string]situation{"board": {login: access.LoginBoard, token: "board"}}
	case "job viborg":
		return map[string]situation{column: {login: access.LoginJob, token: "none", org: "viborg"}}
	case "job none":
		return map[string]situation{
			column: {login: access.LoginJob, token: "none"},
			// A job must not be taken for a person whose token it happens to carry.
			"job with a session": {login: access.LoginJob, token: "viborg"},
		}
	}
	return map[string]situation{column: {login: access.LoginMember, token: column}}
}

// as runs fn as the situation, in a transaction that is rolled back.
func (w *wall) as(t *testing.T, s situation, fn func(tx pgx.Tx) error) error {
	t.Helper()
	ctx := t.Context()
	tx, err := w.conns[s.login].Begin(ctx)
	if err != nil {
		t.Fatal(err)
	}
	defer tx.Rollback(context.WithoutCancel(ctx))
	org := ""
	if s.org != "" {
		org = fmt.Sprint(w.org[s.org])
	}
	if _, err := tx.Exec(ctx, "select set_config('app.session', $1, true), set_config('app.organisation', $2, true)", w.token[s.token], org); err != nil {
		t.Fatal(err)
	}
	return fn(tx)
}

// seen names the rows of a table that the situation sees; "!" when the login may not look.
func (w *wall) seen(t *testing.T, s situation, table string) string {
	t.Helper()
	label, named := w.labels[table]
	if !named {
		label = "'some'"
	}
	var found []string
	err := w.as(t, s, func(tx pgx.Tx) error {
		rows, err := tx.Query(t.Context(), "select "+label+" from "+pgx.Identifier{table}.Sanitize())
		if err != nil {
			return err
		}
		found, err = pgx.CollectRows(rows, pgx.RowTo[string])
		return err
	})
	switch {
	case code(err) == "42501":
		return "!"
	case err != nil:
		t.Fatalf("%s: %v", table, err)
	case len(found) == 0:
		return "-"
	}
	slices.Sort(found)
	return strings.Join(slices.Compact(found), ",")
}

// done says what a statement did: how many rows, or "!" when it was refused.
func (w *wall) done(t *testing.T, s situation, statement string) string {
	t.Helper()
	for name, id := range w.org {
		statement = strings.ReplaceAll(statement, ":"+name, fmt.Sprint(id))
	}
	n := int64(0)
	err := w.as(t, s, func(tx pgx.Tx) error {
		tag, err := tx.Exec(t.Context(), statement)
		n = tag.RowsAffected()
		return err
	})
	if code(err) == "42501" {
		return "!"
	}
	if err != nil {
		t.Fatalf("%s: %v", statement, err)
	}
	return fmt.Sprint(n)
}

// grid reads a hand-written expectation table: a line per table or act, cells by "|".
func grid(t *testing.T, text string) (names []string, cells map[string]map[string]string) {
	t.Helper()
	cells = map[string]map[string]string{}
	for line := range strings.Lines(strings.TrimSpace(text)) {
		parts := strings.Split(strings.TrimSpace(line), "|")
		if len(parts) != len(columns)+1 {
			t.Fatalf("the line has %d cells, want %d: %s", len(parts)-1, len(columns), line)
		}
		name := strings.TrimSpace(parts[0])
		names = append(names, name)
		cells[name] = map[string]string{}
		for i, column := range columns {
			cells[name][column] = strings.TrimSpace(parts[i+1])
		}
	}
	return names, cells
}

func TestWallRead(t *testing.T) {
	t.Parallel()
	w := buildWall(t)
	tables, want := grid(t, readExpectations)
	for _, table := range tables {
		for _, column := range columns {
			for who, s := range situations(column) {
				if got := w.seen(t, s, table); got != want[table][column] {
					t.Errorf("%s sees of %s: %s\n want %s", who, table, got, want[table][column])
				}
			}
		}
	}
	rows, err := w.conns[access.LoginBoard].Query(t.Context(), "select relname from pg_class where relnamespace = 'public'::regnamespace and relkind in ('r', 'p', 'v', 'm') order by 1")
	if err != nil {
		t.Fatal(err)
	}
	exist, err := pgx.CollectRows(rows, pgx.RowTo[string])
	if err != nil {
		t.Fatal(err)
	}
	for _, table := range exist {
		if !slices.Contains(tables, table) && table != "river_job" { // river_job: TestMembersSeeTheirOwnJobs
			t.Errorf("nobody wrote down who may read the table %s", table)
		}
	}
}

func TestWallWrite(t *testing.T) {
	t.Parallel()
	w := buildWall(t)
	statements := maps.Clone(writeStatements)
	maps.Copy(statements, taskStatements)
	acts, want := grid(t, writeExpectations+taskExpectations[1:])
	for _, act := range acts {
		statement, known := statements[act]
		if !known {
			t.Fatalf("no statement for %q", act)
		}
		for _, column := range columns {
			for who, s := range situations(column) {
				if got := w.done(t, s, statement); got != want[act][column] {
					t.Errorf("%s, %s: %s, want %s", who, act, got, want[act][column])
				}
			}
		}
	}
	for act := range statements {
		if _, listed := want[act]; !listed {
			t.Errorf("nobody expects anything of %q", act)
		}
	}
}

// What no line of the write table grants must not be grantable by another way: the
// expectations list every privilege that a serving login has.
func TestPrivilegesAreThoseWrittenDown(t *testing.T) {
	t.Parallel()
	w := buildWall(t)
	rows, err := w.conns[access.LoginBoard].Query(t.Context(), `
		select case when grantee = 0 then 'PUBLIC' else grantee::regrole::text end || ' ' || lower(privilege_type) || ' ' || relname || coalesce('.' || attname, '')
		  from (select c.relname, null::name as attname, a.grantee, a.privilege_type from pg_class c, aclexplode(c.relacl) a
		         where c.relnamespace = 'public'::regnamespace
		        union all
		        select c.relname, at.attname, a.grantee, a.privilege_type from pg_attribute at join pg_class c on c.oid = at.attrelid, aclexplode(at.attacl) a
		         where c.relnamespace = 'public'::regnamespace) p
		 where grantee <> 'klausul_admin'::regrole and relname not like 'river%' and privilege_type <> 'SELECT' order by 1`)
	if err != nil {
		t.Fatal(err)
	}
	got, err := pgx.CollectRows(rows, pgx.RowTo[string])
	if err != nil {
		t.Fatal(err)
	}
	var want []string
	for line := range strings.Lines(strings.TrimSpace(privileges)) {
		who, tables, _ := strings.Cut(strings.TrimSpace(line), ": ")
		for _, table := range strings.Fields(tables) {
			want = append(want, who+" "+table)
		}
	}
	for _, line := range got {
		if !slices.Contains(want, line) {
			t.Errorf("a privilege that nobody wrote down: %s", line)
		}
	}
	for _, line := range want {
		if !slices.Contains(got, line) {
			t.Errorf("a privilege that is gone: %s", line)
		}
	}
}
