package member

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

// Entry is an organisation to be registered, with its first period of membership if it joins.
type Entry struct {
	Kind             Kind
	Name, CVR        string
	MunicipalityCode string
	Address          Address
	Mail             string
	Joins            *Membership
}

// Clean brings an entry into the form it is kept in. It refuses with field.ErrCVR,
// ErrCode, ErrAddress, ErrMail or ErrPeriod. An address may be left out altogether.
func (e Entry) Clean() (Entry, error) {
	var err error
	if e.Name = strings.Join(strings.Fields(e.Name), " "); e.Name == "" {
		return e, errNameMissing
	}
	if e.CVR, err = field.CVR(e.CVR); err != nil {
		return e, field.ErrCVR.At(fault.Field{Pointer: "/cvr", Code: "field.cvr"})
	}
	e.MunicipalityCode = strings.TrimSpace(e.MunicipalityCode)
	digits := len(e.MunicipalityCode) == 3 && strings.Trim(e.MunicipalityCode, "0123456789") == ""
	if e.Kind == Municipality && !digits || e.Kind == JointCompany && e.MunicipalityCode != "" {
		return e, ErrCode.At(fault.Field{Pointer: "/municipalityCode", Code: "member.code"})
	}
	if e.Address == (Address{}) {
		e.Address.Country = "DK"
	} else if e.Address, err = e.Address.Clean(); err != nil {
		return e, err
	}
	if e.Mail, err = CleanMail(e.Mail); err != nil {
		return e, err
	}
	if e.Joins != nil {
		err = e.Joins.Check()
	}
	return e, err
}

// Register enters a new organisation. It refuses as Entry.Clean does, and with
// ErrCVRTaken or ErrCodeTaken when another organisation has the number.
func (s *Service) Register(ctx context.Context, scope access.Scope, e Entry) (Organisation, error) {
	e, err := e.Clean()
	if err != nil {
		return Organisation{}, err
	}
	var id int32
	err = s.db.Write(ctx, scope, "organisation.register", func(tx *storage.Tx) error {
		row, _, err := storage.Find[struct {
			ID int32 `db:"id"`
		}](tx, `insert into organisation (kind, name, cvr, municipality_code, street, postal_code, city, country, mail)
			values ($1, $2, $3, nullif($4, ''), $5, $6, $7, $8, $9) returning id`,
			string(e.Kind), e.Name, e.CVR, e.MunicipalityCode, e.Address.Street, e.Address.PostalCode, e.Address.City, e.Address.Country, e.Mail)
		if err != nil {
			return taken(err)
		}
		id = row.ID
		after := map[string]any{"name": e.Name, "cvr": e.CVR, "address": e.Address, "mail": e.Mail}
		if e.Joins != nil {
			after["memberFrom"] = e.Joins.From.Format(time.DateOnly)
			if err := addPeriod(tx, id, *e.Joins); err != nil {
				return err
			}
		}
		tx.Record("organisation", id, id, nil, after)
		return joinVendor(tx, id, e)
	})
	if err != nil {
		return Organisation{}, err
	}
	return s.Get(ctx, scope, id)
}

// joinVendor notes that a joint company is a vendor too, where the register has its CVR.
func joinVendor(tx *storage.Tx, id int32, e Entry) error {
	if e.Kind != JointCompany {
		return nil
	}
	same, err := storage.All[struct {
		ID int32 `db:"id"`
	}](tx, "update vendor set organisation_id = $1, version = version + 1 where cvr = $2 and organisation_id is null and merged_into is null returning id", id, e.CVR)
	for _, v := range same {
		tx.Record("vendor", v.ID, 0, map[string]any{"organisation": nil}, map[string]any{"organisation": id})
	}
	return err
}

// taken names the number that another organisation has.
func taken(err error) error {
	var pg *pgconn.PgError
	if !errors.As(err, &pg) || pg.Code != "23505" {
		return err
	}
	if strings.Contains(pg.ConstraintName, "cvr") {
		return ErrCVRTaken.At(fault.Field{Pointer: "/cvr", Code: "member.cvr_taken"})
	}
	return ErrCodeTaken.At(fault.Field{Pointer: "/municipalityCode", Code: "member.code_taken"})
}

func addPeriod(tx *storage.Tx, id int32, m Membership) error {
	_, err := tx.Pgx().Exec(tx.Context(), "insert into membership (organisation_id, from_date, to_date) values ($1, $2, $3)", id, m.From, m.To)
	return err
}

func period(m Membership) map[string]any {
	p := map[string]any{"from": m.From.Format(time.DateOnly)}
	if m.To != nil {
		p["to"] = m.To.Format(time.DateOnly)
	}
	return p
}

