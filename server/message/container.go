package message

import (
	"encoding/binary"
	"errors"
	"fmt"
	"unicode/utf16"
)

// signature begins a compound file, the container of old Office and of Outlook.
const signature = "\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"

// A compound file is a small file system (MS-CFB): sectors, a table that chains them (FAT),
// a second one for small sectors that lie in a stream of their own, and a directory.
const (
	noSector   = 0xfffffffa // and above: no sector but a mark
	endOfChain = 0xfffffffe
	noEntry    = 0xffffffff
	miniSector = 64
	miniBelow  = 4096 // streams shorter than this lie in small sectors
	maxEntries = 40_000
)

// container is an opened compound file. Chains and trees are followed no longer than the
// file has sectors and entries, so that a loop is an error and not a wait.
type container struct {
	raw        []byte
	sector     int
	fat, mini  []uint32
	small      []byte // the stream of small sectors
	entries    []directoryEntry
	visited    []bool
	wide, read int // sectors in the file; bytes read so far
}

type directoryEntry struct {
	name               string
	kind               byte // 1 storage, 2 stream, 5 root
	left, right, child uint32
	start              uint32
	size               uint64
}

// storage is a folder in a container.
type storage struct {
	*container
	streams map[string]int
	folders map[string]int
	order   []string // of folders
}

// openContainer reads tables and directory. Its errors tell what is wrong with the file.
func openContainer(raw []byte) (*container, error) {
	if len(raw) < 512 {
		return nil, errors.New("no header")
	}
	u32 := func(at int) uint32 { return binary.LittleEndian.Uint32(raw[at:]) }
	c := &container{raw: raw}
	switch shift := binary.LittleEndian.Uint16(raw[30:]); shift {
	case 9, 12:
		c.sector = 1 << shift
	default:
		return nil, fmt.Errorf("sectors of 2^%d bytes", shift)
	}
	c.wide = len(raw)/c.sector + 1
	var places []uint32 // of the sectors of the FAT
	for i := range 109 {
		places = append(places, u32(76+4*i))
	}
	for at, n := u32(68), 0; at < noSector; n++ {
		b, err := c.at(at)
		if err != nil || n > c.wide {
			return nil, errors.Join(errors.New("the list of tables is broken"), err)
		}
		for i := 0; i+8 <= len(b); i += 4 {
			places = append(places, binary.LittleEndian.Uint32(b[i:]))
		}
		at = binary.LittleEndian.Uint32(b[len(b)-4:])
	}
	for _, p := range places {
		if p >= noSector {
			continue
		}
		b, err := c.at(p)
		if err != nil || len(c.fat) > c.wide+c.sector {
			return nil, errors.Join(errors.New("a table is missing"), err)
		}
		c.fat = append(c.fat, numbers(b)...)
	}
	directory, err := c.chain(u32(48), -1)
	if err != nil {
		return nil, fmt.Errorf("directory: %w", err)
	}
	switch n := len(directory) / 128; {
	case n == 0:
		return nil, errors.New("an empty directory")
	case n > maxEntries:
		return nil, ErrComplex.With("limit", maxEntries)
	}
	for len(directory) >= 128 {
		c.entries = append(c.entries, entryOf(directory[:128], c.sector))
		directory = directory[128:]
	}
	c.visited = make([]bool, len(c.entries))
	c.visited[0] = true // the root lies nowhere
	if first := u32(60); first < noSector {
		b, err := c.chain(first, -1)
		if err != nil {
			return nil, fmt.Errorf("table of small sectors: %w", err)
		}
		c.mini = numbers(b)
		if c.small, err = c.chain(c.entries[0].start, -1); err != nil {
			return nil, fmt.Errorf("small sectors: %w", err)
		}
	}
	return c, nil
}

func numbers(b []byte) []uint32 {
	out := make([]uint32, len(b)/4)
	for i := range out {
		out[i] = binary.LittleEndian.Uint32(b[4*i:])
	}
	return out
}

