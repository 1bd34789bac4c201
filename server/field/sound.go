package field

import (
	"errors"
	"fmt"
)

var errSaysNothing = errors.New("says nothing of the field")

// Sound refuses a condition that speaks of fields which are not asked, of none or of too
// many at once, or that says nothing of its field.
func (c *Condition) Sound(fields []Field) error {
	if err := c.sound(fields); err != nil || c == nil {
		return err
	}
	for _, part := range c.leaves() {
		if part.Equals == nil && len(part.In) == 0 && part.Above == nil && part.Below == nil && part.Set == nil {
			return fmt.Errorf("%q: %w", part.Path, errSaysNothing)
		}
	}
	return nil
}

// leaves are the parts that are about one field.
func (c *Condition) leaves() []Condition {
	if c == nil {
		return nil
	}
	if c.Path != "" {
		return []Condition{*c}
	}
	var out []Condition
	for _, part := range append(append([]Condition{}, c.All...), c.Any...) {
		out = append(out, part.leaves()...)
	}
	return append(out, c.Not.leaves()...)
}
