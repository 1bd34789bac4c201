package member

import (
	"context"
	"regexp"
	"strings"
	"time"

	"klausul/server/access"
	"klausul/server/fault"
	"klausul/server/storage"
)

// Fact is the address and main mail of an organisation from a day on, until the next one.
type Fact struct {
	From       time.Time `db:"from_date"`
	Street     string    `db:"street"`
	PostalCode string    `db:"postal_code"`
	City       string    `db:"city"`
	Country    string    `db:"country"`
	Mail       string    `db:"mail"`
	Planned    bool      `db:"planned"`
	By         *string   `db:"by"`
}

// Address is the address of the fact.
func (f Fact) Address() Address { return Address{f.Street, f.PostalCode, f.City, f.Country} }

// Succession says who took over from whom on which day, with the names of that day.
type Succession struct {
	Organisation int32     `db:"organisation_id"`
	Name         string    `db:"organisation_name"`
	Successor    int32     `db:"successor_id"`
	Successors   string    `db:"successor_name"`
	From         time.Time `db:"from_date"`
	Kind         string    `db:"kind"`
}

// Contact is a person who is, was or will be the organisation's contact person.
type Contact struct {
	Grant int64      `db:"id"`
	User  int64      `db:"user_id"`
	Name  string     `db:"name"`
	Mail  string     `db:"email"`
	From  time.Time  `db:"from_date"`
	To    *time.Time `db:"to_date"`
	Left  bool       `db:"left"`
}

// Record is what is known of an organisation over time.
type Record struct {
	Facts        []Fact       // newest first, planned ones on top
	Predecessors []Succession // who it took over from
	Successors   []Succession // who took over from it
	Contacts     []Contact    // newest first
}

// Record reads the history of an organisation. It refuses with fault.ErrNotFound.
func (s *Service) Record(ctx context.Context, scope access.Scope, id int32) (r Record, err error) {
	err = s.db.Read(ctx, scope, func(tx *storage.Tx) error {
		if _, err := find(tx, id); err != nil {
			return err
		}
		if r.Facts, err = storage.All[Fact](tx, `select f.from_date, f.street, f.postal_code, f.city, f.country, f.mail, f.applied_at is null as planned, u.name::text as by
			from organisation_fact f left join app_user u on u.id = f.created_by where f.organisation_id = $1 order by f.from_date desc limit 200`, id); err != nil {
			return err
		}
		const succession = "select organisation_id, organisation_name, successor_id, successor_name, from_date, kind from organisation_successor where "
		if r.Successors, err = storage.All[Succession](tx, succession+"organisation_id = $1 order by from_date, successor_name", id); err != nil {
			return err
		}
		if r.Predecessors, err = storage.All[Succession](tx, succession+"successor_id = $1 order by from_date, organisation_name", id); err != nil {
			return err
		}
		r.Contacts, err = storage.All[Contact](tx, `select g.id, g.user_id, u.name::text as name, u.email, g.from_date, g.to_date, u.left_at is not null as left
			from role_grant g join app_user u on u.id = g.user_id
			where g.organisation_id = $1 and g.role = 'contact_person' order by g.from_date desc, g.id desc limit 200`, id)
		return err
	})
	return r, err
}

// find reads an organisation within the scope; tail may lock it.
func find(tx *storage.Tx, id int32) (Organisation, error) {
	sql, args, err := storage.List(organisationSQL).Within(tx.Scope(), "o.id").And("o.id = ?", id).SQL()
	if err != nil {
		return Organisation{}, err
	}
	return load(tx, sql, args...)
}

var mailForm = regexp.MustCompile(`^[^@\s]+@[^@\s]+$`)

// CleanMail trims a main mail; an empty one is none. It refuses with ErrMail.
func CleanMail(mail string) (string, error) {
	mail = strings.TrimSpace(mail)
	if mail != "" && (len(mail) > 254 || !mailForm.MatchString(mail)) {
		return "", ErrMail.At(fault.Field{Pointer: "/mail", Code: "member.mail"})
	}
	return mail, nil
}

// Plan is an address and main mail that hold from a day on.
type Plan struct {
	From    time.Time
	Address Address
	Mail    string
}

// Clean trims the plan. From today on it holds at once; it refuses with ErrPast an
// earlier day, and with ErrAddress or ErrMail.
func (p Plan) Clean(today time.Time) (Plan, error) {
	var err error
	if p.From.Before(today) {
		return p, ErrPast.At(fault.Field{Pointer: "/from", Code: "member.past"})
	}
	if p.Address, err = p.Address.Clean(); err != nil {
		return p, err
	}
	p.Mail, err = CleanMail(p.Mail)
	return p, err
}

// stated is how the audit trail keeps an address and mail.
func stated(a Address, mail string) map[string]any { return map[string]any{"address": a, "mail": mail} }

