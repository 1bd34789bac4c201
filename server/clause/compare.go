package clause

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"strings"

	"klausul/server/access"
	"klausul/server/field"
	"klausul/server/redline"
	"klausul/server/storage"
)

// ChangeKind says what became of a clause, a field or a rule.
type ChangeKind string

// The kinds of changes. A clause that was changed too is Changed, and Moved tells the rest.
const (
	Same    ChangeKind = "same"
	Changed ChangeKind = "changed"
	Added   ChangeKind = "added"
	Removed ChangeKind = "removed"
	Moved   ChangeKind = "moved"
)

// Comparison is two versions side by side.
type Comparison struct {
	From, To Version
	Clauses  []ClauseChange // in the order of the second, what is gone where it stood
	Fields   []Difference
	Rules    []Difference
}

// ClauseChange is one clause in two versions, told apart by its key.
type ClauseChange struct {
	Key           string
	Kind          ChangeKind
	Moved         bool
	Level         int
	Annex         bool
	Before, After string // its number
	Heading       []redline.Segment
	Lines         []Line
}

// Line is a paragraph, an item, a row, or the head of a choice, a branch or a repeat.
type Line struct {
	Kind     string
	Depth    int
	When     []redline.Segment // on which answers it stands at all
	Segments []redline.Segment
}

// Difference is a field or a rule in two versions; Parts are the properties that differ.
type Difference struct {
	Key, Label string
	Kind       ChangeKind
	Parts      []Part
}

// Part is one property before and after, empty where it was not there.
type Part struct{ Name, Before, After string }

// Compare tells two versions apart, clause by clause.
func Compare(a, b Version) Comparison {
	out := Comparison{From: a, To: b, Fields: differences(fieldProperties(a.Fields), fieldProperties(b.Fields)), Rules: differences(ruleProperties(a.Rules), ruleProperties(b.Rules))}
	out.Clauses = CompareClauses(a.Clauses, b.Clauses)
	return out
}

// CompareClauses tells two trees apart.
func CompareClauses(a, b []Clause) []ClauseChange {
	before := map[string]int{}
	for i, c := range a {
		before[c.Key] = i
	}
	kept := keepOrder(a, b)
	var out []ClauseChange
	next := 0 // of a: what is gone up to a clause that stayed stands before it
	gone := func(to int) {
		for ; next < to; next++ {
			if !slices.ContainsFunc(b, func(c Clause) bool { return c.Key == a[next].Key }) {
				out = append(out, one(a[next], Clause{}))
			}
		}
	}
	for _, c := range b {
		i, was := before[c.Key]
		if !was {
			out = append(out, one(Clause{}, c))
			continue
		}
		if kept[c.Key] {
			gone(i)
		}
		change := one(a[i], c)
		if change.Moved = !kept[c.Key]; change.Moved && change.Kind == Same {
			change.Kind = Moved
		}
		out = append(out, change)
	}
	gone(len(a))
	return out
}

// keepOrder are the keys that stand in the same order in both: the longest such row.
func keepOrder(a, b []Clause) map[string]bool {
	at := map[string]int{}
	for i, c := range a {
		at[c.Key] = i
	}
	var places []int // in a, of every clause that both have
	var keys []string
	for _, c := range b {
		if i, both := at[c.Key]; both {
			places, keys = append(places, i), append(keys, c.Key)
		}
	}
	kept := map[string]bool{}
	for _, k := range redline.Rising(places) {
		kept[keys[k]] = true
	}
	return kept
}

// one compares a clause with what became of it; one of the two may be missing.
func one(a, b Clause) ClauseChange {
	is := b
	out := ClauseChange{Kind: Same, Before: a.Number, After: b.Number, Heading: redline.Text(a.Heading, b.Heading)}
	switch {
	case a.Key == "":
		out.Kind = Added
	case b.Key == "":
		out.Kind, is = Removed, a
	}
	out.Key, out.Level, out.Annex = is.Key, is.Level, is.Annex
	out.Lines = compareLines(lines(a.Blocks, 0), lines(b.Blocks, 0))
	if out.Kind == Same && (redline.Changed(out.Heading) || slices.ContainsFunc(out.Lines, Line.changed)) {
		out.Kind = Changed
	}
	return out
}

func (l Line) changed() bool { return redline.Changed(l.Segments) || redline.Changed(l.When) }

// line is a Line of one version.
type line struct {
	kind  string
	depth int
	when  string
	runs  []redline.Run
	key   string // equal for equal lines
	words map[string]bool
}

func (l line) sealed() line {
	key, err := json.Marshal([]any{l.kind, l.depth, l.when, l.runs})
	if err != nil {
		panic(err) // strings and numbers
	}
	l.key, l.words = string(key), map[string]bool{}
	for _, r := range l.runs {
		for _, w := range strings.Fields(r.Text) {
			l.words[w] = true
		}
	}
	return l
}

