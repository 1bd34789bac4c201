package render_test

import (
	"bytes"
	"crypto/sha256"
	"errors"
	"flag"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"klausul/server/render"
	"klausul/server/render/rendertest"
)

var update = flag.Bool("update", false, "write the golden files anew; read the diff before committing")

func pdf(t *testing.T, d render.Document) []byte {
	t.Helper()
	b, err := render.NewPDF().PDF(t.Context(), d)
	if err != nil {
		t.Fatal(err)
	}
	return b
}

// tool runs a program on a file with the given content and gives what it printed.
func tool(t *testing.T, content []byte, name string, args ...string) string {
	t.Helper()
	if _, err := exec.LookPath(name); err != nil {
		t.Fatalf("this test needs the program %s (apt-get install poppler-utils qpdf libreoffice-writer-nogui)", name)
	}
	file := filepath.Join(t.TempDir(), "in.pdf")
	if err := os.WriteFile(file, content, 0o600); err != nil {
		t.Fatal(err)
	}
	for i, a := range args {
		args[i] = strings.Replace(a, "FILE", file, 1)
	}
	out, err := exec.CommandContext(t.Context(), name, args...).CombinedOutput()
	if err != nil {
		t.Fatalf("%s: %v\n%s", name, err, out)
	}
	return string(out)
}

