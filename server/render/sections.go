package render

// section sets one section: its heading, then its blocks.
func (l *layout) section(s *Section) {
	if s.Annex || l.page == nil || len(l.pages) == 0 {
		l.newPage()
	}
	e := l.root.add("Sect")
	indent := 0.0
	l.where = s.label()
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
		l.where = s.label()
		if no := clean(s.Blocks[i].Number); no != "" {
			l.where = no
		}
		l.block(e, s.Blocks[i:], marginX+indent)
	}
}

// remember notes a heading for the contents and the bookmarks.
func (l *layout) remember(h head) {
	h.page, h.y = l.page, l.y
	l.heads = append(l.heads, h)
}

func (l *layout) heading(e *elem, s *Section, indent float64) {
	h := e.add("H2")
	lines := breakLines(l.shape(s.heading(), h2), measure-indent)
	l.need(float64(len(lines))*h2.leading + 4 + l.least(s.Blocks, marginX+indent))
	l.remember(head{number: clean(s.Number), label: clean(proposed(s.heading())), change: s.Change})
	var lb *label
	if s.Number != "" {
		lb = &label{h, clean(s.Number), marginX, h2, s.Change}
	}
	l.lines(h, lines, marginX+indent, h2, lb)
	l.y += 4
}

// annexHeading sets "Bilag A" small above the heading of the annex.
func (l *layout) annexHeading(e *elem, s *Section) {
	h := e.add("H2")
	l.remember(head{number: clean(s.Number), label: clean(proposed(s.heading())), annex: true, change: s.Change})
	if s.Number != "" {
		over := style{sansBold, sansBold, sansBold, sansBold, 10, 15, 0x40}
		l.lines(h, []line{{l.shape(as(clean(s.Number)+" ", s.Change), over), true}}, marginX, over, nil)
	}
	l.para(h, s.heading(), marginX, measure, h2Annex, nil)
	l.y += 5
	l.rule(marginX, l.y, measure, 1.2, 0)
	l.y += 12
}

// block sets the first of some blocks; level 0 stands at x. Clauses hang their number
// out to the left when the section's text is indented, and at x when it is not.
func (l *layout) block(e *elem, blocks []Block, x float64) {
	b := &blocks[0]
	switch b.Kind {
	case SubHeading:
		l.subHeading(e, blocks, x)
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

// subHeading sets the first of some blocks and keeps it with what follows.
func (l *layout) subHeading(e *elem, blocks []Block, x float64) {
	b, h := &blocks[0], e.add("H3")
	lines := l.subHeadingLines(b, x)
	l.gap(7)
	l.need(float64(len(lines))*h3.leading + 2 + l.least(blocks[1:], x))
	l.remember(head{number: clean(b.Number), label: clean(proposed(b.Runs)), level: 1})
	l.lines(h, lines, x+float64(b.Level)*step, h3, nil)
	l.y += 2
}

func (l *layout) subHeadingLines(b *Block, x float64) []line {
	runs := b.Runs
	if b.Number != "" {
		runs = append(as(clean(b.Number)+"  ", b.Change), runs...)
	}
	return breakLines(l.shape(runs, h3), marginX+measure-x-float64(b.Level)*step)
}

// least is how high the first piece of some blocks is: what has to stand below a
// heading, so that the heading is not the last thing on a page.
func (l *layout) least(blocks []Block, x float64) float64 {
	if len(blocks) == 0 {
		return 0
	}
	b := &blocks[0]
	at := x + float64(b.Level)*step
	switch {
	case b.Kind == SubHeading:
		return 7 + float64(len(l.subHeadingLines(b, x)))*h3.leading + 2 + l.least(blocks[1:], x)
	case b.Kind == List:
		return l.least(b.Items, at+18)
	case b.Kind == TableBlock && b.Table != nil:
		return l.grid(b.Table, at, marginX+measure-at).least()
	case b.Kind == Clause && len(b.Runs) == 0 && len(b.Items) > 0: // its number has a line
		return body.leading + 2 + l.least(b.Items, at+18)
	case b.Kind == Clause && len(b.Runs) == 0 && b.Table != nil:
		return body.leading + l.grid(b.Table, at, marginX+measure-at).least()
	}
	return float64(together(len(breakLines(l.shape(b.Runs, body), marginX+measure-at)))) * body.leading
}

// together is how many of a paragraph's first lines stand on one page: two, or all three.
func together(lines int) int {
	if lines == 3 {
		return 3
	}
	return min(2, lines)
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
		lb = &label{p, number, numberAt, body, b.Change}
	}
	if len(b.Runs) == 0 {
		l.need(l.least([]Block{*b}, at-float64(b.Level)*step))
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

// dash stands before an item that has no number.
const dash = "–"

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
			mark = dash
		}
		if len(it.Runs) > 0 {
			lb := &label{li.add("Lbl"), mark, x, body, it.Change}
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
