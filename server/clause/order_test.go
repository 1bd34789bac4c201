package clause

import (
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"klausul/server/field"
	"klausul/server/redline"
)

// text3 is two sections with clauses, and two annexes.
func text3() order {
	o := order{{Key: "s1", Level: 1, Number: "1", Heading: "A"}, {Key: "a", Level: 2}, {Key: "b", Level: 2}, {Key: "c", Level: 2},
		{Key: "s2", Level: 1, Number: "2", Heading: "B"}, {Key: "d", Level: 2}, {Key: "x1", Level: 1, Number: "A", Annex: true}, {Key: "e", Level: 2, Annex: true}, {Key: "x2", Level: 1, Number: "B", Annex: true}}
	o.renumber()
	return o
}

func (o order) String() string {
	var parts []string
	for _, c := range o.standing() {
		parts = append(parts, c.Key+":"+c.Number)
	}
	return strings.Join(parts, " ")
}

func TestOrder(t *testing.T) {
	const was = "s1:1 a:1.1 b:1.2 c:1.3 s2:2 d:2.1 x1:A e:A.1 x2:B"
	at := time.Date(2026, 11, 26, 12, 0, 0, 0, time.UTC)
	for name, c := range map[string]struct {
		do   func(order) (order, bool)
		want string
	}{
		"a clause goes down":                 {func(o order) (order, bool) { return o.move("a", 1) }, "s1:1 b:1.1 a:1.2 c:1.3 s2:2 d:2.1 x1:A e:A.1 x2:B"},
		"a clause goes up":                   {func(o order) (order, bool) { return o.move("c", -1) }, "s1:1 a:1.1 c:1.2 b:1.3 s2:2 d:2.1 x1:A e:A.1 x2:B"},
		"not out of its section":             {func(o order) (order, bool) { return o.move("c", 1) }, ""},
		"not before its heading":             {func(o order) (order, bool) { return o.move("a", -1) }, ""},
		"a section takes its clauses along":  {func(o order) (order, bool) { return o.move("s1", 1) }, "s2:1 d:1.1 s1:2 a:2.1 b:2.2 c:2.3 x1:A e:A.1 x2:B"},
		"a section stays out of the annexes": {func(o order) (order, bool) { return o.move("s2", 1) }, ""},
		"annexes change places":              {func(o order) (order, bool) { return o.move("x2", -1) }, "s1:1 a:1.1 b:1.2 c:1.3 s2:2 d:2.1 x2:A x1:B e:B.1"},
		"a clause comes in":                  {func(o order) (order, bool) { return o.insert("a", Clause{Key: "n", Level: 2}) }, "s1:1 a:1.1 n:1.2 b:1.3 c:1.4 s2:2 d:2.1 x1:A e:A.1 x2:B"},
		"behind a heading it is the first":   {func(o order) (order, bool) { return o.insert("s2", Clause{Key: "n", Level: 2}) }, "s1:1 a:1.1 b:1.2 c:1.3 s2:2 n:2.1 d:2.2 x1:A e:A.1 x2:B"},
		"a section comes behind the section": {func(o order) (order, bool) { return o.insert("a", Clause{Key: "n", Level: 1, Number: "?"}) }, "s1:1 a:1.1 b:1.2 c:1.3 n:2 s2:3 d:3.1 x1:A e:A.1 x2:B"},
		"an annex behind an annex":           {func(o order) (order, bool) { return o.insert("e", Clause{Key: "n", Level: 1, Number: "?"}) }, "s1:1 a:1.1 b:1.2 c:1.3 s2:2 d:2.1 x1:A e:A.1 n:B x2:C"},
		"nothing behind what is not there":   {func(o order) (order, bool) { return o.insert("q", Clause{Key: "n", Level: 2}) }, ""},
		"a clause is taken out":              {func(o order) (order, bool) { o.remove("b", at); return o, true }, "s1:1 a:1.1 c:1.2 s2:2 d:2.1 x1:A e:A.1 x2:B"},
		"a move passes what was taken out":   {func(o order) (order, bool) { o.remove("b", at); return o.move("a", 1) }, "s1:1 c:1.1 a:1.2 s2:2 d:2.1 x1:A e:A.1 x2:B"},
		"a section is taken out whole":       {func(o order) (order, bool) { o.remove("s1", at); return o, true }, "s2:1 d:1.1 x1:A e:A.1 x2:B"},
		"and put back whole":                 {func(o order) (order, bool) { o.remove("s1", at); o.restore("s1"); return o, true }, was},
		"but not what was taken out before": {func(o order) (order, bool) {
			o.remove("b", at.Add(-time.Hour))
			o.remove("s1", at)
			o.restore("s1")
			return o, true
		}, "s1:1 a:1.1 c:1.2 s2:2 d:2.1 x1:A e:A.1 x2:B"},
		"a clause brings its heading back":     {func(o order) (order, bool) { o.remove("s2", at); o.restore("d"); return o, true }, was},
		"what has no number keeps having none": {func(o order) (order, bool) { o[0].Number = ""; return o, true }, "s1: a: b: c: s2:1 d:1.1 x1:A e:A.1 x2:B"},
	} {
		got, ok := c.do(text3())
		require.Equal(t, c.want != "", ok, name)
		if ok {
			got.renumber()
			require.Equal(t, c.want, got.String(), name)
		} else {
			require.Equal(t, was, got.String(), name)
		}
	}
	require.Equal(t, []string{"A", "Z", "AA", "AB"}, []string{letters(1), letters(26), letters(27), letters(28)})
	require.Equal(t, "3", nextLabel("2", nil))
	require.Equal(t, "1.4", nextLabel("1.2", map[string]bool{"1.3": true}))
	require.Equal(t, "juni.2", nextLabel("juni", nil))
}

