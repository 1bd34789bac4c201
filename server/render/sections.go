package render

// section sets one section: its heading, then its blocks.
func (l *layout) section(s *Section) {
	if s.Annex || l.page == nil || len(l.pages) == 0 {
		l.newPage()
	}
	e := l.root.add("Sect")
	indent := 0.0
	if s.Annex {
		l.annexHeading(e, s)
	} else {
		if s.Number != "" {
			indent = hang
		}
		l.gap(17)
		l.heading(e, s, indent)
	}
	for i := range s.Blocks {
		l.block(e, &s.Blocks[i], marginX+indent)
	}
}

// remember notes a heading for the contents and the bookmarks.
func (l *layout) remember(number, label string, annex bool) {
	l.heads = append(l.heads, head{number, label, annex, l.page, l.y})
}

func (l *layout) heading(e *elem, s *Section, indent float64) {
	h := e.add("H2")
	lines := breakLines(l.shape(Text(clean(s.Heading)), h2), measure-indent)
	l.need(float64(len(lines))*h2.leading + 4 + 3*body.leading)
	l.remember(clean(s.Number), clean(s.Heading), false)
	var lb *label
	if s.Number != "" {
		lb = &label{h, clean(s.Number), marginX, h2}
	}
	l.lines(h, lines, marginX+indent, h2, lb)
	l.y += 4
}

// annexHeading sets "Bilag A" small above the heading of the annex.
func (l *layout) annexHeading(e *elem, s *Section) {
	h := e.add("H2")
	l.remember(clean(s.Number), clean(s.Heading), true)
	if s.Number != "" {
		over := style{sansBold, sansBold, sansBold, sansBold, 10, 15, 0x40}
		l.lines(h, []line{{l.shape(Text(clean(s.Number)+" "), over), true}}, marginX, over, nil)
	}
	l.para(h, Text(clean(s.Heading)), marginX, measure, h2Annex, nil)
	l.y += 5
	l.rule(marginX, l.y, measure, 1.2, 0)
	l.y += 12
}

// block sets one block whose level 0 stands at x. Clauses hang their number out
// to the left when the section's text is indented, and at x when it is not.
func (l *layout) block(e *elem, b *Block, x float64) {
	switch b.Kind {
	case SubHeading:
		l.subHeading(e, b, x)
	case Clause:
		l.clause(e, b, x)
	case List:
		l.list(e, b.Items, x+float64(b.Level)*step)
		l.gap(3)
	case TableBlock:
		if b.Table != nil {
			l.table(e, b.Table, x, marginX+measure-x)
		}
	default:
		at := x + float64(b.Level)*step
		l.para(e.add("P"), b.Runs, at, marginX+measure-at, body, nil)
		l.gap(6)
	}
}

func (l *layout) subHeading(e *elem, b *Block, x float64) {
	h := e.add("H3")
	runs := b.Runs
	if b.Number != "" {
		runs = append(Text(clean(b.Number)+"  "), runs...)
	}
	x += float64(b.Level) * step
	lines := breakLines(l.shape(runs, h3), marginX+measure-x)
	l.gap(7)
	l.need(float64(len(lines))*h3.leading + 2 + 2*body.leading)
	l.lines(h, lines, x, h3, nil)
	l.y += 2
}

func (l *layout) clause(e *elem, b *Block, x float64) {
	number := clean(b.Number)
	at := x
	if x == marginX && number != "" {
		at = x + hang // an annex: its other text stands at the margin
	}
	at += float64(b.Level) * step
	numberAt := at - hang
	if b.Level > 0 {
		numberAt = at - step
	}
	if wide := numberAt + l.faces[body.regular].measure(number+"  ", body.size); number != "" && wide > at {
		at = wide
	}
	p := e.add("P")
	var lb *label
	if number != "" {
		lb = &label{p, number, numberAt, body}
	}
	l.para(p, b.Runs, at, marginX+measure-at, body, lb)
	if len(b.Items) > 0 {
		l.gap(2)
		l.list(e, b.Items, at)
	}
	if b.Table != nil {
		l.table(e, b.Table, at, marginX+measure-at)
	}
	l.gap(6)
}

// list sets items, each with its own number or a dash, aligned on the widest.
func (l *layout) list(e *elem, items []Block, x float64) {
	le := e.add("L")
	at := x + 18
	for i := range items {
		at = max(at, x+l.faces[body.regular].measure(clean(items[i].Number)+"  ", body.size))
	}
	width := marginX + measure - at
	for i := range items {
		it := &items[i]
		li := le.add("LI")
		mark := clean(it.Number)
		if mark == "" {
			mark = "–"
		}
		if len(it.Runs) > 0 {
			lb := &label{li.add("Lbl"), mark, x, body}
			l.para(li.add("LBody"), it.Runs, at, width, body, lb)
			l.gap(2)
		}
		inner := li
		if len(it.Items) > 0 {
			if n := len(li.kids); n > 0 {
				inner = li.kids[n-1].(*elem)
			}
			l.list(inner, it.Items, at)
		}
		if it.Table != nil {
			l.table(inner, it.Table, at, width)
		}
	}
}
