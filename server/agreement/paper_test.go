package agreement_test

import (
	"bytes"
	"encoding/json"
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"klausul/server/agreement"
	"klausul/server/clause"
	"klausul/server/field"
	"klausul/server/member"
	"klausul/server/render"
	"klausul/server/vendor"
	"klausul/server/word"
)

// flavour answers every field of a template one way: even ones with everything that may
// be told, odd ones with what must be told only, each with its own choices; the last
// answers nothing at all.
func flavour(v clause.Version, n, last int) agreement.Detail {
	cvr := "12345674"
	d := agreement.Detail{Tree: v,
		Systems: []agreement.SystemRef{{ID: 1, Number: 1, Name: "Sagsøkonomi"}, {ID: 2, Number: 2, Name: "Ærø & <Fælles> “Drift”"}},
		Vendor:  vendor.Vendor{Name: "Sødata A/S", CVR: &cvr, Street: "Havnegade 1", PostalCode: "8000", City: "Aarhus C", Country: "DK"}}
	d.Number, d.VersionNo, d.Title, d.State = 147, n+1, "Databehandleraftale om sagsøkonomi", agreement.Draft
	for _, f := range v.Fields {
		if f.Local || f.Derived || n == last || n%2 == 1 && !f.Required {
			continue
		}
		raw, err := json.Marshal(answerTo(f, n))
		if err != nil {
			panic(err)
		}
		d.Answers = append(d.Answers, agreement.Answer{Path: f.Path, Value: raw})
	}
	d.Derived = field.Values{"subprocessors.outside_eea": n % 3}
	return d
}

func answerTo(f field.Field, n int) any {
	switch f.Type {
	case field.Integer:
		at := 20 + 30*n
		if f.Minimum != nil {
			at = max(at, *f.Minimum)
		}
		if f.Maximum != nil {
			at = min(at, *f.Maximum)
		}
		return at
	case field.OneOf:
		return f.Choices[n%len(f.Choices)].Value
	case field.SomeOf:
		var out []any
		for i, c := range f.Choices {
			if i%(n+1) == 0 {
				out = append(out, c.Value)
			}
		}
		return out
	case field.YesNo:
		return n%4 < 2
	case field.Date:
		return "2027-01-31"
	case field.CountryCode:
		return "DE"
	case field.Rows:
		var out []any
		for i := range 3 + n {
			row := map[string]any{}
			for _, c := range f.Columns {
				if c.Required || i != 1 {
					row[c.Path] = answerTo(c, n+i)
				}
			}
			out = append(out, row)
		}
		return out
	case field.LongText:
		return fmt.Sprintf("%s nummer %d: driften står på § %d og varer 24 timer.\nAnden linje & <resten> “i citat”.", f.Label, n, n+11)
	}
	return fmt.Sprintf("%s %d – æøå", f.Label, n)
}

// said is what a document says from its first section to its signatures, piece by piece:
// headings, clauses, items and cells, each with its number.
type said []string

func (s *said) add(number, text string) {
	if text = tidy(number + " " + text); text != "" {
		*s = append(*s, text)
	}
}

// tidy makes white space equal: a line may end elsewhere, and a space may hold two words together.
func tidy(s string) string { return strings.Join(strings.Fields(s), " ") }

func (s *said) model(d render.Document) {
	mangler := map[string]string{"da": "[%s mangler]", "en": "[%s missing]"}[d.Language]
	text := func(runs []render.Run) (out string) {
		for _, r := range runs {
			if r.Missing {
				r.Text = fmt.Sprintf(mangler, r.Text)
			}
			out += r.Text
		}
		return out
	}
	var blocks func([]render.Block, string)
	blocks = func(bs []render.Block, mark string) {
		for _, b := range bs {
			number := b.Number
			if number == "" && len(b.Runs) > 0 {
				number = mark
			}
			s.add(number, text(b.Runs))
			blocks(b.Items, "–")
			if b.Table == nil {
				continue
			}
			s.add("", b.Table.Caption)
			for _, h := range b.Table.Head {
				s.add("", h)
			}
			for _, row := range b.Table.Rows {
				for _, c := range row {
					s.add("", text(c))
				}
			}
		}
	}
	for _, sec := range d.Sections {
		s.add(sec.Number, sec.Heading)
		blocks(sec.Blocks, "")
	}
}

