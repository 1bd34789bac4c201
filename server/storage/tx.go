package storage

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"strconv"
	"strings"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
	"github.com/jackc/pgx/v5/stdlib"
	"gorm.io/gorm"

	"klausul/server/access"
)

// copenhagen is where legal dates are reckoned.
var copenhagen = func() *time.Location {
	l, err := time.LoadLocation("Europe/Copenhagen")
	if err != nil {
		panic("storage: the time zone data is not linked in: " + err.Error())
	}
	return l
}()

// Tx is one transaction in one scope. It belongs to the goroutine that was given it.
type Tx struct {
	ctx    context.Context
	scope  access.Scope
	action string
	now    time.Time
	gorm   *gorm.DB
	pgx    pgx.Tx
	jobs   []job
	events []event
}

// Scope is the scope the transaction was opened with.
func (tx *Tx) Scope() access.Scope { return tx.scope }

// Context is the request's context.
func (tx *Tx) Context() context.Context { return tx.ctx }

// Now is the transaction's one timestamp.
func (tx *Tx) Now() time.Time { return tx.now }

// Today is the legal date of Now: the day in Europe/Copenhagen, at midnight UTC.
func (tx *Tx) Today() time.Time { return LegalDate(tx.now) }

// DB is GORM on this transaction. It cannot open another one.
func (tx *Tx) DB() *gorm.DB { return tx.gorm }

// Pgx is the same transaction for raw SQL.
func (tx *Tx) Pgx() pgx.Tx { return tx.pgx }

// pinned lets GORM query on the connection that already carries our transaction,
// and nothing more: without BeginTx, GORM refuses to open one of its own.
type pinned struct{ c *sql.Conn }

func (p pinned) PrepareContext(ctx context.Context, q string) (*sql.Stmt, error) {
	return p.c.PrepareContext(ctx, q)
}

func (p pinned) ExecContext(ctx context.Context, q string, a ...any) (sql.Result, error) {
	return p.c.ExecContext(ctx, q, a...)
}

func (p pinned) QueryContext(ctx context.Context, q string, a ...any) (*sql.Rows, error) {
	return p.c.QueryContext(ctx, q, a...)
}

func (p pinned) QueryRowContext(ctx context.Context, q string, a ...any) *sql.Row {
	return p.c.QueryRowContext(ctx, q, a...)
}

// Read runs fn in a read-only transaction in which only the scope's rows exist.
func (s *Store) Read(ctx context.Context, scope access.Scope, fn func(*Tx) error) error {
	return s.retry(ctx, func() error { return s.inTx(ctx, scope, "", "begin read only", fn) })
}

// Write runs fn in a transaction under a name, as the audit trail should read it
// ("agreement.release"). The audit rows and the jobs fn asked for are added before
// commit, or not at all. fn may run again after a serialisation failure, so it has
// no effect outside its Tx. A write as an organisation that is no member is refused
// by access before it gets here and by row-level security after.
func (s *Store) Write(ctx context.Context, scope access.Scope, action string, fn func(*Tx) error) error {
	if action == "" {
		return errors.New("storage: a write needs a name")
	}
	return s.retry(ctx, func() error {
		return s.inTx(ctx, scope, action, "begin", func(tx *Tx) error {
			if err := fn(tx); err != nil {
				return err
			}
			if err := s.insertJobs(tx); err != nil {
				return err
			}
			return s.appendAudit(tx)
		})
	})
}

func (s *Store) inTx(ctx context.Context, scope access.Scope, action, begin string, fn func(*Tx) error) (err error) {
	p, err := s.pool(scope)
	if err != nil {
		return err
	}
	conn, err := p.sql.Conn(ctx)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, conn.Close()) }()
	var pc *pgx.Conn
	if err := conn.Raw(func(dc any) error { pc = dc.(*stdlib.Conn).Conn(); return nil }); err != nil {
		return err
	}
	ptx, err := pc.BeginTx(ctx, pgx.TxOptions{BeginQuery: begin + ";" + sessionSQL(scope)})
	if err != nil {
		return err
	}
	defer func() {
		if p := recover(); p != nil {
			_ = ptx.Rollback(context.WithoutCancel(ctx))
			panic(p)
		}
	}()
	g := p.gorm.Session(&gorm.Session{NewDB: true, Context: ctx, SkipDefaultTransaction: true})
	g.Statement.ConnPool = pinned{conn}
	tx := &Tx{ctx: ctx, scope: scope, action: action, now: s.now().UTC().Truncate(time.Microsecond), gorm: g, pgx: ptx}
	if err := fn(tx); err != nil {
		return errors.Join(err, ignoreClosed(ptx.Rollback(context.WithoutCancel(ctx))))
	}
	return ptx.Commit(ctx)
}

