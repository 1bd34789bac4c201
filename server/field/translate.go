package field

import (
	"fmt"
	"slices"
)

// Translate gives the fields with what a person reads of them in another language. It
// refuses texts that miss a field, a column or a branch, or have one too many.
func Translate(fields, texts []Field) ([]Field, error) {
	if len(fields) != len(texts) {
		return nil, fmt.Errorf("%d fields are translated, and there are %d", len(texts), len(fields))
	}
	out := make([]Field, len(fields))
	for i, f := range fields {
		in, ok := Find(texts, f.Path)
		if !ok {
			return nil, fmt.Errorf("field %s is not translated", f.Path)
		}
		f.Group, f.Label, f.Help, f.Unit = in.Group, in.Label, in.Help, in.Unit
		if _, words := f.Default.(string); words && f.Type != OneOf && f.Type != Date {
			f.Default = in.Default
		}
		var err error
		if f.Choices, err = translateChoices(f, in); err != nil {
			return nil, err
		}
		if len(f.Columns) > 0 {
			if f.Columns, err = Translate(f.Columns, in.Columns); err != nil {
				return nil, fmt.Errorf("field %s: %w", f.Path, err)
			}
		}
		out[i] = f
	}
	return out, nil
}

func translateChoices(f, in Field) ([]Choice, error) {
	var out []Choice
	for _, c := range f.Choices {
		at := slices.IndexFunc(in.Choices, func(other Choice) bool { return other.Value == c.Value })
		if at < 0 {
			return nil, fmt.Errorf("field %s: branch %q is not translated", f.Path, c.Value)
		}
		out = append(out, in.Choices[at])
	}
	return out, nil
}
