package word

// Settled is the document with one author's tracked changes taken as agreed: what the author
// inserted is plain text, what the author deleted or moved away is gone with its paragraphs
// and rows, and the author's comments are gone. What others did stays as they did it, also
// inside the author's: text of the author's that another deleted is that other's deletion.
// Accepted reads the same words before and after, and settling again changes nothing.
// A comment of another on words that are gone hangs on nothing any more.
func (d Document) Settled(author string) Document {
	s := settling{d: &d, own: make([]bool, len(d.Revisions)+1)}
	any := false
	for i, r := range d.Revisions {
		s.own[i+1] = r.Author == author
		any = any || s.own[i+1]
	}
	comments := map[int]int{} // the new positions by the old
	var kept []Comment
	for i, c := range d.Comments {
		if c.Author != author {
			comments[i] = len(kept)
			kept = append(kept, c)
		}
	}
	if !any && len(kept) == len(d.Comments) {
		return d
	}
	s.measure()
	marks := s.bookmarks()
	s.paragraphs(comments, marks)
	for i := range kept {
		if at := kept[i].Paragraph; at >= 0 && at < len(s.gone) {
			if kept[i].Paragraph = s.at(at); s.gone[at] {
				kept[i].Paragraph = -1
			}
		}
	}
	rows := s.rows()
	out := d
	out.Comments, out.Bookmarks, out.Paragraphs = kept, marks, s.out
	out.Revisions = s.revisions()
	out.Tables = rows.tables(d.Tables)
	out.Notes = nil
	for _, n := range d.Notes {
		n.Paragraph = s.at(n.Paragraph)
		out.Notes = append(out.Notes, n)
	}
	for i := range out.Paragraphs {
		p := &out.Paragraphs[i]
		p.At, p.Cell = i, rows.cell(p.Cell)
		if p.Hangs > 0 {
			p.Hangs = s.at(p.Hangs-1) + 1
		}
	}
	for i := range out.Bookmarks {
		b := &out.Bookmarks[i]
		b.From, b.To = s.point(b.From), s.point(b.To)
	}
	return out
}

// settling is a document on its way to the settled one.
type settling struct {
	d    *Document
	own  []bool // of revisions, from 1: by the author
	held []int  // bytes of text before each paragraph, and at the end
	left []int  // the same of the text that stays
	out  []Paragraph
	to   []Point // where each paragraph begins now
	gone []bool  // paragraphs that left nothing
}

// stays tells whether text or a paragraph mark with these marks is there afterwards.
func (s *settling) stays(deleted int) bool { return !s.own[deleted] }

// left0 is how many of the first n bytes of a paragraph stay.
func (s *settling) left0(paragraph, n int) int {
	if paragraph >= len(s.d.Paragraphs) {
		return 0
	}
	k := 0
	for _, r := range s.d.Paragraphs[paragraph].Runs {
		if s.stays(r.Deleted) {
			k += min(n, len(r.Text))
		}
		if n -= len(r.Text); n <= 0 {
			break
		}
	}
	return k
}

func (s *settling) measure() {
	held, left := 0, 0
	for i, p := range s.d.Paragraphs {
		s.held, s.left = append(s.held, held), append(s.left, left)
		n := 0
		for _, r := range p.Runs {
			n += len(r.Text)
		}
		held += n
		left += s.left0(i, n)
	}
	s.held, s.left = append(s.held, held), append(s.left, left)
}

// bookmarks are those that stay: not one around nothing but text that goes.
func (s *settling) bookmarks() []Bookmark {
	var out []Bookmark
	for _, b := range s.d.Bookmarks {
		from, to := min(b.From.Paragraph, len(s.d.Paragraphs)), min(b.To.Paragraph, len(s.d.Paragraphs))
		held := s.held[to] + b.To.Offset - s.held[from] - b.From.Offset
		left := s.left[to] + s.left0(to, b.To.Offset) - s.left[from] - s.left0(from, b.From.Offset)
		if held <= 0 || left > 0 {
			out = append(out, b)
		}
	}
	return out
}

