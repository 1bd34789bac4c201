package vendor_test

import (
	"fmt"
	"testing"

	"github.com/stretchr/testify/require"

	"klausul/server/fault"
	"klausul/server/storage/storagetest"
	"klausul/server/vendor"
)

func TestTheLastDayOfASubprocessorIsCorrected(t *testing.T) {
	t.Parallel()
	w := setup(t)
	ctx := t.Context()
	m := int64(w.number(w.Vendor("Hoved")))
	one := w.chain(t, m, 0, w.number(w.Vendor("Host")))
	two := w.chain(t, m, one.ID, w.number(w.Vendor("Cloud")))
	end := func(id int64, version int, last string) error {
		_, err := w.vendors.EndSubprocessor(ctx, w.lawyer, id, version, day(last))
		return err
	}
	told := func(id int64) string {
		return storagetest.One[string](w.Env, "select v.value::jsonb::text from audit_event e join audit_value v on v.id = e.value_id where e.record = 'subprocessor' and e.record_id = $1 order by e.id desc limit 1", fmt.Sprint(id))
	}
	require.NoError(t, end(two.ID, 1, "2025-12-31"))
	require.NoError(t, end(one.ID, 1, "2025-06-30"))
	require.JSONEq(t, `{"before": {"to": "2025-12-31"}, "after": {"to": "2025-06-30"}}`, told(two.ID), "each row's own day before")
	require.JSONEq(t, `{"before": {"to": null}, "after": {"to": "2025-06-30"}}`, told(one.ID))

	require.NoError(t, end(one.ID, 2, "2025-09-30"), "the day moves on")
	require.Equal(t, "2025-06-30", storagetest.One[string](w.Env, "select to_date::text from subprocessor where id = $1", two.ID), "what stands below keeps its own")
	require.NoError(t, end(two.ID, 3, "2025-08-31"))
	require.NoError(t, end(one.ID, 3, "2025-03-31"), "and back, with what would outlive it")
	require.JSONEq(t, `{"before": {"to": "2025-08-31"}, "after": {"to": "2025-03-31"}}`, told(two.ID))

	require.ErrorIs(t, end(two.ID, 5, "2025-04-01"), vendor.ErrOutlives)
	require.ErrorIs(t, end(two.ID, 5, "2025-03-31"), vendor.ErrEnded)
	require.ErrorIs(t, end(two.ID, 5, "2023-12-31"), vendor.ErrPeriod)
	require.ErrorIs(t, end(one.ID, 3, "2025-05-31"), fault.ErrStale)
}