// lines lays blocks out as the lines a person reads.
func lines(blocks []Block, depth int) []line {
	var out []line
	add := func(kind, when string, runs []redline.Run) {
		out = append(out, line{kind: kind, depth: depth, when: when, runs: runs}.sealed())
	}
	for _, b := range blocks {
		when := ""
		if b.When != nil {
			when = told(*b.When)
		}
		switch b.Kind {
		case List:
			for _, item := range b.Items {
				add("item", when, runs(item))
			}
		case TableRows:
			add("head", when, []redline.Run{{Text: strings.Join(b.Table.Head, " | ")}})
			if b.Table.Collection != "" {
				add("rows", when, []redline.Run{{Text: b.Table.Collection + ": " + strings.Join(b.Table.Columns, " | ")}})
			}
			for _, row := range b.Table.Rows {
				add("row", when, []redline.Run{{Text: strings.Join(row, " | ")}})
			}
			for _, row := range b.Table.Cells {
				var cells []redline.Run
				for i, cell := range row {
					if i > 0 {
						cells = append(cells, redline.Run{Text: " | "})
					}
					cells = append(cells, runs(cell)...)
				}
				add("row", when, cells)
			}
		case Choosing:
			add("choice", when, []redline.Run{{Kind: string(FillIn), Text: b.Field, Whole: true}, {Text: choose(b)}})
			for _, branch := range b.Branches {
				add("branch", "", []redline.Run{{Text: branch.Value}})
				out = append(out, lines(branch.Blocks, depth+1)...)
			}
		case Repeat:
			add("repeat", when, []redline.Run{{Text: b.Collection}})
			out = append(out, lines(b.Blocks, depth+1)...)
		default:
			add("paragraph", when, runs(b.Spans))
		}
	}
	return out
}

func choose(b Block) string {
	if b.Max == 0 {
		return ""
	}
	return fmt.Sprintf(" %d-%d", b.Min, b.Max)
}

// runs are spans for the comparison: a slot is one word, a filled one its text.
func runs(spans []Span) []redline.Run {
	out := make([]redline.Run, 0, len(spans))
	for _, s := range spans {
		switch {
		case s.Kind == FillIn && !s.Filled:
			out = append(out, redline.Run{Kind: string(FillIn), Text: s.Field, Whole: true})
		case s.Kind == FillIn:
			out = append(out, redline.Run{Kind: string(Normative), Text: s.Text})
		default:
			out = append(out, redline.Run{Kind: string(s.Kind), Text: s.Text})
		}
	}
	return out
}

// compareLines pairs the lines: equal ones first, then in each gap those that have most in common.
func compareLines(a, b []line) []Line {
	var out []Line
	i, j := 0, 0
	for _, p := range common(a, b, func(x, y line) float64 {
		if x.key == y.key {
			return 1
		}
		return 0
	}) {
		out = append(out, gap(a[i:p[0]], b[j:p[1]])...)
		out = append(out, pair(a[p[0]], b[p[1]]))
		i, j = p[0]+1, p[1]+1
	}
	return append(out, gap(a[i:], b[j:])...)
}

func gap(a, b []line) []Line {
	var out []Line
	i, j := 0, 0
	rest := func(toI, toJ int) {
		for ; i < toI; i++ {
			out = append(out, pair(a[i], line{}))
		}
		for ; j < toJ; j++ {
			out = append(out, pair(line{}, b[j]))
		}
	}
	for _, p := range common(a, b, likeness) {
		rest(p[0], p[1])
		out = append(out, pair(a[i], b[j]))
		i, j = i+1, j+1
	}
	rest(len(a), len(b))
	return out
}

// likeness is the share of words that two lines of one kind have in common, from a third up.
func likeness(a, b line) float64 {
	if a.kind != b.kind || a.depth != b.depth {
		return 0
	}
	both := 0
	for w := range a.words {
		if b.words[w] {
			both++
		}
	}
	all := len(a.words) + len(b.words) - both
	if share := float64(both) / float64(max(all, 1)); share >= 1.0/3 || all == 0 {
		return max(share, 0.01)
	}
	return 0
}

// common finds the pairs, in order, whose likeness adds up to most.
func common(a, b []line, like func(a, b line) float64) [][2]int {
	if len(a) == 0 || len(b) == 0 {
		return nil
	}
	best := make([][]float64, len(a)+1)
	for i := range best {
		best[i] = make([]float64, len(b)+1)
	}
	for i := len(a) - 1; i >= 0; i-- {
		for j := len(b) - 1; j >= 0; j-- {
			best[i][j] = max(best[i+1][j], best[i][j+1])
			if l := like(a[i], b[j]); l > 0 {
				best[i][j] = max(best[i][j], l+best[i+1][j+1])
			}
		}
	}
	var out [][2]int
	for i, j := 0, 0; i < len(a) && j < len(b); {
		l := like(a[i], b[j])
		switch {
		case l > 0 && best[i][j] == l+best[i+1][j+1]:
			out = append(out, [2]int{i, j})
			i, j = i+1, j+1
		case best[i][j] == best[i+1][j]:
			i++
		default:
			j++
		}
	}
	return out
}

