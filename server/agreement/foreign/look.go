package foreign

import (
	"cmp"
	"slices"
	"strings"
)

// rank orders degrees of confidence.
var rank = map[Confidence]int{NotFound: 0, Guess: 1, Likely: 2, Sure: 3}

// look goes through the text once, sentence by sentence, and fills in the checklist.
func (a *analysis) look() {
	for _, e := range a.Entries {
		a.out.Checklist = append(a.out.Checklist, Answer{Key: e.Key, Reference: e.Reference, DA: e.DA, EN: e.EN})
	}
	for i, p := range a.text.Paragraphs {
		if p.Aside || p.Contents {
			continue
		}
		heading := a.heads(i)
		a.words = tokens(p.Text, a.words)
		a.cuts = sentences(p.Text, a.words, a.cuts)
		for _, s := range a.cuts {
			words := a.words[s.first:s.end]
			if len(words) > 0 && a.read(words, a.hits) {
				a.weigh(i, words, heading)
			}
		}
	}
	for i := range a.out.Checklist {
		a.out.Checklist[i].close()
	}
}

// weigh says which entries a sentence speaks of. A heading only says what follows.
func (a *analysis) weigh(paragraph int, words []token, heading bool) {
	section := a.sectionOf[paragraph]
	against := a.Against.fits(a.hits)
	for n := range a.Entries {
		e := &a.Entries[n]
		on := a.topics[section]&(1<<e.topic) != 0
		strong := fits(e.Strong, a.hits)
		confidence := NotFound
		switch {
		case heading && (on || strong):
			confidence = Guess
		case heading:
		case strong && against:
			confidence = Guess
		case strong && on:
			confidence = Sure
		case strong:
			confidence = Likely
		case on && fits(e.Weak, a.hits):
			confidence = Guess
		}
		if !heading && (on || strong) && a.values(n, on, paragraph, words) && rank[confidence] <= rank[Guess] && !against {
			confidence = Likely // a value says more than a word
		}
		if confidence == NotFound {
			continue
		}
		f := a.finding(paragraph, words)
		f.Confidence, f.Against, f.Heading = confidence, against && strong, heading
		a.out.Checklist[n].add(f)
	}
}

func (a *analysis) finding(paragraph int, words []token) Finding {
	p := a.text.Paragraphs[paragraph]
	from, to := words[0].from, words[len(words)-1].to
	for to < len(p.Text) && strings.IndexByte(".!?:)", p.Text[to]) >= 0 {
		to++
	}
	return Finding{Paragraph: paragraph, Section: a.sectionOf[paragraph], Page: p.Page, From: from, To: to, Excerpt: excerpt(p.Text[from:to])}
}

// excerpt is the beginning of a text.
func excerpt(text string) string {
	if len(text) <= longest {
		return text
	}
	n := 0
	for i := range text {
		if n++; n > longest {
			return strings.TrimRight(text[:i], " ") + "…"
		}
	}
	return text
}

// add notes a finding; of too many the surest stay, the first of them.
func (a *Answer) add(f Finding) {
	a.Findings = append(a.Findings, f)
	if len(a.Findings) > 4*mostFindings {
		a.keep()
	}
}

func (a *Answer) keep() {
	slices.SortStableFunc(a.Findings, func(a, b Finding) int {
		return cmp.Or(cmp.Compare(rank[b.Confidence], rank[a.Confidence]), compareBool(a.Heading, b.Heading), cmp.Compare(a.Paragraph, b.Paragraph))
	})
	if len(a.Findings) > mostFindings {
		a.Findings = a.Findings[:mostFindings]
	}
}

func compareBool(a, b bool) int {
	switch {
	case a == b:
		return 0
	case b:
		return -1
	}
	return 1
}

// close sums an answer up.
func (a *Answer) close() {
	a.Confidence = NotFound
	for _, f := range a.Findings {
		a.Against = a.Against || f.Against
	}
	a.keep()
	if len(a.Findings) > 0 {
		a.Confidence = a.Findings[0].Confidence
	}
	first := map[string]Value{}
	for _, v := range a.Values {
		kind := v.Field
		if v.Unit == "" {
			kind += " choice"
		}
		if other, ok := first[kind]; ok && !other.same(v) {
			a.Disagree = true
		} else if !ok {
			first[kind] = v
		}
	}
}

// same tells whether two values of one field say the same.
func (v Value) same(o Value) bool {
	if v.Amount != nil && o.Amount != nil {
		return *v.Amount == *o.Amount
	}
	return v.Choice == o.Choice && v.Number == o.Number && v.Unit == o.Unit
}
