package agreement

import (
	"context"
	"fmt"
	"io"

	"klausul/server/access"
	"klausul/server/document"
	"klausul/server/fault"
	"klausul/server/storage"
)

// OwnFilter narrows a list of own agreements; empty parts do not.
type OwnFilter struct {
	Text         string
	Vendor       int32 // number
	System       int32 // number
	Organisation int32
	Kind         OwnKind
	State        OwnState
	Running      *bool // today
	File         *bool
}

const (
	ownCols = `select a.id, a.organisation_id, o.name as organisation_name, n.number as vendor_number, n.name as vendor_name, a.kind, a.state, a.title,
	a.signed_on, a.ends_on, a.concept, a.interval_months, a.case_number, a.note, a.file_id, a.file_name, a.version, a.created_at, coalesce(u.name, '') as created_by,
	(select count(*) from own_agreement_system x where x.own_agreement_id = a.id and x.organisation_id = a.organisation_id) as systems`
	ownFrom = ` from own_agreement a join vendor n on n.id = a.vendor_id join organisation o on o.id = a.organisation_id left join app_user u on u.id = a.created_by`
)

// ownOrders: own_agreement_own serves a member's list, the primary key the office's; titles are few.
var ownOrders = map[string]storage.Order{
	"created": {By: "a.id", Type: "bigint", ID: "a.id"},
	"title":   {By: "a.title", Type: "text", ID: "a.id"},
	"ends":    {By: "coalesce(a.ends_on, 'infinity')", Type: "date", ID: "a.id"},
}

// mineOwn narrows to the scope: the organisation's own, for a system owner those on a
// system whose usage names that person.
func mineOwn(q *storage.Query, scope access.Scope) *storage.Query {
	q.Within(scope, "a.organisation_id")
	if user := scope.OwnUsagesOf(); user != 0 {
		q.And(`a.id = any(array(select x.own_agreement_id from own_agreement_system x join usage u
			on u.system_id = x.system_id and u.organisation_id = x.organisation_id where u.owner_user_id = ?))`, user)
	}
	return q
}

func narrowOwn(base string, scope access.Scope, f OwnFilter) *storage.Query {
	q := mineOwn(storage.List(base), scope)
	q.If(f.Vendor != 0, "n.number = ?", f.Vendor).If(f.Organisation != 0, "a.organisation_id = ?", f.Organisation)
	q.If(f.Kind != "", "a.kind = ?", f.Kind).If(f.State != "", "a.state = ?", f.State)
	q.If(f.System != 0, "a.id = any(array(select x.own_agreement_id from own_agreement_system x join it_system s on s.id = x.system_id where s.number = ?))", f.System)
	if f.Running != nil {
		q.And("(a.ends_on is null or a.ends_on >= today()) = ?", *f.Running)
	}
	if f.File != nil {
		q.And("(a.file_id is not null) = ?", *f.File)
	}
	if f.Text != "" {
		like := storage.Like(f.Text)
		q.And("(a.title ilike ? or n.name ilike ? or a.case_number ilike ? or a.file_name ilike ? or o.name ilike ?)", like, like, like, like, like)
	}
	return q
}

// Owns returns a page of the own agreements in scope and the cursor of the next.
func (s *Service) Owns(ctx context.Context, scope access.Scope, f OwnFilter, p storage.Page) ([]Own, string, error) {
	rows, err := storage.Select[Own](ctx, s.db, scope, narrowOwn(ownCols+ownFrom, scope, f).Page(ownOrders, p))
	if err != nil {
		return nil, "", err
	}
	rows, next := storage.Cut(rows, p, func(a Own) (string, int64) {
		ends := "infinity"
		if a.EndsOn != nil {
			ends = a.EndsOn.Format("2006-01-02")
		}
		return storage.Key(p, map[string]any{"created": a.ID, "title": a.Title, "ends": ends}), a.ID
	})
	return rows, next, nil
}

// CountOwns returns how many own agreements the filter finds.
func (s *Service) CountOwns(ctx context.Context, scope access.Scope, f OwnFilter) (int, error) {
	return storage.Count(ctx, s.db, scope, narrowOwn("select count(*) as total"+ownFrom, scope, f))
}

