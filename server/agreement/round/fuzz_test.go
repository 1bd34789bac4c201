package round_test

import (
	"bytes"
	"regexp"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"klausul/server/agreement/round"
	"klausul/server/word"
)

// FuzzReturned takes whatever can be read as what came back: nothing panics, no word of the
// proposal is dropped, and the same file gives the same report.
func FuzzReturned(f *testing.F) {
	raw, s := sent(f)
	whole := unpack(f, raw)
	head, _, cut := strings.Cut(whole.parts[body], "<w:body>")
	for _, c := range cases {
		a := unpack(f, raw)
		for _, e := range c.edits {
			e(a)
		}
		if seed := changed(whole.parts[body], a.parts[body]); seed != "" {
			f.Add(seed)
		}
	}
	counter, answer := answered(f, remarks...) // with changes of our own
	_, ours, _ := strings.Cut(unpack(f, counter).parts[body], "<w:body>")
	f.Add(changed(whole.parts[body], ours))
	f.Add(`<w:p><w:bookmarkStart w:id="1" w:name="cl_notice"/><w:bookmarkStart w:id="2" w:name="cl_cost"/><w:r><w:t>x</w:t></w:r></w:p><w:p><w:bookmarkEnd w:id="1"/></w:p>`)
	require.True(f, cut)
	f.Fuzz(func(t *testing.T, inside string) {
		a := &archive{t: t, parts: map[string]string{}, names: whole.names}
		for name, text := range whole.parts {
			a.parts[name] = text
		}
		a.parts[body] = head + "<w:body>" + inside + "</w:body></w:document>"
		file := a.pack()
		d, err := word.Read(bytes.NewReader(file), int64(len(file)))
		if err != nil {
			return
		}
		for _, s := range []round.Sent{s, answer} {
			r := round.Compare(s, d)
			nothingDropped(t, d, r)
			require.Equal(t, r, round.Compare(s, d))
		}
	})
}

var paragraphs = regexp.MustCompile(`(?s)<w:p>.*?</w:p>`)

// changed are the paragraphs of a document that are not in the one that was sent: short
// enough for the fuzzer to get somewhere.
func changed(sent, back string) string {
	var out strings.Builder
	for _, p := range paragraphs.FindAllString(back, -1) {
		if !strings.Contains(sent, p) {
			out.WriteString(p)
		}
	}
	return out.String()
}
