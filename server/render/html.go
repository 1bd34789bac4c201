package render

import (
	"crypto/sha256"
	_ "embed"
	"encoding/base64"
	"fmt"
	"strings"
)

//go:embed html.css
var look string

// HTML writes the document as one page for the screen, with the words of the PDF and
// the Word file: headings, lists and tables as such, the contents as links, every clause
// to be linked to by BookmarkName(ID). It needs no script and nothing from elsewhere,
// prints well, and may only be shown under HTMLPolicy. The same document gives the same
// bytes. Unlike the PDF it sets names of any script, and it refuses only with ErrLanguage
// or ErrNoTitle.
func HTML(d Document) ([]byte, error) {
	w, err := d.check()
	if err != nil {
		return nil, err
	}
	d = d.spread().explained(w)
	h := &screen{d: &d, w: w}
	h.document()
	return []byte(h.String()), nil
}

// HTMLPolicy is the content security policy of such a page: its own style, by its
// hash, and nothing else.
var HTMLPolicy = func() string {
	s := "default-src 'none'; style-src"
	for _, lang := range []string{"da", "en"} {
		sum := sha256.Sum256([]byte(languages[lang].sheet()))
		s += " 'sha256-" + base64.StdEncoding.EncodeToString(sum[:]) + "'"
	}
	return s + "; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
}()

// sheet is the style with the page number that a browser prints: "Side x af y".
func (w *words) sheet() string {
	p := strings.Split(w.page, "%d")
	return look + fmt.Sprintf("@page { size: A4; margin: 20mm 24mm 18mm; @bottom-right { content: %q counter(page) %q counter(pages); font: 8pt sans-serif; } }\n", p[0], p[1])
}

// screen is a page in the making. It is well-formed XML too, so that a program can read it.
type screen struct {
	strings.Builder
	d *Document
	w *words
}

// f writes markup; what stands in it was escaped by e or runs.
func (h *screen) f(form string, args ...any) { fmt.Fprintf(h, form, args...) }

// e is one line of plain text, escaped, without line ends where there must be none.
func e(s string) string { return esc(unbroken(Text(clean(s)))[0].Text) }

func (h *screen) document() {
	d, w := h.d, h.w
	h.f("<!DOCTYPE html>\n<html lang=\"%s\"><head><meta charset=\"utf-8\"/><meta name=\"viewport\" content=\"width=device-width, initial-scale=1\"/><title>%s</title><style>%s</style></head>\n<body>\n", w.lang, esc(d.name()), w.sheet())
	h.f("<a class=\"skip\" href=\"#text\">%s</a>\n", w.skip)
	h.f("<header class=\"facts\"><strong>%s</strong>", e(d.name()))
	for _, s := range []string{w.hashLine(d), d.Header} {
		if s != "" {
			h.f("<p>%s</p>", e(s))
		}
	}
	h.f("</header>\n")
	if d.Draft {
		h.f("<p class=\"band\"><span>%s</span></p>\n", w.draftNote)
	}
	h.f("<main id=\"text\">\n")
	h.front()
	h.contents()
	for i := range d.Sections {
		h.section(&d.Sections[i], sectionID(i))
	}
	if d.Signatures {
		h.signatures()
	}
	h.f("</main>\n")
	h.fingerprints()
	h.f("</body></html>\n")
}

func sectionID(i int) string { return fmt.Sprintf("section-%d", i+1) }

func (h *screen) front() {
	d, w := h.d, h.w
	if d.Number != "" {
		h.f("<p class=\"lead\">%s</p>\n", e(w.numberText(d.Number)))
	}
	h.f("<h1>%s</h1>\n", e(d.Title))
	if len(d.Parties) > 0 {
		h.f("<p class=\"lead\">%s</p>\n", w.between)
	}
	for i := range d.Parties {
		h.party(&d.Parties[i])
	}
	if !d.At.IsZero() {
		h.f("<div class=\"party\"><p class=\"lead\">%s</p><p>%s</p></div>\n", w.date, e(w.day(d.At)))
	}
	if len(d.Marks) > 0 {
		h.f("<div class=\"marks\" role=\"note\"><p><strong>%s</strong></p><ul>", w.attention)
		for _, m := range d.Marks {
			h.f("<li>%s</li>", e(m))
		}
		h.f("</ul></div>\n")
	}
}