// AddMembership adds a period. It refuses with ErrPeriod, ErrOverlap,
// fault.ErrNotFound or fault.ErrStale.
func (s *Service) AddMembership(ctx context.Context, scope access.Scope, id int32, seen int, m Membership) (Organisation, error) {
	return s.change(ctx, scope, "membership.add", id, seen, func(tx *storage.Tx, o Organisation) error {
		have, err := o.Memberships()
		if err != nil {
			return err
		}
		if err := Join(have, m); err != nil {
			return err
		}
		tx.Record("organisation", id, id, nil, period(m))
		if err := endingMandates(tx, id, func() error { return addPeriod(tx, id, m) }); err != nil {
			return err
		}
		return bump(tx, o)
	})
}

// EndMembership sets the last day of the period that covers that day. From the day after
// on the organisation reads what it had and changes nothing. It refuses with
// ErrNoPeriod, fault.ErrNotFound or fault.ErrStale.
func (s *Service) EndMembership(ctx context.Context, scope access.Scope, id int32, seen int, last time.Time) (Organisation, error) {
	return s.change(ctx, scope, "membership.end", id, seen, func(tx *storage.Tx, o Organisation) error {
		have, err := o.Memberships()
		if err != nil {
			return err
		}
		m, err := Ending(have, last)
		if err != nil {
			return err
		}
		tx.Record("organisation", id, id, nil, period(m))
		if err := endingMandates(tx, id, func() error {
			_, err := tx.Pgx().Exec(ctx, "update membership set to_date = $3 where organisation_id = $1 and from_date = $2", id, m.From, m.To)
			return err
		}); err != nil {
			return err
		}
		return bump(tx, o)
	})
}

// endingMandates records which mandates end by a change of membership: the database gives
// those of a period that ends the same last day.
func endingMandates(tx *storage.Tx, organisation int32, change func() error) error {
	type mandate struct {
		ID      int64      `db:"id"`
		To      *time.Time `db:"to_date"`
		Revoked bool       `db:"revoked"`
	}
	read := func() ([]mandate, error) {
		return storage.All[mandate](tx, "select id, to_date, revoked_at is not null as revoked from mandate where organisation_id = $1 order by id", organisation)
	}
	had, err := read()
	if err != nil {
		return err
	}
	if err := change(); err != nil {
		return err
	}
	now, err := read()
	for i, m := range now {
		if was := had[i]; m.Revoked != was.Revoked || !sameDay(m.To, was.To) {
			tx.Record("mandate", m.ID, organisation, map[string]any{"to": was.To, "revoked": was.Revoked}, map[string]any{"to": m.To, "revoked": m.Revoked})
		}
	}
	return err
}

func sameDay(a, b *time.Time) bool { return a == b || a != nil && b != nil && a.Equal(*b) }

// chainLock is the advisory lock on the chain of successors.
const chainLock = 0x6b6c617573756c04

// cycleSQL asks whether $1 comes after $2 in the chain of successors.
const cycleSQL = `with recursive chain as (
	select successor_id as id from organisation_successor where organisation_id = $2
	union select s.successor_id from organisation_successor s join chain c on c.id = s.organisation_id)
	select exists (select from chain where id = $1) as after`

// Succeed says that from a day on another organisation stands in this one's place.
// Contracts keep the party of their date; no membership changes by it. It refuses with
// ErrSuccessorSelf, ErrSuccessorTwice, ErrSuccessorCycle, fault.ErrNotFound or fault.ErrStale.
func (s *Service) Succeed(ctx context.Context, scope access.Scope, id int32, seen int, by int32, from time.Time, kind string) (Organisation, error) {
	if id == by {
		return Organisation{}, ErrSuccessorSelf.At(fault.Field{Pointer: "/successor", Code: "member.successor_self"})
	}
	return s.change(ctx, scope, "organisation.succeed", id, seen, func(tx *storage.Tx, o Organisation) error {
		// One chain at a time: two halves of a circle added at once would both be right alone.
		if _, err := tx.Pgx().Exec(ctx, "select pg_advisory_xact_lock($1)", int64(chainLock)); err != nil {
			return err
		}
		next, err := find(tx, by)
		if err != nil {
			return err
		}
		loop, _, err := storage.Find[struct {
			After bool `db:"after"`
		}](tx, cycleSQL, id, by)
		if err != nil {
			return err
		}
		if loop.After {
			return ErrSuccessorCycle
		}
		added, err := tx.Pgx().Exec(ctx, `insert into organisation_successor (organisation_id, successor_id, from_date, kind, organisation_name, successor_name, created_by)
			values ($1, $2, $3, $4, $5, $6, $7) on conflict do nothing`, id, by, from, kind, o.Name, next.Name, scope.Actor().User)
		if err != nil {
			return err
		}
		if added.RowsAffected() == 0 {
			return ErrSuccessorTwice
		}
		fact := map[string]any{"kind": kind, "from": from.Format(time.DateOnly), "organisation": o.Name, "successor": next.Name}
		tx.Record("organisation", id, id, nil, fact)
		tx.Record("organisation", by, by, nil, fact)
		return bump(tx, o)
	})
}
