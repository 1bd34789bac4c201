package agreement

import (
	"context"
	"fmt"
	"io"
	"time"

	"klausul/server/access"
	"klausul/server/document"
	"klausul/server/fault"
	"klausul/server/storage"
)

// AccessionState is how an organisation's own agreement stands.
type AccessionState string

// AccessionOffered waits for the organisation to conclude it.
const AccessionOffered AccessionState = "offered"

// Accession is one organisation's own agreement on a shared text.
type Accession struct {
	ID               int64          `gorm:"column:id" db:"id"`
	Agreement        int64          `gorm:"column:agreement_id" db:"agreement_id"`
	Organisation     int32          `gorm:"column:organisation_id" db:"organisation_id"`
	State            AccessionState `gorm:"column:state" db:"state"`
	MissingAddress   bool           `gorm:"column:missing_address" db:"missing_address"`
	OfferedAt        time.Time      `gorm:"column:offered_at" db:"offered_at"`
	Title            string         `gorm:"-" db:"title"`
	VersionNo        int            `gorm:"-" db:"version_no"`
	VendorNumber     int32          `gorm:"-" db:"vendor_number"`
	VendorName       string         `gorm:"-" db:"vendor_name"`
	OrganisationName string         `gorm:"-" db:"organisation_name"`
}

// AccessionFilter narrows a list of accessions; empty parts do not.
type AccessionFilter struct {
	Text         string
	Agreement    int64
	Organisation int32
	State        AccessionState
}

const (
	accessionCols = `select c.id, c.agreement_id, c.organisation_id, c.state, c.missing_address, c.offered_at,
	a.title, v.no as version_no, n.number as vendor_number, n.name as vendor_name, o.name as organisation_name`
	accessionHashes = `, c.text_hash, c.instance_hash`
	accessionFrom   = ` from accession c join agreement a on a.id = c.agreement_id join agreement_version v on v.id = c.agreement_version_id
	join vendor n on n.id = a.vendor_id join organisation o on o.id = c.organisation_id`
)

// accessionOrders: accession_own serves members, accession_all the office.
var accessionOrders = map[string]storage.Order{"offered": {By: "c.offered_at", Type: "timestamptz", ID: "c.id"}}

// Mine narrows a query over accessions c to the scope: the organisation's own, for a
// system owner those on a system whose usage names that person.
func Mine(q *storage.Query, scope access.Scope) *storage.Query {
	q.Within(scope, "c.organisation_id")
	if user := scope.OwnUsagesOf(); user != 0 {
		q.And(`c.id = any(array(select x.accession_id from accession_system x join usage u
			on u.system_id = x.system_id and u.organisation_id = x.organisation_id where u.owner_user_id = ?))`, user)
	}
	return q
}

func narrowAccessions(base string, scope access.Scope, f AccessionFilter) *storage.Query {
	q := Mine(storage.List(base), scope)
	q.If(f.Agreement != 0, "c.agreement_id = ?", f.Agreement)
	q.If(f.Organisation != 0, "c.organisation_id = ?", f.Organisation)
	q.If(f.State != "", "c.state = ?", f.State)
	if f.Text != "" {
		like := storage.Like(f.Text)
		// Names are few and accessions many: look through the names first (1.1 s -> 20 ms of 100,000).
		q.And(`(c.agreement_id = any(array(select x.id from agreement x join vendor y on y.id = x.vendor_id where x.title ilike ? or y.name ilike ?))
			or c.organisation_id = any(array(select x.id from organisation x where x.name ilike ?)))`, like, like, like)
	}
	return q
}

