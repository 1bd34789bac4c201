package template

import (
	"slices"
	"strings"
	"time"

	"klausul/server/clause"
	"klausul/server/field"
)

// About is what a version is apart from its text.
type About struct {
	Key, Name, Version, Language string
	Provenance                   clause.Provenance
	DeclaredBy                   string
	DeclaredOn                   *time.Time
	SourceHash                   string
	Fields                       []field.Field // that the spans may name; those that none names are left out
}

// assembler makes a tree of paragraphs.
type assembler struct {
	v        clause.Version
	fields   []field.Field
	named    map[string]bool
	at       map[string]int // of the clauses in the tree
	parts    [][]Paragraph  // of each clause, in order
	headless map[string]bool
	waiting  map[string][]Paragraph // guidance right under a section's heading
	standard map[string]bool        // sections of the standard structure that are there
	section  []string               // of each clause
	head     []int                  // position of each clause's first paragraph
	problems []Problem
}

// Assemble makes the clause tree of the paragraphs as recognised and corrected, and tells
// what still stands in the way. The same paragraphs always give the same tree. A paragraph
// goes to the clause it names, after those that name it before.
func Assemble(paragraphs []Paragraph, about About) (clause.Version, []Problem) {
	a := &assembler{fields: slices.Clone(about.Fields), named: map[string]bool{}, at: map[string]int{}, headless: map[string]bool{}, waiting: map[string][]Paragraph{}}
	a.v = clause.Version{Key: about.Key, Name: about.Name, Version: about.Version, Language: about.Language, Provenance: about.Provenance,
		DeclaredBy: about.DeclaredBy, DeclaredOn: about.DeclaredOn, SourceHash: about.SourceHash}
	for _, p := range paragraphs {
		a.take(p)
	}
	for i := range a.v.Clauses {
		a.parts[i] = append(a.parts[i], a.waiting[a.v.Clauses[i].Key]...)
		a.v.Clauses[i].Blocks = a.blocks(a.parts[i])
	}
	a.order()
	for i := range a.v.Clauses {
		c := &a.v.Clauses[i]
		c.Hash = c.Sum()
	}
	a.v.TextHash = clause.Sum(a.v.Clauses)
	for _, f := range a.fields {
		if a.named[f.Path] {
			a.v.Fields = append(a.v.Fields, f)
		}
	}
	a.shownBy()
	a.check(paragraphs)
	return a.v, a.problems
}

// take files one paragraph under its clause.
func (a *assembler) take(p Paragraph) {
	a.findings(p)
	switch p.Class {
	case Cover, Contents, Ignored:
		return
	case Unplaced:
		a.problem(UnplacedParagraph, true, p, "")
		return
	}
	if p.Section == "" {
		if p.Class != Guidance {
			a.problem(UnplacedParagraph, true, p, "")
		}
		return
	}
	if p.Class == Guidance && p.Clause == "" { // help with the clause that follows
		a.waiting[p.Section] = append(a.waiting[p.Section], p)
		return
	}
	key, level := p.Section, 1
	if p.Clause != "" {
		a.clause(p.Section, p, 1, false)
		key, level = p.Clause, 2
	}
	i := a.clause(key, p, level, true)
	c := &a.v.Clauses[i]
	if p.Class == Heading {
		c.Heading, c.Number, c.Level = strings.TrimSpace(wordingOf(p.Spans)), p.Number, max(level, p.Level)
		if level == 1 {
			c.Annex, c.Level = p.Annex, 1
		}
		return
	}
	if p.Class == Provision || p.Class == Option && p.Level == 0 && len(a.parts[i]) == 0 {
		if p.Number != "" {
			c.Number = p.Number
		}
		if p.Class == Provision {
			c.Level = max(level, p.Level)
		}
	}
	if p.Clause != "" {
		a.parts[i] = append(a.parts[i], a.waiting[p.Section]...)
		delete(a.waiting, p.Section)
	}
	a.parts[i] = append(a.parts[i], p)
}

// clause is the place of a clause in the tree, made when it is first named.
func (a *assembler) clause(key string, p Paragraph, level int, own bool) int {
	i, ok := a.at[key]
	if !ok {
		i = len(a.v.Clauses)
		a.at[key] = i
		c := clause.Clause{Key: key, Level: level}
		a.v.Clauses = append(a.v.Clauses, c)
		a.parts = append(a.parts, nil)
		a.head = append(a.head, p.Position)
		if !own {
			a.headless[key] = true
			a.problem(HeadingMissing, true, p, key)
		}
	}
	return i
}

