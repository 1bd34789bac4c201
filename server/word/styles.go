package word

import (
	"strconv"
	"strings"
)

// look is what marks a run. A nil switch is not said here and comes from below.
type look struct {
	bold, italic, underline, hidden *bool
	highlight, shade, colour        string
}

func (l look) over(below look) look {
	if l.bold == nil {
		l.bold = below.bold
	}
	if l.italic == nil {
		l.italic = below.italic
	}
	if l.underline == nil {
		l.underline = below.underline
	}
	if l.hidden == nil {
		l.hidden = below.hidden
	}
	if l.highlight == "" {
		l.highlight = below.highlight
	}
	if l.shade == "" {
		l.shade = below.shade
	}
	if l.colour == "" {
		l.colour = below.colour
	}
	return l
}

func lookOf(rpr *node) look {
	var l look
	if rpr == nil {
		return l
	}
	flag := func(name string) *bool {
		if on, known := rpr.on(name); known {
			return &on
		}
		return nil
	}
	l.bold, l.italic, l.underline, l.hidden = flag("w:b"), flag("w:i"), flag("w:u"), flag("w:vanish")
	l.highlight = rpr.value("w:highlight")
	if shd := rpr.kid("w:shd"); shd != nil {
		l.shade = hex(shd.get("fill"))
		if l.shade == "" {
			l.shade = "none"
		}
	}
	if c := rpr.kid("w:color"); c != nil {
		if l.colour = hex(c.get("val")); l.colour == "" {
			l.colour = "none"
		}
	}
	return l
}

// hex is a colour as RRGGBB, or "" for automatic.
func hex(s string) string {
	if len(s) != 6 {
		return ""
	}
	if _, err := strconv.ParseUint(s, 16, 32); err != nil {
		return ""
	}
	return strings.ToUpper(s)
}

// style is one style with what it inherits.
type style struct {
	id, name    string
	level       int // outline level from 1; 0 unsaid
	numID       string
	depth       int
	numbered    bool
	look        look
	placeholder bool // text that stands until somebody fills in
}

// styles are a file's styles, resolved.
type styles struct {
	byID     map[string]*style
	normal   *style // the default of paragraphs
	defaults look
	language string
}

func readStyles(root *node) *styles {
	s := &styles{byID: map[string]*style{}, normal: &style{}}
	if root == nil {
		return s
	}
	if rpr := root.kid("w:docDefaults").kid("w:rPrDefault").kid("w:rPr"); rpr != nil {
		s.defaults = lookOf(rpr)
		s.language, _, _ = strings.Cut(strings.ToLower(rpr.value("w:lang")), "-")
	}
	raw := map[string]*node{}
	for _, k := range root.kids {
		if k.name == "w:style" {
			raw[k.get("styleId")] = k
		}
	}
	for id := range raw {
		s.resolve(id, raw, 0)
	}
	for id, k := range raw {
		if d := k.get("default"); k.get("type") == "paragraph" && (d == "1" || d == "true") {
			s.normal = s.byID[id]
		}
	}
	return s
}

// resolve takes over what a style is based on. Chains that go round in circles end.
func (s *styles) resolve(id string, raw map[string]*node, depth int) *style {
	if done := s.byID[id]; done != nil {
		return done
	}
	k := raw[id]
	if k == nil || depth > 20 {
		return nil
	}
	st := &style{id: id, name: k.value("w:name")}
	if base := s.resolve(k.value("w:basedOn"), raw, depth+1); base != nil {
		st.level, st.numID, st.depth, st.numbered, st.look, st.placeholder = base.level, base.numID, base.depth, base.numbered, base.look, base.placeholder
	}
	st.look = lookOf(k.kid("w:rPr")).over(st.look)
	ppr := k.kid("w:pPr")
	if n, ok := outline(ppr); ok {
		st.level = n
	}
	if num := ppr.kid("w:numPr"); num != nil {
		st.numbered = true
		if v := num.value("w:numId"); v != "" {
			st.numID = v
		}
		if v, err := strconv.Atoi(num.value("w:ilvl")); err == nil {
			st.depth = v
		}
	}
	lower := strings.ToLower(st.name)
	if st.level == 0 && (strings.HasPrefix(lower, "heading ") || strings.HasPrefix(lower, "overskrift ")) {
		st.level, _ = strconv.Atoi(lower[len(lower)-1:]) // a heading without a digit stays running text
	}
	st.placeholder = st.placeholder || lower == "placeholder text" || lower == "pladsholdertekst"
	s.byID[id] = st
	return st
}

func outline(ppr *node) (int, bool) {
	n, err := strconv.Atoi(ppr.value("w:outlineLvl"))
	if err != nil || n < 0 || n > 9 {
		return 0, false
	}
	if n == 9 {
		n = -1 // body text
	}
	return n + 1, true
}
