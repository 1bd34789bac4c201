package round_test

import (
	"flag"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

var (
	remake = flag.Bool("remake", false, "make the files of testdata/office again, in LibreOffice")
	clock  = regexp.MustCompile(` \d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\S*`)
)

var update = flag.Bool("update", false, "write the findings anew; read the diff before committing")

// expectations are the findings that a person has read and found right, by file: what is to
// be found in each edited file, all of it.
type expectations struct {
	of    string
	found map[string]string
}

// expected reads testdata/name: "== file" and below it its findings, one a line.
func expected(t *testing.T, name string) expectations {
	t.Helper()
	raw, err := os.ReadFile(filepath.Join("testdata", name))
	require.NoError(t, err)
	e := expectations{name, map[string]string{}}
	for _, part := range strings.Split("\n"+string(raw), "\n== ")[1:] {
		title, findings, _ := strings.Cut(part, "\n")
		require.NotContains(t, e.found, title)
		e.found[title] = strings.TrimSpace(findings)
	}
	return e
}

// holds compares the findings in a file with those expected.
func (e expectations) holds(t *testing.T, name, told string) {
	t.Helper()
	if *update {
		e.found[name] = told
		return
	}
	require.Contains(t, e.found, name)
	require.Equal(t, e.found[name], told)
}

// write puts down what was found, in the order of the names.
func (e expectations) write(t *testing.T, names []string) {
	t.Helper()
	if !*update {
		return
	}
	var b strings.Builder
	for _, name := range names {
		b.WriteString("== " + name + "\n" + e.found[name] + "\n\n")
	}
	require.NoError(t, os.WriteFile(filepath.Join("testdata", e.of), []byte(b.String()), 0o600))
}

func (e expectations) distinct() int {
	all := map[string]bool{}
	for _, findings := range e.found {
		all[findings] = true
	}
	return len(all)
}
