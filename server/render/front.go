package render

import "strconv"

const roleW = 118.0 // the column of the parties' roles

// front sets the front page: what this is, between whom, and what is missing.
func (l *layout) front() {
	d, e := l.doc, l.root
	l.y = 132
	if d.Draft {
		l.para(e.add("P"), []Run{{Text: l.w.draftNote, Bold: true}}, marginX, measure, sansText, nil)
		l.y += 4
	}
	if d.Number != "" {
		l.para(e.add("P"), Text(l.w.numberText(clean(d.Number))), marginX, measure, lead, nil)
		l.y += 4
	}
	l.para(e.add("H1"), Text(clean(d.Title)), marginX, measure, h1, nil)
	l.y += 14
	l.rule(marginX, l.y, measure, 1.6, 0)
	l.y += 22
	if len(d.Parties) > 0 {
		l.para(e.add("P"), Text(l.w.between), marginX, measure, lead, nil)
		l.y += 10
	}
	for i := range d.Parties {
		l.party(e, &d.Parties[i])
	}
	l.where = l.w.front
	if !d.At.IsZero() {
		l.need(2 * sansText.leading)
		p := e.add("P")
		l.para(p, Text(l.w.day(d.At)), marginX+roleW, measure-roleW, sansText, &label{p, l.w.date, marginX, lead, 0})
		l.y += 20
	}
	l.marks(e)
}

// party sets one party: the role at the left, the facts at the right.
func (l *layout) party(e *elem, p *Party) {
	x, w := marginX+roleW, measure-roleW
	if l.where = clean(p.Role); l.where == "" {
		l.where = l.w.front
	}
	lines := breakLines(l.shape(Text(clean(p.Name)), party), w)
	facts := p.lines(l.w)
	l.need(float64(len(lines))*party.leading + float64(len(facts)+len(p.Missing))*16 + 20)
	name := e.add("P")
	var lb *label
	if p.Role != "" {
		lb = &label{name, l.fit(clean(p.Role), sans, lead.size, roleW-8), marginX, lead, 0}
	}
	l.lines(name, lines, x, party, lb)
	l.y += 1
	for _, f := range facts {
		l.para(e.add("P"), Text(f), x, w, sansText, nil)
	}
	for _, m := range p.Missing {
		l.y += 3
		l.para(e.add("P"), []Run{{Text: m, Missing: true}}, x-1, w, sansText, nil)
	}
	l.y += 12
	l.rule(marginX, l.y, measure, 0.4, 0x90)
	l.y += 12
}

// marks sets the warnings in a box with a heavy edge, whole on one page if it can be.
func (l *layout) marks(e *elem) {
	if len(l.doc.Marks) == 0 {
		return
	}
	const pad = 12.0
	box := e.add("Div")
	x, w := marginX+pad+6, measure-2*pad-6
	var items [][]line
	h := 2*pad + sansText.leading + 2
	for _, m := range l.doc.Marks {
		lines := breakLines(l.shape(Text(clean(m)), sansText), w-14)
		items = append(items, lines)
		h += float64(len(lines))*sansText.leading + 2
	}
	if h <= bottomY-topY {
		l.need(h)
		l.page.shapes = append(l.page.shapes, shape{x: marginX, y: l.y, w: measure, h: h, line: 1})
		l.fill(marginX, l.y, 6, h, 0)
	}
	l.y += pad
	l.para(box.add("P"), []Run{{Text: l.w.attention, Bold: true}}, x, w, sansText, nil)
	list := box.add("L")
	for _, lines := range items {
		l.y += 2
		li := list.add("LI")
		lb := &label{li.add("Lbl"), "–", x, sansText, 0}
		l.lines(li.add("LBody"), lines, x+14, sansText, lb)
	}
	l.y += pad
}

// contents sets the table of contents on pages of its own.
func (l *layout) contents(e *elem) {
	l.newPage()
	l.para(e.add("H2"), Text(l.w.contents), marginX, measure, h2Annex, nil)
	l.y += 14
	toc := e.add("TOC")
	st := style{serif, serifBold, serifItalic, serifBoldItalic, 10.25, 17, 0}
	numberW := hang
	for _, h := range l.heads {
		if !h.annex && h.level == 0 {
			numberW = max(numberW, l.faces[serif].measure(h.number+"  ", st.size))
		}
	}
	annexes := false
	for _, h := range l.heads {
		if h.level > 0 {
			continue
		}
		if h.annex && !annexes {
			annexes = true
			l.gap(8)
		}
		l.entry(toc.add("TOCI"), h, st, numberW)
	}
}

