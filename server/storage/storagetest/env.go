// Package storagetest gives a test its own migrated database on a real PostgreSQL.
package storagetest

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"

	"klausul/server/access"
	"klausul/server/embedded"
	"klausul/server/storage"
)

// template is the migrated database that every test's own is a copy of.
const template = "klausul_template"

// Env is one test's world: a migrated database that nobody else sees, and the door to it.
type Env struct {
	Store    *storage.Store
	AdminURL string                          // as klausul_admin, the owner of the schema
	SuperURL string                          // as the superuser, for what only an operator may do
	URL      func(login access.Login) string // as a serving login
	Clock    *Clock                          // the Store's; the database keeps its own

	t     testing.TB
	admin *pgxpool.Pool
}

// server is the one PostgreSQL of the test binary. It ends with the process, and
// its directory with it.
var server struct {
	once   sync.Once
	stores *embedded.Stores
	err    error
}

var made struct {
	once sync.Once
	err  error
}

var number atomic.Int64

func start(t testing.TB) *embedded.Stores {
	t.Helper()
	server.once.Do(func() {
		server.stores, server.err = embedded.Temporary(context.Background(), embedded.Options{
			Postgres: true,
			Settings: map[string]string{"max_connections": "400", "deadlock_timeout": "100ms", "shared_buffers": "64MB"},
		})
	})
	if server.err != nil {
		t.Fatalf("start PostgreSQL for the tests: %v", server.err)
	}
	return server.stores
}

// New copies the migrated template for this test and opens the store on it. Both go
// when the test ends. It is safe in parallel tests.
func New(t testing.TB) *Env {
	t.Helper()
	e := NewClosed(t)
	e.Store = e.Open(nil)
	return e
}

// NewClosed is New without an open store, for tests that start the whole program on the database.
func NewClosed(t testing.TB) *Env {
	t.Helper()
	stores := start(t)
	made.once.Do(func() { made.err = makeTemplate(stores) })
	if made.err != nil {
		t.Fatalf("make the migrated template: %v", made.err)
	}
	e := on(t, stores, create(t, "template "+template+" strategy wal_log"))
	var err error
	if e.admin, err = pgxpool.New(t.Context(), e.AdminURL+"&pool_max_conns=3"); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(e.admin.Close)
	return e
}

// Empty makes a database with the logins and nothing in it, for tests of the migration
// itself. options are further words of "create database". Env has no Store.
func Empty(t testing.TB, options string) *Env {
	t.Helper()
	stores := start(t)
	if err := storage.Bootstrap(t.Context(), stores.DSN("postgres", "postgres"), "postgres"); err != nil {
		t.Fatal(err)
	}
	e := on(t, stores, create(t, options))
	var err error
	if e.admin, err = pgxpool.New(t.Context(), e.AdminURL+"&pool_max_conns=3"); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(e.admin.Close)
	return e
}

// Open opens a further store on the test's database; change alters its configuration.
func (e *Env) Open(change func(*storage.Config)) *storage.Store {
	e.t.Helper()
	cfg := storage.Config{URL: e.URL, MaxConns: 6, Now: e.Clock.Now}
	if change != nil {
		change(&cfg)
	}
	s, err := storage.Open(context.WithoutCancel(e.t.Context()), cfg)
	if err != nil {
		e.t.Fatalf("open the store: %v", err)
	}
	e.t.Cleanup(s.Close)
	return s
}

func on(t testing.TB, stores *embedded.Stores, database string) *Env {
	return &Env{
		AdminURL: stores.DSN(storage.Admin, database),
		SuperURL: stores.DSN("postgres", database),
		URL:      func(login access.Login) string { return stores.DSN(string(login), database) },
		Clock:    &Clock{}, t: t,
	}
}

func makeTemplate(stores *embedded.Stores) error {
	ctx, cancel := context.WithTimeout(context.Background(), 2*time.Minute)
	defer cancel()
	if err := storage.Bootstrap(ctx, stores.DSN("postgres", "postgres"), template); err != nil {
		return err
	}
	return storage.Migrate(ctx, stores.DSN(storage.Admin, template), slog.New(slog.DiscardHandler))
}

// create makes a database for the test and drops it at the end, whoever is still connected.
func create(t testing.TB, options string) string {
	t.Helper()
	name := fmt.Sprintf("test_%d", number.Add(1))
	super(t, t.Context(), fmt.Sprintf("create database %s owner %s %s", name, storage.Admin, options))
	t.Cleanup(func() {
		super(t, context.WithoutCancel(t.Context()), "drop database "+name+" with (force)")
	})
	return name
}

func super(t testing.TB, ctx context.Context, statement string) {
	t.Helper()
	conn, err := pgx.Connect(ctx, server.stores.DSN("postgres", "postgres"))
	if err == nil {
		_, err = conn.Exec(ctx, statement)
		err = errors.Join(err, conn.Close(ctx))
	}
	if err != nil {
		t.Fatalf("%s: %v", strings.SplitN(statement, "\n", 2)[0], err)
	}
}

// Clock is the store's clock: the wall clock until it is set.
type Clock struct {
	mu  sync.Mutex
	set time.Time
}

// Now is the time that the store sees.
func (c *Clock) Now() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.set.IsZero() {
		return time.Now()
	}
	return c.set
}

// Set stops the clock at t; the zero time lets it run again.
func (c *Clock) Set(t time.Time) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.set = t
}

// Advance stops the clock and moves it on.
func (c *Clock) Advance(d time.Duration) { c.Set(c.Now().Add(d)) }
