package clause

import (
	"maps"

	"klausul/server/field"
)

// Filling is what a tree is filled with: answers by path, facts by path (text as it
// stands), and rows of the collections. A slot that none of them fills stays a named hole.
type Filling struct {
	Fields      []field.Field
	Values      field.Values
	Facts       map[string]string
	Collections map[string][]map[string]string
	Language    string
	Printing    int  // see field.Printing
	Own         bool // one party's text: the values of local fields are its own
}

// Fill returns the tree as it reads: conditions decided, choices made, slots filled,
// tables with their rows. The given tree is not changed.
func Fill(clauses []Clause, f Filling) []Clause {
	filled := make([]Clause, 0, len(clauses))
	for _, c := range clauses {
		c.Blocks = f.blocks(c.Blocks)
		filled = append(filled, c)
	}
	return filled
}

func (f Filling) blocks(blocks []Block) []Block {
	var out []Block
	for _, b := range blocks {
		if !b.When.Holds(f.Fields, f.Values) {
			continue
		}
		b.When = nil
		switch b.Kind {
		case Choosing:
			out = append(out, f.choose(b)...)
			continue
		case Paragraph:
			b.Spans = f.spans(b.Spans)
		case List:
			items := make([][]Span, len(b.Items))
			for i, item := range b.Items {
				items[i] = f.spans(item)
			}
			b.Items = items
		case TableRows:
			b.Table = f.table(*b.Table)
		case Repeat:
			for _, member := range f.members(b.Collection) {
				out = append(out, f.with(b.Collection, member).blocks(b.Blocks)...)
			}
			continue
		}
		out = append(out, b)
	}
	return out
}

func (f Filling) table(t Table) *Table {
	if t.Collection == "" {
		cells := make([][][]Span, len(t.Cells))
		for i, row := range t.Cells {
			for _, cell := range row {
				cells[i] = append(cells[i], f.spans(cell))
			}
		}
		t.Cells = cells
		return &t
	}
	members := f.members(t.Collection)
	t.Rows = make([][]string, 0, len(members))
	for _, member := range members {
		row := make([]string, len(t.Columns))
		for i, column := range t.Columns {
			row[i] = member[column]
		}
		t.Rows = append(t.Rows, row)
	}
	return &t
}

// members are the rows of a collection: facts of the register, or an answer.
func (f Filling) members(collection string) []map[string]string {
	if rows, ok := f.Collections[collection]; ok {
		return rows
	}
	asked, _ := field.Find(f.Fields, collection)
	return asked.CellsAs(f.Values.Of(asked), f.Language, f.Printing)
}

// with adds one row's values as facts.
func (f Filling) with(collection string, member map[string]string) Filling {
	facts := maps.Clone(f.Facts)
	if facts == nil {
		facts = map[string]string{}
	}
	for column, value := range member {
		facts[collection+"."+column] = value
	}
	f.Facts = facts
	return f
}

// choose puts the chosen branches in the choice's place; an open choice stays a hole.
func (f Filling) choose(b Block) []Block {
	asked, ok := field.Find(f.Fields, b.Field)
	var out []Block
	if ok {
		chosen := &field.Condition{Path: b.Field}
		for _, branch := range b.Branches {
			chosen.Equals = branch.Value
			if chosen.Holds(f.Fields, f.Values) {
				out = append(out, f.blocks(branch.Blocks)...)
			}
		}
	}
	if len(out) > 0 || ok && b.Min == 0 && b.Max > 0 {
		return out
	}
	return []Block{{Kind: Paragraph, Spans: []Span{{Kind: FillIn, Field: b.Field, Text: asked.Label}}}}
}

func (f Filling) spans(spans []Span) []Span {
	out := make([]Span, 0, len(spans))
	for _, s := range spans {
		switch s.Kind {
		case Guidance:
			continue
		case FillIn:
			s = f.fillIn(s)
		}
		out = append(out, s)
	}
	return out
}

func (f Filling) fillIn(s Span) Span {
	if fact, ok := f.Facts[s.Field]; ok && fact != "" {
		return Span{Kind: FillIn, Field: s.Field, Text: fact, Filled: true}
	}
	asked, ok := field.Find(f.Fields, s.Field)
	if !ok {
		return s
	}
	if v := f.Values.Of(asked); v != nil && (f.Own || !asked.Local) {
		return Span{Kind: FillIn, Field: s.Field, Text: asked.PrintAs(v, f.Language, f.Printing), Filled: true}
	}
	return Span{Kind: FillIn, Field: s.Field, Text: asked.Label}
}
