package negotiation_test

import (
	"bytes"
	"encoding/base64"
	"fmt"
	"io"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"klausul/server/access"
	"klausul/server/agreement/negotiation"
	"klausul/server/document"
	"klausul/server/fault"
	"klausul/server/files"
	"klausul/server/message"
	"klausul/server/storage"
	"klausul/server/storage/storagetest"
)

// mailOf is a mail of the vendor's as it is saved, with files in it.
func mailOf(id, text string, attached map[string][]byte) []byte {
	var b strings.Builder
	fmt.Fprintf(&b, "From: Åse Østergård <aase@aahavn.example>\nTo: Sekretariatet <aftaler@klausul.example>, jurist@klausul.example\nSubject: SV: Databehandleraftale\nDate: Fri, 20 Nov 2026 10:30:00 +0100\nMessage-ID: <%s>\nMIME-Version: 1.0\nContent-Type: multipart/mixed; boundary=x\n\n", id)
	fmt.Fprintf(&b, "--x\nContent-Type: text/plain; charset=utf-8\n\n%s\n", text)
	for name, body := range attached {
		fmt.Fprintf(&b, "--x\nContent-Type: application/octet-stream\nContent-Disposition: attachment; filename=%q\nContent-Transfer-Encoding: base64\n\n%s\n", name, base64.StdEncoding.EncodeToString(body))
	}
	return []byte(strings.ReplaceAll(b.String()+"--x--\n", "\n", "\r\n"))
}

func (w *world) mail(d negotiation.Detail, raw []byte) negotiation.Entry {
	w.t.Helper()
	e, err := w.negotiations.TakeMail(w.t.Context(), w.lawyer, d.ID, "svar.eml", bytes.NewReader(raw))
	require.NoError(w.t, err)
	return e
}

func TestMailInTheJournal(t *testing.T) {
	w := setup(t)
	d := w.send(w.start())
	back := edited(t, w.file(d, 1), standard, "Underretningen sker måske senest ")
	raw := mailOf("42@aahavn.example", "Hermed vores rettelser.", map[string][]byte{"Aftale rev. 2.docx": back})
	e := w.mail(d, raw)
	require.Equal(t, negotiation.MailEntry, e.Kind)
	require.Equal(t, "Hermed vores rettelser.", e.Text)
	require.Equal(t, "Åse Østergård <aase@aahavn.example>", e.Sender)
	require.Equal(t, []string{"Sekretariatet <aftaler@klausul.example>", "jurist@klausul.example"}, e.Recipients)
	require.Equal(t, "SV: Databehandleraftale", e.Subject)
	require.Equal(t, "2026-11-20T09:30:00Z", e.SentAt.UTC().Format("2006-01-02T15:04:05Z07:00"))
	require.Len(t, e.Attachments, 1)
	require.Equal(t, "Aftale rev. 2.docx", e.Attachments[0].Name)
	require.Equal(t, len(back), e.Attachments[0].Size)

	require.Equal(t, e.ID, w.mail(d, raw).ID, "the same file")
	require.Equal(t, e.ID, w.mail(d, append(raw, "\r\n"...)).ID, "the same Message-ID, saved otherwise")
	require.NotEqual(t, e.ID, w.mail(d, mailOf("43@aahavn.example", "En til", nil)).ID)
	rows, _, err := w.negotiations.Entries(t.Context(), w.lawyer, d.ID, storage.Page{})
	require.NoError(t, err)
	require.Len(t, rows, 2)

	_, f, body, err := w.negotiations.OpenMail(t.Context(), w.lawyer, e.ID)
	require.NoError(t, err)
	saved, err := io.ReadAll(body)
	require.NoError(t, err)
	require.NoError(t, body.Close())
	require.Equal(t, raw, saved)
	require.Equal(t, "message/rfc822", f.MediaType)
	_, got, err := w.negotiations.OpenAttachment(t.Context(), w.lawyer, e.ID, 0)
	require.NoError(t, err)
	require.Equal(t, back, got)
	for _, index := range []int{-1, 1} {
		_, _, err = w.negotiations.OpenAttachment(t.Context(), w.lawyer, e.ID, index)
		require.ErrorIs(t, err, fault.ErrNotFound)
	}

	r, err := w.negotiations.ReceiveAttachment(t.Context(), w.lawyer, e.ID, 0, false)
	require.NoError(t, err)
	require.Equal(t, 2, r.No)
	require.Equal(t, "Aftale rev. 2.docx", r.FileName)
	require.NotEmpty(t, r.Changes)
	require.Equal(t, 2, w.receive(d, back).No, "the file itself is the same round")

	require.Zero(t, storagetest.One[int](w.Env, `select count(*) from audit_value where value::text like '%rettelser%' or value::text like '%aahavn.example%'`), "the trail holds nothing of what a mail says")
	_, err = w.negotiations.TakeMail(t.Context(), w.Scope(access.ContactPerson, w.viborg), d.ID, "x.eml", bytes.NewReader(raw))
	require.Error(t, err)
}

