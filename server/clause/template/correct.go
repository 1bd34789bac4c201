package template

import (
	"regexp"
	"slices"
	"strings"
	"unicode/utf8"

	"klausul/server/clause"
	"klausul/server/fault"
	"klausul/server/field"
	"klausul/server/word"
)

// Refusals of a correction; the detail "what" says which part.
var (
	ErrCorrection = fault.New(fault.Invalid, "source.correction") // no such class, kind, level or key
	ErrWords      = fault.New(fault.Invalid, "source.words")      // the words of the file stay as they are
)

// ByPerson says that a lawyer decided it, ByFormer that one did for the same words of a
// former file.
const (
	ByPerson Reason = "corrected"
	ByFormer Reason = "corrected_before"
)

var keys = regexp.MustCompile(`^[a-z0-9][a-z0-9-]{0,59}$`)

// Corrected is the paragraph as a lawyer says it is. What a person may say is its class,
// its place, its number, which alternative it belongs to and what its spans are; the words
// themselves, and what else was found there, stay those of the file. One that only
// follows another to its place is not Seen, and is as sure as it was. It refuses with
// ErrCorrection or ErrWords.
func (p Paragraph) Corrected(to Paragraph) (Paragraph, error) {
	wrong := func(what string) (Paragraph, error) { return Paragraph{}, ErrCorrection.With("what", what) }
	switch {
	case !slices.Contains(Classes, to.Class):
		return wrong("class")
	case to.Section != "" && !keys.MatchString(to.Section):
		return wrong("section")
	case to.Clause != "" && !keys.MatchString(to.Clause):
		return wrong("clause")
	case to.Clause != "" && to.Section == "":
		return wrong("section")
	case utf8.RuneCountInString(to.Number) > 20:
		return wrong("number")
	case to.Level < 0 || to.Level > 9:
		return wrong("level")
	case p.Grid == nil && to.Class == Table, p.Grid != nil && !slices.Contains([]Class{Table, Ignored, Cover, Contents, Unplaced}, to.Class):
		return wrong("class")
	case plain(to.Spans) != plain(p.Spans):
		return Paragraph{}, ErrWords
	}
	for _, s := range to.Spans {
		if !slices.Contains([]clause.SpanKind{clause.Normative, clause.Option, clause.FillIn, clause.Supplementary, clause.Guidance}, s.Kind) {
			return wrong("kind")
		}
	}
	if to.Class != Option {
		to.Choice, to.Branch = "", ""
	}
	out := p
	out.Class, out.Section, out.Clause, out.Number, out.Level, out.Annex = to.Class, to.Section, to.Clause, strings.TrimSpace(to.Number), to.Level, to.Annex
	out.Choice, out.Branch, out.Spans, out.Seen = to.Choice, to.Branch, to.Spans, to.Seen
	if p.Grid != nil && to.Grid != nil {
		grid := *p.Grid
		grid.Collection, grid.Columns = to.Grid.Collection, to.Grid.Columns
		if grid.Collection != "" && len(grid.Columns) != len(grid.Head) {
			return wrong("columns")
		}
		out.Grid = &grid
	}
	if to.Seen {
		out.Confidence, out.Reasons = Sure, append([]Reason{ByPerson}, findings(p.Reasons)...)
	}
	return out, nil
}

// findings are the reasons that tell of a fault in the file, which no correction takes away.
func findings(rs []Reason) []Reason {
	return slices.DeleteFunc(slices.Clone(rs), func(r Reason) bool { return r != InOneParagraph && r != MergedCells && r != InnerTable })
}

func plain(spans []Span) string {
	var b strings.Builder
	for _, s := range spans {
		b.WriteString(s.Text)
	}
	return b.String()
}

