package word

import (
	"archive/zip"
	"errors"
	"fmt"
	"io"
	"path"
	"sort"
	"strings"
)

// archive is the zip file a Word file is.
type archive struct {
	files map[string]*zip.File
	types map[string]string // content types by part, and by ".ending"
	main  string
	about struct{ core, custom string } // the parts with the file's properties
}

// open checks what a file is and how large it would become before anything is unpacked.
func open(r io.ReaderAt, size int64) (*archive, error) {
	if size > MaxSize {
		return nil, ErrTooLarge.With("limit", MaxSize)
	}
	if err := foreign(r, size); err != nil {
		return nil, err
	}
	z, err := zip.NewReader(r, size)
	if err != nil {
		return nil, ErrDamaged.Because(err)
	}
	a := &archive{files: make(map[string]*zip.File, len(z.File)), types: map[string]string{}}
	total := uint64(0)
	for _, f := range z.File {
		name := strings.ToLower(strings.TrimPrefix(f.Name, "/"))
		total += min(f.UncompressedSize64, maxUnpacked+1) // an entry cannot unpack to more than it says
		switch {
		case f.Flags&1 != 0:
			return nil, ErrEncrypted
		case total > maxUnpacked || len(z.File) > maxParts:
			return nil, ErrBomb.With("limit", maxUnpacked)
		case a.files[name] != nil:
			return nil, ErrDamaged.Because(fmt.Errorf("%q stands twice", f.Name))
		}
		a.files[name] = f
	}
	return a, a.kind()
}

// kind refuses archives that are no Word file, or one with a program in it.
func (a *archive) kind() error {
	if f := a.files["mimetype"]; f != nil {
		if raw, err := a.bytes("mimetype", 200); err == nil && strings.Contains(string(raw), "opendocument") {
			return ErrODT
		}
	}
	types, err := a.part("[content_types].xml")
	if errors.Is(err, errAbsent) {
		return ErrNotWord
	}
	if err != nil {
		return err
	}
	for _, k := range types.kids {
		of := strings.ToLower(strings.TrimPrefix(k.get("PartName"), "/"))
		if of == "" {
			of = "." + strings.ToLower(k.get("Extension"))
		}
		a.types[of] = strings.ToLower(k.get("ContentType"))
	}
	a.main = "word/document.xml"
	links, err := a.links("")
	if err != nil {
		return err
	}
	for _, l := range links {
		switch l.kind {
		case "officeDocument":
			a.main = l.target
		case "core-properties":
			a.about.core = l.target
		case "custom-properties":
			a.about.custom = l.target
		}
	}
	for name := range a.files {
		if path.Base(name) == "vbaproject.bin" || strings.Contains(a.types[name], "macroenabled") {
			return ErrMacros
		}
	}
	switch {
	case a.files[a.main] == nil && a.files["word/document.xml"] == nil:
		if strings.Contains(strings.Join(a.names(), " "), "word/") {
			return ErrDamaged.Because(errors.New("the document itself is missing"))
		}
		return ErrNotWord
	case a.types[a.main] != "" && !strings.Contains(a.types[a.main], "wordprocessingml"):
		return ErrNotWord
	}
	return nil
}

func (a *archive) names() []string {
	names := make([]string, 0, len(a.files))
	for n := range a.files {
		names = append(names, n)
	}
	sort.Strings(names)
	return names
}

var errAbsent = errors.New("no such part")

func (a *archive) bytes(name string, most int64) ([]byte, error) {
	f := a.files[strings.ToLower(name)]
	if f == nil {
		return nil, errAbsent
	}
	r, err := f.Open()
	if err != nil {
		return nil, ErrDamaged.Because(err)
	}
	defer r.Close()
	return io.ReadAll(io.LimitReader(r, most))
}

// part reads one part as XML. It refuses with errAbsent, ErrBomb and what parse refuses.
func (a *archive) part(name string) (*node, error) {
	f := a.files[strings.ToLower(name)]
	if f == nil {
		return nil, errAbsent
	}
	if f.UncompressedSize64 > maxPart {
		return nil, ErrBomb.With("limit", maxPart)
	}
	r, err := f.Open()
	if err != nil {
		return nil, ErrDamaged.Because(err)
	}
	defer r.Close()
	n, err := parse(io.LimitReader(r, maxPart))
	if err != nil {
		return nil, fmt.Errorf("%s: %w", name, err)
	}
	return n, nil
}

// link is a relationship of a part to another, or to something outside the file.
type link struct {
	id, kind, target string
	outside          bool
}

// links lists the relationships of a part; "" is the file itself.
func (a *archive) links(of string) ([]link, error) {
	dir, base := path.Split(of)
	n, err := a.part(dir + "_rels/" + base + ".rels")
	if errors.Is(err, errAbsent) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	var out []link
	for _, k := range n.kids {
		l := link{id: k.get("Id"), kind: path.Base(k.get("Type")), target: k.get("Target"), outside: k.get("TargetMode") == "External"}
		if !l.outside {
			if strings.HasPrefix(l.target, "/") {
				l.target = l.target[1:]
			} else {
				l.target = path.Join(dir, l.target)
			}
			l.target = strings.ToLower(l.target)
		}
		out = append(out, l)
	}
	return out, nil
}
