package negotiation

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"klausul/server/clause"
	"klausul/server/field"
)

// chosen reads out of a change which choice of a question it speaks for: one whose own words
// come in, or whose wording in the template it comes close to.
func chosen(f field.Field, c Change, blocks []clause.Block) (value string, found bool) {
	if f.Type != field.OneOf {
		return "", false
	}
	after, before := wordsOf(c.After), wordsOf(c.Before)
	for _, choice := range f.Choices {
		own := ownWords(f.Choices, choice)
		if len(own) > 0 && all(own, after) && !all(own, before) {
			if found {
				return "", false // it speaks of both
			}
			value, found = choice.Value, true
		}
	}
	if found {
		return value, true
	}
	best, second := 0.0, 0.0
	for branch, text := range branches(f.Path, blocks) {
		switch near := shared(c.After, text); {
		case near > best:
			best, second, value = near, best, branch
		case near > second:
			second = near
		}
	}
	return value, best >= closeToBranch && best-second >= apart && value != ""
}

// Limits of nearness: how much of a change has to stand in a branch, and how much more than in any other.
const closeToBranch, apart = 0.6, 0.2

// ownWords are the words that a choice's label does not share with another's.
func ownWords(choices []field.Choice, of field.Choice) []string {
	var out []string
	for w := range wordsOf(of.Label) {
		own := utf8.RuneCountInString(w) > 3
		for _, other := range choices {
			if other.Value != of.Value {
				own = own && !wordsOf(other.Label)[w]
			}
		}
		if own {
			out = append(out, w)
		}
	}
	return out
}

func all(words []string, in map[string]bool) bool {
	for _, w := range words {
		if !in[w] {
			return false
		}
	}
	return true
}

func split(text string) []string {
	return strings.FieldsFunc(strings.ToLower(text), func(r rune) bool { return !unicode.IsLetter(r) && !unicode.IsDigit(r) })
}

func wordsOf(text string) map[string]bool {
	out := map[string]bool{}
	for _, w := range split(text) {
		out[w] = true
	}
	return out
}

// shared is how many of a text's pairs of words stand in another, 0 to 1; a text of fewer
// than four words says nothing.
func shared(text, in string) float64 {
	words := split(text)
	if len(words) < 4 {
		return 0
	}
	pairs := map[string]bool{}
	other := split(in)
	for i := 0; i+1 < len(other); i++ {
		pairs[other[i]+" "+other[i+1]] = true
	}
	n := 0
	for i := 0; i+1 < len(words); i++ {
		if pairs[words[i]+" "+words[i+1]] {
			n++
		}
	}
	return float64(n) / float64(len(words)-1)
}

// branches are the wordings that stand on one answer to a question, by the answer.
func branches(path string, blocks []clause.Block) map[string]string {
	out := map[string]string{}
	for _, b := range blocks {
		if v, ok := only(b.When, path); ok {
			out[v] += " " + textOfBlocks([]clause.Block{b})
		}
		for _, branch := range b.Branches {
			if b.Field == path {
				out[branch.Value] += " " + textOfBlocks(branch.Blocks)
			}
		}
	}
	return out
}

func only(c *field.Condition, path string) (string, bool) {
	if c == nil || c.Path != path {
		return "", false
	}
	v, ok := c.Equals.(string)
	return v, ok
}

func textOfBlocks(blocks []clause.Block) string {
	var b strings.Builder
	for _, line := range (clause.Clause{Blocks: blocks}).Lines() {
		for _, s := range line {
			b.WriteString(s.Text)
		}
		b.WriteByte(' ')
	}
	return b.String()
}
