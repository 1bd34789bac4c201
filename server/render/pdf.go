package render

import (
	"bytes"
	"context"
	_ "embed"
	"fmt"
	"time"

	"codeberg.org/go-pdf/fpdf"
)

// PDFEngine makes a PDF of a document. An engine either returns a whole, readable
// file or an error; it never returns an empty file and never hands over to another.
type PDFEngine interface {
	PDF(ctx context.Context, d Document) ([]byte, error)
	Name() string // for the log and the file's producer entry
}

// NewPDF gives the engine that is used unless another is configured. Its files are
// tagged PDF/A-2a: the fonts are inside, the structure can be read aloud, and the
// same document gives the same bytes. It refuses with ErrLanguage, ErrNoTitle or a
// *GlyphError. It is safe for use by many goroutines.
func NewPDF() PDFEngine { return openEngine{} }

// openEngine sets the text itself and lets fpdf write it.
type openEngine struct{}

func (openEngine) Name() string { return "klausul" }

//go:embed icc/sRGB2014.icc
var colours []byte

func (openEngine) PDF(ctx context.Context, d Document) ([]byte, error) {
	l, err := set(&d)
	if err != nil {
		return nil, err
	}
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	raw, err := l.paint()
	if err != nil {
		return nil, fmt.Errorf("write pdf: %w", err)
	}
	return finish(raw, l)
}

// when is the document's time in the file. Without one it is the start of 1970,
// because fpdf would put the clock's time in its place.
func (d *Document) when() time.Time {
	if d.At.IsZero() {
		return time.Unix(0, 0).UTC()
	}
	return d.At.UTC().Truncate(time.Second)
}

// paint draws the set pages.
func (l *layout) paint() ([]byte, error) {
	p := fpdf.New("P", "pt", "A4", "")
	p.SetCatalogSort(true)
	p.SetCompression(false) // finish compresses the pages, all with one machinery
	p.SetCreationDate(l.doc.when())
	p.SetModificationDate(l.doc.when())
	p.SetTitle(l.doc.name(), true)
	p.SetProducer("Klausul", true)
	p.SetLang(l.w.lang)
	p.SetXmpMetadata(metadata(l))
	p.AddOutputIntent(fpdf.OutputIntentType{SubtypeIdent: fpdf.OutputIntent_GTS_PDFA1, OutputConditionIdentifier: "sRGB IEC61966-2.1", Info: "sRGB2014", ICCProfile: colours})
	for id, used := range l.usedFaces() {
		if f := l.faces[id]; used {
			p.AddUTF8FontFromBytes(f.family, f.style, f.file)
		}
	}
	p.SetMargins(0, 0, 0)
	p.SetAutoPageBreak(false, 0)
	for _, pg := range l.pages {
		p.AddPage()
		b := brush{p: p, faces: l.faces}
		b.page(pg, l)
		for i := range l.heads {
			if h := &l.heads[i]; h.page == pg {
				s := Section{Number: h.number, Heading: h.label, Annex: h.annex}
				p.Bookmark(s.label(), h.level, h.y-6)
			}
		}
	}
	var out bytes.Buffer
	err := p.Output(&out)
	return out.Bytes(), err
}

// usedFaces says which fonts have to go into the file.
func (l *layout) usedFaces() (used [faceCount]bool) {
	used[sansBold] = l.doc.Draft
	for _, p := range l.pages {
		for _, t := range p.texts {
			used[t.face] = true
		}
		for _, t := range p.furniture {
			used[t.face] = true
		}
	}
	return used
}

// brush paints one page. It tells fpdf of a font or a colour only when it changes.
type brush struct {
	p     *fpdf.Fpdf
	faces *[faceCount]*face
	face  faceID
	size  float64
	gray  int
}

func (b *brush) page(pg *page, l *layout) {
	b.gray = -1
	if l.doc.Draft {
		b.artifact("/Artifact <</Type /Pagination /Subtype /Header>> BDC\n", func() { b.band(l.w.draft) })
	}
	b.artifact("/Artifact <</Type /Layout>> BDC\n", func() {
		for _, s := range pg.shapes {
			b.shape(s)
		}
	})
	b.artifact("/Artifact <</Type /Pagination /Subtype /Header>> BDC\n", func() {
		for _, t := range pg.furniture {
			b.text(t)
		}
	})
	last := -1
	for _, t := range pg.texts {
		if t.mcid != last {
			if last >= 0 {
				b.p.RawWriteStr("EMC\n")
			}
			last = t.mcid
			b.p.RawWriteStr(fmt.Sprintf("/%s <</MCID %d>> BDC\n", pg.owners[last].kind, last))
		}
		b.text(t)
	}
	if last >= 0 {
		b.p.RawWriteStr("EMC\n")
	}
}

func (b *brush) artifact(open string, draw func()) {
	b.p.RawWriteStr(open)
	draw()
	b.p.RawWriteStr("EMC\n")
}

func (b *brush) text(t text) {
	if b.size != t.size || b.face != t.face {
		b.face, b.size = t.face, t.size
		b.p.SetFont(b.faces[t.face].family, b.faces[t.face].style, t.size)
	}
	if b.gray != int(t.gray) {
		b.gray = int(t.gray)
		b.p.SetTextColor(b.gray, b.gray, b.gray)
	}
	b.p.Text(t.x, t.base, t.s)
}

func (b *brush) shape(s shape) {
	g := int(s.gray)
	if s.line == 0 {
		b.p.SetFillColor(g, g, g)
		b.p.Rect(s.x, s.y, s.w, s.h, "F")
		return
	}
	b.p.SetDrawColor(g, g, g)
	b.p.SetLineWidth(s.line)
	switch {
	case s.dashed:
		b.p.SetDashPattern([]float64{0.6, 2.6}, 0)
		b.p.Line(s.x, s.y, s.x+s.w, s.y)
		b.p.SetDashPattern(nil, 0)
	case s.h == 0 || s.w == 0:
		b.p.Line(s.x, s.y, s.x+s.w, s.y+s.h)
	default:
		b.p.Rect(s.x, s.y, s.w, s.h, "D")
	}
}

// band draws the stripes of a draft across the top of the page.
func (b *brush) band(word string) {
	const y, h, stripe = 16.0, 13.0, 9.0
	p := b.p
	p.SetFillColor(0x20, 0x20, 0x20)
	p.ClipRect(0, y, pageW, h, false)
	for x := -h; x < pageW; x += 2 * stripe {
		p.Polygon([]fpdf.PointType{{X: x, Y: y + h}, {X: x + h, Y: y}, {X: x + h + stripe, Y: y}, {X: x + stripe, Y: y + h}}, "F")
	}
	p.ClipEnd()
	w := b.faces[sansBold].measure(word, 10)
	p.SetFillColor(255, 255, 255)
	p.Rect(pageW/2-w/2-14, y-1, w+28, h+2, "F")
	b.text(text{x: pageW/2 - w/2, base: y + 10, face: sansBold, size: 10, s: word})
}
