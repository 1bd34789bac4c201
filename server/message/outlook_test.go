package message_test

import (
	"encoding/binary"
	"fmt"
	"slices"
	"time"
	"unicode/utf16"
)

// folder is a storage of a compound file in the making.
type folder struct {
	streams map[string][]byte
	folders map[string]*folder
	fixed   []byte // properties of fixed size
	head    int    // bytes before them
}

func newFolder(head int) *folder {
	return &folder{streams: map[string][]byte{}, folders: map[string]*folder{}, head: head}
}

func (f *folder) text(id int, s string) *folder {
	var b []byte
	for _, u := range utf16.Encode([]rune(s)) {
		b = binary.LittleEndian.AppendUint16(b, u)
	}
	return f.stream(id, 0x1f, b)
}

func (f *folder) stream(id, kind int, b []byte) *folder {
	f.streams[fmt.Sprintf("__substg1.0_%04X%04X", id, kind)] = b
	f.value(id, kind, uint64(len(b)))
	return f
}

func (f *folder) value(id, kind int, v uint64) *folder {
	f.fixed = binary.LittleEndian.AppendUint32(f.fixed, uint32(id<<16|kind))
	f.fixed = binary.LittleEndian.AppendUint32(f.fixed, 6)
	f.fixed = binary.LittleEndian.AppendUint64(f.fixed, v)
	return f
}

func (f *folder) time(id int, t time.Time) *folder {
	return f.value(id, 0x40, uint64(t.UnixNano()/100+116444736000000000))
}

func (f *folder) put(name string, head int) *folder {
	f.folders[name] = newFolder(head)
	return f.folders[name]
}

func (f *folder) recipient(n int, name, mail string, kind uint64) *folder {
	f.put(fmt.Sprintf("__recip_version1.0_#%08X", n), 8).text(0x3001, name).text(0x39fe, mail).value(0x0c15, 3, kind)
	return f
}

func (f *folder) file(n int, name string, content []byte) *folder {
	return f.put(fmt.Sprintf("__attach_version1.0_#%08X", n), 8).text(0x3707, name).stream(0x3701, 0x102, content).value(0x3705, 3, 1)
}

// compound writes a compound file: the directory as one row of siblings, whatever is
// shorter than 4096 bytes in small sectors.
type compound struct {
	size    int // of a sector
	sectors [][]byte
	fat     []uint32
	small   []byte
	mini    []uint32
	entries [][]byte
}

const chainEnd, nothing = 0xfffffffe, 0xffffffff

// pack writes a compound file of version 3, whose sectors have 512 bytes; the folder is
// its root.
func pack(root *folder) []byte { return packed(root, 9) }

func packed(root *folder, shift uint16) []byte {
	c := &compound{size: 1 << shift}
	c.entry("Root Entry", 5)
	c.fill(0, root)
	binary.LittleEndian.PutUint32(c.entries[0][116:], c.chain(c.small))
	binary.LittleEndian.PutUint64(c.entries[0][120:], uint64(len(c.small)))
	miniTable := c.chain(words(c.mini))
	miniSectors := (4*len(c.mini) + c.size - 1) / c.size
	directory := c.chain(slices.Concat(c.entries...))
	each := c.size / 4
	tables, lists := 1, 0 // sectors of the table, and of the list of those after the first 109
	for tables*each < len(c.sectors)+tables+lists {
		tables++
		lists = (max(0, tables-109) + each - 2) / (each - 1)
	}
	first := len(c.sectors)
	for range tables {
		c.fat = append(c.fat, 0xfffffffd)
	}
	for range lists {
		c.fat = append(c.fat, 0xfffffffc)
	}
	for len(c.fat)%each != 0 {
		c.fat = append(c.fat, nothing)
	}
	var list []uint32
	for i := 109; i < tables; i++ {
		list = append(list, uint32(first+i))
		if len(list)%each == each-1 {
			list = append(list, uint32(first+tables+len(list)/each+1))
		}
	}
	for lists > 0 && len(list) < lists*each {
		list = append(list, nothing)
	}
	if lists > 0 {
		list[len(list)-1] = chainEnd
	}
	head := make([]byte, c.size)
	copy(head, "\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1")
	u16 := func(at int, v uint16) { binary.LittleEndian.PutUint16(head[at:], v) }
	u32 := func(at int, v uint32) { binary.LittleEndian.PutUint32(head[at:], v) }
	u16(24, 0x3e)
	u16(26, map[uint16]uint16{9: 3, 12: 4}[shift])
	u16(28, 0xfffe)
	u16(30, shift)
	u16(32, 6)
	u32(44, uint32(tables))
	u32(48, directory)
	u32(56, 4096)
	u32(60, miniTable)
	u32(64, uint32(miniSectors))
	u32(68, chainEnd)
	if lists > 0 {
		u32(68, uint32(first+tables))
		u32(72, uint32(lists))
	}
	for i := range 109 {
		u32(76+4*i, nothing)
		if i < tables {
			u32(76+4*i, uint32(first+i))
		}
	}
	return slices.Concat(head, slices.Concat(c.sectors...), words(c.fat), words(list))
}

