package tests

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"testing"

	"klausul/frontend"
	"klausul/server/app"
)

// refusal is one request that the register answers no to.
type refusal struct {
	who    string
	status int
	code   string // of the answer, or of its first field
	method string
	path   string
	body   any
	seen   any // the version in If-Match, nil: none is sent
}

// TestRegisterRefusals sends what the register must not take: the answer has the status,
// the code and the sentence of both languages, and nothing is written.
func TestRegisterRefusals(t *testing.T) {
	t.Parallel()
	w := newWorld(t, app.WithoutJobs())
	r := w.register(t)
	var sentences map[string]map[string]string
	if err := json.Unmarshal(frontend.Problems, &sentences); err != nil {
		t.Fatal(err)
	}
	all := slices.Concat(vendorRefusals(r), systemRefusals(r), usageRefusals(r), ownRefusals(r), bulkRefusals(r), memberRefusals(r), peopleRefusals(r), templateRefusals(r), agreementRefusals(r), taskRefusals(r), hearingRefusals(r), negotiationRefusals(r))
	clients := map[string]*client{}
	for _, no := range all {
		if clients[no.who] == nil {
			clients[no.who] = w.as(t, no.who)
		}
	}
	for _, language := range []string{"da", "en"} {
		for _, c := range clients {
			send[whoAmI](c, "PATCH", "/api/v1/me", map[string]any{"language": language})
		}
		before := r.written()
		for _, no := range all {
			t.Run(fmt.Sprintf("%s in %s: %s %s", no.code, language, no.method, no.path), func(t *testing.T) {
				var headers []string
				if no.seen != nil {
					headers = []string{"If-Match", fmt.Sprintf(`"%v"`, no.seen)}
				}
				if raw, ok := no.body.([]byte); ok && strings.HasPrefix(no.path, "/api/v1/uploads") {
					headers, no.body = append(headers, "Content-Type", "application/pdf"), raw
				}
				a := clients[no.who].do(no.method, no.path, no.body, headers...)
				if a.status != no.status {
					t.Fatalf("want %d %s, got %s", no.status, no.code, a)
				}
				p := decode[problem](t, a)
				if p.Code != no.code && (p.Code != "invalid" || len(p.Errors) == 0 || p.Errors[0].Code != no.code) {
					t.Errorf("want %s, got %s", no.code, a)
				}
				if p.Title != sentences[p.Code][language] || sentences[no.code][language] == "" {
					t.Errorf("says %q", p.Title)
				}
				if now := r.written(); now != before {
					t.Errorf("something was written: %s", now)
					before = now
				}
			})
		}
	}
}

// written changes when a row of the register is added, changed or removed.
func (r *register) written() string {
	r.t.Helper()
	var parts []string
	r.all(`select relname::text from pg_class where relnamespace = 'public'::regnamespace and relkind = 'r'
		and relname !~ '^(river|goose)_' and relname <> all($1) order by 1`, []string{"session", "audit_seal"}, func(row []any) {
		parts = append(parts, fmt.Sprintf("select '%[1]s ' || count(*) || ' ' || coalesce(max(xmin::text::bigint), 0) as x from %[1]s", row[0]))
	})
	return ask[string](r, "select md5(string_agg(x, '|' order by x)) from ("+strings.Join(parts, " union all ")+") t")
}

