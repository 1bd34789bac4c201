package httpapi

import (
	"context"
	"encoding/json"
	"errors"
	"strings"
	"testing"
	"time"

	"go.opentelemetry.io/otel/sdk/trace"
	"go.opentelemetry.io/otel/sdk/trace/tracetest"

	"klausul/server/access"
)

// The log and the spans hold ids and numbers: nobody's name, mail, search or token.
func TestLogHoldsNoPersonalData(t *testing.T) {
	spans := tracetest.NewSpanRecorder()
	w := newWorld(t, func(d *Deps) { d.Options.Tracing = trace.NewTracerProvider(trace.WithSpanProcessor(spans)) })
	viborg := w.Member("Viborg Kommune")
	token := w.Token(access.ContactPerson, viborg)
	name := w.me(token).Name
	w.ask(asking{path: "/api/v1/users?q=S%C3%B8gtNavn", token: token}).want(t, 200, "")
	w.ask(asking{path: "/S%C3%B8gtNavn?q=S%C3%B8gtNavn", token: token})
	w.ask(asking{path: "/api/v1/S%C3%B8gtNavn", token: token}).want(t, 404, "not_found")
	w.ask(asking{method: "POST", path: "/api/v1/invitations", token: token, csrf: "own",
		body: `{"name":"SøgtNavn","email":"soegt@navn.dk","role":"dpo","organisationId":` + itoa(int64(viborg)) + `}`}).want(t, 201, "")

	everything := w.log.String()
	for _, s := range spans.Ended() {
		text, err := json.Marshal(tracetest.SpanStubFromReadOnlySpan(s).Attributes)
		if err != nil {
			t.Fatal(err)
		}
		everything += s.Name() + string(text)
	}
	for _, secret := range []string{name, "SøgtNavn", "S%C3%B8gtNavn", "soegt@navn.dk", token, "Viborg", "192.0.2."} {
		if strings.Contains(everything, secret) {
			t.Errorf("%q is in the log or in a span", secret)
		}
	}
	var line struct {
		Msg, Request, Operation string
		Status                  int
		Ms                      float64
		User                    int64
	}
	last := strings.Split(strings.TrimSpace(w.log.String()), "\n")
	if err := json.Unmarshal([]byte(last[len(last)-1]), &line); err != nil {
		t.Fatal(err)
	}
	if line.Operation != "inviteUser" || line.Status != 201 || line.User == 0 || line.Request == "" {
		t.Errorf("the line of the invitation: %+v", line)
	}
}

func TestSpanContinuesTheCallersTrace(t *testing.T) {
	spans := tracetest.NewSpanRecorder()
	w := newWorld(t, func(d *Deps) { d.Options.Tracing = trace.NewTracerProvider(trace.WithSpanProcessor(spans)) })
	w.ask(asking{path: "/api/v1/session/options", header: map[string]string{"traceparent": "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"}})
	ended := spans.Ended()
	if len(ended) != 1 || ended[0].Name() != "getSessionOptions" || ended[0].SpanContext().TraceID().String() != "0af7651916cd43dd8448eb211c80319c" {
		t.Errorf("spans %v", ended)
	}
}

func TestPanicIsAnInternalError(t *testing.T) {
	w := newWorld(t, func(d *Deps) { d.Users = nil }) // the first use panics
	got := w.ask(asking{path: "/api/v1/users", token: w.Token(access.Lawyer, 0)})
	got.want(t, 500, "internal")
	if strings.Contains(got.text, "nil pointer") || !strings.Contains(w.log.String(), "ListUsers") {
		t.Errorf("answer %s, log %s", got.text, w.log)
	}
	if !strings.Contains(got.text, got.Header.Get("X-Request-Id")) {
		t.Error("the answer does not name the request")
	}
}

