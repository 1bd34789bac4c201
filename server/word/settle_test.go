package word_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"klausul/server/word"
)

func by(who, tag, inside string) string {
	return `<w:` + tag + ` w:id="1" w:author="` + who + `" w:date="2026-03-01T10:00:00Z">` + inside + `</w:` + tag + `>`
}
func we(tag, inside string) string   { return by("Os", tag, inside) }
func they(tag, inside string) string { return by("Ida", tag, inside) }
func markOf(change string) string    { return `<w:rPr>` + change + `</w:rPr>` }

// spelled writes a document down with its marks: {+Ida words+}, [-Ida words-], ¶+Ida, ¶-Ida.
func spelled(d word.Document) (out []string) {
	who := func(mark int) string { return d.Revisions[mark-1].Author }
	for _, p := range d.Paragraphs {
		var b strings.Builder
		for _, r := range p.Runs {
			text := r.Text
			if r.Deleted > 0 {
				text = "[-" + who(r.Deleted) + " " + text + "-]"
			}
			if r.Inserted > 0 {
				text = "{+" + who(r.Inserted) + " " + text + "+}"
			}
			b.WriteString(text)
		}
		if p.Inserted > 0 {
			b.WriteString("¶+" + who(p.Inserted))
		}
		if p.Deleted > 0 {
			b.WriteString("¶-" + who(p.Deleted))
		}
		out = append(out, b.String())
	}
	return out
}

// What a reader is told of an author's own changes once they count as agreed.
func TestSettled(t *testing.T) {
	cell := func(text string) string { return `<w:tc>` + p("", text) + `</w:tc>` }
	row := func(change string, cells ...string) string {
		return `<w:tr><w:trPr>` + change + `</w:trPr>` + strings.Join(cells, "") + `</w:tr>`
	}
	for name, c := range map[string]struct {
		body string
		want []string
	}{
		"an insertion is plain text":                                              {p("", r("", "a ")+we("ins", r("", "b"))), []string{"a b"}},
		"a deletion is gone":                                                      {p("", r("", "a ")+we("del", deleted("b"))+r("", "c")), []string{"a c"}},
		"another's insertion stays one":                                           {p("", r("", "a ")+they("ins", r("", "b"))+we("ins", r("", "c"))), []string{"a {+Ida b+}c"}},
		"another's deletion stays one":                                            {p("", we("del", deleted("a"))+they("del", deleted("b"))), []string{"[-Ida b-]"}},
		"another's deletion inside our insertion is theirs":                       {p("", we("ins", r("", "a ")+they("del", deleted("b "))+r("", "c"))), []string{"a [-Ida b -]c"}},
		"our deletion of another's insertion leaves nothing":                      {p("", r("", "a")+they("ins", we("del", deleted("b")))), []string{"a"}},
		"our insertion inside another's deletion cannot be, their deletion holds": {p("", they("del", we("ins", deleted("b")))+r("", "c")), []string{"[-Ida b-]c"}},
		"a move is gone here and plain there":                                     {p("", r("", "a")+we("moveFrom", deleted("b"))) + p("", r("", "c")+we("moveTo", r("", "b"))), []string{"a", "cb"}},
		"a new paragraph is one":                                                  {p("", r("", "a")) + p(markOf(we("ins", "")), we("ins", r("", "b"))) + p("", r("", "c")), []string{"a", "b", "c"}},
		"a paragraph that went is none":                                           {p("", r("", "a")) + p(markOf(we("del", "")), we("del", deleted("b"))) + p("", r("", "c")), []string{"a", "c"}},
		"a paragraph mark that went joins":                                        {p(markOf(we("del", "")), r("", "a ")) + p(markOf(they("ins", "")), r("", "b")) + p("", r("", "c")), []string{"a b¶+Ida", "c"}},
		"another's words in a paragraph that went are in the next":                {p(markOf(we("del", "")), we("del", deleted("a"))+they("ins", r("", "b "))) + p("", r("", "c")), []string{"{+Ida b +}c"}},
		"another's break inside our paragraph is theirs":                          {p(markOf(they("ins", "")), we("ins", r("", "a"))) + p(markOf(we("ins", "")), we("ins", r("", "b"))) + p("", r("", "c")), []string{"a¶+Ida", "b", "c"}},
		"our new paragraph that another deleted":                                  {p(markOf(we("ins", "")+they("del", "")), we("ins", they("del", deleted("a")))) + p("", r("", "b")), []string{"[-Ida a-]¶-Ida", "b"}},
		"another's new paragraph that we deleted":                                 {p(markOf(they("ins", "")+we("del", "")), they("ins", we("del", deleted("a")))) + p("", r("", "b")), []string{"b"}},
		"looks":                  {p(`<w:pPrChange w:author="Os"/>`, `<w:r><w:rPr><w:rPrChange w:author="Os"/></w:rPr><w:t>a</w:t></w:r>`), []string{"a"}},
		"a row of ours is plain": {`<w:tbl>` + row("", cell(r("", "a"))) + row(we("ins", ""), cell(we("ins", r("", "b"))+they("ins", r("", " c")))) + `</w:tbl>`, []string{"a", "b{+Ida  c+}"}},
		"a row that went":        {`<w:tbl>` + row("", cell(r("", "a"))) + row(we("del", ""), cell(we("del", deleted("b"))), cell(we("del", deleted("c")))) + row(they("del", ""), cell(r("", "d"))) + `</w:tbl>`, []string{"a", "[-Ida d-]¶-Ida"}},
	} {
		t.Run(name, func(t *testing.T) {
			d := read(t, c.body, nil)
			s := d.Settled("Os")
			require.Equal(t, c.want, spelled(s))
			settledHolds(t, d, "Os")
			require.NotContains(t, s.Authors(), "Os")
		})
	}
}