func vendorRefusals(r *register) []refusal {
	id := ask[int64](r, "select id from vendor where name = $1", storyVendor)
	number, cvr := ask[int64](r, "select number from vendor where id = $1", id), ask[string](r, "select cvr from vendor where id = $1", id)
	foreign := ask[int64](r, "select number from it_system where vendor_id <> $1 order by id limit 1", id)
	other := ask[int64](r, "insert into vendor (name, country, foreign_number) values ('Prøve Inc.', 'US', 'p-1') returning number")
	ended := ask[int64](r, `insert into subprocessor (vendor_id, processor_id, from_date, to_date) select $1, id, '2023-01-01', '2023-12-31' from vendor where number = $2 returning id`, id, other)
	below := ask[int64](r, `insert into subprocessor (vendor_id, processor_id, parent_id, from_date, to_date) select $1, id, $3, '2023-01-01', '2023-06-30' from vendor where number = $2 returning id`,
		id, ask[int64](r, "insert into vendor (name, country, foreign_number) values ('Under Inc.', 'US', 'p-2') returning number"), ended)
	version := ask[int32](r, "select version from vendor where id = $1", id)
	at := fmt.Sprintf("/api/v1/vendors/%d", number)
	under := func(change map[string]any) map[string]any {
		m := map[string]any{"processor": other, "storage": []string{}, "processing": []string{}, "remote": []string{}, "basis": "none", "from": "2024-01-01"}
		for k, v := range change {
			m[k] = v
		}
		return m
	}
	wanted := func(field, value string) map[string]any {
		body := map[string]any{"family": "eksempel", "kind": "clause", "subject": "d-1", "issue": "Ansvar", "fallbacks": []any{}, "allowed": []any{}, "unconfirmed": false}
		body[field] = value
		return body
	}
	place := func(code, scope string) map[string]any {
		return map[string]any{"code": code, "kind": "eea", "scope": scope, "from": "2024-01-01", "source": "prøve", "unconfirmed": true}
	}
	const no, clash = 422, 409
	return []refusal{
		{"jurist", no, "vendor.incomplete", "POST", "/api/v1/vendors", map[string]any{"name": "Uden nummer", "country": "DK"}, nil},
		{"jurist", clash, "vendor.number_taken", "POST", "/api/v1/vendors", map[string]any{"name": "Et andet navn", "country": "DK", "cvr": cvr}, nil},
		{"jurist", no, "field.cvr", "POST", "/api/v1/vendors", map[string]any{"name": "Galt nummer", "country": "DK", "cvr": "29189446"}, nil},
		{"jurist", no, "vendor.contact", "POST", at + "/contacts", map[string]any{"role": "breach", "name": "Uden vej"}, nil},
		{"jurist", no, "vendor.period", "POST", at + "/certifications", map[string]any{"from": "2024-01-02", "to": "2024-01-01", "hr": true, "checkedOn": "2024-01-01"}, nil},
		{"jurist", no, "vendor.subprocessor", "POST", at + "/subprocessors", under(map[string]any{"storage": []string{"Mars"}}), nil},
		{"jurist", no, "vendor.unknown", "POST", at + "/subprocessors", under(map[string]any{"processor": 999999}), nil},
		{"jurist", no, "vendor.subprocessor_parent", "POST", at + "/subprocessors", under(map[string]any{"parent": 999999}), nil},
		{"jurist", no, "vendor.system", "POST", at + "/subprocessors", under(map[string]any{"system": foreign}), nil},
		{"jurist", clash, "vendor.subprocessor_cycle", "POST", at + "/subprocessors", under(map[string]any{"processor": number}), nil},
		{"jurist", clash, "vendor.subprocessor_ended", "POST", fmt.Sprintf("/api/v1/subprocessors/%d/end", ended), map[string]any{"to": "2023-12-31"}, 1},
		{"jurist", no, "vendor.subprocessor_outlives", "POST", fmt.Sprintf("/api/v1/subprocessors/%d/end", below), map[string]any{"to": "2024-12-31"}, 1},
		{"jurist", no, "vendor.name_ahead", "PATCH", at, map[string]any{"name": "Et nyt navn", "country": "DK", "cvr": cvr,
			"commercial": true, "nameFrom": "2099-01-01"}, version},
		{"jurist", no, "vendor.lines", "POST", at + "/subprocessors/paste", map[string]any{"text": "Navn\tCVR\tLand\nSkrivefejl\t29189446\tDK\n"}, nil},
		{"jurist", no, "vendor.too_many_lines", "POST", at + "/subprocessors/paste", map[string]any{"text": "Navn\n" + strings.Repeat("X\n", 501)}, nil},
		{"jurist", no, "position.invalid", "POST", "/api/v1/positions", wanted("subject", " "), nil},
		{"jurist", clash, "position.twice", "POST", "/api/v1/positions", wanted("note", "x"), nil},
		{"jurist", no, "vendor.territory", "POST", "/api/v1/territories", place("TH", "dpf"), nil},
		{"jurist", clash, "vendor.territory_overlap", "POST", "/api/v1/territories", place("DK", "all"), nil},

		{"jurist", no, "duplicate.unknown", "POST", "/api/v1/merges", map[string]any{"kind": "vendor", "winner": number, "loser": 999999}, 1},
		{"jurist", no, "duplicate.self", "POST", "/api/v1/merges", map[string]any{"kind": "vendor", "winner": number, "loser": number}, 1},
		{"jurist", no, "duplicate.field", "POST", "/api/v1/merges", map[string]any{"kind": "vendor", "winner": number, "loser": other, "take": []string{"lønnen"}}, 1},
	}
}

