package render

import (
	"bytes"
	"compress/zlib"
	"crypto/md5"
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"regexp"
	"sort"
	"strconv"
	"strings"
	"sync"
)

var errShape = errors.New("render: fpdf wrote a file of unknown shape")

// file is fpdf's output taken apart: numbered objects without their frame.
type file struct {
	objs  map[int][]byte
	next  int // the next free object number
	pages []int
}

// finish turns what fpdf wrote into a tagged PDF/A file. fpdf v0.12.0 leaves these
// gaps, each closed here: a wrong /Info number beside XMP, no /ID, an empty /Names,
// an outline without /Count, a transparency group per page, dates without a zone,
// made-up font names, fonts without a CIDSet, and no structure.
func finish(raw []byte, l *layout) ([]byte, error) {
	f, err := takeApart(raw)
	if err != nil {
		return nil, err
	}
	if len(f.pages) != len(l.pages) {
		return nil, errShape
	}
	for i, p := range l.pages {
		p.num = f.pages[i]
	}
	root, info, outlines := 0, 0, 0
	for num, o := range f.objs {
		switch {
		case bytes.Contains(o, []byte("/Type /Catalog")):
			root = num
		case bytes.HasPrefix(o, []byte("<<\n/Producer")):
			info = num
		case bytes.HasPrefix(o, []byte("<</Type /Outlines")):
			outlines = num
		}
	}
	if root == 0 || info == 0 {
		return nil, errShape
	}
	structure := f.tag(l)
	if err := f.finishPages(l); err != nil {
		return nil, err
	}
	f.nameFonts(l)
	if err := f.listGlyphs(); err != nil {
		return nil, err
	}
	f.objs[info] = regexp.MustCompile(`\(D:(\d{14})\)`).ReplaceAll(f.objs[info], []byte("(D:${1}+00'00')"))
	if outlines != 0 {
		f.countOutline(outlines, l.heads)
	}
	f.objs[root] = regexp.MustCompile(`(?s)/Names <<.*>>\s*>>`).ReplaceAll(f.objs[root], []byte(">>"))
	f.extend(root, fmt.Sprintf("/MarkInfo <</Marked true>> /StructTreeRoot %d 0 R /ViewerPreferences <</DisplayDocTitle true>> ", structure))
	return f.write(root, info), nil
}

// countOutline tells how many bookmarks stand below each: at the top level they are
// unfolded, and those below are folded away. fpdf writes them in order, root last.
func (f *file) countOutline(root int, heads []head) {
	top := 0
	for i, h := range heads {
		num, below := root-len(heads)+i, 0
		for k := i + 1; k < len(heads) && heads[k].level > h.level; k++ {
			below++
		}
		if h.level == 0 {
			top++
		}
		count := ""
		if below > 0 {
			count = fmt.Sprintf(" /Count -%d", below)
		}
		f.objs[num] = bytes.Replace(f.objs[num], []byte("/Count 0"), []byte(count), 1)
	}
	f.extend(root, fmt.Sprintf(" /Count %d", top))
}

var (
	toGlyph    = regexp.MustCompile(`/CIDToGIDMap (\d+) 0 R`)
	descriptor = regexp.MustCompile(`/FontDescriptor (\d+) 0 R`)
)

// listGlyphs adds the CIDSet that PDF/A-1 wants of a font that was cut: a bit for each
// character that the font program in the file has a sign for.
func (f *file) listGlyphs() error {
	for num := 1; num < f.next; num++ {
		m, d := toGlyph.FindSubmatch(f.objs[num]), descriptor.FindSubmatch(f.objs[num])
		if m == nil || d == nil {
			continue
		}
		at, _ := strconv.Atoi(string(m[1]))
		of, _ := strconv.Atoi(string(d[1]))
		glyphs, err := inflate(f.objs[at])
		if err != nil {
			return fmt.Errorf("read the glyphs of object %d: %w", at, err)
		}
		set, last := make([]byte, len(glyphs)/16), 0
		for cid := range len(glyphs) / 2 {
			if cid == 0 || glyphs[2*cid] != 0 || glyphs[2*cid+1] != 0 {
				set[cid/8] |= 0x80 >> (cid % 8)
				last = cid / 8
			}
		}
		set = set[:last+1]
		n := f.add()
		f.objs[n] = fmt.Appendf(nil, "<</Length %d>>\nstream\n%s\nendstream", len(set), set)
		f.extend(of, fmt.Sprintf(" /CIDSet %d 0 R ", n))
	}
	return nil
}

