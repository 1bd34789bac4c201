package clause

import (
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
	Heading string        `yaml:"heading"`
	Blocks  []sourceBlock `yaml:"blocks"`
}

type sourceBlock struct {
	When     *field.Condition `yaml:"when"`
	Text     string           `yaml:"text"`
	List     []string         `yaml:"list"`
	Table    *sourceTable     `yaml:"table"`
	Choice   string           `yaml:"choice"`
	Branches []sourceBranch   `yaml:"branches"`
}

type sourceBranch struct {
	Value  string        `yaml:"value"`
	Blocks []sourceBlock `yaml:"blocks"`
}

type sourceTable struct {
	Head       []string `yaml:"head"`
	Collection string   `yaml:"collection"`
	Columns    []string `yaml:"columns"`
}

// SampleVersion reads the sample template that ships with Klausul. Its words are ours;
// it is for trying the product and can never pass as the authority's text.
func SampleVersion() (Version, error) {
	raw, err := templates.FS.ReadFile("sample/databehandleraftale.da.yaml")
	if err != nil {
		return Version{}, fmt.Errorf("read the sample template: %w", err)
	}
	return Parse(raw)
}

// Parse reads a template in our own notation. It refuses fields that could not be
// asked and slots that no field fills.
func Parse(raw []byte) (Version, error) {
	var s source
	dec := yaml.NewDecoder(strings.NewReader(string(raw)))
	dec.KnownFields(true)
	if err := dec.Decode(&s); err != nil {
		return Version{}, fmt.Errorf("read template: %w", err)
	}
	if err := field.CheckAll(s.Fields); err != nil {
		return Version{}, err
	}
	v := Version{Key: s.Key, Name: s.Name, Version: s.Version, Language: s.Language, Provenance: Sample, Fields: s.Fields}
	for _, section := range s.Sections {
		v.add(Clause{Key: section.Key, Number: section.Number, Level: 1, Annex: section.Annex, Heading: section.Heading})
		for i, c := range section.Clauses {
			blocks, err := s.blocks(c.Blocks)
			if err != nil {
				return Version{}, fmt.Errorf("clause %s: %w", c.Key, err)
			}
			v.add(Clause{Key: c.Key, Number: fmt.Sprintf("%s.%d", section.Number, i+1), Level: 2, Annex: section.Annex, Heading: c.Heading, Blocks: blocks})
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
		block := Block{When: b.When}
		var err error
		switch {
		case b.Choice != "":
			block.Kind, block.Field = Choosing, b.Choice
			if _, ok := field.Find(s.Fields, b.Choice); !ok {
				return nil, fmt.Errorf("choice %q is not asked", b.Choice)
			}
			for _, branch := range b.Branches {
				blocks, err := s.blocks(branch.Blocks)
				if err != nil {
					return nil, err
				}
				block.Branches = append(block.Branches, Branch{Value: branch.Value, Blocks: blocks})
			}
		case b.Table != nil:
			block.Kind = TableRows
			block.Table = &Table{Head: b.Table.Head, Collection: b.Table.Collection, Columns: b.Table.Columns}
		case len(b.List) > 0:
			block.Kind = List
			for _, item := range b.List {
				spans, err := s.spans(item)
				if err != nil {
					return nil, err
				}
				block.Items = append(block.Items, spans)
			}
		default:
			block.Kind = Paragraph
			if block.Spans, err = s.spans(b.Text); err != nil {
				return nil, err
			}
		}
		out = append(out, block)
	}
	return out, nil
}

// spans cuts a text at its {slots} and [[guidance]].
func (s source) spans(text string) ([]Span, error) {
	var out []Span
	for text != "" {
		at := strings.IndexAny(text, "{[")
		if at < 0 || (text[at] == '[' && !strings.HasPrefix(text[at:], "[[")) {
			out = append(out, Span{Kind: Normative, Text: text})
			break
		}
		if at > 0 {
			out = append(out, Span{Kind: Normative, Text: text[:at]})
		}
		closing, skip := "}", 1
		if text[at] == '[' {
			closing, skip = "]]", 2
		}
		end := strings.Index(text[at:], closing)
		if end < 0 {
			return nil, fmt.Errorf("%q is not closed", text[at:])
		}
		inner := text[at+skip : at+end]
		if skip == 2 {
			out = append(out, Span{Kind: Guidance, Text: inner})
		} else {
			f, ok := field.Find(s.Fields, inner)
			if !ok {
				return nil, fmt.Errorf("slot %q is not asked", inner)
			}
			out = append(out, Span{Kind: FillIn, Field: inner, Text: f.Label})
		}
		text = text[at+end+len(closing):]
	}
	return out, nil
}