func systemRefusals(r *register) []refusal {
	vendor := ask[int64](r, "select id from vendor where name = $1", storyVendor)
	of := ask[int64](r, "select number from vendor where id = $1", vendor)
	made := func(name string) int64 {
		return ask[int64](r, "insert into it_system (vendor_id, name) values ($1, $2) returning number", vendor, name)
	}
	number, out := made("Prøvesystem"), made("Screenet ud")
	r.exec("insert into system_profile (system_id, list, value) select s.id, 'data_kind', c.value from it_system s, lateral (select value from choice where list = 'data_kind' order by value limit 1) c where s.number = $1", number)
	r.exec("insert into system_screening (system_id, outcome, reason, decided_at) select id, 'no_personal_data', 'prøve', now() from it_system where number = $1", out)
	kind := ask[string](r, "select value from choice where list = 'data_kind' order by value limit 1")
	at, outAt := fmt.Sprintf("/api/v1/systems/%d", number), fmt.Sprintf("/api/v1/systems/%d", out)
	system := func(name string, change map[string]any) map[string]any {
		m := map[string]any{"vendor": of, "name": name}
		for k, v := range change {
			m[k] = v
		}
		return m
	}
	const no, clash = 422, 409
	return []refusal{
		{"jurist", no, "system.name", "POST", "/api/v1/systems", system(" ", nil), nil},
		{"jurist", clash, "system.same_name", "POST", "/api/v1/systems", system("Prøvesystem", nil), nil},
		{"jurist", no, "system.unknown_vendor", "POST", "/api/v1/systems", system("Nyt", map[string]any{"vendor": 999999}), nil},
		{"jurist", no, "system.choice", "POST", "/api/v1/systems", system("Nyt", map[string]any{"criticality": "vildt"}), nil},
		{"jurist", no, "system.unknown_kle", "POST", "/api/v1/systems", system("Nyt", map[string]any{"kle": []string{"99.98.97"}}), nil},
		{"jurist", no, "system.reason", "POST", at + "/screening", map[string]any{"outcome": "personal_data", "reason": " "}, 1},
		{"jurist", clash, "system.has_data", "POST", at + "/screening", map[string]any{"outcome": "no_personal_data", "reason": "prøve"}, 1},
		{"jurist", clash, "system.screened_out", "PATCH", outAt, map[string]any{"name": "Screenet ud", "dataKinds": []string{kind}}, 1},
		{"jurist", clash, "system.same_vendor", "POST", at + "/move", map[string]any{"vendor": of, "from": "2024-01-01"}, 1},
		{"jurist", no, "system.move_date", "POST", at + "/move", map[string]any{"vendor": 1002, "from": "1950-01-01"}, 1},
		{"jurist", no, "system.scope_day", "GET", "/api/v1/scope?day=2999-01-01", nil, nil},
		{"admin", clash, "system.policy_date", "POST", "/api/v1/policy-numbers", map[string]any{"key": "supervision.threshold", "from": "2024-01-01", "value": 9, "source": "prøve"}, nil},
		{"admin", no, "system.policy_source", "POST", "/api/v1/policy-numbers", map[string]any{"key": "supervision.threshold", "from": "2029-01-01", "value": 9, "source": " "}, nil},
	}
}

