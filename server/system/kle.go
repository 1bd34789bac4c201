package system

import (
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"regexp"
	"strings"
	"time"

	"github.com/google/uuid"

	"klausul/server/fault"
)

// Refusals of a KLE file.
var (
	ErrKLEFile  = fault.New(fault.Invalid, "kle.file")   // not a KLE subject plan, or a hostile one; Detail "why"
	ErrKLEOlder = fault.New(fault.Conflict, "kle.older") // an issue before the one that is in use; Detail "issued"
)

// KLE is one number of KL's subject plan: a main group 00, a group 00.01 or a subject 00.01.10.
type KLE struct {
	Number   string     `db:"number"`
	Title    string     `db:"title"`
	UUID     *uuid.UUID `db:"uuid"`
	Keeping  string     `db:"keeping"`  // archive code: B keep, K discard
	Deletion string     `db:"deletion"` // recommended deletion: P1825D
	Retired  bool       `db:"retired"`
}

// Plan is one issue of the subject plan.
type Plan struct {
	Issued time.Time
	Items  []KLE
}

// Limits of a KLE file. The issue of May 2025 has 7.4 MB, some 3,000 numbers and 12 levels.
const (
	kleBytes = 32 << 20
	kleItems = 20_000
	kleDepth = 40
	kleTitle = 500
)

var kleNumber = regexp.MustCompile(`^[0-9]{2}(\.[0-9]{2}){0,2}$`)

// kleItem names the elements that are a number of the plan.
var kleItem = map[string]bool{"Hovedgruppe": true, "Gruppe": true, "Emne": true}

// ReadKLE reads the XML of a KLE subject plan, of any size up to the limits, without
// holding more than its titles. It refuses with ErrKLEFile what is no such plan, declares
// a document type or entities, or goes past the limits; an error of r comes back as it is.
func ReadKLE(r io.Reader) (Plan, error) {
	in := &counted{r: r}
	p := kleParser{d: xml.NewDecoder(in), known: map[string]bool{}}
	for {
		token, err := p.d.Token()
		switch {
		case in.err != nil:
			return Plan{}, in.err
		case errors.Is(err, io.EOF):
			return p.finish()
		case err != nil:
			return Plan{}, badKLE("xml").Because(err)
		}
		if err := p.take(token); err != nil {
			return Plan{}, err
		}
	}
}

func badKLE(why string) *fault.Error { return ErrKLEFile.With("why", why) }

// counted stops at the limit and keeps the reader's own error apart from those of the XML.
type counted struct {
	r   io.Reader
	n   int64
	err error
}

func (c *counted) Read(b []byte) (int, error) {
	n, err := c.r.Read(b)
	c.n += int64(n)
	if c.n > kleBytes {
		c.err = fault.ErrTooLarge.With("limit", kleBytes)
		return 0, c.err
	}
	if err != nil && !errors.Is(err, io.EOF) {
		c.err = err
	}
	return n, err
}

type kleParser struct {
	d     *xml.Decoder
	path  []string
	open  []*KLE // the items that the path goes through
	text  strings.Builder
	plan  Plan
	known map[string]bool
}

func (p *kleParser) take(token xml.Token) error {
	switch t := token.(type) {
	case xml.Directive: // <!DOCTYPE … may carry entities
		return badKLE("doctype")
	case xml.StartElement:
		if len(p.path) == 0 && t.Name.Local != "KLE-Emneplan" {
			return badKLE("root")
		}
		if len(p.path) >= kleDepth {
			return badKLE("depth")
		}
		p.path = append(p.path, t.Name.Local)
		p.text.Reset()
		if kleItem[t.Name.Local] {
			p.open = append(p.open, &KLE{})
		}
	case xml.CharData:
		if p.text.Len() <= kleTitle { // what is longer is no field of ours
			p.text.Write(t[:min(len(t), kleTitle+1)])
		}
	case xml.EndElement:
		return p.end(t.Name.Local)
	}
	return nil
}

// end takes the text of the element that ends into the item that it stands directly in.
func (p *kleParser) end(name string) error {
	text := strings.Join(strings.Fields(p.text.String()), " ")
	p.text.Reset()
	p.path = p.path[:len(p.path)-1]
	parent := ""
	if len(p.path) > 0 {
		parent = p.path[len(p.path)-1]
	}
	if kleItem[name] {
		return p.close()
	}
	if name == "UdgivelsesDato" && len(p.path) == 1 {
		day, err := time.Parse(time.DateOnly, text)
		if err != nil {
			return badKLE("date").Because(err)
		}
		p.plan.Issued = day
	}
	if len(p.open) == 0 {
		return nil
	}
	item := p.open[len(p.open)-1]
	switch {
	case parent+"AdministrativInfo" == name: // nothing of ours in its own text
	case strings.HasSuffix(parent, "AdministrativInfo") && name == "UdgaaetDato":
		item.Retired = text != ""
	case !kleItem[parent]:
	case name == parent+"Nr":
		item.Number = text
	case name == parent+"Titel":
		item.Title = text
	case name == "UUID":
		id, err := uuid.Parse(text)
		if err != nil {
			return badKLE("uuid").With("number", item.Number).Because(err)
		}
		item.UUID = &id
	case name == "BevaringJaevnfoerArkivloven":
		item.Keeping = short(text)
	case name == "SletningJaevnfoerPersondataloven":
		item.Deletion = short(text)
	}
	return nil
}

func short(text string) string { return string([]rune(text)[:min(len([]rune(text)), 20)]) }

// close ends an item: it must have a number of its own and a title.
func (p *kleParser) close() error {
	item := *p.open[len(p.open)-1]
	p.open = p.open[:len(p.open)-1]
	switch {
	case !kleNumber.MatchString(item.Number):
		return badKLE("number").With("number", item.Number)
	case item.Title == "" || len(item.Title) > kleTitle:
		return badKLE("title").With("number", item.Number)
	case p.known[item.Number]:
		return badKLE("twice").With("number", item.Number)
	case len(p.plan.Items) >= kleItems:
		return badKLE("items")
	}
	p.known[item.Number] = true
	p.plan.Items = append(p.plan.Items, item)
	return nil
}

func (p *kleParser) finish() (Plan, error) {
	if p.plan.Issued.IsZero() || len(p.plan.Items) == 0 {
		return Plan{}, badKLE("empty")
	}
	return p.plan, nil
}

// String is the number as a person reads it.
func (k KLE) String() string { return fmt.Sprintf("%s %s", k.Number, k.Title) }
