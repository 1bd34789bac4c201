package template_test

import (
	"bytes"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"gopkg.in/yaml.v3"

	"klausul/server/clause"
	"klausul/server/clause/template"
	"klausul/server/field"
	"klausul/server/render"
	"klausul/server/word"
)

const fixtures = "../testdata/word"

// live are the fixtures that LibreOffice makes anew in every test.
var live = []string{"alternatives", "kombit", "state", "tracked", "typed"}

// golden is what a person reads of an imported file.
type golden struct {
	Convention template.Convention
	Language   string
	Evidence   []string
	Paragraphs []string
	Fields     []string
	Tree       []string
	Problems   []string
}

func sources(t *testing.T) map[string]string {
	t.Helper()
	files, err := filepath.Glob(filepath.Join(fixtures, "*.txt"))
	require.NoError(t, err)
	out := map[string]string{}
	for _, f := range files {
		raw, err := os.ReadFile(f)
		require.NoError(t, err)
		out[strings.TrimSuffix(filepath.Base(f), ".txt")] = string(raw)
	}
	require.GreaterOrEqual(t, len(out), 15)
	return out
}

// ours are the fixtures that our own writer makes: a template of ours unfilled and filled.
func ours(t *testing.T) map[string][]byte {
	t.Helper()
	v := sample(t)
	return map[string][]byte{
		"own-unfilled": printed(t, clause.Fill(v.Clauses, clause.Filling{Fields: v.Fields, Language: "da"})),
		"own-filled":   printed(t, filled(v)),
		"embedded":     embedded(t),
	}
}

// embedded is a file with a spreadsheet, a chart and a hidden sentence in it, as Word writes them.
func embedded(t *testing.T) []byte {
	t.Helper()
	return packed(t, `<w:p><w:pPr><w:outlineLvl w:val="0"/></w:pPr><w:r><w:t>Bilag C Instruks</w:t></w:r></w:p>`+
		`<w:p><w:r><w:t>Prisen står her: </w:t></w:r><w:r><w:object><o:OLEObject Type="Embed" ProgID="Excel.Sheet.12"/></w:object></w:r></w:p>`+
		`<w:p><w:r><w:t>Udviklingen ses her: </w:t></w:r><w:r><w:drawing><wp:inline><wp:docPr id="1" name="Diagram 1"/><a:graphic><a:graphicData uri="http://schemas.openxmlformats.org/drawingml/2006/chart"/></a:graphic></wp:inline></w:drawing></w:r></w:p>`+
		`<w:p><w:r><w:t>Databehandleren hjælper</w:t></w:r><w:r><w:rPr><w:vanish/></w:rPr><w:t xml:space="preserve"> mod betaling</w:t></w:r><w:r><w:t>.</w:t></w:r></w:p>`)
}

func sample(t testing.TB) clause.Version {
	t.Helper()
	raw, err := os.ReadFile(filepath.Join(fixtures, "template.yml"))
	require.NoError(t, err)
	v, err := clause.Parse(raw)
	require.NoError(t, err)
	return v
}

func filled(v clause.Version) []clause.Clause {
	return clause.Fill(v.Clauses, clause.Filling{Fields: v.Fields, Language: "da",
		Values: field.Values{"service.purpose": "At føre sager – og svare borgere.", "data.kind": "special", "security.level": "high", "transfer.allowed": "no", "deletion.choice": "delete"},
		Facts: map[string]string{"controller.name": "Viborg Kommune", "controller.cvr": "29189846", "controller.address": "Prinsens Alle 5, 8800 Viborg",
			"processor.name": "Åhavn A/S", "processor.number": "CVR 12345674"},
		Collections: map[string][]map[string]string{"systems": {{"number": "1001", "name": "Åhavn Omsorg"}, {"number": "1002", "name": "Åhavn Sag"}}}})
}

// printed writes a filled tree as the agreement does.
func printed(t testing.TB, tree []clause.Clause) []byte {
	t.Helper()
	d := render.Document{Title: "Databehandleraftale", Number: "DBA-1 v1", Language: "da", At: time.Date(2026, 11, 23, 0, 0, 0, 0, time.UTC), TextHash: clause.Sum(tree), Signatures: true,
		Parties: []render.Party{{Role: "Dataansvarlig", Name: "Viborg Kommune", CVR: "29189846"}, {Role: "Databehandler", Name: "Åhavn A/S", Missing: []string{"Adresse"}}}}
	for _, c := range tree {
		if c.Level == 1 {
			number := c.Number
			if c.Annex {
				number = "Bilag " + number
			}
			d.Sections = append(d.Sections, render.Section{Key: c.Key, Number: number, Heading: c.Heading, Annex: c.Annex})
			continue
		}
		s := &d.Sections[len(d.Sections)-1]
		s.Blocks = append(s.Blocks, blocksOf(c)...)
	}
	raw, err := render.DOCX(d)
	require.NoError(t, err)
	return raw
}

