package word_test

import (
	"archive/zip"
	"bytes"
	"testing"

	"github.com/stretchr/testify/require"

	"klausul/server/word"
)

const (
	spaces = `xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main" xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships" xmlns:w14="http://schemas.microsoft.com/office/word/2010/wordml" xmlns:mc="http://schemas.openxmlformats.org/markup-compatibility/2006" xmlns:m="http://schemas.openxmlformats.org/officeDocument/2006/math" xmlns:o="urn:schemas-microsoft-com:office:office" xmlns:wp="http://schemas.openxmlformats.org/drawingml/2006/wordprocessingDrawing" xmlns:a="http://schemas.openxmlformats.org/drawingml/2006/main" xmlns:v="urn:schemas-microsoft-com:vml"`
	types  = `<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"><Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/><Override PartName="/word/document.xml" ContentType="application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"/></Types>`
	top    = `<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="rId1" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument" Target="word/document.xml"/></Relationships>`
	rel    = "http://schemas.openxmlformats.org/officeDocument/2006/relationships/"
)

// parts are the files in a Word file, by name.
type parts map[string]string

// file is a Word file with a body, and further parts in the place of the usual ones.
func file(t testing.TB, body string, further parts) []byte {
	t.Helper()
	all := parts{"[Content_Types].xml": types, "_rels/.rels": top, "word/document.xml": `<w:document ` + spaces + `><w:body>` + body + `</w:body></w:document>`}
	links := ""
	for name, text := range further {
		all[name] = text
		if kind, ok := map[string]string{"word/styles.xml": "styles", "word/numbering.xml": "numbering", "word/comments.xml": "comments", "word/footnotes.xml": "footnotes", "word/header1.xml": "header"}[name]; ok {
			links += `<Relationship Id="r` + kind + `" Type="` + rel + kind + `" Target="` + name[len("word/"):] + `"/>`
		}
	}
	if _, given := all["word/_rels/document.xml.rels"]; !given && links != "" {
		all["word/_rels/document.xml.rels"] = `<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">` + links + `</Relationships>`
	}
	var b bytes.Buffer
	z := zip.NewWriter(&b)
	for name, text := range all {
		if text == "" {
			continue
		}
		f, err := z.Create(name)
		require.NoError(t, err)
		_, err = f.Write([]byte(text))
		require.NoError(t, err)
	}
	require.NoError(t, z.Close())
	return b.Bytes()
}

func try(raw []byte) (word.Document, error) { return word.Read(bytes.NewReader(raw), int64(len(raw))) }

func read(t testing.TB, body string, further parts) word.Document {
	t.Helper()
	d, err := try(file(t, body, further))
	require.NoError(t, err)
	return d
}

// p is a paragraph, r a run, with their properties.
func p(props, runs string) string { return `<w:p><w:pPr>` + props + `</w:pPr>` + runs + `</w:p>` }
func r(props, text string) string {
	return `<w:r><w:rPr>` + props + `</w:rPr><w:t xml:space="preserve">` + text + `</w:t></w:r>`
}

func texts(ps []word.Paragraph) (out []string) {
	for _, p := range ps {
		label := p.Number
		if p.Typed != "" {
			label += "~" + p.Typed
		}
		if label != "" {
			label += " | "
		}
		out = append(out, label+p.Text())
	}
	return out
}
