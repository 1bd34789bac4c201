package clause

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"hash"
	"math/bits"
	"strconv"
	"strings"
	"sync"
	"unicode"

	"golang.org/x/text/unicode/norm"

	"klausul/server/field"
)

// NormalForm names the normal form that every hash of wording is taken over.
const NormalForm = "norm/1"

var autocorrected = strings.NewReplacer(
	"\u00ad", "", // soft hyphen
	"\u201c", `"`, "\u201d", `"`, "\u201e", `"`, "\u00ab", `"`, "\u00bb", `"`,
	"\u2018", "'", "\u2019", "'", "\u201a", "'",
	"\u2010", "-", "\u2011", "-", "\u2012", "-", "\u2013", "-", "\u2014", "-",
	"\u2026", "...",
)

// Normal brings a text to norm/1: NFC; what Word corrects by itself (quotes, dashes,
// ellipsis, soft hyphens) undone; every run of white space, NBSP included, one blank;
// none at the ends. Numbering is no part of the wording and never gets here.
func Normal(text string) string {
	if normalAlready(text) {
		return text
	}
	if quick, ok := usual(text); ok {
		return quick
	}
	// NFC comes last: a hyphen taken out can leave two marks side by side that are one.
	text = norm.NFC.String(autocorrected.Replace(strings.ToValidUTF8(text, "\ufffd")))
	return strings.Join(strings.FieldsFunc(text, func(r rune) bool { return unicode.IsSpace(r) || r == '\u200b' || r == '\ufeff' }), " ")
}

// normalAlready says that a text is its own normal form, as nearly all are. It looks at
// bytes and says no when in doubt.
func normalAlready(text string) bool {
	n := len(text)
	return n == 0 || text[0] != ' ' && text[n-1] != ' ' && smooth(text)
}

// smooth is normalAlready for a text that may begin and end with one blank. It looks at
// eight bytes at a time, of which the first so many are ASCII.
func smooth(text string) bool {
	const ones, tops = 0x0101010101010101, 0x8080808080808080
	blank := false // the byte before is one
	for i := 0; i < len(text); {
		if t := text[i:]; len(t) >= 8 {
			x := uint64(t[0]) | uint64(t[1])<<8 | uint64(t[2])<<16 | uint64(t[3])<<24 |
				uint64(t[4])<<32 | uint64(t[5])<<40 | uint64(t[6])<<48 | uint64(t[7])<<56
			ascii := bits.TrailingZeros64(x&tops) &^ 7 // bits, 64 when all are
			these := uint64(1)<<ascii - 1              // a shift by 64 gives 0, less 1 all
			y := x ^ ones*' '
			blanks := (y - ones) & ^y & tops & these
			if (x-ones*' ')&^x&tops&these != 0 || blanks&(blanks>>8) != 0 || blank && blanks&0x80 != 0 {
				return false
			}
			if ascii > 0 {
				blank = blanks>>(ascii-1) != 0
				i += ascii >> 3
				continue
			}
		}
		switch b := text[i]; {
		case b == 0xc3: // the letters of Latin-1 are one sign each in NFC
			if i++; i == len(text) || text[i] < 0x80 || text[i] > 0xbf {
				return false
			}
			blank = false
		case b < ' ' || b >= 0x80 || b == ' ' && blank:
			return false
		default:
			blank = b == ' '
		}
		i++
	}
	return true
}

// usual brings a text of Danish letters and what Word does to it to norm/1 in one pass. It
// gives up on any other sign: marks that combine and bytes that are no text need more.
func usual(text string) (string, bool) {
	out := make([]byte, 0, len(text)+8)
	blank := false // a run of white space stands before what comes
	for i := 0; i < len(text); {
		b, n := text[i], 1
		put := text[i : i+1]
		switch {
		case b == ' ' || b >= '\t' && b <= '\r':
			blank, i = true, i+1
			continue
		case b >= 0x80:
			if put, n = sign(text[i:]); n == 0 {
				return "", false
			}
			if put == " " {
				blank, i = true, i+n
				continue
			}
		}
		if blank && len(out) > 0 && put != "" {
			out = append(out, ' ')
		}
		blank = blank && put == ""
		out = append(out, put...)
		i += n
	}
	return string(out), true
}

