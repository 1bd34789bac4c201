package bulk

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"klausul/server/access"
	"klausul/server/fault"
	"klausul/server/storage"
)

// errLook ends the transaction of a preview: nothing of it stays.
var errLook = errors.New("bulk: this was a look")

// Preview tells what Change would do. It does the change and takes all of it back, so
// that no rule can be told otherwise than it holds. It refuses as Change does.
func (s *Service) Preview(ctx context.Context, scope access.Scope, of List, f Field, value string, rows []Ask) (Outcome, error) {
	out, err := s.change(ctx, scope, of, f, value, rows, func(*storage.Tx, *Outcome) error { return errLook })
	if errors.Is(err, errLook) {
		err = nil
	}
	return out, err
}

// Change gives a field one value in many rows, in one transaction, as the single edit
// would, which is also how the audit trail tells it, row by row. A row that cannot have
// the value or that somebody has changed meanwhile is told and stops no other. It refuses
// with ErrField, ErrValue or ErrTooMany.
func (s *Service) Change(ctx context.Context, scope access.Scope, of List, f Field, value string, rows []Ask) (Outcome, error) {
	return s.change(ctx, scope, of, f, value, rows, func(tx *storage.Tx, out *Outcome) error {
		return remember(tx, of, out)
	})
}

func (s *Service) change(ctx context.Context, scope access.Scope, of List, f Field, value string, rows []Ask, end func(*storage.Tx, *Outcome) error) (Outcome, error) {
	l := s.lists[of]
	switch {
	case !slices.Contains(l.fields, f):
		return Outcome{}, ErrField.At(fault.Field{Pointer: "/field", Code: ErrField.Code})
	case len(rows) > Most:
		return Outcome{}, ErrTooMany.With("most", Most).At(fault.Field{Pointer: "/rows", Code: ErrTooMany.Code})
	}
	value = strings.Join(strings.Fields(value), " ")
	if most, short := longest[f]; short && utf8.RuneCountInString(value) > most {
		return Outcome{}, refused(ErrValue)
	}
	var out Outcome
	err := s.db.Write(ctx, scope, l.action, func(tx *storage.Tx) error {
		out = Outcome{Field: f}
		if err := l.apply(tx, f, to(value, rows), &out); err != nil {
			return err
		}
		return end(tx, &out)
	})
	return out, err
}

// apply makes each change that can be made.
func (l list) apply(tx *storage.Tx, f Field, changes []change, out *Outcome) error {
	for _, c := range changes {
		if err := l.row(tx, f, c, out); err != nil {
			return fmt.Errorf("%s %d: %w", l.record, c.row, err)
		}
	}
	return nil
}

func (l list) row(tx *storage.Tx, f Field, c change, out *Outcome) error {
	h, err := l.hold(tx, c.row, f, c.value)
	if errors.Is(err, fault.ErrNotFound) {
		err, h.refusal = nil, ErrGone
	}
	if err != nil {
		return err
	}
	if h.refusal == nil {
		switch {
		case h.now == h.then:
			out.Unchanged++
			return nil
		case c.seen != nil && *c.seen != h.now:
			return l.conflict(tx, h, c, out)
		}
		h.refusal, err = try(tx, h.write)
	}
	switch {
	case err != nil:
		return err
	case h.refusal != nil:
		why, _ := fault.Of(h.refusal)
		out.Refusals = append(out.Refusals, Refusal{c.row, h.name, c.value, why.Code})
	default:
		out.Cells = append(out.Cells, Cell{c.row, h.name, h.now, h.then})
	}
	return nil
}

// try writes, and leaves nothing of it where a rule refuses.
func try(tx *storage.Tx, write func() error) (refusal, err error) {
	point, err := tx.Pgx().Begin(tx.Context())
	if err != nil {
		return nil, err
	}
	if err := write(); err != nil {
		if _, is := fault.Of(err); !is {
			return nil, err
		}
		return err, point.Rollback(tx.Context())
	}
	return nil, point.Commit(tx.Context())
}

func (l list) conflict(tx *storage.Tx, h held, c change, out *Outcome) error {
	last, found, err := storage.Find[struct {
		At  time.Time `db:"at"`
		Who string    `db:"who"`
	}](tx, "select at, who from history($1, $2) limit 1", l.record, fmt.Sprint(h.record))
	told := Conflict{Row: c.row, Name: h.name, Seen: *c.seen, Yours: h.then, Theirs: h.now}
	if found {
		told.By, told.At = last.Who, &last.At
	}
	out.Conflicts = append(out.Conflicts, told)
	return err
}

// remember writes the act's one row, from which it can be undone.
func remember(tx *storage.Tx, of List, out *Outcome) error {
	if len(out.Cells) == 0 {
		tx.Continues() // who changes nothing leaves no row
		return nil
	}
	raw, err := json.Marshal(out.Cells)
	if err != nil {
		return err
	}
	made, _, err := storage.Find[struct {
		ID int64 `db:"id"`
	}](tx, `insert into bulk_change (organisation_id, list, field, cells, made_at, made_by) values (nullif($1::int, 0), $2, $3, $4, $5, $6) returning id`,
		tx.Scope().Own(), string(of), string(out.Field), raw, tx.Now(), tx.Scope().Actor().User)
	out.Change = made.ID
	return err
}
