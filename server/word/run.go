package word

import (
	"strconv"
	"strings"
)

// run reads one run: text, and what hangs in it.
func (rd *reader) run(n *node, below look) {
	rpr := n.kid("w:rPr")
	if c := rpr.kid("w:rPrChange"); c != nil {
		rd.revise(c, Formatting, n.words("w:t"))
	}
	for _, k := range n.kids {
		rd.inRun(k, rpr, below)
	}
}

func (rd *reader) inRun(k, rpr *node, below look) {
	switch k.name {
	case "w:t", "w:delText":
		rd.text(k.text, rpr, below)
	case "w:tab", "w:ptab":
		rd.text("\t", rpr, below)
	case "w:br", "w:cr":
		if t := k.get("type"); t == "" || t == "textWrapping" {
			rd.text("\n", rpr, below)
		}
	case "w:noBreakHyphen":
		rd.text("\u2011", rpr, below)
	case "w:softHyphen":
		rd.text("\u00ad", rpr, below)
	case "w:sym":
		rd.symbol(k, rpr, below)
	case "w:fldChar":
		rd.field(k, rpr, below)
	case "w:instrText":
		if f := rd.field0(); f != nil && !f.result {
			f.code += k.text
			if !f.toc && strings.HasPrefix(strings.TrimSpace(f.code), "TOC") {
				f.toc = true
				rd.contents++
			}
		}
	case "w:footnoteReference", "w:endnoteReference":
		rd.note(FootnoteMark, k.get("id"))
		part := Footnote
		if k.name == "w:endnoteReference" {
			part = Endnote
		}
		rd.hangs[string(part)+k.get("id")] = len(rd.doc.Paragraphs) + 1
	case "w:commentReference":
		rd.mention(k.get("id"))
	case "w:object":
		rd.object(k, Object)
	case "w:drawing", "w:pict":
		rd.object(k, Image)
	case "mc:AlternateContent":
		if c := chosen(k); c != nil {
			for _, in := range c.kids {
				rd.inRun(in, rpr, below)
			}
		}
	case "w:ruby":
		rd.note(Unknown, "ruby")
		rd.text(k.words("w:t"), rpr, below)
	default:
		rd.odd(k)
	}
}

// object notes a picture or an embedded file, and keeps the text boxes in it for later.
func (rd *reader) object(k *node, kind NoteKind) {
	boxes := 0
	k.find("w:txbxContent", func(box *node) {
		boxes++
		rd.boxes = append(rd.boxes, box)
		rd.note(Box, box.words("w:t"))
	})
	described, data := "", ""
	k.find("wp:docPr", func(d *node) { described = strings.TrimSpace(d.get("name") + " " + d.get("descr")) })
	k.find("a:graphicData", func(d *node) { data = d.get("uri") })
	k.find("o:OLEObject", func(d *node) { described, kind = d.get("ProgID"), Object })
	if strings.HasSuffix(data, "/chart") || strings.HasSuffix(data, "/diagram") {
		kind = Object
	}
	if boxes == 0 {
		rd.note(kind, described)
	}
}

// maxRevised is how much of its text a tracked change tells; the whole stands in the runs.
const maxRevised = 4000

