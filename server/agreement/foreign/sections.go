package foreign

import (
	"regexp"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"
)

var (
	annexed  = regexp.MustCompile(`(?i)^(?:bilag|appendiks|appendix|annex|schedule|exhibit)\s+([A-Z]|\d{1,2}|[IVX]{1,4})\b`)
	dotted   = regexp.MustCompile(`^(?:§\s*)?(?:\d{1,3}|[A-Z])((?:\.\d{1,3})+)\.?(?:\s|$)`)
	single   = regexp.MustCompile(`(?i)^(?:§\s*|afsnit\s+|section\s+|clause\s+|article\s+|artikel\s+)?(?:\d{1,3}|[A-Z]|[IVX]{1,5})[.):]?$`)
	listed   = regexp.MustCompile(`(?:\t|\.{3,}|…)[\s.…]*\d{1,3}$`)
	contents = regexp.MustCompile(`(?i)^(?:indhold|indholdsfortegnelse|contents|table of contents)$`)
)

// head is a heading found.
type head struct {
	level int // from 1; 0 is no heading
	annex bool
	told  Told
	topic uint64
}

// divide finds the headings and puts every paragraph into one section.
func (a *analysis) divide() {
	a.contentsLines()
	ps := a.text.Paragraphs
	heads := a.headings()
	a.sectionOf = make([]int, len(ps))
	special := map[Part]int{}
	open := func(d Division, topic uint64) int {
		d.Parent = -1
		a.out.Sections = append(a.out.Sections, d)
		a.topics = append(a.topics, topic)
		return len(a.out.Sections) - 1
	}
	around := func(part Part, i int) int {
		at, ok := special[part]
		if !ok {
			at = open(Division{Part: part, Page: ps[i].Page}, 0)
			special[part] = at
		}
		return at
	}
	current := -1
	var above [10]int // 1 + the section that runs at each level
	for i, p := range ps {
		at := current
		switch h := heads[i]; {
		case p.Aside:
			at = around(Aside, i)
		case p.Contents:
			at = around(Contents, i)
		case p.Hangs > 0 && p.Hangs <= i:
			at = a.sectionOf[p.Hangs-1]
		case h.level > 0:
			at = open(Division{Part: Section, Number: p.Number, Heading: strings.TrimSpace(p.Text), Level: h.level, Annex: h.annex, Told: h.told, Page: p.Page}, h.topic)
			d := &a.out.Sections[at]
			for l := h.level - 1; l > 0 && d.Parent < 0; l-- {
				d.Parent = above[l] - 1
			}
			if d.Parent >= 0 {
				d.Annex = d.Annex || a.out.Sections[d.Parent].Annex
				if h.topic == 0 {
					a.topics[at] = a.topics[d.Parent]
				}
			}
			above[h.level] = at + 1
			clear(above[h.level+1:])
			current = at
		case current < 0:
			at = around(Front, i)
			current = at
		}
		a.sectionOf[i] = at
		a.out.Sections[at].Paragraphs = append(a.out.Sections[at].Paragraphs, i)
	}
}

// heads tells whether a paragraph is the heading of its section.
func (a *analysis) heads(i int) bool {
	s := a.out.Sections[a.sectionOf[i]]
	return s.Part == Section && s.Paragraphs[0] == i
}

// headings finds the headings. A list of short lines with numbers is no list of headings:
// where nothing but the number tells, running text must follow.
func (a *analysis) headings() []head {
	ps := a.text.Paragraphs
	heads := make([]head, len(ps))
	top := 9
	for _, p := range ps {
		if p.Level > 0 && !p.Aside && !p.Contents && strings.TrimSpace(p.Text) != "" {
			top = min(top, p.Level)
		}
	}
	styled := 0
	for i := range ps {
		if heads[i] = a.head(ps[i], top); heads[i].told == ByStyle {
			styled++
		}
	}
	next, follows := -1, head{} // the next paragraph with text
	for i := len(ps) - 1; i >= 0; i-- {
		if ps[i].Aside || ps[i].Contents || strings.TrimSpace(ps[i].Text) == "" {
			continue
		}
		h := &heads[i]
		switch {
		case h.told == ByStyle || h.annex:
		case next < 0 || styled >= 5 && h.told == ByTopic: // a file with styles says itself what is a heading
			*h = head{}
		case h.told == ByNumber && h.topic == 0 && (follows.told == ByNumber && follows.level == h.level || utf8.RuneCountInString(ps[next].Text) < 25):
			*h = head{}
		}
		next, follows = i, heads[i]
		if h.level == 0 && short(ps[i]) && single.MatchString(strings.TrimSpace(ps[i].Number)) {
			follows = head{level: 1, told: ByNumber} // of a list
		}
	}
	return heads
}

