package intake

import (
	"bufio"
	"bytes"
	"encoding/csv"
	"errors"
	"io"
	"strings"
	"unicode/utf8"

	"golang.org/x/text/encoding/charmap"
	"golang.org/x/text/encoding/unicode"

	"klausul/server/field"
)

// Limits of a file. 60,000 lines are a usual extract of a catalogue; these are well above.
const (
	MaxSize     = 50 << 20 // bytes, as sent
	maxUnpacked = 400 << 20
	maxParts    = 2000 // files inside an .xlsx
	maxRows     = 200_000
	maxColumns  = 100
	maxCell     = 2000 // characters
	maxMerged   = 20_000
)

// record is one line of a file. Number is where it stands there, counted from 1.
type record struct {
	number int
	cells  []string
}

// source yields the lines of a file, the headings among them, and then io.EOF.
type source interface {
	next() (record, error)
	// format names what was found: 'CSV, UTF-8, ;'. It is right once the end was met.
	format() string
	notices() []Notice
	close() error
}

// isZip tells an .xlsx by its first bytes, whatever its name says.
func isZip(head []byte) bool { return bytes.HasPrefix(head, []byte("PK\x03\x04")) }

// text reads separated lines as they come. Encoding and separator are found out.
type text struct {
	in        *csv.Reader
	decoded   *decoder
	separator rune
	long      counted
	rows      int
}

// openText refuses with ErrFormat what is no text.
func openText(r io.Reader) (source, error) {
	d := &decoder{in: bufio.NewReaderSize(r, 64<<10)}
	if err := d.begin(); err != nil {
		return nil, err
	}
	body := bufio.NewReaderSize(d, 64<<10)
	sample, err := body.Peek(32 << 10)
	if err != nil && !errors.Is(err, io.EOF) {
		return nil, err
	}
	if bytes.IndexByte(sample, 0) >= 0 {
		return nil, ErrFormat
	}
	t := &text{decoded: d, separator: separatorOf(sample)}
	if line, rest, found := bytes.Cut(sample, []byte("\n")); found && bytes.HasPrefix(bytes.ToLower(line), []byte("sep=")) {
		_ = rest
		if _, err := body.Discard(len(line) + 1); err != nil {
			return nil, err
		}
		t.rows = 1
	}
	t.in = csv.NewReader(body)
	t.in.Comma, t.in.LazyQuotes, t.in.FieldsPerRecord, t.in.ReuseRecord = t.separator, true, -1, true
	return t, nil
}

func (t *text) next() (record, error) {
	cells, err := t.in.Read()
	if err != nil {
		if t.decoded.err != nil {
			return record{}, t.decoded.err
		}
		var broken *csv.ParseError
		if errors.As(err, &broken) {
			return record{}, ErrFormat.Because(err)
		}
		return record{}, err
	}
	line, _ := t.in.FieldPos(0)
	out := make([]string, len(cells))
	for i, c := range cells {
		if strings.IndexByte(c, 0) >= 0 {
			return record{}, ErrFormat
		}
		out[i] = cut(c, &t.long, i, line+t.rows)
	}
	out = trimmed(out)
	if len(out) > maxColumns {
		return record{}, ErrTooWide.With("limit", maxColumns)
	}
	return record{line + t.rows, out}, nil
}

func (t *text) format() string {
	name := map[rune]string{'\t': "tabulator"}[t.separator]
	if name == "" {
		name = string(t.separator)
	}
	return "CSV (" + name + "), " + t.decoded.name()
}

func (t *text) notices() []Notice { return t.long.notice(nil, "long_cell") }
func (t *text) close() error      { return nil }

// trimmed is the cells without the empty ones at the end.
func trimmed(cells []string) []string {
	for len(cells) > 0 && cells[len(cells)-1] == "" {
		cells = cells[:len(cells)-1]
	}
	return cells
}

// counted remembers how many cells had something, and where the first of them is.
type counted struct {
	n  int
	at string
}

func (c *counted) add(at string) {
	if c.n++; c.n == 1 {
		c.at = at
	}
}

func (c counted) notice(all []Notice, code string) []Notice {
	if c.n == 0 {
		return all
	}
	return append(all, Notice{Code: code, Count: c.n, At: c.at})
}

// cut cleans a cell and shortens one that no field could hold.
func cut(cell string, long *counted, column, line int) string {
	if !utf8.ValidString(cell) {
		cell = strings.ToValidUTF8(cell, "\ufffd")
	}
	cell = field.Clean(cell)
	if len(cell) > maxCell && utf8.RuneCountInString(cell) > maxCell {
		long.add(cellName(column, line))
		cell = string([]rune(cell)[:maxCell])
	}
	return cell
}

