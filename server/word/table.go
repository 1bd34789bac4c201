package word

import (
	"regexp"
	"strconv"
	"strings"
)

// table reads a table cell by cell, with what is merged.
func (rd *reader) table(n *node, inside *Cell) {
	at := len(rd.doc.Tables)
	rd.doc.Tables = append(rd.doc.Tables, Table{Inside: inside})
	rows, columns, heads := 0, 0, 0
	var row func(*node)
	row = func(k *node) {
		switch k.name {
		case "w:tr":
			pr := k.kid("w:trPr")
			if on, _ := pr.on("w:tblHeader"); on && heads == rows {
				heads++
			}
			inserted, deleted := rd.inserted, rd.deleted
			if ins := pr.kid("w:ins"); ins != nil {
				rd.inserted = rd.revise(ins, RowInserted, "")
			}
			if del := pr.kid("w:del"); del != nil {
				rd.deleted = rd.revise(del, RowDeleted, "")
			}
			column := 0
			if skip, err := strconv.Atoi(pr.value("w:gridBefore")); err == nil && skip > 0 && skip < 100 {
				column = skip
			}
			rd.cells(k, at, rows, &column)
			rd.inserted, rd.deleted = inserted, deleted
			columns = max(columns, column)
			rows++
		case "w:sdt":
			rd.sdt(k, func(content *node) { each(content, row) })
		case "w:ins", "w:moveTo", "w:del", "w:moveFrom":
			rd.change(k, func() { each(k, row) })
		case "w:customXml":
			each(k, row)
		case "w:bookmarkStart", "w:bookmarkEnd":
			rd.inline(k, look{})
		default:
			if !silent[k.name] && k.name != "w:commentRangeStart" && k.name != "w:commentRangeEnd" {
				rd.odd(k)
			}
		}
	}
	each(n, row)
	t := &rd.doc.Tables[at]
	t.Rows, t.Columns, t.Heads = rows, columns, heads
}

func each(n *node, do func(*node)) {
	for _, k := range n.kids {
		do(k)
	}
}

func (rd *reader) cells(tr *node, table, row int, column *int) {
	for _, k := range tr.kids {
		switch k.name {
		case "w:tc":
			pr := k.kid("w:tcPr")
			span := 1
			if s, err := strconv.Atoi(pr.value("w:gridSpan")); err == nil && s > 1 && s < 100 {
				span = s
			}
			c := &Cell{Table: table, Row: row, Column: *column}
			if span > 1 {
				c.Columns = span
			}
			if m := pr.kid("w:vMerge"); m != nil && m.get("val") != "restart" {
				c.Merged = true
			}
			inserted, deleted := rd.inserted, rd.deleted
			if ins := pr.kid("w:cellIns"); ins != nil {
				rd.inserted = rd.revise(ins, CellInserted, "")
			}
			if del := pr.kid("w:cellDel"); del != nil {
				rd.deleted = rd.revise(del, CellDeleted, "")
			}
			rd.blocks(k, c)
			rd.inserted, rd.deleted = inserted, deleted
			*column += span
		case "w:sdt":
			rd.sdt(k, func(content *node) { rd.cells(content, table, row, column) })
		case "w:customXml":
			rd.cells(k, table, row, column)
		case "w:bookmarkStart", "w:bookmarkEnd":
			rd.inline(k, look{})
		}
	}
}

// numberShape is a number that somebody typed: 7.2, 7., C.6, a), (iv), Bilag C, § 4.
const numberShape = `(?:(?:bilag|appendix|annex|afsnit|§)\s*)?(?:\d{1,3}(?:\.\d{1,3}){1,4}\.?|\d{1,3}[.)]|[A-Za-z](?:\.\d{1,3}){1,4}\.?|\(?[a-zæøå]\)|\(?[ivxl]{1,5}\)|\(\d{1,2}\))`

var (
	typedNumber = regexp.MustCompile(`^[\s\x{a0}]*(` + numberShape + `|§\s*\d{1,3}\.?|\d{1,3})([\s\x{a0}]+|$)`)
	onlyNumber  = regexp.MustCompile(`^[\s\x{a0}]*(?i:` + numberShape + `|\d{1,3}|[A-Za-z]\.)[\s\x{a0}]*$`)
)

