package vendor

import (
	"context"
	"errors"
	"strings"
	"time"

	"github.com/jackc/pgx/v5/pgconn"

	"klausul/server/access"
	"klausul/server/fault"
	"klausul/server/field"
	"klausul/server/storage"
)

// Refusals of territory rows.
var (
	// ErrTerritory refuses a row without a known place or a source, or with a scope that its kind has not.
	ErrTerritory = fault.New(fault.Invalid, "vendor.territory")
	// ErrTerritoryOverlap refuses a second row for a place in the same time: end the first.
	ErrTerritoryOverlap = fault.New(fault.Conflict, "vendor.territory_overlap")
)

const territorySQL = `select t.id, t.code, t.kind, t.scope, t.decision, t.from_date, t.to_date, t.source, t.note, t.checked_on, t.unconfirmed, t.version from territory t`

// Clean trims the row and refuses with ErrTerritory or ErrPeriod.
func (t Territory) Clean() (Territory, error) {
	t.Code = strings.ToUpper(strings.TrimSpace(t.Code))
	t.Decision, t.Source, t.Note = strings.TrimSpace(t.Decision), strings.TrimSpace(t.Source), strings.TrimSpace(t.Note)
	switch {
	case !field.Place(t.Code):
		return t, ErrTerritory.At(fault.Field{Pointer: "/code", Code: "field.place"})
	case t.Kind == "eea" && t.Scope != "all":
		return t, ErrTerritory.At(fault.Field{Pointer: "/scope", Code: "invalid"})
	case t.Source == "":
		return t, ErrTerritory.At(fault.Field{Pointer: "/source", Code: "required"})
	case t.To != nil && t.To.Before(t.From):
		return t, ErrPeriod.At(fault.Field{Pointer: "/to", Code: "vendor.period"})
	}
	return t, nil
}

// Territories returns every row there is, by place and newest first: some dozens.
func (s *Service) Territories(ctx context.Context, scope access.Scope) ([]Territory, error) {
	return storage.Select[Territory](ctx, s.db, scope, storage.List(territorySQL).Last("order by t.code, t.from_date desc, t.id limit 2000"))
}

// OutsideEEA counts the countries, by code, that lie outside the EEA on a day.
func OutsideEEA(tx *storage.Tx, countries []string, day time.Time) (int, error) {
	row, _, err := storage.Find[struct {
		Outside int `db:"outside"`
	}](tx, `select count(*)::int as outside from unnest($1::text[]) c where not exists (select 1 from territory t
		where t.code = c and t.kind = 'eea' and t.from_date <= $2 and (t.to_date is null or t.to_date >= $2))`, countries, day)
	return row.Outside, err
}

// AddTerritory adds a row; every transfer is weighed by it from then on. It refuses with
// ErrTerritory, ErrPeriod or ErrTerritoryOverlap.
func (s *Service) AddTerritory(ctx context.Context, scope access.Scope, t Territory) (Territory, error) {
	t, err := t.Clean()
	if err != nil {
		return t, err
	}
	err = s.db.Write(ctx, scope, "territory.add", func(tx *storage.Tx) error {
		t.Version = 1
		err := tx.Pgx().QueryRow(ctx, `insert into territory (code, kind, scope, decision, from_date, to_date, source, note, checked_on, unconfirmed, created_at)
			values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11) returning id`,
			t.Code, t.Kind, t.Scope, t.Decision, t.From, t.To, t.Source, t.Note, t.Checked, t.Unconfirmed, tx.Now()).Scan(&t.ID)
		tx.Record("territory", t.ID, 0, nil, t)
		return refused(err)
	})
	return t, err
}

// ChangeTerritory ends or corrects a row; none is ever removed. It refuses as AddTerritory
// does, with fault.ErrNotFound or fault.ErrStale.
func (s *Service) ChangeTerritory(ctx context.Context, scope access.Scope, id int32, seen int, to Territory) (Territory, error) {
	to, err := to.Clean()
	if err != nil {
		return to, err
	}
	err = s.db.Write(ctx, scope, "territory.change", func(tx *storage.Tx) error {
		was, found, err := storage.Find[Territory](tx, territorySQL+" where t.id = $1 for update of t", id)
		if err != nil || !found {
			return orNotFound(err)
		}
		if was.Version != seen {
			return storage.Stale(tx, "territory", id, was.Version, map[string]any{"code": was.Code, "decision": was.Decision, "from": was.From, "to": was.To})
		}
		to.ID, to.Version = id, was.Version+1
		_, err = tx.Pgx().Exec(ctx, `update territory set code = $2, kind = $3, scope = $4, decision = $5, from_date = $6, to_date = $7, source = $8,
			note = $9, checked_on = $10, unconfirmed = $11, version = $12 where id = $1`,
			id, to.Code, to.Kind, to.Scope, to.Decision, to.From, to.To, to.Source, to.Note, to.Checked, to.Unconfirmed, to.Version)
		tx.Record("territory", id, 0, was, to)
		return refused(err)
	})
	return to, err
}

// refused names what a constraint of ours refused.
func refused(err error) error {
	var pg *pgconn.PgError
	if !errors.As(err, &pg) {
		return err
	}
	switch pg.ConstraintName {
	case "territory_apart":
		return ErrTerritoryOverlap.At(fault.Field{Pointer: "/from", Code: "vendor.territory_overlap"})
	case "subprocessor_acyclic":
		return ErrCycle.At(fault.Field{Pointer: "/processor", Code: "vendor.subprocessor_cycle"})
	case "subprocessor_one_tree":
		return ErrParent.At(fault.Field{Pointer: "/parent", Code: "vendor.subprocessor_parent"})
	}
	return err
}
