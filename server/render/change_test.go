package render_test

import (
	"bytes"
	"errors"
	"fmt"
	"os"
	"regexp"
	"strings"
	"testing"
	"unicode/utf16"

	"klausul/server/render"
	"klausul/server/render/rendertest"
)

func TestDOCX_writes_changes_as_tracked_ones(t *testing.T) {
	file := docx(t, rendertest.Redlined())
	if !bytes.Equal(file, docx(t, rendertest.Redlined())) {
		t.Fatal("a second run gave other bytes")
	}
	doc := parts(t, file)["word/document.xml"]
	const hand = ` w:author="Fællessekretariatet" w:date="2026-11-24T08:00:00Z">`
	for _, want := range []string{
		hand + `<w:r><w:delText xml:space="preserve">Siger to bilag noget forskelligt, </w:delText></w:r><w:r><w:rPr><w:b/></w:rPr><w:delText xml:space="preserve">gælder det yngste</w:delText></w:r></w:del><w:ins `,
		hand + `<w:r><w:rPr><w:rStyle w:val="Filled"/></w:rPr><w:t xml:space="preserve">48</w:t></w:r></w:ins><w:r><w:t xml:space="preserve"> timer.`,
		hand + `<w:r><w:delText xml:space="preserve">, brud og “uventede hændelser”</w:delText></w:r></w:del>`,
	} {
		if !strings.Contains(doc, want) {
			t.Errorf("no %s in\n%s", want, doc)
		}
	}
	for _, want := range []string{ // in the contents
		`<w:t xml:space="preserve">4 </w:t></w:r><w:r><w:t xml:space="preserve">Ansvar</w:t></w:r></w:ins></w:p>`,
		`<w:delText xml:space="preserve">Bilag C – </w:delText></w:r><w:r><w:delText xml:space="preserve">Priser</w:delText></w:r></w:del><w:r><w:fldChar w:fldCharType="end"/></w:r></w:p>`,
		`<w:t xml:space="preserve">3 </w:t></w:r><w:r><w:t xml:space="preserve">Sikkerhed</w:t></w:r><w:del `,
	} {
		if !strings.Contains(doc, want) {
			t.Errorf("no %s in\n%s", want, doc)
		}
	}
	for form, want := range map[string]int{
		`<w:rPr><w:ins [^>]*></w:ins></w:rPr></w:pPr>`: 4 + 3 + 4 + 6, // item, clause and its two, section of three, row of four, table with caption, four cells and end
		`<w:rPr><w:del [^>]*></w:del></w:rPr></w:pPr>`: 3 + 4 + 2,     // item, paragraph, clause, row of four, annex of two
		`<w:trPr><w:ins `: 2,
		`<w:trPr><w:del `: 1,
		`<w:trPr><w:cantSplit/><w:tblHeader/><w:ins `: 1,
	} {
		if n := len(regexp.MustCompile(form).FindAllString(doc, -1)); n != want {
			t.Errorf("%d of %s, want %d", n, form, want)
		}
	}
	ids := map[string]bool{}
	for _, m := range regexp.MustCompile(`<w:(?:ins|del|bookmarkStart) w:id="(\d+)"`).FindAllStringSubmatch(doc, -1) {
		if ids[m[1]] {
			t.Errorf("number %s is given twice", m[1])
		}
		ids[m[1]] = true
	}
	if n := strings.Count(doc, `w:name="cl_s3_2"`); n != 1 {
		t.Errorf("the moved clause has %d bookmarks", n)
	}
	if strings.Contains(doc, `w:name="cl_x_1"`) || strings.Contains(doc, `w:name="sec_bilag_x"`) {
		t.Error("what goes has a bookmark")
	}
}

// What LibreOffice makes of the file when it accepts, rejects and shows the changes is
// tried in server/agreement/round, where the file is read again.
func TestDOCX_with_changes_opens_in_LibreOffice(t *testing.T) {
	d := rendertest.Redlined()
	sent := docx(t, d)
	back := throughLibreOffice(t, sent, "docx")
	texts, marks := paragraphs(t, sent)
	got, gotMarks := paragraphs(t, back)
	if strings.Join(texts, "\n") != strings.Join(got, "\n") {
		t.Errorf("%s\n\ncame back as\n\n%s", strings.Join(texts, "\n"), strings.Join(got, "\n"))
	}
	if fmt.Sprint(marks) != fmt.Sprint(gotMarks) {
		t.Errorf("bookmarks %v came back as %v", marks, gotMarks)
	}
	comments := parts(t, back)["word/comments.xml"]
	for _, c := range d.Comments {
		for line := range strings.SplitSeq(c.Text, "\n") {
			if !strings.Contains(comments, strings.NewReplacer("&", "&amp;", "<", "&lt;", ">", "&gt;").Replace(line)) {
				t.Errorf("no %q in %s", line, comments)
			}
		}
	}
	if n := strings.Count(comments, `w:author="Fællessekretariatet"`); n != len(d.Comments) {
		t.Errorf("%d comments of ours", n)
	}
}

