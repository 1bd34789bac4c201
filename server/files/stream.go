package files

import (
	"encoding/hex"
	"errors"
	"hash"
	"io"
)

// errSource stands for the reader's own error on the way through the client
// library, which takes some errors, io.ErrUnexpectedEOF above all, for an end.
var errSource = errors.New("the source failed")

// source hashes and counts what is uploaded, and keeps the reader's own error
// apart from those of the store.
type source struct {
	r     io.Reader
	sum   hash.Hash
	n     int64
	ended bool
	err   error
}

func (s *source) Read(p []byte) (int, error) {
	n, err := s.r.Read(p)
	s.n += int64(n)
	s.sum.Write(p[:n]) // never fails
	if errors.Is(err, io.EOF) {
		s.ended = true
	} else if err != nil {
		s.err, err = err, errSource
	}
	return n, err
}

// complete refuses when the upload was not of the announced size.
func (s *source) complete(size int64) error {
	if size < 0 {
		return nil
	}
	// The client stops reading at size; is there more?
	rest, err := io.CopyN(io.Discard, s.r, 1)
	if err != nil && !errors.Is(err, io.EOF) {
		return err
	}
	if rest > 0 || s.n != size {
		return ErrSize
	}
	return nil
}

// download says of a connection that broke off that the store is away.
type download struct{ body io.ReadCloser }

func (d *download) Read(p []byte) (int, error) {
	n, err := d.body.Read(p)
	if err != nil && !errors.Is(err, io.EOF) {
		err = refuse("read a file", err)
	}
	if errors.Is(err, io.ErrUnexpectedEOF) { // some layers hide that the stream was cut
		err = ErrUnavailable.Because(err)
	}
	return n, err
}

func (d *download) Close() error { return d.body.Close() }

// verified lets bytes through and says ErrAltered instead of the end when they
// were not those of the hash.
type verified struct {
	r    io.Reader
	sum  hash.Hash
	want string // lower-case hex
}

func (v *verified) Read(p []byte) (int, error) {
	n, err := v.r.Read(p)
	v.sum.Write(p[:n]) // never fails
	if err == io.EOF && hex.EncodeToString(v.sum.Sum(nil)) != v.want {
		err = ErrAltered
	}
	return n, err
}
