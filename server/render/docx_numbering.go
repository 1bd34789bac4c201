package render

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
)

// numbering keeps the lists of a Word file. Word counts by itself, so the writer
// counts along: where Word would show what the model says, the paragraph takes
// part in Word's counting, and follows it when clauses are added or taken out.
type numbering struct {
	text, annex counted
	abstracts   strings.Builder // lists made on the way
	last        int             // newest abstract list; its w:num has the same number
	literals    map[string]int
	dash        int
}

// counted is a multi-level list that headings and clauses share.
type counted struct {
	num           int
	before, after string // around the heading's own number: "Bilag ", "."
	letters       bool   // A, B, C instead of 1, 2, 3
	clauseAfter   string // after a clause's number
	at            [4]int
}

// learn reads the form of the numbers from the first heading and clause of each kind.
func (n *numbering) learn(d *Document) {
	n.text.num, n.annex.num, n.last = 1, 2, 2
	n.annex.letters = true
	n.literals = map[string]int{}
	headText, headAnnex := false, false
	for i := range d.Sections {
		s := &d.Sections[i]
		no := clean(s.Number)
		switch {
		case no == "":
		case s.Annex && !headAnnex:
			headAnnex = true
			if at := strings.LastIndex(no, " "); at >= 0 {
				n.annex.before, no = no[:at+1], no[at+1:]
			}
			if strings.HasSuffix(no, ".") {
				n.annex.after = "."
			}
			n.annex.letters = no[0] < '0' || no[0] > '9'
		case !s.Annex && !headText:
			headText = true
			if strings.HasSuffix(no, ".") {
				n.text.after = "."
			}
			for k := range s.Blocks {
				if b := &s.Blocks[k]; b.Kind == Clause && strings.HasSuffix(b.Number, ".") {
					n.text.clauseAfter = "."
				}
			}
		}
	}
}

// shows is what Word prints when the counters stand at at.
func (c *counted) shows(level int, at [4]int) string {
	first := strconv.Itoa(at[0])
	if c.letters {
		if at[0] < 1 || at[0] > 26 {
			return ""
		}
		first = string(rune('A' + at[0] - 1))
	}
	if level == 0 {
		return c.before + first + c.after
	}
	for _, k := range at[1 : level+1] {
		first += "." + strconv.Itoa(k)
	}
	return first + c.clauseAfter
}

// next moves the counters if that makes Word show want.
func (c *counted) next(level int, want string) bool {
	at := c.at
	at[level]++
	for i := level + 1; i < len(at); i++ {
		at[i] = 0
	}
	for _, k := range at[:level] {
		if k == 0 {
			return false // Word would start the level above by itself
		}
	}
	if c.shows(level, at) != want {
		return false
	}
	c.at = at
	return true
}

func numbered(level, num int) string {
	return fmt.Sprintf(`<w:numPr><w:ilvl w:val="%d"/><w:numId w:val="%d"/></w:numPr>`, level, num)
}

func left(twips int) string {
	if twips == 0 {
		return ""
	}
	return fmt.Sprintf(`<w:ind w:left="%d"/>`, twips)
}

func hangingIndent(at, hanging int) string {
	return fmt.Sprintf(`<w:ind w:left="%d" w:hanging="%d"/>`, at, hanging)
}

// number gives the properties that make Word show want at the given level.
// One that goes does not take part in the counting.
func (n *numbering) number(c *counted, level int, want string, change Change, indent, hanging int) string {
	switch {
	case want == "":
		return numbered(0, 0) + hangingIndent(0, 0)
	case change != Deleted && c.next(level, want):
		return numbered(level, c.num) + hangingIndent(indent, hanging)
	}
	return numbered(0, n.literal(want)) + hangingIndent(indent, hanging)
}

// numberOrNone is number for a clause or subheading, whose level follows from the
// depth of its number. Without a number it stands at bare.
func (n *numbering) numberOrNone(c *counted, want string, change Change, indent, hanging, bare int) string {
	if want == "" {
		return numbered(0, 0) + hangingIndent(bare, 0)
	}
	level := min(3, strings.Count(strings.Trim(want, "."), "."))
	if level == 0 {
		return numbered(0, n.literal(want)) + hangingIndent(indent, hanging)
	}
	return n.number(c, level, want, change, indent, hanging)
}

