package template

import (
	"slices"
	"sort"
	"strings"

	"klausul/server/clause"
	"klausul/server/render"
)

// ownKey is the key that our own writer left in a bookmark of the paragraph: "cl_" for
// sub-clauses, "sec_" for sections. A bookmark holds no dash, so the previous version's
// keys are asked first.
func (r *recogniser) ownKey(i int, prefix string) string {
	for _, b := range r.ps[i].Bookmarks {
		rest, ok := strings.CutPrefix(b, prefix)
		if !ok || rest == "" {
			continue
		}
		if r.o.Previous != nil {
			for _, c := range r.o.Previous.Clauses {
				if strings.TrimPrefix(render.BookmarkName(c.Key), "cl_") == rest {
					return c.Key
				}
			}
		}
		return strings.Trim(strings.ReplaceAll(rest, "_", "-"), "-")
	}
	return ""
}

// unit is one section or sub-clause, of the file or of the version before.
type unit struct {
	key, section, number, heading string
	level                         int
	words                         []string
}

// carryOver gives clauses the keys that the same clauses had in the previous version: by
// their words first, by number and heading where there are few. A key of the previous
// version never goes to a clause that is another.
func (r *recogniser) carryOver() {
	if r.o.Previous == nil {
		return
	}
	before, now := unitsOf(r.o.Previous.Clauses), r.units()
	renamed := map[string]string{}
	for _, p := range r.Paragraphs { // what our own writer named is that
		for _, key := range []string{p.Clause, p.Section} {
			if slices.Contains(p.Reasons, ByBookmark) && slices.ContainsFunc(before, func(b unit) bool { return b.key == key }) && (key == p.Clause || p.Clause == "") {
				renamed[key] = key
			}
		}
	}
	for _, n := range now { // what has not changed at all
		for _, b := range before {
			if n.key == b.key && n.heading == b.heading && (n.level == 1 || slices.Equal(n.words, b.words)) && (n.level == 1) == (b.level == 1) {
				renamed[n.key] = b.key
			}
		}
	}
	match(now, before, renamed, 0.5, func(n, b unit) (float64, bool) {
		return alike(n.heading, b.heading) + bonus(n, b), n.level == 1 && b.level == 1
	})
	sections := map[string]string{}
	for n, b := range renamed {
		sections[n] = b
	}
	score := func(n, b unit) float64 {
		s := closeness(n.words, b.words)
		if len(n.words)+len(b.words) == 0 && n.number == b.number { // nothing but a place to fill in
			s = 0.5
		}
		if n.heading != "" && b.heading != "" {
			s = max(s, alike(n.heading, b.heading))
		}
		return s + bonus(n, b)
	}
	match(now, before, renamed, 0.6, func(n, b unit) (float64, bool) {
		if n.level < 2 || b.level < 2 || sections[n.section] != b.section {
			return 0, false
		}
		return score(n, b), true
	})
	if len(now)*len(before) < 1_000_000 { // no template has a thousand clauses
		match(now, before, renamed, 0.8, func(n, b unit) (float64, bool) { // moved to another section
			return score(n, b), n.level > 1 && b.level > 1
		})
	}
	r.rename(now, before, renamed)
}

func bonus(n, b unit) float64 {
	s := 0.0
	if n.number != "" && strings.EqualFold(n.number, b.number) {
		s += 0.1
	}
	if n.key == b.key {
		s += 0.05
	}
	return s
}

// match pairs what is most alike first, each only once.
func match(now, before []unit, renamed map[string]string, least float64, score func(n, b unit) (float64, bool)) {
	type pair struct {
		n, b  int
		score float64
	}
	used := map[string]bool{}
	for _, k := range renamed {
		used[k] = true
	}
	var pairs []pair
	for i, n := range now {
		if _, done := renamed[n.key]; done {
			continue
		}
		for k, b := range before {
			if used[b.key] {
				continue
			}
			if s, ok := score(n, b); ok && s >= least {
				pairs = append(pairs, pair{i, k, s})
			}
		}
	}
	sort.SliceStable(pairs, func(i, k int) bool { return pairs[i].score > pairs[k].score })
	for _, p := range pairs {
		n, b := now[p.n].key, before[p.b].key
		if _, done := renamed[n]; !done && !used[b] {
			renamed[n] = b
			used[b] = true
		}
	}
}

