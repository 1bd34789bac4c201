package render

import (
	"slices"
	"time"
)

// Change is what is proposed to become of a piece of the text.
type Change uint8

// The changes. The Word file has them as tracked changes; the PDF and the page underline
// what comes and strike through what goes, and say so to who cannot see it.
const (
	Inserted Change = iota + 1
	Deleted
)

// Hand is who makes the changes of a document, and when.
type Hand struct {
	Author string
	At     time.Time
}

// Comment is a remark in the margin of the Word file.
type Comment struct {
	Clause string // Block.ID, or the Key of a section; one that is not there stands at the title
	Author string
	At     time.Time
	Text   string
}

// or is the change of something inside something else: its own, or else that of the whole.
func (c Change) or(whole Change) Change {
	if c == 0 {
		return whole
	}
	return c
}

// spread is the document with the change of every whole at each of its parts, where the
// writers look for it. One without changes is itself.
func (d Document) spread() Document {
	sections := make([]Section, len(d.Sections))
	for i, s := range d.Sections {
		s.Blocks = spreadBlocks(s.Blocks, s.Change)
		s.Marked = spreadRuns(s.Marked, s.Change)
		sections[i] = s
	}
	d.Sections = sections
	return d
}

func spreadBlocks(blocks []Block, whole Change) []Block {
	out := make([]Block, len(blocks))
	for i, b := range blocks {
		b.Change = b.Change.or(whole)
		b.Runs = spreadRuns(b.Runs, b.Change)
		b.Items = spreadBlocks(b.Items, b.Change)
		b.Table = b.Table.spread(b.Change)
		out[i] = b
	}
	return out
}

func spreadRuns(runs []Run, whole Change) []Run {
	out := make([]Run, len(runs))
	for i, r := range runs {
		r.Change = r.Change.or(whole)
		out[i] = r
	}
	return out
}

func (t *Table) spread(whole Change) *Table {
	if t == nil {
		return nil
	}
	out := *t
	out.change = whole
	out.Changes, out.Rows = make([]Change, len(t.Rows)), make([][][]Run, len(t.Rows))
	for i, row := range t.Rows {
		if i < len(t.Changes) {
			out.Changes[i] = t.Changes[i]
		}
		out.Changes[i] = out.Changes[i].or(whole)
		out.Rows[i] = make([][]Run, len(row))
		for k, cell := range row {
			out.Rows[i][k] = spreadRuns(cell, out.Changes[i])
		}
	}
	return &out
}

// changed tells whether anything of a spread document is proposed to come or to go.
func (d *Document) changed() bool {
	for i := range d.Sections {
		if s := &d.Sections[i]; s.Change > 0 || changedRuns(s.Marked) || changedBlocks(s.Blocks) {
			return true
		}
	}
	return false
}

func changedBlocks(blocks []Block) bool {
	for i := range blocks {
		if b := &blocks[i]; b.Change > 0 || changedRuns(b.Runs) || changedBlocks(b.Items) || b.Table.changed() {
			return true
		}
	}
	return false
}

func changedRuns(runs []Run) bool {
	for _, r := range runs {
		if r.Change > 0 {
			return true
		}
	}
	return false
}

func (t *Table) changed() bool {
	if t == nil {
		return false
	}
	for i, row := range t.Rows {
		if t.Changes[i] > 0 {
			return true
		}
		for _, cell := range row {
			if changedRuns(cell) {
				return true
			}
		}
	}
	return t.change > 0
}

// explained is a spread document whose front page says what the marks of its changes mean.
func (d Document) explained(w *words) Document {
	if d.changed() {
		d.Marks = append(slices.Clone(d.Marks), w.changesText(d.Hand))
	}
	return d
}

// heading is a section's heading as runs.
func (s *Section) heading() []Run {
	if len(s.Marked) > 0 {
		return s.Marked
	}
	return as(clean(s.Heading), s.Change)
}

// as is plain text with a change.
func as(s string, c Change) []Run { return []Run{{Text: s, Change: c}} }

// proposed is how runs read when every change is made; of what goes as a whole, all of it.
func proposed(runs []Run) string {
	s, all := "", ""
	for _, r := range runs {
		all += Clean(r.Text)
		if r.Change != Deleted {
			s += Clean(r.Text)
		}
	}
	if s == "" {
		return all
	}
	return s
}