// settledHolds holds Settled to its promises.
func settledHolds(t testing.TB, d word.Document, author string) {
	t.Helper()
	s := d.Settled(author)
	require.Equal(t, s, s.Settled(author), "settling twice is settling once")
	require.Equal(t, lines(d.Accepted()), lines(s.Accepted()), "the proposal reads the same")
	require.NotContains(t, s.Authors(), author)
	for i, p := range s.Paragraphs {
		require.Equal(t, i, p.At)
		for _, m := range []int{p.Inserted, p.Deleted} {
			require.LessOrEqual(t, m, len(s.Revisions))
		}
	}
	all := d
	for _, a := range d.Authors() {
		all = all.Settled(a)
	}
	require.Empty(t, all.Revisions)
	require.Empty(t, all.Comments)
	require.Equal(t, lines(d.Accepted()), lines(all.Paragraphs), "settled by everybody it is the proposal")
}

// lines are the texts that are seen.
func lines(ps []word.Paragraph) (out []string) {
	for _, p := range ps {
		var b strings.Builder
		for _, r := range p.Runs {
			if !r.Hidden {
				b.WriteString(r.Text)
			}
		}
		if strings.TrimSpace(b.String()) != "" {
			out = append(out, b.String())
		}
	}
	return out
}

// What hangs on paragraphs and words finds its place again, or says that it has none.
func TestSettledMovesWhatHangsOnText(t *testing.T) {
	remark := func(id, inside string) string {
		return `<w:commentRangeStart w:id="` + id + `"/>` + inside + `<w:commentRangeEnd w:id="` + id + `"/><w:r><w:commentReference w:id="` + id + `"/></w:r>`
	}
	mark := func(id, inside string) string {
		return `<w:bookmarkStart w:id="` + id + `" w:name="cl_` + id + `"/>` + inside + `<w:bookmarkEnd w:id="` + id + `"/>`
	}
	comment := func(id, who string) string {
		return `<w:comment w:id="` + id + `" w:author="` + who + `">` + p("", r("", "om "+id)) + `</w:comment>`
	}
	cell := func(text string) string { return `<w:tc>` + p("", text) + `</w:tc>` }
	d := read(t, p(markOf(we("del", "")), mark("1", remark("1", we("del", deleted("helt væk")))))+
		p("", mark("2", we("del", deleted("ikke "))+r("", "før ")+remark("2", they("ins", r("", "midt")))))+
		p(markOf(we("del", "")), mark("3", r("", "to bliver ")))+
		p("", remark("3", mark("4", r("", "ét"))+`<w:r><w:footnoteReference w:id="2"/></w:r>`))+
		`<w:tbl><w:tr><w:trPr>`+we("del", "")+`</w:trPr>`+cell(we("del", deleted("a")))+`</w:tr><w:tr>`+cell(mark("5", r("", "b")))+`</w:tr></w:tbl>`,
		parts{
			"word/comments.xml":  `<w:comments ` + spaces + `>` + comment("1", "Ida") + comment("2", "Os") + comment("3", "Ida") + `</w:comments>`,
			"word/footnotes.xml": `<w:footnotes ` + spaces + `><w:footnote w:id="2">` + p("", r("", "en note")) + `</w:footnote></w:footnotes>`,
		})
	s := d.Settled("Os")
	require.Equal(t, []string{"før {+Ida midt+}", "to bliver ét", "b", "en note"}, spelled(s))
	at := func(paragraph, offset int) word.Point { return word.Point{Paragraph: paragraph, Offset: offset} }
	require.Equal(t, []word.Bookmark{
		{Name: "cl_2", From: at(0, 0), To: at(0, len("før midt"))},
		{Name: "cl_3", From: at(1, 0), To: at(1, len("to bliver "))},
		{Name: "cl_4", From: at(1, len("to bliver ")), To: at(1, len("to bliver ét"))},
		{Name: "cl_5", From: at(2, 0), To: at(2, 1)},
	}, s.Bookmarks)
	require.Equal(t, [][]string{{"cl_2"}, {"cl_3", "cl_4"}, {"cl_5"}, nil}, [][]string{s.Paragraphs[0].Bookmarks, s.Paragraphs[1].Bookmarks, s.Paragraphs[2].Bookmarks, s.Paragraphs[3].Bookmarks})
	require.Equal(t, []word.Comment{
		{Author: "Ida", Text: "om 1", Paragraph: -1, Anchor: "helt væk"},
		{Author: "Ida", Text: "om 3", Paragraph: 1, Anchor: "ét"},
	}, s.Comments)
	require.Equal(t, []int{1}, s.Paragraphs[1].Comments)
	require.Equal(t, &word.Cell{}, s.Paragraphs[2].Cell)
	require.Equal(t, 1, s.Tables[0].Rows)
	require.Equal(t, 2, s.Paragraphs[3].Hangs)
	require.Equal(t, []word.Revision{{Change: word.Insertion, Author: "Ida", Date: "2026-03-01T10:00:00Z", Text: "midt"}}, s.Revisions)
	settledHolds(t, d, "Os")
	settledHolds(t, d, "Ida")
	require.Equal(t, d, d.Settled("Bo"), "who did nothing has nothing to settle")
}

