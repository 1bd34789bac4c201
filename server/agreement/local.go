package agreement

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"time"

	"klausul/server/access"
	"klausul/server/fault"
	"klausul/server/field"
	"klausul/server/storage"
)

// registered are the local fields that the register answers; nobody is asked for them.
var registered = []string{"controller.name", "controller.cvr", "controller.address", "processor.name", "processor.number", "service.name"}

// localFields are what each organisation says for itself.
func localFields(fields []field.Field) []field.Field {
	var own []field.Field
	for _, f := range fields {
		if f.Local && !slices.Contains(registered, f.Path) {
			own = append(own, f)
		}
	}
	return own
}

// Instance is what makes the shared text one organisation's own.
type Instance struct {
	Party   Party
	Systems []SystemRef
	Values  field.Values
	kept    []string     // of an amendment: the values that what it amends says, by path
	was     field.Values // of an amendment: the own facts of the agreement that it amends; nil when there is none
}

// before is the instance as the agreement that an amendment amends has it: what the
// organisation says otherwise there is a change of its text like any other.
func (i Instance) before() Instance {
	if i.was != nil {
		i.Values = i.was
	}
	return i
}

// source is where a value of a new instance was taken from.
func (i Instance) source(path string) string {
	if slices.Contains(i.kept, path) {
		return "base"
	}
	return "register"
}

// missing are the own facts that the text asks for and the instance does not say, by path.
func (i Instance) missing(fields []field.Field) []string {
	open := []string{}
	for _, f := range localFields(fields) {
		if f.Required && i.Values.Of(f) == nil {
			open = append(open, f.Path)
		}
	}
	return open
}

// LocalAnswer is one own fact, with a version of its own. Source is "member", or
// for what was taken from there when the agreement was offered "register" or "base", what it amends.
type LocalAnswer struct {
	Path    string          `db:"path"`
	Value   json.RawMessage `db:"value"`
	Version int             `db:"version"`
	Source  string          `db:"source"`
	By      string          `db:"by"`
	ByID    int64           `db:"by_id"`
	At      time.Time       `db:"changed_at"`
}

const localSQL = `select n.path, n.value, n.version, n.source, n.changed_at, coalesce(u.name, '') as by, coalesce(n.changed_by, 0) as by_id
	from accession_answer n left join app_user u on u.id = n.changed_by where n.accession_id = $1 and n.organisation_id = $2`

// ownFacts reads what the organisation is asked, and what it has said.
func (d *AccessionDetail) ownFacts(tx *storage.Tx) error {
	row, _, err := storage.Find[struct {
		Fields json.RawMessage `db:"fields"`
	}](tx, "select t.fields from template_version t join agreement_version v on v.template_version_id = t.id where v.id = $1", d.VersionID)
	if err != nil {
		return err
	}
	var fields []field.Field
	if err := json.Unmarshal(row.Fields, &fields); err != nil {
		return fmt.Errorf("read the fields of version %d: %w", d.VersionID, err)
	}
	d.Fields = localFields(fields)
	if d.Answers, err = storage.All[LocalAnswer](tx, localSQL+" order by n.path", d.ID, d.Organisation); err != nil || d.Kind != Amendment {
		return err
	}
	base, found, err := storage.Find[struct {
		ID int64 `db:"id"`
	}](tx, `select c.id from accession c join agreement_version v on v.base_version_id = c.agreement_version_id
		where v.id = $1 and c.organisation_id = $2`, d.VersionID, d.Organisation)
	if err != nil || !found {
		return err
	}
	said, err := storage.All[LocalAnswer](tx, localSQL, base.ID, d.Organisation)
	d.was = valuesOf(said)
	return err
}

func valuesOf(answers []LocalAnswer) field.Values {
	values := field.Values{}
	for _, a := range answers {
		var v any
		if json.Unmarshal(a.Value, &v) == nil && v != nil {
			values[a.Path] = v
		}
	}
	return values
}

// instance is the accession as it stands.
func (d AccessionDetail) instance() Instance {
	return Instance{Party: d.Party, Systems: d.Systems, Values: valuesOf(d.Answers), was: d.was}
}

// AnswerOwn saves one own fact; base is the fact's version that the writer started from.
// It refuses with fault.ErrNotFound, field.ErrUnknown, field.ErrValue, ErrAnswerConflict
// with both texts, or ErrConcrete once the agreement was accepted.
func (s *Service) AnswerOwn(ctx context.Context, scope access.Scope, id int64, path string, base int, value any) (LocalAnswer, error) {
	var saved LocalAnswer
	err := s.db.Write(ctx, scope, "accession.answer", func(tx *storage.Tx) error {
		d, err := lockAccession(tx, id, 0)
		if err != nil {
			return err
		}
		f, ok := field.Find(d.Fields, path)
		switch {
		case !ok:
			return field.ErrUnknown.At(fault.Field{Pointer: "/path", Code: "field.unknown"})
		case !d.State.Editable():
			return ErrConcrete
		}
		if value, err = f.Check(value); err != nil {
			return err
		}
		had, _, err := storage.Find[LocalAnswer](tx, localSQL+" and n.path = $3", id, d.Organisation, path)
		if err != nil {
			return err
		}
		if had.Version != base {
			return ErrAnswerConflict.With("path", path).With("version", had.Version).With("theirs", had.Value).
				With("yours", value).With("by", had.By).With("at", had.At)
		}
		raw, err := json.Marshal(value)
		if err != nil {
			return err
		}
		if _, err := tx.Pgx().Exec(ctx, `insert into accession_answer (accession_id, path, organisation_id, value, version, source, changed_at, changed_by)
			values ($1, $2, $3, $4, $5, 'member', $6, $7) on conflict (accession_id, path)
			do update set value = excluded.value, version = excluded.version, source = 'member', changed_at = excluded.changed_at, changed_by = excluded.changed_by`,
			id, path, d.Organisation, raw, had.Version+1, tx.Now(), tx.Scope().Actor().User); err != nil {
			return err
		}
		me := tx.Scope().Actor()
		saved = LocalAnswer{Path: path, Value: raw, Version: had.Version + 1, Source: "member", By: me.Name, ByID: me.User, At: tx.Now()}
		if had.ByID == me.User && tx.Now().Sub(had.At) < editingSession {
			tx.Continues()
		} else {
			tx.Record("accession", id, d.Organisation, map[string]any{path: had.Value}, map[string]any{path: value})
		}
		return s.settle(tx, id)
	})
	return saved, err
}

