package httpapi

import (
	"context"
	"crypto/subtle"
	"net/http"
	"net/netip"
	"strings"
	"sync"
	"time"

	"github.com/gin-gonic/gin"
	"github.com/prometheus/client_golang/prometheus/promhttp"
)

// Check is one thing that must answer before this server takes requests.
type Check struct {
	Name string
	Ask  func(context.Context) error
}

// live answers as long as the process runs: a restart is for what does not.
func (s *server) live(c *gin.Context) { c.String(http.StatusOK, "ok\n") }

// readyFor is how long an answer holds: anybody may ask, and each answer costs a question to every store.
const readyFor = time.Second

// readiness is the last answer to whether this server takes requests.
type readiness struct {
	mu     sync.Mutex
	until  time.Time
	status int
	parts  map[string]string
}

// ready tells a balancer whether to send requests here: which part is away, never why.
func (s *server) ready(c *gin.Context) {
	status, parts := s.readiness.ask(c.Request.Context(), s)
	c.Header("Cache-Control", "no-store")
	c.JSON(status, parts)
}

// ask asks every part, at most once in readyFor however many want to know.
func (r *readiness) ask(ctx context.Context, s *server) (status int, parts map[string]string) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if s.Options.Now().Before(r.until) {
		return r.status, r.parts
	}
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), 3*time.Second) // the answer is for others too
	defer cancel()
	r.status, r.parts = http.StatusOK, map[string]string{}
	for _, check := range s.Options.Checks {
		r.parts[check.Name] = "ok"
		if err := check.Ask(ctx); err != nil {
			s.Log.WarnContext(ctx, "not ready", "part", check.Name, "cause", err.Error())
			r.status, r.parts[check.Name] = http.StatusServiceUnavailable, "away"
		}
	}
	r.until = s.Options.Now().Add(readyFor)
	return r.status, r.parts
}

// scrape shows the metrics to whoever is on this machine or knows the token. A request
// that came through a proxy is not on this machine, whatever its peer is.
func (s *server) scrape(c *gin.Context) {
	r := c.Request
	if want := s.Options.MetricsToken; want != "" {
		got := strings.TrimPrefix(r.Header.Get("Authorization"), "Bearer ")
		if subtle.ConstantTimeCompare([]byte(got), []byte(want)) != 1 {
			c.Header("WWW-Authenticate", "Bearer")
			c.String(http.StatusUnauthorized, "a token is needed\n")
			return
		}
	} else if peer, err := netip.ParseAddrPort(r.RemoteAddr); err != nil || !peer.Addr().Unmap().IsLoopback() || forwarded(r) {
		c.String(http.StatusForbidden, "on this machine only, or with KLAUSUL_METRICS_TOKEN\n")
		return
	}
	promhttp.HandlerFor(s.metrics.registry, promhttp.HandlerOpts{}).ServeHTTP(c.Writer, r)
}
