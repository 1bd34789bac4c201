package report_test

import (
	"bytes"
	"slices"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"github.com/xuri/excelize/v2"

	"klausul/server/access"
	"klausul/server/report"
	"klausul/server/storage/storagetest"
	"klausul/server/task"
)

func TestWorkbook(t *testing.T) {
	rows := [][]any{
		{"=HYPERLINK(\"http://evil\")", 42, time.Date(2026, 11, 23, 0, 0, 0, 0, time.UTC)},
		{"+45 Ærø & <søn>", -1, nil},
	}
	var b bytes.Buffer
	err := report.Workbook(&b, "leverandører", []report.Column{{Heading: "Navn", Width: 20}, {Heading: "Tal", Width: 8}, {Heading: "Dato", Width: 12}}, func() ([]any, error) {
		if len(rows) == 0 {
			return nil, nil
		}
		first := rows[0]
		rows = rows[1:]
		return first, nil
	})
	require.NoError(t, err)
	f, err := excelize.OpenReader(&b)
	require.NoError(t, err)
	defer f.Close()
	cell := func(at string) string {
		v, err := f.GetCellValue("leverandører", at)
		require.NoError(t, err)
		return v
	}
	require.Equal(t, "Navn", cell("A1"))
	require.Equal(t, "=HYPERLINK(\"http://evil\")", cell("A2"))
	formula, err := f.GetCellFormula("leverandører", "A2")
	require.NoError(t, err)
	require.Empty(t, formula, "text is never a formula")
	kind, err := f.GetCellType("leverandører", "B2")
	require.NoError(t, err)
	require.NotContains(t, []excelize.CellType{excelize.CellTypeInlineString, excelize.CellTypeSharedString}, kind, "a number is a number")
	raw, err := f.GetCellValue("leverandører", "C2", excelize.Options{RawCellValue: true})
	require.NoError(t, err)
	require.Equal(t, "46349", raw, "a date is a day number")
	require.Equal(t, "+45 Ærø & <søn>", cell("A3"))
	require.Empty(t, cell("C3"))
}

func TestDesk(t *testing.T) {
	t.Parallel()
	e := storagetest.New(t)
	s := report.New(e.Store, task.New(e.Store))
	viborg, randers := e.Member("Viborg Kommune"), e.Member("Randers Kommune")
	e.Exec("update organisation set street = '', postal_code = '', city = '' where id = $1", randers)
	v := e.Vendor("Åhavn A/S")
	e.Draft(v, "Kladde om løn")
	e.Accession(e.Offered(v, "Gammel", ""), viborg)
	recent := e.Offered(v, "Ny aftale", e.Day(-1))
	e.Accession(recent, viborg)
	require.NoError(t, s.RefreshFigures(t.Context()))

	kinds := func(d report.Desk) (out []string) {
		for _, x := range d.Tasks {
			out = append(out, x.Kind)
		}
		return out
	}
	office, err := s.Desk(t.Context(), e.Scope(access.Lawyer, 0))
	require.NoError(t, err)
	// Each of the three agreements stands on a template that waits for another lawyer.
	require.ElementsMatch(t, []string{"draft", "missing_address", "template_review", "template_review", "template_review"}, kinds(office))
	supervisor, err := s.Desk(t.Context(), e.Scope(access.Supervisor, 0))
	require.NoError(t, err)
	require.ElementsMatch(t, []string{"draft", "missing_address"}, kinds(supervisor), "who reviews no template is not asked to")
	require.Len(t, office.Moved, 2)
	require.Equal(t, "Ny aftale", office.Moved[0].Title)

	contact := e.User("Kaj")
	token := e.Session(contact, e.Grant(contact, access.ContactPerson, viborg))
	for i, due := range []string{e.Day(9), e.Day(-2), e.Day(3)} {
		id := storagetest.One[int64](e, "insert into task (thing, subject_id, title, due_on, created_at) values ('accession', $1, 'Ny aftale', $2::text::date, now()) returning id", 100+i, due)
		e.Exec(`insert into task_line (task_id, organisation_id, target_id, created_at, responsible_user_id, responsible_why, responsible_since, state, done_at)
			values ($1, $2, $1, now(), $3, 'contact', now(), $4, case when $4 = 'done' then now() end)`, id, viborg, contact, []string{"open", "open", "done"}[i])
	}
	own, err := s.Desk(t.Context(), e.ScopeOf(token))
	require.NoError(t, err)
	require.Equal(t, []string{"task", "task"}, kinds(own), "what is done is no task")
	require.Equal(t, "overdue", own.Tasks[0].State, "the late one first")
	other, err := s.Desk(t.Context(), e.Scope(access.ContactPerson, viborg))
	require.NoError(t, err)
	require.Empty(t, other.Tasks, "a colleague's are not mine")
	require.Zero(t, own.Figures[0].Value, "an offer is no agreement yet")
	none, err := s.Desk(t.Context(), e.Scope(access.ContactPerson, randers))
	require.NoError(t, err)
	require.Empty(t, none.Tasks)
	require.Empty(t, none.Moved)

	board, err := s.Desk(t.Context(), e.Scope(access.Board, 0))
	require.NoError(t, err)
	require.Empty(t, board.Tasks)
	values := map[string]int64{}
	for _, f := range board.Figures {
		values[f.Key] = f.Value
	}
	require.Equal(t, int64(2), values["members"])
	require.Zero(t, values["accessions"])
	require.Equal(t, int64(2), values["agreements_offered"])
}

