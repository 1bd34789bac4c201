package agreement

import (
	"context"

	"klausul/server/access"
	"klausul/server/clause"
	"klausul/server/fault"
	"klausul/server/field"
	"klausul/server/storage"
)

// Answer saves one field of a draft. base is the field's version the writer started
// from, 0 when it had none. Two people on different fields never meet; on the same
// field the second gets ErrAnswerConflict with the other's text, and both are kept
// until somebody chooses. It refuses with field.ErrUnknown, field.ErrValue or ErrOffered.
func (s *Service) Answer(ctx context.Context, scope access.Scope, id int64, path string, base int, value any) (Answer, error) {
	var saved Answer
	err := s.db.Write(ctx, scope, "agreement.answer", func(tx *storage.Tx) error {
		d, err := find(tx, id)
		if err != nil {
			return err
		}
		fields, err := clause.Fields(tx, d.Template)
		if err != nil {
			return err
		}
		f, ok := field.Find(fields, path)
		if !ok || f.Local {
			return field.ErrUnknown.At(fault.Field{Pointer: "/path", Code: "field.unknown"})
		}
		at, err := change(tx, d.VersionID)
		if err != nil {
			return err
		}
		saved, err = draftPlace(id, d.VersionID, at).save(tx, f, base, value)
		saved.AtVersion = at
		return err
	})
	return saved, err
}

// change makes a new version of a draft's text and holds it until the answer is written.
// It refuses with ErrOffered or ErrAgreed.
func change(tx *storage.Tx, version int64) (int, error) {
	if err := tx.Lock("agreement_version where id = $1", version); err != nil { // then the stage is read as it is
		return 0, err
	}
	v, found, err := storage.Find[struct {
		Draft   bool `db:"draft"`
		Agreed  bool `db:"agreed"`
		Version int  `db:"version"`
	}](tx, `with held as (select v.id, v.state = 'draft' as draft, exists (select from negotiation n where n.agreement_version_id = v.id and n.stage = 'agreed') as agreed
		  from agreement_version v where v.id = $1 for update of v),
		made as (update agreement_version v set version = v.version + 1, changed_at = $2, changed_by = $3 from held h where v.id = h.id and h.draft and not h.agreed returning v.version)
		select h.draft, h.agreed, coalesce((select m.version from made m), 0) as version from held h`, version, tx.Now(), tx.Scope().Actor().User)
	switch {
	case err != nil:
	case !found || !v.Draft:
		err = ErrOffered
	case v.Agreed:
		err = ErrAgreed
	}
	return v.Version, err
}