// PlanFact states the address and main mail from a day on: at once when the day is
// today, else as a plan that replaces one for the same day. It refuses as Plan.Clean
// does, with fault.ErrNotFound, and with fault.ErrStale.
func (s *Service) PlanFact(ctx context.Context, scope access.Scope, id int32, seen int, p Plan) (Organisation, error) {
	p, err := p.Clean(s.Today())
	if err != nil {
		return Organisation{}, err
	}
	return s.change(ctx, scope, "organisation.plan_address", id, seen, func(tx *storage.Tx, o Organisation) error {
		if p.From.Equal(tx.Today()) {
			return s.state(tx, o, p.Address, p.Mail)
		}
		tx.Record("organisation", id, id, stated(o.Address(), o.Mail), map[string]any{"from": p.From.Format(time.DateOnly), "address": p.Address, "mail": p.Mail})
		if err := putFact(tx, id, p, nil); err != nil {
			return err
		}
		return bump(tx, o)
	})
}

// Unplan takes a plan back. It refuses with ErrNotPlanned what has begun or was never planned.
func (s *Service) Unplan(ctx context.Context, scope access.Scope, id int32, seen int, from time.Time) (Organisation, error) {
	return s.change(ctx, scope, "organisation.unplan_address", id, seen, func(tx *storage.Tx, o Organisation) error {
		gone, err := tx.Pgx().Exec(ctx, "delete from organisation_fact where organisation_id = $1 and from_date = $2 and from_date > $3 and applied_at is null", id, from, tx.Today())
		if err != nil {
			return err
		}
		if gone.RowsAffected() == 0 {
			return ErrNotPlanned
		}
		tx.Record("organisation", id, id, map[string]any{"from": from.Format(time.DateOnly)}, nil)
		return bump(tx, o)
	})
}

// change runs an act on a version of an organisation and returns it as it is then.
func (s *Service) change(ctx context.Context, scope access.Scope, action string, id int32, seen int, act func(*storage.Tx, Organisation) error) (Organisation, error) {
	err := s.db.Write(ctx, scope, action, func(tx *storage.Tx) error {
		if err := tx.Lock("organisation where id = $1", id); err != nil {
			return err
		}
		o, err := find(tx, id)
		if err != nil {
			return err
		}
		if o.Version != seen {
			return storage.Stale(tx, "organisation", id, o.Version, map[string]any{"address": o.Address()})
		}
		return act(tx, o)
	})
	if err != nil {
		return Organisation{}, err
	}
	return s.Get(ctx, scope, id)
}

func bump(tx *storage.Tx, o Organisation) error {
	_, err := tx.Pgx().Exec(tx.Context(), "update organisation set version = $2 where id = $1", o.ID, o.Version+1)
	return err
}

// state makes an address and mail those of today, and of the history.
func (s *Service) state(tx *storage.Tx, o Organisation, a Address, mail string) error {
	tx.Record("organisation", o.ID, o.ID, stated(o.Address(), o.Mail), stated(a, mail))
	now := tx.Now()
	if err := putFact(tx, o.ID, Plan{From: tx.Today(), Address: a, Mail: mail}, &now); err != nil {
		return err
	}
	_, err := tx.Pgx().Exec(tx.Context(), "update organisation set street = $2, postal_code = $3, city = $4, country = $5, mail = $6, version = $7 where id = $1",
		o.ID, a.Street, a.PostalCode, a.City, a.Country, mail, o.Version+1)
	return err
}

func putFact(tx *storage.Tx, id int32, p Plan, applied *time.Time) error {
	_, err := tx.Pgx().Exec(tx.Context(), `insert into organisation_fact (organisation_id, from_date, street, postal_code, city, country, mail, applied_at, created_by)
		values ($1, $2, $3, $4, $5, $6, $7, $8, $9)
		on conflict (organisation_id, from_date) do update set street = excluded.street, postal_code = excluded.postal_code, city = excluded.city,
		  country = excluded.country, mail = excluded.mail, applied_at = excluded.applied_at, created_at = now(), created_by = excluded.created_by`,
		id, p.From, p.Address.Street, p.Address.PostalCode, p.Address.City, p.Address.Country, p.Mail, applied, tx.Scope().Actor().User)
	return err
}

// InStep brings over what was planned for a day that has come, in every organisation.
func (s *Service) InStep(ctx context.Context) error {
	return s.db.Write(ctx, access.System("organisation.in_step"), "organisation.change_address", func(tx *storage.Tx) error {
		tx.Continues() // a day without a plan leaves no row
		moved, err := storage.All[struct {
			ID  int32          `db:"organisation_id"`
			Was map[string]any `db:"was"`
			Now map[string]any `db:"now_is"`
		}](tx, "select organisation_id, was, now_is from organisations_in_step()")
		for _, m := range moved {
			tx.Record("organisation", m.ID, m.ID, m.Was, m.Now)
		}
		return err
	})
}
