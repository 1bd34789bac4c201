package render

import (
	"fmt"
	"slices"
	"strings"
	"testing"
)

// filler is a paragraph of about so many lines.
func filler(lines int) Block {
	return Block{Kind: Paragraph, Runs: Text(strings.TrimSpace(strings.Repeat("Leverandøren holder øje med, at kun de rette medarbejdere kan se oplysningerne her. ", lines)))}
}

// pages lays out a document of the given blocks between fillers.
func pages(t *testing.T, before int, blocks ...Block) *layout {
	t.Helper()
	d := Document{Title: "Aftale", Language: "da", Sections: []Section{
		{Key: "a", Number: "1", Heading: "Først", Blocks: []Block{filler(before)}},
		{Key: "b", Number: "2", Heading: "Derefter", Blocks: blocks},
		{Key: "c", Number: "3", Heading: "Sidst", Blocks: []Block{filler(3)}},
		{Key: "d", Number: "Bilag A", Heading: "Bilaget", Annex: true, Blocks: append([]Block{filler(before)}, blocks...)},
		{Key: "e", Number: "Bilag B", Heading: "Kun dette", Annex: true, Blocks: blocks},
	}}
	l, err := set(&d)
	if err != nil {
		t.Fatal(err)
	}
	return l
}

func row(words ...int) [][]Run {
	out := make([][]Run, len(words))
	for i, n := range words {
		out[i] = Text(strings.TrimSpace(strings.Repeat("ord ", n)))
	}
	return out
}

// Whatever stands before it and whatever follows, a heading, a table's caption and a
// table's head are never the last thing on a page.
func TestLayout_leaves_no_heading_behind(t *testing.T) {
	t.Parallel()
	sub := Block{Kind: SubHeading, Number: "2.1", Runs: Text("En underoverskrift, der er så lang, at den fylder mere end en enkelt linje i den smalle spalte")}
	table := func(rows ...[][]Run) Block {
		return Block{Kind: TableBlock, Table: &Table{Caption: "En tabel", Head: []string{"Navn", "Opgave"}, Rows: rows}}
	}
	for name, blocks := range map[string][]Block{
		"a short paragraph":         {filler(1)},
		"three lines":               {filler(3)},
		"a long paragraph":          {filler(30)},
		"a subheading":              {sub, filler(2)},
		"two subheadings":           {sub, sub, filler(5)},
		"a list":                    {{Kind: List, Items: []Block{filler(4), filler(1)}}},
		"a clause that is a list":   {{Kind: Clause, Number: "2.1", Items: []Block{filler(3)}}},
		"a table":                   {table(row(3, 40), row(1, 1), row(90, 2))},
		"a table below subheadings": {sub, table(row(60, 200), row(1, 1))},
		"a row as high as a page":   {sub, table(row(1, 560), row(1, 1))},
		"a row higher than a page":  {sub, table(row(1, 2600), row(1, 1))},
		"a clause with a table":     {{Kind: Clause, Number: "2.1", Table: table(row(3, 80)).Table}},
	} {
		for before := range 56 {
			l := pages(t, before, blocks...)
			for i, p := range l.pages {
				if last := lowest(p); last == nil || slices.Contains([]string{"H2", "H3", "TH", "Caption"}, last.kind) {
					t.Fatalf("%s after %d lines: page %d of %d ends in %+v", name, before, i+1, len(l.pages), last)
				}
			}
			for _, h := range l.heads {
				if !follows(h) {
					t.Fatalf("%s after %d lines: nothing stands below %q", name, before, h.label)
				}
			}
		}
	}
}

// lowest is the element whose text stands lowest on a page. The head that is repeated
// on a page is furniture, and a page that has nothing but that has no such text.
func lowest(p *page) *elem {
	var e *elem
	base := 0.0
	for _, t := range p.texts {
		if t.base >= base {
			e, base = p.owners[t.mcid], t.base
		}
	}
	return e
}

// follows says whether text that is no heading stands below a heading on its page.
func follows(h head) bool {
	for _, t := range h.page.texts {
		if k := h.page.owners[t.mcid].kind; t.base > h.y && k != "H2" && k != "H3" && k != "TH" && k != "Caption" {
			return true
		}
	}
	return false
}

// No paragraph leaves a single line of its own on either side of a page break.
func TestLayout_leaves_no_line_alone(t *testing.T) {
	t.Parallel()
	for before := range 50 {
		for lines := 2; lines < 8; lines++ {
			l := pages(t, before, filler(lines), filler(lines+1))
			on := map[*elem][]int{}
			for _, p := range l.pages {
				seen := map[*elem]map[float64]bool{}
				for _, t := range p.texts {
					e := p.owners[t.mcid]
					if e.kind != "P" {
						continue
					}
					if seen[e] == nil {
						seen[e] = map[float64]bool{}
					}
					seen[e][t.base] = true
				}
				for e, bases := range seen {
					on[e] = append(on[e], len(bases))
				}
			}
			for e, counts := range on {
				if len(counts) > 1 && slices.Min(counts) < 2 {
					t.Fatalf("%d lines after %d: %v lines on the pages of %p", lines, before, counts, e)
				}
			}
		}
	}
}

// 400 sub-processors: every page of the annex has the head, no row is torn, and every
// row is there once, in order.
func TestLayout_a_table_of_400_rows(t *testing.T) {
	t.Parallel()
	table := &Table{Caption: "Underdatabehandlere", Head: []string{"Navn", "CVR-nr.", "Opgave"}}
	for i := range 400 {
		r := row(1+i%7, 1, 1+i*i%83)
		r[0][0].Text = fmt.Sprintf("r%03d %s", i, r[0][0].Text)
		table.Rows = append(table.Rows, r)
	}
	d := Document{Title: "Aftale", Language: "da", Sections: []Section{{Number: "Bilag B", Heading: "Underdatabehandlere", Annex: true,
		Blocks: []Block{filler(5), {Kind: TableBlock, Table: table}, filler(2)}}}}
	l, err := set(&d)
	if err != nil {
		t.Fatal(err)
	}
	where, next := map[*elem]*page{}, 0
	for i, p := range l.pages {
		rows := 0
		for _, x := range p.texts {
			e := p.owners[x.mcid]
			if e.kind != "TD" {
				continue
			}
			rows++
			if at, ok := where[e.up]; ok && at != p {
				t.Fatalf("the row of %q is torn", x.s)
			}
			where[e.up] = p
			if strings.HasPrefix(x.s, "r") {
				if want := fmt.Sprintf("r%03d", next); !strings.HasPrefix(x.s, want) {
					t.Fatalf("%q stands where %s is due", x.s, want)
				}
				next++
			}
		}
		headed := slices.ContainsFunc(p.furniture, func(x text) bool { return x.s == "Opgave" }) ||
			slices.ContainsFunc(p.texts, func(x text) bool { return x.s == "Opgave" })
		if headed != (rows > 0) {
			t.Fatalf("page %d has %d cells, head: %v", i+1, rows, headed)
		}
	}
	if next != 400 || len(l.pages) < 20 {
		t.Fatalf("%d rows on %d pages", next, len(l.pages))
	}
}
