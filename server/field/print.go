package field

import (
	"fmt"
	"strings"
	"time"

	"golang.org/x/text/language"
	"golang.org/x/text/language/display"
	"golang.org/x/text/message"
)

var months = map[string][]string{
	"da": {"januar", "februar", "marts", "april", "maj", "juni", "juli", "august", "september", "oktober", "november", "december"},
	"en": {"January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November", "December"},
}

var yesNo = map[string]map[bool]string{"da": {true: "ja", false: "nej"}, "en": {true: "yes", false: "no"}}

// Print is the value as it reads in a document of the language: "da" or "en". Rows have
// no text of their own: see Cells.
func (f Field) Print(value any, in string) string { return f.PrintAs(value, in, Printing) }

// Printing numbers the ways in which values were printed. A frozen text keeps the one of
// its day: its hash is over the words that were printed then.
//
//	0: whole numbers as figures alone
//	1: from five figures on with the dots or commas of the language
const Printing = 1

// PrintAs is Print in an earlier way of printing.
func (f Field) PrintAs(value any, in string, printing int) string {
	switch f.Type {
	case OneOf:
		return f.label(value)
	case SomeOf:
		members, _ := list(value)
		labels := make([]string, len(members))
		for i, m := range members {
			labels[i] = f.label(m)
		}
		return Enumerate(labels, in)
	case YesNo:
		yes, _ := value.(bool)
		return yesNo[in][yes]
	case Integer:
		n, _ := Whole(value)
		if printing < 1 || n > -10_000 && n < 10_000 { // four figures are read as they stand, and may be a year
			return fmt.Sprint(n)
		}
		return message.NewPrinter(language.Make(in)).Sprint(n)
	case Date:
		if d, err := time.Parse(time.DateOnly, fmt.Sprint(value)); err == nil {
			month := months[in][d.Month()-1]
			if in == "en" {
				return fmt.Sprintf("%d %s %d", d.Day(), month, d.Year())
			}
			return fmt.Sprintf("%d. %s %d", d.Day(), month, d.Year())
		}
	case CountryCode:
		if region, err := language.ParseRegion(fmt.Sprint(value)); err == nil {
			return display.Regions(language.Make(in)).Name(region)
		}
	}
	if value == nil {
		return ""
	}
	return fmt.Sprint(value)
}

func (f Field) label(value any) string {
	for _, c := range f.Choices {
		if c.Value == value {
			return c.Label
		}
	}
	return fmt.Sprint(value)
}

// Enumerate puts the last of several apart: "a, b og c".
func Enumerate(parts []string, in string) string {
	if len(parts) < 2 {
		return strings.Join(parts, "")
	}
	and := map[string]string{"da": " og ", "en": " and "}[in]
	return strings.Join(parts[:len(parts)-1], ", ") + and + parts[len(parts)-1]
}

// Cells are the rows of an answer as they read in a document, by column.
func (f Field) Cells(value any, in string) []map[string]string { return f.CellsAs(value, in, Printing) }

// CellsAs is Cells in an earlier way of printing.
func (f Field) CellsAs(value any, in string, printing int) []map[string]string {
	rows, _ := list(value)
	out := make([]map[string]string, 0, len(rows))
	for _, r := range rows {
		cells, _ := r.(map[string]any)
		row := map[string]string{}
		for _, column := range f.Columns {
			if v := cells[column.Path]; v != nil {
				row[column.Path] = column.PrintAs(v, in, printing)
			}
		}
		out = append(out, row)
	}
	return out
}
