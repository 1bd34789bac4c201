// Package message reads mails as they are saved from a mail program: .eml (RFC 5322, MIME)
// and .msg (Outlook). It gives who wrote to whom, when, the text, and what was attached,
// byte by byte, so that an agreement that came back in a mail can be taken in.
//
// What a sender writes is not trusted: names of files are cleaned of paths, line breaks and
// signs that turn the reading direction, and whatever could not be read as it claims to be
// stands in the Notes. The package is pure, and the same file gives the same Message.
package message

import (
	"bytes"
	"fmt"
	"io"
	"time"
)

// Message is a mail.
type Message struct {
	From        Address
	To, CC, BCC []Address // blind copies are only in what the sender saved
	Subject     string
	Date        time.Time // UTC; zero when the mail does not say
	ID          string    // its Message-ID without angle brackets
	Text        string    // of HTML its text, when there is no other
	FromHTML    bool
	Attachments []Attachment
	Inside      []Message // mails that were attached
	Notes       []Note
}

// Address is somebody's mail address.
type Address struct {
	Name string
	Mail string // empty when only the name is known
}

// Attachment is a file in a mail.
type Attachment struct {
	Name      string // never a path; made up when the mail gives none
	MediaType string // as the mail claims it
	Bytes     []byte
	Inline    bool // shown in the text, as pictures of signatures are
}

// NoteKind is something that a person should know of how a mail was read.
type NoteKind string

// The kinds of notes.
const (
	OtherCharset NoteKind = "other_charset" // the text was not in the charset it claims
	NoDate       NoteKind = "no_date"
	NoSender     NoteKind = "no_sender"
	Renamed      NoteKind = "renamed"    // the name of a file held what no name should
	Shortened    NoteKind = "shortened"  // the text is longer than anybody reads
	RichText     NoteKind = "rich_text"  // the text is only in Outlook's own form
	Link         NoteKind = "link"       // an attachment that is only a link to somewhere
	Recipients   NoteKind = "recipients" // more than are kept
	Unreadable   NoteKind = "unreadable" // a part that is not as it says; kept as it is
)

// Note tells of something. Text says of what.
type Note struct {
	Kind NoteKind
	Text string
}

// Limits of a mail.
const (
	MaxSize       = 50 << 20 // bytes, as saved
	maxText       = 1 << 20  // bytes of text that are kept
	maxHeader     = 1 << 20
	maxParts      = 500 // of a mail and those inside it
	maxDepth      = 12  // of parts inside each other, mails among them
	maxRecipients = 500
	maxName       = 150 // characters of a file's name
	maxLine       = 500 // characters of a subject, a name, an address
)

// Read reads a mail. It refuses with the faults of this package.
func Read(r io.ReaderAt, size int64) (Message, error) {
	if size > MaxSize {
		return Message{}, ErrTooLarge.With("limit", MaxSize)
	}
	raw := make([]byte, size)
	if _, err := io.ReadFull(io.NewSectionReader(r, 0, size), raw); err != nil {
		return Message{}, fmt.Errorf("read the file: %w", err)
	}
	rd := &reader{parts: maxParts, bytes: 4 * MaxSize} // a mail inside a mail is counted in both
	if bytes.HasPrefix(raw, []byte(signature)) {
		return rd.outlook(raw)
	}
	return rd.internet(raw, 0)
}

// MediaType is what a saved mail is stored as.
func MediaType(raw []byte) string {
	if bytes.HasPrefix(raw, []byte(signature)) {
		return "application/vnd.ms-outlook"
	}
	return "message/rfc822"
}

// reader counts what a mail and those inside it may still hold.
type reader struct {
	parts int
	bytes int
}

// part takes one more part of so many bytes.
func (r *reader) part(size, depth int) error {
	r.parts--
	r.bytes -= size
	switch {
	case depth > maxDepth:
		return ErrComplex.With("limit", maxDepth)
	case r.parts < 0:
		return ErrComplex.With("limit", maxParts)
	case r.bytes < 0:
		return ErrComplex.With("limit", MaxSize)
	}
	return nil
}

func (m *Message) note(kind NoteKind, text string) {
	if len(m.Notes) < maxParts {
		m.Notes = append(m.Notes, Note{kind, text})
	}
}

// attach puts a file into the mail under a clean name.
func (m *Message) attach(a Attachment) {
	name, clean := fileName(a.Name)
	if name == "" {
		name = fmt.Sprintf("attachment-%d%s", len(m.Attachments)+1, ending(a.MediaType))
	}
	if !clean {
		m.note(Renamed, name)
	}
	a.Name = name
	m.Attachments = append(m.Attachments, a)
}

// finish tells what is missing, and keeps the text to its length.
func (m *Message) finish() {
	if m.Date.IsZero() {
		m.note(NoDate, "")
	}
	if m.From == (Address{}) {
		m.note(NoSender, "")
	}
	for _, to := range []*[]Address{&m.To, &m.CC, &m.BCC} {
		if len(*to) > maxRecipients {
			m.note(Recipients, fmt.Sprint(len(*to)))
			*to = (*to)[:maxRecipients]
		}
	}
	if text := tidy(m.Text); len(text) > maxText {
		m.Text = shorten(text, maxText)
		m.note(Shortened, fmt.Sprint(len(text)))
	} else {
		m.Text = text
	}
}
