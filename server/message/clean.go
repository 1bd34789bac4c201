package message

import (
	"bytes"
	"mime"
	"net/mail"
	"path"
	"regexp"
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/encoding"
	"golang.org/x/text/encoding/charmap"
	"golang.org/x/text/encoding/htmlindex"
)

// decode brings text in a charset to UTF-8, and says whether it was in it. Mail programs
// claim ASCII or UTF-8 for what is Windows-1252, never the other way round.
func decode(raw []byte, charset string) (text string, asClaimed bool) {
	charset = strings.ToLower(strings.Trim(charset, " \t\"'"))
	switch charset {
	case "", "utf-8", "utf8", "us-ascii", "ascii":
		if utf8.Valid(raw) {
			return string(bytes.TrimPrefix(raw, []byte("\ufeff"))), true
		}
		return western(raw), charset == ""
	}
	e, err := htmlindex.Get(charset)
	if err != nil || e == encoding.Replacement {
		if utf8.Valid(raw) {
			return string(raw), false
		}
		return western(raw), false
	}
	out, err := e.NewDecoder().Bytes(raw)
	if err != nil {
		return western(raw), false
	}
	return strings.ToValidUTF8(string(out), "\ufffd"), true
}

func western(raw []byte) string {
	out, err := charmap.Windows1252.NewDecoder().Bytes(raw)
	if err != nil {
		return strings.ToValidUTF8(string(raw), "\ufffd")
	}
	return string(out)
}

// turning are signs that change the direction of what follows, or that nobody sees.
func turning(r rune) bool {
	return r >= '\u202a' && r <= '\u202e' || r >= '\u2066' && r <= '\u2069' || r == '\u200e' || r == '\u200f' || r == '\u061c' ||
		r >= '\u200b' && r <= '\u200d' || r == '\u2060' || r == '\ufeff' || r == '\u00ad' || r == '\u034f' || r == '\u180e' || r >= 0xe0000 && r <= 0xe007f
}

// oneLine is a text without line breaks, control signs and signs that turn it, cut to a length.
func oneLine(s string, most int) string {
	s = strings.Map(func(r rune) rune {
		switch {
		case turning(r):
			return -1
		case unicode.IsControl(r) || r == '\u2028' || r == '\u2029':
			return ' '
		}
		return r
	}, strings.ToValidUTF8(s, "\ufffd"))
	return shortenRunes(strings.Join(strings.Fields(s), " "), most)
}

// fileName makes a name that can be shown and kept, and says whether it was one.
func fileName(given string) (name string, clean bool) {
	name = strings.ToValidUTF8(given, "\ufffd")
	if i := strings.LastIndexAny(name, `/\`); i >= 0 {
		name = name[i+1:]
	}
	name = oneLine(name, 1<<16)
	name = strings.Map(func(r rune) rune {
		if strings.ContainsRune(`<>:"|?*`, r) {
			return '_'
		}
		return r
	}, name)
	name = strings.TrimRight(name, ". ")
	if end := path.Ext(name); utf8.RuneCountInString(name) > maxName {
		if utf8.RuneCountInString(end) > 12 {
			end = ""
		}
		name = shortenRunes(strings.TrimSuffix(name, end), maxName-utf8.RuneCountInString(end)) + end
	}
	return name, name == strings.Join(strings.Fields(given), " ")
}

// ending is the ending of a file's name, by what the file is.
func ending(mediaType string) string {
	switch mediaType {
	case "application/vnd.openxmlformats-officedocument.wordprocessingml.document":
		return ".docx"
	case "application/pdf":
		return ".pdf"
	case "text/plain":
		return ".txt"
	case "text/html":
		return ".html"
	case "text/calendar":
		return ".ics"
	case "image/png":
		return ".png"
	case "image/jpeg":
		return ".jpg"
	}
	return ".bin"
}

var mediaTypes = regexp.MustCompile(`^[a-z0-9!#$&^_.+-]{1,64}/[a-z0-9!#$&^_.+-]{1,100}$`)

// mediaType is a media type that may be shown, or the one that says nothing.
func mediaType(given string) string {
	given, _, _ = strings.Cut(given, ";")
	given = strings.ToLower(strings.TrimSpace(given))
	if !mediaTypes.MatchString(given) {
		return "application/octet-stream"
	}
	return given
}

func shortenRunes(s string, most int) string {
	n := 0
	for i := range s {
		if n++; n > most {
			return s[:i]
		}
	}
	return s
}

// shorten cuts a text to so many bytes between two characters.
func shorten(s string, most int) string {
	for most > 0 && !utf8.RuneStart(s[most]) {
		most--
	}
	return s[:most]
}

// tidy is a text with the line breaks of Unix and no control signs.
func tidy(s string) string {
	s = strings.NewReplacer("\r\n", "\n", "\r", "\n").Replace(strings.ToValidUTF8(s, "\ufffd"))
	s = strings.Map(func(r rune) rune {
		if unicode.IsControl(r) && r != '\n' && r != '\t' || turning(r) && r != '\u00ad' {
			return -1
		}
		return r
	}, s)
	return strings.Trim(s, "\n \t")
}

var words = mime.WordDecoder{CharsetReader: charsetReader}

// phrase reads a header: encoded words, and bytes that should have been.
func phrase(raw string) string {
	if !utf8.ValidString(raw) {
		raw = western([]byte(raw))
	}
	if out, err := words.DecodeHeader(raw); err == nil {
		return oneLine(out, maxLine)
	}
	return oneLine(raw, maxLine)
}

// addresses reads a list of addresses; what does not follow the rules is kept as a name.
func addresses(raw string) []Address {
	if strings.TrimSpace(raw) == "" {
		return nil
	}
	if !utf8.ValidString(raw) {
		raw = western([]byte(raw))
	}
	parser := mail.AddressParser{WordDecoder: &words}
	list, err := parser.ParseList(raw)
	if err != nil {
		return []Address{loose(phrase(raw))}
	}
	var out []Address
	for _, a := range list {
		out = append(out, Address{oneLine(a.Name, maxLine), oneLine(a.Address, maxLine)})
	}
	return out
}

var bracketed = regexp.MustCompile(`^(.*?)<([^<>\s]+@[^<>\s]+)>`)

// loose finds an address in a text that is no list of them.
func loose(text string) Address {
	if m := bracketed.FindStringSubmatch(text); m != nil {
		return Address{strings.Trim(m[1], ` "'`), m[2]}
	}
	if strings.Count(text, "@") == 1 && !strings.ContainsAny(text, " ,;") {
		return Address{Mail: text}
	}
	return Address{Name: text}
}
