package document

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"path"
	"strings"
	"time"
	"unicode"

	"github.com/google/uuid"

	"klausul/server/access"
	"klausul/server/fault"
	"klausul/server/files"
	"klausul/server/storage"
)

// Refusals of a received file. Empty and infected ones are refused by package files.
var (
	ErrNotPDF     = fault.New(fault.Invalid, "document.not_pdf")
	ErrDamagedPDF = fault.New(fault.Invalid, "document.damaged_pdf")
	ErrUploadGone = fault.New(fault.Conflict, "document.upload_gone")
	ErrUploadName = fault.New(fault.Invalid, "document.upload_name")
)

// MaxUpload is the largest file that is received, in bytes.
const MaxUpload = 50 << 20

// placeWithin is how long a received file may wait to be placed. It is shorter than what
// the sweeper leaves alone, so that no file is swept while it is being placed.
const placeWithin = 20 * time.Hour

// Upload is a file that was received and checked and waits to be placed.
type Upload struct {
	ID           uuid.UUID  `db:"id"`
	Organisation int32      `db:"organisation_id"`
	Name         string     `db:"name"` // as the person's own file is called
	SHA256       string     `db:"sha256"`
	Size         int64      `db:"size"`
	MediaType    string     `db:"media_type"`
	StagingKey   string     `db:"staging_key"`
	ScannedAt    *time.Time `db:"scanned_at"` // nil: no scanner is configured
	CreatedAt    time.Time  `db:"created_at"`
}

const uploadSQL = `select u.id, u.organisation_id, u.name, u.sha256, u.size, u.media_type, u.staging_key, u.scanned_at, u.created_at from upload u`

// WithGate returns the service with the scanner that looks into every received file.
func (s *Service) WithGate(g files.Gate) *Service {
	c := *s
	c.gate = g
	return &c
}