// Recall says again what a lawyer said of the same words in a former file of the template:
// only where they stand once in either, and with the keys that this file's clauses have.
func (r *Recognition) Recall(corrected []Paragraph, fields []field.Field) {
	once := map[string]int{}
	for n, p := range r.Paragraphs {
		text := clause.Normal(plain(p.Spans))
		if _, twice := once[text]; twice || text == "" {
			n = -1
		}
		once[text] = n
	}
	used := map[string]bool{}
	for _, c := range corrected {
		text := clause.Normal(plain(c.Spans))
		n, there := once[text]
		if !there || n < 0 || used[text] || plain(c.Spans) != plain(r.Paragraphs[n].Spans) {
			continue
		}
		used[text] = true
		p := r.Paragraphs[n]
		if c.Section == "" || r.has(c.Section) {
			p.Section, p.Clause = c.Section, c.Clause
		}
		p.Class, p.Number, p.Level, p.Annex, p.Choice, p.Branch = c.Class, c.Number, c.Level, c.Annex, c.Choice, c.Branch
		p.Spans, p.Seen = c.Spans, true
		if said, err := r.Paragraphs[n].Corrected(p); err == nil {
			said.Reasons[0], said.Confidence, said.Seen = ByFormer, Likely, false
			r.Paragraphs[n] = said
		}
	}
	for _, f := range fields {
		if _, ok := field.Find(r.Fields, f.Path); !ok && r.names(f.Path) {
			r.Fields = append(r.Fields, f)
		}
	}
}

func (r *Recognition) has(section string) bool {
	return slices.ContainsFunc(r.Paragraphs, func(p Paragraph) bool { return p.Class == Heading && p.Section == section })
}

func (r *Recognition) names(path string) bool {
	return slices.ContainsFunc(r.Paragraphs, func(p Paragraph) bool {
		return p.Choice == path || slices.ContainsFunc(p.Spans, func(s Span) bool { return s.Field == path })
	})
}

// Known are the fields of the standard structure in a language, those that a place to fill
// in can be bound to besides the file's own.
func Known(language string) []field.Field {
	var out []field.Field
	for _, a := range standard().Fields {
		out = append(out, field.Field{Path: a.Path, Type: a.Type, Label: in(language, a.DA, a.EN), Required: a.Required, Local: a.Local, Minimum: a.Minimum, Maximum: a.Maximum})
	}
	for _, c := range standard().Choices {
		f := field.Field{Path: c.Path, Type: field.OneOf, Label: in(language, c.DA, c.EN), Required: c.Required}
		for _, b := range c.Branches {
			f.Choices = append(f.Choices, field.Choice{Value: b.Value, Label: in(language, b.DA, b.EN)})
		}
		out = append(out, f)
	}
	return out
}

// Place is a section or sub-clause of the standard structure that a paragraph can be put in.
type Place struct {
	Key     string `json:"key"`
	Number  string `json:"number"`
	Heading string `json:"heading"`
	Annex   bool   `json:"annex"`
	Level   int    `json:"level"`
}

// Places are those of the standard structure, in its order.
func Places(language string) (out []Place) {
	for _, s := range standard().Sections {
		out = append(out, Place{s.Key, s.Number, in(language, s.DA, s.EN), s.Annex, 1})
		for _, c := range s.Clauses {
			out = append(out, Place{c.Key, c.Number, in(language, c.DA, c.EN), s.Annex, 2})
		}
	}
	return out
}

// LeftOpen are the problems that block and that the version itself would not tell of: what
// a draft takes along until somebody has settled it.
func LeftOpen(problems []Problem, paragraphs []Paragraph) (out []clause.Leftover) {
	text, number := map[int]string{}, map[string]string{}
	for _, p := range paragraphs {
		text[p.Position] = plain(p.Spans)
		if p.Clause != "" && p.Number != "" && p.Class != Item {
			number[p.Clause] = p.Number
		}
	}
	for _, p := range problems {
		if !p.Blocks || slices.Contains([]Code{FieldUnknown, FieldRefused, HeadingEmpty, HeadingMissing, ChoiceOfOne}, p.Code) {
			continue
		}
		l := clause.Leftover{Code: string(p.Code), Text: p.Text}
		if p.Code == UnplacedParagraph || p.Code == BothAlternatives || l.Text == "" && p.Position >= 0 {
			l.Text = cut(text[p.Position], 400)
		}
		if n := number[p.Clause]; n != "" {
			l.Text = n + ": " + l.Text
		}
		if !slices.Contains(out, l) { // said once, settled once
			out = append(out, l)
		}
	}
	return out
}

// Language is the language of a file: "da" or "en".
func Language(doc word.Document) string { return language(doc.Accepted(), doc.Language) }
