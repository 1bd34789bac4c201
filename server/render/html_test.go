package render_test

import (
	"bytes"
	"crypto/sha256"
	"encoding/base64"
	"encoding/xml"
	"errors"
	"io"
	"os"
	"regexp"
	"strings"
	"testing"

	"klausul/server/render"
	"klausul/server/render/rendertest"
)

func page(t *testing.T, d render.Document) string {
	t.Helper()
	b, err := render.HTML(d)
	if err != nil {
		t.Fatal(err)
	}
	if again, _ := render.HTML(d); !bytes.Equal(b, again) {
		t.Fatal("a second run gave other bytes")
	}
	if f := os.Getenv("RENDER_KEEP"); f != "" { // to look at with a browser
		if err := os.WriteFile(f, b, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	return string(b)
}

func TestHTML_tells_a_screen_reader_what_is_what(t *testing.T) {
	d := rendertest.Sample()
	got := page(t, d)
	for _, want := range []string{
		`<html lang="da-DK">`, `<title>Databehandleraftale om elektronisk sags- og dokumenthåndtering 2026-0147</title>`, `<main id="text">`,
		`<th scope="col">Opgave</th>`, `<caption>Underdatabehandlere</caption>`, `<nav aria-labelledby="contents">`, `role="list"`,
		`<p id="cl_s2_1" class="clause">`, `<span class="no">2.1</span> Leverandøren`, `<p id="cl_s2_2_1" class="clause level1">`,
		`<mark>[Kontaktperson mangler]</mark>`, `<bdi class="filled">SagsØ 4</bdi>`, `databeskyttelseslovens §&nbsp;11`,
		`Tekst 3f9a1c77d2e8 · Aftale b81e02d94ca7`, `<dd>` + d.TextHash + `</dd>`, `<dd>` + d.InstanceHash + `</dd>`,
		`<p class="band"><span>Udkast – ikke til underskrift</span></p>`, `<li>Leverandørens adresse mangler.</li>`, `>Bilag&nbsp;B – Underdatabehandlere på aftalens dag</a><ul><li>`,
		`<h3 id="section-5-1"><span class="no">B.1</span> Liste ved underskrift</h3>`,
	} {
		if want = strings.ReplaceAll(want, "&nbsp;", "\u00a0"); !strings.Contains(got, want) {
			t.Errorf("no %s", want)
		}
	}
	if strings.Count(got, "<h1>") != 1 {
		t.Error("not one h1")
	}
	levels := regexp.MustCompile(`<h(\d)`).FindAllStringSubmatch(got, -1)
	for i := 1; i < len(levels); i++ {
		if levels[i][1][0] > levels[i-1][1][0]+1 {
			t.Errorf("a heading of level %s follows one of level %s", levels[i][1], levels[i-1][1])
		}
	}
	ids := map[string]bool{}
	for _, m := range regexp.MustCompile(` id="([^"]+)"`).FindAllStringSubmatch(got, -1) {
		if ids[m[1]] {
			t.Errorf("two places are called %s", m[1])
		}
		ids[m[1]] = true
	}
	for _, m := range regexp.MustCompile(`(?:href="#|labelledby=")([^"]+)"`).FindAllStringSubmatch(got, -1) {
		if !ids[m[1]] {
			t.Errorf("nothing is called %s", m[1])
		}
	}
}

// What a page may do is only what its policy says, whoever wrote the text.
func TestHTML_holds_only_text_and_its_own_style(t *testing.T) {
	d := rendertest.Sample()
	nasty := `<script>alert(1)</script> & "' --> </style><img src=x onerror=alert(1)> ` + "\x00\x1b\ufffe"
	d.Title, d.Header, d.Number, d.TextHash, d.Marks = nasty, nasty, nasty, nasty, []string{nasty}
	d.Parties[0].Name, d.Parties[0].Role, d.Parties[0].Missing = nasty, nasty, []string{nasty}
	s := &d.Sections[0]
	s.Heading, s.Number, s.Key = nasty, nasty, nasty
	s.Blocks[0].Runs, s.Blocks[0].ID, s.Blocks[0].Number = render.Text(nasty), nasty, nasty
	table := d.Sections[4].Blocks[1].Table
	table.Caption, table.Head[0], table.Rows[0][0] = nasty, nasty, render.Text(nasty)
	got := page(t, d)
	dec := xml.NewDecoder(strings.NewReader(got))
	for {
		tok, err := dec.Token()
		if errors.Is(err, io.EOF) {
			break
		} else if err != nil {
			t.Fatal(err)
		}
		e, ok := tok.(xml.StartElement)
		if !ok {
			continue
		}
		if strings.Contains(" script img iframe object link base form ", " "+e.Name.Local+" ") {
			t.Errorf("a <%s> in the page", e.Name.Local)
		}
		for _, a := range e.Attr {
			if strings.HasPrefix(a.Name.Local, "on") || a.Name.Local == "style" || a.Name.Local == "src" || a.Name.Local == "href" && !strings.HasPrefix(a.Value, "#") {
				t.Errorf("%s=%q in the page", a.Name.Local, a.Value)
			}
		}
	}
}

func TestHTML_style_is_the_one_the_policy_allows(t *testing.T) {
	for _, lang := range []string{"da", "en"} {
		d := rendertest.Sample()
		d.Language = lang
		got := page(t, d)
		_, style, _ := strings.Cut(got, "<style>")
		style, _, _ = strings.Cut(style, "</style>")
		sum := sha256.Sum256([]byte(style))
		if hash := "'sha256-" + base64.StdEncoding.EncodeToString(sum[:]) + "'"; !strings.Contains(render.HTMLPolicy, hash) {
			t.Errorf("%s is not in %s", hash, render.HTMLPolicy)
		}
		if strings.Count(got, "<style") != 1 || !strings.Contains(style, `content: "`+map[string]string{"da": "Side ", "en": "Page "}[lang]) {
			t.Error("not one style with the words of the language")
		}
	}
	if !strings.HasPrefix(render.HTMLPolicy, "default-src 'none';") || strings.Contains(render.HTMLPolicy, "unsafe") {
		t.Error(render.HTMLPolicy)
	}
}

// The screen can show what the PDF refuses: names of any script, in their own direction.
func TestHTML_sets_names_of_any_script(t *testing.T) {
	d := rendertest.Sample()
	d.Parties[1].Name = "חברת שלום 😀"
	d.Sections[0].Blocks[0].Runs[1].Text = "شركة النور"
	got := page(t, d)
	for _, want := range []string{`<p class="name" dir="auto">חברת שלום 😀</p>`, `<bdi class="filled">شركة النور</bdi>`} {
		if !strings.Contains(got, want) {
			t.Errorf("no %s", want)
		}
	}
}

func TestHTML_refuses_and_is_sparse(t *testing.T) {
	if _, err := render.HTML(render.Document{Title: "x", Language: "de"}); !errors.Is(err, render.ErrLanguage) {
		t.Error(err)
	}
	if _, err := render.HTML(render.Document{Language: "da"}); !errors.Is(err, render.ErrNoTitle) {
		t.Error(err)
	}
	if got := page(t, render.Document{Title: "Tom", Language: "en"}); strings.Contains(got, "<nav") || strings.Contains(got, "<footer") || !strings.Contains(got, "<h1>Tom</h1>") {
		t.Error(got)
	}
}
