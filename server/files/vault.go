package files

import (
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
	"io"
	"iter"
	"regexp"
	"strings"
	"time"

	"github.com/minio/minio-go/v7"
	"github.com/minio/sio"
)

// keyMeta is the metadata that says which data key a version was written with.
const keyMeta = "Klausul-Key"

var (
	safeOwner = regexp.MustCompile(`^[A-Za-z0-9_-]{1,100}$`)
	safeHash  = regexp.MustCompile(`^[0-9a-f]{64}$`)
)

// vaultName is where a file lies. Owners share nothing, not even equal files.
func vaultName(owner, sha256 string) string { return owner + "/" + sha256 }

func checkVault(owner, sha256 string) (string, error) {
	if !safeOwner.MatchString(owner) || !safeHash.MatchString(sha256) {
		return "", fmt.Errorf("files: %q and %q cannot name a file in the vault", owner, sha256)
	}
	return vaultName(owner, sha256), nil
}

// Seal copies a staged file into the vault of its owner, encrypted with its
// data key and locked, and returns the version it got. It refuses with
// ErrAltered when the staged bytes are not those of the hash.
//
// A file that is sealed already under this key is left as it is, so a job may
// run twice. The key must therefore come from the row that will name the file.
// The staged file stays.
func (s *Store) Seal(ctx context.Context, stagingKey, owner, sha256 string, key DataKey) (versionID string, err error) {
	name, err := checkVault(owner, sha256)
	if err != nil {
		return "", err
	}
	for first := true; ; first = false {
		there, err := s.find(ctx, name, key)
		if err == nil {
			return there.VersionID, nil
		}
		if !errors.Is(err, ErrMissing) {
			return "", err
		}
		versionID, err = s.put(ctx, stagingKey, name, sha256, key, first)
		// Somebody sealed it between the look and the write: look again.
		if first && isCode(err, minio.PreconditionFailed, "ConditionalRequestConflict") {
			continue
		}
		return versionID, refuse("seal a file", err)
	}
}

// put writes one locked version; onlyNew refuses when there is one already.
func (s *Store) put(ctx context.Context, stagingKey, name, sum string, key DataKey, onlyNew bool) (string, error) {
	plain, size, err := s.OpenStaging(ctx, stagingKey)
	if err != nil {
		return "", err
	}
	defer plain.Close()
	sealedSize, err := sio.EncryptedSize(uint64(size))
	if err != nil || size == 0 {
		return "", ErrEmpty.Because(err)
	}
	// The cipher gives out its last package only after it has seen the end of
	// the input, so a wrong hash cuts the upload short and nothing is stored.
	in := &source{r: &verified{plain, sha256.New(), sum}, sum: sha256.New()}
	sealed, err := sio.EncryptReader(in, cipherConfig(key))
	if err != nil {
		return "", fmt.Errorf("encrypt: %w", err)
	}
	opts := minio.PutObjectOptions{
		ContentType: "application/octet-stream", UserMetadata: map[string]string{keyMeta: key.id()},
		Mode: s.mode, RetainUntilDate: s.until(), PartSize: partSize, SendContentMd5: true,
	}
	if onlyNew {
		opts.SetMatchETagExcept("*")
	}
	info, err := s.client.PutObject(ctx, s.vault, name, sealed, int64(sealedSize), opts)
	if in.err != nil {
		return "", in.err
	}
	if err != nil {
		return "", err
	}
	return info.VersionID, nil
}

// until is the end of a new lock, in whole seconds as S3 keeps it. It counts
// from the real clock, which is also the server's.
func (s *Store) until() time.Time { return time.Now().UTC().Add(s.lock).Truncate(time.Second) }

func cipherConfig(key DataKey) sio.Config {
	return sio.Config{Key: key[:], MinVersion: sio.Version20, MaxVersion: sio.Version20}
}

// find looks for the version that was written with this key: the current one
// or, after an erasure and a second arrival or behind a delete marker, an
// older one. It refuses with ErrMissing.
func (s *Store) find(ctx context.Context, name string, key DataKey) (minio.ObjectInfo, error) {
	now, err := s.client.StatObject(ctx, s.vault, name, minio.StatObjectOptions{})
	if err == nil && now.UserMetadata[keyMeta] == key.id() {
		return now, nil
	}
	if err != nil && !isCode(err, minio.NoSuchKey, minio.NoSuchVersion, "MethodNotAllowed") {
		return minio.ObjectInfo{}, refuse("look for a file", err)
	}
	ctx, stop := context.WithCancel(ctx)
	defer stop() // the client reads ahead until told
	for o := range s.client.ListObjectsIter(ctx, s.vault, minio.ListObjectsOptions{Prefix: name, WithVersions: true}) {
		if o.Err != nil {
			return minio.ObjectInfo{}, refuse("look for a file", o.Err)
		}
		if o.Key != name || o.IsDeleteMarker || o.VersionID == now.VersionID && now.VersionID != "" {
			continue
		}
		old, err := s.client.StatObject(ctx, s.vault, name, minio.StatObjectOptions{VersionID: o.VersionID})
		if err != nil {
			return minio.ObjectInfo{}, refuse("look for a file", err)
		}
		if old.UserMetadata[keyMeta] == key.id() {
			return old, nil
		}
	}
	return minio.ObjectInfo{}, ErrMissing
}

