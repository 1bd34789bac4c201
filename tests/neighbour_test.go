package tests

import (
	"fmt"
	"net/url"
	"strings"
	"testing"
	"time"

	"klausul/server/storage"
)

// mark stands in every text that is the neighbour's, or the secretariat's alone, and
// nowhere else: an answer that holds it has shown a foreign row.
const mark = "zqx7"

// neighbour is a municipality that none of the sweeping people belongs to, and what is its.
type neighbour struct {
	organisation, agreement, accession int64
	draft, batch, stopped              int64
	vendor, system, onlyTheirs, own    int64
	upload                             string
	key, grant, user, review           int64
	usage, change, filter              int64
	many                               int64
	task, given                        int64 // its line of a task, and the task
	imported                           int64
	template                           int64 // a draft
	hearing                            int64 // in which only they are asked
	comment                            int64 // on the draft
	negotiation, step, letter, paper   int64 // of a draft on a system that only they use, entries in its journal, and a text of the vendor's
	clause                             string
	behind                             int64 // a vendor that stands behind a system that only they use
	cvr, persona                       string
	person                             *client
	hashes                             []string
}

// plant makes the neighbour: a municipality whose every text is marked, a person, an
// API key, systems in use, an agreement of its own with files; and beside it what only
// the secretariat may see: a draft and a stopped batch.
func plant(t *testing.T, w *world) neighbour {
	t.Helper()
	r := w.register(t)
	n := neighbour{cvr: "97979797", persona: "ingen-" + mark}
	n.organisation = ask[int64](r, `update organisation set name = $1, cvr = $2, street = $3, city = $4, postal_code = '8600' where name = 'Silkeborg Kommune' returning id`,
		"Zqx7by Kommune", n.cvr, "Zqx7gade 1", "Zqx7by")
	user := ask[int64](r, "insert into app_user (name, email) values ('Zqx7 Nabosen', 'zqx7@example.dk') returning id")
	n.grant = ask[int64](r, "insert into role_grant (user_id, role, organisation_id, from_date) values ($1, 'contact_person', $2, '2024-01-01') returning id", user, n.organisation)
	n.user = user
	n.review = ask[int64](r, "insert into access_review (organisation_id, opened_on, due_on) values ($1, '2026-01-01', '2026-01-31') returning id", n.organisation)
	r.exec("insert into access_review_line (review_id, grant_id, organisation_id) values ($1, $2, $3)", n.review, n.grant, n.organisation)
	n.person = w.holding(t, "the neighbour", r.session(user, n.grant))
	r.exec("update usage set local_name = 'zqx7 lokalt navn', owner_user_id = $2 where organisation_id = $1", n.organisation, user)
	r.exec("update organisation_fact set street = 'Zqx7gade 1', mail = 'zqx7@example.dk' where organisation_id = $1", n.organisation)
	r.exec("insert into organisation_fact (organisation_id, from_date, street) values ($1, '2098-01-01', 'Zqx7gade 2')", n.organisation)
	r.exec("insert into organisation_setting (organisation_id, default_responsible) values ($1, $2)", n.organisation, user)
	vendor := ask[int64](r, "select id from vendor where name = $1", storyVendor)
	n.vendor = ask[int64](r, "select number from vendor where id = $1", vendor)
	n.system = ask[int64](r, "select min(number) from it_system where vendor_id = $1", vendor)
	n.onlyTheirs = ask[int64](r, "insert into it_system (vendor_id, name) values ($1, 'Kun ét sted') returning number", vendor)
	r.exec("insert into usage (organisation_id, system_id, from_date, local_name) select $1, id, '2024-01-01', 'zqx7' from it_system where number = $2", n.organisation, n.onlyTheirs)
	r.exec("update usage set case_number = 'zqx7', local_owner = 'zqx7', not_needed_reason = 'zqx7', not_needed_at = now(), not_needed_by = $2 where organisation_id = $1", n.organisation, user)
	n.usage = ask[int64](r, "select min(id) from usage where organisation_id = $1 and local_name = 'zqx7 lokalt navn' and to_date is null", n.organisation)
	n.change = ask[int64](r, `insert into usage_change (organisation_id, kind, cells, made_at, made_by) values ($1, 'edit',
		jsonb_build_array(jsonb_build_object('usage', $2::int, 'field', 'localName', 'before', 'zqx7', 'after', 'zqx7 lokalt navn')), now(), $3) returning id`, n.organisation, n.usage, user)
	n.filter = ask[int64](r, "insert into saved_filter (organisation_id, user_id, page, name, query, shared) values ($1, $2, 'our-systems', 'zqx7 filter', 'q=zqx7', true) returning id", n.organisation, user)
	hidden := ask[int64](r, "insert into vendor (name, country, foreign_number) values ('Bag ét sted Inc.', 'US', 'x-1') returning id")
	n.behind = ask[int64](r, "select number from vendor where id = $1", hidden)
	r.exec("insert into subprocessor (vendor_id, system_id, processor_id, from_date) select $1, id, $2, '2024-01-01' from it_system where number = $3", vendor, hidden, n.onlyTheirs)

	lawyer := w.as(t, "jurist")
	d := lawyer.draft("Zqx7 kladde")
	lawyer.answer(d.Agreement.ID, "service.purpose", 0, "zqx7 formål")
	n.draft = d.Agreement.ID
	n.negotiates(r, vendor)
	n.comment = send[ref](lawyer, "POST", fmt.Sprintf("/api/v1/agreements/%d/comments", n.draft), map[string]any{"text": "zqx7 bemærkning"}).ID
	send[any](lawyer, "POST", fmt.Sprintf("/api/v1/agreements/%d/reviews", n.draft), map[string]any{"note": "zqx7 gennemgang"})
	n.hearing = send[struct{ Hearing ref }](lawyer, "POST", fmt.Sprintf("/api/v1/agreements/%d/hearings", n.draft),
		map[string]any{"question": "Zqx7 spørgsmål", "deadline": "2999-01-01", "organisations": []int64{n.organisation}}).Hearing.ID
	send[any](n.person, "PATCH", fmt.Sprintf("/api/v1/hearings/%d/answers", n.hearing), map[string]any{"path": "remark", "base": 0, "value": "zqx7 høringssvar"})
	n.template = send[ref](lawyer, "POST", "/api/v1/templates/1/drafts", map[string]any{}).ID
	n.clause = ask[string](r, "select key from clause where template_version_id = $1 and level = 2 order by position limit 1", n.template)
	send[any](lawyer, "PATCH", fmt.Sprintf("/api/v1/templates/%d/clauses/%s", n.template, n.clause), map[string]any{"base": 1, "heading": "Zqx7 bestemmelse", "blocks": []any{}})
	stopped, b := lawyer.started("Standset")
	send[batch](lawyer, "POST", fmt.Sprintf("/api/v1/batches/%d/cancel", b.ID), nil)
	n.stopped = b.ID
	n.agreement, b = lawyer.started("Til alle")
	n.batch = b.ID
	lawyer.finished(b.ID, time.Minute)
	r.sealed(n.agreement, time.Minute)
	eventually(t, 20*time.Second, "the stopped batch at rest", func() bool {
		return ask[int](r, "select count(*) from river_job where kind = 'batch.item' and state in ('available', 'running') and (args ->> 'batch')::bigint = $1", n.stopped) == 0
	})
	if ask[int](r, "update batch_item set code = 'zqx7' where batch_id = $1 and organisation_id = $2 and state = 'pending' returning 1", n.stopped, n.organisation) != 1 ||
		ask[int](r, "select count(*) from accession where agreement_id = $1", stopped) >= members {
		t.Fatal("the batch was not stopped before the neighbour's line")
	}

	n.imported = ask[int64](r, `insert into import (organisation_id, kind, state, file_name, size, staging_key, columns, total, added, refused, created_by)
		values ($1, 'usages', 'ready', 'zqx7 liste.csv', 1, '', '[{"heading": "System zqx7", "field": "system_name"}]', 1, 1, 1, $2) returning id`, n.organisation, user)
	r.exec(`insert into import_row (import_id, line, organisation_id, cells, label, outcome, target_org, system_id, from_date)
		select $1, 2, $2, '["zqx7 system"]', 'zqx7 system', 'added', $2, s.id, '2011-01-01' from it_system s where s.number = $3`, n.imported, n.organisation, n.system)
	r.exec(`insert into import_row (import_id, line, organisation_id, cells, label, outcome) values ($1, 3, $2, '["zqx7 fejl"]', 'zqx7 fejl', 'refused')`, n.imported, n.organisation)

	n.task = ask[int64](r, "select l.id from task_line l join accession c on c.id = l.target_id where c.agreement_id = $1 and l.organisation_id = $2", n.agreement, n.organisation)
	n.given = ask[int64](r, "select task_id from task_line where id = $1", n.task)
	r.exec("insert into task_ask (line_id, organisation_id, user_id, note, asked_at) values ($1, $2, $3, 'zqx7 spørgsmål', now())", n.task, n.organisation, user)
	n.accession = ask[int64](r, "select id from accession where agreement_id = $1 and organisation_id = $2", n.agreement, n.organisation)
	r.all("select f.sha256 from stored_file f where f.organisation_id = $1 union select instance_hash from accession where organisation_id = $1", n.organisation, func(row []any) {
		n.hashes = append(n.hashes, row[0].(string))
	})
	file := n.person.download(n.accession, "pdf").body
	n.upload = n.person.received("zqx7 en.pdf", file)
	n.own = send[struct{ Agreement ref }](n.person, "POST", "/api/v1/own-agreements", map[string]any{"vendor": n.vendor, "systems": []int64{n.onlyTheirs},
		"title": "Zqx7 egen aftale", "caseNumber": "zqx7", "upload": n.upload}).Agreement.ID
	n.upload = n.person.received("zqx7 to.pdf", file)
	n.many = ask[int64](r, `insert into bulk_change (organisation_id, list, field, cells, made_at, made_by) values ($1, 'own_agreements', 'caseNumber',
		jsonb_build_array(jsonb_build_object('row', $2::bigint, 'before', 'zqx7 før', 'after', 'zqx7')), now(), $3) returning id`, n.organisation, n.own, user)
	n.key = send[ref](n.person, "POST", "/api/v1/api-keys", map[string]any{"name": "zqx7 nøgle"}).ID
	if at := plain(t, n.person.download(n.accession, "docx").body); !strings.Contains(strings.ToLower(at), mark) || len(n.hashes) < 3 {
		t.Fatal("the neighbour's own file does not carry the mark: the sweep would find nothing")
	}
	if got := read[total](n.person, "/api/v1/accessions/count?q="+url.QueryEscape(mark)).Total; got == 0 {
		t.Fatal("the neighbour's agreements are not found by the mark")
	}
	return n
}

