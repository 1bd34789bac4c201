// Package app puts the program together, by hand: the only package that imports
// everything. Programs and tests build it with New, run it with Run.
package app

import (
	"context"
	"crypto/hkdf"
	"crypto/sha256"
	"errors"
	"flag" //nolint:depguard // reads none: only asks whether this is a test binary
	"fmt"
	"io"
	"io/fs"
	"log/slog"
	"net"
	"net/http"
	"net/url"
	"os"
	"strings"
	"sync/atomic"
	"time"

	"go.opentelemetry.io/otel/sdk/trace"

	"klausul/frontend"
	"klausul/server/access"
	"klausul/server/app/seed"
	"klausul/server/config"
	"klausul/server/files"
	"klausul/server/httpapi"
	"klausul/server/jobs"
	"klausul/server/storage"
)

// stopRuns is how long a stop may take before what is left is cut off.
const stopRuns = 10 * time.Second

// App is the program with everything it stands on, from New until Close.
type App struct {
	Store    *storage.Store
	Files    *files.Store
	Services Services

	cfg      config.Config
	log      *slog.Logger
	out      io.Writer
	now      func() time.Time
	policy   access.Policy
	front    fs.FS
	wrapS3   func(http.RoundTripper) http.RoundTripper
	noJobs   bool
	listener net.Listener
	stores   *stores
	spans    *trace.TracerProvider
	runner   *jobs.Runner
	server   *http.Server
	stopping context.Context
	stop     context.CancelFunc
	leaving  atomic.Bool
}

// Option changes what New builds; for tests, but for WithLogger.
type Option func(*App)

// WithPolicy replaces the policy of policies/. access.Unguarded is refused outside tests.
func WithPolicy(p access.Policy) Option { return func(a *App) { a.policy = p } }

// WithClock replaces the wall clock.
func WithClock(now func() time.Time) Option { return func(a *App) { a.now = now } }

// WithLogger replaces the JSON log on standard error.
func WithLogger(l *slog.Logger) Option { return func(a *App) { a.log = l } }

// WithOutput replaces standard output, where the ready line goes.
func WithOutput(w io.Writer) Option { return func(a *App) { a.out = w } }

// WithFrontend replaces the built pages; index.html is at the top.
func WithFrontend(f fs.FS) Option { return func(a *App) { a.front = f } }

// WithS3Transport wraps the way to the object store, to break it.
func WithS3Transport(wrap func(http.RoundTripper) http.RoundTripper) Option {
	return func(a *App) { a.wrapS3 = wrap }
}

// WithoutJobs leaves the queue to other servers.
func WithoutJobs() Option { return func(a *App) { a.noJobs = true } }

// New prepares the program as far as it can go without taking requests: everything
// configured is tried once, and what does not work is refused in a sentence that
// names the setting. The caller owes a Close.
func New(ctx context.Context, cfg config.Config, opts ...Option) (*App, error) {
	a := &App{cfg: cfg.Complete(), out: os.Stdout, now: time.Now}
	if err := a.cfg.Check(); err != nil {
		return nil, err
	}
	a.log = slog.New(slog.NewJSONHandler(os.Stderr, &slog.HandlerOptions{Level: a.cfg.Level()}))
	for _, set := range opts {
		set(a)
	}
	// Only a test binary has the flag. Asking package testing would link it into the program.
	if _, off := a.policy.(access.Unguarded); off && flag.Lookup("test.v") == nil {
		return nil, errors.New("the guard cannot be switched off outside tests")
	}
	a.stopping, a.stop = context.WithCancel(context.Background())
	if err := a.build(ctx); err != nil {
		return nil, errors.Join(err, a.Close())
	}
	return a, nil
}

func (a *App) build(ctx context.Context) (err error) {
	go func() { _, _ = httpapi.Contract() }() // httpapi.New asks again and tells; meanwhile the stores start
	if a.listener, err = net.Listen("tcp", a.cfg.Addr); err != nil {
		return fmt.Errorf("KLAUSUL_ADDR: cannot listen on %s: %w", a.cfg.Addr, err)
	}
	if a.policy == nil {
		if a.policy, err = access.NewCasbin(); err != nil {
			return err
		}
	}
	if a.stores, err = openStores(ctx, a.cfg, a.log, true); err != nil {
		return err
	}
	if err := a.prepareData(ctx); err != nil {
		return err
	}
	if a.Store, err = a.stores.open(ctx, a.now); err != nil {
		return err
	}
	key, err := fileKey(a.cfg)
	if err != nil {
		return err
	}
	if a.Files, err = a.stores.files(ctx, key, a.wrapS3); err != nil {
		return err
	}
	if err := a.checkOutside(ctx); err != nil {
		return err
	}
	if a.Services, err = services(a.cfg, a.Store, a.Files, a.public().String()); err != nil {
		return err
	}
	if a.runner, err = jobs.New(a.Services.jobs(a.Store), 0, a.log); err != nil {
		return err
	}
	return a.serveAPI(ctx, key)
}

// prepareData brings the schema up to date and, in demo, loads the demo register into an empty one.
func (a *App) prepareData(ctx context.Context) error {
	if err := a.stores.migrate(ctx); err != nil {
		return err
	}
	if a.cfg.DemoOn() {
		if _, err := seed.Load(ctx, a.stores.admin(), seed.Demo, a.log); err != nil {
			return err
		}
	}
	return bind(ctx, a.stores.admin(), a.cfg.OIDC, a.log)
}

