package foreign

import (
	"strings"

	"klausul/server/word"
)

// FromWord takes the text of a Word file as it reads with every tracked change accepted.
func FromWord(d word.Document) Text {
	var t Text
	place := map[int]int{} // in the Text, from that in the file
	for _, p := range d.Accepted() {
		out := Paragraph{Number: p.Label(), Level: p.Level, Bold: true, At: p.At, Contents: p.Contents, Aside: p.Part == word.Header || p.Part == word.Footer}
		if p.Part != word.Body || p.Cell != nil && p.Cell.Table < len(d.Tables) && d.Tables[p.Cell.Table].Layout == "" {
			out.Level, out.Bold = 0, false // a note, or a table: nothing in it is a heading
		}
		var b strings.Builder
		for _, r := range p.Runs {
			if r.Hidden {
				continue // the document's notes tell of it
			}
			b.WriteString(r.Text)
			out.Bold = out.Bold && (r.Bold || strings.TrimSpace(r.Text) == "")
		}
		out.Text = strings.ToValidUTF8(b.String(), "\ufffd")
		out.Bold = out.Bold && strings.TrimSpace(out.Text) != ""
		if at, ok := place[p.Hangs-1]; ok && (p.Part == word.Footnote || p.Part == word.Endnote) {
			out.Hangs = at + 1
		}
		place[p.At] = len(t.Paragraphs)
		t.Paragraphs = append(t.Paragraphs, out)
	}
	return t
}
