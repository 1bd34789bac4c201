package render

import (
	"archive/zip"
	"bytes"
	"crypto/sha256"
	"encoding/xml"
	"fmt"
	"strings"
	"time"
	"unicode"
)

// DOCX writes the document as a Word file, with change tracking switched on. The
// same document gives the same bytes. Its changes are tracked ones of Document.Hand, and
// its comments stand around their clauses. It refuses with ErrLanguage, ErrNoTitle,
// ErrNoAuthor, or ErrBadID when two clauses would get one bookmark.
//
// Numbers are Word's own wherever Word would count to exactly Block.Number or
// Section.Number; any other number is a label of its own. Either way the number is
// not part of the paragraph's text, and what Word shows is what the model says.
//
// A paragraph with an ID carries it as the bookmark BookmarkName(ID), which spans
// the paragraph's text; a table's bookmark stands in its caption, or in its first
// cell. Items without an ID belong to the bookmark before them.
func DOCX(d Document) ([]byte, error) {
	w, err := d.check()
	if err != nil {
		return nil, err
	}
	d = d.spread()
	if d.anonymous() {
		return nil, ErrNoAuthor
	}
	x := &docx{d: &d, w: w, bookmarks: map[string]bool{}, width: textTwips, remarks: d.remarks()}
	x.numbering.learn(&d)
	x.document()
	if x.err != nil {
		return nil, x.err
	}
	return x.pack()
}

// BookmarkName is the Word bookmark of a clause id: letters, digits and underscores,
// at most 40 characters. A longer id is cut and told apart by a part of its hash.
func BookmarkName(id string) string { return bookmark("cl_", id) }

// SectionBookmark is the Word bookmark of the heading of the section with a key.
func SectionBookmark(key string) string { return bookmark("sec_", key) }

func bookmark(prefix, id string) string {
	name := prefix + strings.Map(func(r rune) rune {
		if unicode.IsLetter(r) || unicode.IsDigit(r) {
			return r
		}
		return '_'
	}, id)
	if r := []rune(name); len(r) > 40 {
		sum := sha256.Sum256([]byte(id))
		name = fmt.Sprintf("%s_%x", string(r[:31]), sum[:4])
	}
	return name
}

const (
	textTwips = 9070 // between the margins of A4, in twentieths of a point
	hangTwips = 720
	stepTwips = 640
	xmlHead   = `<?xml version="1.0" encoding="UTF-8" standalone="yes"?>` + "\n"
	wordNS    = `xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main" xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships"`
)

// docx is a Word file in the making.
type docx struct {
	d         *Document
	w         *words
	body      strings.Builder
	numbering numbering
	bookmarks map[string]bool
	lastID    int
	remarks   map[string][]int // comments not yet set, by where they stand
	width     int              // of the text, in twips
	err       error
}

func esc(s string) string {
	var b bytes.Buffer
	_ = xml.EscapeText(&b, []byte(s)) // a buffer does not fail
	return b.String()
}

// pack writes the parts in a fixed order and with a fixed time.
func (x *docx) pack() ([]byte, error) {
	at := x.d.when()
	if at.Year() < 1980 { // zip knows no earlier year
		at = time.Date(1980, 1, 1, 0, 0, 0, 0, time.UTC)
	}
	var out bytes.Buffer
	z := zip.NewWriter(&out)
	for _, p := range x.parts() {
		f, err := z.CreateHeader(&zip.FileHeader{Name: p.name, Method: zip.Deflate, Modified: at})
		if err == nil {
			_, err = f.Write([]byte(xmlHead + p.text))
		}
		if err != nil {
			return nil, fmt.Errorf("pack %s: %w", p.name, err)
		}
	}
	if err := z.Close(); err != nil {
		return nil, fmt.Errorf("pack docx: %w", err)
	}
	return out.Bytes(), nil
}

type part struct{ name, text string }

