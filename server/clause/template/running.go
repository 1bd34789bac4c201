package template

import (
	"fmt"
	"regexp"
	"strconv"
	"strings"

	"klausul/server/word"
)

var (
	// Valg 1, (VALG 2), Alternativ B:, Option 1
	numberedAlternative = regexp.MustCompile(`(?i)^\s*[\[(<]?\s*(?:valg(?:mulighed)?|alternativ|mulighed|option|alternative)\s*(?:nr\.?\s*)?(\d{1,2}|[a-f]|[ivx]{1,4})\s*[\])>]?\s*(?:[:.–—-]\s*|\s|$)`)
	eitherOr            = regexp.MustCompile(`^\s*[\[(]?\s*(ENTEN|ELLER|EITHER|OR)\s*[\])]?(?:\s*[:.–—-]\s*|\s+|$)`)
	eitherOrAlone       = regexp.MustCompile(`(?i)^\s*[\[(]?\s*(enten|eller|either|or)\s*[\])]?\s*[:.–—-]?\s*$`)
	box                 = regexp.MustCompile(`^\s*([☐☒☑□■])\s*`)
	anotherAlternative  = regexp.MustCompile(`(?i)[\[(]\s*(?:valg|alternativ|option|alternative)\s*(?:2|b)\s*[\])]`)
	eitherAndOr         = regexp.MustCompile(`\bENTEN\b.*\bELLER\b|\bEITHER\b.*\bOR\b`)
)

// marker is what announces an alternative, and how long it is.
type marker struct {
	id     string // "1", "b", "ENTEN"
	length int
	box    bool
	ticked bool
}

func markerOf(text string) (marker, bool) {
	if head := strings.TrimLeft(text, " \t[(<"); head == "" || strings.IndexByte("vVaAmMoOeE", head[0]) < 0 && head[0] < 0x80 {
		return marker{}, false // nothing that begins so is one
	}
	if m := numberedAlternative.FindStringSubmatchIndex(text); m != nil {
		return marker{id: strings.ToLower(text[m[2]:m[3]]), length: m[1]}, true
	}
	if m := eitherOr.FindStringSubmatchIndex(text); m != nil {
		return marker{id: text[m[2]:m[3]], length: m[1]}, true
	}
	if m := eitherOrAlone.FindStringSubmatchIndex(text); m != nil {
		return marker{id: strings.ToUpper(text[m[2]:m[3]]), length: m[1]}, true
	}
	if m := box.FindStringSubmatchIndex(text); m != nil {
		sign := text[m[2]:m[3]]
		return marker{length: m[1], box: true, ticked: sign == "☒" || sign == "☑" || sign == "■"}, true
	}
	return marker{}, false
}

// first says whether a marker begins a set rather than goes on in one.
func (m marker) first() bool {
	switch m.id {
	case "1", "a", "i", "ENTEN", "EITHER":
		return true
	}
	return false
}

// alternatives is the set that the walk is in.
type alternatives struct {
	group  int
	at     int // alternatives met
	texts  int // paragraphs of the one at hand
	most   int // of any before
	alone  bool
	boxes  bool
	ticked string
}