func (r *recogniser) rename(now, before []unit, renamed map[string]string) {
	taken := map[string]bool{}
	for _, b := range before {
		taken[b.key] = true
	}
	r.taken = taken
	for _, n := range now {
		if _, ok := renamed[n.key]; !ok {
			renamed[n.key] = r.unique(n.key)
		}
	}
	known := func(key string) bool { return slices.ContainsFunc(before, func(b unit) bool { return b.key == key }) }
	for k := range r.Paragraphs {
		p := &r.Paragraphs[k]
		if p.Clause != "" {
			p.Clause = renamed[p.Clause]
		}
		if p.Section != "" {
			p.Section = renamed[p.Section]
		}
		if p.Class == Heading && p.Clause == "" && known(p.Section) || (p.Class == Provision || p.Class == Heading) && known(p.Clause) {
			p.Reasons = append(p.Reasons, ByPrevious)
		}
	}
}

// units are the file's sections and sub-clauses, in order.
func (r *recogniser) units() []unit {
	var out []unit
	at := map[string]int{}
	get := func(key, section string, level int) *unit {
		i, ok := at[key]
		if !ok {
			i = len(out)
			at[key] = i
			out = append(out, unit{key: key, section: section, level: level})
		}
		return &out[i]
	}
	for k, p := range r.Paragraphs {
		if p.Section == "" {
			continue
		}
		if p.Clause == "" {
			u := get(p.Section, "", 1)
			if p.Class == Heading {
				u.number, u.heading = p.Number, r.heads[r.from[k][0]].text
			}
			continue
		}
		get(p.Section, "", 1)
		u := get(p.Clause, p.Section, 2)
		switch p.Class {
		case Heading:
			u.number, u.heading = p.Number, r.heads[r.from[k][0]].text
		case Guidance:
		default:
			if p.Class == Provision || u.number == "" {
				u.number = p.Number
			}
			u.words = append(u.words, wordsOf(r.fixedText(k))...)
		}
	}
	return out
}

// fixedText is the wording of a paragraph: without what is to be filled in, and guidance.
func (r *recogniser) fixedText(k int) string {
	if r.Paragraphs[k].Grid != nil {
		return withoutMarks(r.plainText(k))
	}
	spans := r.spansOf(r.ps[r.from[k][0]].Runs, r.groups[k] > 0)
	if r.groups[k] > 0 {
		spans = withoutMarker(spans)
	}
	var b strings.Builder
	for _, s := range spans {
		if s.Kind != clause.Guidance && s.Kind != clause.FillIn {
			b.WriteString(s.Text)
		} else {
			b.WriteByte(' ')
		}
	}
	return b.String()
}

// unitsOf are the sections and sub-clauses of a version.
func unitsOf(clauses []clause.Clause) []unit {
	out := make([]unit, 0, len(clauses))
	section := ""
	for _, c := range clauses {
		u := unit{key: c.Key, section: section, number: c.Number, heading: c.Heading, level: min(c.Level, 2)}
		if c.Level == 1 {
			section, u.section = c.Key, ""
		}
		u.words = wordsOf(textOf(c.Blocks))
		out = append(out, u)
	}
	return out
}

// textOf is the wording of blocks, every branch of it, without what is filled in.
func textOf(blocks []clause.Block) string {
	var b strings.Builder
	spans := func(spans []clause.Span) {
		for _, s := range spans {
			if s.Kind != clause.Guidance && s.Kind != clause.FillIn {
				b.WriteString(s.Text)
			} else {
				b.WriteByte(' ')
			}
		}
		b.WriteByte(' ')
	}
	for _, bl := range blocks {
		spans(bl.Spans)
		for _, item := range bl.Items {
			spans(item)
		}
		if bl.Table != nil {
			b.WriteString(strings.Join(bl.Table.Head, " ") + " ")
			for _, row := range bl.Table.Cells {
				for _, cell := range row {
					spans(cell)
				}
			}
		}
		for _, br := range bl.Branches {
			b.WriteString(textOf(br.Blocks))
		}
		b.WriteString(textOf(bl.Blocks))
	}
	return b.String()
}
