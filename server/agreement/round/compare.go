package round

import (
	"cmp"
	"slices"
	"strings"

	"klausul/server/redline"
	"klausul/server/word"
)

// Compare tells what became of what was sent in a file that came back.
func Compare(sent Sent, back word.Document) Report {
	f := &file{sent: sent, doc: sent.returned(back), seen: map[int]bool{}, doubled: map[int]bool{}, anchored: [2]map[int]int{{}, {}}, follows: map[int]int{}, at: map[int]int{}}
	f.place()
	return f.report()
}

// state is a unit in the making of its part of the report.
type state struct {
	*unit
	no       int
	pieces   []int
	before   wording // every change rejected
	after    wording // every change accepted
	edited   []redline.Segment
	ruler    ruler
	first    [2]int // the first piece with text, by side; -1 none
	findings []Finding
	moved    bool  // a tracked change took it elsewhere
	proposed print // of after, once somebody asked
}

func (st *state) find(found Finding) {
	found.Trivial = found.Trivial || (found.Before != "" || found.After != "") && found.Other == "" && sameWords(found.Before, found.After)
	st.findings = append(st.findings, found)
}

func (f *file) report() Report {
	states := make([]state, len(f.units))
	for u := range states {
		states[u] = state{unit: &f.units[u], no: u, first: [2]int{-1, -1}}
	}
	for i, p := range f.pieces {
		st := &states[p.unit]
		st.pieces = append(st.pieces, i)
		for _, s := range []side{rejected, accepted} {
			if st.first[s] < 0 && p.has(s) {
				st.first[s] = i
			}
		}
	}
	for u := range states {
		st := &states[u]
		st.before, st.after = f.wordingOf(st.pieces, rejected), f.wordingOf(st.pieces, accepted)
		st.edited = compare(st.text, st.before.text)
		st.ruler = rulerOf(st.edited)
	}
	order := f.order(states)
	f.moves(states, order)
	f.joins(states)
	for u := range states {
		f.wordingFindings(&states[u], states)
	}
	f.inside(states)
	r := Report{Editor: f.doc.Editor}
	r.Nearness = f.nearness(states)
	f.whole(&r, states)
	for place, u := range order {
		if st := &states[u]; st.text != "" || st.after.text != "" || len(st.findings) > 0 {
			r.Clauses = append(r.Clauses, f.returned(st, place))
		}
	}
	if len(r.Findings) == 0 && !slices.ContainsFunc(r.Clauses, Returned.Changed) {
		r.Findings = []Finding{{Kind: Unchanged}}
	}
	slices.SortStableFunc(r.Clauses, func(a, b Returned) int { return cmp.Compare(rank(a), rank(b)) })
	return r
}

func rank(r Returned) int {
	switch {
	case r.Touched:
		return 0
	case r.Changed():
		return 1
	}
	return 2
}

func (f *file) returned(st *state, place int) Returned {
	r := Returned{Key: st.key, Part: st.part, Number: st.number, Heading: st.heading, Place: place, Before: st.text, After: st.after.text, Findings: st.findings}
	if st.first[accepted] >= 0 {
		r.Placed = f.pieces[st.first[accepted]].placed
	} else if st.first[rejected] >= 0 {
		r.Placed = f.pieces[st.first[rejected]].placed
	}
	if f.newcomer(st.no) {
		r.Follows = f.units[f.follows[st.no]].key
	}
	switch {
	case r.Before == r.After:
	case r.After == st.before.text:
		r.Redline = st.marked(st.edited)
	default:
		r.Redline = st.marked(compare(r.Before, r.After))
	}
	for _, s := range r.Redline { // as its changes: a finding may take in more words than differ
		r.Touched = r.Touched || s.Touched
	}
	slices.SortStableFunc(r.Findings, func(a, b Finding) int {
		switch {
		case a.Touched == b.Touched:
			return 0
		case a.Touched:
			return -1
		}
		return 1
	})
	return r
}

// order is the units as they are read in the file; what left no trace stands behind what it
// stood behind.
func (f *file) order(states []state) []int {
	at := make([]int, len(states))
	last := -1
	for u := range states {
		switch st := &states[u]; {
		case st.first[accepted] >= 0:
			at[u] = st.first[accepted]
		case st.first[rejected] >= 0:
			at[u] = st.first[rejected]
		case !f.newcomer(u) && u > 0:
			at[u] = last
		}
		if !f.newcomer(u) {
			last = at[u]
		}
	}
	order := make([]int, len(states))
	for u := range order {
		order[u] = u
	}
	slices.SortStableFunc(order, func(a, b int) int { return cmp.Compare(at[a], at[b]) })
	return order
}

// ofText tells whether a unit is part of the text itself.
func (u *unit) ofText() bool { return u.part == Clause || u.part == Section }

