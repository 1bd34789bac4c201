package round_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"klausul/server/agreement/round"
	"klausul/server/render"
)

// What somebody may make to hold the office up is told within seconds.
func TestHugeFilesAreQuick(t *testing.T) {
	raw, s := sent(t)
	sentence := "Databehandleren underretter den dataansvarlige uden unødig forsinkelse og senest efter bruddet. "
	marked := func(n int, name func(int) string) string {
		var b strings.Builder
		for i := range n {
			fmt.Fprintf(&b, `<w:bookmarkStart w:id="%d" w:name="%s"/>`+text("x ")+`<w:bookmarkEnd w:id="%d"/>`, i, name(i), i)
		}
		return b.String()
	}
	changed := func(n int) string {
		var b strings.Builder
		for i := range n {
			by := fmt.Sprintf(`w:id="1" w:author="A%d" w:date="2026-01-01T00:00:00Z"`, i)
			b.WriteString(ins(by, text("nyt ")) + text("gammelt ") + `<w:moveFrom ` + by + `>` + text("flyt") + `</w:moveFrom>`)
		}
		return b.String()
	}
	for name, inside := range map[string]string{
		"nearly as many paragraphs as are read":  strings.Repeat(`<w:p>`+text(sentence)+`</w:p>`, 19_000),
		"a long paragraph":                       `<w:p>` + text(strings.Repeat(sentence, 40_000)) + `</w:p>`,
		"long text in a clause":                  `<w:p><w:bookmarkStart w:id="1" w:name="cl_notice"/>` + text(strings.Repeat("ord anden tredje ", 40_000)) + `<w:bookmarkEnd w:id="1"/></w:p>`,
		"one bookmark again and again":           `<w:p>` + marked(60_000, func(int) string { return render.BookmarkName("notice") }) + `</w:p>`,
		"bookmarks of all clauses in every line": strings.Repeat(`<w:p>`+marked(3, func(i int) string { return render.BookmarkName(tree[i+1].Key) })+`</w:p>`, 10_000),
		"tracked changes of as many authors":     `<w:p><w:bookmarkStart w:id="1" w:name="cl_notice"/>` + changed(20_000) + `<w:bookmarkEnd w:id="1"/></w:p>`,
		"new clauses":                            strings.Repeat(`<w:p><w:pPr><w:pStyle w:val="Clause"/></w:pPr>`+text("Noget helt andet")+`</w:p>`, 15_000),
		"looks changed by as many authors":       `<w:p>` + strings.Repeat(`<w:r><w:rPr><w:rPrChange `+ida+`/></w:rPr><w:t>a</w:t></w:r>`, 60_000) + `</w:p>`,
	} {
		t.Run(name, func(t *testing.T) {
			a := unpack(t, raw)
			head, _, _ := strings.Cut(a.parts[body], "<w:body>")
			a.parts[body] = head + "<w:body>" + inside + "</w:body></w:document>"
			d := open(t, a.pack())
			started := time.Now()
			r := round.Compare(s, d)
			require.Less(t, time.Since(started), 15*time.Second)
			nothingDropped(t, d, r)
		})
	}
}
