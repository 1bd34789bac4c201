package foreign

import (
	"cmp"
	"regexp"
	"strings"
	"unicode"
	"unicode/utf8"
)

var (
	// a number at the start of a line: "5", "5.2", "§ 4", "a)", "(iv)", "A.1"
	typed    = regexp.MustCompile(`^((?:§\s*)?\d{1,2}(?:\.\d{1,3}){1,4}\.?|§\s*\d{1,3}\.?|\d{1,2}[.)]|\d{1,2}|[A-Z](?:\.\d{1,2}){1,3}\.?|\(?[a-z]\)|\((?:[ivx]{1,5}|\d{1,2})\)|[a-h]\.)\s+(\S)`)
	lettered = regexp.MustCompile(`^\(?[a-z]\)\s+\S`)
	marks    = regexp.MustCompile(`^[•▪◦–·-]\s+\S`)
	// what a page is called at its top or bottom, digits as #
	paging = regexp.MustCompile(`^(?:(?:side|page|s\.|p\.)\s*)?#(?:\s*(?:/|af|of|-)\s*#)?$`)
)

// line is a line of a page.
type line struct {
	text     string
	page     int
	blank    bool // an empty line stands before it
	aside    bool
	contents bool
	headed   bool // a number or the name of an annex stands first
	wide     bool // it reaches as far as the lines of its page do
}

// FromPages takes the text of pages, line by line as it was printed, and puts paragraphs
// together again: words that were cut at the end of a line, and paragraphs that go on over
// the page. What stands at the top or bottom of most pages is set aside, not dropped.
// A paragraph's At is its position in the Text; pages without a letter of their own are told.
func FromPages(pages []string) Text {
	lines := linesOf(pages)
	setAside(lines, len(pages))
	setContents(lines)
	t := Text{Unread: unread(lines, len(pages))}
	var open []byte
	current, previous := -1, line{}
	flush := func() {
		if current >= 0 {
			p := &t.Paragraphs[current]
			p.Number, p.Text = label(string(open))
		}
		open, current = open[:0], -1
	}
	begin := func(l line) int {
		t.Paragraphs = append(t.Paragraphs, Paragraph{Page: l.page, At: len(t.Paragraphs), Aside: l.aside, Contents: l.contents})
		return len(t.Paragraphs) - 1
	}
	for _, l := range lines {
		switch {
		case l.aside: // the text goes on around it
			t.Paragraphs[begin(l)].Text = l.text
			continue
		case current < 0 || l.contents || previous.contents || starts(previous, l):
			flush()
			current = begin(l)
			open = append(open, l.text...)
		default:
			open = join(open, l.text)
		}
		previous = l
	}
	flush()
	return t
}

// unread are the pages on which no letter stands but what stands on most: a scan that a
// signing service stamped is a scan.
func unread(lines []line, pages int) (out []int) {
	read := make([]bool, pages)
	for _, l := range lines {
		read[l.page-1] = read[l.page-1] || !l.aside && strings.ContainsFunc(l.text, unicode.IsLetter)
	}
	for i, was := range read {
		if !was {
			out = append(out, i+1)
		}
	}
	return out
}

func linesOf(pages []string) []line {
	var lines []line
	for n, page := range pages {
		first, widest, blank := len(lines), 0, false
		page = strings.ToValidUTF8(page, "\ufffd")
		page = strings.NewReplacer("\r\n", "\n", "\r", "\n", "\f", "\n", "\u2028", "\n").Replace(page)
		for text := range strings.SplitSeq(page, "\n") {
			text = strings.TrimFunc(text, unicode.IsSpace)
			if text == "" {
				blank = true
				continue
			}
			lines = append(lines, line{text: text, page: n + 1, blank: blank, headed: numbered(text) || annexed.MatchString(text)})
			widest, blank = max(widest, utf8.RuneCountInString(text)), false
		}
		for i := range lines[first:] {
			l := &lines[first+i]
			l.wide = utf8.RuneCountInString(l.text)*10 >= widest*7
		}
	}
	return lines
}