func (s *settling) paragraphs(comments map[int]int, marks []Bookmark) {
	type begun struct {
		paragraph int
		name      string
	}
	begin := map[begun]bool{}
	for _, b := range marks {
		begin[begun{b.From.Paragraph, b.Name}] = true
	}
	were := map[begun]bool{} // a layout table may have moved names elsewhere: those stay
	for _, b := range s.d.Bookmarks {
		were[begun{b.From.Paragraph, b.Name}] = true
	}
	s.to, s.gone = make([]Point, len(s.d.Paragraphs)), make([]bool, len(s.d.Paragraphs))
	var open *Paragraph // its mark is gone: the next paragraph goes on in it
	length := 0         // of its text
	// shut ends it where nothing goes on in it. Nothing is left of an empty one, unless it
	// holds apart what another's deletion would join.
	shut := func(next *Paragraph) {
		last := len(s.out) - 1
		apart := next != nil && last >= 0 && s.out[last].Deleted > 0 && s.out[last].Joins(*next)
		if open != nil && (len(open.Runs) > 0 || apart) {
			s.out = append(s.out, *open)
		}
		open = nil
	}
	for i, p := range s.d.Paragraphs {
		p.Runs = s.runs(p.Runs)
		var names []string
		for _, n := range p.Bookmarks {
			if at := (begun{i, n}); begin[at] || !were[at] {
				names = append(names, n)
			}
		}
		p.Bookmarks = names
		var said []int
		for _, c := range p.Comments {
			if at, stays := comments[c]; stays {
				said = append(said, at)
			}
		}
		p.Comments = said
		if s.own[p.Inserted] {
			p.Inserted = 0
		}
		if open != nil && !open.Joins(p) {
			shut(&p)
		}
		stands := s.stays(p.Deleted)
		s.gone[i] = len(p.Runs) == 0 && !stands
		s.to[i] = Point{Paragraph: len(s.out)}
		if open != nil {
			s.to[i].Offset = length
			p = open.join(p)
			open = nil
		} else {
			length = 0
		}
		length += s.left[i+1] - s.left[i]
		if !stands {
			p.Deleted = 0
			kept := p
			open = &kept
			continue
		}
		s.out = append(s.out, p)
	}
	shut(nil)
}

// runs are those that stay, as they are then.
func (s *settling) runs(runs []Run) []Run {
	var out []Run
	for _, r := range runs {
		if !s.stays(r.Deleted) {
			continue
		}
		if s.own[r.Inserted] {
			r.Inserted = 0
		}
		out = append(out, r)
	}
	return joined(out)
}

// joined makes one run of neighbours that differ in nothing but their text.
func joined(runs []Run) []Run {
	var out []Run
	for i := 0; i < len(runs); {
		to := i + 1
		like := runs[i]
		for ; to < len(runs); to++ {
			if like.Text = runs[to].Text; like != runs[to] {
				break
			}
		}
		r := runs[i]
		if to > i+1 {
			r.Text = Paragraph{Runs: runs[i:to]}.Text()
		}
		out = append(out, r)
		i = to
	}
	return out
}

// at is where a paragraph is now; one that is gone is where the next one is.
func (s *settling) at(paragraph int) int {
	switch {
	case paragraph < 0:
		return paragraph
	case paragraph >= len(s.to):
		return paragraph - len(s.to) + len(s.out)
	}
	return s.to[paragraph].Paragraph
}

func (s *settling) point(p Point) Point {
	out := Point{s.at(p.Paragraph), s.left0(p.Paragraph, p.Offset)}
	if p.Paragraph < len(s.to) {
		out.Offset += s.to[p.Paragraph].Offset
	}
	return out
}

