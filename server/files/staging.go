package files

import (
	"bufio"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"iter"
	"regexp"
	"time"

	"github.com/minio/minio-go/v7"
)

// Stored is what was received.
type Stored struct {
	SHA256 string // lower-case hex
	Size   int64  // bytes
}

// Staged is one object of the staging bucket.
type Staged struct {
	Key      string
	Size     int64
	Received time.Time
}

// Names are ours, never a person's file name. Dots only inside a part, so that
// no name climbs out of its folder on a server that keeps files as files.
var safeName = regexp.MustCompile(`^[A-Za-z0-9_-][A-Za-z0-9._-]*(/[A-Za-z0-9_-][A-Za-z0-9._-]*)*$`)

func checkName(name string) error {
	if len(name) > 500 || !safeName.MatchString(name) {
		return fmt.Errorf("files: %q cannot name an object", name)
	}
	return nil
}

// PutStaging receives a file under a key that the caller chose, replacing what
// was there, and returns its hash. Size may be -1 when it is not known. It
// refuses an empty file with ErrEmpty and one that is not as long as announced
// with ErrSize, keeping neither; an error of r itself comes back as it is.
func (s *Store) PutStaging(ctx context.Context, key string, r io.Reader, size int64, contentType string) (Stored, error) {
	if err := checkName(key); err != nil {
		return Stored{}, err
	}
	start := bufio.NewReader(r)
	if _, err := start.Peek(1); size == 0 || size < 0 && errors.Is(err, io.EOF) { // not every store takes an object of nothing
		return Stored{}, ErrEmpty
	}
	in := &source{r: start, sum: sha256.New()}
	_, err := s.client.PutObject(ctx, s.staging, key, in, size,
		minio.PutObjectOptions{ContentType: contentType, PartSize: partSize, SendContentMd5: true})
	if in.err != nil {
		return Stored{}, fmt.Errorf("receive a file: %w", in.err)
	}
	if err != nil && size > 0 && in.ended && in.n < size {
		return Stored{}, ErrSize.Because(err)
	}
	if err != nil {
		return Stored{}, refuse("store an upload", err)
	}
	if err := in.complete(size); err != nil {
		return Stored{}, errors.Join(err, s.DeleteStaging(ctx, key))
	}
	return Stored{SHA256: hex.EncodeToString(in.sum.Sum(nil)), Size: in.n}, nil
}

// OpenStaging reads a staged file. It refuses with ErrMissing.
func (s *Store) OpenStaging(ctx context.Context, key string) (io.ReadCloser, int64, error) {
	if err := checkName(key); err != nil {
		return nil, 0, err
	}
	body, info, _, err := s.core.GetObject(ctx, s.staging, key, minio.GetObjectOptions{})
	if err != nil {
		return nil, 0, refuse("read an upload", err)
	}
	return &download{body}, info.Size, nil
}

// DeleteStaging removes a staged file; one that is gone already is no error.
func (s *Store) DeleteStaging(ctx context.Context, key string) error {
	if err := checkName(key); err != nil {
		return err
	}
	return refuse("remove an upload", s.client.RemoveObject(ctx, s.staging, key, minio.RemoveObjectOptions{}))
}

// ListStaging yields the staged files received before a moment, by key. It
// ends after the first error.
func (s *Store) ListStaging(ctx context.Context, before time.Time) iter.Seq2[Staged, error] {
	return func(yield func(Staged, error) bool) {
		ctx, stop := context.WithCancel(ctx)
		defer stop() // the client reads ahead until told
		for o := range s.client.ListObjectsIter(ctx, s.staging, minio.ListObjectsOptions{Recursive: true}) {
			if o.Err != nil {
				yield(Staged{}, refuse("list uploads", o.Err))
				return
			}
			if o.LastModified.Before(before) && !yield(Staged{o.Key, o.Size, o.LastModified}, nil) {
				return
			}
		}
	}
}
