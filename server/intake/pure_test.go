package intake

import (
	"archive/zip"
	"bytes"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"github.com/xuri/excelize/v2"
	"golang.org/x/text/encoding/charmap"
	"golang.org/x/text/encoding/unicode"

	"klausul/server/field"
)

func TestHeadingsAreRecognised(t *testing.T) {
	t.Parallel()
	require.Equal(t, []string{"system_name", "vendor_name", "from", "to", "local_owner", "", "persons"},
		Recognise(Usages, []string{"IT-system", "Databehandler", "Startdato", "Slutdato", "System ejer", "Fejl", "ANTAL  REGISTREREDE"}, false))
	require.Equal(t, []string{"", "system_name"}, Recognise(Usages, []string{"Systemnavn", "System"}, false), "one column per field, the exact heading first")
	require.Equal(t, []string{"cvr", "name"}, Recognise(Vendors, []string{"CVR-nr.", "Leverandør"}, true))
	// ø, å and é in two characters are the same letters.
	require.Equal(t, []string{"agreement_kind"}, Recognise(OwnAgreements, []string{"Type"}, false))
	require.Equal(t, []string{"from"}, Recognise(Usages, []string{"Ikrafttr\u00e6delse"}, false))
}

// all reads a source to its end.
func all(t *testing.T, s source) []record {
	t.Helper()
	var rows []record
	for {
		r, err := s.next()
		if errors.Is(err, io.EOF) {
			return rows
		}
		require.NoError(t, err)
		rows = append(rows, r)
	}
}

func TestTextIsReadAsItIsWritten(t *testing.T) {
	t.Parallel()
	latin := func(s string) string {
		out, err := charmap.Windows1252.NewEncoder().String(s)
		require.NoError(t, err)
		return out
	}
	utf16, err := unicode.UTF16(unicode.LittleEndian, unicode.UseBOM).NewEncoder().String("System\tÅr\nÆ\t1\n")
	require.NoError(t, err)
	for name, c := range map[string]struct {
		body, format string
		rows         []record
	}{
		"UTF-8 with a mark":      {"\ufeffSystem;År\r\nÆ;1\r\n", "CSV (;), UTF-8", []record{{1, []string{"System", "År"}}, {2, []string{"Æ", "1"}}}},
		"Windows-1252":           {latin("System;År\r\nÆ – €;1\r\n"), "CSV (;), Windows-1252", []record{{1, []string{"System", "År"}}, {2, []string{"Æ – €", "1"}}}},
		"commas and quotes":      {"System,Note\n\"A, B\",\"to\nlinjer \"\"x\"\"\"\nC,\n", "CSV (,), UTF-8", []record{{1, []string{"System", "Note"}}, {2, []string{"A, B", `to linjer "x"`}}, {4, []string{"C"}}}},
		"tabs in UTF-16":         {utf16, "CSV (tabulator), UTF-16", []record{{1, []string{"System", "År"}}, {2, []string{"Æ", "1"}}}},
		"Excel's own line":       {"sep=;\r\nSystem;N\r\nA;1,5\r\n", "CSV (;), UTF-8", []record{{2, []string{"System", "N"}}, {3, []string{"A", "1,5"}}}},
		"an encoding that turns": {"System;X\nÆ;1\n" + latin("Ø;2\n"), "CSV (;), UTF-8 + Windows-1252", []record{{1, []string{"System", "X"}}, {2, []string{"Æ", "1"}}, {3, []string{"Ø", "2"}}}},
		"one column":             {"System\nA\n", "CSV (;), UTF-8", []record{{1, []string{"System"}}, {2, []string{"A"}}}},
	} {
		s, err := openText(strings.NewReader(c.body))
		require.NoError(t, err, name)
		require.Equal(t, c.rows, all(t, s), name)
		require.Equal(t, c.format, s.format(), name)
	}
	s, err := openText(strings.NewReader("A;B\n" + strings.Repeat("x", 3000) + ";1\n"))
	require.NoError(t, err)
	require.Len(t, all(t, s)[1].cells[0], maxCell)
	require.Equal(t, []Notice{{Code: "long_cell", Count: 1, At: "A2"}}, s.notices())
}