// inflate gives the content of a compressed stream object.
func inflate(o []byte) ([]byte, error) {
	at := bytes.Index(o, []byte("stream\n"))
	if at < 0 {
		return nil, errShape
	}
	r, err := zlib.NewReader(bytes.NewReader(o[at+len("stream\n"):]))
	if err != nil {
		return nil, err
	}
	b, err := io.ReadAll(r)
	return b, errors.Join(err, r.Close())
}

// takeApart reads the classic cross-reference table that fpdf writes.
func takeApart(b []byte) (*file, error) {
	at := bytes.LastIndex(b, []byte("startxref"))
	if at < 0 {
		return nil, errShape
	}
	var xref, first, n int
	if _, err := fmt.Sscan(string(b[at+9:]), &xref); err != nil || xref >= len(b) {
		return nil, errShape
	}
	if _, err := fmt.Sscanf(string(b[xref:]), "xref\n%d %d", &first, &n); err != nil {
		return nil, errShape
	}
	rows := b[xref:]
	for range 2 {
		rows = rows[bytes.IndexByte(rows, '\n')+1:]
	}
	type place struct{ num, off int }
	var places []place
	for k := 1; k < n; k++ {
		off, err := strconv.Atoi(string(rows[k*20 : k*20+10]))
		if err != nil {
			return nil, errShape
		}
		places = append(places, place{k, off})
	}
	sort.Slice(places, func(i, j int) bool { return places[i].off < places[j].off })
	f := &file{objs: make(map[int][]byte, n), next: n}
	for k, p := range places {
		end := xref
		if k+1 < len(places) {
			end = places[k+1].off
		}
		s := b[p.off:end]
		from, to := bytes.Index(s, []byte("obj")), bytes.LastIndex(s, []byte("endobj"))
		if from < 0 || to < from+3 {
			return nil, errShape
		}
		f.objs[p.num] = bytes.TrimSpace(s[from+3 : to])
	}
	kids := regexp.MustCompile(`(?s)/Kids \[(.*?)\]`).FindSubmatch(f.objs[1])
	if kids == nil {
		return nil, errShape
	}
	for _, m := range regexp.MustCompile(`(\d+) 0 R`).FindAllSubmatch(kids[1], -1) {
		num, _ := strconv.Atoi(string(m[1]))
		f.pages = append(f.pages, num)
	}
	return f, nil
}

func (f *file) add() int { f.next++; return f.next - 1 }

// extend puts further entries at the end of an object's dictionary.
func (f *file) extend(num int, entries string) {
	o := f.objs[num]
	at := bytes.LastIndex(o, []byte(">>"))
	f.objs[num] = []byte(string(o[:at]) + entries + ">>")
}

var group = []byte("/Group <</Type /Group /S /Transparency /CS /DeviceRGB>>")

var contents = regexp.MustCompile(`/Contents (\d+) 0 R`)

// finishPages ties each page to its structure, gives it its links, and compresses it.
func (f *file) finishPages(l *layout) error {
	for i, p := range l.pages {
		f.objs[p.num] = bytes.Replace(f.objs[p.num], group, nil, 1)
		var s strings.Builder
		fmt.Fprintf(&s, "\n/StructParents %d /Tabs /S", i)
		if len(p.links) > 0 {
			s.WriteString(" /Annots [")
			for _, k := range p.links {
				fmt.Fprintf(&s, "%d 0 R ", k.num)
			}
			s.WriteString("]")
		}
		f.extend(p.num, s.String())
		m := contents.FindSubmatch(f.objs[p.num])
		if m == nil {
			return errShape
		}
		num, _ := strconv.Atoi(string(m[1]))
		packed, err := deflate(f.objs[num])
		if err != nil {
			return err
		}
		f.objs[num] = packed
	}
	return nil
}

// deflaters are kept, for each is most of a megabyte and a document has a stream per page.
var deflaters = sync.Pool{New: func() any {
	w, _ := zlib.NewWriterLevel(nil, zlib.BestSpeed) // the level is a good one
	return w
}}