// OwnAgreement returns one own agreement. It refuses with fault.ErrNotFound.
func (s *Service) OwnAgreement(ctx context.Context, scope access.Scope, id int64) (OwnDetail, error) {
	var d OwnDetail
	err := s.db.Read(ctx, scope, func(tx *storage.Tx) (err error) {
		d, err = loadOwn(tx, id)
		return err
	})
	return d, err
}

func loadOwn(tx *storage.Tx, id int64) (d OwnDetail, err error) {
	sql, args, err := narrowOwn(ownCols+ownFrom, tx.Scope(), OwnFilter{}).And("a.id = ?", id).SQL()
	if err != nil {
		return d, err
	}
	found := false
	if d.Own, found, err = storage.Find[Own](tx, sql, args...); err != nil || !found {
		return d, fault.Or(err, fault.ErrNotFound)
	}
	if d.Covers, err = storage.All[SystemRef](tx, `select s.id, s.number, s.name from own_agreement_system x join it_system s on s.id = x.system_id
		where x.own_agreement_id = $1 and x.organisation_id = $2 order by s.name, s.id`, id, d.Organisation); err != nil || d.File == nil {
		return d, err
	}
	f, found, err := storage.Find[OwnFile](tx, "select sha256, size, state, locked_until, scanned_at from stored_file where id = $1", *d.File)
	if found {
		d.Stored = &f
	}
	return d, err
}

// RegisterOwn registers an own agreement: a member's is registered, the secretariat's is
// a proposal until the member confirms it. It refuses with vendor.ErrUnknown,
// ErrOwnSystems, ErrOwnDates, ErrOwnPromise, document.ErrUploadGone, or fault.ErrNotFound
// for an organisation that is none.
func (s *Service) RegisterOwn(ctx context.Context, scope access.Scope, d OwnDraft) (OwnDetail, error) {
	var made OwnDetail
	organisation, err := document.For(scope, d.Organisation)
	if err != nil {
		return made, err
	}
	d.Organisation = organisation
	err = s.db.Write(ctx, scope, "own.register", func(tx *storage.Tx) error {
		id, err := s.addOwn(tx, d)
		if err != nil {
			return err
		}
		made, err = loadOwn(tx, id)
		return err
	})
	return made, err
}

// addOwn writes one agreement of d.Organisation inside a transaction.
func (s *Service) addOwn(tx *storage.Tx, d OwnDraft) (int64, error) {
	d, vendor, systems, err := s.check(tx, d)
	if err != nil {
		return 0, err
	}
	if there, err := known(tx, d.Organisation); err != nil || !there {
		return 0, fault.Or(err, fault.ErrNotFound)
	}
	file, name, err := s.placed(tx, d)
	if err != nil {
		return 0, err
	}
	state := OwnRegistered
	if tx.Scope().Own() == 0 {
		state = OwnProposed
	}
	var id int64
	// The secretariat may add what it may not change: the row is whole from the beginning.
	if err := tx.Pgx().QueryRow(tx.Context(), `insert into own_agreement (organisation_id, vendor_id, kind, state, title, signed_on, ends_on, concept, interval_months,
			case_number, note, file_id, file_name, created_at, created_by) values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15) returning id`,
		d.Organisation, vendor, d.Kind, state, d.Title, d.SignedOn, d.EndsOn, d.Concept, d.Interval, d.CaseNumber, d.Note, file, name,
		tx.Now(), tx.Scope().Actor().User).Scan(&id); err != nil {
		return 0, err
	}
	tx.Record("own_agreement", id, d.Organisation, nil, map[string]any{"state": state, "agreement": d})
	return id, covers(tx, id, d.Organisation, systems)
}

func known(tx *storage.Tx, organisation int32) (bool, error) {
	_, found, err := storage.Find[struct {
		ID int32 `db:"id"`
	}](tx, "select id from organisation where id = $1", organisation)
	return found, err
}

func covers(tx *storage.Tx, id int64, organisation int32, systems []int32) error {
	_, err := tx.Pgx().Exec(tx.Context(), "insert into own_agreement_system (own_agreement_id, system_id, organisation_id) select $1, unnest($2::int[]), $3", id, systems, organisation)
	return err
}

