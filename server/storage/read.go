package storage

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	"github.com/jackc/pgx/v5"

	"klausul/server/access"
	"klausul/server/fault"
)

// One runs a statement that finds at most one row. It refuses with fault.ErrNotFound.
func One[T any](ctx context.Context, s *Store, scope access.Scope, q *Query) (T, error) {
	rows, err := Select[T](ctx, s, scope, q)
	if err == nil && len(rows) == 0 {
		err = fault.ErrNotFound
	}
	if err != nil {
		var none T
		return none, err
	}
	return rows[0], nil
}

// Count runs "select count(*) as total from …".
func Count(ctx context.Context, s *Store, scope access.Scope, q *Query) (int, error) {
	c, err := One[struct {
		Total int `db:"total"`
	}](ctx, s, scope, q)
	return c.Total, err
}

// LegalDate is the day in Europe/Copenhagen, at midnight UTC.
func LegalDate(t time.Time) time.Time {
	y, m, d := t.In(copenhagen).Date()
	return time.Date(y, m, d, 0, 0, 0, 0, time.UTC)
}

// HistoryEntry is who did what to a record, as far as the scope may know.
type HistoryEntry struct {
	At           time.Time `db:"at" json:"at"`
	Action       string    `db:"action" json:"action"`
	Who          string    `db:"who" json:"who"`
	Role         string    `db:"role" json:"role"`
	Organisation string    `db:"organisation" json:"organisation"`
}

// History is the audit trail of one record, newest first, at most 200 entries.
func (s *Store) History(ctx context.Context, scope access.Scope, record string, id any) ([]HistoryEntry, error) {
	return Select[HistoryEntry](ctx, s, scope, List("select at, action, who, role, organisation from history(?, ?)", record, fmt.Sprint(id)))
}

// Stale is the refusal of an act on an old version: it tells who changed the record
// last, when, how the audit trail names it, and what stands there now.
func Stale(tx *Tx, record string, id any, version int, now map[string]any) error {
	rows, err := tx.pgx.Query(tx.ctx, "select at, action, who, role, organisation from history($1, $2) limit 1", record, fmt.Sprint(id))
	if err != nil {
		return err
	}
	refusal := fault.ErrStale.With("version", version).With("current", now)
	last, err := pgx.CollectExactlyOneRow(rows, pgx.RowToStructByName[HistoryEntry])
	if errors.Is(err, pgx.ErrNoRows) {
		return refusal
	}
	if err != nil {
		return err
	}
	return refusal.With("changedBy", last.Who).With("changedAt", last.At).With("action", last.Action).With("changed", slices.Sorted(maps.Keys(now)))
}

// Find reads at most one row inside a transaction.
func Find[T any](tx *Tx, sql string, args ...any) (T, bool, error) {
	rows, err := tx.pgx.Query(tx.ctx, sql, args...)
	if err != nil {
		var none T
		return none, false, err
	}
	v, err := pgx.CollectExactlyOneRow(rows, pgx.RowToStructByName[T])
	if errors.Is(err, pgx.ErrNoRows) {
		return v, false, nil
	}
	return v, err == nil, err
}

// Lock takes the lock of rows, told as "it_system where number = $1", before they are
// read. One statement that joins and locks must not do both: when it had to wait, it
// joins the row as it became with what stood beside it as it was, and finds nothing.
func (tx *Tx) Lock(rows string, args ...any) error {
	_, err := tx.pgx.Exec(tx.ctx, "select from "+rows+" for update", args...)
	return err
}

// All reads every row inside a transaction.
func All[T any](tx *Tx, sql string, args ...any) ([]T, error) {
	rows, err := tx.pgx.Query(tx.ctx, sql, args...)
	if err != nil {
		return nil, err
	}
	return pgx.CollectRows(rows, pgx.RowToStructByName[T])
}

// Key is the sort value of a row for the page's order, as text that PostgreSQL reads back.
func Key(p Page, values map[string]any) string {
	v := values[strings.TrimPrefix(p.Sort, "-")]
	if t, ok := v.(time.Time); ok {
		return t.UTC().Format(time.RFC3339Nano)
	}
	return fmt.Sprint(v)
}

// Local is the moment as a Danish clock shows it: for documents and mails.
func Local(t time.Time) time.Time { return t.In(copenhagen) }
