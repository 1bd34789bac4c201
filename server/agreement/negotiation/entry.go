package negotiation

import (
	"context"
	"strings"
	"time"

	"klausul/server/access"
	"klausul/server/fault"
	"klausul/server/storage"
)

// EntryKind is a sort of entry in the journal.
type EntryKind string

// A next step has a day and is done one day. A mail is taken in as it was saved.
const (
	Note      EntryKind = "note"
	Step      EntryKind = "next"
	MailEntry EntryKind = "mail"
)

// Entry is one thing in the journal of a negotiation.
type Entry struct {
	ID     int64      `db:"id"`
	Of     int64      `db:"negotiation_id"`
	Kind   EntryKind  `db:"kind"`
	Text   string     `db:"text"`
	DueOn  *time.Time `db:"due_on"`
	MadeAt time.Time  `db:"made_at"`
	MadeBy string     `db:"made_by"`
	DoneAt *time.Time `db:"done_at"`
	DoneBy string     `db:"done_by"`
	Mail
}

const entrySQL = `select e.id, e.negotiation_id, e.kind, e.text, e.due_on, e.made_at, coalesce(u.name, '') as made_by, e.done_at, coalesce(x.name, '') as done_by,
	e.file_id, e.file_name, e.message_id, e.sender, e.recipients, e.subject, e.sent_at, e.attachments, e.notes
	from negotiation_entry e left join app_user u on u.id = e.made_by left join app_user x on x.id = e.done_by`

// entryOrders reads along negotiation_entry_by_negotiation.
var entryOrders = map[string]storage.Order{"made": {By: "e.id", Type: "bigint", ID: "e.id"}}

// Entries returns a page of the journal, newest first. It refuses with fault.ErrNotFound.
func (s *Service) Entries(ctx context.Context, scope access.Scope, id int64, p storage.Page) (rows []Entry, next string, err error) {
	p.Sort = "-made"
	err = s.db.Read(ctx, scope, func(tx *storage.Tx) error {
		if _, err := load(tx, id); err != nil {
			return err
		}
		rows, err = storage.Rows[Entry](tx, storage.List(entrySQL).And("e.negotiation_id = ?", id).Page(entryOrders, p))
		return err
	})
	rows, next = storage.Cut(rows, p, func(e Entry) (string, int64) { return storage.Key(p, map[string]any{"made": e.ID}), e.ID })
	return rows, next, err
}

// AddEntry writes one into the journal. It refuses with ErrEntry or fault.ErrNotFound.
func (s *Service) AddEntry(ctx context.Context, scope access.Scope, id int64, kind EntryKind, text string, due *time.Time) (e Entry, err error) {
	text = strings.TrimSpace(text)
	switch {
	case text == "" || len([]rune(text)) > 4000:
		return e, ErrEntry.At(fault.Field{Pointer: "/text", Code: "required"})
	case kind != Note && kind != Step:
		return e, ErrEntry.At(fault.Field{Pointer: "/kind", Code: "invalid"})
	case kind == Note && due != nil:
		return e, ErrEntry.At(fault.Field{Pointer: "/dueOn", Code: "invalid"})
	}
	err = s.db.Write(ctx, scope, "negotiation.entry", func(tx *storage.Tx) error {
		if _, err := load(tx, id); err != nil {
			return err
		}
		made, _, err := storage.Find[struct {
			ID int64 `db:"id"`
		}](tx, "insert into negotiation_entry (negotiation_id, kind, text, due_on, made_at, made_by) values ($1, $2, $3, $4, $5, $6) returning id", id, kind, text, due, tx.Now(), tx.Scope().Actor().User)
		if err != nil {
			return err
		}
		tx.Record("negotiation", id, 0, nil, map[string]any{"entry": made.ID, "kind": kind})
		e, _, err = storage.Find[Entry](tx, entrySQL+" where e.id = $1", made.ID)
		return err
	})
	return e, err
}

// SettleEntry says that a next step is done, or is not after all. It refuses with fault.ErrNotFound.
func (s *Service) SettleEntry(ctx context.Context, scope access.Scope, id int64, done bool) (e Entry, err error) {
	err = s.db.Write(ctx, scope, "negotiation.entry_done", func(tx *storage.Tx) error {
		var at *time.Time
		var by *int64
		if done {
			now, me := tx.Now(), tx.Scope().Actor().User
			at, by = &now, &me
		}
		if _, err := tx.Pgx().Exec(ctx, "update negotiation_entry set done_at = $2, done_by = $3 where id = $1 and kind = 'next' and (done_at is null) = $4", id, at, by, done); err != nil {
			return err
		}
		found := false
		if e, found, err = storage.Find[Entry](tx, entrySQL+" where e.id = $1 and e.kind = 'next'", id); err != nil || !found {
			return fault.Or(err, fault.ErrNotFound)
		}
		tx.Record("negotiation", e.Of, 0, map[string]any{"entry": id, "done": !done}, map[string]any{"entry": id, "done": done})
		return nil
	})
	return e, err
}
