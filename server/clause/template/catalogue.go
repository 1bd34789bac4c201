package template

import (
	"fmt"
	"regexp"
	"slices"
	"strings"
	"sync"
	"unicode"

	"gopkg.in/yaml.v3"

	"klausul/server/field"
	"klausul/templates"
)

// catalogue is how standard clauses are laid out: templates/standard/structure.yaml.
type catalogue struct {
	Sections    []entry      `yaml:"sections"`
	Fields      []asks       `yaml:"fields"`
	Choices     []chooses    `yaml:"choices"`
	Collections []collection `yaml:"collections"`
}

type entry struct {
	Key      string      `yaml:"key"`
	Number   string      `yaml:"number"`
	Annex    bool        `yaml:"annex"`
	DA       string      `yaml:"da"`
	EN       string      `yaml:"en"`
	Optional bool        `yaml:"optional"`
	Clauses  []entry     `yaml:"clauses"`
	words    [2][]string // of the two headings
}

func (e *entry) split() {
	e.words = [2][]string{wordsOf(e.DA), wordsOf(e.EN)}
	for i := range e.Clauses {
		e.Clauses[i].split()
	}
}

// asks is a field that marks at certain places ask for.
type asks struct {
	Path     string     `yaml:"path"`
	In       []string   `yaml:"in"`
	Words    pattern    `yaml:"words"`
	Type     field.Type `yaml:"type"`
	Minimum  *int       `yaml:"minimum"`
	Maximum  *int       `yaml:"maximum"`
	Required bool       `yaml:"required"`
	Local    bool       `yaml:"local"`
	DA       string     `yaml:"da"`
	EN       string     `yaml:"en"`
}

type chooses struct {
	Path     string   `yaml:"path"`
	In       []string `yaml:"in"`
	About    pattern  `yaml:"about"` // words of either wording; two texts that have them and differ need a choice
	Required bool     `yaml:"required"`
	DA       string   `yaml:"da"`
	EN       string   `yaml:"en"`
	Branches []branch `yaml:"branches"`
}

type branch struct {
	Value string  `yaml:"value"`
	Words pattern `yaml:"words"`
	DA    string  `yaml:"da"`
	EN    string  `yaml:"en"`
}

type collection struct {
	Key      string   `yaml:"key"`
	In       []string `yaml:"in"`
	Register bool     `yaml:"register"` // the register knows its rows: nobody is asked
	DA       string   `yaml:"da"`
	EN       string   `yaml:"en"`
	Columns  []column `yaml:"columns"`
}

type column struct {
	Key   string  `yaml:"key"`
	Words pattern `yaml:"words"`
}

// pattern is a regular expression in a YAML file, blind to case.
type pattern struct{ *regexp.Regexp }

func (p *pattern) UnmarshalYAML(n *yaml.Node) error {
	re, err := regexp.Compile("(?is)" + n.Value)
	if err != nil {
		return fmt.Errorf("line %d: %w", n.Line, err)
	}
	p.Regexp = re
	return nil
}

// standard reads the catalogue, once. It ships inside the program, so it cannot be wrong
// where its test passes.
var standard = sync.OnceValue(func() *catalogue {
	raw, err := templates.FS.ReadFile("standard/structure.yaml")
	if err != nil {
		panic(fmt.Sprintf("the structure of standard clauses is not in the program: %v", err))
	}
	dec := yaml.NewDecoder(strings.NewReader(string(raw)))
	dec.KnownFields(true)
	c := &catalogue{}
	if err := dec.Decode(c); err != nil {
		panic(fmt.Sprintf("the structure of standard clauses: %v", err))
	}
	for i := range c.Sections {
		c.Sections[i].split()
	}
	return c
})

func in(language, da, en string) string {
	if language == "en" {
		return en
	}
	return da
}

// within says whether a key stands at one of the places: equal, or below it.
func within(key string, places []string) bool {
	return slices.ContainsFunc(places, func(p string) bool { return key == p || strings.HasPrefix(key, p+"-") })
}

// heading finds the entry that a heading is, by its words and its number. A heading
// without words is told by the number of an annex alone; words that say something else
// never get a known key, whatever their number.
func heading(entries []entry, number, text string, annex bool) (entry, float64, bool) {
	best, top := entry{}, 0.0
	words := wordsOf(text)
	for _, e := range entries {
		if e.Annex != annex {
			continue
		}
		score := max(alikeWords(words, e.words[0]), alikeWords(words, e.words[1]))
		same := strings.EqualFold(e.Number, number)
		switch {
		case strings.TrimSpace(text) == "" && same:
			score = 0.6
		case same && score >= 0.25:
			score += 0.25
		}
		if score > top {
			best, top = e, score
		}
	}
	return best, top, top >= 0.5
}

// little are words that say nothing about what a heading is about.
var little = map[string]bool{
	"og": true, "af": true, "i": true, "den": true, "det": true, "de": true, "der": true, "til": true, "for": true, "med": true, "på": true, "ved": true, "hos": true, "om": true,
	"eller": true, "herunder": true, "vedrørende": true, "en": true, "et": true, "the": true, "of": true, "and": true, "to": true, "or": true, "in": true, "by": true, "on": true, "a": true,
	"including": true, "pertaining": true, "s": true,
}

func wordsOf(s string) []string {
	words := strings.FieldsFunc(strings.ToLower(s), func(r rune) bool { return !unicode.IsLetter(r) && !unicode.IsDigit(r) })
	return slices.DeleteFunc(words, func(w string) bool { return little[w] })
}

// alike is how much two headings share of their words, from 0 to 1. Endings do not count.
func alike(a, b string) float64 { return alikeWords(wordsOf(a), wordsOf(b)) }

func alikeWords(x, y []string) float64 {
	if len(x) == 0 || len(y) == 0 {
		return 0
	}
	common, used := 0, make([]bool, len(y))
	for _, w := range x {
		for i, v := range y {
			if !used[i] && stem(w, v) {
				used[i] = true
				common++
				break
			}
		}
	}
	dice := 2 * float64(common) / float64(len(x)+len(y))
	if short := min(len(x), len(y)); short >= 2 || len(x) == len(y) {
		return (dice + float64(common)/float64(short)) / 2
	}
	return dice
}

// stem says whether two words differ by no more than their ending.
func stem(a, b string) bool {
	if a == b {
		return true
	}
	n := 0
	for n < len(a) && n < len(b) && a[n] == b[n] {
		n++
	}
	long := max(len(a), len(b))
	return n >= 5 && long-n <= 4
}

// close is how much two texts share of their words: 1 for the same words, 0 for none.
func closeness(a, b []string) float64 {
	if len(a) == 0 || len(b) == 0 {
		return 0
	}
	count := make(map[string]int, len(a))
	for _, w := range a {
		count[w]++
	}
	common := 0
	for _, w := range b {
		if count[w] > 0 {
			count[w]--
			common++
		}
	}
	return 2 * float64(common) / float64(len(a)+len(b))
}

// slug makes a key of words: lower-case ASCII, at most so many words.
func slug(s string, most int) string {
	words := wordsOf(s)
	if len(words) > most {
		words = words[:most]
	}
	s = strings.NewReplacer("æ", "ae", "ø", "oe", "å", "aa", "ö", "oe", "ä", "ae", "ü", "ue", "é", "e").Replace(strings.Join(words, "-"))
	s = strings.Map(func(r rune) rune {
		if r == '-' || r >= 'a' && r <= 'z' || r >= '0' && r <= '9' {
			return r
		}
		return -1
	}, s)
	if len(s) > 40 {
		s = s[:40]
	}
	return strings.Trim(s, "-")
}
