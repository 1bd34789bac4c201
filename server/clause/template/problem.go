package template

import (
	"strconv"
	"strings"

	"klausul/server/clause"
	"klausul/server/field"
)

// Code names a problem; the workbench has a sentence for each.
type Code string

// The problems.
const (
	UnplacedParagraph Code = "unplaced"              // text that belongs to no clause yet
	NoHeadings        Code = "no_headings"           // the whole file has none
	HeadingMissing    Code = "heading_missing"       // clauses of a section whose heading is not there
	HeadingEmpty      Code = "heading_empty"         // a heading without words
	SectionEmpty      Code = "section_empty"         // a heading with nothing under it
	SectionMissing    Code = "section_missing"       // of the standard structure
	AnnexMissing      Code = "annex_missing"         // of the standard structure
	BothAlternatives  Code = "both_alternatives"     // both wordings stand and nothing chooses
	ChoiceOfOne       Code = "choice_of_one"         // an alternative without another
	InOneText         Code = "alternatives_together" // alternatives in one paragraph: split it in the file, or choose the kind of its parts
	BranchUnknown     Code = "branch_unknown"        // no answer of the field chooses it
	FieldUnknown      Code = "field_unknown"         // a place to fill in without a field
	FieldRefused      Code = "field_refused"         // the fields could not be asked
	FieldHomeless     Code = "field_without_clause"  // nothing in the text asks for it
	NumberRepeats     Code = "number_repeats"        // numbering starts again
	NumberJumps       Code = "number_jumps"          //
	NestedItems       Code = "nested_items"          // a list in a list becomes a list after it
	TrackedChange     Code = "tracked_change"        // open: accepted in this reading
	CommentOpen       Code = "comment"               //
	HiddenWords       Code = "hidden_text"           // Word does not show it, and it is not taken over
	NotText           Code = "not_text"              // a picture, an embedded file, a text box: the text says which
)

// Problem is something a lawyer must see. One that blocks must be gone before publishing.
type Problem struct {
	Code     Code   `json:"code"`
	Blocks   bool   `json:"blocks"`
	Position int    `json:"position"` // of the paragraph; -1 when it is about the whole
	Clause   string `json:"clause,omitempty"`
	Text     string `json:"text,omitempty"`
}

func (a *assembler) problem(code Code, blocks bool, p Paragraph, text string) {
	a.problems = append(a.problems, Problem{code, blocks, p.Position, p.Clause, cut(text, 120)})
}

// findings tells of what hangs on a paragraph and is no text.
func (a *assembler) findings(p Paragraph) {
	for _, f := range p.Found {
		switch {
		case strings.HasPrefix(f.What, "tracked_"):
			a.problem(TrackedChange, !p.Seen, p, f.said())
		case f.What == "comment":
			a.problem(CommentOpen, false, p, f.Text)
		case f.What == "hidden_text":
			a.problem(HiddenWords, false, p, f.Text)
		default:
			a.problem(NotText, false, p, strings.TrimSpace(f.What+" "+f.Text))
		}
	}
	for _, r := range p.Reasons {
		if r == InOneParagraph && p.Class != Guidance && p.Class != Ignored {
			a.problem(InOneText, !p.Seen, p, "")
		}
	}
}

// check looks at the tree as a whole.
func (a *assembler) check(paragraphs []Paragraph) {
	if len(a.v.Clauses) == 0 && len(paragraphs) > 0 || !hasHeading(paragraphs) {
		a.problems = append(a.problems, Problem{Code: NoHeadings, Blocks: true, Position: -1})
	}
	a.recognised()
	a.headings()
	a.structure()
	a.numbers()
	a.alternatives()
	a.asked()
}

func hasHeading(ps []Paragraph) bool {
	for _, p := range ps {
		if p.Class == Heading && p.Clause == "" {
			return true
		}
	}
	return false
}

func (a *assembler) at0(i int) Paragraph {
	p := Paragraph{Position: a.head[i]}
	if a.v.Clauses[i].Level > 1 {
		p.Clause = a.v.Clauses[i].Key
	}
	return p
}

// recognised notes which sections are those of the standard structure: by key and heading,
// as another template may use a key for something else.
func (a *assembler) recognised() {
	a.standard, a.section = map[string]bool{}, make([]string, len(a.v.Clauses))
	section := ""
	for i, c := range a.v.Clauses {
		if c.Level == 1 {
			section = c.Key
			for _, e := range standard().Sections {
				if e.Key == c.Key && (c.Heading == "" || max(alike(c.Heading, e.DA), alike(c.Heading, e.EN)) >= 0.5) {
					a.standard[c.Key] = true
				}
			}
		}
		a.section[i] = section
	}
}

