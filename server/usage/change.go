package usage

import (
	"context"
	"encoding/json"
	"errors"
	"maps"
	"slices"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"

	"klausul/server/access"
	"klausul/server/agreement"
	"klausul/server/fault"
	"klausul/server/storage"
)

// Kind says how the cells were changed.
type Kind string

// The kinds of change.
const (
	Edit  Kind = "edit" // one row by hand
	Paste Kind = "paste"
	Bulk  Kind = "bulk"
	Added Kind = "add" // a usage
)

const storedSQL = cols + `, s.id as system_id, w.id as own_id, coalesce(w.plain, false) as own_plain, e.name as changed_name, u.changed_at` +
	listFrom + ` left join app_user e on e.id = u.changed_by`

// Preview tells what Change would do, and does nothing.
func (s *Service) Preview(ctx context.Context, scope access.Scope, changes []Change) (Outcome, error) {
	var out Outcome
	err := s.db.Read(ctx, scope, func(tx *storage.Tx) error {
		out = Outcome{}
		rows, err := decide(tx, changes, &out)
		for _, p := range rows {
			out.Cells = append(out.Cells, p.cells...)
		}
		return err
	})
	return out, err
}

// Change writes cells, each from the value that the writer saw. What cannot be written
// is told cell by cell and stops nothing else: a cell that somebody changed meanwhile
// comes back with both texts. What was written can be undone for a week. It refuses
// with ErrOverlap when another usage came in between.
func (s *Service) Change(ctx context.Context, scope access.Scope, kind Kind, changes []Change) (Outcome, error) {
	var out Outcome
	err := s.db.Write(ctx, scope, "usage.change", func(tx *storage.Tx) error {
		out = Outcome{}
		if err := apply(tx, changes, &out); err != nil || len(out.Cells) == 0 {
			tx.Continues() // who changes nothing leaves no row
			return err
		}
		return remember(tx, kind, &out)
	})
	return out, apart(err)
}

// apart names the exclusion of the database: two usages of one system at one time.
func apart(err error) error {
	var pg *pgconn.PgError
	if errors.As(err, &pg) && (pg.ConstraintName == "usage_apart" || pg.ConstraintName == "usage_organisation_id_system_id_from_date_key") {
		return ErrOverlap.Because(err)
	}
	return err
}

// apply decides, writes and reads the rows again.
func apply(tx *storage.Tx, changes []Change, out *Outcome) error {
	if err := hold(tx, changes); err != nil {
		return err
	}
	rows, err := decide(tx, changes, out)
	if err != nil {
		return err
	}
	var b pgx.Batch
	for _, p := range rows {
		if len(p.cells) == 0 {
			continue
		}
		if err := p.stand(tx); err != nil {
			return err
		}
		p.queue(tx, &b)
		before, after := map[Field]string{}, map[Field]string{}
		for _, c := range p.cells {
			before[c.Field], after[c.Field] = c.Before, c.After
		}
		tx.Record("usage", p.before.ID, p.before.Organisation, before, after)
		out.Cells = append(out.Cells, p.cells...)
	}
	if err := tx.Pgx().SendBatch(tx.Context(), &b).Close(); err != nil {
		return err
	}
	return reread(tx, rows, out)
}

// reread brings the rows as they stand now, also those that were refused.
func reread(tx *storage.Tx, rows []planned, out *Outcome) error {
	ids := make([]int32, len(rows))
	for i, p := range rows {
		ids[i] = p.before.ID
	}
	sql, args, err := Mine(storage.List(cols+listFrom), tx.Scope()).And("u.id = any(?)", ids).Last("order by s.name, u.id").SQL()
	if err != nil {
		return err
	}
	out.Rows, err = storage.All[Usage](tx, sql, args...)
	return err
}

