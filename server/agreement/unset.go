package agreement

import (
	"encoding/json"
	"fmt"
	"strings"

	"klausul/server/fault"
	"klausul/server/field"
	"klausul/server/render"
)

// Unset is an answer that holds characters which the PDF's fonts have no sign for.
type Unset struct {
	Path       string
	Label      string
	Characters string
}

// Unset lists the answers in force that the document could not show as they stand. They are
// kept as they were written; the text can be released once they are written in other letters.
func (d Detail) Unset() []Unset {
	var out []Unset
	values := d.Values()
	for _, f := range d.Tree.Fields {
		if f.Local || f.Derived || !f.ShowIf.Holds(d.Tree.Fields, values) {
			continue
		}
		if characters := render.Unset(printed(f, values.Of(f), d.Tree.Language)); characters != "" {
			out = append(out, Unset{f.Path, f.Label, characters})
		}
	}
	return out
}

// Unset are the characters of the answer that the PDF's fonts have no sign for.
func (a Answer) Unset() string {
	var value any
	if json.Unmarshal(a.Value, &value) != nil {
		return ""
	}
	var all strings.Builder
	texts(value, &all)
	return render.Unset(all.String())
}

// The parts of a paper that are no answers, where Unset names them.
const unsetParty, unsetSystems = "party", "systems"

// Unset lists what of the organisation's own its paper could not show: its facts by path,
// its name and address, and the names of its systems. The paper can be made, and the
// agreement concluded, once they are written in other letters.
func (d AccessionDetail) Unset() []Unset {
	var out []Unset
	add := func(path, label, characters string) {
		if characters != "" {
			out = append(out, Unset{path, label, characters})
		}
	}
	for _, a := range d.Answers {
		if f, ok := field.Find(d.Fields, a.Path); ok {
			add(a.Path, f.Label, a.Unset())
		}
	}
	add(unsetParty, d.Party.Name, render.Unset(d.Party.Name+d.Party.Address.Line()))
	for _, s := range d.Systems {
		add(unsetSystems, s.Name, render.Unset(s.Name))
	}
	return out
}

// texts gathers what is written in a value, in lists and rows too.
func texts(value any, into *strings.Builder) {
	switch v := value.(type) {
	case string:
		into.WriteString(v)
	case []any:
		for _, one := range v {
			texts(one, into)
		}
	case map[string]any:
		for _, one := range v {
			texts(one, into)
		}
	}
}

// settable refuses what holds such characters, with ErrGlyph at the fields.
func settable(unset []Unset) error {
	if len(unset) == 0 {
		return nil
	}
	fields := make([]fault.Field, len(unset))
	all := strings.Builder{}
	for i, u := range unset {
		pointer := "/answers/" + u.Path
		if u.Path == unsetParty || u.Path == unsetSystems {
			pointer = "/" + u.Path
		}
		fields[i] = fault.Field{Pointer: pointer, Code: ErrGlyph.Code}
		all.WriteString(u.Characters)
	}
	return ErrGlyph.At(fields...).With("characters", all.String())
}

// printed is a value as the text shows it, rows cell by cell.
func printed(f field.Field, value any, language string) string {
	if value == nil {
		return ""
	}
	if f.Type != field.Rows {
		return f.Print(value, language)
	}
	var all strings.Builder
	for _, row := range f.Cells(value, language) {
		for _, column := range f.Columns {
			fmt.Fprintln(&all, row[column.Path])
		}
	}
	return all.String()
}