// order puts every sub-clause behind its own section, in the order in which each was first
// named, and tells annexes what they are.
func (a *assembler) order() {
	section := make([]string, len(a.v.Clauses))
	for key, i := range a.at {
		section[i] = key
		if a.v.Clauses[i].Level > 1 {
			section[i] = ""
		}
	}
	last := ""
	for i, c := range a.v.Clauses {
		switch {
		case c.Level == 1:
			last = c.Key
		case len(a.parts[i]) > 0:
			section[i] = a.parts[i][0].Section
		default:
			section[i] = last // a sub-heading without text stands where it stood
		}
	}
	index := make([]int, len(a.v.Clauses))
	for i := range index {
		index[i] = i
	}
	slices.SortStableFunc(index, func(x, y int) int { return a.at[section[x]] - a.at[section[y]] })
	clauses, parts, head := make([]clause.Clause, 0, len(index)), make([][]Paragraph, 0, len(index)), make([]int, 0, len(index))
	annex := false
	for n, i := range index {
		c := a.v.Clauses[i]
		if c.Level == 1 {
			annex = c.Annex
		}
		c.Annex = annex
		clauses, parts, head = append(clauses, c), append(parts, a.parts[i]), append(head, a.head[i])
		a.at[c.Key] = n
	}
	a.v.Clauses, a.parts, a.head = clauses, parts, head
}

// shownBy takes conditions on fields that are not asked here off.
func (a *assembler) shownBy() {
	for i := range a.v.Fields {
		if s := a.v.Fields[i].ShowIf; s != nil && s.Path != "" && !a.named[s.Path] {
			a.v.Fields[i].ShowIf = nil
		}
	}
}

// spans makes the tree's spans; white space where two meet stays as it is.
func (a *assembler) spans(p Paragraph, spans []Span) []clause.Span {
	out := make([]clause.Span, 0, len(spans))
	for _, s := range spans {
		switch {
		case s.Text == "":
			continue
		case s.Kind == clause.FillIn && s.Filled:
			out = append(out, clause.Span{Kind: s.Kind, Field: s.Field, Text: s.Text, Filled: true})
			a.named[s.Field] = true
		case s.Kind == clause.FillIn:
			f, ok := field.Find(a.fields, s.Field)
			if !ok {
				a.problem(FieldUnknown, true, p, s.Text)
				f.Label = s.Text
			}
			a.named[s.Field] = true
			out = append(out, clause.Span{Kind: s.Kind, Field: s.Field, Text: f.Label})
		default:
			if n := len(out); n > 0 && out[n-1].Kind == s.Kind {
				out[n-1].Text += s.Text
				continue
			}
			c := clause.Span{Kind: s.Kind, Text: s.Text}
			if s.Kind == clause.Option {
				c.Field = s.Field
				a.named[s.Field] = true
			}
			out = append(out, c)
		}
	}
	return out
}

// blocks makes the blocks of a clause.
func (a *assembler) blocks(ps []Paragraph) []clause.Block {
	var out []clause.Block
	var help []clause.Span // guidance that waits for text to stand with
	for n := 0; n < len(ps); {
		p := ps[n]
		if p.Class == Option {
			m := n
			for m < len(ps) && (ps[m].Class == Option && ps[m].Choice == p.Choice || ps[m].Class == Guidance && more(ps[m:], p.Choice)) {
				m++
			}
			out = append(out, a.choosing(ps[n:m]))
			n = m
			continue
		}
		n++
		switch {
		case p.Grid != nil:
			out = append(out, a.table(p))
		case p.Class == Guidance, len(p.Spans) > 0 && !slices.ContainsFunc(p.Spans, func(s Span) bool { return s.Kind != clause.Guidance }):
			help = guide(out, p, help)
		case p.Class == Item:
			if last := len(out) - 1; last >= 0 && out[last].Kind == clause.List && n >= 2 && follows(ps[:n-1], p) {
				out[last].Items = append(out[last].Items, a.spans(p, p.Spans))
			} else {
				if p.Level > 1 && last >= 0 && out[last].Kind == clause.List {
					a.problem(NestedItems, false, p, "")
				}
				out = append(out, clause.Block{Kind: clause.List, Items: [][]clause.Span{a.spans(p, p.Spans)}})
			}
		default:
			spans := a.spans(p, p.Spans)
			if len(spans) > 0 {
				out = append(out, clause.Block{Kind: clause.Paragraph, Spans: append(help, spans...)})
				help = nil
			}
		}
	}
	if len(help) > 0 {
		out = append(out, clause.Block{Kind: clause.Paragraph, Spans: help})
	}
	return out
}

// follows says whether an item is of the same depth as the one before it, guidance apart.
func follows(before []Paragraph, p Paragraph) bool {
	for k := len(before) - 1; k >= 0; k-- {
		if before[k].Class != Guidance {
			return max(1, before[k].Level) == max(1, p.Level)
		}
	}
	return false
}