// negotiates plants a negotiation of which only the neighbour may know.
func (n *neighbour) negotiates(r *register, vendor int64) {
	agreement := ask[int64](r, "insert into agreement (vendor_id, title) values ($1, 'Zqx7 forhandlet') returning id", vendor)
	r.exec("insert into agreement_system (agreement_id, system_id) select $1, id from it_system where number = $2", agreement, n.onlyTheirs)
	version := ask[int64](r, `insert into agreement_version (agreement_id, no, template_version_id) select $1, 1, template_version_id from agreement_version where agreement_id = $2 limit 1 returning id`, agreement, n.draft)
	n.negotiation = ask[int64](r, `insert into negotiation (agreement_id, agreement_version_id, vendor_id, number, version_no, title, language, systems, turn, since, started_at, changed_at, advice)
		select $1, $2, $3, number, 1, title, 'da', array(select g.system_id from agreement_system g where g.agreement_id = $1), 'office', now(), now(), now(), 'zqx7 råd' from agreement where id = $1 returning id`, agreement, version, vendor)
	r.exec("insert into negotiation_step (negotiation_id, stage, turn, made_at) values ($1, 'preparing', 'office', now())", n.negotiation)
	file := ask[int64](r, "insert into stored_file (sha256, size, media_type, staging_key) values (repeat('7', 64), 1, 'x', 'staging/zqx7') returning id")
	sent := ask[int64](r, `insert into negotiation_round (negotiation_id, no, direction, file_id, file_name, text_hash, note, tree, made_at)
		values ($1, 1, 'out', $2, 'zqx7.docx', repeat('7', 64), 'zqx7 følgebrev', '[]', now()) returning id`, n.negotiation, file)
	back := ask[int64](r, `insert into negotiation_round (negotiation_id, no, direction, answers_id, file_id, file_name, text_hash, report, made_at)
		values ($1, 2, 'in', $2, $3, 'zqx7.docx', repeat('7', 64), '{"Clauses": [{"Key": "zqx7", "Part": "clause", "Before": "zqx7", "After": "zqx7"}]}', now()) returning id`, n.negotiation, sent, file)
	r.exec(`insert into negotiation_change (round_id, no, clause_key, place, kind, before, after, touched, trivial, tracked) values ($1, 1, 'zqx7', 0, 'wording', 'zqx7', 'zqx7', false, false, false)`, back)
	r.exec("insert into negotiation_verdict (round_id, no, decision, reason, version, decided_at) values ($1, 1, 'park', 'zqx7 grund', 1, now())", back)
	n.step = ask[int64](r, "insert into negotiation_entry (negotiation_id, kind, text, made_at) values ($1, 'next', 'zqx7 rykker', now()) returning id", n.negotiation)
	n.letter = ask[int64](r, `insert into negotiation_entry (negotiation_id, kind, text, file_id, file_name, sender, subject, attachments, made_at)
		values ($1, 'mail', 'zqx7 svar', $2, 'zqx7.eml', 'zqx7 <zqx7@zqx7.example>', 'zqx7', '[{"index": 0, "name": "zqx7.docx", "media_type": "x", "size": 1, "sha256": "zqx7"}]', now()) returning id`, n.negotiation, file)
	n.paper = ask[int64](r, `insert into negotiation_paper (negotiation_id, file_id, file_name, reading, made_at) values ($1, $2, 'zqx7 egen tekst.docx', '{"Checklist": [{"Key": "breach", "Confidence": "not_found"}]}', now()) returning id`, n.negotiation, file)
	r.exec("insert into negotiation_paper_entry (paper_id, entry_key, assessment, note, version, assessed_at) values ($1, 'breach', 'insufficient', 'zqx7 mangler', 1, now())", n.paper)
}

