package httpapi

import (
	"strings"
	"testing"
	"time"

	"klausul/server/access"
)

// watching is a world with a running batch that shows itself at /api/v1/batches/7/events.
func watching(t *testing.T) *world {
	t.Helper()
	w := newWorld(t, func(d *Deps) { d.Options.Heartbeat = 100 * time.Millisecond })
	w.Exec("insert into batch (id, kind, subject_id, title, created_by) values (7, 'release', 1, 'Frigivelse', $1)", w.User("Jurist"))
	w.Exec("insert into batch_item (batch_id, organisation_id) values (7, $1)", w.Member("Viborg Kommune"))
	return w
}

// watch opens the stream; what it said comes when it ends.
func (w *world) watch(token string) chan answer {
	ended := make(chan answer, 1)
	go func() { ended <- w.ask(asking{path: "/api/v1/batches/7/events", token: token}) }()
	return ended
}

// running fails if the stream ends within some heartbeats.
func running(t *testing.T, stream chan answer) {
	t.Helper()
	select {
	case a := <-stream:
		t.Fatalf("the stream ended by itself: %d %s", a.StatusCode, a.text)
	case <-time.After(500 * time.Millisecond):
	}
}

// over fails if the stream goes on.
func over(t *testing.T, stream chan answer) answer {
	t.Helper()
	select {
	case a := <-stream:
		return a
	case <-time.After(5 * time.Second):
		t.Fatal("the stream goes on")
		return answer{}
	}
}

func TestStreamEndsWithTheRoleAndTheSession(t *testing.T) {
	w := watching(t)
	user := w.User("Jurist")
	lawyer, supervisor := w.Grant(user, access.Lawyer, 0), w.Grant(user, access.Supervisor, 0)
	for name, end := range map[string]func(token string){
		"another role": func(token string) {
			w.ask(asking{method: "PATCH", path: "/api/v1/me", token: token, csrf: "own", body: `{"activeRole":` + itoa(supervisor) + `}`}).want(t, 200, "")
		},
		"signing out": func(token string) {
			w.ask(asking{method: "DELETE", path: "/api/v1/session", token: token, csrf: "own"}).want(t, 204, "")
		},
	} {
		t.Run(name, func(t *testing.T) {
			token := w.Session(user, lawyer)
			stream := w.watch(token)
			running(t, stream)
			end(token)
			if a := over(t, stream); a.StatusCode != 200 || !strings.Contains(a.text, "event: progress") || !strings.Contains(a.text, ": still here") {
				t.Errorf("%d %s", a.StatusCode, a.text)
			}
		})
	}
}

func TestStreamsOfOneUser(t *testing.T) {
	w := watching(t)
	user := w.User("Jurist")
	grant := w.Grant(user, access.Lawyer, 0)
	token, other := w.Session(user, grant), w.Session(user, grant)
	var open []chan answer
	for range streamsPerUser {
		open = append(open, w.watch(token))
	}
	for _, stream := range open {
		running(t, stream)
	}
	over(t, w.watch(other)).want(t, 429, "too_many_requests") // the user, whichever session
	running(t, w.watch(w.Token(access.Lawyer, 0)))
	w.Exec("update session set revoked_at = now() where token_hash = sha256(convert_to($1, 'UTF8'))", token)
	for _, stream := range open {
		over(t, stream)
	}
	running(t, w.watch(other))
	w.Exec("update session set revoked_at = now()") // so that every stream ends with the test
}
