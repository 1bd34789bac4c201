package agreement

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"slices"
	"time"

	"klausul/server/access"
	"klausul/server/clause"
	"klausul/server/document"
	"klausul/server/fault"
	"klausul/server/field"
	"klausul/server/storage"
	"klausul/server/task"
)

// Accession is one organisation's own agreement on a shared text.
type Accession struct {
	ID               int64          `gorm:"column:id" db:"id"`
	Agreement        int64          `gorm:"column:agreement_id" db:"agreement_id"`
	Organisation     int32          `gorm:"column:organisation_id" db:"organisation_id"`
	State            AccessionState `gorm:"column:state" db:"state"`
	MissingAddress   bool           `gorm:"column:missing_address" db:"missing_address"`
	OfferedAt        time.Time      `gorm:"column:offered_at" db:"offered_at"`
	StateAt          time.Time      `gorm:"column:state_at" db:"state_at"`
	Reason           string         `gorm:"column:reason" db:"reason"`
	InForceOn        *time.Time     `gorm:"column:in_force_on" db:"in_force_on"`
	EndsOn           *time.Time     `gorm:"column:ends_on" db:"ends_on"`
	CaseNumber       string         `gorm:"column:case_number" db:"case_number"`
	Missing          []string       `gorm:"-" db:"missing"` // own facts that the text still asks for, by path
	Version          int            `gorm:"column:version" db:"version"`
	AgreementNumber  int32          `gorm:"-" db:"agreement_number"`
	Title            string         `gorm:"-" db:"title"`
	VersionNo        int            `gorm:"-" db:"version_no"`
	Kind             Kind           `gorm:"-" db:"kind"`
	BaseNo           *int           `gorm:"-" db:"base_no"`     // of an amendment: the version that it amends
	ChangeNote       string         `gorm:"-" db:"change_note"` // why there is a new version
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
	Before       int // not over, and on a text older than this version
}

const (
	accessionCols = `select c.id, c.agreement_id, c.organisation_id, c.state, c.missing_address, c.offered_at, c.state_at, c.reason, c.in_force_on,
	c.ends_on, c.case_number, c.missing, c.version, a.number as agreement_number, a.title, v.no as version_no,
	v.kind, (select b.no from agreement_version b where b.id = v.base_version_id) as base_no, v.change_note, n.number as vendor_number, n.name as vendor_name, o.name as organisation_name`
	accessionHashes = `, c.text_hash, c.instance_hash, c.agreement_version_id, c.party,
	(select coalesce(l.due_on, t.due_on) from task t left join task_line l on l.task_id = t.id and l.organisation_id = c.organisation_id
	  where t.thing = 'accession' and t.subject_id = c.agreement_version_id) as due_on`
	accessionFrom = ` from accession c join agreement a on a.id = c.agreement_id join agreement_version v on v.id = c.agreement_version_id
	join vendor n on n.id = a.vendor_id join organisation o on o.id = c.organisation_id`
)

// accessionOrders: accession_own serves members, accession_all the office.
var accessionOrders = map[string]storage.Order{"offered": {By: "c.offered_at", Type: "timestamptz", ID: "c.id"}}

// ownersOwn holds for accessions c on a system whose usage names the person, and for those
// of its tasks; the person is asked for twice.
var ownersOwn = `(c.id = any(array(select x.accession_id from accession_system x join usage u
	on u.system_id = x.system_id and u.organisation_id = x.organisation_id where u.owner_user_id = ?))
	or c.id = any(array(` + task.Held(task.Accede, "?") + `)))`

// Mine narrows a query over accessions c to the scope: the organisation's own, for a
// system owner those on a system whose usage names that person, and those of its tasks.
func Mine(q *storage.Query, scope access.Scope) *storage.Query {
	q.Within(scope, "c.organisation_id")
	if user := scope.OwnUsagesOf(); user != 0 {
		q.And(ownersOwn, user, user)
	}
	return q
}

// OnOlder holds for accessions c that are not over and whose version v comes before the one asked for.
func OnOlder(version string) string {
	return "(c.state in ('offered', 'on_hold', 'accepted', 'in_force') and v.no < " + version + ")"
}