// sign is what a sign beyond ASCII becomes, and its length; 0 gives it up.
func sign(s string) (string, int) {
	if len(s) < 2 || s[1] < 0x80 || s[1] > 0xbf {
		return "", 0
	}
	switch s[0] {
	case 0xc3: // the letters of Latin-1
		return s[:2], 2
	case 0xc2:
		switch {
		case s[1] == 0xa0:
			return " ", 2
		case s[1] == 0xad:
			return "", 2
		case s[1] == 0xab || s[1] == 0xbb:
			return `"`, 2
		case s[1] > 0xa0:
			return s[:2], 2
		}
	case 0xe2:
		if len(s) > 2 && s[1] == 0x80 {
			switch c := s[2]; {
			case c >= 0x90 && c <= 0x94:
				return "-", 3
			case c == 0x98 || c == 0x99 || c == 0x9a:
				return "'", 3
			case c == 0x9c || c == 0x9d || c == 0x9e:
				return `"`, 3
			case c == 0xa6:
				return "...", 3
			}
		}
	case 0xef:
		if len(s) > 2 && s[1] == 0xbf && s[2] == 0xbc { // a hole, as spans writes it
			return s[:3], 3
		}
	}
	return "", 0
}

// digest hashes texts part by part, each with its length, so that no two trees share a hash.
type digest struct{ *draft }

// draft gathers parts, so that the hash is fed in pieces that stay close to the processor.
type draft struct {
	b []byte
	h hash.Hash
}

const piece = 8 << 10

// drafts are what digests write to, to be used again.
var drafts = sync.Pool{New: func() any { return &draft{make([]byte, 0, 2*piece), sha256.New()} }}

func newDigest(what string) digest {
	d := digest{drafts.Get().(*draft)}
	d.text(NormalForm)
	d.text(what)
	return d
}

// wrote takes the gathered parts back with one more at the end.
func (d digest) wrote(b []byte) {
	if len(b) >= piece {
		_, _ = d.h.Write(b) // a hash does not fail
		b = b[:0]
	}
	d.b = b
}

func (d digest) text(s string) { d.normal("", Normal(s)) }

// normal writes a text that is in normal form, in two pieces.
func (d digest) normal(a, b string) {
	out := strconv.AppendInt(d.b, int64(len(a)+len(b)), 10)
	d.wrote(append(append(append(append(out, ':'), a...), b...), ';'))
}

// sum ends the digest.
func (d digest) sum() string {
	_, _ = d.h.Write(d.b) // a hash does not fail
	sum := hex.EncodeToString(d.h.Sum(nil))
	d.h.Reset()
	d.b = d.b[:0]
	drafts.Put(d.draft)
	return sum
}

// count says how many parts follow, so that none can pass from one list to the next.
func (d digest) count(what string, n int) {
	if n < 10 && len(what) < 8 { // nearly all
		d.wrote(append(append(append(d.b, byte('0'+len(what)+2), ':'), what...), ' ', byte('0'+n), ';'))
		return
	}
	var number [20]byte
	digits := strconv.AppendInt(number[:0], int64(n), 10)
	out := strconv.AppendInt(d.b, int64(len(what)+1+len(digits)), 10)
	d.wrote(append(append(append(append(append(out, ':'), what...), ' '), digits...), ';'))
}

// blocks writes the wording of blocks: fill-ins stand as named holes unless filled.
func (d digest) blocks(blocks []Block) {
	d.count("blocks", len(blocks))
	for _, b := range blocks {
		d.part("block", string(b.Kind))
		if b.When != nil {
			d.text("when " + condition(*b.When))
		}
		d.spans(b.Spans)
		d.count("items", len(b.Items))
		for _, item := range b.Items {
			d.spans(item)
		}
		if b.Table != nil {
			d.text("table " + b.Table.Collection)
			d.cells(b.Table.Head)
			d.count("rows", len(b.Table.Rows))
			for _, row := range b.Table.Rows {
				d.cells(row)
			}
			d.own(b.Table.Cells)
		}
		d.count("branches", len(b.Branches))
		for _, branch := range b.Branches {
			d.text("branch " + branch.Value)
			d.blocks(branch.Blocks)
		}
		if b.Max > 0 {
			d.text(fmt.Sprintf("choose %d-%d", b.Min, b.Max))
		}
		if b.Kind == Repeat {
			d.text("repeat " + b.Collection)
			d.blocks(b.Blocks)
		}
	}
}

// condition is one about one value as norm/1 began with it, and any other as JSON, whose
// fields have a fixed order.
func condition(c field.Condition) string {
	if c.Path != "" && c.Equals != nil {
		return fmt.Sprintf("%s=%v", c.Path, c.Equals)
	}
	raw, err := json.Marshal(c)
	if err != nil {
		panic(err) // only what came from JSON or YAML stands in it
	}
	return string(raw)
}

