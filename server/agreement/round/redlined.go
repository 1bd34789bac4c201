package round

import (
	"slices"
	"strings"

	"klausul/server/clause"
	"klausul/server/redline"
	"klausul/server/render"
)

// Redlined is the document that comes next with everything that differs from the one before
// as a change of hand: words, paragraphs, entries of lists, rows, clauses and sections.
// Whoever accepts every change reads after, whoever rejects every one reads the sections of
// before. Clauses are known by their ids; one in another place goes here and comes there.
// A number that only follows from counting is no change.
func Redlined(before, after render.Document, hand render.Hand) render.Document {
	out := after
	out.Hand = hand
	out.Sections = nil
	key := func(s render.Section) string { return s.Key }
	for _, p := range align(keys(before.Sections, key), keys(after.Sections, key), never) {
		switch {
		case p.after < 0:
			s := before.Sections[p.before]
			s.Change = render.Deleted
			out.Sections = append(out.Sections, s)
		case p.before < 0:
			s := after.Sections[p.after]
			s.Change = render.Inserted
			out.Sections = append(out.Sections, s)
		default:
			out.Sections = append(out.Sections, redlinedSection(before.Sections[p.before], after.Sections[p.after]))
		}
	}
	return out
}

// Marked is a redline as the runs of a document.
func Marked(segments []redline.Segment) []render.Run {
	var out []render.Run
	for _, s := range segments {
		out = append(out, render.Run{Text: s.Text, Filled: s.Kind == string(clause.FillIn), Change: changes[s.Op]})
	}
	return out
}

var changes = map[redline.Op]render.Change{redline.Insert: render.Inserted, redline.Delete: render.Deleted}

func redlinedSection(before, after render.Section) render.Section {
	out := after
	if before.Heading != after.Heading {
		out.Marked = Marked(redline.Text(render.Clean(before.Heading), render.Clean(after.Heading)))
	}
	out.Blocks = nil
	b, a := groups(before.Blocks), groups(after.Blocks)
	id := func(g []render.Block) string { return g[0].ID }
	for _, p := range align(keys(b, id), keys(a, id), never) {
		switch {
		case p.after < 0:
			out.Blocks = append(out.Blocks, wholly(b[p.before], render.Deleted)...)
		case p.before < 0:
			out.Blocks = append(out.Blocks, wholly(a[p.after], render.Inserted)...)
		default:
			out.Blocks = append(out.Blocks, redlinedBlocks(b[p.before], a[p.after])...)
		}
	}
	return out
}

// groups are the clauses of a section: a block with an id and those without behind it.
func groups(blocks []render.Block) [][]render.Block {
	var out [][]render.Block
	from := 0
	for i := range blocks {
		if blocks[i].ID != "" && i > from {
			out, from = append(out, blocks[from:i]), i
		}
	}
	if from < len(blocks) {
		out = append(out, blocks[from:])
	}
	return out
}

func wholly(blocks []render.Block, c render.Change) []render.Block {
	out := slices.Clone(blocks)
	for i := range out {
		out[i].Change = c
	}
	return out
}

// redlinedBlocks compares the blocks of one clause, or the entries of one list.
func redlinedBlocks(before, after []render.Block) []render.Block {
	text := func(b render.Block) string { return b.ID + "\x00" + string(rune('0'+b.Kind)) + wordsOf(b) }
	near := func(i, j int) bool {
		b, a := before[i], after[j]
		return b.Kind == a.Kind && (b.ID != "" && b.ID == a.ID || b.ID == a.ID && alike(wordsOf(b), wordsOf(a)))
	}
	var out []render.Block
	for _, p := range align(keys(before, text), keys(after, text), near) {
		switch {
		case p.after < 0:
			out = append(out, wholly(before[p.before:p.before+1], render.Deleted)...)
		case p.before < 0:
			out = append(out, wholly(after[p.after:p.after+1], render.Inserted)...)
		default:
			out = append(out, redlinedBlock(before[p.before], after[p.after])...)
		}
	}
	return out
}

// redlinedBlock is one block with its changes, or two when its table cannot be the same.
func redlinedBlock(before, after render.Block) []render.Block {
	table, same := redlinedTable(before.Table, after.Table)
	if !same {
		return []render.Block{wholly([]render.Block{before}, render.Deleted)[0], wholly([]render.Block{after}, render.Inserted)[0]}
	}
	after.Table = table
	after.Runs = redlinedRuns(before.Runs, after.Runs)
	after.Items = redlinedBlocks(before.Items, after.Items)
	return []render.Block{after}
}

// redlinedTable compares row by row. Tables of other columns are not the same.
func redlinedTable(before, after *render.Table) (*render.Table, bool) {
	if before == nil || after == nil {
		return after, before == after
	}
	if before.Caption != after.Caption || !slices.Equal(before.Head, after.Head) {
		return nil, false
	}
	out := *after
	out.Rows, out.Changes = nil, nil
	near := func(i, j int) bool {
		b, a := before.Rows[i], after.Rows[j]
		if len(b) != len(a) || len(a) == 0 {
			return false
		}
		is, was := textOf(a[0]), textOf(b[0]) // what a row is about
		return is == was || alike(was, is) && alike(rowText(b), rowText(a))
	}
	for _, p := range align(keys(before.Rows, rowText), keys(after.Rows, rowText), near) {
		switch {
		case p.after < 0:
			out.Rows, out.Changes = append(out.Rows, before.Rows[p.before]), append(out.Changes, render.Deleted)
		case p.before < 0:
			out.Rows, out.Changes = append(out.Rows, after.Rows[p.after]), append(out.Changes, render.Inserted)
		default:
			var row [][]render.Run
			for i, cell := range after.Rows[p.after] {
				row = append(row, redlinedRuns(before.Rows[p.before][i], cell))
			}
			out.Rows, out.Changes = append(out.Rows, row), append(out.Changes, 0)
		}
	}
	return &out, true
}

