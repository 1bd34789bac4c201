package member

import (
	"context"
	"time"

	"klausul/server/access"
	"klausul/server/fault"
	"klausul/server/storage"
)

// Service keeps member organisations.
type Service struct{ db *storage.Store }

// New returns the service on its store.
func New(db *storage.Store) *Service { return &Service{db: db} }

// Filter narrows a list of organisations; a nil pointer does not.
type Filter struct {
	Text           string
	Active         *bool
	MissingAddress *bool
	AsOf           time.Time // the day that Active asks about
}

const organisationSQL = `select o.id, o.kind, o.name, o.cvr, o.municipality_code, o.street, o.postal_code, o.city, o.country, o.mail, o.version,
	coalesce((select jsonb_agg(jsonb_build_object('from', m.from_date, 'to', m.to_date) order by m.from_date)
	            from membership m where m.organisation_id = o.id), '[]') as periods
	from organisation o`

const (
	runs  = `exists (select from membership m where m.organisation_id = o.id and m.from_date <= today() and (m.to_date is null or m.to_date >= today()))`
	ranOn = `exists (select from membership m where m.organisation_id = o.id and m.from_date <= ? and (m.to_date is null or m.to_date >= ?))`
)

func query(base string, scope access.Scope, f Filter) *storage.Query {
	q := storage.List(base).Within(scope, "o.id")
	if f.Text != "" {
		q.And("(o.name ilike ? or o.cvr like ?)", storage.Like(f.Text), storage.Like(f.Text))
	}
	switch {
	case f.Active == nil:
	case f.AsOf.IsZero():
		q.And(runs+" = ?", *f.Active)
	default:
		q.And(ranOn+" = ?", f.AsOf, f.AsOf, *f.Active)
	}
	if f.MissingAddress != nil {
		q.And("(o.street = '' or o.postal_code = '' or o.city = '') = ?", *f.MissingAddress)
	}
	return q
}

// orders: organisation_by_name serves the list.
var orders = map[string]storage.Order{"name": {By: "o.name", Type: "text", ID: "o.id"}}

// List returns a page of the organisations in scope and the cursor of the next.
func (s *Service) List(ctx context.Context, scope access.Scope, f Filter, p storage.Page) ([]Organisation, string, error) {
	rows, err := storage.Select[Organisation](ctx, s.db, scope, query(organisationSQL, scope, f).Page(orders, p))
	if err != nil {
		return nil, "", err
	}
	rows, next := storage.Cut(rows, p, func(o Organisation) (string, int64) { return o.Name, int64(o.ID) })
	return rows, next, nil
}

// Count returns how many organisations the filter finds.
func (s *Service) Count(ctx context.Context, scope access.Scope, f Filter) (int, error) {
	return storage.Count(ctx, s.db, scope, query("select count(*) as total from organisation o", scope, f))
}

// Get returns one organisation. It refuses with fault.ErrNotFound.
func (s *Service) Get(ctx context.Context, scope access.Scope, id int32) (Organisation, error) {
	return storage.One[Organisation](ctx, s.db, scope, storage.List(organisationSQL).Within(scope, "o.id").And("o.id = ?", id))
}

// Today is the legal date now.
func (s *Service) Today() time.Time { return storage.LegalDate(s.db.Now()) }

// ChangeAddress sets the address that stands in agreements made from now on; those
// already made keep the legal party of their date. What held until today stays readable. It refuses with ErrAddress,
// fault.ErrNotFound, or fault.ErrStale telling who changed what since.
func (s *Service) ChangeAddress(ctx context.Context, scope access.Scope, id int32, seen int, a Address) (Organisation, error) {
	a, err := a.Clean()
	if err != nil {
		return Organisation{}, err
	}
	return s.change(ctx, scope, "organisation.change_address", id, seen, func(tx *storage.Tx, o Organisation) error {
		return s.state(tx, o, a, o.Mail)
	})
}

func load(tx *storage.Tx, sql string, args ...any) (Organisation, error) {
	o, found, err := storage.Find[Organisation](tx, sql, args...)
	if err == nil && !found {
		err = fault.ErrNotFound
	}
	return o, err
}

// Active returns the organisations whose membership covers the transaction's day, by name.
func Active(tx *storage.Tx) ([]Organisation, error) {
	return storage.All[Organisation](tx, organisationSQL+" where "+runs+" order by o.name, o.id")
}

// Load reads one organisation inside a transaction, without its membership periods.
func Load(tx *storage.Tx, id int32) (Organisation, error) {
	return load(tx, `select id, kind, name, cvr, municipality_code, street, postal_code, city, country, mail, version, '[]'::jsonb as periods
		from organisation where id = $1`, id)
}
