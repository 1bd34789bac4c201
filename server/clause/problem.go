package clause

import (
	"fmt"
	"slices"

	"klausul/server/field"
)

// Problem is something that a draft lacks. An Error stops the publishing; any other is
// for a person to look at. Its sentence is template.problem.<code> of the front end.
type Problem struct {
	Code   string `json:"code"`
	Error  bool   `json:"error"`
	Clause string `json:"clause,omitempty"`
	Field  string `json:"field,omitempty"`
	Detail string `json:"detail,omitempty"`
	// Leftover is what the problem left_open is about.
	Leftover *Leftover `json:"leftover,omitempty"`
}

// Problems is what stands in the way of publishing, in the order of the text.
func (v Version) Problems() []Problem {
	out := v.undeclared()
	for _, l := range v.Leftovers {
		out = append(out, Problem{Code: "left_open", Error: true, Leftover: &l})
	}
	for i, c := range v.Clauses {
		out = append(out, v.clauseProblems(i, c)...)
	}
	used := v.used()
	for _, f := range v.Fields {
		if !used[f.Path] {
			// Facts of each organisation and of the register need not all be told.
			out = append(out, Problem{Code: "field_unused", Error: !f.Local && !f.Derived, Field: f.Path, Detail: f.Label})
		}
		if f.Unconfirmed {
			out = append(out, Problem{Code: "unconfirmed", Field: f.Path, Detail: f.Label})
		}
	}
	if err := field.CheckAll(v.Fields); err != nil {
		out = append(out, Problem{Code: "fields_broken", Error: true, Detail: err.Error()})
	}
	if err := field.CheckRules(v.Rules, v.Fields); err != nil {
		out = append(out, Problem{Code: "rules_broken", Error: true, Detail: err.Error()})
	}
	return out
}

func (v Version) undeclared() (out []Problem) {
	if v.Language != "da" && v.Language != "en" {
		out = append(out, Problem{Code: "language_missing", Error: true})
	}
	declared := v.Provenance == Sample || v.Provenance == Secretariat
	if v.Provenance == Authority {
		declared = v.DeclaredBy != "" && v.DeclaredOn != nil && v.SourceHash != ""
	}
	if !declared {
		out = append(out, Problem{Code: "provenance_undeclared", Error: true})
	}
	if v.Provenance == Authority && v.FixedHash != "" && FixedSum(v.Clauses) != v.FixedHash {
		out = append(out, Problem{Code: "fixed_text_changed", Error: true})
	}
	return out
}

func (v Version) clauseProblems(i int, c Clause) (out []Problem) {
	if c.Level == 1 {
		if i+1 == len(v.Clauses) || v.Clauses[i+1].Level == 1 {
			out = append(out, Problem{Code: "section_empty", Error: true, Clause: c.Key, Detail: c.Number})
		}
		if c.Heading == "" {
			out = append(out, Problem{Code: "heading_missing", Error: true, Clause: c.Key, Detail: c.Number})
		}
	} else if !says(c.Blocks) {
		out = append(out, Problem{Code: "clause_empty", Error: true, Clause: c.Key, Detail: c.Number})
	}
	for _, path := range slices.Compact(slices.Sorted(slices.Values(paths(c.Blocks)))) {
		if path == "" {
			out = append(out, Problem{Code: "slot_unbound", Error: true, Clause: c.Key, Detail: c.Number})
		} else if !v.knows(path) {
			out = append(out, Problem{Code: "slot_unknown", Error: true, Clause: c.Key, Field: path, Detail: c.Number})
		}
	}
	eachBlock(c.Blocks, func(b *Block) {
		f, ok := field.Find(v.Fields, b.Field)
		if b.Kind != Choosing || !ok {
			return
		}
		for _, choice := range f.Choices {
			if !slices.ContainsFunc(b.Branches, func(x Branch) bool { return x.Value == choice.Value && (len(x.Blocks) > 0 || b.Min == 0 && b.Max > 0) }) {
				out = append(out, Problem{Code: "branch_missing", Error: b.Min > 0 || b.Max == 0, Clause: c.Key, Field: f.Path, Detail: fmt.Sprintf("%s: %s", c.Number, choice.Label)})
			}
		}
	})
	return out
}

// says tells whether anything of the blocks is text of the agreement.
func says(blocks []Block) bool {
	found := false
	eachSpans(blocks, func(spans []Span) {
		for _, s := range spans {
			found = found || s.Kind == FillIn || s.Kind != Guidance && Normal(s.Text) != ""
		}
	})
	eachBlock(blocks, func(b *Block) { found = found || b.Table != nil && b.Table.Collection != "" })
	return found
}

// register are the collections whose rows the register knows, without a field.
var register = []string{"systems"}

func (v Version) knows(path string) bool {
	_, ok := asked(v.Fields, path)
	return ok || slices.Contains(register, path)
}

// used are the fields that a clause, another field or a rule speaks of.
func (v Version) used() map[string]bool {
	used := map[string]bool{}
	use := func(names []string) {
		for _, name := range names {
			used[name] = true
			for _, f := range v.Fields {
				if f.Type == field.Rows && len(name) > len(f.Path) && name[:len(f.Path)+1] == f.Path+"." {
					used[f.Path] = true
				}
			}
		}
	}
	for _, c := range v.Clauses {
		use(paths(c.Blocks))
	}
	for _, f := range v.Fields {
		use(f.ShowIf.Paths())
	}
	for _, r := range v.Rules {
		use(r.When.Paths())
	}
	return used
}
