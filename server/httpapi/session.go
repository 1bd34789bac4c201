package httpapi

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"net/http"
	"net/url"
	"strings"
	"time"

	"github.com/gin-gonic/gin"

	"klausul/server/access"
	"klausul/server/fault"
)

// ErrCSRF refuses a change that may have been caused by another site.
var ErrCSRF = fault.New(fault.Forbidden, "session.csrf")

// authenticate finds out who asks: the session cookie of a browser, or the key of
// an organisation in Authorization: Bearer. A session token is no key and the other
// way round. Public operations ask for nobody.
func (s *server) authenticate(c *gin.Context) {
	k := callOf(c.Request.Context())
	if k.op.public {
		if cookie, err := c.Request.Cookie(s.cookieName("session")); err == nil {
			k.before = []string{cookie.Value}
		}
		s.anonymous(c)
		return
	}
	token, key := s.credentials(c.Request)
	if token == "" || !s.limits.isKnown(token) { // guessing tokens costs what any unknown caller costs
		if !s.anonymous(c) {
			return
		}
	}
	if token == "" {
		s.problems.write(c, fault.ErrUnauthenticated)
		return
	}
	actor, err := s.Store.Session(c.Request.Context(), token)
	if err == nil && actor.Key != key {
		err = fault.ErrUnauthenticated
	}
	if err != nil {
		s.limits.forget(token)
		s.problems.write(c, err)
		return
	}
	s.limits.remember(token)
	k.actor, k.language = actor, actor.Language
	if !s.signedIn(c, actor) {
		return
	}
	if actor.Key && s.limits.touch(actor.Session) {
		if err := s.Users.KeyUsed(c.Request.Context(), actor.Session); err != nil {
			s.problems.write(c, err)
		}
	}
}

// credentials are the token of the request and whether it was given as a key.
func (s *server) credentials(r *http.Request) (token string, key bool) {
	if header := r.Header.Get("Authorization"); header != "" {
		scheme, value, _ := strings.Cut(header, " ")
		if strings.EqualFold(scheme, "Bearer") {
			return strings.TrimSpace(value), true
		}
		return "", true
	}
	if cookie, err := r.Cookie(s.cookieName("session")); err == nil {
		return cookie.Value, false
	}
	return "", false
}

// csrf refuses a change whose origin is another site, or that a browser sends
// without the token that only our own pages know. Keys are not sent by browsers
// on their own, so they need none.
func (s *server) csrf(c *gin.Context) {
	r := c.Request
	if r.Method == http.MethodGet || r.Method == http.MethodHead {
		return
	}
	k := callOf(r.Context())
	if k.actor.Key {
		return
	}
	if !s.sameOrigin(r) || !k.op.public && !hmac.Equal([]byte(r.Header.Get("X-CSRF-Token")), []byte(s.csrfToken(k.actor))) {
		s.problems.write(c, ErrCSRF)
	}
}

// sameOrigin reads what browsers say of where a request comes from. A client that
// says nothing is no browser; it cannot be made to send somebody's cookie.
func (s *server) sameOrigin(r *http.Request) bool {
	if site := r.Header.Get("Sec-Fetch-Site"); site != "" && site != "same-origin" && site != "none" {
		return false
	}
	origin := r.Header.Get("Origin")
	if origin == "" {
		return true
	}
	u, err := url.Parse(origin)
	if err != nil || u.Host == "" {
		return false
	}
	return u.Host == r.Host || u.Host == s.Options.PublicURL.Host
}

// csrfToken is bound to the session: of no use with another one, and nothing to store.
func (s *server) csrfToken(a access.Actor) string {
	mac := hmac.New(sha256.New, s.key("csrf"))
	mac.Write([]byte(a.Token))
	return base64.RawURLEncoding.EncodeToString(mac.Sum(nil))
}

func (s *server) secure() bool { return s.Options.PublicURL.Scheme == "https" }

// cookieName: the prefix makes browsers refuse the cookie from anybody but this very host.
func (s *server) cookieName(name string) string {
	if s.secure() {
		return "__Host-klausul_" + name
	}
	return "klausul_" + name
}

// cookie is one of ours; without a value it takes the cookie away.
func (s *server) cookie(name, value string, expires time.Time) *http.Cookie {
	c := &http.Cookie{
		Name: s.cookieName(name), Value: value, Path: "/", Expires: expires,
		HttpOnly: true, Secure: s.secure(), SameSite: http.SameSiteLaxMode,
	}
	if value == "" {
		c.MaxAge = -1
	}
	return c
}