// running places a paragraph of running text.
func (r *recogniser) running(i int) {
	p := r.ps[i]
	text := strings.TrimSpace(p.Text())
	label := strings.TrimSuffix(strings.TrimSpace(p.Label()), ".")
	dotted := dottedNo.FindStringSubmatch(label)
	switch {
	case r.zone == outside:
		r.ignore(i, r.why)
		return
	case r.noHeads && dotted != nil:
		r.byNumberAlone(dotted[1])
	case r.noHeads && r.section == nil:
		r.add(i, Paragraph{Class: Unplaced, Confidence: Guess, Reasons: []Reason{NoHeading}})
		return
	case r.zone == front && dotted == nil:
		r.add(i, Paragraph{Class: Cover, Confidence: Likely, Reasons: []Reason{BeforeHeading}})
		return
	case r.zone == listing && r.section == nil && dotted == nil:
		r.add(i, Paragraph{Class: Contents, Confidence: Guess, Reasons: []Reason{ByOrder}})
		return
	case r.section == nil:
		r.add(i, Paragraph{Class: Unplaced, Confidence: Guess, Reasons: []Reason{NoHeading}})
		return
	}
	m, marked := markerOf(text)
	if marked && m.box && r.boxesAround(i) > 3 {
		marked = false // a list to tick, not a choice of one
	}
	if why, ok := r.guides(p, text); ok && !marked {
		r.add(i, Paragraph{Class: Guidance, Section: r.section.key, Clause: r.clause, Confidence: Likely, Reasons: []Reason{why}})
		return
	}
	starts := dotted != nil || !r.section.dotted && simpleNo.MatchString(label) && p.NumberDepth <= 1
	if own := r.ownKey(i, "cl_"); own != "" && own != r.clause && label == "" && !p.Bullet {
		starts = true
	}
	inSet := r.set.group > 0 && marked && !m.first() && (m.box == r.set.boxes)
	second := starts && inSet // a number of its own, where its clause has one already
	if second {
		starts = false
		if r.follows(label) {
			r.section.shift++
		}
	}
	out := Paragraph{Class: Text, Confidence: Likely, Reasons: []Reason{ByOrder}}
	if starts {
		out = r.start(i, label, dotted)
	} else if item, depth := itemOf(p, label); item && !second {
		out.Class, out.Level, out.Number = Item, depth, p.Label()
		out.Reasons, out.Confidence = []Reason{ByListStyle}, Sure
		if m, ok := markerOf(text); ok && m.box {
			out.Confidence = Guess
		}
	} else if r.clause == "" {
		r.clause = r.unique(r.section.key + "-0") // text right under the heading
	}
	out.Section, out.Clause = r.section.key, r.clause
	if (strings.Contains(text, "ENTEN") || strings.Contains(text, "EITHER")) && eitherAndOr.MatchString(text) || marked && anotherAlternative.MatchString(text[min(m.length, len(text)):]) {
		out.Reasons, out.Confidence = append(out.Reasons, InOneParagraph), Guess
		marked = false
	}
	if r.noHeads {
		out.Confidence = Guess
	}
	r.addIn(i, out, m, marked, inSet)
}

// follows says whether a number goes on from that of the clause at hand rather than
// starting again.
func (r *recogniser) follows(label string) bool {
	last := func(s string) int {
		n, err := strconv.Atoi(strings.Trim(s[strings.LastIndex(s, ".")+1:], ")"))
		if err != nil {
			return 0
		}
		return n
	}
	return last(label)-r.section.shift > last(r.number)
}

// addIn appends a paragraph, inside an alternative when it belongs to one.
func (r *recogniser) addIn(i int, out Paragraph, m marker, marked, inSet bool) {
	set := &r.set
	switch {
	case marked:
		if !inSet {
			r.set = alternatives{group: len(r.Paragraphs) + 1, boxes: m.box}
		}
		set.most, set.texts = max(set.most, set.texts), 0
		set.at++
		if m.ticked {
			set.ticked = fmt.Sprint(set.at)
		}
		if strings.TrimSpace(r.ps[i].Text()[min(m.length, len(r.ps[i].Text())):]) == "" { // the marker stands alone
			set.alone = true
			if out.Class == Provision {
				out.Confidence = Guess
				r.add(i, out) // its number starts the clause; the words are in what follows
				r.groups[len(r.groups)-1], r.alts[len(r.alts)-1] = -set.group, fmt.Sprint(set.at)
				return
			}
			out.Class, out.Confidence, out.Reasons = Guidance, Likely, []Reason{ByMarker}
			r.add(i, out)
			return
		}
		set.texts++
		out.Reasons = append(out.Reasons, ByMarker)
	case set.group > 0 && out.Class == Provision:
		r.set = alternatives{}
	case set.group > 0 && out.Class != Item && !r.anotherAhead(i) && set.texts > 0 && set.texts >= set.most:
		r.set = alternatives{} // what follows is for either
	case set.group > 0 && out.Class != Item:
		set.texts++
	}
	if set.group > 0 {
		if out.Class != Item {
			out.Level = 0
		}
		out.Class = Option
	}
	r.add(i, out)
	if set.group > 0 {
		r.groups[len(r.groups)-1] = set.group
		r.alts[len(r.alts)-1] = fmt.Sprint(set.at)
	}
}

