package storage_test

// taskExpectations goes on with writeExpectations: tasks, questions to system owners, mail.
const taskExpectations = `
add task                   | ! | ! | ! | ! | ! | 1 | ! | ! | !
postpone tasks             | ! | ! | ! | ! | ! | 2 | ! | ! | !
rename the thing of tasks  | ! | ! | ! | ! | ! | ! | ! | ! | !
remove tasks               | ! | ! | ! | ! | ! | ! | ! | ! | !
add system to task         | ! | ! | ! | ! | ! | 1 | ! | ! | !
remove systems of tasks    | ! | ! | ! | ! | ! | ! | ! | ! | !
assign viborg              | ! | ! | ! | ! | ! | 1 | ! | 1 | !
assign aabenraa            | ! | ! | ! | ! | ! | 1 | ! | ! | !
finish tasks               | 1 | 1 | 0 | 0 | 0 | 3 | ! | 1 | 0
move tasks to another      | ! | ! | ! | ! | ! | ! | ! | ! | !
remove task lines          | ! | ! | ! | ! | ! | ! | ! | ! | !
ask of viborg's task       | 1 | ! | ! | ! | ! | ! | ! | ! | !
ask viborg of skive's task | ! | ! | ! | ! | ! | ! | ! | ! | !
answer questions           | 1 | 1 | 0 | 0 | 0 | ! | ! | ! | !
call answers seen          | 1 | 1 | 0 | 0 | 0 | ! | ! | ! | !
reword questions           | ! | ! | ! | ! | ! | ! | ! | ! | !
remove questions           | ! | ! | ! | ! | ! | ! | ! | ! | !
forge mail                 | ! | ! | ! | ! | ! | ! | ! | ! | !
call mails sent            | ! | ! | ! | ! | ! | ! | ! | ! | !
remove mails               | ! | ! | ! | ! | ! | ! | ! | ! | !
forge mail line            | ! | ! | ! | ! | ! | ! | ! | ! | !
change mail lines          | ! | ! | ! | ! | ! | ! | ! | ! | !
`

var taskStatements = map[string]string{
	"add task":                   "insert into task (thing, subject_id, title, due_on, created_at) values ('hearing', 9999, 'x', '2030-01-01', now())",
	"postpone tasks":             "update task set due_on = '2030-01-01'",
	"rename the thing of tasks":  "update task set thing = 'hearing'",
	"remove tasks":               "delete from task",
	"add system to task":         "insert into task_system (task_id, system_id) select min(t.id), (select max(id) from it_system) from task t",
	"remove systems of tasks":    "delete from task_system",
	"assign viborg":              "insert into task_line (task_id, organisation_id, target_id, created_at) values (2, :viborg, 1, now())",
	"assign aabenraa":            "insert into task_line (task_id, organisation_id, target_id, created_at) values (2, :aabenraa, 1, now())",
	"finish tasks":               "update task_line set state = 'done', done_at = now()",
	"move tasks to another":      "update task_line set organisation_id = :randers",
	"remove task lines":          "delete from task_line",
	"ask of viborg's task":       "insert into task_ask (line_id, organisation_id, user_id, asked_at) select 1, :viborg, 1, now()",
	"ask viborg of skive's task": "insert into task_ask (line_id, organisation_id, user_id, asked_at) select 3, :viborg, 1, now()",
	"answer questions":           "update task_ask set answer = 'neutral', answered_at = now()",
	"call answers seen":          "update task_ask set seen_at = now()",
	"reword questions":           "update task_ask set note = 'x'",
	"remove questions":           "delete from task_ask",
	"forge mail":                 "insert into mail (user_id, day, message_id, state, created_at, changed_at) values (1, '2030-01-01', 'x', 'sent', now(), now())",
	"call mails sent":            "update mail set state = 'sent'",
	"remove mails":               "delete from mail",
	"forge mail line":            "insert into mail_line values (1, 1, :viborg, 0, true)",
	"change mail lines":          "update mail_line set step = 9",
}
