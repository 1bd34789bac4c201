package agreement

import (
	"context"
	"strings"
	"time"

	"klausul/server/access"
	"klausul/server/fault"
	"klausul/server/storage"
)

// Mandate lets the secretariat register steps of an organisation's agreements in its place:
// given by the organisation, dated, and taken back at any time.
type Mandate struct {
	ID               int64      `db:"id"`
	Organisation     int32      `db:"organisation_id"`
	OrganisationName string     `db:"organisation_name"`
	From             time.Time  `db:"from_date"`
	To               *time.Time `db:"to_date"`
	Note             string     `db:"note"`
	RecordedAt       time.Time  `db:"recorded_at"`
	RecordedBy       string     `db:"recorded_by"`
	RevokedAt        *time.Time `db:"revoked_at"`
	RevokedBy        string     `db:"revoked_by"`
	Runs             bool       `db:"runs"`
	Over             bool       `db:"over"` // its last day has passed
}

const mandateSQL = `select m.id, m.organisation_id, o.name as organisation_name, m.from_date, m.to_date, m.note, m.recorded_at, coalesce(u.name, '') as recorded_by,
	m.revoked_at, coalesce(r.name, '') as revoked_by,
	mandate_runs(m, today()) as runs, coalesce(m.to_date < today(), false) as over
	from mandate m join organisation o on o.id = m.organisation_id left join app_user u on u.id = m.recorded_by left join app_user r on r.id = m.revoked_by`

// mandated tells whether the organisation's mandate runs, and since which day.
func mandated(tx *storage.Tx, organisation int32) (runs bool, from time.Time, err error) {
	m, found, err := storage.Find[struct {
		From time.Time `db:"from_date"`
	}](tx, "select m.from_date from mandate m where m.organisation_id = $1 and mandate_runs(m, $2) order by m.from_date limit 1", organisation, tx.Today())
	return found, m.From, err
}

// mandateOrders: those that run, then the others, by name and with the newest first.
var mandateOrders = map[string]storage.Order{"runs": {By: "case when mandate_runs(m, today()) then '0' else '1' end || o.name", Type: "text", ID: "-m.id"}}

// Mandates returns a page of the mandates in scope, the running ones first, and the cursor of the next.
func (s *Service) Mandates(ctx context.Context, scope access.Scope, p storage.Page) ([]Mandate, string, error) {
	rows, err := storage.Select[Mandate](ctx, s.db, scope, storage.List(mandateSQL).Within(scope, "m.organisation_id").Page(mandateOrders, p))
	if err != nil {
		return nil, "", err
	}
	rows, next := storage.Cut(rows, p, func(m Mandate) (string, int64) {
		first := "1"
		if m.Runs {
			first = "0"
		}
		return storage.Key(p, map[string]any{"runs": first + m.OrganisationName}), -m.ID
	})
	return rows, next, nil
}

// GiveMandate records the organisation's mandate. It refuses with ErrMandateNote,
// ErrMandateDays, or with ErrMandateRuns when another one shares a day with it.
func (s *Service) GiveMandate(ctx context.Context, scope access.Scope, from time.Time, to *time.Time, note string) (Mandate, error) {
	note = strings.TrimSpace(note)
	if note == "" {
		return Mandate{}, ErrMandateNote.At(fault.Field{Pointer: "/note", Code: ErrMandateNote.Code})
	}
	if to != nil && to.Before(from) {
		return Mandate{}, ErrMandateDays.At(fault.Field{Pointer: "/to", Code: ErrMandateDays.Code})
	}
	var m Mandate
	err := s.db.Write(ctx, scope, "mandate.give", func(tx *storage.Tx) error {
		made, isNew, err := storage.Find[struct {
			ID int64 `db:"id"`
		}](tx, `insert into mandate (organisation_id, from_date, to_date, note, recorded_at, recorded_by) values ($1, $2, $3, $4, $5, $6)
			on conflict do nothing returning id`, scope.Own(), from, to, note, tx.Now(), tx.Scope().Actor().User)
		if err != nil {
			return err
		}
		if !isNew {
			return ErrMandateRuns
		}
		tx.Record("mandate", made.ID, scope.Own(), nil, map[string]any{"from": from.Format(time.DateOnly), "to": to, "note": note})
		m, _, err = storage.Find[Mandate](tx, mandateSQL+" where m.id = $1", made.ID)
		return err
	})
	return m, err
}

// RevokeMandate takes a mandate back, at once. It refuses with fault.ErrNotFound, also one
// that is over by itself.
func (s *Service) RevokeMandate(ctx context.Context, scope access.Scope, id int64) (Mandate, error) {
	var m Mandate
	err := s.db.Write(ctx, scope, "mandate.revoke", func(tx *storage.Tx) error {
		done, err := tx.Pgx().Exec(ctx, `update mandate set revoked_at = $3, revoked_by = $4 where id = $1 and organisation_id = $2 and revoked_at is null
			and (to_date is null or to_date >= $5)`,
			id, scope.Own(), tx.Now(), tx.Scope().Actor().User, tx.Today())
		if err != nil {
			return err
		}
		if done.RowsAffected() == 0 {
			return fault.ErrNotFound
		}
		tx.Record("mandate", id, scope.Own(), map[string]any{"revoked": false}, map[string]any{"revoked": true})
		m, _, err = storage.Find[Mandate](tx, mandateSQL+" where m.id = $1", id)
		return err
	})
	return m, err
}
