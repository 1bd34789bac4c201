package word

import "strings"

// readProperties reads what the file says of itself: the properties that somebody gave it,
// and who saved it last.
func (rd *reader) readProperties() error {
	custom, err := rd.optional(rd.a.about.custom)
	if err != nil {
		return err
	}
	if custom != nil {
		for _, k := range custom.kids {
			if name := k.get("name"); name != "" && len(k.kids) == 1 {
				if rd.doc.Properties == nil {
					rd.doc.Properties = map[string]string{}
				}
				rd.doc.Properties[name] = strings.TrimSpace(k.kids[0].text)
			}
		}
	}
	core, err := rd.optional(rd.a.about.core)
	if err == nil {
		rd.doc.Editor = strings.TrimSpace(core.kid("lastModifiedBy").said())
	}
	return err
}

// point is where the reader stands.
func (rd *reader) point() Point {
	n := rd.more.Len()
	for _, r := range rd.line {
		n += len(r.Text)
	}
	return Point{len(rd.doc.Paragraphs), n}
}

// mark begins a bookmark. Those of Word's own are nobody's. One that is begun again before
// it ends is one: LibreOffice writes it so where a paragraph was split.
func (rd *reader) mark(k *node) {
	name := k.get("name")
	if name == "" || strings.HasPrefix(name, "_") {
		return
	}
	if id, open := rd.running[name]; open {
		rd.marks[k.get("id")], rd.running[name] = rd.marks[id], k.get("id")
		return
	}
	rd.running[name] = k.get("id")
	rd.bookmarks = append(rd.bookmarks, name)
	rd.marks[k.get("id")] = len(rd.doc.Bookmarks)
	at := rd.point()
	rd.doc.Bookmarks = append(rd.doc.Bookmarks, Bookmark{Name: name, From: at, To: at})
}

// unmark ends a bookmark.
func (rd *reader) unmark(k *node) {
	at, open := rd.marks[k.get("id")]
	if !open {
		return
	}
	b := &rd.doc.Bookmarks[at]
	b.To = rd.point()
	delete(rd.marks, k.get("id"))
	delete(rd.running, b.Name)
}

// shift moves the bookmarks of a paragraph whose text lost n bytes at its front.
func (rd *reader) shift(paragraph, n int) {
	if n == 0 {
		return
	}
	for i := range rd.doc.Bookmarks {
		for _, p := range []*Point{&rd.doc.Bookmarks[i].From, &rd.doc.Bookmarks[i].To} {
			if p.Paragraph == paragraph {
				p.Offset = max(0, p.Offset-n)
			}
		}
	}
}
