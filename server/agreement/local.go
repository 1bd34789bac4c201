package agreement

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"strings"

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
	if d.Answers, err = ownPlace(d.ID, d.Organisation).all(tx); err != nil || d.Kind != Amendment {
		return err
	}
	base, found, err := storage.Find[struct {
		ID int64 `db:"id"`
	}](tx, `select c.id from accession c join agreement_version v on v.base_version_id = c.agreement_version_id
		where v.id = $1 and c.organisation_id = $2`, d.VersionID, d.Organisation)
	if err != nil || !found {
		return err
	}
	said, err := ownPlace(base.ID, d.Organisation).all(tx)
	d.was = valuesOf(said)
	return err
}

func valuesOf(answers []Answer) field.Values {
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
func (s *Service) AnswerOwn(ctx context.Context, scope access.Scope, id int64, path string, base int, value any) (Answer, error) {
	var saved Answer
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
		if saved, err = ownPlace(id, d.Organisation).save(tx, f, base, value); err != nil {
			return err
		}
		saved.Source = "member"
		d.Answers = append(slices.DeleteFunc(d.Answers, func(a Answer) bool { return a.Path == path }), saved)
		return settle(tx, &d)
	})
	return saved, err
}

// CoverSystems says which of the joint agreement's systems the organisation's own covers.
// An amendment covers what the agreement that it amends does. It refuses with ErrCovers,
// ErrConcrete, fault.ErrStale or fault.ErrNotFound.
func (s *Service) CoverSystems(ctx context.Context, scope access.Scope, id int64, seen int, numbers []int32) (AccessionDetail, error) {
	return s.change(ctx, scope, "accession.systems", id, seen, func(tx *storage.Tx, d *AccessionDetail) error {
		if !d.State.Editable() {
			return ErrConcrete
		}
		covers := slices.DeleteFunc(slices.Clone(d.Offered), func(o SystemRef) bool { return !slices.Contains(numbers, o.Number) })
		ids := systemIDs(covers)
		if len(ids) == 0 || len(ids) != len(numbers) || d.Kind == Amendment && len(ids) != len(d.Systems) {
			return ErrCovers.At(fault.Field{Pointer: "/systems", Code: ErrCovers.Code})
		}
		if _, err := tx.Pgx().Exec(ctx, "delete from accession_system where accession_id = $1 and organisation_id = $2 and not system_id = any($3)", id, d.Organisation, ids); err != nil {
			return err
		}
		_, err := tx.Pgx().Exec(ctx, "insert into accession_system (accession_id, system_id, organisation_id) select $1, unnest($2::int[]), $3 on conflict do nothing", id, ids, d.Organisation)
		tx.Record("accession", id, d.Organisation, map[string]any{"systems": d.Systems}, map[string]any{"systems": numbers})
		d.Systems = covers
		return err
	})
}

// SayCase keeps the organisation's own case number with its agreement, whatever its state.
// It refuses with fault.ErrStale or fault.ErrNotFound.
func (s *Service) SayCase(ctx context.Context, scope access.Scope, id int64, seen int, number string) (AccessionDetail, error) {
	return s.change(ctx, scope, "accession.case", id, seen, func(tx *storage.Tx, d *AccessionDetail) error {
		number = strings.TrimSpace(number)
		tx.Record("accession", id, d.Organisation, map[string]any{"caseNumber": d.CaseNumber}, map[string]any{"caseNumber": number})
		d.CaseNumber = number
		_, err := tx.Pgx().Exec(ctx, "update accession set case_number = $2 where id = $1", id, number)
		return err
	})
}

// RefreshParty takes name and address from the register anew: what stood there on the day
// of the offer may have been mended since. It refuses with ErrConcrete or as SayCase does.
func (s *Service) RefreshParty(ctx context.Context, scope access.Scope, id int64, seen int) (AccessionDetail, error) {
	return s.change(ctx, scope, "accession.party", id, seen, func(tx *storage.Tx, d *AccessionDetail) error {
		if !d.State.Editable() {
			return ErrConcrete
		}
		return takeParty(tx, d)
	})
}

// settle reckons what follows from an accession's own facts as d says them: its hash, what is
// missing, and of an amendment what it changes.
func settle(tx *storage.Tx, d *AccessionDetail) error {
	text, err := versionDetail(tx, d.VersionID)
	if err != nil {
		return err
	}
	i := d.instance()
	d.changes(text)
	hash, missing := text.InstanceHash(i), i.missing(text.Tree.Fields)
	if hash == d.InstanceHash && slices.Equal(missing, d.Missing) {
		return nil
	}
	d.InstanceHash, d.Missing, d.Version = hash, missing, d.Version+1
	_, err = tx.Pgx().Exec(tx.Context(), "update accession set instance_hash = $2, missing = $3, version = $4 where id = $1", d.ID, hash, missing, d.Version)
	return err
}

// change is an act of the organisation on its own agreement: locked, looked at, done,
// settled. What is done is also said of what was read, which is then how it stands.
func (s *Service) change(ctx context.Context, scope access.Scope, action string, id int64, seen int, do func(*storage.Tx, *AccessionDetail) error) (AccessionDetail, error) {
	var d AccessionDetail
	err := s.db.Write(ctx, scope, action, func(tx *storage.Tx) (err error) {
		if d, err = lockAccession(tx, id, seen); err != nil {
			return err
		}
		if err := do(tx, &d); err != nil {
			return err
		}
		d.Version++
		if _, err := tx.Pgx().Exec(ctx, "update accession set version = $2 where id = $1", id, d.Version); err != nil {
			return err
		}
		return settle(tx, &d)
	})
	return d, err
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
