package report_test

import (
	"archive/zip"
	"bytes"
	"encoding/json"
	"testing"

	"github.com/stretchr/testify/require"
	"github.com/xuri/excelize/v2"

	"klausul/server/member"
	"klausul/server/report"
)

// The packed file opens, and its two parts say the same.
func TestPersonFile(t *testing.T) {
	t.Parallel()
	held := member.Held{Email: "a@b.dk", Name: "Åse Ø", Places: []member.Place{
		{Table: "usage", Field: "local_owner", Word: "Anvendelser", Rows: []json.RawMessage{json.RawMessage(`{"id":7,"local_owner":"=Åse Ø","gone":null}`)}},
		{Table: "vendor", Field: "name", Word: "Leverandører", Rows: []json.RawMessage{}},
	}}
	file, err := report.PersonFile(held, func(danish string) string { return danish })
	require.NoError(t, err)
	z, err := zip.NewReader(bytes.NewReader(file), int64(len(file)))
	require.NoError(t, err)
	sheet, err := z.Open("indsigt.xlsx")
	require.NoError(t, err)
	book, err := excelize.OpenReader(sheet)
	require.NoError(t, err)
	defer book.Close()
	rows, err := book.GetRows("indsigt")
	require.NoError(t, err)
	require.Equal(t, [][]string{{"Sted", "Tabel og felt", "Nr.", "Oplysning", "Værdi"}, {"Anvendelser", "usage.local_owner", "1", "id", "7"},
		{"Anvendelser", "usage.local_owner", "1", "local_owner", "=Åse Ø"}, {"Leverandører", "vendor.name", "", "", "Intet fundet"}}, rows)
	data, err := z.Open("indsigt.json")
	require.NoError(t, err)
	var back member.Held
	require.NoError(t, json.NewDecoder(data).Decode(&back))
	require.Equal(t, held.Email, back.Email)
	require.JSONEq(t, string(held.Places[0].Rows[0]), string(back.Places[0].Rows[0]))
}
