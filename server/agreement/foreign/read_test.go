package foreign_test

import (
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"klausul/server/agreement/foreign"
	"klausul/server/clause"
	"klausul/server/field"
	"klausul/server/word"
)

var update = flag.Bool("update", false, "write the readings anew; read the diff before committing")

// ours is the sample template as an agreement has it.
func ours(t testing.TB) []clause.Clause {
	t.Helper()
	v, err := clause.SampleVersion()
	require.NoError(t, err)
	return clause.Fill(v.Clauses, clause.Filling{Fields: v.Fields, Values: field.Values{"breach.hours": 24}, Language: "da"})
}

// paper reads one of the written agreements: pages as they were printed, or the paragraphs
// of a Word file: # is a style of headings, ** bold, [5.2] a number, | a cell of a table.
func paper(t testing.TB, name string) foreign.Text {
	t.Helper()
	raw, err := os.ReadFile(filepath.Join("testdata", "papers", name))
	require.NoError(t, err)
	if pages, ok := strings.CutPrefix(string(raw), "=== pages\n"); ok {
		return foreign.FromPages(strings.Split(pages, "=== page\n"))
	}
	return foreign.FromWord(written(string(raw)))
}

var numbered = regexp.MustCompile(`^\[([^\]]+)\] `)

func written(text string) word.Document {
	d := word.Document{Tables: []word.Table{{Rows: 9, Columns: 2}}}
	for i, line := range strings.Split(strings.TrimSpace(text), "\n\n") {
		p := word.Paragraph{At: i}
		if rest, ok := strings.CutPrefix(line, "# "); ok {
			line, p.Level = rest, 1
		}
		if rest, ok := strings.CutPrefix(line, "| "); ok {
			line, p.Cell = rest, &word.Cell{}
		}
		if m := numbered.FindStringSubmatch(line); m != nil {
			line, p.Number = line[len(m[0]):], m[1]
		} else if m := regexp.MustCompile(`^(\d+\.) `).FindStringSubmatch(line); m != nil {
			line, p.Typed = line[len(m[0]):], m[1]
		}
		bold := strings.HasPrefix(line, "**")
		p.Runs = []word.Run{{Text: strings.Trim(line, "*"), Bold: bold}}
		d.Paragraphs = append(d.Paragraphs, p)
	}
	return d
}

// told writes a reading down for a person.
func told(t foreign.Text, r foreign.Reading) string {
	var b strings.Builder
	fmt.Fprintf(&b, "language %q, agreement %v, compared %v\n", r.Language, r.Agreement, r.SameLanguage)
	for _, s := range r.Sections {
		fmt.Fprintf(&b, "%s%s", strings.Repeat("  ", max(0, s.Level-1)), s.Part)
		for _, more := range []string{s.Number, s.Heading} {
			if more != "" {
				b.WriteString(" " + more)
			}
		}
		if s.Annex {
			b.WriteString(" (annex)")
		}
		fmt.Fprintf(&b, " [%s] %d:", s.Told, len(s.Paragraphs))
		for _, m := range s.Matches {
			fmt.Fprintf(&b, " %s %.2f %s", m.Key, m.Score, m.By)
		}
		b.WriteString("\n")
	}
	var none []string
	for _, o := range r.Ours {
		if len(o.Places) == 0 {
			none = append(none, o.Key)
			continue
		}
		for _, p := range o.Places {
			if p.Paragraph >= 0 {
				fmt.Fprintf(&b, "%s %.2f: %s\n", o.Key, p.Score, t.Paragraphs[p.Paragraph].Text)
			}
		}
	}
	fmt.Fprintf(&b, "without counterpart: %s\n", strings.Join(none, " "))
	for _, a := range r.Checklist {
		fmt.Fprintf(&b, "%s %s: %s", a.Reference, a.Key, a.Confidence)
		if a.Against {
			b.WriteString(", and against")
		}
		if a.Disagree {
			b.WriteString(", and values disagree")
		}
		b.WriteString("\n")
		for _, f := range a.Findings {
			fmt.Fprintf(&b, "  %s", f.Confidence)
			for _, more := range []struct {
				says bool
				text string
			}{{f.Against, " against"}, {f.Heading, " heading"}, {f.Page > 0, fmt.Sprintf(" page %d", f.Page)}} {
				if more.says {
					b.WriteString(more.text)
				}
			}
			fmt.Fprintf(&b, ": %s\n", f.Excerpt)
		}
		for _, v := range a.Values {
			amount := ""
			if v.Amount != nil {
				amount = fmt.Sprintf(" = %d", *v.Amount)
			}
			if v.Unit != "" {
				fmt.Fprintf(&b, "  %s: %d %s%s %q\n", v.Field, v.Number, v.Unit, amount, v.Text)
			} else {
				fmt.Fprintf(&b, "  %s: %s\n", v.Field, v.Choice)
			}
		}
	}
	return b.String()
}

// sound holds a reading to its promises, whatever the text is.
func sound(t testing.TB, text foreign.Text, r foreign.Reading) {
	t.Helper()
	met := make([]int, len(text.Paragraphs))
	for i, s := range r.Sections {
		require.Less(t, s.Parent, i)
		require.True(t, slices.IsSorted(s.Paragraphs))
		for _, p := range s.Paragraphs {
			met[p]++
		}
		for _, m := range s.Matches {
			require.True(t, m.Score > 0 && m.Score <= 1, m)
		}
	}
	for i, n := range met {
		require.Equal(t, 1, n, "paragraph %d stands in %d sections", i, n)
	}
	require.Len(t, r.Checklist, 12)
	for _, a := range r.Checklist {
		require.Equal(t, a.Confidence == foreign.NotFound, len(a.Findings) == 0)
		for _, f := range a.Findings {
			whole := text.Paragraphs[f.Paragraph].Text[f.From:f.To]
			require.True(t, strings.HasPrefix(whole, strings.TrimSuffix(f.Excerpt, "…")))
			require.Contains(t, r.Sections[f.Section].Paragraphs, f.Paragraph)
		}
		for _, v := range a.Values {
			whole := text.Paragraphs[v.Paragraph].Text[v.From:v.To]
			require.True(t, strings.HasPrefix(whole, strings.TrimSuffix(v.Text, "…")))
		}
	}
}

// What is to be found in each of the written agreements, read by a person.
func TestWrittenAgreements(t *testing.T) {
	papers, err := filepath.Glob("testdata/papers/*.txt")
	require.NoError(t, err)
	require.GreaterOrEqual(t, len(papers), 7)
	for _, file := range papers {
		name := filepath.Base(file)
		t.Run(name, func(t *testing.T) {
			text := paper(t, name)
			r := foreign.Read(text, ours(t))
			sound(t, text, r)
			require.Equal(t, r, foreign.Read(text, ours(t)), "the same text gives the same reading")
			expected := filepath.Join("testdata", "readings", name)
			if *update {
				require.NoError(t, os.WriteFile(expected, []byte(told(text, r)), 0o600))
			}
			want, err := os.ReadFile(expected)
			require.NoError(t, err)
			require.Equal(t, string(want), told(text, r))
		})
	}
}
