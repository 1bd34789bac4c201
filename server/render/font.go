package render

import (
	"encoding/binary"
	"errors"
	"fmt"
	"math"
	"slices"
	"strings"
	"sync"
	"unicode"

	"codeberg.org/go-pdf/fpdf"

	"klausul/templates"
)

// faceID names one of the fonts a document is set in.
type faceID uint8

const (
	serif faceID = iota
	serifItalic
	serifBold
	serifBoldItalic
	sans
	sansBold
	faceCount
)

// face holds what setting text needs to know of one font, and the font itself
// cut down to the scripts a Danish contract can hold.
type face struct {
	family, style string // as fpdf knows it
	postScript    string // as the PDF names it
	file          []byte
	width         [1 << 16]uint16 // of 1000 per em; by character
	has           [1 << 16]bool
}

var faceFiles = [faceCount]struct{ family, style, name string }{
	{"serif", "", "IBMPlexSerif-Regular"},
	{"serif", "I", "IBMPlexSerif-Italic"},
	{"serif", "B", "IBMPlexSerif-SemiBold"},
	{"serif", "BI", "IBMPlexSerif-SemiBoldItalic"},
	{"sans", "", "IBMPlexSans-Regular"},
	{"sans", "B", "IBMPlexSans-SemiBold"},
}

// faces reads the embedded fonts once for the life of the process.
var faces = sync.OnceValues(func() (*[faceCount]*face, error) {
	var out [faceCount]*face
	for i, f := range faceFiles {
		file, err := templates.FS.ReadFile("fonts/" + f.name + ".ttf")
		if err != nil {
			return nil, fmt.Errorf("read font %s: %w", f.name, err)
		}
		fc := &face{family: f.family, style: f.style, postScript: f.name, file: file}
		if err := fc.read(file); err != nil {
			return nil, fmt.Errorf("read font %s: %w", f.name, err)
		}
		out[i] = fc
	}
	for r := range rune(1 << 16) {
		if !out[sans].has[r] || !out[sansBold].has[r] || !plainScript(r) {
			for _, f := range out {
				f.has[r] = false
			}
		}
	}
	for _, f := range out {
		f.cut()
	}
	return &out, nil
})

// plainScript says that a letter stands alone, from left to right, and looks the same
// whatever stands beside it. Scripts that run to the left or join their letters, and
// accents that have to be placed over a letter, want more than a row of signs: set as
// one they would be wrong, so they count as signs that the fonts do not have.
func plainScript(r rune) bool {
	return r < 0x2300 && unicode.In(r, unicode.Latin, unicode.Greek, unicode.Cyrillic, unicode.Common)
}

// Unshown gives the characters of s that no document can be set with, each once: what
// NewPDF's engine would refuse with a GlyphError, told while the text is being typed.
func Unshown(s string) ([]rune, error) {
	fc, err := faces()
	if err != nil {
		return nil, err
	}
	var out []rune
	for _, r := range Clean(s) {
		if r != '\n' && !fc[sans].shows(r) && !slices.Contains(out, r) {
			out = append(out, r)
		}
	}
	return out, nil
}

var errFont = errors.New("not a TrueType font with a Unicode character map")

// read fills width and has from the font's cmap (format 4), hmtx and head tables.
// The widths are rounded as fpdf rounds those it writes into the PDF, so that a
// line is as long on paper as it was when it was broken.
func (f *face) read(b []byte) error {
	u16 := func(at int) int { return int(binary.BigEndian.Uint16(b[at:])) }
	u32 := func(at int) int { return int(binary.BigEndian.Uint32(b[at:])) }
	table := map[string]int{}
	for i := range u16(4) {
		at := 12 + 16*i
		table[string(b[at:at+4])] = u32(at + 8)
	}
	cmap, sub := table["cmap"], 0
	for i := range u16(cmap + 2) {
		at := cmap + 4 + 8*i
		if u16(at) == 3 && u16(at+2) == 1 && u16(cmap+u32(at+4)) == 4 {
			sub = cmap + u32(at+4)
		}
	}
	if sub == 0 || table["head"] == 0 || table["hhea"] == 0 || table["hmtx"] == 0 {
		return errFont
	}
	em, metrics := float64(u16(table["head"]+18)), u16(table["hhea"]+34)
	segments := u16(sub+6) / 2
	ends := sub + 14
	starts, deltas, offsets := ends+2*segments+2, ends+4*segments+2, ends+6*segments+2
	for s := range segments {
		first, last := u16(starts+2*s), u16(ends+2*s)
		for r := first; r <= last && r < 0xffff; r++ {
			glyph := r
			if off := u16(offsets + 2*s); off != 0 {
				if glyph = u16(offsets + 2*s + off + 2*(r-first)); glyph == 0 {
					continue
				}
			}
			glyph = (glyph + u16(deltas+2*s)) & 0xffff
			if glyph == 0 {
				continue
			}
			f.has[r] = true
			f.width[r] = uint16(math.Round(1000 / em * float64(u16(table["hmtx"]+4*min(glyph, metrics-1)))))
		}
	}
	return nil
}

// cut keeps the Latin, Greek and Cyrillic letters and the signs of running text.
// fpdf cuts the font again for each document; from a small font that is quick.
func (f *face) cut() {
	var set strings.Builder
	for r, has := range f.has {
		if has {
			set.WriteRune(rune(r))
		}
	}
	f.file = fpdf.UTF8CutFont(f.file, set.String())
}

// shows says whether the font has a sign for r.
func (f *face) shows(r rune) bool { return r < 1<<16 && f.has[r] }

// measure is the width of s in points.
func (f *face) measure(s string, size float64) float64 {
	n := 0
	for _, r := range s {
		if r < 1<<16 {
			n += int(f.width[r])
		}
	}
	return float64(n) * size / 1000
}
