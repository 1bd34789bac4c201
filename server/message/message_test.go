package message_test

import (
	"bytes"
	"encoding/base64"
	"encoding/binary"
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"
	"unicode"
	"unicode/utf8"

	"github.com/stretchr/testify/require"

	"klausul/server/message"
)

func read(raw []byte) (message.Message, error) {
	return message.Read(bytes.NewReader(raw), int64(len(raw)))
}

// crlf is a mail as it goes over the wire.
func crlf(s string) []byte {
	return []byte(strings.ReplaceAll(strings.TrimLeft(s, "\n"), "\n", "\r\n"))
}

var wrapped = func() string {
	var b strings.Builder
	for s := base64.StdEncoding.EncodeToString(returned); s != ""; {
		n := min(76, len(s))
		b.WriteString(s[:n] + "\n")
		s = s[n:]
	}
	return b.String()
}()

var mail = `
From: =?iso-8859-1?Q?=C5se_=D8sterg=E5rd?= <aase@sodata.example>
To: Sekretariatet <aftaler@klausul.example>, "Jensen, Per" <per@klausul.example>
Cc: jurist@klausul.example
Subject: =?UTF-8?B?U1Y6IERhdGFiZWhhbmRsZXJhZnRhbGUg4oCTIHJldHRlbHNlcg==?=
Date: Fri, 20 Nov 2026 10:30:00 +0100
Message-ID: <42@sodata.example>
MIME-Version: 1.0
Content-Type: multipart/mixed; boundary="ydre"

--ydre
Content-Type: multipart/alternative; boundary=indre

--indre
Content-Type: text/plain; charset=iso-8859-1
Content-Transfer-Encoding: quoted-printable

K=E6re sekretariat

Her er aftalen med vores rettelser.
--indre
Content-Type: multipart/related; boundary=billeder

--billeder
Content-Type: text/html; charset=utf-8

<p>Kære sekretariat</p><p>Her er aftalen.</p><img src="cid:logo">
--billeder
Content-Type: image/png; name=logo.png
Content-ID: <logo>
Content-Transfer-Encoding: base64

iVBORw==
--billeder--
--indre--
--ydre
Content-Type: application/vnd.openxmlformats-officedocument.wordprocessingml.document
Content-Disposition: attachment; filename*=iso-8859-1''Aftale%20rev%E6ndret.docx
Content-Transfer-Encoding: base64

` + wrapped + `--ydre--
`

func TestInternetMail(t *testing.T) {
	m, err := read(crlf(mail))
	require.NoError(t, err)
	require.Equal(t, message.Message{
		From:    message.Address{Name: "Åse Østergård", Mail: "aase@sodata.example"},
		To:      []message.Address{{Name: "Sekretariatet", Mail: "aftaler@klausul.example"}, {Name: "Jensen, Per", Mail: "per@klausul.example"}},
		CC:      []message.Address{{Mail: "jurist@klausul.example"}},
		Subject: "SV: Databehandleraftale – rettelser",
		Date:    time.Date(2026, 11, 20, 9, 30, 0, 0, time.UTC),
		ID:      "42@sodata.example",
		Text:    "Kære sekretariat\n\nHer er aftalen med vores rettelser.",
		Attachments: []message.Attachment{
			{Name: "logo.png", MediaType: "image/png", Bytes: []byte("\x89PNG"), Inline: true},
			{Name: "Aftale revændret.docx", MediaType: "application/vnd.openxmlformats-officedocument.wordprocessingml.document", Bytes: returned},
		},
	}, m)
	unix, err := read([]byte(strings.ReplaceAll(string(crlf(mail)), "\r\n", "\n")))
	require.NoError(t, err)
	require.Equal(t, m, unix)
	mailbox, err := read(append([]byte("From aase@sodata.example Fri Nov 20 10:30:00 2026\n"), crlf(mail)...))
	require.NoError(t, err)
	require.Equal(t, m, mailbox)
}

