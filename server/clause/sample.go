package clause

import (
	"bytes"
	"cmp"
	"fmt"
	"strings"

	"gopkg.in/yaml.v3"

	"klausul/server/field"
	"klausul/templates"
)

// source is a template as a person writes it: paragraphs with {field.path} where a
// value goes and [[…]] around guidance for the writer.
type source struct {
	Key      string          `yaml:"key"`
	Name     string          `yaml:"name"`
	Version  string          `yaml:"version"`
	Language string          `yaml:"language"`
	Fields   []field.Field   `yaml:"fields"`
	Rules    []field.Rule    `yaml:"rules"`
	Sections []sourceSection `yaml:"sections"`
}

type sourceSection struct {
	Key     string         `yaml:"key"`
	Number  string         `yaml:"number"`
	Annex   bool           `yaml:"annex"`
	Heading string         `yaml:"heading"`
	Clauses []sourceClause `yaml:"clauses"`
}

type sourceClause struct {
	Key     string        `yaml:"key"`
	Number  string        `yaml:"number"` // only where it is not the next one
	Heading string        `yaml:"heading"`
	Blocks  []sourceBlock `yaml:"blocks"`
}

type sourceBlock struct {
	When     *field.Condition `yaml:"when"`
	Text     string           `yaml:"text"`
	List     []string         `yaml:"list"`
	Table    *sourceTable     `yaml:"table"`
	Choice   string           `yaml:"choice"`
	Min      int              `yaml:"min"`
	Max      int              `yaml:"max"`
	Branches []sourceBranch   `yaml:"branches"`
	Repeat   string           `yaml:"repeat"`
	Blocks   []sourceBlock    `yaml:"blocks"`
}

type sourceBranch struct {
	Value  string        `yaml:"value"`
	Blocks []sourceBlock `yaml:"blocks"`
}

type sourceTable struct {
	Head       []string   `yaml:"head"`
	Collection string     `yaml:"collection"`
	Columns    []string   `yaml:"columns"`
	Cells      [][]string `yaml:"cells"`
}

// SampleVersion reads the sample template that ships with Klausul. Its words are ours;
// it is for trying the product and can never pass as the authority's text.
func SampleVersion() (Version, error) {
	s, err := readSource("sample/databehandleraftale.da.yaml")
	if err != nil {
		return Version{}, err
	}
	return s.version()
}

// SampleTranslation reads its English translation. The Danish text binds.
func SampleTranslation() (Version, error) {
	of, err := SampleVersion()
	if err != nil {
		return Version{}, err
	}
	s, err := readSource("sample/databehandleraftale.en.yaml")
	if err != nil {
		return Version{}, err
	}
	if s.Fields, err = field.Translate(of.Fields, s.Fields); err != nil {
		return Version{}, err
	}
	s.Rules = of.Rules
	return s.version()
}

func readSource(name string) (source, error) {
	raw, err := templates.FS.ReadFile(name)
	if err != nil {
		return source{}, fmt.Errorf("read the sample template: %w", err)
	}
	return decode(raw)
}

func decode(raw []byte) (s source, err error) {
	dec := yaml.NewDecoder(bytes.NewReader(raw))
	dec.KnownFields(true)
	if err := dec.Decode(&s); err != nil {
		return s, fmt.Errorf("read template: %w", err)
	}
	return s, nil
}

// Parse reads a template in our own notation. It refuses fields that could not be
// asked and slots that no field fills.
func Parse(raw []byte) (Version, error) {
	s, err := decode(raw)
	if err != nil {
		return Version{}, err
	}
	return s.version()
}

