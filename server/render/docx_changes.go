package render

import (
	"fmt"
	"slices"
	"strings"
	"time"
)

// anonymous tells whether a change or a comment has no author.
func (d *Document) anonymous() bool {
	return clean(d.Hand.Author) == "" && d.changed() || slices.ContainsFunc(d.Comments, func(c Comment) bool { return clean(c.Author) == "" })
}

var elements = map[Change]string{Inserted: "w:ins", Deleted: "w:del"}

// open begins a tracked change; each has a number of its own.
func (x *docx) open(c Change) string {
	if c == 0 {
		return ""
	}
	x.lastID++
	return fmt.Sprintf(`<%s w:id="%d"%s>`, elements[c], x.lastID, signed(x.d.Hand.Author, x.d.Hand.At))
}

func (c Change) close() string {
	if c == 0 {
		return ""
	}
	return `</` + elements[c] + `>`
}

// tracked is a change of a paragraph mark or of a row.
func (x *docx) tracked(c Change) string { return x.open(c) + c.close() }

// signed is who did something when, as attributes.
func signed(author string, at time.Time) string {
	s := ` w:author="` + esc(clean(author)) + `"`
	if !at.IsZero() {
		s += ` w:date="` + at.UTC().Format("2006-01-02T15:04:05Z") + `"`
	}
	return s
}

// para is a paragraph whose mark may come or go.
func (x *docx) para(style, props string, c Change, runs string) {
	if c > 0 {
		props += `<w:rPr>` + x.tracked(c) + `</w:rPr>`
	}
	x.add(para(style, props, runs))
}

// remarks are the places of the comments, by the id that each stands at. Those of what is
// not in the document stand at the title.
func (d *Document) remarks() map[string][]int {
	places := map[string]bool{}
	var of func(blocks []Block)
	of = func(blocks []Block) {
		for i := range blocks {
			b := &blocks[i]
			places[b.ID] = places[b.ID] || b.Kind != List && (len(b.Runs) > 0 || b.Kind == Clause || b.Table != nil)
			of(b.Items)
		}
	}
	for i := range d.Sections {
		places[d.Sections[i].Key] = true
		of(d.Sections[i].Blocks)
	}
	out := map[string][]int{}
	for i, c := range d.Comments {
		if !places[c.Clause] {
			c.Clause = ""
		}
		out[c.Clause] = append(out[c.Clause], i)
	}
	return out
}

// anchored puts around runs what hangs on an id: its bookmark, unless the runs go, and its
// comments. Of a clause that goes here and stands elsewhere the comments are there.
func (x *docx) anchored(id, bookmark string, c Change, runs string) string {
	switch {
	case id == "":
		return runs
	case c != Deleted:
		runs = x.marked(bookmark, runs)
	case x.stands(id):
		return runs
	}
	return x.commented(id, runs)
}

// stands tells whether a clause or section that goes somewhere stands in another place.
func (x *docx) stands(id string) bool {
	var in func(blocks []Block) bool
	in = func(blocks []Block) bool {
		return slices.ContainsFunc(blocks, func(b Block) bool { return b.ID == id && b.Change != Deleted || in(b.Items) })
	}
	return slices.ContainsFunc(x.d.Sections, func(s Section) bool { return s.Key == id && s.Change != Deleted || in(s.Blocks) })
}

// commented sets the comments of an id around runs, once.
func (x *docx) commented(id, runs string) string {
	before, after := "", ""
	for _, i := range x.remarks[id] {
		before += fmt.Sprintf(`<w:commentRangeStart w:id="%d"/>`, i)
		after += fmt.Sprintf(`<w:commentRangeEnd w:id="%d"/><w:r><w:commentReference w:id="%d"/></w:r>`, i, i)
	}
	delete(x.remarks, id)
	return before + runs + after
}

// comments is the part that holds what the comments say.
func (x *docx) comments() string {
	var b strings.Builder
	b.WriteString(`<w:comments ` + wordNS + `>`)
	for i, c := range x.d.Comments {
		author := clean(c.Author)
		initials := ""
		for name := range strings.FieldsSeq(author) {
			initials += string([]rune(name)[:1])
		}
		fmt.Fprintf(&b, `<w:comment w:id="%d"%s w:initials="%s">`, i, signed(author, c.At), esc(initials))
		for line := range strings.SplitSeq(Clean(c.Text), "\n") {
			b.WriteString(`<w:p>` + plainRun(line) + `</w:p>`)
		}
		b.WriteString(`</w:comment>`)
	}
	return b.String() + `</w:comments>`
}