// entry sets one line of the contents, which is a link to its heading.
func (l *layout) entry(toci *elem, h head, st style, numberW float64) {
	at, word := marginX+numberW, h.label
	if h.annex || h.number == "" {
		at = marginX
		word = (&Section{Number: h.number, Heading: h.label, Annex: true}).label()
	}
	lk := toci.add("Reference").add("Link")
	right := marginX + measure
	lines := breakLines(l.shape(as(word, h.change), st), right-40-at)
	l.need(float64(len(lines)) * st.leading)
	top := l.y
	var lb *label
	if at > marginX {
		lb = &label{lk, h.number, marginX, st, h.change}
	}
	l.lines(lk, lines, at, st, lb)
	base := l.y - st.leading + st.leading/2 + st.size*0.35
	no := l.shape(Text(strconv.Itoa(h.page.number)), st)
	width := line{glyphs: no}.width()
	l.page.texts[len(l.page.texts)-1].s += " "
	l.write(lk, no, right-width, st, base)
	from := at + lines[len(lines)-1].width() + 8
	l.page.shapes = append(l.page.shapes, shape{x: from, y: base - 1, w: right - width - 8 - from, line: 0.6, gray: 0x80, dashed: true})
	k := &link{page: l.page, x: marginX, y: top, w: measure, h: l.y - top, to: h.page, toY: h.y, label: word, owner: lk}
	l.page.links = append(l.page.links, k)
	lk.kids = append(lk.kids, k)
}

// signatures sets a page with a field for each party to sign in.
func (l *layout) signatures() {
	l.newPage()
	e := l.root.add("Sect")
	l.remember(head{label: l.w.signatures})
	l.para(e.add("H2"), Text(l.w.signatures), marginX, measure, h2Annex, nil)
	l.y += 5
	l.rule(marginX, l.y, measure, 1.2, 0)
	l.y += 14
	if l.doc.Draft {
		l.para(e.add("P"), []Run{{Text: l.w.draftNote, Bold: true}}, marginX, measure, sansText, nil)
		l.y += 8
	}
	half := measure/2 - 10
	for i := range l.doc.Parties {
		p := &l.doc.Parties[i]
		name := breakLines(l.shape(Text(l.w.signForText(clean(p.Name))), party), measure)
		l.need(float64(len(name))*party.leading + 140)
		l.lines(e.add("P"), name, marginX, party, nil)
		if p.Role != "" {
			l.para(e.add("P"), Text(clean(p.Role)), marginX, measure, lead, nil)
		}
		for _, row := range [][2]string{{l.w.signDate, l.w.signHand}, {l.w.signName, l.w.signTitle}} {
			l.y += 36
			l.rule(marginX, l.y, half, 0.6, 0)
			l.rule(marginX+half+20, l.y, half, 0.6, 0)
			l.y += 1
			top := l.y
			l.para(e.add("P"), Text(row[0]), marginX, half, small, nil)
			l.y = top
			l.para(e.add("P"), Text(row[1]), marginX+half+20, half, small, nil)
		}
		l.y += 34
	}
}

// fingerprints ends the document with both hashes in full.
func (l *layout) fingerprints() {
	d := l.doc
	if len(l.pages) == 0 || l.page == nil {
		l.newPage()
	}
	if d.TextHash == "" && d.InstanceHash == "" {
		return
	}
	l.gap(24)
	l.need(140)
	e := l.root.add("Sect")
	l.rule(marginX, l.y, measure, 0.6, 0)
	l.y += 10
	l.para(e.add("H2"), Text(l.w.fingerprints), marginX, measure, caption, nil)
	l.y += 2
	l.para(e.add("P"), Text(l.w.fingerNote), marginX, measure, small, nil)
	l.y += 4
	for _, h := range [][2]string{{l.w.text, d.TextHash}, {l.w.own, d.InstanceHash}} {
		if h[1] != "" {
			p := e.add("P")
			l.para(p, Text(clean(h[1])), marginX+60, measure-60, small, &label{p, h[0], marginX, small, 0})
		}
	}
}
