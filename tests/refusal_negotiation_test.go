package tests

import "fmt"

// negotiated makes a negotiation of a new draft with a round out and one in, which has a
// change of standard text and one that nobody can place, and returns both.
func (r *register) negotiated(title, stage string, rounds int) (agreement, negotiation int64) {
	r.t.Helper()
	agreement = ask[int64](r, "insert into agreement (vendor_id, title) select id, $2 from vendor where name = $1 returning id", storyVendor, title)
	version := ask[int64](r, "insert into agreement_version (agreement_id, no, template_version_id) select $1, 1, id from template_version where key = 'eksempel' and state = 'published' and translation_of is null order by id limit 1 returning id", agreement)
	negotiation = ask[int64](r, `insert into negotiation (agreement_id, agreement_version_id, vendor_id, number, version_no, title, language, systems, stage, turn, since, started_at, changed_at)
		select $1, $2, vendor_id, number, 1, title, 'da', '{}', $3::text, case when $3::text in ('agreed', 'ended') then null else 'office' end, now(), now(), now() from agreement where id = $1 returning id`, agreement, version, stage)
	file := ask[int64](r, "insert into stored_file (sha256, size, media_type, staging_key) values (repeat(md5($1::text), 2), 1, 'x', 'staging/' || $1::text) returning id", title)
	sent := int64(0)
	if rounds > 0 {
		sent = ask[int64](r, `insert into negotiation_round (negotiation_id, no, direction, file_id, file_name, text_hash, tree, made_at)
			values ($1, 1, 'out', $2, 'x.docx', repeat('a', 64), '[]', now()) returning id`, negotiation, file)
	}
	if rounds > 1 {
		back := ask[int64](r, `insert into negotiation_round (negotiation_id, no, direction, answers_id, file_id, file_name, text_hash, report, made_at)
			values ($1, 2, 'in', $2, $3, 'x.docx', repeat('a', 64), '{}', now()) returning id`, negotiation, sent, file)
		r.exec(`insert into negotiation_change (round_id, no, clause_key, place, kind, before, after, touched, trivial, tracked)
			values ($1, 1, 's10-1', 0, 'wording', 'straks', 'snart', true, false, true), ($1, 2, '', 1, 'new', '', 'Nyt', false, false, true)`, back)
	}
	return agreement, negotiation
}

