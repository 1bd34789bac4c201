package message

import (
	"encoding/binary"
	"errors"
	"fmt"
	"net/textproto"
	"slices"
	"strings"
	"time"
	"unicode/utf16"
)

// Properties of Outlook's mails (MS-OXPROPS), as far as they are read.
const (
	propClass        = 0x001a
	propSubject      = 0x0037
	propSubmitted    = 0x0039
	propOnBehalf     = 0x0042
	propOnBehalfMail = 0x0065
	propHeaders      = 0x007d
	propRecipient    = 0x0c15 // 1 to, 2 copy, 3 blind copy
	propSender       = 0x0c1a
	propSenderMail   = 0x0c1f
	propDelivered    = 0x0e06
	propBody         = 0x1000
	propRichText     = 0x1009
	propHTML         = 0x1013
	propID           = 0x1035
	propDisplay      = 0x3001
	propMail         = 0x3003
	propData         = 0x3701
	propShortName    = 0x3704
	propMethod       = 0x3705 // 1 bytes, 5 a mail, 6 an object, others a link
	propLongName     = 0x3707
	propMediaType    = 0x370e
	propContentID    = 0x3712
	propSMTP         = 0x39fe
	propHTMLCodepage = 0x3fde
	propCodepage     = 0x3ffd
	propSenderSMTP   = 0x5d01
	propOnBehalfSMTP = 0x5d02
)

// Types of properties.
const (
	typeInteger = 0x0003
	typeObject  = 0x000d
	typeNarrow  = 0x001e
	typeWide    = 0x001f
	typeTime    = 0x0040
	typeBinary  = 0x0102
)

// headers before the properties of fixed size, by where they stand.
const (
	headOfMail   = 32
	headOfInside = 24
	headOfOther  = 8
)

// object is a mail, a recipient or an attachment: a storage with properties.
type object struct {
	storage
	fixed    map[uint32][8]byte // by type and id
	codepage int                // of narrow text
}

// outlook reads a .msg file.
func (r *reader) outlook(raw []byte) (Message, error) {
	c, err := openContainer(raw)
	switch {
	case errors.Is(err, ErrComplex):
		return Message{}, err
	case err != nil:
		return Message{}, ErrDamaged.Because(err)
	}
	return r.outlookMail(c, 0, headOfMail, 0)
}

func (c *container) object(i, head int) (object, error) {
	s, err := c.folder(i)
	if err != nil {
		return object{}, ErrDamaged.Because(err)
	}
	o := object{storage: s, fixed: map[uint32][8]byte{}}
	at, ok := s.streams["__properties_version1.0"]
	if !ok {
		return o, nil
	}
	b, err := c.stream(at)
	if err != nil {
		return o, ErrDamaged.Because(err)
	}
	for b = b[min(head, len(b)):]; len(b) >= 16; b = b[16:] {
		o.fixed[binary.LittleEndian.Uint32(b)] = [8]byte(b[8:16])
	}
	o.codepage = o.number(propCodepage, 1252)
	return o, nil
}

func (o object) number(id uint32, otherwise int) int {
	v, ok := o.fixed[id<<16|typeInteger]
	if !ok {
		return otherwise
	}
	return int(int32(binary.LittleEndian.Uint32(v[:])))
}

// epoch is 1601, from which Windows counts, in its steps of 100 ns before 1970.
const epoch = 116444736000000000

func (o object) time(id uint32) time.Time {
	v, ok := o.fixed[id<<16|typeTime]
	n := int64(binary.LittleEndian.Uint64(v[:]))
	if !ok || n < epoch || n > epoch+300*365*24*3600*1e7 {
		return time.Time{}
	}
	n -= epoch
	return time.Unix(n/1e7, n%1e7*100).UTC()
}

func (o object) bytes(id, kind uint32) ([]byte, bool, error) {
	at, ok := o.streams[fmt.Sprintf("__substg1.0_%04X%04X", id, kind)]
	if !ok {
		return nil, false, nil
	}
	b, err := o.stream(at)
	if err != nil {
		return nil, false, ErrDamaged.Because(err)
	}
	return b, true, nil
}

