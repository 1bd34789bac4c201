package message

import (
	"bytes"
	"encoding/base64"
	"errors"
	"io"
	"mime"
	"mime/multipart"
	"mime/quotedprintable"
	"net/mail"
	"net/textproto"
	"net/url"
	"regexp"
	"slices"
	"strings"
)

func charsetReader(charset string, r io.Reader) (io.Reader, error) {
	raw, err := io.ReadAll(io.LimitReader(r, maxHeader))
	if err != nil {
		return nil, err
	}
	text, _ := decode(raw, charset)
	return strings.NewReader(text), nil
}

// told are headers of which a mail has at least one.
var told = []string{"From", "Date", "Subject", "Received", "Mime-Version", "Message-Id", "Return-Path"}

// internet reads a mail as it goes over the internet.
func (r *reader) internet(raw []byte, depth int) (Message, error) {
	if err := r.part(0, depth); err != nil {
		return Message{}, err
	}
	raw = bytes.TrimLeft(bytes.TrimPrefix(raw, []byte("\ufeff")), "\r\n")
	if bytes.HasPrefix(raw, []byte("From ")) { // a line that mailboxes put before it
		_, raw, _ = bytes.Cut(raw, []byte("\n"))
	}
	head := raw
	for _, end := range []string{"\n\n", "\n\r\n"} {
		if i := bytes.Index(raw, []byte(end)); i >= 0 && i < len(head) {
			head = raw[:i+len(end)]
		}
	}
	if len(head) > maxHeader {
		if len(head) == len(raw) {
			return Message{}, ErrNotMail
		}
		return Message{}, ErrComplex.With("limit", maxHeader)
	}
	parsed, err := mail.ReadMessage(bytes.NewReader(append(bytes.Clone(head), "\r\n\r\n"...)))
	if err != nil {
		return Message{}, ErrNotMail // without its cause, which quotes the mail
	}
	h := textproto.MIMEHeader(parsed.Header)
	known := false
	for _, name := range told {
		known = known || h.Get(name) != ""
	}
	if !known {
		return Message{}, ErrNotMail
	}
	var m Message
	m.Subject = phrase(h.Get("Subject"))
	if from := addresses(h.Get("From")); len(from) > 0 {
		m.From = from[0]
	}
	for name, to := range map[string]*[]Address{"To": &m.To, "Cc": &m.CC, "Bcc": &m.BCC} {
		*to = addresses(strings.Join(h[name], ", "))
	}
	if date, err := mail.ParseDate(h.Get("Date")); err == nil {
		m.Date = date.UTC()
	}
	m.ID = strings.Trim(oneLine(h.Get("Message-Id"), maxLine), "<>")
	b, err := r.body(&m, h, raw[len(head):], depth)
	if err != nil {
		return Message{}, err
	}
	m.Text, m.FromHTML = joined(b)
	m.finish()
	return m, nil
}

// piece is a part of a mail's text.
type piece struct {
	text     string
	fromHTML bool
}

func blank(p piece) bool { return strings.TrimSpace(p.text) == "" }

// joined is the text of pieces.
func joined(pieces []piece) (text string, fromHTML bool) {
	var all []string
	fromHTML = true
	for _, p := range pieces {
		if !blank(p) {
			all, fromHTML = append(all, strings.Trim(p.text, "\r\n")), fromHTML && p.fromHTML
		}
	}
	return strings.Join(all, "\n\n"), fromHTML && len(all) > 0
}

// chosen are those of two forms of one text that are plain, if any says something.
func chosen(pieces []piece) []piece {
	plain := slices.DeleteFunc(slices.Clone(pieces), func(p piece) bool { return p.fromHTML || blank(p) })
	if len(plain) > 0 {
		return plain
	}
	return pieces
}

// body reads a part: text is given back, files and mails go into the message.
func (r *reader) body(m *Message, h textproto.MIMEHeader, raw []byte, depth int) (text []piece, err error) {
	if err := r.part(0, depth); err != nil {
		return nil, err
	}
	kind, params := parameters(h.Get("Content-Type"))
	if kind == "" {
		kind = "text/plain"
	}
	disposition, more := parameters(h.Get("Content-Disposition"))
	name := more["filename"]
	if name == "" {
		name = params["name"]
	}
	name = rawPhrase(name)
	switch {
	case kind == "multipart/encrypted", kind == "application/pkcs7-mime" && depth == 0 && !strings.EqualFold(params["smime-type"], "signed-data"):
		return nil, ErrEncrypted
	case strings.HasPrefix(kind, "multipart/") && params["boundary"] != "":
		return r.multipart(m, kind, params["boundary"], raw, depth)
	}
	content, whole := transferred(raw, h.Get("Content-Transfer-Encoding"))
	if !whole {
		m.note(Unreadable, oneLine(name, maxName))
	}
	if err := r.part(len(content), depth); err != nil {
		return nil, err
	}
	shown := disposition != "attachment" && name == ""
	switch {
	case kind == "message/rfc822" || kind == "message/global":
		inside, err := r.internet(content, depth+1)
		switch {
		case err == nil:
			m.Inside = append(m.Inside, inside)
			return nil, nil
		case errors.Is(err, ErrComplex):
			return nil, err
		}
		m.note(Unreadable, oneLine(name, maxName))
		m.attach(Attachment{Name: name, MediaType: mediaType(kind), Bytes: content})
		return nil, nil
	case shown && (kind == "text/plain" || kind == "text/html" || kind == "text/enriched"):
		words, asClaimed := decode(content, params["charset"])
		if !asClaimed {
			m.note(OtherCharset, oneLine(params["charset"], 60))
		}
		if kind == "text/html" {
			return []piece{{plain(words), true}}, nil
		}
		return []piece{{words, false}}, nil
	}
	m.attach(Attachment{Name: name, MediaType: mediaType(kind), Bytes: content, Inline: disposition != "attachment" && h.Get("Content-Id") != ""})
	return nil, nil
}

