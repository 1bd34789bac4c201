package intake

import (
	"errors"
	"slices"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"klausul/server/field"
)

// parsed is a line as far as it could be understood.
type parsed struct {
	line  int
	cells []string
	has   []string          // the fields that the file has columns for
	said  map[string]string // cleaned text by field, only what is not empty
	value map[string]any    // by field, as the register writes it
	flaws []Flaw

	label          string
	org            int32
	vendor, system int32
	target         int64
	version        int32
	from, to       *time.Time
	differences    []Difference
	outcome        Outcome
}

// wholeLine is in the field's place where a flaw is of no one field.
const wholeLine = "line"

func (p *parsed) flaw(field, code, detail string) {
	p.flaws = append(p.flaws, Flaw{Field: field, Code: code, Detail: detail})
}

// longest is how many characters a field holds.
var longest = map[string]int{"name": 200, "title": 200, "system_name": 200, "vendor_name": 200, "local_name": 200, "local_owner": 200,
	"case_number": 100, "street": 200, "postal_code": 20, "city": 100, "foreign_number": 60, "note": 2000}

// parse reads the cells of a line by the mapping. What cannot be read is a flaw of the
// line and never of the file.
func parse(k Kind, fields []string, r record, office bool) *parsed {
	p := &parsed{line: r.number, cells: r.cells, has: fields, said: map[string]string{}, value: map[string]any{}}
	for i, name := range fields {
		if name == "" || i >= len(r.cells) {
			continue
		}
		if text := field.Clean(r.cells[i]); text != "" {
			p.said[name] = text
			p.read(k, name, text)
		}
	}
	for i := len(fields); i < len(r.cells); i++ {
		if text := field.Clean(r.cells[i]); text != "" { // a separator too many: what stands before it may be in the wrong column
			p.flaw(wholeLine, flawCells, text)
			break
		}
	}
	for _, f := range Fields(k, office) {
		if f.Required && p.said[f.Name] == "" {
			p.lacks(f.Name)
		}
	}
	p.period("from", "to")
	p.period("signed_on", "ends_on")
	p.label = p.said["local_name"]
	for _, name := range []string{"title", "name", "system_name", "vendor_name", "system_uuid", "system_number"} {
		if p.said[name] != "" {
			p.label = p.said[name]
			break
		}
	}
	return p
}

var agreementKinds = map[string]string{"egen": "own", "own": "own", "egenaftale": "own", "egetudkast": "own", "kl": "kl_kombit", "kombit": "kl_kombit",
	"klkombit": "kl_kombit", "klskabelon": "kl_kombit", "gammel": "kl_kombit", "gammelaftale": "kl_kombit"}

func (p *parsed) read(k Kind, name, text string) {
	switch name {
	case "cvr", "vendor_cvr":
		cvr, err := field.CVR(strings.TrimSuffix(text, ".0"))
		if err != nil {
			p.flaw(name, wrongCVR(k, name, text), text)
			return
		}
		p.value[name] = cvr
	case "from", "to", "signed_on", "ends_on":
		day, ok := field.ParseDate(text)
		if !ok {
			p.flaw(name, flawDate, text)
			return
		}
		p.value[name] = day.Format(time.DateOnly)
	case "persons":
		p.whole(name, text, 0, field.MostPersons)
	case "concept":
		p.whole(name, text, 1, 6)
	case "interval_months":
		p.whole(name, text, 1, 120)
	case "number", "vendor_number", "system_number":
		p.whole(name, text, 1, 1<<31-1)
	case "system_uuid":
		id, ok := field.ParseUUID(text)
		if !ok {
			p.flaw(name, flawUUID, text)
			return
		}
		p.value[name] = id.String()
	case "country":
		code := field.PlaceOf(text)
		if !field.Country(code) {
			p.flaw(name, flawCountry, text)
			return
		}
		p.value[name] = code
	case "file":
		file, isPDF := fileName(text)
		if !isPDF {
			p.flaw(name, flawFileKind, text)
			return
		}
		p.value[name] = file
	case "agreement_kind":
		kind, known := agreementKinds[plain(text)]
		if !known {
			p.flaw(name, flawChoice, text)
			return
		}
		p.value[name] = kind
	default:
		if most, limited := longest[name]; limited && utf8.RuneCountInString(text) > most {
			p.flaw(name, flawLong, "")
			return
		}
		p.value[name] = text
	}
}

// lacks says that the line must have the field: its cell is empty, or the file has no column for it.
func (p *parsed) lacks(name string) {
	if slices.Contains(p.has, name) {
		p.flaw(name, flawRequired, "")
		return
	}
	p.flaw(name, flawNoColumn, "")
}

// wrongCVR is what is wrong with a number that is no CVR number: one that cannot be a
// mistyped one, for its letters or its length, is of a vendor of another country.
func wrongCVR(k Kind, name, text string) string {
	digits := strings.Map(func(r rune) rune {
		if unicode.IsLetter(r) || unicode.IsDigit(r) {
			return unicode.ToUpper(r)
		}
		return -1
	}, text)
	digits = strings.TrimPrefix(strings.TrimPrefix(digits, "CVR"), "DK")
	mistyped := strings.Trim(digits, "0123456789") == "" && len(digits) >= 7 && len(digits) <= 9
	switch {
	case mistyped || name == "cvr" && k != Vendors:
		return flawCVR
	case name == "cvr":
		return flawCVRForeign
	}
	return flawCVRAbroad
}

func (p *parsed) whole(name, text string, least, most int64) {
	n, ok := field.ParseWhole(text)
	switch {
	case !ok:
		p.flaw(name, flawNumber, text)
	case n < least || n > most:
		p.flaw(name, flawRange, text)
	default:
		p.value[name] = n
	}
}

func (p *parsed) day(name string) *time.Time {
	text, _ := p.value[name].(string)
	day, err := time.Parse(time.DateOnly, text)
	if err != nil {
		return nil
	}
	return &day
}

func (p *parsed) period(from, to string) {
	begin, end := p.day(from), p.day(to)
	if begin != nil && end != nil && end.Before(*begin) {
		p.flaw(to, flawPeriod, "")
	}
	if from == "from" {
		p.from, p.to = begin, end
	}
}

func (p *parsed) number(name string) int32 {
	n, _ := p.value[name].(int64)
	return int32(n)
}

func (p *parsed) text(name string) string {
	s, _ := p.value[name].(string)
	return s
}

// blank tells a line that says nothing.
func blank(cells []string) bool {
	for _, c := range cells {
		if c != "" {
			return false
		}
	}
	return true
}

// codeOf is the code of a refusal of a file; empty when it is none.
func codeOf(err error) string {
	for _, known := range []error{ErrTooLarge, ErrEmpty, ErrFormat, ErrNoWorkbook, ErrBomb, ErrTooManyRows, ErrTooWide, ErrNoHeadings, ErrMerged, ErrGone, ErrTooSlow} {
		if errors.Is(err, known) {
			return known.Error()
		}
	}
	return ""
}