// revisions are the others', without those of which nothing is left, and gives the marks
// of what is left their new places.
func (s *settling) revisions() []Revision {
	before, after, text := make([]int, len(s.own)), make([]int, len(s.own)), make([]int, len(s.own))
	count := func(ps []Paragraph, into []int, bytes int) {
		for _, p := range ps {
			into[p.Inserted]++
			into[p.Deleted]++
			for _, r := range p.Runs {
				for _, m := range []int{r.Inserted, r.Deleted} {
					into[m]++
					text[m] += bytes * len(r.Text)
				}
			}
		}
	}
	count(s.d.Paragraphs, before, 1)
	count(s.out, after, -1)
	text[0] = 0 // of no revision
	to := make([]int, len(s.own))
	var out []Revision
	for i, r := range s.d.Revisions {
		if s.own[i+1] || before[i+1] > 0 && after[i+1] == 0 {
			continue
		}
		if text[i+1] > 0 { // some of it is gone
			r.Text = ""
		}
		r.Paragraph = s.at(r.Paragraph)
		out = append(out, r)
		to[i+1] = len(out)
	}
	for i := range s.out {
		p := &s.out[i]
		p.Inserted, p.Deleted = to[p.Inserted], to[p.Deleted]
		for k := range p.Runs {
			r := &p.Runs[k]
			for _, m := range []int{r.Inserted, r.Deleted} {
				if text[m] > 0 && len(out[to[m]-1].Text) < maxRevised {
					out[to[m]-1].Text += r.Text
				}
			}
			r.Inserted, r.Deleted = to[r.Inserted], to[r.Deleted]
		}
	}
	return out
}

// rowsGone are the rows that went, by table.
type rowsGone map[int][]int

func (s *settling) rows() rowsGone {
	gone := map[[2]int]bool{}
	for i, r := range s.d.Revisions {
		if s.own[i+1] && r.Change == RowDeleted && r.Paragraph < len(s.d.Paragraphs) {
			if c := s.d.Paragraphs[r.Paragraph].Cell; c != nil {
				gone[[2]int{c.Table, c.Row}] = true
			}
		}
	}
	for _, p := range s.out {
		if p.Cell != nil { // something of it is left
			delete(gone, [2]int{p.Cell.Table, p.Cell.Row})
		}
	}
	out := rowsGone{}
	for at := range gone {
		out[at[0]] = append(out[at[0]], at[1])
	}
	return out
}

// above is how many rows of a table went above one.
func (g rowsGone) above(table, row int) (n int) {
	for _, r := range g[table] {
		if r < row {
			n++
		}
	}
	return n
}

func (g rowsGone) cell(c *Cell) *Cell {
	if c == nil || g.above(c.Table, c.Row) == 0 {
		return c
	}
	moved := *c
	moved.Row -= g.above(c.Table, c.Row)
	return &moved
}

func (g rowsGone) tables(tables []Table) []Table {
	var out []Table
	for i, t := range tables {
		t.Heads -= g.above(i, t.Heads)
		t.Rows -= len(g[i])
		t.Inside = g.cell(t.Inside)
		out = append(out, t)
	}
	return out
}

// join is a paragraph whose mark is gone with the one that goes on in it: what is left of
// it stands before the next, and it keeps its place.
func (p Paragraph) join(next Paragraph) Paragraph {
	if len(p.Runs) > 0 {
		next.Runs = append(p.Runs, next.Runs...)
		next.At, next.Number, next.Typed, next.Style, next.Level = p.At, p.Number, p.Typed, p.Style, p.Level
	}
	next.Bookmarks = append(p.Bookmarks, next.Bookmarks...)
	next.Comments = append(p.Comments, next.Comments...)
	return next
}

// Authors are those of the tracked changes and of the comments, each once, in the order of
// the file.
func (d Document) Authors() []string {
	var out []string
	met := map[string]bool{}
	add := func(name string) {
		if !met[name] {
			met[name] = true
			out = append(out, name)
		}
	}
	for _, r := range d.Revisions {
		add(r.Author)
	}
	for _, c := range d.Comments {
		add(c.Author)
	}
	return out
}
