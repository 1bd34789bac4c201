package round_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"klausul/server/agreement/round"
	"klausul/server/clause"
	"klausul/server/redline"
	"klausul/server/render"
)

func byKey(tree []clause.Clause, key string) clause.Clause {
	return tree[slices.IndexFunc(tree, func(c clause.Clause) bool { return c.Key == key })]
}

// again is what a clause reads when it is sent as it was rewritten.
func again(t *testing.T, filled []clause.Clause, c clause.Clause) string {
	t.Helper()
	next := slices.Clone(filled)
	next[slices.IndexFunc(next, func(x clause.Clause) bool { return x.Key == c.Key })] = c
	raw, out := made(t, next, 7)
	report := round.Compare(round.New(open(t, raw), out), open(t, raw))
	for _, r := range report.Clauses {
		if r.Key == c.Key {
			return r.Before
		}
	}
	return ""
}

// Whatever comes back, what is accepted of it reads as it was proposed, and what is rejected as it was sent.
func TestRewriteReadsAsProposed(t *testing.T) {
	t.Parallel()
	_, s := sent(t)
	_, filled := made(t, tree, 7)
	rewritten := 0
	for _, c := range cases {
		report := round.Compare(s, open(t, edited(t, c.edits...)))
		for _, r := range report.Clauses {
			if r.Key == "" || r.Part != round.Clause && r.Part != round.Section || r.After == "" || r.Before == r.After {
				continue
			}
			was := byKey(filled, r.Key)
			require.Equal(t, was, round.Rewrite(was, r.Before, r.Before), "nothing changed: %s", c.name)
			is := round.Rewrite(was, r.Before, r.After)
			require.Equal(t, clause.Normal(r.After), clause.Normal(again(t, filled, is)), "%s: %s", c.name, r.Key)
			rewritten++
		}
	}
	require.Greater(t, rewritten, 25)
}

func TestRewriteKeepsSpans(t *testing.T) {
	t.Parallel()
	_, filled := made(t, tree, 7)
	for _, c := range []struct {
		key, from, to string
		want          []clause.Span
	}{
		{"notice", "uden unødig forsinkelse", "straks", []clause.Span{normative("Databehandleren underretter den dataansvarlige "), added("straks"), normative(" og senest "), filledSpan("24"), normative(" timer efter, at bruddet er opdaget.")}},
		{"notice", "24", "48", []clause.Span{normative("Databehandleren underretter den dataansvarlige uden unødig forsinkelse og senest "), added("48"), normative(" timer efter, at bruddet er opdaget.")}},
	} {
		was := byKey(filled, c.key)
		sent := plain(was)
		is := round.Rewrite(was, sent, strings.Replace(sent, c.from, c.to, 1))
		require.Len(t, is.Blocks, 1)
		require.Equal(t, c.want, is.Blocks[0].Spans)
		require.NotEqual(t, was.Sum(), is.Hash)
	}

	list := byKey(filled, "list")
	before := "Ved aftalens indgåelse er følgende underdatabehandlere godkendt:\nNavn\nLand\nNordlys Drift ApS\nDanmark\nFjordsky AB\nSverige"
	table := func(after string) *clause.Table { return round.Rewrite(list, before, after).Blocks[1].Table }
	cells := func(table *clause.Table) (out [][]string) {
		for _, row := range table.Cells {
			var line []string
			for _, cell := range row {
				text := ""
				for _, s := range cell {
					text += s.Text
				}
				line = append(line, text)
			}
			out = append(out, line)
		}
		return out
	}
	require.Equal(t, [][]string{{"Nordlys Drift ApS", "Danmark"}}, cells(table(strings.Replace(before, "\nFjordsky AB\nSverige", "", 1))), "a row less")
	require.Equal(t, [][]string{{"Nordlys Drift ApS", "Danmark"}, {"Fjordsky AB", "Sverige"}, {"Vestsky Ltd", "Irland"}}, cells(table(before+"\nVestsky Ltd\nIrland")), "a row more")
	require.Equal(t, [][]string{{"Nordlys Drift ApS", "Norge"}, {"Fjordsky AB", "Sverige"}}, cells(table(strings.Replace(before, "Danmark", "Norge", 1))), "a cell")
}

func TestFieldAt(t *testing.T) {
	t.Parallel()
	_, filled := made(t, tree, 7)
	c := byKey(filled, "notice")
	sent := plain(c)
	at := strings.Index(sent, "24")
	path, text, from := round.FieldAt(c, sent, at, at+2)
	require.Equal(t, []any{"x", "24", at}, []any{path, text, from})
	path, _, _ = round.FieldAt(c, sent, at, at+4)
	require.Empty(t, path, "more than the answer")
	path, _, _ = round.FieldAt(c, sent, 0, 3)
	require.Empty(t, path, "standard text")
}

