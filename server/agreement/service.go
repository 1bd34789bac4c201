package agreement

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"time"

	"klausul/server/access"
	"klausul/server/clause"
	"klausul/server/document"
	"klausul/server/fault"
	"klausul/server/field"
	"klausul/server/render"
	"klausul/server/storage"
	"klausul/server/system"
	"klausul/server/task"
	"klausul/server/vendor"
)

// Service keeps joint agreements and the organisations' own.
type Service struct {
	db        *storage.Store
	documents *document.Service
	pdf       render.PDFEngine
}

// New returns the service on its parts.
func New(db *storage.Store, documents *document.Service, pdf render.PDFEngine) *Service {
	return &Service{db: db, documents: documents, pdf: pdf}
}

// The newest version that exists for the session stands for the agreement.
const (
	versionFrom   = ` from agreement a join vendor n on n.id = a.vendor_id join agreement_version v on v.agreement_id = a.id`
	agreementFrom = ` from agreement a join vendor n on n.id = a.vendor_id
	join lateral (select x.* from agreement_version x where x.agreement_id = a.id order by x.no desc limit 1) v on true`
	agreementCols = `select a.id, a.number, a.title, a.vendor_id, a.created_at, n.number as vendor_number, n.name as vendor_name,
	v.id as version_id, v.no as version_no, v.state, v.version, v.template_version_id, v.text_hash, v.facts, v.offered_at,
	v.kind, v.base_version_id, (select b.no from agreement_version b where b.id = v.base_version_id) as base_no, v.change_note, v.due_on, v.negotiated as agreed_otherwise,
	(select count(*) from accession c where c.agreement_id = a.id`
)

func base(scope access.Scope) *storage.Query {
	ids, all := scope.Organisations()
	if all {
		return storage.List(agreementCols + ") as accessions" + agreementFrom)
	}
	return storage.List(agreementCols+" and c.organisation_id = any(?)) as accessions"+agreementFrom, ids)
}

// row is what a joint agreement is besides its versions.
type row struct {
	ID        int64     `gorm:"column:id;primaryKey"`
	VendorID  int32     `gorm:"column:vendor_id"`
	Title     string    `gorm:"column:title"`
	CreatedAt time.Time `gorm:"column:created_at"`
	CreatedBy int64     `gorm:"column:created_by"`
}

// TableName is where GORM keeps it.
func (row) TableName() string { return "agreement" }

// Create makes a draft for a vendor's systems on a template that binds; a translation is for reading. It refuses with
// vendor.ErrUnknown, system.ErrUnknown or ErrTemplate.
func (s *Service) Create(ctx context.Context, scope access.Scope, vendorNumber int32, systems []int32, template int64, title string) (Detail, error) {
	var id int64
	err := s.db.Write(ctx, scope, "agreement.create", func(tx *storage.Tx) error {
		v, err := vendor.ByNumber(tx, vendorNumber)
		if err != nil {
			return err
		}
		ids, err := system.OfVendor(tx, v.ID, systems)
		if err != nil {
			return err
		}
		if _, found, err := storage.Find[struct {
			ID int64 `db:"id"`
		}](tx, "select id from template_version where id = $1 and state = 'published' and translation_of is null", template); err != nil || !found {
			return fault.Or(err, ErrTemplate.At(fault.Field{Pointer: "/template", Code: "agreement.unknown_template"}))
		}
		if title == "" {
			title = TitleFor(v.Name)
		}
		me := tx.Scope().Actor().User
		made := row{VendorID: v.ID, Title: title, CreatedAt: tx.Now(), CreatedBy: me}
		if err := tx.DB().Create(&made).Error; err != nil {
			return err
		}
		id = made.ID
		if _, err := tx.Pgx().Exec(ctx, `insert into agreement_system (agreement_id, system_id) select $1, unnest($2::int[])`, id, ids); err != nil {
			return err
		}
		tx.Record("agreement", id, 0, nil, map[string]any{"vendor": vendorNumber, "systems": systems, "template": template, "title": title})
		_, err = tx.Pgx().Exec(ctx, `insert into agreement_version (agreement_id, no, template_version_id, started_at, changed_at, changed_by) values ($1, 1, $2, $3, $3, $4)`,
			id, template, tx.Now(), me)
		return err
	})
	if err != nil {
		return Detail{}, err
	}
	return s.Get(ctx, scope, id)
}

// Get returns one joint agreement with its text and answers. It refuses with fault.ErrNotFound.
func (s *Service) Get(ctx context.Context, scope access.Scope, id int64) (Detail, error) {
	var d Detail
	err := s.db.Read(ctx, scope, func(tx *storage.Tx) (err error) {
		if d, err = load(tx, id); err != nil {
			return err
		}
		if b, found, err := s.batch(tx, id); err != nil || found {
			d.Batch = &b
			return err
		}
		return nil
	})
	return d, err
}

// batch is the secretariat's: a member's login has no right to the table.
func (s *Service) batch(tx *storage.Tx, id int64) (task.Batch, bool, error) {
	if tx.Scope().Login() != access.LoginOffice {
		return task.Batch{}, false, nil
	}
	return task.Latest(tx, task.Release, id)
}