// text is a property that is text; its errors are refusals.
func (o object) text(id uint32) (string, error) {
	b, ok, err := o.bytes(id, typeWide)
	if err != nil {
		return "", err
	}
	if ok {
		units := make([]uint16, len(b)/2)
		for i := range units {
			units[i] = binary.LittleEndian.Uint16(b[2*i:])
		}
		return strings.TrimRight(string(utf16.Decode(units)), "\x00"), nil
	}
	b, _, err = o.bytes(id, typeNarrow)
	text, _ := decode(b, charsetOf(o.codepage))
	return strings.TrimRight(text, "\x00"), err
}

// texts are properties, the first error among them kept.
func (o object) texts(err *error, ids ...uint32) string {
	for _, id := range ids {
		text, failed := o.text(id)
		if failed != nil && *err == nil {
			*err = failed
		}
		if text = oneLine(text, maxLine); text != "" {
			return text
		}
	}
	return ""
}

// charsetOf names a code page of Windows.
func charsetOf(codepage int) string {
	switch codepage {
	case 65001:
		return "utf-8"
	case 20127:
		return "us-ascii"
	case 932:
		return "shift_jis"
	case 936:
		return "gbk"
	case 949:
		return "euc-kr"
	case 950:
		return "big5"
	case 20866:
		return "koi8-r"
	}
	if codepage >= 28591 && codepage <= 28606 {
		return fmt.Sprintf("iso-8859-%d", codepage-28590)
	}
	return fmt.Sprintf("windows-%d", codepage)
}

func (r *reader) outlookMail(c *container, at, head, depth int) (Message, error) {
	if err := r.part(0, depth); err != nil {
		return Message{}, err
	}
	o, err := c.object(at, head)
	if err != nil {
		return Message{}, err
	}
	var m Message
	class := strings.ToUpper(o.texts(&err, propClass))
	if depth == 0 && class == "" && len(o.fixed) == 0 {
		return Message{}, ErrNotMail // another file of old Office
	}
	m.Subject = o.texts(&err, propSubject)
	m.From = Address{o.texts(&err, propOnBehalf, propSender), smtp(o.texts(&err, propOnBehalfSMTP, propSenderSMTP), o.texts(&err, propOnBehalfMail), o.texts(&err, propSenderMail))}
	m.ID = strings.Trim(o.texts(&err, propID), "<>")
	if m.Date = o.time(propSubmitted); m.Date.IsZero() {
		m.Date = o.time(propDelivered)
	}
	if err == nil {
		err = r.headers(&m, o)
	}
	if err == nil {
		err = o.body(&m)
	}
	if err != nil {
		return Message{}, err
	}
	slices.Sort(o.order)
	for _, name := range o.order {
		switch {
		case strings.HasPrefix(name, "__recip_version1.0_"):
			err = r.recipient(&m, o, name)
		case strings.HasPrefix(name, "__attach_version1.0_"):
			err = r.attachment(&m, o, name, depth)
		}
		if err != nil {
			return Message{}, err
		}
	}
	if strings.HasPrefix(class, "IPM.NOTE.SMIME") && depth == 0 && m.Text == "" && len(m.Attachments) == 1 && !strings.Contains(class, "MULTIPARTSIGNED") {
		return Message{}, ErrEncrypted
	}
	m.finish()
	return m, nil
}

// smtp is the first of some addresses that is one of the internet; inside a firm Outlook
// keeps a path of its own.
func smtp(candidates ...string) string {
	for _, c := range candidates {
		if strings.Contains(c, "@") {
			return c
		}
	}
	return ""
}

