package render_test

import (
	"archive/zip"
	"bytes"
	"crypto/sha256"
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"klausul/server/render"
	"klausul/server/render/rendertest"
)

func docx(t *testing.T, d render.Document) []byte {
	t.Helper()
	b, err := render.DOCX(d)
	if err != nil {
		t.Fatal(err)
	}
	return b
}

// parts unpacks a Word file and makes sure that every part is well-formed XML.
func parts(t *testing.T, file []byte) map[string]string {
	t.Helper()
	z, err := zip.NewReader(bytes.NewReader(file), int64(len(file)))
	if err != nil {
		t.Fatal(err)
	}
	out := map[string]string{}
	for _, f := range z.File {
		r, err := f.Open()
		if err != nil {
			t.Fatal(err)
		}
		b, err := io.ReadAll(r)
		if err != nil {
			t.Fatal(err)
		}
		dec := xml.NewDecoder(bytes.NewReader(b))
		for {
			if _, err := dec.Token(); errors.Is(err, io.EOF) {
				break
			} else if err != nil {
				t.Fatalf("%s is not XML: %v", f.Name, err)
			}
		}
		out[f.Name] = string(b)
	}
	return out
}

// asWordShowsIt opens the file in LibreOffice and gives the text of the pages.
func asWordShowsIt(t *testing.T, file []byte) string {
	t.Helper()
	b := throughLibreOffice(t, file, "pdf")
	return strings.Join(strings.Fields(tool(t, b, "pdftotext", "-layout", "FILE", "-")), " ")
}

// throughLibreOffice opens the file in LibreOffice and saves it as another kind.
func throughLibreOffice(t *testing.T, file []byte, kind string) []byte {
	t.Helper()
	if _, err := exec.LookPath("soffice"); err != nil {
		t.Fatal("this test opens the Word file in LibreOffice, which is missing: apt-get install --no-install-recommends libreoffice-writer-nogui")
	}
	dir := t.TempDir()
	in := filepath.Join(dir, "aftale.docx")
	if err := os.WriteFile(in, file, 0o600); err != nil {
		t.Fatal(err)
	}
	cmd := exec.CommandContext(t.Context(), "soffice", "--headless", "-env:UserInstallation=file://"+dir+"/profile", "--convert-to", kind, "--outdir", dir+"/out", in)
	if out, err := cmd.CombinedOutput(); err != nil {
		t.Fatalf("LibreOffice: %v\n%s", err, out)
	}
	b, err := os.ReadFile(filepath.Join(dir, "out", "aftale."+kind))
	if err != nil {
		t.Fatal(err)
	}
	return b
}

// paragraphs are the texts between paragraph marks, tables cell by cell.
func paragraphs(t *testing.T, file []byte) (texts, bookmarks []string) {
	t.Helper()
	dec := xml.NewDecoder(strings.NewReader(parts(t, file)["word/document.xml"]))
	open, field := "", false
	for {
		tok, err := dec.Token()
		if errors.Is(err, io.EOF) {
			return texts, bookmarks
		}
		switch e := tok.(type) {
		case xml.StartElement:
			switch e.Name.Local {
			case "instrText":
				field = true
			case "br", "tab":
				open += " "
			case "bookmarkStart":
				for _, a := range e.Attr {
					if a.Name.Local == "name" && strings.HasPrefix(a.Value, "cl_") {
						bookmarks = append(bookmarks, a.Value)
					}
				}
			}
		case xml.CharData:
			if !field {
				open += string(e)
			}
		case xml.EndElement:
			switch e.Name.Local {
			case "instrText":
				field = false
			case "p":
				if s := strings.Join(strings.Fields(open), " "); s != "" {
					texts = append(texts, s)
				}
				open = ""
			}
		}
	}
}

