package app

import (
	"bytes"
	"context"
	"encoding/base64"
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"testing/fstest"
	"time"

	"github.com/jackc/pgx/v5"

	"klausul/server/config"
)

// running is a program that serves until stop.
type running struct {
	*App
	t    *testing.T
	end  context.CancelFunc
	done chan error
	out  *bytes.Buffer
}

func start(t *testing.T, cfg config.Config, opts ...Option) *running {
	t.Helper()
	r := &running{t: t, done: make(chan error, 1), out: &bytes.Buffer{}}
	front := fstest.MapFS{"index.html": {Data: []byte("<!doctype html>")}}
	var err error
	r.App, err = New(t.Context(), cfg, append([]Option{WithLogger(quiet), WithOutput(r.out), WithFrontend(front)}, opts...)...)
	if err != nil {
		t.Fatal(err)
	}
	var ctx context.Context
	ctx, r.end = context.WithCancel(context.Background())
	go func() { r.done <- r.Run(ctx) }()
	t.Cleanup(r.stop)
	for range 500 {
		if res, err := http.Get(r.URL() + "/readyz"); err == nil {
			_ = res.Body.Close()
			if res.StatusCode == http.StatusOK {
				return r
			}
		}
		time.Sleep(10 * time.Millisecond)
	}
	t.Fatal("never ready")
	return nil
}

// stop stops in order; a second time it does nothing.
func (r *running) stop() {
	if r.end == nil {
		return
	}
	r.end()
	r.end = nil
	select {
	case err := <-r.done:
		if err := errors.Join(err, r.Close()); err != nil && !errors.Is(err, http.ErrServerClosed) {
			r.t.Error(err)
		}
	case <-time.After(stopRuns + 5*time.Second):
		r.t.Error("it does not stop")
	}
}

func (r *running) ask(method, path, body string, header map[string]string) (int, string, http.Header) {
	r.t.Helper()
	req, err := http.NewRequestWithContext(context.Background(), method, r.URL()+path, strings.NewReader(body))
	if err != nil {
		r.t.Fatal(err)
	}
	for k, v := range header {
		req.Header.Set(k, v)
	}
	res, err := http.DefaultClient.Do(req)
	if err != nil {
		r.t.Fatal(err)
	}
	defer res.Body.Close()
	text, err := io.ReadAll(res.Body)
	if err != nil {
		r.t.Fatal(err)
	}
	return res.StatusCode, string(text), res.Header
}

// signIn returns the cookie and the CSRF token of a persona.
func (r *running) signIn(persona string) (cookie, csrf string) {
	r.t.Helper()
	status, text, set := r.ask("POST", "/api/v1/session/demo", `{"persona":"`+persona+`"}`, map[string]string{"Content-Type": "application/json"})
	var me struct{ Csrf string }
	if err := json.Unmarshal([]byte(text), &me); err != nil || status != 200 {
		r.t.Fatalf("%d %s", status, text)
	}
	return strings.Split(set.Get("Set-Cookie"), ";")[0], me.Csrf
}

