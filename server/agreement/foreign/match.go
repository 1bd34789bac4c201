package foreign

import (
	"cmp"
	"math"
	"math/bits"
	"slices"
	"strings"

	"klausul/server/clause"
)

// From here on two texts are alike.
const (
	alikeHeading = 0.5
	alikeSection = 0.3
	alikeClause  = 0.4
	rest         = 0.6 // of the best, what else is told beside it
	fewWords     = 12  // of a section say nothing
)

// posting is a text of ours that holds a word, and what the word weighs in it.
type posting struct {
	at     int32
	weight float64
}

// index finds the texts of ours that share words with another.
type index struct {
	ids      map[string]int32
	weights  []float64 // by word: how much it tells
	unknown  float64   // what a word weighs that none of ours has
	postings [][]posting
	scores   []float64
	touched  []int32
	word     []int32
}

var endings = []string{"er", "en", "et", "ed", "e", "s", "n"}

// stemmed is what words are compared by: Danish and English endings do not count.
func stemmed(word string) string {
	for again := true; again; {
		again = false
		for _, e := range endings {
			if len(word) > 4+len(e) && strings.HasSuffix(word, e) {
				word, again = word[:len(word)-len(e)], true
			}
		}
	}
	if n := len(word); n > 4 && word[n-1] == word[n-2] && word[n-1] < 0x80 { // slette, generelle
		word = word[:n-1]
	}
	return word
}

// idsOf are the words of a text as numbers, sorted; those that none of ours has are -1.
// Little words do not count.
func (a *analysis) idsOf(x *index, words []token, grow bool) []int32 {
	out := x.word[:0]
	for _, w := range words {
		if a.little[w.word] != "" {
			continue
		}
		id, ok := x.ids[stemmed(w.word)]
		switch {
		case ok:
		case grow:
			id = int32(len(x.ids))
			x.ids[strings.Clone(stemmed(w.word))] = id
		default:
			id = -1
		}
		out = append(out, id)
	}
	slices.Sort(out)
	x.word = out
	return out
}

// newIndex takes texts of ours in; empty ones are never found.
func (a *analysis) newIndex(texts []string) *index {
	x := &index{ids: map[string]int32{}, scores: make([]float64, len(texts))}
	all := make([][]int32, len(texts))
	var in []int
	for i, text := range texts {
		a.words = tokens(text, a.words)
		all[i] = slices.Clone(a.idsOf(x, a.words, true))
		in = append(in, make([]int, len(x.ids)-len(in))...)
		eachWord(all[i], func(id int32, _ int) { in[id]++ })
	}
	x.weights, x.postings = make([]float64, len(in)), make([][]posting, len(in))
	for id, n := range in {
		x.weights[id] = math.Log(1 + float64(len(texts))/float64(n))
	}
	x.unknown = math.Log(1+float64(len(texts))) / 2
	for i, ids := range all {
		length := x.length(ids)
		eachWord(ids, func(id int32, n int) {
			if in[id] <= mostCommon {
				x.postings[id] = append(x.postings[id], posting{int32(i), x.weight(id, n) / length})
			}
		})
	}
	return x
}

func eachWord(sorted []int32, do func(id int32, n int)) {
	for from := 0; from < len(sorted); {
		end := from + 1
		for end < len(sorted) && sorted[end] == sorted[from] {
			end++
		}
		do(sorted[from], end-from)
		from = end
	}
}

func (x *index) weight(id int32, n int) float64 {
	return x.weights[id] * (1 + math.Log(float64(n)))
}

func (x *index) length(ids []int32) float64 {
	sum := 0.0
	eachWord(ids, func(id int32, n int) {
		if id < 0 {
			sum += float64(n) * x.unknown * x.unknown
			return
		}
		w := x.weight(id, n)
		sum += w * w
	})
	return math.Sqrt(sum)
}

