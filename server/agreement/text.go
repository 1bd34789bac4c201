package agreement

import (
	"encoding/json"
	"fmt"
	"maps"
	"strings"
	"time"

	"klausul/server/clause"
	"klausul/server/field"
	"klausul/server/member"
	"klausul/server/render"
	"klausul/server/vendor"
)

// Party is an organisation as a legal party on the date of its agreement. An accession
// keeps it; later changes of name or address do not reach it.
type Party struct {
	Name    string         `json:"name"`
	CVR     string         `json:"cvr"`
	Address member.Address `json:"address"`
}

// facts are what the shared text says of the vendor and the systems, and what the register
// knew about the answers. They are kept with the version when it is offered: a later change
// of a name, or of which countries are safe, does not reach the frozen text. A job reads
// them here, too, for it has no right to the tables of the law.
type facts struct {
	Vendor  vendor.Vendor `json:"vendor"`
	Systems []SystemRef   `json:"systems"`
	Derived field.Values  `json:"derived,omitempty"`
	// Printing is the way in which values were printed when the text was frozen.
	Printing int `json:"printing,omitempty"`
}

// asOffered puts the kept facts in the place of today's. A draft has none.
func (d *Detail) asOffered() error {
	if d.Facts == nil {
		return nil
	}
	var f facts
	if err := json.Unmarshal(d.Facts, &f); err != nil {
		return fmt.Errorf("read the facts of version %d: %w", d.VersionID, err)
	}
	d.Vendor, d.Systems, d.Derived, d.frozenPrinting = f.Vendor, f.Systems, f.Derived, f.Printing
	return nil
}

// printing is the way in which the text prints values: a draft as today's do.
func (d Detail) printing() int {
	if d.Facts == nil {
		return field.Printing
	}
	return d.frozenPrinting
}

func partyOf(o member.Organisation) Party {
	return Party{Name: o.Name, CVR: o.CVR, Address: o.Address()}
}

// shared is what fills the text for everybody: the answers, the vendor and the systems.
func (d Detail) shared() clause.Filling {
	systems := make([]map[string]string, len(d.Systems))
	names := make([]string, len(d.Systems))
	for i, s := range d.Systems {
		names[i] = s.Name
		systems[i] = map[string]string{"number": fmt.Sprint(s.Number), "name": s.Name}
	}
	return clause.Filling{
		Fields: d.Tree.Fields, Values: d.Values(), Language: d.Tree.Language, Printing: d.printing(),
		Facts: map[string]string{"processor.name": d.Vendor.Name, "processor.number": d.Vendor.Register(),
			"service.name": field.Enumerate(names, d.Tree.Language)},
		Collections: map[string][]map[string]string{"systems": systems},
	}
}

// Shared is the shared text: answers filled in, local slots as named holes. Its hash is the text_hash.
func (d Detail) Shared() []clause.Clause { return clause.Fill(d.Tree.Clauses, d.shared()) }

// For is the text with one party's values. Its hash is that party's instance_hash.
func (d Detail) For(i Instance) []clause.Clause {
	of := d
	of.Systems = i.Systems
	f := of.shared()
	f.Own = true
	maps.Copy(f.Values, i.Values)
	f.Facts["controller.name"] = i.Party.Name
	f.Facts["controller.cvr"] = i.Party.CVR
	f.Facts["controller.address"] = i.Party.Address.Line()
	return clause.Fill(d.Tree.Clauses, f)
}

type wording struct {
	controller, processor, each, address, missing, annex, sample string
	amendment, amends, gone, goneLine                            string
}

var words = map[string]wording{
	"da": {"Dataansvarlig", "Databehandler", "Den enkelte kommune", "Adresse",
		"Kommunens adresse mangler i registret. Den skal tilføjes, før aftalen kan indgås.", "Bilag ",
		"Teksten bygger ikke på Datatilsynets standardkontraktsbestemmelser, men på en eksempelskabelon.",
		"Tillæg: %s", "Tillægget ændrer de punkter, der står her. Alt andet i %s gælder fortsat.",
		"Punkter, der bortfalder", "Punkt %s bortfalder."},
	"en": {"Controller", "Processor", "Each municipality", "Address",
		"The municipality's address is missing in the registry. It has to be added before the agreement can be concluded.", "Annex ",
		"The text is not based on the authority's standard clauses, but on a sample template.",
		"Amendment: %s", "The amendment changes the clauses that stand here. All else in %s stays in force.",
		"Clauses that lapse", "Clause %s lapses."},
}

// Document is one organisation's own agreement as a document. The same facts give the same bytes.
func (d Detail) Document(i Instance, at time.Time) render.Document {
	w, p := words[d.Tree.Language], i.Party
	tree := d.For(i)
	doc := d.document(d.Shared(), d.printed(tree, func(b Detail) []clause.Clause { return b.For(i.before()) }), at)
	controller := render.Party{Role: w.controller, Name: p.Name, CVR: p.CVR, Address: p.Address.Street,
		PostalCode: p.Address.PostalCode, City: p.Address.City, Country: foreign(p.Address.Country)}
	if !p.Address.Complete() {
		controller.Missing = []string{w.address}
		doc.Marks = append(doc.Marks, w.missing)
	}
	doc.Parties = []render.Party{controller, d.processor(w)}
	doc.Header = p.Name + " · " + d.Vendor.Name
	doc.InstanceHash = clause.Sum(tree)
	doc.Signatures = true
	return doc
}

