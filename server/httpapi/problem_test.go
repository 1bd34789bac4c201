package httpapi

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/gin-gonic/gin"

	"klausul/server/fault"
	"klausul/server/storage"
)

const sentences = `{"internal":{"da":"Fejl hos os.","en":"Our fault."},"stale":{"da":"Ændret siden.","en":"Changed since."}}`

// refuse answers a request with err and returns the answer and the log.
func refuse(t *testing.T, err error, change func(*http.Request)) (*httptest.ResponseRecorder, problem, string) {
	t.Helper()
	var log bytes.Buffer
	p, e := newProblems([]byte(sentences), slog.New(slog.NewJSONHandler(&log, &slog.HandlerOptions{Level: slog.LevelDebug})))
	if e != nil {
		t.Fatal(e)
	}
	w := httptest.NewRecorder()
	c, _ := gin.CreateTestContext(w)
	ctx := storage.WithRequest(t.Context(), "request-1")
	c.Request = httptest.NewRequestWithContext(ctx, http.MethodGet, "/api/v1/x", nil)
	if change != nil {
		change(c.Request)
	}
	p.write(c, err)
	c.Writer.WriteHeaderNow()
	var body problem
	if w.Body.Len() > 0 {
		if e := json.Unmarshal(w.Body.Bytes(), &body); e != nil {
			t.Fatalf("%s: %v", w.Body, e)
		}
	}
	return w, body, log.String()
}

func TestProblemStatus(t *testing.T) {
	secret := errors.New("password=hunter2 in vendor Åkjær")
	for _, tc := range []struct {
		name   string
		err    error
		status int
		code   string
	}{
		{"invalid", fault.ErrInvalid, 422, "invalid"},
		{"unauthenticated", fault.ErrUnauthenticated, 401, "unauthenticated"},
		{"forbidden", fault.ErrForbidden, 403, "forbidden"},
		{"not found", fault.ErrNotFound, 404, "not_found"},
		{"conflict", ErrConflict, 409, "test.conflict"},
		{"stale", fault.ErrStale, 412, "stale"},
		{"too large", fault.ErrTooLarge, 413, "too_large"},
		{"too many", fault.ErrTooMany, 429, "too_many_requests"},
		{"unavailable", fault.ErrUnavailable, 503, "unavailable"},
		{"a kind nobody knows", &fault.Error{Kind: 99, Code: "test.strange"}, 500, "test.strange"},
		{"no refusal at all", secret, 500, "internal"},
		{"a refusal that was wrapped", fmt.Errorf("load vendor 7: %w", fault.ErrNotFound), 404, "not_found"},
		{"a refusal with a cause", ErrConflict.Because(secret), 409, "test.conflict"},
		{"a body over the limit", fmt.Errorf("read: %w", &http.MaxBytesError{Limit: 5}), 413, "too_large"},
		{"a deadline", fmt.Errorf("query: %w", context.DeadlineExceeded), 503, "unavailable"},
	} {
		t.Run(tc.name, func(t *testing.T) {
			w, body, log := refuse(t, tc.err, nil)
			if w.Code != tc.status || body.Status != tc.status || body.Code != tc.code || body.Type != "urn:klausul:problem:"+tc.code || body.Instance != "request-1" {
				t.Errorf("status %d, body %+v", w.Code, body)
			}
			if ct := w.Header().Get("Content-Type"); !strings.HasPrefix(ct, "application/problem+json") {
				t.Errorf("content type %q", ct)
			}
			if strings.Contains(w.Body.String(), "hunter2") {
				t.Error("the cause is in the answer")
			}
			if tc.status >= 500 && !strings.Contains(log, `"request":"request-1"`) {
				t.Errorf("the log does not name the request: %s", log)
			}
			if errors.Is(tc.err, secret) && !strings.Contains(log, "hunter2") {
				t.Errorf("the log lacks the cause: %s", log)
			}
		})
	}
}

// ErrConflict is a refusal of the kind that no common one has.
var ErrConflict = fault.New(fault.Conflict, "test.conflict")

func TestProblemLanguage(t *testing.T) {
	for accept, want := range map[string]string{"": "Ændret siden.", "da-DK,en": "Ændret siden.", "en-GB,da;q=0.5": "Changed since.", "fr, en": "Changed since.", "fr": "Ændret siden."} {
		_, body, _ := refuse(t, fault.ErrStale, func(r *http.Request) { r.Header.Set("Accept-Language", accept) })
		if body.Title != want {
			t.Errorf("%q: %q", accept, body.Title)
		}
	}
	_, body, _ := refuse(t, fault.ErrStale, func(r *http.Request) {
		*r = *r.WithContext(context.WithValue(r.Context(), callKey{}, &call{language: "en"}))
	})
	if body.Title != "Changed since." {
		t.Errorf("the person's own language: %q", body.Title)
	}
}

func TestProblemTellsWhatHelps(t *testing.T) {
	_, body, _ := refuse(t, fault.ErrInvalid.At(fault.Field{Pointer: "/name", Code: "required"}).With("who", "Åse"), nil)
	if len(body.Errors) != 1 || body.Errors[0].Pointer != "/name" || body.Detail["who"] != "Åse" {
		t.Errorf("%+v", body)
	}
	w, _, _ := refuse(t, fault.ErrUnavailable, nil)
	if w.Header().Get("Retry-After") == "" {
		t.Error("unavailable without Retry-After")
	}
}

func TestClientThatLeftGetsNothing(t *testing.T) {
	w, _, log := refuse(t, fmt.Errorf("query: %w", context.Canceled), func(r *http.Request) {
		ctx, cancel := context.WithCancel(r.Context())
		cancel()
		*r = *r.WithContext(ctx)
	})
	if w.Body.Len() != 0 || w.Code != clientGone || log != "" {
		t.Errorf("%d %s, log %s", w.Code, w.Body, log)
	}
}
