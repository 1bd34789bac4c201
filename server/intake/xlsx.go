package intake

import (
	"archive/zip"
	"bufio"
	"bytes"
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"path"
	"regexp"
	"strconv"
	"strings"

	"github.com/xuri/excelize/v2"
)

// cellName is where a cell stands, as a spreadsheet says it: C14. column counts from 0.
func cellName(column, line int) string {
	name, err := excelize.CoordinatesToCellName(column+1, max(line, 1))
	if err != nil {
		return fmt.Sprint(line)
	}
	return name
}

// sheet reads the first visible sheet of a workbook, row by row.
type sheet struct {
	book   *excelize.File
	rows   *excelize.Rows
	name   string
	number int

	mac      bool            // days are counted from 1904, as old Macs did
	days     map[string]bool // the cells that show a day, where mac
	merged   map[int][]area  // by their first row
	areas    int
	open     []filling
	formulas counted
	filled   counted
	long     counted
}

// area is a merged range, counted from 0 (columns) and 1 (rows).
type area struct{ left, top, right, bottom int }

// filling is a merged range that the rows have reached, with what stands in its corner.
type filling struct {
	area
	value string
}

// openSheet opens a workbook that lies in a file of its own. It refuses with ErrFormat
// what is no workbook, with ErrBomb one that unpacks too large, with ErrEmpty one without rows.
func openSheet(file string) (source, error) {
	packed, err := zip.OpenReader(file)
	if err != nil {
		return nil, ErrFormat.Because(err)
	}
	defer func() { _ = packed.Close() }()
	if err := unpacks(packed.File); err != nil {
		return nil, err
	}
	book, err := excelize.OpenFile(file, excelize.Options{RawCellValue: true, UnzipSizeLimit: maxUnpacked, UnzipXMLSizeLimit: 64 << 20})
	if err != nil {
		return nil, ErrFormat.Because(err)
	}
	s := &sheet{book: book, merged: map[int][]area{}, days: map[string]bool{}}
	if err := s.begin(&packed.Reader); err != nil {
		return nil, errors.Join(err, book.Close())
	}
	return s, nil
}

// unpacks refuses what would grow beyond all measure. The sizes are the archive's own
// word; its reader breaks off where a part is larger than it says.
func unpacks(parts []*zip.File) error {
	total, workbook := uint64(0), false
	for _, p := range parts {
		total += min(p.UncompressedSize64, maxUnpacked+1)
		workbook = workbook || strings.EqualFold(p.Name, "xl/workbook.xml")
	}
	if total > maxUnpacked || len(parts) > maxParts {
		return ErrBomb.With("limit", maxUnpacked)
	}
	if !workbook {
		return ErrFormat
	}
	return nil
}

func (s *sheet) begin(packed *zip.Reader) error {
	for _, name := range s.book.GetSheetList() {
		if visible, err := s.book.GetSheetVisible(name); err != nil || !visible {
			continue
		}
		if s.name == "" {
			s.name = name
		}
	}
	if s.name == "" {
		return ErrEmpty
	}
	if props, err := s.book.GetWorkbookProps(); err != nil {
		return ErrFormat.Because(err)
	} else if props.Date1904 != nil {
		s.mac = *props.Date1904
	}
	part, err := partOf(packed, s.name)
	if err != nil {
		return err
	}
	if err := s.look(part); err != nil {
		return err
	}
	s.rows, err = s.book.Rows(s.name)
	if err != nil {
		return ErrFormat.Because(err)
	}
	return nil
}

// partOf finds the file of a sheet inside the archive.
func partOf(packed *zip.Reader, name string) (*zip.File, error) {
	var book struct {
		Sheets []struct {
			Name string     `xml:"name,attr"`
			Any  []xml.Attr `xml:",any,attr"`
		} `xml:"sheets>sheet"`
	}
	var links struct {
		Links []struct {
			ID     string `xml:"Id,attr"`
			Target string `xml:"Target,attr"`
		} `xml:"Relationship"`
	}
	if err := errors.Join(small(packed, "xl/workbook.xml", &book), small(packed, "xl/_rels/workbook.xml.rels", &links)); err != nil {
		return nil, ErrFormat.Because(err)
	}
	for _, sheet := range book.Sheets {
		for _, a := range sheet.Any {
			for _, l := range links.Links {
				if sheet.Name != name || a.Name.Local != "id" || l.ID != a.Value {
					continue
				}
				target := l.Target
				if !strings.HasPrefix(target, "/") {
					target = path.Join("xl", target)
				}
				for _, p := range packed.File {
					if strings.EqualFold(p.Name, strings.TrimPrefix(target, "/")) {
						return p, nil
					}
				}
			}
		}
	}
	return nil, ErrFormat
}

// small reads a part of the archive that describes it. Go's reader knows no entities from outside.
func small(packed *zip.Reader, name string, into any) error {
	for _, p := range packed.File {
		if !strings.EqualFold(p.Name, name) {
			continue
		}
		r, err := p.Open()
		if err != nil {
			return err
		}
		defer r.Close()
		return xml.NewDecoder(io.LimitReader(r, 4<<20)).Decode(into)
	}
	return fmt.Errorf("%s is missing", name)
}

