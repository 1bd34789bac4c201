package render

import (
	"strconv"
	"strings"
)

// styles is the style sheet: the looks of the PDF with the fonts every Word has.
func styles(w *words) string {
	const (
		serifFont = `<w:rFonts w:ascii="Cambria" w:hAnsi="Cambria" w:cs="Times New Roman"/>`
		sansFont  = `<w:rFonts w:ascii="Calibri" w:hAnsi="Calibri" w:cs="Calibri"/>`
		grey      = `<w:color w:val="404040"/>`
	)
	var b strings.Builder
	b.WriteString(`<w:styles ` + wordNS + `><w:docDefaults><w:rPrDefault><w:rPr>` + serifFont + `<w:sz w:val="21"/><w:szCs w:val="21"/><w:lang w:val="` + w.lang + `" w:eastAsia="` + w.lang + `" w:bidi="ar-SA"/></w:rPr></w:rPrDefault><w:pPrDefault><w:pPr><w:spacing w:after="120" w:line="276" w:lineRule="auto"/></w:pPr></w:pPrDefault></w:docDefaults>`)
	b.WriteString(`<w:style w:type="paragraph" w:default="1" w:styleId="Normal"><w:name w:val="Normal"/><w:qFormat/></w:style>`)
	for _, s := range []struct{ id, name, ppr, rpr string }{
		{"Title", "Title", border("bottom", 12, 8) + `<w:spacing w:before="60" w:after="360" w:line="240" w:lineRule="auto"/>`, sansFont + `<w:b/><w:sz w:val="50"/>`},
		{"Lead", "Lead", `<w:spacing w:after="0"/>`, sansFont + `<w:sz w:val="20"/>`},
		{"PartyRole", "Party Role", `<w:keepNext/><w:spacing w:before="280" w:after="0"/>`, sansFont + grey + `<w:sz w:val="20"/>`},
		{"PartyName", "Party Name", `<w:keepNext/><w:spacing w:after="0"/>`, `<w:b/><w:sz w:val="24"/>`},
		{"Mark", "Mark", `<w:pBdr><w:top w:val="single" w:sz="8" w:space="6" w:color="000000"/><w:left w:val="single" w:sz="48" w:space="8" w:color="000000"/><w:bottom w:val="single" w:sz="8" w:space="6" w:color="000000"/><w:right w:val="single" w:sz="8" w:space="6" w:color="000000"/></w:pBdr><w:spacing w:before="0" w:after="0"/><w:ind w:left="227" w:right="227"/>`, sansFont + `<w:sz w:val="20"/>`},
		{"CoverHeading", "Cover Heading", `<w:keepNext/><w:spacing w:before="360" w:after="60"/>`, sansFont + `<w:b/><w:sz w:val="22"/>`},
		{"CoverNote", "Cover Note", `<w:spacing w:after="0"/>`, sansFont + `<w:sz w:val="20"/>`},
		{"ContentsHeading", "Contents Heading", `<w:spacing w:after="200"/>`, sansFont + `<w:b/><w:sz w:val="34"/>`},
		{"TOC1", "toc 1", `<w:tabs><w:tab w:val="right" w:leader="dot" w:pos="9070"/></w:tabs><w:spacing w:after="60"/>`, ""},
		{"Heading1", "heading 1", `<w:keepNext/><w:keepLines/>` + numbered(0, 1) + `<w:spacing w:before="360" w:after="100"/><w:outlineLvl w:val="0"/>`, sansFont + `<w:b/><w:sz w:val="26"/>`},
		{"Annex", "Annex Heading", `<w:keepNext/><w:keepLines/>` + numbered(0, 2) + border("bottom", 8, 4) + `<w:spacing w:after="240"/><w:outlineLvl w:val="0"/>`, sansFont + `<w:b/><w:sz w:val="32"/>`},
		{"Heading2", "heading 2", `<w:keepNext/><w:keepLines/><w:spacing w:before="200" w:after="60"/><w:outlineLvl w:val="1"/>`, sansFont + `<w:b/><w:sz w:val="22"/>`},
		{"BodyText", "Body Text", "", ""},
		{"Clause", "Clause", numbered(1, 1), ""},
		{"Clause2", "Clause 2", numbered(2, 1), ""},
		{"Clause3", "Clause 3", numbered(3, 1), ""},
		{"ListItem", "List Item", `<w:spacing w:after="60"/>`, ""},
		{"Caption", "caption", `<w:keepNext/><w:spacing w:before="120" w:after="60"/>`, sansFont + `<w:b/><w:sz w:val="19"/>`},
		{"TableHead", "Table Head", `<w:keepNext/><w:spacing w:before="40" w:after="40" w:line="240" w:lineRule="auto"/>`, sansFont + `<w:b/><w:sz w:val="18"/>`},
		{"TableText", "Table Text", `<w:spacing w:before="40" w:after="40" w:line="252" w:lineRule="auto"/>`, `<w:sz w:val="19"/>`},
		{"TableEnd", "Table End", `<w:spacing w:after="0" w:line="200" w:lineRule="exact"/>`, ""},
		{"Fingerprint", "Fingerprint", `<w:pBdr><w:top w:val="single" w:sz="4" w:space="6" w:color="000000"/></w:pBdr><w:spacing w:before="480" w:after="40"/>`, sansFont + `<w:sz w:val="18"/>`},
		{"Small", "Small", `<w:spacing w:after="40" w:line="240" w:lineRule="auto"/>`, sansFont + grey + `<w:sz w:val="17"/>`},
		{"Header", "header", `<w:spacing w:after="0" w:line="240" w:lineRule="auto"/>`, sansFont + `<w:b/><w:sz w:val="16"/>`},
		{"HeaderRule", "Header Rule", border("bottom", 4, 4) + `<w:tabs><w:tab w:val="right" w:pos="9070"/></w:tabs><w:spacing w:after="200" w:line="240" w:lineRule="auto"/>`, sansFont + grey + `<w:sz w:val="15"/>`},
		{"Footer", "footer", `<w:spacing w:after="0"/><w:jc w:val="right"/>`, sansFont + `<w:sz w:val="16"/>`},
		{"Draft", "Draft", `<w:pBdr><w:top w:val="thinThickSmallGap" w:sz="24" w:space="3" w:color="000000"/><w:bottom w:val="thickThinSmallGap" w:sz="24" w:space="3" w:color="000000"/></w:pBdr><w:spacing w:after="80"/><w:jc w:val="center"/>`, sansFont + `<w:b/><w:caps/><w:sz w:val="20"/>`},
	} {
		b.WriteString(`<w:style w:type="paragraph" w:styleId="` + s.id + `"><w:name w:val="` + s.name + `"/><w:basedOn w:val="Normal"/><w:qFormat/><w:pPr>` + s.ppr + `</w:pPr><w:rPr>` + s.rpr + `</w:rPr></w:style>`)
	}
	b.WriteString(`<w:style w:type="character" w:styleId="Filled"><w:name w:val="Filled"/><w:qFormat/><w:rPr><w:u w:val="dotted"/></w:rPr></w:style>`)
	b.WriteString(`<w:style w:type="character" w:styleId="Missing"><w:name w:val="Missing"/><w:qFormat/><w:rPr><w:b/><w:bdr w:val="single" w:sz="6" w:space="0" w:color="000000"/><w:shd w:val="clear" w:color="auto" w:fill="E8E8E8"/></w:rPr></w:style>`)
	b.WriteString(`<w:style w:type="table" w:default="1" w:styleId="TableNormal"><w:name w:val="Normal Table"/><w:tblPr><w:tblInd w:w="0" w:type="dxa"/><w:tblCellMar><w:top w:w="0" w:type="dxa"/><w:left w:w="85" w:type="dxa"/><w:bottom w:w="0" w:type="dxa"/><w:right w:w="85" w:type="dxa"/></w:tblCellMar></w:tblPr></w:style>`)
	b.WriteString(`<w:style w:type="table" w:styleId="ClauseTable"><w:name w:val="Clause Table"/><w:basedOn w:val="TableNormal"/><w:tblPr><w:tblBorders><w:top w:val="single" w:sz="8" w:space="0" w:color="000000"/><w:bottom w:val="single" w:sz="4" w:space="0" w:color="808080"/><w:insideH w:val="single" w:sz="4" w:space="0" w:color="808080"/></w:tblBorders></w:tblPr><w:tblStylePr w:type="firstRow"><w:tcPr><w:tcBorders><w:bottom w:val="single" w:sz="6" w:space="0" w:color="000000"/></w:tcBorders><w:shd w:val="clear" w:color="auto" w:fill="EEEEEE"/></w:tcPr></w:tblStylePr></w:style>`)
	b.WriteString(`<w:style w:type="table" w:styleId="SignTable"><w:name w:val="Signature Table"/><w:basedOn w:val="TableNormal"/></w:style></w:styles>`)
	return b.String()
}

// border is a paragraph rule on one side, in eighths of a point.
func border(side string, size, space int) string {
	return `<w:pBdr><w:` + side + ` w:val="single" w:sz="` + strconv.Itoa(size) + `" w:space="` + strconv.Itoa(space) + `" w:color="000000"/></w:pBdr>`
}