// hold locks the rows in the order of their ids: two people who paste never wait for
// each other in a ring. It is a statement of its own, so that the next one sees what
// the one before us wrote about the agreements too.
func hold(tx *storage.Tx, changes []Change) error {
	ids := make([]int32, len(changes))
	for i, c := range changes {
		ids[i] = c.Usage
	}
	sql, args, err := Mine(storage.List("select u.id from usage u"), tx.Scope()).And("u.id = any(?)", ids).Last("order by u.id for update").SQL()
	if err != nil {
		return err
	}
	_, err = tx.Pgx().Exec(tx.Context(), sql, args...)
	return err
}

// decide reads the rows and plans each.
func decide(tx *storage.Tx, changes []Change, out *Outcome) ([]planned, error) {
	byRow := map[int32][]Change{}
	for _, c := range changes {
		byRow[c.Usage] = append(byRow[c.Usage], c)
	}
	sql, args, err := Mine(storage.List(storedSQL), tx.Scope()).And("u.id = any(?)", slices.Collect(maps.Keys(byRow))).Last("order by s.name, u.id").SQL()
	if err != nil {
		return nil, err
	}
	found, err := storage.All[stored](tx, sql, args...)
	if err != nil {
		return nil, err
	}
	w, err := whoWrites(tx)
	if err != nil {
		return nil, err
	}
	rows := make([]planned, 0, len(found))
	for _, row := range found {
		rows = append(rows, w.plan(row, byRow[row.ID], out))
		delete(byRow, row.ID)
	}
	for _, c := range changes {
		if _, unknown := byRow[c.Usage]; unknown {
			out.refuse(c, ErrUnknown)
		}
	}
	return rows, keepApart(tx, rows, changes, out)
}

func whoWrites(tx *storage.Tx) (writer, error) {
	w := writer{people: map[int64]bool{}, keepsOwn: tx.Scope().OwnUsagesOf() != 0}
	sql, args, err := storage.List(peopleSQL).And(holds, tx.Scope().Own()).SQL()
	if err != nil {
		return w, err
	}
	people, err := storage.All[Person](tx, sql, args...)
	for _, p := range people {
		w.people[p.ID] = true
	}
	return w, err
}

// keepApart refuses days that reach into another usage of the same system.
func keepApart(tx *storage.Tx, rows []planned, changes []Change, out *Outcome) error {
	for i := range rows {
		p := &rows[i]
		if p.after.From.Equal(p.before.From) && p.after.Cell(To) == p.before.Cell(To) {
			continue
		}
		_, meets, err := storage.Find[struct {
			ID int32 `db:"id"`
		}](tx, `select u.id from usage u where u.organisation_id = $1 and u.system_id = $2 and u.id <> $3
			and daterange(u.from_date, u.to_date, '[]') && daterange($4, $5, '[]') limit 1`,
			p.before.Organisation, p.before.System, p.before.ID, p.after.From, p.after.To)
		if err != nil {
			return err
		}
		if meets {
			p.refuseDays(slices.DeleteFunc(slices.Clone(changes), func(c Change) bool { return c.Usage != p.before.ID }), out, ErrOverlap)
			p.diff()
		}
	}
	return nil
}

// stand writes what stands behind a new agreement state.
func (p *planned) stand(tx *storage.Tx) error {
	if p.after.State == p.before.State {
		return nil
	}
	if p.before.OwnID != nil {
		if err := agreement.WithdrawStanding(tx, p.before.Organisation, *p.before.OwnID); err != nil {
			return err
		}
	}
	switch p.after.State {
	case Own:
		_, err := agreement.RegisterStanding(tx, p.before.Organisation, p.before.System, agreement.StandingOwn)
		return err
	case KLKombit:
		_, err := agreement.RegisterStanding(tx, p.before.Organisation, p.before.System, agreement.StandingKLKombit)
		return err
	}
	return nil
}