// look goes through the sheet's text once for what the row reader does not tell: which
// cells are formulas, which areas are merged and, where it matters, which cells show days.
func (s *sheet) look(part *zip.File) error {
	r, err := part.Open()
	if err != nil {
		return ErrFormat.Because(err)
	}
	defer r.Close()
	in := bufio.NewReaderSize(r, 64<<10)
	cell := ""
	styles := map[string]bool{}
	for {
		tag, err := nextTag(in)
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err != nil {
			return ErrFormat.Because(err)
		}
		switch {
		case bytes.HasPrefix(tag, []byte("c ")):
			cell = attribute(tag, "r")
			if style := attribute(tag, "s"); s.mac && style != "" {
				if _, seen := styles[style]; !seen {
					styles[style] = s.showsDay(style)
				}
				if styles[style] {
					s.days[cell] = true
				}
			}
		case bytes.Equal(tag, []byte("f")), bytes.HasPrefix(tag, []byte("f ")), bytes.HasPrefix(tag, []byte("f/")):
			s.formulas.add(cell)
		case bytes.HasPrefix(tag, []byte("mergeCell ")):
			if s.areas++; s.areas > maxMerged {
				return ErrMerged.With("limit", maxMerged)
			}
			if a, ok := areaOf(attribute(tag, "ref")); ok {
				s.merged[a.top] = append(s.merged[a.top], a)
			}
		}
	}
}

// fourYears is what a count of days from 1904 lacks to one from 1900.
const fourYears = 1462

// dayFormat is a number format of one's own that shows a day: it has a year or a day
// outside of quotes and brackets.
var (
	dayFormat = regexp.MustCompile(`(?i)[yd]`)
	literal   = regexp.MustCompile(`"[^"]*"|\[[^\]]*\]|\\.`)
)

// showsDay tells whether a cell of this style shows a day.
func (s *sheet) showsDay(style string) bool {
	n, err := strconv.Atoi(style)
	if err != nil {
		return false
	}
	look, err := s.book.GetStyle(n)
	if err != nil {
		return false
	}
	if look.CustomNumFmt != nil {
		return dayFormat.MatchString(literal.ReplaceAllString(*look.CustomNumFmt, ""))
	}
	f := look.NumFmt
	return f >= 14 && f <= 17 || f == 22 || f >= 27 && f <= 36 || f >= 50 && f <= 58
}

// from1900 counts a day of a workbook from where every other counts it.
func (s *sheet) from1900(cell string, column int) string {
	days, err := strconv.ParseFloat(cell, 64)
	if err != nil || !s.days[cellName(column, s.number)] {
		return cell
	}
	return strconv.FormatFloat(days+fourYears, 'f', -1, 64)
}

// nextTag returns what stands between the next < and >, without a namespace's prefix.
func nextTag(in *bufio.Reader) ([]byte, error) {
	for {
		_, err := in.ReadSlice('<')
		if err == nil {
			break
		}
		if !errors.Is(err, bufio.ErrBufferFull) {
			return nil, err
		}
	}
	tag, err := in.ReadSlice('>')
	if err != nil {
		if errors.Is(err, bufio.ErrBufferFull) {
			return nil, errors.New("a tag without an end")
		}
		return nil, err
	}
	tag = tag[:len(tag)-1]
	if i := bytes.IndexByte(tag, ':'); i > 0 && i < 8 && !bytes.ContainsAny(tag[:i], " /=") {
		tag = tag[i+1:]
	}
	return tag, nil
}

func attribute(tag []byte, name string) string {
	_, rest, found := bytes.Cut(tag, []byte(" "+name+`="`))
	if !found {
		return ""
	}
	value, _, _ := bytes.Cut(rest, []byte(`"`))
	return string(value)
}

func areaOf(ref string) (area, bool) {
	from, to, ok := strings.Cut(ref, ":")
	if !ok {
		return area{}, false
	}
	left, top, err1 := excelize.CellNameToCoordinates(from)
	right, bottom, err2 := excelize.CellNameToCoordinates(to)
	return area{left - 1, top, right - 1, bottom}, err1 == nil && err2 == nil && left <= right && top <= bottom
}

func (s *sheet) next() (record, error) {
	if s.rows.Next() {
		s.number++
		cells, err := s.rows.Columns(excelize.Options{RawCellValue: true})
		if err != nil {
			return record{}, ErrFormat.Because(err)
		}
		cells = trimmed(cells)
		if len(cells) > maxColumns {
			return record{}, ErrTooWide.With("limit", maxColumns)
		}
		for i, c := range cells {
			cells[i] = s.from1900(cut(c, &s.long, i, s.number), i)
		}
		cells = s.fill(cells)
		if len(s.open) > maxColumns { // no more can stand side by side
			return record{}, ErrMerged.With("limit", maxColumns)
		}
		return record{s.number, cells}, nil
	}
	if err := s.rows.Error(); err != nil {
		return record{}, ErrFormat.Because(err)
	}
	return record{}, io.EOF
}

// fill gives every cell of a merged area what stands in its corner: a person sees it
// there. A title across a whole row is such an area too, and is no heading.
func (s *sheet) fill(cells []string) []string {
	for _, a := range s.merged[s.number] {
		f := filling{area: a}
		if a.left < len(cells) {
			f.value = cells[a.left]
		}
		s.open = append(s.open, f)
	}
	still := s.open[:0]
	for _, f := range s.open {
		if f.value != "" {
			for c := f.left; c <= min(f.right, maxColumns-1); c++ {
				for len(cells) <= c {
					cells = append(cells, "")
				}
				if cells[c] == "" {
					cells[c] = f.value
					s.filled.add(cellName(c, s.number))
				}
			}
		}
		if f.bottom > s.number {
			still = append(still, f)
		}
	}
	s.open = still
	return cells
}

func (s *sheet) format() string { return "XLSX, " + s.name }

func (s *sheet) notices() []Notice {
	return s.long.notice(s.filled.notice(s.formulas.notice(nil, "formula"), "merged"), "long_cell")
}

func (s *sheet) close() error { return errors.Join(s.rows.Close(), s.book.Close()) }