func (s source) version() (Version, error) {
	if err := field.CheckAll(s.Fields); err != nil {
		return Version{}, err
	}
	if err := field.CheckRules(s.Rules, s.Fields); err != nil {
		return Version{}, err
	}
	v := Version{Key: s.Key, Name: s.Name, Version: s.Version, Language: s.Language, Provenance: Sample, Fields: s.Fields, Rules: s.Rules}
	for _, section := range s.Sections {
		v.add(Clause{Key: section.Key, Number: section.Number, Level: 1, Annex: section.Annex, Heading: section.Heading})
		for i, c := range section.Clauses {
			blocks, err := s.blocks(c.Blocks)
			if err != nil {
				return Version{}, fmt.Errorf("clause %s: %w", c.Key, err)
			}
			number := cmp.Or(c.Number, fmt.Sprintf("%s.%d", section.Number, i+1))
			v.add(Clause{Key: c.Key, Number: number, Level: 2, Annex: section.Annex, Heading: c.Heading, Blocks: blocks})
		}
	}
	v.TextHash = Sum(v.Clauses)
	return v, nil
}

func (v *Version) add(c Clause) {
	c.Hash = c.Sum()
	v.Clauses = append(v.Clauses, c)
}

func (s source) blocks(in []sourceBlock) ([]Block, error) {
	var out []Block
	for _, b := range in {
		block, err := s.block(b)
		if err != nil {
			return nil, err
		}
		block.When = b.When
		out = append(out, block)
	}
	return out, nil
}

func (s source) block(b sourceBlock) (block Block, err error) {
	switch {
	case b.Choice != "":
		return s.choice(b)
	case b.Repeat != "":
		if f, ok := field.Find(s.Fields, b.Repeat); !ok || f.Type != field.Rows {
			return block, fmt.Errorf("repeat %q is no field with rows", b.Repeat)
		}
		block.Kind, block.Collection = Repeat, b.Repeat
		block.Blocks, err = s.blocks(b.Blocks)
	case b.Table != nil:
		block.Kind = TableRows
		block.Table, err = s.table(*b.Table)
	case len(b.List) > 0:
		block.Kind = List
		block.Items, err = s.each(b.List)
	default:
		block.Kind = Paragraph
		block.Spans, err = s.spans(b.Text)
	}
	return block, err
}

func (s source) choice(b sourceBlock) (Block, error) {
	block := Block{Kind: Choosing, Field: b.Choice, Min: b.Min, Max: b.Max}
	if _, ok := field.Find(s.Fields, b.Choice); !ok {
		return block, fmt.Errorf("choice %q is not asked", b.Choice)
	}
	for _, branch := range b.Branches {
		blocks, err := s.blocks(branch.Blocks)
		if err != nil {
			return block, err
		}
		block.Branches = append(block.Branches, Branch{Value: branch.Value, Blocks: blocks})
	}
	return block, nil
}

func (s source) table(t sourceTable) (*Table, error) {
	out := &Table{Head: t.Head, Collection: t.Collection, Columns: t.Columns}
	for _, row := range t.Cells {
		cells, err := s.each(row)
		if err != nil {
			return nil, err
		}
		out.Cells = append(out.Cells, cells)
	}
	return out, nil
}

func (s source) each(texts []string) ([][]Span, error) {
	var out [][]Span
	for _, text := range texts {
		spans, err := s.spans(text)
		if err != nil {
			return nil, err
		}
		out = append(out, spans)
	}
	return out, nil
}

// asked finds the field of a slot; {rows.column} is a cell of a repeat's row.
func asked(fields []field.Field, path string) (field.Field, bool) {
	if f, ok := field.Find(fields, path); ok {
		return f, true
	}
	for _, f := range fields {
		if column, ok := strings.CutPrefix(path, f.Path+"."); ok && f.Type == field.Rows {
			return field.Find(f.Columns, column)
		}
	}
	return field.Field{}, false
}

// spans reads the notation and names the slots.
func (s source) spans(text string) ([]Span, error) {
	spans, err := Spans(text)
	if err != nil {
		return nil, err
	}
	for i, span := range spans {
		if span.Kind != FillIn {
			continue
		}
		f, ok := asked(s.Fields, span.Field)
		if !ok {
			return nil, fmt.Errorf("slot %q is not asked", span.Field)
		}
		spans[i].Text = f.Label
	}
	return spans, nil
}
