package round_test

import (
	"bytes"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"
	"unicode"

	"github.com/stretchr/testify/require"

	"klausul/server/agreement"
	"klausul/server/agreement/round"
	"klausul/server/clause"
	"klausul/server/render"
	"klausul/server/vendor"
	"klausul/server/word"
)

func normative(s string) clause.Span { return clause.Span{Kind: clause.Normative, Text: s} }
func added(s string) clause.Span     { return clause.Span{Kind: clause.Supplementary, Text: s} }
func filled(s string) clause.Span {
	return clause.Span{Kind: clause.FillIn, Field: "x", Text: s, Filled: true}
}

func paragraph(spans ...clause.Span) clause.Block {
	return clause.Block{Kind: clause.Paragraph, Spans: spans}
}

// tree is a small agreement with everything that a clause may be made of.
var tree = []clause.Clause{
	{Key: "instruction", Number: "1", Level: 1, Heading: "Instruks"},
	{Key: "instructed", Number: "1.1", Level: 2, Blocks: []clause.Block{paragraph(normative("Databehandleren må kun behandle personoplysninger efter dokumenteret instruks fra den dataansvarlige. Instruksen skal foreligge skriftligt."))}},
	{Key: "unlawful", Number: "1.2", Level: 2, Blocks: []clause.Block{paragraph(normative("Databehandleren underretter straks den dataansvarlige, hvis en instruks efter databehandlerens mening er ulovlig."))}},
	{Key: "persons", Number: "1.3", Level: 2, Blocks: []clause.Block{
		paragraph(normative("Adgang til oplysningerne gives alene til personer, som")),
		{Kind: clause.List, Items: [][]clause.Span{{normative("er underlagt tavshedspligt efter lov eller aftale,")}, {normative("har brug for adgangen i deres daglige arbejde, og")}, {added("har gennemført kommunens kursus i informationssikkerhed.")}}},
	}},
	{Key: "subprocessing", Number: "2", Level: 1, Heading: "Underdatabehandlere"},
	{Key: "authorised", Number: "2.1", Level: 2, Blocks: []clause.Block{paragraph(normative("Databehandleren må bruge underdatabehandlere med den dataansvarliges generelle godkendelse. "), normative("Ændringer varsles mindst "), filled("60"), normative(" dage før de sker."))}},
	{Key: "objection", Number: "2.2", Level: 2, Blocks: []clause.Block{paragraph(normative("Den dataansvarlige kan gøre indsigelse mod en ændring inden udløbet af varslet. Sker ændringen alligevel, kan aftalen opsiges uden omkostninger."))}},
	{Key: "list", Number: "2.3", Level: 2, Blocks: []clause.Block{
		paragraph(normative("Ved aftalens indgåelse er følgende underdatabehandlere godkendt:")),
		{Kind: clause.TableRows, Table: &clause.Table{Head: []string{"Navn", "Land"}, Rows: [][]string{{"Nordlys Drift ApS", "Danmark"}, {"Fjordsky AB", "Sverige"}}}},
	}},
	{Key: "breach", Number: "3", Level: 1, Heading: "Brud på sikkerheden"},
	{Key: "notice", Number: "3.1", Level: 2, Blocks: []clause.Block{paragraph(normative("Databehandleren underretter den dataansvarlige uden unødig forsinkelse og senest "), filled("24"), normative(" timer efter, at bruddet er opdaget."))}},
	{Key: "content", Number: "3.2", Level: 2, Blocks: []clause.Block{paragraph(normative("Underretningen beskriver bruddets karakter, de berørte personer og de trufne foranstaltninger.")), paragraph(added("Underretningen sendes til kommunens vagttelefon og bekræftes pr. mail."))}},
	{Key: "cost", Number: "3.3", Level: 2, Blocks: []clause.Block{paragraph(added("Databehandleren afholder selv sine udgifter ved håndtering af et brud."))}},
	{Key: "annex", Number: "A", Level: 1, Annex: true, Heading: "Behandlingen"},
	{Key: "aim", Number: "A.1", Level: 2, Blocks: []clause.Block{paragraph(normative("Formålet med behandlingen er drift af et fagsystem til sagsbehandling."))}},
	{Key: "kinds", Number: "A.2", Level: 2, Blocks: []clause.Block{paragraph(normative("Behandlingen omfatter almindelige og følsomme personoplysninger om borgere."))}},
	{Key: "citizens", Number: "A.3", Level: 2, Blocks: []clause.Block{paragraph(added("Oplysninger om borgere slettes senest to år efter, at sagen er afsluttet."))}},
	{Key: "staff", Number: "A.4", Level: 2, Blocks: []clause.Block{paragraph(added("Oplysninger om ansatte slettes senest to år efter, at sagen er afsluttet."))}},
}

