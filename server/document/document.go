// Package document is the vault: stored files of one owner each, sealed under object
// lock with a data key of their own, and read back through the app.
package document

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"time"

	"github.com/google/uuid"

	"klausul/server/access"
	"klausul/server/fault"
	"klausul/server/files"
	"klausul/server/storage"
)

// ErrErased refuses to read a file whose key was destroyed by a lawful erasure.
var ErrErased = fault.New(fault.NotFound, "document.erased")

// File is a stored file. Its bytes lie in staging until the seal job has put them
// into the vault under owner / SHA-256.
type File struct {
	ID            int64      `gorm:"column:id" db:"id"`
	Organisation  *int32     `gorm:"column:organisation_id" db:"organisation_id"`
	SHA256        string     `gorm:"column:sha256" db:"sha256"`
	Size          int64      `gorm:"column:size" db:"size"`
	MediaType     string     `gorm:"column:media_type" db:"media_type"`
	State         string     `gorm:"column:state" db:"state"`
	StagingKey    string     `gorm:"column:staging_key" db:"staging_key"`
	DataKey       []byte     `gorm:"column:data_key" db:"data_key"`
	ObjectVersion *string    `gorm:"column:object_version" db:"object_version"`
	LockedUntil   *time.Time `gorm:"column:locked_until" db:"locked_until"`
}

const fileSQL = `select id, organisation_id, sha256, size, media_type, state, staging_key, data_key, object_version, locked_until from stored_file`

// owner names the folder in the vault; files are never shared across owners.
func owner(organisation int32) string {
	if organisation == 0 {
		return "office"
	}
	return fmt.Sprintf("o%d", organisation)
}

// Staged is a file that has been received and not yet been given a row.
type Staged struct {
	Organisation int32
	Key          string
	MediaType    string
	ScannedAt    *time.Time // when a scanner found nothing in it; nil: none looked
	files.Stored
}

// SealJob puts one received file into the vault.
type SealJob struct {
	File         int64 `json:"file"`
	Organisation int32 `json:"organisation"`
}

// Kind names the job in the queue.
func (SealJob) Kind() string { return "document.seal" }

// RenewJob lengthens the lock of one sealed file.
type RenewJob struct {
	File         int64 `json:"file"`
	Organisation int32 `json:"organisation"`
}

// Kind names the job in the queue.
func (RenewJob) Kind() string { return "document.renew" }

// Service keeps stored files.
type Service struct {
	db    *storage.Store
	files *files.Store
	gate  files.Gate
}

// New returns the service on its stores, without a scanner for received files (see WithGate).
func New(db *storage.Store, f *files.Store) *Service {
	return &Service{db: db, files: f, gate: files.NoGate{}}
}

// Stage receives bytes that the app made itself, outside any transaction. Each time has
// a place of its own, so that a late attempt cannot put other bytes under a file that
// has its row; what gets no row is swept.
func (s *Service) Stage(ctx context.Context, organisation int32, name string, body []byte, mediaType string) (Staged, error) {
	key := "made/" + owner(organisation) + "/" + uuid.NewString() + "-" + name
	stored, err := s.files.PutStaging(ctx, key, bytes.NewReader(body), int64(len(body)), mediaType)
	if err != nil {
		return Staged{}, err
	}
	return Staged{Organisation: organisation, Key: key, MediaType: mediaType, Stored: stored}, nil
}

// Take stages bytes that came from outside, after the gate has looked into them. It
// refuses with files.ErrInfected or files.ErrNotScanned, keeping nothing.
func (s *Service) Take(ctx context.Context, organisation int32, name string, body []byte, mediaType string) (Staged, error) {
	staged, err := s.Stage(ctx, organisation, name, body, mediaType)
	if err != nil {
		return Staged{}, err
	}
	if staged.ScannedAt, err = s.scan(ctx, staged.Key); err != nil {
		return Staged{}, errors.Join(err, s.files.DeleteStaging(context.WithoutCancel(ctx), staged.Key))
	}
	return staged, nil
}

// Register gives a staged file its row and data key, and orders its seal. A file the
// owner has already is the same file.
func (s *Service) Register(tx *storage.Tx, f Staged) (int64, error) {
	var org *int32
	if f.Organisation != 0 {
		org = &f.Organisation
	}
	wrapped := s.files.Wrap(owner(f.Organisation), f.SHA256, files.NewDataKey())
	made, isNew, err := storage.Find[struct {
		ID int64 `db:"id"`
	}](tx, `insert into stored_file (organisation_id, sha256, size, media_type, staging_key, data_key, scanned_at, created_at) values ($1, $2, $3, $4, $5, $6, $7, $8)
		on conflict (organisation_id, sha256) do nothing returning id`, org, f.SHA256, f.Size, f.MediaType, f.Key, wrapped, f.ScannedAt, tx.Now())
	if err != nil {
		return 0, fmt.Errorf("register file: %w", err)
	}
	if !isNew {
		had, _, err := storage.Find[File](tx, fileSQL+" where organisation_id is not distinct from $1 and sha256 = $2", org, f.SHA256)
		return had.ID, err
	}
	tx.Enqueue(SealJob{File: made.ID, Organisation: f.Organisation})
	return made.ID, nil
}

