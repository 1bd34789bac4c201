package render

import "fmt"

// The page, in points: A4 with a measure of about 80 characters.
const (
	pageW, pageH = 595.28, 841.89
	marginX      = 76.0
	measure      = pageW - 2*marginX
	topY         = 92.0
	bottomY      = pageH - 76
	hang         = 36.0 // from a clause's number to its text
	step         = 32.0 // each level further in
)

// layout sets a document: it decides what stands on which page, and knows nothing of PDF.
type layout struct {
	doc     *Document
	w       *words
	faces   *[faceCount]*face
	unknown GlyphError
	where   string // what is being set, in words, for a refusal
	root    *elem
	pages   []*page
	page    *page
	y       float64
	onBreak func() // runs on each new page, to repeat a table's head
	heads   []head
	grids   map[gridKey]*grid
	spans   map[spanKey]*elem
}

// spanKey says which change of which element.
type spanKey struct {
	of *elem
	changing
}

// head is a heading that the bookmarks lead to, and, at level 0, the table of contents.
type head struct {
	number, label string
	annex         bool
	level         int
	change        Change
	page          *page
	y             float64
}

// set lays the whole document out. The contents are set last, when the page of
// every heading is known, and stand after the front page.
func set(d *Document) (*layout, error) {
	w, err := d.check()
	if err != nil {
		return nil, err
	}
	explained := d.spread().explained(w)
	d = &explained
	fc, err := faces()
	if err != nil {
		return nil, err
	}
	l := &layout{doc: d, w: w, faces: fc, where: w.front, root: &elem{kind: "Document"}, spans: map[spanKey]*elem{}}
	l.newPage()
	l.front()
	front := l.pages
	var contents *elem
	if d.listed() {
		contents = l.root.add("Sect")
	}

	l.pages = nil
	for i := range d.Sections {
		l.section(&d.Sections[i])
	}
	l.where = w.signatures
	if d.Signatures {
		l.signatures()
	}
	l.fingerprints()
	text := l.pages

	l.pages = nil
	if d.listed() {
		l.contents(&elem{}) // once for the number of its pages
		for i, p := range text {
			p.number = len(front) + len(l.pages) + i + 1
		}
		l.pages = nil
		l.contents(contents)
	}
	l.pages = append(append(front, l.pages...), text...)
	l.furniture()
	if len(l.unknown.Runes) > 0 {
		return nil, &l.unknown
	}
	return l, nil
}

func (l *layout) newPage() {
	l.page = &page{}
	l.pages = append(l.pages, l.page)
	l.y = topY
	if l.onBreak != nil {
		l.onBreak()
	}
}

func (l *layout) atTop() bool { return l.y <= topY }

// gap leaves white space, but not at the top of a page.
func (l *layout) gap(h float64) {
	if !l.atTop() {
		l.y += h
	}
}

// need starts a new page unless h points are left on this one.
func (l *layout) need(h float64) {
	if l.y+h > bottomY && !l.atTop() {
		l.newPage()
	}
}

// label is what stands to the left of a paragraph's first line.
type label struct {
	owner *elem
	text  string
	x     float64
	style style
	of    Change // of what it stands beside
}

// runs are the label and the blank that ends it, which no line is drawn through.
func (lb *label) runs() []Run {
	if lb.of == 0 {
		return Text(lb.text + " ")
	}
	return append(as(lb.text, lb.of), Run{Text: " "})
}

// para sets a paragraph at x within width, with no single line left behind on
// either side of a page break.
func (l *layout) para(e *elem, runs []Run, x, width float64, st style, lb *label) {
	l.lines(e, breakLines(l.shape(runs, st), width), x, st, lb)
}

func (l *layout) lines(e *elem, lines []line, x float64, st style, lb *label) {
	for i := 0; i < len(lines); {
		rest := len(lines) - i
		fit := int((bottomY - l.y + 0.01) / st.leading)
		k := min(fit, rest)
		if rest > k && rest-k < 2 {
			k = rest - 2
		}
		if k < min(2, rest) {
			if k = 0; l.atTop() {
				k = max(1, min(fit, rest))
			}
		}
		for range k {
			if i == 0 && lb != nil {
				l.write(lb.owner, l.shape(lb.runs(), lb.style), lb.x, lb.style, l.baseline(st))
			}
			l.line(e, lines[i], x, st)
			i++
		}
		if i < len(lines) {
			l.newPage()
		}
	}
}

func (l *layout) baseline(st style) float64 { return l.y + st.leading/2 + st.size*0.35 }