func negotiationRefusals(r *register) []refusal {
	_, open := r.negotiated("Forhandles", "running", 2)
	_, sent := r.negotiated("Sendt", "running", 1)
	_, fresh := r.negotiated("Ny", "preparing", 0)
	whole, moved := r.negotiated("Rettet siden", "running", 1)
	r.exec(`insert into answer (agreement_version_id, path, value, changed_at, changed_by) select v.id, a.path, to_jsonb(a.value), now(), (select min(id) from app_user) from agreement_version v,
		(values ('service.purpose', 'Drift'), ('data.kind', 'special'), ('security.level', 'high'), ('transfer.allowed', 'no'), ('deletion.choice', 'delete')) a (path, value) where v.agreement_id = $1`, whole)
	locked, _ := r.negotiated("Enige", "agreed", 2)
	done := ask[int64](r, "select agreement_id from agreement_version where state = 'offered' and no = 1 and agreement_id not in (select agreement_id from agreement_version where no > 1) order by id limit 1")
	file := ask[int64](r, "select min(file_id) from negotiation_round where negotiation_id = $1", open)
	paper := ask[int64](r, `insert into negotiation_paper (negotiation_id, file_id, file_name, reading, made_at) values ($1, $2, 'x.docx', '{"Checklist": [{"Key": "breach", "Confidence": "not_found"}]}', now()) returning id`, open, file)
	older, _ := r.negotiated("Andet svar", "ended", 1)
	r.exec(`update agreement_version set rests_on = '{"s7-3": {"subprocessors.authorisation": "specific"}}' where agreement_id = $1`, older)
	r.exec(`insert into negotiated_clause (agreement_version_id, clause_key, clause, kind, before, after, touched, decided_at)
		select id, 's7-3', '{"Key": "s7-3", "Number": "7.3"}', 'changed', '', 'Aftalt', true, now() from agreement_version where agreement_id = $1`, older)
	entry := func(key string) string { return fmt.Sprintf("papers/%d/entries/%s", paper, key) }
	at := func(negotiation int64, rest string) string {
		return fmt.Sprintf("/api/v1/negotiations/%d/%s", negotiation, rest)
	}
	say := func(no, base int, decision, wording, reason string) map[string]any {
		return map[string]any{"decisions": []any{map[string]any{"no": no, "base": base, "decision": decision, "wording": wording, "reason": reason}}}
	}
	note := map[string]any{"note": ""}
	const no, clash = 422, 409
	return []refusal{
		{"jurist", clash, "negotiation.not_draft", "POST", fmt.Sprintf("/api/v1/agreements/%d/negotiation", done), nil, nil},
		{"jurist", clash, "negotiation.undecided", "POST", at(open, "rounds"), note, 1},
		{"jurist", clash, "negotiation.not_turn", "POST", at(sent, "rounds"), note, 1},
		{"jurist", clash, "negotiation.round_closed", "POST", at(open, "rounds/1/decisions"), say(1, 0, "park", "", ""), nil},
		{"jurist", clash, "negotiation.change_conflict", "POST", at(open, "rounds/2/decisions"), say(1, 3, "park", "", ""), nil},
		{"jurist", no, "negotiation.reason_missing", "POST", at(open, "rounds/2/decisions"), say(1, 0, "accept", "", ""), nil},
		{"jurist", no, "negotiation.wording_missing", "POST", at(open, "rounds/2/decisions"), say(1, 0, "counter", "", "x"), nil},
		{"jurist", clash, "negotiation.not_placed", "POST", at(open, "rounds/2/decisions"), say(2, 0, "accept", "", ""), nil},
		{"jurist", no, "negotiation.advice_missing", "POST", at(open, "stage"), map[string]any{"act": "end"}, 1},
		{"jurist", clash, "negotiation.act", "POST", at(open, "stage"), map[string]any{"act": "resume"}, 1},
		{"jurist", 412, "stale", "POST", at(fresh, "stage"), map[string]any{"act": "pause"}, 9},
		{"jurist", no, "negotiation.entry", "POST", at(open, "entries"), map[string]any{"kind": "note", "text": "x", "dueOn": "2999-01-01"}, nil},
		{"jurist", clash, "negotiation.text_moved", "POST", at(moved, "stage"), map[string]any{"act": "agree"}, 1},
		{"jurist", clash, "negotiation.unanswered", "POST", at(sent, "stage"), map[string]any{"act": "agree"}, 1},
		{"jurist", no, "files.empty", "POST", at(open, "mails?name=svar.eml"), nil, nil},
		{"jurist", 404, "not_found", "GET", "/api/v1/negotiation-entries/999999/file", nil, nil},
		{"jurist", 404, "not_found", "GET", "/api/v1/negotiation-entries/999999/attachments/0", nil, nil},
		{"jurist", 404, "not_found", "POST", "/api/v1/negotiation-entries/999999/attachments/0/round", nil, nil},
		{"kontakt-viborg", 403, "forbidden", "POST", at(open, "mails?name=svar.eml"), nil, nil},
		{"jurist", clash, "agreement.agreed", "PATCH", fmt.Sprintf("/api/v1/agreements/%d/answers", locked), map[string]any{"path": "service.purpose", "base": 0, "value": "x"}, nil},
		{"jurist", clash, "negotiation.entry_conflict", "PUT", at(open, entry("breach")), map[string]any{"base": 3, "assessment": "absent"}, nil},
		{"jurist", no, "negotiation.note_missing", "PUT", at(open, entry("breach")), map[string]any{"base": 0, "assessment": "fulfilled"}, nil},
		{"jurist", no, "negotiation.note_missing", "PUT", at(open, entry("breach")), map[string]any{"base": 0, "assessment": "insufficient", "note": " "}, nil},
		{"jurist", 404, "not_found", "PUT", at(open, entry("other")), map[string]any{"base": 0, "assessment": "absent"}, nil},
		{"jurist", 404, "not_found", "GET", at(sent, fmt.Sprintf("papers/%d", paper)), nil, nil},
		{"kontakt-randers", 404, "not_found", "GET", "/api/v1/negotiations/999999", nil, nil},
		{"jurist", clash, "agreement.clause_outdated", "POST", fmt.Sprintf("/api/v1/agreements/%d/confirmations", older), map[string]any{"key": "s7-3", "seen": "x"}, nil},
	}
}