func usageRefusals(r *register) []refusal {
	viborg := ask[int64](r, "select id from organisation where name = 'Viborg Kommune'")
	contact := ask[int64](r, "select id from app_user where persona = 'kontakt-viborg'")
	used := ask[int64](r, "select s.number from usage u join it_system s on s.id = u.system_id where u.organisation_id = $1 and u.to_date is null order by u.id limit 1", viborg)
	undone := ask[int64](r, "insert into usage_change (organisation_id, kind, cells, made_at, made_by, undone_at, undone_by) values ($1, 'edit', '[]', now(), $2, now(), $2) returning id", viborg, contact)
	imported := func(state string, refused int) int64 {
		return ask[int64](r, `insert into import (organisation_id, kind, state, file_name, size, staging_key, columns, total, refused, created_by, applied_at)
			values ($1, 'usages', $2, 'prøve.csv', 1, '', '[{"heading": "System", "field": "system_name"}, {"heading": "Fra", "field": "from"}]', $3, $3, $4, case when $2 = 'applied' then now() end) returning id`, viborg, state, refused, contact)
	}
	at := func(id int64, act string) string { return fmt.Sprintf("/api/v1/imports/%d/%s", id, act) }
	reading, done, bad, nothing, mapping := imported("reading", 0), imported("applied", 0), imported("ready", 1), imported("ready", 0), imported("mapping", 0)
	whole := map[string]any{"partial": false}
	columns := func(fields ...string) map[string]any { return map[string]any{"fields": fields} }
	const no, clash = 422, 409
	return []refusal{
		{"kontakt-viborg", clash, "usage.overlap", "POST", "/api/v1/usages", map[string]any{"system": used, "from": "2026-01-01"}, nil},
		{"kontakt-viborg", no, "system.unknown", "POST", "/api/v1/usages", map[string]any{"system": 999999, "from": "2026-01-01"}, nil},
		{"kontakt-viborg", clash, "usage.undone_already", "POST", fmt.Sprintf("/api/v1/usages/changes/%d/undo", undone), nil, nil},
		{"kontakt-viborg", 403, "import.kind_not_yours", "POST", "/api/v1/imports?kind=vendors&name=x.csv", []byte("a;b\n"), nil},
		{"kontakt-viborg", clash, "import.not_ready", "POST", at(reading, "accept"), whole, 1},
		{"kontakt-viborg", clash, "import.finished", "POST", at(done, "accept"), whole, 1},
		{"kontakt-viborg", clash, "import.finished", "POST", at(done, "cancel"), nil, nil},
		{"kontakt-viborg", clash, "import.has_errors", "POST", at(bad, "accept"), whole, 1},
		{"kontakt-viborg", clash, "import.nothing_to_do", "POST", at(nothing, "accept"), whole, 1},
		{"kontakt-viborg", no, "import.mapping", "PUT", at(mapping, "columns"), columns("lønnen", ""), 1},
		{"kontakt-viborg", no, "import.mapping_twice", "PUT", at(mapping, "columns"), columns("system_name", "system_name"), 1},
		{"kontakt-viborg", no, "import.mapping_missing", "PUT", at(mapping, "columns"), columns("", ""), 1},
	}
}

func ownRefusals(r *register) []refusal {
	viborg := ask[int64](r, "select id from organisation where name = 'Viborg Kommune'")
	vendor := ask[int64](r, "select id from vendor where name = $1", storyVendor)
	number := ask[int64](r, "select number from vendor where id = $1", vendor)
	system := ask[int64](r, "select min(number) from it_system where vendor_id = $1", vendor)
	registered := ask[int64](r, "insert into own_agreement (organisation_id, vendor_id, title) values ($1, $2, 'Prøveaftale') returning id", viborg, vendor)
	own := func(change map[string]any) map[string]any {
		m := map[string]any{"vendor": number, "systems": []int64{system}}
		for k, v := range change {
			m[k] = v
		}
		return m
	}
	at := fmt.Sprintf("/api/v1/own-agreements/%d", registered)
	const no, clash = 422, 409
	return []refusal{
		{"kontakt-viborg", no, "own.systems", "POST", "/api/v1/own-agreements", own(map[string]any{"systems": []int64{}}), nil},
		{"kontakt-viborg", no, "own.vendor", "POST", "/api/v1/own-agreements", own(map[string]any{"vendor": 999999}), nil},
		{"kontakt-viborg", no, "own.dates", "POST", "/api/v1/own-agreements", own(map[string]any{"signedOn": "2024-02-01", "endsOn": "2024-01-01"}), nil},
		{"kontakt-viborg", no, "own.promise", "POST", "/api/v1/own-agreements", own(map[string]any{"concept": 9}), nil},
		{"kontakt-viborg", clash, "document.upload_gone", "POST", "/api/v1/own-agreements", own(map[string]any{"upload": "00000000-0000-4000-8000-000000000000"}), nil},
		{"kontakt-viborg", clash, "own.not_proposed", "POST", at + "/confirm", nil, 1},
		{"kontakt-viborg", 404, "own.no_file", "GET", at + "/file", nil, nil},
		{"kontakt-viborg", no, "document.not_pdf", "POST", "/api/v1/uploads?name=a.pdf", []byte("PK\x03\x04 ikke en PDF"), nil},
		{"kontakt-viborg", no, "document.damaged_pdf", "POST", "/api/v1/uploads?name=a.pdf", []byte("%PDF-1.7 og så ikke mere"), nil},
		{"kontakt-viborg", no, "document.upload_name", "POST", "/api/v1/uploads?name=%2F", []byte("%PDF-1.7 startxref %%EOF"), nil},
	}
}

