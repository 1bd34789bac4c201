package vendor

import (
	"context"
	"strings"
	"time"

	"klausul/server/access"
	"klausul/server/fault"
	"klausul/server/field"
	"klausul/server/storage"
)

// Refusals of what a vendor cannot be.
var (
	// ErrIncomplete refuses a vendor that could not be told from another: no name, no
	// country, or no number in its country's register.
	ErrIncomplete = fault.New(fault.Invalid, "vendor.incomplete")
	// ErrNumberTaken refuses a registration number that is another vendor's. It names that vendor.
	ErrNumberTaken = fault.New(fault.Conflict, "vendor.number_taken")
	// ErrNameAhead refuses a name that is not borne yet: the register would show it at once.
	ErrNameAhead = fault.New(fault.Invalid, "vendor.name_ahead")
	// ErrPeriod refuses a last day before the first, and a first day that makes no sense.
	ErrPeriod = fault.New(fault.Invalid, "vendor.period")
)

// Particulars are what the register says of a vendor.
type Particulars struct {
	Name          string `json:"name"`
	CVR           string `json:"cvr,omitempty"`           // Danish vendors only
	ForeignNumber string `json:"foreignNumber,omitempty"` // all others, as their own register writes it
	Country       string `json:"country"`
	Street        string `json:"street"`
	PostalCode    string `json:"postalCode"`
	City          string `json:"city"`
	Commercial    bool   `json:"commercial"` // not an authority: some adequacy decisions ask
}

// Clean trims the particulars and refuses with ErrIncomplete or field.ErrCVR, each field by its name.
func (p Particulars) Clean() (Particulars, error) {
	for _, s := range []*string{&p.Name, &p.CVR, &p.ForeignNumber, &p.Country, &p.Street, &p.PostalCode, &p.City} {
		*s = strings.Join(strings.Fields(*s), " ")
	}
	p.Country = strings.ToUpper(p.Country)
	var missing []fault.Field
	need := func(ok bool, pointer string) {
		if !ok {
			missing = append(missing, fault.Field{Pointer: pointer, Code: "required"})
		}
	}
	need(p.Name != "", "/name")
	need(field.Country(p.Country), "/country")
	if p.Country == "DK" {
		p.ForeignNumber = ""
		need(p.CVR != "", "/cvr")
	} else {
		p.CVR = ""
		need(p.ForeignNumber != "", "/foreignNumber")
	}
	if len(missing) > 0 {
		return p, ErrIncomplete.At(missing...)
	}
	if p.Country != "DK" {
		return p, nil
	}
	digits, err := field.CVR(p.CVR)
	if err != nil {
		return p, field.ErrCVR.At(fault.Field{Pointer: "/cvr", Code: "field.cvr"})
	}
	p.CVR = digits
	return p, nil
}

// Particulars are what the register says of the vendor now.
func (v Vendor) Particulars() Particulars {
	p := Particulars{Name: v.Name, Country: v.Country, Street: v.Street, PostalCode: v.PostalCode, City: v.City, Commercial: v.Commercial}
	if v.CVR != nil {
		p.CVR = *v.CVR
	}
	if v.ForeignNumber != nil {
		p.ForeignNumber = *v.ForeignNumber
	}
	return p
}

// differs names the particulars that are not the same, with their values in b.
func (a Particulars) differs(b Particulars) map[string]any {
	now := map[string]any{}
	for name, pair := range map[string][2]any{
		"name": {a.Name, b.Name}, "cvr": {a.CVR, b.CVR}, "foreignNumber": {a.ForeignNumber, b.ForeignNumber}, "country": {a.Country, b.Country},
		"street": {a.Street, b.Street}, "postalCode": {a.PostalCode, b.PostalCode}, "city": {a.City, b.City}, "commercial": {a.Commercial, b.Commercial},
	} {
		if pair[0] != pair[1] {
			now[name] = pair[1]
		}
	}
	return now
}

// Create adds a vendor. It refuses with ErrIncomplete, field.ErrCVR, or ErrNumberTaken,
// which names the vendor that has the number.
func (s *Service) Create(ctx context.Context, scope access.Scope, p Particulars) (Vendor, error) {
	p, err := p.Clean()
	if err != nil {
		return Vendor{}, err
	}
	var number int32
	err = s.db.Write(ctx, scope, "vendor.create", func(tx *storage.Tx) error {
		made, err := create(tx, p)
		number = made.Number
		return err
	})
	if err != nil {
		return Vendor{}, err
	}
	return s.Get(ctx, scope, number)
}

func create(tx *storage.Tx, p Particulars) (Vendor, error) {
	if err := free(tx, p, 0); err != nil {
		return Vendor{}, err
	}
	made, _, err := storage.Find[struct {
		ID     int32 `db:"id"`
		Number int32 `db:"number"`
	}](tx, `insert into vendor (name, cvr, foreign_number, country, street, postal_code, city, commercial, organisation_id, created_at)
		values ($1, nullif($2, ''), nullif($3, ''), $4, $5, $6, $7, $8, (select min(o.id) from organisation o where o.cvr = $2 and o.kind = 'joint_company'), $9)
		returning id, number`, p.Name, p.CVR, p.ForeignNumber, p.Country, p.Street, p.PostalCode, p.City, p.Commercial, tx.Now())
	if err != nil {
		return Vendor{}, err
	}
	tx.Record("vendor", made.ID, 0, nil, p)
	return Load(tx, made.ID)
}

// numberLock is the first key of the advisory locks that let one writer of a registration number at a time look.
const numberLock = 1802727796