func short(p Paragraph) bool {
	text := strings.TrimSpace(p.Text)
	return text != "" && utf8.RuneCountInString(text) <= 100 && !strings.ContainsAny(text[len(text)-1:], ".,;:")
}

func (a *analysis) head(p Paragraph, top int) head {
	text := strings.TrimSpace(p.Text)
	if p.Aside || p.Contents || p.Hangs > 0 || text == "" && p.Level == 0 || len(text) > 640 {
		return head{}
	}
	number := strings.TrimSpace(p.Number)
	annex := annexed.MatchString(text) || annexed.MatchString(number+" ")
	if p.Level > 0 && utf8.RuneCountInString(text) <= 160 && text != "" {
		level := p.Level - top + 1
		if m := dotted.FindStringSubmatch(number); m != nil {
			level = 1 + strings.Count(m[1], ".")
		} else if annex {
			level = 1
		}
		return head{min(level, 9), annex, ByStyle, a.topicsIn(text)}
	}
	if !short(p) {
		return head{}
	}
	level := 1
	m := dotted.FindStringSubmatch(number)
	if m != nil {
		level = min(1+strings.Count(m[1], "."), 9)
	}
	topics := a.topicsIn(text)
	upper := unicode.IsUpper(first(text))
	count := len(a.words) // topicsIn cut the text into words
	switch {
	case annex && count <= 12:
		return head{1, true, ByNumber, topics}
	case p.Bold && count <= 14:
		return head{level, false, ByBold, topics}
	case m != nil && upper && count <= 10 || single.MatchString(number) && unicode.IsUpper(first(text)) && count <= 10:
		return head{level, false, ByNumber, topics}
	case capitals(text) && count <= 12:
		return head{level, false, ByCapitals, topics}
	case topics != 0 && number == "" && upper && count <= 6 && utf8.RuneCountInString(text) <= 60:
		return head{1, false, ByTopic, topics}
	}
	return head{}
}

// topicsIn are the topics that a short text speaks of.
func (a *analysis) topicsIn(text string) uint64 {
	a.words = tokens(text, a.words)
	if !a.read(a.words, a.hits) {
		return 0
	}
	return a.topicsOf(a.hits)
}

// capitals tells whether a text is in capitals: four letters at least.
func capitals(text string) bool {
	letters := 0
	for _, r := range text {
		if unicode.IsLower(r) {
			return false
		}
		if unicode.IsUpper(r) {
			letters++
		}
	}
	return letters >= 4
}

// contentsLines marks the lines of a table of contents that nothing marks: lines that end
// with dots and a page, three of them together, and the heading above.
func (a *analysis) contentsLines() {
	ps := slices.Clone(a.text.Paragraphs)
	from := 0
	for i := 0; i <= len(ps); i++ {
		if i < len(ps) && (inContents(ps[i].Text) || ps[i].Aside || ps[i].Contents || strings.TrimSpace(ps[i].Text) == "") {
			continue
		}
		lines := 0
		for _, p := range ps[from:i] {
			if inContents(p.Text) {
				lines++
			}
		}
		if lines >= 3 {
			if from > 0 && contents.MatchString(strings.TrimSpace(ps[from-1].Text)) {
				from--
			}
			for k := from; k < i; k++ {
				ps[k].Contents = !ps[k].Aside
			}
		}
		from = i + 1
	}
	for i := range ps { // the heading of one that the file marks itself
		if i+1 < len(ps) && ps[i+1].Contents && contents.MatchString(strings.TrimSpace(ps[i].Text)) {
			ps[i].Contents = true
		}
	}
	a.text.Paragraphs = ps
}

// inContents tells whether a text reads like a line of a table of contents.
func inContents(text string) bool {
	if text == "" || text[len(text)-1] < '0' || text[len(text)-1] > '9' || len(text) > 300 {
		return false
	}
	return listed.MatchString(text)
}