func (x *docx) parts() []part {
	const ct = "application/vnd.openxmlformats-officedocument.wordprocessingml."
	const rel = "http://schemas.openxmlformats.org/officeDocument/2006/relationships/"
	word := []string{"styles", "numbering", "settings", "header", "footer"}
	types := `<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"><Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/><Default Extension="xml" ContentType="application/xml"/><Override PartName="/word/document.xml" ContentType="` + ct + `document.main+xml"/>`
	rels := `<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">`
	for i, n := range word {
		types += `<Override PartName="/word/` + n + `.xml" ContentType="` + ct + n + `+xml"/>`
		rels += fmt.Sprintf(`<Relationship Id="rId%d" Type="%s%s" Target="%s.xml"/>`, i+1, rel, n, n)
	}
	if len(x.d.Comments) > 0 {
		types += `<Override PartName="/word/comments.xml" ContentType="` + ct + `comments+xml"/>`
		rels += fmt.Sprintf(`<Relationship Id="rId%d" Type="%scomments" Target="comments.xml"/>`, len(word)+1, rel)
	}
	types += `<Override PartName="/docProps/core.xml" ContentType="application/vnd.openxmlformats-package.core-properties+xml"/><Override PartName="/docProps/custom.xml" ContentType="application/vnd.openxmlformats-officedocument.custom-properties+xml"/></Types>`
	at := x.d.when().Format("2006-01-02T15:04:05Z")
	core := `<cp:coreProperties xmlns:cp="http://schemas.openxmlformats.org/package/2006/metadata/core-properties" xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:dcterms="http://purl.org/dc/terms/" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance"><dc:title>` + esc(x.d.name()) + `</dc:title><dc:creator>Klausul</dc:creator><dc:language>` + x.w.lang + `</dc:language><dcterms:created xsi:type="dcterms:W3CDTF">` + at + `</dcterms:created><dcterms:modified xsi:type="dcterms:W3CDTF">` + at + `</dcterms:modified></cp:coreProperties>`
	out := []part{
		{"[Content_Types].xml", types},
		{"_rels/.rels", `<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="rId1" Type="` + rel + `officeDocument" Target="word/document.xml"/><Relationship Id="rId2" Type="http://schemas.openxmlformats.org/package/2006/relationships/metadata/core-properties" Target="docProps/core.xml"/><Relationship Id="rId3" Type="` + rel + `custom-properties" Target="docProps/custom.xml"/></Relationships>`},
		{"docProps/core.xml", core},
		{"docProps/custom.xml", x.properties()},
		{"word/_rels/document.xml.rels", rels + `</Relationships>`},
		{"word/document.xml", `<w:document ` + wordNS + `><w:body>` + x.body.String() + `<w:sectPr><w:headerReference w:type="default" r:id="rId4"/><w:footerReference w:type="default" r:id="rId5"/><w:pgSz w:w="11906" w:h="16838"/><w:pgMar w:top="1701" w:right="1418" w:bottom="1418" w:left="1418" w:header="567" w:footer="567" w:gutter="0"/></w:sectPr></w:body></w:document>`},
		{"word/styles.xml", styles(x.w)},
		{"word/numbering.xml", x.numbering.xml()},
		{"word/settings.xml", `<w:settings ` + wordNS + `><w:trackRevisions/><w:defaultTabStop w:val="720"/><w:updateFields w:val="true"/><w:compat><w:compatSetting w:name="compatibilityMode" w:uri="http://schemas.microsoft.com/office/word" w:val="15"/></w:compat><w:themeFontLang w:val="` + x.w.lang + `"/></w:settings>`},
		{"word/header.xml", `<w:hdr ` + wordNS + `>` + x.header() + `</w:hdr>`},
		{"word/footer.xml", `<w:ftr ` + wordNS + `>` + x.footer() + `</w:ftr>`},
	}
	if len(x.d.Comments) > 0 {
		out = append(out, part{"word/comments.xml", x.comments()})
	}
	return out
}