// anotherAhead says whether another alternative of the set follows before the next clause.
func (r *recogniser) anotherAhead(i int) bool {
	for k := i + 1; k < min(len(r.ps), i+40) && r.heads[k].level == 0; k++ {
		if m, ok := markerOf(strings.TrimSpace(r.ps[k].Text())); ok {
			return !m.first()
		}
		if dottedNo.MatchString(strings.TrimSuffix(r.ps[k].Label(), ".")) {
			return false
		}
	}
	return false
}

// boxesAround counts the boxes above and below, as far as it matters.
func (r *recogniser) boxesAround(i int) int {
	n := 0
	count := func(k int) bool {
		m, ok := markerOf(strings.TrimSpace(r.ps[k].Text()))
		if ok = ok && m.box; ok {
			n++
		}
		return ok
	}
	for k := i; k >= max(0, i-5) && count(k); k-- {
	}
	for k := i + 1; k < min(len(r.ps), i+5) && count(k); k++ {
	}
	return n
}

// start begins a sub-clause.
func (r *recogniser) start(i int, label string, dotted []string) Paragraph {
	out := Paragraph{Class: Provision, Level: 2, Confidence: Sure, Reasons: []Reason{ByNumber}}
	if r.ps[i].Typed != "" {
		out.Reasons = []Reason{ByTyped}
	}
	rest := ""
	switch {
	case dotted != nil:
		rest = dotted[2][1:]
		out.Level = 1 + strings.Count(dotted[2], ".")
		if !strings.EqualFold(dotted[1], r.section.number) && r.section.number != "" {
			out.Confidence = Guess
		}
	case simpleNo.MatchString(label):
		rest = simpleNo.FindStringSubmatch(label)[1]
		out.Confidence = Likely
	}
	if r.section.shift > 0 && rest != "" {
		parts := strings.Split(rest, ".")
		if n, err := strconv.Atoi(parts[0]); err == nil {
			parts[0] = strconv.Itoa(n - r.section.shift)
			rest = strings.Join(parts, ".")
		}
	}
	number := r.section.number
	if dotted != nil {
		number = dotted[1]
	}
	out.Number = strings.Trim(number+"."+rest, ".")
	r.number = out.Number
	if own := r.ownKey(i, "cl_"); own != "" {
		r.clause = r.unique(own)
		out.Confidence, out.Reasons = Sure, append(out.Reasons, ByBookmark)
		if rest == "" {
			out.Number = ""
		}
	} else {
		r.clause = r.unique(r.section.key + "-" + strings.ReplaceAll(rest, ".", "-"))
	}
	return out
}

// byNumberAlone finds the section of a numbered paragraph in a file without headings.
func (r *recogniser) byNumberAlone(number string) {
	r.zone = body
	if r.section != nil && strings.EqualFold(r.section.number, number) {
		return
	}
	s := &section{number: number, key: "x-" + strings.ToLower(number), dotted: true}
	for _, e := range standard().Sections {
		if strings.EqualFold(e.Number, number) && !r.taken[e.Key] {
			s.key, s.annex = e.Key, e.Annex
		}
	}
	s.key = r.unique(s.key)
	r.section, r.clause, r.set = s, "", alternatives{}
}

// itemOf says whether a paragraph is an item of a list, and how deep.
func itemOf(p word.Paragraph, label string) (bool, int) {
	if p.Bullet || label != "" {
		return true, max(1, p.NumberDepth)
	}
	text := strings.TrimSpace(p.Text())
	for _, dash := range []string{"– ", "- ", "• ", "–\t", "-\t", "•\t"} {
		if strings.HasPrefix(text, dash) {
			return true, 1
		}
	}
	return false, 0
}

// guides says whether a whole paragraph is help for the writer.
func (r *recogniser) guides(p word.Paragraph, text string) (Reason, bool) {
	switch {
	case aids.MatchString(text):
		return ByWords, true
	case strings.HasPrefix(text, "[") && strings.HasSuffix(text, "]") && len(text) > 140 && strings.Count(text, "[") == 1:
		return ByBrackets, true
	case r.Convention == Kombit && italic(p):
		return ByItalics, true
	case r.Convention == State && whole(p, yellow) && !hasMark(text) && (orders.MatchString(text) || len(text) > 80):
		return ByYellow, true
	}
	return "", false
}

// whole says whether all text of a paragraph has one hue behind it.
func whole(p word.Paragraph, h hue) bool {
	for _, run := range p.Runs {
		if strings.TrimSpace(run.Text) != "" && marked(run) != h {
			return false
		}
	}
	return true
}