func (a *assembler) headings() {
	for i, c := range a.v.Clauses {
		next := i+1 < len(a.v.Clauses) && a.v.Clauses[i+1].Level > c.Level
		switch {
		case c.Level == 1 && c.Heading == "" && !a.headless[c.Key]:
			a.problem(HeadingEmpty, true, a.at0(i), c.Number)
		case c.Level == 1 && !next && len(c.Blocks) == 0:
			a.problem(SectionEmpty, false, a.at0(i), c.Heading)
		case c.Level > 1 && len(c.Blocks) == 0 && !next:
			a.problem(SectionEmpty, false, a.at0(i), strings.TrimSpace(c.Number+" "+c.Heading))
		}
	}
}

// structure tells what a file that follows the standard structure lacks of it.
func (a *assembler) structure() {
	if len(a.standard) < 5 {
		return // built another way
	}
	for _, s := range standard().Sections {
		if _, ok := a.at[s.Key]; ok || s.Optional {
			continue
		}
		code := SectionMissing
		if s.Annex {
			code = AnnexMissing
		}
		a.problems = append(a.problems, Problem{Code: code, Blocks: true, Position: -1, Text: s.Number + " " + in(a.v.Language, s.DA, s.EN)})
	}
}

// numbers tells where the numbering of sub-clauses starts again or leaves one out.
func (a *assembler) numbers() {
	last := map[string]int{}
	section, sections := "", map[string]bool{}
	for i, c := range a.v.Clauses {
		if c.Number == "" || c.Number == clause.ToNumber {
			continue
		}
		if c.Level == 1 {
			if sections[c.Number+annexOf(c)] {
				a.problem(NumberRepeats, true, a.at0(i), c.Number)
			}
			sections[c.Number+annexOf(c)] = true
			section = c.Key
			continue
		}
		k := strings.LastIndex(c.Number, ".")
		if k < 0 {
			continue
		}
		n, err := strconv.Atoi(c.Number[k+1:])
		if err != nil {
			continue
		}
		stem := section + " " + c.Number[:k]
		switch before, ok := last[stem]; {
		case ok && n <= before:
			a.problem(NumberRepeats, true, a.at0(i), c.Number)
		case n > before+1:
			a.problem(NumberJumps, false, a.at0(i), c.Number)
		}
		last[stem] = n
	}
}

// alternatives finds places where both wordings of a known choice stand as plain text, in
// one clause or in two that follow each other.
func (a *assembler) alternatives() {
	for _, c := range standard().Choices {
		if c.About.Regexp == nil || a.named[c.Path] {
			continue
		}
		last := map[string]int{}
		for i, cl := range a.v.Clauses {
			if !within(cl.Key, c.In) || !a.standard[a.section[i]] {
				continue
			}
			for _, b := range cl.Blocks {
				text := textOf([]clause.Block{b})
				v := c.branchOf(text)
				if b.Kind != clause.Paragraph || v == "" || !c.About.MatchString(text) {
					continue
				}
				for other, at := range last {
					if other != v && i-at <= 1 {
						a.problem(BothAlternatives, true, a.at0(i), c.Path)
						last = map[string]int{}
					}
				}
				last[v] = i
			}
		}
	}
}

// asked tells of fields that a template needs and the text does not ask for.
func (a *assembler) asked() {
	if err := field.CheckAll(a.v.Fields); err != nil {
		a.problems = append(a.problems, Problem{Code: FieldRefused, Blocks: true, Position: -1, Text: err.Error()})
	}
	need := func(path string, places []string) {
		if a.named[path] {
			return
		}
		for i, c := range a.v.Clauses {
			if within(c.Key, places) && a.standard[a.section[i]] && (c.Level == 1 || strings.Contains(places[0], "-")) {
				a.problems = append(a.problems, Problem{Code: FieldHomeless, Position: a.head[i], Clause: c.Key, Text: path})
				return
			}
		}
	}
	for _, f := range standard().Fields {
		if f.Required {
			need(f.Path, f.In[:1])
		}
	}
	for _, c := range standard().Choices {
		if c.Required {
			need(c.Path, c.In[:1])
		}
	}
}

// annexOf tells annex 1 from section 1.
func annexOf(c clause.Clause) string {
	if c.Annex {
		return " annex"
	}
	return ""
}

// said is a tracked change in short: what went or came, and by whom.
func (f Found) said() string {
	sign := "±"
	switch f.What {
	case "tracked_insertion", "tracked_moved_to", "tracked_row_inserted":
		sign = "+"
	case "tracked_deletion", "tracked_moved_from", "tracked_row_deleted":
		sign = "−"
	}
	said := sign + strings.TrimSpace(f.Text)
	if f.By != "" {
		said += " (" + f.By + ")"
	}
	return said
}