// A file that LibreOffice would have to mend comes back changed.
func TestDOCX_comes_back_from_LibreOffice_as_it_went(t *testing.T) {
	for name, d := range map[string]render.Document{"sample": rendertest.Sample(), "long": rendertest.Long(5, 2)} {
		sent := docx(t, d)
		got := throughLibreOffice(t, sent, "docx")
		texts, marks := paragraphs(t, sent)
		back, backMarks := paragraphs(t, got)
		if len(texts) < 40 || !slices.Equal(texts, back) {
			t.Errorf("%s: %d paragraphs went out, %d came back:\n%s", name, len(texts), len(back), strings.Join(back, "\n"))
		}
		if len(marks) < 7 || !slices.Equal(marks, backMarks) {
			t.Errorf("%s: bookmarks %v came back as %v", name, marks, backMarks)
		}
		custom := parts(t, got)["docProps/custom.xml"]
		for _, want := range []string{d.Number, d.TextHash, d.InstanceHash} {
			if !strings.Contains(custom, want) {
				t.Errorf("%s: property %s is lost", name, want)
			}
		}
		if n := strings.Count(parts(t, got)["word/document.xml"], "<w:tblHeader"); n != len(tables(&d)) {
			t.Errorf("%s: %d tables have a head that repeats", name, n)
		}
	}
}

// The cover note reads as it was written, line by line, and never as a warning.
func TestDOCX_sets_the_cover_note_apart(t *testing.T) {
	d := rendertest.Sample()
	d.Cover = "Kære leverandør\r\n\r\nVi beder jer se på:\n1. varslet i punkt 7.2\n2. listen i bilag B\n\n\nVenlig hilsen\nSekretariatet\n"
	for language, heading := range map[string]string{"da": "Følgebrev", "en": "Cover note"} {
		d.Language = language
		sent := docx(t, d)
		texts, _ := paragraphs(t, sent)
		want := []string{heading, "Kære leverandør", "Vi beder jer se på:", "1. varslet i punkt 7.2", "2. listen i bilag B", "Venlig hilsen", "Sekretariatet"}
		at := slices.Index(texts, heading)
		if at < 0 || !slices.Equal(texts[at:at+len(want)], want) {
			t.Errorf("%s: the front page reads\n%s", language, strings.Join(texts[:30], "\n"))
		}
		if n := strings.Count(parts(t, sent)["word/document.xml"], `<w:pStyle w:val="CoverNote"/><w:spacing w:before="120"`); n != 2 {
			t.Errorf("%s: %d paragraphs of the letter are set apart", language, n)
		}
	}
	d.Cover = " \n"
	if texts, _ := paragraphs(t, docx(t, d)); slices.Contains(texts, "Cover note") || slices.Contains(texts, "Følgebrev") {
		t.Error("a letter without words has a heading")
	}
}

func tables(d *render.Document) (out []*render.Table) {
	for i := range d.Sections {
		for _, b := range d.Sections[i].Blocks {
			if b.Table != nil {
				out = append(out, b.Table)
			}
		}
	}
	return out
}

func blockTexts(bs []render.Block, d string) []string {
	var out []string
	for _, b := range bs {
		s := b.Number
		for _, r := range b.Runs {
			if r.Missing {
				s += " [" + r.Text + " mangler]"
			} else {
				s += " " + r.Text
			}
		}
		// what a line break in the middle of a word or a hole would hide
		out = append(out, strings.NewReplacer(" ,", ",", " .", ".").Replace(strings.Join(strings.Fields(s), " ")))
		out = append(out, blockTexts(b.Items, d)...)
		if b.Table != nil {
			out = append(out, b.Table.Caption)
			out = append(out, b.Table.Head...)
		}
	}
	return out
}