// headers takes from the headers of the internet what Outlook's own properties lack.
func (r *reader) headers(m *Message, o object) error {
	text, err := o.text(propHeaders)
	if err != nil || text == "" || len(text) > maxHeader {
		return err
	}
	h := textproto.MIMEHeader{}
	for _, line := range strings.Split(strings.NewReplacer("\r\n\t", " ", "\r\n ", " ", "\n\t", " ", "\n ", " ").Replace(text), "\n") {
		if name, value, ok := strings.Cut(line, ":"); ok {
			h.Add(strings.TrimSpace(name), strings.TrimSpace(value))
		}
	}
	if from := addresses(h.Get("From")); len(from) > 0 && m.From.Mail == "" {
		m.From = from[0]
	}
	if m.ID == "" {
		m.ID = strings.Trim(oneLine(h.Get("Message-Id"), maxLine), "<>")
	}
	return nil
}

func (o object) body(m *Message) error {
	text, err := o.text(propBody)
	if err != nil {
		return err
	}
	if strings.TrimSpace(text) != "" {
		m.Text = text
		return nil
	}
	markup, found, err := o.bytes(propHTML, typeBinary)
	if err != nil {
		return err
	}
	source, asClaimed := decode(markup, charsetOf(o.number(propHTMLCodepage, 65001)))
	if !found {
		if source, err = o.text(propHTML); err != nil {
			return err
		}
		found = source != ""
	}
	if found {
		if m.Text, m.FromHTML = plain(source), true; !asClaimed {
			m.note(OtherCharset, charsetOf(o.number(propHTMLCodepage, 65001)))
		}
		return nil
	}
	if _, rich := o.streams[fmt.Sprintf("__substg1.0_%04X%04X", propRichText, typeBinary)]; rich {
		m.note(RichText, "")
	}
	return nil
}

func (r *reader) recipient(m *Message, mail object, name string) error {
	o, err := mail.object(mail.folders[name], headOfOther)
	if err != nil {
		return err
	}
	o.codepage = mail.codepage
	a := Address{o.texts(&err, propDisplay), smtp(o.texts(&err, propSMTP), o.texts(&err, propMail))}
	switch o.number(propRecipient, 1) {
	case 1:
		m.To = append(m.To, a)
	case 2:
		m.CC = append(m.CC, a)
	case 3:
		m.BCC = append(m.BCC, a)
	default: // who has sent it, or was given it to hold
		return err
	}
	return err
}

func (r *reader) attachment(m *Message, mail object, name string, depth int) error {
	o, err := mail.object(mail.folders[name], headOfOther)
	if err != nil {
		return err
	}
	o.codepage = mail.codepage
	a := Attachment{MediaType: mediaType(o.texts(&err, propMediaType)), Inline: o.texts(&err, propContentID) != ""}
	for _, id := range []uint32{propLongName, propShortName, propDisplay} { // not as one line: what is not clean is told
		if a.Name, err = o.text(id); err != nil || a.Name != "" {
			break
		}
	}
	if err != nil {
		return err
	}
	if at, ok := o.folders[fmt.Sprintf("__substg1.0_%04X%04X", propData, typeObject)]; ok {
		return r.inside(m, o, at, a.Name, depth)
	}
	content, found, err := o.bytes(propData, typeBinary)
	if err != nil {
		return err
	}
	if !found {
		m.note(Link, oneLine(a.Name, maxName))
		return nil
	}
	if err := r.part(len(content), depth); err != nil {
		return err
	}
	a.Bytes = content
	m.attach(a)
	return nil
}

// inside reads a mail that was attached; another object of Office is only told of.
func (r *reader) inside(m *Message, o object, at int, name string, depth int) error {
	if o.number(propMethod, 5) != 5 {
		m.note(Unreadable, oneLine(name, maxName))
		return nil
	}
	inside, err := r.outlookMail(o.container, at, headOfInside, depth+1)
	if errors.Is(err, ErrEncrypted) {
		m.note(Unreadable, oneLine(name, maxName))
		return nil
	}
	if err != nil {
		return err
	}
	m.Inside = append(m.Inside, inside)
	return nil
}
