package word

import (
	"strconv"
	"strings"
)

// reader walks through a file and gathers the Document.
type reader struct {
	a         *archive
	doc       *Document
	styles    *styles
	numbering *numbering
	part      Part
	comments  map[string]int              // positions by Word's id
	anchors   map[string]*strings.Builder // of comments met; closed ones stay
	open      []string                    // comments that run at the moment
	fields    []fieldState
	contents  int // tables of contents that run at the moment
	control   []control
	inserted  int // the tracked change that runs at the moment
	deleted   int
	bookmarks []string
	marks     map[string]int    // bookmarks that run, by Word's id: positions in the Document's
	running   map[string]string // the same, Word's id by name
	move      string            // the name of the move that runs
	hangs     map[string]int    // 1 + the paragraph that a note hangs on, by part and Word's id
	hanging   int               // the same, of the note at hand
	mentioned []int             // comments of the paragraph at hand
	boxes     []*node
	line      []Run // of the paragraph at hand
	more      strings.Builder
	tooMany   bool
}

type fieldState struct {
	code   string
	result bool
	toc    bool
}

// computed is the kind of a field whose text a program computes: PAGE, DATE, REF.
func (f *fieldState) computed() string {
	kind, _, _ := strings.Cut(strings.TrimSpace(f.code), " ")
	switch kind = strings.ToUpper(kind); {
	case f.toc, strings.HasPrefix(kind, "FORM"), kind == "TOC", kind == "HYPERLINK", kind == "MACROBUTTON":
		return ""
	}
	return kind
}

type control struct {
	title       string
	placeholder bool
}

func (rd *reader) note(kind NoteKind, text string) {
	rd.doc.Notes = append(rd.doc.Notes, Note{Kind: kind, Paragraph: len(rd.doc.Paragraphs), Text: strings.TrimSpace(text)})
}

// silent are elements that carry nothing a reader sees.
var silent = map[string]bool{
	"w:pPr": true, "w:rPr": true, "w:sectPr": true, "w:tblPr": true, "w:tblGrid": true, "w:trPr": true, "w:tcPr": true, "w:tblPrEx": true,
	"w:sdtPr": true, "w:sdtEndPr": true, "w:proofErr": true, "w:permStart": true, "w:permEnd": true,
	"w:lastRenderedPageBreak": true, "w:annotationRef": true, "w:footnoteRef": true, "w:endnoteRef": true, "w:separator": true,
	"w:continuationSeparator": true, "w:smartTagPr": true, "w:customXmlPr": true, "w:fldData": true, "w:instrText": true, "w:delInstrText": true,
	"w:subDoc":                 false,
	"w:customXmlInsRangeStart": true, "w:customXmlInsRangeEnd": true, "w:customXmlDelRangeStart": true, "w:customXmlDelRangeEnd": true,
}

// blocks reads what stands under each other: paragraphs, tables, controls around them.
func (rd *reader) blocks(n *node, cell *Cell) {
	for _, k := range n.kids {
		if rd.tooMany = rd.tooMany || len(rd.doc.Paragraphs) > maxParagraphs; rd.tooMany {
			return
		}
		switch k.name {
		case "w:p":
			rd.paragraph(k, cell)
		case "w:tbl":
			rd.table(k, cell)
		case "w:sdt":
			rd.sdt(k, func(content *node) { rd.blocks(content, cell) })
		case "w:ins", "w:moveTo", "w:del", "w:moveFrom":
			rd.change(k, func() { rd.blocks(k, cell) })
		case "w:customXml", "w:smartTag":
			rd.blocks(k, cell)
		case "mc:AlternateContent":
			if c := chosen(k); c != nil {
				rd.blocks(c, cell)
			}
		case "w:bookmarkStart", "w:bookmarkEnd", "w:commentRangeStart", "w:commentRangeEnd", "w:moveFromRangeStart", "w:moveToRangeStart", "w:moveFromRangeEnd", "w:moveToRangeEnd":
			rd.inline(k, look{})
		case "w:altChunk":
			rd.note(Imported, "")
		default:
			rd.odd(k)
		}
	}
}

