package render

import (
	"fmt"
	"strings"
)

const pageBreak = `<w:pageBreakBefore/>`

// document writes the body: front page, contents, sections, signatures, hashes.
func (x *docx) document() {
	x.front()
	x.contents()
	for i := range x.d.Sections {
		x.section(&x.d.Sections[i], i == 0)
	}
	if x.d.Signatures {
		x.signatures()
	}
	if x.d.TextHash != "" || x.d.InstanceHash != "" {
		x.add(para("Fingerprint", `<w:keepNext/>`, `<w:r><w:rPr><w:b/></w:rPr><w:t>`+esc(x.w.fingerprints)+`</w:t></w:r>`))
		x.add(para("Small", "", plainRun(x.w.fingerNote)))
		for _, h := range [][2]string{{x.w.text, x.d.TextHash}, {x.w.own, x.d.InstanceHash}} {
			if h[1] != "" {
				x.add(para("Small", "", plainRun(h[0]+": "+clean(h[1]))))
			}
		}
	}
}

func (x *docx) add(s string) { x.body.WriteString(s) }

func (x *docx) front() {
	d := x.d
	if d.Draft {
		x.add(para("Lead", "", `<w:r><w:rPr><w:b/></w:rPr><w:t>`+esc(x.w.draftNote)+`</w:t></w:r>`))
	}
	if d.Number != "" {
		x.add(para("Lead", "", plainRun(x.w.numberText(clean(d.Number)))))
	}
	x.add(para("Title", "", x.commented("", plainRun(clean(d.Title)))))
	if len(d.Parties) > 0 {
		x.add(para("Lead", "", plainRun(x.w.between)))
	}
	for _, p := range d.Parties {
		if p.Role != "" {
			x.add(para("PartyRole", "", plainRun(clean(p.Role))))
		}
		x.add(para("PartyName", "", plainRun(clean(p.Name))))
		for _, f := range p.lines(x.w) {
			x.add(para("Lead", "", plainRun(f)))
		}
		for _, m := range p.Missing {
			x.add(para("Lead", "", x.runs([]Run{{Text: m, Missing: true}})))
		}
	}
	if !d.At.IsZero() {
		x.add(para("PartyRole", "", plainRun(x.w.date+": "+x.w.day(d.At))))
	}
	x.cover()
	if len(d.Marks) > 0 {
		x.add(para("Mark", `<w:keepNext/>`, `<w:r><w:rPr><w:b/></w:rPr><w:t>`+esc(x.w.attention)+`</w:t></w:r>`))
		for _, m := range d.Marks {
			x.add(para("Mark", "", plainRun("– "+clean(m))))
		}
	}
}

// cover sets the letter that goes with the file; an empty line parts its paragraphs.
func (x *docx) cover() {
	apart := `<w:spacing w:before="120" w:after="0"/>`
	begun, props := false, ""
	for line := range strings.SplitSeq(Clean(x.d.Cover), "\n") {
		if line = strings.TrimSpace(line); line == "" {
			props = apart
			continue
		}
		if !begun {
			x.add(para("CoverHeading", "", plainRun(x.w.cover)))
			begun, props = true, ""
		}
		x.add(para("CoverNote", props, plainRun(line)))
		props = ""
	}
}

// contents is a field that Word fills in; until then it lists the headings.
func (x *docx) contents() {
	if !x.d.listed() {
		return
	}
	x.add(para("ContentsHeading", pageBreak, plainRun(x.w.contents)))
	open := `<w:r><w:fldChar w:fldCharType="begin"/></w:r><w:r><w:instrText xml:space="preserve"> TOC \o "1-1" \h \z </w:instrText></w:r><w:r><w:fldChar w:fldCharType="separate"/></w:r>`
	last := len(x.d.Sections) - 1
	for i := range x.d.Sections {
		s := &x.d.Sections[i]
		end := ""
		if i == last {
			end = `<w:r><w:fldChar w:fldCharType="end"/></w:r>`
		}
		x.add(para("TOC1", "", open+x.entry(s)+end))
		open = ""
	}
}

