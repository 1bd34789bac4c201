package tests

import (
	"bytes"
	"context"
	"encoding/base64"
	"io"
	"log/slog"
	"net/http"
	"net/url"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"testing/fstest"
	"time"

	"klausul/server/access"
	"klausul/server/app"
	"klausul/server/config"
	"klausul/server/files/filestest"
	"klausul/server/storage/storagetest"
)

// stores are a database and an object store of one test, each behind a switch.
type stores struct {
	db  *storagetest.Env
	s3  *filestest.S3
	pg  *proxy
	cfg config.Config // of a server that stands on them
}

// newStores makes a migrated, empty pair.
func newStores(t testing.TB) *stores {
	t.Helper()
	return storesOn(t, storagetest.New(t))
}

// storesOn adds an object store and the switches to a database.
func storesOn(t testing.TB, db *storagetest.Env) *stores {
	t.Helper()
	s := &stores{db: db, s3: filestest.New(t)}
	super, err := url.Parse(s.db.SuperURL)
	if err != nil {
		t.Fatal(err)
	}
	s.pg = newProxy(t, filepath.Join(super.Query().Get("host"), ".s.PGSQL.5432"))
	at := s.s3.Config
	s.cfg = config.Config{
		Addr: "127.0.0.1:0", DataDir: t.TempDir(), Demo: "on", LogLevel: "warn", LockDays: at.LockDays,
		FileKey:  config.Secret(base64.StdEncoding.EncodeToString(at.Key[:])),
		RateUser: 1e6, RateKey: 1e6, RateAnonymous: 1e6,
		Database: config.Database{URL: "postgres://" + s.pg.address() + super.Path + "?sslmode=disable"},
		S3: config.S3{Endpoint: at.Endpoint, Plain: true, Access: config.Secret(at.AccessKey), Secret: config.Secret(at.SecretKey),
			Region: at.Region, Staging: at.StagingBucket, Vault: at.VaultBucket},
	}
	return s
}

// world is one server in this process, on stores of its own, with the demo register.
type world struct {
	*stores
	app *app.App
	url string
	log *logBook
}

// newWorld starts a server on fresh stores.
func newWorld(t testing.TB, options ...app.Option) *world {
	t.Helper()
	return newStores(t).serve(t, options...)
}

// serve starts a server on the stores; it ends with the test.
func (s *stores) serve(t testing.TB, options ...app.Option) *world {
	t.Helper()
	w := &world{stores: s, log: &logBook{}}
	pages := fstest.MapFS{"index.html": {Data: []byte("<!doctype html><title>Klausul</title>")}}
	options = append([]app.Option{app.WithFrontend(pages), app.WithOutput(io.Discard),
		app.WithLogger(slog.New(slog.NewJSONHandler(w.log, &slog.HandlerOptions{Level: slog.LevelDebug})))}, options...)
	var err error
	if w.app, err = app.New(context.WithoutCancel(t.Context()), s.cfg, options...); err != nil {
		t.Fatalf("start the server: %v", err)
	}
	w.url = w.app.URL()
	ctx, stop := context.WithCancel(context.Background())
	ran := make(chan error, 1)
	go func() { ran <- w.app.Run(ctx) }()
	t.Cleanup(func() {
		stop()
		if err := <-ran; err != nil {
			t.Errorf("the server ended with: %v", err)
		}
		if err := w.app.Close(); err != nil {
			t.Errorf("close the server: %v", err)
		}
		if t.Failed() {
			t.Log("the server's log:\n" + w.log.tail())
		}
	})
	return w
}

// unguarded is a server whose first lock is off.
func unguarded() app.Option { return app.WithPolicy(access.Unguarded{}) }

// logBook keeps what a server logged.
type logBook struct {
	mu   sync.Mutex
	text bytes.Buffer
}

func (l *logBook) Write(p []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.text.Write(p)
}

func (l *logBook) String() string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.text.String()
}

// tail is the end of it, without what is no trouble.
func (l *logBook) tail() string {
	lines := slices.DeleteFunc(strings.Split(strings.TrimSpace(l.String()), "\n"), func(line string) bool {
		return strings.Contains(line, `"level":"DEBUG"`) || strings.Contains(line, `"level":"INFO"`)
	})
	return strings.Join(lines[max(0, len(lines)-15):], "\n")
}

// slowS3 delays every upload, so that a batch can be met in its middle.
func slowS3(by time.Duration) app.Option {
	return app.WithS3Transport(func(next http.RoundTripper) http.RoundTripper {
		return trip(func(r *http.Request) (*http.Response, error) {
			if r.Method == http.MethodPut {
				time.Sleep(by)
			}
			return next.RoundTrip(r)
		})
	})
}

type trip func(*http.Request) (*http.Response, error)

func (f trip) RoundTrip(r *http.Request) (*http.Response, error) { return f(r) }

// eventually waits until ok, asking often, and fails with what is missing.
func eventually(t testing.TB, within time.Duration, missing string, ok func() bool) {
	t.Helper()
	for end := time.Now().Add(within); !ok(); time.Sleep(15 * time.Millisecond) {
		if time.Now().After(end) {
			t.Fatalf("not within %s: %s", within, missing)
		}
	}
}
