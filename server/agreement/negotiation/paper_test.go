package negotiation_test

import (
	"archive/zip"
	"bytes"
	"encoding/xml"
	"os"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"klausul/server/access"
	"klausul/server/agreement/foreign"
	"klausul/server/agreement/negotiation"
	"klausul/server/agreement/round/roundtest"
	"klausul/server/document"
	"klausul/server/fault"
	"klausul/server/pdf"
	"klausul/server/storage/storagetest"
	"klausul/server/word"
)

// vendorsOwn is one of the engine's test texts as a Word file: # is a heading.
func vendorsOwn(t *testing.T, name string) []byte {
	t.Helper()
	text, err := os.ReadFile("../foreign/testdata/papers/" + name)
	require.NoError(t, err)
	var body strings.Builder
	for line := range strings.SplitSeq(strings.TrimSpace(string(text)), "\n\n") {
		line, heading := strings.CutPrefix(line, "# ")
		body.WriteString("<w:p>")
		if heading {
			body.WriteString(`<w:pPr><w:outlineLvl w:val="0"/></w:pPr>`)
		}
		body.WriteString("<w:r><w:t>")
		require.NoError(t, xml.EscapeText(&body, []byte(line)))
		body.WriteString("</w:t></w:r></w:p>")
	}
	var out bytes.Buffer
	w := zip.NewWriter(&out)
	for part, content := range map[string]string{
		"[Content_Types].xml": `<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"><Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/><Override PartName="/word/document.xml" ContentType="application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"/></Types>`,
		"_rels/.rels":         `<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="r" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument" Target="word/document.xml"/></Relationships>`,
		"word/document.xml":   `<w:document xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"><w:body>` + body.String() + `</w:body></w:document>`,
	} {
		f, err := w.Create(part)
		require.NoError(t, err)
		_, err = f.Write([]byte(content))
		require.NoError(t, err)
	}
	require.NoError(t, w.Close())
	return out.Bytes()
}

func (w *world) paper(d negotiation.Detail, raw []byte) negotiation.Paper {
	w.t.Helper()
	p, err := w.negotiations.TakePaper(w.t.Context(), w.lawyer, d.ID, "Vilkår.docx", bytes.NewReader(raw))
	require.NoError(w.t, err)
	return p
}

// A PDF is read as the Word file that LibreOffice made it of, whatever it is called, and says on which page.
func TestVendorPaperPrinted(t *testing.T) {
	w := setup(t)
	d := w.start()
	raw := vendorsOwn(t, "short.en.txt")
	o, err := roundtest.Open(t.Context(), t.TempDir())
	require.NoError(t, err)
	printed, err := o.PDF(t.Context(), raw)
	require.NoError(t, err)
	written, read := w.paper(d, raw), w.paper(d, printed)
	require.NotEqual(t, written.ID, read.ID)
	require.Equal(t, "en", read.Reading.Language)
	for i, a := range read.Reading.Checklist {
		require.Equal(t, written.Reading.Checklist[i].Confidence, a.Confidence, a.Key)
		for _, f := range a.Findings {
			require.Equal(t, 1, f.Page)
		}
	}
	require.Equal(t, "application/pdf", storagetest.One[string](w.Env, "select f.media_type from stored_file f join negotiation_paper p on p.file_id = f.id where p.id = $1", read.ID))
	require.Equal(t, read.ID, w.paper(d, printed).ID)
}

// Nothing in a text of the vendor's own counts as fulfilled until somebody says so.
func TestVendorPaper(t *testing.T) {
	w := setup(t)
	d := w.start()
	p := w.paper(d, vendorsOwn(t, "styled.da.txt"))
	require.Equal(t, "Vilkår.docx", p.FileName)
	require.True(t, p.Agreement)
	require.True(t, p.Open)
	require.Len(t, p.Reading.Checklist, 12)
	require.NotEmpty(t, p.Reading.Ours)
	require.Equal(t, 12, p.Entries)
	require.Zero(t, p.Assessed)
	require.Empty(t, p.Said)

	lease := w.paper(d, vendorsOwn(t, "lease.da.txt"))
	require.False(t, lease.Agreement)
	rows, open, err := w.negotiations.Papers(t.Context(), w.Scope(access.SecretariatAdmin, 0), d.ID)
	require.NoError(t, err)
	require.True(t, open)
	require.Equal(t, lease.ID, rows[0].ID)
	require.Equal(t, p.ID, rows[len(rows)-1].ID)
}

