package template_test

import (
	"archive/zip"
	"bytes"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// packed is the smallest Word file around a body.
func packed(t testing.TB, body string) []byte {
	t.Helper()
	const head = `<?xml version="1.0" encoding="UTF-8" standalone="yes"?>`
	var b bytes.Buffer
	z := zip.NewWriter(&b)
	for _, part := range [][2]string{
		{"[Content_Types].xml", `<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"><Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/><Override PartName="/word/document.xml" ContentType="application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"/></Types>`},
		{"_rels/.rels", `<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="rId1" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument" Target="word/document.xml"/></Relationships>`},
		{"word/document.xml", `<w:document xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main" xmlns:o="urn:schemas-microsoft-com:office:office" xmlns:wp="http://schemas.openxmlformats.org/drawingml/2006/wordprocessingDrawing" xmlns:a="http://schemas.openxmlformats.org/drawingml/2006/main"><w:body>` + body + `</w:body></w:document>`},
	} {
		f, err := z.CreateHeader(&zip.FileHeader{Name: part[0], Method: zip.Deflate})
		require.NoError(t, err)
		_, err = f.Write([]byte(head + part[1]))
		require.NoError(t, err)
	}
	require.NoError(t, z.Close())
	return b.Bytes()
}

// bodyOf makes a body of lines in the notation of the fixtures: h1, p, - and box, with {y:…}.
func bodyOf(source string) string {
	var b strings.Builder
	for _, line := range strings.Split(strings.TrimSpace(source), "\n") {
		kind, text, _ := strings.Cut(line, " ")
		props := ""
		switch kind {
		case "h1":
			props = `<w:pPr><w:outlineLvl w:val="0"/></w:pPr>`
		case "-":
			text = "– " + text
		}
		runs := ""
		for {
			m := inlines.FindStringSubmatchIndex(text)
			if m == nil {
				break
			}
			runs += run(text[:m[0]], "") + run(text[m[4]:m[5]], `<w:rPr><w:highlight w:val="yellow"/></w:rPr>`)
			text = text[m[1]:]
		}
		p := `<w:p>` + props + runs + run(text, "") + `</w:p>`
		if kind == "box" {
			p = `<w:p><w:r><w:pict><w:txbxContent>` + p + `</w:txbxContent></w:pict></w:r></w:p>`
		}
		b.WriteString(p)
	}
	return b.String()
}

func run(text, props string) string {
	if text == "" {
		return ""
	}
	var b bytes.Buffer
	escape(&b, text)
	return `<w:r>` + props + `<w:t xml:space="preserve">` + b.String() + `</w:t></w:r>`
}
