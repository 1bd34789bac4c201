package tests

import "fmt"

// taskRefusals are on tasks of Viborg: one open without a question, one open with a
// question to its owner, one done.
func taskRefusals(r *register) []refusal {
	viborg := ask[int64](r, "select id from organisation where name = 'Viborg Kommune'")
	person := func(persona string) int64 {
		return ask[int64](r, "select id from app_user where persona = $1", persona)
	}
	contact, owner, dpo, stranger := person("kontakt-viborg"), person("systemejer-viborg"), person("dpo-viborg"), person("kontakt-randers")
	line := func(subject int, state string) int64 {
		id := ask[int64](r, "insert into task (thing, subject_id, title, due_on, created_at) values ('hearing', $1, 'Prøve', '2099-01-01', now()) returning id", subject)
		r.exec("insert into task_system select $1, system_id from usage where organisation_id = $2 and owner_user_id = $3 limit 1", id, viborg, owner)
		return ask[int64](r, `insert into task_line (task_id, organisation_id, target_id, created_at, state, done_at, responsible_user_id, responsible_why, responsible_since)
			values ($1, $2, $3, now(), $4, case when $4 = 'done' then now() end, $5, 'contact', now()) returning id`, id, viborg, 90000+subject, state, contact)
	}
	open, asked, done := line(90001, "open"), line(90002, "open"), line(90003, "done")
	r.exec("insert into task_ask (line_id, organisation_id, user_id, asked_at, asked_by) values ($1, $2, $3, now(), $4)", asked, viborg, owner, contact)
	at := func(id int64, act string) string { return fmt.Sprintf("/api/v1/tasks/%d/%s", id, act) }
	user := func(id int64) map[string]any { return map[string]any{"user": id} }
	const no, clash = 422, 409
	return []refusal{
		{"kontakt-viborg", clash, "task.settled", "PUT", at(done, "responsible"), user(contact), nil},
		{"kontakt-viborg", no, "task.not_a_colleague", "PUT", at(open, "responsible"), user(stranger), nil},
		{"kontakt-viborg", no, "task.not_system_owner", "POST", at(open, "question"), user(dpo), nil},
		{"kontakt-viborg", clash, "task.asked_already", "POST", at(asked, "question"), user(owner), nil},
		{"kontakt-viborg", clash, "task.not_asked", "DELETE", at(open, "question"), nil, nil},
		{"systemejer-viborg", 404, "not_found", "POST", at(open, "answer"), map[string]any{"verdict": "neutral"}, nil},
		{"systemejer-viborg", no, "task.reason_missing", "POST", at(asked, "answer"), map[string]any{"verdict": "advise_against", "note": " \n"}, nil},
		{"systemejer-viborg", clash, "task.not_answered", "PUT", at(asked, "answer"), map[string]any{"verdict": "neutral"}, nil},
		{"kontakt-randers", 404, "not_found", "PUT", at(open, "responsible"), user(stranger), nil},
	}
}