func blocksOf(c clause.Clause) (out []render.Block) {
	id, number := c.Key, c.Number
	if c.Heading != "" {
		out = append(out, render.Block{Kind: render.SubHeading, ID: id, Number: number, Runs: render.Text(c.Heading)})
		id, number = "", ""
	}
	for _, b := range c.Blocks {
		switch b.Kind {
		case clause.List:
			list := render.Block{Kind: render.List}
			for i, item := range b.Items {
				list.Items = append(list.Items, render.Block{Kind: render.Paragraph, Number: string(rune('a'+i)) + ")", Runs: runsOf(item)})
			}
			out = append(out, list)
		case clause.TableRows:
			table := &render.Table{Head: b.Table.Head}
			for _, row := range b.Table.Rows {
				var cells [][]render.Run
				for _, cell := range row {
					cells = append(cells, render.Text(cell))
				}
				table.Rows = append(table.Rows, cells)
			}
			out = append(out, render.Block{Kind: render.TableBlock, Table: table})
		default:
			kind := render.Paragraph
			if id != "" {
				kind = render.Clause
			}
			out = append(out, render.Block{Kind: kind, ID: id, Number: number, Runs: runsOf(b.Spans)})
			id, number = "", ""
		}
	}
	return out
}

func runsOf(spans []clause.Span) (out []render.Run) {
	for _, s := range spans {
		out = append(out, render.Run{Text: s.Text, Filled: s.Filled, Missing: s.Kind == clause.FillIn && !s.Filled})
	}
	return out
}

// imported takes a file through the whole chain.
func imported(t testing.TB, raw []byte, o template.Options) (template.Recognition, clause.Version, []template.Problem) {
	t.Helper()
	d, err := word.Read(bytes.NewReader(raw), int64(len(raw)))
	require.NoError(t, err)
	r := template.Recognise(d, o)
	v, problems := template.Assemble(r.Paragraphs, template.About{Key: "k", Name: "n", Version: "1", Language: r.Language, Provenance: clause.Secretariat, Fields: r.Fields})
	return r, v, problems
}

func view(r template.Recognition, v clause.Version, problems []template.Problem) golden {
	g := golden{Convention: r.Convention, Language: r.Language}
	for _, e := range r.Evidence {
		g.Evidence = append(g.Evidence, fmt.Sprintf("%s %d: %s", e.Reason, e.Count, e.Example))
	}
	for _, p := range r.Paragraphs {
		g.Paragraphs = append(g.Paragraphs, paragraphLine(p))
	}
	for _, f := range v.Fields {
		line := fmt.Sprintf("%s %s %q", f.Path, f.Type, f.Label)
		for _, c := range f.Choices {
			line += " " + c.Value
		}
		if f.Default != nil {
			line += fmt.Sprintf(" = %v", f.Default)
		}
		g.Fields = append(g.Fields, line)
	}
	for _, c := range v.Clauses {
		g.Tree = append(g.Tree, strings.TrimSpace(fmt.Sprintf("%s%s %s %s", strings.Repeat("  ", c.Level-1), c.Key, c.Number, c.Heading)))
		g.Tree = append(g.Tree, blockLines(c.Blocks, "    ")...)
	}
	for _, p := range problems {
		line := fmt.Sprintf("%s at %d %s %s", p.Code, p.Position, p.Clause, p.Text)
		if p.Blocks {
			line = "blocks: " + line
		}
		g.Problems = append(g.Problems, strings.Join(strings.Fields(line), " "))
	}
	return g
}

func paragraphLine(p template.Paragraph) string {
	line := fmt.Sprintf("%d %s", p.Position, p.Class)
	for _, s := range []string{p.Section, p.Clause, p.Number} {
		if s != "" {
			line += " " + s
		}
	}
	if p.Choice != "" {
		line += " " + p.Choice + "=" + p.Branch
	}
	line += fmt.Sprintf(" (%s", p.Confidence)
	for _, r := range p.Reasons {
		line += " " + string(r)
	}
	line += ")"
	for _, f := range p.Found {
		line += fmt.Sprintf(" <%s %s %s>", f.What, f.By, f.Text)
	}
	if text := marked(p.Spans); text != "" {
		line += " " + text
	}
	if p.Grid != nil {
		line += " |" + strings.Join(p.Grid.Head, "|") + "|" + p.Grid.Collection + strings.Join(p.Grid.Columns, ",")
		for _, row := range p.Grid.Cells {
			line += " //"
			for _, cell := range row {
				line += "|" + marked(cell)
			}
		}
	}
	return line
}

