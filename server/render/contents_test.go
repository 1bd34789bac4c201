package render

import (
	"archive/zip"
	"bytes"
	"io"
	"strings"
	"testing"
)

// A table of contents stands in all three files or in none: from four headings on.
func TestContentsStandWhenThereIsSomethingToFind(t *testing.T) {
	headings := []Section{
		{Key: "a", Number: "1", Heading: "Først", Blocks: []Block{filler(1)}},
		{Key: "b", Number: "2", Heading: "Derefter", Blocks: []Block{filler(1)}},
		{Key: "c", Number: "3", Heading: "Så", Blocks: []Block{filler(1)}},
		{Key: "d", Number: "Bilag A", Heading: "Bilaget", Annex: true, Blocks: []Block{filler(1)}},
	}
	for n, want := range map[int]bool{0: false, 1: false, 3: false, 4: true} {
		d := Document{Title: "Tillæg", Language: "da", Sections: headings[:n]}
		l, err := set(&d)
		if err != nil {
			t.Fatal(err)
		}
		if got := strings.Contains(kinds(l.root), "TOC"); got != want {
			t.Errorf("%d headings: contents in the PDF: %v", n, got)
		}
		page, err := HTML(d)
		if err != nil {
			t.Fatal(err)
		}
		if got := bytes.Contains(page, []byte("<nav")); got != want {
			t.Errorf("%d headings: contents on the screen: %v", n, got)
		}
		file, err := DOCX(d)
		if err != nil {
			t.Fatal(err)
		}
		if got := strings.Contains(wordBody(t, file), "TOC \\o"); got != want {
			t.Errorf("%d headings: contents in Word: %v", n, got)
		}
	}
}

// A heading that goes is in the contents by the words that go: its clauses stay under it.
func TestContentsNameAHeadingThatGoes(t *testing.T) {
	gone := []Run{{Text: "Instruks", Change: Deleted}}
	d := Document{Title: "Aftale", Language: "da", Hand: Hand{Author: "Sødata"}, Sections: []Section{
		{Key: "a", Number: "1", Marked: gone, Blocks: []Block{filler(1)}},
		{Key: "b", Number: "Bilag A", Annex: true, Marked: gone, Blocks: []Block{filler(1)}},
	}}
	l, err := set(&d)
	if err != nil {
		t.Fatal(err)
	}
	for _, h := range l.heads {
		if h.label != "Instruks" {
			t.Errorf("%s is named %q", h.number, h.label)
		}
	}
}

// kinds are the tags of an element and of all below it.
func kinds(e *elem) string {
	out := e.kind + " "
	for _, k := range e.kids {
		if below, ok := k.(*elem); ok {
			out += kinds(below)
		}
	}
	return out
}

func wordBody(t *testing.T, file []byte) string {
	t.Helper()
	z, err := zip.NewReader(bytes.NewReader(file), int64(len(file)))
	if err != nil {
		t.Fatal(err)
	}
	r, err := z.Open("word/document.xml")
	if err != nil {
		t.Fatal(err)
	}
	text, err := io.ReadAll(r)
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}