// workbook writes a sheet into a file of its own.
func workbook(t *testing.T, fill func(f *excelize.File)) string {
	t.Helper()
	f := excelize.NewFile()
	defer f.Close()
	fill(f)
	name := filepath.Join(t.TempDir(), "x.xlsx")
	require.NoError(t, f.SaveAs(name))
	return name
}

func TestAWorkbookWithFormulasAndMergedCells(t *testing.T) {
	t.Parallel()
	name := workbook(t, func(f *excelize.File) {
		set := func(cell string, v any) { require.NoError(t, f.SetCellValue("Sheet1", cell, v)) }
		set("A1", "Systemer i Viborg")
		require.NoError(t, f.MergeCell("Sheet1", "A1", "C1"))
		for cell, v := range map[string]any{"A2": "Leverandør", "B2": "System", "C2": "Antal personer", "D2": "Fra",
			"A3": "Nordlys Data A/S", "B3": "A-plan", "C3": 1250, "B4": "B-plan", "C4": 7} {
			set(cell, v)
		}
		set("D3", time.Date(2024, 2, 1, 0, 0, 0, 0, time.UTC))
		require.NoError(t, f.MergeCell("Sheet1", "A3", "A4"))
		require.NoError(t, f.SetCellFormula("Sheet1", "C4", "C3+1"))
		_, err := f.NewSheet("Skjult")
		require.NoError(t, err)
	})
	s, err := openSheet(name)
	require.NoError(t, err)
	rows := all(t, s)
	require.Equal(t, 1, heading(Usages, rows, false), "a title is no heading")
	require.Equal(t, []string{"Nordlys Data A/S", "A-plan", "1250", "45323"}, rows[2].cells)
	require.Equal(t, "Nordlys Data A/S", rows[3].cells[0], "what a merged cell shows")
	require.Equal(t, "XLSX, Sheet1", s.format())
	got := map[string]string{}
	for _, n := range s.notices() {
		got[n.Code] = n.At
	}
	require.Equal(t, map[string]string{"formula": "C4", "merged": "B1"}, got)
	require.NoError(t, s.close())
}

func TestAWorkbookThatCountsFrom1904(t *testing.T) {
	t.Parallel()
	for _, mac := range []bool{true, false} {
		name := workbook(t, func(f *excelize.File) {
			require.NoError(t, f.SetWorkbookProps(&excelize.WorkbookPropsOptions{Date1904: &mac}))
			set := func(cell string, v any) { require.NoError(t, f.SetCellValue("Sheet1", cell, v)) }
			style := func(cell string, look excelize.Style) {
				id, err := f.NewStyle(&look)
				require.NoError(t, err)
				require.NoError(t, f.SetCellStyle("Sheet1", cell, cell, id))
			}
			own, euros := "dd-mm-yyyy;@", `#,##0 "dage"`
			for _, cell := range []string{"A1", "B1"} {
				set(cell, time.Date(2024, 2, 1, 0, 0, 0, 0, time.UTC))
			}
			style("A1", excelize.Style{NumFmt: 14})
			style("B1", excelize.Style{CustomNumFmt: &own})
			set("C1", 12500)
			set("D1", 12500)
			style("D1", excelize.Style{CustomNumFmt: &euros})
			set("E1", "1/2/2024")
			style("E1", excelize.Style{NumFmt: 14})
		})
		s, err := openSheet(name)
		require.NoError(t, err)
		require.Equal(t, []string{"45323", "45323", "12500", "12500", "1/2/2024"}, all(t, s)[0].cells, "from 1904: %v", mac)
		require.NoError(t, s.close())
	}
}