// near calls do for every text of ours that shares words with these, and how alike the two
// are, from above 0 to 1.
func (x *index) near(ids []int32, do func(at int, score float64)) {
	length := x.length(ids)
	if length == 0 {
		return
	}
	eachWord(ids, func(id int32, n int) {
		if id < 0 {
			return
		}
		w := x.weight(id, n)
		for _, p := range x.postings[id] {
			if x.scores[p.at] == 0 {
				x.touched = append(x.touched, p.at)
			}
			x.scores[p.at] += w * p.weight
		}
	})
	for _, at := range x.touched {
		do(int(at), min(1, x.scores[at]/length))
		x.scores[at] = 0
	}
	x.touched = x.touched[:0]
}

// own is a clause of ours.
type own struct {
	clause.Clause
	text   string // its wording; of a section that of its clauses too
	topics uint64
}

// headed tells whether sections may be matched with it: a section, or a clause with a heading.
func (o own) headed() bool { return o.Level <= 1 || o.Heading != "" }

func (a *analysis) ownOf(clauses []clause.Clause) []own {
	out := make([]own, len(clauses))
	section := -1
	for i, c := range clauses {
		text := c.Heading
		for _, line := range c.Lines() {
			text += "\n"
			for _, s := range line {
				text += s.Text
			}
		}
		out[i] = own{c, text, a.topicsIn(c.Heading)}
		if c.Level <= 1 {
			section = i
		} else if section >= 0 {
			out[section].text += "\n" + out[i].text
		}
	}
	return out
}

// match lays the sections beside our clauses, by heading and by wording, and paragraphs
// beside the clauses whose wording they have.
func (a *analysis) match(clauses []clause.Clause) {
	ours := a.ownOf(clauses)
	var count counter
	headings, texts, wordings := make([]string, len(ours)), make([]string, len(ours)), make([]string, len(ours))
	for i, o := range ours {
		if o.headed() {
			headings[i], texts[i] = o.Heading, o.text
		}
		if o.Level > 1 || strings.TrimSpace(strings.TrimPrefix(o.text, o.Heading)) != "" && !slices.ContainsFunc(ours, func(p own) bool { return p.Level > 1 }) {
			wordings[i] = o.text
		}
		a.words = tokens(o.text, a.words)
		count.add(a.little, a.words)
		a.out.Ours = append(a.out.Ours, Counterpart{Key: o.Key, Number: o.Number, Heading: o.Heading, Level: o.Level})
	}
	a.out.SameLanguage = a.out.Language != "" && count.language() == a.out.Language
	m := matcher{analysis: a, ours: ours, headings: a.newIndex(headings), texts: a.newIndex(texts), wordings: a.newIndex(wordings)}
	for i := range a.out.Sections {
		m.section(i)
	}
	if a.out.SameLanguage {
		for i, p := range a.text.Paragraphs {
			m.paragraph(i, p)
		}
	}
	section := -1
	for i, o := range ours { // what a clause of a section has, the section has
		switch {
		case o.Level <= 1:
			section = i
		case section >= 0 && len(a.out.Ours[section].Places) == 0:
			a.out.Ours[section].Places = append(a.out.Ours[section].Places, a.out.Ours[i].Places...)
		}
	}
	for i := range a.out.Ours {
		places := a.out.Ours[i].Places
		slices.SortStableFunc(places, func(a, b Place) int { return cmp.Compare(b.Score, a.Score) })
		a.out.Ours[i].Places = places[:min(len(places), mostPlaces)]
	}
}

// matcher finds what is alike.
type matcher struct {
	*analysis
	ours                      []own
	headings, texts, wordings *index
}

// rounded gives scores that do not hang on the last digits of a sum.
func rounded(score float64) float64 { return math.Round(score*100) / 100 }

