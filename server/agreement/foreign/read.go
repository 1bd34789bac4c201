package foreign

import (
	"slices"

	"klausul/server/clause"
)

// analysis is a Reading in the making.
type analysis struct {
	*checklist
	*reader
	text      Text
	out       Reading
	sectionOf []int
	topics    []uint64 // by section: what it is about, a set
	words     []token
	cuts      []sentence
	hits      set // terms of the sentence at hand
	lead      set // and of the words before a number in it
}

// Read reads a foreign text beside our clauses, which are filled.
func Read(t Text, ours []clause.Clause) Reading {
	c := asked()
	a := &analysis{checklist: c, reader: &reader{c.lexicon, map[string][]int32{}}, text: t, hits: make(set, len(c.lexicon.phrases)/64+1)}
	a.lead = make(set, len(a.hits))
	a.out.Unread = t.Unread
	a.out.Source, a.out.Checked, a.out.Unconfirmed = c.Source, c.Checked, c.Unconfirmed
	a.divide()
	a.language()
	a.match(ours)
	a.look()
	a.judge()
	return a.out
}

// most words that are counted to tell a language.
const sample = 20_000

// language tells by the little words which language most of the text is in.
func (a *analysis) language() {
	var count counter
	for _, p := range a.text.Paragraphs {
		if !p.Aside && count.total < sample {
			a.words = tokens(p.Text, a.words)
			count.add(a.little, a.words)
		}
	}
	a.out.Language = count.language()
}

// counter counts the little words of either language.
type counter struct{ da, en, total int }

func (c *counter) add(little map[string]string, words []token) {
	for _, w := range words {
		c.total++
		switch little[w.word] {
		case "da":
			c.da++
		case "en":
			c.en++
		}
	}
}

func (c *counter) language() string {
	switch {
	case c.da+c.en < 10 || c.da+c.en < c.total/20:
		return ""
	case c.da > 2*c.en:
		return "da"
	case c.en > 2*c.da:
		return "en"
	}
	return ""
}

// judge tells whether the text is a data processor agreement at all: it speaks of three of
// the subjects of one, and settles three of the entries.
func (a *analysis) judge() {
	subjects := map[int]bool{}
	for i, p := range a.text.Paragraphs {
		if i > sample || len(subjects) == len(a.Subjects) {
			break
		}
		a.words = tokens(p.Text, a.words)
		if a.read(a.words, a.hits) {
			for n, s := range a.Subjects {
				if s.in(a.hits) {
					subjects[n] = true
				}
			}
		}
	}
	settled := 0
	for _, e := range a.out.Checklist {
		if e.Confidence == Sure || e.Confidence == Likely {
			settled++
		}
	}
	a.out.Agreement = len(subjects) >= 3 && settled >= 3
}

// Dropped are the paragraphs of a text that stand in no section of its Reading, or in more
// than one. There are none: it is for those who want to see for themselves.
func (r Reading) Dropped(t Text) []int {
	met := make([]int, len(t.Paragraphs))
	for _, s := range r.Sections {
		for _, p := range s.Paragraphs {
			met[p]++
		}
	}
	var out []int
	for i, n := range met {
		if n != 1 {
			out = append(out, i)
		}
	}
	return slices.Clip(out)
}
