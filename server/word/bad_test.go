package word_test

import (
	"archive/zip"
	"bytes"
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"klausul/server/word"
)

func wide(s string) string {
	var b strings.Builder
	for _, c := range s {
		b.WriteString(string(c) + "\x00")
	}
	return b.String()
}

// zipped is an archive of parts as its directory tells of them, whatever is in it.
func zipped(t *testing.T, entries ...zip.FileHeader) []byte {
	t.Helper()
	var b bytes.Buffer
	z := zip.NewWriter(&b)
	for _, e := range entries {
		_, err := z.CreateRaw(&e)
		require.NoError(t, err)
	}
	require.NoError(t, z.Close())
	return b.Bytes()
}

func TestBadInput(t *testing.T) {
	good := string(file(t, p("", r("", "Hej")), nil))
	const ole = "\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
	deep := strings.Repeat("<w:smartTag>", 300) + strings.Repeat("</w:smartTag>", 300)
	doctype := `<!DOCTYPE x [<!ENTITY e SYSTEM "file:///etc/passwd">]>`
	document := func(s string) parts { return parts{"word/document.xml": s} }
	for name, c := range map[string]struct {
		raw  []byte
		want error
	}{
		"nothing":                   {nil, word.ErrNotWord},
		"text":                      {[]byte("Kære sekretariat"), word.ErrNotWord},
		"a page from the web":       {[]byte("<html><body>Aftale</body></html>"), word.ErrNotWord},
		"an old .doc":               {[]byte(ole + strings.Repeat("\x00", 600) + wide("WordDocument")), word.ErrOldWord},
		"an old .xls":               {[]byte(ole + strings.Repeat("\x00", 600) + wide("Workbook")), word.ErrNotWord},
		"a locked .docx":            {[]byte(ole + strings.Repeat("\x00", 600) + wide("EncryptedPackage")), word.ErrEncrypted},
		"a locked archive":          {zipped(t, zip.FileHeader{Name: "word/document.xml", Flags: 1}), word.ErrEncrypted},
		"a PDF":                     {[]byte("%PDF-1.7\n"), word.ErrPDF},
		"a PDF after a mark":        {[]byte("\xef\xbb\xbf%PDF-1.7\n"), word.ErrPDF},
		"RTF":                       {[]byte(`{\rtf1\ansi Aftale}`), word.ErrRTF},
		"OpenDocument":              {file(t, "", parts{"mimetype": "application/vnd.oasis.opendocument.text", "[Content_Types].xml": ""}), word.ErrODT},
		"another archive":           {file(t, "", parts{"[Content_Types].xml": "", "word/document.xml": "", "readme": "x"}), word.ErrNotWord},
		"a spreadsheet":             {file(t, "", parts{"[Content_Types].xml": strings.ReplaceAll(types, "wordprocessingml.document", "spreadsheetml.sheet")}), word.ErrNotWord},
		"macros":                    {file(t, "", parts{"word/vbaProject.bin": "x"}), word.ErrMacros},
		"a .docm by its type":       {file(t, "", parts{"[Content_Types].xml": strings.ReplaceAll(types, "application/vnd.openxmlformats-officedocument.wordprocessingml.document.main", "application/vnd.ms-word.document.macroEnabled.main")}), word.ErrMacros},
		"an external entity":        {file(t, "", document(doctype+`<w:document `+spaces+`><w:body>&e;</w:body></w:document>`)), word.ErrEntities},
		"an entity in the styles":   {file(t, "", parts{"word/styles.xml": doctype + `<w:styles ` + spaces + `/>`}), word.ErrEntities},
		"an entity in the contents": {file(t, "", parts{"[Content_Types].xml": doctype + types}), word.ErrEntities},
		"an entity nobody declared": {file(t, p("", r("", "&lol;")), nil), word.ErrDamaged},
		"too many bytes":            {make([]byte, word.MaxSize+1), word.ErrTooLarge},
		"too much unpacked":         {zipped(t, zip.FileHeader{Name: "word/media/a", UncompressedSize64: 150 << 20}, zip.FileHeader{Name: "word/media/b", UncompressedSize64: 150 << 20}), word.ErrBomb},
		"more than there is":        {zipped(t, zip.FileHeader{Name: "a", UncompressedSize64: 1<<64 - 1}, zip.FileHeader{Name: "b", UncompressedSize64: 2}), word.ErrBomb},
		"one part too large":        {file(t, p("", r("", strings.Repeat("x", 49<<20))), nil), word.ErrBomb},
		"too many layers":           {file(t, deep, nil), word.ErrComplex},
		"too many paragraphs":       {file(t, strings.Repeat(`<w:p/>`, 20_100), nil), word.ErrComplex},
		"half an archive":           {[]byte(good[:len(good)/2]), word.ErrDamaged},
		"a part that is no XML":     {file(t, "", document(`<w:document><w:body>`)), word.ErrDamaged},
		"a document without body":   {file(t, "", document(`<w:document `+spaces+`/>`)), word.ErrDamaged},
		"no document":               {file(t, "", parts{"word/document.xml": "", "word/styles.xml": "<x/>"}), word.ErrDamaged},
		"a name that stands twice":  {zipped(t, zip.FileHeader{Name: "word/document.xml"}, zip.FileHeader{Name: "Word/document.xml"}), word.ErrDamaged},
		"a bit turned over":         {[]byte(strings.Replace(good, good[70:74], "\x00\xff\x00\xff", 1)), word.ErrDamaged},
	} {
		t.Run(name, func(t *testing.T) {
			_, err := try(c.raw)
			require.ErrorIs(t, err, c.want)
		})
	}
}

