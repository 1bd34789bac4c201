package foreign

import (
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"
)

// token is a word of a text and where it stands.
type token struct {
	word     string // in small letters, without soft hyphens
	from, to int
}

// tokens cuts a text into words: letters and digits.
func tokens(text string, into []token) []token {
	into = into[:0]
	from := -1
	for i, r := range text {
		in := unicode.IsLetter(r) || unicode.IsDigit(r) || r == '\u00ad' && from >= 0 || unicode.IsMark(r) && from >= 0
		switch {
		case in && from < 0:
			from = i
		case !in && from >= 0:
			into = append(into, token{fold(text[from:i]), from, i})
			from = -1
		}
	}
	if from >= 0 {
		into = append(into, token{fold(text[from:]), from, len(text)})
	}
	return into
}

func fold(word string) string {
	if len(word) > wordBytes {
		word = strings.ToValidUTF8(word[:wordBytes], "")
	}
	word = strings.ToLower(word)
	if strings.Contains(word, "\u00ad") {
		word = strings.ReplaceAll(word, "\u00ad", "")
	}
	return word
}

// abbreviated are words whose full stop ends no sentence.
var abbreviated = map[string]bool{"art": true, "stk": true, "nr": true, "pkt": true, "jf": true, "kl": true, "ca": true, "evt": true, "bl": true, "mv": true, "dvs": true, "fx": true, "litra": true, "no": true, "para": true, "cf": true, "ltd": true, "inc": true, "f": true, "a": true, "s": true}

// sentence is a stretch of tokens.
type sentence struct{ first, end int }

// sentences cuts the tokens of a text where one sentence ends and another begins.
func sentences(text string, words []token, into []sentence) []sentence {
	into = into[:0]
	first := 0
	for i := range len(words) - 1 {
		gap := text[words[i].to:words[i+1].from]
		end := strings.IndexAny(gap, ".!?;\n")
		if end < 0 || gap[end] == '.' && (abbreviated[words[i].word] || end+1 == len(gap)) {
			continue
		}
		if r, _ := utf8.DecodeRuneInString(text[words[i+1].from:]); gap[end] == ';' || gap[end] == '\n' || unicode.IsUpper(r) {
			into = append(into, sentence{first, i + 1})
			first = i + 1
		}
	}
	return append(into, sentence{first, len(words)})
}

// lexicon are all the words and phrases that cues are made of.
type lexicon struct {
	exact    map[string][]int32 // stems by word
	begins   map[string][]int32 // stems by beginning
	shortest int                // beginning, and the longest, in bytes
	longest  int
	inside   []affix // those that a word ends with or holds
	stems    map[string]int32
	terms    map[string]int32
	phrases  [][]int32 // the stems of each term
	byFirst  [][]int32 // terms by their first stem
}

type affix struct {
	text string
	end  bool
	stem int32
}

func newLexicon() *lexicon {
	return &lexicon{exact: map[string][]int32{}, begins: map[string][]int32{}, shortest: wordBytes, stems: map[string]int32{}, terms: map[string]int32{}}
}

// term gives a phrase its number; the same phrase has the same one.
func (l *lexicon) term(phrase string) int32 {
	if id, ok := l.terms[phrase]; ok {
		return id
	}
	var stems []int32
	for _, pattern := range strings.Fields(phrase) {
		stems = append(stems, l.stem(pattern))
	}
	id := int32(len(l.phrases))
	l.terms[phrase] = id
	l.phrases = append(l.phrases, stems)
	for len(l.byFirst) < len(l.stems) {
		l.byFirst = append(l.byFirst, nil)
	}
	l.byFirst[stems[0]] = append(l.byFirst[stems[0]], id)
	return id
}

func (l *lexicon) stem(pattern string) int32 {
	if id, ok := l.stems[pattern]; ok {
		return id
	}
	id := int32(len(l.stems))
	l.stems[pattern] = id
	text, before := strings.CutPrefix(pattern, "*")
	text, after := strings.CutSuffix(text, "*")
	switch {
	case before:
		l.inside = append(l.inside, affix{text, !after, id})
	case after:
		l.begins[text] = append(l.begins[text], id)
		l.shortest, l.longest = min(l.shortest, len(text)), max(l.longest, len(text))
	default:
		l.exact[text] = append(l.exact[text], id)
	}
	return id
}

// stemsOf are the stems that a word fits.
func (l *lexicon) stemsOf(word string) []int32 {
	var out []int32
	out = append(out, l.exact[word]...)
	for n := l.shortest; n <= min(l.longest, len(word)); n++ {
		out = append(out, l.begins[word[:n]]...)
	}
	for _, a := range l.inside {
		if at := strings.Index(word, a.text); at >= 0 && (!a.end || strings.HasSuffix(word, a.text)) {
			out = append(out, a.stem)
		}
	}
	return out
}

// reader looks words up and keeps what it has seen. It is for one text.
type reader struct {
	*lexicon
	seen map[string][]int32
}

func (r *reader) of(word string) []int32 {
	stems, ok := r.seen[word]
	if !ok {
		stems = r.stemsOf(word)
		if len(r.seen) < mostSeen {
			r.seen[strings.Clone(word)] = stems
		}
	}
	return stems
}

// set is a set of terms.
type set []uint64

func (s set) has(term int32) bool { return s[term>>6]&(1<<(term&63)) != 0 }

// read marks the terms that stand in the words.
func (r *reader) read(words []token, into set) (any bool) {
	clear(into)
	for i := range words {
		for _, stem := range r.of(words[i].word) {
			for _, term := range r.byFirst[stem] {
				if r.follows(r.phrases[term], words[i:]) {
					into[term>>6] |= 1 << (term & 63)
					any = true
				}
			}
		}
	}
	return any
}

func (r *reader) follows(phrase []int32, words []token) bool {
	if len(phrase) > len(words) {
		return false
	}
	for i, stem := range phrase[1:] {
		if !slices.Contains(r.of(words[i+1].word), stem) {
			return false
		}
	}
	return true
}