// guide hangs guidance on the text before it, so that no block is there for it alone: a
// block counts in the hash and guidance must not. Without text before, it waits for some.
func guide(out []clause.Block, p Paragraph, help []clause.Span) []clause.Span {
	spans := make([]clause.Span, 0, len(p.Spans))
	for _, s := range p.Spans {
		spans = append(spans, clause.Span{Kind: clause.Guidance, Text: s.Text})
	}
	if hang(out, spans) {
		return help
	}
	return append(help, spans...)
}

// hang appends spans to the last text of blocks.
func hang(blocks []clause.Block, spans []clause.Span) bool {
	for k := len(blocks) - 1; k >= 0; k-- {
		switch b := &blocks[k]; {
		case b.Kind == clause.Paragraph:
			b.Spans = append(b.Spans, spans...)
			return true
		case b.Kind == clause.List:
			i := len(b.Items) - 1
			b.Items[i] = append(b.Items[i], spans...)
			return true
		case b.Kind == clause.Choosing && len(b.Branches) > 0:
			if hang(b.Branches[len(b.Branches)-1].Blocks, spans) {
				return true
			}
		case b.Table != nil && len(b.Table.Cells) > 0 && len(b.Table.Cells[len(b.Table.Cells)-1]) > 0:
			row := b.Table.Cells[len(b.Table.Cells)-1]
			row[len(row)-1] = append(row[len(row)-1], spans...)
			return true
		}
	}
	return false
}

func more(ps []Paragraph, choice string) bool {
	for _, p := range ps {
		switch {
		case p.Class == Option:
			return p.Choice == choice
		case p.Class != Guidance:
			return false
		}
	}
	return false
}

// choosing makes a choice of alternatives that stand together.
func (a *assembler) choosing(ps []Paragraph) clause.Block {
	b := clause.Block{Kind: clause.Choosing, Field: ps[0].Choice}
	a.named[b.Field] = true
	var order []string
	branches := map[string][]Paragraph{}
	for n, p := range ps {
		p.Choice = ""
		switch {
		case p.Class == Guidance: // help with the alternative before it
			p.Branch = ps[n-1].Branch
			ps[n].Branch = p.Branch
		case p.Level > 0:
			p.Class = Item
		default:
			p.Class = Text
		}
		if _, ok := branches[p.Branch]; !ok {
			order = append(order, p.Branch)
		}
		branches[p.Branch] = append(branches[p.Branch], p)
	}
	for _, v := range order {
		b.Branches = append(b.Branches, clause.Branch{Value: v, Blocks: a.blocks(branches[v])})
	}
	f, ok := field.Find(a.fields, b.Field)
	switch {
	case b.Field == "" || !ok:
		a.problem(FieldUnknown, true, ps[0], b.Field)
	case len(order) < 2:
		a.problem(ChoiceOfOne, true, ps[0], b.Field)
	default:
		for _, v := range order {
			if !slices.ContainsFunc(f.Choices, func(c field.Choice) bool { return c.Value == v }) {
				a.problem(BranchUnknown, true, ps[0], v)
			}
		}
	}
	return b
}

func (a *assembler) table(p Paragraph) clause.Block {
	t := &clause.Table{Head: p.Grid.Head, Collection: p.Grid.Collection, Columns: p.Grid.Columns}
	a.rows(t)
	if t.Collection == "" {
		t.Columns = nil
		for _, row := range p.Grid.Cells {
			cells := make([][]clause.Span, len(row))
			for n, cell := range row {
				cells[n] = a.spans(p, cell)
			}
			t.Cells = append(t.Cells, cells)
		}
	}
	return clause.Block{Kind: clause.TableRows, Table: t}
}

// rows asks for the rows of a table that the register does not know: as the fields have it,
// with the columns that it lacks, or as a field of the table's own headings.
func (a *assembler) rows(t *clause.Table) {
	at := slices.IndexFunc(standard().Collections, func(c collection) bool { return c.Key == t.Collection && !c.Register })
	if at < 0 {
		return
	}
	c := standard().Collections[at]
	a.named[c.Key] = true
	k := slices.IndexFunc(a.fields, func(f field.Field) bool { return f.Path == c.Key })
	if k < 0 {
		k = len(a.fields)
		a.fields = append(a.fields, field.Field{Path: c.Key, Type: field.Rows, Label: in(a.v.Language, c.DA, c.EN)})
	}
	f := a.fields[k]
	f.Columns = slices.Clone(f.Columns)
	for n, path := range t.Columns {
		if _, ok := field.Find(f.Columns, path); !ok && n < len(t.Head) {
			f.Columns = append(f.Columns, field.Field{Path: path, Type: field.Text, Label: t.Head[n]})
		}
	}
	a.fields[k] = f
}
