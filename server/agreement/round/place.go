package round

import (
	"regexp"
	"slices"
	"strings"

	"klausul/server/clause"
	"klausul/server/word"
)

// file is a returned file in the making of its report.
type file struct {
	sent     Sent
	doc      word.Document
	next     [2][]int       // by paragraph: the first from there on with text
	seen     map[int]bool   // units whose bookmark is in the file
	doubled  map[int]bool   // and stands twice around text
	anchored [2]map[int]int // paragraphs by unit, by the reading in which the bookmark stands around text
	pieces   []piece
	units    []unit        // those that were sent, then those that are new
	follows  map[int]int   // of a new unit: what it stands behind
	used     []map[int]int // by unit: how often each line was met
	at       map[int]int   // the first piece of each paragraph
	ends     map[end]int   // of moves: their revisions
	rows     map[row]int   // rows that came or went: 1 + the revision
}

// newcomer tells whether a unit was not sent.
func (f *file) newcomer(u int) bool { return u >= len(f.sent.units) }

// place gives every piece a unit.
func (f *file) place() {
	f.nextText()
	anchors := f.anchors()
	for i := range f.doc.Paragraphs {
		f.at[i] = len(f.pieces)
		f.pieces = append(f.pieces, f.cut(&f.doc.Paragraphs[i], anchors[i])...)
	}
	f.units = slices.Clone(f.sent.units)
	f.used = make([]map[int]int, len(f.units))
	p := placer{file: f}
	for i := range f.pieces {
		p.one(i)
	}
	f.renumbered()
}

func (f *file) nextText() {
	n := len(f.doc.Paragraphs)
	for _, s := range []side{rejected, accepted} {
		f.next[s] = make([]int, n+1)
		f.next[s][n] = n
		for i := n - 1; i >= 0; i-- {
			f.next[s][i] = f.next[s][i+1]
			if f.textIn(i, 0, -1, s) {
				f.next[s][i] = i
			}
		}
	}
}

// placer walks through the file; what has no mark of its own belongs to what runs.
type placer struct {
	*file
	cur  int // the unit that runs
	home int // the last one that was sent
}

func (p *placer) one(i int) {
	piece := &p.pieces[i]
	switch {
	case piece.paragraph.Part == word.Header || piece.paragraph.Part == word.Footer:
		p.aside(piece, Part(piece.paragraph.Part))
		return
	case piece.paragraph.Part == word.Footnote || piece.paragraph.Part == word.Endnote:
		if hangs := piece.paragraph.Hangs; hangs > 0 {
			piece.unit, piece.placed = p.pieces[p.at[hangs-1]].unit, ByPlace
		} else {
			p.aside(piece, Unplaced)
		}
		return
	case piece.paragraph.Part == word.TextBox:
		piece.unit, piece.placed = p.cur, ByPlace
		return
	case piece.paragraph.Contents || piece.paragraph.Style == contentsHeading:
		p.aside(piece, Contents)
		return
	case p.home == 0 && strings.HasPrefix(piece.paragraph.Style, coverPrefix): // a numbered point of a letter is no clause
		piece.unit, piece.placed = 0, ByPlace
		return
	}
	if i > 0 && p.pieces[i-1].continues(piece) && (len(piece.anchors) == 0 || p.anchor(piece, rejected) == p.pieces[i-1].unit) {
		piece.unit, piece.placed, piece.split = p.pieces[i-1].unit, p.pieces[i-1].placed, true
		return
	}
	text, s := piece.evidence()
	if i+1 < len(p.pieces) && len(piece.anchors) == 0 && piece.continues(&p.pieces[i+1]) {
		if u := p.anchor(&p.pieces[i+1], rejected); u >= 0 { // split, and the bookmark stayed with the second part
			p.open(piece, u, ByBookmark)
			return
		}
	}
	if u := p.anchor(piece, s); u >= 0 {
		p.open(piece, u, ByBookmark)
		p.use(u, text)
		return
	}
	if blank(text) {
		for _, a := range piece.anchors { // its text is gone, and a picture may stand there
			if p.missing(a.unit, rejected) && p.missing(a.unit, accepted) {
				p.open(piece, a.unit, ByBookmark)
				return
			}
		}
		piece.unit, piece.placed = p.cur, ByPlace
		return
	}
	p.byText(piece, text, s)
}