// check holds a draft against the register: the vendor and the systems that it delivers or once delivered.
func (s *Service) check(tx *storage.Tx, d OwnDraft) (OwnDraft, int32, []int32, error) {
	d, wrong := d.Clean()
	v, found, err := storage.Find[struct {
		ID   int32  `db:"id"`
		Name string `db:"name"`
	}](tx, "select id, name from vendor where id = (select coalesce(m.merged_into, m.id) from vendor m where m.number = $1)", d.Vendor)
	if err != nil {
		return d, 0, nil, err
	}
	if !found {
		wrong = append(wrong, fault.Field{Pointer: "/vendor", Code: ErrOwnVendor.Code})
		return d, 0, nil, refuse(wrong)
	}
	if d.Title == "" {
		d.Title = TitleFor(v.Name)
	}
	ids, unknown, err := ofVendor(tx, v.ID, d.Systems)
	if err != nil {
		return d, 0, nil, err
	}
	for _, i := range unknown {
		wrong = append(wrong, fault.Field{Pointer: at("/systems", i), Code: ErrOwnSystems.Code})
	}
	return d, v.ID, ids, refuse(wrong)
}

// ofVendor returns the ids of the numbered systems, and the places of those that the
// vendor never delivered or that stand twice.
func ofVendor(tx *storage.Tx, vendor int32, numbers []int32) (ids []int32, unknown []int, err error) {
	found, err := storage.All[SystemRef](tx, `select s.id, s.number, s.name from it_system s
		where s.number = any($2) and exists (select from system_vendor p where p.system_id = s.id and p.vendor_id = $1)`, vendor, numbers)
	if err != nil {
		return nil, nil, err
	}
	byNumber := map[int32]int32{}
	for _, f := range found {
		byNumber[f.Number] = f.ID
	}
	for i, n := range numbers {
		id, ok := byNumber[n]
		if !ok {
			unknown = append(unknown, i)
			continue
		}
		ids = append(ids, id)
		delete(byNumber, n)
	}
	return ids, unknown, nil
}

// placed gives the draft's received file its place; without one there is none.
func (s *Service) placed(tx *storage.Tx, d OwnDraft) (*int64, string, error) {
	if d.Upload == nil {
		return nil, "", nil
	}
	file, u, err := s.documents.Place(tx, *d.Upload, d.Organisation)
	return &file, u.Name, err
}

// ChangeOwn replaces what is said of an own agreement; without a new upload the file
// stays. Only the organisation itself may. It refuses as RegisterOwn does, and with
// fault.ErrStale telling who changed what since.
func (s *Service) ChangeOwn(ctx context.Context, scope access.Scope, id int64, seen int, d OwnDraft) (OwnDetail, error) {
	return s.ownAct(ctx, scope, "own.change", id, seen, func(tx *storage.Tx, had OwnDetail) error {
		return s.ReviseOwn(tx, had, d)
	})
}

// ReviseOwn does to an own agreement that is held what ChangeOwn does, but for looking at the version.
func (s *Service) ReviseOwn(tx *storage.Tx, held OwnDetail, d OwnDraft) error {
	d.Organisation = held.Organisation
	d, vendor, systems, err := s.check(tx, d)
	if err != nil {
		return err
	}
	file, name, err := s.placed(tx, d)
	if err != nil {
		return err
	}
	if _, err := tx.Pgx().Exec(tx.Context(), `update own_agreement set vendor_id = $2, kind = $3, title = $4, signed_on = $5, ends_on = $6, concept = $7, interval_months = $8,
			case_number = $9, note = $10, file_id = coalesce($11, file_id), file_name = case when $11::bigint is null then file_name else $12 end, version = version + 1 where id = $1`,
		held.ID, vendor, d.Kind, d.Title, d.SignedOn, d.EndsOn, d.Concept, d.Interval, d.CaseNumber, d.Note, file, name); err != nil {
		return err
	}
	if _, err := tx.Pgx().Exec(tx.Context(), "delete from own_agreement_system where own_agreement_id = $1 and organisation_id = $2", held.ID, held.Organisation); err != nil {
		return err
	}
	tx.Record("own_agreement", held.ID, held.Organisation, held.facts(), map[string]any{"agreement": d})
	return covers(tx, held.ID, held.Organisation, systems)
}

