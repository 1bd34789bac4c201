// Package field holds typed fields: a path, a type, rules, a default with its source,
// help, and when it is shown. Template answers stand on it, and so will review
// sheets, catalogue answers and questionnaires.
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

// Type says what a value may be and how it is asked for.
type Type string

// The types. A value is JSON: string, integer, bool, or "2006-01-02" for a date.
const (
	Text     Type = "text"
	LongText Type = "long_text"
	Integer  Type = "integer"
	OneOf    Type = "choice"
	YesNo    Type = "yes_no"
	Date     Type = "date"
)

// Choice is one way to answer a OneOf.
type Choice struct {
	Value string `json:"value" yaml:"value"`
	Label string `json:"label" yaml:"label"`
}

// Condition holds when the field at Path has the value Equals.
type Condition struct {
	Path   string `json:"path" yaml:"path"`
	Equals any    `json:"equals" yaml:"equals"`
}

// Field is one thing that is asked, or (Local) filled from each organisation's own facts.
type Field struct {
	Path        string     `json:"path" yaml:"path"`
	Type        Type       `json:"type" yaml:"type"`
	Group       string     `json:"group,omitempty" yaml:"group"`
	Label       string     `json:"label" yaml:"label"`
	Help        string     `json:"help,omitempty" yaml:"help"`
	Unit        string     `json:"unit,omitempty" yaml:"unit"`
	Required    bool       `json:"required" yaml:"required"`
	Local       bool       `json:"local" yaml:"local"`
	Minimum     *int       `json:"minimum,omitempty" yaml:"minimum"`
	Maximum     *int       `json:"maximum,omitempty" yaml:"maximum"`
	MaxLength   *int       `json:"maxLength,omitempty" yaml:"maxLength"`
	Choices     []Choice   `json:"choices,omitempty" yaml:"choices"`
	Default     any        `json:"default,omitempty" yaml:"default"`
	Source      string     `json:"source,omitempty" yaml:"source"`
	Unconfirmed bool       `json:"unconfirmed,omitempty" yaml:"unconfirmed"`
	ShowIf      *Condition `json:"showIf,omitempty" yaml:"showIf"`
}

// Values are answers by path.
type Values map[string]any

// ErrUnknown refuses an answer to a field that is not asked here.
var ErrUnknown = fault.New(fault.Invalid, "field.unknown")

// ErrValue refuses a value that breaks its field's rule; the field error says which.
var ErrValue = fault.New(fault.Invalid, "field.value")

// Find returns the field at path.
func Find(fields []Field, path string) (Field, bool) {
	i := slices.IndexFunc(fields, func(f Field) bool { return f.Path == path })
	if i < 0 {
		return Field{}, false
	}
	return fields[i], true
}

// Check returns the value in its stored form, or refuses with ErrValue. Nil takes the answer back.
func (f Field) Check(value any) (any, error) {
	if value == nil {
		return nil, nil
	}
	refuse := func(code string) (any, error) {
		return nil, ErrValue.At(fault.Field{Pointer: "/value", Code: "field." + code}).With("path", f.Path)
	}
	switch f.Type {
	case Text, LongText:
		s, ok := value.(string)
		if !ok {
			return refuse("not_text")
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
		case !utf8.ValidString(s) || strings.ContainsRune(s, 0):
			return refuse("not_text")
		case utf8.RuneCountInString(s) > most:
			return refuse("too_long")
		case s == "":
			return nil, nil
		}
		return s, nil
	case Integer:
		n, ok := whole(value)
		if !ok {
			return refuse("not_integer")
		}
		if f.Minimum != nil && n < *f.Minimum {
			return refuse("too_small")
		}
		if f.Maximum != nil && n > *f.Maximum {
			return refuse("too_large")
		}
		return n, nil
	case OneOf:
		s, ok := value.(string)
		if !ok || !slices.ContainsFunc(f.Choices, func(c Choice) bool { return c.Value == s }) {
			return refuse("not_a_choice")
		}
		return s, nil
	case YesNo:
		if _, ok := value.(bool); !ok {
			return refuse("not_yes_no")
		}
		return value, nil
	case Date:
		s, ok := value.(string)
		if !ok {
			return refuse("not_a_date")
		}
		if _, err := time.Parse(time.DateOnly, s); err != nil {
			return refuse("not_a_date")
		}
		return s, nil
	}
	return nil, fmt.Errorf("field %s has unknown type %q", f.Path, f.Type)
}

func whole(v any) (int, bool) {
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

// Of is the value in force: the answer, or else the default.
func (v Values) Of(f Field) any {
	if got, ok := v[f.Path]; ok && got != nil {
		return got
	}
	return f.Default
}

// Holds tells whether the condition holds over the values in force. No condition always holds.
func (c *Condition) Holds(fields []Field, v Values) bool {
	if c == nil {
		return true
	}
	f, ok := Find(fields, c.Path)
	if !ok {
		return false
	}
	return Same(v.Of(f), c.Equals)
}

// Same compares two values as stored and as read back from JSON or YAML.
func Same(a, b any) bool {
	if x, ok := whole(a); ok {
		y, ok := whole(b)
		return ok && x == y
	}
	return a == b
}

// Missing lists the required fields that are shown and have neither answer nor default.
func Missing(fields []Field, v Values) []Field {
	var missing []Field
	for _, f := range fields {
		if f.Required && !f.Local && v.Of(f) == nil && f.ShowIf.Holds(fields, v) {
			missing = append(missing, f)
		}
	}
	return missing
}

var months = map[string][]string{
	"da": {"januar", "februar", "marts", "april", "maj", "juni", "juli", "august", "september", "oktober", "november", "december"},
	"en": {"January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November", "December"},
}

// Print is the value as it reads in a document of the language: "da" or "en".
func (f Field) Print(value any, language string) string {
	switch f.Type {
	case OneOf:
		for _, c := range f.Choices {
			if c.Value == value {
				return c.Label
			}
		}
	case YesNo:
		yes, _ := value.(bool)
		return map[string]map[bool]string{"da": {true: "ja", false: "nej"}, "en": {true: "yes", false: "no"}}[language][yes]
	case Integer:
		n, _ := whole(value)
		return fmt.Sprint(n)
	case Date:
		if d, err := time.Parse(time.DateOnly, fmt.Sprint(value)); err == nil {
			month := months[language][d.Month()-1]
			if language == "en" {
				return fmt.Sprintf("%d %s %d", d.Day(), month, d.Year())
			}
			return fmt.Sprintf("%d. %s %d", d.Day(), month, d.Year())
		}
	}
	if value == nil {
		return ""
	}
	return fmt.Sprint(value)
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
		if f.Type == OneOf && len(f.Choices) < 2 {
			return fmt.Errorf("field %s: a choice needs two branches", f.Path)
		}
		if _, err := f.Check(f.Default); err != nil {
			return fmt.Errorf("field %s: its default breaks its rule: %w", f.Path, err)
		}
		if f.Default != nil && f.Source == "" {
			return fmt.Errorf("field %s: a default states its source", f.Path)
		}
	}
	for _, f := range fields {
		if f.ShowIf != nil && !seen[f.ShowIf.Path] {
			return fmt.Errorf("field %s: shown by %q, which is not asked", f.Path, f.ShowIf.Path)
		}
	}
	return nil
}
