package template

import (
	"regexp"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"

	"klausul/server/clause"
	"klausul/server/field"
)

var (
	units  = regexp.MustCompile(`(?i)^\s*(timer?|dage?|dages|døgn|uger?|måned(er|ers)?|år|års|procent|pct|arbejdsdage?|kalenderdage|hours?|days?|weeks?|months?|years?|per cent|calendar days)\b`)
	dates  = regexp.MustCompile(`(?i)\b(dato|date|dd)\b|dd[-./]mm`)
	digits = regexp.MustCompile(`\d{1,5}`)
	either = regexp.MustCompile(`^\[?\s*([\p{L} .-]{2,60}?)\s*/\s*([\p{L} .-]{2,60}?)\s*\]?$`)
)

// bindAll names the field of every fill-in of a paragraph.
func (r *recogniser) bindAll(spans []Span, key string) {
	for k := range spans {
		if spans[k].Kind == clause.FillIn {
			before, after := around(spans, k)
			spans[k].Field = r.bind(spans[k], key, before, after, len(spans) == 1)
		}
	}
}

// bind finds the field that a mark asks for, or makes one of the mark's own words.
func (r *recogniser) bind(s Span, place, before, after string, alone bool) string {
	key := place
	if s.Reason == ByStyle {
		if path, ok := r.byLabel(s.Text, place); ok {
			return path
		}
	}
	if party := partyOf(s.Text); party != "" && isMark(s) { // "leverandørens navn" says whose, wherever it stands
		key = party
	}
	for _, a := range standard().Fields {
		if !within(key, a.In) || a.Type == field.Integer && !asksNumber(s.Text, after) {
			continue
		}
		// the mark's own words count most, then what stands right before it
		if a.Words.MatchString(s.Text) || a.Words.MatchString(tail(before, 40)) || a.Words.MatchString(after) {
			f, known := field.Find(r.known, a.Path)
			if known && r.Language == "en" { // the register asks in Danish
				f.Label, f.Help = a.EN, ""
			}
			if !known {
				f = field.Field{Path: a.Path, Type: a.Type, Label: in(r.Language, a.DA, a.EN), Required: a.Required, Local: a.Local, Minimum: a.Minimum, Maximum: a.Maximum, Group: r.groupOf(key)}
			}
			r.ask(r.withDefault(f, s))
			return f.Path
		}
	}
	if s.Filled { // a value of a filled agreement: which field gave it, its words do not say
		return ""
	}
	return r.ownField(s, place, before, after, alone)
}

var (
	theController = regexp.MustCompile(`(?i)kommune|dataansvarlig|controller|municipality`)
	theProcessor  = regexp.MustCompile(`(?i)leverandør|databehandler|processor|vendor|supplier`)
)

// partyOf is the party that a mark names, if it names one.
func partyOf(mark string) string {
	switch c, p := theController.MatchString(mark), theProcessor.MatchString(mark); {
	case len(mark) > 60 || c == p:
		return ""
	case c:
		return "controller"
	}
	return "processor"
}

// asksNumber says whether a mark can be asking for a number.
func asksNumber(mark, after string) bool {
	return units.MatchString(after) || units.MatchString(strings.TrimLeft(mark, "[<0123456789 ")) || digits.MatchString(mark) ||
		strings.Contains(strings.ToLower(mark), "antal") || strings.Contains(strings.ToLower(mark), "number of")
}

// holeLabel is the name of a hole as our own writer prints it.
func (r *recogniser) holeLabel(text string) string {
	text = strings.TrimSuffix(strings.TrimPrefix(strings.TrimSpace(text), "["), "]")
	return strings.TrimSuffix(strings.TrimSuffix(text, " mangler"), " missing")
}

// byLabel finds the field whose label a hole shows, one of this clause's own first.
func (r *recogniser) byLabel(text, key string) (string, bool) {
	label, own := r.holeLabel(text), strings.ReplaceAll(key, "-", "_")+"."
	found, ok := field.Field{}, false
	for _, f := range r.known {
		if f.Label == label && (!ok || strings.HasPrefix(f.Path, own) && !strings.HasPrefix(found.Path, own)) {
			found, ok = f, true
		}
	}
	if ok {
		r.ask(found)
	}
	return found.Path, ok
}

// ask takes a field into the list, once.
func (r *recogniser) ask(f field.Field) {
	if _, there := field.Find(r.Fields, f.Path); !there {
		r.Fields = append(r.Fields, f)
	}
}

