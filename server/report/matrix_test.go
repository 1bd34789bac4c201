package report_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"klausul/server/access"
	"klausul/server/report"
	"klausul/server/storage/storagetest"
	"klausul/server/task"
)

func TestMatrix(t *testing.T) {
	t.Parallel()
	e := storagetest.New(t)
	s := report.New(e.Store, task.New(e.Store))
	viborg, randers, left := e.Member("Viborg Kommune"), e.Member("Randers Kommune"), e.Organisation("Forhenværende")
	nord, syd, owner := e.Vendor("Nord A/S"), e.Vendor("Syd A/S"), e.Vendor("Ens eget A/S")
	north, south := e.System(nord, "Nord"), e.System(syd, "Syd")
	joint := e.Offered(nord, "Nord", "2024-01-01", north)
	mine := e.Accession(joint, viborg)
	e.Accession(joint, left)
	e.Exec("update accession set state = 'in_force', in_force_on = '2024-02-01' where id = $1", mine)
	e.Usage(randers, north)
	e.Usage(viborg, south)
	e.Exec("update usage set not_needed_reason = 'x', not_needed_at = now() where organisation_id = $1", viborg)
	e.Exec("insert into own_agreement (organisation_id, vendor_id, title) values ($1, $2, 'egen')", randers, owner)

	m, err := s.Matrix(t.Context(), e.Scope(access.Lawyer, 0))
	require.NoError(t, err)
	names := []string{}
	for _, o := range m.Organisations {
		names = append(names, o.Name)
	}
	require.Equal(t, []string{"Randers Kommune", "Viborg Kommune"}, names, "members only, by name")
	cells := map[string]string{}
	for _, r := range m.Rows {
		text := ""
		for _, c := range r.Cells {
			text += string(c)
		}
		cells[r.Name] = text
	}
	require.Equal(t, map[string]string{"Nord A/S": "MF", "Ens eget A/S": "E."}, cells, "what is not needed is not owed")

	for state, want := range map[string]report.Standing{"accepted": report.Accepted, "on_hold": report.OnHold, "declined": report.Declined, "offered": report.Offered, "superseded": report.Ended} {
		e.Exec("update accession set state = $2, reason = 'x' where id = $1", mine, state)
		m, err := s.Matrix(t.Context(), e.Scope(access.Lawyer, 0))
		require.NoError(t, err)
		require.Equal(t, want, m.Rows[1].Cells[1], state)
	}
}