// A workbook that is none, and one that would grow without measure.
func TestHostileWorkbooks(t *testing.T) {
	t.Parallel()
	write := func(fill func(z *zip.Writer)) string {
		var b bytes.Buffer
		z := zip.NewWriter(&b)
		fill(z)
		require.NoError(t, z.Close())
		name := filepath.Join(t.TempDir(), fmt.Sprintf("%d.xlsx", b.Len()))
		require.NoError(t, os.WriteFile(name, b.Bytes(), 0o600))
		return name
	}
	part := func(z *zip.Writer, name string, size int64) {
		w, err := z.Create(name)
		require.NoError(t, err)
		_, err = io.CopyN(w, zeros{}, size)
		require.NoError(t, err)
	}
	bomb := write(func(z *zip.Writer) {
		part(z, "xl/workbook.xml", 10)
		for i := range 9 {
			part(z, fmt.Sprintf("xl/worksheets/sheet%d.xml", i), 50<<20)
		}
	})
	at, err := os.Stat(bomb)
	require.NoError(t, err)
	require.Less(t, at.Size(), int64(1<<20), "small as it is sent")
	_, err = openSheet(bomb)
	require.ErrorIs(t, err, ErrBomb)
	_, err = openSheet(write(func(z *zip.Writer) {
		for i := range maxParts + 1 {
			part(z, fmt.Sprint(i), 0)
		}
	}))
	require.ErrorIs(t, err, ErrBomb)
	_, err = openSheet(write(func(z *zip.Writer) { part(z, "word/document.xml", 10) }))
	require.ErrorIs(t, err, ErrFormat)
	_, err = openSheet(write(func(z *zip.Writer) { part(z, "xl/workbook.xml", 10) }))
	require.ErrorIs(t, err, ErrFormat)
}

type zeros struct{}

func (zeros) Read(p []byte) (int, error) {
	clear(p)
	return len(p), nil
}

func TestCompanyNames(t *testing.T) {
	t.Parallel()
	for _, same := range [][2]string{{"Nordlys Data A/S", "Nordlys Data"}, {"NORDLYS DATA ApS", "Nordlys Data A/S"}, {"Fjord Systemer", "Fjord Systemer Danmark A/S"}, {"Vitae Sag", "Vitæ Sag"}} {
		require.True(t, alike(same[0], same[1]), same)
	}
	for _, other := range [][2]string{{"Nordlys Data A/S", "Fjord Systemer ApS"}, {"Ganske Andre Folk", "Nordlys Data"}} {
		require.False(t, alike(other[0], other[1]), other)
	}
}

// What any file may hold: it is read to its end or refused, and never more than its limits.
func FuzzText(f *testing.F) {
	for _, seed := range []string{"System;Fra\nA;1/2/2024\n", "sep=,\na,b\n\"x\ny\",1\n", "\xff\xfeS\x00\n\x00", "\ufeffA\tB\n", "\xe6;\xf8\n\xe5;1.234,5\n", "a|b\n\"\n", ";;;\n"} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, body []byte) {
		s, err := openText(bytes.NewReader(body))
		if err != nil {
			return
		}
		last := 0
		for {
			r, err := s.next()
			if err != nil {
				return
			}
			if r.number < last || len(r.cells) > maxColumns {
				t.Fatalf("line %d after %d, %d cells", r.number, last, len(r.cells))
			}
			last = r.number
			fields := Recognise(Usages, r.cells, true)
			p := parse(Usages, fields, r, true)
			for _, c := range r.cells {
				if len([]rune(c)) > maxCell {
					t.Fatal("a cell over its limit")
				}
				if day, ok := field.ParseDate(c); ok && (day.Year() < 1970 || day.Year() > 2100) {
					t.Fatalf("%q is the day %s", c, day)
				}
				if n, ok := field.ParseWhole(c); ok && fmt.Sprint(n) == "" {
					t.Fatal("no number")
				}
				if id, ok := field.ParseUUID(c); ok && len(id.String()) != 36 {
					t.Fatal("no uuid")
				}
			}
			newCatalogue(0, nil, nil, nil).plan(Usages, p)
		}
	})
}

func TestCandidatesAreNamedWithoutTheirVendorToo(t *testing.T) {
	t.Parallel()
	c := newCatalogue(0, nil, nil, []knownSystem{{ID: 1, Number: 10001, UUID: "a", Name: "A-plan", Vendor: 7}})
	require.Equal(t, "10001 A-plan", c.systemsSaid([]*knownSystem{c.systems[1]}))
}