func (p *planned) queue(tx *storage.Tx, b *pgx.Batch) {
	me := tx.Scope().Actor().User
	by, at := p.before.ReasonBy, p.before.ReasonAt
	switch {
	case p.after.Reason == nil:
		by, at = nil, nil
	case p.was != nil:
		by, at = p.was.By, p.was.At
	case p.before.Cell(Reason) != p.after.Cell(Reason):
		now := tx.Now()
		by, at = &me, &now
	}
	if p.after.Reason != nil && at == nil {
		now := tx.Now()
		at = &now
	}
	u := p.after
	b.Queue(`update usage set local_name = $2, local_owner = $3, owner_user_id = $4, responsible_user_id = $5, persons = $6, case_number = $7,
		from_date = $8, to_date = $9, not_needed_reason = $10, not_needed_by = $11, not_needed_at = $12,
		version = version + 1, changed_at = $13, changed_by = $14 where id = $1 and organisation_id = $15`,
		u.ID, u.LocalName, u.LocalOwner, u.Owner, u.Responsible, u.Persons, u.CaseNumber, u.From, u.To, u.Reason, by, at, tx.Now(), me, u.Organisation)
}

// remember writes the act's one row, from which it can be undone.
func remember(tx *storage.Tx, kind Kind, out *Outcome) error {
	raw, err := json.Marshal(out.Cells)
	if err != nil {
		return err
	}
	made, _, err := storage.Find[struct {
		ID int64 `db:"id"`
	}](tx, `insert into usage_change (organisation_id, kind, cells, made_at, made_by) values ($1, $2, $3, $4, $5) returning id`,
		tx.Scope().Own(), string(kind), raw, tx.Now(), tx.Scope().Actor().User)
	out.Change = made.ID
	return err
}

// Add says that the organisation uses a system from a day on. A system owner's own use
// names that person. It refuses with ErrSystem or with
// ErrOverlap, which tells the usage that is in the way.
func (s *Service) Add(ctx context.Context, scope access.Scope, system int32, from time.Time) (Outcome, error) {
	var out Outcome
	err := s.db.Write(ctx, scope, "usage.add", func(tx *storage.Tx) error {
		out = Outcome{}
		org := tx.Scope().Own()
		there, meets, err := storage.Find[struct {
			ID   int32      `db:"id"`
			From time.Time  `db:"from_date"`
			To   *time.Time `db:"to_date"`
		}](tx, `select u.id, u.from_date, u.to_date from usage u join it_system s on s.id = u.system_id
			where u.organisation_id = $1 and s.number = $2 and coalesce(u.to_date, 'infinity') >= $3 order by u.from_date limit 1`, org, system, from)
		if err != nil {
			return err
		}
		if meets {
			return ErrOverlap.With("usage", there.ID).With("from", there.From.Format(time.DateOnly)).With("to", there.To)
		}
		var owner *int64
		if me := scope.OwnUsagesOf(); me != 0 {
			owner = &me
		}
		made, found, err := storage.Find[struct {
			ID int32 `db:"id"`
		}](tx, `insert into usage (organisation_id, system_id, from_date, source, owner_user_id, responsible_user_id, created_at, changed_at, changed_by)
			select $1, s.id, $3, 'manual', $4, (select o.default_responsible from organisation_setting o where o.organisation_id = $1), $5, $5, $6
			  from it_system s where s.number = $2 returning id`,
			org, system, from, owner, tx.Now(), tx.Scope().Actor().User)
		if err != nil {
			return err
		}
		if !found {
			return ErrSystem.At(fault.Field{Pointer: "/system", Code: ErrSystem.Code})
		}
		day := from.Format(time.DateOnly)
		tx.Record("usage", made.ID, org, nil, map[string]any{"system": system, "from": day})
		out.Cells = []Cell{{Usage: made.ID, Field: From, After: day}}
		if err := remember(tx, Added, &out); err != nil {
			return err
		}
		return reread(tx, []planned{{before: stored{Usage: Usage{ID: made.ID}}}}, &out)
	})
	return out, apart(err)
}
