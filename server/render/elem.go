package render

// elem is one node of the structure that a screen reader walks: Document, H1, P,
// L, Table and so on, by the names of the PDF standard.
type elem struct {
	kind string
	attr string // further dictionary entries, such as the scope of a table heading
	kids []any  // *elem, marked or *link, in reading order
	up   *elem
	num  int // object number, given when the file is written

	change Change // of a span
	said   string // its text
}

// say adds to the text of a change.
func (e *elem) say(s string) {
	if e.change > 0 {
		e.said += s
	}
}

// marked is a stretch of page content that belongs to an element.
type marked struct {
	page *page
	id   int // MCID, counted per page
}

func (e *elem) add(kind string) *elem {
	k := &elem{kind: kind, up: e}
	e.kids = append(e.kids, k)
	return k
}

// text is one piece of a line in one font. Its element is nil in page furniture.
type text struct {
	x, base float64 // points from the left and top edge; base is the baseline
	face    faceID
	size    float64
	gray    uint8
	s       string
	mcid    int
}

// shape is a rectangle or a rule. It carries no meaning: what it marks is also said in words.
type shape struct {
	x, y, w, h float64 // h 0 and w 0 make rules
	line       float64 // width of the pen; 0 fills
	gray       uint8
	dashed     bool
}

// link is a place on a page that leads to another one.
type link struct {
	page       *page // where it stands
	x, y, w, h float64
	to         *page
	toY        float64
	label      string
	owner      *elem
	num        int
}

// page is a set page before it is painted.
type page struct {
	shapes    []shape
	texts     []text
	furniture []text  // header and footer: artifacts, not read aloud
	owners    []*elem // by MCID
	links     []*link
	last      *elem // owner of the newest text
	number    int   // from 1, known when all pages are
	num       int   // object number
}

// put adds a piece of text that belongs to e.
func (p *page) put(e *elem, t text) {
	if p.last != e {
		e.kids = append(e.kids, marked{p, len(p.owners)})
		p.owners = append(p.owners, e)
		p.last = e
	}
	e.say(t.s)
	t.mcid = len(p.owners) - 1
	p.texts = append(p.texts, t)
}