// session signs a user in, in one role, without the product.
func (r *register) session(user, grant int64) string {
	r.t.Helper()
	token := storage.NewToken()
	r.exec("insert into session (token_hash, kind, user_id, grant_id, expires_at) values ($1, 'browser', $2, $3, now() + interval '8 hours')",
		storage.TokenHash(token), user, grant)
	return token
}

// contact makes a contact person of the organisation and returns the session token.
func (r *register) contact(name string, organisation int64) string {
	r.t.Helper()
	user := ask[int64](r, "insert into app_user (name) values ($1) returning id", name)
	return r.session(user, ask[int64](r, "insert into role_grant (user_id, role, organisation_id, from_date) values ($1, 'contact_person', $2, '2023-01-01') returning id", user, organisation))
}

// all reads every row of a statement.
func (r *register) all(sql string, argument any, row func([]any)) {
	r.t.Helper()
	rows, err := r.conn.Query(r.t.Context(), sql, argument)
	if err != nil {
		r.t.Fatal(err)
	}
	defer rows.Close()
	for rows.Next() {
		v, err := rows.Values()
		if err != nil {
			r.t.Fatal(err)
		}
		row(v)
	}
	if err := rows.Err(); err != nil {
		r.t.Fatal(err)
	}
}

// shown lists what of the neighbour's, or of the secretariat's alone, an answer shows.
func (n neighbour) shown(t testing.TB, a answer) []string {
	t.Helper()
	text := strings.ToLower(plain(t, a.body))
	for name, values := range a.header {
		text += "\n" + strings.ToLower(name+": "+strings.Join(values, " "))
	}
	var found []string
	for _, secret := range append([]string{mark, n.cvr, fmt.Sprintf(`"organisation":{"id":%d,`, n.organisation)}, n.hashes...) {
		if strings.Contains(text, secret) {
			found = append(found, secret)
		}
	}
	return found
}

