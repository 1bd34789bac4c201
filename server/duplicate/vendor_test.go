package duplicate_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"klausul/server/duplicate"
	"klausul/server/storage/storagetest"
)

// Who stands behind a vendor cannot become that vendor, whichever of the two wins.
func TestMergeVendorWithItsSubprocessor(t *testing.T) {
	t.Parallel()
	h := build(t)
	above, under := h.Vendor("Åhavn A/S"), h.Vendor("Åhavn Drift A/S")
	h.Exec("insert into subprocessor (vendor_id, processor_id, from_date) values ($1, $2, '2024-01-01')", above, under)
	before := h.dump()
	for name, pair := range map[string][2]int32{"as the loser": {above, under}, "as the winner": {under, above}} {
		t.Run("refused: the sub-processor "+name, func(t *testing.T) {
			winner, loser := h.number("vendor", pair[0]), h.number("vendor", pair[1])
			p, err := h.s.Compare(t.Context(), h.lawyer, duplicate.Vendor, winner, loser)
			if err == nil {
				_, err = h.s.Merge(t.Context(), h.lawyer, duplicate.Vendor, winner, loser, nil, "samme firma", p.Version)
			}
			require.ErrorIs(t, err, duplicate.ErrBlocked)
			require.Equal(t, before, h.dump(), "nothing is written")
		})
	}
}

// A system that went from one to the other keeps its periods, and gets them back.
func TestMergeVendorsOverPeriods(t *testing.T) {
	t.Parallel()
	h := build(t)
	winner, loser := h.Vendor("Åhavn A/S"), h.Vendor("Aahavn ApS")
	past, ahead := h.System(winner, "Fra taber"), h.System(loser, "Til vinder")
	split := func(system, first, then int32, on string) {
		h.Exec("delete from system_vendor where system_id = $1", system)
		h.Exec("insert into system_vendor (system_id, vendor_id, to_date) values ($1, $2, "+on+" - 1)", system, first)
		h.Exec("insert into system_vendor (system_id, vendor_id, from_date) values ($1, $2, "+on+")", system, then)
	}
	split(past, loser, winner, "today() - 100")
	split(ahead, loser, winner, "today() + 100")
	before := h.dump()
	m := h.merge(t, duplicate.Vendor, h.number("vendor", winner), h.number("vendor", loser))
	require.Equal(t, 0, storagetest.One[int](h.Env, "select count(*) from system_vendor where vendor_id = $1", loser))
	require.Equal(t, 2, storagetest.One[int](h.Env, "select count(*) from it_system where vendor_id = $1", winner))
	require.Equal(t, 4, storagetest.One[int](h.Env, "select count(*) from system_vendor where vendor_id = $1", winner), "no day is without a vendor, no day is lost")
	_, err := h.s.Undo(t.Context(), h.lawyer, m.ID)
	require.NoError(t, err)
	require.Equal(t, before, h.dump())
}
