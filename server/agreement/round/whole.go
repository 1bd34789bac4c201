package round

import (
	"cmp"
	"slices"
	"strings"

	"klausul/server/word"
)

// The properties by which a file names what it is of.
const (
	propertyNumber   = "KlausulNumber"
	propertyVersion  = "KlausulVersion"
	propertyText     = "KlausulTextHash"
	propertyInstance = "KlausulInstanceHash"
)

// Limits of nearness: below other the text is another agreement's, below gone it is not there.
const (
	nearOther = 0.3
	nearGone  = 0.05
)

// whole tells what is to be said of the file as a whole.
func (f *file) whole(r *Report, states []state) {
	is, was := f.doc.Properties, f.sent.properties
	pictures := slices.ContainsFunc(f.doc.Notes, func(n word.Note) bool { return n.Kind == word.Image || n.Kind == word.Object })
	switch number := is[propertyNumber]; {
	case r.Nearness < nearGone && pictures:
		r.Findings = append(r.Findings, Finding{Kind: AllPictures})
	case number == "" && is[propertyText] == "":
		if r.Nearness < nearOther {
			r.Findings = append(r.Findings, Finding{Kind: OtherAgreement})
		} else if was[propertyNumber] != "" || was[propertyText] != "" {
			r.Findings = append(r.Findings, Finding{Kind: NoProperties})
		}
	case code(number) != code(was[propertyNumber]) || r.Nearness < nearOther:
		r.Findings = append(r.Findings, Finding{Kind: OtherAgreement, Before: was[propertyNumber], After: number})
	default:
		for _, p := range []string{propertyNumber, propertyVersion, propertyText, propertyInstance} {
			if is[p] != was[p] {
				r.Findings = append(r.Findings, Finding{Kind: OtherRound, Before: was[p], After: is[p]})
				break
			}
		}
	}
	if f.sent.tracking && !f.doc.Tracking {
		r.Findings = append(r.Findings, Finding{Kind: TrackingOff})
	}
	f.bookmarks(r, states)
	for _, c := range f.doc.Comments {
		if c.Paragraph < 0 || c.Paragraph >= len(f.doc.Paragraphs) {
			r.Findings = append(r.Findings, Finding{Kind: Comment, Author: c.Author, Date: c.Date, Text: c.Text, Before: c.Anchor})
		}
	}
	for _, n := range f.doc.Notes {
		if n.Paragraph >= 0 && n.Kind != word.External && n.Kind != word.Imported {
			continue
		}
		r.Findings = append(r.Findings, Finding{Kind: Outside, Text: n.Text})
	}
}

// code is an agreement's number without its version: "DBA-7 v3" is DBA-7.
func code(number string) string {
	before, _, _ := strings.Cut(number, " v")
	return before
}

// bookmarks tells which bookmarks are gone while their text is there, and which stand twice.
func (f *file) bookmarks(r *Report, states []state) {
	var gone []*state
	marked := 0
	for u := range f.sent.units {
		st := &states[u]
		if st.mark == "" {
			continue
		}
		marked++
		if f.doubled[u] {
			st.find(Finding{Kind: BookmarkDoubled})
		}
		if !f.seen[u] && (st.before.text != "" || st.after.text != "") {
			gone = append(gone, st)
		}
	}
	if len(gone) > 3 && 2*len(gone) > marked {
		r.Findings = append(r.Findings, Finding{Kind: AllBookmarks})
		return
	}
	for _, st := range gone {
		st.find(Finding{Kind: BookmarkMissing})
	}
}

// notes are the findings that notes of the reader become.
var notes = map[word.NoteKind]Kind{
	word.Image: Picture, word.Object: Object, word.Box: TextBox, word.FootnoteMark: Footnote, word.HiddenText: HiddenText,
	word.Equation: Strange, word.Symbol: Strange, word.Unknown: Strange,
}

// inside tells what else the clauses hold: comments, looks, pictures, fields, another language.
func (f *file) inside(states []state) {
	of := func(paragraph int) *state {
		if paragraph < 0 || paragraph >= len(f.doc.Paragraphs) {
			return nil
		}
		return &states[f.pieces[f.at[paragraph]].unit]
	}
	for _, c := range f.doc.Comments {
		if st := of(c.Paragraph); st != nil {
			st.find(Finding{Kind: Comment, Author: c.Author, Date: c.Date, Text: c.Text, Before: c.Anchor})
		}
	}
	looks := map[*state]map[Finding]bool{}
	for i, r := range f.doc.Revisions {
		st := of(r.Paragraph)
		if r.Change != word.Formatting || st == nil {
			continue
		}
		found := Finding{Kind: Formatting, Trivial: true}
		f.signed(&found, i+1)
		if looks[st] == nil {
			looks[st] = map[Finding]bool{}
		}
		if !looks[st][found] {
			looks[st][found] = true
			st.find(found)
		}
	}
	for _, n := range f.doc.Notes {
		kind, known := notes[n.Kind]
		if st := of(n.Paragraph); st != nil && known {
			found := Finding{Kind: kind, Text: n.Text}
			if n.Kind == word.FootnoteMark {
				found.Text = "" // Word's own number
			}
			st.find(found)
		}
	}
	for u := range states {
		f.fields(&states[u])
		if st := &states[u]; st.ofText() && f.sent.language != "" && st.after.text != st.text {
			if l := languageOf(st.after.text); l != "" && l != f.sent.language {
				st.find(Finding{Kind: OtherLanguage, Text: l})
			}
		}
	}
}

// fields tells which text of a unit is computed, and which stands in a content control.
func (f *file) fields(st *state) {
	if !st.ofText() {
		return
	}
	told := map[Finding]bool{}
	for _, i := range st.pieces {
		for _, r := range f.pieces[i].runs {
			var found Finding
			switch {
			case !visible(r, accepted):
				continue
			case r.Field != "":
				found = Finding{Kind: Computed, Text: r.Field, After: r.Text}
			case r.Control != "" || r.Placeholder:
				found = Finding{Kind: Control, Text: r.Control}
			default:
				continue
			}
			if !told[found] {
				told[found] = true
				st.findings = append(st.findings, found)
			}
		}
	}
}

// pictured tells whether a picture stands in a unit.
func (f *file) pictured(st *state) bool {
	return slices.ContainsFunc(f.doc.Notes, func(n word.Note) bool {
		return (n.Kind == word.Image || n.Kind == word.Object) && n.Paragraph >= 0 && n.Paragraph < len(f.doc.Paragraphs) && f.pieces[f.at[n.Paragraph]].unit == st.no
	})
}

// small are the words that a language cannot do without.
var small = map[string][]string{
	"da": {"og", "det", "til", "skal", "ikke", "af", "som", "med", "fra", "eller", "den", "efter", "på"},
	"en": {"the", "of", "and", "to", "shall", "not", "by", "with", "from", "or", "this", "is", "which"},
	"de": {"der", "die", "und", "das", "nicht", "mit", "von", "oder", "ist", "zu", "werden", "dem", "ein"},
}

// languageOf is the language of a text of some length, or empty.
func languageOf(text string) string {
	counts := map[string]int{}
	for w := range strings.FieldsSeq(strings.ToLower(text)) {
		for l, words := range small {
			if slices.Contains(words, w) {
				counts[l]++
			}
		}
	}
	languages := []string{"da", "de", "en"}
	slices.SortStableFunc(languages, func(a, b string) int { return cmp.Compare(counts[b], counts[a]) })
	if first := counts[languages[0]]; first < 4 || first < 2*counts[languages[1]] {
		return ""
	}
	return languages[0]
}
