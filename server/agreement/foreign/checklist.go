package foreign

import (
	"fmt"
	"strings"
	"sync"

	"gopkg.in/yaml.v3"

	"klausul/templates"
)

// checklist is templates/foreign/checklist.yaml, ready to be looked for.
type checklist struct {
	Source      string            `yaml:"source"`
	Checked     string            `yaml:"checked"`
	Unconfirmed bool              `yaml:"unconfirmed"`
	Topics      []topic           `yaml:"topics"`
	Against     cue               `yaml:"against"`
	Entries     []entry           `yaml:"entries"`
	Numbers     map[string]int    `yaml:"numbers"`
	Units       []unit            `yaml:"units"`
	Qualifiers  map[string]string `yaml:"qualifiers"`
	Little      map[string]string `yaml:"little"`
	Subjects    cue               `yaml:"subjects"`

	lexicon *lexicon
	units   map[string]unit   // by word
	little  map[string]string // word: its language, or "both"
}

// topic is what a section may be about.
type topic struct {
	Key      string `yaml:"key"`
	Headings group  `yaml:"headings"`
	Not      group  `yaml:"not"`
}

type entry struct {
	Key       string  `yaml:"key"`
	Reference string  `yaml:"reference"`
	Topic     string  `yaml:"topic"`
	DA        string  `yaml:"da"`
	EN        string  `yaml:"en"`
	Strong    []cue   `yaml:"strong"`
	Weak      []cue   `yaml:"weak"` // tells something only in a section on the topic
	Values    []value `yaml:"values"`
	topic     int
}

type value struct {
	Field   string   `yaml:"field"`
	Unit    string   `yaml:"unit"`   // of a duration
	Lead    group    `yaml:"lead"`   // among the words just before the number
	Cues    []cue    `yaml:"cues"`   // of its sentence
	Inside  []cue    `yaml:"inside"` // of its sentence in a section on the topic
	Choices []choice `yaml:"choices"`
}

type choice struct {
	Value string `yaml:"value"`
	Cues  []cue  `yaml:"cues"`
}

type unit struct {
	Unit  string `yaml:"unit"`
	Words string `yaml:"words"`
	Hours int    `yaml:"hours"` // 0: it depends
}

// both says that a little word is one in either language.
const both = "both"

// cue is a list of groups, of each of which a sentence has one.
type cue []group

// group are alternatives; one that begins with ~ must not stand in the sentence.
type group struct {
	text  string
	terms []int32
	not   bool
}

func (g *group) UnmarshalYAML(n *yaml.Node) error { return n.Decode(&g.text) }

func (g *group) learn(l *lexicon) {
	text, not := strings.CutPrefix(g.text, "~")
	g.not = not
	for phrase := range strings.SplitSeq(text, "|") {
		if phrase != "" {
			g.terms = append(g.terms, l.term(phrase))
		}
	}
}

func (g group) in(s set) bool {
	for _, t := range g.terms {
		if s.has(t) {
			return true
		}
	}
	return false
}

func (c cue) fits(s set) bool {
	for _, g := range c {
		if g.in(s) == g.not {
			return false
		}
	}
	return true
}

func fits(cues []cue, s set) bool {
	for _, c := range cues {
		if c.fits(s) {
			return true
		}
	}
	return false
}

// asked reads the checklist, once. It ships inside the program, so it cannot be wrong where
// its test passes.
var asked = sync.OnceValue(func() *checklist {
	raw, err := templates.FS.ReadFile("foreign/checklist.yaml")
	if err != nil {
		panic(fmt.Sprintf("the checklist for foreign agreements is not in the program: %v", err))
	}
	c, err := decode(string(raw))
	if err != nil {
		panic(fmt.Sprintf("the checklist for foreign agreements: %v", err))
	}
	return c
})

func decode(raw string) (*checklist, error) {
	dec := yaml.NewDecoder(strings.NewReader(raw))
	dec.KnownFields(true)
	c := &checklist{lexicon: newLexicon(), units: map[string]unit{}, little: map[string]string{}}
	if err := dec.Decode(c); err != nil {
		return nil, err
	}
	topics := map[string]int{}
	for i := range c.Topics {
		topics[c.Topics[i].Key] = i
		c.Topics[i].Headings.learn(c.lexicon)
		c.Topics[i].Not.learn(c.lexicon)
	}
	if len(topics) > 64 {
		return nil, fmt.Errorf("%d topics: a set of them has 64", len(topics))
	}
	c.learn(c.Against, c.Subjects)
	for i := range c.Entries {
		e := &c.Entries[i]
		at, ok := topics[e.Topic]
		if !ok {
			return nil, fmt.Errorf("entry %s: no topic %q", e.Key, e.Topic)
		}
		e.topic = at
		c.learn(e.Strong...)
		c.learn(e.Weak...)
		for k := range e.Values {
			v := &e.Values[k]
			v.Lead.learn(c.lexicon)
			c.learn(v.Cues...)
			c.learn(v.Inside...)
			for _, ch := range v.Choices {
				c.learn(ch.Cues...)
			}
		}
	}
	for _, u := range c.Units {
		for word := range strings.SplitSeq(u.Words, "|") {
			c.units[word] = u
		}
	}
	for language, words := range c.Little {
		for word := range strings.FieldsSeq(words) {
			if c.little[word] == "" {
				c.little[word] = language
			} else {
				c.little[word] = both
			}
		}
	}
	return c, nil
}

func (c *checklist) learn(cues ...cue) {
	for _, cue := range cues {
		for i := range cue {
			cue[i].learn(c.lexicon)
		}
	}
}

// unit is a unit by its name.
func (c *checklist) unit(name string) unit {
	for _, u := range c.Units {
		if u.Unit == name {
			return u
		}
	}
	return unit{}
}

// topicsOf is the set of topics that a heading speaks of.
func (c *checklist) topicsOf(s set) (out uint64) {
	for i, t := range c.Topics {
		if t.Headings.in(s) && !t.Not.in(s) {
			out |= 1 << i
		}
	}
	return out
}
