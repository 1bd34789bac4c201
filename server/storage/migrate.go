package storage

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"strings"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"
	"github.com/jackc/pgx/v5/stdlib"
	"github.com/pressly/goose/v3"
	"github.com/riverqueue/river/riverdriver/riverpgxv5"
	"github.com/riverqueue/river/rivermigrate"

	"klausul/migrations"
)

// Admin is the login that owns the schema. It serves migrate, backup, restore and verify only.
const Admin = "klausul_admin"

// migrateLock is the advisory lock under which one of many replicas migrates.
const migrateLock = 0x6b6c617573756c02

// RolesSQL makes the five logins and the database, as a superuser, once. It may run again.
// Passwords are set by whoever operates PostgreSQL.
const RolesSQL = `do $$ declare r text; begin
  foreach r in array array['klausul_admin','klausul_member','klausul_office','klausul_board','klausul_job'] loop
    if not exists (select from pg_roles where rolname = r) then
      begin
        execute format('create role %I login nosuperuser nocreatedb nocreaterole nobypassrls', r);
      exception when duplicate_object or unique_violation then null; -- another made it meanwhile
      end;
    end if;
  end loop;
end $$;
`

// Bootstrap makes the logins and the database on a server of our own (embedded, or a test's).
func Bootstrap(ctx context.Context, superURL, database string) error {
	conn, err := pgx.Connect(ctx, superURL)
	if err != nil {
		return fmt.Errorf("connect to PostgreSQL: %w", err)
	}
	defer conn.Close(context.WithoutCancel(ctx))
	if _, err := conn.Exec(ctx, RolesSQL); err != nil {
		return fmt.Errorf("make the logins: %w", err)
	}
	var exists bool
	if err := conn.QueryRow(ctx, "select exists (select from pg_database where datname = $1)", database).Scan(&exists); err != nil {
		return err
	}
	if exists {
		return nil
	}
	if _, err := conn.Exec(ctx, "create database "+pgx.Identifier{database}.Sanitize()+" owner "+Admin); err != nil {
		return fmt.Errorf("make the database: %w", err)
	}
	return nil
}

// Migrate brings the schema up to date: River's tables first, then our files, all
// under one lock, so that any number of replicas may start at once. It refuses a
// server older than 15 or without Danish collation, and warns when the collation's
// version has changed under an existing database (the indexes then need a reindex).
func Migrate(ctx context.Context, adminURL string, log *slog.Logger) error {
	return MigrateTo(ctx, adminURL, log, migrations.FS)
}

// MigrateTo is Migrate with the given files; the upgrade test starts from older ones.
func MigrateTo(ctx context.Context, adminURL string, log *slog.Logger, files fs.FS) error {
	if log == nil {
		log = slog.New(slog.DiscardHandler)
	}
	cfg, err := pgxpool.ParseConfig(adminURL)
	if err != nil {
		return fmt.Errorf("read the address of %s: %w", Admin, err)
	}
	cfg.MaxConns = 6 // the lock, River's and goose's, whatever the address asks for
	pool, err := pgxpool.NewWithConfig(ctx, cfg)
	if err != nil {
		return fmt.Errorf("connect as %s: %w", Admin, err)
	}
	defer pool.Close()
	lock, err := pool.Acquire(ctx)
	if err != nil {
		return fmt.Errorf("connect as %s: %w", Admin, err)
	}
	defer lock.Release()
	if err := waitForLock(ctx, lock.Conn()); err != nil {
		return fmt.Errorf("wait for the migration lock: %w", err)
	}
	defer func() {
		_, _ = lock.Exec(context.WithoutCancel(ctx), "select pg_advisory_unlock($1)", int64(migrateLock))
	}()
	if err := checkServer(ctx, lock.Conn(), log); err != nil {
		return err
	}
	rm, err := rivermigrate.New(riverpgxv5.New(pool), &rivermigrate.Config{Logger: slog.New(slog.DiscardHandler)})
	if err != nil {
		return err
	}
	if upToDate(ctx, lock.Conn(), rm.AllVersions(), files) {
		return nil
	}
	if _, err := rm.Migrate(ctx, rivermigrate.DirectionUp, nil); err != nil {
		return fmt.Errorf("migrate the job queue: %w", err)
	}
	db := stdlib.OpenDBFromPool(pool)
	defer db.Close()
	return up(ctx, db, files, log)
}

// upToDate tells, in one statement, that every migration of River's and of ours has been
// applied: most starts are of a program that has been here before.
func upToDate(ctx context.Context, c *pgx.Conn, queue []rivermigrate.Migration, files fs.FS) bool {
	names, err := fs.Glob(files, "*.sql")
	if err != nil {
		return false
	}
	applied := map[string]bool{}
	rows, err := c.Query(ctx, `select 'queue ' || version from river_migration where line = 'main'
		union all select 'file ' || version_id from goose_db_version where is_applied`)
	if err != nil {
		return false
	}
	found, err := pgx.CollectRows(rows, pgx.RowTo[string])
	if err != nil {
		return false // the tables are not there yet
	}
	for _, name := range found {
		applied[name] = true
	}
	for _, m := range queue {
		if !applied[fmt.Sprintf("queue %d", m.Version)] {
			return false
		}
	}
	for _, name := range names {
		number, _, _ := strings.Cut(name, "_")
		if !applied["file "+number] {
			return false
		}
	}
	return true
}

// waitForLock asks again and again rather than wait inside a statement: a waiting
// statement holds a snapshot, and "create index concurrently" in a migration would
// wait for it for ever.
func waitForLock(ctx context.Context, c *pgx.Conn) error {
	for {
		var mine bool
		if err := c.QueryRow(ctx, "select pg_try_advisory_lock($1)", int64(migrateLock)).Scan(&mine); err != nil || mine {
			return err
		}
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-time.After(50 * time.Millisecond):
		}
	}
}

func up(ctx context.Context, db *sql.DB, files fs.FS, log *slog.Logger) error {
	p, err := goose.NewProvider(goose.DialectPostgres, db, files)
	if err != nil {
		return fmt.Errorf("read migrations: %w", err)
	}
	done, err := p.Up(ctx)
	if err != nil {
		return fmt.Errorf("migrate: %w", err)
	}
	if len(done) > 0 {
		log.Info("migrated", "files", len(done))
	}
	return nil
}

func checkServer(ctx context.Context, c *pgx.Conn, log *slog.Logger) error {
	var major int
	var danish, changed bool
	var encoding string
	err := c.QueryRow(ctx, `select current_setting('server_version_num')::int / 10000,
		exists (select from pg_collation where collname = 'da-x-icu'),
		exists (select from pg_collation where collname = 'da-x-icu' and collversion is distinct from pg_collation_actual_version(oid)),
		current_setting('server_encoding')`).Scan(&major, &danish, &changed, &encoding)
	switch {
	case err != nil:
		return fmt.Errorf("look at the server: %w", err)
	case major < 15:
		return fmt.Errorf("PostgreSQL %d is too old: Klausul needs 15 or newer", major)
	case !danish:
		return errors.New("this PostgreSQL was built without ICU: names could not be sorted as Danish (æ, ø, å last); use a build with ICU")
	case encoding != "UTF8":
		return fmt.Errorf("the database is encoded as %s: Klausul needs UTF8", encoding)
	}
	if changed {
		log.Warn("the Danish collation has a new version: run REINDEX DATABASE and ALTER COLLATION \"da-x-icu\" REFRESH VERSION")
	}
	return nil
}