// The same bytes are the same paper, whatever they are called the second time.
func TestVendorPaperTwice(t *testing.T) {
	w := setup(t)
	d := w.start()
	raw := vendorsOwn(t, "short.en.txt")
	first := w.paper(d, raw)
	second, err := w.negotiations.TakePaper(t.Context(), w.lawyer, d.ID, "Andet navn.docx", bytes.NewReader(raw))
	require.NoError(t, err)
	require.Equal(t, first, second)
	rows, _, err := w.negotiations.Papers(t.Context(), w.lawyer, d.ID)
	require.NoError(t, err)
	require.Len(t, rows, 1)
}

func TestAssess(t *testing.T) {
	w := setup(t)
	d := w.start()
	p := w.paper(d, vendorsOwn(t, "lease.da.txt")) // hardly anything is found
	missing := ""
	for _, a := range p.Reading.Checklist {
		if a.Confidence == foreign.NotFound {
			missing = a.Key
		}
	}
	require.NotEmpty(t, missing)
	say := func(base int, what negotiation.Assessment, note string) (negotiation.Paper, error) {
		said := negotiation.PaperEntry{Key: missing, Note: note}
		if what != "" {
			said.Assessment = &what
		}
		return w.negotiations.Assess(t.Context(), w.lawyer, d.ID, p.ID, base, said)
	}
	_, err := say(0, negotiation.Fulfilled, " ")
	require.ErrorIs(t, err, negotiation.ErrNote)
	_, err = say(0, negotiation.Insufficient, "")
	require.ErrorIs(t, err, negotiation.ErrNote)
	now, err := say(0, negotiation.Absent, "")
	require.NoError(t, err)
	require.Equal(t, 1, now.Assessed)
	require.Equal(t, 1, now.Unmet)
	require.Equal(t, w.lawyer.Actor().Name, now.Said[missing].By)
	_, err = say(0, negotiation.Fulfilled, "Står i § 3")
	require.ErrorIs(t, err, negotiation.ErrEntryConflict)
	now, err = say(1, negotiation.Fulfilled, "Står i § 3")
	require.NoError(t, err)
	require.Zero(t, now.Unmet)
	require.Equal(t, "Står i § 3", now.Said[missing].Note)
	now, err = say(2, "", "bort")
	require.NoError(t, err)
	require.Zero(t, now.Assessed)
	require.Equal(t, negotiation.PaperEntry{Key: missing, Version: 3}, now.Said[missing])
	_, err = w.negotiations.Assess(t.Context(), w.lawyer, d.ID, p.ID, 0, negotiation.PaperEntry{Key: "other"})
	require.ErrorIs(t, err, fault.ErrNotFound)
}

// What cannot be read is refused, and nothing is read once it has ended.
func TestVendorPaperRefused(t *testing.T) {
	w := setup(t)
	d := w.start()
	take := func(raw []byte) error {
		_, err := w.negotiations.TakePaper(t.Context(), w.lawyer, d.ID, "x.docx", bytes.NewReader(raw))
		return err
	}
	require.ErrorIs(t, take([]byte("%PDF-1.7\n")), document.ErrDamagedPDF)
	require.ErrorIs(t, take([]byte("%PDF-1.7\nstartxref\n0\n%%EOF")), pdf.ErrDamaged)
	require.ErrorIs(t, take([]byte("{\\rtf1}")), word.ErrRTF)
	require.Zero(t, storagetest.One[int](w.Env, "select count(*) from negotiation_paper"))
	require.ErrorIs(t, take(make([]byte, negotiation.MaxSize+1)), negotiation.ErrTooLarge)
	p := w.paper(d, vendorsOwn(t, "styled.da.txt"))
	_, err := w.negotiations.Move(t.Context(), w.lawyer, d.ID, d.Version, negotiation.End, "Søg en anden leverandør")
	require.NoError(t, err)
	require.ErrorIs(t, take(vendorsOwn(t, "short.en.txt")), negotiation.ErrAct)
	absent := negotiation.Absent
	_, err = w.negotiations.Assess(t.Context(), w.lawyer, d.ID, p.ID, 0, negotiation.PaperEntry{Key: "breach", Assessment: &absent})
	require.ErrorIs(t, err, negotiation.ErrAct)
}