// withDefault takes the value that the file has filled in already as the default.
func (r *recogniser) withDefault(f field.Field, s Span) field.Field {
	var value any
	switch {
	case f.Local || s.Reason == ByPlaceholder:
	case f.Type == field.Integer:
		if n, err := strconv.Atoi(digits.FindString(s.Text)); err == nil {
			value = n
		}
	case f.Type == field.Text || f.Type == field.LongText:
		if !isMark(s) {
			value = s.Text
		}
	}
	if value == nil {
		return f
	}
	if v, err := f.Check(value); err == nil && v != nil {
		f.Default, f.Source, f.Unconfirmed = v, in(r.Language, "Skabelonens fil", "The template file"), false
	}
	return f
}

// isMark says whether a fill-in is a mark to be replaced rather than a value already there.
func isMark(s Span) bool {
	name := strings.ToLower(s.Text) == s.Text && !strings.ContainsAny(s.Text, "0123456789") // "systemnavn" names what is missing, "Datatilsynet" is it
	return name && !s.Filled || s.Reason == ByBrackets || s.Reason == ByBlank || s.Reason == ByPlaceholder || hasMark(s.Text) || orders.MatchString(s.Text) || !s.Filled && s.Reason == ByStyle
}

// ownField makes a field of the mark's words. The same words in the same clause are the
// same field; a blank line is always another.
func (r *recogniser) ownField(s Span, key, before, after string, alone bool) string {
	label := strings.TrimSpace(strings.Trim(s.Text, "[]<>"))
	if s.Reason == ByStyle {
		label = r.holeLabel(s.Text)
	}
	label = strings.TrimLeft(orders.ReplaceAllString(label, ""), " :,.–-")
	named := isMark(s) && strings.ContainsFunc(label, unicode.IsLetter)
	switch {
	case r.row != "": // a cell is named by its row and column
		label, named = r.row, true
	case !named:
		label = lastWords(before)
	}
	if label == "" {
		label = in(r.Language, "Udfyldes", "To be filled in")
	}
	f := field.Field{Type: field.Text, Group: r.groupOf(key)}
	if utf8.RuneCountInString(label) > 60 {
		f.Help = label
		label = cut(label, 60)
	}
	f.Label = capital(label)
	switch m := either.FindStringSubmatch(s.Text); {
	case s.Reason == ByBrackets && m != nil && !dates.MatchString(s.Text):
		f.Type = field.OneOf
		if a, b := strings.ToLower(m[1]), strings.ToLower(m[2]); a == "ja" && b == "nej" || a == "yes" && b == "no" {
			f.Type = field.YesNo
			break
		}
		for _, c := range m[1:] {
			f.Choices = append(f.Choices, field.Choice{Value: slug(c, 4), Label: c})
		}
		if f.Choices[0].Value == f.Choices[1].Value || f.Choices[0].Value == "" || f.Choices[1].Value == "" {
			f.Type, f.Choices = field.Text, nil
		}
	case dates.MatchString(label):
		f.Type = field.Date
	case asksNumber(s.Text, after) && units.MatchString(after):
		f.Type = field.Integer
		f.Unit = strings.TrimSpace(units.FindString(after))
	case alone && named:
		f.Type = field.LongText
	}
	path := strings.ReplaceAll(key, "-", "_") + "." + strings.ReplaceAll(nonEmpty(slug(label, 3), "value"), "-", "_")
	if !named { // values and blanks are told apart by their order
		r.blanks[path]++
		if n := r.blanks[path]; n > 1 {
			path += "_" + strconv.Itoa(n)
		}
	}
	f.Path = path
	if old, ok := field.Find(r.known, path); ok {
		f = old
	}
	r.ask(r.withDefault(f, s))
	return path
}

func nonEmpty(s, otherwise string) string {
	if s == "" {
		return otherwise
	}
	return s
}

// lastWords names a blank by what stands before it: "Navn: ____".
func lastWords(before string) string {
	before = strings.TrimRight(before, " \t\n:.,;–-_\u00a0")
	if k := strings.LastIndexAny(before, "\n\t:;._"); k >= 0 {
		before = before[k+1:]
	}
	words := strings.Fields(before)
	if len(words) > 5 {
		words = words[len(words)-5:]
	}
	return strings.Join(words, " ")
}

func capital(s string) string {
	c, n := utf8.DecodeRuneInString(s)
	return string(unicode.ToUpper(c)) + s[n:]
}

// groupOf is the heading that a key's fields are asked under.
func (r *recogniser) groupOf(key string) string {
	if key == "controller" || key == "processor" || key == "cover" {
		return in(r.Language, "Parterne", "The parties")
	}
	for k, p := range r.Paragraphs {
		if p.Class == Heading && p.Clause == "" && (p.Section == key || strings.HasPrefix(key, p.Section+"-")) {
			return cut(r.heads[r.from[k][0]].text, 60)
		}
	}
	return ""
}
