package source

import (
	"context"
	"encoding/json"
	"path"
	"strings"

	"github.com/jackc/pgx/v5"

	"klausul/server/access"
	"klausul/server/clause"
	"klausul/server/clause/template"
	"klausul/server/fault"
	"klausul/server/field"
	"klausul/server/storage"
)

// change holds a source, lets fn change it, and counts its version up. It refuses with
// fault.ErrNotFound, ErrDiscarded or ErrDrafted.
func (s *Service) change(ctx context.Context, scope access.Scope, action string, id int64, fn func(*storage.Tx, Detail) error) (Detail, error) {
	var d Detail
	err := s.db.Write(ctx, scope, action, func(tx *storage.Tx) error {
		if err := tx.Lock("template_source where id = $1", id); err != nil {
			return err
		}
		held, err := read(tx, id)
		switch {
		case err != nil:
			return err
		case held.DiscardedAt != nil:
			return ErrDiscarded
		case held.Template != nil:
			return ErrDrafted.With("template", *held.Template)
		}
		if err := fn(tx, held); err != nil {
			return err
		}
		if _, err := tx.Pgx().Exec(ctx, "update template_source set version = version + 1, changed_at = $2, changed_by = $3 where id = $1", id, tx.Now(), tx.Scope().Actor().User); err != nil {
			return err
		}
		d, err = load(tx, id)
		return err
	})
	return d, err
}

// Correct says of some paragraphs what they are, all of them or none. It refuses with
// template.ErrCorrection, template.ErrWords, fault.ErrNotFound for a place that is not
// there, or ErrConflict, which tells what another said of the paragraph.
func (s *Service) Correct(ctx context.Context, scope access.Scope, id int64, corrections []Correction) (Detail, error) {
	return s.change(ctx, scope, "source.correct", id, func(tx *storage.Tx, d Detail) error {
		before, after := map[int]any{}, map[int]any{}
		var b pgx.Batch
		for _, c := range corrections {
			if _, twice := before[c.Place]; twice {
				return template.ErrCorrection.With("what", "place")
			}
			if c.Place < 0 || c.Place >= len(d.Paragraphs) {
				return fault.ErrNotFound
			}
			p := d.Paragraphs[c.Place] // they stand in the order of their places, from 0
			if p.Version != c.Base {
				return ErrConflict.With("place", p.Place).With("version", p.Version).With("class", p.Class).With("by", p.By)
			}
			raw, err := c.said(p)
			if err != nil {
				return err
			}
			before[p.Place], after[p.Place] = briefly(p.Paragraph), json.RawMessage("null")
			if raw != nil {
				after[p.Place] = briefly(*c.Paragraph)
			}
			b.Queue("update template_paragraph set corrected = $3, version = version + 1, changed_at = $4, changed_by = $5 where source_id = $1 and place = $2",
				id, p.Place, raw, tx.Now(), tx.Scope().Actor().User)
		}
		tx.Record("template_source", id, 0, before, after)
		return tx.Pgx().SendBatch(ctx, &b).Close()
	})
}

// said is the paragraph as stored; nil takes back what was said.
func (c Correction) said(p Said) ([]byte, error) {
	if c.Paragraph == nil {
		return nil, nil
	}
	recognised := p.Paragraph
	if p.Recognised != nil {
		recognised = *p.Recognised
	}
	to, err := recognised.Corrected(*c.Paragraph)
	if err != nil {
		return nil, err
	}
	return json.Marshal(to)
}

// briefly is a paragraph as the audit trail keeps it: its words are in the file.
func briefly(p template.Paragraph) map[string]any {
	return map[string]any{"class": p.Class, "section": p.Section, "clause": p.Clause, "number": p.Number, "choice": p.Choice, "branch": p.Branch}
}

// AddField adds a field that places to fill in, or alternatives, can be bound to. It
// refuses with ErrField.
func (s *Service) AddField(ctx context.Context, scope access.Scope, id int64, f field.Field) (Detail, error) {
	return s.change(ctx, scope, "source.field", id, func(tx *storage.Tx, d Detail) error {
		f.Path, f.Label = strings.TrimSpace(f.Path), strings.TrimSpace(f.Label)
		if _, taken := field.Find(d.known(), f.Path); taken {
			return ErrField.With("why", "path")
		}
		all := append(d.Fields, f)
		if err := field.CheckAll(all); err != nil {
			return ErrField.With("why", err.Error()).Because(err)
		}
		raw, err := json.Marshal(all)
		if err != nil {
			return err
		}
		tx.Record("template_source", id, 0, nil, f)
		_, err = tx.Pgx().Exec(ctx, "update template_source set fields = $2 where id = $1", id, raw)
		return err
	})
}

