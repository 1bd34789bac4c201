package tests

import "fmt"

// agreementRefusals are those of releases, of the organisations' own agreements and of mandates.
func agreementRefusals(r *register) []refusal {
	sample := ask[int64](r, "select id from template_version where key = 'eksempel' and language = 'da' and state = 'published'")
	viborg := ask[int32](r, "select id from organisation where name = 'Viborg Kommune'")
	vendor := ask[int32](r, "select s.vendor_id from it_system s order by s.id limit 1")
	system := ask[int32](r, "select id from it_system where vendor_id = $1 order by id limit 1", vendor)
	joint := func(state string) int64 {
		id := ask[int64](r, "insert into agreement (vendor_id, title) values ($1, 'x') returning id", vendor)
		r.exec("insert into agreement_system (agreement_id, system_id) values ($1, $2)", id, system)
		r.exec(`insert into agreement_version (agreement_id, no, template_version_id, state, text_hash, offered_at)
			values ($1, 1, $2, $3, case when $3 = 'offered' then repeat('a', 64) end, case when $3 = 'offered' then now() - interval '9 days' end)`, id, sample, state)
		return id
	}
	offered, draft := joint("offered"), joint("draft")
	own := func(state, missing string, address bool) int64 {
		of := joint("offered")
		id := ask[int64](r, `insert into accession (agreement_id, agreement_version_id, organisation_id, text_hash, instance_hash, party, missing_address, missing, offered_at, state, state_at, in_force_on, reason)
			select $1, v.id, $2, repeat('a', 64), repeat('b', 64), '{"name": "x", "cvr": "x", "address": {}}', $3, string_to_array($4, ','), v.offered_at, $5, v.offered_at,
			case when $5 = 'in_force' then current_date - 9 end, case when $5 = 'declined' then 'x' else '' end from agreement_version v where v.agreement_id = $1 returning id`, of, viborg, !address, missing, state)
		r.exec("insert into accession_system (accession_id, system_id, organisation_id) values ($1, $2, $3)", id, system, viborg)
		return id
	}
	unsaid, unaddressed, ready, inForce := own("offered", "data.persons", true), own("offered", "", false), own("offered", "", true), own("in_force", "", true)
	bare := own("offered", "", true)
	r.exec("delete from accession_system where accession_id = $1", bare)
	asked := own("offered", "", true)
	r.exec("insert into accession_proposal (accession_id, organisation_id, act, on_date, proposed_at) values ($1, $2, 'accept', current_date, now())", asked, viborg)
	of := func(id int64, rest string) string { return fmt.Sprintf("/api/v1/accessions/%d%s", id, rest) }
	at := func(id int64, rest string) string { return fmt.Sprintf("/api/v1/agreements/%d%s", id, rest) }
	act := func(name string, more ...string) map[string]any {
		body := map[string]any{"act": name}
		for i := 0; i < len(more); i += 2 {
			body[more[i]] = more[i+1]
		}
		return body
	}
	empty := ask[int64](r, "insert into batch (kind, subject_id, title) values ('release', $1, 'x') returning id", offered)
	r.exec("insert into mandate (organisation_id, from_date, note, recorded_at) select id, current_date, 'x', now() from organisation where name = 'Randers Kommune'")
	const no, clash, contact = 422, 409, "kontakt-viborg"
	given := map[string]any{"from": "2026-01-01", "note": "Direktionen 3/2026"}
	return []refusal{
		{contact, clash, "accession.course", "POST", of(inForce, "/acts"), act("accept"), 1},
		{contact, no, "accession.reason", "POST", of(ready, "/acts"), act("decline"), 1},
		{contact, no, "accession.day_early", "POST", of(ready, "/acts"), act("accept", "on", "2001-01-01"), 1},
		{contact, no, "accession.day_late", "POST", of(ready, "/acts"), act("accept", "on", "2999-12-31"), 1},
		{contact, clash, "accession.facts", "POST", of(unsaid, "/acts"), act("accept"), 1},
		{contact, clash, "accession.address", "POST", of(unaddressed, "/acts"), act("accept"), 1},
		{contact, clash, "accession.systems", "POST", of(bare, "/acts"), act("accept"), 1},
		{contact, clash, "accession.concrete", "PUT", of(inForce, "/systems"), map[string]any{"systems": []int{1}}, 1},
		{contact, no, "accession.instruction", "POST", of(inForce, "/instructions"), map[string]any{"wording": "Slet alt.", "on": "2999-01-01"}, nil},
		{contact, clash, "accession.proposal_gone", "POST", of(ready, "/proposals/1/decision"), map[string]any{"confirm": true}, nil},
		{contact, no, "field.unknown", "PATCH", of(ready, "/answers"), map[string]any{"path": "controller.name", "base": 0, "value": "x"}, nil},
		{"jurist", 403, "accession.no_mandate", "POST", of(ready, "/acts"), act("accept"), 1},
		{"jurist", clash, "accession.proposal_open", "POST", of(asked, "/proposals"), act("accept"), nil},
		{"jurist", clash, "accession.course", "POST", of(inForce, "/proposals"), act("accept"), nil},
		{"jurist", clash, "accession.course", "POST", of(own("declined", "", true), "/proposals"), act("reopen"), nil},
		{contact, no, "mandate.note", "POST", "/api/v1/mandates", map[string]any{"from": "2026-01-01", "note": " "}, nil},
		{contact, no, "mandate.days", "POST", "/api/v1/mandates", map[string]any{"from": "2026-01-02", "to": "2026-01-01", "note": "x"}, nil},
		{"kontakt-randers", clash, "mandate.running", "POST", "/api/v1/mandates", given, nil},
		{"jurist", clash, "agreement.not_offered", "POST", at(draft, "/versions"), map[string]any{"kind": "replacement", "note": "x"}, nil},
		{"jurist", clash, "agreement.not_offered", "POST", at(draft, "/again"), map[string]any{}, nil},
		{"jurist", no, "agreement.change_note", "POST", at(offered, "/versions"), map[string]any{"kind": "amendment", "note": " "}, nil},
		{"jurist", no, "agreement.audience", "POST", at(offered, "/offers"), map[string]any{"audience": "chosen", "organisations": []int{999999}}, nil},
		{"jurist", no, "agreement.due", "POST", at(offered, "/offers"), map[string]any{"audience": "members", "due": "2001-01-01"}, nil},
		{"jurist", clash, "agreement.no_members", "POST", at(offered, "/offers"), map[string]any{"audience": "chosen", "organisations": []int{}}, nil},
		{"jurist", clash, "agreement.released_once", "PUT", at(offered, "/systems"), map[string]any{"systems": []int{1}}, 1},
		{"jurist", no, "agreement.copy_source", "GET", at(draft, "/copy-plan?from=999999"), nil, nil},
		{"jurist", clash, "agreement.offered", "GET", at(offered, "/copy-plan?from=1"), nil, nil},
		{"jurist", clash, "agreement.nothing_copied", "POST", at(draft, "/copy/undo"), map[string]any{"act": 1}, nil},
		{"jurist", clash, "batch.no_papers", "GET", fmt.Sprintf("/api/v1/batches/%d/zip", empty), nil, nil},
	}
}
