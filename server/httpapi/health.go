package httpapi

import (
	"context"
	"crypto/subtle"
	"net/http"
	"net/netip"
	"strings"
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

// ready tells a balancer whether to send requests here: which part is away, never why.
func (s *server) ready(c *gin.Context) {
	ctx, cancel := context.WithTimeout(c.Request.Context(), 3*time.Second)
	defer cancel()
	status, parts := http.StatusOK, gin.H{}
	for _, check := range s.Options.Checks {
		parts[check.Name] = "ok"
		if err := check.Ask(ctx); err != nil {
			s.Log.WarnContext(ctx, "not ready", "part", check.Name, "cause", err.Error())
			status, parts[check.Name] = http.StatusServiceUnavailable, "away"
		}
	}
	c.Header("Cache-Control", "no-store")
	c.JSON(status, parts)
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
