package field

import (
	"fmt"
	"slices"
)

// Condition speaks of the values in force. It is either a group (All, Any, Not) or about
// the field at Path: its value Equals, is one of In, is Above or Below a number, or there
// is one (Set). Of Rows and SomeOf the number of members is compared, and a SomeOf equals
// what it holds.
type Condition struct {
	Path   string      `json:"path,omitempty" yaml:"path"`
	Equals any         `json:"equals,omitempty" yaml:"equals"`
	In     []any       `json:"in,omitempty" yaml:"in"`
	Above  *int        `json:"above,omitempty" yaml:"above"`
	Below  *int        `json:"below,omitempty" yaml:"below"`
	Set    *bool       `json:"set,omitempty" yaml:"set"`
	All    []Condition `json:"all,omitempty" yaml:"all"`
	Any    []Condition `json:"any,omitempty" yaml:"any"`
	Not    *Condition  `json:"not,omitempty" yaml:"not"`
}

// Holds tells whether the condition holds over the values in force. No condition always
// holds; one that speaks of a field which is not asked never does.
func (c *Condition) Holds(fields []Field, v Values) bool {
	if c == nil {
		return true
	}
	holds := func(part Condition) bool { return part.Holds(fields, v) }
	switch {
	case len(c.All) > 0:
		return !slices.ContainsFunc(c.All, func(part Condition) bool { return !holds(part) })
	case len(c.Any) > 0:
		return slices.ContainsFunc(c.Any, holds)
	case c.Not != nil:
		return !holds(*c.Not)
	}
	f, ok := Find(fields, c.Path)
	return ok && c.about(v.Of(f))
}

func (c *Condition) about(value any) bool {
	switch {
	case c.Set != nil:
		return (value != nil) == *c.Set
	case c.Above != nil:
		n, ok := size(value)
		return ok && n > *c.Above
	case c.Below != nil:
		n, ok := size(value)
		return ok && n < *c.Below
	case len(c.In) > 0:
		return slices.ContainsFunc(c.In, func(one any) bool { return equal(value, one) })
	}
	return equal(value, c.Equals)
}

func equal(value, wanted any) bool {
	if members, ok := list(value); ok {
		return slices.ContainsFunc(members, func(m any) bool { return Same(m, wanted) })
	}
	return Same(value, wanted)
}

// size is the number that is compared: the value itself, or how many it holds.
func size(value any) (int, bool) {
	if members, ok := list(value); ok {
		return len(members), true
	}
	if value == nil {
		return 0, false
	}
	return Whole(value)
}

// Same compares two values as stored and as read back from JSON or YAML.
func Same(a, b any) bool {
	if x, ok := Whole(a); ok {
		y, ok := Whole(b)
		return ok && x == y
	}
	switch a.(type) {
	case []any, []string, map[string]any: // not comparable
		return false
	}
	return a == b
}

// Paths are the fields that the condition speaks of.
func (c *Condition) Paths() []string {
	if c == nil {
		return nil
	}
	var out []string
	if c.Path != "" {
		out = append(out, c.Path)
	}
	for _, part := range slices.Concat(c.All, c.Any) {
		out = append(out, part.Paths()...)
	}
	return append(out, c.Not.Paths()...)
}

// deepest is how far conditions may stand inside each other.
const deepest = 8

func (c *Condition) sound(fields []Field) error { return c.soundTo(fields, deepest) }

func (c *Condition) soundTo(fields []Field, depth int) error {
	if c == nil {
		return nil
	}
	if depth == 0 {
		return fmt.Errorf("a condition is more than %d deep", deepest)
	}
	ways := 0
	for _, used := range []bool{c.Path != "", len(c.All) > 0, len(c.Any) > 0, c.Not != nil} {
		if used {
			ways++
		}
	}
	if ways != 1 {
		return fmt.Errorf("a condition is about one field or one group of conditions")
	}
	if c.Path != "" {
		if _, ok := Find(fields, c.Path); !ok {
			return fmt.Errorf("shown by %q, which is not asked", c.Path)
		}
		return nil
	}
	for _, part := range slices.Concat(c.All, c.Any) {
		if err := part.soundTo(fields, depth-1); err != nil {
			return err
		}
	}
	return c.Not.soundTo(fields, depth-1)
}

// Severity says what a rule that speaks does: an Error stops the release, a Warning does not.
type Severity string

// The severities.
const (
	Error   Severity = "error"
	Warning Severity = "warning"
)

// Rule speaks beside the field at Path when its condition holds: answers that break the
// law, contradict each other, or lie outside what the secretariat wants.
type Rule struct {
	Code        string            `json:"code" yaml:"code"`
	Path        string            `json:"path" yaml:"path"`
	Severity    Severity          `json:"severity" yaml:"severity"`
	When        *Condition        `json:"when" yaml:"when"`
	Says        map[string]string `json:"says" yaml:"says"` // by language, "da" and "en"
	Source      string            `json:"source" yaml:"source"`
	Unconfirmed bool              `json:"unconfirmed,omitempty" yaml:"unconfirmed"`
}

// Speaking are the rules whose condition holds, at fields that are shown.
func Speaking(rules []Rule, fields []Field, v Values) []Rule {
	var out []Rule
	for _, r := range rules {
		f, ok := Find(fields, r.Path)
		if ok && f.ShowIf.Holds(fields, v) && r.When.Holds(fields, v) {
			out = append(out, r)
		}
	}
	return out
}

// CheckRules refuses rules that could never speak or would not be understood.
func CheckRules(rules []Rule, fields []Field) error {
	seen := map[string]bool{}
	for _, r := range rules {
		_, asked := Find(fields, r.Path)
		switch {
		case r.Code == "" || seen[r.Code]:
			return fmt.Errorf("rule %q: a code is needed, and only once", r.Code)
		case !asked:
			return fmt.Errorf("rule %s: stands beside %q, which is not asked", r.Code, r.Path)
		case r.Severity != Error && r.Severity != Warning:
			return fmt.Errorf("rule %s: unknown severity %q", r.Code, r.Severity)
		case r.When == nil || r.Says["da"] == "" || r.Says["en"] == "" || r.Source == "":
			return fmt.Errorf("rule %s: it needs a condition, a sentence in Danish and English, and a source", r.Code)
		}
		seen[r.Code] = true
		if err := r.When.sound(fields); err != nil {
			return fmt.Errorf("rule %s: %w", r.Code, err)
		}
	}
	return nil
}
