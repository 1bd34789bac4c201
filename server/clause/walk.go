package clause

import (
	"slices"
	"strings"

	"klausul/server/field"
)

// eachBlock calls fn for every block, also those inside branches and repeats.
func eachBlock(blocks []Block, fn func(*Block)) {
	for i := range blocks {
		b := &blocks[i]
		fn(b)
		for _, branch := range b.Branches {
			eachBlock(branch.Blocks, fn)
		}
		eachBlock(b.Blocks, fn)
	}
}

// eachSpans calls fn for every run of spans: paragraphs, items and cells.
func eachSpans(blocks []Block, fn func([]Span)) {
	eachBlock(blocks, func(b *Block) {
		if b.Kind == Paragraph {
			fn(b.Spans)
		}
		for _, item := range b.Items {
			fn(item)
		}
		if b.Table != nil {
			for _, row := range b.Table.Cells {
				for _, cell := range row {
					fn(cell)
				}
			}
		}
	})
}

// paths are the fields and collections that the blocks speak of: slots, choices, conditions,
// rows. A place to fill in or choose that is bound to none has the empty path.
func paths(blocks []Block) []string {
	var out []string
	eachSpans(blocks, func(spans []Span) {
		for _, s := range spans {
			if s.Kind == FillIn && (s.Field != "" || !s.Filled) {
				out = append(out, s.Field)
			}
		}
	})
	eachBlock(blocks, func(b *Block) {
		out = append(out, b.When.Paths()...)
		switch {
		case b.Kind == Choosing:
			out = append(out, b.Field)
		case b.Kind == Repeat:
			out = append(out, b.Collection)
		case b.Table != nil && b.Table.Collection != "":
			out = append(out, b.Table.Collection)
		}
	})
	return out
}

// Paths are the fields and collections that the clause speaks of: its slots, choices,
// conditions and rows, each once.
func (c Clause) Paths() []string {
	out := []string{}
	for _, p := range paths(c.Blocks) {
		if p != "" && !slices.Contains(out, p) {
			out = append(out, p)
		}
	}
	return out
}

// named puts the labels of the fields into the slots.
func named(blocks []Block, fields []field.Field) {
	eachSpans(blocks, func(spans []Span) {
		for i := range spans {
			if f, ok := asked(fields, spans[i].Field); ok && spans[i].Kind == FillIn {
				spans[i].Text = f.Label
			}
		}
	})
}

// Lines are the lines that a filled clause prints below its heading, without the empty ones.
func (c Clause) Lines() [][]Span {
	var out [][]Span
	add := func(spans []Span) {
		text := ""
		for _, s := range spans {
			text += s.Text
		}
		if strings.TrimSpace(text) != "" {
			out = append(out, spans)
		}
	}
	for _, b := range c.Blocks {
		add(b.Spans)
		for _, item := range b.Items {
			add(item)
		}
		if b.Table == nil {
			continue
		}
		for _, head := range b.Table.Head {
			add([]Span{{Kind: Normative, Text: head}})
		}
		for _, row := range b.Table.Rows {
			for _, cell := range row {
				add([]Span{{Kind: FillIn, Text: cell, Filled: true}})
			}
		}
		for _, row := range b.Table.Cells {
			for _, cell := range row {
				add(cell)
			}
		}
	}
	return out
}