// OpenVault decrypts a file of the vault and returns its size. The reader ends
// with ErrAltered instead of io.EOF when the bytes were not those of the hash,
// so nothing read from it may be believed before its end. It refuses with
// ErrMissing when there is no file under this key.
func (s *Store) OpenVault(ctx context.Context, owner, sum string, key DataKey) (io.ReadCloser, int64, error) {
	name, err := checkVault(owner, sum)
	if err != nil {
		return nil, 0, err
	}
	there, err := s.find(ctx, name, key)
	if err != nil {
		return nil, 0, err
	}
	var opts minio.GetObjectOptions
	opts.VersionID = there.VersionID
	body, info, _, err := s.core.GetObject(ctx, s.vault, name, opts)
	if err != nil {
		return nil, 0, refuse("read a file", err)
	}
	size, err := sio.DecryptedSize(uint64(info.Size))
	if err != nil {
		body.Close()
		return nil, 0, ErrAltered.Because(err)
	}
	plain, err := sio.DecryptReader(&download{body}, cipherConfig(key))
	if err != nil {
		body.Close()
		return nil, 0, fmt.Errorf("decrypt: %w", err)
	}
	return opened{&verified{authentic{plain}, sha256.New(), sum}, body}, int64(size), nil
}

type opened struct {
	io.Reader
	io.Closer
}

// authentic names what the cipher says of changed or shortened bytes.
type authentic struct{ r io.Reader }

func (a authentic) Read(p []byte) (int, error) {
	n, err := a.r.Read(p)
	var broken sio.Error
	if errors.As(err, &broken) || errors.Is(err, io.ErrUnexpectedEOF) && !errors.Is(err, ErrUnavailable) {
		err = ErrAltered.Because(err)
	}
	return n, err
}

// LockedUntil is the end of a version's lock; the zero time when it has none.
// An empty versionID means the current one.
func (s *Store) LockedUntil(ctx context.Context, owner, sha256, versionID string) (time.Time, error) {
	name, err := checkVault(owner, sha256)
	if err != nil {
		return time.Time{}, err
	}
	// The headers of the object, since servers disagree on the XML of the lock itself.
	info, err := s.client.StatObject(ctx, s.vault, name, minio.StatObjectOptions{VersionID: versionID})
	if err != nil {
		return time.Time{}, refuse("read the lock of a file", err)
	}
	text := info.Metadata.Get("x-amz-object-lock-retain-until-date")
	if text == "" {
		return time.Time{}, nil
	}
	until, err := time.Parse(time.RFC3339, text)
	if err != nil {
		return time.Time{}, fmt.Errorf("read the lock of a file: %w", err)
	}
	return until, nil
}

// Renew makes the lock of a version last until a moment. A lock that lasts
// longer already is left alone: locks are never shortened. An empty versionID
// means the current one.
func (s *Store) Renew(ctx context.Context, owner, sha256, versionID string, until time.Time) error {
	now, err := s.LockedUntil(ctx, owner, sha256, versionID)
	if err != nil {
		return err
	}
	until = until.UTC().Truncate(time.Second)
	if !until.After(now) {
		return nil
	}
	return refuse("renew the lock of a file", s.client.PutObjectRetention(ctx, s.vault, vaultName(owner, sha256),
		minio.PutObjectRetentionOptions{Mode: &s.mode, RetainUntilDate: &until, VersionID: versionID}))
}

// Sealed is one version in the vault.
type Sealed struct {
	Owner, SHA256, VersionID string
	Size                     int64 // of the encrypted bytes
	Sealed                   time.Time
}

// ListVault yields every version in the vault, by owner and hash; what we did
// not put there is left out. It ends after the first error.
func (s *Store) ListVault(ctx context.Context) iter.Seq2[Sealed, error] {
	return func(yield func(Sealed, error) bool) {
		ctx, stop := context.WithCancel(ctx)
		defer stop()
		for o := range s.client.ListObjectsIter(ctx, s.vault, minio.ListObjectsOptions{Recursive: true, WithVersions: true}) {
			if o.Err != nil {
				yield(Sealed{}, refuse("list the vault", o.Err))
				return
			}
			owner, sum, _ := strings.Cut(o.Key, "/")
			if _, err := checkVault(owner, sum); err != nil || o.IsDeleteMarker {
				continue
			}
			if !yield(Sealed{owner, sum, o.VersionID, o.Size, o.LastModified}, nil) {
				return
			}
		}
	}
}
