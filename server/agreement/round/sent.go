package round

import (
	"strings"

	"klausul/server/clause"
	"klausul/server/render"
	"klausul/server/word"
)

// Sent is what went out, ready to be compared with what comes back.
type Sent struct {
	units      []unit
	marks      map[string]int // units by bookmark
	exact      map[string][]line
	index      map[uint64][]line // lines by pairs of words
	styles     map[string]bool   // in which clauses and sections begin
	properties map[string]string
	language   string
	tracking   bool
	hands      []string       // whose tracked changes and comments it went out with: ours
	remarks    map[remark]int // the comments, and how often each
}

// unit is a clause, the heading of a section, or what stands around them.
type unit struct {
	key, number, heading string
	part                 Part
	mark                 string // its bookmark
	lines                []string
	prints               []print
	text                 string // the lines
	normal               []string
	whole                print
	spans                []span
}

// span is a stretch of a unit's text of one kind.
type span struct {
	from, to int
	kind     clause.SpanKind
}

// line is one line of a unit.
type line struct{ unit, at int }

// New takes the Word file that went out, and the filled tree that it was made from: the text
// as it reads when every change is accepted. The tracked changes and comments that it went
// out with are the sender's own. What comes back is compared with the text they propose: who
// accepted them changed nothing, and who rejected one changed the text.
func New(file word.Document, tree []clause.Clause) Sent {
	s := Sent{marks: map[string]int{}, exact: map[string][]line{}, index: map[uint64][]line{}, styles: map[string]bool{},
		properties: file.Properties, language: file.Language, tracking: file.Tracking, hands: file.Authors(), remarks: map[remark]int{}}
	for _, c := range file.Comments {
		s.remarks[remark{c.Author, c.Text}]++
	}
	file = s.settled(file)
	byMark := map[string]clause.Clause{}
	for _, c := range tree {
		byMark[markOf(c)] = c
	}
	at := map[Part]int{}
	cur := s.add(unit{part: Front})
	for _, p := range file.Paragraphs {
		switch {
		case p.Part == word.Header || p.Part == word.Footer:
			part := Part(p.Part)
			if _, met := at[part]; !met {
				at[part] = s.add(unit{part: part})
			}
			s.units[at[part]].take(p)
			continue
		case p.Contents || p.Style == contentsHeading:
			if _, met := at[Contents]; !met {
				at[Contents] = s.add(unit{part: Contents})
			}
			s.units[at[Contents]].take(p)
			continue
		}
		if mark := ours(p.Bookmarks); mark != "" {
			c := byMark[mark]
			u := unit{key: c.Key, number: p.Label(), heading: c.Heading, part: Clause, mark: mark}
			if strings.HasPrefix(mark, sectionPrefix) {
				u.part = Section
			}
			if c.Key == "" {
				u.key = mark
			}
			cur = s.add(u)
			s.marks[mark] = cur
			s.styles[p.Style] = true
		} else if cur > 0 && (p.Level == 1 || p.Style == fingerprints) && s.units[cur].part != Back {
			cur = s.add(unit{part: Back})
		}
		s.units[cur].take(p)
	}
	for i := range s.units {
		s.seal(i, byMark[s.units[i].mark])
	}
	return s
}

// The styles by which the writer's own pages are told from the text.
const (
	contentsHeading = "Contents Heading"
	fingerprints    = "Fingerprint"
	coverPrefix     = "Cover "
	sectionPrefix   = "sec_"
	clausePrefix    = "cl_"
)

func markOf(c clause.Clause) string {
	if c.Level == 1 {
		return render.SectionBookmark(c.Key)
	}
	return render.BookmarkName(c.Key)
}

// ours is the first bookmark of a clause or a section.
func ours(bookmarks []string) string {
	for _, b := range bookmarks {
		if strings.HasPrefix(b, clausePrefix) || strings.HasPrefix(b, sectionPrefix) {
			return b
		}
	}
	return ""
}

func (s *Sent) add(u unit) int {
	s.units = append(s.units, u)
	return len(s.units) - 1
}

func (u *unit) take(p word.Paragraph) {
	if text := reading(p.Runs, rejected); !blank(text) {
		u.lines = append(u.lines, text)
	}
}

// seal readies a unit for comparison.
func (s *Sent) seal(i int, c clause.Clause) {
	u := &s.units[i]
	u.text = strings.Join(u.lines, "\n")
	u.spans = spansOf(u.lines, c)
	for n, text := range u.lines {
		p := printOf(text)
		u.prints = append(u.prints, p)
		normal := clause.Normal(text)
		u.normal = append(u.normal, normal)
		s.exact[normal] = append(s.exact[normal], line{i, n})
		for _, pair := range p {
			if l := s.index[pair]; len(l) < common {
				s.index[pair] = append(l, line{i, n})
			}
		}
	}
	u.whole = union(u.prints...)
}

// common is how many lines may hold a pair of words for it to say anything.
const common = 64

// spansOf lays the spans of a clause over its lines. Where the two do not fit, a line of a
// clause that has standard text counts as standard text: rather too much than too little.
func spansOf(lines []string, c clause.Clause) []span {
	var out []span
	told := c.Lines()
	standard := false
	for _, t := range told {
		for _, s := range t {
			standard = standard || s.Kind == clause.Normative
		}
	}
	if c.Heading != "" { // a heading over standard text is fixed too
		kind := clause.Supplementary
		if standard || c.Level == 1 {
			kind = clause.Normative
		}
		told = append([][]clause.Span{{{Kind: kind, Text: c.Heading}}}, told...)
	}
	from := 0
	for i, text := range lines {
		var laid []span
		if len(told) == len(lines) {
			laid = lay(text, told[i])
		}
		if laid == nil && standard {
			laid = []span{{0, len(text), clause.Normative}}
		}
		for _, s := range laid {
			out = append(out, span{from + s.from, from + s.to, s.kind})
		}
		from += len(text) + 1
	}
	return out
}

// lay finds the spans in a line, or gives nil. What stands in a hole is not known: it goes
// up to the next span that is.
func lay(text string, spans []clause.Span) []span {
	var out []span
	at, open := 0, -1 // open: a hole runs from here
	for _, s := range spans {
		switch {
		case s.Kind == clause.Guidance || s.Text == "":
			continue
		case s.Kind == clause.FillIn && !s.Filled:
			if open < 0 {
				open = at
			}
			continue
		}
		words := render.Clean(s.Text)
		found := strings.Index(text[at:], words)
		if found < 0 || found > 0 && open < 0 {
			return nil
		}
		if open >= 0 {
			out = append(out, span{open, at + found, clause.FillIn})
			open = -1
		}
		out = append(out, span{at + found, at + found + len(words), s.Kind})
		at += found + len(words)
	}
	if open >= 0 {
		return append(out, span{open, len(text), clause.FillIn})
	}
	if !blank(text[at:]) {
		return nil
	}
	return out
}
