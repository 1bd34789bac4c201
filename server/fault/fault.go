// Package fault holds the ways a use case can refuse.
//
// A refusal has a kind, which decides the HTTP status, and a stable code, which
// the front end translates. Every code has a Danish and an English sentence in
// frontend/src/i18n; a test holds the two together.
package fault

import (
	"errors"
	"sort"
	"sync"
)

// Kind says what sort of refusal this is. Only httpapi turns it into a status number.
type Kind uint8

const (
	Invalid         Kind = iota + 1 // 422: the request makes no sense
	Unauthenticated                 // 401: no valid session or key
	Forbidden                       // 403: the role may not do this
	NotFound                        // 404: absent, or not yours to see
	Conflict                        // 409: the state does not allow it
	Stale                           // 412: someone changed it since you read it
	TooLarge                        // 413: more bytes than we accept
	TooMany                         // 429: too many requests
	Unavailable                     // 503: something we depend on is away; try again
)

// Field names one part of the request that was refused.
type Field struct {
	Pointer string `json:"pointer"` // JSON pointer into the body, or "query/name"
	Code    string `json:"code"`    // stable, translated by the front end
	Message string `json:"message,omitempty"`
}

// Error is a refusal. Compare it with errors.Is: two refusals with one code are the same.
type Error struct {
	Kind   Kind
	Code   string
	Fields []Field
	Detail map[string]any // facts a person needs to go on: who changed it, what is in the way
	cause  error          // logged, never shown
}

func (e *Error) Error() string {
	if e.cause != nil {
		return e.Code + ": " + e.cause.Error()
	}
	return e.Code
}

func (e *Error) Unwrap() error { return e.cause }

// Is makes errors.Is(err, ErrX) hold for every copy of ErrX.
func (e *Error) Is(target error) bool {
	t, ok := target.(*Error)
	return ok && t.Code == e.Code
}

// Because returns a copy that carries the cause for the log.
func (e *Error) Because(cause error) *Error {
	c := *e
	c.cause = cause
	return &c
}

// With returns a copy that tells a person one more fact.
func (e *Error) With(key string, value any) *Error {
	c := *e
	c.Detail = make(map[string]any, len(e.Detail)+1)
	for k, v := range e.Detail {
		c.Detail[k] = v
	}
	c.Detail[key] = value
	return &c
}

// At returns a copy that names the refused fields.
func (e *Error) At(fields ...Field) *Error {
	c := *e
	c.Fields = append(append([]Field(nil), e.Fields...), fields...)
	return &c
}

// Or is err or, where there is none, the refusal: what one says of a look that either
// failed or did not find what was asked for.
func Or(err error, refusal *Error) error {
	if err != nil {
		return err
	}
	return refusal
}

var (
	mu    sync.Mutex
	known = map[string]Kind{}
)

// New declares a refusal. Declare each once, as a package variable; declaring a
// code twice panics, so that a code has one meaning.
func New(kind Kind, code string) *Error {
	mu.Lock()
	defer mu.Unlock()
	if code == "" {
		panic("fault: a refusal needs a code")
	}
	if _, taken := known[code]; taken {
		panic("fault: " + code + " is declared twice")
	}
	known[code] = kind
	return &Error{Kind: kind, Code: code}
}

// Codes lists every declared code, sorted: the test of the translations reads it.
func Codes() []string {
	mu.Lock()
	defer mu.Unlock()
	codes := make([]string, 0, len(known))
	for c := range known {
		codes = append(codes, c)
	}
	sort.Strings(codes)
	return codes
}

// Of returns the refusal in err, if there is one.
func Of(err error) (*Error, bool) {
	var f *Error
	ok := errors.As(err, &f)
	return f, ok
}

// Refusals that belong to no domain.
var (
	ErrInvalid         = New(Invalid, "invalid")
	ErrUnauthenticated = New(Unauthenticated, "unauthenticated")
	ErrForbidden       = New(Forbidden, "forbidden")
	ErrNotFound        = New(NotFound, "not_found")
	ErrStale           = New(Stale, "stale")
	ErrUnavailable     = New(Unavailable, "unavailable")
	ErrTooLarge        = New(TooLarge, "too_large")
	ErrTooMany         = New(TooMany, "too_many_requests")
)