func (h *screen) party(p *Party) {
	h.f("<div class=\"party\">")
	if p.Role != "" {
		h.f("<p class=\"lead\">%s</p>", e(p.Role))
	}
	h.f("<p class=\"name\" dir=\"auto\">%s</p>", e(p.Name))
	for _, s := range p.lines(h.w) {
		h.f("<p dir=\"auto\">%s</p>", e(s))
	}
	for _, m := range p.Missing {
		h.f("<p>%s</p>", h.runs([]Run{{Text: m, Missing: true}}))
	}
	h.f("</div>\n")
}

// contents links to every section, and below an annex to its parts.
func (h *screen) contents() {
	if !h.d.listed() {
		return
	}
	h.f("<nav aria-labelledby=\"contents\"><h2 id=\"contents\">%s</h2><ul>\n", h.w.contents)
	for i := range h.d.Sections {
		s := &h.d.Sections[i]
		number := "<span class=\"no\">" + e(s.Number) + " </span>" // the space is not underlined there
		join := ""
		if s.Annex && s.Number != "" {
			number, join = e(s.Number), " – "
		}
		if s.Number == "" {
			number = ""
		}
		h.f("<li><a href=\"#%s\">%s%s%s</a>", sectionID(i), number, join, h.runs(s.heading()))
		parts := ""
		for k := range s.Blocks {
			if b := &s.Blocks[k]; s.Annex && b.Kind == SubHeading {
				parts += fmt.Sprintf("<li><a href=\"#%s\">%s</a></li>", subID(sectionID(i), k, b), strings.TrimSpace(e(b.Number)+" "+h.runs(b.Runs)))
			}
		}
		if parts != "" {
			h.f("<ul>%s</ul>", parts)
		}
		h.f("</li>\n")
	}
	h.f("</ul></nav>\n")
}

func subID(section string, at int, b *Block) string {
	if b.named() {
		return esc(BookmarkName(b.ID))
	}
	return fmt.Sprintf("%s-%d", section, at+1)
}

// named tells whether a block can be led to by its id: one that goes may stand elsewhere.
func (b *Block) named() bool { return b.ID != "" && b.Change != Deleted }

func (h *screen) section(s *Section, id string) {
	class := "text"
	if s.Annex {
		class = "annex"
	} else if s.Number == "" {
		class = "bare"
	}
	h.f("<section class=\"%s\" aria-labelledby=\"%s\"><h2 id=\"%s\">%s%s</h2>\n", class, id, id, number(s.Number, s.Change), h.runs(s.heading()))
	for i := range s.Blocks {
		h.block(&s.Blocks[i], subID(id, i, &s.Blocks[i]))
	}
	h.f("</section>\n")
}

// number is a number beside a text, or nothing.
func number(s string, c Change) string {
	if s = clean(s); s == "" {
		return ""
	}
	return `<span class="no">` + c.tagged(esc(s)) + `</span> `
}

// tagged puts a change's own element around markup: browsers underline and strike through,
// and screen readers know both.
func (c Change) tagged(s string) string {
	switch c {
	case Inserted:
		return "<ins>" + s + "</ins>"
	case Deleted:
		return "<del>" + s + "</del>"
	}
	return s
}

func (h *screen) block(b *Block, heading string) {
	id := ""
	if b.named() {
		id = ` id="` + esc(BookmarkName(b.ID)) + `"`
	}
	class := ""
	if b.Level > 0 {
		class = fmt.Sprintf(" level%d", min(b.Level, 3))
	}
	switch b.Kind {
	case SubHeading:
		h.f("<h3 id=\"%s\">%s%s</h3>\n", heading, number(b.Number, b.Change), h.runs(b.Runs))
	case List:
		h.list(b.Items, id, class)
	case TableBlock:
		h.table(b.Table, id)
	case Clause:
		h.f("<p%s class=\"clause%s\">%s%s</p>\n", id, class, number(b.Number, b.Change), h.runs(b.Runs))
		h.list(b.Items, "", class)
		h.table(b.Table, "")
	default:
		h.f("<p%s class=\"plain%s\">%s</p>\n", id, class, h.runs(b.Runs))
	}
}