func TestOutlookMail(t *testing.T) {
	m, err := read(pack(outlook()))
	require.NoError(t, err)
	require.Equal(t, message.Message{
		From:    message.Address{Name: "Åse Østergård", Mail: "aase@sodata.example"},
		To:      []message.Address{{Name: "Sekretariatet", Mail: "aftaler@klausul.example"}},
		CC:      []message.Address{{Name: "Jurist", Mail: "jurist@klausul.example"}},
		BCC:     []message.Address{{Name: "Skjult", Mail: "skjult@klausul.example"}},
		Subject: "SV: Databehandleraftale – rettelser",
		Date:    time.Date(2026, 11, 20, 9, 30, 0, 0, time.UTC),
		ID:      "42@sodata.example",
		Text:    "Kære sekretariat\n\nHer er aftalen med vores rettelser.",
		Attachments: []message.Attachment{
			{Name: "Aftale rev. 2.docx", MediaType: "application/vnd.openxmlformats-officedocument.wordprocessingml.document", Bytes: returned},
			{Name: "logo.png", MediaType: "image/png", Bytes: []byte("\x89PNG"), Inline: true},
		},
	}, m)
	large, err := read(packed(outlook(), 12)) // version 4
	require.NoError(t, err)
	require.Equal(t, m, large)
}

// Outlook keeps text in more than one way.
func TestOutlookText(t *testing.T) {
	bare := func() *folder { return newFolder(32).text(0x001a, "IPM.Note").text(0x0c1a, "Åse") }
	html := []byte("<html><head><title>x</title><style>p{}</style></head><body><p>K\xe6re I</p><div>Vi kan ikke<br>n\xe5 det.</div><ul><li>et<li>to</ul></body></html>")
	for name, c := range map[string]struct {
		mail *folder
		text string
		html bool
		note message.NoteKind
	}{
		"narrow":            {bare().value(0x3ffd, 3, 1252).stream(0x1000, 0x1e, []byte("K\xe6re I")), "Kære I", false, ""},
		"narrow Greek":      {bare().value(0x3ffd, 3, 1253).stream(0x1000, 0x1e, []byte("\xe1\xe2")), "αβ", false, ""},
		"HTML":              {bare().value(0x3fde, 3, 28591).stream(0x1013, 0x102, html), "Kære I\n\nVi kan ikke\nnå det.\n\n– et\n– to", true, ""},
		"HTML that lies":    {bare().value(0x3fde, 3, 65001).stream(0x1013, 0x102, html), "Kære I\n\nVi kan ikke\nnå det.\n\n– et\n– to", true, message.OtherCharset},
		"only its own form": {bare().stream(0x1009, 0x102, []byte("LZFu")), "", false, message.RichText},
		"none":              {bare(), "", false, ""},
	} {
		t.Run(name, func(t *testing.T) {
			m, err := read(pack(c.mail))
			require.NoError(t, err)
			require.Equal(t, c.text, m.Text)
			require.Equal(t, c.html, m.FromHTML)
			if c.note != "" {
				require.Contains(t, kinds(m), c.note)
			}
			require.Contains(t, kinds(m), message.NoDate)
		})
	}
}

func kinds(m message.Message) (out []message.NoteKind) {
	for _, n := range m.Notes {
		out = append(out, n.Kind)
	}
	return out
}