// text adds text to the paragraph at hand. A run of the same look goes on.
func (rd *reader) text(s string, rpr *node, below look) {
	if s == "" {
		return
	}
	if f := rd.field0(); f != nil && !f.result {
		return // inside a field's code
	}
	own := lookOf(rpr)
	r := Run{Text: s, Inserted: rd.inserted, Deleted: rd.deleted}
	if st := rd.styles.byID[rpr.value("w:rStyle")]; st != nil {
		own = own.over(st.look)
		r.Style, r.Placeholder = st.name, st.placeholder
	}
	own = own.over(below).over(rd.styles.defaults)
	r.Bold, r.Italic, r.Underline, r.Hidden = yes(own.bold), yes(own.italic), yes(own.underline), yes(own.hidden)
	r.Highlight, r.Shade, r.Colour = said(own.highlight), said(own.shade), said(own.colour)
	if r.Shade == "FFFFFF" {
		r.Shade = ""
	}
	if r.Colour == "000000" {
		r.Colour = ""
	}
	if n := len(rd.control); n > 0 {
		r.Control = rd.control[n-1].title
		r.Placeholder = r.Placeholder || rd.control[n-1].placeholder
	}
	if f := rd.field0(); f != nil {
		r.Placeholder = r.Placeholder || strings.HasPrefix(strings.TrimSpace(f.code), "FORM")
		r.Field = f.computed()
	}
	if r.Hidden && strings.TrimSpace(s) != "" {
		rd.note(HiddenText, s)
	}
	for _, id := range rd.open {
		if b := rd.anchors[id]; b != nil && b.Len() < 400 {
			b.WriteString(s)
		}
	}
	for _, mark := range []int{r.Inserted, r.Deleted} {
		if mark > 0 && len(rd.doc.Revisions[mark-1].Text) < maxRevised {
			rd.doc.Revisions[mark-1].Text += s
		}
	}
	if n := len(rd.line); n > 0 {
		last := rd.line[n-1]
		last.Text = r.Text
		if last == r {
			rd.more.WriteString(s)
			return
		}
		rd.settle()
	}
	rd.line = append(rd.line, r)
}

// settle adds what the last run went on with: joined once, not run by run.
func (rd *reader) settle() {
	if rd.more.Len() > 0 {
		rd.line[len(rd.line)-1].Text += rd.more.String()
		rd.more.Reset()
	}
}

func yes(b *bool) bool { return b != nil && *b }

func said(s string) string {
	if s == "none" {
		return ""
	}
	return s
}

// boxesOf are the ticks and boxes of Wingdings and its like.
var boxesOf = map[string]string{
	"F0A8": "☐", "F06F": "☐", "F071": "☐", "F0A3": "☐", "F0FE": "☒", "F0FD": "☒", "F078": "☒", "F0FC": "☑", "F052": "☑", "F0B7": "•",
}

func (rd *reader) symbol(k, rpr *node, below look) {
	code := strings.ToUpper(k.get("char"))
	if s, ok := boxesOf[code]; ok {
		rd.text(s, rpr, below)
		return
	}
	rd.note(Symbol, k.get("font")+" "+code)
	if v, err := strconv.ParseUint(code, 16, 32); err == nil && (v < 0xe000 || v > 0xf8ff) && v >= 0x20 {
		rd.text(string(rune(v)), rpr, below)
	} else {
		rd.text("\ufffc", rpr, below)
	}
}

func (rd *reader) field0() *fieldState {
	if len(rd.fields) == 0 {
		return nil
	}
	return &rd.fields[len(rd.fields)-1]
}

// field follows the three marks around a field: its code, its result, its end.
func (rd *reader) field(k, rpr *node, below look) {
	switch k.get("fldCharType") {
	case "begin":
		rd.fields = append(rd.fields, fieldState{})
		if box := k.kid("w:ffData").kid("w:checkBox"); box != nil {
			on, known := box.on("w:checked")
			if !known {
				on, _ = box.on("w:default")
			}
			rd.fields[len(rd.fields)-1].result = true // the box is all there is to show
			rd.text(map[bool]string{true: "☒", false: "☐"}[on], rpr, below)
			rd.fields[len(rd.fields)-1].result = false
		}
	case "separate":
		if f := rd.field0(); f != nil {
			f.result = true
		}
	case "end":
		f := rd.field0()
		if f == nil {
			return
		}
		code, result := *f, f.result
		rd.fields = rd.fields[:len(rd.fields)-1]
		if code.toc {
			rd.contents = max(0, rd.contents-1)
		}
		// MACROBUTTON shows the end of its own code: templates use it for "click here"
		if words := strings.Fields(code.code); !result && len(words) > 2 && words[0] == "MACROBUTTON" {
			rd.control = append(rd.control, control{placeholder: true})
			rd.text(strings.Join(words[2:], " "), rpr, below)
			rd.control = rd.control[:len(rd.control)-1]
		}
	}
}
