package task

import (
	"context"
	"strings"
	"time"

	"klausul/server/access"
	"klausul/server/fault"
	"klausul/server/storage"
)

// Colleague is somebody to whom a line can be given, or who can be asked about it.
type Colleague struct {
	User  int64  `db:"user_id"`
	Name  string `db:"name"`
	Roles string `db:"roles"` // separated by spaces
	Owner bool   `db:"owner"` // owns a system concerned: can be asked
}

// colleaguesSQL: who is active in organisation $1 on day $2, and may with one of the roles
// open what task $3 is about; those can be asked who are
// system owners and own the organisation's use of a system of task $3.
const colleaguesSQL = `select g.user_id, u.name::text as name, string_agg(distinct g.role, ' ') as roles,
	bool_or(g.role = 'system_owner') and exists (select from usage x join task_system s on s.system_id = x.system_id and s.task_id = $3
	  where x.organisation_id = $1 and x.owner_user_id = g.user_id and x.from_date <= $2 and (x.to_date is null or x.to_date >= $2)) as owner
	from role_grant g join app_user u on u.id = g.user_id and u.left_at is null
	where g.organisation_id = $1 and g.role <> 'api' and g.from_date <= $2 and (g.to_date is null or g.to_date >= $2)
	group by g.user_id, u.name
	having bool_or(g.role = any(task_readers((select t.thing from task t where t.id = $3)))) order by u.name, g.user_id`

func colleagues(tx *storage.Tx, task int64) ([]Colleague, error) {
	return storage.All[Colleague](tx, colleaguesSQL, tx.Scope().Own(), tx.Today(), task)
}

// Colleagues are the people of the own organisation, for the line's task: for the contact
// person, who alone can give it away or ask.
func (s *Todos) Colleagues(ctx context.Context, scope access.Scope, t Todo) (list []Colleague, err error) {
	if scope.Actor().Grant.Role != access.ContactPerson || t.State != LineOpen {
		return nil, nil
	}
	err = s.db.Read(ctx, scope, func(tx *storage.Tx) error {
		list, err = colleagues(tx, t.Task)
		return err
	})
	return list, err
}

// Give makes another colleague responsible. It refuses with fault.ErrNotFound,
// ErrSettled or ErrNobody.
func (s *Todos) Give(ctx context.Context, scope access.Scope, id, user int64) (Todo, error) {
	return s.act(ctx, scope, id, "task.give", func(tx *storage.Tx, t Todo) error {
		if _, ok, err := among(tx, t, user); err != nil || !ok {
			return fault.Or(err, ErrNobody)
		}
		tx.Record("task_line", id, tx.Scope().Own(), map[string]any{"responsible": t.Responsible}, map[string]any{"responsible": user})
		_, err := tx.Pgx().Exec(ctx, `update task_line set responsible_user_id = $2, responsible_why = 'given', responsible_since = $3, version = version + 1 where id = $1`,
			id, user, tx.Now())
		return err
	})
}

// Ask asks the owner of a system concerned, with a note. It refuses with
// fault.ErrNotFound, ErrSettled, ErrNotOwner or ErrAsked.
func (s *Todos) Ask(ctx context.Context, scope access.Scope, id, user int64, note string) (Todo, error) {
	return s.act(ctx, scope, id, "task.ask", func(tx *storage.Tx, t Todo) error {
		who, ok, err := among(tx, t, user)
		if err != nil || !ok || !who.Owner {
			return fault.Or(err, ErrNotOwner)
		}
		if t.waits() {
			return ErrAsked
		}
		tx.Record("task_line", id, tx.Scope().Own(), nil, map[string]any{"asked": user, "note": strings.TrimSpace(note)})
		if err := overtake(tx, id); err != nil {
			return err
		}
		_, err = tx.Pgx().Exec(ctx, `insert into task_ask (line_id, organisation_id, user_id, note, asked_at, asked_by) values ($1, $2, $3, $4, $5, $6)`,
			id, tx.Scope().Own(), user, strings.TrimSpace(note), tx.Now(), actor(tx))
		return err
	})
}

// TakeBack takes back a question that nobody has answered. It refuses with ErrNotAsked.
func (s *Todos) TakeBack(ctx context.Context, scope access.Scope, id int64) (Todo, error) {
	return s.act(ctx, scope, id, "task.take_back", func(tx *storage.Tx, t Todo) error {
		if !t.waits() {
			return ErrNotAsked
		}
		tx.Record("task_line", id, tx.Scope().Own(), map[string]any{"asked": t.AskedUser}, nil)
		_, err := tx.Pgx().Exec(ctx, "update task_ask set taken_back_at = $2 where id = $1", *t.Asked, tx.Now())
		return err
	})
}

// Answer is what the asked person says to the line. It refuses with ErrNotAsked whoever
// was not asked, or has answered, and with ErrReason.
func (s *Todos) Answer(ctx context.Context, scope access.Scope, id int64, answer, note string) (Todo, error) {
	return s.act(ctx, scope, id, "task.answer", func(tx *storage.Tx, t Todo) error {
		if !t.waits() || *t.AskedUser != tx.Scope().Actor().User {
			return ErrNotAsked
		}
		note, err := reasoned(answer, note)
		if err != nil {
			return err
		}
		tx.Record("task_line", id, tx.Scope().Own(), nil, map[string]any{"answer": answer, "note": note})
		_, err = tx.Pgx().Exec(ctx, "update task_ask set answer = $2, answer_note = $3, answered_at = $4 where id = $1", *t.Asked, answer, note, tx.Now())
		return err
	})
}