func (r *reader) multipart(m *Message, kind, boundary string, raw []byte, depth int) (text []piece, err error) {
	parts := multipart.NewReader(bytes.NewReader(raw), boundary)
	for {
		p, err := parts.NextRawPart()
		switch {
		case err == io.EOF && kind == "multipart/alternative": //nolint:errorlint // wrapped, it says that the end is missing
			return chosen(text), nil
		case err == io.EOF: //nolint:errorlint // as above
			return text, nil
		case err != nil:
			return nil, ErrDamaged // without its cause, which quotes the mail
		}
		content, err := io.ReadAll(p)
		if err != nil {
			return nil, ErrDamaged
		}
		inner, err := r.body(m, p.Header, content, depth+1)
		if err != nil {
			return nil, err
		}
		text = append(text, inner...)
	}
}

// transferred undoes what a part went over the wire in, and says whether that was what it
// says. What is not is given as far as it could be read.
func transferred(raw []byte, encoding string) (content []byte, whole bool) {
	switch strings.ToLower(strings.TrimSpace(encoding)) {
	case "base64":
		letters := make([]byte, 0, len(raw))
		strange := 0
		for _, c := range raw {
			switch {
			case c >= 'A' && c <= 'Z', c >= 'a' && c <= 'z', c >= '0' && c <= '9', c == '+', c == '/':
				letters = append(letters, c)
			case c != '=' && c != '\r' && c != '\n' && c != ' ' && c != '\t':
				strange++
			}
		}
		whole = strange == 0 && len(letters)%4 != 1
		letters = letters[:len(letters)-bit(len(letters)%4 == 1)]
		out := make([]byte, base64.RawStdEncoding.DecodedLen(len(letters)))
		n, err := base64.RawStdEncoding.Decode(out, letters)
		return out[:n], whole && err == nil
	case "quoted-printable":
		out, err := io.ReadAll(quotedprintable.NewReader(bytes.NewReader(raw)))
		if err != nil {
			return raw, false
		}
		return out, true
	case "", "7bit", "8bit", "binary":
		return raw, true
	}
	return raw, false
}

func bit(b bool) int {
	if b {
		return 1
	}
	return 0
}

var (
	otherCharset = regexp.MustCompile(`(?i)((?:file)?name\*(?:0\*)?=)([a-z0-9_.:-]+)'([^']*)'([^;\s]*)`)
	roughName    = regexp.MustCompile(`(?i)\b((?:file)?name|boundary|charset)\s*=\s*(?:"([^"]*)"|([^;\s]+))`)
)

// parameters reads a header like Content-Type; one that does not follow the rules as far
// as it can be read.
func parameters(raw string) (kind string, params map[string]string) {
	raw = otherCharset.ReplaceAllStringFunc(raw, func(s string) string { // the standard library knows UTF-8 only
		p := otherCharset.FindStringSubmatch(s)
		bytes, err := url.PathUnescape(p[4])
		if err != nil {
			return s
		}
		text, _ := decode([]byte(bytes), p[2])
		return p[1] + "utf-8''" + url.PathEscape(text)
	})
	kind, params, err := mime.ParseMediaType(raw)
	if err == nil {
		return kind, params
	}
	kind, _, _ = strings.Cut(raw, ";")
	params = map[string]string{}
	for _, p := range roughName.FindAllStringSubmatch(raw, 20) {
		if key := strings.ToLower(p[1]); params[key] == "" {
			params[key] = p[2] + p[3]
		}
	}
	return strings.ToLower(strings.TrimSpace(kind)), params
}

// rawPhrase reads the name of a file, which programs encode as they should not, but leaves
// what is not clean in it to be told.
func rawPhrase(raw string) string {
	if strings.ToValidUTF8(raw, "") != raw {
		raw = western([]byte(raw))
	}
	if out, err := words.DecodeHeader(raw); err == nil {
		return out
	}
	return raw
}
