package agreement

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"klausul/server/access"
	"klausul/server/clause"
	"klausul/server/fault"
	"klausul/server/storage"
)

// Refusals of a new version.
var (
	ErrNotOffered = fault.New(fault.Conflict, "agreement.not_offered") // the newest version is a draft already
	ErrChangeNote = fault.New(fault.Invalid, "agreement.change_note")  // why there is a new version
	ErrUnamended  = fault.New(fault.Conflict, "agreement.unamended")   // an amendment that changes nothing
	ErrVersionFor = fault.New(fault.Invalid, "agreement.version_kind") // replacement or amendment
)

// Renew starts the next version of a released agreement as a draft with the same answers.
// Accessions in force stay so until their successor is. It refuses with ErrNotOffered,
// ErrVersionFor or ErrChangeNote.
func (s *Service) Renew(ctx context.Context, scope access.Scope, id int64, kind Kind, note string) (Detail, error) {
	note = strings.TrimSpace(note)
	switch {
	case kind != Replacement && kind != Amendment:
		return Detail{}, ErrVersionFor
	case note == "":
		return Detail{}, ErrChangeNote.At(fault.Field{Pointer: "/note", Code: ErrChangeNote.Code})
	}
	err := s.db.Write(ctx, scope, "agreement.renew", func(tx *storage.Tx) error {
		if err := tx.Lock("agreement_version where agreement_id = $1", id); err != nil {
			return err
		}
		d, err := load(tx, id)
		if err != nil {
			return err
		}
		if d.State != Offered {
			return ErrNotOffered
		}
		version, at, err := startVersion(tx, d, d.Template, []byte(`{}`))
		if err != nil {
			return err
		}
		var base *int64
		if kind == Amendment {
			base = &d.VersionID
		}
		if _, err := tx.Pgx().Exec(ctx, "update agreement_version set kind = $2, base_version_id = $3, change_note = $4 where id = $1", version, kind, base, note); err != nil {
			return err
		}
		for _, a := range d.Answers {
			if _, err := draftPlace(id, version, at).put(tx, a.Path, Answer{}, a.Value); err != nil {
				return err
			}
		}
		tx.Record("agreement", id, 0, map[string]any{"version": d.VersionNo}, map[string]any{"version": d.VersionNo + 1, "kind": kind, "note": note})
		return nil
	})
	if err != nil {
		return Detail{}, err
	}
	return s.Get(ctx, scope, id)
}

// printed is what a version's document prints: the whole text, or of an amendment the
// clauses that differ from its base, whole, under their headings, and then what lapses.
// of reads the base's text as tree was read, with the party's own facts as they are there.
func (d Detail) printed(tree []clause.Clause, of func(Detail) []clause.Clause) []clause.Clause {
	if d.Base == nil {
		return tree
	}
	touched := map[string]bool{}
	var gone []clause.ClauseChange
	for _, c := range clause.CompareClauses(of(*d.Base), tree) {
		switch c.Kind {
		case clause.Same, clause.Moved:
		case clause.Removed:
			gone = append(gone, c)
		default:
			touched[c.Key] = true
		}
	}
	var out []clause.Clause
	for i, c := range tree {
		if touched[c.Key] || c.Level == 1 && anyUnder(tree[i+1:], touched) {
			out = append(out, c)
		}
	}
	return append(out, d.lapses(gone)...)
}

// Amended is one clause that an amendment changes, by the number that it has there; one that
// lapses, by the number that it had.
type Amended struct {
	Key, Number, Heading string
	Annex                bool
	Change               clause.ChangeKind
}

// Changes are the clauses of the shared text that an amendment changes; of any other version none.
func (d Detail) Changes() []Amended { return d.changes(d.Shared(), Detail.Shared) }

// changes are the clauses that tree changes; of reads the base's text as for printed.
func (d Detail) changes(is []clause.Clause, of func(Detail) []clause.Clause) []Amended {
	if d.Base == nil {
		return nil
	}
	was := of(*d.Base)
	var out []Amended
	for _, c := range clause.CompareClauses(was, is) {
		tree, number := is, c.After
		switch c.Kind {
		case clause.Same, clause.Moved:
			continue
		case clause.Removed:
			tree, number = was, c.Before
		}
		a := Amended{Key: c.Key, Number: number, Annex: c.Annex, Change: c.Kind}
		if at := slices.IndexFunc(tree, func(x clause.Clause) bool { return x.Key == c.Key }); at >= 0 {
			a.Heading = tree[at].Heading
		}
		out = append(out, a)
	}
	return out
}

// anyUnder tells whether a clause of the section that begins before rest is touched.
func anyUnder(rest []clause.Clause, touched map[string]bool) bool {
	for _, c := range rest {
		if c.Level == 1 {
			return false
		}
		if touched[c.Key] {
			return true
		}
	}
	return false
}

func (d Detail) lapses(gone []clause.ClauseChange) []clause.Clause {
	if len(gone) == 0 {
		return nil
	}
	w := words[d.Tree.Language]
	out := []clause.Clause{{Key: "lapsed", Level: 1, Heading: w.gone}}
	for _, c := range gone {
		out = append(out, clause.Clause{Key: "lapsed-" + c.Key, Level: 2, Blocks: []clause.Block{{Kind: clause.Paragraph,
			Spans: []clause.Span{{Kind: clause.Normative, Text: fmt.Sprintf(w.goneLine, c.Before)}}}}})
	}
	return out
}

// amends tells whether an amendment changes anything.
func (d Detail) amends() bool { return len(d.printed(d.Shared(), Detail.Shared)) > 0 }
