package field

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"klausul/server/fault"
)

func number(n int) *int { return &n }

func TestCheck(t *testing.T) {
	hours := Field{Path: "h", Type: Integer, Minimum: number(1), Maximum: number(72)}
	level := Field{Path: "l", Type: OneOf, Choices: []Choice{{"low", "lavt"}, {"high", "højt"}}}
	several := Field{Path: "s", Type: SomeOf, Choices: []Choice{{"name", "navn"}, {"cpr", "CPR-nummer"}}}
	table := Field{Path: "t", Type: Rows, Columns: []Field{{Path: "name", Label: "Navn", Type: Text, Required: true}, {Path: "country", Label: "Land", Type: CountryCode}}}
	for _, c := range []struct {
		name  string
		field Field
		value any
		want  any
		code  string
	}{
		{"text is trimmed", Field{Type: Text}, "  løn  ", "løn", ""},
		{"blank text takes the answer back", Field{Type: Text}, "   ", nil, ""},
		{"nil takes the answer back", hours, nil, nil, ""},
		{"refused: too long by one", Field{Type: Text, MaxLength: number(3)}, "æøåé", nil, "field.too_long"},
		{"letters are counted, not bytes", Field{Type: Text, MaxLength: number(3)}, "æøå", "æøå", ""},
		{"refused: text with a zero", Field{Type: Text}, "a\x00b", nil, "field.not_text"},
		{"refused: a number where text is asked", Field{Type: Text}, 4.0, nil, "field.not_text"},
		{"a whole number as JSON reads it", hours, 24.0, 24, ""},
		{"refused: half an hour", hours, 24.5, nil, "field.not_integer"},
		{"refused: below the minimum", hours, 0.0, nil, "field.too_small"},
		{"refused: above the maximum", hours, 73.0, nil, "field.too_large"},
		{"a branch", level, "high", "high", ""},
		{"refused: no such branch", level, "højt", nil, "field.not_a_choice"},
		{"a date", Field{Type: Date}, "2026-02-28", "2026-02-28", ""},
		{"refused: 30 February", Field{Type: Date}, "2026-02-30", nil, "field.not_a_date"},
		{"refused: yes as text", Field{Type: YesNo}, "ja", nil, "field.not_yes_no"},
		{"a country", Field{Type: CountryCode}, "DK", "DK", ""},
		{"refused: a country that is none", Field{Type: CountryCode}, "QX", nil, "field.not_a_country"},
		{"refused: a country in small letters", Field{Type: CountryCode}, "dk", nil, "field.not_a_country"},
		{"refused: a part of the world", Field{Type: CountryCode}, "150", nil, "field.not_a_country"},
		{"several branches, in their order and once", several, []any{"cpr", "name", "cpr"}, []any{"name", "cpr"}, ""},
		{"no branch takes the answer back", several, []any{}, nil, ""},
		{"refused: a branch that is none", several, []any{"name", "dna"}, nil, "field.not_a_choice"},
		{"rows, the empty ones left out", table, []any{map[string]any{"name": " Nord A/S ", "country": "SE"}, map[string]any{}, map[string]any{"name": " "}},
			[]any{map[string]any{"name": "Nord A/S", "country": "SE"}}, ""},
		{"refused: a cell that breaks its rule", table, []any{map[string]any{"name": "Nord", "country": "Sverige"}}, nil, "field.not_a_country"},
		{"refused: a row without what it must have", table, []any{map[string]any{"country": "SE"}}, nil, "field.required"},
		{"refused: a column that is none", table, []any{map[string]any{"colour": "red"}}, nil, "field.unknown"},
		{"refused: rows that are none", table, "x", nil, "field.not_rows"},
		{"refused: too many rows", table, make([]any, mostRows+1), nil, "field.too_many_rows"},
	} {
		t.Run(c.name, func(t *testing.T) {
			got, err := c.field.Check(c.value)
			if c.code == "" {
				require.NoError(t, err)
				require.Equal(t, c.want, got)
				return
			}
			f, ok := fault.Of(err)
			require.True(t, ok, "want a refusal, got %v", err)
			require.ErrorIs(t, err, ErrValue)
			require.Equal(t, c.code, f.Fields[0].Code)
		})
	}
}