// entry is a line of the contents, with the changes of its heading. Its paragraph mark stays,
// for the field begins and ends in such a line.
func (x *docx) entry(s *Section) string {
	if s.Change == 0 && len(s.Marked) == 0 {
		return plainRun(s.label())
	}
	number := strings.TrimSuffix(s.label(), clean(s.Heading))
	return x.runs(append(as(number, s.Change), s.heading()...))
}

func (x *docx) section(s *Section, first bool) {
	style, level, list := "Heading1", 0, &x.numbering.text
	if s.Annex {
		style, list = "Annex", &x.numbering.annex
	}
	props := ""
	if first || s.Annex {
		props = pageBreak
	}
	runs := x.anchored(s.Key, SectionBookmark(s.Key), s.Change, x.runs(s.heading()))
	indent := hangTwips
	if s.Annex {
		indent = 1134
	}
	x.para(style, props+x.numbering.number(list, level, clean(s.Number), s.Change, indent, indent), s.Change, runs)
	at := 0
	if s.Number != "" && !s.Annex {
		at = hangTwips
	}
	for i := range s.Blocks {
		x.block(&s.Blocks[i], list, at)
	}
}

// block writes one block whose level 0 stands at the given indentation.
func (x *docx) block(b *Block, list *counted, at int) {
	indent := at + b.Level*stepTwips
	switch b.Kind {
	case SubHeading:
		n := clean(b.Number)
		x.para("Heading2", x.numbering.numberOrNone(list, n, b.Change, indent+hangTwips, hangTwips, indent), b.Change, x.text(b))
	case Clause:
		x.clause(b, list, indent)
	case List:
		x.list(b.Items, indent)
	case TableBlock:
		x.table(b, indent)
	default:
		x.para("BodyText", left(indent), b.Change, x.text(b))
	}
}

// text is a block's runs inside its bookmark.
func (x *docx) text(b *Block) string {
	return x.anchored(b.ID, BookmarkName(b.ID), b.Change, x.runs(b.Runs))
}

func (x *docx) clause(b *Block, list *counted, indent int) {
	n := clean(b.Number)
	if indent == 0 && n != "" {
		indent = hangTwips
	}
	hanging := hangTwips
	if b.Level > 0 {
		hanging = stepTwips
	}
	x.para(clauseStyle(n), x.numbering.numberOrNone(list, n, b.Change, indent, hanging, indent), b.Change, x.text(b))
	if len(b.Items) > 0 {
		x.list(b.Items, indent)
	}
	if b.Table != nil {
		x.table(&Block{Table: b.Table}, indent)
	}
}

// clauseStyle follows the depth of the number: 7.2 is Clause, 7.2.1 Clause2.
func clauseStyle(number string) string {
	switch strings.Count(strings.Trim(number, "."), ".") {
	case 2:
		return "Clause2"
	case 3:
		return "Clause3"
	}
	return "Clause"
}

func (x *docx) list(items []Block, indent int) {
	num := x.numbering.list(items)
	for i := range items {
		it := &items[i]
		if len(it.Runs) > 0 {
			n := num
			if n == 0 || it.Change == Deleted && n != x.numbering.dash {
				n = x.numbering.literal(clean(it.Number))
			}
			x.para("ListItem", numbered(0, n)+hangingIndent(indent+400, 400), it.Change, x.text(it))
		}
		if len(it.Items) > 0 {
			x.list(it.Items, indent+400)
		}
		if it.Table != nil {
			x.table(&Block{Table: it.Table}, indent+400)
		}
	}
}