// FuzzSettled settles made-up files with changes of three hands in each other, by each of them.
func FuzzSettled(f *testing.F) {
	f.Add([]byte("a paragraph or two"))
	f.Add([]byte{0, 9, 1, 7, 3, 200, 41, 5, 66, 250, 17, 99, 4, 130, 77, 12})
	for seed := range byte(40) {
		var plan []byte
		for i := range byte(120) {
			plan = append(plan, (seed+3)*(i+7)^(i*i+seed))
		}
		f.Add(plan)
	}
	f.Fuzz(func(t *testing.T, plan []byte) {
		d, err := try(file(t, planned(plan), nil))
		require.NoError(t, err)
		for _, a := range append(d.Authors(), "nobody") {
			settledHolds(t, d, a)
		}
	})
}

// planned makes the body of a file, choice by choice.
func planned(plan []byte) string {
	choose := func(n byte) byte {
		if len(plan) == 0 {
			return 0
		}
		c := plan[0]
		plan = plan[1:]
		return c % n
	}
	words, mark := 0, 0
	change := func(of ...string) string {
		return by([]string{"Os", "Ida", "Bo"}[choose(3)], of[choose(byte(len(of)))], "")
	}
	line := func() string {
		var b strings.Builder
		for range 1 + choose(4) {
			words++
			text := fmt.Sprintf("ord%d ", words)
			run := r("", text)
			if choose(2) == 1 {
				run = deleted(text)
				outer := change("del", "moveFrom")
				run = strings.Replace(outer, "></w:", ">"+run+"</w:", 1)
			}
			if choose(2) == 1 {
				outer := change("ins", "moveTo")
				run = strings.Replace(outer, "></w:", ">"+run+"</w:", 1)
			}
			switch choose(6) {
			case 1:
				mark++
				run = fmt.Sprintf(`<w:bookmarkStart w:id="%d" w:name="m%d"/>`, mark, mark) + run
			case 2:
				run += fmt.Sprintf(`<w:bookmarkEnd w:id="%d"/>`, mark)
			}
			b.WriteString(run)
		}
		return b.String()
	}
	paragraph := func() string {
		marks := ""
		if choose(3) == 1 {
			marks += change("ins", "moveTo")
		}
		if choose(3) == 1 {
			marks += change("del", "moveFrom")
		}
		if choose(8) == 1 {
			return p(markOf(marks), "")
		}
		return p(markOf(marks), line())
	}
	var b strings.Builder
	for len(plan) > 0 {
		if choose(5) > 0 {
			b.WriteString(paragraph())
			continue
		}
		b.WriteString(`<w:tbl>`)
		for range 1 + choose(3) {
			row := ""
			if choose(2) == 1 {
				row = change("ins", "del")
			}
			b.WriteString(`<w:tr><w:trPr>` + row + `</w:trPr>`)
			for range 1 + choose(2) {
				b.WriteString(`<w:tc>` + paragraph())
				if choose(3) == 1 {
					b.WriteString(paragraph())
				}
				b.WriteString(`</w:tc>`)
			}
			b.WriteString(`</w:tr>`)
		}
		b.WriteString(`</w:tbl>`)
	}
	return b.String()
}