func TestMissing(t *testing.T) {
	fields := []Field{
		{Path: "transfer", Label: "Overførsel", Type: OneOf, Required: true, Choices: []Choice{{"no", "nej"}, {"yes", "ja"}}},
		{Path: "basis", Label: "Grundlag", Type: Text, Required: true, ShowIf: &Condition{Path: "transfer", Equals: "yes"}},
		{Path: "hours", Label: "Timer", Type: Integer, Required: true, Default: 24, Source: "praksis"},
		{Path: "name", Label: "Navn", Type: Text, Required: true, Local: true},
	}
	paths := func(v Values) (p []string) {
		for _, f := range Missing(fields, v) {
			p = append(p, f.Path)
		}
		return p
	}
	require.Equal(t, []string{"transfer"}, paths(Values{}), "defaults and local facts are not missing")
	require.Equal(t, []string{"basis"}, paths(Values{"transfer": "yes"}), "a condition that holds shows its field")
	require.Empty(t, paths(Values{"transfer": "no"}))
	require.Equal(t, []string{"transfer"}, paths(Values{"transfer": nil, "basis": "x"}), "an answer taken back is none")
}

func TestCheckAllRefusesFieldsThatCouldNotBeAsked(t *testing.T) {
	for name, fields := range map[string][]Field{
		"path only once":            {{Path: "a", Label: "A", Type: Text}, {Path: "a", Label: "B", Type: Text}},
		"two branches":              {{Path: "a", Label: "A", Type: OneOf, Choices: []Choice{{"x", "x"}}}},
		"breaks its rule":           {{Path: "a", Label: "A", Type: Integer, Maximum: number(3), Default: 4, Source: "s"}},
		"states its source":         {{Path: "a", Label: "A", Type: Integer, Default: 4}},
		"which is not asked":        {{Path: "a", Label: "A", Type: Text, ShowIf: &Condition{Path: "b", Equals: 1}}},
		"path and label are needed": {{Path: "a", Type: Text}},
		`unknown type "colour"`:     {{Path: "a", Label: "A", Type: "colour", Default: "red", Source: "s"}},
		"rows have columns":         {{Path: "a", Label: "A", Type: Rows}},
		"a cell holds one value":    {{Path: "a", Label: "A", Type: Rows, Columns: []Field{{Path: "b", Label: "B", Type: Rows}}}},
	} {
		err := CheckAll(fields)
		require.ErrorContains(t, err, name)
	}
}

func TestPrint(t *testing.T) {
	require.Equal(t, "1. marts 2026", Field{Type: Date}.Print("2026-03-01", "da"))
	require.Equal(t, "1 March 2026", Field{Type: Date}.Print("2026-03-01", "en"))
	require.Equal(t, "nej", Field{Type: YesNo}.Print(false, "da"))
	require.Equal(t, "24", Field{Type: Integer}.Print(24.0, "da"))
	require.Equal(t, "2026", Field{Type: Integer}.Print(2026.0, "da"), "a year is no amount")
	require.Equal(t, "12.500", Field{Type: Integer}.Print(12500.0, "da"))
	require.Equal(t, "1,250,000", Field{Type: Integer}.Print(1250000.0, "en"))
	require.Equal(t, "Tyskland", Field{Type: CountryCode}.Print("DE", "da"))
	require.Equal(t, "navn, adresse og CPR-nummer", Field{Type: SomeOf, Choices: []Choice{{"n", "navn"}, {"a", "adresse"}, {"c", "CPR-nummer"}}}.Print([]any{"n", "a", "c"}, "da"))
	require.Equal(t, "højt", Field{Type: OneOf, Choices: []Choice{{"high", "højt"}}}.Print("high", "da"))
}

func TestCells(t *testing.T) {
	table := Field{Path: "t", Type: Rows, Columns: []Field{{Path: "name", Label: "Navn", Type: Text}, {Path: "country", Label: "Land", Type: CountryCode}}}
	require.Equal(t, []map[string]string{{"name": "Nord", "country": "Sverige"}, {"name": "Syd"}},
		table.Cells([]any{map[string]any{"name": "Nord", "country": "SE"}, map[string]any{"name": "Syd"}}, "da"))
	require.Empty(t, table.Cells(nil, "da"))
}

func TestRefusalSaysWhichCell(t *testing.T) {
	table := Field{Path: "t", Type: Rows, Columns: []Field{{Path: "country", Label: "Land", Type: CountryCode}}}
	_, err := table.Check([]any{map[string]any{"country": "DK"}, map[string]any{"country": "Sverige"}})
	f, ok := fault.Of(err)
	require.True(t, ok)
	require.Equal(t, "/value/1/country", f.Fields[0].Pointer)
}