func TestDOCX_shows_every_clause_with_its_number(t *testing.T) {
	odd := rendertest.Sample() // numbers that no counting gives
	odd.Sections[1].Number, odd.Sections[1].Blocks[0].Number = "7", "7.4"
	odd.Sections[1].Blocks[0].Items[0].Number = "iv)"
	odd.Sections[2].Blocks[1].Number = "3.1.a"
	odd.Sections[3].Number = "Bilag 12"
	dots := rendertest.Sample() // the other common form
	for i := range dots.Sections[:3] {
		dots.Sections[i].Number += "."
		for k := range dots.Sections[i].Blocks {
			if b := &dots.Sections[i].Blocks[k]; b.Number != "" {
				b.Number += "."
			}
		}
	}
	for name, d := range map[string]render.Document{"counted": rendertest.Sample(), "odd": odd, "dots": dots} {
		t.Run(name, func(t *testing.T) {
			text := strings.NewReplacer(" ,", ",", " .", ".", "af- ", "af-").Replace(asWordShowsIt(t, docx(t, d)))
			for _, s := range d.Sections {
				for _, want := range append(blockTexts(s.Blocks, d.Language), strings.TrimSpace(s.Number+" "+s.Heading)) {
					if !strings.Contains(text, want) {
						t.Errorf("no %q in:\n%s", want, text)
					}
				}
			}
			for _, want := range []string{"Side 1 af 6", "[Adresse mangler]", "Leverandørens adresse mangler.", d.TextHash, d.InstanceHash, "Tekst 3f9a1c77d2e8", "[Land", "UDKAST"} {
				if !strings.Contains(text, want) {
					t.Errorf("no %q", want)
				}
			}
		})
	}
}

func TestDOCX_counts_with_Word_where_Word_counts_the_same(t *testing.T) {
	doc := parts(t, docx(t, rendertest.Sample()))
	auto := regexp.MustCompile(`<w:pStyle w:val="(Heading1|Clause|Clause2|Annex)"/>(?:<w:pageBreakBefore/>)?<w:numPr><w:ilvl w:val="(\d)"/><w:numId w:val="([12])"/>`)
	if n := len(auto.FindAllString(doc["word/document.xml"], -1)); n != 3+8+2 {
		t.Errorf("%d headings and clauses are counted by Word, want 13", n)
	}
	if strings.Contains(doc["word/document.xml"], ">2.1<") || strings.Contains(doc["word/document.xml"], ">2.1 ") {
		t.Error("a number stands in the text")
	}
	for style, level := range map[string]int{"Heading1": 0, "Clause": 1, "Clause2": 2} {
		if !regexp.MustCompile(fmt.Sprintf(`<w:lvl w:ilvl="%d"><w:start w:val="1"/><w:numFmt w:val="decimal"/><w:pStyle w:val="%s"/>`, level, style)).MatchString(doc["word/numbering.xml"]) {
			t.Errorf("style %s is not bound to level %d", style, level)
		}
	}
}

func TestDOCX_carries_clause_ids_as_bookmarks(t *testing.T) {
	doc := parts(t, docx(t, rendertest.Sample()))["word/document.xml"]
	for _, id := range []string{"s1.1", "s2.1", "s2.1.a", "s2.p", "s2.2.1", "a.3.1", "b.1"} {
		name := render.BookmarkName(id)
		if n := strings.Count(doc, `w:name="`+name+`"`); n != 1 {
			t.Errorf("bookmark %s stands %d times", name, n)
		}
	}
	if !regexp.MustCompile(`w:name="cl_s2_2"/><w:r><w:t xml:space="preserve">Alle beskeder gemmes i fem år og kan findes frem inden for tre arbejdsdage.</w:t></w:r><w:bookmarkEnd`).MatchString(doc) {
		t.Error("the bookmark of 2.2 does not span just its text")
	}
	if strings.Contains(doc, "<w:sdt>") {
		t.Error("content controls lose changes in LibreOffice and must not be used")
	}
}

func TestBookmarkName(t *testing.T) {
	long := strings.Repeat("meget-langt-", 6)
	for id, want := range map[string]string{"s7.2": "cl_s7_2", "bilag-å": "cl_bilag_å", "0d9e5a42-7c1f-4a53-9a8e-2f1d6b7c8e90": "cl_0d9e5a42_7c1f_4a53_9a8e_2f1d6b7c8e90"} {
		if got := render.BookmarkName(id); got != want {
			t.Errorf("%s: %s", id, got)
		}
	}
	a, b := render.BookmarkName(long+"a"), render.BookmarkName(long+"b")
	if a == b || len([]rune(a)) > 40 {
		t.Error(a, b)
	}
}