func (rd *reader) odd(k *node) {
	if !silent[k.name] {
		rd.note(Unknown, k.name+" "+k.words("w:t"))
	}
}

func chosen(n *node) *node {
	if c := n.kid("mc:Choice"); c != nil {
		return c
	}
	return n.kid("mc:Fallback")
}

func (rd *reader) sdt(k *node, do func(*node)) {
	pr, content := k.kid("w:sdtPr"), k.kid("w:sdtContent")
	if content == nil {
		return
	}
	title := pr.value("w:alias")
	if title == "" {
		title = pr.value("w:tag")
	}
	placeholder, _ := pr.on("w:showingPlcHdr")
	toc := strings.EqualFold(pr.kid("w:docPartObj").value("w:docPartGallery"), "Table of Contents")
	if toc {
		rd.contents++
	}
	rd.control = append(rd.control, control{title, placeholder})
	do(content)
	rd.control = rd.control[:len(rd.control)-1]
	if toc {
		rd.contents = max(0, rd.contents-1)
	}
}

var changes = map[string]Change{"w:ins": Insertion, "w:del": Deletion, "w:moveFrom": MovedFrom, "w:moveTo": MovedTo}

// revise notes a tracked change and gives its mark.
func (rd *reader) revise(k *node, c Change, text string) int {
	r := Revision{Change: c, Author: k.get("author"), Date: k.get("date"), Paragraph: len(rd.doc.Paragraphs), Text: text}
	if c == MovedFrom || c == MovedTo {
		r.Move = rd.move
	}
	rd.doc.Revisions = append(rd.doc.Revisions, r)
	return len(rd.doc.Revisions)
}

// change reads what stands inside a tracked change.
func (rd *reader) change(k *node, do func()) {
	inserted, deleted := rd.inserted, rd.deleted
	c := changes[k.name]
	mark := rd.revise(k, c, "")
	if c == Insertion || c == MovedTo {
		rd.inserted = mark
	} else {
		rd.deleted = mark
	}
	do()
	rd.inserted, rd.deleted = inserted, deleted
}

func (rd *reader) paragraph(n *node, cell *Cell) {
	ppr := n.kid("w:pPr")
	st := rd.styles.byID[ppr.value("w:pStyle")]
	if st == nil {
		st = rd.styles.normal
	}
	p := Paragraph{Part: rd.part, Style: st.name, Level: st.level, Cell: cell, Hangs: rd.hanging, Inserted: rd.inserted, Deleted: rd.deleted}
	if l, ok := outline(ppr); ok {
		p.Level = l
	}
	if rpr := ppr.kid("w:rPr"); rpr != nil {
		for _, k := range rpr.kids {
			switch k.name {
			case "w:ins", "w:moveTo":
				p.Inserted = rd.revise(k, changes[k.name], "¶")
			case "w:del", "w:moveFrom":
				p.Deleted = rd.revise(k, changes[k.name], "¶")
			}
		}
	}
	if c := ppr.kid("w:pPrChange"); c != nil {
		rd.revise(c, Formatting, "")
	}
	// a paragraph may begin bookmarks that stood before it
	started := rd.begin(p.Level)
	rd.runs(n, st.look)
	rd.settle()
	p.Contents = rd.contents > 0 || started || strings.HasPrefix(strings.ToLower(st.name), "toc ")
	p.Runs, p.Bookmarks, p.Comments = rd.line, rd.bookmarks, rd.mentioned
	rd.bookmarks, rd.mentioned, rd.line = nil, nil, nil
	if p.Deleted == 0 || p.hasText() {
		rd.count(&p, ppr, st)
	}
	rd.doc.Paragraphs = append(rd.doc.Paragraphs, p)
	boxes := rd.boxes
	rd.boxes = nil
	for _, b := range boxes {
		part := rd.part
		rd.part = TextBox
		rd.blocks(b, nil)
		rd.part = part
	}
}

// begin readies the reader for a paragraph and says whether a table of contents runs already.
func (rd *reader) begin(level int) bool {
	if level > 0 { // a heading ends a table of contents that nobody closed
		rd.contents = 0
	}
	for _, id := range rd.open {
		if at, ok := rd.comments[id]; ok {
			rd.mentioned = append(rd.mentioned, at)
		}
	}
	rd.line = nil
	rd.more.Reset()
	return rd.contents > 0
}

