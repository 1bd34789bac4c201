package round_test

import (
	"regexp"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"klausul/server/agreement/round"
)

const picture = `<w:r><w:drawing xmlns:wp="http://schemas.openxmlformats.org/drawingml/2006/wordprocessingDrawing"><wp:docPr name="Billede 1" descr="scannet side"/></w:drawing></w:r>`

// row is a row of the table of sub-processors.
func row(props, name, country string) string {
	cell := func(s string) string {
		return `<w:tc><w:p><w:pPr><w:pStyle w:val="TableText"/></w:pPr>` + s + `</w:p></w:tc>`
	}
	return `<w:tr><w:trPr>` + props + `</w:trPr>` + cell(name) + cell(country) + `</w:tr>`
}

// cases are files as they come back, each with all that is to be found in it.
var cases = []struct {
	name  string
	edits []edit
}{
	{"a value is changed with tracking", all(track(ida, "notice", "24", "48"))},
	{"a value and the standard word behind it are written anew with tracking", all(in("notice", 0, func(p string) string {
		value := `<w:r><w:rPr><w:rStyle w:val="Filled"/></w:rPr><w:t xml:space="preserve">24</w:t></w:r>`
		p = strings.Replace(p, value, del(ida, value), 1)
		return breakRun(p, " timer", del(ida, text(" timer"))+ins(ida, text("72 timer")))
	}))},
	{"a value is changed without tracking", all(replace("notice", "24", "48"))},
	{"standard text is changed with tracking", all(track(ida, "notice", "uden unødig forsinkelse", "uden unødigt ophold"))},
	{"standard text is changed without tracking", all(replace("instructed", "skriftligt", "skriftligt eller mundtligt"))},
	{"standard text is deleted with tracking", all(track(bo, "objection", " Sker ændringen alligevel, kan aftalen opsiges uden omkostninger.", ""))},
	{"standard text is deleted without tracking", all(replace("objection", " Sker ændringen alligevel, kan aftalen opsiges uden omkostninger.", ""))},
	{"a sentence is added behind standard text with tracking", all(trackAfter("objection", "uden omkostninger.", ins(ida, text(" Leverandøren kan kræve vederlag for perioden."))))},
	{"words come into standard text without tracking", all(replace("unlawful", "straks", "inden rimelig tid"))},
	{"an addition of the office is rewritten", all(track(bo, "cost", "afholder selv sine udgifter", "kan fakturere sine udgifter"))},
	{"two authors change one clause, tracked and not", all(track(ida, "authorised", "60", "30"), track(bo, "authorised", "generelle", "forudgående"), replace("authorised", "dage før", "arbejdsdage før"))},
	{"words are inserted and deleted again", all(trackAfter("aim", "sagsbehandling", ins(ida, del(bo, text(" og udvikling")))))},
	{"only punctuation and capitals", all(replace("aim", "fagsystem til sagsbehandling.", "Fagsystem, til sagsbehandling;"))},
	{"only what Word corrects by itself", all(replace("content", "karakter, de", "karakter,\u00a0de"), replace("aim", "fagsystem", "fag\u00adsystem"))},
	{"only the looks", all(in("cost", 0, func(p string) string {
		return strings.Replace(p, "<w:r>", `<w:r><w:rPr><w:b/><w:rPrChange `+ida+`><w:rPr/></w:rPrChange></w:rPr>`, 1)
	}))},
	{"a heading is changed", all(replace("breach", "Brud på sikkerheden", "Hændelser"))},
	{"a heading is changed with tracking", all(track(ida, "subprocessing", "Underdatabehandlere", "Underleverandører"))},
	{"a clause is deleted with tracking", all(dropTracked(ida, "objection", 0))},
	{"a clause is deleted without tracking", all(drop("objection", 0))},
	{"a clause of several paragraphs loses one", all(drop("persons", 2))},
	{"a clause of several paragraphs loses one with tracking", all(dropTracked(bo, "content", 1))},
	{"a new clause with tracking", all(in("objection", 0, func(p string) string {
		return strings.Replace(p, "</w:pPr>", `<w:rPr><w:ins `+ida+`/></w:rPr></w:pPr>`, 1)
	}), newAfter("objection", 0, ins(ida, text("Leverandøren kan skifte underdatabehandler uden varsel, når driften kræver det."))))},
	{"a new clause without tracking", all(newAfter("notice", 0, text("Kommunen betaler for rådgivning om brud efter medgået tid.")))},
	{"a new clause with a typed number", all(newAfter("staff", 0, text("A.5 Behandlingen varer, så længe leverandøren finder det nødvendigt.")))},
	{"a new section with a clause of its own", all(func(a *archive) {
		after("cost", 0, like(a, "breach", text("Ansvar"))+like(a, "cost", text("Leverandørens ansvar er begrænset til et års vederlag.")))(a)
	})},
	{"an added paragraph inside a clause", all(after("content", 1, `<w:p><w:pPr><w:pStyle w:val="BodyText"/></w:pPr>`+text("Meddelelsen gives dog kun på hverdage.")+`</w:p>`))},
	{"an added entry of a list with tracking", all(in("persons", 2, func(p string) string {
		return p + strings.Replace(ppr.FindString(p), "</w:pPr>", `<w:rPr><w:ins `+bo+`/></w:rPr></w:pPr>`, 1)
	}), in("persons", 2, func(p string) string {
		return strings.Replace(p, "</w:p>", "</w:p><w:p>", 1) + ins(bo, text("er ansat hos leverandøren,")) + "</w:p>"
	}))},
	{"a clause is moved without tracking", all(move("unlawful", "cost", true))},
	{"a clause is moved without tracking and without its bookmark", all(move("notice", "aim", false))},
	{"a clause is moved with tracking", all(moveTracked(ida, "unlawful", "cost", nil))},
	{"a clause is moved with tracking and changed", all(moveTracked(bo, "unlawful", "objection", func(p string) string { return strings.Replace(p, "straks", "snarest", 1) }))},
	{"a sentence is moved to another clause with tracking", all(
		in("objection", 0, func(p string) string {
			return breakRun(p, " Sker ændringen alligevel, kan aftalen opsiges uden omkostninger.", strings.NewReplacer("w:del ", "w:moveFrom ", "w:del>", "w:moveFrom>").Replace(del(ida, text(" Sker ændringen alligevel, kan aftalen opsiges uden omkostninger."))))
		}),
		in("cost", 0, func(p string) string {
			return breakRun(p, "brud.", text("brud.")+`<w:moveTo `+ida+`>`+text(" Sker ændringen alligevel, kan aftalen opsiges uden omkostninger.")+`</w:moveTo>`)
		}))},
	{"a clause is split with tracking", all(in("objection", 0, func(p string) string {
		first := strings.Replace(p, "varslet. Sker", "varslet. </w:t></w:r></w:p><w:p>"+ppr.FindString(p)+`<w:r><w:t xml:space="preserve">Sker`, 1)
		return strings.Replace(first, "</w:pPr>", `<w:rPr><w:ins `+ida+`/></w:rPr></w:pPr>`, 1)
	}))},
	{"a clause is split without tracking", all(in("instructed", 0, func(p string) string {
		return strings.Replace(p, "dataansvarlige. Instruksen", "dataansvarlige.</w:t></w:r></w:p><w:p>"+ppr.FindString(p)+`<w:r><w:t xml:space="preserve">Instruksen`, 1)
	}))},
	{"two clauses are joined with tracking", all(in("aim", 0, func(p string) string {
		return strings.Replace(p, "</w:pPr>", `<w:rPr><w:del `+bo+`/></w:rPr></w:pPr>`, 1)
	}))},
	{"two clauses are joined without tracking", all(joined("instructed", "unlawful", true))},
	{"two clauses are joined and the bookmark is lost", all(joined("authorised", "objection", false))},
	{"lines of a clause are joined with tracking", all(in("content", 0, func(p string) string {
		return strings.Replace(p, "</w:pPr>", `<w:rPr><w:del `+ida+`/></w:rPr></w:pPr>`, 1)
	}))},
	{"a bookmark is deleted", all(unmark("authorised"))},
	{"a bookmark is deleted and the text changed", all(replace("objection", "inden udløbet af varslet", "senest ti dage efter varslet"), unmark("objection"))},
	{"a bookmark is deleted and the clause rewritten", all(in("cost", 0, func(p string) string {
		return runs.ReplaceAllString(p, text("Hver part bærer egne omkostninger."))
	}), unmark("cost"))},
	{"all bookmarks are deleted", all(replace("notice", "24", "72"), drop("kinds", 0), unmarkAll)},
	{"a bookmark stands twice", all(newAfter("cost", 0, `<w:bookmarkStart w:id="800" w:name="cl_notice"/>`+text("Databehandleren orienterer tillige Datatilsynet på kommunens vegne.")+`<w:bookmarkEnd w:id="800"/>`))},
	{"a remark", all(comment("notice", "uden unødig forsinkelse", "Kan vi sige uden unødigt ophold?"))},
	{"a remark on a changed clause", all(comment("authorised", "generelle", "Vi foretrækker specifik."), trackIn(ida, "authorised", 0, "mindst ", ""))},
	{"a row is inserted with tracking", all(inRowsOf("list", func(rows string) string {
		return rows + row(`<w:ins `+ida+`/>`, ins(ida, text("Bjergsky Inc.")), ins(ida, text("USA")))
	}))},
	{"a row is deleted with tracking", all(inRowsOf("list", func(rows string) string {
		at := strings.LastIndex(rows, "<w:tr>")
		return rows[:at] + strings.Replace(rows[at:], "<w:tr>", `<w:tr><w:trPr><w:del `+bo+`/></w:trPr>`, 1)
	}))},
	{"a cell is changed with tracking", all(inRowsOf("list", func(rows string) string {
		return breakRun(rows, "Sverige", del(ida, text("Sverige"))+ins(ida, text("Indien")))
	}))},
	{"a cell is changed without tracking", all(inRowsOf("list", func(rows string) string { return strings.Replace(rows, "Danmark", "Irland", 1) }))},
	{"a footnote limits a clause", all(trackAfter("notice", "opdaget.", `<w:r><w:footnoteReference w:id="2"/></w:r>`),
		part("footnotes", "footnotes.xml", `<w:footnotes `+wordNS+`><w:footnote w:id="2"><w:p>`+text("Gælder kun ")+ins(bo, text("væsentlige "))+text("brud.")+`</w:p></w:footnote></w:footnotes>`))},
	{"the header is changed", all(swap("word/header.xml", "Sødata A/S", "Sødata A/S, udkast 2"), swap("word/footer.xml", " af ", " ud af "))},
	{"a value is a field that computes", all(in("notice", 0, func(p string) string {
		return breakRun(p, "24", del(ida, text("24"))+`<w:r><w:fldChar w:fldCharType="begin"/></w:r><w:r><w:instrText> DOCPROPERTY Frist </w:instrText></w:r><w:r><w:fldChar w:fldCharType="separate"/></w:r>`+ins(ida, text("36"))+`<w:r><w:fldChar w:fldCharType="end"/></w:r>`)
	}))},
	{"text stands in a content control", all(in("cost", 0, func(p string) string {
		return breakRun(p, "afholder selv sine udgifter", `<w:sdt><w:sdtPr><w:alias w:val="Betaling"/></w:sdtPr><w:sdtContent>`+del(ida, text("afholder selv"))+ins(ida, text("viderefakturerer"))+text(" sine udgifter")+`</w:sdtContent></w:sdt>`)
	}))},
	{"hidden text", all(trackAfter("kinds", "borgere", `<w:r><w:rPr><w:vanish/></w:rPr><w:t> samt ansatte hos leverandøren</w:t></w:r>`))},
	{"a text box beside a clause", all(trackAfter("aim", "sagsbehandling.", `<w:r><w:pict><w:txbxContent><w:p>`+text("Se også bilag X.")+`</w:p></w:txbxContent></w:pict></w:r>`))},
	{"a clause becomes a picture", all(in("content", 0, func(p string) string { return runs.ReplaceAllString(p, picture) }), drop("content", 1))},
	{"a picture is put in", all(trackAfter("aim", "sagsbehandling.", picture))},
	{"everything becomes pictures", all(func(a *archive) {
		s := a.parts[body]
		from, to := strings.Index(s, "<w:body>")+len("<w:body>"), strings.LastIndex(s, "<w:sectPr>")
		a.parts[body] = s[:from] + `<w:p>` + picture + `</w:p><w:p>` + picture + `</w:p>` + s[to:]
	})},
	{"a clause in English", all(in("kinds", 0, func(p string) string {
		return runs.ReplaceAllString(p, text("The processing shall cover ordinary and sensitive data of the citizens and is carried out by the processor with its own tools."))
	}))},
	{"text that two clauses may claim", all(drop("citizens", 0), drop("staff", 0), after("cost", 0, `<w:p>`+text("Oplysninger om elever slettes senest to år efter, at sagen er afsluttet.")+`</w:p>`))},
	{"a footnote that hangs on nothing", all(part("footnotes", "footnotes.xml", `<w:footnotes `+wordNS+`><w:footnote w:id="2"><w:p>`+text("Se vores hjemmeside.")+`</w:p></w:footnote></w:footnotes>`))},
	{"another agreement", all(swap("docProps/custom.xml", "DBA-0007", "DBA-0008"))},
	{"another round", all(swap("docProps/custom.xml", "v2", "v1"), track(bo, "cost", "selv", "ikke selv"))},
	{"another version of the text", all(func(a *archive) {
		a.parts["docProps/custom.xml"] = regexp.MustCompile(`(KlausulTextHash"><vt:lpwstr>)[0-9a-f]{8}`).ReplaceAllString(a.parts["docProps/custom.xml"], "${1}00000000")
	})},
	{"no properties", all(func(a *archive) {
		a.parts["docProps/custom.xml"] = regexp.MustCompile(`<property .*</property>`).ReplaceAllString(a.parts["docProps/custom.xml"], "")
	}, replace("aim", "drift", "drift og test"))},
	{"another text altogether", all(func(a *archive) {
		s := a.parts[body]
		from, to := strings.Index(s, "<w:body>")+len("<w:body>"), strings.LastIndex(s, "<w:sectPr>")
		a.parts[body] = s[:from] + `<w:p>` + text("Lejekontrakt om parkeringsplads nummer fire i gården, med en måneds opsigelse.") + `</w:p>` + s[to:]
		a.parts["docProps/custom.xml"] = strings.ReplaceAll(a.parts["docProps/custom.xml"], "Klausul", "Andet")
	})},
	{"tracking is switched off", all(swap("word/settings.xml", "<w:trackRevisions/>", ""), replace("cost", "selv sine", "ikke sine"))},
	{"a link to somewhere else", all(swap("word/_rels/document.xml.rels", "</Relationships>", `<Relationship Id="rId99" Type="`+relNS+`attachedTemplate" Target="http://example.invalid/x.dotm" TargetMode="External"/></Relationships>`))},
	{"a formula and a strange element", all(trackAfter("cost", "brud.", `<w:strange>`+text("sært")+`</w:strange>`))},
	{"the front page and the signatures", all(func(a *archive) {
		a.parts[body] = strings.Replace(a.parts[body], "Aarhus C", "Aarhus N", 1)
		a.parts[body] = strings.Replace(a.parts[body], "Underskrifter", "Tiltrædelse", 1)
	})},
	{"untracked text that is deleted with tracking", all(in("aim", 0, func(p string) string {
		return breakRun(p, "sagsbehandling.", text("sagsbehandling")+del(ida, text(" og salg"))+text("."))
	}))},
	{"changes in nearly every clause", all(track(ida, "instructed", "kun ", ""), replace("unlawful", "straks", "snarest"), drop("persons", 3), dropTracked(bo, "authorised", 0), track(bo, "notice", "24", "96"), move("cost", "aim", true))},
}

