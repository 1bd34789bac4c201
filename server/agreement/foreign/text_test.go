package foreign_test

import (
	"bytes"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"klausul/server/agreement"
	"klausul/server/agreement/foreign"
	"klausul/server/clause"
	"klausul/server/render"
	"klausul/server/word"
)

// printed are the clauses of an agreement as somebody's text, without its numbers.
func printed(clauses []clause.Clause) (t foreign.Text) {
	for _, c := range clauses {
		if c.Heading != "" {
			t.Paragraphs = append(t.Paragraphs, foreign.Paragraph{Text: c.Heading, Level: c.Level})
		}
		for _, line := range c.Lines() {
			text := ""
			for _, s := range line {
				text += s.Text
			}
			t.Paragraphs = append(t.Paragraphs, foreign.Paragraph{Text: text})
		}
	}
	return t
}

// Our own text, written by our own writer, is found again clause by clause.
func TestOurOwnText(t *testing.T) {
	v, err := clause.SampleVersion()
	require.NoError(t, err)
	d := agreement.Detail{Tree: v}
	d.Number, d.VersionNo, d.Title, d.State = 7, 1, "Databehandleraftale", agreement.Offered
	raw, err := render.DOCX(d.Preview(time.Date(2026, 11, 1, 0, 0, 0, 0, time.UTC)))
	require.NoError(t, err)
	doc, err := word.Read(bytes.NewReader(raw), int64(len(raw)))
	require.NoError(t, err)
	text := foreign.FromWord(doc)
	r := foreign.Read(text, d.Shared())
	sound(t, text, r)
	require.True(t, r.Agreement)
	require.Equal(t, "da", r.Language)
	for _, s := range r.Sections {
		if s.Part != foreign.Section || len(s.Matches) == 0 {
			continue
		}
		for _, c := range v.Clauses {
			if c.Heading == s.Heading {
				require.Contains(t, keys(s.Matches), c.Key, s.Heading)
			}
		}
	}
	for i, o := range r.Ours {
		if c := v.Clauses[i]; c.Level == 1 || len(c.Lines()) > 0 {
			require.NotEmpty(t, o.Places, "%s %s", o.Key, o.Heading)
		}
	}
	for _, a := range r.Checklist {
		require.NotEqual(t, foreign.NotFound, a.Confidence, a.Key)
	}
}

func keys(matches []foreign.Match) (out []string) {
	for _, m := range matches {
		out = append(out, m.Key)
	}
	return out
}

// Wording is compared within one language only; headings say what a section is about in both.
func TestAnotherLanguage(t *testing.T) {
	en, err := clause.SampleTranslation()
	require.NoError(t, err)
	text := printed(en.Clauses)
	r := foreign.Read(text, ours(t))
	sound(t, text, r)
	require.Equal(t, "en", r.Language)
	require.False(t, r.SameLanguage)
	met := 0
	for _, s := range r.Sections {
		for _, c := range en.Clauses {
			if c.Level == 1 && c.Heading == s.Heading && strings.HasPrefix(c.Key, "s") && len(s.Matches) > 0 {
				require.Equal(t, c.Key, s.Matches[0].Key, s.Heading)
				require.Equal(t, foreign.ByHeading, s.Matches[0].By)
				met++
			}
		}
	}
	require.GreaterOrEqual(t, met, 12)
	for _, a := range r.Checklist {
		require.NotEqual(t, foreign.NotFound, a.Confidence, a.Key)
	}
}

func texts(t foreign.Text) (out []string) {
	for _, p := range t.Paragraphs {
		s := p.Text
		if p.Number != "" {
			s = p.Number + " | " + s
		}
		if p.Aside {
			s = "aside: " + s
		}
		if p.Contents {
			s = "contents: " + s
		}
		out = append(out, s)
	}
	return out
}