// own writes a table's own rows.
func (d digest) own(rows [][][]Span) {
	for _, row := range rows {
		d.count("own row", len(row))
		for _, cell := range row {
			d.spans(cell)
		}
	}
}

func (d digest) cells(cells []string) {
	d.count("cells", len(cells))
	for _, cell := range cells {
		d.text(cell)
	}
}

// spans writes the parts of a paragraph, and the paragraph as it reads: white space where
// two parts meet is wording too.
func (d digest) spans(spans []Span) {
	d.count("spans", len(spans)-guidance(spans))
	if d.smooth(spans) {
		return
	}
	var whole strings.Builder
	for _, s := range spans {
		switch {
		case s.Kind == Guidance: // help for the writer, no part of the text
			continue
		case s.Kind == FillIn && !s.Filled:
			d.text("hole " + s.Field)
			whole.WriteString(hole)
		default:
			d.text(string(s.Kind) + " " + s.Text)
			whole.WriteString(s.Text)
		}
	}
	d.text(whole.String())
}

// hole reads as an object that stands in the line.
const hole = "\ufffc"

// smooth is spans for parts that need no more than their outer blanks taken off. It writes
// nothing and says no when there are others.
func (d digest) smooth(spans []Span) bool {
	length, blank, first := 0, true, 0 // a blank at the very start goes too
	for _, s := range spans {
		text := s.Text
		switch {
		case s.Kind == Guidance:
			continue
		case s.Kind == FillIn && !s.Filled:
			if !normalAlready(s.Field) || s.Field == "" {
				return false
			}
			text = hole
		case text == "" || text == " " || !smooth(text):
			return false
		case text[0] == ' ' && length == 0:
			first = 1
		case text[0] == ' ' && blank:
			return false // two blanks meet
		}
		length += len(text)
		blank = text[len(text)-1] == ' '
	}
	if length == 0 {
		return false
	}
	for _, s := range spans {
		switch {
		case s.Kind == Guidance:
		case s.Kind == FillIn && !s.Filled:
			d.normal("hole ", s.Field)
		default:
			d.part(string(s.Kind), strings.Trim(s.Text, " "))
		}
	}
	last := 0
	if blank {
		last = 1
	}
	out := strconv.AppendInt(d.b, int64(length-first-last), 10)
	out = append(out, ':')
	begin := len(out)
	for _, s := range spans {
		switch {
		case s.Kind == Guidance:
		case s.Kind == FillIn && !s.Filled:
			out = append(out, hole...)
		case len(out) == begin:
			out = append(out, s.Text[first:]...)
		default:
			out = append(out, s.Text...)
		}
	}
	d.wrote(append(out[:len(out)-last], ';'))
	return true
}

// part writes a kind and a text in normal form.
func (d digest) part(kind, text string) {
	out := strconv.AppendInt(d.b, int64(len(kind)+1+len(text)), 10)
	d.wrote(append(append(append(append(append(out, ':'), kind...), ' '), text...), ';'))
}

func guidance(spans []Span) (n int) {
	for _, s := range spans {
		if s.Kind == Guidance {
			n++
		}
	}
	return n
}

// Sum is the hash of one clause's wording.
func (c Clause) Sum() string {
	d := newDigest("clause")
	d.text(c.Key)
	d.text(c.Heading)
	d.blocks(c.Blocks)
	return d.sum()
}

// Sum is the hash of a whole tree. Over a tree whose local slots are holes it is the
// text_hash, equal for all; over one party's filled tree it is that party's instance_hash.
func Sum(clauses []Clause) string {
	d := newDigest("tree")
	for _, c := range clauses {
		d.text(c.Key)
		d.text(c.Heading)
		d.blocks(c.Blocks)
	}
	return d.sum()
}

// FixedSum is the hash of the fixed text alone: of the headings and the normative words of
// the clauses that have any, in their order. What is added, filled in or explained does not
// count, nor do keys and numbers.
func FixedSum(clauses []Clause) string {
	d := newDigest("fixed")
	for _, c := range clauses {
		words := ""
		eachSpans(c.Blocks, func(spans []Span) {
			for _, s := range spans {
				if s.Kind == Normative {
					words += s.Text
				}
			}
		})
		if Normal(words) != "" || c.Level == 1 {
			d.text(c.Heading)
			d.text(words)
		}
	}
	return d.sum()
}
