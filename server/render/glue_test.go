package render

import (
	"strings"
	"testing"
)

func TestGlued(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]string{
		"efter § 11 og art. 28, stk. 3, litra h":          "efter §~11 og art.~28, stk.~3, litra~h",
		"inden 24 timer efter den 1. januar 2027":         "inden 24~timer efter den 1.~januar~2027",
		"op til 10 % af 2.000 kr. (30 dage)":              "op til 10~% af 2.000~kr. (30~dage)",
		"CVR-nr. 29 18 98 46 og tlf. 89 40 20 00":         "CVR-nr.~29~18~98~46 og tlf.~89~40~20~00",
		"jf. Bilag C og bilag 2, afsnit 7.2 på side 4":    "jf. Bilag~C og bilag~2, afsnit~7.2 på side~4",
		"within 24 hours of 1 January 2027, Article 28":   "within 24~hours of 1~January~2027, Article~28",
		"Det sker. Aftalen gælder i 2027 og er 2 til mig": "Det sker. Aftalen gælder i 2027 og er 2 til mig",
		"(art. 4) kl. 14.30 ca. 20 personer":              "(art.~4) kl.~14.30 ca.~20~personer",
		"nr. [Nummer mangler] og litra at":                "nr.~[Nummer mangler] og litra at",
	} {
		got := unbroken(Text(text))[0].Text
		if got = strings.ReplaceAll(got, "\u00a0", "~"); got != want {
			t.Errorf("%q\ngives %q\nwant  %q", text, got, want)
		}
	}
	runs := unbroken([]Run{{Text: "inden "}, {Text: "24", Filled: true}, {Text: " timer den 1"}, {Text: ". marts"}})
	if runs[2].Text != "\u00a0timer den 1" || runs[3].Text != ".\u00a0marts" || !runs[1].Filled {
		t.Errorf("%+v", runs)
	}
}

// The words that belong together stand on one line at every width.
func TestBreakLines_keeps_together_what_belongs_together(t *testing.T) {
	t.Parallel()
	fc, err := faces()
	if err != nil {
		t.Fatal(err)
	}
	l := &layout{w: languages["da"], faces: fc}
	runs := []Run{{Text: "Efter databeskyttelseslovens § 11 og forordningens art. 28 gives besked inden "}, {Text: "24", Filled: true}, {Text: " timer, dog senest den 1. januar 2027 mod 10 % af 2.000 kr., jf. Bilag C, litra a."}}
	g := l.shape(runs, body)
	for width := 90.0; width < 460; width++ {
		var lines []string
		for _, ln := range breakLines(g, width) {
			s := make([]rune, 0, len(ln.glyphs))
			for _, c := range ln.glyphs {
				s = append(s, c.r)
			}
			lines = append(lines, string(s))
		}
		broken := strings.Join(lines, "|")
		for _, want := range []string{"§ 11", "art. 28", "24 timer", "1. januar 2027", "10 %", "2.000 kr.", "Bilag C", "litra a"} {
			if !strings.Contains(broken, want) {
				t.Fatalf("at %v points %q is torn: %s", width, want, broken)
			}
		}
	}
}