// The zero configuration, from an empty folder to a second start on the same data.
func TestEmbedded(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	cfg := config.Config{Addr: "127.0.0.1:0", DataDir: dir}
	a := start(t, cfg)
	if want := "klausul ready at " + a.URL() + "\n"; a.out.String() != want {
		t.Errorf("it says %q", a.out)
	}
	cookie, csrf := a.signIn("kontakt-viborg")
	status, text, _ := a.ask("GET", "/api/v1/me", "", map[string]string{"Cookie": cookie})
	if status != 200 || !strings.Contains(text, "Viborg Kommune") {
		t.Fatalf("%d %s", status, text)
	}
	info, err := os.Stat(filepath.Join(dir, "file.key"))
	if err != nil || info.Mode().Perm() != 0o600 {
		t.Errorf("the file key: %v %v", info.Mode(), err)
	}
	key, err := os.ReadFile(filepath.Join(dir, "file.key"))
	if err != nil {
		t.Fatal(err)
	}

	t.Run("the audit trail, beside the running server", func(t *testing.T) {
		var out bytes.Buffer
		for range 100 { // the sealer works by the clock
			out.Reset()
			if err := VerifyAudit(t.Context(), cfg, &out); err != nil || !strings.Contains(out.String(), "faults 0\n") {
				t.Fatalf("%v: %s", err, &out)
			}
			if !strings.Contains(out.String(), "seals 0\n") {
				return
			}
			time.Sleep(200 * time.Millisecond)
		}
		t.Errorf("nothing is sealed: %s", &out)
	})
	t.Run("a register is loaded once", func(t *testing.T) {
		if err := Seed(t.Context(), cfg, "demo", io.Discard); err == nil || !strings.Contains(err.Error(), "empty") {
			t.Errorf("got %v", err)
		}
	})

	a.stop()
	again := start(t, cfg)
	if status, text, _ := again.ask("PATCH", "/api/v1/me", `{"language":"en"}`, map[string]string{"Cookie": cookie, "X-CSRF-Token": csrf, "Content-Type": "application/json"}); status != 200 {
		t.Errorf("the session of before: %d %s", status, text)
	}
	if later, err := os.ReadFile(filepath.Join(dir, "file.key")); err != nil || !bytes.Equal(key, later) {
		t.Errorf("the file key changed: %v", err)
	}
	again.stop()

	t.Run("the audit trail, with nobody running, after somebody changed a row", func(t *testing.T) {
		var before, after bytes.Buffer
		if err := VerifyAudit(t.Context(), cfg, &before); err != nil {
			t.Fatalf("%v: %s", err, &before)
		}
		err := withStores(t.Context(), cfg, func(s *stores) error {
			conn, err := pgx.Connect(t.Context(), s.admin())
			if err != nil {
				return err
			}
			defer conn.Close(context.Background())
			_, err = conn.Exec(t.Context(), "update audit_event set action = 'nothing.happened' where id = (select min(id) from audit_event)")
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
		if err := VerifyAudit(t.Context(), cfg, &after); !errors.Is(err, ErrFaults) || !strings.Contains(after.String(), "changed") {
			t.Errorf("got %v: %s", err, &after)
		}
	})
}

// Two servers on one pair of stores: what one starts, the other knows.
func TestTwoServers(t *testing.T) {
	t.Parallel()
	cfg := external(t)
	cfg.Demo = "on"
	one := start(t, cfg)
	cookie, csrf := one.signIn("jurist")
	two := start(t, cfg)
	header := map[string]string{"Cookie": cookie, "X-CSRF-Token": csrf, "Content-Type": "application/json"}
	if status, text, _ := two.ask("PATCH", "/api/v1/me", `{"language":"en"}`, header); status != 200 {
		t.Errorf("the other server: %d %s", status, text)
	}
	one.stop()
	if status, text, _ := two.ask("GET", "/api/v1/vendors", "", header); status != 200 {
		t.Errorf("after one has stopped: %d %s", status, text)
	}
	if status, _, _ := two.ask("DELETE", "/api/v1/session", "", header); status != 204 {
		t.Errorf("signing out: %d", status)
	}
}

// A command listens nowhere, so it asks for nothing that only others need.
func TestAddressForOthers(t *testing.T) {
	t.Parallel()
	cfg := external(t)
	cfg.Addr = "0.0.0.0:0"
	if err := Migrate(t.Context(), cfg); err != nil {
		t.Error(err)
	}
	if got := refused(t, cfg); !strings.Contains(got, "KLAUSUL_PUBLIC_URL is missing") {
		t.Errorf("it is refused with %q", got)
	}
	cfg.PublicURL = "https://klausul.example"
	a, err := New(t.Context(), cfg, WithLogger(quiet))
	if err != nil {
		t.Fatal(err)
	}
	if err := a.Close(); err != nil {
		t.Error(err)
	}
}

func TestStop(t *testing.T) {
	t.Parallel()
	a := start(t, external(t))
	if err := a.serving(t.Context()); err != nil {
		t.Errorf("it serves: %v", err)
	}
	begun := time.Now()
	a.stop()
	if took := time.Since(begun); took > stopRuns {
		t.Errorf("the stop takes %s", took)
	}
	if a.serving(t.Context()) == nil {
		t.Error("a server that stops says it is ready")
	}
	if _, err := http.Get(a.URL() + "/healthz"); err == nil {
		t.Error("it still listens")
	}
}

func TestFileKey(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	cfg := config.Config{DataDir: dir}
	one, err := fileKey(cfg)
	if err != nil {
		t.Fatal(err)
	}
	if two, err := fileKey(cfg); err != nil || one != two || one == [32]byte{} {
		t.Errorf("a second start reads another key: %v", err)
	}
	if err := makeKey(filepath.Join(dir, "file.key")); err != nil {
		t.Errorf("the slower of two servers: %v", err)
	}
	if three, err := fileKey(cfg); err != nil || three != one {
		t.Errorf("the slower of two servers replaced the key: %v", err)
	}
	if err := os.WriteFile(filepath.Join(dir, "file.key"), []byte("torn"), 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := fileKey(cfg); err == nil || !strings.Contains(err.Error(), "backup") {
		t.Errorf("a broken key file: %v", err)
	}
	given := base64.StdEncoding.EncodeToString(bytes.Repeat([]byte{7}, 32))
	if got, err := fileKey(config.Config{DataDir: dir, FileKey: config.Secret(given)}); err != nil || got[0] != 7 {
		t.Errorf("the configured key: %v", err)
	}
}

func TestBindings(t *testing.T) {
	t.Parallel()
	cfg := external(t).Complete()
	s := &stores{cfg: cfg, log: quiet}
	conn, err := pgx.Connect(t.Context(), s.admin())
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close(context.Background())
	if _, err := conn.Exec(t.Context(), "insert into organisation (id, kind, name, cvr) values (1, 'municipality', 'Viborg Kommune', '29189846'), (2, 'municipality', 'Randers Kommune', '29189668')"); err != nil {
		t.Fatal(err)
	}
	bound := func() string {
		rows, err := conn.Query(t.Context(), "select issuer || ' ' || coalesce(organisation_id::text, 'office') from issuer_binding order by 1")
		if err != nil {
			t.Fatal(err)
		}
		all, err := pgx.CollectRows(rows, pgx.RowTo[string])
		if err != nil {
			t.Fatal(err)
		}
		return strings.Join(all, ",")
	}
	a, b := config.Issuer{Key: "a", Issuer: "https://a"}, config.Issuer{Key: "b", Issuer: "https://b"}
	a.Organisations, a.Secretariat, b.Organisations = []string{"29189846", "00000000"}, true, []string{"29189846", "29189668"}
	for _, step := range []struct {
		issuers config.Issuers
		want    string
	}{
		{config.Issuers{a, b}, "https://a 1,https://a office,https://b 1,https://b 2"},
		{config.Issuers{a, b}, "https://a 1,https://a office,https://b 1,https://b 2"},
		{config.Issuers{{Key: "b", Issuer: "https://b", Organisations: []string{"29189668"}}}, "https://b 2"},
		{nil, ""},
	} {
		if err := bind(t.Context(), s.admin(), step.issuers, quiet); err != nil {
			t.Fatal(err)
		}
		if got := bound(); got != step.want {
			t.Errorf("bound: %s, want %s", got, step.want)
		}
	}
}
