// Package storage is the one door to PostgreSQL.
//
// Read and Write give a use case its transaction, one timestamp, the session that
// row-level security reads, the audit rows and the jobs; nothing else opens a
// transaction. Select answers one list in one round trip. A scope is needed for
// each, and comes only from package access.
package storage

import (
	"context"
	"database/sql"
	"fmt"
	"log/slog"
	"time"

	lru "github.com/hashicorp/golang-lru/v2"
	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"
	"github.com/jackc/pgx/v5/stdlib"
	"github.com/riverqueue/river"
	"github.com/riverqueue/river/riverdriver/riverpgxv5"
	"golang.org/x/sync/errgroup"
	"gorm.io/driver/postgres"
	"gorm.io/gorm"
	"gorm.io/gorm/logger"

	"klausul/server/access"
	"klausul/server/fault"
)

// ErrUnavailable refuses while PostgreSQL is away. Nothing was written.
var ErrUnavailable = fault.New(fault.Unavailable, "storage.unavailable")

// ErrOutcomeUnknown says that PostgreSQL went away while it was committing: the write
// happened whole or not at all, and only looking tells which.
var ErrOutcomeUnknown = fault.New(fault.Unavailable, "storage.outcome_unknown")

// Config says how to reach PostgreSQL as each login.
type Config struct {
	URL      func(login access.Login) string
	MaxConns int32            // per login; 0 = 12
	Now      func() time.Time // nil = the wall clock
	NoAudit  bool             // only for the benchmark that measures what the audit costs
	Log      *slog.Logger
}

// pool is one login's connections, shared by pgx, GORM and River.
type pool struct {
	pgx  *pgxpool.Pool
	sql  *sql.DB
	gorm *gorm.DB
}

// Store is the door. It is safe for use by many goroutines.
type Store struct {
	pools map[access.Login]*pool
	river *river.Client[pgx.Tx] // inserts only; workers are package jobs'
	now   func() time.Time
	audit bool
	log   *slog.Logger
	kept  *lru.Cache[any, any]
}

// Open connects as every serving login and refuses a login that is owner, superuser or BYPASSRLS.
func Open(ctx context.Context, cfg Config) (*Store, error) {
	s := &Store{pools: map[access.Login]*pool{}, kept: newKept(), now: cfg.Now, audit: !cfg.NoAudit, log: cfg.Log}
	if s.now == nil {
		s.now = time.Now
	}
	if s.log == nil {
		s.log = slog.New(slog.DiscardHandler)
	}
	if err := s.connect(ctx, cfg); err != nil {
		s.Close()
		return nil, err
	}
	var err error
	s.river, err = river.NewClient(riverpgxv5.New(s.pools[access.LoginJob].pgx), &river.Config{Logger: slog.New(slog.DiscardHandler)})
	if err != nil {
		s.Close()
		return nil, fmt.Errorf("open the job queue: %w", err)
	}
	return s, nil
}

// connect opens the pools of all logins at once: each waits for a server process to start.
func (s *Store) connect(ctx context.Context, cfg Config) error {
	pools := make([]*pool, len(access.Logins))
	var group errgroup.Group
	for i, login := range access.Logins {
		group.Go(func() (err error) {
			if pools[i], err = openPool(ctx, cfg, login); err != nil {
				return fmt.Errorf("connect to PostgreSQL as %s: %w", login, err)
			}
			return nil
		})
	}
	err := group.Wait()
	for i, login := range access.Logins {
		if pools[i] != nil {
			s.pools[login] = pools[i]
		}
	}
	return err
}

func openPool(ctx context.Context, cfg Config, login access.Login) (*pool, error) {
	pc, err := pgxpool.ParseConfig(cfg.URL(login))
	if err != nil {
		return nil, err
	}
	pc.MaxConns = cfg.MaxConns
	if pc.MaxConns == 0 {
		pc.MaxConns = 12
	}
	if login == access.LoginBoard {
		pc.MaxConns = 3
	}
	pc.ConnConfig.RuntimeParams["application_name"] = string(login)
	pc.ConnConfig.RuntimeParams["timezone"] = "UTC"
	p := &pool{}
	if p.pgx, err = pgxpool.NewWithConfig(ctx, pc); err != nil {
		return nil, err
	}
	if err := harmless(ctx, p.pgx, login); err != nil {
		p.pgx.Close()
		return nil, err
	}
	p.sql = stdlib.OpenDBFromPool(p.pgx)
	p.sql.SetMaxIdleConns(0) // idle ones here would starve the pool that River and Select share
	p.gorm, err = gorm.Open(postgres.New(postgres.Config{Conn: p.sql}), &gorm.Config{
		SkipDefaultTransaction: true, TranslateError: true, Logger: logger.Discard,
	})
	if err != nil {
		p.pgx.Close()
		return nil, err
	}
	return p, nil
}

// harmless refuses a login that would walk through row-level security, by itself or
// through a role that it is a member of.
func harmless(ctx context.Context, p *pgxpool.Pool, login access.Login) error {
	var user string
	var through, other bool
	err := p.QueryRow(ctx, `select current_user,
		exists (select from pg_roles r where (r.rolsuper or r.rolbypassrls) and pg_has_role(r.oid, 'member'))
		  or exists (select from pg_class c where c.relnamespace = 'public'::regnamespace and pg_has_role(c.relowner, 'member'))
		  or exists (select from pg_database d where d.datname = current_database() and pg_has_role(d.datdba, 'member')),
		exists (select from pg_roles r where r.rolname = any ($1) and r.rolname <> current_user and pg_has_role(r.oid, 'member'))`,
		access.Logins).Scan(&user, &through, &other)
	switch {
	case err != nil:
		return err
	case through:
		return fmt.Errorf("%s is superuser, owner of the database or its tables, or has BYPASSRLS: row-level security would not hold; %s", user, plainRoles)
	case user != string(login):
		return fmt.Errorf("the address is that of %s: its policies are not those of %s; %s", user, login, plainRoles)
	case other:
		return fmt.Errorf("%s is a member of another klausul login and would see what that one sees; %s", user, plainRoles)
	}
	return nil
}

const plainRoles = "give each klausul login its own plain role (klausul migrate --roles prints them)"

// Close ends every connection.
func (s *Store) Close() {
	for _, p := range s.pools {
		if p.sql != nil {
			_ = p.sql.Close()
		}
		p.pgx.Close()
	}
}

// Pool is the connection pool of a login: for River's workers and the metrics.
func (s *Store) Pool(login access.Login) *pgxpool.Pool { return s.pools[login].pgx }

// Now is the store's clock.
func (s *Store) Now() time.Time { return s.now() }

// Ping tells whether PostgreSQL answers.
func (s *Store) Ping(ctx context.Context) error {
	if err := s.pools[access.LoginJob].pgx.Ping(ctx); err != nil {
		return ErrUnavailable.Because(err)
	}
	return nil
}

func (s *Store) pool(scope access.Scope) (*pool, error) {
	if !scope.Valid() {
		return nil, fault.ErrUnauthenticated
	}
	return s.pools[scope.Login()], nil
}