func fieldsABC() []field.Field {
	return []field.Field{{Path: "a", Type: field.OneOf, Label: "A", Choices: []field.Choice{{Value: "x", Label: "X"}, {Value: "y", Label: "Y"}}},
		{Path: "b", Type: field.Rows, Label: "B", Columns: []field.Field{{Path: "c", Type: field.Text, Label: "C"}}}}
}

func paragraph(text string) Block {
	spans, err := Spans(text)
	if err != nil {
		panic(err)
	}
	return Block{Kind: Paragraph, Spans: spans}
}

func TestCheckBlocks(t *testing.T) {
	two := []Branch{{"x", []Block{paragraph("ja")}}, {"y", []Block{paragraph("nej")}}}
	for name, c := range map[string]struct {
		block Block
		want  error
	}{
		"a paragraph with a slot":       {paragraph("a {a} ((b {b.c}))"), nil},
		"a slot on nothing":             {paragraph("a {q}"), ErrSlot},
		"a choice":                      {Block{Kind: Choosing, Field: "a", Branches: two}, nil},
		"a choice of nothing":           {Block{Kind: Choosing, Field: "q", Branches: two}, ErrSlot},
		"a branch that is not offered":  {Block{Kind: Choosing, Field: "a", Branches: []Branch{{"z", nil}}}, ErrBlock},
		"a branch twice":                {Block{Kind: Choosing, Field: "a", Branches: []Branch{two[0], two[0]}}, ErrBlock},
		"a slot inside a branch":        {Block{Kind: Choosing, Field: "a", Branches: []Branch{{"x", []Block{paragraph("{q}")}}}}, ErrSlot},
		"a repeat":                      {Block{Kind: Repeat, Collection: "b", Blocks: []Block{paragraph("{b.c}")}}, nil},
		"a repeat of what has no rows":  {Block{Kind: Repeat, Collection: "a"}, ErrSlot},
		"a table of the register":       {Block{Kind: TableRows, Table: &Table{Head: []string{"Nr."}, Collection: "systems", Columns: []string{"number"}}}, nil},
		"a row that does not fit":       {Block{Kind: TableRows, Table: &Table{Head: []string{"1", "2"}, Cells: [][][]Span{{{{Kind: Normative, Text: "x"}}}}}}, ErrBlock},
		"a table without a head":        {Block{Kind: TableRows, Table: &Table{}}, ErrBlock},
		"a list of nothing":             {Block{Kind: List}, ErrBlock},
		"a condition":                   {Block{Kind: Paragraph, When: &field.Condition{Path: "a", Equals: "x"}}, nil},
		"a condition on nothing":        {Block{Kind: Paragraph, When: &field.Condition{Path: "q", Equals: "x"}}, ErrCondition},
		"a condition that says nothing": {Block{Kind: Paragraph, When: &field.Condition{Path: "a"}}, ErrCondition},
		"a kind that is none":           {Block{Kind: "poem"}, ErrBlock},
		"text of a kind that is none":   {Block{Kind: Paragraph, Spans: []Span{{Kind: "loud", Text: "x"}}}, ErrBlock},
	} {
		got, err := checkBlocks([]Block{c.block}, fieldsABC())
		if c.want != nil {
			require.ErrorIs(t, err, c.want, name)
			continue
		}
		require.NoError(t, err, name)
		require.Len(t, got, 1, name)
	}
	deep := paragraph("x")
	for range deepest {
		deep = Block{Kind: Repeat, Collection: "b", Blocks: []Block{deep}}
	}
	_, err := checkBlocks([]Block{deep}, fieldsABC())
	require.ErrorIs(t, err, ErrBlock)
}

