package foreign_test

import (
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"klausul/server/agreement/foreign"
)

// FuzzForeign reads whatever somebody calls an agreement, as pages and as paragraphs:
// nothing panics, no paragraph is dropped, what is told stands where it says, and the same
// text gives the same reading.
func FuzzForeign(f *testing.F) {
	papers, err := filepath.Glob("testdata/papers/*.txt")
	require.NoError(f, err)
	for _, name := range papers {
		for _, p := range paper(f, filepath.Base(name)).Paragraphs {
			f.Add(p.Number+" "+p.Text+"\n"+p.Text, uint8(p.Level))
		}
	}
	clauses := ours(f)[12:32] // enough to compare with, few enough to be quick
	f.Fuzz(func(t *testing.T, raw string, level uint8) {
		text := foreign.FromPages(strings.Split(raw, "\f"))
		plain := foreign.Text{}
		for i, line := range strings.Split(strings.ToValidUTF8(raw, "?"), "\n") {
			plain.Paragraphs = append(plain.Paragraphs, foreign.Paragraph{Text: line, Level: int(level) * (i % 2) % 12, Bold: level&16 != 0, Contents: level&32 != 0 && i%5 == 0, At: i})
		}
		for _, text := range []foreign.Text{text, plain} {
			r := foreign.Read(text, clauses)
			sound(t, text, r)
			require.Equal(t, r, foreign.Read(text, clauses))
		}
	})
}