// html reads the page as XML, by element.
func (s *said) html(t *testing.T, page []byte) {
	t.Helper()
	dec := xml.NewDecoder(bytes.NewReader(page))
	dec.Entity = xml.HTMLEntity
	in, open := 0, ""
	for {
		tok, err := dec.Token()
		if errors.Is(err, io.EOF) {
			return
		}
		require.NoError(t, err)
		switch e := tok.(type) {
		case xml.StartElement:
			if e.Name.Local == "section" && !slices.ContainsFunc(e.Attr, func(a xml.Attr) bool { return a.Value == "signatures" }) {
				in++
			}
			if e.Name.Local == "ul" || e.Name.Local == "br" {
				if e.Name.Local == "ul" && in > 0 {
					s.add("", open)
					open = ""
				}
				open += " "
			}
		case xml.CharData:
			if in > 0 {
				open += string(e)
			}
		case xml.EndElement:
			switch e.Name.Local {
			case "section":
				in = max(0, in-1)
			case "h2", "h3", "p", "li", "caption", "th", "td":
				if in > 0 {
					s.add("", open)
				}
				open = ""
			}
		}
	}
}

// word reads the file as Klausul reads what comes back, with the numbers Word shows.
func (s *said) word(t *testing.T, file []byte, d render.Document) {
	t.Helper()
	doc, err := word.Read(bytes.NewReader(file), int64(len(file)))
	require.NoError(t, err)
	in := false
	for _, p := range doc.Paragraphs {
		text := ""
		for _, r := range p.Runs {
			text += r.Text
		}
		begins := !p.Contents && p.Part == word.Body && slices.Contains(p.Bookmarks, "sec_"+strings.Map(func(r rune) rune {
			if strings.ContainsRune(".-", r) {
				return '_'
			}
			return r
		}, d.Sections[0].Key))
		if in = in || begins; !in {
			continue
		}
		if p.Level == 1 && p.Number == "" && len(p.Bookmarks) == 0 {
			return // the signatures
		}
		s.add(p.Number+p.Typed, text)
	}
}

// squeeze takes white space out: in a PDF it is only room between letters.
func squeeze(s string) string { return strings.Join(strings.Fields(s), "") }

// pdf looks for the pieces one after the other in the order in which the file draws its
// text. Between two of them stands nothing but what every page has.
func (s *said) pdf(t *testing.T, file []byte, d render.Document, want said) {
	t.Helper()
	name := filepath.Join(t.TempDir(), "in.pdf")
	require.NoError(t, os.WriteFile(name, file, 0o600))
	out, err := exec.CommandContext(t.Context(), "pdftotext", "-raw", name, "-").CombinedOutput()
	require.NoError(t, err, "this test needs poppler-utils: %s", out)
	pages := strings.Split(strings.TrimSuffix(string(out), "\f"), "\f")
	var furniture []string
	for _, sec := range d.Sections {
		for _, b := range sec.Blocks {
			if b.Table != nil {
				furniture = append(furniture, squeeze(strings.Join(b.Table.Head, "")))
			}
		}
	}
	furniture = append(furniture, squeeze(d.Title+d.Number), squeeze(d.Header), squeeze("Tekst"+d.TextHash[:12]+"·Aftale"+d.InstanceHash[:12]), squeeze("Text"+d.TextHash[:12]+"·Agreement"+d.InstanceHash[:12]))
	for i := range pages {
		furniture = append(furniture, fmt.Sprintf("Side%daf%d", i+1, len(pages)), fmt.Sprintf("Page%dof%d", i+1, len(pages)))
	}
	slices.SortStableFunc(furniture, func(a, b string) int { return len(b) - len(a) })
	rest := squeeze(strings.Join(pages[2:], " ")) // the front page and the contents stand before
	for i, piece := range want {
		at := strings.Index(rest, squeeze(piece))
		if at < 0 {
			s.add("", "nothing like it follows: "+rest[:min(len(rest), 200)])
			return
		}
		between := rest[:at]
		for _, f := range furniture {
			between = strings.ReplaceAll(between, f, "")
		}
		if between != "" {
			s.add("", between+" stands before "+piece)
			return
		}
		rest = rest[at+len(squeeze(piece)):]
		s.add("", want[i])
	}
	for _, f := range furniture {
		rest = strings.ReplaceAll(rest, f, "")
	}
	if !strings.HasPrefix(rest, "Underskrifter") && !strings.HasPrefix(rest, "Signatures") {
		s.add("", "more follows: "+rest[:min(len(rest), 200)])
	}
}