func TestDOCX_says_what_Word_needs_to_know(t *testing.T) {
	doc := parts(t, docx(t, rendertest.Sample()))
	for part, wants := range map[string][]string{
		"word/settings.xml":   {"<w:trackRevisions/>"},
		"word/styles.xml":     {`<w:lang w:val="da-DK"`, `<w:outlineLvl w:val="0"/>`},
		"word/footer.xml":     {" PAGE ", " NUMPAGES ", "Side ", " af "},
		"word/header.xml":     {"2026-0147", "3f9a1c77d2e8", "b81e02d94ca7", "Udkast"},
		"docProps/core.xml":   {"<dc:title>Databehandleraftale om elektronisk sags- og dokumenthåndtering 2026-0147</dc:title>", "<dc:language>da-DK</dc:language>", ">2026-11-23T09:30:00Z<"},
		"docProps/custom.xml": {`name="KlausulNumber"><vt:lpwstr>2026-0147<`, `name="KlausulVersion"><vt:lpwstr>3<`, `name="KlausulTextHash"><vt:lpwstr>` + rendertest.Sample().TextHash + "<", `pid="5" name="KlausulInstanceHash"><vt:lpwstr>` + rendertest.Sample().InstanceHash + "<"},
		"word/document.xml":   {" TOC \\o", "<w:tblHeader/>", `<w:rStyle w:val="Missing"/>`, `<w:rStyle w:val="Filled"/>`},
		"[Content_Types].xml": {"/word/numbering.xml"},
	} {
		for _, want := range wants {
			if !strings.Contains(doc[part], want) {
				t.Errorf("no %s in %s", want, part)
			}
		}
	}
}

func TestDOCX_text_cannot_break_the_file(t *testing.T) {
	d := rendertest.Sample()
	nasty := "<w:p> & \"' \x00\x1b ]]> \ufffe\u202e %1"
	d.Title, d.Header, d.Sections[0].Heading, d.Sections[0].Number = nasty, nasty, nasty, nasty
	d.Sections[0].Blocks[0].Runs = render.Text(nasty + "\r\nny linje")
	d.Sections[0].Blocks[0].ID = nasty
	d.Sections[4].Blocks[1].Table.Caption = nasty
	doc := parts(t, docx(t, d))["word/document.xml"]
	if !strings.Contains(doc, "&lt;w:p&gt; &amp;") || !strings.Contains(doc, "<w:br/><w:t xml:space=\"preserve\">ny linje") {
		t.Error(doc)
	}
}

func TestDOCX_refuses(t *testing.T) {
	d := rendertest.Sample()
	d.Sections[0].Blocks[1].ID = "S1-1" // the bookmark of s1.1: Word does not tell case apart
	if b, err := render.DOCX(d); !errors.Is(err, render.ErrBadID) || b != nil {
		t.Error(err)
	}
	d = rendertest.Sample()
	d.Language = ""
	if b, err := render.DOCX(d); !errors.Is(err, render.ErrLanguage) || b != nil {
		t.Error(err)
	}
}

func TestDOCX_same_document_same_bytes(t *testing.T) {
	first := docx(t, rendertest.Sample())
	if os.Getenv("RENDER_PRINT_SUM") != "" {
		fmt.Printf("sum %x\n", sha256.Sum256(first))
		return
	}
	if !bytes.Equal(first, docx(t, rendertest.Sample())) {
		t.Fatal("a second run gave other bytes")
	}
	cmd := exec.CommandContext(t.Context(), os.Args[0], "-test.run=^TestDOCX_same_document_same_bytes$", "-test.v")
	cmd.Env = append(os.Environ(), "RENDER_PRINT_SUM=1", "TZ=Asia/Tokyo")
	out, err := cmd.CombinedOutput()
	if err != nil || !strings.Contains(string(out), fmt.Sprintf("sum %x", sha256.Sum256(first))) {
		t.Errorf("another process gave other bytes: %v\n%s", err, out)
	}
}

func BenchmarkDOCX(b *testing.B) {
	d := rendertest.Long(9, 3)
	for b.Loop() {
		if _, err := render.DOCX(d); err != nil {
			b.Fatal(err)
		}
	}
}
