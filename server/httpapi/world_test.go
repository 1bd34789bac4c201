package httpapi

import (
	"bytes"
	"encoding/json"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strconv"
	"strings"
	"sync"
	"testing"
	"testing/fstest"

	"klausul/frontend"
	"klausul/server/access"
	"klausul/server/agreement"
	"klausul/server/clause"
	"klausul/server/member"
	"klausul/server/report"
	"klausul/server/storage/storagetest"
	"klausul/server/system"
	"klausul/server/task"
	"klausul/server/vendor"
)

// world is a server on a database of its own.
type world struct {
	*storagetest.Env
	t       *testing.T
	handler http.Handler
	log     *syncBuffer
}

type syncBuffer struct {
	mu sync.Mutex
	b  bytes.Buffer
}

func (s *syncBuffer) Write(p []byte) (int, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.b.Write(p)
}

func (s *syncBuffer) String() string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.b.String()
}

// pages is a front end as the build leaves it.
var pages = fstest.MapFS{
	"index.html":            {Data: []byte("<!doctype html><title>Klausul</title>" + strings.Repeat(" ", 400))},
	"assets/app-abc123.js":  {Data: []byte(strings.Repeat("console.log(1);\n", 100))},
	"assets/font-d0.woff2":  {Data: []byte("wOF2")},
	"favicon.svg":           {Data: []byte("<svg/>")},
	".gitkeep":              {Data: []byte("")},
	"assets/style-0aa1.css": {Data: []byte("a{}")},
}

func newWorld(t *testing.T, change func(*Deps)) *world {
	t.Helper()
	t.Parallel()
	return newWorldNow(t, change)
}

// newWorldNow is newWorld for a test that makes more than one.
func newWorldNow(t *testing.T, change func(*Deps)) *world {
	t.Helper()
	w := &world{Env: storagetest.New(t), t: t, log: &syncBuffer{}}
	policy, err := access.NewCasbin()
	if err != nil {
		t.Fatal(err)
	}
	db := w.Store
	d := Deps{
		Store: db, Policy: policy, Log: slog.New(slog.NewJSONHandler(w.log, nil)),
		Members: member.New(db), Users: member.NewUsers(db), Vendors: vendor.New(db), Systems: system.New(db),
		Clauses: clause.New(db), Agreements: agreement.New(db, nil, nil), Tasks: task.New(db),
	}
	d.Reports = report.New(db, d.Tasks)
	d.Options = Options{
		PublicURL: &url.URL{Scheme: "http", Host: "klausul.test"}, Secret: bytes.Repeat([]byte("k"), 32), Demo: true,
		Rates: Rates{User: 1000, Key: 1000, Anonymous: 1000}, Sentences: frontend.Problems, Frontend: pages, Now: w.Clock.Now,
	}
	if change != nil {
		change(&d)
	}
	if w.handler, err = New(d); err != nil {
		t.Fatal(err)
	}
	return w
}

// asking is one request to be.
type asking struct {
	method, path, body string
	token              string // session cookie
	key                string // Authorization: Bearer
	csrf               string // "own": the right one for token
	header             map[string]string
	from               string // the peer's address
	endless            bool   // the body's length is not told
}

type answer struct {
	*http.Response
	text string
}

func (a answer) code(t *testing.T) string {
	t.Helper()
	if a.StatusCode < 400 {
		return ""
	}
	var p struct {
		Code string `json:"code"`
	}
	if err := json.Unmarshal([]byte(a.text), &p); err != nil {
		return ""
	}
	return p.Code
}

func (w *world) ask(a asking) answer {
	w.t.Helper()
	if a.method == "" {
		a.method = http.MethodGet
	}
	r := httptest.NewRequestWithContext(w.t.Context(), a.method, "http://klausul.test"+a.path, strings.NewReader(a.body))
	if a.body != "" {
		r.Header.Set("Content-Type", "application/json")
	}
	if a.token != "" {
		r.AddCookie(&http.Cookie{Name: "klausul_session", Value: a.token})
	}
	if a.key != "" {
		r.Header.Set("Authorization", "Bearer "+a.key)
	}
	if a.csrf == "own" {
		a.csrf = w.me(a.token).Csrf
	}
	if a.csrf != "" {
		r.Header.Set("X-CSRF-Token", a.csrf)
	}
	if a.from != "" {
		r.RemoteAddr = a.from
	}
	if a.endless {
		r.ContentLength = -1
	}
	for k, v := range a.header {
		r.Header.Set(k, v)
	}
	rec := httptest.NewRecorder()
	w.handler.ServeHTTP(rec, r)
	res := rec.Result()
	body, err := io.ReadAll(res.Body)
	if err != nil {
		w.t.Fatal(err)
	}
	return answer{res, string(body)}
}

// me is what the server says of the holder of a token.
func (w *world) me(token string) Me {
	w.t.Helper()
	a := w.ask(asking{path: "/api/v1/me", token: token})
	if a.StatusCode != http.StatusOK {
		w.t.Fatalf("who am I: %d %s", a.StatusCode, a.text)
	}
	return read200[Me](w.t, a)
}

func read200[T any](t *testing.T, a answer) T {
	t.Helper()
	var v T
	if a.StatusCode/100 != 2 {
		t.Fatalf("%d %s", a.StatusCode, a.text)
	}
	if err := json.Unmarshal([]byte(a.text), &v); err != nil {
		t.Fatalf("%s: %v", a.text, err)
	}
	return v
}

// want checks status and code ("" = a good answer).
func (a answer) want(t *testing.T, status int, code string) {
	t.Helper()
	if a.StatusCode != status || a.code(t) != code {
		t.Errorf("got %d %q, want %d %q: %s", a.StatusCode, a.code(t), status, code, a.text)
	}
}

// cookie is the one that the answer sets, nil for none.
func (a answer) cookie(name string) *http.Cookie {
	for _, c := range a.Cookies() {
		if c.Name == name {
			return c
		}
	}
	return nil
}

// count counts, as the owner of the schema.
func count(w *world, sql string) int64 {
	w.t.Helper()
	return storagetest.One[int64](w.Env, sql)
}

func itoa(n int64) string { return strconv.FormatInt(n, 10) }
