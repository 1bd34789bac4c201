package word

import (
	"errors"
	"io"
	"strings"
)

// Read takes a Word file apart. It refuses with the faults of this package; what it only
// does not understand becomes a Note.
func Read(r io.ReaderAt, size int64) (Document, error) {
	a, err := open(r, size)
	if err != nil {
		return Document{}, err
	}
	main := a.main
	if a.files[main] == nil {
		main = "word/document.xml"
	}
	links, err := a.links(main)
	if err != nil {
		return Document{}, err
	}
	rd := &reader{a: a, doc: &Document{}, comments: map[string]int{}, anchors: map[string]*strings.Builder{}, marks: map[string]int{}, running: map[string]string{}, hangs: map[string]int{}}
	parts := map[string]*node{} // by kind; headers and footers by kind and target
	for _, l := range links {
		switch {
		case l.outside && l.kind != "hyperlink":
			rd.doc.Notes = append(rd.doc.Notes, Note{Kind: External, Paragraph: -1, Text: l.target})
		case l.outside:
		case l.kind == "styles", l.kind == "numbering", l.kind == "comments", l.kind == "footnotes", l.kind == "endnotes", l.kind == "settings":
			if parts[l.kind], err = rd.optional(l.target); err != nil {
				return Document{}, err
			}
		case l.kind == "aFChunk":
			rd.doc.Notes = append(rd.doc.Notes, Note{Kind: Imported, Paragraph: -1, Text: l.target})
		}
	}
	rd.styles, rd.numbering = readStyles(parts["styles"]), readNumbering(parts["numbering"])
	rd.doc.Language = rd.styles.language
	rd.doc.Tracking, _ = parts["settings"].on("w:trackRevisions")
	if err := rd.readProperties(); err != nil {
		return Document{}, err
	}
	rd.readComments(parts["comments"])
	document, err := a.part(main)
	if err != nil {
		return Document{}, err
	}
	body := document.kid("w:body")
	if body == nil {
		return Document{}, ErrDamaged.Because(errors.New("the document has no body"))
	}
	rd.blocks(body, nil)
	rd.further(parts["footnotes"], "w:footnote", Footnote)
	rd.further(parts["endnotes"], "w:endnote", Endnote)
	for _, l := range links {
		if kind := (map[string]Part{"header": Header, "footer": Footer})[l.kind]; kind != "" && !l.outside {
			n, err := rd.optional(l.target)
			if err != nil {
				return Document{}, err
			}
			if n != nil {
				rd.part = kind
				rd.blocks(n, nil)
			}
		}
	}
	if rd.tooMany {
		return Document{}, ErrComplex
	}
	rd.finish()
	return *rd.doc, nil
}

// optional reads a part that the file may name and not have.
func (rd *reader) optional(name string) (*node, error) {
	n, err := rd.a.part(name)
	if errors.Is(err, errAbsent) {
		return nil, nil
	}
	return n, err
}

func (rd *reader) readComments(n *node) {
	if n == nil {
		return
	}
	for _, k := range n.kids {
		if k.name != "w:comment" {
			continue
		}
		var lines []string
		k.find("w:p", func(p *node) { lines = append(lines, p.words("w:t")) })
		rd.comments[k.get("id")] = len(rd.doc.Comments)
		rd.doc.Comments = append(rd.doc.Comments, Comment{Author: k.get("author"), Date: k.get("date"), Text: strings.Join(lines, "\n"), Paragraph: -1})
	}
}

// further reads the footnotes or endnotes, without Word's own separators.
func (rd *reader) further(n *node, name string, part Part) {
	if n == nil {
		return
	}
	rd.part = part
	for _, k := range n.kids {
		if k.name == name && (k.get("type") == "" || k.get("type") == "normal") {
			rd.hanging = rd.hangs[string(part)+k.get("id")]
			rd.blocks(k, nil)
		}
	}
	rd.hanging = 0
}

// finish closes what only the whole file tells.
func (rd *reader) finish() {
	for id, text := range rd.anchors {
		if at, ok := rd.comments[id]; ok {
			rd.doc.Comments[at].Anchor = strings.TrimSpace(text.String())
		}
	}
	rd.layouts()
	for i := range rd.doc.Paragraphs {
		rd.doc.Paragraphs[i].At = i
		rd.shift(i, rd.doc.Paragraphs[i].typed())
	}
}

// Accepted is the text as it reads when every tracked change is accepted. Paragraphs
// that become one are one; each keeps the place (At) it had.
func (d Document) Accepted() []Paragraph {
	return d.reading(func(inserted, deleted int) bool { return deleted == 0 })
}

// Rejected is the text as it reads when every tracked change is rejected.
func (d Document) Rejected() []Paragraph {
	return d.reading(func(inserted, deleted int) bool { return inserted == 0 })
}

func (d Document) reading(stands func(inserted, deleted int) bool) []Paragraph {
	out := make([]Paragraph, 0, len(d.Paragraphs))
	var open *Paragraph // its mark is gone: the next paragraph goes on in it
	for _, p := range d.Paragraphs {
		runs := make([]Run, 0, len(p.Runs))
		for _, r := range p.Runs {
			if stands(r.Inserted, r.Deleted) && !r.Hidden {
				runs = append(runs, r)
			}
		}
		had := len(p.Runs) > 0
		p.Runs = runs
		if open != nil && !open.Joins(p) { // nothing to go on in
			if len(open.Runs) > 0 {
				out = append(out, *open)
			}
			open = nil
		}
		if open != nil {
			p = open.join(p)
			open = nil
		}
		if !stands(p.Inserted, p.Deleted) {
			kept := p
			open = &kept
			continue
		}
		if had && len(p.Runs) == 0 && p.Number == "" && p.Typed == "" && len(p.Bookmarks) == 0 {
			continue
		}
		out = append(out, p)
	}
	if open != nil && len(open.Runs) > 0 {
		out = append(out, *open)
	}
	return out
}

// Joins tells whether a paragraph whose mark is gone goes on in the next one.
func (p Paragraph) Joins(next Paragraph) bool {
	return p.Part == next.Part && sameCell(p.Cell, next.Cell)
}

func sameCell(a, b *Cell) bool { return a == b || a != nil && b != nil && *a == *b }

// Text is the paragraph's text, every run of it.
func (p Paragraph) Text() string {
	var b strings.Builder
	for _, r := range p.Runs {
		b.WriteString(r.Text)
	}
	return b.String()
}

// Label is the paragraph's number, counted or typed.
func (p Paragraph) Label() string {
	if p.Number != "" && !p.Bullet {
		return p.Number
	}
	return p.Typed
}
