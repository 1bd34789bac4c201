package httpapi

import (
	"crypto/sha256"
	"math"
	"net"
	"net/http"
	"net/netip"
	"strconv"
	"strings"
	"sync"
	"time"

	"github.com/gin-gonic/gin"
	lru "github.com/hashicorp/golang-lru/v2"
	"golang.org/x/time/rate"

	"klausul/server/access"
	"klausul/server/fault"
)

// Rates are requests per second, with bursts of ten times as many. Each server counts for itself.
type Rates struct{ User, Key, Anonymous float64 }

const burst = 10

// limits counts requests. What is remembered is bounded: whoever was not heard of
// for longest is forgotten first.
type limits struct {
	rates   Rates
	now     func() time.Time
	buckets *lru.Cache[string, *rate.Limiter]
	known   *lru.Cache[[32]byte, struct{}] // hashes of tokens that were good a moment ago
	touched *lru.Cache[int64, time.Time]   // API keys, when their use was last noted
}

func newLimits(r Rates, now func() time.Time) (*limits, error) {
	l := &limits{rates: r, now: now}
	var err error
	if l.buckets, err = lru.New[string, *rate.Limiter](20_000); err != nil {
		return nil, err
	}
	if l.known, err = lru.New[[32]byte, struct{}](20_000); err != nil {
		return nil, err
	}
	l.touched, err = lru.New[int64, time.Time](2_000)
	return l, err
}

// take counts one request of who. It answers how long to wait, 0 = go on.
func (l *limits) take(who string, perSecond float64) time.Duration {
	b, ok := l.buckets.Get(who)
	if !ok {
		b = rate.NewLimiter(rate.Limit(perSecond), int(math.Ceil(perSecond*burst)))
		if before, there, _ := l.buckets.PeekOrAdd(who, b); there {
			b = before
		}
	}
	now := l.now()
	r := b.ReserveN(now, 1)
	wait := r.DelayFrom(now)
	if wait > 0 {
		r.CancelAt(now)
	}
	return wait
}

func (l *limits) isKnown(token string) bool {
	_, ok := l.known.Get(sha256.Sum256([]byte(token)))
	return ok
}

func (l *limits) remember(token string) { l.known.Add(sha256.Sum256([]byte(token)), struct{}{}) }

func (l *limits) forget(token string) { l.known.Remove(sha256.Sum256([]byte(token))) }

// touch tells, at most once an hour, that the use of a key is to be noted.
func (l *limits) touch(key int64) bool {
	now := l.now()
	if at, ok := l.touched.Get(key); ok && now.Sub(at) < time.Hour {
		return false
	}
	l.touched.Add(key, now)
	return true
}

// anonymous counts a request that is not, or not yet, known to come from somebody.
func (s *server) anonymous(c *gin.Context) bool {
	return s.allow(c, "ip "+s.address(c.Request), s.Options.Rates.Anonymous)
}

// signedIn counts a request of a user or a key.
func (s *server) signedIn(c *gin.Context, a access.Actor) bool {
	if a.Key {
		return s.allow(c, "key "+strconv.FormatInt(a.Session, 10), s.Options.Rates.Key)
	}
	return s.allow(c, "user "+strconv.FormatInt(a.User, 10), s.Options.Rates.User)
}

func (s *server) allow(c *gin.Context, who string, perSecond float64) bool {
	wait := s.limits.take(who, perSecond)
	if wait == 0 {
		return true
	}
	c.Header("Retry-After", strconv.Itoa(int(math.Ceil(wait.Seconds()))))
	s.problems.write(c, fault.ErrTooMany)
	return false
}

// address is where the request comes from: the peer, or what the outermost trusted
// proxy saw. An IPv6 network of 64 bits counts as one.
func (s *server) address(r *http.Request) string {
	host, _, err := net.SplitHostPort(r.RemoteAddr)
	if err != nil {
		host = r.RemoteAddr
	}
	if n := s.Options.ProxyHops; n > 0 {
		seen := strings.Split(strings.Join(r.Header.Values("X-Forwarded-For"), ","), ",")
		if at := len(seen) - n; at >= 0 && strings.TrimSpace(seen[at]) != "" {
			host = strings.TrimSpace(seen[at])
		}
	}
	ip, err := netip.ParseAddr(host)
	if err != nil {
		return host
	}
	if ip = ip.Unmap(); ip.Is6() {
		if p, err := ip.WithZone("").Prefix(64); err == nil {
			return p.String()
		}
	}
	return ip.String()
}

// streamsPerUser is how many streams a user may hold at once: a browser keeps six connections.
const streamsPerUser = 5

// streams counts the open streams of each user.
type streams struct {
	mu   sync.Mutex
	open map[int64]int
}

// enter counts one more stream of the user until leave. It refuses with fault.ErrTooMany.
func (s *streams) enter(user int64) (leave func(), err error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.open[user] >= streamsPerUser {
		return nil, fault.ErrTooMany
	}
	s.open[user]++
	return func() {
		s.mu.Lock()
		defer s.mu.Unlock()
		if s.open[user]--; s.open[user] == 0 {
			delete(s.open, user)
		}
	}, nil
}
