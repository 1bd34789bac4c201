package clause

import (
	"maps"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	"golang.org/x/text/unicode/norm"

	"klausul/server/field"
)

func TestNormal(t *testing.T) {
	for name, pair := range map[string][2]string{
		"quotes that Word turns":     {"den “rette” part", `den "rette" part`},
		"dashes that Word lengthens": {"artikel 32–36", "artikel 32-36"},
		"hard blanks":                {"§\u00a011", "§ 11"},
		"soft hyphens":               {"databehandler\u00adaftale", "databehandleraftale"},
		"å in two parts":             {norm.NFD.String("på"), "på"},
		"line breaks and runs":       {" to\n\n  ord\t", "to ord"},
		"ellipsis":                   {"og så videre…", "og så videre..."},
		"a hyphen inside a letter":   {"pa\u00ad\u030a", "p\u00e5"},
		"bytes that are no text":     {"\xc2\u00ad\xad", "\ufffd\ufffd"},
	} {
		require.Equal(t, pair[1], Normal(pair[0]), name)
	}
	require.NotEqual(t, Normal("mindst 60 dage"), Normal("mindst 30 dage"))
	require.NotEqual(t, Normal("Databehandleren"), Normal("databehandleren"), "case is wording")
}

func FuzzNormal(f *testing.F) {
	f.Add("den “rette” part – §\u00a011")
	f.Fuzz(func(t *testing.T, s string) {
		once := Normal(s)
		require.Equal(t, once, Normal(once), "a normal form is its own")
	})
}

func sample(t *testing.T) Version {
	t.Helper()
	v, err := SampleVersion()
	require.NoError(t, err)
	return v
}

func filling(v Version, values field.Values) Filling {
	return Filling{Fields: v.Fields, Values: values, Language: "da",
		Facts:       map[string]string{"processor.name": "Åhavn A/S", "processor.number": "CVR 12345674"},
		Collections: map[string][]map[string]string{"systems": {{"number": "1001", "name": "Åhavn Omsorg"}}}}
}

func TestSampleCanOnlyBeASample(t *testing.T) {
	v := sample(t)
	require.Equal(t, Sample, v.Provenance)
	require.Equal(t, Sum(v.Clauses), v.TextHash)
	for _, c := range v.Clauses {
		require.Equal(t, c.Sum(), c.Hash, c.Key)
	}
}

// shape is a tree without its words: keys, numbers, kinds, conditions, slots.
func shape(blocks []Block) (out []any) {
	slots := func(spans []Span) (paths []string) {
		for _, s := range spans {
			if s.Field != "" {
				paths = append(paths, s.Field)
			}
		}
		slices.Sort(paths)
		return paths
	}
	for _, b := range blocks {
		out = append(out, b.Kind, b.When, b.Field, b.Collection, len(b.Items), slots(b.Spans), slots(slices.Concat(b.Items...)), shape(b.Blocks))
		if b.Table != nil {
			out = append(out, b.Table.Collection, b.Table.Columns, len(b.Table.Head))
		}
		for _, branch := range b.Branches {
			out = append(out, branch.Value, shape(branch.Blocks))
		}
	}
	return out
}

func TestTranslationHasTheSameShape(t *testing.T) {
	da := sample(t)
	en, err := SampleTranslation()
	require.NoError(t, err)
	require.Equal(t, "en", en.Language)
	require.Equal(t, Sample, en.Provenance)
	require.Len(t, en.Clauses, len(da.Clauses))
	for i, c := range da.Clauses {
		require.Equal(t, c.Key, en.Clauses[i].Key)
		require.Equal(t, c.Number, en.Clauses[i].Number)
		require.Equal(t, c.Heading == "", en.Clauses[i].Heading == "", c.Key)
		require.Equal(t, shape(c.Blocks), shape(en.Clauses[i].Blocks), c.Key)
	}
}

func TestSampleHasTheStructureOfTheStandardClauses(t *testing.T) {
	v := sample(t)
	var sections, annexes []string
	subs := map[string]int{}
	for _, c := range v.Clauses {
		switch {
		case c.Level == 2:
			subs[strings.Split(c.Number, ".")[0]]++
		case c.Annex:
			annexes = append(annexes, c.Number)
		default:
			sections = append(sections, c.Number)
		}
	}
	require.Equal(t, strings.Fields("1 2 3 4 5 6 7 8 9 10 11 12 13 14 15"), sections)
	require.Equal(t, strings.Fields("A B C D"), annexes)
	require.Equal(t, map[string]int{"1": 1, "2": 11, "3": 3, "4": 2, "5": 2, "6": 3, "7": 7, "8": 5, "9": 3, "10": 4, "11": 2, "12": 3, "13": 1, "14": 5, "15": 2,
		"A": 5, "B": 2, "C": 8, "D": 1}, subs)
}

