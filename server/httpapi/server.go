// Package httpapi turns requests into use cases and refusals into problems.
//
// The contract (spec/*.yaml) is the one source of routes, shapes and rights: a
// request is held against it before a handler sees it, and a handler is three
// lines: wire to domain, one call, domain to wire.
package httpapi

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"net/http"
	"net/url"
	"sync"
	"time"

	"github.com/gin-gonic/gin"
	"go.opentelemetry.io/otel/trace"
	"go.opentelemetry.io/otel/trace/noop"

	"klausul/server/access"
	"klausul/server/agreement"
	"klausul/server/agreement/negotiation"
	"klausul/server/bulk"
	"klausul/server/clause"
	"klausul/server/document"
	"klausul/server/duplicate"
	"klausul/server/fault"
	"klausul/server/files"
	"klausul/server/intake"
	"klausul/server/member"
	"klausul/server/notify"
	"klausul/server/report"
	"klausul/server/source"
	"klausul/server/storage"
	"klausul/server/system"
	"klausul/server/task"
	"klausul/server/usage"
	"klausul/server/vendor"
)

// Gin's other mode prints routes and warnings to standard output.
func init() { gin.SetMode(gin.ReleaseMode) }

// Deps is what the server stands on.
type Deps struct {
	Store  *storage.Store
	Files  *files.Store
	Policy access.Policy
	Log    *slog.Logger
	Options

	Members      *member.Service
	Users        *member.Users
	Vendors      *vendor.Service
	Systems      *system.Service
	Clauses      *clause.Service
	Agreements   *agreement.Service
	Negotiations *negotiation.Service
	Documents    *document.Service
	Tasks        *task.Service
	Usages       *usage.Service
	Reports      *report.Service
	Duplicates   *duplicate.Service
	Bulk         *bulk.Service
	Sources      *source.Service
	Todos        *task.Todos
	Notify       *notify.Service
	Imports      *intake.Service
}

// Options are the settings of the server; New fills the zero ones.
type Options struct {
	PublicURL       *url.URL // how browsers reach us; needed
	Secret          []byte   // shared by all servers: cookies and tokens are derived from it; needed
	Demo            bool     // personas may sign in; only on loopback
	SessionLifetime time.Duration
	BodyLimit       int64
	BodyTime        time.Duration // how long a client may take to send a body
	Heartbeat       time.Duration // how often a stream breaks its silence and looks whether the session still is what it was
	Rates           Rates
	ProxyHops       int
	Providers       []*Provider
	Sentences       []byte // of the refusals, as JSON
	Frontend        fs.FS  // the built pages, index.html at its top; nil: none
	MetricsToken    string
	Checks          []Check
	Stopping        context.Context // ends when the server is about to stop: streams end with it; nil: never
	Now             func() time.Time
	Tracing         trace.TracerProvider
}

func (o *Options) fill() {
	if o.SessionLifetime == 0 {
		o.SessionLifetime = 8 * time.Hour
	}
	if o.BodyLimit == 0 {
		o.BodyLimit = 1 << 20
	}
	if o.BodyTime == 0 {
		o.BodyTime = 30 * time.Second
	}
	if o.Heartbeat == 0 {
		o.Heartbeat = 10 * time.Second
	}
	if o.Rates == (Rates{}) {
		o.Rates = Rates{User: 20, Key: 10, Anonymous: 5}
	}
	if o.Now == nil {
		o.Now = time.Now
	}
	if o.Stopping == nil {
		o.Stopping = context.Background()
	}
	if o.Tracing == nil {
		o.Tracing = noop.NewTracerProvider()
	}
}

// API holds the handlers, one file per domain.
type API struct {
	Deps
	server *server
}

// server is what stands in front of the handlers.
type server struct {
	Deps
	ops       map[string]*operation
	problems  *problems
	limits    *limits
	streams   *streams
	readiness readiness
	metrics   *metrics
	spa       *spa
	tracer    trace.Tracer
}

// Contract is the contract, read once per process. Calling it early, beside something
// else that takes a while, makes New quick.
var Contract = sync.OnceValues(GetSpec)

// New returns the server. It refuses a contract with an operation that says nothing of who may call it.
func New(d Deps) (http.Handler, error) {
	d.Options.fill()
	if d.PublicURL == nil || len(d.Secret) < 32 || d.Policy == nil {
		return nil, errors.New("httpapi: PublicURL, a Secret of 32 bytes and a Policy are needed")
	}
	if d.Log == nil {
		d.Log = slog.New(slog.DiscardHandler)
	}
	spec, err := Contract()
	if err != nil {
		return nil, fmt.Errorf("read the contract: %w", err)
	}
	s := &server{Deps: d, streams: &streams{open: map[int64]int{}}, metrics: newMetrics(d.Store), tracer: d.Tracing.Tracer("klausul/httpapi")}
	if s.ops, err = operations(spec); err != nil {
		return nil, fmt.Errorf("read the contract: %w", err)
	}
	if s.problems, err = newProblems(d.Sentences, d.Log); err != nil {
		return nil, err
	}
	if s.limits, err = newLimits(d.Rates, d.Now); err != nil {
		return nil, err
	}
	if s.spa, err = newSPA(d.Frontend); err != nil {
		return nil, err
	}
	return s.routes(), nil
}

func (s *server) routes() http.Handler {
	e := gin.New()
	e.ContextWithFallback = true
	e.RedirectTrailingSlash = false
	e.Use(s.observe, s.headers, s.hurry, s.host)
	e.GET("/healthz", s.live)
	e.GET("/readyz", s.ready)
	e.GET("/metrics", s.scrape)

	steps := []gin.HandlerFunc{s.operationOf, s.direct, s.authenticate, s.csrf, s.guard, s.readBody, s.validate, s.identityOf}
	api := e.Group("", steps...)
	for _, f := range foreign {
		api.Handle(f.method, f.path, map[string]gin.HandlerFunc{"startOIDC": s.startOIDC, "finishOIDC": s.finishOIDC}[f.id])
	}
	malformed := func(c *gin.Context, err error) { s.problems.write(c, malformed(err)) }
	strict := NewStrictHandlerWithOptions(&API{Deps: s.Deps, server: s}, nil, StrictGinServerOptions{
		RequestErrorHandlerFunc:  malformed,
		HandlerErrorFunc:         s.problems.write,
		ResponseErrorHandlerFunc: s.problems.write,
	})
	RegisterHandlersWithOptions(api, strict, GinServerOptions{ErrorHandler: func(c *gin.Context, err error, _ int) { malformed(c, err) }})

	e.NoRoute(func(c *gin.Context) {
		if isAPI(c.Request.URL.Path) || c.Request.Method != http.MethodGet && c.Request.Method != http.MethodHead {
			s.problems.write(c, fault.ErrNotFound)
			return
		}
		s.spa.serve(c)
	})
	return e
}

// malformed is a request that the generated code could not read.
func malformed(err error) error {
	if f, ok := refusalIn(err); ok {
		return f
	}
	return fault.ErrInvalid.Because(err)
}
