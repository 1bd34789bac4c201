package storage

import (
	"context"
	"database/sql"
	"errors"
	"math/rand/v2"
	"strconv"
	"strings"
	"time"

	lru "github.com/hashicorp/golang-lru/v2"
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
	ctx      context.Context
	scope    access.Scope
	action   string
	now      time.Time
	gorm     *gorm.DB
	pgx      pgx.Tx
	conn     pinned
	jobs     []job
	events   []event
	quiet    bool
	audit    []any // arguments of auditSQL, sent with the commit
	auditSQL string
	kept     *lru.Cache[any, any]
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

// Pgx is the same transaction for raw SQL. It cannot be ended by hand.
func (tx *Tx) Pgx() pgx.Tx { return held{tx.pgx} }

// held is a transaction that only Read and Write end.
type held struct{ pgx.Tx }

var errHeld = errors.New("storage: Read and Write end the transaction")

func (held) Commit(context.Context) error   { return errHeld }
func (held) Rollback(context.Context) error { return errHeld }

// pinned lets GORM query on the connection that already carries our transaction,
// and nothing more: without BeginTx, GORM refuses to open one of its own.
type pinned struct{ c *sql.Conn }

// errBusy is a mistake in fn. database/sql would take it for a broken connection, and
// wait for ever for the open rows before closing it.
var errBusy = errors.New("storage: close the rows before the next statement")

// free tells whether the connection is ours and can take a statement. database/sql
// gives a connection back by itself when a statement finds it broken; from then on it
// must not be touched through pgx either.
func (p pinned) free() error {
	busy := false
	err := p.c.Raw(func(dc any) error { busy = dc.(*stdlib.Conn).Conn().PgConn().IsBusy(); return nil })
	if busy {
		return errBusy
	}
	return err
}

func (p pinned) PrepareContext(ctx context.Context, q string) (*sql.Stmt, error) {
	if err := p.free(); err != nil {
		return nil, err
	}
	return p.c.PrepareContext(ctx, q)
}

func (p pinned) ExecContext(ctx context.Context, q string, a ...any) (sql.Result, error) {
	if err := p.free(); err != nil {
		return nil, err
	}
	return p.c.ExecContext(ctx, q, a...)
}

func (p pinned) QueryContext(ctx context.Context, q string, a ...any) (*sql.Rows, error) {
	if err := p.free(); err != nil {
		return nil, err
	}
	return p.c.QueryContext(ctx, q, a...)
}

func (p pinned) QueryRowContext(ctx context.Context, q string, a ...any) *sql.Row {
	return p.c.QueryRowContext(ctx, q, a...)
}

// Read runs fn in a read-only transaction in which only the scope's rows exist. fn may run again.
func (s *Store) Read(ctx context.Context, scope access.Scope, fn func(*Tx) error) error {
	return s.retry(ctx, func() error {
		return s.inTx(ctx, scope, "", "begin read only", func(tx *Tx) error {
			if err := fn(tx); err != nil {
				return err
			}
			if len(tx.jobs)+len(tx.events) > 0 {
				return errors.New("storage: a read neither enqueues nor records; use Write")
			}
			return nil
		})
	})
}

// Write runs fn in a transaction under a name, as the audit trail should read it
// ("agreement.release"). The audit rows and the jobs fn asked for are added before
// commit, or not at all. fn may run again after a serialisation failure, so it has
// no effect outside its Tx. A write as an organisation that is no member is refused
// by access before it gets here and by row-level security after. When PostgreSQL is
// away the refusal is ErrUnavailable, or ErrOutcomeUnknown if it went during the commit.
// A cancelled ctx stops fn, but not a commit that has begun.
func (s *Store) Write(ctx context.Context, scope access.Scope, action string, fn func(*Tx) error) error {
	if action == "" {
		return errors.New("storage: a write needs a name")
	}
	return s.retry(ctx, func() error {
		return s.inTx(ctx, scope, action, "begin", func(tx *Tx) error {
			if err := fn(tx); err != nil {
				return err
			}
			if err := tx.conn.free(); err != nil { // fn swallowed it
				return err
			}
			if err := s.insertJobs(tx); err != nil {
				return err
			}
			return s.prepareAudit(tx)
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
		return lost(ctx, err, nil)
	}
	defer conn.Close() // back to the pool, which drops it when it is broken or still in a transaction
	ctx, forget := context.WithCancel(ctx)
	defer forget() // closes rows that fn left open: Close would wait for them
	var pc *pgx.Conn
	if err := conn.Raw(func(dc any) error { pc = dc.(*stdlib.Conn).Conn(); return nil }); err != nil {
		return err
	}
	ptx, err := pc.BeginTx(ctx, pgx.TxOptions{BeginQuery: begin})
	if err != nil {
		return lost(ctx, err, pc)
	}
	g := p.gorm.Session(&gorm.Session{NewDB: true, Context: ctx, SkipDefaultTransaction: true})
	tx := &Tx{ctx: ctx, scope: scope, action: action, now: s.now().UTC().Truncate(time.Microsecond), gorm: g, pgx: ptx, conn: pinned{conn}, kept: s.kept}
	g.Statement.ConnPool = tx.conn
	if _, err := ptx.Exec(ctx, sessionSQL, sessionArgs(scope)...); err != nil {
		err = lost(ctx, err, pc)
		tx.rollback(ctx)
		return err
	}
	finished := false
	defer func() {
		if !finished { // fn panicked or ended its goroutine
			tx.rollback(ctx)
		}
	}()
	if err = fn(tx); err == nil {
		err = ctx.Err()
	}
	finished = true
	switch gone := tx.conn.free(); {
	case errors.Is(gone, sql.ErrConnDone) && ctx.Err() == nil:
		return ErrUnavailable.Because(errors.Join(err, gone))
	case errors.Is(gone, sql.ErrConnDone):
		return errors.Join(err, gone)
	case err != nil:
		err = lost(ctx, err, pc)
		tx.rollback(ctx)
		return err
	}
	return tx.commit(ctx, pc)
}

// ending is how long a commit or rollback may take.
const ending = 30 * time.Second

// rollback ends the transaction whatever became of ctx. Its error tells nothing: a
// connection that cannot roll back is thrown away, and the transaction with it.
func (tx *Tx) rollback(ctx context.Context) {
	if tx.conn.free() != nil {
		return
	}
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), ending)
	defer cancel()
	_ = tx.pgx.Rollback(ctx)
}

// commit sends the audit rows and the commit in one message: either both happen or
// neither. A connection that breaks meanwhile leaves the outcome unknown.
func (tx *Tx) commit(ctx context.Context, pc *pgx.Conn) error {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), ending)
	defer cancel()
	var err error
	if tx.audit == nil {
		err = tx.pgx.Commit(ctx)
	} else {
		err = tx.commitAudited(ctx, pc)
	}
	var refused *pgconn.PgError
	if err != nil && pc.IsClosed() && !errors.As(err, &refused) {
		return ErrOutcomeUnknown.Because(err)
	}
	return lost(ctx, err, pc)
}