func TestSampleRules(t *testing.T) {
	v := sample(t)
	speaking := func(values field.Values) (codes []string) {
		values = maps.Clone(values)
		if _, asked := values["processor.contacts"]; !asked {
			values["processor.contacts"] = []any{map[string]any{"name": "Åse Ørum"}}
		}
		for _, r := range field.Speaking(v.Rules, v.Fields, values) {
			codes = append(codes, r.Code)
		}
		return codes
	}
	require.Empty(t, speaking(field.Values{}), "the defaults and one contact person are in order")
	for code, values := range map[string]field.Values{
		"breach_late":          {"breach.hours": 25},
		"notice_short":         {"subprocessors.notice_days": 59},
		"approval_each":        {"subprocessors.authorisation": "specific"},
		"transfer_contradicts": {"transfer.allowed": "no", "subprocessors.outside_eea": 1},
		"concept_low":          {"security.level": "medium", "supervision.concept": "3"},
		"level_low":            {"security.level": "low", "data.kind": "special"},
		"contact_none":         {"processor.contacts": nil},
		"kind_contradicts":     {"data.kind": "confidential", "data.categories": []any{"cpr", "health"}},
	} {
		require.Equal(t, []string{code}, speaking(values), "%v", values)
	}
	require.Empty(t, speaking(field.Values{"transfer.allowed": "yes", "subprocessors.outside_eea": 1}))
	require.Empty(t, speaking(field.Values{"data.kind": "confidential", "data.categories": []any{"cpr", "criminal"}}))
	hours, _ := field.Find(v.Fields, "breach.hours")
	_, err := hours.Check(73)
	require.Error(t, err, "the municipality itself has 72 hours")
}

func TestHashes(t *testing.T) {
	v := sample(t)
	values := field.Values{"breach.hours": 24}
	shared := Sum(Fill(v.Clauses, filling(v, values)))

	t.Run("equal for all while local slots are holes", func(t *testing.T) {
		require.Equal(t, shared, Sum(Fill(v.Clauses, filling(v, values))))
	})
	t.Run("an answer changes the text", func(t *testing.T) {
		require.NotEqual(t, shared, Sum(Fill(v.Clauses, filling(v, field.Values{"breach.hours": 36}))))
	})
	t.Run("one party's values change the instance, not the shared text", func(t *testing.T) {
		f := filling(v, values)
		f.Facts["controller.name"] = "Viborg Kommune"
		viborg := Sum(Fill(v.Clauses, f))
		f.Facts["controller.name"] = "Randers Kommune"
		require.NotEqual(t, viborg, Sum(Fill(v.Clauses, f)))
		require.NotEqual(t, shared, viborg)
		require.Equal(t, shared, Sum(Fill(v.Clauses, filling(v, values))), "filling leaves the template alone")
	})
	t.Run("numbering is no part of the wording", func(t *testing.T) {
		c := v.Clauses[1]
		c.Number = "99.9"
		require.Equal(t, v.Clauses[1].Hash, c.Sum())
	})
	t.Run("text cannot move between parts unseen", func(t *testing.T) {
		one := Clause{Key: "k", Blocks: []Block{{Kind: Paragraph, Spans: []Span{{Kind: Normative, Text: "ab"}, {Kind: Normative, Text: "c"}}}}}
		two := Clause{Key: "k", Blocks: []Block{{Kind: Paragraph, Spans: []Span{{Kind: Normative, Text: "a"}, {Kind: Normative, Text: "bc"}}}}}
		require.NotEqual(t, one.Sum(), two.Sum())
	})
	t.Run("a blank where two parts meet is wording", func(t *testing.T) {
		one := Clause{Key: "k", Blocks: []Block{{Kind: Paragraph, Spans: []Span{{Kind: Normative, Text: "u "}, {Kind: Normative, Text: "begrænset"}}}}}
		two := Clause{Key: "k", Blocks: []Block{{Kind: Paragraph, Spans: []Span{{Kind: Normative, Text: "u"}, {Kind: Normative, Text: "begrænset"}}}}}
		require.NotEqual(t, one.Sum(), two.Sum())
	})
	t.Run("a heading cannot pass for a row", func(t *testing.T) {
		one := Clause{Key: "k", Blocks: []Block{{Kind: TableRows, Table: &Table{Head: []string{"x", "row", "y"}}}}}
		two := Clause{Key: "k", Blocks: []Block{{Kind: TableRows, Table: &Table{Head: []string{"x"}, Rows: [][]string{{"y"}}}}}}
		require.NotEqual(t, one.Sum(), two.Sum())
	})
	t.Run("guidance is no part of the text", func(t *testing.T) {
		with := Clause{Key: "k", Blocks: []Block{{Kind: Paragraph, Spans: []Span{{Kind: Normative, Text: "a"}, {Kind: Guidance, Text: "hjælp"}}}}}
		without := Clause{Key: "k", Blocks: []Block{{Kind: Paragraph, Spans: []Span{{Kind: Normative, Text: "a"}}}}}
		require.Equal(t, without.Sum(), with.Sum())
	})
}