func (x *docx) table(b *Block, indent int) {
	t := b.Table
	if t == nil {
		return
	}
	n := len(t.Head)
	for _, r := range t.Rows {
		n = max(n, len(r))
	}
	if n == 0 {
		return
	}
	anchor := func(s string) string {
		id := b.ID
		b = &Block{Table: t} // the bookmark is set once
		return x.anchored(id, BookmarkName(id), t.change, s)
	}
	if t.Caption != "" {
		x.para("Caption", left(indent), t.change, anchor(x.runs(as(clean(t.Caption), t.change))))
	}
	widths := twips(t.weights(n), x.width-indent)
	fmt.Fprintf(&x.body, `<w:tbl><w:tblPr><w:tblStyle w:val="ClauseTable"/><w:tblW w:w="%d" w:type="dxa"/><w:tblInd w:w="%d" w:type="dxa"/><w:tblLayout w:type="fixed"/><w:tblLook w:val="0020" w:firstRow="1"/></w:tblPr><w:tblGrid>`, x.width-indent, indent)
	for _, w := range widths {
		fmt.Fprintf(&x.body, `<w:gridCol w:w="%d"/>`, w)
	}
	x.add(`</w:tblGrid>`)
	cell := func(i int, style string, c Change, runs string) {
		fmt.Fprintf(&x.body, `<w:tc><w:tcPr><w:tcW w:w="%d" w:type="dxa"/></w:tcPr>`, widths[i])
		x.para(style, "", c, anchor(runs))
		x.add(`</w:tc>`)
	}
	if len(t.Head) > 0 {
		x.add(`<w:tr><w:trPr><w:cantSplit/><w:tblHeader/>` + x.tracked(t.change) + `</w:trPr>`)
		for i := range n {
			s := ""
			if i < len(t.Head) {
				s = clean(t.Head[i])
			}
			cell(i, "TableHead", t.change, x.runs(as(s, t.change)))
		}
		x.add(`</w:tr>`)
	}
	for row, r := range t.Rows {
		x.add(`<w:tr>`)
		if c := t.Changes[row]; c > 0 {
			x.add(`<w:trPr>` + x.tracked(c) + `</w:trPr>`)
		}
		for i := range n {
			s := ""
			if i < len(r) {
				s = x.runs(r[i])
			}
			cell(i, "TableText", t.Changes[row], s)
		}
		x.add(`</w:tr>`)
	}
	x.add(`</w:tbl>`)
	x.para("TableEnd", "", t.change, "")
}

// twips shares a width out by weight; the last column takes what rounding left.
func twips(weights []float64, width int) []int {
	out := make([]int, len(weights))
	sum, used := 0.0, 0
	for _, w := range weights {
		sum += w
	}
	for i, w := range weights {
		out[i] = int(w / sum * float64(width))
		used += out[i]
	}
	out[len(out)-1] += width - used
	return out
}

func (x *docx) signatures() {
	x.add(para("Heading1", pageBreak+`<w:numPr><w:ilvl w:val="0"/><w:numId w:val="0"/></w:numPr>`+hangingIndent(0, 0), plainRun(x.w.signatures)))
	for _, p := range x.d.Parties {
		x.add(para("PartyName", "", plainRun(x.w.signForText(clean(p.Name)))))
		if p.Role != "" {
			x.add(para("Lead", `<w:keepNext/>`, plainRun(clean(p.Role))))
		}
		half := x.width / 2
		fmt.Fprintf(&x.body, `<w:tbl><w:tblPr><w:tblStyle w:val="SignTable"/><w:tblW w:w="%d" w:type="dxa"/><w:tblLayout w:type="fixed"/></w:tblPr><w:tblGrid><w:gridCol w:w="%d"/><w:gridCol w:w="%d"/></w:tblGrid>`, 2*half, half, half)
		for _, row := range [][2]string{{x.w.signDate, x.w.signHand}, {x.w.signName, x.w.signTitle}} {
			x.add(`<w:tr><w:trPr><w:cantSplit/><w:trHeight w:val="850"/></w:trPr>`)
			for _, s := range row {
				fmt.Fprintf(&x.body, `<w:tc><w:tcPr><w:tcW w:w="%d" w:type="dxa"/><w:tcBorders><w:bottom w:val="single" w:sz="4" w:space="0" w:color="000000"/></w:tcBorders><w:vAlign w:val="bottom"/></w:tcPr>%s</w:tc>`, half, para("Small", "", plainRun(s+":")))
			}
			x.add(`</w:tr>`)
		}
		x.add(`</w:tbl>` + para("TableEnd", "", ""))
	}
}