// preview is the agreement as a document, and the tree as it is filled.
func preview(clauses []clause.Clause, number int32) (render.Document, []clause.Clause) {
	cvr := "12345674"
	d := agreement.Detail{Tree: clause.Version{Language: "da", Clauses: clauses}, Vendor: vendor.Vendor{Name: "Sødata A/S", CVR: &cvr, Street: "Havnegade 1", PostalCode: "8000", City: "Aarhus C", Country: "DK"}}
	d.Number, d.VersionNo, d.Title, d.State = number, 2, "Databehandleraftale om sagsstyring", agreement.Offered
	doc := d.Preview(time.Date(2026, 11, 1, 0, 0, 0, 0, time.UTC))
	doc.Signatures = true
	return doc, d.Shared()
}

// made is the agreement as it goes out, and the tree as it is filled.
func made(t testing.TB, clauses []clause.Clause, number int32) ([]byte, []clause.Clause) {
	t.Helper()
	doc, filled := preview(clauses, number)
	raw, err := render.DOCX(doc)
	require.NoError(t, err)
	return raw, filled
}

func open(t testing.TB, raw []byte) word.Document {
	t.Helper()
	d, err := word.Read(bytes.NewReader(raw), int64(len(raw)))
	require.NoError(t, err)
	return d
}

// sent is the small agreement, ready for what comes back.
func sent(t testing.TB) ([]byte, round.Sent) {
	t.Helper()
	raw, filled := made(t, tree, 7)
	return raw, round.New(open(t, raw), filled)
}

// told writes a report down, one finding a line, clauses in the order of the report.
func told(r round.Report) string {
	var b strings.Builder
	for _, f := range r.Findings {
		tell(&b, "file", f)
	}
	for _, c := range r.Clauses {
		key := c.Key
		if key == "" {
			key = "(" + string(c.Part) + ")"
		}
		if c.Placed == round.ByNumber || c.Placed == round.ByWording && c.Part != round.Back {
			key += " by " + string(c.Placed)
		}
		for _, f := range c.Findings {
			tell(&b, key, f)
		}
	}
	return strings.TrimSuffix(b.String(), "\n")
}

func tell(b *strings.Builder, of string, f round.Finding) {
	f.Before, f.After, f.Text = strings.ReplaceAll(f.Before, "\n", "¶"), strings.ReplaceAll(f.After, "\n", "¶"), strings.ReplaceAll(f.Text, "\n", "¶")
	fmt.Fprintf(b, "%s: %s", of, f.Kind)
	if f.Before != "" {
		fmt.Fprintf(b, " [-%s-]", f.Before)
	}
	if f.After != "" {
		fmt.Fprintf(b, " {+%s+}", f.After)
	}
	for _, more := range []struct {
		says bool
		text string
	}{{f.Text != "", fmt.Sprintf("%q", f.Text)}, {f.Other != "", "<" + f.Other + ">"}, {f.Where != "", "in " + string(f.Where)},
		{f.Tracked, "tracked"}, {f.Author != "", "by " + f.Author + " " + f.Date}, {f.Touched, "TOUCHED"}, {f.Trivial, "trivial"}} {
		if more.says {
			b.WriteString(" " + strings.TrimSpace(more.text))
		}
	}
	b.WriteString("\n")
}

// split gives the words of a text; two that stand in one paragraph without a blank are two.
func split(s string) []string {
	return strings.FieldsFunc(s, func(r rune) bool { return unicode.IsSpace(r) || unicode.IsPunct(r) })
}

// nothingDropped holds a report to its promise: every word of the proposal stands in it.
func nothingDropped(t testing.TB, d word.Document, r round.Report) {
	t.Helper()
	held := map[string]int{}
	for _, c := range r.Clauses {
		for _, w := range split(c.After) {
			held[w]++
		}
	}
	var text strings.Builder
	for _, p := range d.Accepted() {
		for _, run := range p.Runs {
			if run.Field == "PAGE" || run.Field == "NUMPAGES" || run.Field == "SECTIONPAGES" {
				run.Text = "#"
			}
			text.WriteString(run.Text)
		}
		text.WriteString("\n")
	}
	for _, w := range split(text.String()) {
		held[w]--
		require.GreaterOrEqual(t, held[w], 0, "the proposal says %q once more than the report", w)
	}
	for _, c := range r.Clauses {
		changes, _ := c.Changes()
		require.Equal(t, slices.ContainsFunc(changes, func(w round.Change) bool { return w.Touched }), c.Touched, "a clause is touched when a change of it is: %+v", c)
		before, after := "", ""
		for _, s := range c.Redline {
			if s.Op != "insert" {
				before += s.Text
			}
			if s.Op != "delete" {
				after += s.Text
			}
		}
		if c.Before == c.After {
			require.Empty(t, c.Redline)
			continue
		}
		require.Equal(t, c.Before, before)
		require.Equal(t, clause.Normal(c.After), clause.Normal(after))
	}
}