func TestDOCX_comments_stand_around_their_clauses(t *testing.T) {
	file := parts(t, docx(t, rendertest.Redlined()))
	doc := file["word/document.xml"]
	for id, want := range map[string]string{
		"0": "Sker der et brud, skriver leverandøren inden for 2448 timer.",
		"1": "Se også https://eksempel.invalid", // where it stands now, not where it goes
		"2": "Spørger en borger, sender leverandøren spørgsmålet videre samme dag og svarer ikke selv.",
		"3": "Oplysninger og personer",
		"4": "Underdatabehandlere",
		"5": "Databehandleraftale om elektronisk sags- og dokumenthåndtering",
	} {
		m := regexp.MustCompile(`<w:commentRangeStart w:id="` + id + `"/>(.*?)<w:commentRangeEnd w:id="` + id + `"/><w:r><w:commentReference w:id="` + id + `"/></w:r>`).FindStringSubmatch(doc)
		if m == nil {
			t.Fatalf("comment %s stands nowhere", id)
		}
		if got := regexp.MustCompile(`<[^>]*>`).ReplaceAllString(m[1], ""); !strings.HasPrefix(got, want) {
			t.Errorf("comment %s stands around %q", id, got)
		}
	}
	if at, deleted := strings.Index(doc, `<w:commentRangeStart w:id="1"/>`), strings.Index(doc, ">Se også "); at < deleted {
		t.Error("the comment stands where the clause goes away")
	}
	if want := `<w:comment w:id="0" w:author="Fællessekretariatet" w:date="2026-11-24T08:30:00Z" w:initials="F"><w:p><w:r><w:t xml:space="preserve">48 timer er loftet.</w:t></w:r></w:p><w:p>`; !strings.Contains(file["word/comments.xml"], want) {
		t.Error(file["word/comments.xml"])
	}
	plain := parts(t, docx(t, rendertest.Sample()))
	if _, has := plain["word/comments.xml"]; has || strings.Contains(plain["[Content_Types].xml"], "comments") {
		t.Error("a file without comments has a part for them")
	}
}

func TestDOCX_refuses_changes_and_comments_of_nobody(t *testing.T) {
	for _, change := range []func(*render.Document){
		func(d *render.Document) { d.Sections[0].Change = render.Inserted },
		func(d *render.Document) { d.Sections[0].Blocks[0].Runs[0].Change = render.Deleted },
		func(d *render.Document) { d.Sections[1].Blocks[0].Items[1].Items[0].Change = render.Inserted },
		func(d *render.Document) { d.Sections[4].Blocks[1].Table.Changes = []render.Change{0, render.Deleted} },
		func(d *render.Document) { d.Comments = []render.Comment{{Text: "af ingen"}} },
	} {
		d := rendertest.Sample()
		change(&d)
		if _, err := render.DOCX(d); !errors.Is(err, render.ErrNoAuthor) {
			t.Error(err)
		}
	}
}

func TestHTML_tells_changes_without_colour(t *testing.T) {
	got := page(t, rendertest.Redlined())
	for _, want := range []string{
		`<del>Siger to bilag noget forskelligt, </del><del><strong>gælder det yngste</strong></del><ins>Bilag med højere bogstav </ins><ins><strong>går forud</strong></ins>.`,
		`<del><bdi class="filled">24</bdi></del><ins><bdi class="filled">48</bdi></ins>`,
		`<span class="no"><ins>2.3</ins></span> <ins>Leverandøren svarer inden for </ins>`,
		`<li><span class="no"><del>a)</del></span> <del>hvis en besked`,
		`<p class="plain"><del>Spørger`,
		`Sikkerhed<del>, brud og “uventede hændelser”</del><ins> og brud</ins></h2>`,
		`<td><ins>Bjergsky AB</ins></td>`, `<th scope="col"><ins>Emne</ins></th>`, `<caption><ins>Frister</ins></caption>`,
		`<li>Foreslåede ændringer fra Fællessekretariatet den 24.` + "\u00a0november\u00a02026: Understreget tekst kommer til, gennemstreget tekst udgår.</li>",
	} {
		if !strings.Contains(got, want) {
			t.Errorf("no %s in\n%s", want, got)
		}
	}
	if n := strings.Count(got, `id="cl_s3_2"`); n != 1 {
		t.Errorf("%d places are called as the clause that moved", n)
	}
}

func TestPDF_tells_changes_to_who_does_not_see_them(t *testing.T) {
	file := pdf(t, rendertest.Redlined())
	if f := os.Getenv("RENDER_KEEP_PDF"); f != "" { // to look at
		if err := os.WriteFile(f, file, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	golden(t, "redlined.struct.txt", tool(t, file, "pdfinfo", "-struct-text", "FILE"))
	structure := tool(t, file, "pdfinfo", "-struct", "FILE")
	for _, want := range []string{"/TextDecorationType /Underline", "/TextDecorationType /LineThrough"} {
		if !strings.Contains(structure, want) {
			t.Errorf("no %s in %s", want, structure)
		}
	}
	for _, heard := range []string{"[udgår: 24]", "[kommer til: 48]", "[udgår: Siger to bilag noget forskelligt, gælder det yngste]"} {
		var hex strings.Builder
		for _, u := range utf16.Encode([]rune(heard)) {
			fmt.Fprintf(&hex, "%04X", u)
		}
		if !bytes.Contains(file, []byte("/ActualText <FEFF"+hex.String()+">")) {
			t.Errorf("nobody hears %s", heard)
		}
	}
	text := strings.Join(strings.Fields(tool(t, file, "pdftotext", "-layout", "FILE", "-")), " ")
	if want := "Foreslåede ændringer fra Fællessekretariatet den 24. november 2026: Understreget tekst kommer til, gennemstreget tekst udgår."; !strings.Contains(text, want) {
		t.Errorf("no %q in %s", want, text)
	}
	if out := tool(t, file, "qpdf", "--check", "FILE"); !strings.Contains(out, "No syntax or stream encoding errors") {
		t.Error(out)
	}
}