// list says its role, because a list without the browser's own marks is none to some.
func (h *screen) list(items []Block, id, class string) {
	if len(items) == 0 {
		return
	}
	h.f("<ul role=\"list\"%s class=\"items%s\">", id, class)
	for i := range items {
		it := &items[i]
		at := ""
		if it.named() {
			at = ` id="` + esc(BookmarkName(it.ID)) + `"`
		}
		h.f("<li%s>", at)
		if len(it.Runs) > 0 {
			no := it.Number
			if clean(no) == "" {
				no = dash
			}
			h.f("%s%s", number(no, it.Change), h.runs(it.Runs))
		}
		h.list(it.Items, "", "")
		h.table(it.Table, "")
		h.f("</li>\n")
	}
	h.f("</ul>\n")
}

// table may be wider than a small screen: then it scrolls by itself, also by keyboard.
func (h *screen) table(t *Table, id string) {
	if t == nil {
		return
	}
	n := len(t.Head)
	for _, r := range t.Rows {
		n = max(n, len(r))
	}
	if n == 0 {
		return
	}
	name := clean(t.Caption)
	if name == "" {
		name = h.w.table
	}
	h.f("<div class=\"wide\" role=\"region\" tabindex=\"0\" aria-label=\"%s\"><table%s>", esc(name), id)
	if c := clean(t.Caption); c != "" {
		h.f("<caption>%s</caption>", t.change.tagged(e(c)))
	}
	if len(t.Head) > 0 {
		h.f("<thead><tr>")
		for i := range n {
			s := ""
			if i < len(t.Head) {
				s = t.Head[i]
			}
			h.f("<th scope=\"col\">%s</th>", t.change.tagged(e(s)))
		}
		h.f("</tr></thead>")
	}
	h.f("<tbody>")
	for _, r := range t.Rows {
		h.f("<tr>")
		for i := range n {
			s := ""
			if i < len(r) {
				s = h.runs(r[i])
			}
			h.f("<td>%s</td>", s)
		}
		h.f("</tr>\n")
	}
	h.f("</tbody></table></div>\n")
}

// runs writes text with its looks; a filled-in value may run in its own direction.
func (h *screen) runs(rs []Run) string {
	var b strings.Builder
	glue := make([]Run, len(rs))
	for i, r := range rs {
		if r.Text = Clean(r.Text); r.Missing {
			r.Text = "[" + h.w.missingText(clean(r.Text)) + "]"
		}
		glue[i] = r
	}
	for _, r := range unbroken(glue) {
		s := strings.ReplaceAll(esc(r.Text), "&#xA;", "<br/>")
		for _, m := range []struct {
			on          bool
			open, close string
		}{{r.Italic, "<em>", "</em>"}, {r.Bold, "<strong>", "</strong>"}, {r.Filled && !r.Missing, `<bdi class="filled">`, "</bdi>"}, {r.Missing, "<mark>", "</mark>"}} {
			if m.on {
				s = m.open + s + m.close
			}
		}
		if s != "" {
			s = r.Change.tagged(s)
		}
		b.WriteString(s)
	}
	return b.String()
}

func (h *screen) signatures() {
	w := h.w
	h.f("<section class=\"annex\" aria-labelledby=\"signatures\"><h2 id=\"signatures\">%s</h2>\n", w.signatures)
	for i := range h.d.Parties {
		p := &h.d.Parties[i]
		h.f("<div class=\"sign\"><p class=\"name\" dir=\"auto\">%s</p>", e(w.signForText(p.Name)))
		if p.Role != "" {
			h.f("<p class=\"lead\">%s</p>", e(p.Role))
		}
		h.f("<ul>")
		for _, s := range []string{w.signDate, w.signHand, w.signName, w.signTitle} {
			h.f("<li class=\"small\">%s</li>", s)
		}
		h.f("</ul></div>\n")
	}
	h.f("</section>\n")
}

func (h *screen) fingerprints() {
	d, w := h.d, h.w
	if d.TextHash == "" && d.InstanceHash == "" {
		return
	}
	h.f("<footer class=\"end\"><h2>%s</h2><p class=\"small\">%s</p><dl class=\"small\">", w.fingerprints, w.fingerNote)
	for _, f := range [][2]string{{w.text, d.TextHash}, {w.own, d.InstanceHash}} {
		if f[1] != "" {
			h.f("<dt>%s</dt><dd>%s</dd>", f[0], esc(clean(f[1])))
		}
	}
	h.f("</dl></footer>\n")
}