// joined takes the paragraph mark between two clauses away, tracking off.
func joined(one, two string, marked bool) edit {
	return func(a *archive) {
		from, to := a.paragraphOf(two, 0)
		second := ppr.ReplaceAllString(a.parts[body][from:to], "")
		second = strings.TrimSuffix(strings.TrimPrefix(second, "<w:p>"), "</w:p>")
		if !marked {
			second = marks.ReplaceAllString(second, "")
		}
		drop(two, 0)(a)
		in(one, 0, func(p string) string { return strings.TrimSuffix(p, "</w:p>") + text(" ") + second + "</w:p>" })(a)
	}
}

// inRowsOf changes the rows of the table of a clause.
func inRowsOf(key string, change func(string) string) edit {
	return func(a *archive) {
		from, _ := a.paragraphOf(key, 0)
		s := a.parts[body]
		lo := from + strings.Index(s[from:], "<w:tr>")
		hi := from + strings.Index(s[from:], "</w:tbl>")
		a.parts[body] = s[:lo] + change(s[lo:hi]) + s[hi:]
	}
}

func TestWhatComesBack(t *testing.T) {
	t.Parallel()
	_, s := sent(t)
	want := expected(t, "cases.txt")
	var names []string
	for _, c := range cases {
		names = append(names, c.name)
		t.Run(c.name, func(t *testing.T) {
			raw := edited(t, c.edits...)
			d := open(t, raw)
			r := round.Compare(s, d)
			want.holds(t, c.name, told(r))
			nothingDropped(t, d, r)
			require.Equal(t, r, round.Compare(s, open(t, raw)), "the same file again is the same report")
		})
	}
	want.write(t, names)
	require.Equal(t, len(cases), len(want.found))
	require.Equal(t, len(cases), want.distinct(), "no two files are found the same")
}
