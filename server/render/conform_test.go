package render_test

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"klausul/server/render"
	"klausul/server/render/rendertest"
	"klausul/templates"
)

// full is a document with everything in it: long text, annexes whose tables run over
// pages, sub-headings, holes and a draft's band.
func full(language string, draft bool) render.Document {
	d, long := rendertest.Sample(), rendertest.Long(6, 2)
	d.Language, d.Draft = language, draft
	for i := range long.Sections {
		s := long.Sections[i]
		s.Key = "long-" + s.Key
		if s.Number = fmt.Sprint(4 + i); s.Annex {
			s.Number = "Bilag " + string(rune('A'+i-4))
		}
		for k := range s.Blocks {
			s.Blocks[k].ID = ""
			s.Blocks[k].Items = nil
		}
		d.Sections = append(d.Sections, s)
	}
	slices.SortStableFunc(d.Sections, func(a, b render.Section) int {
		order := map[bool]int{true: 1}
		return order[a.Annex] - order[b.Annex]
	})
	return d
}

// Apache PDFBox knows the rules of PDF/A-1b and says which of them a file breaks. Our
// files claim A-2a, whose rules contain those; the claim is set down for the question.
func TestPDF_Apache_PDFBox_finds_no_fault(t *testing.T) {
	const jars = "/usr/share/java"
	var path []string
	for _, j := range []string{"preflight", "pdfbox2", "fontbox2", "xmpbox", "commons-logging", "commons-io", "javax.activation", "jaxb-api"} {
		path = append(path, filepath.Join(jars, j+".jar"))
		if _, err := os.Stat(path[len(path)-1]); err != nil {
			t.Fatal("this test needs Apache PDFBox: apt-get install libpdfbox2-java libactivation-java libjaxb-api-java", err)
		}
	}
	ask := func(file []byte) (string, error) {
		name := filepath.Join(t.TempDir(), "in.pdf")
		if err := os.WriteFile(name, file, 0o600); err != nil {
			t.Fatal(err)
		}
		out, err := exec.CommandContext(t.Context(), "java", "-cp", strings.Join(path, ":"), "org.apache.pdfbox.preflight.Validator_A1b", name).CombinedOutput()
		return string(out), err
	}
	claim := func(file []byte) []byte {
		for from, to := range map[string]string{"%PDF-1.7": "%PDF-1.4", "<pdfaid:part>2<": "<pdfaid:part>1<", "<pdfaid:conformance>A<": "<pdfaid:conformance>B<"} {
			if bytes.Count(file, []byte(from)) != 1 {
				t.Fatalf("the file does not say %s once", from)
			}
			file = bytes.Replace(file, []byte(from), []byte(to), 1)
		}
		return file
	}
	for name, d := range map[string]render.Document{"draft": full("da", true), "final": full("en", false), "redlined": rendertest.Redlined()} {
		t.Run(name, func(t *testing.T) {
			if out, err := ask(claim(pdf(t, d))); err != nil || !strings.Contains(out, "is a valid PDF/A-1b file") {
				t.Errorf("%v\n%s", err, out)
			}
		})
	}
	broken := bytes.Replace(claim(pdf(t, full("da", false))), []byte("/CIDSet"), []byte("/CIDSot"), 1)
	if out, err := ask(broken); err == nil || !strings.Contains(out, "CIDSet entry is missing") {
		t.Errorf("a broken file passes: %v\n%s", err, out)
	}
}

// bookmark is one line of the outline as qpdf reads it.
type bookmark struct {
	Title string     `json:"title"`
	Page  int        `json:"destpageposfrom1"`
	Open  bool       `json:"open"`
	Kids  []bookmark `json:"kids"`
}

func outline(t *testing.T, file []byte) []bookmark {
	t.Helper()
	var out struct {
		Outlines []bookmark `json:"outlines"`
	}
	if err := json.Unmarshal([]byte(tool(t, file, "qpdf", "--json", "--json-key=outlines", "FILE")), &out); err != nil {
		t.Fatal(err)
	}
	return out.Outlines
}

