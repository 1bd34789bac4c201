package usage

import (
	"context"
	"encoding/json"
	"time"

	"klausul/server/access"
	"klausul/server/fault"
	"klausul/server/storage"
	"klausul/server/system"
)

// undoable is how long a change can be put back.
const undoable = 7 * 24 * time.Hour

// The ways in which an undo, or an addition, is refused.
var (
	ErrUndone   = fault.New(fault.Conflict, "usage.undone_already")
	ErrUndoLate = fault.New(fault.Conflict, "usage.undo_late")
	ErrInUse    = fault.New(fault.Conflict, "usage.changed_since") // an added usage that has been worked on
	ErrSystem   = system.ErrUnknown
)

// Entry is one act in the list of what can be undone.
type Entry struct {
	ID       int64      `db:"id"`
	Kind     Kind       `db:"kind"`
	Cells    int        `db:"cells"`
	Rows     int        `db:"rows"`
	What     *string    `db:"what"` // the system, when it is one row
	By       string     `db:"by"`
	At       time.Time  `db:"at"`
	UndoneBy *string    `db:"undone_by"`
	UndoneAt *time.Time `db:"undone_at"`
	Undoable bool       `db:"-"`
}

// Changes lists the newest 20 acts of the organisation, a system owner's own only.
func (s *Service) Changes(ctx context.Context, scope access.Scope) ([]Entry, error) {
	// The office sees none: what a member changes and takes back is the member's affair.
	if scope.Login() != access.LoginMember {
		return nil, nil
	}
	q := storage.List(`select h.id, h.kind, jsonb_array_length(h.cells) as cells,
		(select count(distinct x ->> 'usage') from jsonb_array_elements(h.cells) x)::int as rows,
		case when (select count(distinct x ->> 'usage') from jsonb_array_elements(h.cells) x) = 1 then
		  (select s.name::text from usage u join it_system s on s.id = u.system_id where u.id = (h.cells -> 0 ->> 'usage')::int and u.organisation_id = h.organisation_id) end as what,
		coalesce(m.name::text, '') as by, h.made_at as at, n.name::text as undone_by, h.undone_at
		from usage_change h left join app_user m on m.id = h.made_by left join app_user n on n.id = h.undone_by`).Within(scope, "h.organisation_id")
	if user := scope.OwnUsagesOf(); user != 0 {
		q.And("h.made_by = ?", user)
	}
	rows, err := storage.Select[Entry](ctx, s.db, scope, q.Last("order by h.id desc limit 20"))
	for i := range rows {
		rows[i].Undoable = rows[i].UndoneAt == nil && s.db.Now().Sub(rows[i].At) < undoable
	}
	return rows, err
}

// Undo puts the cells of an act back, all but those that somebody has changed since:
// they come back as conflicts and stay. It refuses with fault.ErrNotFound, ErrUndone,
// ErrUndoLate, ErrInUse or ErrOverlap.
func (s *Service) Undo(ctx context.Context, scope access.Scope, id int64) (Outcome, error) {
	var out Outcome
	err := s.db.Write(ctx, scope, "usage.undo", func(tx *storage.Tx) error {
		out = Outcome{}
		kind, cells, err := heldChange(tx, id)
		if err != nil {
			return err
		}
		if kind == Added {
			err = takeBack(tx, cells[0].Usage, &out)
		} else {
			err = apply(tx, reversed(cells), &out)
		}
		if err != nil {
			return err
		}
		if len(out.Cells) == 0 && len(out.Conflicts)+len(out.Errors) > 0 {
			tx.Continues() // nothing was put back: it can be tried again
			return nil
		}
		_, err = tx.Pgx().Exec(ctx, "update usage_change set undone_at = $2, undone_by = $3 where id = $1", id, tx.Now(), tx.Scope().Actor().User)
		return err
	})
	return out, apart(err)
}

func heldChange(tx *storage.Tx, id int64) (Kind, []Cell, error) {
	q := storage.List("select h.kind, h.cells, h.made_at, h.undone_at from usage_change h").Within(tx.Scope(), "h.organisation_id").And("h.id = ?", id)
	if user := tx.Scope().OwnUsagesOf(); user != 0 {
		q.And("h.made_by = ?", user)
	}
	sql, args, err := q.Last("for update of h").SQL()
	if err != nil {
		return "", nil, err
	}
	row, found, err := storage.Find[struct {
		Kind     Kind            `db:"kind"`
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
	return row.Kind, cells, err
}

// reversed asks for what was, from what the act made of it.
func reversed(cells []Cell) []Change {
	back := make([]Change, len(cells))
	for i, c := range cells {
		back[i] = Change{Usage: c.Usage, Field: c.Field, Base: c.After, Value: c.Before, was: c.Was, undo: true}
	}
	return back
}

// takeBack removes an added usage that nobody has touched since.
func takeBack(tx *storage.Tx, usage int32, out *Outcome) error {
	q := Mine(storage.List("select u.id, u.version, u.organisation_id, u.from_date from usage u"), tx.Scope()).And("u.id = ?", usage).Last("for update of u")
	sql, args, err := q.SQL()
	if err != nil {
		return err
	}
	row, found, err := storage.Find[struct {
		ID           int32     `db:"id"`
		Version      int32     `db:"version"`
		Organisation int32     `db:"organisation_id"`
		From         time.Time `db:"from_date"`
	}](tx, sql, args...)
	if err != nil {
		return err
	}
	if !found || row.Version != 1 {
		return ErrInUse
	}
	day := row.From.Format(time.DateOnly)
	tx.Record("usage", usage, row.Organisation, map[string]any{"from": day}, nil)
	out.Cells = []Cell{{Usage: usage, Field: From, Before: day}}
	_, err = tx.Pgx().Exec(tx.Context(), "delete from usage where id = $1 and organisation_id = $2", usage, row.Organisation)
	return err
}

// Forget removes changes that are older than a month: they can be undone no more, and
// the audit trail has them.
func (s *Service) Forget(ctx context.Context) error {
	return s.db.Write(ctx, access.System("usage.forget"), "usage.forget", func(tx *storage.Tx) error {
		gone, _, err := storage.Find[struct {
			Gone int `db:"gone"`
		}](tx, "select forget_usage_changes() as gone")
		if gone.Gone == 0 {
			tx.Continues()
		}
		return err
	})
}