func entryOf(b []byte, sector int) directoryEntry {
	u32 := func(at int) uint32 { return binary.LittleEndian.Uint32(b[at:]) }
	e := directoryEntry{kind: b[66], left: u32(68), right: u32(72), child: u32(76), start: u32(116), size: binary.LittleEndian.Uint64(b[120:])}
	if sector == 512 { // the upper half may hold anything
		e.size &= 0xffffffff
	}
	n := min(int(binary.LittleEndian.Uint16(b[64:])), 64)
	var name []uint16
	for i := 0; i+2 <= n-2; i += 2 {
		name = append(name, binary.LittleEndian.Uint16(b[i:]))
	}
	e.name = string(utf16.Decode(name))
	return e
}

// at is a sector; the last one of a file may be short.
func (c *container) at(n uint32) ([]byte, error) {
	from := (int64(n) + 1) * int64(c.sector)
	if from >= int64(len(c.raw)) {
		return nil, fmt.Errorf("sector %d is not in the file", n)
	}
	b := c.raw[from:min(from+int64(c.sector), int64(len(c.raw)))]
	if len(b) < c.sector {
		b = append(make([]byte, 0, c.sector), b...)[:c.sector]
	}
	return b, nil
}

// chain reads sectors one after the other: so many bytes, or all for -1.
func (c *container) chain(n uint32, size int64) ([]byte, error) {
	out := make([]byte, 0, min(max(size, 0), int64(len(c.raw)))+int64(c.sector))
	for steps := 0; n != endOfChain && (size < 0 || int64(len(out)) < size); steps++ {
		b, err := c.at(n)
		if err != nil {
			return nil, err
		}
		if c.read += len(b); steps > c.wide || c.read > 4*MaxSize {
			return nil, errors.New("the sectors go round in a loop")
		}
		out = append(out, b...)
		if int64(n) >= int64(len(c.fat)) {
			return nil, fmt.Errorf("sector %d is in no table", n)
		}
		n = c.fat[n]
	}
	return cutTo(out, size)
}

// smallChain is chain for small sectors.
func (c *container) smallChain(n uint32, size int64) ([]byte, error) {
	var out []byte
	for steps := 0; n != endOfChain && int64(len(out)) < size; steps++ {
		from := int64(n) * miniSector
		if from+miniSector > int64(len(c.small)) || int64(n) >= int64(len(c.mini)) || steps > len(c.mini) {
			return nil, fmt.Errorf("small sector %d is not in the file", n)
		}
		out = append(out, c.small[from:from+miniSector]...)
		n = c.mini[n]
	}
	return cutTo(out, size)
}

func cutTo(b []byte, size int64) ([]byte, error) {
	switch {
	case size < 0:
		return b, nil
	case int64(len(b)) < size:
		return nil, fmt.Errorf("%d bytes of %d are there", len(b), size)
	}
	return b[:size], nil
}

// stream reads what an entry holds.
func (c *container) stream(i int) ([]byte, error) {
	e := c.entries[i]
	if e.size > MaxSize {
		return nil, fmt.Errorf("%q says that it has %d bytes", e.name, e.size)
	}
	if e.size < miniBelow {
		return c.smallChain(e.start, int64(e.size))
	}
	return c.chain(e.start, int64(e.size))
}

// folder lists what lies in a storage. Each entry lies in one place only; one that is met
// twice is an error.
func (c *container) folder(i int) (storage, error) {
	s := storage{container: c, streams: map[string]int{}, folders: map[string]int{}}
	open := []uint32{c.entries[i].child}
	for len(open) > 0 {
		n := open[len(open)-1]
		open = open[:len(open)-1]
		if n == noEntry {
			continue
		}
		if int64(n) >= int64(len(c.entries)) || c.visited[n] {
			return s, fmt.Errorf("entry %d is missing, or in two places", n)
		}
		c.visited[n] = true
		e := c.entries[n]
		open = append(open, e.right, e.left)
		switch e.kind {
		case 1:
			s.folders[e.name] = int(n)
			s.order = append(s.order, e.name)
		case 2:
			s.streams[e.name] = int(n)
		}
	}
	return s, nil
}
