package word

import (
	"strconv"
	"strings"
	"unicode/utf8"
)

const deepest = 9

type level struct {
	start   int
	format  string
	text    string
	restart int // the level (from 1) whose next number starts this one again; -1 any above, 0 never
	legal   bool
	id      string // of the paragraph style bound to it
}

// abstract is one way to count. Lists that share it count on from each other.
type abstract struct {
	levels [deepest]level
	link   string // numStyleLink
	linked string // styleLink
}

type list struct {
	abstract string
	starts   map[int]int
	levels   map[int]level
}

// numbering counts as Word does.
type numbering struct {
	abstracts map[string]*abstract
	lists     map[string]list
	counters  map[string]*[deepest]int // by abstract; -1 not begun
	met       map[string]bool          // lists whose own starts were used
	byStyle   map[string]place         // levels bound to a paragraph style
}

type place struct {
	list  string
	depth int
}

func readNumbering(root *node) *numbering {
	n := &numbering{abstracts: map[string]*abstract{}, lists: map[string]list{}, counters: map[string]*[deepest]int{}, met: map[string]bool{}, byStyle: map[string]place{}}
	if root == nil {
		return n
	}
	for _, k := range root.kids {
		switch k.name {
		case "w:abstractNum":
			a := &abstract{link: k.value("w:numStyleLink"), linked: k.value("w:styleLink")}
			for i := range a.levels {
				a.levels[i] = level{start: 1, format: "none", restart: -1}
			}
			for _, l := range k.kids {
				if l.name == "w:lvl" {
					if i, ok := depthOf(l); ok {
						a.levels[i] = levelOf(l)
					}
				}
			}
			n.abstracts[k.get("abstractNumId")] = a
		case "w:num":
			l := list{abstract: k.value("w:abstractNumId"), starts: map[int]int{}, levels: map[int]level{}}
			for _, o := range k.kids {
				if o.name != "w:lvlOverride" {
					continue
				}
				i, ok := depthOf(o)
				if !ok {
					continue
				}
				if own := o.kid("w:lvl"); own != nil {
					l.levels[i] = levelOf(own)
				}
				if s, err := strconv.Atoi(o.value("w:startOverride")); err == nil {
					l.starts[i] = s
				}
			}
			n.lists[k.get("numId")] = l
		}
	}
	n.follow()
	return n
}

// follow resolves lists that are defined by a style, and finds the levels bound to styles.
func (n *numbering) follow() {
	for _, a := range n.abstracts {
		if a.link == "" {
			continue
		}
		for _, other := range n.abstracts {
			if other.linked == a.link {
				a.levels = other.levels
			}
		}
	}
	for id, l := range n.lists {
		if a := n.abstracts[l.abstract]; a != nil {
			for i, lv := range a.levels {
				if lv.id == "" {
					continue
				}
				// of several lists over one counting the first in the file's order is the style's own
				if old, ok := n.byStyle[lv.id]; !ok || less(id, old.list) {
					n.byStyle[lv.id] = place{id, i}
				}
			}
		}
	}
}

func less(a, b string) bool {
	if len(a) != len(b) {
		return len(a) < len(b)
	}
	return a < b
}

func depthOf(n *node) (int, bool) {
	i, err := strconv.Atoi(n.get("ilvl"))
	return i, err == nil && i >= 0 && i < deepest
}

func levelOf(n *node) level {
	l := level{start: 1, format: "decimal", restart: -1, text: n.value("w:lvlText"), id: n.value("w:pStyle")}
	if s, err := strconv.Atoi(n.value("w:start")); err == nil {
		l.start = s
	}
	if f := n.value("w:numFmt"); f != "" {
		l.format = f
	}
	if r, err := strconv.Atoi(n.value("w:lvlRestart")); err == nil {
		l.restart = r
	}
	l.legal, _ = n.on("w:isLgl")
	return l
}

// next counts one paragraph and gives its number as Word shows it. known is false when a
// format is not one of ours; it is counted 1, 2, 3 then.
func (n *numbering) next(id string, depth int) (number string, bullet, known bool) {
	l, ok := n.lists[id]
	a := n.abstracts[l.abstract]
	if !ok || a == nil || depth < 0 || depth >= deepest {
		return "", false, true
	}
	at := func(i int) level {
		if own, ok := l.levels[i]; ok {
			return own
		}
		return a.levels[i]
	}
	c := n.counters[l.abstract]
	if c == nil {
		c = new([deepest]int)
		for i := range c {
			c[i] = -1
		}
		n.counters[l.abstract] = c
	}
	if !n.met[id] { // a list with starts of its own begins again where it is first met
		n.met[id] = true
		for i := range l.starts {
			c[i] = -1
		}
	}
	begin := func(i int) int {
		if s, ok := l.starts[i]; ok {
			return s
		}
		return at(i).start
	}
	for i := range depth {
		if c[i] < 0 {
			c[i] = begin(i)
		}
	}
	if c[depth] < 0 {
		c[depth] = begin(depth)
	} else {
		c[depth]++
	}
	for i := depth + 1; i < deepest; i++ {
		if r := at(i).restart; r < 0 || (r > 0 && depth < r) {
			c[i] = -1
		}
	}
	lv := at(depth)
	if lv.format == "bullet" {
		return bulletOf(lv.text), true, true
	}
	known = true
	text := lv.text
	for i := range deepest {
		mark := "%" + strconv.Itoa(i+1)
		if !strings.Contains(text, mark) {
			continue
		}
		format := at(i).format
		if lv.legal {
			format = "decimal"
		}
		s, ok := shown(format, max(c[i], 0))
		known = known && ok
		text = strings.ReplaceAll(text, mark, s)
	}
	return strings.TrimSpace(text), false, known
}

// bulletOf shows the signs of symbol fonts, which lie in the private area, as a bullet.
func bulletOf(text string) string {
	r, n := utf8.DecodeRuneInString(text)
	if n == 0 || r >= 0xe000 && r <= 0xf8ff || r == 'o' || r == '\u00b7' {
		return "•"
	}
	return text[:n]
}

// shown is a counter in a format.
func shown(format string, i int) (string, bool) {
	switch format {
	case "decimal", "":
		return strconv.Itoa(i), true
	case "none":
		return "", true
	case "decimalZero":
		if i < 10 {
			return "0" + strconv.Itoa(i), true
		}
		return strconv.Itoa(i), true
	case "lowerLetter", "upperLetter":
		s := ""
		if i > 0 && i <= 780 {
			s = strings.Repeat(string(rune('a'+(i-1)%26)), (i-1)/26+1)
		}
		if format == "upperLetter" {
			s = strings.ToUpper(s)
		}
		return s, true
	case "lowerRoman", "upperRoman":
		s := roman(i)
		if format == "upperRoman" {
			s = strings.ToUpper(s)
		}
		return s, true
	}
	return strconv.Itoa(i), false
}

func roman(i int) string {
	if i < 1 || i > 3999 {
		return ""
	}
	var b strings.Builder
	for _, s := range []struct {
		worth int
		sign  string
	}{{1000, "m"}, {900, "cm"}, {500, "d"}, {400, "cd"}, {100, "c"}, {90, "xc"}, {50, "l"}, {40, "xl"}, {10, "x"}, {9, "ix"}, {5, "v"}, {4, "iv"}, {1, "i"}} {
		for ; i >= s.worth; i -= s.worth {
			b.WriteString(s.sign)
		}
	}
	return b.String()
}
