package httpapi

import (
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	"github.com/xuri/excelize/v2"

	"klausul/server/access"
	"klausul/server/agreement"
	"klausul/server/storage/storagetest"
	"klausul/server/task"
)

// sheet fetches a spreadsheet and returns its rows.
func (w *world) sheet(token, path string) [][]string {
	w.t.Helper()
	a := w.ask(asking{path: path, token: token})
	require.Equal(w.t, 200, a.StatusCode, a.text)
	f, err := excelize.OpenReader(strings.NewReader(a.text))
	require.NoError(w.t, err)
	rows, err := f.GetRows(f.GetSheetName(0))
	require.NoError(w.t, err)
	require.NoError(w.t, f.Close())
	return rows
}

// column are the cells under a heading, in the order of the rows.
func column(t *testing.T, rows [][]string, heading string) []string {
	t.Helper()
	at := slices.Index(rows[0], heading)
	require.GreaterOrEqual(t, at, 0, "%v", rows[0])
	out := make([]string, 0, len(rows)-1)
	for _, r := range rows[1:] {
		cell := ""
		if at < len(r) {
			cell = r[at]
		}
		out = append(out, cell)
	}
	return out
}

// What is an amendment says so in every spreadsheet, and to what, as on the pages.
func TestSpreadsheetsNameAmendments(t *testing.T) {
	w := newWorld(t, func(d *Deps) { d.Todos = task.NewTodos(d.Store) })
	viborg := w.Member("Viborg Kommune")
	v := w.Vendor("Åhavn A/S")
	other, base := w.Offered(v, "Uden tillæg", ""), w.Offered(v, "Omsorg", "")
	amendment := w.Amended(base)
	for _, a := range []storagetest.Agreement{other, base, amendment} {
		w.Accession(a, viborg)
	}
	given := func(version int64) string {
		id := storagetest.One[int64](w.Env, "insert into task (thing, subject_id, title, due_on, created_at) values ('accession', $1, 'Omsorg', '2030-01-01', now()) returning id", version)
		w.Exec("insert into task_line (task_id, organisation_id, target_id, created_at) values ($1, $2, 1, now())", id, viborg)
		return "/api/v1/task-overviews/" + itoa(id) + "/export"
	}
	lawyer := w.Token(access.Lawyer, 0)
	name := "Tillæg til " + agreement.VersionCode(storagetest.One[int32](w.Env, "select number from agreement where id = $1", base.ID), 1)
	require.ElementsMatch(t, []string{"", name}, column(t, w.sheet(lawyer, "/api/v1/agreements/export"), "Tillæg"))
	require.ElementsMatch(t, []string{"", "", name}, column(t, w.sheet(lawyer, "/api/v1/accessions/export"), "Tillæg"))
	require.ElementsMatch(t, []string{"", "", name}, column(t, w.sheet(w.Token(access.ContactPerson, viborg), "/api/v1/accessions/export"), "Tillæg"))
	rows := w.sheet(lawyer, given(amendment.Version))
	require.Equal(t, []string{name}, column(t, rows, "Tillæg"))
	require.Equal(t, []string{"Omsorg"}, column(t, rows, "Aftale"))
	require.Equal(t, []string{""}, column(t, w.sheet(lawyer, given(base.Version)), "Tillæg"))
}
