package report_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"klausul/server/access"
	"klausul/server/report"
	"klausul/server/storage"
	"klausul/server/storage/storagetest"
)

// Who stands behind whom: X stands in the second tier of Home's tree for Home's first
// system, and in the tree of Cloud, which stands behind Shop for everything.
func TestBehind(t *testing.T) {
	t.Parallel()
	e := storagetest.New(t)
	s := report.New(e.Store, nil)
	viborg, randers := e.Member("Viborg Kommune"), e.Member("Randers Kommune")
	home, shop, cloud, host, x, apart := e.Vendor("Home"), e.Vendor("Shop"), e.Vendor("Cloud"), e.Vendor("Host"), e.Vendor("X"), e.Vendor("Apart")
	homeOne, homeTwo, shopOne := e.System(home, "Home 1"), e.System(home, "Home 2"), e.System(shop, "Shop 1")
	e.System(apart, "Apart 1")
	former := e.Organisation("Forhenværende I/S") // its usages run on, its membership does not
	e.Membership(former, "2018-01-01", "2024-12-31")
	for _, use := range [][2]int32{{viborg, homeOne}, {viborg, homeTwo}, {randers, shopOne}, {former, homeOne}} {
		e.Usage(use[0], use[1])
	}
	row := func(vendor int32, system any, parent any, processor int32) int64 {
		return storagetest.One[int64](e, "insert into subprocessor (vendor_id, system_id, parent_id, processor_id, from_date) values ($1, $2, $3, $4, '2024-01-01') returning id", vendor, system, parent, processor)
	}
	row(home, homeOne, row(home, homeOne, nil, host), x)
	inCloud := row(cloud, nil, nil, x)
	row(shop, nil, nil, cloud)
	row(cloud, nil, nil, shop) // one stands behind the other and the other way round: the look-up ends all the same
	number := storagetest.One[int32](e, "select number from vendor where id = $1", x)
	f, p := report.BehindFilter{Vendor: number}, storage.Page{Sort: "name"}
	office, own, neighbour := e.Scope(access.Supervisor, 0), e.Scope(access.ContactPerson, viborg), e.Scope(access.ContactPerson, randers)

	rows, _, err := s.Behind(t.Context(), office, f, p)
	require.NoError(t, err)
	require.Len(t, rows, 2)
	require.Equal(t, []any{"Home 1", 2, "", 1}, []any{rows[0].Name, rows[0].Tier, rows[0].Through, rows[0].Users})
	require.Equal(t, []any{"Shop 1", 0, "Cloud", 1}, []any{rows[1].Name, rows[1].Tier, rows[1].Through, rows[1].Users})
	reach, err := s.CountBehind(t.Context(), office, f)
	require.NoError(t, err)
	require.Equal(t, report.Reach{Systems: 2, Members: 2, Uses: 2}, reach)
	members, err := s.Affected(t.Context(), office, f)
	require.NoError(t, err)
	require.Equal(t, []report.Affected{{ID: randers, Name: "Randers Kommune", Systems: 1}, {ID: viborg, Name: "Viborg Kommune", Systems: 1}}, members)

	t.Run("a member sees its own", func(t *testing.T) {
		rows, _, err := s.Behind(t.Context(), own, f, p)
		require.NoError(t, err)
		require.Len(t, rows, 1)
		require.Equal(t, "Home 1", rows[0].Name)
		members, err := s.Affected(t.Context(), neighbour, f)
		require.NoError(t, err)
		require.Equal(t, []report.Affected{{ID: randers, Name: "Randers Kommune", Systems: 1}}, members)
		uses, _, err := s.AffectedUses(t.Context(), neighbour, f, storage.Page{Sort: "organisation"})
		require.NoError(t, err)
		require.Len(t, uses, 1)
		require.Equal(t, "Shop 1", uses[0].System)
	})
	t.Run("counted only where it stands in the given rows", func(t *testing.T) {
		for name, c := range map[string]struct {
			rows    []int64
			systems []string
		}{"no row": {[]int64{}, nil}, "the cloud's": {[]int64{inCloud}, []string{"Shop 1"}}} {
			f := report.BehindFilter{Vendor: number, Rows: c.rows}
			rows, _, err := s.Behind(t.Context(), office, f, p)
			require.NoError(t, err)
			var systems []string
			for _, r := range rows {
				systems = append(systems, r.Name)
			}
			require.Equal(t, c.systems, systems, name)
			reach, err := s.CountBehind(t.Context(), office, f)
			require.NoError(t, err)
			require.Equal(t, len(c.systems), reach.Systems, name)
			uses, _, err := s.AffectedUses(t.Context(), office, f, storage.Page{Sort: "organisation"})
			require.NoError(t, err)
			require.Len(t, uses, len(c.systems), name)
		}
	})
	t.Run("as of a day", func(t *testing.T) {
		e.Exec("update subprocessor set to_date = '2025-06-30' where id = $1", inCloud)
		for on, want := range map[string]int{"2025-06-30": 2, "2025-07-01": 1, "2023-12-31": 0} {
			day, err := time.Parse(time.DateOnly, on)
			require.NoError(t, err)
			reach, err := s.CountBehind(t.Context(), office, report.BehindFilter{Vendor: number, On: day})
			require.NoError(t, err)
			require.Equal(t, want, reach.Members, on)
		}
	})
}
