package clause

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"strings"
	"testing"
	"unicode"

	"github.com/stretchr/testify/require"
	"golang.org/x/text/unicode/norm"

	"klausul/server/field"
)

// slowNormal is norm/1 by its definition, without the short cut.
func slowNormal(text string) string {
	text = norm.NFC.String(autocorrected.Replace(strings.ToValidUTF8(text, "\ufffd")))
	return strings.Join(strings.FieldsFunc(text, func(r rune) bool { return unicode.IsSpace(r) || r == '\u200b' || r == '\ufeff' }), " ")
}

// slowSpans is the hash of a paragraph by its definition.
func slowSpans(spans []Span) string {
	h := sha256.New()
	text := func(s string) {
		s = slowNormal(s)
		fmt.Fprintf(h, "%d:%s;", len(s), s)
	}
	text(NormalForm)
	text("spans")
	whole, n := "", 0
	for _, s := range spans {
		if s.Kind != Guidance {
			n++
		}
	}
	text(fmt.Sprintf("spans %d", n))
	for _, s := range spans {
		switch {
		case s.Kind == Guidance:
		case s.Kind == FillIn && !s.Filled:
			text("hole " + s.Field)
			whole += "\ufffc"
		default:
			text(string(s.Kind) + " " + s.Text)
			whole += s.Text
		}
	}
	text(whole)
	return hex.EncodeToString(h.Sum(nil))
}

// The values that lie in databases stay what they are.
func TestHashesAreThoseOfBefore(t *testing.T) {
	text := func(s string) []Span { return []Span{{Kind: Normative, Text: s}} }
	c := Clause{Key: "s7-2", Heading: "Brug af “andre”", Blocks: []Block{
		{Kind: Paragraph, When: &field.Condition{Path: "a.b", Equals: "yes"}, Spans: []Span{{Kind: Normative, Text: "Frist – "}, {Kind: FillIn, Field: "breach.hours", Text: "Timer"}, {Kind: Guidance, Text: "hjælp"}, {Kind: FillIn, Field: "x", Text: "24", Filled: true}, {Kind: Normative, Text: " timer…"}}},
		{Kind: List, Items: [][]Span{text("ét  led"), text(" to\u00a0led ")}},
		{Kind: TableRows, Table: &Table{Head: []string{"Nr.", "Sted"}, Collection: "systems", Rows: [][]string{{"1", "Århus"}}}},
		{Kind: Choosing, Field: "c", Branches: []Branch{{Value: "a", Blocks: []Block{{Kind: Paragraph, Spans: text("første")}}}, {Value: "b"}}},
	}}
	require.Equal(t, "114ebcadad14389dcd0f6e1bc7793d8bcad22cb02caaccc0e4d97e66872c4ac5", c.Sum())
	require.Equal(t, "34fed50dd6eb75c95352ce63cbe6011a1347eaecb0aa61d930e14f555cf7b061", Sum([]Clause{{Key: "s7", Heading: "Kæden"}, c}))
}

// corrected is what Word makes of a text while it is typed, and what copying adds.
func corrected(s string) string {
	s = strings.NewReplacer("...", "…", " -- ", " – ", "--", "—", "-", "–", "\u00a7 ", "\u00a7\u00a0", "  ", " ").Replace(s)
	open := true
	return strings.Map(func(r rune) rune {
		if r != '"' && r != '\'' {
			return r
		}
		open = !open
		return map[rune][2]rune{'"': {'“', '”'}, '\'': {'‘', '’'}}[r][map[bool]int{false: 0, true: 1}[open]]
	}, s)
}

func FuzzAutocorrect(f *testing.F) {
	f.Add(`den "rette" part - § 11 ... 'ja'`)
	f.Add("pa\u030a æøå \u00a0\tx")
	f.Add("-\u00ad-") // two dashes once the soft hyphen is out
	f.Fuzz(func(t *testing.T, s string) {
		require.Equal(t, slowNormal(s), Normal(s), "the short cut changes nothing")
		n := Normal(s)
		if !strings.Contains(n, "--") && !strings.Contains(n, "....") { // Word makes one dash of two: that is another text
			require.Equal(t, n, Normal(corrected(n)), "what Word corrects by itself is no change")
		}
		require.Equal(t, n, Normal("\u00ad "+strings.ReplaceAll(n, " ", "\u00a0\n")+"\t"), "nor is white space")
		require.Equal(t, n, Normal(norm.NFD.String(n)), "nor are letters in two parts")

		for _, spans := range [][]Span{{{Kind: Normative, Text: s}}, {{Kind: Normative, Text: s}, {Kind: FillIn, Field: "a"}, {Kind: Guidance, Text: s}, {Kind: Supplementary, Text: s}}} {
			d := newDigest("spans")
			d.spans(spans)
			require.Equal(t, slowSpans(spans), d.sum())
		}
	})
}
