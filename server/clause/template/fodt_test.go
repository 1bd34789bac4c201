package template_test

import (
	"bytes"
	"encoding/xml"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

// The fixtures are written in a notation of one line per paragraph and made into Word
// files by LibreOffice:
//
//	outline           headings are numbered automatically, 1 and 1.1
//	t, h1, h2, h3     title and headings; p paragraph
//	n                 item of an automatic list 1. 2. 3., which starts again after a heading; n2 goes on inside it with a)
//	-                 bullet
//	|a|b|c            row of a table; |*a|*b a row in bold; cells of "^" belong to the cell on the left
//	box               a text box at the paragraph before; image an embedded picture
//
// Inline: {y:…} {g:…} {c:…} yellow, green and blue behind the text, {r:…} red text, {i:…} italics,
// {b:…} bold, {ins:…} {del:…} tracked, {note:…} a comment, \t a tab.
func fodt(source string) string {
	w := &flat{}
	for _, line := range strings.Split(source, "\n") {
		if line = strings.TrimRight(line, " \r"); line != "" && !strings.HasPrefix(line, "//") {
			w.line(line)
		}
	}
	w.close("")
	outline := ""
	if w.outline {
		for i := 1; i <= 3; i++ {
			outline += fmt.Sprintf(`<text:outline-level-style text:level="%d" style:num-format="1" text:display-levels="%d" style:num-suffix=""/>`, i, i)
		}
		outline = `<text:outline-style style:name="Outline">` + outline + `</text:outline-style>`
	}
	return `<?xml version="1.0" encoding="UTF-8"?>
<office:document xmlns:office="urn:oasis:names:tc:opendocument:xmlns:office:1.0" xmlns:style="urn:oasis:names:tc:opendocument:xmlns:style:1.0" xmlns:text="urn:oasis:names:tc:opendocument:xmlns:text:1.0" xmlns:table="urn:oasis:names:tc:opendocument:xmlns:table:1.0" xmlns:draw="urn:oasis:names:tc:opendocument:xmlns:drawing:1.0" xmlns:fo="urn:oasis:names:tc:opendocument:xmlns:xsl-fo-compatible:1.0" xmlns:svg="urn:oasis:names:tc:opendocument:xmlns:svg-compatible:1.0" xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:xlink="http://www.w3.org/1999/xlink" office:version="1.3" office:mimetype="application/vnd.oasis.opendocument.text">
<office:styles><style:default-style style:family="paragraph"><style:text-properties fo:language="da" fo:country="DK"/></style:default-style><style:style style:name="Standard" style:family="paragraph"/>` +
		heading(1) + heading(2) + heading(3) + `<style:style style:name="Title" style:family="paragraph"/>` + outline + `
<text:list-style style:name="Num"><text:list-level-style-number text:level="1" style:num-format="1" style:num-suffix="."/><text:list-level-style-number text:level="2" style:num-format="a" style:num-suffix=")"/></text:list-style>
<text:list-style style:name="Dash"><text:list-level-style-bullet text:level="1" text:bullet-char="•"/></text:list-style></office:styles>
<office:automatic-styles><style:style style:name="y" style:family="text"><style:text-properties fo:background-color="#ffff00"/></style:style><style:style style:name="g" style:family="text"><style:text-properties fo:background-color="#00ff00"/></style:style><style:style style:name="c" style:family="text"><style:text-properties fo:background-color="#00b0f0"/></style:style><style:style style:name="r" style:family="text"><style:text-properties fo:color="#c00000"/></style:style><style:style style:name="i" style:family="text"><style:text-properties fo:font-style="italic"/></style:style><style:style style:name="b" style:family="text"><style:text-properties fo:font-weight="bold"/></style:style></office:automatic-styles>
<office:body><office:text>` + w.tracked() + w.body.String() + `</office:text></office:body></office:document>`
}

func heading(level int) string {
	return fmt.Sprintf(`<style:style style:name="Heading_20_%d" style:display-name="Heading %d" style:family="paragraph" style:default-outline-level="%d"/>`, level, level, level)
}

type flat struct {
	body    strings.Builder
	outline bool
	open    string // the list or table at hand
	last    bool   // a list went on since the last heading
	changes []string
}

func (w *flat) tracked() string {
	if len(w.changes) == 0 {
		return ""
	}
	return `<text:tracked-changes text:track-changes="true">` + strings.Join(w.changes, "") + `</text:tracked-changes>`
}

func (w *flat) close(next string) {
	if w.open != "" && w.open != next {
		w.body.WriteString(map[string]string{"n": "</text:list>", "-": "</text:list>", "|": "</table:table>"}[w.open])
		w.open = ""
	}
}

func (w *flat) line(line string) {
	kind, text, _ := strings.Cut(line, " ")
	if strings.HasPrefix(line, "|") {
		kind, text = "|", line[1:]
	}
	w.close(strings.TrimSuffix(kind, "2"))
	switch kind {
	case "outline":
		w.outline = true
	case "h1", "h2", "h3":
		w.last = false
		fmt.Fprintf(&w.body, `<text:h text:style-name="Heading_20_%s" text:outline-level="%s">%s</text:h>`, kind[1:], kind[1:], w.inline(text))
	case "t":
		w.body.WriteString(`<text:p text:style-name="Title">` + w.inline(text) + `</text:p>`)
	case "p":
		w.body.WriteString(`<text:p text:style-name="Standard">` + w.inline(text) + `</text:p>`)
	case "n", "n2":
		if w.open == "" {
			w.body.WriteString(fmt.Sprintf(`<text:list text:style-name="Num" text:continue-numbering="%t">`, w.last))
			w.open, w.last = "n", true
		}
		item := `<text:list-item><text:p text:style-name="Standard">` + w.inline(text) + `</text:p></text:list-item>`
		if kind == "n2" {
			item = `<text:list-item><text:list>` + item + `</text:list></text:list-item>`
		}
		w.body.WriteString(item)
	case "-":
		if w.open == "" {
			w.body.WriteString(`<text:list text:style-name="Dash">`)
			w.open = "-"
		}
		w.body.WriteString(`<text:list-item><text:p text:style-name="Standard">` + w.inline(text) + `</text:p></text:list-item>`)
	case "|":
		w.row(strings.Split(text, "|"))
	case "box":
		w.body.WriteString(`<text:p text:style-name="Standard">` + frame(`<draw:text-box><text:p>`+w.inline(text)+`</text:p></draw:text-box>`) + `</text:p>`)
	case "image":
		w.body.WriteString(`<text:p text:style-name="Standard">` + w.inline(text) + frame(`<draw:image><office:binary-data>iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==</office:binary-data></draw:image>`) + `</text:p>`)
	default:
		panic("no such line: " + line)
	}
}

func frame(inside string) string {
	return `<draw:frame text:anchor-type="as-char" svg:width="5cm" svg:height="2cm">` + inside + `</draw:frame>`
}

func (w *flat) row(cells []string) {
	if w.open == "" {
		w.body.WriteString(fmt.Sprintf(`<table:table><table:table-column table:number-columns-repeated="%d"/>`, len(cells)))
		w.open = "|"
	}
	w.body.WriteString(`<table:table-row>`)
	for i := 0; i < len(cells); i++ {
		text, span := w.inline(strings.TrimPrefix(cells[i], "*")), 1
		if strings.HasPrefix(cells[i], "*") {
			text = `<text:span text:style-name="b">` + text + `</text:span>`
		}
		for i+span < len(cells) && cells[i+span] == "^" {
			span++
		}
		w.body.WriteString(fmt.Sprintf(`<table:table-cell office:value-type="string" table:number-columns-spanned="%d"><text:p>%s</text:p></table:table-cell>`, span, text))
		for range span - 1 {
			w.body.WriteString(`<table:covered-table-cell/>`)
			i++
		}
	}
	w.body.WriteString(`</table:table-row>`)
}

var inlines = regexp.MustCompile(`\{(y|g|c|r|i|b|ins|del|note):([^{}]*)\}`)

func (w *flat) inline(s string) string {
	var b bytes.Buffer
	for {
		m := inlines.FindStringSubmatchIndex(s)
		if m == nil {
			escape(&b, s)
			return b.String()
		}
		escape(&b, s[:m[0]])
		kind, text := s[m[2]:m[3]], s[m[4]:m[5]]
		s = s[m[1]:]
		info := `<office:change-info><dc:creator>Marie Holm</dc:creator><dc:date>2026-03-02T10:00:00</dc:date></office:change-info>`
		id := fmt.Sprintf("ct%d", len(w.changes)+1)
		switch kind {
		case "ins":
			w.changes = append(w.changes, `<text:changed-region text:id="`+id+`"><text:insertion>`+info+`</text:insertion></text:changed-region>`)
			b.WriteString(`<text:change-start text:change-id="` + id + `"/>`)
			escape(&b, text)
			b.WriteString(`<text:change-end text:change-id="` + id + `"/>`)
		case "del":
			var gone bytes.Buffer
			escape(&gone, text)
			w.changes = append(w.changes, `<text:changed-region text:id="`+id+`"><text:deletion>`+info+`<text:p text:style-name="Standard">`+gone.String()+`</text:p></text:deletion></text:changed-region>`)
			b.WriteString(`<text:change text:change-id="` + id + `"/>`)
		case "note":
			b.WriteString(`<office:annotation><dc:creator>Marie Holm</dc:creator><dc:date>2026-03-02T10:00:00</dc:date><text:p>`)
			escape(&b, text)
			b.WriteString(`</text:p></office:annotation>`)
		default:
			b.WriteString(`<text:span text:style-name="` + kind + `">`)
			escape(&b, text)
			b.WriteString(`</text:span>`)
		}
	}
}

func escape(b *bytes.Buffer, s string) {
	for i, part := range strings.Split(s, `\t`) {
		if i > 0 {
			b.WriteString(`<text:tab/>`)
		}
		_ = xml.EscapeText(b, []byte(part)) // a buffer does not fail
	}
}

// libreOffice makes Word files of the sources, by name.
func libreOffice(t *testing.T, sources map[string]string) map[string][]byte {
	t.Helper()
	if _, err := exec.LookPath("soffice"); err != nil {
		t.Fatal("this test makes Word files with LibreOffice, which is missing: apt-get install --no-install-recommends libreoffice-writer-nogui")
	}
	dir := t.TempDir()
	args := []string{"--headless", "-env:UserInstallation=file://" + dir + "/profile", "--convert-to", "docx:MS Word 2007 XML", "--outdir", dir}
	for name, source := range sources {
		file := filepath.Join(dir, name+".fodt")
		if err := os.WriteFile(file, []byte(fodt(source)), 0o600); err != nil {
			t.Fatal(err)
		}
		args = append(args, file)
	}
	if out, err := exec.CommandContext(t.Context(), "soffice", args...).CombinedOutput(); err != nil {
		t.Fatalf("LibreOffice: %v\n%s", err, out)
	}
	made := map[string][]byte{}
	for name := range sources {
		raw, err := os.ReadFile(filepath.Join(dir, name+".docx"))
		if err != nil {
			t.Fatal(err)
		}
		made[name] = raw
	}
	return made
}