// A note has no file; it can be neither opened nor taken in.
func TestNotesAreNoMails(t *testing.T) {
	w := setup(t)
	d := w.start()
	note, err := w.negotiations.AddEntry(t.Context(), w.lawyer, d.ID, negotiation.Note, "Ringede", nil)
	require.NoError(t, err)
	_, err = w.negotiations.AddEntry(t.Context(), w.lawyer, d.ID, negotiation.MailEntry, "Falsk", nil)
	require.ErrorIs(t, err, negotiation.ErrEntry)
	_, _, _, err = w.negotiations.OpenMail(t.Context(), w.lawyer, note.ID)
	require.ErrorIs(t, err, fault.ErrNotFound)
	_, err = w.negotiations.ReceiveAttachment(t.Context(), w.lawyer, note.ID, 0, false)
	require.ErrorIs(t, err, fault.ErrNotFound)
}

// A forwarded mail is read with the one that carries it.
func TestForwardedMail(t *testing.T) {
	w := setup(t)
	d := w.send(w.start())
	back := edited(t, w.file(d, 1), hours, ">48</w:t>")
	inside := mailOf("1@x", "Vores rettelser.", map[string][]byte{"aftale.docx": back})
	outer := "From: kollega@klausul.example\r\nSubject: VS\r\nDate: Fri, 31 Dec 9999 23:59:00 -0100\r\nMIME-Version: 1.0\r\nContent-Type: multipart/mixed; boundary=y\r\n\r\n--y\r\nContent-Type: text/plain\r\n\r\nSe her\r\n--y\r\nContent-Type: message/rfc822\r\n\r\n" + string(inside) + "\r\n--y--\r\n"
	e := w.mail(d, []byte(outer))
	require.Nil(t, e.SentAt, "nobody wrote on that day")
	require.Contains(t, e.Text, "Se her")
	require.Contains(t, e.Text, "Åse Østergård <aase@aahavn.example>\nSV: Databehandleraftale\n\nVores rettelser.")
	require.Len(t, e.Attachments, 1)
	r, err := w.negotiations.ReceiveAttachment(t.Context(), w.lawyer, e.ID, 0, false)
	require.NoError(t, err)
	require.Len(t, r.Changes, 1)
}

func TestLongMailIsShortened(t *testing.T) {
	w := setup(t)
	d := w.start()
	raw := []byte("From: a@b\r\nTo: " + strings.Repeat("x@y.example, ", 200) + "z@y.example\r\nSubject: x\r\nContent-Type: text/plain; charset=utf-8\r\n\r\n" + strings.Repeat("æ\x00ø ", 20000))
	e := w.mail(d, raw)
	require.LessOrEqual(t, len(e.Text), 32<<10)
	require.Len(t, e.Recipients, 50)
	require.Subset(t, e.Notes, []string{string(message.Shortened), string(message.Recipients), string(message.NoDate)})
}

func TestMailsThatAreRefused(t *testing.T) {
	w := setup(t)
	d := w.send(w.start())
	encrypted := strings.Replace(string(mailOf("1@x", "x", nil)), "multipart/mixed", "multipart/encrypted", 1)
	for name, try := range map[string]struct {
		name string
		raw  []byte
		want error
	}{
		"a Word file":      {"a.eml", w.file(d, 1), message.ErrNotMail},
		"an encrypted one": {"a.eml", []byte(encrypted), message.ErrEncrypted},
		"one cut off":      {"a.msg", []byte("\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"), message.ErrDamaged},
		"an empty file":    {"a.eml", nil, files.ErrEmpty},
		"one too large":    {"a.eml", make([]byte, negotiation.MaxSize+1), message.ErrTooLarge},
		"one without name": {"/", []byte("x"), document.ErrUploadName},
	} {
		_, err := w.negotiations.TakeMail(t.Context(), w.lawyer, d.ID, try.name, bytes.NewReader(try.raw))
		require.ErrorIs(t, err, try.want, name)
	}
	_, err := w.negotiations.TakeMail(t.Context(), w.lawyer, d.ID+99, "a.eml", bytes.NewReader(mailOf("1@x", "x", nil)))
	require.ErrorIs(t, err, fault.ErrNotFound)
	rows, _, err := w.negotiations.Entries(t.Context(), w.lawyer, d.ID, storage.Page{})
	require.NoError(t, err)
	require.Empty(t, rows)

	e := w.mail(d, mailOf("2@x", "x", map[string][]byte{"aftale.docx": []byte("ikke Word"), "fremmed.docx": w.file(w.send(w.second()), 1)}))
	for _, a := range e.Attachments {
		_, err := w.negotiations.ReceiveAttachment(t.Context(), w.lawyer, e.ID, a.Index, false)
		require.Error(t, err, a.Name)
		if a.Name == "fremmed.docx" {
			require.ErrorIs(t, err, negotiation.ErrOther)
			_, err = w.negotiations.ReceiveAttachment(t.Context(), w.lawyer, e.ID, a.Index, true)
			require.NoError(t, err)
		}
	}
}