// redlinedRuns compares word by word; the same words of another look are a change, unless it
// only tells whether somebody filled them in.
func redlinedRuns(before, after []render.Run) []render.Run {
	segments := redline.Compare(wordsIn(before), wordsIn(after))
	if !redline.Changed(segments) {
		return after
	}
	var out []render.Run
	b, a := reader{of: before}, reader{of: after}
	for _, s := range segments {
		var runs []render.Run
		if s.Op != redline.Insert {
			runs = b.next(len(s.Text))
		}
		if s.Op != redline.Delete {
			runs = a.next(len(s.Text)) // what stays looks as it is to look
		}
		for _, r := range runs {
			r.Change = changes[s.Op]
			out = append(out, r)
		}
	}
	return out
}

// wordsIn are runs as they are compared.
func wordsIn(runs []render.Run) []redline.Run {
	var out []redline.Run
	for _, r := range runs {
		kind := ""
		for i, on := range []bool{r.Bold, r.Italic, r.Missing} {
			if on {
				kind += string(rune('a' + i))
			}
		}
		out = append(out, redline.Run{Kind: kind, Text: render.Clean(r.Text), Whole: r.Missing})
	}
	return out
}

// reader takes runs from their beginning, piece by piece.
type reader struct {
	of []render.Run
	at int // in the first
}

func (r *reader) next(n int) (out []render.Run) {
	for n > 0 && len(r.of) > 0 {
		run := r.of[0]
		run.Text = render.Clean(run.Text)[r.at:]
		if len(run.Text) > n {
			run.Text = run.Text[:n]
			r.at += n
		} else {
			r.of, r.at = r.of[1:], 0
		}
		n -= len(run.Text)
		if run.Text != "" {
			out = append(out, run)
		}
	}
	return out
}

// wordsOf is everything a block says.
func wordsOf(b render.Block) string {
	var t strings.Builder
	t.WriteString(textOf(b.Runs))
	for _, item := range b.Items {
		t.WriteString("\n" + wordsOf(item))
	}
	if b.Table != nil {
		t.WriteString("\n" + b.Table.Caption + strings.Join(b.Table.Head, "\x00"))
		for _, row := range b.Table.Rows {
			t.WriteString("\n" + rowText(row))
		}
	}
	return t.String()
}

// textOf is the text of runs with the looks that make it another.
func textOf(runs []render.Run) string {
	var t strings.Builder
	for _, r := range runs {
		t.WriteString(render.Clean(r.Text))
		if r.Missing {
			t.WriteByte(0)
		}
	}
	return t.String()
}

func rowText(row [][]render.Run) string {
	var t strings.Builder
	for _, cell := range row {
		t.WriteString(textOf(cell) + "\x00 ")
	}
	return t.String()
}

// alike tells whether one text is rather another one changed than gone.
func alike(a, b string) bool { return near(printOf(a), printOf(b)) >= 0.4 }

func never(int, int) bool { return false }

func keys[T any](of []T, key func(T) string) []string {
	out := make([]string, len(of))
	for i, t := range of {
		out[i] = key(t)
	}
	return out
}

// pairing is two members that are one, or one that has no other: then that is -1.
type pairing struct{ before, after int }

// wide is how many comparisons a stretch without anything in common is worth.
const wide = 1 << 16

// align pairs two sequences: what has the same key in the same order, and between those what
// is alike. What goes stands before what comes in its place.
func align(before, after []string, alike func(i, j int) bool) []pairing {
	where := map[string][]int{}
	for j, k := range after {
		where[k] = append(where[k], j)
	}
	var same []pairing
	var order []int
	for i, k := range before {
		if at := where[k]; len(at) > 0 {
			same, order, where[k] = append(same, pairing{i, at[0]}), append(order, at[0]), at[1:]
		}
	}
	var out []pairing
	i, j := 0, 0
	gap := func(toI, toJ int) {
		for i < toI {
			found := -1
			if (toI-i)*(toJ-j) <= wide {
				for n := j; n < toJ && found < 0; n++ {
					if alike(i, n) {
						found = n
					}
				}
			}
			if found >= 0 {
				for ; j < found; j++ {
					out = append(out, pairing{-1, j})
				}
				out = append(out, pairing{i, j})
				j++
			} else {
				out = append(out, pairing{i, -1})
			}
			i++
		}
		for ; j < toJ; j++ {
			out = append(out, pairing{-1, j})
		}
	}
	for _, at := range redline.Rising(order) {
		gap(same[at].before, same[at].after)
		out = append(out, same[at])
		i, j = i+1, j+1
	}
	gap(len(before), len(after))
	return out
}
