package template

import (
	"regexp"
	"strings"

	"klausul/server/word"
)

// head is a heading found in the file.
type head struct {
	level      int // 1 for sections and annexes; 0 is no heading
	number     string
	text       string
	annex      bool
	reason     Reason
	confidence Confidence
}

var (
	annexHead  = regexp.MustCompile(`(?is)^(?:bilag|appendiks|appendix|annex)\s+([A-Z]|\d{1,2})\b[\s.:–—-]*(.*)$`)
	sectionNo  = regexp.MustCompile(`(?i)^(?:§|afsnit|section|clause)?\s*(\d{1,3})[.)]?$`)
	dottedNo   = regexp.MustCompile(`^(\d{1,3}|[A-Za-z])((?:\.\d{1,3})+)\.?$`)
	lettered   = regexp.MustCompile(`(?s)^([A-Z](?:\.\d{1,2})+)\.?\s+(.*)$`)
	simpleNo   = regexp.MustCompile(`^(\d{1,3})[.)]?$`)
	contentsIs = regexp.MustCompile(`(?i)^(indhold|indholdsfortegnelse|contents|table of contents)$`)
	signing    = regexp.MustCompile(`(?i)^(underskrift(er)?|signatures?)$`)
	tocLine    = regexp.MustCompile(`(\t|\.{3,}|…)[\s.…]*\d{1,3}$`)
)

// headings finds the headings. A heading is one by its outline level; or because it is
// bold, short and numbered; or because it reads like one of the standard structure.
func headings(ps []word.Paragraph, tables []word.Table) []head {
	heads := make([]head, len(ps))
	found := false
	top := 9
	for _, p := range ps {
		if p.Level > 0 && strings.TrimSpace(p.Text()) != "" && p.Part == word.Body && !p.Contents {
			top = min(top, p.Level)
		}
	}
	for i, p := range ps {
		if p.Part != word.Body || p.Contents || p.Absorbed || p.Cell != nil && tables[p.Cell.Table].Layout == "" {
			continue
		}
		heads[i] = headOf(p, top)
		found = found || heads[i].level == 1
	}
	if found {
		return heads
	}
	// no style and no bold tells; a short numbered line above "7.1" is a heading all the same
	for i, p := range ps {
		text := strings.TrimSpace(p.Text())
		m := sectionNo.FindStringSubmatch(p.Label())
		if m == nil || p.Part != word.Body || p.Contents || text == "" || len(text) > 100 || strings.HasSuffix(text, ".") {
			continue
		}
		if next, ok := following(ps, i); ok && strings.HasPrefix(strings.TrimSpace(next.Label()), m[1]+".") {
			heads[i] = head{1, m[1], text, false, ByNumber, Likely}
		}
	}
	return heads
}

func following(ps []word.Paragraph, i int) (word.Paragraph, bool) {
	for _, p := range ps[i+1:] {
		if strings.TrimSpace(p.Text()) != "" && !p.Absorbed {
			return p, true
		}
	}
	return word.Paragraph{}, false
}

func headOf(p word.Paragraph, top int) head {
	text := strings.TrimSpace(p.Text())
	if p.Level <= 0 && len(text) > 120 {
		return head{}
	}
	label := strings.TrimSpace(p.Label())
	h := head{text: text, reason: ByOutline, confidence: Sure}
	m := annexHead.FindStringSubmatch(strings.TrimSpace(p.Typed + " " + text))
	if m == nil { // or Word counts the annexes
		m = annexHead.FindStringSubmatch(label + " " + text)
	}
	if m != nil && len(text) <= 200 {
		h.annex, h.number, h.text = true, strings.ToUpper(m[1]), strings.TrimSpace(m[2])
	}
	if m := lettered.FindStringSubmatch(text); m != nil && p.Typed == "" { // A.1 typed in a style that counts by itself
		label, h.text = m[1], m[2]
	}
	dotted := dottedNo.FindStringSubmatch(label)
	if m := sectionNo.FindStringSubmatch(label); m != nil && !h.annex {
		h.number = m[1]
	} else if dotted != nil && !h.annex {
		h.number = strings.TrimSuffix(label, ".")
	}
	var e entry
	var known float64
	if p.Level <= 0 {
		e, known, _ = knownHeading(h)
	}
	switch {
	case p.Level > 0:
		switch {
		case len(text) > 160 || dotted != nil && len(text) > 80 && strings.HasSuffix(text, "."):
			return head{} // the style of headings on a whole clause
		case h.annex || h.number != "" && dotted == nil:
			h.level = 1
		case dotted != nil:
			h.level = 1 + strings.Count(dotted[2], ".")
		default:
			h.level = p.Level - top + 1
		}
		if text == "" && h.number == "" {
			return head{}
		}
		return h
	case text == "" || strings.HasSuffix(text, ".") && h.number == "":
		return head{}
	case bold(p) && (h.annex || h.number != "" || known >= 0.75):
		h.reason, h.confidence = ByBold, Likely
		if known >= 0.75 {
			h.confidence = Sure
		}
	case h.annex && (h.text == "" || known >= 0.5), same(h.text, e):
		h.reason, h.confidence = ByCatalogue, Likely
	default:
		return head{}
	}
	h.level = 1
	if dotted != nil {
		h.level = 1 + strings.Count(dotted[2], ".")
	}
	return h
}

// knownHeading looks a heading up in the standard structure, the sub-clauses of annexes too.
func knownHeading(h head) (entry, float64, bool) {
	all := standard().Sections
	if e, score, ok := heading(all, h.number, h.text, h.annex); ok {
		return e, score, true
	}
	if before, _, ok := strings.Cut(h.number, "."); ok {
		for _, s := range all {
			if s.Annex && strings.EqualFold(s.Number, before) {
				return heading(s.Clauses, h.number, h.text, false)
			}
		}
	}
	return entry{}, 0, false
}

// same says whether a heading has just the words of the standard structure's.
func same(text string, e entry) bool {
	words := wordsOf(text)
	return closeness(words, e.words[0]) > 0.95 || closeness(words, e.words[1]) > 0.95
}

func bold(p word.Paragraph) bool {
	text := false
	for _, r := range p.Runs {
		if strings.TrimSpace(r.Text) == "" {
			continue
		}
		if !r.Bold || r.Style == "Missing" || r.Style == "Filled" {
			return false
		}
		text = true
	}
	return text
}
