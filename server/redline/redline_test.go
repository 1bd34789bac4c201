package redline

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"time"

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

// Long texts that differ all over come back whole, and soon.
func TestLongTexts(t *testing.T) {
	random := rand.New(rand.NewPCG(1, 2))
	text := func(words, vocabulary int) []string {
		out := make([]string, words)
		for i := range out {
			out[i] = fmt.Sprintf("ord%d", random.IntN(vocabulary))
			if i%15 == 14 {
				out[i] += ". Så"
			}
		}
		return out
	}
	edited := func(words []string) []string {
		out := slices.Clone(words)
		for i := range out {
			if random.IntN(4) == 0 {
				out[i] = fmt.Sprintf("nyt%d", random.IntN(500))
			}
		}
		return out
	}
	for name, c := range map[string]struct {
		before, after []string
		least         float64 // the share that is seen to be the same
	}{
		"a quarter of the words":                  {text(20_000, 3_000), nil, 0.6},
		"of a text that repeats itself":           {text(20_000, 12), nil, 0.5},
		"nothing in common":                       {text(20_000, 900), strings.Fields(strings.Repeat("helt andet her ", 7_000)), 0},
		"a short text in the place of a long one": {text(30_000, 900), []string{"Kort."}, 0},
		"one sentence again and again":            {strings.Fields(strings.Repeat("Det er altid det samme her. ", 4_000)), nil, 0.05},
	} {
		if c.after == nil {
			c.after = edited(c.before)
		}
		before, after := strings.Join(c.before, " "), strings.Join(c.after, " ")
		started := time.Now()
		segments := Text(before, after)
		require.Less(t, time.Since(started), 10*time.Second, name)
		same := 0
		var x, y strings.Builder
		for _, s := range segments {
			if s.Op != Insert {
				x.WriteString(s.Text)
			}
			if s.Op != Delete {
				y.WriteString(s.Text)
			}
			if s.Op == Equal {
				same += len(s.Text)
			}
		}
		require.True(t, x.String() == before && y.String() == after, name)
		require.GreaterOrEqual(t, float64(same)/float64(len(before)), c.least, name)
	}
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

func TestRising(t *testing.T) {
	for _, c := range []struct{ values, row []int }{
		{nil, nil},
		{[]int{5}, []int{0}},
		{[]int{1, 2, 3}, []int{0, 1, 2}},
		{[]int{3, 2, 1}, []int{2}},
		{[]int{0, 4, 1, 2, 3}, []int{0, 2, 3, 4}}, // one was put forward
		{[]int{2, 2, 2}, []int{2}},                // the same place is no step
		{[]int{7, 1, 8, 2, 9, 3}, []int{1, 3, 5}},
	} {
		require.Equal(t, c.row, Rising(c.values), c.values)
	}
}
