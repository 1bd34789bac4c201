package round

import (
	"slices"
	"strings"

	"klausul/server/clause"
	"klausul/server/word"
)

// wordingFindings tells what became of a unit's wording.
func (f *file) wordingFindings(st *state, states []state) {
	fresh := f.newcomer(st.no)
	switch {
	case fresh && st.part == Unplaced:
		found := Finding{Kind: NotPlaced, After: st.after.text, Where: f.whereOf(st.pieces)}
		if found.After == "" {
			found.Before = st.before.text
		}
		f.signAll(&found, st)
		st.find(found)
		return
	case fresh && st.ofText() && st.after.text != "":
		found := Finding{Kind: ClauseNew, After: st.after.text, Other: f.units[f.follows[st.no]].key}
		if st.before.text == "" {
			f.signAll(&found, st)
		}
		st.find(found)
		if st.before.text == "" || st.before.text == st.after.text {
			return
		}
	case !fresh && st.after.text == "" && st.text != "":
		f.lost(st, states)
		if st.before.text == "" {
			return
		}
		f.untracked(st)
		return
	}
	if !(fresh && st.ofText() && st.after.text != "") {
		f.untracked(st)
	}
	if st.moved {
		f.movedWording(st)
		return
	}
	f.tracked(st)
}

// lost tells of a unit that no text is left of.
func (f *file) lost(st *state, states []state) {
	found := Finding{Kind: ClauseMissing, Before: st.text}
	if st.before.text != "" {
		f.signAll(&found, st)
	} else if other := f.holder(st, states); other >= 0 {
		found.Kind, found.Other = ClauseJoined, f.units[other].key
	}
	if f.pictured(st) {
		found.Kind = PictureInstead
	}
	for _, s := range st.spans {
		found.Touched = found.Touched || s.kind == clause.Normative
	}
	st.find(found)
}

// signAll signs a finding with the first tracked change in the unit.
func (f *file) signAll(found *Finding, st *state) {
	for _, i := range st.pieces {
		if found.Author == "" && !found.Tracked {
			f.sign(found, f.pieces[i].runs)
		}
	}
}

// untracked tells what was edited with tracking off: the difference between what was sent
// and the file with every tracked change rejected.
func (f *file) untracked(st *state) {
	split := f.splits(st)
	for _, h := range hunks(st.edited) {
		if split && blank(h.before) && blank(h.after) {
			continue // the new line is told
		}
		found := Finding{Kind: h.kind(), Before: h.before, After: h.after, Touched: st.touches(h.from, h.to, h.after)}
		at := h.at
		if strings.HasPrefix(h.after, "\n") {
			at++ // it begins on the next line
		}
		if i := st.before.where(at); i >= 0 {
			found.Where = f.whereOf([]int{i})
		}
		st.find(found)
	}
}

// splits tells of lines that became two.
func (f *file) splits(st *state) bool {
	found := false
	for n := 1; n < len(st.pieces); n++ {
		one, two := &f.pieces[st.pieces[n-1]], &f.pieces[st.pieces[n]]
		if two.split && one.has(accepted) && two.has(accepted) && !one.goesOn(two, accepted) {
			split := Finding{Kind: ClauseSplit, After: one.text[accepted] + "\n" + two.text[accepted]}
			f.signed(&split, one.paragraph.Inserted)
			st.find(split)
		}
	}
	lines := strings.Split(st.before.text, "\n")
	if len(lines) <= len(st.lines) || len(st.lines) == 0 {
		return false
	}
	known := map[string]bool{}
	for _, n := range st.normal {
		known[n] = true
	}
	for i := 0; i+1 < len(lines); i++ {
		one, two := lines[i], lines[i+1]
		if known[clause.Normal(one)] || known[clause.Normal(two)] || blank(one) || blank(two) {
			continue
		}
		both := printOf(one + " " + two)
		for _, like := range st.prints {
			if near(both, like) >= 0.8 && within(printOf(one), like) >= 0.7 && within(printOf(two), like) >= 0.7 {
				st.find(Finding{Kind: ClauseSplit, After: one + "\n" + two})
				found = true
				i++
				break
			}
		}
	}
	return found
}