// plain is the text of a filled tree, a hole as ‹label›.
func plain(clauses []Clause) (text string) {
	for _, c := range clauses {
		for _, b := range c.Blocks {
			for _, s := range b.Spans {
				if s.Kind == FillIn && !s.Filled {
					text += "‹" + s.Text + "›"
				} else {
					text += s.Text
				}
			}
			text += "\n"
		}
	}
	return text
}

func TestFill(t *testing.T) {
	v := sample(t)
	general := plain(Fill(v.Clauses, filling(v, field.Values{"subprocessors.notice_days": 90.0})))
	require.Contains(t, general, "mindst 90 dage i forvejen")
	require.NotContains(t, general, "Tavshed er ikke godkendelse", "the other branch is gone")
	require.Contains(t, general, "senest 24 timer", "a default fills until somebody answers")
	require.Contains(t, general, "‹Kommunens navn›", "a local slot stays a named hole")
	require.Contains(t, general, "‹Overførsel til tredjelande›", "an open choice is a named hole")
	require.Contains(t, general, "Åhavn A/S (CVR 12345674) er databehandler")

	listed := plain(Fill(v.Clauses, filling(v, field.Values{"subprocessors.longer": []any{map[string]any{"name": "Nordsky", "days": 120}, map[string]any{"name": "Sydsky", "days": 90}}})))
	require.Contains(t, listed, "Nordsky varsles mindst 120 dage i forvejen.\nSydsky varsles mindst 90 dage", "one paragraph for each row")
	require.Contains(t, plain(Fill(v.Clauses, filling(v, field.Values{"data.categories": []any{"cpr", "health"}}))), "oplysninger om CPR-nummer og helbred")

	specific := plain(Fill(v.Clauses, filling(v, field.Values{"subprocessors.authorisation": "specific"})))
	require.Contains(t, specific, "Tavshed er ikke godkendelse")
	require.NotContains(t, specific, "dage i forvejen", "a block whose condition fails is gone")
}

func TestSampleSaysOnceWhereDataMayBe(t *testing.T) {
	v := sample(t)
	annex := func(values field.Values) (said []string) {
		var c5, c6 []Clause
		for _, c := range Fill(v.Clauses, filling(v, values)) {
			switch c.Number {
			case "C.5":
				c5 = append(c5, c)
			case "C.6":
				c6 = append(c6, c)
			}
		}
		return []string{strings.TrimSpace(plain(c5)), strings.TrimSpace(plain(c6))}
	}
	hole := "‹Overførsel til tredjelande›"
	require.Equal(t, []string{hole, hole}, annex(nil), "open in the one, open in the other")
	require.Equal(t, []string{"Oplysningerne behandles kun inden for EU og EØS.",
		"Oplysningerne må ikke overføres til lande uden for EU og EØS. Det gælder også fjernadgang derfra."}, annex(field.Values{"transfer.allowed": "no"}))
	require.Equal(t, []string{"Uden den dataansvarliges skriftlige godkendelse behandles oplysningerne kun inden for EU og EØS og i de tredjelande, som de må overføres til efter bilag C.6.",
		"Oplysningerne må kun overføres til lande uden for EU og EØS på dette grundlag: standardkontrakten."},
		annex(field.Values{"transfer.allowed": "yes", "transfer.basis": "standardkontrakten"}))
	listed := annex(field.Values{"transfer.allowed": "yes", "locations": []any{map[string]any{"place": "Aarhus", "country": "DK"}}})
	require.Equal(t, "Oplysningerne behandles kun disse steder uden den dataansvarliges skriftlige godkendelse:", listed[0], "a list says it by itself")
}

func TestParseRefuses(t *testing.T) {
	const head = "key: k\nname: n\nversion: '1'\nlanguage: da\nfields:\n  - {path: a, type: text, label: A}\nsections:\n  - key: s\n    number: '1'\n    clauses:\n      - key: c\n        blocks:\n          - "
	for text, want := range map[string]string{
		head + `text: "navn {b}"`: `slot "b" is not asked`,
		head + `text: "navn {a"`:  "is not closed",
		head + `choice: b`:        `choice "b" is not asked`,
		"colour: red":             "colour",
	} {
		_, err := Parse([]byte(text))
		require.ErrorContains(t, err, want)
	}
}

func FuzzParse(f *testing.F) {
	f.Add([]byte("key: k\nsections:\n  - {key: s, number: '1', clauses: [{key: c, blocks: [{text: 'hej [[hjælp]] {a}'}]}]}\nfields:\n  - {path: a, type: text, label: A}\n"))
	f.Fuzz(func(t *testing.T, raw []byte) {
		v, err := Parse(raw)
		if err == nil && v.TextHash != Sum(v.Clauses) {
			t.Fatal("a template that parses has its hash")
		}
	})
}
