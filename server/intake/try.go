package intake

import (
	"errors"
	"io"
)

// Try reads a workbook as an import of the kind would, without a register: how many
// lines it has below its headings, and how many of them can be read.
func Try(file string, k Kind) (lines, good int, err error) {
	in, err := openSheet(file)
	if err != nil {
		return 0, 0, err
	}
	defer func() { err = errors.Join(err, in.close()) }()
	first, err := head(in, 20)
	if err != nil {
		return 0, 0, err
	}
	at := heading(k, first, true)
	if at < 0 {
		return 0, 0, ErrNoHeadings
	}
	fields := Recognise(k, first[at].cells, true)
	see := func(r record) {
		if lines++; len(parse(k, fields, r, true).flaws) == 0 {
			good++
		}
	}
	for _, r := range first[at+1:] {
		see(r)
	}
	for {
		r, err := in.next()
		if errors.Is(err, io.EOF) {
			return lines, good, nil
		}
		if err != nil {
			return lines, good, err
		}
		see(r)
	}
}
