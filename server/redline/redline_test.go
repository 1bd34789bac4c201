package redline

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// shown writes the segments as lawyers do on paper: [-deleted-], {+inserted+}.
func shown(segments []Segment) string {
	var b strings.Builder
	for _, s := range segments {
		text := s.Text
		if s.Whole {
			text = "<" + text + ">"
		}
		b.WriteString(map[Op]string{Equal: text, Delete: "[-" + text + "-]", Insert: "{+" + text + "+}"}[s.Op])
	}
	return b.String()
}

func TestWords(t *testing.T) {
	for name, c := range map[string][3]string{
		"nothing":                    {"Uden unødig forsinkelse.", "Uden unødig forsinkelse.", "Uden unødig forsinkelse."},
		"a number is one word":       {"senest 24 timer", "senest 48 timer", "senest [-24-]{+48+} timer"},
		"words, not letters":         {"uden unødig forsinkelse", "uden unødigt ophold", "uden [-unødig forsinkelse-]{+unødigt ophold+}"},
		"a sentence comes in":        {"Den første. Den sidste.", "Den første. Den ny. Den sidste.", "Den første. {+Den ny. +}Den sidste."},
		"a sentence goes":            {"Den første. Den ene. Den sidste.", "Den første. Den sidste.", "Den første. [-Den ene. -]Den sidste."},
		"from nothing":               {"", "Nyt.", "{+Nyt.+}"},
		"to nothing":                 {"Nyt.", "", "[-Nyt.-]"},
		"an abbreviation is no end":  {"jf. artikel 28, stk. 3, litra a", "jf. artikel 28, stk. 4, litra a", "jf. artikel 28, stk. [-3-]{+4+}, litra a"},
		"a line break is white text": {"to\nord", "to ord", "to[-\n-]{+ +}ord"},
	} {
		require.Equal(t, c[2], shown(Text(c[0], c[1])), name)
	}
}

func TestKinds(t *testing.T) {
	before := []Run{{Kind: "normative", Text: "Senest "}, {Kind: "fill_in", Text: "breach.hours", Whole: true}, {Kind: "normative", Text: " timer."}}
	after := []Run{{Kind: "normative", Text: "Senest "}, {Kind: "fill_in", Text: "breach.days", Whole: true}, {Kind: "supplementary", Text: " timer."}}
	require.Equal(t, "Senest [-<breach.hours>-][- timer.-]{+<breach.days>+}{+ timer.+}", shown(Compare(before, after)), "the same words of another kind are a change")
	require.False(t, Changed(Compare(before, before)))
	require.True(t, Changed(Compare(before, after)))
}

func TestMoreWordsThanRunes(t *testing.T) {
	var many strings.Builder
	for r := rune(0x20000); r < 0x20000+150_000; r++ { // each a word of its own
		many.WriteString(string(r) + " ")
	}
	require.Equal(t, []Segment{{Delete, Run{Text: "a"}}, {Insert, Run{Text: many.String()}}}, Text("a", many.String()))
}

func FuzzCompare(f *testing.F) {
	f.Add("Senest 24 timer. Ellers ikke.", "Senest 48 timer. Ellers nok.")
	f.Add("a. B", "\xff\n\u2028 B.")
	f.Fuzz(func(t *testing.T, before, after string) {
		a, b := "", ""
		for _, s := range Text(before, after) {
			if s.Op != Insert {
				a += s.Text
			}
			if s.Op != Delete {
				b += s.Text
			}
		}
		if a != before || b != after {
			t.Fatalf("%q and %q come back as %q and %q", before, after, a, b)
		}
	})
}