// typed takes a number that was typed at the start out of the text. A bare 7 is one only
// before a tab or two blanks: "7 dage" is text. It says how many bytes it took.
func (p *Paragraph) typed() int {
	if p.Typed != "" || p.Number != "" && !p.Bullet || p.Absorbed || len(p.Runs) == 0 {
		return 0
	}
	head := strings.Builder{}
	for _, r := range p.Runs {
		if head.Len() > 60 {
			break
		}
		if r.Hidden || r.Deleted > 0 {
			continue
		}
		head.WriteString(r.Text[:min(len(r.Text), 60)])
	}
	m := typedNumber.FindStringSubmatchIndex(head.String())
	if m == nil {
		return 0
	}
	number, gap := head.String()[m[2]:m[3]], head.String()[m[4]:m[5]]
	bare := strings.Trim(number, "0123456789") == ""
	if bare && p.Level <= 0 && !strings.Contains(gap, "\t") && len([]rune(gap)) < 2 {
		return 0
	}
	if gap == "" && strings.TrimSpace(p.Text()) != number {
		return 0
	}
	p.Typed = number
	p.cut(m[1])
	return m[1]
}

// cut takes n bytes off the front of the text that stands.
func (p *Paragraph) cut(n int) {
	runs := p.Runs[:0:0]
	for _, r := range p.Runs {
		if !r.Hidden && r.Deleted == 0 && n > 0 {
			k := min(n, len(r.Text))
			r.Text, n = r.Text[k:], n-k
			if r.Text == "" {
				continue
			}
		}
		runs = append(runs, r)
	}
	p.Runs = runs
}

// layouts finds the tables that only place text, and gives their numbers to the text beside them.
func (rd *reader) layouts() {
	ps := rd.doc.Paragraphs
	in := make([][]int, len(rd.doc.Tables))
	for i := range ps {
		if c := ps[i].Cell; c != nil {
			in[c.Table] = append(in[c.Table], i)
		}
	}
	for t := range rd.doc.Tables {
		table := &rd.doc.Tables[t]
		switch {
		case table.Rows == 1 && table.Columns == 1:
			table.Layout = Frame
		case table.Columns == 2 && table.Heads == 0 && numbersBeside(ps, in[t]):
			table.Layout = Numbers
			absorb(ps, in[t])
		}
	}
}

// numbersBeside says whether the left column holds nothing but numbers, and the right one
// text longer than an entry of a list.
func numbersBeside(ps []Paragraph, at []int) bool {
	numbers, texts, letters := 0, 0, 0
	for _, i := range at {
		text := strings.TrimSpace(ps[i].Text())
		switch {
		case ps[i].Cell.Column > 0:
			if text != "" {
				texts++
				letters += len(text)
			}
		case text == "" && (ps[i].Number == "" || ps[i].Bullet):
		case text == "" || onlyNumber.MatchString(text):
			numbers++
		default:
			return false
		}
	}
	return numbers > 0 && texts > 0 && (letters/texts > 40 || numbers == 1)
}

// absorb moves the numbers of the left column to the first paragraph of the right one.
func absorb(ps []Paragraph, at []int) {
	number, automatic, from := "", 0, -1
	for _, i := range at {
		p := &ps[i]
		if p.Cell.Column == 0 {
			text := strings.TrimSpace(p.Text())
			if text == "" && p.Number == "" {
				continue
			}
			number, automatic, from = text, p.NumberDepth, i
			if text == "" {
				number = p.Number
			}
			continue
		}
		if number == "" || strings.TrimSpace(p.Text()) == "" || p.Cell.Row != ps[from].Cell.Row {
			continue
		}
		p.Typed, p.NumberDepth = number, max(p.NumberDepth, automatic)
		p.Bookmarks = append(ps[from].Bookmarks, p.Bookmarks...)
		ps[from].Absorbed, ps[from].Bookmarks = true, nil
		number = ""
	}
}
