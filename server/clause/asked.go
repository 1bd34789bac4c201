package clause

import (
	"context"
	"encoding/json"
	"errors"
	"reflect"
	"slices"

	"klausul/server/access"
	"klausul/server/fault"
	"klausul/server/field"
)

// SaveField changes, adds (base nil) or removes (next nil) a field. base is the field as
// the writer read it. It refuses with ErrField, which tells what stands there now, or ErrFields.
func (s *Service) SaveField(ctx context.Context, scope access.Scope, id int64, base, next *field.Field) error {
	return s.edit(ctx, scope, "template.field", id, func(c *change) (any, any, error) {
		fields, err := with(c.Fields, base, next, func(f field.Field) string { return f.Path }, ErrField)
		if err != nil {
			return nil, nil, err
		}
		if err := errors.Join(field.CheckAll(fields), field.CheckRules(c.Rules, fields)); err != nil {
			return nil, nil, ErrFields.With("why", err.Error()).Because(err)
		}
		c.Fields = fields
		for i := range c.all {
			named(c.all[i].Blocks, fields)
		}
		return base, next, nil
	})
}

// SaveRule changes, adds (base nil) or removes (next nil) a rule. base is the rule as the
// writer read it. It refuses with ErrRule, which tells what stands there now, or ErrRules.
func (s *Service) SaveRule(ctx context.Context, scope access.Scope, id int64, base, next *field.Rule) error {
	return s.edit(ctx, scope, "template.rule", id, func(c *change) (any, any, error) {
		rules, err := with(c.Rules, base, next, func(r field.Rule) string { return r.Code }, ErrRule)
		if err != nil {
			return nil, nil, err
		}
		if err := field.CheckRules(rules, c.Fields); err != nil {
			return nil, nil, ErrRules.With("why", err.Error()).Because(err)
		}
		c.Rules = rules
		return base, next, nil
	})
}

// with is a list with one of its members changed, added or removed; key tells them apart.
// Where base is not what stands there, the refusal tells what does.
func with[T any](all []T, base, next *T, key func(T) string, refusal *fault.Error) ([]T, error) {
	all = slices.Clone(all)
	of := base
	if base == nil {
		of = next
	}
	if of == nil {
		return nil, fault.ErrInvalid
	}
	i := slices.IndexFunc(all, func(x T) bool { return key(x) == key(*of) })
	switch {
	case base == nil && i >= 0, base != nil && (i < 0 || !same(all[i], *base)):
		refused := refusal.With("path", key(*of))
		if i >= 0 {
			refused = refused.With("theirs", all[i])
		}
		return nil, refused
	case base == nil:
		return append(all, *next), nil
	case next == nil:
		return slices.Delete(all, i, i+1), nil
	}
	all[i] = *next
	return all, nil
}

// same compares as JSON: a default read from YAML and one read back are the same.
func same[T any](a, b T) bool {
	x, errX := json.Marshal(a)
	y, errY := json.Marshal(b)
	var m, n any
	return errX == nil && errY == nil && json.Unmarshal(x, &m) == nil && json.Unmarshal(y, &n) == nil && reflect.DeepEqual(m, n)
}
