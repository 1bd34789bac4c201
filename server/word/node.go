package word

import (
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"strings"
)

// node is an element. Names carry the short prefix of their namespace ("w:p"), whatever
// prefix the file uses; text is only that directly inside.
type node struct {
	name string
	attr []xml.Attr
	kids []*node
	text string
}

// spaces are the namespaces that are understood, in both editions of the standard.
var spaces = map[string]string{
	"http://schemas.openxmlformats.org/wordprocessingml/2006/main":           "w:",
	"http://purl.oclc.org/ooxml/wordprocessingml/main":                       "w:",
	"http://schemas.microsoft.com/office/word/2010/wordml":                   "w14:",
	"http://schemas.openxmlformats.org/markup-compatibility/2006":            "mc:",
	"http://schemas.openxmlformats.org/drawingml/2006/main":                  "a:",
	"http://purl.oclc.org/ooxml/drawingml/main":                              "a:",
	"http://schemas.openxmlformats.org/drawingml/2006/wordprocessingDrawing": "wp:",
	"http://purl.oclc.org/ooxml/drawingml/wordprocessingDrawing":             "wp:",
	"http://schemas.openxmlformats.org/drawingml/2006/picture":               "pic:",
	"http://schemas.openxmlformats.org/officeDocument/2006/math":             "m:",
	"http://purl.oclc.org/ooxml/officeDocument/math":                         "m:",
	"urn:schemas-microsoft-com:vml":                                          "v:",
	"urn:schemas-microsoft-com:office:office":                                "o:",
}

// parse reads one part as a tree, within the limits. It refuses with ErrEntities a
// DOCTYPE, with ErrComplex what is nested too deep, with ErrDamaged what is no XML.
// encoding/xml resolves no entity but the five that XML knows.
func parse(r io.Reader) (*node, error) {
	dec := xml.NewDecoder(r)
	root := &node{}
	open := []*node{root}
	names := map[xml.Name]string{}
	elements := 0
	var text strings.Builder
	flush := func() {
		if text.Len() > 0 {
			open[len(open)-1].text += text.String()
			text.Reset()
		}
	}
	for {
		token, err := dec.Token()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			return nil, ErrDamaged.Because(fmt.Errorf("read XML: %w", err))
		}
		switch t := token.(type) {
		case xml.StartElement:
			flush()
			if elements++; elements > maxElements || len(open) > maxDepth {
				return nil, ErrComplex
			}
			name, ok := names[t.Name]
			if !ok {
				name = spaces[t.Name.Space] + t.Name.Local
				names[t.Name] = name
			}
			n := &node{name: name, attr: t.Attr}
			last := open[len(open)-1]
			last.kids = append(last.kids, n)
			open = append(open, n)
		case xml.EndElement:
			flush()
			open = open[:len(open)-1]
		case xml.CharData:
			if holdsText(open[len(open)-1].name) {
				text.Write(t)
			}
		case xml.Directive:
			return nil, ErrEntities
		}
	}
	if len(root.kids) == 0 {
		return nil, ErrDamaged.Because(errors.New("a part is empty"))
	}
	return root.kids[0], nil
}

// holdsText keeps the white space between elements, of which a file may hold megabytes, out.
func holdsText(name string) bool {
	switch name {
	case "w:t", "w:delText", "w:instrText", "w:delInstrText", "a:t", "m:t", "lastModifiedBy",
		"lpwstr", "lpstr", "bstr", "i4", "int", "bool", "filetime", "r8":
		return true
	}
	return false
}

// get is an attribute by its local name.
func (n *node) get(name string) string {
	if n == nil {
		return ""
	}
	for _, a := range n.attr {
		if a.Name.Local == name {
			return a.Value
		}
	}
	return ""
}

// said is the text directly inside, and inside nothing none.
func (n *node) said() string {
	if n == nil {
		return ""
	}
	return n.text
}

// kid is the first child of a name, or nil.
func (n *node) kid(name string) *node {
	if n == nil {
		return nil
	}
	for _, k := range n.kids {
		if k.name == name {
			return k
		}
	}
	return nil
}

// value is the val of a child.
func (n *node) value(name string) string { return n.kid(name).get("val") }

// on reads a switch such as w:b: its presence is yes unless it says otherwise. known is
// false when it is absent.
func (n *node) on(name string) (on, known bool) {
	k := n.kid(name)
	if k == nil {
		return false, false
	}
	switch k.get("val") {
	case "0", "false", "off", "none":
		return false, true
	}
	return true, true
}

// find calls do with every descendant of a name, and does not look inside it.
func (n *node) find(name string, do func(*node)) {
	for _, k := range n.kids {
		if k.name == name {
			do(k)
		} else {
			k.find(name, do)
		}
	}
}

// words is the text of all descendants of a name.
func (n *node) words(name string) string {
	var b strings.Builder
	n.find(name, func(k *node) { b.WriteString(k.text) })
	return b.String()
}