func codes(v Version) (out []string) {
	for _, p := range v.Problems() {
		if p.Error {
			out = append(out, p.Code+" "+p.Clause+p.Field)
		}
	}
	return out
}

func TestWhatIsCitedKeepsItsNumber(t *testing.T) {
	numbers := func(o order) (out []string) {
		o.renumber()
		for _, c := range o {
			out = append(out, c.Number)
		}
		return out
	}
	gone := time.Now()
	require.Equal(t, []string{"2", "2.1", "3", "3.1", "3.2", "1", "1.1", "2"}, numbers(order{{Level: 1, Number: "2"}, {Level: 2, Number: "2.1"}, {Level: 1, Number: "3"},
		{Level: 2, Number: "3.1"}, {Level: 2, Number: ToNumber}, {Level: 1, Annex: true, Number: "1"}, {Level: 2, Annex: true, Number: "1.1"}, {Level: 1, Annex: true, Number: ToNumber}}))
	require.Equal(t, []string{"1", "1", "2", "A"}, numbers(order{{Level: 1, Number: "1", Edited: Edited{Removed: &gone}}, {Level: 1, Number: "2"}, {Level: 1, Number: "3"}, {Level: 1, Annex: true, Number: ToNumber}}),
		"the first was taken out: the others move up")
}

func TestProblems(t *testing.T) {
	require.Empty(t, codes(sample(t)), "the sample can be published")
	whole := func() Version {
		return Version{Language: "da", Provenance: Secretariat, Fields: fieldsABC(), Clauses: []Clause{{Key: "s", Level: 1, Number: "1", Heading: "S"},
			{Key: "c", Level: 2, Number: "1.1", Blocks: []Block{{Kind: Choosing, Field: "a", Branches: []Branch{{"x", []Block{paragraph("ja")}}, {"y", []Block{paragraph("nej")}}}}, paragraph("{b.c}")}}}}
	}
	require.Empty(t, codes(whole()))
	for want, spoil := range map[string]func(*Version){
		"language_missing ":      func(v *Version) { v.Language = "" },
		"provenance_undeclared ": func(v *Version) { v.Provenance = Authority },
		"left_open ":             func(v *Version) { v.Leftovers = []Leftover{{Code: "unplaced", Text: "Et afsnit fra kilden"}} },
		"clause_empty c": func(v *Version) {
			v.Clauses[1].Blocks = append([]Block{paragraph("[[kun hjælp]]")}, Block{Kind: Repeat, Collection: "b", When: &field.Condition{Path: "a", Equals: "x"}})
		},
		"section_empty e":   func(v *Version) { v.Clauses = append(v.Clauses, Clause{Key: "e", Level: 1, Number: "2", Heading: "E"}) },
		"heading_missing s": func(v *Version) { v.Clauses[0].Heading = "" },
		"slot_unknown cq":   func(v *Version) { v.Clauses[1].Blocks = append(v.Clauses[1].Blocks, paragraph("{q}")) },
		"slot_unbound c": func(v *Version) {
			v.Clauses[1].Blocks = append(v.Clauses[1].Blocks, Block{Kind: Paragraph, Spans: []Span{{Kind: FillIn, Text: "[navn]"}}}, Block{Kind: Choosing})
		},
		"field_unused b":    func(v *Version) { v.Clauses[1].Blocks = v.Clauses[1].Blocks[:1] },
		"branch_missing ca": func(v *Version) { v.Clauses[1].Blocks[0].Branches = v.Clauses[1].Blocks[0].Branches[:1] },
		"rules_broken ":     func(v *Version) { v.Rules = []field.Rule{{Code: "x"}} },
		"fields_broken ":    func(v *Version) { v.Fields[0].Label = "" },
	} {
		v := whole()
		spoil(&v)
		require.Equal(t, []string{want}, codes(v))
	}
}