// moves finds the clauses that stand in another order.
func (f *file) moves(states []state, order []int) {
	for u := range f.sent.units {
		st := &states[u]
		if st.ofText() && f.relocated(st) {
			st.moved = true
		}
	}
	standing := func(s side) []int {
		var out []int
		for _, u := range order {
			if st := &states[u]; !f.newcomer(u) && st.ofText() && st.first[s] >= 0 && (s == rejected || !st.moved) {
				out = append(out, u)
			}
		}
		slices.SortStableFunc(out, func(a, b int) int { return cmp.Compare(states[a].first[s], states[b].first[s]) })
		return outOfOrder(out)
	}
	was, is := standing(rejected), standing(accepted)
	before := "" // what stands before, in the file
	for _, u := range order {
		st := &states[u]
		if st.first[accepted] < 0 {
			continue
		}
		if st.moved || slices.Contains(is, u) {
			found := Finding{Kind: ClauseMoved, Other: before, Tracked: st.moved || !slices.Contains(was, u)}
			if found.Tracked {
				f.sign(&found, f.pieces[st.first[accepted]].runs)
			}
			st.find(found)
		}
		if st.key != "" {
			before = st.key
		}
	}
}

// relocated tells whether all of a unit's proposed text was put elsewhere by tracked changes:
// another clause stands between the two.
func (f *file) relocated(st *state) bool {
	if st.first[rejected] < 0 || st.first[accepted] < 0 {
		return false
	}
	for _, i := range st.pieces {
		if f.pieces[i].has(rejected) && f.pieces[i].has(accepted) {
			return false
		}
	}
	lo, hi := min(st.first[rejected], st.first[accepted]), max(st.first[rejected], st.first[accepted])
	for _, p := range f.pieces[lo:hi] {
		if p.unit != st.no && !f.newcomer(p.unit) && f.units[p.unit].ofText() && p.has(rejected) {
			return true
		}
	}
	return false
}

// outOfOrder are the members that must be taken out for the rest to rise: the fewest.
func outOfOrder(row []int) []int {
	keep := map[int]bool{}
	for _, i := range redline.Rising(row) {
		keep[i] = true
	}
	var out []int
	for i, v := range row {
		if !keep[i] {
			out = append(out, v)
		}
	}
	return out
}

// joins finds clauses that stand in one paragraph, and those whose text another one holds.
func (f *file) joins(states []state) {
	for i := 0; i+1 < len(f.pieces); i++ {
		one, two := &f.pieces[i], &f.pieces[i+1]
		if one.unit == two.unit || !one.has(accepted) || !two.has(accepted) || !one.goesOn(two, accepted) {
			continue
		}
		found := Finding{Kind: ClauseJoined, Other: f.units[one.unit].key}
		if mark := one.paragraph.Deleted; one.last && mark > 0 {
			f.signed(&found, mark)
		}
		states[two.unit].find(found)
	}
}

// holder is the unit beside that took a lost unit's text in, or -1.
func (f *file) holder(st *state, states []state) int {
	if len(st.whole) < 3 {
		return -1
	}
	for _, step := range []int{-1, 1} {
		for u := st.no + step; u >= 0 && u < len(f.sent.units); u += step {
			if near := &states[u]; near.first[accepted] >= 0 {
				if near.ofText() && within(st.whole, near.proposal()) >= 0.7 {
					return u
				}
				break
			}
		}
	}
	return -1
}

func (st *state) proposal() print {
	if st.proposed == nil {
		st.proposed = printOf(st.after.text)
	}
	return st.proposed
}

// sign takes author and date from the first tracked change of the runs.
func (f *file) sign(found *Finding, runs []word.Run) {
	for _, r := range runs {
		if mark := max(r.Inserted, r.Deleted); mark > 0 {
			f.signed(found, mark)
			return
		}
	}
}

func (f *file) signed(found *Finding, mark int) {
	r := f.doc.Revisions[mark-1]
	found.Tracked, found.Author, found.Date = true, r.Author, r.Date
}

// nearness is the share of what was sent that the file holds, in either reading.
func (f *file) nearness(states []state) float64 {
	all, held := 0, 0
	for u := range f.sent.units {
		st := &states[u]
		if !st.ofText() {
			continue
		}
		all += len(st.whole)
		switch {
		case st.before.text == st.text:
			held += len(st.whole)
		case st.before.text != "" || st.after.text != "":
			var lines []print
			for line := range strings.SplitSeq(st.before.text+"\n"+st.after.text, "\n") {
				lines = append(lines, printOf(line))
			}
			held += shared(st.whole, union(lines...))
		}
	}
	if all == 0 {
		return 0
	}
	return float64(held) / float64(all)
}