// separatorOf is the separator that gives the first lines the same number of cells most
// often, outside quotes; Excel's own word for it (sep=;) goes first.
func separatorOf(sample []byte) rune {
	if rest, found := bytes.CutPrefix(bytes.ToLower(sample), []byte("sep=")); found && len(rest) > 0 && strings.ContainsRune(";,\t|", rune(rest[0])) {
		return rune(rest[0])
	}
	best, most := ';', 0
	for _, candidate := range ";,\t|" {
		counts := map[int]int{}
		n, lines, quoted := 0, 0, false
		for _, b := range sample {
			switch {
			case b == '"':
				quoted = !quoted
			case quoted:
			case rune(b) == candidate:
				n++
			case b == '\n':
				if counts[n]++; n > 0 {
					lines++
				}
				n = 0
			}
		}
		if n > 0 {
			counts[n]++
			lines++
		}
		score := 0
		for cells, times := range counts {
			if cells > 0 {
				score = max(score, times*10+cells)
			}
		}
		if lines > 0 && score > most {
			best, most = candidate, score
		}
	}
	return best
}

// decoder makes UTF-8 of what comes: a byte order mark decides; without one each line
// that is no UTF-8 is Windows-1252, which is what Danish Excel writes.
type decoder struct {
	in      *bufio.Reader
	whole   io.Reader // where a mark told the encoding
	pending []byte
	utf8    bool // a line held more than ASCII, as UTF-8
	win     bool // a line was Windows-1252
	mark    string
	err     error
}

func (d *decoder) begin() error {
	head, err := d.in.Peek(3)
	if err != nil && !errors.Is(err, io.EOF) {
		return err
	}
	switch {
	case len(head) == 0:
		return ErrEmpty
	case bytes.HasPrefix(head, []byte{0xEF, 0xBB, 0xBF}):
		_, err = d.in.Discard(3)
		d.utf8 = true
		return err
	case bytes.HasPrefix(head, []byte{0xFF, 0xFE}), bytes.HasPrefix(head, []byte{0xFE, 0xFF}):
		d.mark = "UTF-16"
		d.whole = unicode.UTF16(unicode.LittleEndian, unicode.UseBOM).NewDecoder().Reader(d.in)
	}
	return nil
}

// longestLine is how much of a file may lie between two line ends.
const longestLine = 4 << 20

func (d *decoder) Read(p []byte) (int, error) {
	if d.whole != nil {
		n, err := d.whole.Read(p)
		if err != nil && !errors.Is(err, io.EOF) {
			d.err = err
		}
		return n, err
	}
	for len(d.pending) == 0 {
		var line []byte
		for {
			part, err := d.in.ReadSlice('\n')
			line = append(line, part...)
			if len(line) > longestLine {
				d.err = ErrFormat
				return 0, d.err
			}
			if errors.Is(err, bufio.ErrBufferFull) {
				continue
			}
			if err != nil && (len(line) == 0 || !errors.Is(err, io.EOF)) {
				if !errors.Is(err, io.EOF) {
					d.err = err
				}
				return 0, err
			}
			break
		}
		d.pending = d.utf(line)
	}
	n := copy(p, d.pending)
	d.pending = d.pending[n:]
	return n, nil
}

func (d *decoder) utf(line []byte) []byte {
	if utf8.Valid(line) {
		for _, b := range line {
			if b >= utf8.RuneSelf {
				d.utf8 = true
				break
			}
		}
		return line
	}
	d.win = true
	out, err := charmap.Windows1252.NewDecoder().Bytes(line)
	if err != nil {
		return bytes.ToValidUTF8(line, []byte("\ufffd"))
	}
	return out
}

func (d *decoder) name() string {
	switch {
	case d.mark != "":
		return d.mark
	case d.win && d.utf8:
		return "UTF-8 + Windows-1252"
	case d.win:
		return "Windows-1252"
	}
	return "UTF-8"
}

// heading finds the line of the headings among the first: the one with most words that
// the kind knows; without any, the first with two different cells. -1: there is none.
func heading(k Kind, first []record, office bool) int {
	best, most := -1, 0
	for i, r := range first {
		known := 0
		for _, f := range Recognise(k, r.cells, office) {
			if f != "" {
				known++
			}
		}
		if known > most {
			best, most = i, known
		}
	}
	if best >= 0 {
		return best
	}
	for i, r := range first {
		different := map[string]bool{}
		for _, c := range r.cells {
			different[c] = c != ""
		}
		delete(different, "")
		if len(different) > 1 || len(first) == 1 && len(different) == 1 {
			return i
		}
	}
	return -1
}