// A mail inside a mail keeps its own attachments.
func TestMailsInside(t *testing.T) {
	m := newFolder(32).text(0x001a, "IPM.Note").text(0x0037, "VS")
	inside := outlook()
	inside.head = 24
	a := m.put("__attach_version1.0_#00000000", 8).value(0x3705, 3, 5)
	a.folders["__substg1.0_3701000D"] = inside
	m.put("__attach_version1.0_#00000001", 8).text(0x3707, "I skyen.docx").value(0x3705, 3, 7)
	got, err := read(pack(m))
	require.NoError(t, err)
	require.Len(t, got.Inside, 1)
	require.Equal(t, returned, got.Inside[0].Attachments[0].Bytes)
	require.Contains(t, got.Notes, message.Note{Kind: message.Link, Text: "I skyen.docx"})

	got, err = read(crlf("\nFrom: a@b.example\nDate: Fri, 20 Nov 2026 10:30:00 +0100\nContent-Type: multipart/mixed; boundary=x\n\n--x\n\nVS\n--x\nContent-Type: message/rfc822\n\n" + strings.TrimLeft(mail, "\n") + "\n--x--\n"))
	require.NoError(t, err)
	require.Equal(t, "VS", got.Text)
	require.Len(t, got.Inside, 1)
	require.Equal(t, returned, got.Inside[0].Attachments[1].Bytes)
}

// simple is a mail of one part.
func simple(headers, text string) []byte {
	return append(crlf("From: a@b.example\nDate: Fri, 20 Nov 2026 10:30:00 +0100\n"+headers+"\n\n"), text...)
}

func TestCharsets(t *testing.T) {
	for name, c := range map[string]struct {
		headers, text, want string
		note                bool
	}{
		"UTF-8":                     {"Content-Type: text/plain; charset=utf-8", "æøå", "æøå", false},
		"Latin-1":                   {"Content-Type: text/plain; charset=ISO-8859-1", "\xe6\xf8\xe5", "æøå", false},
		"Windows":                   {"Content-Type: text/plain; charset=windows-1252", "\x93\xe6\x94", "“æ”", false},
		"quoted":                    {"Content-Type: text/plain; charset=utf-8\nContent-Transfer-Encoding: quoted-printable", "=C3=A6=\r\n=C3=B8 30=C2=A0dage", "æø 30\u00a0dage", false},
		"base64":                    {"Content-Type: text/plain; charset=utf-8\nContent-Transfer-Encoding: BASE64", "w6bDuM\r\nOl", "æøå", false},
		"UTF-16":                    {"Content-Type: text/plain; charset=utf-16le\nContent-Transfer-Encoding: base64", base64.StdEncoding.EncodeToString([]byte("\xe6\x00\xf8\x00")), "æø", false},
		"Latin-1 that says UTF-8":   {"Content-Type: text/plain; charset=utf-8", "bl\xe5b\xe6r", "blåbær", true},
		"Latin-1 that says ASCII":   {"Content-Type: text/plain; charset=us-ascii", "bl\xe5b\xe6r", "blåbær", true},
		"Latin-1 that says none":    {"Subject: x", "bl\xe5b\xe6r", "blåbær", false},
		"a charset that nobody has": {"Content-Type: text/plain; charset=x-klingon", "blåbær", "blåbær", true},
		"a header that is broken":   {"Content-Type: text/plain; charset=\"iso-8859-1\"; charset; =", "bl\xe5b\xe6r", "blåbær", false},
	} {
		t.Run(name, func(t *testing.T) {
			m, err := read(simple(c.headers, c.text))
			require.NoError(t, err)
			require.Equal(t, c.want, m.Text)
			require.Equal(t, c.note, len(m.Notes) > 0)
		})
	}
	m, err := read(append([]byte("Subject: Bl\xe5b\xe6r\r\nFrom: \"\xc5se\" <a@b.example>\r\n\r\n"), "x"...))
	require.NoError(t, err)
	require.Equal(t, "Blåbær", m.Subject)
	require.Equal(t, message.Address{Name: "Åse", Mail: "a@b.example"}, m.From)
}

