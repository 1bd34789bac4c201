package template_test

import (
	"bytes"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"klausul/server/clause"
	"klausul/server/clause/template"
	"klausul/server/word"
)

// FuzzRecognise takes whatever can be read through recognition and assembly: nothing
// panics, no text is lost, the same file gives the same tree, and its own tree as the
// version before changes no key.
func FuzzRecognise(f *testing.F) {
	for _, s := range []string{
		"h1 7 Anvendelse af underdatabehandlere\np 7.1 (Valg 1) Varslet er {y:60} dage.\np 7.2 (Valg 2) [indsæt] <x> ____\n- led\nbox ramme",
		"p ENTEN\np a\np ELLER\np b\nh1 Bilag C Instruks\np ☐ ja\np ☒ nej\nh1 Indhold\np 1. Et......3",
		"h1 1 A\nh1 1 A\np 1.1 x\np 1.1 x\np 1.9.9.9 y\np a) z\nh1 Underskrifter\np x",
	} {
		f.Add(bodyOf(s), "state")
	}
	f.Add(`<w:tbl><w:tr><w:tc><w:p/></w:tc></w:tr></w:tbl>`, "kombit")
	f.Fuzz(func(t *testing.T, body, convention string) {
		raw := packed(t, body)
		d, err := word.Read(bytes.NewReader(raw), int64(len(raw)))
		if err != nil {
			return
		}
		o := template.Options{Convention: template.Convention(convention)}
		r := template.Recognise(d, o)
		v, problems := template.Assemble(r.Paragraphs, template.About{Language: r.Language, Fields: r.Fields})
		require.Equal(t, r, template.Recognise(d, o))
		again, told := template.Assemble(r.Paragraphs, template.About{Language: r.Language, Fields: r.Fields})
		require.Equal(t, v, again)
		require.Equal(t, problems, told)

		keys := map[string]bool{}
		for _, c := range v.Clauses {
			require.False(t, keys[c.Key], "%s stands twice", c.Key)
			keys[c.Key] = true
		}
		seen := map[int]bool{}
		for _, p := range r.Paragraphs {
			for at := p.Position; at <= max(p.Position, p.Through); at++ {
				seen[at] = true
			}
		}
		for _, p := range d.Accepted() {
			require.True(t, seen[p.At], "paragraph %d is nowhere", p.At)
		}

		next := template.Recognise(d, template.Options{Convention: o.Convention, Previous: &v, Fields: r.Fields})
		require.Equal(t, keysOf(r), keysOf(next), "the same file again keeps its keys")
	})
}

func keysOf(r template.Recognition) (keys []string) {
	for _, p := range r.Paragraphs {
		keys = append(keys, p.Section+" "+p.Clause)
	}
	return keys
}

// The fixtures through the same promises.
func TestFixturesKeepTheirKeys(t *testing.T) {
	files, err := filepath.Glob(filepath.Join(fixtures, "*.docx"))
	require.NoError(t, err)
	for _, f := range files {
		raw, err := os.ReadFile(f)
		require.NoError(t, err)
		d := read(t, raw)
		r := template.Recognise(d, template.Options{})
		v := assembled(r)
		next := template.Recognise(d, template.Options{Previous: &v})
		require.Equal(t, keysOf(r), keysOf(next), f)
		require.Equal(t, v.TextHash, assembled(next).TextHash, f)
		require.Equal(t, v.TextHash, clause.Sum(v.Clauses), f)
	}
}

// Five megabytes of white space, in text or in paragraphs of it, hold nobody up.
func TestWhiteSpaceIsQuick(t *testing.T) {
	white := strings.Repeat(" \t\u00a0 ", 1_000_000)
	for _, body := range []string{
		bodyOf("h1 7 Kæden\np 7.1 før" + white + "efter [antal] dage"),
		bodyOf("h1 7 Kæden\n" + strings.Repeat("p "+white[:300]+"\n", 15_000) + "p 7.1 Tekst."),
		bodyOf("h1 7 Kæden\n" + strings.Repeat("p (Valg 2) [x] ☐ 7.1 a\n", 3_000)),
	} {
		raw := packed(t, body)
		started := time.Now()
		_, v, _ := imported(t, raw, template.Options{})
		require.Less(t, time.Since(started), 5*time.Second)
		require.NotEmpty(t, v.Clauses)
	}
}
