package agreement

import (
	"context"

	"klausul/server/access"
	"klausul/server/fault"
	"klausul/server/storage"
	"klausul/server/system"
)

// ErrReleasedOnce refuses to change what a released agreement covers: its earlier versions
// say it too.
var ErrReleasedOnce = fault.New(fault.Conflict, "agreement.released_once")

// SetSystems says which of the vendor's systems a draft covers. It refuses with
// system.ErrUnknown, ErrReleasedOnce, fault.ErrStale or fault.ErrNotFound.
func (s *Service) SetSystems(ctx context.Context, scope access.Scope, id int64, seen int, numbers []int32) (Detail, error) {
	err := s.db.Write(ctx, scope, "agreement.systems", func(tx *storage.Tx) error {
		if err := tx.Lock("agreement_version where agreement_id = $1", id); err != nil {
			return err
		}
		d, err := load(tx, id)
		if err != nil {
			return err
		}
		if d.Version != seen {
			return stale(tx, d, seen)
		}
		return s.cover(tx, d, numbers)
	})
	if err != nil {
		return Detail{}, err
	}
	return s.Get(ctx, scope, id)
}

func (s *Service) cover(tx *storage.Tx, d Detail, numbers []int32) error {
	if d.State != Draft || d.VersionNo > 1 {
		return ErrReleasedOnce
	}
	ids, err := system.OfVendor(tx, d.VendorID, numbers)
	if err != nil {
		return err
	}
	if _, err := change(tx, d.VersionID); err != nil {
		return err
	}
	if _, err := tx.Pgx().Exec(tx.Context(), "delete from agreement_system where agreement_id = $1 and not system_id = any($2)", d.ID, ids); err != nil {
		return err
	}
	if _, err := tx.Pgx().Exec(tx.Context(), "insert into agreement_system (agreement_id, system_id) select $1, unnest($2::int[]) on conflict do nothing", d.ID, ids); err != nil {
		return err
	}
	_, err = tx.Pgx().Exec(tx.Context(), "update negotiation set systems = $2 where agreement_id = $1", d.ID, ids)
	tx.Record("agreement", d.ID, 0, map[string]any{"systems": d.Systems}, map[string]any{"systems": numbers})
	return err
}