func find(tx *storage.Tx, id int64, lock string) (File, error) {
	f, found, err := storage.Find[File](tx, fileSQL+" where id = $1"+lock, id)
	if err == nil && !found {
		err = fault.ErrNotFound
	}
	return f, err
}

func (f File) owner() string {
	if f.Organisation == nil {
		return owner(0)
	}
	return owner(*f.Organisation)
}

// Seal moves a staged file into the vault, under object lock. It may run twice: a file
// that is sealed already is left alone.
func (s *Service) Seal(ctx context.Context, j SealJob) error {
	scope := access.System("document.seal").For(j.Organisation)
	var f File
	if err := s.db.Read(ctx, scope, func(tx *storage.Tx) (err error) {
		f, err = find(tx, j.File, "")
		return err
	}); err != nil {
		return err
	}
	if f.State != "staged" {
		return nil
	}
	key, err := s.files.Unwrap(f.owner(), f.SHA256, f.DataKey)
	if err != nil {
		return err
	}
	version, err := s.files.Seal(ctx, f.StagingKey, f.owner(), f.SHA256, key)
	if err != nil {
		return err
	}
	until, err := s.files.LockedUntil(ctx, f.owner(), f.SHA256, version)
	if err != nil {
		return err
	}
	err = s.db.Write(ctx, scope, "document.seal", func(tx *storage.Tx) error {
		tx.Record("file", j.File, j.Organisation, nil, map[string]any{"sha256": f.SHA256, "lockedUntil": until.Format(time.DateOnly)})
		_, err := tx.Pgx().Exec(ctx, `update stored_file set state = 'sealed', object_version = $2, locked_until = $3 where id = $1 and state = 'staged'`,
			j.File, version, storage.LegalDate(until))
		return err
	})
	if err != nil {
		return err
	}
	return s.files.DeleteStaging(ctx, f.StagingKey)
}

// Open reads a stored file that exists in the scope: from the vault once sealed, from
// staging before; one that is sealed while it is opened is looked for again. Bytes that are
// not those that were hashed end the stream with files.ErrAltered.
func (s *Service) Open(ctx context.Context, scope access.Scope, id int64) (File, io.ReadCloser, error) {
	f, err := s.row(ctx, scope, id)
	if err != nil {
		return f, nil, err
	}
	body, err := s.open(ctx, f)
	if f.State != "staged" || !errors.Is(err, files.ErrMissing) {
		return f, body, err
	}
	now, readErr := s.row(ctx, scope, id)
	if readErr != nil || now.State == f.State {
		return f, nil, err
	}
	body, err = s.open(ctx, now)
	return now, body, err
}

func (s *Service) row(ctx context.Context, scope access.Scope, id int64) (f File, err error) {
	err = s.db.Read(ctx, scope, func(tx *storage.Tx) (err error) {
		f, err = find(tx, id, "")
		return err
	})
	return f, err
}

func (s *Service) open(ctx context.Context, f File) (io.ReadCloser, error) {
	if f.State == "erased" {
		return nil, ErrErased
	}
	if f.State == "staged" {
		return s.openStaged(ctx, f)
	}
	key, err := s.files.Unwrap(f.owner(), f.SHA256, f.DataKey)
	if err != nil {
		return nil, err
	}
	body, _, err := s.files.OpenVault(ctx, f.owner(), f.SHA256, key)
	return body, err
}

// openStaged reads a file that is not in the vault yet, after a first reading has shown
// that its bytes are those that were hashed: nothing wrong is ever begun to be sent.
func (s *Service) openStaged(ctx context.Context, f File) (io.ReadCloser, error) {
	first, _, err := s.files.OpenStaging(ctx, f.StagingKey)
	if err != nil {
		return nil, err
	}
	sum := sha256.New()
	_, err = io.Copy(sum, first)
	if err := errors.Join(err, first.Close()); err != nil {
		return nil, err
	}
	if hex.EncodeToString(sum.Sum(nil)) != f.SHA256 {
		return nil, files.ErrAltered
	}
	body, _, err := s.files.OpenStaging(ctx, f.StagingKey)
	return body, err
}