func bulkRefusals(r *register) []refusal {
	jurist := ask[int64](r, "select id from app_user where persona = 'jurist'")
	made := func(days int, undone bool) string {
		id := ask[int64](r, `insert into bulk_change (list, field, cells, made_at, made_by, undone_at, undone_by)
			values ('systems', 'hosting', '[]', now() - make_interval(days => $2), $1::bigint, case when $3 then now() end, case when $3 then $1::bigint end) returning id`, jurist, days, undone)
		return fmt.Sprintf("/api/v1/systems/changes/%d/undo", id)
	}
	all := func(field, value string) map[string]any {
		return map[string]any{"field": field, "value": value, "rows": []any{map[string]any{"row": 1}}}
	}
	const no, clash = 422, 409
	return []refusal{
		{"jurist", no, "bulk.field", "POST", "/api/v1/systems/changes", all("country", "DK"), nil},
		{"jurist", no, "bulk.value", "POST", "/api/v1/vendors/changes", all("postalCode", "12345678901"), nil},
		{"jurist", clash, "bulk.undone_already", "POST", made(1, true), nil, nil},
		{"jurist", clash, "bulk.undo_late", "POST", made(7, false), nil, nil},
	}
}

func memberRefusals(r *register) []refusal {
	viborg, randers := ask[int64](r, "select id from organisation where name = 'Viborg Kommune'"), ask[int64](r, "select id from organisation where name = 'Randers Kommune'")
	seen := ask[int64](r, "select version::bigint from organisation where id = $1", viborg)
	at := fmt.Sprintf("/api/v1/organisations/%d", viborg)
	cvr, code := ask[string](r, "select cvr from organisation where id = $1", viborg), ask[string](r, "select municipality_code from organisation where id = $1", viborg)
	entry := func(kind, cvr string, change map[string]any) map[string]any {
		m := map[string]any{"kind": kind, "name": "Prøvesund", "cvr": cvr}
		for k, v := range change {
			m[k] = v
		}
		return m
	}
	r.exec("insert into organisation_successor (organisation_id, successor_id, from_date, kind, organisation_name, successor_name) values ($1, $2, '2030-01-01', 'merger', 'a', 'b')", viborg, randers)
	address := map[string]any{"street": "Torvet 1", "postalCode": "8800", "city": "Viborg"}
	successor := func(id int64) map[string]any {
		return map[string]any{"successor": id, "from": "2030-01-01", "kind": "merger"}
	}
	back := ask[int64](r, "select version::bigint from organisation where id = $1", randers)
	const no, clash = 422, 409
	return []refusal{
		{"admin", clash, "member.cvr_taken", "POST", "/api/v1/organisations", entry("joint_company", cvr, nil), nil},
		{"admin", clash, "member.code_taken", "POST", "/api/v1/organisations", entry("municipality", "98765417", map[string]any{"municipalityCode": code}), nil},
		{"admin", no, "member.code", "POST", "/api/v1/organisations", entry("municipality", "98765417", nil), nil},
		{"admin", no, "member.period", "POST", at + "/memberships", map[string]any{"from": "2010-01-02", "to": "2010-01-01"}, seen},
		{"admin", clash, "member.overlap", "POST", at + "/memberships", map[string]any{"from": "2026-01-01"}, seen},
		{"admin", clash, "member.no_period", "POST", at + "/memberships/end", map[string]any{"to": "1999-12-31"}, seen},
		{"admin", no, "member.successor_self", "POST", at + "/successors", successor(viborg), seen},
		{"admin", clash, "member.successor_twice", "POST", at + "/successors", successor(randers), seen},
		{"admin", clash, "member.successor_cycle", "POST", fmt.Sprintf("/api/v1/organisations/%d/successors", randers), successor(viborg), back},
		{"kontakt-viborg", no, "member.past", "POST", at + "/addresses", map[string]any{"from": "2020-01-01", "address": address, "mail": "a@b.dk"}, seen},
		{"kontakt-viborg", no, "member.mail", "POST", at + "/addresses", map[string]any{"from": "2099-01-01", "address": address, "mail": "ingen mail"}, seen},
		{"kontakt-viborg", 404, "member.not_planned", "POST", at + "/addresses/withdraw", map[string]any{"from": "2098-01-01"}, seen},
	}
}