// White space of megabytes, in the text or around it, is read as fast as any file.
func TestWhiteSpaceIsQuick(t *testing.T) {
	white := strings.Repeat(" \t\n\u00a0", 1_000_000) // 5 MB
	for name, body := range map[string]string{
		"in the text":         p("", r("", "før"+white+"efter")),
		"between elements":    p("", r("", "før")) + white[:4_000_000] + p("", r("", "efter")),
		"in empty paragraphs": strings.Repeat("<w:p>"+strings.Repeat(" ", 290)+"</w:p>", 17_000),
		"in empty runs":       p("", strings.Repeat(r("", " "), 60_000)),
	} {
		t.Run(name, func(t *testing.T) {
			raw := file(t, body, nil)
			started := time.Now()
			d, err := try(raw)
			took := time.Since(started)
			require.NoError(t, err)
			require.NotEmpty(t, d.Paragraphs)
			require.Less(t, took, 3*time.Second)
		})
	}
}

func FuzzRead(f *testing.F) {
	f.Add(p("", r("", "7.2 Hej")+tracked("ins", r("<w:b/>", "nyt"))) + `<w:tbl><w:tr><w:tc>` + p(num("1", "0"), "") + `</w:tc></w:tr></w:tbl>`)
	f.Add(`<w:sdt><w:sdtContent>` + p("", `<w:r><w:fldChar w:fldCharType="begin"/></w:r>`) + `</w:sdtContent></w:sdt>`)
	f.Fuzz(func(t *testing.T, body string) {
		d, err := try(file(t, body, numbered))
		if err != nil {
			if errors.Is(err, word.ErrDamaged) || errors.Is(err, word.ErrEntities) || errors.Is(err, word.ErrComplex) {
				return
			}
			t.Fatal(err)
		}
		again, err := try(file(t, body, numbered))
		require.NoError(t, err)
		require.Equal(t, d, again, "the same file reads the same")
		if len(d.Revisions) == 0 {
			require.Equal(t, texts(d.Accepted()), texts(d.Rejected()), "without tracked changes there is one reading")
		}
		for _, n := range d.Notes {
			require.LessOrEqual(t, n.Paragraph, len(d.Paragraphs))
		}
	})
}
