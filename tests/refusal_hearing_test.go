package tests

import "fmt"

// heard makes a hearing on a new draft, in which Viborg is asked, and returns both.
func (r *register) heard(title, deadline string) (agreement, hearing int64) {
	r.t.Helper()
	agreement = ask[int64](r, "insert into agreement (vendor_id, title) select id, $2 from vendor where name = $1 returning id", storyVendor, title)
	version := ask[int64](r, "insert into agreement_version (agreement_id, no, template_version_id) select $1, 1, id from template_version where key = 'eksempel' and state = 'published' and translation_of is null order by id limit 1 returning id", agreement)
	hearing = ask[int64](r, `insert into hearing (agreement_id, agreement_version_id, no, title, vendor_name, systems, question, deadline, language, clauses, fields, text_hash, opened_at)
		values ($1, $2, 1, $3, 'x', '{}', 'Passer den?', $4::text::date, 'da', '[]', '[]', repeat('a', 64), now()) returning id`, agreement, version, title, deadline)
	r.exec("insert into hearing_party (hearing_id, organisation_id) select $1, id from organisation where name = 'Viborg Kommune'", hearing)
	return agreement, hearing
}

func hearingRefusals(r *register) []refusal {
	draft, open := r.heard("I høring", "2999-01-01")
	other, late := r.heard("For sent", "2024-01-01")
	_, closed := r.heard("Afsluttet", "2999-01-01")
	_, sent := r.heard("Besvaret", "2999-01-01")
	_, remarked := r.heard("Bemærket", "2999-01-01")
	r.exec(`insert into hearing_answer (hearing_id, organisation_id, path, value, changed_at) select $1, id, 'remark', '"x"', now() from organisation where name = 'Viborg Kommune'`, remarked)
	r.exec("update hearing_party set sent_at = now() where hearing_id = $1", sent)
	r.exec("update hearing set closed_at = now() where id = any($1)", []int64{closed})
	free := ask[int64](r, "insert into agreement (vendor_id, title) select vendor_id, 'Fri' from agreement where id = $1 returning id", other)
	r.exec("insert into agreement_version (agreement_id, no, template_version_id) select $1, 1, template_version_id from agreement_version where agreement_id = $2", free, other)
	viborg := ask[int64](r, "select id from organisation where name = 'Viborg Kommune'")
	asking := func(field string, value any) map[string]any {
		body := map[string]any{"question": "Passer den?", "deadline": "2999-01-01", "organisations": []int64{viborg}}
		if field != "" {
			body[field] = value
		}
		return body
	}
	begin := fmt.Sprintf("/api/v1/agreements/%d/hearings", free)
	at := func(hearing int64, act string) string { return fmt.Sprintf("/api/v1/hearings/%d/%s", hearing, act) }
	answer := map[string]any{"path": "remark", "base": 0, "value": "x"}
	none, some := map[string]any{"noRemarks": true}, map[string]any{"noRemarks": false}
	const no, clash = 422, 409
	verdict := func(agreement int64) string { return fmt.Sprintf("/api/v1/agreements/%d/reviews/verdict", agreement) }
	asked := func(agreement int64, by string) {
		r.exec("insert into agreement_review (agreement_version_id, at_version, asked_at, asked_by) select v.id, 1, now(), u.id from agreement_version v, app_user u where v.agreement_id = $1 and u.name = $2", agreement, by)
	}
	const jurist = "Johanne Lindekrog"
	asked(other, jurist)
	asked(draft, ask[string](r, "select u.name::text from app_user u join role_grant g on g.user_id = u.id where g.role = 'lawyer' and u.name <> $1 order by u.id limit 1", jurist))
	comments := fmt.Sprintf("/api/v1/agreements/%d/comments", draft)
	return []refusal{
		{"jurist", no, "comment.text", "POST", comments, map[string]any{"text": " "}, nil},
		{"jurist", no, "comment.place", "POST", comments, map[string]any{"text": "x", "path": "der.findes.ikke"}, nil},
		{"jurist", clash, "review.open", "POST", fmt.Sprintf("/api/v1/agreements/%d/reviews", other), map[string]any{}, nil},
		{"jurist", no, "review.lawyer", "POST", fmt.Sprintf("/api/v1/agreements/%d/reviews", free), map[string]any{"of": 999999}, nil},
		{"jurist", clash, "review.self", "POST", verdict(other), map[string]any{"approve": true, "version": 1}, nil},
		{"jurist", clash, "review.moved", "POST", verdict(draft), map[string]any{"approve": true, "version": 9}, nil},
		{"jurist", no, "review.reason", "POST", verdict(draft), map[string]any{"approve": false, "version": 1}, nil},
		{"jurist", clash, "review.none", "POST", verdict(free), map[string]any{"approve": true, "version": 1}, nil},
		{"admin", no, "system.policy_value", "POST", "/api/v1/policy-numbers", map[string]any{"key": "supervision.threshold", "from": "2031-01-01", "value": 0, "source": "prøve"}, nil},
		{"jurist", clash, "hearing.open", "POST", fmt.Sprintf("/api/v1/agreements/%d/hearings", draft), asking("", nil), nil},
		{"jurist", no, "hearing.question", "POST", begin, asking("question", " "), nil},
		{"jurist", no, "hearing.deadline", "POST", begin, asking("deadline", "2024-01-01"), nil},
		{"jurist", no, "hearing.nobody", "POST", begin, asking("organisations", []int64{}), nil},
		{"jurist", no, "hearing.party", "POST", begin, asking("organisations", []int64{999999}), nil},
		{"jurist", no, "hearing.deadline", "POST", at(open, "prolong"), map[string]any{"deadline": "2998-01-01"}, nil},
		{"jurist", clash, "hearing.closed", "POST", at(closed, "close"), nil, nil},
		{"kontakt-viborg", clash, "hearing.closed", "POST", at(closed, "send"), none, nil},
		{"kontakt-viborg", clash, "hearing.late", "POST", at(late, "send"), none, nil},
		{"kontakt-viborg", clash, "hearing.late", "PATCH", at(late, "answers"), answer, nil},
		{"kontakt-viborg", clash, "hearing.sent", "PATCH", at(sent, "answers"), answer, nil},
		{"kontakt-viborg", clash, "hearing.not_sent", "POST", at(open, "reopen"), nil, nil},
		{"kontakt-viborg", no, "hearing.empty", "POST", at(open, "send"), some, nil},
		{"kontakt-viborg", no, "hearing.remarks", "POST", at(remarked, "send"), none, nil},
		{"kontakt-randers", 404, "not_found", "POST", at(open, "send"), none, nil},
	}
}
