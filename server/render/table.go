package render

import (
	"fmt"
	"unicode/utf8"
)

const (
	cellPadX = 5.0
	cellPadY = 4.0
)

// grid is a table with its letters measured and its column widths settled.
type grid struct {
	l      *layout
	t      *Table
	x      float64
	widths []float64
	elem   *elem
	heads  [][]line    // of the header row, per column
	glyphs [][][]glyph // row, cell
	begun  bool        // a row stands below the head
}

// gridKey says which table was measured, and for which place.
type gridKey struct {
	t        *Table
	x, width float64
}

// grid measures a table once, though a heading above it asks for its first row before.
func (l *layout) grid(t *Table, x, width float64) *grid {
	key := gridKey{t, x, width}
	if g := l.grids[key]; g != nil {
		return g
	}
	g, where := &grid{l: l, t: t, x: x}, l.where
	for i, r := range t.Rows {
		l.where = where + ", " + fmt.Sprintf(l.w.row, i+1)
		cells := make([][]glyph, len(r))
		for k := range r {
			cells[k] = l.shape(r[k], cell)
		}
		g.glyphs = append(g.glyphs, cells)
	}
	l.where = where
	g.columns(width)
	for i, w := range g.widths {
		s := ""
		if i < len(t.Head) {
			s = clean(t.Head[i])
		}
		g.heads = append(g.heads, breakLines(l.shape(as(s, t.change), cellHead), w-2*cellPadX))
	}
	if l.grids == nil {
		l.grids = map[gridKey]*grid{}
	}
	l.grids[key] = g
	return g
}

// least is how high caption, head and first row are. A row that finds no room below
// them on any page is torn, and then two of its lines are enough.
func (g *grid) least() float64 {
	if len(g.widths) == 0 {
		return 0
	}
	h := 4 + g.headHeight()
	if g.t.Caption != "" {
		h += float64(len(g.captionLines()))*caption.leading + 3
	}
	if len(g.glyphs) > 0 {
		_, lines := g.lines(0)
		row := float64(lines)*cell.leading + 2*cellPadY
		if h+row > (bottomY-topY)*0.8 {
			row = float64(min(2, lines))*cell.leading + 2*cellPadY
		}
		h += row
	}
	return h
}

func (g *grid) captionLines() []line {
	return breakLines(g.l.shape(as(clean(g.t.Caption), g.t.change), caption), g.total())
}

// table sets a table that may run over any number of pages; its head stands on
// each of them, and is read aloud once.
func (l *layout) table(parent *elem, t *Table, x, width float64) {
	g := l.grid(t, x, width)
	if len(g.widths) == 0 {
		return
	}
	g.elem, g.begun = parent.add("Table"), false
	l.gap(4)
	l.need(g.least() - 4)
	if t.Caption != "" {
		l.lines(g.elem.add("Caption"), g.captionLines(), x, caption, nil)
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
	for i := range t.Rows {
		g.row(i)
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

// lines breaks one row's cells and says how many lines the tallest has.
func (g *grid) lines(row int) (cells [][]line, tallest int) {
	cells, tallest = make([][]line, len(g.widths)), 1
	for i := range g.widths {
		if i < len(g.glyphs[row]) {
			cells[i] = breakLines(g.glyphs[row][i], g.widths[i]-2*cellPadX)
		}
		tallest = max(tallest, len(cells[i]))
	}
	return cells, tallest
}

// row sets one row. It moves to the next page whole if it fits there, and is cut
// between lines if it is taller than a page, or if it would leave its head behind.
func (g *grid) row(row int) {
	l := g.l
	tr := g.elem.add("TR")
	cells, tallest := g.lines(row)
	tds := make([]*elem, len(cells))
	for i := range tds {
		tds[i] = tr.add("TD")
	}
	pageful := bottomY - topY - g.headHeight()
	if h := float64(tallest)*cell.leading + 2*cellPadY; l.y+h > bottomY && h <= pageful && g.begun {
		l.newPage()
	}
	g.begun = true
	for done := 0; done < tallest; {
		fit := int((bottomY - l.y - 2*cellPadY + 0.01) / cell.leading)
		if fit < min(2, tallest-done) {
			l.newPage()
			continue
		}
		n := min(fit, tallest-done)
		if tallest-done-n == 1 && n > 2 {
			n-- // no single line on the next page
		}
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

// weights are the shares of n columns: as asked for, or else by the longest text of each,
// so that a column of numbers leaves the room to one of sentences.
func (t *Table) weights(n int) []float64 {
	out := make([]float64, n)
	asked := len(t.Widths) == n
	for i := range out {
		if asked && t.Widths[i] > 0 {
			out[i] = t.Widths[i]
			continue
		}
		letters := 0
		if i < len(t.Head) {
			letters = utf8.RuneCountInString(t.Head[i])
		}
		for _, r := range t.Rows {
			if i >= len(r) {
				continue
			}
			k := 0
			for _, run := range r[i] {
				k += utf8.RuneCountInString(run.Text)
			}
			letters = max(letters, k)
		}
		if out[i] = 1; !asked {
			out[i] = float64(min(max(letters, 6), 40))
		}
	}
	return out
}

// columns settles the widths: as asked for, but no column narrower than its
// longest word as long as others have room to give.
func (g *grid) columns(width float64) {
	t := g.t
	n := len(t.Head)
	for _, r := range t.Rows {
		n = max(n, len(r))
	}
	out, floor := t.weights(n), make([]float64, n)
	sum := 0.0
	for i := range out {
		sum += out[i]
		if i < len(t.Head) {
			floor[i] = longestWord(g.l.shape(Text(clean(t.Head[i])), cellHead))
		}
		for _, r := range g.glyphs {
			if i < len(r) {
				floor[i] = max(floor[i], longestWord(r[i]))
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
	g.widths = out
}