// load reads an agreement as the scope may see it.
func load(tx *storage.Tx, id int64) (Detail, error) {
	a, err := find(tx, id)
	if err != nil {
		return Detail{}, err
	}
	return loadVersion(tx, a)
}

// find reads what stands over an agreement, as the scope may see it.
func find(tx *storage.Tx, id int64) (Agreement, error) {
	sql, args, err := narrow(base(tx.Scope()), tx.Scope(), Filter{}).And("a.id = ?", id).SQL()
	if err != nil {
		return Agreement{}, err
	}
	a, found, err := storage.Find[Agreement](tx, sql, args...)
	if err != nil || !found {
		return Agreement{}, fault.Or(err, fault.ErrNotFound)
	}
	return a, nil
}

func loadVersion(tx *storage.Tx, a Agreement) (d Detail, err error) {
	d.Agreement = a
	if d.Vendor, err = vendor.Load(tx, a.VendorID); err != nil {
		return d, err
	}
	if d.Systems, err = storage.All[SystemRef](tx, `select s.id, s.number, s.name from agreement_system g join it_system s on s.id = g.system_id
		where g.agreement_id = $1 order by s.name, s.id`, a.ID); err != nil {
		return d, err
	}
	if err := d.asOffered(); err != nil {
		return d, err
	}
	if d.Tree, err = clause.Load(tx, a.Template); err != nil {
		return d, err
	}
	if a.Otherwise {
		if d.Negotiated, err = negotiated(tx, a.VersionID); err != nil {
			return d, err
		}
	}
	d.plain = d.Tree.Clauses
	d.Tree.Clauses = WithNegotiated(d.plain, d.Negotiated)
	if d.Answers, err = draftPlace(a.ID, a.VersionID, 0).all(tx); err != nil {
		return d, err
	}
	if d.Derived == nil {
		if d.Derived, err = derive(tx, d); err != nil {
			return d, err
		}
	}
	if d.BaseID != nil {
		base, err := versionDetail(tx, *d.BaseID)
		if err != nil {
			return d, fmt.Errorf("load the version that is amended: %w", err)
		}
		d.Base = &base
	}
	return d, d.own(tx)
}

// versionDetail reads one version, whatever came after it. It refuses with fault.ErrNotFound.
func versionDetail(tx *storage.Tx, version int64) (Detail, error) {
	a, found, err := storage.Find[Agreement](tx, agreementCols+" and false) as accessions"+versionFrom+" where v.id = $1", version)
	if err != nil || !found {
		return Detail{}, fault.Or(err, fault.ErrNotFound)
	}
	return loadVersion(tx, a)
}

// outsideEEA is the field that tells how many of the listed sub-processors lie outside.
const outsideEEA, subprocessors = "subprocessors.outside_eea", "subprocessors.list"

// derive reckons what the register knows about the answers, as of the day of the text.
func derive(tx *storage.Tx, d Detail) (field.Values, error) {
	_, wanted := field.Find(d.Tree.Fields, outsideEEA)
	if !wanted {
		return nil, nil
	}
	var rows []struct {
		Country string `json:"country"`
	}
	if i := slices.IndexFunc(d.Answers, func(a Answer) bool { return a.Path == subprocessors }); i >= 0 {
		if err := json.Unmarshal(d.Answers[i].Value, &rows); err != nil {
			return nil, fmt.Errorf("read the sub-processors of version %d: %w", d.VersionID, err)
		}
	}
	if len(rows) == 0 {
		return nil, nil
	}
	var countries []string
	for _, r := range rows {
		if r.Country != "" {
			countries = append(countries, r.Country)
		}
	}
	day := storage.LegalDate(tx.Now())
	if d.OfferedAt != nil {
		day = storage.LegalDate(*d.OfferedAt)
	}
	outside, err := vendor.OutsideEEA(tx, countries, day)
	return field.Values{outsideEEA: outside}, err
}

func (d *Detail) own(tx *storage.Tx) error {
	org := tx.Scope().Own()
	if org == 0 {
		return nil
	}
	c, _, err := storage.Find[struct {
		ID int64 `db:"id"`
	}](tx, `select c.id from accession c join agreement_version v on v.id = c.agreement_version_id
		where c.agreement_id = $1 and c.organisation_id = $2 order by v.no desc limit 1`, d.ID, org)
	d.Own = c.ID
	return err
}

// PreviewFile is the shared text as a draft: "pdf", "docx" or "html".
func (s *Service) PreviewFile(ctx context.Context, scope access.Scope, id int64, format string) (name string, body []byte, err error) {
	d, err := s.Get(ctx, scope, id)
	if err != nil {
		return "", nil, err
	}
	body, err = s.Render(ctx, d.Preview(storage.LegalDate(s.db.Now())), format)
	return d.Code() + "." + format, body, err
}

// Render makes the file of a document in a format: "pdf", "docx" or "html". It refuses with ErrGlyph.
func (s *Service) Render(ctx context.Context, doc render.Document, format string) ([]byte, error) {
	switch format {
	case "docx":
		return render.DOCX(doc)
	case "html":
		return render.HTML(doc)
	}
	body, err := s.pdf.PDF(ctx, doc)
	var glyph *render.GlyphError
	if errors.As(err, &glyph) {
		return nil, ErrGlyph.With("characters", string(glyph.Runes)).Because(err)
	}
	return body, err
}