func words(in []uint32) (out []byte) {
	for _, v := range in {
		out = binary.LittleEndian.AppendUint32(out, v)
	}
	return out
}

// chain puts content into sectors and gives the first.
func (c *compound) chain(content []byte) uint32 {
	first := uint32(chainEnd)
	for at := 0; at < len(content); at += c.size {
		if at == 0 {
			first = uint32(len(c.sectors))
		}
		sector := make([]byte, c.size)
		copy(sector, content[at:])
		c.sectors = append(c.sectors, sector)
		c.fat = append(c.fat, uint32(len(c.sectors)))
	}
	if len(content) > 0 {
		c.fat[len(c.fat)-1] = chainEnd
	}
	return first
}

func (c *compound) smallChain(content []byte) uint32 {
	if len(content) == 0 {
		return chainEnd
	}
	first := uint32(len(c.mini))
	for at := 0; at < len(content); at += 64 {
		sector := make([]byte, 64)
		copy(sector, content[at:])
		c.small = append(c.small, sector...)
		c.mini = append(c.mini, uint32(len(c.mini)+1))
	}
	c.mini[len(c.mini)-1] = chainEnd
	return first
}

func (c *compound) entry(name string, kind byte) int {
	e := make([]byte, 128)
	units := utf16.Encode([]rune(name))
	for i, u := range units {
		binary.LittleEndian.PutUint16(e[2*i:], u)
	}
	binary.LittleEndian.PutUint16(e[64:], uint16(2*len(units)+2))
	e[66], e[67] = kind, 1
	for at := 68; at < 80; at += 4 {
		binary.LittleEndian.PutUint32(e[at:], nothing)
	}
	c.entries = append(c.entries, e)
	return len(c.entries) - 1
}

// fill writes what lies in a folder below an entry.
func (c *compound) fill(at int, f *folder) {
	f.streams["__properties_version1.0"] = append(make([]byte, f.head), f.fixed...)
	before := -1
	link := func(i int) {
		if before < 0 {
			binary.LittleEndian.PutUint32(c.entries[at][76:], uint32(i))
		} else {
			binary.LittleEndian.PutUint32(c.entries[before][72:], uint32(i))
		}
		before = i
	}
	for _, name := range sorted(f.streams) {
		content := f.streams[name]
		i := c.entry(name, 2)
		link(i)
		first := uint32(0)
		if len(content) < 4096 {
			first = c.smallChain(content)
		} else {
			first = c.chain(content)
		}
		binary.LittleEndian.PutUint32(c.entries[i][116:], first)
		binary.LittleEndian.PutUint64(c.entries[i][120:], uint64(len(content)))
	}
	for _, name := range sorted(f.folders) {
		i := c.entry(name, 1)
		link(i)
		c.fill(i, f.folders[name])
	}
}

func sorted[V any](m map[string]V) (names []string) {
	for name := range m {
		names = append(names, name)
	}
	slices.Sort(names)
	return names
}

// outlook is a mail as Outlook saves it, with an agreement that came back.
func outlook() *folder {
	m := newFolder(32)
	m.text(0x001a, "IPM.Note").text(0x0037, "SV: Databehandleraftale – rettelser").text(0x0042, "Åse Østergård").text(0x0065, "/O=SODATA/CN=AASE").text(0x5d02, "aase@sodata.example")
	m.text(0x1000, "Kære sekretariat\r\n\r\nHer er aftalen med vores rettelser.\r\n").text(0x1035, "<42@sodata.example>")
	m.time(0x0039, time.Date(2026, 11, 20, 9, 30, 0, 0, time.UTC))
	m.recipient(0, "Sekretariatet", "aftaler@klausul.example", 1).recipient(1, "Jurist", "jurist@klausul.example", 2).recipient(2, "Skjult", "skjult@klausul.example", 3)
	m.file(0, "Aftale rev. 2.docx", returned).text(0x370e, "application/vnd.openxmlformats-officedocument.wordprocessingml.document")
	m.file(1, "logo.png", []byte("\x89PNG")).text(0x3712, "logo@1").text(0x370e, "image/png")
	return m
}

// returned stands for a Word file: long enough for sectors of its own.
var returned = func() []byte {
	b := []byte("PK\x03\x04")
	for i := range 5000 {
		b = append(b, byte(i*7))
	}
	return b
}()