func (tx *Tx) commitAudited(ctx context.Context, pc *pgx.Conn) error {
	var b pgx.Batch
	b.Queue(tx.auditSQL, tx.audit...)
	b.Queue("commit")
	sent := pc.SendBatch(ctx, &b)
	if _, err := sent.Exec(); err != nil {
		err = errors.Join(unsigned(err), ignoreRefused(sent.Close()))
		tx.rollback(ctx)
		return err
	}
	_, err := sent.Exec()
	return errors.Join(err, ignoreRefused(sent.Close()))
}

// ignoreRefused leaves out what the statement before has said already.
func ignoreRefused(err error) error {
	var pg *pgconn.PgError
	if errors.As(err, &pg) {
		return nil
	}
	return err
}

// lost turns the error of a connection that PostgreSQL ended or never gave, and of
// a server out of disk, memory or connections, into ErrUnavailable. Every other error
// is returned as it is: so is one that ctx caused by cutting the connection.
func lost(ctx context.Context, err error, pc *pgx.Conn) error {
	if err == nil || ctx.Err() != nil || errors.Is(err, ErrOutcomeUnknown) {
		return err
	}
	var connect *pgconn.ConnectError
	var pg *pgconn.PgError
	switch {
	case errors.As(err, &connect), pc != nil && pc.IsClosed(), errors.As(err, &pg) && strings.HasPrefix(pg.Code, "53"):
		return ErrUnavailable.Because(err)
	}
	return err
}

// sessionSQL feeds row-level security: the token for people and keys, the organisation
// for jobs. They are arguments and never part of the text: PostgreSQL shows a login the
// statements of its other connections, and operators keep logs of them.
const sessionSQL = "select set_config('app.session',$1,true),set_config('app.organisation',$2,true)"

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

// retry runs a transaction again, up to three times, after a serialisation failure,
// a deadlock, or a statement that a migration has overtaken. It waits a moment first:
// the loser of a deadlock that began again at once would lock the winner out anew.
func (s *Store) retry(ctx context.Context, run func() error) error {
	for attempt := 1; ; attempt++ {
		err := run()
		if err == nil || attempt == 4 || ctx.Err() != nil || !passing(err) {
			return err
		}
		select {
		case <-ctx.Done():
			return err
		case <-time.After(time.Duration(attempt) * (5*time.Millisecond + rand.N(20*time.Millisecond))):
		}
	}
}

// passing tells an error that the same transaction may not meet again.
func passing(err error) bool {
	var pg *pgconn.PgError
	if !errors.As(err, &pg) {
		return false
	}
	switch pg.Code {
	case "40001", "40P01":
		return true
	case "0A000": // the connection's cached plan is of the columns before a migration; pgx forgets it now
		return pg.Routine == "RevalidateCachedQuery"
	}
	return false
}