func TestConditions(t *testing.T) {
	yes, no := true, false
	fields := []Field{{Path: "kind"}, {Path: "hours", Default: 24}, {Path: "rows", Type: Rows}, {Path: "some", Type: SomeOf}}
	values := Values{"kind": "general", "rows": []any{map[string]any{}, map[string]any{}}, "some": []any{"cpr"}}
	kind := Condition{Path: "kind", Equals: "general"}
	late := Condition{Path: "hours", Above: number(24)}
	for name, c := range map[string]struct {
		condition *Condition
		want      bool
	}{
		"none always holds":                   {nil, true},
		"equal":                               {&kind, true},
		"one of several":                      {&Condition{Path: "kind", In: []any{"specific", "general"}}, true},
		"not above the default":               {&late, false},
		"below":                               {&Condition{Path: "hours", Below: number(25)}, true},
		"the number of rows":                  {&Condition{Path: "rows", Above: number(1)}, true},
		"a set value":                         {&Condition{Path: "kind", Set: &yes}, true},
		"no set value":                        {&Condition{Path: "hours", Set: &no}, false},
		"a chosen branch of several":          {&Condition{Path: "some", Equals: "cpr"}, true},
		"all":                                 {&Condition{All: []Condition{kind, late}}, false},
		"any":                                 {&Condition{Any: []Condition{late, kind}}, true},
		"not":                                 {&Condition{Not: &late}, true},
		"never of a field that is not there":  {&Condition{Path: "other", Set: &no}, false},
		"never above where nothing is stated": {&Condition{Path: "kind", Above: number(0)}, false},
	} {
		require.Equal(t, c.want, c.condition.Holds(fields, values), name)
	}
	require.Equal(t, []string{"kind", "hours"}, (&Condition{Any: []Condition{kind, {Not: &late}}}).Paths())
	require.ErrorContains(t, (&Condition{Path: "kind", Not: &late}).sound(fields), "one field or one group")
	deep := &Condition{Path: "kind", Equals: "x"}
	for range deepest {
		deep = &Condition{Not: deep}
	}
	require.ErrorContains(t, deep.sound(fields), "deep")
}

func TestRules(t *testing.T) {
	fields := []Field{
		{Path: "hours", Label: "Timer", Type: Integer, Default: 24, Source: "praksis"},
		{Path: "basis", Label: "Grundlag", Type: Text, ShowIf: &Condition{Path: "hours", Above: number(40)}},
	}
	says := map[string]string{"da": "for sent", "en": "too late"}
	late := Rule{Code: "late", Path: "hours", Severity: Warning, When: &Condition{Path: "hours", Above: number(24)}, Says: says, Source: "praksis"}
	hidden := Rule{Code: "basis", Path: "basis", Severity: Error, When: &Condition{Path: "hours", Above: number(10)}, Says: says, Source: "praksis"}
	codes := func(v Values) (out []string) {
		for _, r := range Speaking([]Rule{late, hidden}, fields, v) {
			out = append(out, r.Code)
		}
		return out
	}
	require.Empty(t, codes(Values{}))
	require.Equal(t, []string{"late"}, codes(Values{"hours": 36}), "nothing is said of a question that is not asked")
	require.Equal(t, []string{"late", "basis"}, codes(Values{"hours": 48}))
	require.NoError(t, CheckRules([]Rule{late, hidden}, fields))
	for name, r := range map[string]Rule{
		"only once":          late,
		"which is not asked": {Code: "x", Path: "y", Severity: Error, When: late.When, Says: says, Source: "s"},
		"unknown severity":   {Code: "x", Path: "hours", Severity: "loud", When: late.When, Says: says, Source: "s"},
		"Danish and English": {Code: "x", Path: "hours", Severity: Error, When: late.When, Says: map[string]string{"da": "x"}, Source: "s"},
		`shown by "other"`:   {Code: "x", Path: "hours", Severity: Error, When: &Condition{Path: "other"}, Says: says, Source: "s"},
	} {
		require.ErrorContains(t, CheckRules([]Rule{late, r}, fields), name)
	}
}

func FuzzCheck(f *testing.F) {
	f.Add("løn")
	f.Add(strings.Repeat("å", 500))
	text := Field{Path: "p", Type: Text}
	f.Fuzz(func(t *testing.T, s string) {
		got, err := text.Check(s)
		if err != nil {
			require.ErrorIs(t, err, ErrValue)
			return
		}
		again, err := text.Check(got)
		require.NoError(t, err)
		require.Equal(t, got, again, "what is stored is accepted as it is")
	})
}