// deflate compresses a plain stream object.
func deflate(o []byte) ([]byte, error) {
	from, to := bytes.Index(o, []byte("stream\n")), bytes.LastIndex(o, []byte("\nendstream"))
	if from < 0 || to < from+len("stream\n") || bytes.Contains(o[:from], []byte("/Filter")) {
		return nil, errShape
	}
	w := deflaters.Get().(*zlib.Writer)
	defer deflaters.Put(w)
	var packed bytes.Buffer
	w.Reset(&packed)
	_, err := w.Write(o[from+len("stream\n") : to])
	if err = errors.Join(err, w.Close()); err != nil {
		return nil, err
	}
	return fmt.Appendf(nil, "<</Filter /FlateDecode /Length %d>>\nstream\n%s\nendstream", packed.Len(), packed.Bytes()), nil
}

// nameFonts gives the fonts their own names, with the tag that marks a subset.
func (f *file) nameFonts(l *layout) {
	for num, o := range f.objs {
		if !bytes.HasPrefix(o, []byte("<</Type /Font")) {
			continue
		}
		for _, fc := range l.faces {
			for _, end := range []string{"\n", " "} { // whole names only: serif is the start of serifB
				o = bytes.ReplaceAll(o, []byte("/utf8"+fc.family+fc.style+end), []byte("/KLAUSA+"+fc.postScript+end))
			}
		}
		f.objs[num] = o
	}
}

// write numbers the objects anew in order and ends the file with an ID made from
// its content.
func (f *file) write(root, info int) []byte {
	var out bytes.Buffer
	out.WriteString("%PDF-1.7\n%\xe2\xe3\xcf\xd3\n")
	offsets := make([]int, f.next)
	for k := 1; k < f.next; k++ {
		offsets[k] = out.Len()
		fmt.Fprintf(&out, "%d 0 obj\n", k)
		out.Write(f.objs[k])
		out.WriteString("\nendobj\n")
	}
	xref := out.Len()
	id := md5.Sum(out.Bytes())
	fmt.Fprintf(&out, "xref\n0 %d\n0000000000 65535 f \n", f.next)
	for _, o := range offsets[1:] {
		fmt.Fprintf(&out, "%010d 00000 n \n", o)
	}
	fmt.Fprintf(&out, "trailer\n<</Size %d /Root %d 0 R /Info %d 0 R /ID [<%x><%x>]>>\nstartxref\n%d\n%%%%EOF\n", f.next, root, info, id, id, xref)
	return out.Bytes()
}

// metadata is the XMP packet: the same facts as /Info, and the claim of PDF/A.
func metadata(l *layout) []byte {
	var title bytes.Buffer
	_ = xml.EscapeText(&title, []byte(l.doc.name()))
	at := l.doc.when().Format("2006-01-02T15:04:05Z")
	return []byte(`<?xpacket begin="` + "\ufeff" + `" id="W5M0MpCehiHzreSzNTczkc9d"?><x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">` +
		`<rdf:Description rdf:about="" xmlns:dc="http://purl.org/dc/elements/1.1/"><dc:format>application/pdf</dc:format><dc:title><rdf:Alt><rdf:li xml:lang="x-default">` + title.String() + `</rdf:li></rdf:Alt></dc:title><dc:language><rdf:Bag><rdf:li>` + l.w.lang + `</rdf:li></rdf:Bag></dc:language></rdf:Description>` +
		`<rdf:Description rdf:about="" xmlns:xmp="http://ns.adobe.com/xap/1.0/"><xmp:CreateDate>` + at + `</xmp:CreateDate><xmp:ModifyDate>` + at + `</xmp:ModifyDate></rdf:Description>` +
		`<rdf:Description rdf:about="" xmlns:pdf="http://ns.adobe.com/pdf/1.3/"><pdf:Producer>Klausul</pdf:Producer></rdf:Description>` +
		`<rdf:Description rdf:about="" xmlns:pdfaid="http://www.aiim.org/pdfa/ns/id/"><pdfaid:part>2</pdfaid:part><pdfaid:conformance>A</pdfaid:conformance></rdf:Description></rdf:RDF></x:xmpmeta><?xpacket end="w"?>`)
}