func TestChangesOfAClause(t *testing.T) {
	t.Parallel()
	_, s := sent(t)
	report := round.Compare(s, open(t, edited(t, all(track(ida, "authorised", "60", "30"), track(bo, "authorised", "generelle", "forudgående"), replace("authorised", "dage før", "arbejdsdage før"))...)))
	r := report.Clauses[slices.IndexFunc(report.Clauses, func(r round.Returned) bool { return r.Key == "authorised" })]
	changes, of := r.Changes()
	require.Len(t, of, len(r.Redline))
	var out []string
	rebuilt, at := "", 0
	for _, c := range changes {
		out = append(out, strings.Join([]string{c.Before, c.After, c.Author, map[bool]string{true: "touched", false: "free"}[c.Touched], map[bool]string{true: "tracked", false: "untracked"}[c.Tracked]}, "|"))
		rebuilt += r.Before[at:c.From] + c.After
		at = c.To
	}
	require.Equal(t, r.After, rebuilt+r.Before[at:], "all changes together are the proposal")
	require.Equal(t, []string{"generelle|forudgående|Bo Berg|touched|tracked", "60 dage|30 arbejdsdage|Ida Holm|touched|untracked"}, out)
}

func filledSpan(s string) clause.Span { return filled(s) }

// plain is a clause of one paragraph as it is printed.
func plain(c clause.Clause) string {
	text := ""
	for _, s := range c.Blocks[0].Spans {
		text += s.Text
	}
	return text
}

// Whatever a clause is brought to, it reads so: no word is lost, added or moved.
func FuzzRewrite(f *testing.F) {
	_, filled := made(f, tree, 7)
	f.Add(uint8(7), "Ved aftalens indgåelse er følgende godkendt:\nNavn\nLand\nNordlys Drift ApS\nNorge")
	f.Add(uint8(3), "Adgang gives til alle,\ner underlagt tavshedspligt\n\nog flere")
	f.Add(uint8(9), "Databehandleren underretter senest 48 timer efter.")
	f.Add(uint8(7), "Først\nVed aftalens indgåelse er følgende underdatabehandlere godkendt:\nNavn\nIrland\nLand")
	f.Fuzz(func(t *testing.T, which uint8, to string) {
		c := filled[int(which)%len(filled)]
		to = strings.Map(func(r rune) rune {
			if r != '\n' && (r < ' ' || r == 0xfffd) {
				return -1
			}
			return r
		}, strings.ToValidUTF8(to, ""))
		if len(to) > 4000 {
			return
		}
		is := round.Rewrite(c, round.Text(c, "da"), to)
		if got, want := clause.Normal(round.Text(is, "da")), clause.Normal(render.Clean(to)); strings.ReplaceAll(got, " ", "") != strings.ReplaceAll(want, " ", "") {
			t.Fatalf("%s\n is %q\nwant %q\nfrom %q", c.Key, got, want, round.Text(c, "da"))
		}
	})
}

func TestTrivialIsTheSameWords(t *testing.T) {
	t.Parallel()
	_, filled := made(t, tree, 7)
	c := byKey(filled, "notice")
	before := plain(c)
	for to, trivial := range map[string]bool{"den dataansvarlige, uden": true, "den  Dataansvarlige uden": true, "den dataansvarlige § uden": false} {
		after := strings.Replace(before, "den dataansvarlige uden", to, 1)
		changes, _ := round.Returned{Before: before, After: after, Redline: marked(before, after)}.Changes()
		require.NotEmpty(t, changes)
		for _, ch := range changes {
			require.Equal(t, trivial, ch.Trivial, to)
		}
	}
	for _, pair := range [][2]string{{"10,5", "105"}, {"1.000 kr.", "1,000 kr."}, {"≤ 5", "≥ 5"}, {"100 %", "100"}, {"24/7", "247"}} {
		changes, _ := round.Returned{Before: pair[0], After: pair[1], Redline: marked(pair[0], pair[1])}.Changes()
		require.False(t, slices.ContainsFunc(changes, func(c round.Change) bool { return c.Trivial }), pair)
	}
}

func marked(before, after string) []round.Segment {
	var out []round.Segment
	for _, s := range redline.Text(before, after) {
		out = append(out, round.Segment{Segment: s})
	}
	return out
}

// What is written into an open place stands as it was written.
func TestRewriteInsideAnOpenPlace(t *testing.T) {
	t.Parallel()
	c := clause.Clause{Key: "k", Level: 2, Blocks: []clause.Block{paragraph(normative("Kontakt: "), clause.Span{Kind: clause.FillIn, Field: "x", Text: "kommunens egen kontakt"}, normative("."))}}
	sent := round.Text(c, "da")
	to := "Kontakt: [udfyldes: kommunens nye kontakt]."
	require.Equal(t, to, round.Text(round.Rewrite(c, sent, to), "da"))
	require.Equal(t, c, round.Rewrite(c, sent, sent))
}
