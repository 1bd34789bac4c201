package report

import (
	"archive/zip"
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"maps"
	"slices"

	"klausul/server/member"
)

// PersonFile packs everything held about a person: as a spreadsheet to read and as JSON to
// take elsewhere. The spreadsheet also names the places where nothing was found; word puts
// its own words into the reader's language.
func PersonFile(h member.Held, word func(danish string) string) ([]byte, error) {
	var b bytes.Buffer
	z := zip.NewWriter(&b)
	sheet, err := z.Create("indsigt.xlsx")
	if err != nil {
		return nil, err
	}
	if err := personSheet(sheet, h, word); err != nil {
		return nil, err
	}
	data, err := z.Create("indsigt.json")
	if err != nil {
		return nil, err
	}
	e := json.NewEncoder(data)
	e.SetIndent("", "  ")
	if err := e.Encode(h); err != nil {
		return nil, err
	}
	err = z.Close() // writes the directory, so the bytes are taken after it
	return b.Bytes(), err
}

func personSheet(w io.Writer, h member.Held, word func(danish string) string) error {
	var lines [][]any
	for _, p := range h.Places {
		if len(p.Rows) == 0 {
			lines = append(lines, []any{p.Word, p.Table + "." + p.Field, "", "", word("Intet fundet")})
		}
		for i, row := range p.Rows {
			var values map[string]any
			if err := json.Unmarshal(row, &values); err != nil {
				return fmt.Errorf("read a row of %s: %w", p.Table, err)
			}
			for _, name := range slices.Sorted(maps.Keys(values)) {
				if values[name] != nil {
					lines = append(lines, []any{p.Word, p.Table + "." + p.Field, i + 1, name, clipped(values[name])})
				}
			}
		}
	}
	columns := []Column{{word("Sted"), 46}, {word("Tabel og felt"), 34}, {word("Nr."), 7}, {word("Oplysning"), 24}, {word("Værdi"), 60}}
	return Workbook(w, word("indsigt"), columns, func() ([]any, error) {
		if len(lines) == 0 {
			return nil, nil
		}
		next := lines[0]
		lines = lines[1:]
		return next, nil
	})
}

// cellHolds is how many characters a cell of a spreadsheet may hold; the JSON has it whole.
const cellHolds = 32_000

func clipped(v any) string {
	text, ok := v.(string)
	if !ok {
		raw, _ := json.Marshal(v) // it came from JSON
		text = string(raw)
	}
	if r := []rune(text); len(r) > cellHolds {
		return string(r[:cellHolds]) + " …"
	}
	return text
}