// literal is a list whose only label is s itself.
func (n *numbering) literal(s string) int {
	if s == "" {
		return n.dashes()
	}
	if num, ok := n.literals[s]; ok {
		return num
	}
	n.literals[s] = n.single("none", strings.ReplaceAll(s, "%", "\uff05"))
	return n.literals[s]
}

func (n *numbering) dashes() int {
	if n.dash == 0 {
		n.dash = n.single("bullet", "–")
	}
	return n.dash
}

// single adds a list of one level.
func (n *numbering) single(format, label string) int {
	n.last++
	fmt.Fprintf(&n.abstracts, `<w:abstractNum w:abstractNumId="%d"><w:multiLevelType w:val="singleLevel"/>%s</w:abstractNum>`, n.last, level(0, format, label, ""))
	return n.last
}

// list finds the counting that gives exactly the items' numbers, or 0 when there is
// none and each item keeps a label of its own. Items that go are not counted.
func (n *numbering) list(items []Block) int {
	if standing := slices.DeleteFunc(slices.Clone(items), func(b Block) bool { return b.Change == Deleted }); len(standing) > 0 {
		items = standing
	}
	bare := true
	for i := range items {
		bare = bare && clean(items[i].Number) == ""
	}
	if bare {
		return n.dashes()
	}
	for _, form := range []struct {
		name string
		of   func(int) string
	}{{"lowerLetter", letter}, {"decimal", strconv.Itoa}, {"lowerRoman", roman}} {
		for _, label := range []string{"%s)", "%s.", "(%s)", "%s"} {
			fits := true
			for i := range items {
				fits = fits && len(items[i].Runs) > 0 && clean(items[i].Number) == fmt.Sprintf(label, form.of(i+1))
			}
			if fits {
				return n.single(form.name, strings.Replace(label, "%s", "%1", 1))
			}
		}
	}
	return 0
}

func letter(i int) string {
	if i > 26 {
		return ""
	}
	return string(rune('a' + i - 1))
}

func roman(i int) string {
	if i > 20 {
		return ""
	}
	tens := []string{"", "x", "xx"}
	return tens[i/10] + []string{"", "i", "ii", "iii", "iv", "v", "vi", "vii", "viii", "ix"}[i%10]
}

func level(i int, format, label, style string) string {
	s := fmt.Sprintf(`<w:lvl w:ilvl="%d"><w:start w:val="1"/><w:numFmt w:val="%s"/>`, i, format)
	if style != "" {
		s += `<w:pStyle w:val="` + style + `"/>`
	}
	return s + `<w:suff w:val="tab"/><w:lvlText w:val="` + esc(label) + `"/><w:lvlJc w:val="left"/><w:pPr><w:ind w:left="720" w:hanging="720"/></w:pPr></w:lvl>`
}

// multi is a multi-level list bound to the styles of headings and clauses.
func (c *counted) multi(styles [4]string) string {
	format := "decimal"
	if c.letters {
		format = "upperLetter"
	}
	s := fmt.Sprintf(`<w:abstractNum w:abstractNumId="%d"><w:multiLevelType w:val="multilevel"/>`, c.num)
	s += level(0, format, c.before+"%1"+c.after, styles[0])
	label := "%1"
	for i := 1; i < 4; i++ {
		label += fmt.Sprintf(".%%%d", i+1)
		s += level(i, "decimal", label+c.clauseAfter, styles[i])
	}
	return s + `</w:abstractNum>`
}

func (n *numbering) xml() string {
	s := `<w:numbering ` + wordNS + `>` + n.text.multi([4]string{"Heading1", "Clause", "Clause2", "Clause3"}) + n.annex.multi([4]string{"Annex"}) + n.abstracts.String()
	for i := 1; i <= n.last; i++ {
		s += fmt.Sprintf(`<w:num w:numId="%d"><w:abstractNumId w:val="%d"/></w:num>`, i, i)
	}
	return s + `</w:numbering>`
}
