package clause

import (
	"errors"
	"fmt"
	"slices"

	"klausul/server/fault"
	"klausul/server/field"
)

// deepest is how far blocks may stand inside each other.
const deepest = 6

// checkBlocks refuses blocks that could not be filled: with ErrBlock one that is put
// together wrongly, with ErrSlot a slot and with ErrCondition a condition on nothing.
// The pointer says where. Empty spans are left out, and slots take the name of their field.
func checkBlocks(blocks []Block, fields []field.Field) ([]Block, error) {
	out, err := checker{fields}.blocks("/blocks", blocks, deepest)
	if err == nil {
		named(out, fields)
	}
	return out, err
}

type checker struct{ fields []field.Field }

func (c checker) blocks(at string, blocks []Block, depth int) ([]Block, error) {
	if depth == 0 || len(blocks) > 200 {
		return nil, refuse(ErrBlock, at)
	}
	out := slices.Clone(blocks)
	for i := range out {
		if err := c.block(fmt.Sprintf("%s/%d", at, i), &out[i], depth); err != nil {
			return nil, err
		}
	}
	return out, nil
}

func (c checker) block(at string, b *Block, depth int) (err error) {
	if err := b.When.Sound(c.fields); err != nil {
		return refuse(ErrCondition, at+"/when").Because(err)
	}
	clean := Block{Kind: b.Kind, When: b.When}
	switch b.Kind {
	case Paragraph:
		clean.Spans, err = c.spans(at+"/spans", b.Spans)
	case List:
		clean.Items, err = c.each(at+"/items", b.Items)
		err = errors.Join(err, unless(len(b.Items) > 0, at))
	case TableRows:
		clean.Table, err = c.table(at+"/table", b.Table)
	case Choosing:
		clean.Field, clean.Min, clean.Max = b.Field, b.Min, b.Max
		clean.Branches, err = c.branches(at, *b, depth)
	case Repeat:
		f, ok := field.Find(c.fields, b.Collection)
		if !ok || f.Type != field.Rows {
			return refuse(ErrSlot, at+"/collection").With("path", b.Collection)
		}
		clean.Collection = b.Collection
		clean.Blocks, err = c.blocks(at+"/blocks", b.Blocks, depth-1)
	default:
		return refuse(ErrBlock, at)
	}
	*b = clean
	return err
}

func (c checker) branches(at string, b Block, depth int) ([]Branch, error) {
	f, ok := field.Find(c.fields, b.Field)
	if !ok {
		return nil, refuse(ErrSlot, at+"/field").With("path", b.Field)
	}
	if len(b.Branches) == 0 || b.Min < 0 || b.Max < 0 || b.Min > b.Max {
		return nil, refuse(ErrBlock, at)
	}
	out := make([]Branch, len(b.Branches))
	for i, branch := range b.Branches {
		here := fmt.Sprintf("%s/branches/%d", at, i)
		known := slices.ContainsFunc(f.Choices, func(x field.Choice) bool { return x.Value == branch.Value })
		twice := slices.ContainsFunc(b.Branches[:i], func(x Branch) bool { return x.Value == branch.Value })
		if !known || twice {
			return nil, refuse(ErrBlock, here+"/value").With("path", branch.Value)
		}
		blocks, err := c.blocks(here+"/blocks", branch.Blocks, depth-1)
		if err != nil {
			return nil, err
		}
		out[i] = Branch{Value: branch.Value, Blocks: blocks}
	}
	return out, nil
}

func (c checker) table(at string, t *Table) (*Table, error) {
	if t == nil || len(t.Head) == 0 || len(t.Rows) > 0 {
		return nil, refuse(ErrBlock, at)
	}
	clean := &Table{Head: t.Head, Collection: t.Collection, Columns: t.Columns}
	if t.Collection != "" {
		f, ok := field.Find(c.fields, t.Collection)
		if (!ok || f.Type != field.Rows) && !slices.Contains(register, t.Collection) {
			return nil, refuse(ErrSlot, at+"/collection").With("path", t.Collection)
		}
		return clean, unless(len(t.Columns) == len(t.Head), at+"/columns")
	}
	for i, row := range t.Cells {
		cells, err := c.each(fmt.Sprintf("%s/cells/%d", at, i), row)
		if err = errors.Join(err, unless(len(row) == len(t.Head), at)); err != nil {
			return nil, err
		}
		clean.Cells = append(clean.Cells, cells)
	}
	return clean, nil
}

func (c checker) each(at string, lines [][]Span) ([][]Span, error) {
	out := make([][]Span, len(lines))
	for i, line := range lines {
		spans, err := c.spans(fmt.Sprintf("%s/%d", at, i), line)
		if err != nil {
			return nil, err
		}
		out[i] = spans
	}
	return out, nil
}

var spanKinds = []SpanKind{Normative, Option, Supplementary, Guidance}

func (c checker) spans(at string, spans []Span) ([]Span, error) {
	out := []Span{}
	for i, s := range spans {
		switch {
		case s.Kind == FillIn:
			if _, ok := asked(c.fields, s.Field); !ok {
				return nil, refuse(ErrSlot, fmt.Sprintf("%s/%d/field", at, i)).With("path", s.Field)
			}
			out = append(out, Span{Kind: FillIn, Field: s.Field})
		case !slices.Contains(spanKinds, s.Kind):
			return nil, refuse(ErrBlock, fmt.Sprintf("%s/%d", at, i))
		case s.Text != "":
			out = append(out, Span{Kind: s.Kind, Text: s.Text})
		}
	}
	return out, nil
}

func refuse(err *fault.Error, at string) *fault.Error {
	return err.At(fault.Field{Pointer: at, Code: err.Code})
}

func unless(ok bool, at string) error {
	if ok {
		return nil
	}
	return refuse(ErrBlock, at)
}