func golden(t *testing.T, name, got string) {
	t.Helper()
	file := filepath.Join("testdata", name)
	if *update {
		if err := os.WriteFile(file, []byte(got), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	if got != string(want) {
		t.Errorf("%s differs; got:\n%s", file, got)
	}
}

func TestPDF_text_as_a_reader_sees_it(t *testing.T) {
	golden(t, "sample.txt", tool(t, pdf(t, rendertest.Sample()), "pdftotext", "-layout", "FILE", "-"))
}

func TestPDF_structure_as_a_screen_reader_hears_it(t *testing.T) {
	golden(t, "sample.struct.txt", tool(t, pdf(t, rendertest.Sample()), "pdfinfo", "-struct-text", "FILE"))
}

func TestPDF_table_headings_say_that_they_head_a_column(t *testing.T) {
	got := tool(t, pdf(t, rendertest.Sample()), "pdfinfo", "-struct", "FILE")
	if n := strings.Count(got, "TH:\n"); n != 4 || strings.Count(got, "/Scope /Column") != 4 {
		t.Errorf("%d headings with a scope, want 4:\n%s", n, got)
	}
}

func TestPDF_is_tagged_titled_and_sound(t *testing.T) {
	file := pdf(t, rendertest.Sample())
	info := tool(t, file, "pdfinfo", "FILE")
	for _, want := range []string{
		"Title:           Databehandleraftale om elektronisk sags- og dokumenthåndtering 2026-0147\n",
		"Tagged:          yes\n", "Suspects:        no\n", "Page size:       595.28 x 841.89 pts (A4)\n",
		"CreationDate:    Mon Nov 23 09:30:00 2026 UTC\n",
	} {
		if !strings.Contains(info, want) {
			t.Errorf("no %q in:\n%s", want, info)
		}
	}
	meta := tool(t, file, "pdfinfo", "-meta", "FILE")
	for _, want := range []string{"<pdfaid:part>2</pdfaid:part>", "<pdfaid:conformance>A</pdfaid:conformance>", "da-DK", "dokumenthåndtering 2026-0147"} {
		if !strings.Contains(meta, want) {
			t.Errorf("no %q in the metadata:\n%s", want, meta)
		}
	}
	if out := tool(t, file, "qpdf", "--check", "FILE"); !strings.Contains(out, "No syntax or stream encoding errors") {
		t.Error(out)
	}
	json := tool(t, file, "qpdf", "--json", "FILE")
	for _, want := range []string{`"/Lang": "u:da-DK"`, `"/DisplayDocTitle": true`, `"/Marked": true`, `"title": "Bilag B – Underdatabehandlere på aftalens dag"`} {
		if !strings.Contains(json, want) {
			t.Errorf("no %s in the file", want)
		}
	}
	for _, ban := range []string{"/EmbeddedFiles", "/Transparency", "/JavaScript"} {
		if strings.Contains(json, ban) {
			t.Errorf("%s in a PDF/A file", ban)
		}
	}
	for _, line := range strings.Split(strings.TrimSpace(tool(t, file, "pdffonts", "FILE")), "\n")[2:] {
		if !strings.Contains(line, "KLAUSA+IBMPlex") || !strings.Contains(line, "yes yes yes") {
			t.Errorf("font without a name or not embedded: %s", line)
		}
	}
}

func TestPDF_every_page_names_the_document_and_counts(t *testing.T) {
	d := rendertest.Long(6, 2)
	text := tool(t, pdf(t, d), "pdftotext", "-layout", "FILE", "-")
	pages := strings.Split(strings.TrimSuffix(text, "\f"), "\f")
	for i, p := range pages {
		for _, want := range []string{d.Title + " " + d.Number, d.Header, "Tekst " + d.TextHash[:12], "Aftale " + d.InstanceHash[:12], fmt.Sprintf("Side %d af %d\n", i+1, len(pages))} {
			if !strings.Contains(p, want) {
				t.Errorf("page %d lacks %q", i+1, want)
			}
		}
	}
	last := pages[len(pages)-1]
	if !strings.Contains(last, d.TextHash) || !strings.Contains(last, d.InstanceHash) {
		t.Errorf("the last page lacks a whole hash:\n%s", last)
	}
}

func TestPDF_english_words(t *testing.T) {
	d := rendertest.Sample()
	d.Language = "en"
	text := tool(t, pdf(t, d), "pdftotext", "-layout", "FILE", "-")
	for _, want := range []string{"Page 1 of 6", "DRAFT", "Contents", "[Kontaktperson missing]", "Signatures", "23 November 2026"} {
		if !strings.Contains(text, want) {
			t.Errorf("no %q", want)
		}
	}
	for _, ban := range []string{"Side 1", "UDKAST", "mangler]", "Indhold\n"} {
		if strings.Contains(text, ban) {
			t.Errorf("%q in an English document", ban)
		}
	}
}

func TestPDF_a_final_document_bears_no_draft_marks(t *testing.T) {
	d := rendertest.Sample()
	d.Draft = false
	if text := tool(t, pdf(t, d), "pdftotext", "FILE", "-"); strings.Contains(strings.ToUpper(text), "UDKAST") {
		t.Error(text)
	}
}

func TestPDF_long_tables_repeat_their_head_and_lose_no_row(t *testing.T) {
	d := rendertest.Long(0, 1)
	table := d.Sections[0].Blocks[1].Table
	table.Rows = nil
	for i := range 200 {
		table.Rows = append(table.Rows, [][]render.Run{render.Text(fmt.Sprintf("r%03d", i)), render.Text("Emne"), render.Text("Frist"), render.Text("Tekst")})
	}
	table.Rows[100][3] = render.Text(strings.Repeat("Et meget langt felt, der fylder mere end en side. ", 120) + "SLUT")
	file := pdf(t, d)
	text := tool(t, file, "pdftotext", "-layout", "FILE", "-")
	for i := range 200 {
		if strings.Count(text, fmt.Sprintf("r%03d", i)) != 1 {
			t.Errorf("row %d stands %d times", i, strings.Count(text, fmt.Sprintf("r%03d", i)))
		}
	}
	if !strings.Contains(text, "SLUT") {
		t.Error("the end of the long cell is lost")
	}
	for i, p := range strings.Split(text, "\f") {
		if strings.Contains(p, "Emne ") && !strings.Contains(p, "Beskrivelse") {
			t.Errorf("page %d has rows without a head", i+1)
		}
	}
	if n := strings.Count(tool(t, file, "pdfinfo", "-struct", "FILE"), "TH:"); n != 4 {
		t.Errorf("%d headings are read aloud, want the 4 of one head", n)
	}
}

func TestPDF_nothing_runs_out_of_the_page(t *testing.T) {
	d := rendertest.Sample()
	long := strings.Repeat("Ø", 400)
	d.Title, d.Header, d.Parties[0].Name, d.Parties[0].Address, d.Parties[1].Role = d.Title+long, long, long, long, long
	d.Sections[0].Heading, d.Sections[0].Blocks[0].Runs, d.Sections[3].Heading = long, render.Text(long), long
	d.Sections[4].Blocks[1].Table.Rows[0][2] = render.Text(long)
	d.Sections[4].Blocks[1].Table.Head[0] = long
	d.Marks = []string{long}
	for _, line := range strings.Split(tool(t, pdf(t, d), "pdftotext", "-bbox", "FILE", "-"), "\n") {
		var x0, y0, x1, y1 float64
		if n, _ := fmt.Sscanf(strings.TrimSpace(line), `<word xMin="%f" yMin="%f" xMax="%f" yMax="%f">`, &x0, &y0, &x1, &y1); n == 4 {
			if x0 < 70 || x1 > 525 || y0 < 10 || y1 > 830 {
				t.Errorf("outside the margins: %s", line)
			}
		}
	}
}

func TestPDF_same_document_same_bytes(t *testing.T) {
	first := pdf(t, rendertest.Sample())
	if os.Getenv("RENDER_PRINT_SUM") != "" {
		fmt.Printf("sum %x\n", sha256.Sum256(first))
		return
	}
	for range 5 {
		if !bytes.Equal(first, pdf(t, rendertest.Sample())) {
			t.Fatal("a second run gave other bytes")
		}
	}
	cmd := exec.CommandContext(t.Context(), os.Args[0], "-test.run=^TestPDF_same_document_same_bytes$", "-test.v")
	cmd.Env = append(os.Environ(), "RENDER_PRINT_SUM=1", "TZ=Asia/Tokyo")
	out, err := cmd.CombinedOutput()
	if err != nil || !strings.Contains(string(out), fmt.Sprintf("sum %x", sha256.Sum256(first))) {
		t.Errorf("another process gave other bytes: %v\n%s", err, out)
	}
	d := rendertest.Sample()
	d.At = d.At.Add(time.Hour)
	if bytes.Equal(first, pdf(t, d)) {
		t.Error("another time gave the same bytes")
	}
	d.At = time.Time{}
	if !bytes.Equal(pdf(t, d), pdf(t, d)) {
		t.Error("a document without a time takes the clock's")
	}
}

func TestPDF_many_at_once(t *testing.T) {
	want := pdf(t, rendertest.Sample())
	for range 8 {
		t.Run("", func(t *testing.T) {
			t.Parallel()
			if !bytes.Equal(want, pdf(t, rendertest.Sample())) {
				t.Error("other bytes beside others")
			}
		})
	}
}

func TestPDF_refuses(t *testing.T) {
	refused := func(change func(*render.Document)) error {
		d := rendertest.Sample()
		change(&d)
		b, err := render.NewPDF().PDF(t.Context(), d)
		if len(b) != 0 {
			t.Error("a file beside the refusal")
		}
		return err
	}
	if err := refused(func(d *render.Document) { d.Language = "de" }); !errors.Is(err, render.ErrLanguage) {
		t.Error(err)
	}
	if err := refused(func(d *render.Document) { d.Title = " \u00ad" }); !errors.Is(err, render.ErrNoTitle) {
		t.Error(err)
	}
}

func TestPDF_sets_the_letters_of_europe(t *testing.T) {
	d := rendertest.Sample()
	const all = "æøåÆØÅ äöüßÄÖÜ éèêëçñ łśżőűčřž ðþ – — “”„»«’ § € ± × … • Ελληνικά Київ"
	d.Sections[0].Blocks[0].Runs = render.Text(all)
	d.Sections[0].Blocks[1].Runs = render.Text("A\u030a a\u030a blo\u00add\u200bprop a\u00a0b re\u2011t")
	text := tool(t, pdf(t, d), "pdftotext", "FILE", "-")
	for _, want := range []string{all, "Å å blodprop a\u00a0b re-t"} {
		if !strings.Contains(strings.ReplaceAll(text, "\u00a0", " "), strings.ReplaceAll(want, "\u00a0", " ")) {
			t.Errorf("no %q in:\n%s", want, text)
		}
	}
}

func TestPDF_the_sparsest_document(t *testing.T) {
	if text := tool(t, pdf(t, render.Document{Title: "Tom aftale", Language: "da"}), "pdftotext", "FILE", "-"); !strings.Contains(text, "Tom aftale") {
		t.Error(text)
	}
}

func BenchmarkPDF(b *testing.B) {
	d := rendertest.Long(9, 3) // about 15 pages
	for b.Loop() {
		if _, err := render.NewPDF().PDF(b.Context(), d); err != nil {
			b.Fatal(err)
		}
	}
}
