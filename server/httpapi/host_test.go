package httpapi

import (
	"net/http/httptest"
	"testing"

	"klausul/server/access"
)

// A name that leads here by somebody else's doing is not answered in demo.
func TestDemoAnswersToItsOwnNamesOnly(t *testing.T) {
	t.Parallel()
	hosts := map[string]bool{
		"localhost": true, "LOCALHOST:8080": true, "127.0.0.1": true, "127.0.0.1:8080": true, "127.9.8.7:1": true,
		"[::1]": true, "[::1]:8080": true, "klausul.test": true, "klausul.test:81": true,
		"evil.test": false, "evil.test:8080": false, "localhost.evil.test": false, "127.0.0.1.evil.test": false, "127.0.0.1.": false,
		"klausul.test.evil.test": false, "192.168.1.10": false, "0.0.0.0": false, "[fe80::1]": false, "": false, "@localhost": false,
	}
	for _, demo := range []bool{true, false} {
		w := newWorldNow(t, func(d *Deps) { d.Options.Demo = demo })
		token := w.Token(access.Lawyer, 0)
		for host, own := range hosts {
			for _, path := range []string{"/", "/api/v1/me", "/api/v1/session/options", "/healthz", "/metrics"} {
				r := httptest.NewRequestWithContext(t.Context(), "GET", path, nil)
				r.Host, r.RemoteAddr = host, "127.0.0.1:5"
				r.Header.Set("Cookie", "klausul_session="+token)
				rec := httptest.NewRecorder()
				w.handler.ServeHTTP(rec, r)
				got := answer{rec.Result(), rec.Body.String()}
				if own || !demo {
					got.want(t, 200, "")
				} else {
					got.want(t, 403, "session.demo_host")
				}
				if t.Failed() {
					t.Fatalf("demo %v, %s at %q", demo, path, host)
				}
			}
		}
	}
}

func TestDemoSessionBehindAProxy(t *testing.T) {
	w := newWorld(t, nil)
	user := w.User("Jurist")
	w.Grant(user, access.Lawyer, 0)
	w.Exec("update app_user set persona = 'jurist' where id = $1", user)
	start := asking{method: "POST", path: "/api/v1/session/demo", body: `{"persona":"jurist"}`}
	for name, value := range map[string]string{"X-Forwarded-For": "203.0.113.9", "Forwarded": "for=203.0.113.9"} {
		start.header = map[string]string{name: value}
		w.ask(start).want(t, 403, "session.demo_off")
	}
	if n := count(w, "select count(*) from session"); n != 0 {
		t.Errorf("%d sessions were started", n)
	}
	start.header = nil
	w.ask(start).want(t, 200, "")
}
