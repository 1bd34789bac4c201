package negotiation

import (
	"bytes"
	"cmp"
	"context"
	"errors"
	"io"
	"net/http"
	"slices"
	"strings"
	"time"

	"klausul/server/access"
	"klausul/server/document"
	"klausul/server/fault"
	"klausul/server/files"
	"klausul/server/message"
	"klausul/server/storage"
)

// Mail is what an entry holds of a mail besides its text.
type Mail struct {
	File        *int64       `db:"file_id"` // as it was saved
	FileName    string       `db:"file_name"`
	MessageID   string       `db:"message_id"`
	Sender      string       `db:"sender"`
	Recipients  []string     `db:"recipients"`
	Subject     string       `db:"subject"`
	SentAt      *time.Time   `db:"sent_at"`
	Attachments []Attachment `db:"attachments"`
	Notes       []string     `db:"notes"` // kinds of message.Note
}

// Attachment is a file in a mail, or in a mail inside it.
type Attachment struct {
	Index     int    `json:"index"` // from 0
	Name      string `json:"name"`
	MediaType string `json:"media_type"` // as the mail claims it
	Size      int    `json:"size"`
	SHA256    string `json:"sha256"`
}

// What the journal shows of a mail; the rest is in its file.
const (
	maxMailText   = 32 << 10 // bytes
	maxRecipients = 50
)

// TakeMail takes a saved mail (.eml or .msg) into the journal. The same mail twice, by its
// bytes or by its Message-ID, is the same entry. It refuses with fault.ErrNotFound, what
// package message refuses, files.ErrEmpty, document.ErrUploadName or what the scanner found.
func (s *Service) TakeMail(ctx context.Context, scope access.Scope, id int64, name string, body io.Reader) (e Entry, err error) {
	name, err = document.FileName(name)
	if err != nil {
		return e, err
	}
	raw, err := whole(body, message.ErrTooLarge)
	if err != nil {
		return e, err
	}
	err = s.db.Read(ctx, scope, func(tx *storage.Tx) error {
		_, err := load(tx, id)
		return err
	})
	if err != nil {
		return e, err
	}
	m, err := message.Read(bytes.NewReader(raw), int64(len(raw)))
	if err != nil {
		return e, err
	}
	staged, err := s.documents.Take(ctx, 0, "mail", raw, message.MediaType(raw))
	if err != nil {
		return e, err
	}
	err = s.db.Write(ctx, scope, "negotiation.mail", func(tx *storage.Tx) error {
		if _, err := held(tx, id, 0); err != nil {
			return err
		}
		had, found, err := storage.Find[Entry](tx, entrySQL+` left join stored_file f on f.id = e.file_id
			where e.negotiation_id = $1 and (f.sha256 = $2 or e.message_id = $3 and $3 <> '') order by e.id limit 1`, id, staged.SHA256, m.ID)
		if err != nil || found {
			e = had
			tx.Continues()
			return err
		}
		file, err := s.documents.Register(tx, staged)
		if err != nil {
			return err
		}
		e, err = insertMail(tx, id, file, name, m)
		tx.Record("negotiation", id, 0, nil, map[string]any{"entry": e.ID, "kind": MailEntry, "sha256": staged.SHA256, "attachments": len(e.Attachments)})
		return err
	})
	return e, err
}

// whole reads a file to its end, at most MaxSize bytes of it.
func whole(body io.Reader, tooLarge *fault.Error) ([]byte, error) {
	raw, err := io.ReadAll(io.LimitReader(body, MaxSize+1))
	var large *http.MaxBytesError
	switch {
	case errors.As(err, &large) || len(raw) > MaxSize:
		return nil, tooLarge.With("limit", MaxSize)
	case err != nil:
		return nil, err
	case len(raw) == 0:
		return nil, files.ErrEmpty
	}
	return raw, nil
}

func insertMail(tx *storage.Tx, id, file int64, name string, m message.Message) (Entry, error) {
	mail, text := mailOf(m)
	made, _, err := storage.Find[struct {
		ID int64 `db:"id"`
	}](tx, `insert into negotiation_entry (negotiation_id, kind, text, file_id, file_name, message_id, sender, recipients, subject, sent_at, attachments, notes, made_at, made_by)
		values ($1, 'mail', $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13) returning id`, id, text, file, name, mail.MessageID, mail.Sender, mail.Recipients, mail.Subject,
		mail.SentAt, mail.Attachments, mail.Notes, tx.Now(), tx.Scope().Actor().User)
	if err != nil {
		return Entry{}, err
	}
	e, _, err := storage.Find[Entry](tx, entrySQL+" where e.id = $1", made.ID)
	return e, err
}

