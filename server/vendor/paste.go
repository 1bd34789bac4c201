package vendor

import (
	"errors"
	"slices"
	"strconv"
	"strings"
	"time"

	"klausul/server/fault"
	"klausul/server/field"
)

// Line is one row of a pasted table, as far as it can be read by itself.
type Line struct {
	Line    int    // in the pasted text, from 1
	Text    string // as it was pasted
	Tier    int
	Name    string
	CVR     string
	Foreign string
	Country string
	Row     Subprocessor
	Faults  []fault.Field // by column; a line with any is not taken
}

// Columns are what a pasted table may have, in the order that is taken when it has no heading.
var Columns = []string{"tier", "name", "number", "country", "service", "storage", "processing", "remote", "basis", "from", "to", "note"}

// headings are the words that name a column, in lower case.
var headings = map[string]string{
	"niveau": "tier", "led": "tier", "tier": "tier", "level": "tier",
	"navn": "name", "underdatabehandler": "name", "leverandør": "name", "name": "name", "sub-processor": "name", "subprocessor": "name", "virksomhed": "name",
	"cvr": "number", "cvr-nr.": "number", "cvr-nr": "number", "cvr-nummer": "number", "nummer": "number", "number": "number", "registreringsnummer": "number", "cvr eller nr.": "number",
	"land": "country", "country": "country", "hjemland": "country",
	"ydelse": "service", "beskrivelse": "service", "behandling (ydelse)": "service", "service": "service", "beskrivelse af behandling": "service",
	"lagring": "storage", "opbevaring": "storage", "storage": "storage", "lokation": "storage", "location": "storage",
	"behandling": "processing", "behandlingssted": "processing", "processing": "processing",
	"fjernadgang": "remote", "adgang": "remote", "remote access": "remote", "remote": "remote",
	"grundlag": "basis", "overførselsgrundlag": "basis", "transfer basis": "basis", "basis": "basis",
	"fra": "from", "from": "from", "til": "to", "to": "to", "note": "note", "bemærkning": "note", "remark": "note",
}

// bases are how contracts write a basis, in lower case.
var bases = map[string]Basis{
	"eea": BasisEEA, "eu": BasisEEA, "eu/eøs": BasisEEA, "eøs": BasisEEA, "ingen overførsel": BasisEEA, "n/a": BasisEEA, "ikke relevant": BasisEEA,
	"adequacy": BasisAdequacy, "tilstrækkelighed": BasisAdequacy, "tilstrækkelighedsafgørelse": BasisAdequacy, "sikkert tredjeland": BasisAdequacy,
	"dpf": BasisDPF, "eu-us dpf": BasisDPF, "data privacy framework": BasisDPF, "eu-us data privacy framework": BasisDPF,
	"scc": BasisSCC, "sccs": BasisSCC, "standardkontraktbestemmelser": BasisSCC, "standardbestemmelser": BasisSCC, "standard contractual clauses": BasisSCC,
	"bcr": BasisBCR, "bindende virksomhedsregler": BasisBCR, "binding corporate rules": BasisBCR,
	"none": BasisNone, "ingen": BasisNone, "other": BasisOther, "andet": BasisOther,
}

// maxLines is how much of a pasted table is taken at a time.
const maxLines = 500

// ErrTooManyLines refuses a table of more than 500 lines: paste it in parts.
var ErrTooManyLines = fault.New(fault.Invalid, "vendor.too_many_lines")

// ReadTable reads a table as Excel and Word put it on the clipboard: lines of cells
// between tabs. A first line of column names is followed, in any order; without one the
// order of Columns is taken. Nothing is dropped: a line that makes no sense comes back
// with what is wrong with it. today is the first day where none is given.
func ReadTable(pasted string, today time.Time) ([]Line, error) {
	order := Columns
	var lines []Line
	for n, text := range strings.Split(strings.ReplaceAll(strings.ReplaceAll(pasted, "\r\n", "\n"), "\r", "\n"), "\n") {
		if strings.TrimSpace(text) == "" {
			continue
		}
		cells := strings.Split(text, "\t")
		if len(lines) == 0 {
			if named := named(cells); named != nil {
				order = named
				continue
			}
		}
		if len(lines) == maxLines {
			return nil, ErrTooManyLines.With("limit", maxLines)
		}
		l := Line{Line: n + 1, Text: text, Tier: 1, Row: Subprocessor{Storage: []string{}, Processing: []string{}, Remote: []string{}, Basis: BasisNone, From: today}}
		for i, cell := range cells {
			cell = field.Clean(cell)
			switch {
			case cell == "":
			case i >= len(order):
				l.fault("line", "field.line_cells", cell)
			case order[i] != "":
				l.read(order[i], cell)
			}
		}
		l.check()
		lines = append(lines, l)
	}
	tiers(lines)
	return lines, nil
}

