package httpapi

import (
	"net/http"
	"net/netip"
	"net/url"
	"strings"

	"github.com/gin-gonic/gin"

	"klausul/server/fault"
)

// ErrHost refuses a request that was sent to a name which is not this server's.
var ErrHost = fault.New(fault.Forbidden, "session.demo_host")

// host keeps other sites out of a demo server, where a sign-in needs no secret: a page
// whose name its owner lets point at this machine is, to a browser, of one origin with
// us, and only the name it asks for tells it apart. So a demo server answers to
// localhost, to loopback addresses and to its public name, and to no other.
func (s *server) host(c *gin.Context) {
	if s.Options.Demo && !s.ownName(c.Request.Host) {
		s.problems.write(c, ErrHost)
	}
}

// ownName tells whether host, with or without a port, is one that leads to this machine for everybody.
func (s *server) ownName(host string) bool {
	name := (&url.URL{Host: host}).Hostname()
	ip, err := netip.ParseAddr(name)
	return err == nil && ip.IsLoopback() || strings.EqualFold(name, "localhost") ||
		name != "" && strings.EqualFold(name, s.Options.PublicURL.Hostname())
}

// direct refuses a demo sign-in from behind a proxy: the peer is on this machine, but
// whoever asks may not be.
func (s *server) direct(c *gin.Context) {
	if callOf(c.Request.Context()).op.id == "startDemoSession" && forwarded(c.Request) {
		s.problems.write(c, ErrDemoOff)
	}
}

// forwarded tells whether a proxy says that it passes the request on.
func forwarded(r *http.Request) bool {
	return r.Header.Get("X-Forwarded-For") != "" || r.Header.Get("Forwarded") != ""
}