// sessionSQL feeds row-level security: the token for people and keys, the organisation for jobs.
// Tokens are base64url and organisations numbers, so the text needs no parameters
// and travels with begin in one message; anything else reads as no session.
func sessionSQL(scope access.Scope) string {
	if scope.Job() != "" {
		return "select set_config('app.organisation','" + organisationSetting(scope) + "',true),set_config('app.session','',true)"
	}
	return "select set_config('app.session','" + cleanToken(scope.Actor().Token) + "',true),set_config('app.organisation','',true)"
}

func organisationSetting(scope access.Scope) string {
	if o := scope.Own(); o != 0 {
		return strconv.Itoa(int(o))
	}
	return ""
}

func cleanToken(t string) string {
	if strings.IndexFunc(t, func(r rune) bool {
		return (r < 'a' || r > 'z') && (r < 'A' || r > 'Z') && (r < '0' || r > '9') && r != '-' && r != '_'
	}) >= 0 {
		return ""
	}
	return t
}

// retry runs a transaction again after a serialisation failure or a deadlock, up to
// three times, and says ErrUnavailable when PostgreSQL is away.
func (s *Store) retry(ctx context.Context, run func() error) error {
	for attempt := 1; ; attempt++ {
		err := run()
		if err == nil {
			return nil
		}
		var pg *pgconn.PgError
		isPG := errors.As(err, &pg)
		if isPG && (pg.Code == "40001" || pg.Code == "40P01") && attempt < 4 && ctx.Err() == nil {
			continue
		}
		if away(err, pg) && ctx.Err() == nil {
			return ErrUnavailable.Because(err)
		}
		return err
	}
}

// away tells a lost or refused connection from an error of the statement.
func away(err error, pg *pgconn.PgError) bool {
	if pg != nil {
		// 57P01..03: shutting down, crashed, starting up. 53: out of resources (disk full, connections).
		return strings.HasPrefix(pg.Code, "57P0") || strings.HasPrefix(pg.Code, "53") || strings.HasPrefix(pg.Code, "08")
	}
	var connect *pgconn.ConnectError
	return errors.As(err, &connect) || errors.Is(err, sql.ErrConnDone) || pgconn.SafeToRetry(err) || isNetwork(err)
}

func ignoreClosed(err error) error {
	if errors.Is(err, pgx.ErrTxClosed) {
		return nil
	}
	return err
}

// Select runs one statement in the scope, in one round trip, and collects its rows
// by column name. It is for lists: nothing else happens in its transaction.
func Select[T any](ctx context.Context, s *Store, scope access.Scope, q *Query) ([]T, error) {
	p, err := s.pool(scope)
	if err != nil {
		return nil, err
	}
	query, args, err := q.SQL()
	if err != nil {
		return nil, err
	}
	var rows []T
	err = s.retry(ctx, func() error {
		var b pgx.Batch
		b.Queue("select set_config('app.session',$1,true),set_config('app.organisation',$2,true)", sessionArgs(scope)...)
		b.Queue(query, args...)
		res := p.pgx.SendBatch(ctx, &b)
		defer res.Close()
		if _, err := res.Exec(); err != nil {
			return err
		}
		found, err := res.Query()
		if err != nil {
			return err
		}
		rows, err = pgx.CollectRows(found, pgx.RowToStructByName[T])
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("list: %w", err)
	}
	return rows, nil
}

func sessionArgs(scope access.Scope) []any {
	if scope.Job() != "" {
		return []any{"", organisationSetting(scope)}
	}
	return []any{cleanToken(scope.Actor().Token), ""}
}