// named is the order of the columns that a heading gives; nil when the cells are no heading.
func named(cells []string) []string {
	order, known := make([]string, len(cells)), 0
	for i, c := range cells {
		if column := headings[strings.ToLower(strings.TrimSpace(c))]; column != "" && !slices.Contains(order, column) {
			order[i] = column
			known++
		}
	}
	if known < 2 || !slices.Contains(order, "name") {
		return nil
	}
	return order
}

func (l *Line) fault(column, code, message string) {
	l.Faults = append(l.Faults, fault.Field{Pointer: column, Code: code, Message: message})
}

func (l *Line) read(column, cell string) {
	switch column {
	case "tier":
		n, err := strconv.Atoi(cell)
		if err != nil || n < 1 || n > 20 {
			l.fault(column, "field.tier", cell)
			return
		}
		l.Tier = n
	case "name":
		l.Name = strings.Join(strings.Fields(cell), " ")
	case "number":
		l.Foreign = cell
	case "country":
		if l.Country = field.PlaceOf(cell); !field.Country(l.Country) {
			l.Country = ""
			l.fault(column, "field.place", cell)
		}
	case "service":
		l.Row.Service = cell
	case "storage":
		l.Row.Storage = l.places(column, cell)
	case "processing":
		l.Row.Processing = l.places(column, cell)
	case "remote":
		l.Row.Remote = l.places(column, cell)
	case "basis":
		basis, ok := bases[strings.ToLower(cell)]
		if !ok {
			l.fault(column, "field.basis", cell)
			return
		}
		l.Row.Basis = basis
	case "from", "to":
		l.day(column, cell)
	case "note":
		l.Row.Note = cell
	}
}

func (l *Line) places(column, cell string) []string {
	codes := []string{}
	for _, part := range strings.FieldsFunc(strings.NewReplacer(" og ", ",", " and ", ",").Replace(cell), func(r rune) bool { return r == ',' || r == ';' || r == '\n' }) {
		part = strings.TrimSpace(part)
		if part == "" || slices.Contains([]string{"-", "–", "ingen", "none"}, strings.ToLower(part)) {
			continue
		}
		code := field.PlaceOf(part)
		if code == "" {
			l.fault(column, "field.place", part)
			continue
		}
		if !slices.Contains(codes, code) {
			codes = append(codes, code)
		}
	}
	return codes
}

func (l *Line) day(column, cell string) {
	day, ok := field.ParseDate(cell)
	switch {
	case !ok:
		l.fault(column, "field.day", cell)
	case column == "from":
		l.Row.From = day
	default:
		l.Row.To = &day
	}
}

// check holds the line against itself, once all of it is read.
func (l *Line) check() {
	if l.Name == "" && l.Foreign == "" {
		l.fault("name", "required", "")
	}
	digits := strings.TrimPrefix(strings.ToUpper(strings.ReplaceAll(l.Foreign, " ", "")), "DK")
	if l.Foreign != "" && (l.Country == "DK" || l.Country == "" && len(digits) == 8 && strings.Trim(digits, "0123456789") == "") {
		cvr, err := field.CVR(l.Foreign)
		if errors.Is(err, field.ErrCVR) {
			l.fault("number", "field.cvr", l.Foreign)
		}
		l.CVR, l.Foreign, l.Country = cvr, "", "DK"
	}
	if l.Row.To != nil && l.Row.To.Before(l.Row.From) {
		l.fault("to", "vendor.period", "")
	}
	if l.Row.Basis == BasisOther && l.Row.Note == "" {
		l.fault("note", "required", "")
	}
}

// tiers refuses a line that stands more than one below the line before it: it has no
// parent. A branch is taken whole: a line left behind would have lost its place in it.
func tiers(lines []Line) {
	for i := range lines {
		if above := i - 1; lines[i].Tier > 1 && (above < 0 || lines[i].Tier > lines[above].Tier+1) {
			lines[i].fault("tier", "field.tier_gap", strconv.Itoa(lines[i].Tier))
		}
	}
	for start := 0; start < len(lines); {
		end := start + 1
		for end < len(lines) && lines[end].Tier > 1 {
			end++
		}
		hold(lines[start:end])
		start = end
	}
}

// hold lets the good lines of a branch wait for the others.
func hold(branch []Line) {
	if !slices.ContainsFunc(branch, func(l Line) bool { return len(l.Faults) > 0 }) {
		return
	}
	for i := range branch {
		if len(branch[i].Faults) == 0 {
			branch[i].fault("tier", "field.tier_branch", "")
		}
	}
}