// CoverSystems says which of the joint agreement's systems the organisation's own covers.
// An amendment covers what the agreement that it amends does. It refuses with ErrCovers,
// ErrConcrete, fault.ErrStale or fault.ErrNotFound.
func (s *Service) CoverSystems(ctx context.Context, scope access.Scope, id int64, seen int, numbers []int32) (AccessionDetail, error) {
	return s.change(ctx, scope, "accession.systems", id, seen, func(tx *storage.Tx, d AccessionDetail) error {
		if !d.State.Editable() {
			return ErrConcrete
		}
		var ids []int32
		for _, o := range d.Offered {
			if slices.Contains(numbers, o.Number) {
				ids = append(ids, o.ID)
			}
		}
		if len(ids) == 0 || len(ids) != len(numbers) || d.Kind == Amendment && len(ids) != len(d.Systems) {
			return ErrCovers.At(fault.Field{Pointer: "/systems", Code: ErrCovers.Code})
		}
		if _, err := tx.Pgx().Exec(ctx, "delete from accession_system where accession_id = $1 and organisation_id = $2 and not system_id = any($3)", id, d.Organisation, ids); err != nil {
			return err
		}
		_, err := tx.Pgx().Exec(ctx, "insert into accession_system (accession_id, system_id, organisation_id) select $1, unnest($2::int[]), $3 on conflict do nothing", id, ids, d.Organisation)
		tx.Record("accession", id, d.Organisation, map[string]any{"systems": d.Systems}, map[string]any{"systems": numbers})
		return err
	})
}

// SayCase keeps the organisation's own case number with its agreement, whatever its state.
// It refuses with fault.ErrStale or fault.ErrNotFound.
func (s *Service) SayCase(ctx context.Context, scope access.Scope, id int64, seen int, number string) (AccessionDetail, error) {
	return s.change(ctx, scope, "accession.case", id, seen, func(tx *storage.Tx, d AccessionDetail) error {
		tx.Record("accession", id, d.Organisation, map[string]any{"caseNumber": d.CaseNumber}, map[string]any{"caseNumber": number})
		_, err := tx.Pgx().Exec(ctx, "update accession set case_number = $2 where id = $1", id, strings.TrimSpace(number))
		return err
	})
}

// RefreshParty takes name and address from the register anew: what stood there on the day
// of the offer may have been mended since. It refuses with ErrConcrete or as SayCase does.
func (s *Service) RefreshParty(ctx context.Context, scope access.Scope, id int64, seen int) (AccessionDetail, error) {
	return s.change(ctx, scope, "accession.party", id, seen, func(tx *storage.Tx, d AccessionDetail) error {
		if !d.State.Editable() {
			return ErrConcrete
		}
		return takeParty(tx, d)
	})
}

// settle reckons what follows from an accession's own facts: its hash and what is missing.
func (s *Service) settle(tx *storage.Tx, id int64) error {
	d, err := loadAccession(tx, id)
	if err != nil {
		return err
	}
	text, err := versionDetail(tx, d.VersionID)
	if err != nil {
		return err
	}
	i := d.instance()
	_, err = tx.Pgx().Exec(tx.Context(), "update accession set instance_hash = $2, missing = $3, version = version + 1 where id = $1 and (instance_hash, missing) is distinct from ($2, $3)",
		id, text.InstanceHash(i), i.missing(text.Tree.Fields))
	return err
}

// change is an act of the organisation on its own agreement: locked, looked at, done, settled.
func (s *Service) change(ctx context.Context, scope access.Scope, action string, id int64, seen int, do func(*storage.Tx, AccessionDetail) error) (AccessionDetail, error) {
	var now AccessionDetail
	err := s.db.Write(ctx, scope, action, func(tx *storage.Tx) error {
		d, err := lockAccession(tx, id, seen)
		if err != nil {
			return err
		}
		if err := do(tx, d); err != nil {
			return err
		}
		if _, err := tx.Pgx().Exec(ctx, "update accession set version = version + 1 where id = $1", id); err != nil {
			return err
		}
		if err := s.settle(tx, id); err != nil {
			return err
		}
		now, err = loadAccession(tx, id)
		return err
	})
	return now, err
}

// lockAccession holds an accession; seen 0 takes it as it is.
func lockAccession(tx *storage.Tx, id int64, seen int) (AccessionDetail, error) {
	if err := tx.Lock("accession where id = $1", id); err != nil {
		return AccessionDetail{}, err
	}
	d, err := loadAccession(tx, id)
	if err != nil {
		return d, fmt.Errorf("load accession %d: %w", id, err)
	}
	if seen != 0 && d.Version != seen {
		return d, storage.Stale(tx, "accession", id, d.Version, map[string]any{"state": d.State})
	}
	return d, nil
}