func narrowAccessions(base string, scope access.Scope, f AccessionFilter) *storage.Query {
	q := Mine(storage.List(base), scope)
	q.If(f.Agreement != 0, "c.agreement_id = ?", f.Agreement)
	q.If(f.Organisation != 0, "c.organisation_id = ?", f.Organisation)
	q.If(f.State != "", "c.state = ?", f.State)
	q.If(f.Before != 0, OnOlder("?"), f.Before)
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

// AccessionDocument is one stored file of an accession. What a paper of a lower number says, held before.
type AccessionDocument struct {
	No           int        `db:"no"`
	Format       string     `db:"format"`
	File         int64      `db:"file_id"`
	SHA256       string     `db:"sha256"`
	Size         int64      `db:"size"`
	State        string     `db:"state"`
	LockedUntil  *time.Time `db:"locked_until"`
	InstanceHash string     `db:"instance_hash"`
	MadeAt       time.Time  `db:"made_at"`
}

// hashed is an accession with the hashes of its text and of its instance.
type hashed struct {
	Accession
	TextHash     string          `db:"text_hash"`
	InstanceHash string          `db:"instance_hash"`
	VersionID    int64           `db:"agreement_version_id"`
	RawParty     json.RawMessage `db:"party"`
	DueOn        *time.Time      `db:"due_on"` // when the organisation should have decided
}

// StepTaken is one step of an accession's course: the day it counts from, who took it, and when.
type StepTaken struct {
	State    AccessionState `db:"state"`
	On       time.Time      `db:"on_date"`
	Reason   string         `db:"reason"`
	Capacity string         `db:"capacity"` // member, mandate or job
	At       time.Time      `db:"at"`
	By       string         `db:"by"`
	Notice   string         `db:"notice"` // given, taken_back; empty: a step of another kind
	EndsOn   *time.Time     `db:"ends_on"`
}

// AccessionDetail is one accession with its course, hashes, systems, own facts and papers.
type AccessionDetail struct {
	hashed
	Party            Party
	Systems          []SystemRef
	Offered          []SystemRef // the systems that it can cover: those of the joint agreement; of an amendment, its own
	Fields           []field.Field
	Answers          []Answer
	Documents        []AccessionDocument // newest first
	Steps            []StepTaken
	MoreSteps        bool // steps before those in Steps
	Proposal         *Proposal
	Mandated         bool
	mandateFrom      time.Time
	Subprocessors    []Authorised
	Instructions     []Instruction
	MoreInstructions bool  // instructions before those in Instructions
	Successor        int64 // the organisation's accession on the latest version of the same agreement, 0 when this is it
	later            []later
	was              field.Values // of an amendment: the own facts of the agreement that it amends
	BaseEnded        bool         // it amends an agreement that is not in force
	Changes          []Amended    // of an amendment: what it changes in the organisation's text
}

// SuccessorKind is of which kind the version of the successor is.
func (d AccessionDetail) SuccessorKind() Kind {
	if len(d.later) == 0 {
		return ""
	}
	return d.later[0].Kind
}

// Late tells whether the organisation has yet to decide, and should have before a day.
func (d AccessionDetail) Late(day time.Time) bool {
	return d.State.Editable() && d.DueOn != nil && d.DueOn.Before(day)
}

// since is the day that the newest step counts from.
func (d AccessionDetail) since() time.Time {
	if n := len(d.Steps); n > 0 {
		return d.Steps[n-1].On
	}
	return storage.LegalDate(d.OfferedAt)
}

// Current is the newest paper's number; 0 before the first is made.
func (d AccessionDetail) Current() int {
	if len(d.Documents) == 0 {
		return 0
	}
	return d.Documents[0].No
}

// Accession returns one organisation's own agreement. It refuses with fault.ErrNotFound.
func (s *Service) Accession(ctx context.Context, scope access.Scope, id int64) (AccessionDetail, error) {
	var d AccessionDetail
	err := s.db.Read(ctx, scope, func(tx *storage.Tx) (err error) {
		d, err = loadAccession(tx, id)
		return err
	})
	return d, err
}

func loadAccession(tx *storage.Tx, id int64) (d AccessionDetail, err error) {
	sql, args, err := narrowAccessions(accessionCols+accessionHashes+accessionFrom, tx.Scope(), AccessionFilter{}).And("c.id = ?", id).SQL()
	if err != nil {
		return d, err
	}
	found := false
	if d.hashed, found, err = storage.Find[hashed](tx, sql, args...); err != nil || !found {
		return d, fault.Or(err, fault.ErrNotFound)
	}
	if err := json.Unmarshal(d.RawParty, &d.Party); err != nil {
		return d, fmt.Errorf("read the party of accession %d: %w", id, err)
	}
	d.RawParty = nil // what it says is in Party
	org := d.Organisation
	if d.Systems, err = storage.All[SystemRef](tx, `select s.id, s.number, s.name from accession_system x join it_system s on s.id = x.system_id
		where x.accession_id = $1 and x.organisation_id = $2 order by s.name, s.id`, id, org); err != nil {
		return d, err
	}
	if d.Offered, err = storage.All[SystemRef](tx, `select s.id, s.number, s.name from agreement_system g join it_system s on s.id = g.system_id
		where g.agreement_id = $1 order by s.name, s.id`, d.Agreement); err != nil {
		return d, err
	}
	if d.Kind == Amendment {
		d.Offered = d.Systems // it follows the agreement that it amends
	}
	if d.Documents, err = storage.All[AccessionDocument](tx, `select d.no, d.format, d.file_id, f.sha256, f.size, f.state, f.locked_until, d.instance_hash, d.made_at
		from accession_document d join stored_file f on f.id = d.file_id where d.accession_id = $1 and d.organisation_id = $2 order by d.no desc, d.format desc`, id, org); err != nil {
		return d, err
	}
	if d.Steps, err = storage.All[StepTaken](tx, `select p.state, p.on_date, p.reason, p.capacity, p.at, coalesce(u.name, '') as by, coalesce(p.notice, '') as notice, p.ends_on
		from accession_step p left join app_user u on u.id = p.by_user where p.accession_id = $1 and p.organisation_id = $2 order by p.id desc limit $3`, id, org, most+1); err != nil {
		return d, err
	}
	d.Steps, d.MoreSteps = cut(d.Steps)
	slices.Reverse(d.Steps)
	if err := d.ownFacts(tx); err != nil {
		return d, err
	}
	if err := d.succession(tx); err != nil {
		return d, err
	}
	return d, d.around(tx)
}

// around reads what hangs on an accession besides its text: not for jobs, which do not need it.
func (d *AccessionDetail) around(tx *storage.Tx) (err error) {
	if tx.Scope().Login() == access.LoginJob {
		return nil
	}
	if d.Kind == Amendment {
		text, err := versionDetail(tx, d.VersionID)
		if err != nil {
			return err
		}
		d.changes(text)
	}
	if d.Proposal, err = openProposal(tx, d.ID); err != nil {
		return err
	}
	if d.Mandated, d.mandateFrom, err = mandated(tx, d.Organisation); err != nil {
		return err
	}
	if d.Subprocessors, err = storage.All[Authorised](tx, `select name, number, country, purpose, from_date, to_date, source
		from authorised_subprocessor where accession_id = $1 and organisation_id = $2 order by name, id`, d.ID, d.Organisation); err != nil {
		return err
	}
	d.Instructions, err = storage.All[Instruction](tx, `select i.id, i.given_on, i.given_to, i.wording, i.recorded_at, coalesce(u.name, '') as recorded_by
		from instruction i left join app_user u on u.id = i.recorded_by where i.accession_id = $1 and i.organisation_id = $2 order by i.given_on desc, i.id desc limit $3`, d.ID, d.Organisation, most+1)
	d.Instructions, d.MoreInstructions = cut(d.Instructions)
	return err
}

// changes reckons what an amendment changes in the organisation's text.
func (d *AccessionDetail) changes(text Detail) {
	i := d.instance()
	d.Changes = text.changes(text.For(i), func(base Detail) []clause.Clause { return base.For(i.before()) })
}

// Download opens one file of an accession and logs that it was fetched: of the paper no,
// 0 for the newest. It refuses with fault.ErrNotFound or ErrNoDocument.
func (s *Service) Download(ctx context.Context, scope access.Scope, id int64, format string, no int) (name string, f document.File, body io.ReadCloser, err error) {
	d, err := s.Accession(ctx, scope, id)
	if err != nil {
		return "", f, nil, err
	}
	if no == 0 {
		no = d.Current()
	}
	for _, doc := range d.Documents {
		if doc.Format != format || doc.No != no {
			continue
		}
		if f, body, err = s.documents.Open(ctx, scope, doc.File); err != nil {
			return "", f, nil, err
		}
		err = s.db.Write(ctx, scope, "accession.download", func(tx *storage.Tx) error {
			tx.Record("accession", id, d.Organisation, nil, map[string]any{"format": format, "no": doc.No, "sha256": doc.SHA256})
			return nil
		})
		if err != nil {
			return "", f, nil, fmt.Errorf("log the download: %w", closing(body, err))
		}
		return d.fileName(doc), f, body, nil
	}
	return "", f, nil, ErrNoDocument
}

// fileName is what a person's computer calls the paper: "Viborg Kommune - DBA-0007 v1.pdf".
func (d AccessionDetail) fileName(doc AccessionDocument) string {
	again := ""
	if doc.No > 1 {
		again = fmt.Sprintf(" (%d)", doc.No)
	}
	return fmt.Sprintf("%s - %s v%d%s.%s", d.OrganisationName, d.Title, d.VersionNo, again, doc.Format)
}

func closing(c io.Closer, err error) error {
	_ = c.Close() // the error that stopped us is the one to tell
	return err
}