// continues tells whether the next piece was one paragraph with this one before somebody
// put a tracked break between them.
func (p *piece) continues(next *piece) bool {
	return p.last && p.goesOn(next, rejected) && p.has(rejected) && next.has(rejected)
}

func (p *placer) open(piece *piece, u int, how Placing) {
	piece.unit, piece.placed = u, how
	p.cur = u
	if !p.newcomer(u) {
		p.home = u
	}
}

// aside places a piece outside the text, and leaves what runs alone.
func (p *placer) aside(piece *piece, part Part) {
	for u := range p.units {
		if p.units[u].part == part {
			piece.unit, piece.placed = u, ByPlace
			return
		}
	}
	piece.unit, piece.placed = p.fresh(unit{part: part}), ByPlace
}

func (p *placer) fresh(u unit) int {
	p.units = append(p.units, u)
	p.follows[len(p.units)-1] = p.home
	return len(p.units) - 1
}

// anchor is the unit whose bookmark begins here around the text, or -1. One that lost its
// text says something only when nothing else does and the wording or the number agrees.
func (p *placer) anchor(piece *piece, s side) int {
	for _, a := range piece.anchors {
		if a.live[s] || a.live[1-s] && p.missing(a.unit, s) {
			return a.unit
		}
	}
	text, _ := piece.evidence()
	if blank(text) {
		return -1
	}
	for _, a := range piece.anchors {
		if u := p.units[a.unit]; p.missing(a.unit, s) && (u.number != "" && u.number == piece.paragraph.Label() || within(printOf(text), u.whole) >= 0.3) {
			return a.unit
		}
	}
	return -1
}

// missing tells whether a unit's bookmark stands around no text in a reading.
func (p *placer) missing(u int, s side) bool {
	_, found := p.anchored[s][u]
	return !found
}

// use notes that a line of a unit was met.
func (p *placer) use(u int, text string) {
	if p.newcomer(u) {
		return
	}
	if i := slices.Index(p.units[u].normal, clause.Normal(text)); i >= 0 {
		p.met(line{u, i})
	}
}

func (p *placer) met(l line) {
	if p.used[l.unit] == nil {
		p.used[l.unit] = map[int]int{}
	}
	p.used[l.unit][l.at]++
}

func (p *placer) free(l line) bool { return p.used[l.unit][l.at] == 0 }

// byText places a piece that no bookmark tells of: where its very words stood, where its
// number stood, where words like its own stood, and else where it stands.
func (p *placer) byText(piece *piece, text string, s side) {
	stay := func(u int) {
		p.cur = u
		piece.unit, piece.placed = u, ByPlace
	}
	same := p.sent.exact[clause.Normal(text)]
	for _, u := range []int{p.cur, p.home} {
		for _, l := range same {
			if l.unit == u && p.free(l) {
				p.met(l)
				stay(u)
				return
			}
		}
	}
	words := printOf(text)
	for _, l := range same {
		if p.mayBegin(l.unit, s) && p.free(l) && (l.at == 0 || len(words) >= 3) {
			p.met(l)
			p.open(piece, l.unit, ByWording)
			return
		}
	}
	if u := p.numbered(piece, words, s); u >= 0 {
		p.open(piece, u, ByNumber)
		return
	}
	for _, u := range []int{p.cur, p.home} {
		if p.nearLine(u, words) {
			stay(u)
			return
		}
	}
	switch u, sure := p.nearest(words, s); {
	case u >= 0 && sure:
		p.open(piece, u, ByWording)
	case u >= 0:
		piece.unit, piece.placed = p.fresh(unit{part: Unplaced}), ByPlace
	case p.begins(piece):
		fresh := unit{part: Clause, number: piece.paragraph.Label()}
		if piece.paragraph.Level == 1 {
			fresh.part, fresh.heading = Section, text
		}
		p.open(piece, p.fresh(fresh), ByPlace)
	default:
		stay(p.cur)
	}
}