// CorrectAnswer puts another answer in the place of one that the person gave, for as long as
// the line is open; the one before is among the Earlier from then on. The same answer again
// changes nothing. It refuses with ErrNoAnswer, ErrReason, or ErrSettled once it is decided.
func (s *Todos) CorrectAnswer(ctx context.Context, scope access.Scope, id int64, answer, note string) (Todo, error) {
	return s.act(ctx, scope, id, "task.correct_answer", func(tx *storage.Tx, t Todo) error {
		if t.Asked == nil || t.AnsweredAt == nil || *t.AskedUser != tx.Scope().Actor().User {
			return ErrNoAnswer
		}
		note, err := reasoned(answer, note)
		if err != nil {
			return err
		}
		if answer == t.Answer && note == t.AnswerNote {
			tx.Continues()
			return nil
		}
		tx.Record("task_line", id, tx.Scope().Own(), map[string]any{"answer": t.Answer, "note": t.AnswerNote}, map[string]any{"answer": answer, "note": note})
		if err := overtake(tx, id); err != nil {
			return err
		}
		_, err = tx.Pgx().Exec(ctx, `insert into task_ask (line_id, organisation_id, user_id, note, asked_at, asked_by, answer, answer_note, answered_at)
			select line_id, organisation_id, user_id, note, asked_at, asked_by, $2, $3, $4 from task_ask where id = $1`, *t.Asked, answer, note, tx.Now())
		return err
	})
}

// overtake says that nobody is told any more of the answers on a line that there are.
func overtake(tx *storage.Tx, line int64) error {
	_, err := tx.Pgx().Exec(tx.Context(), "update task_ask set seen_at = $2 where line_id = $1 and answered_at is not null and seen_at is null", line, tx.Now())
	return err
}

// SeeAnswer says that the person who asked has seen the answer to a question: nothing tells of
// it any more. Somebody else's reading, or a second one, changes nothing.
func (s *Todos) SeeAnswer(ctx context.Context, scope access.Scope, id, question int64) (Todo, error) {
	return s.act(ctx, scope, id, "task.see_answer", func(tx *storage.Tx, t Todo) error {
		if t.Asked == nil || *t.Asked != question || !t.unseen(tx.Scope().Actor().User) {
			tx.Continues()
			return nil
		}
		tx.Record("task_line", id, tx.Scope().Own(), nil, map[string]any{"seen": question})
		return overtake(tx, id)
	})
}

// unseen tells whether a person's question has been answered and the person does not know.
func (t Todo) unseen(user int64) bool {
	return t.AnsweredAt != nil && t.SeenAt == nil && t.AskedByUser != nil && *t.AskedByUser == user && *t.AskedUser != user && t.State == LineOpen
}

// Unseen is what the person of the scope is told of the line: an answer not seen yet.
func (t Todo) Unseen(scope access.Scope) bool { return t.unseen(scope.Actor().User) }

// reasoned is the reason as it is kept. Whoever advises against gives one: ErrReason.
func reasoned(answer, note string) (string, error) {
	note = strings.TrimSpace(note)
	if answer == "advise_against" && note == "" {
		return "", ErrReason.At(fault.Field{Pointer: "/note", Code: ErrReason.Code})
	}
	return note, nil
}

// Said is an answer that another has taken the place of.
type Said struct {
	User   int64     `db:"user_id"`
	Name   string    `db:"name"`
	Answer string    `db:"answer"`
	Note   string    `db:"answer_note"`
	At     time.Time `db:"answered_at"`
}

// Earlier are the answers on a line before the one that stands, the newest first.
func (s *Todos) Earlier(ctx context.Context, scope access.Scope, t Todo) ([]Said, error) {
	return storage.Select[Said](ctx, s.db, scope, storage.List(`select x.user_id, u.name::text as name, x.answer, x.answer_note, x.answered_at
		from task_ask x join app_user u on u.id = x.user_id`).Within(scope, "x.organisation_id").
		And("x.line_id = ? and x.answered_at is not null and x.id < ?", t.ID, t.Asked).Last("order by x.id desc limit 50"))
}

// waits tells whether somebody was asked and has not answered.
func (t Todo) waits() bool { return t.Asked != nil && t.AnsweredAt == nil }

func (s *Todos) act(ctx context.Context, scope access.Scope, id int64, action string, do func(*storage.Tx, Todo) error) (Todo, error) {
	err := s.db.Write(ctx, scope, action, func(tx *storage.Tx) error {
		t, err := locked(tx, id)
		if err != nil {
			return err
		}
		return do(tx, t)
	})
	if err != nil {
		return Todo{}, err
	}
	return s.Get(ctx, scope, id)
}

func among(tx *storage.Tx, t Todo, user int64) (Colleague, bool, error) {
	list, err := colleagues(tx, t.Task)
	for _, c := range list {
		if c.User == user {
			return c, true, err
		}
	}
	return Colleague{}, false, err
}
