package files

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"syscall"

	"github.com/minio/minio-go/v7"

	"klausul/server/fault"
)

// The ways in which the object store refuses.
var (
	ErrUnavailable = fault.New(fault.Unavailable, "files.unavailable") // the object store is away; try again
	ErrDiskFull    = fault.New(fault.Unavailable, "files.disk_full")   // the object store has no room
	ErrMissing     = fault.New(fault.NotFound, "files.missing")        // no such file, or its key is destroyed
	ErrAltered     = fault.New(fault.Conflict, "files.altered")        // the bytes are not those that were hashed
	ErrEmpty       = fault.New(fault.Invalid, "files.empty")           // a file of 0 bytes
	ErrSize        = fault.New(fault.Invalid, "files.wrong_size")      // more or fewer bytes than were announced
	ErrInfected    = fault.New(fault.Invalid, "files.infected")        // the scanner knows the malware; Detail "name"
	ErrNotScanned  = fault.New(fault.Unavailable, "files.not_scanned") // the scanner gave no verdict
	ErrNoScanner   = fault.New(fault.Conflict, "files.no_scanner")     // no scanner is configured: not scanned
	ErrKey         = fault.New(fault.Conflict, "files.key")            // a wrapped data key does not open
)

// Refused says that the object store cannot be used as it is configured.
type Refused struct {
	Setting string // the setting to change, such as KLAUSUL_S3_ENDPOINT
	Reason  string // a sentence
	Err     error  // what the store said, if anything
}

func (e *Refused) Error() string {
	s := e.Setting + ": " + e.Reason
	if e.Err != nil {
		s += " (" + e.Err.Error() + ")"
	}
	return s
}

func (e *Refused) Unwrap() error { return e.Err }

// refuse turns what the client library says into our refusals. An error that
// is no answer of the store is one of the way to it, so the store is away.
func refuse(doing string, err error) error {
	if err == nil {
		return nil
	}
	if _, ours := fault.Of(err); ours || errors.Is(err, context.Canceled) {
		return fmt.Errorf("%s: %w", doing, err)
	}
	because := func(f *fault.Error) error { return f.Because(fmt.Errorf("%s: %w", doing, err)) }
	if errors.Is(err, syscall.ENOSPC) {
		return because(ErrDiskFull)
	}
	var answer minio.ErrorResponse
	if !errors.As(err, &answer) {
		return because(ErrUnavailable)
	}
	switch {
	case answer.StatusCode == http.StatusInsufficientStorage, answer.Code == "InsufficientStorage",
		answer.Code == "XMinioStorageFull", answer.Code == "QuotaExceeded", answer.Code == "XAmzQuotaExceeded":
		return because(ErrDiskFull)
	case answer.Code == "NoSuchKey", answer.Code == "NoSuchVersion", answer.Code == minio.NoSuchKey:
		return because(ErrMissing)
	}
	// Credentials withdrawn, a bucket gone, a server in trouble: for the person
	// who waits it is all one, and the log has the cause.
	return because(ErrUnavailable)
}

// isCode says whether the store answered with one of the codes.
func isCode(err error, codes ...string) bool {
	var answer minio.ErrorResponse
	if !errors.As(err, &answer) {
		return false
	}
	for _, c := range codes {
		if answer.Code == c {
			return true
		}
	}
	return false
}