func (p *Paragraph) hasText() bool {
	for _, r := range p.Runs {
		if r.Deleted == 0 && strings.TrimSpace(r.Text) != "" {
			return true
		}
	}
	return false
}

// count gives the paragraph its automatic number, from its own properties or its style's.
func (rd *reader) count(p *Paragraph, ppr *node, st *style) {
	id, depth := "", 0
	if st.numbered {
		id, depth = st.numID, st.depth
		if at, ok := rd.numbering.byStyle[st.id]; ok && rd.numbering.lists[at.list].abstract == rd.numbering.lists[st.numID].abstract {
			depth = at.depth
		}
	}
	if num := ppr.kid("w:numPr"); num != nil {
		if v := num.value("w:numId"); v != "" {
			id = v
		}
		if v, err := strconv.Atoi(num.value("w:ilvl")); err == nil {
			depth = v
		}
	}
	if id == "" || id == "0" {
		return
	}
	number, bullet, known := rd.numbering.next(id, depth)
	p.Number, p.Bullet = number, bullet
	if number != "" {
		p.NumberDepth = depth + 1
	}
	if !known {
		rd.note(Numbering, number)
	}
}

func (rd *reader) runs(n *node, below look) {
	for _, k := range n.kids {
		rd.inline(k, below)
	}
}

// inline reads what stands in a line.
func (rd *reader) inline(k *node, below look) {
	switch k.name {
	case "w:r":
		rd.run(k, below)
	case "w:hyperlink", "w:smartTag", "w:customXml", "w:dir", "w:bdo":
		rd.runs(k, below)
	case "w:ins", "w:moveTo", "w:del", "w:moveFrom":
		rd.change(k, func() { rd.runs(k, below) })
	case "w:sdt":
		if box := k.kid("w:sdtPr").kid("w14:checkbox"); box != nil {
			// the box's sign may come from a symbol font: what it says is known
			on, _ := box.on("w14:checked")
			rd.text(map[bool]string{true: "☒", false: "☐"}[on], k.kid("w:sdtContent").kid("w:r").kid("w:rPr"), below)
			return
		}
		rd.sdt(k, func(content *node) { rd.runs(content, below) })
	case "w:fldSimple":
		code := fieldState{code: k.get("instr"), result: true}
		rd.fields = append(rd.fields, code)
		rd.runs(k, below)
		rd.fields = rd.fields[:len(rd.fields)-1]
	case "w:bookmarkStart":
		rd.mark(k)
	case "w:bookmarkEnd":
		rd.unmark(k)
	case "w:moveFromRangeStart", "w:moveToRangeStart":
		rd.move = k.get("name")
	case "w:moveFromRangeEnd", "w:moveToRangeEnd":
		rd.move = ""
	case "w:commentRangeStart":
		id := k.get("id")
		rd.open = append(rd.open, id)
		if rd.anchors[id] == nil {
			rd.anchors[id] = &strings.Builder{}
		}
		rd.mention(id)
	case "w:commentRangeEnd":
		for i, id := range rd.open {
			if id == k.get("id") {
				rd.open = append(rd.open[:i:i], rd.open[i+1:]...)
				break
			}
		}
	case "m:oMath", "m:oMathPara":
		text := k.words("m:t")
		rd.note(Equation, text)
		rd.text(text, nil, below)
	case "mc:AlternateContent":
		if c := chosen(k); c != nil {
			rd.runs(c, below)
		}
	default:
		rd.odd(k)
	}
}

// mention hangs a comment on the paragraph at hand.
func (rd *reader) mention(id string) {
	at, ok := rd.comments[id]
	if !ok {
		return
	}
	c := &rd.doc.Comments[at]
	if c.Paragraph < 0 {
		c.Paragraph = len(rd.doc.Paragraphs)
	}
	for _, m := range rd.mentioned {
		if m == at {
			return
		}
	}
	rd.mentioned = append(rd.mentioned, at)
}
