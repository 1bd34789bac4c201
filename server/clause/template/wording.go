package template

import (
	"fmt"
	"regexp"
	"strings"

	"klausul/server/clause"
	"klausul/server/field"
)

var (
	controllerIs = regexp.MustCompile(`(?i)\bdataansvarlige?\b|\b(data )?controller\b`)
	processorIs  = regexp.MustCompile(`(?i)\bdatabehandler(en|ens)?\b|\b(data )?processor\b`)
)

// wording cuts the paragraphs into spans, names their fields, fills tables and resolves
// alternatives. Keys are final when it begins.
func (r *recogniser) wording() {
	for k := range r.Paragraphs {
		p := &r.Paragraphs[k]
		i := r.from[k][0]
		switch {
		case p.Grid != nil:
			r.grid(k)
		case p.Class == Heading:
			p.Spans = []Span{normative(r.heads[i].text)}
		case p.Class == Guidance || r.groups[k] < 0:
			if text := strings.TrimSpace(r.ps[i].Text()); text != "" {
				p.Spans = []Span{{Kind: clause.Guidance, Text: text, Reason: p.Reasons[0]}}
			}
		case p.Class == Cover:
			r.cover(k)
		case p.Class == Contents || p.Class == Ignored:
			if text := strings.TrimSpace(r.ps[i].Text()); text != "" {
				p.Spans = []Span{normative(text)}
			}
		default:
			p.Spans = r.spansOf(r.ps[i].Runs, r.groups[k] > 0)
			if r.groups[k] > 0 {
				p.Spans = withoutMarker(p.Spans)
			}
			r.bindAll(p.Spans, nonEmpty(p.Clause, p.Section))
		}
	}
	r.choices()
}

// cover reads the front page, where fill-ins are the parties' facts.
func (r *recogniser) cover(k int) {
	p := &r.Paragraphs[k]
	text := r.plainText(k)
	switch c, d := controllerIs.MatchString(text), processorIs.MatchString(text); {
	case c && !d:
		r.role = "controller"
	case d && !c:
		r.role = "processor"
	}
	p.Spans = r.spansOf(r.ps[r.from[k][0]].Runs, false)
	r.bindAll(p.Spans, nonEmpty(r.role, "cover"))
}

// withoutMarker turns "Valg 1:" at the start of an alternative into guidance.
func withoutMarker(spans []Span) []Span {
	var all strings.Builder
	for _, s := range spans {
		all.WriteString(s.Text)
	}
	m, ok := markerOf(all.String())
	if !ok {
		return spans
	}
	out := []Span{{Kind: clause.Guidance, Text: all.String()[:m.length], Reason: ByMarker}}
	left := m.length
	for _, s := range spans {
		n := min(left, len(s.Text))
		s.Text, left = s.Text[n:], left-n
		if s.Text != "" {
			out = append(out, s)
		}
	}
	return out
}

// choices makes a choice of every set of alternatives: one that the register knows where
// the clause and its words tell, otherwise one of its own.
func (r *recogniser) choices() {
	seen := map[int]bool{}
	for k, g := range r.groups {
		if g <= 0 || seen[g] {
			continue
		}
		seen[g] = true
		key := nonEmpty(r.Paragraphs[k].Clause, r.Paragraphs[k].Section)
		var order []string
		texts := map[string]string{}
		ticked := ""
		for n := range r.Paragraphs {
			if r.groups[n] != g {
				continue
			}
			alt := r.alts[n]
			if _, ok := texts[alt]; !ok {
				order = append(order, alt)
			}
			texts[alt] += wordingOf(r.Paragraphs[n].Spans) + " "
			if m, ok := markerOf(r.plainText(n)); ok && m.ticked {
				ticked = alt
			}
		}
		f, values := r.choice(key, order, texts)
		if v, ok := values[ticked]; ok && ticked != "" {
			f.Default, f.Source, f.Unconfirmed = v, in(r.Language, "Skabelonens fil", "The template file"), false
		}
		r.ask(f)
		for n := range r.Paragraphs {
			if r.groups[n] == g {
				r.Paragraphs[n].Choice, r.Paragraphs[n].Branch = f.Path, values[r.alts[n]]
			}
		}
	}
}

// wordingOf is the text of spans without guidance.
func wordingOf(spans []Span) string {
	var b strings.Builder
	for _, s := range spans {
		if s.Kind != clause.Guidance {
			b.WriteString(s.Text)
		}
	}
	return b.String()
}

// choice finds the field of a set of alternatives, and the value of each.
func (r *recogniser) choice(key string, order []string, texts map[string]string) (field.Field, map[string]string) {
	for _, c := range standard().Choices {
		if !within(key, c.In) {
			continue
		}
		values := map[string]string{}
		used := map[string]bool{}
		for _, alt := range order {
			if v := c.branchOf(texts[alt]); v != "" && !used[v] {
				values[alt], used[v] = v, true
			}
		}
		if len(values) != len(order) {
			continue
		}
		f, known := field.Find(r.known, c.Path)
		if known && r.Language == "en" { // the register asks in Danish
			f.Label, f.Help, f.Choices = c.EN, "", nil
			known = false
		}
		if !known {
			f.Path, f.Type, f.Label, f.Required, f.Group = c.Path, field.OneOf, in(r.Language, c.DA, c.EN), c.Required, r.groupOf(key)
			for _, b := range c.Branches {
				f.Choices = append(f.Choices, field.Choice{Value: b.Value, Label: in(r.Language, b.DA, b.EN)})
			}
		}
		return f, values
	}
	f := field.Field{Type: field.OneOf, Group: r.groupOf(key), Required: true}
	f.Path = strings.ReplaceAll(key, "-", "_") + ".choice"
	if r.blanks[f.Path]++; r.blanks[f.Path] > 1 {
		f.Path = fmt.Sprintf("%s_%d", f.Path, r.blanks[f.Path])
	}
	f.Label = in(r.Language, "Valg i ", "Choice in ") + key
	for _, p := range r.Paragraphs {
		if p.Clause == key && p.Number != "" && p.Class != Item {
			f.Label = in(r.Language, "Valg i ", "Choice in ") + p.Number
			break
		}
	}
	values := map[string]string{}
	for _, alt := range order {
		values[alt] = alt
		f.Choices = append(f.Choices, field.Choice{Value: alt, Label: nonEmpty(cut(strings.TrimSpace(texts[alt]), 80), alt)})
	}
	if old, ok := field.Find(r.known, f.Path); ok && len(old.Choices) == len(f.Choices) {
		f = old
	}
	return f, values
}

// branchOf tells by its words which branch of a known choice a text is.
func (c chooses) branchOf(text string) string {
	for _, b := range c.Branches {
		if b.Words.MatchString(text) {
			return b.Value
		}
	}
	return ""
}
