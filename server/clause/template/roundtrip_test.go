package template_test

import (
	"bytes"
	"encoding/json"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"klausul/server/clause"
	"klausul/server/clause/template"
	"klausul/server/field"
	"klausul/server/word"
)

// A file of our own writer comes back as the tree that it was written from.
func TestRoundTrip(t *testing.T) {
	v := sample(t)
	for name, tree := range map[string][]clause.Clause{
		"unfilled": clause.Fill(v.Clauses, clause.Filling{Fields: v.Fields, Language: "da"}),
		"filled":   filled(v),
	} {
		t.Run(name, func(t *testing.T) {
			r, got, problems := imported(t, printed(t, tree), template.Options{Fields: v.Fields, Previous: &v})
			require.Equal(t, template.Own, r.Convention)
			require.False(t, slices.ContainsFunc(problems, func(p template.Problem) bool { return p.Blocks }), problems)
			require.Len(t, got.Clauses, len(tree))
			for i, c := range tree {
				g := got.Clauses[i]
				require.Equal(t, []any{c.Key, c.Number, c.Heading, c.Level, c.Annex}, []any{g.Key, g.Number, g.Heading, g.Level, g.Annex})
				if table := slices.ContainsFunc(c.Blocks, func(b clause.Block) bool { return b.Kind == clause.TableRows }); table {
					require.Equal(t, words(c.Blocks), words(g.Blocks), c.Key)
					continue
				}
				require.Equal(t, c.Sum(), g.Hash, "%s: %s", c.Key, strings.Join(blockLines(g.Blocks, ""), "\n"))
			}
		})
	}
}

// words is the text of blocks without the layout of a table.
func words(blocks []clause.Block) []string {
	cut := strings.FieldsFunc(strings.Join(blockLines(blocks, ""), " "), func(r rune) bool { return r == '|' })
	var out []string
	for _, w := range cut {
		if w = strings.TrimSpace(w); w != "" && !strings.HasPrefix(w, "systems") {
			out = append(out, w)
		}
	}
	return out
}

func read(t testing.TB, raw []byte) word.Document {
	t.Helper()
	d, err := word.Read(bytes.NewReader(raw), int64(len(raw)))
	require.NoError(t, err)
	return d
}

// made is a file with such paragraphs, read.
func made(t *testing.T, source string) word.Document {
	t.Helper()
	return read(t, packed(t, bodyOf(source)))
}

func assembled(r template.Recognition) clause.Version {
	v, _ := template.Assemble(r.Paragraphs, template.About{Language: r.Language, Fields: r.Fields})
	return v
}

func TestKeysStayWhenANewerFileIsImported(t *testing.T) {
	both := map[string]string{
		"old": "h1 1 Fortrolighed\np 1.1 Kun de rette medarbejdere får adgang til oplysningerne.\np 1.2 Listen over adgange gennemgås hvert halve år af databehandleren.\nh1 2 Kunstig intelligens\np 2.1 Databehandleren træner ingen modeller på oplysningerne.\n",
		"new": "h1 1 Om aftalen\np 1.1 Aftalen er lavet om i år.\nh1 2 Fortrolighed\np 2.1 Databehandleren har en procedure for tavshedspligt.\np 2.2 Kun de rette medarbejdere får adgang til oplysningerne.\np 2.3 Listen over adgange gennemgås hvert kvartal af databehandleren.\nh1 3 Kunstig intelligens og tavshed\np 3.1 Databehandleren træner ingen modeller på oplysningerne.\n",
	}
	old := assembled(template.Recognise(made(t, both["old"]), template.Options{}))
	v := assembled(template.Recognise(made(t, both["new"]), template.Options{Previous: &old}))
	var keys []string
	for _, c := range v.Clauses {
		keys = append(keys, c.Key+" "+c.Number)
	}
	require.Equal(t, []string{"x-aftalen 1", "x-aftalen-1 1.1", "s5 2", "s5-1b 2.1", "s5-1 2.2", "s5-2 2.3", "x-kunstig-intelligens 3", "x-kunstig-intelligens-1 3.1"}, keys)

	again := assembled(template.Recognise(made(t, both["old"]), template.Options{Previous: &old}))
	require.Equal(t, old.TextHash, again.TextHash, "the same file again is the same tree")
}

