package vendor

import (
	"context"
	"strings"
	"time"

	"klausul/server/access"
	"klausul/server/fault"
	"klausul/server/storage"
)

// Contact is whom to write to about one kind of thing. It is personal data: it never
// goes into a log, and one that is removed is gone but for the erasable audit value.
type Contact struct {
	ID      int64  `db:"id" json:"-"`
	Role    string `db:"role" json:"role"` // contract, data_protection, security, breach, signatory
	Name    string `db:"name" json:"name"`
	Email   string `db:"email" json:"email"`
	Phone   string `db:"phone" json:"phone"`
	Version int    `db:"version" json:"-"`
}

// ErrContact refuses a contact without a name, or without a way to reach it.
var ErrContact = fault.New(fault.Invalid, "vendor.contact")

// Clean trims the contact and refuses with ErrContact.
func (c Contact) Clean() (Contact, error) {
	c.Name, c.Email, c.Phone = strings.TrimSpace(c.Name), strings.TrimSpace(c.Email), strings.TrimSpace(c.Phone)
	at, domain, ok := strings.Cut(c.Email, "@")
	switch {
	case c.Name == "":
		return c, ErrContact.At(fault.Field{Pointer: "/name", Code: "required"})
	case c.Email == "" && c.Phone == "":
		return c, ErrContact.At(fault.Field{Pointer: "/email", Code: "vendor.contact"})
	case c.Email != "" && (!ok || at == "" || !strings.Contains(domain, ".") || strings.ContainsAny(c.Email, " ,;<>")):
		return c, ErrContact.At(fault.Field{Pointer: "/email", Code: "field.email"})
	}
	return c, nil
}

const contactSQL = "select c.id, c.role, c.name, c.email, c.phone, c.version from vendor_contact c"

// Contacts returns a vendor's contacts, by what they are for.
func (s *Service) Contacts(ctx context.Context, scope access.Scope, number int32) ([]Contact, error) {
	v, err := s.Get(ctx, scope, number)
	if err != nil {
		return nil, err
	}
	return storage.Select[Contact](ctx, s.db, scope, storage.List(contactSQL).And("c.vendor_id = ?", v.ID).
		Last("order by array_position(array['contract','data_protection','security','breach','signatory'], c.role), c.name, c.id limit 200"))
}

// AddContact adds one. It refuses with ErrContact or fault.ErrNotFound.
func (s *Service) AddContact(ctx context.Context, scope access.Scope, number int32, c Contact) (Contact, error) {
	c, err := c.Clean()
	if err != nil {
		return c, err
	}
	err = s.db.Write(ctx, scope, "vendor.contact_add", func(tx *storage.Tx) error {
		v, err := Hold(tx, number)
		if err != nil {
			return err
		}
		c.Version = 1
		err = tx.Pgx().QueryRow(ctx, `insert into vendor_contact (vendor_id, role, name, email, phone, created_at, created_by) values ($1, $2, $3, $4, $5, $6, $7) returning id`,
			v.ID, c.Role, c.Name, c.Email, c.Phone, tx.Now(), tx.Scope().Actor().User).Scan(&c.ID)
		tx.Record("vendor", v.ID, 0, nil, map[string]any{"contact": c})
		return err
	})
	return c, err
}

// ChangeContact changes one. It refuses with ErrContact, fault.ErrNotFound or fault.ErrStale.
func (s *Service) ChangeContact(ctx context.Context, scope access.Scope, number int32, id int64, seen int, to Contact) (Contact, error) {
	to, err := to.Clean()
	if err != nil {
		return to, err
	}
	err = s.db.Write(ctx, scope, "vendor.contact_change", func(tx *storage.Tx) error {
		v, was, err := contact(tx, number, id, seen)
		if err != nil {
			return err
		}
		to.ID, to.Version = id, was.Version+1
		_, err = tx.Pgx().Exec(ctx, `update vendor_contact set role = $2, name = $3, email = $4, phone = $5, version = $6 where id = $1`,
			id, to.Role, to.Name, to.Email, to.Phone, to.Version)
		tx.Record("vendor", v.ID, 0, map[string]any{"contact": was}, map[string]any{"contact": to})
		return err
	})
	return to, err
}

// RemoveContact removes one for good. It refuses with fault.ErrNotFound or fault.ErrStale.
func (s *Service) RemoveContact(ctx context.Context, scope access.Scope, number int32, id int64, seen int) error {
	return s.db.Write(ctx, scope, "vendor.contact_remove", func(tx *storage.Tx) error {
		v, was, err := contact(tx, number, id, seen)
		if err != nil {
			return err
		}
		_, err = tx.Pgx().Exec(ctx, "delete from vendor_contact where id = $1", id)
		tx.Record("vendor", v.ID, 0, map[string]any{"contact": was}, nil)
		return err
	})
}