// setAside marks lines that stand, but for their digits, among the first or last three of
// at least half of the pages, and three at least; and numbers of pages.
func setAside(lines []line, pages int) {
	type edge struct {
		text string
		top  bool
	}
	counts := map[edge]int{}
	each := func(do func(l *line, e edge)) {
		for from := 0; from < len(lines); {
			end := from
			for end < len(lines) && lines[end].page == lines[from].page {
				end++
			}
			for i := from; i < end; i++ {
				if i < from+3 {
					do(&lines[i], edge{masked(lines[i].text), true})
				}
				if i >= end-3 {
					do(&lines[i], edge{masked(lines[i].text), false})
				}
			}
			from = end
		}
	}
	each(func(_ *line, e edge) { counts[e]++ })
	each(func(l *line, e edge) {
		if counts[e] >= max(3, (pages+1)/2) || pages > 1 && paging.MatchString(e.text) && counts[e] > 1 {
			l.aside = true
		}
	})
}

// setContents marks a table of contents that has no numbers of pages: the lines behind its
// heading that stand in the text once more, and those between them.
func setContents(lines []line) {
	called, last := make([]string, len(lines)), map[string]int{} // where a line stands last
	for i, l := range lines {
		called[i] = masked(cmp.Or(annexed.FindString(l.text), l.text)) // an annex by its name alone: the title may stand on the next line
		last[called[i]] = i
	}
	for from := 0; from < len(lines); from++ {
		if lines[from].aside || !contents.MatchString(lines[from].text) {
			continue
		}
		end, met := from, 0
		for i := from + 1; i < len(lines) && i <= min(end+3, from+longestContents); i++ {
			switch {
			case lines[i].aside:
				if i == end+1 {
					end++
				}
			case lines[i].headed && last[called[i]] > i+2:
				end, met = i, met+1
			}
		}
		if met < 3 {
			continue
		}
		for ; from < end; from++ {
			lines[from].contents = !lines[from].aside
		}
		lines[end].contents = !lines[end].aside
	}
}

// longestContents is how many lines of a table of contents are looked at.
const longestContents = 300

// masked is a line with every number as one #.
func masked(text string) string {
	var b strings.Builder
	digit := false
	for _, r := range strings.ToLower(text) {
		if unicode.IsDigit(r) {
			if !digit {
				b.WriteByte('#')
			}
			digit = true
			continue
		}
		digit = false
		b.WriteRune(r)
	}
	return b.String()
}

// starts tells whether a line begins a paragraph.
func starts(before, l line) bool {
	small := unicode.IsLower(first(l.text)) || unicode.IsDigit(first(l.text)) || first(l.text) == '('
	ended := strings.ContainsAny(before.text[len(before.text)-1:], ".:;!?")
	switch {
	case cut(before.text) && small:
		return false
	case lettered.MatchString(l.text):
		return true
	case numbered(l.text) || marks.MatchString(l.text) || l.headed && !small:
		return ended || !before.wide || l.blank || dotted.MatchString(l.text)
	case l.page != before.page:
		return ended || !small
	case l.blank:
		return true
	case !before.wide: // the line before it stopped early
		return ended || !small
	}
	return false
}

func numbered(text string) bool {
	_, rest := label(text)
	return len(rest) < len(text)
}

func first(text string) rune {
	r, _ := utf8.DecodeRuneInString(text)
	return r
}

// label takes the number off the start of a text. A number alone is one only before a
// capital: "24 timer" goes on a sentence.
func label(text string) (number, rest string) {
	m := typed.FindStringSubmatchIndex(text)
	if m == nil {
		return "", text
	}
	number, rest = text[m[2]:m[3]], text[m[4]:]
	if bare := strings.Trim(number, "0123456789") == ""; bare && !unicode.IsUpper(first(rest)) {
		return "", text
	}
	return number, rest
}

// cut tells whether a line ends within a word.
func cut(text string) bool {
	body, hyphen := strings.CutSuffix(text, "-")
	if !hyphen {
		body, hyphen = strings.CutSuffix(text, "\u00ad")
	}
	r, _ := utf8.DecodeLastRuneInString(body)
	return hyphen && unicode.IsLetter(r)
}

// join puts a line behind another. A hyphen at the end goes, unless it stands for a part
// that two words share: "drifts- og supportopgaver".
func join(before []byte, text string) []byte {
	next, _, _ := strings.Cut(text, " ")
	switch next {
	case "og", "eller", "samt", "and", "or":
	default:
		if tail := string(before[max(0, len(before)-8):]); cut(tail) && unicode.IsLower(first(text)) {
			_, hyphen := utf8.DecodeLastRune(before)
			return append(before[:len(before)-hyphen], text...)
		}
	}
	return append(append(before, ' '), text...)
}
