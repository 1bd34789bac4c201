package clause

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"hash"
	"strings"
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
	// NFC comes last: a hyphen taken out can leave two marks side by side that are one.
	text = norm.NFC.String(autocorrected.Replace(strings.ToValidUTF8(text, "\ufffd")))
	return strings.Join(strings.FieldsFunc(text, func(r rune) bool { return unicode.IsSpace(r) || r == '\u200b' || r == '\ufeff' }), " ")
}

// digest hashes texts part by part, each with its length, so that no two trees share a hash.
type digest struct{ h hash.Hash }

func newDigest(what string) digest {
	d := digest{sha256.New()}
	d.text(NormalForm)
	d.text(what)
	return d
}

func (d digest) text(s string) {
	s = Normal(s)
	fmt.Fprintf(d.h, "%d:%s;", len(s), s)
}

func (d digest) sum() string { return hex.EncodeToString(d.h.Sum(nil)) }

// count says how many parts follow, so that none can pass from one list to the next.
func (d digest) count(what string, n int) { d.text(fmt.Sprintf("%s %d", what, n)) }

// blocks writes the wording of blocks: fill-ins stand as named holes unless filled.
func (d digest) blocks(blocks []Block) {
	d.count("blocks", len(blocks))
	for _, b := range blocks {
		d.text("block " + string(b.Kind))
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
	whole := ""
	d.count("spans", len(spans)-guidance(spans))
	for _, s := range spans {
		switch {
		case s.Kind == Guidance: // help for the writer, no part of the text
			continue
		case s.Kind == FillIn && !s.Filled:
			d.text("hole " + s.Field)
			whole += "\ufffc" // a hole reads as an object that stands in the line
		default:
			d.text(string(s.Kind) + " " + s.Text)
			whole += s.Text
		}
	}
	d.text(whole)
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
