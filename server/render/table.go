package render

const (
	cellPadX = 5.0
	cellPadY = 4.0
)

// grid is a table with its column widths settled.
type grid struct {
	l      *layout
	t      *Table
	x      float64
	widths []float64
	elem   *elem
	heads  [][]line // of the header row, per column
}

// table sets a table that may run over any number of pages; its head stands on
// each of them, and is read aloud once.
func (l *layout) table(parent *elem, t *Table, x, width float64) {
	g := &grid{l: l, t: t, x: x, elem: parent.add("Table")}
	g.widths = l.columns(t, width)
	if len(g.widths) == 0 {
		return
	}
	for i, w := range g.widths {
		s := ""
		if i < len(t.Head) {
			s = clean(t.Head[i])
		}
		g.heads = append(g.heads, breakLines(l.shape(Text(s), cellHead), w-2*cellPadX))
	}
	l.gap(4)
	rowH := 2*cellPadY + 2*cell.leading
	l.need(caption.leading + 3 + g.headHeight() + rowH)
	if t.Caption != "" {
		l.para(g.elem.add("Caption"), Text(clean(t.Caption)), x, width, caption, nil)
		l.y += 3
	}
	if len(t.Head) > 0 {
		g.head(g.elem.add("TR"))
		if g.headHeight() < (bottomY-topY)/3 {
			outer := l.onBreak
			l.onBreak = func() { g.head(nil) }
			defer func() { l.onBreak = outer }()
		}
	}
	for _, r := range t.Rows {
		g.row(r)
	}
	l.gap(10)
}

func (g *grid) total() float64 {
	w := 0.0
	for _, c := range g.widths {
		w += c
	}
	return w
}

func (g *grid) headHeight() float64 {
	if len(g.t.Head) == 0 {
		return 0
	}
	n := 1
	for _, h := range g.heads {
		n = max(n, len(h))
	}
	return float64(n)*cellHead.leading + 2*cellPadY
}

// head sets the header row; with tr nil, as the repeated head of a later page.
func (g *grid) head(tr *elem) {
	l, h := g.l, g.headHeight()
	l.fill(g.x, l.y, g.total(), h, 0xee)
	l.rule(g.x, l.y, g.total(), 1, 0)
	l.rule(g.x, l.y+h, g.total(), 0.6, 0)
	x, top := g.x, l.y
	for i, lines := range g.heads {
		var th *elem
		if tr != nil {
			th = tr.add("TH")
			th.attr = "/A <</O /Table /Scope /Column>> "
		}
		l.y = top + cellPadY
		for _, ln := range lines {
			if tr != nil {
				l.line(th, ln, x+cellPadX, cellHead)
				continue
			}
			s := make([]rune, 0, len(ln.glyphs))
			for _, c := range ln.glyphs {
				s = append(s, c.r)
			}
			l.furn(x+cellPadX, l.baseline(cellHead), cellHead.regular, cellHead.size, 0, string(s))
			l.y += cellHead.leading
		}
		x += g.widths[i]
	}
	l.y = top + h
}

// row sets one row. It moves to the next page whole if it fits there, and is cut
// between lines if it is taller than a page.
func (g *grid) row(r [][]Run) {
	l := g.l
	tr := g.elem.add("TR")
	cells := make([][]line, len(g.widths))
	tds := make([]*elem, len(g.widths))
	tallest := 1
	for i := range g.widths {
		tds[i] = tr.add("TD")
		if i < len(r) {
			cells[i] = breakLines(l.shape(r[i], cell), g.widths[i]-2*cellPadX)
		}
		tallest = max(tallest, len(cells[i]))
	}
	pageful := bottomY - topY - g.headHeight()
	if h := float64(tallest)*cell.leading + 2*cellPadY; l.y+h > bottomY && h <= pageful {
		l.newPage()
	}
	for done := 0; done < tallest; {
		fit := int((bottomY - l.y - 2*cellPadY + 0.01) / cell.leading)
		if fit < min(2, tallest-done) {
			l.newPage()
			continue
		}
		n := min(fit, tallest-done)
		x, top := g.x, l.y
		for i, lines := range cells {
			l.y = top + cellPadY
			for k := done; k < done+n && k < len(lines); k++ {
				l.line(tds[i], lines[k], x+cellPadX, cell)
			}
			x += g.widths[i]
		}
		done += n
		l.y = top + float64(n)*cell.leading + 2*cellPadY
		l.rule(g.x, l.y, g.total(), 0.4, 0x80)
		if done < tallest {
			l.newPage()
		}
	}
}

// columns settles the widths: as asked for, but no column narrower than its
// longest word as long as others have room to give.
func (l *layout) columns(t *Table, width float64) []float64 {
	n := len(t.Head)
	for _, r := range t.Rows {
		n = max(n, len(r))
	}
	out, floor := make([]float64, n), make([]float64, n)
	sum := 0.0
	for i := range out {
		if out[i] = 1; len(t.Widths) == n && t.Widths[i] > 0 {
			out[i] = t.Widths[i]
		}
		sum += out[i]
		if i < len(t.Head) {
			floor[i] = longestWord(l.shape(Text(clean(t.Head[i])), cellHead))
		}
		for _, r := range t.Rows {
			if i < len(r) {
				floor[i] = max(floor[i], longestWord(l.shape(r[i], cell)))
			}
		}
		floor[i] = min(floor[i]+2*cellPadX+0.5, width/2)
	}
	lack, spare := 0.0, 0.0
	for i := range out {
		out[i] *= width / sum
		lack += max(0, floor[i]-out[i])
		spare += max(0, out[i]-floor[i])
	}
	give := 1.0
	if lack > spare {
		give = spare / lack
	}
	for i := range out {
		if d := floor[i] - out[i]; d > 0 {
			out[i] += d * give
		} else if spare > 0 {
			out[i] += d * lack * give / spare
		}
	}
	return out
}
