package clause

import (
	"fmt"
	"strings"
)

// The notation in which a person writes a paragraph and its marks in one place:
//
//	{path}   the value of a field       [[…]]   guidance for the writer
//	((…))    supplementary text         <<…>>   optional text
//
// A backslash takes a mark's meaning away. Slots may stand inside (( )) and << >>.
// frontend/src/features/template/notation.ts is its mirror; both are held by the same cases.

// marks are the kinds that have an opening and a closing mark.
var marks = []struct {
	kind        SpanKind
	open, close string
}{{Guidance, "[[", "]]"}, {Supplementary, "((", "))"}, {Option, "<<", ">>"}}

// Spans reads a text in the notation. It refuses a mark that is not closed. A slot has
// its path only; what it is called is the field's to say.
func Spans(text string) ([]Span, error) {
	r := reader{kind: Normative}
	for r.rest = text; r.rest != ""; {
		if err := r.next(); err != nil {
			return nil, err
		}
	}
	if r.kind != Normative {
		return nil, fmt.Errorf("%q is not closed", r.opened)
	}
	r.flush()
	return r.out, nil
}

type reader struct {
	rest   string
	kind   SpanKind
	close  string
	opened string // from the open mark on, for the refusal
	text   strings.Builder
	out    []Span
}

func (r *reader) next() error {
	switch {
	case r.rest[0] == '\\' && len(r.rest) > 1 && strings.IndexByte(`\{}[](())<>`, r.rest[1]) >= 0:
		r.text.WriteByte(r.rest[1])
		r.rest = r.rest[2:]
		return nil
	case r.rest[0] == '{' && r.kind != Guidance:
		return r.slot()
	case r.close != "" && strings.HasPrefix(r.rest, r.close):
		r.flush()
		r.rest, r.kind, r.close = r.rest[2:], Normative, ""
		return nil
	}
	if r.close == "" {
		for _, m := range marks {
			if strings.HasPrefix(r.rest, m.open) {
				r.flush()
				r.opened, r.rest, r.kind, r.close = r.rest, r.rest[2:], m.kind, m.close
				return nil
			}
		}
	}
	r.text.WriteByte(r.rest[0])
	r.rest = r.rest[1:]
	return nil
}

func (r *reader) slot() error {
	end := strings.IndexByte(r.rest, '}')
	if end < 0 {
		return fmt.Errorf("%q is not closed", r.rest)
	}
	r.flush()
	r.out = append(r.out, Span{Kind: FillIn, Field: r.rest[1:end]})
	r.rest = r.rest[end+1:]
	return nil
}

func (r *reader) flush() {
	if r.text.Len() > 0 {
		r.out = append(r.out, Span{Kind: r.kind, Text: r.text.String()})
		r.text.Reset()
	}
}

// Notation writes spans as Spans reads them.
func Notation(spans []Span) string {
	var b strings.Builder
	for i, s := range spans {
		if s.Kind == FillIn {
			b.WriteString("{" + s.Field + "}")
			continue
		}
		open, closing := "", ""
		for _, m := range marks {
			if m.kind == s.Kind {
				open, closing = m.open, m.close
			}
		}
		b.WriteString(open)
		escape(&b, s.Text, closing, closing != "" || i+1 < len(spans))
		b.WriteString(closing)
	}
	return b.String()
}

// escape writes a text so that nothing in it is read as a mark: neither by itself nor,
// at its end, together with the mark that follows.
func escape(b *strings.Builder, text, closing string, more bool) {
	for i := 0; i < len(text); i++ {
		c := text[i]
		twice := i+1 < len(text) && text[i+1] == c || i+1 == len(text) && more
		switch {
		case c == '\\' || c == '{' && closing != "]]":
			b.WriteByte('\\')
		case closing == "" && strings.IndexByte("[(<", c) >= 0 && twice, closing != "" && c == closing[0] && twice:
			b.WriteByte('\\')
		}
		b.WriteByte(c)
	}
}
