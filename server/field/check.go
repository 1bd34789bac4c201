package field

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"klausul/server/fault"
)

// mostRows is how many rows an answer of Rows may have.
const mostRows = 500

// Check returns the value in its stored form, or refuses with ErrValue: the pointer says
// where, in Rows by row and column. Nil, blank text and no rows take the answer back.
func (f Field) Check(value any) (any, error) { return f.check("/value", value) }

func (f Field) check(at string, value any) (any, error) {
	if value == nil {
		return nil, nil
	}
	var code string
	switch f.Type {
	case Text, LongText:
		value, code = f.text(value)
	case Integer:
		value, code = f.integer(value)
	case OneOf:
		code = unless(f.offers(value), "not_a_choice")
	case SomeOf:
		value, code = f.chosen(value)
	case YesNo:
		_, ok := value.(bool)
		code = unless(ok, "not_yes_no")
	case Date:
		s, _ := value.(string)
		_, err := time.Parse(time.DateOnly, s)
		code = unless(err == nil, "not_a_date")
	case CountryCode:
		s, _ := value.(string)
		code = unless(Country(s), "not_a_country")
	case Rows:
		return f.rows(at, value)
	default:
		return nil, fmt.Errorf("field %s has unknown type %q", f.Path, f.Type)
	}
	if code != "" {
		return nil, f.refuse(at, code)
	}
	return value, nil
}

func (f Field) refuse(at, code string) error {
	return ErrValue.At(fault.Field{Pointer: at, Code: "field." + code}).With("path", f.Path)
}

func unless(ok bool, code string) string {
	if ok {
		return ""
	}
	return code
}

func (f Field) text(value any) (any, string) {
	s, ok := value.(string)
	if !ok || !utf8.ValidString(s) || strings.ContainsRune(s, 0) {
		return nil, "not_text"
	}
	s = strings.TrimSpace(s)
	most := 400
	if f.Type == LongText {
		most = 20000
	}
	if f.MaxLength != nil {
		most = *f.MaxLength
	}
	switch {
	case utf8.RuneCountInString(s) > most:
		return nil, "too_long"
	case s == "":
		return nil, ""
	}
	return s, ""
}

func (f Field) integer(value any) (any, string) {
	n, ok := Whole(value)
	switch {
	case !ok:
		return nil, "not_integer"
	case f.Minimum != nil && n < *f.Minimum:
		return nil, "too_small"
	case f.Maximum != nil && n > *f.Maximum:
		return nil, "too_large"
	}
	return n, ""
}

// Whole is a value read as a whole number.
func Whole(v any) (int, bool) {
	switch n := v.(type) {
	case int:
		return n, true
	case float64:
		return int(n), n == float64(int(n))
	case json.Number:
		i, err := n.Int64()
		return int(i), err == nil
	}
	return 0, false
}

func (f Field) offers(value any) bool {
	return slices.ContainsFunc(f.Choices, func(c Choice) bool { return value == c.Value })
}

// chosen puts the values in the order of the choices, each once.
func (f Field) chosen(value any) (any, string) {
	given, ok := list(value)
	if !ok || !all(given, f.offers) {
		return nil, "not_a_choice"
	}
	var out []any
	for _, c := range f.Choices {
		if slices.Contains(given, any(c.Value)) {
			out = append(out, c.Value)
		}
	}
	if out == nil {
		return nil, ""
	}
	return out, ""
}

func all(values []any, holds func(any) bool) bool {
	return !slices.ContainsFunc(values, func(v any) bool { return !holds(v) })
}

func list(value any) ([]any, bool) {
	switch l := value.(type) {
	case []any:
		return l, true
	case []string:
		out := make([]any, len(l))
		for i, s := range l {
			out[i] = s
		}
		return out, true
	}
	return nil, false
}

// rows checks cell by cell; rows with nothing in them are left out.
func (f Field) rows(at string, value any) (any, error) {
	given, ok := value.([]any)
	if !ok {
		return nil, f.refuse(at, "not_rows")
	}
	if len(given) > mostRows {
		return nil, f.refuse(at, "too_many_rows")
	}
	var out []any
	for i, r := range given {
		cells, ok := r.(map[string]any)
		if !ok {
			return nil, f.refuse(fmt.Sprintf("%s/%d", at, i), "not_rows")
		}
		row, err := f.row(fmt.Sprintf("%s/%d", at, i), cells)
		if err != nil {
			return nil, err
		}
		if len(row) > 0 {
			out = append(out, row)
		}
	}
	if out == nil {
		return nil, nil
	}
	return out, nil
}

func (f Field) row(at string, cells map[string]any) (map[string]any, error) {
	row := map[string]any{}
	for path, value := range cells {
		column, ok := Find(f.Columns, path)
		if !ok {
			return nil, f.refuse(at+"/"+path, "unknown")
		}
		value, err := column.check(at+"/"+path, value)
		if err != nil {
			return nil, err
		}
		if value != nil {
			row[path] = value
		}
	}
	for _, column := range f.Columns {
		if column.Required && row[column.Path] == nil && len(row) > 0 {
			return nil, f.refuse(at+"/"+column.Path, "required")
		}
	}
	return row, nil
}

// CheckAll refuses a set of fields that could not be asked: a path used twice, an
// unknown type, a default that breaks its own rule, a condition on nothing.
func CheckAll(fields []Field) error {
	seen := map[string]bool{}
	for _, f := range fields {
		if f.Path == "" || f.Label == "" || seen[f.Path] {
			return fmt.Errorf("field %q: path and label are needed, and a path only once", f.Path)
		}
		seen[f.Path] = true
		if err := f.sound(); err != nil {
			return err
		}
	}
	for _, f := range fields {
		if err := f.ShowIf.sound(fields); err != nil {
			return fmt.Errorf("field %s: %w", f.Path, err)
		}
	}
	return nil
}

func (f Field) sound() error {
	if (f.Type == OneOf || f.Type == SomeOf) && len(f.Choices) < 2 {
		return fmt.Errorf("field %s: a choice needs two branches", f.Path)
	}
	if _, err := f.Check(f.Default); err != nil {
		return fmt.Errorf("field %s: its default breaks its rule: %w", f.Path, err)
	}
	if f.Default != nil && f.Source == "" {
		return fmt.Errorf("field %s: a default states its source", f.Path)
	}
	if (f.Type == Rows) != (len(f.Columns) > 0) {
		return fmt.Errorf("field %s: rows have columns, and nothing else has", f.Path)
	}
	if slices.ContainsFunc(f.Columns, func(c Field) bool { return c.Type == Rows || c.Type == SomeOf }) {
		return fmt.Errorf("field %s: a cell holds one value", f.Path)
	}
	return CheckAll(f.Columns)
}