// Accessions returns a page of the organisations' own agreements in scope and the cursor of the next.
func (s *Service) Accessions(ctx context.Context, scope access.Scope, f AccessionFilter, p storage.Page) ([]Accession, string, error) {
	rows, err := storage.Select[Accession](ctx, s.db, scope, narrowAccessions(accessionCols+accessionFrom, scope, f).Page(accessionOrders, p))
	if err != nil {
		return nil, "", err
	}
	rows, next := storage.Cut(rows, p, func(c Accession) (string, int64) {
		return storage.Key(p, map[string]any{"offered": c.OfferedAt}), c.ID
	})
	return rows, next, nil
}

// CountAccessions returns how many the filter finds.
func (s *Service) CountAccessions(ctx context.Context, scope access.Scope, f AccessionFilter) (int, error) {
	return storage.Count(ctx, s.db, scope, narrowAccessions("select count(*) as total"+accessionFrom, scope, f))
}

// AccessionDocument is one stored file of an accession.
type AccessionDocument struct {
	Format      string     `db:"format"`
	File        int64      `db:"file_id"`
	SHA256      string     `db:"sha256"`
	Size        int64      `db:"size"`
	State       string     `db:"state"`
	LockedUntil *time.Time `db:"locked_until"`
}

// hashed is an accession with the hashes of its text and of its instance.
type hashed struct {
	Accession
	TextHash     string `db:"text_hash"`
	InstanceHash string `db:"instance_hash"`
}

// AccessionDetail is one accession with its hashes, systems and files.
type AccessionDetail struct {
	hashed
	Systems   []SystemRef
	Documents []AccessionDocument
}

// Accession returns one organisation's own agreement. It refuses with fault.ErrNotFound.
func (s *Service) Accession(ctx context.Context, scope access.Scope, id int64) (AccessionDetail, error) {
	var d AccessionDetail
	err := s.db.Read(ctx, scope, func(tx *storage.Tx) error {
		sql, args, err := narrowAccessions(accessionCols+accessionHashes+accessionFrom, scope, AccessionFilter{}).And("c.id = ?", id).SQL()
		if err != nil {
			return err
		}
		c, found, err := storage.Find[hashed](tx, sql, args...)
		if err != nil || !found {
			return orFault(err, fault.ErrNotFound)
		}
		d.hashed = c
		if d.Systems, err = storage.All[SystemRef](tx, `select s.id, s.number, s.name from accession_system x join it_system s on s.id = x.system_id
			where x.accession_id = $1 and x.organisation_id = $2 order by s.name, s.id`, id, c.Organisation); err != nil {
			return err
		}
		d.Documents, err = storage.All[AccessionDocument](tx, `select d.format, d.file_id, f.sha256, f.size, f.state, f.locked_until
			from accession_document d join stored_file f on f.id = d.file_id where d.accession_id = $1 and d.organisation_id = $2 order by d.format desc`, id, c.Organisation)
		return err
	})
	return d, err
}

// Download opens one file of an accession and logs that it was fetched. It refuses
// with fault.ErrNotFound or ErrNoDocument.
func (s *Service) Download(ctx context.Context, scope access.Scope, id int64, format string) (name string, f document.File, body io.ReadCloser, err error) {
	d, err := s.Accession(ctx, scope, id)
	if err != nil {
		return "", f, nil, err
	}
	for _, doc := range d.Documents {
		if doc.Format != format {
			continue
		}
		if f, body, err = s.documents.Open(ctx, scope, doc.File); err != nil {
			return "", f, nil, err
		}
		err = s.db.Write(ctx, scope, "accession.download", func(tx *storage.Tx) error {
			tx.Record("accession", id, d.Organisation, nil, map[string]any{"format": format, "sha256": doc.SHA256})
			return nil
		})
		if err != nil {
			return "", f, nil, fmt.Errorf("log the download: %w", closing(body, err))
		}
		return fmt.Sprintf("%s - %s v%d.%s", d.OrganisationName, d.Title, d.VersionNo, format), f, body, nil
	}
	return "", f, nil, ErrNoDocument
}

func closing(c io.Closer, err error) error {
	_ = c.Close() // the error that stopped us is the one to tell
	return err
}
