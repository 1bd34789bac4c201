package round_test

import (
	"archive/zip"
	"bytes"
	"fmt"
	"io"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"klausul/server/render"
)

// archive is a Word file taken apart, for an edit that Word or its like would make.
type archive struct {
	t     testing.TB
	parts map[string]string
	names []string
}

func unpack(t testing.TB, raw []byte) *archive {
	t.Helper()
	z, err := zip.NewReader(bytes.NewReader(raw), int64(len(raw)))
	require.NoError(t, err)
	a := &archive{t: t, parts: map[string]string{}}
	for _, f := range z.File {
		r, err := f.Open()
		require.NoError(t, err)
		b, err := io.ReadAll(r)
		require.NoError(t, err)
		a.parts[f.Name] = string(b)
		a.names = append(a.names, f.Name)
	}
	return a
}

func (a *archive) pack() []byte {
	var b bytes.Buffer
	z := zip.NewWriter(&b)
	for _, name := range a.names {
		f, err := z.Create(name)
		require.NoError(a.t, err)
		_, err = io.WriteString(f, a.parts[name])
		require.NoError(a.t, err)
	}
	require.NoError(a.t, z.Close())
	return b.Bytes()
}

// edit changes a file as somebody would.
type edit func(*archive)

const (
	body  = "word/document.xml"
	ida   = `w:id="900" w:author="Ida Holm" w:date="2026-11-10T09:00:00Z"`
	bo    = `w:id="901" w:author="Bo Berg" w:date="2026-11-11T10:00:00Z"`
	relNS = "http://schemas.openxmlformats.org/officeDocument/2006/relationships/"
)

func mark(key string) string {
	for _, c := range tree {
		if c.Key == key && c.Level == 1 {
			return render.SectionBookmark(key)
		}
	}
	return render.BookmarkName(key)
}

// paragraphOf is where the paragraph of a clause stands: the nth from its bookmark on.
func (a *archive) paragraphOf(key string, nth int) (from, to int) {
	s := a.parts[body]
	at := strings.Index(s, `w:name="`+mark(key)+`"`)
	require.Positive(a.t, at, key)
	from = strings.LastIndex(s[:at], "<w:p>")
	for range nth {
		from += strings.Index(s[from:], "</w:p>")
		from += strings.Index(s[from:], "<w:p>")
	}
	return from, from + strings.Index(s[from:], "</w:p>") + len("</w:p>")
}

// in changes the XML of a paragraph of a clause.
func in(key string, nth int, change func(string) string) edit {
	return func(a *archive) {
		from, to := a.paragraphOf(key, nth)
		s := a.parts[body]
		changed := change(s[from:to])
		require.NotEqual(a.t, s[from:to], changed, "%s %d: %s", key, nth, s[from:to])
		a.parts[body] = s[:from] + changed + s[to:]
	}
}

func text(s string) string    { return `<w:r><w:t xml:space="preserve">` + s + `</w:t></w:r>` }
func ins(by, s string) string { return `<w:ins ` + by + `>` + s + `</w:ins>` }
func del(by, s string) string {
	if s == "" {
		return ""
	}
	return `<w:del ` + by + `>` + strings.ReplaceAll(strings.ReplaceAll(s, "<w:t ", "<w:delText "), "</w:t>", "</w:delText>") + `</w:del>`
}

// replace writes over words with tracking off.
func replace(key, old, with string) edit { return replaceIn(key, 0, old, with) }

func replaceIn(key string, nth int, old, with string) edit {
	return in(key, nth, func(p string) string { return strings.Replace(p, old, with, 1) })
}

// breakRun puts XML in the place of words inside a run.
func breakRun(p, old, with string) string {
	return strings.Replace(p, old, `</w:t></w:r>`+with+`<w:r><w:t xml:space="preserve">`, 1)
}

// track writes over words with tracking on.
func track(by, key, old, with string) edit { return trackIn(by, key, 0, old, with) }

func trackIn(by, key string, nth int, old, with string) edit {
	return in(key, nth, func(p string) string {
		new := ""
		if with != "" {
			new = ins(by, text(with))
		}
		gone := ""
		if old != "" {
			gone = del(by, text(old))
		}
		return breakRun(p, old, gone+new)
	})
}

// trackAfter puts something behind words.
func trackAfter(key, words, with string) edit {
	return in(key, 0, func(p string) string { return breakRun(p, words, text(words)+with) })
}

var (
	runs  = regexp.MustCompile(`(?s)<w:r>.*</w:r>`)
	marks = regexp.MustCompile(`<w:bookmark(?:Start|End)[^>]*/>`)
	ppr   = regexp.MustCompile(`(?s)<w:pPr>.*?</w:pPr>`)
)

// drop takes a clause's paragraph out, tracking off.
func drop(key string, nth int) edit { return in(key, nth, func(string) string { return "" }) }

