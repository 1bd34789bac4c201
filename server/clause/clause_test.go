package clause

import (
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

	specific := plain(Fill(v.Clauses, filling(v, field.Values{"subprocessors.authorisation": "specific"})))
	require.Contains(t, specific, "Tavshed er ikke godkendelse")
	require.NotContains(t, specific, "dage i forvejen", "a block whose condition fails is gone")
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
