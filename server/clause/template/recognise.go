package template

import (
	"slices"
	"sort"
	"strings"

	"klausul/server/clause"
	"klausul/server/field"
	"klausul/server/word"
)

// recogniser goes through a file once to say what each paragraph is and where it stands,
// then carries keys over, and then looks at the words.
type recogniser struct {
	Recognition
	o     Options
	doc   word.Document
	ps    []word.Paragraph // as they read with every tracked change accepted
	heads []head
	usual string // colour of the text
	known []field.Field

	from    [][]int // of each recognised paragraph: its paragraphs in ps
	groups  []int   // and its set of alternatives, counted from 1
	alts    []string
	section *section
	clause  string // key of the sub-clause at hand
	number  string // and its number
	zone    zone
	why     Reason // of the zone that is ignored
	noHeads bool
	taken   map[string]bool
	tables  map[int]bool
	set     alternatives
	role    string // of the party the front page speaks of
	row     string // names the cell at hand of a table
	blanks  map[string]int
}

type zone uint8

const (
	front zone = iota
	listing
	body
	outside
)

// section is where the walk is.
type section struct {
	key, number, heading string
	annex                bool
	dotted               bool // its sub-clauses are numbered 7.1; otherwise 1, 2, 3
	shift                int  // numbers that went to second alternatives
	known                *entry
}

// Recognise says of every paragraph of a file what it is and where it belongs. The same
// file and options give the same recognition.
func Recognise(doc word.Document, o Options) Recognition {
	r := &recogniser{o: o, doc: doc, ps: doc.Accepted(), taken: map[string]bool{}, tables: map[int]bool{}, blanks: map[string]int{}}
	r.usual = usualColour(r.ps)
	r.Language = o.Language
	if r.Language == "" {
		r.Language = language(r.ps, doc.Language)
	}
	r.Convention, r.Evidence = convention(r.ps, r.usual)
	if o.Convention != "" {
		r.Convention = o.Convention
	}
	r.known = o.Fields
	if o.Previous != nil {
		r.known = slices.Concat(o.Previous.Fields, o.Fields)
	}
	r.heads = headings(r.ps, doc.Tables)
	r.noHeads = !slices.ContainsFunc(r.heads, func(h head) bool { return h.level > 0 })
	for i := range r.ps {
		r.place(i)
	}
	r.carryOver()
	r.wording()
	r.foundThings()
	return r.Recognition
}

// add appends what a paragraph was recognised as.
func (r *recogniser) add(i int, p Paragraph) *Paragraph {
	p.Position = r.ps[i].At
	r.Paragraphs = append(r.Paragraphs, p)
	r.from = append(r.from, []int{i})
	r.groups = append(r.groups, 0)
	r.alts = append(r.alts, "")
	return &r.Paragraphs[len(r.Paragraphs)-1]
}

func (r *recogniser) ignore(i int, why Reason) {
	r.add(i, Paragraph{Class: Ignored, Confidence: Sure, Reasons: []Reason{why}})
}

// place classifies one paragraph and says where it stands.
func (r *recogniser) place(i int) {
	p := r.ps[i]
	text := strings.TrimSpace(p.Text())
	switch {
	case p.Absorbed:
		r.ignore(i, IsNumberOnly)
	case p.Cell != nil && r.doc.Tables[p.Cell.Table].Layout == "":
		r.table(i, p.Cell.Table)
	case text == "" && r.heads[i].level == 0:
		r.ignore(i, IsEmpty)
	case p.Part == word.Header || p.Part == word.Footer:
		r.ignore(i, IsHeader)
	case p.Part == word.Footnote || p.Part == word.Endnote:
		r.add(i, Paragraph{Class: Unplaced, Confidence: Guess, Reasons: []Reason{IsFootnote}})
	case p.Part == word.TextBox:
		r.add(i, Paragraph{Class: Unplaced, Confidence: Guess, Reasons: []Reason{IsBox}})
	case p.Contents:
		r.add(i, Paragraph{Class: Contents, Confidence: Sure, Reasons: []Reason{ByStyle}})
	case r.Convention == Own && p.Style == "Fingerprint":
		r.zone, r.why = outside, IsFingerprint
		r.ignore(i, IsFingerprint)
	case contentsIs.MatchString(text):
		r.zone = listing
		r.add(i, Paragraph{Class: Contents, Confidence: Sure, Reasons: []Reason{ByWords}})
	case r.zone == listing && tocLine.MatchString(text):
		r.add(i, Paragraph{Class: Contents, Confidence: Likely, Reasons: []Reason{ByOrder}})
	case r.heads[i].level == 1:
		r.sectionHead(i)
	case r.heads[i].level > 1:
		r.clauseHead(i)
	default:
		r.running(i)
	}
}

