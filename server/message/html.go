package message

import (
	"strings"
	"unicode"

	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"
)

// plain is the text of HTML. It reads tag by tag and builds no tree, so that nothing can be
// nested too deep.
func plain(source string) string {
	var w layout
	silent := atom.Atom(0) // inside an element whose text nobody sees
	z := html.NewTokenizer(strings.NewReader(source))
	for {
		switch z.Next() {
		case html.ErrorToken:
			return w.String()
		case html.TextToken:
			if silent == 0 {
				w.text(string(z.Text()))
			}
		case html.StartTagToken, html.SelfClosingTagToken:
			name, _ := z.TagName()
			tag := atom.Lookup(name)
			if silent == 0 {
				w.begin(tag)
			}
			switch tag {
			case atom.Script, atom.Style, atom.Title, atom.Noscript, atom.Template:
				if silent == 0 {
					silent = tag
				}
			}
		case html.EndTagToken:
			name, _ := z.TagName()
			tag := atom.Lookup(name)
			if tag == silent {
				silent = 0
			}
			if silent == 0 {
				w.end(tag)
			}
		}
	}
}

// layout is text with the line breaks that a reader would see.
type layout struct {
	strings.Builder
	blank  bool // a blank is due
	breaks int  // line breaks at the end
}

func (w *layout) text(s string) {
	for _, r := range s {
		if unicode.IsSpace(r) {
			w.blank = true
			continue
		}
		if w.blank && w.breaks == 0 && w.Len() > 0 {
			w.WriteByte(' ')
		}
		w.WriteRune(r)
		w.blank, w.breaks = false, 0
	}
}

// lines makes sure that so many line breaks stand at the end.
func (w *layout) lines(n int) {
	for w.Len() > 0 && w.breaks < n {
		w.WriteByte('\n')
		w.breaks++
	}
	w.blank = false
}

func (w *layout) begin(tag atom.Atom) {
	switch tag {
	case atom.Br:
		w.lines(w.breaks + bit(w.breaks < 2))
	case atom.P, atom.H1, atom.H2, atom.H3, atom.H4, atom.H5, atom.H6, atom.Table, atom.Ul, atom.Ol, atom.Blockquote, atom.Pre:
		w.lines(2)
	case atom.Div, atom.Tr, atom.Hr, atom.Section, atom.Article, atom.Header, atom.Footer, atom.Dt, atom.Dd:
		w.lines(1)
	case atom.Li:
		w.lines(1)
		w.text("– ")
	case atom.Td, atom.Th:
		w.blank = true
	}
}

func (w *layout) end(tag atom.Atom) {
	switch tag {
	case atom.P, atom.H1, atom.H2, atom.H3, atom.H4, atom.H5, atom.H6, atom.Table, atom.Ul, atom.Ol, atom.Blockquote, atom.Pre:
		w.lines(2)
	case atom.Div, atom.Tr, atom.Li, atom.Section, atom.Article, atom.Header, atom.Footer:
		w.lines(1)
	}
}
