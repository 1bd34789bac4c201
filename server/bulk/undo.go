package bulk

import (
	"context"
	"encoding/json"
	"time"

	"klausul/server/access"
	"klausul/server/fault"
	"klausul/server/storage"
)

// Entry is one act in the list of what can be undone.
type Entry struct {
	ID       int64      `db:"id"`
	Field    Field      `db:"field"`
	Value    string     `db:"value"`
	Rows     int        `db:"rows"`
	By       string     `db:"by"`
	At       time.Time  `db:"at"`
	UndoneBy *string    `db:"undone_by"`
	UndoneAt *time.Time `db:"undone_at"`
	Undoable bool       `db:"-"`
}

// mine narrows to the acts on a list that are the organisation's, or the secretariat's;
// for who keeps single rows only, to that person's own.
func mine(base string, scope access.Scope, of List) *storage.Query {
	q := storage.List(base).And("h.list = ?", string(of))
	if own := scope.Own(); own != 0 {
		q.And("h.organisation_id = ?", own)
	} else {
		q.And("h.organisation_id is null")
	}
	if user := scope.OwnUsagesOf(); user != 0 {
		q.And("h.made_by = ?", user)
	}
	return q
}

// Changes lists the newest 20 acts on a list; bulk_change_newest serves it.
func (s *Service) Changes(ctx context.Context, scope access.Scope, of List) ([]Entry, error) {
	rows, err := storage.Select[Entry](ctx, s.db, scope, mine(`select h.id, h.field, coalesce(h.cells -> 0 ->> 'after', '') as value,
		jsonb_array_length(h.cells) as rows, coalesce(m.name::text, '') as by, h.made_at as at, n.name::text as undone_by, h.undone_at
		from bulk_change h left join app_user m on m.id = h.made_by left join app_user n on n.id = h.undone_by`, scope, of).Last("order by h.id desc limit 20"))
	for i := range rows {
		rows[i].Undoable = rows[i].UndoneAt == nil && s.db.Now().Sub(rows[i].At) < undoable
	}
	return rows, err
}

// Undo puts the rows of an act back, all but those that somebody has changed since: they
// come back as conflicts and stay. It refuses with fault.ErrNotFound, ErrUndone or ErrUndoLate.
func (s *Service) Undo(ctx context.Context, scope access.Scope, of List, id int64) (Outcome, error) {
	l := s.lists[of]
	var out Outcome
	err := s.db.Write(ctx, scope, l.action, func(tx *storage.Tx) error {
		out = Outcome{}
		f, cells, err := open(tx, of, id)
		if err != nil {
			return err
		}
		out.Field = f
		if err := l.apply(tx, f, back(cells), &out); err != nil {
			return err
		}
		if len(out.Cells) == 0 {
			tx.Continues()
			if len(out.Conflicts)+len(out.Refusals) > 0 {
				return nil // nothing was put back: it can be tried again
			}
		}
		_, err = tx.Pgx().Exec(ctx, "update bulk_change set undone_at = $2, undone_by = $3 where id = $1", id, tx.Now(), tx.Scope().Actor().User)
		return err
	})
	return out, err
}

// open locks an act that can be undone and reads it.
func open(tx *storage.Tx, of List, id int64) (Field, []Cell, error) {
	sql, args, err := mine("select h.field, h.cells, h.made_at, h.undone_at from bulk_change h", tx.Scope(), of).And("h.id = ?", id).Last("for update of h").SQL()
	if err != nil {
		return "", nil, err
	}
	row, found, err := storage.Find[struct {
		Field    Field           `db:"field"`
		Cells    json.RawMessage `db:"cells"`
		MadeAt   time.Time       `db:"made_at"`
		UndoneAt *time.Time      `db:"undone_at"`
	}](tx, sql, args...)
	switch {
	case err != nil:
		return "", nil, err
	case !found:
		return "", nil, fault.ErrNotFound
	case row.UndoneAt != nil:
		return "", nil, ErrUndone.With("at", *row.UndoneAt)
	case tx.Now().Sub(row.MadeAt) >= undoable:
		return "", nil, ErrUndoLate
	}
	var cells []Cell
	err = json.Unmarshal(row.Cells, &cells)
	return row.Field, cells, err
}