// properties name the agreement for a program that gets the file back: the names are
// the same in every language, and what is not known is left out.
func (x *docx) properties() string {
	s := `<Properties xmlns="http://schemas.openxmlformats.org/officeDocument/2006/custom-properties" xmlns:vt="http://schemas.openxmlformats.org/officeDocument/2006/docPropsVTypes">`
	id := 1
	for _, p := range [][2]string{{"KlausulNumber", x.d.Number}, {"KlausulVersion", x.d.Version}, {"KlausulTextHash", x.d.TextHash}, {"KlausulInstanceHash", x.d.InstanceHash}} {
		if v := clean(p[1]); v != "" {
			id++ // the format begins at 2
			s += fmt.Sprintf(`<property fmtid="{D5CDD505-2E9C-101B-9397-08002B2CF9AE}" pid="%d" name="%s"><vt:lpwstr>%s</vt:lpwstr></property>`, id, p[0], esc(v))
		}
	}
	return s + `</Properties>`
}

func (x *docx) header() string {
	s := ""
	if x.d.Draft {
		s = para("Draft", "", plainRun(x.w.draftNote))
	}
	s += para("Header", "", plainRun(x.d.name()))
	return s + para("HeaderRule", "", plainRun(x.w.hashLine(x.d))+`<w:r><w:tab/></w:r>`+plainRun(clean(x.d.Header)))
}

// footer is "Side x af y" with Word's own fields.
func (x *docx) footer() string {
	field := func(name string) string {
		return `<w:fldSimple w:instr=" ` + name + ` "><w:r><w:t>1</w:t></w:r></w:fldSimple>`
	}
	pieces := strings.Split(x.w.page, "%d")
	return para("Footer", "", plainRun(pieces[0])+field("PAGE")+plainRun(pieces[1])+field("NUMPAGES"))
}

// para is one paragraph; props stand in the order the schema asks for.
func para(style, props, runs string) string {
	return `<w:p><w:pPr><w:pStyle w:val="` + style + `"/>` + props + `</w:pPr>` + runs + `</w:p>`
}

func plainRun(s string) string {
	if s == "" {
		return ""
	}
	return `<w:r><w:t xml:space="preserve">` + esc(s) + `</w:t></w:r>`
}

// runs writes text with its looks and changes. A hole reads "[… mangler]" and is framed.
func (x *docx) runs(rs []Run) string {
	var b strings.Builder
	open := Change(0)
	for _, r := range rs {
		s := x.run(r)
		if s == "" {
			continue
		}
		if r.Change != open {
			b.WriteString(open.close() + x.open(r.Change))
			open = r.Change
		}
		b.WriteString(s)
	}
	return b.String() + open.close()
}

func (x *docx) run(r Run) string {
	s, props := Clean(r.Text), ""
	switch {
	case r.Missing:
		s, props = "["+x.w.missingText(clean(r.Text))+"]", `<w:rStyle w:val="Missing"/>`
	case r.Filled:
		props = `<w:rStyle w:val="Filled"/>`
	}
	if r.Bold {
		props += `<w:b/>`
	}
	if r.Italic {
		props += `<w:i/>`
	}
	if s == "" {
		return ""
	}
	var b strings.Builder
	b.WriteString(`<w:r>`)
	if props != "" {
		b.WriteString(`<w:rPr>` + props + `</w:rPr>`)
	}
	element := "w:t"
	if r.Change == Deleted {
		element = "w:delText"
	}
	for i, ln := range strings.Split(s, "\n") {
		if i > 0 {
			b.WriteString(`<w:br/>`)
		}
		b.WriteString(`<` + element + ` xml:space="preserve">` + esc(ln) + `</` + element + `>`)
	}
	b.WriteString(`</w:r>`)
	return b.String()
}

// marked puts a bookmark around runs.
func (x *docx) marked(name, runs string) string {
	if x.bookmarks[strings.ToLower(name)] { // Word does not tell case apart
		x.err = fmt.Errorf("%w: %s stands twice", ErrBadID, name)
	}
	x.bookmarks[strings.ToLower(name)] = true
	x.lastID++
	return fmt.Sprintf(`<w:bookmarkStart w:id="%d" w:name="%s"/>%s<w:bookmarkEnd w:id="%d"/>`, x.lastID, esc(name), runs, x.lastID)
}