// Preview is the shared text as a draft document, with its local slots open.
func (d Detail) Preview(at time.Time) render.Document { return d.PreviewOf(d.Shared(), at) }

// PreviewOf is Preview of another wording of the shared text: what a round sent, or what
// came back.
func (d Detail) PreviewOf(shared []clause.Clause, at time.Time) render.Document {
	w := words[d.Tree.Language]
	doc := d.document(shared, d.printed(shared, Detail.Shared), at)
	doc.Draft = d.State == Draft
	doc.Header = d.Vendor.Name
	doc.Parties = []render.Party{{Role: w.controller, Name: w.each}, d.processor(w)}
	return doc
}

// document is what all of the agreement's documents have; shared is the text that is hashed, tree the one that is printed.
func (d Detail) document(shared, tree []clause.Clause, at time.Time) render.Document {
	w := words[d.Tree.Language]
	doc := render.Document{
		Title: d.Title, Number: VersionCode(d.Number, d.VersionNo), Version: fmt.Sprint(d.VersionNo), Language: d.Tree.Language, At: at,
		TextHash: clause.Sum(shared), Sections: sections(tree, w),
	}
	if d.Base != nil {
		doc.Title = fmt.Sprintf(w.amendment, d.Title)
		doc.Marks = append(doc.Marks, fmt.Sprintf(w.amends, VersionCode(d.Base.Number, d.Base.VersionNo)))
	}
	if d.Conformity() == NotAuthority {
		doc.Marks = append(doc.Marks, w.sample)
	}
	return doc
}

func (d Detail) processor(w wording) render.Party {
	v := d.Vendor
	p := render.Party{Role: w.processor, Name: v.Name, Address: v.Street, PostalCode: v.PostalCode, City: v.City, Country: foreign(v.Country)}
	if v.CVR != nil {
		p.CVR = *v.CVR
	} else {
		p.Register = v.Register()
	}
	return p
}

func foreign(country string) string {
	if country == "DK" {
		return ""
	}
	return country
}

// sections turns the filled tree into the document's sections.
func sections(tree []clause.Clause, w wording) []render.Section {
	var out []render.Section
	for _, c := range tree {
		if c.Level == 1 {
			number := c.Number
			if c.Annex {
				number = w.annex + c.Number
			}
			section := render.Section{Key: c.Key, Number: number, Heading: c.Heading, Annex: c.Annex}
			if len(c.Blocks) > 0 { // agreed under the heading, without a number
				section.Blocks = clauseBlocks(clause.Clause{Blocks: c.Blocks})
			}
			out = append(out, section)
			continue
		}
		if len(out) == 0 {
			continue
		}
		last := &out[len(out)-1]
		last.Blocks = append(last.Blocks, clauseBlocks(c)...)
	}
	return out
}

// clauseBlocks are the pieces of one clause. The number and the id go to its first one: a
// clause that begins with a list or a table has them on a line above it.
func clauseBlocks(c clause.Clause) []render.Block {
	var out []render.Block
	number, id := c.Number, c.Key
	if c.Heading != "" {
		out = append(out, render.Block{Kind: render.SubHeading, ID: c.Key, Number: c.Number, Runs: render.Text(c.Heading)})
		number, id = "", ""
	}
	for _, b := range c.Blocks {
		block := render.Block{Kind: render.Paragraph}
		if id != "" {
			block = render.Block{Kind: render.Clause, ID: id, Number: number}
			id = ""
		}
		first := block.Kind == render.Clause
		switch b.Kind {
		case clause.List:
			if !first {
				block.Kind = render.List
			}
			for i, item := range b.Items {
				block.Items = append(block.Items, render.Block{Kind: render.Paragraph, Number: letters(i) + ")", Runs: runs(item)})
			}
		case clause.TableRows:
			if !first {
				block.Kind = render.TableBlock
			}
			block.Table = table(b.Table)
		default:
			block.Runs = runs(b.Spans)
		}
		out = append(out, block)
	}
	return out
}

// letters counts items as Word does: a to z, then aa, bb and so on.
func letters(i int) string { return strings.Repeat(string(rune('a'+i%26)), i/26+1) }

func runs(spans []clause.Span) []render.Run {
	out := make([]render.Run, 0, len(spans))
	for _, s := range spans {
		out = append(out, render.Run{Text: s.Text, Filled: s.Filled, Missing: s.Kind == clause.FillIn && !s.Filled})
	}
	return out
}

func table(t *clause.Table) *render.Table {
	out := &render.Table{Head: t.Head}
	for _, row := range t.Rows {
		cells := make([][]render.Run, len(row))
		for i, cell := range row {
			cells[i] = render.Text(cell)
		}
		out.Rows = append(out.Rows, cells)
	}
	for _, row := range t.Cells {
		cells := make([][]render.Run, len(row))
		for i, cell := range row {
			cells[i] = runs(cell)
		}
		out.Rows = append(out.Rows, cells)
	}
	return out
}
