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
		{Path: "basis", Label: "Grundlag", Type: Text, Required: true, ShowIf: &Condition{"transfer", "yes"}},
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
		"which is not asked":        {{Path: "a", Label: "A", Type: Text, ShowIf: &Condition{"b", 1}}},
		"path and label are needed": {{Path: "a", Type: Text}},
		`unknown type "colour"`:     {{Path: "a", Label: "A", Type: "colour", Default: "red", Source: "s"}},
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
	require.Equal(t, "højt", Field{Type: OneOf, Choices: []Choice{{"high", "højt"}}}.Print("high", "da"))
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