// marked is the text of spans, what is not normative between ‹ and ›.
func marked(spans []template.Span) string {
	var b strings.Builder
	for _, s := range spans {
		if s.Kind == clause.Normative {
			b.WriteString(s.Text)
		} else {
			fmt.Fprintf(&b, "‹%s %s›", strings.TrimSpace(string(s.Kind)+" "+s.Field), s.Text)
		}
	}
	return b.String()
}

func blockLines(blocks []clause.Block, indent string) (out []string) {
	for _, b := range blocks {
		switch b.Kind {
		case clause.Choosing:
			out = append(out, indent+"choice "+b.Field)
			for _, br := range b.Branches {
				out = append(out, indent+"= "+br.Value)
				out = append(out, blockLines(br.Blocks, indent+"  ")...)
			}
		case clause.List:
			for _, item := range b.Items {
				out = append(out, indent+"- "+treeText(item))
			}
		case clause.TableRows:
			out = append(out, strings.TrimRight(indent+"| "+strings.Join(b.Table.Head, " | ")+" | "+b.Table.Collection+" "+strings.Join(b.Table.Columns, ","), " "))
			for _, row := range b.Table.Cells {
				line := indent + "|"
				for _, cell := range row {
					line += " " + treeText(cell) + " |"
				}
				out = append(out, line)
			}
			for _, row := range b.Table.Rows {
				out = append(out, indent+"| "+strings.Join(row, " | ")+" |")
			}
		default:
			out = append(out, indent+treeText(b.Spans))
		}
	}
	return out
}

func treeText(spans []clause.Span) string {
	var b strings.Builder
	for _, s := range spans {
		switch {
		case s.Kind == clause.FillIn && !s.Filled:
			fmt.Fprintf(&b, "‹%s›", s.Field)
		case s.Kind == clause.Normative || s.Kind == clause.FillIn:
			b.WriteString(s.Text)
		default:
			fmt.Fprintf(&b, "‹%s: %s›", s.Kind, s.Text)
		}
	}
	return b.String()
}

// written writes fixtures and what is expected of them anew when KLAUSUL_UPDATE is set.
func written() bool { return os.Getenv("KLAUSUL_UPDATE") != "" }

// TestFixtures reads every committed Word file and compares with what a person checked.
func TestFixtures(t *testing.T) {
	if written() {
		all := libreOffice(t, sources(t))
		maps.Copy(all, ours(t))
		for name, raw := range all {
			require.NoError(t, os.WriteFile(filepath.Join(fixtures, name+".docx"), raw, 0o600))
		}
	}
	files, err := filepath.Glob(filepath.Join(fixtures, "*.docx"))
	require.NoError(t, err)
	require.GreaterOrEqual(t, len(files), 19)
	for _, f := range files {
		t.Run(strings.TrimSuffix(filepath.Base(f), ".docx"), func(t *testing.T) {
			raw, err := os.ReadFile(f)
			require.NoError(t, err)
			compare(t, strings.TrimSuffix(f, ".docx"), raw)
		})
	}
}

func compare(t *testing.T, name string, raw []byte) {
	t.Helper()
	r, v, problems := imported(t, raw, template.Options{Fields: sample(t).Fields})
	got, err := yaml.Marshal(view(r, v, problems))
	require.NoError(t, err)
	if written() {
		require.NoError(t, os.WriteFile(name+".yaml", got, 0o600))
	}
	want, err := os.ReadFile(name + ".yaml")
	require.NoError(t, err)
	require.Equal(t, string(want), string(got))
}

// TestLibreOfficeToday makes five of the files anew: what LibreOffice writes today reads as
// what it wrote then.
func TestLibreOfficeToday(t *testing.T) {
	all := sources(t)
	maps.DeleteFunc(all, func(name, _ string) bool { return !slices.Contains(live, name) })
	made := libreOffice(t, all)
	require.Len(t, made, 5)
	for name, raw := range made {
		compare(t, filepath.Join(fixtures, name), raw)
	}
}