// movedWording tells what else was changed in a clause that a tracked change took elsewhere.
func (f *file) movedWording(st *state) {
	for _, h := range hunks(compare(st.before.text, st.after.text)) {
		from, to := st.ruler.sent(h.from), st.ruler.sent(h.to)
		found := Finding{Kind: h.kind(), Before: h.before, After: h.after, Touched: st.touches(from, to, h.after)}
		f.sign(&found, f.pieces[st.first[accepted]].runs)
		st.find(found)
	}
}

// change is a tracked change of wording in the making.
type change struct {
	Finding
	from, to int // in the text with every change rejected
	open     bool
	whole    bool // the paragraphs that it is in are all its own
	mark     int
}

// row is a row of a table that came or went.
type row struct{ table, row int }

// tracked tells of the tracked changes of wording, stretch by stretch.
func (f *file) tracked(st *state) {
	rows := map[row]*Finding{}
	var out []change
	var cur change
	end := func() {
		if cur.open && (cur.Before != "" || cur.After != "" || cur.Text != "") {
			out = append(out, cur)
		}
		cur = change{}
	}
	at, stood := 0, 0
	last := -1
	for _, i := range st.pieces {
		p := &f.pieces[i]
		if p.has(rejected) { // its stretch
			at = st.before.stretches[stood].from
			stood++
		}
		in := f.rowOf(p)
		if last >= 0 {
			f.lineBreak(st, &f.pieces[last], p)
		}
		if in != nil {
			end()
			f.inRow(rows, *in, p)
			last = i
			continue
		}
		for _, r := range p.runs {
			if r.Hidden {
				continue
			}
			mark := max(r.Inserted, r.Deleted)
			if mark == 0 {
				end()
				at += len(shown(r, rejected))
				continue
			}
			if cur.open && !f.sameHand(cur.mark, mark) {
				end()
			}
			if !cur.open {
				cur = change{open: true, from: at, to: at, mark: mark, whole: !p.has(rejected) || !p.has(accepted)}
				cur.Where = f.whereOf([]int{i})
				f.signed(&cur.Finding, mark)
			}
			text := shown(word.Run{Text: r.Text, Field: r.Field}, accepted)
			switch {
			case r.Inserted > 0 && r.Deleted > 0:
				cur.Text += text
			case r.Inserted > 0:
				cur.After += text
			default:
				cur.Before += text
				at += len(text)
				cur.to = at
			}
			if r.Field != "" {
				cur.Where = InField
			} else if r.Control != "" {
				cur.Where = InControl
			}
		}
		if cur.open && !(cur.whole && i+1 < len(f.pieces) && f.pieces[i+1].unit == st.no && p.last && max(p.paragraph.Inserted, p.paragraph.Deleted) > 0) {
			end()
		} else if cur.open {
			if cur.After != "" {
				cur.After += "\n"
			}
			if cur.Before != "" {
				cur.Before += "\n"
			}
		}
		last = i
	}
	end()
	for _, c := range out {
		f.tellChange(st, c)
	}
	for _, i := range st.pieces { // in the order of the table
		if in := f.rowOf(&f.pieces[i]); in != nil && rows[*in] != nil {
			st.find(*rows[*in])
			delete(rows, *in)
		}
	}
}

func (f *file) tellChange(st *state, c change) {
	if c.Text != "" {
		gone := c.Finding
		gone.Kind, gone.Before, gone.After = Withdrawn, "", ""
		st.find(gone)
		c.Text = ""
	}
	c.Before, c.After = strings.TrimSuffix(c.Before, "\n"), strings.TrimSuffix(c.After, "\n")
	if c.Before == "" && c.After == "" {
		return
	}
	c.Kind = hunk{before: c.Before, after: c.After}.kind()
	from, to := st.ruler.sent(c.from), st.ruler.sent(c.to)
	after := c.After
	if c.whole && c.Before == "" {
		after = "\n" + after
	}
	c.Touched = st.touches(from, to, after)
	if c.Touched && c.Kind == Replaced { // some programs take words that stay out and put them in again
		c.Touched = slices.ContainsFunc(hunks(compare(c.Before, c.After)), func(h hunk) bool {
			return st.touches(st.ruler.sent(c.from+h.from), st.ruler.sent(c.from+h.to), h.after)
		})
	}
	switch r := f.doc.Revisions[c.mark-1]; r.Change {
	case word.MovedFrom:
		c.Kind, c.Other = MovedAway, f.otherEnd(r, word.MovedTo)
	case word.MovedTo:
		c.Kind, c.Other = MovedHere, f.otherEnd(r, word.MovedFrom)
	}
	st.find(c.Finding)
}