// A name is a name: it leads nowhere, breaks no header and reads as it is.
func TestNamesOfFiles(t *testing.T) {
	for given, want := range map[string]string{
		`aftale.docx`:                            "aftale.docx",
		`../../etc/passwd`:                       "passwd",
		`C:\Users\aase\aftale.docx`:              "aftale.docx",
		"aftale\r\nX-Injected: 1.docx":           "aftale X-Injected_ 1.docx",
		"aftale\u202excod.exe":                   "aftalexcod.exe",
		"aftale\u2066\u200b.docx":                "aftale.docx",
		"a\x00b.docx":                            "a b.docx",
		"..":                                     "attachment-1.docx",
		"":                                       "attachment-1.docx",
		"aftale.docx. . ":                        "aftale.docx",
		`"><script>.docx`:                        "___script_.docx",
		strings.Repeat("æ", 400) + ".docx":       strings.Repeat("æ", 145) + ".docx",
		"=?utf-8?Q?=C3=A5ben=0D=0Aaftale.docx?=": "åben aftale.docx",
	} {
		t.Run(given, func(t *testing.T) {
			m := newFolder(32).text(0x001a, "IPM.Note")
			m.file(0, given, []byte("x")).text(0x370e, "application/vnd.openxmlformats-officedocument.wordprocessingml.document")
			got, err := read(pack(m))
			require.NoError(t, err)
			if !strings.HasPrefix(given, "=?") {
				require.Equal(t, want, got.Attachments[0].Name)
				require.Equal(t, want != given && given != "", has(got, message.Renamed))
			}
			encoded := "=?utf-8?B?" + base64.StdEncoding.EncodeToString([]byte(given)) + "?="
			if strings.HasPrefix(given, "=?") {
				encoded = given
			}
			got, err = read(simple("Content-Type: application/vnd.openxmlformats-officedocument.wordprocessingml.document\nContent-Disposition: attachment; filename=\""+encoded+"\"", "x"))
			require.NoError(t, err)
			require.Equal(t, want, got.Attachments[0].Name)
		})
	}
}

func has(m message.Message, kind message.NoteKind) bool {
	for _, k := range kinds(m) {
		if k == kind {
			return true
		}
	}
	return false
}

