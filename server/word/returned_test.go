package word_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"klausul/server/word"
)

// What a file that comes back tells beyond its text: who, where from, and what hangs where.
func TestWhatAReturnedFileTells(t *testing.T) {
	note := func(kind, id, text string) string {
		return `<w:` + kind + ` w:id="` + id + `">` + p("", r("", text)) + `</w:` + kind + `>`
	}
	d := read(t,
		p("", `<w:bookmarkStart w:id="1" w:name="cl_a"/>`+r("", "7.2 Før ")+`<w:bookmarkStart w:id="2" w:name="cl_b"/>`+tracked("ins", r("", "midt"))+`<w:bookmarkEnd w:id="1"/>`)+
			`<w:bookmarkEnd w:id="2"/><w:bookmarkStart w:id="3" w:name="cl_c"/><w:bookmarkEnd w:id="3"/>`+
			p("", `<w:moveFromRangeStart w:id="4" w:name="move7"/>`+tracked("moveFrom", deleted("flyttet"))+`<w:moveFromRangeEnd w:id="4"/>`+`<w:r><w:footnoteReference w:id="2"/></w:r>`)+
			p("", `<w:moveToRangeStart w:id="5" w:name="move7"/>`+tracked("moveTo", r("", "flyttet"))+`<w:moveToRangeEnd w:id="5"/>`)+
			p("", `<w:fldSimple w:instr=" PAGE "><w:r><w:t>3</w:t></w:r></w:fldSimple><w:fldSimple w:instr=" DATE \@ d.M.yyyy "><w:r><w:t>1.2.2026</w:t></w:r></w:fldSimple>`),
		parts{
			"word/footnotes.xml":           `<w:footnotes ` + spaces + `>` + note("footnote", "2", "en note") + `</w:footnotes>`,
			"word/settings.xml":            `<w:settings ` + spaces + `><w:trackRevisions/></w:settings>`,
			"docProps/core.xml":            `<cp:coreProperties xmlns:cp="http://schemas.openxmlformats.org/package/2006/metadata/core-properties"><cp:lastModifiedBy>Bo Berg</cp:lastModifiedBy></cp:coreProperties>`,
			"docProps/custom.xml":          `<Properties xmlns="http://schemas.openxmlformats.org/officeDocument/2006/custom-properties" xmlns:vt="http://schemas.openxmlformats.org/officeDocument/2006/docPropsVTypes"><property name="KlausulNumber"><vt:lpwstr> DBA-1 v3 </vt:lpwstr></property><property name="tom"/></Properties>`,
			"_rels/.rels":                  `<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="a" Type="` + rel + `officeDocument" Target="word/document.xml"/><Relationship Id="b" Type="` + rel + `custom-properties" Target="docProps/custom.xml"/><Relationship Id="c" Type="http://schemas.openxmlformats.org/package/2006/relationships/metadata/core-properties" Target="docProps/core.xml"/></Relationships>`,
			"word/_rels/x.xml.rels":        "x",
			"word/_rels/document.xml.rels": `<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="a" Type="` + rel + `footnotes" Target="footnotes.xml"/><Relationship Id="b" Type="` + rel + `settings" Target="settings.xml"/></Relationships>`,
		})
	require.Equal(t, map[string]string{"KlausulNumber": "DBA-1 v3"}, d.Properties)
	require.Equal(t, "Bo Berg", d.Editor)
	require.True(t, d.Tracking)
	at := func(paragraph, offset int) word.Point { return word.Point{Paragraph: paragraph, Offset: offset} }
	require.Equal(t, []word.Bookmark{
		{Name: "cl_a", From: at(0, 0), To: at(0, len("Før midt"))}, // the typed number is no part of the text
		{Name: "cl_b", From: at(0, len("Før ")), To: at(1, 0)},
		{Name: "cl_c", From: at(1, 0), To: at(1, 0)},
	}, d.Bookmarks)
	require.Equal(t, []string{"", "move7", "move7"}, []string{d.Revisions[0].Move, d.Revisions[1].Move, d.Revisions[2].Move})
	require.Equal(t, []word.Run{{Text: "3", Field: "PAGE"}, {Text: "1.2.2026", Field: "DATE"}}, d.Paragraphs[3].Runs)
	require.Equal(t, 2, d.Paragraphs[4].Hangs, "the note hangs on the second paragraph")
}

// A row that came or went takes its text along, whether or not the text is marked too.
func TestRowsAndCellsThatCameAndWent(t *testing.T) {
	tc := func(props, text string) string {
		return `<w:tc><w:tcPr>` + props + `</w:tcPr>` + p("", r("", text)) + `</w:tc>`
	}
	row := func(change, cells string) string {
		if change != "" {
			change = tracked(change, "")
		}
		return `<w:tr><w:trPr>` + change + `</w:trPr>` + cells + `</w:tr>`
	}
	d := read(t, `<w:tbl>`+row("", tc("", "a")+tc(tracked("cellIns", ""), "b"))+row("ins", tc("", "c")+tc("", "d"))+row("del", tc("", "e")+tc("", "f"))+row("", tc("", "g")+tc(tracked("cellDel", ""), "h"))+`</w:tbl>`, nil)
	require.Equal(t, []string{"a", "b", "c", "d", "g"}, texts(d.Accepted()))
	require.Equal(t, []string{"a", "e", "f", "g", "h"}, texts(d.Rejected()))
	require.Equal(t, word.RowDeleted, d.Revisions[2].Change)
	require.Equal(t, "ef", d.Revisions[2].Text)
}

// A paragraph whose mark went does not go on in the next cell.
func TestParagraphsOfTwoCellsStayTwo(t *testing.T) {
	gone := p(`<w:rPr>`+tracked("del", "")+`</w:rPr>`, r("", "venstre"))
	d := read(t, `<w:tbl><w:tr><w:tc>`+gone+`</w:tc><w:tc>`+p("", r("", "højre"))+`</w:tc></w:tr></w:tbl>`, nil)
	require.Equal(t, []string{"venstre", "højre"}, texts(d.Accepted()))
}

// LibreOffice begins a bookmark anew in the second half of a paragraph that was split.
func TestABookmarkBegunTwiceIsOne(t *testing.T) {
	d := read(t, p("", `<w:bookmarkStart w:id="1" w:name="cl_a"/>`+r("", "først"))+p("", `<w:bookmarkStart w:id="2" w:name="cl_a"/>`+r("", "sidst")+`<w:bookmarkEnd w:id="2"/>`), nil)
	require.Equal(t, []word.Bookmark{{Name: "cl_a", To: word.Point{Paragraph: 1, Offset: len("sidst")}}}, d.Bookmarks)
	require.Empty(t, d.Paragraphs[1].Bookmarks)
}