// otherEnd is the clause at the other end of a move: of the same name, or of the same words.
func (f *file) otherEnd(r word.Revision, c word.Change) string {
	if f.ends == nil {
		f.ends = map[end]int{}
		for i, o := range f.doc.Revisions {
			if o.Change == word.MovedFrom || o.Change == word.MovedTo {
				for _, e := range []end{{o.Change, o.Move, ""}, {o.Change, "", o.Text}} {
					if _, met := f.ends[e]; !met && e != (end{o.Change, "", ""}) {
						f.ends[e] = i
					}
				}
			}
		}
	}
	e := end{c, r.Move, ""}
	if r.Move == "" {
		e = end{c, "", r.Text}
	}
	i, found := f.ends[e]
	if at := f.doc.Revisions[i].Paragraph; found && at < len(f.doc.Paragraphs) {
		return f.units[f.pieces[f.at[at]].unit].key
	}
	return ""
}

// end is one end of a move.
type end struct {
	change     word.Change
	name, text string
}

// sameHand tells whether two tracked changes are one to a person: of one author, and both
// moves or neither.
func (f *file) sameHand(a, b int) bool {
	one, two := f.doc.Revisions[a-1], f.doc.Revisions[b-1]
	moves := func(r word.Revision) word.Change {
		if r.Change == word.MovedFrom || r.Change == word.MovedTo {
			return r.Change
		}
		return ""
	}
	return a == b || one.Author == two.Author && moves(one) == moves(two)
}

// lineBreak tells of a line break inside a clause that went: two of its lines are one.
func (f *file) lineBreak(st *state, one, two *piece) {
	if one.has(accepted) && two.has(accepted) && one.has(rejected) && two.has(rejected) && one.goesOn(two, accepted) && !one.goesOn(two, rejected) {
		found := Finding{Kind: Deleted, Before: "\n", Trivial: true}
		f.signed(&found, one.paragraph.Deleted)
		st.find(found)
	}
}

// rowOf is the row a piece stands in, when the row itself came or went.
func (f *file) rowOf(p *piece) *row {
	c := p.paragraph.Cell
	if c == nil {
		return nil
	}
	if f.rows == nil {
		f.rows = map[row]int{}
		for i, r := range f.doc.Revisions {
			if (r.Change == word.RowInserted || r.Change == word.RowDeleted) && r.Paragraph < len(f.doc.Paragraphs) {
				if c := f.doc.Paragraphs[r.Paragraph].Cell; c != nil {
					f.rows[row{c.Table, c.Row}] = i + 1
				}
			}
		}
	}
	at := row{c.Table, c.Row}
	if f.rows[at] == 0 {
		return nil
	}
	return &at
}

func (f *file) inRow(rows map[row]*Finding, at row, p *piece) {
	found := rows[at]
	if found == nil {
		found = &Finding{Kind: RowInserted, Where: InTable}
		f.signed(found, f.rows[at])
		if f.doc.Revisions[f.rows[at]-1].Change == word.RowDeleted {
			found.Kind = RowDeleted
		}
		rows[at] = found
	}
	add := func(to *string, text string) {
		if *to != "" && text != "" {
			*to += " | "
		}
		*to += text
	}
	if found.Kind == RowInserted {
		add(&found.After, p.text[accepted])
	} else {
		add(&found.Before, p.text[rejected])
	}
}

// whereOf is what the first of the pieces stands in.
func (f *file) whereOf(pieces []int) Where {
	if len(pieces) == 0 {
		return ""
	}
	switch p := f.pieces[pieces[0]].paragraph; {
	case p.Part == word.Footnote || p.Part == word.Endnote:
		return InFootnote
	case p.Part == word.TextBox:
		return InTextBox
	case p.Cell != nil:
		return InTable
	}
	return ""
}