// Declare says whose text the file is. It refuses with ErrDeclaration or fault.ErrStale.
func (s *Service) Declare(ctx context.Context, scope access.Scope, id int64, seen int, to Declaration) (Detail, error) {
	if err := to.check(s.db.Now()); err != nil {
		return Detail{}, err
	}
	return s.change(ctx, scope, "source.declare", id, func(tx *storage.Tx, d Detail) error {
		if d.Version != seen {
			return storage.Stale(tx, "template_source", id, d.Version, map[string]any{"provenance": d.Provenance, "declaredBy": d.DeclaredBy})
		}
		tx.Record("template_source", id, 0, Declaration{d.Provenance, d.DeclaredBy, d.DeclaredOn}, to)
		_, err := tx.Pgx().Exec(ctx, "update template_source set provenance = $2, declared_by = $3, declared_on = $4 where id = $1", id, to.Provenance, to.DeclaredBy, to.DeclaredOn)
		return err
	})
}

// Draft makes a draft of the family from the paragraphs as they are said to be now. What
// still blocks goes along, to be settled before it can be published, and so do the rules of
// the former version that can be asked. It refuses with ErrDrafted, fault.ErrStale, ErrEmpty
// when no clause is there, or clause.ErrLabel.
func (s *Service) Draft(ctx context.Context, scope access.Scope, id int64, seen int, name, label string) (int64, error) {
	var made int64
	_, err := s.change(ctx, scope, "source.draft", id, func(tx *storage.Tx, d Detail) error {
		if d.Version != seen {
			return storage.Stale(tx, "template_source", id, d.Version, map[string]any{"changedBy": d.Changed.Name})
		}
		d.assemble()
		if len(d.Tree.Clauses) == 0 {
			return ErrEmpty
		}
		v := d.Tree
		v.Name, v.Version = strings.TrimSpace(name), strings.TrimSpace(label)
		v.FixedHash = clause.FixedSum(v.Clauses)
		v.Leftovers = template.LeftOpen(d.Problems, plainly(d.Paragraphs))
		after := "0"
		if d.Previous != nil {
			before, err := clause.Load(tx, *d.Previous)
			if err != nil {
				return err
			}
			v.BasedOn, after = d.Previous, before.Version
			v.Rules = askable(before.Rules, v.Fields)
			if v.Name == "" {
				v.Name = before.Name
			}
		}
		if v.Name == "" {
			v.Name = strings.TrimSuffix(d.FileName, path.Ext(d.FileName))
		}
		var err error
		if made, err = clause.AddDraft(tx, v, after); err != nil {
			return err
		}
		tx.Record("template_source", id, 0, nil, map[string]any{"template": made})
		_, err = tx.Pgx().Exec(ctx, "update template_source set template_id = $2 where id = $1", id, made)
		return err
	})
	return made, err
}

// askable are the rules whose fields are all asked.
func askable(rules []field.Rule, fields []field.Field) (out []field.Rule) {
	for _, r := range rules {
		if field.CheckRules([]field.Rule{r}, fields) == nil {
			out = append(out, r)
		}
	}
	return out
}

// Discard puts a source away, or takes it out again. The file stays: it may be the proof
// of a version. It refuses with fault.ErrNotFound.
func (s *Service) Discard(ctx context.Context, scope access.Scope, id int64, back bool) error {
	act := map[bool]string{false: "source.discard", true: "source.restore"}[back]
	return s.db.Write(ctx, scope, act, func(tx *storage.Tx) error {
		done, err := tx.Pgx().Exec(ctx, "update template_source set version = version + 1, discarded_at = case when $3 then null else $2::timestamptz end where id = $1 and (discarded_at is null) <> $3", id, tx.Now(), back)
		if err == nil && done.RowsAffected() == 0 {
			err = fault.ErrNotFound
		}
		tx.Record("template_source", id, 0, map[string]any{"discarded": back}, map[string]any{"discarded": !back})
		return err
	})
}
