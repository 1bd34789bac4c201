package foreign

import (
	"slices"
	"strconv"
	"strings"
)

// values finds the typed values in a sentence that speaks of an entry, and tells whether
// there are any.
func (a *analysis) values(n int, on bool, paragraph int, words []token) (found bool) {
	for _, v := range a.Entries[n].Values {
		for _, c := range v.Choices {
			if fits(c.Cues, a.hits) {
				f := a.finding(paragraph, words)
				a.out.Checklist[n].take(Value{Field: v.Field, Choice: c.Value, Text: f.Excerpt, Paragraph: paragraph, Page: f.Page, From: f.From, To: f.To})
				found = true
				break
			}
		}
		if v.Unit != "" && (fits(v.Cues, a.hits) || on && fits(v.Inside, a.hits)) {
			for _, d := range a.durations(paragraph, words, v.Lead) {
				d.Field, d.Amount = v.Field, a.amount(d, v.Unit)
				a.out.Checklist[n].take(d)
				found = true
			}
		}
	}
	return found
}

// take notes a value, the same one only once.
func (a *Answer) take(v Value) {
	if len(a.Values) < mostValues && !slices.ContainsFunc(a.Values, func(o Value) bool { return o.Field == v.Field && o.same(v) }) {
		a.Values = append(a.Values, v)
	}
}

// leading is how many words before a number tell what it is of.
const leading = 4

// durations are the numbers with a unit of time: "24 timer", "tredive (30) dage",
// "10 business days", "24-hour".
func (a *analysis) durations(paragraph int, words []token, lead group) []Value {
	p := a.text.Paragraphs[paragraph]
	var out []Value
	for i := 1; i < len(words); i++ {
		u, ok := a.units[words[i].word]
		if !ok {
			continue
		}
		unit, at := u.Unit, i-1
		if q := a.Qualifiers[words[at].word]; q != "" && at > 0 {
			if at--; unit == "days" {
				unit = q
			}
		}
		number, from := a.number(p.Text, words, at)
		if number == 0 || !nearby(p.Text[words[at].to:words[i].from]) {
			continue
		}
		if len(lead.terms) > 0 {
			a.read(words[max(0, at-leading):at], a.lead)
			if lead.in(a.lead) == lead.not {
				continue
			}
		}
		out = append(out, Value{Number: number, Unit: unit, Text: p.Text[from:words[i].to], Paragraph: paragraph, Page: p.Page, From: from, To: words[i].to})
	}
	return out
}

// nearby tells whether what stands between a number and its unit keeps them together.
func nearby(gap string) bool { return len(gap) <= 24 && !strings.ContainsAny(gap, ".;:!?,") }

// number is the number that ends with a word, in digits or in words, and where it begins.
func (a *analysis) number(text string, words []token, at int) (number, from int) {
	w := words[at]
	if n, err := strconv.Atoi(w.word); err == nil {
		if at > 0 && endsInDigit(words[at-1].word) { // 30.000, or 1,5
			if gap := text[words[at-1].to:w.from]; gap == "." || gap == "," {
				return 0, 0
			}
		}
		if n < 1 || n > 9999 {
			return 0, 0
		}
		if at > 0 && w.from > 0 && text[w.from-1] == '(' && a.Numbers[words[at-1].word] > 0 { // thirty (30)
			_, from = a.number(text, words, at-1)
			return n, from
		}
		return n, w.from
	}
	n := a.Numbers[w.word]
	if n == 0 {
		return 0, 0
	}
	if at > 0 && n < 10 { // twenty-four
		if tens := a.Numbers[words[at-1].word]; tens >= 20 && tens%10 == 0 {
			return tens + n, words[at-1].from
		}
	}
	return n, w.from
}

func endsInDigit(word string) bool {
	return word != "" && word[len(word)-1] >= '0' && word[len(word)-1] <= '9'
}

// amount is a duration in another unit, when it comes out even. A month and a working day
// are of no fixed length.
func (a *analysis) amount(v Value, in string) *int {
	from, to := a.unit(v.Unit), a.unit(in)
	if v.Unit == in {
		return &v.Number
	}
	if from.Hours == 0 || to.Hours == 0 || v.Number*from.Hours%to.Hours != 0 {
		return nil
	}
	n := v.Number * from.Hours / to.Hours
	return &n
}