// mayBegin tells whether a unit may begin without its bookmark.
func (p *placer) mayBegin(u int, s side) bool {
	switch p.units[u].part {
	case Clause, Section:
		return p.missing(u, s)
	}
	return p.units[u].part == Back
}

// numbered is the unit without bookmark that had the piece's number and some of its words.
func (p *placer) numbered(piece *piece, words print, s side) int {
	label := strings.TrimRight(piece.paragraph.Label(), ".")
	if label == "" || piece.paragraph.Bullet {
		return -1
	}
	for u := range p.sent.units {
		if strings.TrimRight(p.units[u].number, ".") == label && p.mayBegin(u, s) && within(words, p.units[u].whole) >= 0.2 {
			return u
		}
	}
	return -1
}

// nearLine tells whether a line of the unit, not met yet, reads much like these words, or
// holds most of them: a line that was edited, or a part of one that was split.
func (p *placer) nearLine(u int, words print) bool {
	if p.newcomer(u) || len(words) == 0 {
		return false
	}
	for i, like := range p.units[u].prints {
		if l := (line{u, i}); p.free(l) && near(words, like) >= 0.5 {
			p.met(l)
			return true
		}
	}
	return len(words) >= 3 && within(words, p.units[u].whole) >= 0.7
}

// nearest is the unit without bookmark with the line most like these words, or -1. It is
// not sure when another one is as near.
func (p *placer) nearest(words print, s side) (unit int, sure bool) {
	counts := map[line]int{}
	for _, pair := range words {
		for _, l := range p.sent.index[pair] {
			if p.mayBegin(l.unit, s) {
				counts[l]++
			}
		}
	}
	best, second := 0.0, 0.0
	unit = -1
	for l, n := range counts {
		like := 2 * float64(n) / float64(len(words)+len(p.units[l.unit].prints[l.at]))
		switch {
		case like < 0.6:
		case like > best || like == best && l.unit < unit:
			if l.unit != unit {
				second = best
			}
			best, unit = like, l.unit
		case l.unit != unit:
			second = max(second, like)
		}
	}
	return unit, best-second > 0.05
}

// clauseNumber is a number that a clause or a section has, rather than an entry of a list.
var clauseNumber = regexp.MustCompile(`^(?i:§\s*|bilag\s|annex\s|appendix\s)?(?:\d{1,3}(?:\.\d{1,3})*|[A-ZÆØÅ](?:\.\d{1,3})*)\.?$`)

// begins tells whether a piece looks like the beginning of a clause.
func (p *placer) begins(piece *piece) bool {
	at := piece.paragraph
	if at.Cell != nil || at.Bullet {
		return false
	}
	return at.Level > 0 || clauseNumber.MatchString(at.Label()) || at.Label() == "" && at.Style != "Body Text" && p.sent.styles[at.Style]
}

// renumbered takes a new clause that stands where one is gone without a trace, with its
// number, for that clause in other words.
func (f *file) renumbered() {
	text := make([]bool, len(f.units))
	for _, p := range f.pieces {
		text[p.unit] = text[p.unit] || p.has(rejected) || p.has(accepted)
	}
	for u := len(f.sent.units); u < len(f.units); u++ {
		number := strings.TrimRight(f.units[u].number, ".")
		for old := range f.sent.units {
			if number == "" || text[old] || strings.TrimRight(f.sent.units[old].number, ".") != number {
				continue
			}
			for i := range f.pieces {
				if f.pieces[i].unit == u {
					f.pieces[i].unit, f.pieces[i].placed = old, ByNumber
				}
			}
			text[old], text[u] = true, false
			break
		}
	}
}