// checkOutside tries what lies outside and is not a store.
func (a *App) checkOutside(ctx context.Context) (err error) {
	gate, err := files.NewGate(a.cfg.Clamd)
	if err != nil {
		return err
	}
	if err := gate.Clean(ctx, strings.NewReader("klausul")); err != nil && !errors.Is(err, files.ErrNoScanner) {
		return fmt.Errorf("KLAUSUL_CLAMD: the scanner at %s does not answer: %w", a.cfg.Clamd, err)
	}
	if err := checkMail(ctx, a.cfg); err != nil {
		return err
	}
	a.spans, err = tracing(ctx, a.cfg)
	return err
}

func (a *App) serveAPI(ctx context.Context, key [32]byte) error {
	public := a.public()
	found, err := providers(ctx, a.cfg, public, a.now)
	if err != nil {
		return err
	}
	secret, err := hkdf.Key(sha256.New, key[:], nil, "klausul web", 32)
	if err != nil {
		return err
	}
	if a.front == nil {
		if a.front, err = fs.Sub(frontend.Dist, "dist"); err != nil {
			return err
		}
	}
	d := a.Services.api()
	d.Store, d.Files, d.Policy, d.Log = a.Store, a.Files, a.policy, a.log
	d.Options = httpapi.Options{
		PublicURL: public, Secret: secret, Demo: a.cfg.DemoOn(), SessionLifetime: a.cfg.SessionLifetime, BodyLimit: a.cfg.BodyLimit,
		Rates:     httpapi.Rates{User: a.cfg.RateUser, Key: a.cfg.RateKey, Anonymous: a.cfg.RateAnonymous},
		ProxyHops: a.cfg.ProxyHops, Providers: found, Sentences: frontend.Problems, Frontend: a.front,
		MetricsToken: string(a.cfg.MetricsToken), Now: a.now, Stopping: a.stopping,
		Checks: []httpapi.Check{
			{Name: "serving", Ask: a.serving}, {Name: "postgres", Ask: a.Store.Ping}, {Name: "files", Ask: a.Files.Ping},
		},
	}
	if a.spans != nil {
		d.Tracing = a.spans
	}
	handler, err := httpapi.New(d)
	if err != nil {
		return err
	}
	a.server = &http.Server{
		Handler: handler, ReadHeaderTimeout: 10 * time.Second, IdleTimeout: 2 * time.Minute, MaxHeaderBytes: 64 << 10,
		ErrorLog: slog.NewLogLogger(a.log.Handler(), slog.LevelDebug),
	}
	return nil
}

// public is how browsers reach this server.
func (a *App) public() *url.URL {
	if u, err := url.Parse(a.cfg.PublicURL); err == nil && a.cfg.PublicURL != "" {
		return u
	}
	return &url.URL{Scheme: "http", Host: a.listener.Addr().String()}
}

func (a *App) serving(context.Context) error {
	if a.leaving.Load() {
		return errors.New("this server is stopping")
	}
	return nil
}

// URL is where the program answers.
func (a *App) URL() string { return "http://" + a.listener.Addr().String() }

// Run takes requests and works the queue until ctx ends or serving fails, then stops
// in order: no new requests, streams end, requests and jobs in hand finish, within 10 s.
func (a *App) Run(ctx context.Context) error {
	served := make(chan error, 1)
	go func() { served <- a.server.Serve(a.listener) }()
	_, _ = fmt.Fprintf(a.out, "klausul ready at %s\n", a.URL()) // nobody may be reading
	if !a.noJobs {
		if err := a.startJobs(ctx); err != nil && ctx.Err() == nil { // not when told to stop meanwhile
			return errors.Join(err, a.finish())
		}
	}
	var err error
	select {
	case err = <-served:
	case <-ctx.Done():
	}
	return errors.Join(err, a.finish())
}

func (a *App) startJobs(ctx context.Context) error {
	if a.stores.own != nil && a.stores.own.Owner() && a.cfg.EmbeddedDatabase() {
		n, err := jobs.TakeUp(ctx, a.Store)
		if err != nil {
			return fmt.Errorf("take up the jobs of the last run: %w", err)
		}
		if n > 0 {
			a.log.Info("jobs of the last run taken up", "jobs", n)
		}
	}
	return a.runner.Start(ctx)
}

func (a *App) finish() error {
	a.leaving.Store(true)
	a.stop()
	ctx, cancel := context.WithTimeout(context.Background(), stopRuns)
	defer cancel()
	web := make(chan error, 1)
	go func() {
		err := a.server.Shutdown(ctx)
		if err != nil {
			err = a.server.Close()
		}
		web <- err
	}()
	var err error
	if !a.noJobs {
		err = a.runner.Stop(ctx)
	}
	return errors.Join(<-web, err)
}

// Close gives everything back: connections, and the embedded stores if this process owns them.
func (a *App) Close() error {
	a.stop()
	var errs []error
	if a.spans != nil {
		ctx, cancel := context.WithTimeout(context.Background(), 2*time.Second)
		defer cancel()
		if err := a.spans.Shutdown(ctx); err != nil {
			a.log.Warn("the last traces were not delivered")
		}
	}
	if a.server != nil {
		errs = append(errs, a.server.Close())
	}
	if a.listener != nil {
		if err := a.listener.Close(); !errors.Is(err, net.ErrClosed) {
			errs = append(errs, err)
		}
	}
	if a.Store != nil {
		a.Store.Close()
	}
	if a.stores != nil {
		errs = append(errs, a.stores.close())
	}
	return errors.Join(errs...)
}