// dropTracked deletes a paragraph with its mark, tracking on.
func dropTracked(by, key string, nth int) edit {
	return in(key, nth, func(p string) string {
		p = runs.ReplaceAllStringFunc(p, func(r string) string { return del(by, r) })
		return strings.Replace(p, "</w:pPr>", `<w:rPr><w:del `+by+`/></w:rPr></w:pPr>`, 1)
	})
}

// unmark takes a bookmark away and leaves its text.
func unmark(key string) edit {
	return in(key, 0, func(p string) string { return marks.ReplaceAllString(p, "") })
}

func unmarkAll(a *archive) {
	a.parts[body] = regexp.MustCompile(`<w:bookmark(?:Start|End)[^>]*/>`).ReplaceAllString(a.parts[body], "")
}

// after puts XML behind a paragraph of a clause.
func after(key string, nth int, xml string) edit {
	return in(key, nth, func(p string) string { return p + xml })
}

// like is a new paragraph of the looks of a clause's.
func like(a *archive, key string, inside string) string {
	from, to := a.paragraphOf(key, 0)
	return `<w:p>` + ppr.FindString(a.parts[body][from:to]) + inside + `</w:p>`
}

func newAfter(key string, nth int, inside string) edit {
	return func(a *archive) { after(key, nth, like(a, key, inside))(a) }
}

// move takes the paragraph of one clause behind another, tracking off, with or without its bookmark.
func move(key, behind string, marked bool) edit {
	return func(a *archive) {
		from, to := a.paragraphOf(key, 0)
		p := a.parts[body][from:to]
		drop(key, 0)(a)
		if !marked {
			p = marks.ReplaceAllString(p, "")
		}
		after(behind, 0, p)(a)
	}
}

// moveTracked does it with tracking on; the bookmark stays where it was, as in Word.
func moveTracked(by, key, behind string, also func(string) string) edit {
	return func(a *archive) {
		from, to := a.paragraphOf(key, 0)
		p := a.parts[body][from:to]
		come := marks.ReplaceAllString(p, "")
		come = runs.ReplaceAllStringFunc(come, func(r string) string { return `<w:moveTo ` + by + `>` + r + `</w:moveTo>` })
		come = strings.Replace(come, "</w:pPr>", `<w:rPr><w:moveTo `+by+`/></w:rPr></w:pPr><w:moveToRangeStart w:id="77" w:name="move1" `+by[len(`w:id="900" `):]+`/>`, 1)
		if also != nil {
			come = also(come)
		}
		in(key, 0, func(p string) string {
			p = runs.ReplaceAllStringFunc(p, func(r string) string {
				return strings.NewReplacer("<w:del ", "<w:moveFrom ", "</w:del>", "</w:moveFrom>").Replace(del(by, r))
			})
			return strings.Replace(p, "</w:pPr>", `<w:rPr><w:moveFrom `+by+`/></w:rPr></w:pPr><w:moveFromRangeStart w:id="76" w:name="move1"/>`, 1)
		})(a)
		after(behind, 0, come+`<w:moveToRangeEnd w:id="77"/>`)(a)
	}
}

// part adds a part to the file, with its link.
func part(kind, name, xml string) edit {
	return func(a *archive) {
		a.parts["word/"+name] = `<?xml version="1.0" encoding="UTF-8" standalone="yes"?>` + "\n" + xml
		a.names = append(a.names, "word/"+name)
		const rels = "word/_rels/document.xml.rels"
		a.parts[rels] = strings.Replace(a.parts[rels], "</Relationships>", fmt.Sprintf(`<Relationship Id="rId%s" Type="%s%s" Target="%s"/></Relationships>`, kind, relNS, kind, name), 1)
	}
}

const wordNS = `xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"`

// comment hangs a remark on words of a clause.
func comment(key, words, says string) []edit {
	return []edit{
		in(key, 0, func(p string) string {
			return breakRun(p, words, `<w:commentRangeStart w:id="5"/>`+text(words)+`<w:commentRangeEnd w:id="5"/><w:r><w:commentReference w:id="5"/></w:r>`)
		}),
		part("comments", "comments.xml", `<w:comments `+wordNS+`><w:comment w:id="5" w:author="Ida Holm" w:date="2026-11-10T09:05:00Z"><w:p>`+text(says)+`</w:p></w:comment></w:comments>`),
	}
}

// swap replaces in any part of the file.
func swap(name, old, with string) edit {
	return func(a *archive) {
		require.Contains(a.t, a.parts[name], old)
		a.parts[name] = strings.Replace(a.parts[name], old, with, 1)
	}
}

func edited(t testing.TB, edits ...edit) []byte {
	t.Helper()
	raw, _ := made(t, tree, 7)
	a := unpack(t, raw)
	for _, e := range edits {
		e(a)
	}
	return a.pack()
}

func all(edits ...any) []edit {
	var out []edit
	for _, e := range edits {
		switch e := e.(type) {
		case edit:
			out = append(out, e)
		case func(*archive):
			out = append(out, e)
		case []edit:
			out = slices.Concat(out, e)
		default:
			panic(fmt.Sprintf("%T is no edit", e))
		}
	}
	return out
}