func contact(tx *storage.Tx, number int32, id int64, seen int) (Vendor, Contact, error) {
	v, err := Hold(tx, number)
	if err != nil {
		return v, Contact{}, err
	}
	was, found, err := storage.Find[Contact](tx, contactSQL+" where c.id = $1 and c.vendor_id = $2", id, v.ID)
	switch {
	case err != nil:
	case !found:
		err = fault.ErrNotFound
	case was.Version != seen:
		err = storage.Stale(tx, "vendor", v.ID, was.Version, map[string]any{"role": was.Role, "name": was.Name, "email": was.Email, "phone": was.Phone})
	}
	return v, was, err
}

// Certification says that a recipient in the United States is certified under the EU-US
// Data Privacy Framework, for how long, and whether that covers data on employees.
type Certification struct {
	ID      int64      `db:"id" json:"-"`
	From    time.Time  `db:"from_date" json:"from"`
	To      *time.Time `db:"to_date" json:"to,omitempty"`
	HR      bool       `db:"hr" json:"hr"`
	Checked time.Time  `db:"checked_on" json:"checkedOn"`
	Source  string     `db:"source" json:"source"`
	Version int        `db:"version" json:"-"`
}

const certificationSQL = "select d.id, d.from_date, d.to_date, d.hr, d.checked_on, d.source, d.version from dpf_certification d"

// Certifications returns a vendor's certifications, newest first.
func (s *Service) Certifications(ctx context.Context, scope access.Scope, id int32) ([]Certification, error) {
	return storage.Select[Certification](ctx, s.db, scope, storage.List(certificationSQL).And("d.vendor_id = ?", id).
		Last("order by d.from_date desc, d.id desc limit 100"))
}

// Certify adds a certification. It refuses with ErrPeriod or fault.ErrNotFound.
func (s *Service) Certify(ctx context.Context, scope access.Scope, number int32, c Certification) (Certification, error) {
	if c.To != nil && c.To.Before(c.From) {
		return c, ErrPeriod.At(fault.Field{Pointer: "/to", Code: "vendor.period"})
	}
	err := s.db.Write(ctx, scope, "vendor.dpf_add", func(tx *storage.Tx) error {
		v, err := Hold(tx, number)
		if err != nil {
			return err
		}
		c.Version = 1
		err = tx.Pgx().QueryRow(ctx, `insert into dpf_certification (vendor_id, from_date, to_date, hr, checked_on, source, created_at) values ($1, $2, $3, $4, $5, $6, $7) returning id`,
			v.ID, c.From, c.To, c.HR, c.Checked, c.Source, tx.Now()).Scan(&c.ID)
		tx.Record("vendor", v.ID, 0, nil, map[string]any{"dpf": c})
		return err
	})
	return c, err
}

// ChangeCertification sets what was learnt since: the last day, a new check. It refuses
// with ErrPeriod, fault.ErrNotFound or fault.ErrStale.
func (s *Service) ChangeCertification(ctx context.Context, scope access.Scope, number int32, id int64, seen int, to Certification) (Certification, error) {
	if to.To != nil && to.To.Before(to.From) {
		return to, ErrPeriod.At(fault.Field{Pointer: "/to", Code: "vendor.period"})
	}
	err := s.db.Write(ctx, scope, "vendor.dpf_change", func(tx *storage.Tx) error {
		v, err := Hold(tx, number)
		if err != nil {
			return err
		}
		was, found, err := storage.Find[Certification](tx, certificationSQL+" where d.id = $1 and d.vendor_id = $2", id, v.ID)
		if err != nil || !found {
			return orNotFound(err)
		}
		if was.Version != seen {
			return storage.Stale(tx, "vendor", v.ID, was.Version, map[string]any{"from": was.From, "to": was.To, "hr": was.HR, "checkedOn": was.Checked})
		}
		to.ID, to.Version = id, was.Version+1
		_, err = tx.Pgx().Exec(ctx, `update dpf_certification set from_date = $2, to_date = $3, hr = $4, checked_on = $5, source = $6, version = $7 where id = $1`,
			id, to.From, to.To, to.HR, to.Checked, to.Source, to.Version)
		tx.Record("vendor", v.ID, 0, map[string]any{"dpf": was}, map[string]any{"dpf": to})
		return err
	})
	return to, err
}

func orNotFound(err error) error {
	if err != nil {
		return err
	}
	return fault.ErrNotFound
}