// received sends a PDF and returns the id it waits under.
func (c *client) received(name string, file []byte) string {
	c.t.Helper()
	return send[struct{ ID string }](c, "POST", "/api/v1/uploads?name="+url.QueryEscape(name), file, "Content-Type", "application/pdf").ID
}

// digest covers every row that is the neighbour's or the secretariat's alone: a sweep must leave it as it is.
func (n neighbour) digest(r *register) string {
	r.t.Helper()
	return ask[string](r, `select md5(string_agg(x, '|' order by x)) from (
		select 'o' || o::text from organisation o where id = $1
		union all select 'e' || e::text from organisation_fact e where organisation_id = $1
		union all select 'h' || h::text from organisation_successor h where organisation_id = $1 or successor_id = $1
		union all select 't' || t::text from organisation_setting t where organisation_id = $1
		union all select 'w' || w::text from access_review w where organisation_id = $1
		union all select 'l' || l::text from access_review_line l where organisation_id = $1
		union all select 'p' || p::text from app_user p where id in (select user_id from role_grant where organisation_id = $1)
		union all select 'm' || m::text from membership m where organisation_id = $1
		union all select 'g' || g::text from role_grant g where organisation_id = $1
		union all select 'u' || u::text from usage u where organisation_id = $1
		union all select 'h' || h::text from usage_change h where organisation_id = $1
		union all select 'h' || h::text from bulk_change h where organisation_id = $1
		union all select 'l' || l::text from saved_filter l where organisation_id = $1
		union all select 'w' || w::text from own_agreement w where organisation_id = $1
		union all select 'c' || c::text from accession c where organisation_id = $1
		union all select 's' || s::text from accession_system s where organisation_id = $1
		union all select 'd' || d::text from accession_document d where organisation_id = $1
		union all select 'f' || f::text from stored_file f where organisation_id = $1
		union all select 'i' || i::text from batch_item i where organisation_id = $1
		union all select 'p' || p::text from import p where organisation_id = $1
		union all select 'l' || l::text from import_row l where organisation_id = $1
		union all select 'k' || k.revoked_at::text from session k join role_grant g on g.id = k.grant_id where g.organisation_id = $1
		union all select 'w' || w::text from own_agreement w where organisation_id = $1
		union all select 'y' || y::text from own_agreement_system y where organisation_id = $1
		union all select 'p' || p::text from upload p where organisation_id = $1
		union all select 'h' || h::text from hearing h
		union all select 'a' || a::text from hearing_party a where organisation_id = $1
		union all select 'a' || a::text from hearing_answer a where organisation_id = $1
		union all select 'c' || c::text from agreement_comment c
		union all select 'r' || r::text from agreement_review r
		union all select 'o' || o::text from answer_copy o
		union all select 'g' || g::text from negotiation g
		union all select 'r' || r::text from negotiation_round r
		union all select 'q' || q::text from negotiation_change q
		union all select 'v' || v::text from negotiation_verdict v
		union all select 'e' || e::text from negotiation_entry e
		union all select 'p' || p::text from negotiation_paper p
		union all select 's' || s::text from negotiation_paper_entry s
		union all select 'x' || x::text from system_vendor x
		union all select 'b' || b::text from batch b
		union all select 'v' || v::text from agreement_version v
		union all select 'a' || a::text from agreement a
		union all select 'p' || p::text from subprocessor p
		union all select 'y' || y::text from territory y
		union all select 'e' || e::text from vendor e
		union all select 'f' || f::text from template_family f
		union all select 't' || t::text from template_version t
		union all select 'c' || c::text from clause c
		union all select 'n' || n::text from answer n) t (x)`, n.organisation)
}