func TestPages(t *testing.T) {
	for name, c := range map[string]struct {
		pages []string
		want  []string
	}{
		"a word cut at the end of a line": {[]string{"Leverandøren behandler persondata for kunden og under-\nretter om brud."}, []string{"Leverandøren behandler persondata for kunden og underretter om brud."}},
		"a hyphen that two words share":   {[]string{"Det gælder al behandling i forbindelse med drifts-\nog supportopgaver."}, []string{"Det gælder al behandling i forbindelse med drifts- og supportopgaver."}},
		"a name keeps its hyphen":         {[]string{"Behandlingen sker alene inden for lande i EU-\nKommissionens liste."}, []string{"Behandlingen sker alene inden for lande i EU- Kommissionens liste."}},
		"a soft hyphen":                   {[]string{"Leverandøren behandler persondata for kunden og under\u00ad\nretter om brud."}, []string{"Leverandøren behandler persondata for kunden og underretter om brud."}},
		"numbers begin paragraphs":        {[]string{"1. Instruks\n1.1 Kun efter instruks.\n1.2 Skriftligt.\na) i aftalen\nb) i bilag"}, []string{"1. | Instruks", "1.1 | Kun efter instruks.", "1.2 | Skriftligt.", "a) | i aftalen", "b) | i bilag"}},
		"a number that goes on":           {[]string{"Leverandøren giver besked om et brud på sikkerheden inden\n24 timer efter, at det er opdaget."}, []string{"Leverandøren giver besked om et brud på sikkerheden inden 24 timer efter, at det er opdaget."}},
		"an empty line":                   {[]string{"Første\n\nandet"}, []string{"Første", "andet"}},
		"a paragraph over two pages":      {[]string{"Leverandøren giver besked", "om et brud."}, []string{"Leverandøren giver besked om et brud."}},
		"what stands on every page": {[]string{"Vilkår 4.1\nFørste linje her.\nSide 1", "Vilkår 4.1\nAnden linje her.\nSide 2", "Vilkår 4.1\nTredje linje her.\nSide 3"},
			[]string{"aside: Vilkår 4.1", "Første linje her.", "aside: Side 1", "aside: Vilkår 4.1", "Anden linje her.", "aside: Side 2", "aside: Vilkår 4.1", "Tredje linje her.", "aside: Side 3"}},
		"a list goes on after a comma": {[]string{"Databehandleren fortæller om ethvert brud: a) hvad der er sket,\nb) hvor mange det angår."}, []string{"Databehandleren fortæller om ethvert brud: a) hvad der er sket,", "b) | hvor mange det angår."}},
		"contents without numbers of pages": {[]string{"Indhold\n1 Formål\n2 Overførsel til tredjelande eller\ninternationale organisationer\n3 Brud\nBilag A – Behandlingen", "1 Formål\nDrift.\n2 Overførsel til tredjelande eller\ninternationale organisationer\n\nIngen.\n3 Brud\nStraks.\nBilag A Behandlingen"},
			[]string{"contents: Indhold", "contents: 1 | Formål", "contents: 2 | Overførsel til tredjelande eller", "contents: internationale organisationer", "contents: 3 | Brud", "contents: Bilag A – Behandlingen",
				"1 | Formål", "Drift.", "2 | Overførsel til tredjelande eller internationale organisationer", "Ingen.", "3 | Brud", "Straks.", "Bilag A Behandlingen"}},
		"line ends of Windows":   {[]string{"Første.\r\n\r\nAndet."}, []string{"Første.", "Andet."}},
		"bytes that are no text": {[]string{"Brud \xff\xfe her."}, []string{"Brud \ufffd her."}},
		"nothing":                {nil, nil},
		"an empty page":          {[]string{"", " \n"}, nil},
	} {
		t.Run(name, func(t *testing.T) {
			text := foreign.FromPages(c.pages)
			require.Equal(t, c.want, texts(text))
			sound(t, text, foreign.Read(text, ours(t)))
		})
	}
}

// A page of which nothing could be read is told: it may be a picture.
func TestUnreadPages(t *testing.T) {
	text := foreign.FromPages([]string{"Brud meldes straks.", "", "- 3 -", "Slut."})
	require.Equal(t, []int{2, 3}, text.Unread)
	require.Equal(t, []int{2, 3}, foreign.Read(text, ours(t)).Unread)
	// A stamp on every page is nothing that was read.
	stamped := foreign.FromPages([]string{"Nøgle: AB12-CD34\nSide 1 af 4", "Nøgle: AB12-CD34\nSide 2 af 4", "Nøgle: AB12-CD34\n1 Brud\nVi underretter jer.\nTak.\nSide 3 af 4", "Nøgle: AB12-CD34\nSide 4 af 4"})
	require.Equal(t, []int{1, 2, 4}, stamped.Unread)
}

// A Word file reads as it would with every change accepted; what is not text is left to it.
func TestFromWord(t *testing.T) {
	text := foreign.FromWord(word.Document{
		Revisions: []word.Revision{{Change: word.Insertion}, {Change: word.Deletion}},
		Tables:    []word.Table{{}, {Layout: word.Numbers}},
		Paragraphs: []word.Paragraph{
			{At: 0, Level: 1, Number: "1", Runs: []word.Run{{Text: "Brud"}}},
			{At: 1, Runs: []word.Run{{Text: "Besked inden "}, {Text: "24", Deleted: 2}, {Text: "48", Inserted: 1}, {Text: " timer."}, {Text: "skjult", Hidden: true}}},
			{At: 2, Level: 1, Cell: &word.Cell{}, Runs: []word.Run{{Text: "Navn", Bold: true}}},
			{At: 3, Level: 1, Cell: &word.Cell{Table: 1}, Typed: "2", Runs: []word.Run{{Text: "Tilsyn", Bold: true}}},
			{At: 6, Part: word.Footnote, Hangs: 2, Runs: []word.Run{{Text: "Dog højst 72 timer."}}},
			{At: 4, Part: word.Header, Runs: []word.Run{{Text: "Vilkår"}}},
			{At: 5, Number: "•", Bullet: true, Runs: []word.Run{{Text: "punkt"}}},
		},
	})
	require.Equal(t, foreign.Text{Paragraphs: []foreign.Paragraph{
		{Text: "Brud", Number: "1", Level: 1, At: 0},
		{Text: "Besked inden 48 timer.", At: 1},
		{Text: "Navn", At: 2},
		{Text: "Tilsyn", Number: "2", Level: 1, Bold: true, At: 3},
		{Text: "Dog højst 72 timer.", At: 6, Hangs: 2},
		{Text: "Vilkår", At: 4, Aside: true},
		{Text: "punkt", At: 5},
	}}, text)
	r := foreign.Read(text, nil)
	sound(t, text, r)
	require.Equal(t, []int{0, 1, 2, 4}, r.Sections[0].Paragraphs, "a note belongs where its mark stands")
}