// FileName is a person's file name without folders and without what cannot be shown.
// It refuses with ErrUploadName.
func FileName(typed string) (string, error) {
	name := path.Base(strings.ReplaceAll(strings.TrimSpace(typed), `\`, "/"))
	name = strings.Map(func(r rune) rune {
		if !unicode.IsPrint(r) || r == unicode.ReplacementChar {
			return -1
		}
		return r
	}, name)
	if name == "" || name == "." || name == "/" || len(name) > 255 {
		return "", ErrUploadName
	}
	return name, nil
}

// ends keeps the first and the last bytes of what is read through it, and stops past a limit.
type ends struct {
	r          io.Reader
	n          int64
	head, tail []byte
}

const (
	headKept = 1 << 10
	tailKept = 2 << 10
)

func (e *ends) Read(p []byte) (int, error) {
	n, err := e.r.Read(p)
	e.n += int64(n)
	if e.n > MaxUpload {
		return 0, fault.ErrTooLarge.With("limit", int64(MaxUpload))
	}
	if room := headKept - len(e.head); room > 0 {
		e.head = append(e.head, p[:min(room, n)]...)
	}
	e.tail = append(e.tail, p[max(0, n-tailKept):n]...)
	e.tail = e.tail[max(0, len(e.tail)-tailKept):]
	return n, err
}

// CheckPDF tells from the first and the last bytes of a file whether it is a whole PDF. It
// refuses with ErrNotPDF, and with ErrDamagedPDF a PDF whose end is missing.
func CheckPDF(head, tail []byte) error {
	if !bytes.Contains(head, []byte("%PDF-")) {
		return ErrNotPDF
	}
	if !bytes.Contains(tail, []byte("%%EOF")) || !bytes.Contains(tail, []byte("startxref")) {
		return ErrDamagedPDF
	}
	return nil
}

// Receive takes in a PDF for an organisation: streamed, hashed, checked and scanned, and
// kept for a day until it is placed. The secretariat names the organisation; a member's
// is its own. It refuses with fault.ErrNotFound for an organisation that is none, fault.ErrTooLarge, ErrNotPDF, ErrDamagedPDF, ErrUploadName,
// files.ErrEmpty, files.ErrInfected or files.ErrNotScanned, keeping nothing.
func (s *Service) Receive(ctx context.Context, scope access.Scope, organisation int32, name string, r io.Reader) (Upload, error) {
	name, err := FileName(name)
	if err != nil {
		return Upload{}, err
	}
	if organisation, err = For(scope, organisation); err != nil {
		return Upload{}, err
	}
	u := Upload{ID: uuid.New(), Organisation: organisation, Name: name, MediaType: "application/pdf", CreatedAt: s.db.Now().UTC().Truncate(time.Microsecond)}
	u.StagingKey = "received/" + owner(organisation) + "/" + u.ID.String()
	in := &ends{r: r}
	stored, err := s.files.PutStaging(ctx, u.StagingKey, in, -1, u.MediaType)
	if err != nil {
		return Upload{}, err
	}
	u.SHA256, u.Size = stored.SHA256, stored.Size
	err = CheckPDF(in.head, in.tail)
	if err == nil {
		u.ScannedAt, err = s.scan(ctx, u.StagingKey)
	}
	if err == nil {
		err = s.keep(ctx, scope, u)
	}
	if err != nil {
		return Upload{}, errors.Join(err, s.files.DeleteStaging(context.WithoutCancel(ctx), u.StagingKey))
	}
	return u, nil
}

// For is the organisation that a file is for: a member's own, or the one that the
// secretariat names. It refuses with fault.ErrInvalid when nobody says which, and with
// fault.ErrNotFound when a member names another.
func For(scope access.Scope, organisation int32) (int32, error) {
	own := scope.Own()
	switch {
	case own == 0 && organisation == 0:
		return 0, fault.ErrInvalid.At(fault.Field{Pointer: "/organisation", Code: "required"})
	case own == 0:
		return organisation, nil
	case organisation != 0 && organisation != own:
		return 0, fault.ErrNotFound
	}
	return own, nil
}

// scan lets the gate read a staged file; nil without an error means that there is no scanner.
func (s *Service) scan(ctx context.Context, key string) (*time.Time, error) {
	body, _, err := s.files.OpenStaging(ctx, key)
	if err != nil {
		return nil, err
	}
	err = s.gate.Clean(ctx, body)
	if closing := body.Close(); err == nil {
		err = closing
	}
	if errors.Is(err, files.ErrNoScanner) {
		return nil, nil
	}
	now := s.db.Now().UTC()
	return &now, err
}

func (s *Service) keep(ctx context.Context, scope access.Scope, u Upload) error {
	return s.db.Write(ctx, scope, "upload.receive", func(tx *storage.Tx) error {
		tx.Record("upload", u.ID, u.Organisation, nil, map[string]any{"sha256": u.SHA256, "size": u.Size})
		done, err := tx.Pgx().Exec(ctx, `insert into upload (id, organisation_id, by_office, user_id, name, sha256, size, media_type, staging_key, scanned_at, created_at)
			select $1, o.id, $3, $4, $5, $6, $7, $8, $9, $10, $11 from organisation o where o.id = $2`, u.ID, u.Organisation, scope.Own() == 0, scope.Actor().User,
			u.Name, u.SHA256, u.Size, u.MediaType, u.StagingKey, u.ScannedAt, u.CreatedAt)
		if err == nil && done.RowsAffected() == 0 {
			return fault.ErrNotFound // no such organisation
		}
		return err
	})
}

// Uploads lists what the person has sent for an organisation and not placed yet, oldest first.
func (s *Service) Uploads(ctx context.Context, scope access.Scope, organisation int32) ([]Upload, error) {
	organisation, err := For(scope, organisation)
	if err != nil {
		return nil, err
	}
	return storage.Select[Upload](ctx, s.db, scope, storage.List(uploadSQL).And("u.organisation_id = ?", organisation).
		And("u.user_id = ?", scope.Actor().User).And("u.created_at > ?", s.db.Now().Add(-placeWithin)).Last("order by u.created_at, u.id limit 2000"))
}

// Waiting lists, inside a transaction, what the person has sent for organisations and not
// placed yet, oldest first.
func (s *Service) Waiting(tx *storage.Tx, organisations []int32) ([]Upload, error) {
	return storage.All[Upload](tx, uploadSQL+" where u.organisation_id = any($1) and u.user_id = $2 and u.created_at > $3 order by u.created_at, u.id",
		organisations, tx.Scope().Actor().User, tx.Now().Add(-placeWithin))
}

// Discard forgets a received file that nobody wants to place. One that is gone already is no error.
func (s *Service) Discard(ctx context.Context, scope access.Scope, id uuid.UUID) error {
	var gone Upload
	err := s.db.Write(ctx, scope, "upload.discard", func(tx *storage.Tx) (err error) {
		found := false
		if gone, found, err = findUpload(tx, id); err != nil || !found {
			tx.Continues()
			return err
		}
		tx.Record("upload", id, gone.Organisation, nil, nil)
		_, err = tx.Pgx().Exec(ctx, "delete from upload where id = $1", id)
		return err
	})
	if err != nil || gone.StagingKey == "" {
		return err
	}
	return s.files.DeleteStaging(ctx, gone.StagingKey)
}

func findUpload(tx *storage.Tx, id uuid.UUID) (Upload, bool, error) {
	return storage.Find[Upload](tx, uploadSQL+" where u.id = $1 and u.user_id = $2", id, tx.Scope().Actor().User)
}

// Place gives a received file its place among its owner's stored files, inside the
// transaction of what it belongs to. It refuses with ErrUploadGone.
func (s *Service) Place(tx *storage.Tx, id uuid.UUID, organisation int32) (file int64, u Upload, err error) {
	u, found, err := findUpload(tx, id)
	if err != nil {
		return 0, u, err
	}
	if !found || u.Organisation != organisation || tx.Now().Sub(u.CreatedAt) > placeWithin {
		return 0, u, ErrUploadGone.With("upload", id)
	}
	file, err = s.Register(tx, Staged{Organisation: organisation, Key: u.StagingKey, MediaType: u.MediaType,
		Stored: files.Stored{SHA256: u.SHA256, Size: u.Size}, ScannedAt: u.ScannedAt})
	if err != nil {
		return 0, u, err
	}
	if _, err := tx.Pgx().Exec(tx.Context(), "delete from upload where id = $1", id); err != nil {
		return 0, u, fmt.Errorf("place an upload: %w", err)
	}
	return file, u, nil
}