// ConfirmOwn makes the secretariat's proposal the organisation's word. It refuses with
// ErrOwnNotProposed or fault.ErrStale.
func (s *Service) ConfirmOwn(ctx context.Context, scope access.Scope, id int64, seen int) (OwnDetail, error) {
	return s.ownAct(ctx, scope, "own.confirm", id, seen, func(tx *storage.Tx, had OwnDetail) error {
		if had.State != OwnProposed {
			return ErrOwnNotProposed
		}
		tx.Record("own_agreement", id, had.Organisation, map[string]any{"state": had.State}, map[string]any{"state": OwnRegistered})
		_, err := tx.Pgx().Exec(ctx, "update own_agreement set state = 'registered', version = version + 1 where id = $1", id)
		return err
	})
}

// RemoveOwn takes an own agreement out of the register, or refuses a proposal. The audit
// trail keeps what it said and the vault its file. It refuses with fault.ErrStale.
func (s *Service) RemoveOwn(ctx context.Context, scope access.Scope, id int64, seen int) error {
	return s.db.Write(ctx, scope, "own.remove", func(tx *storage.Tx) error {
		had, err := lockOwn(tx, id, seen)
		if err != nil {
			return err
		}
		tx.Record("own_agreement", id, had.Organisation, had.facts(), nil)
		_, err = tx.Pgx().Exec(ctx, "delete from own_agreement where id = $1", id)
		return err
	})
}

// Said is what an own agreement stands at, in the words of a draft.
func (d OwnDetail) Said() OwnDraft {
	systems := make([]int32, len(d.Covers))
	for i, s := range d.Covers {
		systems[i] = s.Number
	}
	return OwnDraft{Vendor: d.VendorNumber, Systems: systems, Kind: d.Kind, Title: d.Title, SignedOn: d.SignedOn, EndsOn: d.EndsOn,
		Concept: d.Concept, Interval: d.Interval, CaseNumber: d.CaseNumber, Note: d.Note}
}

// facts is what an own agreement says, as the audit trail keeps it.
func (d OwnDetail) facts() map[string]any {
	out := map[string]any{"state": d.State, "agreement": d.Said()}
	if d.Stored != nil {
		out["sha256"] = d.Stored.SHA256
	}
	return out
}

// HoldOwn locks an own agreement inside a transaction and reads it. It refuses with fault.ErrNotFound.
func HoldOwn(tx *storage.Tx, id int64) (OwnDetail, error) {
	if err := tx.Lock("own_agreement where id = $1", id); err != nil {
		return OwnDetail{}, err
	}
	return loadOwn(tx, id)
}

func lockOwn(tx *storage.Tx, id int64, seen int) (OwnDetail, error) {
	had, err := HoldOwn(tx, id)
	if err != nil {
		return had, err
	}
	if had.Version != seen {
		return had, storage.Stale(tx, "own_agreement", id, had.Version, had.facts())
	}
	return had, nil
}

func (s *Service) ownAct(ctx context.Context, scope access.Scope, action string, id int64, seen int, do func(tx *storage.Tx, had OwnDetail) error) (OwnDetail, error) {
	var now OwnDetail
	err := s.db.Write(ctx, scope, action, func(tx *storage.Tx) error {
		had, err := lockOwn(tx, id, seen)
		if err != nil {
			return err
		}
		if err := do(tx, had); err != nil {
			return err
		}
		now, err = loadOwn(tx, id)
		return err
	})
	return now, err
}

// OwnDownload opens the file of an own agreement and logs that it was fetched. It refuses
// with fault.ErrNotFound or ErrOwnNoFile.
func (s *Service) OwnDownload(ctx context.Context, scope access.Scope, id int64) (name string, f document.File, body io.ReadCloser, err error) {
	d, err := s.OwnAgreement(ctx, scope, id)
	if err != nil {
		return "", f, nil, err
	}
	if d.File == nil || d.Stored == nil {
		return "", f, nil, ErrOwnNoFile
	}
	if f, body, err = s.documents.Open(ctx, scope, *d.File); err != nil {
		return "", f, nil, err
	}
	err = s.db.Write(ctx, scope, "own.download", func(tx *storage.Tx) error {
		tx.Record("own_agreement", id, d.Organisation, nil, map[string]any{"sha256": d.Stored.SHA256})
		return nil
	})
	if err != nil {
		return "", f, nil, fmt.Errorf("log the download: %w", closing(body, err))
	}
	if d.FileName == "" {
		d.FileName = d.Title + ".pdf"
	}
	return d.FileName, f, body, nil
}