func TestFiguresCountWhatIsConcluded(t *testing.T) {
	t.Parallel()
	e := storagetest.New(t)
	s := report.New(e.Store, task.New(e.Store))
	viborg, v := e.Member("Viborg Kommune"), e.Vendor("Åhavn A/S")
	for _, state := range []string{"offered", "on_hold", "declined", "accepted", "in_force", "superseded", "terminated"} {
		id := e.Accession(e.Offered(v, "Om "+state, ""), viborg)
		e.Exec("update accession set state = $2::text, reason = 'x', in_force_on = case when $2 = 'in_force' then current_date - 9 end where id = $1", id, state)
	}
	require.NoError(t, s.RefreshFigures(t.Context()))
	own, err := s.Desk(t.Context(), e.Scope(access.ContactPerson, viborg))
	require.NoError(t, err)
	require.Equal(t, "own_accessions", own.Figures[0].Key)
	require.Equal(t, int64(2), own.Figures[0].Value, "accepted and in force, not what is offered, refused or over")
	board, err := s.Desk(t.Context(), e.Scope(access.Board, 0))
	require.NoError(t, err)
	i := slices.IndexFunc(board.Figures, func(f report.Figure) bool { return f.Key == "accessions" })
	require.Equal(t, int64(2), board.Figures[i].Value)
}

func TestSearch(t *testing.T) {
	t.Parallel()
	e := storagetest.New(t)
	s := report.New(e.Store, task.New(e.Store))
	viborg, randers := e.Member("Viborg Kommune"), e.Member("Randers Kommune")
	v := e.Vendor("Omsorgsjournalen A/S")
	e.System(v, "Åhavn Omsorg")
	e.Accession(e.Offered(v, "Databehandleraftale", ""), randers)
	e.Draft(v, "Kladde til databehandleraftale")

	kinds := func(role access.Role, org int32, typed string) (out []string) {
		hits, err := s.Search(t.Context(), e.Scope(role, org), typed, true)
		require.NoError(t, err)
		for _, h := range hits {
			out = append(out, h.Kind)
		}
		return out
	}
	require.ElementsMatch(t, []string{"vendor", "system", "agreement", "agreement"}, kinds(access.Lawyer, 0, "omsorg"), "a compound is found from the inside")
	require.ElementsMatch(t, []string{"agreement", "accession"}, kinds(access.ContactPerson, randers, "aftale"), "no draft, its own accession")
	require.ElementsMatch(t, []string{"agreement"}, kinds(access.ContactPerson, viborg, "aftale"), "not the neighbour's")
	require.Empty(t, kinds(access.ContactPerson, viborg, "Randers"))
}