// line sets one line at the cursor and moves below it.
func (l *layout) line(e *elem, ln line, x float64, st style) {
	g := ln.glyphs
	for len(g) > 0 && g[len(g)-1].r == ' ' {
		g = g[:len(g)-1]
	}
	l.write(e, g, x, st, l.baseline(st))
	if n := len(l.page.texts); ln.spaced && len(g) > 0 {
		last := &l.page.texts[n-1]
		last.s += " " // so that a reader does not glue the words of two lines
		l.page.owners[last.mcid].say(" ")
	}
	l.y += st.leading
}

// write puts glyphs on a baseline, piece by piece of one look, and marks filled
// values and holes.
func (l *layout) write(e *elem, g []glyph, x float64, st style, base float64) {
	for from := 0; from < len(g); {
		if g[from].r == 0 {
			x += g[from].w
			from++
			continue
		}
		to, w := from, 0.0
		s := make([]rune, 0, len(g)-from)
		for to < len(g) && g[to].r != 0 && g[to].run == g[from].run && g[to].face == g[from].face {
			s = append(s, g[to].r)
			w += g[to].w
			to++
		}
		l.mark(g[from].mark, x, base, w, st)
		l.decorate(g[from].change, x, base, w, st)
		l.page.put(l.span(e, g[from].changing), text{x: x, base: base, face: g[from].face, size: st.size, gray: st.gray, s: string(s)})
		x += w
		from = to
	}
}

// mark underlines a filled-in value and frames a hole.
func (l *layout) mark(k markKind, x, base, w float64, st style) {
	switch k {
	case markFilled:
		l.rule(x, base+2.4, w, 0.4, 0xa0)
	case markMissing:
		l.frame(x-framePad+1, base-st.size*0.92, w+2*framePad-2, st.size*1.24, 0.8)
	}
}

// decorate underlines what comes and strikes through what goes.
func (l *layout) decorate(c Change, x, base, w float64, st style) {
	switch c {
	case Inserted:
		l.rule(x, base+1.7, w, 0.7, 0)
	case Deleted:
		l.rule(x, base-st.size*0.3, w, 0.7, 0)
	}
}

// span is the element of a change inside e, so that it is told to who does not see it.
func (l *layout) span(e *elem, c changing) *elem {
	if c.change == 0 {
		return e
	}
	key := spanKey{e, c}
	if l.spans[key] == nil {
		l.spans[key] = e.add("Span")
		l.spans[key].change = c.change
	}
	return l.spans[key]
}

func (l *layout) rule(x, y, w, pen float64, gray uint8) {
	l.page.shapes = append(l.page.shapes, shape{x: x, y: y, w: w, line: pen, gray: gray})
}

func (l *layout) fill(x, y, w, h float64, gray uint8) {
	l.page.shapes = append(l.page.shapes, shape{x: x, y: y, w: w, h: h, gray: gray})
}

// frame draws a filled, framed box: visible in black and white.
func (l *layout) frame(x, y, w, h, pen float64) {
	l.fill(x, y, w, h, 0xec)
	l.page.shapes = append(l.page.shapes, shape{x: x, y: y, w: w, h: h, line: pen})
}

// furniture puts the header, the footer and the page number on every page.
func (l *layout) furniture() {
	name, own := l.doc.name(), clean(l.doc.Header)
	l.where = l.w.header
	for i, p := range l.pages {
		p.number = i + 1
		l.page = p
		right := l.fit(own, sans, 7.5, measure*0.4)
		rightW := l.faces[sans].measure(right, 7.5)
		left := l.fit(name, sansBold, 7.5, measure-rightW-16)
		l.furn(marginX, 48, sansBold, 7.5, 0x30, left)
		l.furn(marginX+measure-rightW, 48, sans, 7.5, 0x30, right)
		l.furn(marginX, 59, sans, 7, 0x55, l.w.hashLine(l.doc))
		l.rule(marginX, 66, measure, 0.5, 0x70)
		no := fmt.Sprintf(l.w.page, i+1, len(l.pages))
		l.furn(marginX+measure-l.faces[sans].measure(no, 8), pageH-42, sans, 8, 0x30, no)
		if l.doc.Draft {
			l.furn(marginX, pageH-42, sansBold, 8, 0, l.w.draftNote)
		}
	}
}

func (l *layout) furn(x, base float64, f faceID, size float64, gray uint8, s string) {
	for _, r := range s {
		if !l.faces[f].shows(r) {
			l.unknown.note(r, l.where, s)
		}
	}
	if s != "" {
		l.page.furniture = append(l.page.furniture, text{x: x, base: base, face: f, size: size, gray: gray, s: s})
	}
}

// fit shortens s with an ellipsis until it is no wider than w.
func (l *layout) fit(s string, f faceID, size, w float64) string {
	if l.faces[f].measure(s, size) <= w {
		return s
	}
	r := []rune(s)
	for len(r) > 0 && l.faces[f].measure(string(r)+" …", size) > w {
		r = r[:len(r)-1]
	}
	return string(r) + " …"
}