// The PDF, the Word file and the page for the screen say the same, clause by clause, in
// every flavour of the agreement and in both languages.
func TestDocumentsOfAllFormatsSayTheSame(t *testing.T) {
	da, err := clause.SampleVersion()
	require.NoError(t, err)
	en, err := clause.SampleTranslation()
	require.NoError(t, err)
	const last = 4
	held, fell := map[string]bool{}, map[string]bool{}
	for n := range last + 1 {
		v := da
		if n == last-1 {
			v = en
		}
		t.Run(fmt.Sprintf("%s %d", v.Language, n), func(t *testing.T) {
			d := flavour(v, n, last)
			if v.Language == da.Language {
				decided(v.Clauses, v.Fields, d.Values(), held, fell)
			}
			doc := d.Document(agreement.Instance{Systems: d.Systems, Values: ownFacts, Party: agreement.Party{Name: "Viborg Kommune", CVR: "29189846", Address: member.Address{Street: "Prinsens Alle 5", PostalCode: "8800", City: "Viborg", Country: "DK"}}}, time.Date(2026, 11, 26, 0, 0, 0, 0, time.UTC))
			var want, pdf, docx, screen said
			want.model(doc)
			require.Greater(t, len(want), 150)

			body, err := render.NewPDF().PDF(t.Context(), doc)
			require.NoError(t, err)
			pdf.pdf(t, body, doc, want)
			body, err = render.DOCX(doc)
			require.NoError(t, err)
			docx.word(t, body, doc)
			body, err = render.HTML(doc)
			require.NoError(t, err)
			screen.html(t, body)
			for name, got := range map[string]said{"the PDF": pdf, "the Word file": docx, "the page": screen} {
				for i := range want {
					if i >= len(got) || want[i] != got[i] {
						t.Fatalf("%s says at piece %d of %d (it has %d)\n%q\nwant\n%q", name, i, len(want), len(got), got[min(i, len(got)-1)], want[i])
					}
				}
				require.Len(t, got, len(want), name)
			}
		})
	}
	all := map[string]bool{}
	everyCondition(da.Clauses, func(name string) { all[name] = true })
	require.Greater(t, len(all), 25)
	for name := range all {
		require.True(t, held[name], "no flavour shows %s", name)
		require.True(t, fell[name], "every flavour shows %s", name)
	}
}

// everyCondition names what stands or falls with the answers: blocks with a condition,
// and the branches of choices.
func everyCondition(clauses []clause.Clause, tell func(string)) {
	decide(clauses, func(name string, _ *field.Condition) { tell(name) })
}

// decided notes what holds and what falls away on these answers.
func decided(clauses []clause.Clause, fields []field.Field, v field.Values, held, fell map[string]bool) {
	decide(clauses, func(name string, c *field.Condition) {
		if c.Holds(fields, v) {
			held[name] = true
		} else {
			fell[name] = true
		}
	})
}

func decide(clauses []clause.Clause, tell func(string, *field.Condition)) {
	var blocks func(at string, bs []clause.Block)
	blocks = func(at string, bs []clause.Block) {
		for i, b := range bs {
			at := fmt.Sprintf("%s/%d", at, i)
			if b.When != nil {
				tell(at, b.When)
			}
			for _, branch := range b.Branches {
				tell(at+"="+branch.Value, &field.Condition{Path: b.Field, Equals: branch.Value})
				blocks(at+"="+branch.Value, branch.Blocks)
			}
			blocks(at, b.Blocks)
		}
	}
	for _, c := range clauses {
		blocks(c.Key, c.Blocks)
	}
}

// ownFacts are what an organisation says for itself.
var ownFacts = field.Values{"controller.contact": "Mona Holm, jurist", "controller.breach_contact": "It-vagten, 87 87 87 87", "data.persons": 4200}