func (m *matcher) section(at int) {
	d := &m.out.Sections[at]
	if d.Part == Aside || d.Part == Contents {
		return
	}
	heading, wording := make([]float64, len(m.ours)), make([]float64, len(m.ours))
	if d.Part == Section {
		m.words = tokens(d.Heading, m.words)
		m.headings.near(m.idsOf(m.headings, m.words, false), func(i int, s float64) { heading[i] = s })
		about := m.topicsIn(d.Heading)
		for i, o := range m.ours {
			if o.headed() {
				heading[i] = max(heading[i], 0.8*topical(about, o.topics))
			}
			switch {
			case d.Annex != o.Annex:
				heading[i] *= 0.8
			case heading[i] >= alikeHeading:
				heading[i] = min(1, heading[i]+0.1)
			}
		}
	}
	if words := m.wordsOf(at); m.out.SameLanguage && len(words) >= fewWords {
		m.texts.near(m.idsOf(m.texts, words, false), func(i int, s float64) { wording[i] = s })
	}
	for i, o := range m.ours {
		h, w := heading[i], wording[i]
		match := Match{Key: o.Key}
		switch {
		case h >= alikeHeading && w >= alikeSection:
			match.By, match.Score = ByBoth, rounded(1-(1-h)*(1-w))
		case h >= alikeHeading:
			match.By, match.Score = ByHeading, rounded(h)
		case w >= alikeSection:
			match.By, match.Score = ByWording, rounded(w)
		default:
			continue
		}
		d.Matches = append(d.Matches, match)
	}
	slices.SortStableFunc(d.Matches, func(a, b Match) int { return cmp.Compare(b.Score, a.Score) })
	for i, match := range d.Matches {
		if i == mostMatches || match.Score < rest*d.Matches[0].Score {
			d.Matches = slices.Clip(d.Matches[:i])
			break
		}
	}
	for _, match := range d.Matches {
		i := slices.IndexFunc(m.ours, func(o own) bool { return o.Key == match.Key })
		m.place(i, Place{Section: at, Paragraph: -1, Score: match.Score, By: match.By})
	}
}

// topical is how much two sets of topics are the same; a section of theirs may be about
// more than one of ours.
func topical(theirs, ours uint64) float64 {
	if theirs&ours == 0 {
		return 0
	}
	same := float64(bits.OnesCount64(theirs & ours))
	return same / float64(bits.OnesCount64(ours)) * (1 + same/float64(bits.OnesCount64(theirs))) / 2
}

// wordsOf are the words of a section and of those below it, as far as they are compared.
func (m *matcher) wordsOf(at int) []token {
	var out []token
	for s := at; s < len(m.out.Sections); s++ {
		switch part := m.out.Sections[s].Part; {
		case s == at:
		case part != Section:
			continue
		case !m.below(s, at):
			return out
		}
		for _, p := range m.out.Sections[s].Paragraphs {
			if len(out) >= mostWords {
				return out[:mostWords]
			}
			m.words = tokens(m.text.Paragraphs[p].Text, m.words)
			out = append(out, m.words...)
		}
	}
	return out
}

// below tells whether a section stands below another, however deep.
func (m *matcher) below(s, of int) bool {
	for s > of {
		s = m.out.Sections[s].Parent
	}
	return s == of
}

func (m *matcher) paragraph(at int, p Paragraph) {
	if p.Aside || p.Contents || len(p.Text) < 20 || m.heads(at) {
		return
	}
	m.words = tokens(p.Text, m.words)
	words := m.words[:min(len(m.words), mostWords)]
	m.wordings.near(m.idsOf(m.wordings, words, false), func(i int, s float64) {
		if s = rounded(s); s >= alikeClause {
			m.place(i, Place{Section: m.sectionOf[at], Paragraph: at, Score: s, By: ByWording})
		}
	})
}

// place notes where a clause of ours was found; of many places the nearest stay.
func (m *matcher) place(i int, p Place) {
	c := &m.out.Ours[i]
	c.Places = append(c.Places, p)
	if len(c.Places) > 4*mostPlaces {
		slices.SortStableFunc(c.Places, func(a, b Place) int { return cmp.Compare(b.Score, a.Score) })
		c.Places = c.Places[:mostPlaces]
	}
}
