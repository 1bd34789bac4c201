// Package field holds typed fields: a path, a type, rules, a default with its source,
// help, and when it is shown. Template answers stand on it, and so will review
// sheets, catalogue answers and questionnaires.
package field

import (
	"slices"

	"klausul/server/fault"
)

// Type says what a value may be and how it is asked for.
type Type string

// The types. A value is JSON: string, integer, bool, "2006-01-02" for a date, two capital
// letters for a country (ISO 3166-1), a list of the chosen values for a SomeOf, and for
// Rows a list of objects with a value by column.
const (
	Text        Type = "text"
	LongText    Type = "long_text"
	Integer     Type = "integer"
	OneOf       Type = "choice"
	SomeOf      Type = "choices"
	YesNo       Type = "yes_no"
	Date        Type = "date"
	CountryCode Type = "country"
	Rows        Type = "rows"
)

// Choice is one way to answer a OneOf or a SomeOf.
type Choice struct {
	Value string `json:"value" yaml:"value"`
	Label string `json:"label" yaml:"label"`
}

// Field is one thing that is asked, (Local) filled from each organisation's own facts, or
// (Derived) reckoned from the register, so that conditions can speak of it.
type Field struct {
	Path        string     `json:"path" yaml:"path"`
	Type        Type       `json:"type" yaml:"type"`
	Group       string     `json:"group,omitempty" yaml:"group"`
	Label       string     `json:"label" yaml:"label"`
	Help        string     `json:"help,omitempty" yaml:"help"`
	Unit        string     `json:"unit,omitempty" yaml:"unit"`
	Required    bool       `json:"required" yaml:"required"`
	Local       bool       `json:"local" yaml:"local"`
	Derived     bool       `json:"derived,omitempty" yaml:"derived"`
	Minimum     *int       `json:"minimum,omitempty" yaml:"minimum"`
	Maximum     *int       `json:"maximum,omitempty" yaml:"maximum"`
	MaxLength   *int       `json:"maxLength,omitempty" yaml:"maxLength"`
	Choices     []Choice   `json:"choices,omitempty" yaml:"choices"`
	Default     any        `json:"default,omitempty" yaml:"default"`
	Source      string     `json:"source,omitempty" yaml:"source"`
	Unconfirmed bool       `json:"unconfirmed,omitempty" yaml:"unconfirmed"`
	ShowIf      *Condition `json:"showIf,omitempty" yaml:"showIf"`
	Columns     []Field    `json:"columns,omitempty" yaml:"columns"` // of Rows
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

// Of is the value in force: the answer, or else the default.
func (v Values) Of(f Field) any {
	if got, ok := v[f.Path]; ok && got != nil {
		return got
	}
	return f.Default
}

// Missing lists the required fields that are shown and have neither answer nor default.
func Missing(fields []Field, v Values) []Field {
	var missing []Field
	for _, f := range fields {
		if f.Required && !f.Local && !f.Derived && v.Of(f) == nil && f.ShowIf.Holds(fields, v) {
			missing = append(missing, f)
		}
	}
	return missing
}