func pair(a, b line) Line {
	is := b
	if b.kind == "" {
		is = a
	}
	out := Line{Kind: is.kind, Depth: is.depth, Segments: redline.Compare(a.runs, b.runs)}
	if a.when != "" || b.when != "" {
		out.When = redline.Text(a.when, b.when)
	}
	return out
}

// told is a condition as a line of text, in the notation of paths.
func told(c field.Condition) string {
	group := func(parts []field.Condition, with string) string {
		texts := make([]string, len(parts))
		for i, p := range parts {
			texts[i] = told(p)
		}
		return "(" + strings.Join(texts, with) + ")"
	}
	switch {
	case len(c.All) > 0:
		return group(c.All, " & ")
	case len(c.Any) > 0:
		return group(c.Any, " | ")
	case c.Not != nil:
		return "¬ " + told(*c.Not)
	case c.Set != nil:
		return map[bool]string{true: c.Path, false: "¬ " + c.Path}[*c.Set]
	case c.Above != nil:
		return fmt.Sprintf("%s > %d", c.Path, *c.Above)
	case c.Below != nil:
		return fmt.Sprintf("%s < %d", c.Path, *c.Below)
	case len(c.In) > 0:
		return fmt.Sprintf("%s ∈ %s", c.Path, strings.Trim(fmt.Sprint(c.In...), "[]"))
	}
	return fmt.Sprintf("%s = %v", c.Path, c.Equals)
}

// properties are a field or a rule as a list of named texts.
type properties struct {
	key, label string
	parts      []Part // in After
}

func jsonProperties(key, label string, v any) properties {
	raw, err := json.Marshal(v)
	if err != nil {
		panic(err) // it came from JSON
	}
	var m map[string]any
	if err := json.Unmarshal(raw, &m); err != nil {
		panic(err)
	}
	p := properties{key: key, label: label}
	for name, value := range m {
		text, isText := value.(string)
		if !isText {
			raw, err := json.Marshal(value)
			if err != nil {
				panic(err)
			}
			text = string(raw)
		}
		p.parts = append(p.parts, Part{Name: name, After: text})
	}
	return p
}

func fieldProperties(fields []field.Field) []properties {
	out := make([]properties, len(fields))
	for i, f := range fields {
		out[i] = jsonProperties(f.Path, f.Label, f)
	}
	return out
}

func ruleProperties(rules []field.Rule) []properties {
	out := make([]properties, len(rules))
	for i, r := range rules {
		out[i] = jsonProperties(r.Code, r.Says["da"], r)
	}
	return out
}

// differences lists what was added, removed and changed, in the order of the second.
func differences(a, b []properties) []Difference {
	var out []Difference
	find := func(in []properties, key string) (properties, bool) {
		i := slices.IndexFunc(in, func(p properties) bool { return p.key == key })
		if i < 0 {
			return properties{}, false
		}
		return in[i], true
	}
	for _, p := range b {
		was, ok := find(a, p.key)
		d := Difference{Key: p.key, Label: p.label, Kind: Added}
		if ok {
			if d.Kind, d.Parts = Changed, parts(was.parts, p.parts); len(d.Parts) == 0 {
				continue
			}
		}
		out = append(out, d)
	}
	for _, p := range a {
		if _, ok := find(b, p.key); !ok {
			out = append(out, Difference{Key: p.key, Label: p.label, Kind: Removed})
		}
	}
	return out
}

func parts(a, b []Part) []Part {
	changed := map[string]Part{}
	for _, p := range a {
		changed[p.Name] = Part{Name: p.Name, Before: p.After}
	}
	for _, p := range b {
		changed[p.Name] = Part{Name: p.Name, Before: changed[p.Name].Before, After: p.After}
	}
	var out []Part
	for _, p := range changed {
		if p.Before != p.After {
			out = append(out, p)
		}
	}
	slices.SortFunc(out, func(x, y Part) int { return strings.Compare(x.Name, y.Name) })
	return out
}

// Compare reads two versions and tells them apart. It refuses with fault.ErrNotFound.
func (s *Service) Compare(ctx context.Context, scope access.Scope, from, to int64) (Comparison, error) {
	var a, b Version
	err := s.db.Read(ctx, scope, func(tx *storage.Tx) (err error) {
		if a, err = load(tx, visible(storage.List(headSQL), scope), from); err == nil {
			b, err = load(tx, visible(storage.List(headSQL), scope), to)
		}
		return err
	})
	if err != nil {
		return Comparison{}, err
	}
	return Compare(a, b), nil
}