func TestCompare(t *testing.T) {
	a, b := sample(t), sample(t)
	for _, c := range Compare(a, b).Clauses {
		require.Equal(t, Same, c.Kind, c.Key)
	}
	require.Empty(t, Compare(a, b).Fields)
	require.Empty(t, Compare(a, b).Rules)

	clauses := func(keys string) (out []Clause) {
		for _, k := range strings.Fields(keys) {
			out = append(out, Clause{Key: k, Level: 2, Blocks: []Block{paragraph("Teksten i " + k + " står fast.")}})
		}
		return out
	}
	kinds := func(a, b []Clause) string {
		var out []string
		for _, c := range CompareClauses(a, b) {
			out = append(out, c.Key+":"+string(c.Kind))
		}
		return strings.Join(out, " ")
	}
	require.Equal(t, "a:same n:added b:removed c:same", kinds(clauses("a b c"), clauses("a n c")))
	require.Equal(t, "c:moved a:same b:same", kinds(clauses("a b c"), clauses("c a b")), "only what moved moves")
	require.Equal(t, "a:removed b:removed", kinds(clauses("a b"), nil))

	changed := clauses("a b")
	changed[1].Blocks = []Block{paragraph("Et nyt afsnit."), paragraph("Teksten i b står ((ikke)) fast."), {Kind: Paragraph, When: &field.Condition{Path: "a", Equals: "x"}, Spans: nil}}
	diff := CompareClauses(clauses("a b"), changed)[1]
	require.Equal(t, Changed, diff.Kind)
	require.Len(t, diff.Lines, 3)
	require.Equal(t, redline.Insert, diff.Lines[0].Segments[0].Op, "the new paragraph is new")
	require.Equal(t, redline.Equal, diff.Lines[1].Segments[0].Op, "the old one is compared with itself")
	require.Equal(t, redline.Segment{Op: redline.Insert, Run: redline.Run{Kind: "supplementary", Text: "ikke"}}, diff.Lines[1].Segments[1])
	require.Equal(t, "a = x", diff.Lines[2].When[0].Text)

	b.Fields[0].Label = "Et andet navn"
	b.Fields = append(b.Fields[:1:1], b.Fields[2:]...)
	fields := Compare(a, b).Fields
	require.Equal(t, Difference{Key: a.Fields[0].Path, Label: "Et andet navn", Kind: Changed, Parts: []Part{{"label", a.Fields[0].Label, "Et andet navn"}}}, fields[0])
	require.Equal(t, Difference{Key: a.Fields[1].Path, Label: a.Fields[1].Label, Kind: Removed}, fields[1])
}

func TestReviewAndPublish(t *testing.T) {
	v := Version{Course: Course{State: Draft, Changed: Act{By: 7}}}
	require.ErrorIs(t, v.review(7), ErrOwnReview)
	require.NoError(t, v.review(8))
	require.ErrorIs(t, v.publish(), ErrNotReviewed)
	v.State = Reviewed
	require.ErrorIs(t, v.review(8), ErrFrozen)
	require.ErrorIs(t, v.publish(), ErrProblems, "it has no language")
	v.Language, v.Provenance = "da", Secretariat
	require.NoError(t, v.publish())
}