func peopleRefusals(r *register) []refusal {
	viborg := ask[int64](r, "select id from organisation where name = 'Viborg Kommune'")
	user := func(persona string) int64 {
		return ask[int64](r, "select id from app_user where persona = $1", persona)
	}
	owner, me := user("systemejer-viborg"), user("kontakt-viborg")
	stranger := user("kontakt-randers")
	grant := ask[int64](r, "select id from role_grant where user_id = $1 and role = 'contact_person'", me)
	gone := ask[int64](r, "insert into role_grant (user_id, role, organisation_id, from_date, to_date) values ($1, 'dpo', $2, '2023-01-01', '2023-12-31') returning id", owner, viborg)
	review := ask[int64](r, "select id from access_review where organisation_id = $1 and done_at is null", viborg)
	finished := ask[int64](r, "select id from access_review where done_at is not null and organisation_id is null")
	decide := func(id int64) string { return fmt.Sprintf("/api/v1/access-reviews/%d/decide", id) }
	today := ask[string](r, "select today()::text")
	path := func(id int64, act string) string { return fmt.Sprintf("/api/v1/users/%d/%s", id, act) }
	moves := func(to ...int64) map[string]any {
		all := []any{}
		for _, id := range to {
			all = append(all, map[string]any{"organisation": viborg, "to": id})
		}
		return map[string]any{"moves": all}
	}
	keep := func(grants ...int64) map[string]any { return map[string]any{"keep": grants, "end": []int64{}} }
	const no, clash = 422, 409
	return []refusal{
		{"kontakt-viborg", clash, "user.role_held", "POST", path(owner, "roles"), map[string]any{"role": "system_owner", "organisationId": viborg, "from": today}, nil},
		{"kontakt-viborg", clash, "user.role_ended", "POST", fmt.Sprintf("/api/v1/role-grants/%d/end", gone), map[string]any{}, nil},
		{"kontakt-viborg", clash, "user.self", "POST", fmt.Sprintf("/api/v1/role-grants/%d/end", grant), map[string]any{}, nil},
		{"admin", clash, "user.last", "POST", fmt.Sprintf("/api/v1/role-grants/%d/end", grant), map[string]any{}, nil},
		{"kontakt-viborg", clash, "user.signed_in", "POST", path(owner, "invitation"), nil, nil},
		{"kontakt-viborg", clash, "user.leave_open", "POST", path(owner, "leave"), moves(), nil},
		{"kontakt-viborg", no, "user.leave_colleague", "POST", path(owner, "leave"), moves(stranger), nil},
		{"kontakt-viborg", no, "access_review.line", "POST", decide(review), keep(999999), 1},
		{"admin", 403, "access_review.elsewhere", "POST", decide(review), keep(grant), 1},
		{"admin", clash, "access_review.done", "POST", decide(finished), keep(1), 1},
		{"admin", no, "person.name_part", "POST", "/api/v1/disclosures", map[string]any{"email": "a@b.dk", "name": "Asta"}, nil},
	}
}
