package document

import (
	"context"
	"time"

	"klausul/server/access"
	"klausul/server/storage"
)

// lockAhead is how long before its end a lock is renewed.
const lockAhead = 14 * 24 * time.Hour

// unsealed is how long a received file may wait for its seal before it is ordered again.
const unsealed = time.Hour

// Tend orders what keeps files safe: a renewal for every lock that ends soon, and the
// seal of every file that was left without one. It crosses organisations and therefore
// sees ids only.
func (s *Service) Tend(ctx context.Context) error {
	const portion = 1000
	last := int64(0)
	for {
		var due []tended
		err := s.db.Write(ctx, access.System("document.tend"), "document.tend", func(tx *storage.Tx) (err error) {
			due, err = storage.All[tended](tx, "select id, organisation_id, state from files_to_tend($1, $2, $3, $4)",
				tx.Today().Add(lockAhead), tx.Now().Add(-unsealed), last, portion)
			for _, f := range due {
				f.order(tx)
			}
			tx.Continues() // the files' own rows tell
			return err
		})
		if err != nil || len(due) < portion {
			return err
		}
		last = due[len(due)-1].ID
	}
}

type tended struct {
	ID           int64  `db:"id"`
	Organisation *int32 `db:"organisation_id"`
	State        string `db:"state"`
}

func (f tended) order(tx *storage.Tx) {
	var organisation int32
	if f.Organisation != nil {
		organisation = *f.Organisation
	}
	if f.State == "staged" {
		tx.Enqueue(SealJob{File: f.ID, Organisation: organisation})
	} else {
		tx.Enqueue(RenewJob{File: f.ID, Organisation: organisation})
	}
}

// Renew lengthens one file's lock. It may run twice.
func (s *Service) Renew(ctx context.Context, j RenewJob) error {
	scope := access.System("document.renew").For(j.Organisation)
	var f File
	if err := s.db.Read(ctx, scope, func(tx *storage.Tx) (err error) {
		f, err = find(tx, j.File, "")
		return err
	}); err != nil {
		return err
	}
	if f.State != "sealed" || f.ObjectVersion == nil || f.LockedUntil.After(s.db.Now().Add(lockAhead)) {
		return nil
	}
	until := s.db.Now().Add(s.files.Lock()).UTC().Truncate(time.Second)
	if err := s.files.Renew(ctx, f.owner(), f.SHA256, *f.ObjectVersion, until); err != nil {
		return err
	}
	return s.db.Write(ctx, scope, "document.renew", func(tx *storage.Tx) error {
		tx.Record("file", j.File, j.Organisation, map[string]any{"lockedUntil": f.LockedUntil}, map[string]any{"lockedUntil": until.Format(time.DateOnly)})
		_, err := tx.Pgx().Exec(ctx, "update stored_file set locked_until = $2 where id = $1", j.File, storage.LegalDate(until))
		return err
	})
}

// sweepAfter is how long a staged object may wait for its row.
const sweepAfter = 24 * time.Hour

// Sweep removes staged objects older than a day that no row needs, and returns how
// many. The rows are read again under lock for every portion.
func (s *Service) Sweep(ctx context.Context) (int, error) {
	if err := s.forgetUploads(ctx); err != nil {
		return 0, err
	}
	removed := 0
	var keys []string
	flush := func() error {
		n, err := s.sweep(ctx, keys)
		removed, keys = removed+n, keys[:0]
		return err
	}
	for o, err := range s.files.ListStaging(ctx, s.db.Now().Add(-sweepAfter)) {
		if err != nil {
			return removed, err
		}
		if keys = append(keys, o.Key); len(keys) == 500 {
			if err := flush(); err != nil {
				return removed, err
			}
		}
	}
	return removed, flush()
}

// forgetUploads lets go of what was received and not placed within a day.
func (s *Service) forgetUploads(ctx context.Context) error {
	return s.db.Write(ctx, access.System("document.sweep"), "document.sweep", func(tx *storage.Tx) error {
		tx.Continues() // the files' going is no act of anybody
		_, err := tx.Pgx().Exec(ctx, "select forget_uploads()")
		return err
	})
}

func (s *Service) sweep(ctx context.Context, keys []string) (int, error) {
	if len(keys) == 0 {
		return 0, nil
	}
	used := map[string]bool{}
	err := s.db.Write(ctx, access.System("document.sweep"), "document.sweep", func(tx *storage.Tx) error {
		rows, err := storage.All[struct {
			Key string `db:"staging_in_use"`
		}](tx, "select staging_in_use from staging_in_use($1)", keys)
		for _, r := range rows {
			used[r.Key] = true
		}
		tx.Continues() // it only looks
		return err
	})
	if err != nil {
		return 0, err
	}
	removed := 0
	for _, k := range keys {
		if used[k] {
			continue
		}
		if err := s.files.DeleteStaging(ctx, k); err != nil {
			return removed, err
		}
		removed++
	}
	return removed, nil
}