// The contents, the bookmarks and the pages agree, for sections, annexes and the parts
// of an annex, however long the text is.
func TestPDF_contents_and_bookmarks_lead_to_the_page_of_each_heading(t *testing.T) {
	for _, size := range []int{1, 5, 12} {
		d := full("da", false)
		filler := d.Sections[0].Blocks[1]
		filler.ID, filler.Number = "", ""
		for range size * 9 {
			d.Sections[1].Blocks = append(d.Sections[1].Blocks, filler)
		}
		file := pdf(t, d)
		pages := strings.Split(tool(t, file, "pdftotext", "-layout", "FILE", "-"), "\f")
		tidy := func(s string) string { return strings.Join(strings.Fields(s), " ") }
		stands := func(page int, number, heading string) bool {
			lines := strings.Split(pages[page-1], "\n")
			return slices.ContainsFunc(lines, func(l string) bool { return tidy(l) == tidy(number+" "+heading) })
		}
		got := outline(t, file)
		if len(got) != len(d.Sections)+1 {
			t.Fatalf("%d bookmarks for %d sections and the signatures", len(got), len(d.Sections))
		}
		for i := range d.Sections {
			s, b := &d.Sections[i], got[i]
			join, number := " ", s.Number
			if s.Annex {
				join, number = " – ", ""
			}
			if b.Title != s.Number+join+s.Heading || !stands(b.Page, number, s.Heading) {
				t.Errorf("bookmark %q leads to page %d:\n%s", b.Title, b.Page, pages[b.Page-1])
			}
			if want := fmt.Sprintf("%s%s%s %d", s.Number, join, s.Heading, b.Page); !strings.Contains(tidy(strings.ReplaceAll(pages[1], ".", "")), tidy(want)) {
				t.Errorf("the contents lack %q:\n%s", want, pages[1])
			}
			subs := 0
			for _, block := range s.Blocks {
				if block.Kind != render.SubHeading {
					continue
				}
				if subs == len(b.Kids) {
					t.Fatalf("%q lacks bookmarks below it", b.Title)
				}
				kid := b.Kids[subs]
				subs++
				if kid.Title != strings.TrimSpace(block.Number+" "+block.Runs[0].Text) || !stands(kid.Page, block.Number, block.Runs[0].Text) {
					t.Errorf("bookmark %q leads to page %d:\n%s", kid.Title, kid.Page, pages[kid.Page-1])
				}
			}
			if subs != len(b.Kids) {
				t.Errorf("%q has %d bookmarks below it, want %d", b.Title, len(b.Kids), subs)
			}
		}
	}
}

// Names that run from right to left, joined letters, emoji, accents that find no letter
// to join and signs the fonts lack are refused, with their place: never a wrong sign.
func TestPDF_refuses_what_it_cannot_set_and_says_where(t *testing.T) {
	for text, runes := range map[string]string{
		"שלום Systems": "שלום", "شركة A/S": "شركة", "Glad 😀 ApS": "😀", "👩‍💻 Kode": "👩💻", "株式会社": "株式会社", "Zx\u0323\u0302": "\u0323\u0302", "Flag 🇩🇰": "🇩🇰", "हिन्दी": "हिन्दी", "ก": "ก",
	} {
		d := rendertest.Sample()
		d.Parties[1].Name = text
		d.Sections[1].Blocks[0].Items[0].Runs[0].Text += text
		d.Sections[4].Blocks[1].Table.Rows[1][0] = render.Text(text)
		b, err := render.NewPDF().PDF(t.Context(), d)
		var glyph *render.GlyphError
		if len(b) != 0 || !errors.As(err, &glyph) {
			t.Errorf("%q: %v", text, err)
			continue
		}
		sorted := []rune(runes)
		slices.Sort(sorted)
		if sorted = slices.Compact(sorted); string(glyph.Runes) != string(sorted) {
			t.Errorf("%q refuses %q, want %q", text, string(glyph.Runes), string(sorted))
		}
		var where []string
		for _, p := range glyph.Places {
			where = append(where, p.Where)
		}
		if got := strings.Join(where, "; "); got != "Databehandler; 2.1; B.1, 2. række; Underskrifter" {
			t.Errorf("%q is refused at %s", text, got)
		}
		if !strings.Contains(glyph.Error(), "Databehandler, 2.1") {
			t.Error(glyph)
		}
		early, err := render.Unshown("Ærø 1: " + text)
		slices.Sort(early)
		if err != nil || string(early) != string(sorted) {
			t.Errorf("%q: told early of %q, %v", text, string(early), err)
		}
	}
	if early, err := render.Unshown("Ærø\n§ 11 – Łódź, Ελλάδα, Київ, cafe\u0301 ½ €"); err != nil || len(early) != 0 {
		t.Error(string(early), err)
	}
}

func TestFonts_carry_their_licence(t *testing.T) {
	licence, err := templates.FS.ReadFile("fonts/OFL.txt")
	if err != nil || !bytes.Contains(licence, []byte("SIL OPEN FONT LICENSE Version 1.1")) {
		t.Fatal(err)
	}
	names, err := fs.Glob(templates.FS, "fonts/*.ttf")
	if err != nil || len(names) < 6 {
		t.Fatal(names, err)
	}
	for _, n := range names {
		b, err := templates.FS.ReadFile(n)
		if err != nil {
			t.Fatal(err)
		}
		// The name table says it in UTF-16.
		if plain := bytes.ReplaceAll(b, []byte{0}, nil); !bytes.Contains(plain, []byte("SIL Open Font License")) {
			t.Errorf("%s does not say that it is under the SIL Open Font License", n)
		}
	}
}
