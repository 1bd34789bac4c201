package httpapi

import (
	"compress/gzip"
	"io"
	"strings"
	"testing"
)

func TestPages(t *testing.T) {
	const noFile = "Filen findes ikke. Gå til forsiden.\nThere is no such file. Go to the front page.\n"
	w := newWorld(t, nil)
	for _, tc := range []struct {
		path, kind, cache, contains string
		status                      int
	}{
		{"/", "text/html; charset=utf-8", "no-cache", "<title>Klausul", 200},
		{"/vendors/1001?q=a", "text/html; charset=utf-8", "no-cache", "<title>Klausul", 200},
		{"/index.html", "text/html; charset=utf-8", "no-cache", "<title>Klausul", 200},
		{"/apiary", "text/html; charset=utf-8", "no-cache", "<title>Klausul", 200},
		{"/favicon.svg", "image/svg+xml", "no-cache", "<svg/>", 200},
		{"/assets/app-abc123.js", "text/javascript; charset=utf-8", "public, max-age=31536000, immutable", "console", 200},
		{"/assets/font-d0.woff2", "font/woff2", "public, max-age=31536000, immutable", "wOF2", 200},
		{"/assets/app-gone.js", "text/plain; charset=utf-8", "", noFile, 404},
		{"/robots.txt", "text/plain; charset=utf-8", "", noFile, 404},
		{"/.gitkeep", "text/plain; charset=utf-8", "", noFile, 404},
		{"/../../etc/passwd", "text/html; charset=utf-8", "no-cache", "<title>Klausul", 200},
	} {
		got := w.ask(asking{path: tc.path})
		if got.StatusCode != tc.status || got.Header.Get("Content-Type") != tc.kind || got.Header.Get("Cache-Control") != tc.cache || !strings.Contains(got.text, tc.contains) {
			t.Errorf("%s: %d %q %q %.60s", tc.path, got.StatusCode, got.Header.Get("Content-Type"), got.Header.Get("Cache-Control"), got.text)
		}
		policy := got.Header.Get("Content-Security-Policy")
		if !strings.Contains(policy, "script-src 'self'") || !strings.Contains(policy, "require-trusted-types-for 'script'") || strings.Contains(policy, "unsafe") {
			t.Errorf("%s: policy %q", tc.path, policy)
		}
	}
	t.Run("a page that has not changed", func(t *testing.T) {
		first := w.ask(asking{path: "/"})
		again := w.ask(asking{path: "/", header: map[string]string{"If-None-Match": first.Header.Get("ETag")}})
		if again.StatusCode != 304 || again.text != "" {
			t.Errorf("%d %q", again.StatusCode, again.text)
		}
	})
	t.Run("compressed", func(t *testing.T) {
		got := w.ask(asking{path: "/assets/app-abc123.js", header: map[string]string{"Accept-Encoding": "gzip, br"}})
		z, err := gzip.NewReader(strings.NewReader(got.text))
		if err != nil {
			t.Fatal(err)
		}
		plain, err := io.ReadAll(z)
		if err != nil || got.Header.Get("Content-Encoding") != "gzip" || string(plain) != string(pages["assets/app-abc123.js"].Data) {
			t.Errorf("%v %q", err, got.Header)
		}
	})
	t.Run("only the head", func(t *testing.T) {
		if got := w.ask(asking{method: "HEAD", path: "/"}); got.StatusCode != 200 || got.text != "" || got.Header.Get("Content-Length") == "0" {
			t.Errorf("%d %q %v", got.StatusCode, got.text, got.Header)
		}
	})
}

func TestPagesNotBuilt(t *testing.T) {
	w := newWorld(t, func(d *Deps) { d.Options.Frontend = nil })
	if got := w.ask(asking{path: "/"}); got.StatusCode != 503 || !strings.Contains(got.text, "Byg dem med scripts/run.") || !strings.Contains(got.text, "Build them with scripts/run.") {
		t.Errorf("%d %s", got.StatusCode, got.text)
	}
}

func TestHeadersOfTheAPI(t *testing.T) {
	w := newWorld(t, nil)
	got := w.ask(asking{path: "/api/v1/session/options"})
	for name, want := range map[string]string{
		"Content-Security-Policy": "default-src 'none'; frame-ancestors 'none'", "X-Content-Type-Options": "nosniff",
		"Referrer-Policy": "same-origin", "Cache-Control": "no-store", "Strict-Transport-Security": "", "Access-Control-Allow-Origin": "",
	} {
		if got.Header.Get(name) != want {
			t.Errorf("%s: %q", name, got.Header.Get(name))
		}
	}
	if len(got.Header.Get("X-Request-Id")) != 36 {
		t.Errorf("request id %q", got.Header.Get("X-Request-Id"))
	}
}