func TestConventionCanBeOverridden(t *testing.T) {
	d := made(t, "h1 7 Anvendelse af underdatabehandlere\np 7.1 Varslet er {y:mindst to måneder} for alle.\n")
	kind := func(o template.Options) clause.SpanKind {
		return template.Recognise(d, o).Paragraphs[1].Spans[1].Kind
	}
	require.Equal(t, clause.FillIn, kind(template.Options{}))
	require.Equal(t, clause.Supplementary, kind(template.Options{Convention: template.Kombit}))
	require.Len(t, template.Recognise(d, template.Options{Convention: template.Unmarked}).Paragraphs[1].Spans, 1)
}

func TestRecognitionIsKept(t *testing.T) {
	r, v, problems := imported(t, printed(t, filled(sample(t))), template.Options{Fields: sample(t).Fields})
	raw, err := json.Marshal(r)
	require.NoError(t, err)
	var back template.Recognition
	require.NoError(t, json.Unmarshal(raw, &back))
	again, told := template.Assemble(back.Paragraphs, template.About{Language: back.Language, Fields: back.Fields})
	require.Equal(t, v.TextHash, again.TextHash)
	require.Equal(t, problems, told)
	require.Equal(t, r, back)
}

// What a lawyer corrects is what the tree is made of.
func TestCorrections(t *testing.T) {
	r := template.Recognise(made(t, "h1 7 Anvendelse af underdatabehandlere\np 7.1 Databehandleren spørger.\np Hver gang.\np Eller en gang om året.\nbox Hører til 7.1.\n"), template.Options{})
	blocked := func() (codes []template.Code) {
		_, problems := template.Assemble(r.Paragraphs, template.About{Language: "da", Fields: r.Fields})
		for _, p := range problems {
			if p.Blocks {
				codes = append(codes, p.Code)
			}
		}
		return codes
	}
	require.Equal(t, []template.Code{template.UnplacedParagraph}, blocked())
	ps := r.Paragraphs
	for k := range ps {
		if ps[k].Class == template.Unplaced {
			ps[k].Class, ps[k].Section, ps[k].Clause = template.Text, "s7", "s7-1"
		}
	}
	ps[2].Class, ps[2].Choice, ps[2].Branch = template.Option, "often.how", "each"
	require.Equal(t, []template.Code{template.FieldUnknown}, blocked())
	r.Fields = append(r.Fields, field.Field{Path: "often.how", Type: field.OneOf, Label: "Hvor tit", Choices: []field.Choice{{Value: "each", Label: "hver gang"}, {Value: "yearly", Label: "hvert år"}}})
	require.Equal(t, []template.Code{template.ChoiceOfOne}, blocked())
	ps[3].Class, ps[3].Choice, ps[3].Branch = template.Option, "often.how", "monthly"
	require.Equal(t, []template.Code{template.BranchUnknown}, blocked())
	ps[3].Branch = "yearly"
	require.Empty(t, blocked())
	v := assembled(r)
	require.Equal(t, []string{"Databehandleren spørger.", "choice often.how", "= each", "  Hver gang.", "= yearly", "  Eller en gang om året.", "Hører til 7.1."}, blockLines(v.Clauses[1].Blocks, ""))
	require.Len(t, v.Fields, 1)
}

func TestGuidanceIsNoPartOfTheHash(t *testing.T) {
	both := map[string]string{
		"with":    "h1 5 Fortrolighed\np Vejledning til udfylder: Læs dette.\np 5.1 Alle tier.\np Vejledning til udfylder: Og dette.\n- også bagefter\np Vejledning til udfylder: Til sidst.\n",
		"without": "h1 5 Fortrolighed\np 5.1 Alle tier.\n- også bagefter\n",
	}
	require.Equal(t, assembled(template.Recognise(made(t, both["without"]), template.Options{})).TextHash,
		assembled(template.Recognise(made(t, both["with"]), template.Options{})).TextHash)
}