// mailOf is what the journal keeps of a mail, and its text with that of the mails inside it.
func mailOf(m message.Message) (out Mail, text string) {
	out = Mail{MessageID: m.ID, Sender: written(m.From), Subject: m.Subject, Recipients: []string{}, Attachments: []Attachment{}, Notes: []string{}}
	if y := m.Date.Year(); y >= 1970 && y < 9999 { // what else a mail says is no day on which anybody wrote
		out.SentAt = &m.Date
	}
	for i, a := range attached(m) {
		out.Attachments = append(out.Attachments, Attachment{i, a.Name, a.MediaType, len(a.Bytes), sum(a.Bytes)})
	}
	for _, to := range slices.Concat(m.To, m.CC, m.BCC) {
		out.Recipients = append(out.Recipients, written(to))
	}
	kinds := noted(m)
	if len(out.Recipients) > maxRecipients {
		out.Recipients = out.Recipients[:maxRecipients]
		kinds = append(kinds, message.Recipients)
	}
	if text = letter(m); len(text) > maxMailText {
		text = strings.ToValidUTF8(text[:maxMailText], "")
		kinds = append(kinds, message.Shortened)
	}
	for _, k := range kinds {
		if !slices.Contains(out.Notes, string(k)) {
			out.Notes = append(out.Notes, string(k))
		}
	}
	return out, text
}

// attached are the files of a mail, then those of the mails inside it.
func attached(m message.Message) []message.Attachment {
	out := slices.Clone(m.Attachments)
	for _, inside := range m.Inside {
		out = append(out, attached(inside)...)
	}
	return out
}

func noted(m message.Message) (kinds []message.NoteKind) {
	for _, n := range m.Notes {
		kinds = append(kinds, n.Kind)
	}
	for _, inside := range m.Inside {
		kinds = append(kinds, noted(inside)...)
	}
	return kinds
}

// letter is the text of a mail, and below it the mails inside, each under who wrote it and on what.
func letter(m message.Message) string {
	parts := []string{m.Text}
	for _, inside := range m.Inside {
		parts = append(parts, strings.Join([]string{"――――――", written(inside.From), inside.Subject, "", letter(inside)}, "\n"))
	}
	return strings.TrimSpace(strings.Join(parts, "\n\n"))
}

// written is an address as it is read: "Name <mail>", or the one that is known.
func written(a message.Address) string {
	if a.Name == "" || a.Mail == "" {
		return cmp.Or(a.Name, a.Mail)
	}
	return a.Name + " <" + a.Mail + ">"
}

// OpenMail opens a mail as it was saved, and logs that it was fetched. It refuses with fault.ErrNotFound.
func (s *Service) OpenMail(ctx context.Context, scope access.Scope, entry int64) (e Entry, f document.File, body io.ReadCloser, err error) {
	if e, err = s.fetched(ctx, scope, entry, nil); err != nil {
		return e, f, nil, err
	}
	f, body, err = s.documents.Open(ctx, scope, *e.File)
	return e, f, body, err
}

// OpenAttachment reads a file out of a mail, and logs that it was fetched. It refuses with fault.ErrNotFound.
func (s *Service) OpenAttachment(ctx context.Context, scope access.Scope, entry int64, index int) (Attachment, []byte, error) {
	_, a, raw, err := s.attachment(ctx, scope, entry, index)
	return a, raw, err
}

// ReceiveAttachment takes a file in that lies in a mail of the journal, as Receive does.
func (s *Service) ReceiveAttachment(ctx context.Context, scope access.Scope, entry int64, index int, anyway bool) (Round, error) {
	e, a, raw, err := s.attachment(ctx, scope, entry, index)
	if err != nil {
		return Round{}, err
	}
	return s.Receive(ctx, scope, e.Of, a.Name, bytes.NewReader(raw), anyway)
}

// attachment is known by its hash: which place a file has in a mail is for its reader to say.
func (s *Service) attachment(ctx context.Context, scope access.Scope, entry int64, index int) (e Entry, a Attachment, raw []byte, err error) {
	if e, err = s.fetched(ctx, scope, entry, &index); err != nil {
		return e, a, nil, err
	}
	a = e.Attachments[index]
	_, body, err := s.documents.Open(ctx, scope, *e.File)
	if err != nil {
		return e, a, nil, err
	}
	saved, err := io.ReadAll(body)
	if err := errors.Join(err, body.Close()); err != nil {
		return e, a, nil, err
	}
	m, err := message.Read(bytes.NewReader(saved), int64(len(saved)))
	if err != nil {
		return e, a, nil, err
	}
	for _, got := range attached(m) {
		if sum(got.Bytes) == a.SHA256 {
			return e, a, got.Bytes, nil
		}
	}
	return e, a, nil, fault.ErrNotFound
}

// fetched finds the entry of a mail, or of the attachment in it, and logs that it was fetched.
func (s *Service) fetched(ctx context.Context, scope access.Scope, entry int64, index *int) (e Entry, err error) {
	err = s.db.Write(ctx, scope, "negotiation.mail_download", func(tx *storage.Tx) error {
		found := false
		if e, found, err = storage.Find[Entry](tx, entrySQL+" where e.id = $1 and e.kind = 'mail'", entry); err != nil || !found {
			return fault.Or(err, fault.ErrNotFound)
		}
		what := map[string]any{"entry": entry}
		if index != nil {
			if *index < 0 || *index >= len(e.Attachments) {
				return fault.ErrNotFound
			}
			what["attachment"], what["sha256"] = *index, e.Attachments[*index].SHA256
		}
		tx.Record("negotiation", e.Of, 0, nil, what)
		return nil
	})
	return e, err
}