func (r *recogniser) sectionHead(i int) {
	h := r.heads[i]
	if h.number == "" && signing.MatchString(h.text) {
		r.zone, r.why = outside, IsSignature
		r.ignore(i, IsSignature)
		return
	}
	s := &section{number: h.number, heading: h.text, annex: h.annex}
	reasons := []Reason{h.reason}
	confidence := h.confidence
	e, _, ok := heading(standard().Sections, h.number, h.text, h.annex)
	switch own := r.ownKey(i, "sec_"); {
	case own != "":
		s.key, reasons, confidence = own, append(reasons, ByBookmark), Sure
	case ok && !r.taken[e.Key]:
		s.key, s.known, reasons = e.Key, &e, append(reasons, ByCatalogue)
	default:
		if s.key = slug(h.text, 4); s.key == "" {
			s.key = "annex-" + strings.ToLower(h.number)
		}
		s.key = "x-" + s.key
		confidence = min(confidence, Likely)
	}
	s.key = r.unique(s.key)
	s.dotted = r.dotted(i)
	r.section, r.clause, r.zone, r.set = s, "", body, alternatives{}
	r.add(i, Paragraph{Class: Heading, Section: s.key, Number: h.number, Level: 1, Annex: h.annex, Confidence: confidence, Reasons: reasons})
}

// dotted says whether the section after a heading numbers its sub-clauses 7.1 or has
// headings of its own: then 1, 2, 3 in it are lists.
func (r *recogniser) dotted(i int) bool {
	for k := i + 1; k < len(r.ps) && r.heads[k].level != 1; k++ {
		if r.heads[k].level > 1 || dottedNo.MatchString(r.ps[k].Label()) {
			return true
		}
	}
	return false
}

func (r *recogniser) clauseHead(i int) {
	h := r.heads[i]
	if r.section == nil {
		r.add(i, Paragraph{Class: Unplaced, Confidence: Guess, Reasons: []Reason{NoHeading}})
		return
	}
	r.zone, r.set = body, alternatives{}
	reasons := []Reason{h.reason}
	confidence := h.confidence
	key := ""
	if own := r.ownKey(i, "cl_"); own != "" {
		key, reasons, confidence = own, append(reasons, ByBookmark), Sure
	} else {
		var sub []entry
		if r.section.known != nil {
			sub = r.section.known.Clauses
		}
		e, _, ok := heading(sub, h.number, h.text, false)
		named := slices.ContainsFunc(sub, func(e entry) bool { return strings.EqualFold(e.Number, h.number) })
		switch {
		case ok && !r.taken[e.Key]:
			key, reasons = e.Key, append(reasons, ByCatalogue)
		case h.number != "" && !named: // beyond what the standard structure knows: its number will do
			key = r.keyOf(h.number)
		default:
			if key = slug(h.text, 4); key == "" {
				key = strings.ToLower(strings.ReplaceAll(h.number, ".", "-"))
			}
			key = r.section.key + "-" + key
			confidence = min(confidence, Likely)
		}
	}
	r.clause = r.unique(key)
	r.add(i, Paragraph{Class: Heading, Section: r.section.key, Clause: r.clause, Number: h.number, Level: h.level, Confidence: confidence, Reasons: reasons})
}

// keyOf makes a key of a sub-clause's number: 7.2 in section s7 is s7-2.
func (r *recogniser) keyOf(number string) string {
	_, rest, _ := strings.Cut(number, ".")
	return r.section.key + "-" + strings.ReplaceAll(rest, ".", "-")
}

// unique tells a key that stands already apart: s7-2, s7-2b, s7-2c.
func (r *recogniser) unique(key string) string {
	k := key
	for n := 1; r.taken[k]; n++ {
		k = key + letters(n)
	}
	r.taken[k] = true
	return k
}

func letters(n int) string {
	if n < 25 {
		return string(rune('a' + n))
	}
	return letters(n/25) + string(rune('a'+n%25))
}

// foundThings hangs what is no text on the paragraph where it stands, so that nothing is
// lost. What has no place hangs on the first.
func (r *recogniser) foundThings() {
	if len(r.Paragraphs) == 0 {
		return
	}
	at := func(position int) *Paragraph {
		n := sort.Search(len(r.Paragraphs), func(k int) bool { return r.Paragraphs[k].Position > position })
		return &r.Paragraphs[max(0, n-1)]
	}
	hang := func(position int, f Found) {
		p := at(position)
		p.Found = append(p.Found, f)
	}
	for _, c := range r.doc.Revisions {
		if c.Text == "¶" && len(r.doc.Revisions) > 1 || c.Text == "" && c.Change != word.Formatting && c.Change != word.RowInserted && c.Change != word.RowDeleted {
			continue // the mark of a paragraph whose text is told of anyway
		}
		hang(c.Paragraph, Found{What: "tracked_" + string(c.Change), By: c.Author, On: c.Date, Text: cut(c.Text, 300)})
	}
	for _, c := range r.doc.Comments {
		hang(max(c.Paragraph, 0), Found{What: "comment", By: c.Author, On: c.Date, Text: cut(c.Text, 1000)})
	}
	for _, n := range r.doc.Notes {
		hang(max(n.Paragraph, 0), Found{What: string(n.Kind), Text: cut(n.Text, 300)})
	}
}

// plainText is the text of a recognised paragraph, before its spans are known.
func (r *recogniser) plainText(k int) string {
	var b strings.Builder
	for n, i := range r.from[k] {
		if n > 0 {
			b.WriteByte(' ')
		}
		b.WriteString(r.ps[i].Text())
	}
	return b.String()
}

func normative(text string) Span { return Span{Kind: clause.Normative, Text: text} }
