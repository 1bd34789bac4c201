package render

import (
	"fmt"
	"strings"
	"unicode/utf16"
)

// tag writes the structure tree and the links, and returns the tree root's number.
func (f *file) tag(l *layout) int {
	root, parents := f.add(), f.add()
	var number func(e *elem)
	number = func(e *elem) {
		e.num = f.add()
		if e.change > 0 {
			e.attr = fmt.Sprintf("/ActualText %s /A <</O /Layout /TextDecorationType /%s>> ", hexString(l.w.heard(e.change, strings.TrimSpace(e.said))), decorations[e.change])
		}
		for _, k := range e.kids {
			switch k := k.(type) {
			case *elem:
				number(k)
			case *link:
				k.num = f.add()
			}
		}
	}
	prune(l.root)
	number(l.root)
	f.element(l.root, root)

	var tree strings.Builder
	tree.WriteString("<</Nums [")
	for i, p := range l.pages {
		fmt.Fprintf(&tree, "%d [", i)
		for _, e := range p.owners {
			fmt.Fprintf(&tree, "%d 0 R ", e.num)
		}
		tree.WriteString("] ")
	}
	key := len(l.pages)
	for _, p := range l.pages {
		for _, k := range p.links {
			fmt.Fprintf(&tree, "%d %d 0 R ", key, k.owner.num)
			f.objs[k.num] = fmt.Appendf(nil, "<</Type /Annot /Subtype /Link /Rect [%.2f %.2f %.2f %.2f] /Border [0 0 0] /F 4 /P %d 0 R /StructParent %d /Contents %s /Dest [%d 0 R /XYZ 0 %.2f null]>>",
				k.x, pageH-k.y-k.h, k.x+k.w, pageH-k.y, p.num, key, hexString(k.label), k.to.num, pageH-k.toY+6)
			key++
		}
	}
	tree.WriteString("]>>")
	f.objs[parents] = []byte(tree.String())
	f.objs[root] = fmt.Appendf(nil, "<</Type /StructTreeRoot /K %d 0 R /ParentTree %d 0 R /ParentTreeNextKey %d>>", l.root.num, parents, key)
	return root
}

var decorations = map[Change]string{Inserted: "Underline", Deleted: "LineThrough"}

// prune drops elements that ended up without content, except table cells, which
// hold a column's place.
func prune(e *elem) bool {
	kept := e.kids[:0]
	for _, k := range e.kids {
		if c, ok := k.(*elem); !ok || prune(c) {
			kept = append(kept, k)
		}
	}
	e.kids = kept
	return len(kept) > 0 || e.kind == "TD" || e.kind == "TH"
}

// element writes one element and all below it.
func (f *file) element(e *elem, up int) {
	var kids strings.Builder
	var home *page // most content of an element stands on one page: named once
	for _, k := range e.kids {
		switch k := k.(type) {
		case *elem:
			fmt.Fprintf(&kids, "%d 0 R ", k.num)
			f.element(k, e.num)
		case marked:
			if home == nil {
				home = k.page
			}
			if k.page == home {
				fmt.Fprintf(&kids, "%d ", k.id)
			} else {
				fmt.Fprintf(&kids, "<</Type /MCR /Pg %d 0 R /MCID %d>> ", k.page.num, k.id)
			}
		case *link:
			fmt.Fprintf(&kids, "<</Type /OBJR /Pg %d 0 R /Obj %d 0 R>> ", k.page.num, k.num)
		}
	}
	on := ""
	if home != nil {
		on = fmt.Sprintf("/Pg %d 0 R ", home.num)
	}
	f.objs[e.num] = fmt.Appendf(nil, "<</Type /StructElem /S /%s /P %d 0 R %s%s/K [%s]>>", e.kind, up, on, e.attr, kids.String())
}

// hexString is a PDF text string, which a reader takes as UTF-16.
func hexString(s string) string {
	var b strings.Builder
	b.WriteString("<FEFF")
	for _, u := range utf16.Encode([]rune(s)) {
		fmt.Fprintf(&b, "%04X", u)
	}
	b.WriteString(">")
	return b.String()
}
