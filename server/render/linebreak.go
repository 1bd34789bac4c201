package render

import (
	"strings"
	"unicode"
)

// style is how a paragraph looks.
type style struct {
	regular, bold, italic, boldItalic faceID
	size, leading                     float64 // points
	gray                              uint8
}

var (
	body     = style{serif, serifBold, serifItalic, serifBoldItalic, 10.25, 14.75, 0}
	cell     = style{serif, serifBold, serifItalic, serifBoldItalic, 9.25, 12.5, 0}
	cellHead = style{sansBold, sansBold, sansBold, sansBold, 8.25, 11.5, 0}
	h1       = style{sansBold, sansBold, sansBold, sansBold, 25, 31, 0}
	h2       = style{sansBold, sansBold, sansBold, sansBold, 12.5, 17, 0}
	h2Annex  = style{sansBold, sansBold, sansBold, sansBold, 17, 22, 0}
	h3       = style{sansBold, sansBold, sansBold, sansBold, 10, 14, 0}
	lead     = style{sans, sansBold, sans, sansBold, 10, 14, 0x50}
	small    = style{sans, sansBold, sans, sansBold, 8.5, 12, 0x40}
	caption  = style{sansBold, sansBold, sansBold, sansBold, 9, 12.5, 0}
	party    = style{serifBold, serifBold, serifBoldItalic, serifBoldItalic, 12, 16, 0}
	sansText = style{sans, sansBold, sans, sansBold, 9.5, 14, 0}
)

func (s style) face(r Run) faceID {
	switch {
	case (r.Bold || r.Missing) && r.Italic:
		return s.boldItalic
	case r.Bold || r.Missing:
		return s.bold
	case r.Italic:
		return s.italic
	}
	return s.regular
}

// framePad is the room that the frame of a hole takes at either side.
const framePad = 3.0

// glyph is one character in its font, with the run it came from. The character 0
// is room without a sign.
type glyph struct {
	r    rune
	w    float64
	face faceID
	run  int32
	mark markKind
	changing
}

// changing is the change that a glyph stands in: which one of its paragraph, from 1.
type changing struct {
	change Change
	no     int32
}

type markKind uint8

const (
	markNone markKind = iota
	markFilled
	markMissing
)

// line is a stretch of glyphs that fits the measure.
type line struct {
	glyphs []glyph
	spaced bool // ends between two words, not inside one
}

// shape turns runs into glyphs, falling back to the sans face for a letter that
// the serif one lacks. Letters that neither has are gathered for a GlyphError.
func (l *layout) shape(runs []Run, st style) []glyph {
	n := 0
	for _, r := range runs {
		n += len(r.Text) + 10
	}
	out := make([]glyph, 0, n)
	in := changing{}
	for i, r := range runs {
		s, mark := Clean(r.Text), markNone
		if r.Change != in.change {
			in = changing{r.Change, int32(i) + 1}
		}
		switch {
		case r.Missing:
			s, mark = "["+l.w.missingText(clean(r.Text))+"]", markMissing
		case r.Filled:
			mark = markFilled
		}
		want := st.face(r)
		if mark == markMissing {
			out = append(out, glyph{0, framePad, want, int32(i), mark, in})
		}
		for _, c := range s {
			id := want
			if c != '\n' && !l.faces[id].shows(c) {
				if id = sans; st.face(r) == st.bold {
					id = sansBold
				}
				if !l.faces[id].shows(c) {
					l.unknown.note(c, l.where, strings.TrimSpace(s))
					continue
				}
			}
			out = append(out, glyph{c, float64(l.faces[id].width[c]) * st.size / 1000, id, int32(i), mark, in})
		}
		if mark == markMissing {
			out = append(out, glyph{0, framePad, want, int32(i), mark, in})
		}
	}
	return out
}

// breakLines fills lines greedily, ragged right and without hyphenation, so that
// the text reads out exactly as it was written. A word longer than the measure is
// broken where it has to be.
func breakLines(g []glyph, width float64) []line {
	var out []line
	emit := func(from, to int) {
		spaced := to < len(g) && (g[to].r == '\n' || to > from && g[to-1].r == ' ')
		out = append(out, line{g[from:to], spaced})
	}
	start, chance, used := 0, 0, 0.0
	for i := 0; i < len(g); i++ {
		if g[i].r == '\n' {
			emit(start, i)
			start, chance, used = i+1, i+1, 0
			continue
		}
		used += g[i].w
		if used > width && g[i].r != ' ' && i > start {
			at := i
			if chance > start {
				at = chance
			}
			emit(start, at)
			start, chance, used = at, at, 0
			i = at - 1
			continue
		}
		if mayBreak(g, i) {
			chance = i + 1
		}
	}
	if start < len(g) || len(out) == 0 {
		emit(start, len(g))
	}
	return out
}

// mayBreak says whether a line may end after g[i].
func mayBreak(g []glyph, i int) bool {
	next := rune(0)
	if i+1 < len(g) {
		next = g[i+1].r
	}
	switch g[i].r {
	case ' ':
		return next != ' ' && !gluedAt(g, i)
	case '-', '–', '/', '@':
		return i > 0 && g[i-1].r != ' ' && unicode.IsLetter(next)
	}
	return false
}

// longestWord is the width of the widest stretch that has no place to break.
func longestWord(g []glyph) float64 {
	widest, used := 0.0, 0.0
	for i := range g {
		if g[i].r == '\n' {
			used = 0
			continue
		}
		if g[i].r != ' ' {
			used += g[i].w
		}
		widest = max(widest, used)
		if mayBreak(g, i) {
			used = 0
		}
	}
	return widest
}

// width is the length of the line without the spaces at its end.
func (l line) width() float64 {
	n := len(l.glyphs)
	for n > 0 && l.glyphs[n-1].r == ' ' {
		n--
	}
	w := 0.0
	for _, g := range l.glyphs[:n] {
		w += g.w
	}
	return w
}