// free refuses a number that another vendor has.
func free(tx *storage.Tx, p Particulars, self int32) error {
	if _, err := tx.Pgx().Exec(tx.Context(), "select pg_advisory_xact_lock($1, hashtext($2))", numberLock, p.Country+p.CVR+p.ForeignNumber); err != nil {
		return err
	}
	other, taken, err := holder(tx, p)
	if err != nil || !taken || other.ID == self {
		return err
	}
	pointer := "/cvr"
	if p.Country != "DK" {
		pointer = "/foreignNumber"
	}
	return ErrNumberTaken.With("number", other.Number).With("name", other.Name).At(fault.Field{Pointer: pointer, Code: "vendor.number_taken"})
}

// holder finds who has the registration number; the index vendor_by_cvr serves Danish ones.
func holder(tx *storage.Tx, p Particulars) (Vendor, bool, error) {
	if p.CVR != "" {
		return storage.Find[Vendor](tx, vendorSQL+" where v.cvr = $1 and v.merged_into is null order by v.id limit 1", p.CVR)
	}
	return storage.Find[Vendor](tx, vendorSQL+" where v.country = $1 and upper(v.foreign_number) = upper($2) and v.merged_into is null order by v.id limit 1", p.Country, p.ForeignNumber)
}

// Rename says how a changed name is meant: a new legal name from a day on, whose
// predecessor is kept with its period, or the same name spelt right.
type Rename struct {
	From       *time.Time
	Correction bool
}

// Change sets a vendor's particulars. Agreements already made keep the name of their date.
// It refuses as Create does, with ErrPeriod for a name from before the last, with
// ErrNameAhead for one from a day to come, with fault.ErrNotFound, or with fault.ErrStale telling who changed what since.
func (s *Service) Change(ctx context.Context, scope access.Scope, number int32, seen int, p Particulars, name Rename) (Vendor, error) {
	p, err := p.Clean()
	if err != nil {
		return Vendor{}, err
	}
	err = s.db.Write(ctx, scope, "vendor.change", func(tx *storage.Tx) error {
		v, err := Hold(tx, number)
		if err != nil {
			return err
		}
		if v.Version != seen {
			return storage.Stale(tx, "vendor", v.ID, v.Version, p.differs(v.Particulars()))
		}
		return v.become(tx, p, name)
	})
	if err != nil {
		return Vendor{}, err
	}
	return s.Get(ctx, scope, number)
}

// Revise does to a vendor that is held what Change does to one whose name stays, but for
// looking at the version.
func Revise(tx *storage.Tx, held Vendor, p Particulars) error {
	p, err := p.Clean()
	if err != nil {
		return err
	}
	p.Name = held.Name
	return held.become(tx, p, Rename{})
}

// become writes what the register says of a vendor from now on, if the rules let it.
func (v Vendor) become(tx *storage.Tx, p Particulars, name Rename) error {
	if err := free(tx, p, v.ID); err != nil {
		return err
	}
	since, err := v.namedFrom(p.Name, name, tx.Today())
	if err != nil {
		return err
	}
	// A name from the very day of the one before leaves none behind: that never held.
	same := since != nil && v.NamedFrom != nil && since.Equal(*v.NamedFrom)
	if _, err := tx.Pgx().Exec(tx.Context(), "select set_config('app.correction', $1, true)", map[bool]string{true: "on"}[name.Correction || same]); err != nil {
		return err
	}
	tx.Record("vendor", v.ID, 0, v.Particulars(), p)
	_, err = tx.Pgx().Exec(tx.Context(), `update vendor set name = $2, cvr = nullif($3, ''), foreign_number = nullif($4, ''), country = $5, street = $6,
		postal_code = $7, city = $8, commercial = $9, named_from = $10, version = version + 1,
		organisation_id = (select min(o.id) from organisation o where o.cvr = $3 and o.kind = 'joint_company') where id = $1`,
		v.ID, p.Name, p.CVR, p.ForeignNumber, p.Country, p.Street, p.PostalCode, p.City, p.Commercial, since)
	return err
}

// namedFrom is the first day of the name that the vendor bears afterwards.
func (v Vendor) namedFrom(name string, r Rename, today time.Time) (*time.Time, error) {
	if name == v.Name || r.Correction {
		return v.NamedFrom, nil
	}
	from := today
	if r.From != nil {
		from = *r.From
	}
	if from.After(today) {
		return nil, ErrNameAhead.At(fault.Field{Pointer: "/nameFrom", Code: ErrNameAhead.Code})
	}
	if v.NamedFrom != nil && from.Before(*v.NamedFrom) {
		return nil, ErrPeriod.At(fault.Field{Pointer: "/nameFrom", Code: "vendor.period"})
	}
	return &from, nil
}

// Hold locks a vendor inside a transaction and reads it. It refuses with fault.ErrNotFound.
func Hold(tx *storage.Tx, number int32) (Vendor, error) {
	v, found, err := storage.Find[Vendor](tx, vendorSQL+" where v.number = $1 and v.merged_into is null for no key update of v", number)
	if err == nil && !found {
		err = fault.ErrNotFound
	}
	return v, err
}

// Name is a legal name that a vendor bore, with its last day.
type Name struct {
	Name string     `db:"name"`
	From *time.Time `db:"from_date"`
	To   time.Time  `db:"to_date"`
}

// Names returns the names a vendor bore before, newest first.
func (s *Service) Names(ctx context.Context, scope access.Scope, id int32) ([]Name, error) {
	return storage.Select[Name](ctx, s.db, scope, storage.List("select name, from_date, to_date from vendor_name").
		And("vendor_id = ?", id).Last("order by to_date desc, id desc limit 100"))
}