func TestMetrics(t *testing.T) {
	w := newWorld(t, nil)
	w.ask(asking{path: "/api/v1/me"}).want(t, 401, "unauthenticated")
	w.Exec("insert into river_job (kind, max_attempts, args, queue, scheduled_at) values ('t', 1, '{}', 'default', now() - interval '90 seconds')")
	w.Exec("insert into audit_event (role, action, at) values ('system', 'test', now() - interval '5 seconds')")
	got := w.ask(asking{path: "/metrics", from: "127.0.0.1:5"})
	for _, want := range []string{
		`klausul_http_request_seconds_count{operation="getMe",status="401"} 1`,
		`klausul_queue_jobs{queue="default",state="available"} 1`, `klausul_queue_age_seconds{queue="default"} 9`,
		`klausul_audit_unsealed_age_seconds `, `klausul_pool_connections{login="klausul_member",state="limit"} 6`, "klausul_postgres_up 1", "go_goroutines",
	} {
		if !strings.Contains(got.text, want) {
			t.Errorf("%s is missing in %.2000s", want, got.text)
		}
	}
	if strings.Contains(got.text, "klausul_audit_unsealed_age_seconds 0\n") {
		t.Error("an unsealed row has no age")
	}
	for name, a := range map[string]asking{
		"from elsewhere":  {from: "198.51.100.1:5"},
		"through a proxy": {from: "127.0.0.1:5", header: map[string]string{"X-Forwarded-For": "198.51.100.1"}},
	} {
		a.path = "/metrics"
		if got := w.ask(a); got.StatusCode != 403 || strings.Contains(got.text, "klausul_") && !strings.Contains(got.text, "KLAUSUL_METRICS_TOKEN") {
			t.Errorf("%s: %d", name, got.StatusCode)
		}
	}
}

func TestMetricsWithToken(t *testing.T) {
	w := newWorld(t, func(d *Deps) { d.Options.MetricsToken = "let-me-in" })
	for token, status := range map[string]int{"let-me-in": 200, "wrong": 401, "": 401} {
		if got := w.ask(asking{path: "/metrics", key: token, from: "127.0.0.1:5"}); got.StatusCode != status {
			t.Errorf("%q: %d", token, got.StatusCode)
		}
	}
}

func TestReady(t *testing.T) {
	var away error
	asked := 0
	w := newWorld(t, func(d *Deps) {
		d.Options.Checks = []Check{{"files", func(context.Context) error { asked++; return away }}, {"postgres", d.Store.Ping}}
	})
	w.Clock.Set(time.Now())
	if got := w.ask(asking{path: "/readyz"}); got.StatusCode != 200 || got.text != `{"files":"ok","postgres":"ok"}` {
		t.Errorf("%d %s", got.StatusCode, got.text)
	}
	away = errors.New("dial tcp 10.1.2.3: refused")
	if got := w.ask(asking{path: "/readyz"}); got.StatusCode != 200 || asked != 1 {
		t.Errorf("within a second: %d, the parts were asked %d times", got.StatusCode, asked)
	}
	w.Clock.Advance(readyFor)
	if got := w.ask(asking{path: "/readyz"}); got.StatusCode != 503 || got.text != `{"files":"away","postgres":"ok"}` {
		t.Errorf("%d %s", got.StatusCode, got.text)
	}
	if got := w.ask(asking{path: "/healthz"}); got.StatusCode != 200 {
		t.Errorf("a part that is away must not restart us: %d", got.StatusCode)
	}
}

// A stop ends streams at once: a watcher would otherwise hold it up to its limit.
func TestStreamsEndWhenStopping(t *testing.T) {
	stopping, stop := context.WithCancel(context.Background())
	w := newWorld(t, func(d *Deps) { d.Options.Stopping = stopping })
	w.Exec("insert into batch (id, kind, subject_id, title, created_by) values (7, 'release', 1, 'Frigivelse', $1)", w.User("Jurist"))
	w.Exec("insert into batch_item (batch_id, organisation_id) values (7, $1)", w.Member("Viborg Kommune"))
	token := w.Token(access.Lawyer, 0)
	ended := make(chan answer, 1)
	go func() { ended <- w.ask(asking{path: "/api/v1/batches/7/events", token: token}) }()
	select {
	case a := <-ended:
		t.Fatalf("the stream ended by itself: %d %s", a.StatusCode, a.text)
	case <-time.After(600 * time.Millisecond):
	}
	stop()
	select {
	case a := <-ended:
		if a.StatusCode != 200 || !strings.Contains(a.text, "event: progress") {
			t.Errorf("%d %s", a.StatusCode, a.text)
		}
	case <-time.After(5 * time.Second):
		t.Fatal("the stream goes on")
	}
}
