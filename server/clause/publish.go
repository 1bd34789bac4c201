package clause

import (
	"context"

	"klausul/server/access"
	"klausul/server/fault"
	"klausul/server/storage"
)

// step takes a version from one state to the next, as seen by the person. It refuses with
// fault.ErrNotFound, fault.ErrStale or what may says.
func (s *Service) step(ctx context.Context, scope access.Scope, action string, id int64, seen int, may func(Version) error, sql string, args ...any) error {
	return s.db.Write(ctx, scope, action, func(tx *storage.Tx) error {
		if err := tx.Lock("template_family where key = (select key from template_version where id = $1)", id); err != nil {
			return err
		}
		if err := tx.Lock("template_version where id = $1", id); err != nil {
			return err
		}
		v, err := Load(tx, id)
		if err != nil {
			return err
		}
		if err := may(v); err != nil {
			return err
		}
		if v.Revision != seen {
			return storage.Stale(tx, "template", id, v.Revision, map[string]any{"state": v.State})
		}
		if _, err := tx.Pgx().Exec(ctx, "update template_version set revision = revision + 1, "+sql+" where id = $1", append([]any{id}, args...)...); err != nil {
			return err
		}
		after, err := Load(tx, id)
		tx.Record("template", id, 0, map[string]any{"state": v.State}, map[string]any{"state": after.State, "textHash": after.TextHash, "reason": after.Returned})
		return err
	})
}

// Review approves a draft. It refuses with ErrOwnReview for who changed it last, ErrFrozen
// or fault.ErrStale.
func (s *Service) Review(ctx context.Context, scope access.Scope, id int64, seen int) error {
	me := scope.Actor().User
	return s.step(ctx, scope, "template.review", id, seen, func(v Version) error { return v.review(me) },
		"state = 'reviewed', returned = '', reviewed_at = $2, reviewed_by = $3", s.db.Now(), me)
}

// Return gives a reviewed version back to be changed, with a reason. It refuses with ErrNotReviewed.
func (s *Service) Return(ctx context.Context, scope access.Scope, id int64, seen int, reason string) error {
	may := func(v Version) error {
		if v.State != Reviewed {
			return ErrNotReviewed.With("state", v.State)
		}
		return nil
	}
	return s.step(ctx, scope, "template.return", id, seen, may, "state = 'draft', reviewed_at = null, reviewed_by = null, returned = $2", reason)
}

// Publish makes a reviewed version the one that new agreements are made from; the former
// of its family and language is superseded. It refuses with ErrNotReviewed or ErrProblems.
func (s *Service) Publish(ctx context.Context, scope access.Scope, id int64, seen int) error {
	return s.db.Write(ctx, scope, "template.publish", func(tx *storage.Tx) error {
		v, err := Load(tx, id)
		if err != nil {
			return err
		}
		if err := tx.Lock("template_family where key = $1", v.Key); err != nil { // one at a time in a family
			return err
		}
		if err := tx.Lock("template_version where id = $1", id); err != nil {
			return err
		}
		if v, err = Load(tx, id); err != nil {
			return err
		}
		if err := v.publish(); err != nil {
			return err
		}
		if v.Revision != seen {
			return storage.Stale(tx, "template", id, v.Revision, map[string]any{"state": v.State})
		}
		former, err := storage.All[struct {
			ID int64 `db:"id"`
		}](tx, `update template_version set state = 'superseded', superseded_at = $3, superseded_by = $4, revision = revision + 1
			where key = $1 and language = $2 and state = 'published' returning id`, v.Key, v.Language, tx.Now(), id)
		if err != nil {
			return err
		}
		for _, f := range former {
			tx.Record("template", f.ID, 0, map[string]any{"state": Published}, map[string]any{"state": Superseded, "by": id})
		}
		_, err = tx.Pgx().Exec(ctx, "update template_version set state = 'published', published_at = $2, published_by = $3, revision = revision + 1 where id = $1",
			id, tx.Now(), tx.Scope().Actor().User)
		tx.Record("template", id, 0, map[string]any{"state": Reviewed}, map[string]any{"state": Published, "textHash": v.TextHash})
		return err
	})
}

// Discard puts a draft away, as seen; Restore takes it out again. It refuses with
// ErrFrozen for anything but a draft.
func (s *Service) Discard(ctx context.Context, scope access.Scope, id int64, seen int) error {
	may := func(v Version) error {
		switch {
		case v.State != Draft:
			return ErrFrozen.With("state", v.State)
		case v.DiscardedAt != nil:
			return ErrDiscarded
		}
		return nil
	}
	return s.step(ctx, scope, "template.discard", id, seen, may, "discarded_at = $2", s.db.Now())
}

// Restore takes a draft out again. It refuses with fault.ErrNotFound for one that was not
// put away, or ErrLabel when its label was given to another meanwhile.
func (s *Service) Restore(ctx context.Context, scope access.Scope, id int64, seen int) error {
	label := ""
	may := func(v Version) error {
		if label = v.Version; v.DiscardedAt == nil {
			return fault.ErrNotFound
		}
		return nil
	}
	return labelled(s.step(ctx, scope, "template.retrieve", id, seen, may, "discarded_at = null"), label)
}
