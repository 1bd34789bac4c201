package clause

import (
	"encoding/json"
	"os"
	"testing"

	"github.com/stretchr/testify/require"
)

// notationCases are shared with the mirror in TypeScript.
func notationCases(t *testing.T) (cases []struct {
	Name, Text string
	Spans      []Span
}) {
	t.Helper()
	raw, err := os.ReadFile("testdata/notation.json")
	require.NoError(t, err)
	require.NoError(t, json.Unmarshal(raw, &cases))
	return cases
}

func TestNotation(t *testing.T) {
	for _, c := range notationCases(t) {
		got, err := Spans(c.Text)
		require.NoError(t, err, c.Name)
		require.Equal(t, c.Spans, got, c.Name)
		again, err := Spans(Notation(got))
		require.NoError(t, err, c.Name)
		require.Equal(t, got, again, c.Name+": written and read again")
	}
	for _, open := range []string{"a {b", "a [[b", "a ((b", "a <<b>", `a [[b\]]`} {
		_, err := Spans(open)
		require.ErrorContains(t, err, "is not closed", open)
	}
}

func TestSampleIsWrittenAsItIsRead(t *testing.T) {
	v := sample(t)
	for _, c := range v.Clauses {
		eachSpans(c.Blocks, func(spans []Span) {
			again, err := Spans(Notation(spans))
			require.NoError(t, err, c.Key)
			for i, s := range spans {
				if s.Kind == FillIn {
					s.Text = ""
				}
				require.Equal(t, s, again[i], c.Key)
			}
		})
	}
}

func FuzzNotation(f *testing.F) {
	f.Add("a {b} ((c {d})) [[e]] <<f>>", "(", "\\")
	f.Fuzz(func(t *testing.T, text, one, two string) {
		if spans, err := Spans(text); err == nil {
			again, err := Spans(Notation(spans))
			require.NoError(t, err)
			require.Equal(t, joined(spans), joined(again))
		}
		if one == "" || two == "" {
			return
		}
		for _, kind := range []SpanKind{Normative, Option, Supplementary, Guidance} {
			spans := []Span{{Kind: kind, Text: one}, {Kind: FillIn, Field: "x"}, {Kind: Supplementary, Text: two}, {Kind: Normative, Text: one}}
			again, err := Spans(Notation(spans))
			require.NoError(t, err, Notation(spans))
			require.Equal(t, spans, again, Notation(spans))
		}
	})
}

// joined puts neighbours of one kind together: the notation cannot tell them apart.
func joined(spans []Span) (out []Span) {
	for _, s := range spans {
		if n := len(out); n > 0 && s.Kind != FillIn && out[n-1].Kind == s.Kind {
			out[n-1].Text += s.Text
			continue
		}
		out = append(out, s)
	}
	return out
}