// sound holds a mail to its promises, whatever the file is.
func sound(t testing.TB, m message.Message) {
	t.Helper()
	line := func(s string) {
		require.True(t, utf8.ValidString(s))
		require.False(t, strings.ContainsFunc(s, func(r rune) bool {
			return unicode.IsControl(r) || r >= '\u202a' && r <= '\u202e' || r >= '\u2066' && r <= '\u2069'
		}), "%q", s)
	}
	line(m.Subject)
	line(m.ID)
	for _, a := range append(append([]message.Address{m.From}, m.To...), m.CC...) {
		line(a.Name)
		line(a.Mail)
	}
	require.True(t, utf8.ValidString(m.Text))
	require.NotContains(t, m.Text, "\r")
	for _, a := range m.Attachments {
		line(a.Name)
		line(a.MediaType)
		require.NotEmpty(t, a.Name)
		require.NotContains(t, a.Name, "/")
		require.NotContains(t, a.Name, `\`)
		require.LessOrEqual(t, utf8.RuneCountInString(a.Name), 170)
	}
	for _, n := range m.Notes {
		line(n.Text)
	}
	for _, inside := range m.Inside {
		sound(t, inside)
	}
}

func TestBadInput(t *testing.T) {
	nested := func(n int) []byte {
		var b strings.Builder
		b.WriteString("From: a@b.example\r\n")
		for i := range n {
			fmt.Fprintf(&b, "Content-Type: multipart/mixed; boundary=b%d\r\n\r\n--b%d\r\n", i, i)
		}
		b.WriteString("\r\nx")
		for i := n - 1; i >= 0; i-- {
			fmt.Fprintf(&b, "\r\n--b%d--\r\n", i)
		}
		return []byte(b.String())
	}
	forwarded := func(n int) []byte {
		return []byte(strings.Repeat("From: a@b.example\r\nContent-Type: message/rfc822\r\n\r\n", n) + "Subject: x\r\n\r\nx")
	}
	deep := newFolder(24).text(0x001a, "IPM.Note")
	for range 40 {
		around := newFolder(24).text(0x001a, "IPM.Note")
		around.put("__attach_version1.0_#00000000", 8).folders["__substg1.0_3701000D"] = deep
		deep = around
	}
	deep.head = 32
	good := pack(outlook())
	change := func(at int, with ...byte) []byte {
		b := bytes.Clone(good)
		copy(b[at:], with)
		return b
	}
	sector := func(n uint32) []byte { return binary.LittleEndian.AppendUint32(nil, n) }
	directory := 512 + 512*int(binary.LittleEndian.Uint32(good[48:]))
	table := 512 + 512*int(binary.LittleEndian.Uint32(good[76:]))
	looped := bytes.Clone(good)
	for i := range 128 {
		binary.LittleEndian.PutUint32(looped[table+4*i:], uint32(i))
	}
	for name, c := range map[string]struct {
		raw  []byte
		want error
	}{
		"nothing":                    {nil, message.ErrNotMail},
		"text":                       {[]byte("Kære sekretariat,\n\nher er aftalen."), message.ErrNotMail},
		"headers that are none":      {[]byte("Kære: sekretariat\n\nher er aftalen."), message.ErrNotMail},
		"a PDF":                      {[]byte("%PDF-1.7\n%\xe2\xe3\n1 0 obj"), message.ErrNotMail},
		"a Word file":                {returned, message.ErrNotMail},
		"an old .doc":                {pack(newFolder(0)), message.ErrNotMail},
		"larger than any mail":       {make([]byte, message.MaxSize+1), message.ErrTooLarge},
		"a mail cut off":             {crlf(mail)[:len(mail)/2], message.ErrDamaged},
		"a mail cut off at its end":  {bytes.TrimSuffix(crlf(mail), []byte("--ydre--\r\n")), message.ErrDamaged},
		"parts inside each other":    {nested(40), message.ErrComplex},
		"mails inside each other":    {forwarded(40), message.ErrComplex},
		"Outlook mails inside":       {pack(deep), message.ErrComplex},
		"as many parts as one likes": {simple("Content-Type: multipart/mixed; boundary=x", strings.Repeat("--x\r\n\r\na\r\n", 2000)+"--x--"), message.ErrComplex},
		"a header without end":       {[]byte("Subject: " + strings.Repeat("x ", 1<<20) + "\r\n\r\nx"), message.ErrComplex},
		"S/MIME":                     {simple("Content-Type: application/pkcs7-mime; smime-type=enveloped-data; name=smime.p7m", "x"), message.ErrEncrypted},
		"PGP":                        {simple("Content-Type: multipart/encrypted; boundary=x", "--x\r\n\r\na\r\n--x--"), message.ErrEncrypted},
		"an Outlook mail, encrypted": {pack(func() *folder {
			m := newFolder(32).text(0x001a, "IPM.Note.SMIME")
			m.file(0, "smime.p7m", []byte("x"))
			return m
		}()), message.ErrEncrypted},
		"an Outlook mail cut off":        {good[:len(good)/2], message.ErrDamaged},
		"only the header of one":         {good[:512], message.ErrDamaged},
		"only its signature":             {good[:8], message.ErrDamaged},
		"sectors of no size":             {change(30, 200, 0), message.ErrDamaged},
		"no directory":                   {change(48, sector(nothing)...), message.ErrDamaged},
		"a directory far away":           {change(48, sector(0x7fffffff)...), message.ErrDamaged},
		"sectors that loop":              {looped, message.ErrDamaged},
		"a list of tables that loops":    {change(68, sector(0)...), message.ErrDamaged},
		"an entry that is its own child": {change(directory+76, sector(0)...), message.ErrDamaged},
		"an entry beside itself":         {change(directory+128+72, sector(1)...), message.ErrDamaged},
		"an entry far away":              {change(directory+76, sector(0x00ffffff)...), message.ErrDamaged},
		"a stream larger than the file":  {change(directory+128+120, 0xff, 0xff, 0xff, 0x02), message.ErrDamaged},
		"more entries than are read": {pack(func() *folder {
			m := newFolder(32)
			for i := range 41_000 {
				m.streams[fmt.Sprint(i)] = nil
			}
			return m
		}()), message.ErrComplex},
		"no small sectors": {change(60, sector(chainEnd)...), message.ErrDamaged},
	} {
		t.Run(name, func(t *testing.T) {
			started := time.Now()
			_, err := read(c.raw)
			require.ErrorIs(t, err, c.want)
			require.Less(t, time.Since(started), 10*time.Second)
		})
	}
}

// What a mail says does not come into a log, not by way of why it could not be read either.
func TestCausesSayNothingOfTheMail(t *testing.T) {
	for name, raw := range map[string][]byte{
		"a header": crlf("\nFrom: a@b.example\n hemmelig\nhemmelig uden kolon\n\nx"),
		"a part":   crlf("\nFrom: a@b.example\nContent-Type: multipart/mixed; boundary=x\n\n--x\nhemmelig uden kolon\n\nx\n--x--\n"),
	} {
		_, err := read(raw)
		require.Error(t, err, name)
		for cause := err; cause != nil; cause = errors.Unwrap(cause) {
			require.NotContains(t, cause.Error(), "hemmelig", name)
		}
	}
}

// What is large, or strange, and still a mail is read, quickly, and told of.
func TestLargeMails(t *testing.T) {
	for name, c := range map[string]struct {
		raw  []byte
		note message.NoteKind
	}{
		"a long text":                   {simple("Subject: x", strings.Repeat("Kære sekretariat. ", 200_000)), message.Shortened},
		"tags inside each other":        {simple("Content-Type: text/html", strings.Repeat("<div><b>", 500_000)+"x"), ""},
		"a tag without end":             {simple("Content-Type: text/html", "<p "+strings.Repeat("a=b ", 1_000_000)), ""},
		"comments without end":          {simple("Content-Type: text/html", strings.Repeat("<!--", 1_000_000)), ""},
		"more recipients than are kept": {simple("To: "+strings.Repeat("a@b.example, ", 2000)+"c@d.example", "x"), message.Recipients},
		"recipients that are none":      {simple("To: "+strings.Repeat("<<@,;:", 20_000), "x"), ""},
		"base64 that is none":           {simple("Content-Type: application/pdf; name=a.pdf\nContent-Transfer-Encoding: base64", "%%%JVBERi0x!"), message.Unreadable},
		"an encoding that nobody has":   {simple("Content-Type: application/pdf; name=a.pdf\nContent-Transfer-Encoding: x-zip", "x"), message.Unreadable},
		"a mail inside that is none":    {simple("Content-Type: message/rfc822", "hej"), message.Unreadable},
		"a large attachment":            {simple("Content-Type: application/pdf; name=a.pdf\nContent-Transfer-Encoding: base64", strings.Repeat("QUFB", 8<<20)), ""},
		"a large attachment in Outlook": {pack(func() *folder {
			m := newFolder(32).text(0x001a, "IPM.Note")
			m.file(0, "a.pdf", make([]byte, 24<<20))
			return m
		}()), ""},
		"folders inside each other": {pack(func() *folder {
			m := newFolder(32).text(0x001a, "IPM.Note")
			at := m
			for range 10_000 {
				at = at.put("a", 0)
			}
			return m
		}()), message.NoSender},
		"no sender": {[]byte("Subject: x\r\n\r\nx"), message.NoSender},
	} {
		t.Run(name, func(t *testing.T) {
			started := time.Now()
			m, err := read(c.raw)
			require.NoError(t, err)
			require.Less(t, time.Since(started), 10*time.Second)
			sound(t, m)
			if c.note != "" {
				require.Contains(t, kinds(m), c.note)
			}
		})
	}
}
