package httpapi

import (
	"net/http"
	"net/http/httptest"
	"strconv"
	"testing"
	"time"

	"klausul/server/access"
	"klausul/server/storage"
)

func slow(d *Deps) { d.Options.Rates = Rates{User: 0.3, Key: 0.2, Anonymous: 0.1} } // bursts of 3, 2 and 1

// drain asks until it is refused and returns how often it was let through.
func (w *world) drain(a asking) (passed int, last answer) {
	for {
		if last = w.ask(a); last.StatusCode == http.StatusTooManyRequests {
			return passed, last
		}
		if passed++; passed > 50 {
			w.t.Fatal("never refused")
		}
	}
}

func TestLimits(t *testing.T) {
	w := newWorld(t, slow)
	w.Clock.Set(time.Now())
	viborg := w.Member("Viborg Kommune")
	user := w.User("Åse")
	grant := w.Grant(user, access.ContactPerson, viborg)
	one, two := w.Session(user, grant), w.Session(user, grant)
	key := "klausul_" + storage.NewToken()
	w.Exec(`insert into session (token_hash, kind, user_id, grant_id, expires_at) values ($1, 'api_key', $2, $3, 'infinity')`,
		storage.TokenHash(key), user, w.Grant(user, access.API, viborg))
	const path = "/api/v1/me"

	passed, refused := w.drain(asking{path: path, token: one, from: "198.51.100.1:1"})
	if passed != 3 {
		t.Errorf("a user passes %d times", passed)
	}
	refused.want(t, 429, "too_many_requests")
	if after, err := strconv.Atoi(refused.Header.Get("Retry-After")); err != nil || after < 1 || after > 4 {
		t.Errorf("Retry-After %q", refused.Header.Get("Retry-After"))
	}
	w.ask(asking{path: path, token: two, from: "198.51.100.2:1"}).want(t, 429, "too_many_requests") // the user, whichever session
	if passed, _ := w.drain(asking{path: path, key: key, from: "198.51.100.3:1"}); passed != 2 {
		t.Errorf("a key passes %d times", passed)
	}
	other := w.Token(access.DPO, viborg)
	w.ask(asking{path: path, token: other, from: "198.51.100.4:1"}).want(t, 200, "")
	w.Clock.Advance(4 * time.Second)
	w.ask(asking{path: path, token: one, from: "198.51.100.1:1"}).want(t, 200, "")
}

func TestAnonymousLimit(t *testing.T) {
	w := newWorld(t, slow)
	w.Clock.Set(time.Now())
	const options = "/api/v1/session/options"
	if passed, _ := w.drain(asking{path: options, from: "198.51.100.9:1"}); passed != 1 {
		t.Errorf("an address passes %d times", passed)
	}
	w.ask(asking{path: options, from: "198.51.100.10:1"}).want(t, 200, "")
	t.Run("guessing tokens is refused before the database is asked", func(t *testing.T) {
		w.ask(asking{path: "/api/v1/me", token: storage.NewToken(), from: "198.51.100.9:1"}).want(t, 429, "too_many_requests")
		w.ask(asking{path: "/api/v1/me", key: "klausul_guess", from: "198.51.100.9:1"}).want(t, 429, "too_many_requests")
	})
	t.Run("one guesser does not stop a colleague behind the same address", func(t *testing.T) {
		token := w.Token(access.Lawyer, 0)
		w.ask(asking{path: "/api/v1/me", token: token, from: "198.51.100.11:1"}).want(t, 200, "")
		w.drain(asking{path: options, from: "198.51.100.11:1"})
		w.ask(asking{path: "/api/v1/me", token: token, from: "198.51.100.11:1"}).want(t, 200, "")
	})
	t.Run("what is not the API is not counted", func(t *testing.T) {
		w.ask(asking{path: "/healthz", from: "198.51.100.9:1"}).want(t, 200, "")
		w.ask(asking{path: "/", from: "198.51.100.9:1"}).want(t, 200, "")
	})
}

func TestAddress(t *testing.T) {
	for _, tc := range []struct {
		name, peer, forwarded string
		hops                  int
		want                  string
	}{
		{"the peer", "198.51.100.7:4711", "", 0, "198.51.100.7"},
		{"what anybody can write does not count", "198.51.100.7:1", "203.0.113.1", 0, "198.51.100.7"},
		{"one proxy", "10.0.0.1:1", "203.0.113.1", 1, "203.0.113.1"},
		{"one proxy, the client wrote something before", "10.0.0.1:1", "1.2.3.4, 203.0.113.1", 1, "203.0.113.1"},
		{"two proxies", "10.0.0.1:1", "1.2.3.4, 203.0.113.1, 10.0.0.2", 2, "203.0.113.1"},
		{"a proxy that adds nothing", "10.0.0.1:1", "", 1, "10.0.0.1"},
		{"IPv6 counts by network", "[2001:db8:1:2:3:4:5:6]:1", "", 0, "2001:db8:1:2::/64"},
		{"IPv4 in IPv6", "[::ffff:198.51.100.7]:1", "", 0, "198.51.100.7"},
	} {
		t.Run(tc.name, func(t *testing.T) {
			s := &server{Deps: Deps{Options: Options{ProxyHops: tc.hops}}}
			r := httptest.NewRequest("GET", "/", nil)
			r.RemoteAddr = tc.peer
			if tc.forwarded != "" {
				r.Header.Set("X-Forwarded-For", tc.forwarded)
			}
			if got := s.address(r); got != tc.want {
				t.Errorf("got %s", got)
			}
		})
	}
}
