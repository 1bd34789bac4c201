package storage_test

import (
	"context"
	"errors"
	"fmt"
	"runtime"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/jackc/pgx/v5/pgconn"
	"gorm.io/gorm"

	"klausul/server/access"
	"klausul/server/fault"
	"klausul/server/storage"
	"klausul/server/storage/storagetest"
)

// remind is a job of the tests.
type remind struct {
	Accession int64 `json:"accession"`
}

func (remind) Kind() string { return "test.remind" }

// house is an office user and two members with one system each.
type house struct {
	*storagetest.Env
	office          access.Scope
	viborg, randers int32
	vendor, system  int32
}

func newHouse(t *testing.T) house {
	t.Helper()
	h := house{Env: storagetest.New(t)}
	h.office = h.Scope(access.Lawyer, 0)
	h.viborg, h.randers = h.Member("Viborg Kommune"), h.Member("Randers Kommune")
	h.vendor = h.Vendor("KMD A/S")
	h.system = h.System(h.vendor, "Løn")
	return h
}

func (h house) count(sql string, args ...any) int {
	return storagetest.One[int](h.Env, sql, args...)
}

// addVendor writes by GORM, by pgx, into the audit trail and into the queue.
func addVendor(tx *storage.Tx, name string) error {
	if err := tx.DB().Exec("insert into vendor (name, country) values (?, 'SE')", name).Error; err != nil {
		return err
	}
	var id int32
	if err := tx.Pgx().QueryRow(tx.Context(), "insert into vendor (name, country) values ($1, 'NO') returning id", name+" AS").Scan(&id); err != nil {
		return err
	}
	tx.Record("vendor", id, 0, nil, map[string]string{"name": name})
	tx.Enqueue(remind{Accession: int64(id)})
	return nil
}

func TestWriteCommitsRowsJobsAndAuditTogether(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	ctx := storage.WithRequest(t.Context(), "req-1")
	if err := h.Store.Write(ctx, h.office, "vendor.add", func(tx *storage.Tx) error { return addVendor(tx, "Visma") }); err != nil {
		t.Fatal(err)
	}
	for sql, want := range map[string]int{
		"select count(*) from vendor where name like 'Visma%'":        2,
		"select count(*) from river_job where kind = 'test.remind'":   1,
		"select count(*) from audit_event where role = 'lawyer'":      1,
		"select count(*) from audit_value where value like '%Visma%'": 1,
	} {
		if got := h.count(sql); got != want {
			t.Errorf("%s: %d, want %d", sql, got, want)
		}
	}
	got := storagetest.One[string](h.Env, `select concat_ws(' ', actor_id, role, organisation_id, action, record, record_id = (select max(id)::text from vendor), request,
		commitment = sha256(v.salt || convert_to(v.value, 'UTF8'))) from audit_event join audit_value v on v.id = value_id`)
	if want := fmt.Sprintf("%d lawyer vendor.add vendor t req-1 t", h.office.Actor().User); got != want {
		t.Errorf("audit row is %q, want %q", got, want)
	}
}

func TestWriteThatFailsLeavesNothing(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	refusal := fault.ErrStale.With("field", "name")
	err := h.Store.Write(t.Context(), h.office, "vendor.add", func(tx *storage.Tx) error {
		if err := addVendor(tx, "Visma"); err != nil {
			return err
		}
		return refusal
	})
	if f, ok := fault.Of(err); !ok || !errors.Is(err, fault.ErrStale) || f.Detail["field"] != "name" {
		t.Errorf("err = %v, want the refusal that fn returned", err)
	}
	h.nothing(t)
}

func (h house) nothing(t *testing.T) {
	t.Helper()
	for _, sql := range []string{
		"select count(*) from vendor where name like 'Visma%'", "select count(*) from river_job",
		"select count(*) from audit_event", "select count(*) from audit_value",
	} {
		if n := h.count(sql); n != 0 {
			t.Errorf("%s: %d rows are left", sql, n)
		}
	}
}

func TestPanicRollsBackAndGivesTheConnectionBack(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	for range 20 { // more than the pool has
		func() {
			defer func() {
				if p := recover(); p != "boom" {
					t.Errorf("recovered %v, want the panic of fn", p)
				}
			}()
			_ = h.Store.Write(t.Context(), h.office, "vendor.add", func(tx *storage.Tx) error {
				if err := addVendor(tx, "Visma"); err != nil {
					t.Error(err)
				}
				panic("boom")
			})
		}()
		gone := make(chan struct{})
		go func() { // what t.FailNow does inside fn
			defer close(gone)
			_ = h.Store.Write(context.Background(), h.office, "vendor.add", func(tx *storage.Tx) error {
				if err := addVendor(tx, "Visma"); err != nil {
					t.Error(err)
				}
				runtime.Goexit()
				return nil
			})
		}()
		<-gone
	}
	h.nothing(t)
	h.idle(t)
}

// idle fails the test when a connection is still out.
func (h house) idle(t *testing.T) {
	t.Helper()
	for _, login := range access.Logins {
		stat := h.Store.Pool(login).Stat()
		for end := time.Now().Add(2 * time.Second); stat.AcquiredConns() > 0 && time.Now().Before(end); stat = h.Store.Pool(login).Stat() {
			time.Sleep(time.Millisecond) // a broken connection is closed in the background
		}
		if n := stat.AcquiredConns(); n != 0 {
			t.Errorf("%d connections of %s were not given back", n, login)
		}
	}
}

func TestTransactionCannotBeNestedOrEnded(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	err := h.Store.Write(t.Context(), h.office, "test", func(tx *storage.Tx) error {
		return tx.DB().Transaction(func(*gorm.DB) error { t.Error("a nested transaction began"); return nil })
	})
	if !errors.Is(err, gorm.ErrInvalidTransaction) {
		t.Errorf("nested GORM transaction: %v, want %v", err, gorm.ErrInvalidTransaction)
	}
	err = h.Store.Write(t.Context(), h.office, "test", func(tx *storage.Tx) error {
		if err := tx.DB().Begin().Error; !errors.Is(err, gorm.ErrInvalidTransaction) {
			t.Errorf("GORM begin: %v", err)
		}
		if err := tx.Pgx().Commit(tx.Context()); err == nil {
			t.Error("fn could commit")
		}
		if err := tx.Pgx().Rollback(tx.Context()); err == nil {
			t.Error("fn could roll back")
		}
		point, err := tx.Pgx().Begin(tx.Context()) // a savepoint is fine
		if err != nil {
			return err
		}
		if _, err := point.Exec(tx.Context(), "insert into vendor (name, country) values ('Visma', 'SE')"); err != nil {
			return err
		}
		return point.Rollback(tx.Context())
	})
	if err != nil {
		t.Fatal(err)
	}
	if n := h.count("select count(*) from vendor where name = 'Visma'"); n != 0 {
		t.Errorf("the savepoint left %d rows", n)
	}
}

func TestReadChangesNothing(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	err := h.Store.Read(t.Context(), h.office, func(tx *storage.Tx) error {
		return tx.DB().Exec("insert into vendor (name, country) values ('Visma', 'SE')").Error
	})
	if code(err) != "25006" {
		t.Errorf("insert in a read: %v, want 25006", err)
	}
	err = h.Store.Read(t.Context(), h.office, func(tx *storage.Tx) error { tx.Enqueue(remind{}); return nil })
	if err == nil || !strings.Contains(err.Error(), "use Write") {
		t.Errorf("job in a read: %v", err)
	}
	err = h.Store.Read(t.Context(), h.office, func(tx *storage.Tx) error { tx.Record("vendor", 1, 0, nil, nil); return nil })
	if err == nil || !strings.Contains(err.Error(), "use Write") {
		t.Errorf("record in a read: %v", err)
	}
	if err := h.Store.Write(t.Context(), h.office, "", func(*storage.Tx) error { return nil }); err == nil {
		t.Error("a write without a name was taken")
	}
	h.nothing(t)
}

func TestNoScopeNoTransaction(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	run := func(*storage.Tx) error { t.Error("fn ran"); return nil }
	if err := h.Store.Read(t.Context(), access.Scope{}, run); !errors.Is(err, fault.ErrUnauthenticated) {
		t.Errorf("read: %v", err)
	}
	if err := h.Store.Write(t.Context(), access.Scope{}, "test", run); !errors.Is(err, fault.ErrUnauthenticated) {
		t.Errorf("write: %v", err)
	}
	if _, err := storage.Select[struct{}](t.Context(), h.Store, access.Scope{}, storage.List("select 1")); !errors.Is(err, fault.ErrUnauthenticated) {
		t.Errorf("select: %v", err)
	}
	if _, err := h.Store.Seal(t.Context(), access.Scope{}); !errors.Is(err, fault.ErrUnauthenticated) {
		t.Errorf("seal: %v", err)
	}
}

func code(err error) string {
	var pg *pgconn.PgError
	if errors.As(err, &pg) {
		return pg.Code
	}
	return fmt.Sprint(err)
}

// Two writers take the same two rows in opposite order; both get through.
func TestWriteRunsAgainAfterADeadlock(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	other := h.Vendor("Netcompany")
	var mu sync.Mutex
	runs := 0
	bothHold := make(chan struct{})
	var holding sync.WaitGroup
	holding.Add(2)
	go func() { holding.Wait(); close(bothHold) }()
	lock := func(first, second int32) error {
		waited := false
		return h.Store.Write(t.Context(), h.office, "vendor.lock", func(tx *storage.Tx) error {
			mu.Lock()
			runs++
			mu.Unlock()
			if err := tx.DB().Exec("update vendor set street = street || 'x' where id = ?", first).Error; err != nil {
				return err
			}
			if !waited {
				waited = true
				holding.Done()
				<-bothHold
			}
			return tx.DB().Exec("update vendor set street = street || 'x' where id = ?", second).Error
		})
	}
	errs := make(chan error, 2)
	go func() { errs <- lock(h.vendor, other) }()
	go func() { errs <- lock(other, h.vendor) }()
	for range 2 {
		if err := <-errs; err != nil {
			t.Errorf("a writer failed: %v", err)
		}
	}
	if runs < 3 {
		t.Errorf("fn ran %d times: there was no deadlock", runs)
	}
	if n := h.count("select count(*) from vendor where street = 'xx'"); n != 2 {
		t.Errorf("%d rows were changed exactly twice, want 2", n)
	}
	if n := h.count("select count(*) from audit_event"); n != 2 {
		t.Errorf("%d audit rows, want 2: the run that was rolled back leaves none", n)
	}
}

// A transaction that asks for serialisable meets another's change and is run again.
func TestWriteRunsAgainAfterASerialisationFailure(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	runs := 0
	err := h.Store.Write(t.Context(), h.office, "vendor.count", func(tx *storage.Tx) error {
		runs++
		if err := tx.DB().Exec("set transaction isolation level repeatable read").Error; err == nil {
			t.Error("isolation was changed after the first statement")
		}
		return &pgconn.PgError{Code: "40001"}
	})
	if runs != 4 || code(err) != "40001" {
		t.Errorf("fn ran %d times and ended with %v, want 4 runs and 40001", runs, err)
	}

	// An operator set another isolation: now another's change after our snapshot is a failure.
	if _, err := h.Conn("postgres").Exec(t.Context(), "do $$ begin execute format('alter database %I set default_transaction_isolation = serializable', current_database()); end $$"); err != nil {
		t.Fatal(err)
	}
	store := h.Open(nil)
	runs = 0
	err = store.Write(t.Context(), h.office, "vendor.count", func(tx *storage.Tx) error {
		if runs++; runs == 1 {
			h.Exec("update vendor set street = street || 'x'")
		}
		return tx.DB().Exec("update vendor set street = street || 'y' where id = ?", h.vendor).Error
	})
	if street := storagetest.One[string](h.Env, "select street from vendor where id = $1", h.vendor); err != nil || runs != 2 || street != "xy" {
		t.Errorf("fn ran %d times and left %q: %v; want 2 runs and xy", runs, street, err)
	}
}

func TestCancelledContext(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	ctx, cancel := context.WithCancel(t.Context())
	time.AfterFunc(50*time.Millisecond, cancel)
	at := time.Now()
	err := h.Store.Write(ctx, h.office, "vendor.add", func(tx *storage.Tx) error {
		if err := addVendor(tx, "Visma"); err != nil {
			return err
		}
		return tx.DB().Exec("select pg_sleep(20)").Error
	})
	if !errors.Is(err, context.Canceled) || errors.Is(err, storage.ErrUnavailable) {
		t.Errorf("err = %v, want the cancellation", err)
	}
	if d := time.Since(at); d > 5*time.Second {
		t.Errorf("it took %s", d)
	}

	ctx, cancel = context.WithCancel(t.Context())
	err = h.Store.Write(ctx, h.office, "vendor.add", func(tx *storage.Tx) error {
		err := addVendor(tx, "Visma")
		cancel() // fn does not look
		return err
	})
	if !errors.Is(err, context.Canceled) {
		t.Errorf("err = %v, want the cancellation", err)
	}
	_, err = storage.Select[struct{}](ctx, h.Store, h.office, storage.List("select id from vendor"))
	if !errors.Is(err, context.Canceled) {
		t.Errorf("select: %v, want the cancellation", err)
	}
	h.nothing(t)
	h.idle(t)
}

func TestErrorsOfStatementsAreNotOutages(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	err := h.Store.Write(t.Context(), h.office, "vendor.add", func(tx *storage.Tx) error {
		return tx.DB().Exec("insert into vendor (name, cvr, number) select name, cvr, number from vendor where id = ?", h.vendor).Error
	})
	if !errors.Is(err, gorm.ErrDuplicatedKey) || errors.Is(err, storage.ErrUnavailable) {
		t.Errorf("a duplicate: %v", err)
	}
	err = h.Store.Read(t.Context(), h.office, func(tx *storage.Tx) error { return tx.DB().Exec("select 1/0").Error })
	if code(err) != "22012" || errors.Is(err, storage.ErrUnavailable) {
		t.Errorf("division by zero: %v", err)
	}
	// An error that fn swallowed must not be committed over.
	err = h.Store.Write(t.Context(), h.office, "vendor.add", func(tx *storage.Tx) error {
		_ = tx.DB().Exec("select 1/0").Error
		return nil
	})
	if err == nil {
		t.Error("a failed transaction was reported as written")
	}
	// Rows left open are a mistake of ours, not of PostgreSQL.
	err = h.Store.Read(t.Context(), h.office, func(tx *storage.Tx) error {
		rows, err := tx.Pgx().Query(tx.Context(), "select generate_series(1, 100000)")
		if err != nil {
			return err
		}
		defer rows.Close()
		_, err = tx.Pgx().Exec(tx.Context(), "select 1")
		return err
	})
	if err == nil || errors.Is(err, storage.ErrUnavailable) {
		t.Errorf("open rows: %v", err)
	}
	err = h.Store.Read(t.Context(), h.office, func(tx *storage.Tx) error {
		rows, err := tx.DB().Raw("select generate_series(1, 100000)").Rows()
		if err != nil {
			return err
		}
		defer rows.Close()
		return tx.DB().Exec("select 1").Error
	})
	if err == nil || !strings.Contains(err.Error(), "close the rows") {
		t.Errorf("open rows of GORM: %v", err)
	}
	err = h.Store.Write(context.WithoutCancel(t.Context()), h.office, "vendor.read", func(tx *storage.Tx) error {
		rows, err := tx.DB().Raw("select generate_series(1, 100000)").Rows()
		if err == nil && !rows.Next() {
			t.Error("no row")
		}
		return err
	})
	if err == nil || errors.Is(err, storage.ErrUnavailable) {
		t.Errorf("rows of GORM left open: %v", err)
	}
	h.idle(t)
}

// The first statement of a connection after a migration may meet a cached plan.
func TestStatementsSurviveAMigration(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	read := func() (n int, err error) {
		err = h.Store.Read(t.Context(), h.office, func(tx *storage.Tx) error {
			var rows []map[string]any
			if err := tx.DB().Raw("select * from vendor").Scan(&rows).Error; err != nil {
				return err
			}
			n = len(rows[0])
			return nil
		})
		return n, err
	}
	type vendor struct {
		ID   int32  `db:"id"`
		Name string `db:"name"`
	}
	list := func() error {
		_, err := storage.Select[vendor](t.Context(), h.Store, h.office, storage.List("select id, name from (select * from vendor) v"))
		return err
	}
	before, err := read()
	if err != nil {
		t.Fatal(err)
	}
	if err := list(); err != nil {
		t.Fatal(err)
	}
	h.Exec("alter table vendor add column lei text")
	h.Exec("alter table vendor alter column id type bigint")
	after, err := read()
	if err != nil || after != before+1 {
		t.Errorf("after the migration: %d columns (%v), want %d", after, err, before+1)
	}
	if err := list(); err != nil {
		t.Errorf("list after the migration: %v", err)
	}
}

func TestTodayIsTheDayInCopenhagen(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	for at, want := range map[string]string{
		"2026-01-31T22:59:59Z": "2026-01-31", "2026-01-31T23:00:00Z": "2026-02-01", // winter, UTC+1
		"2026-06-30T21:59:59Z": "2026-06-30", "2026-06-30T22:00:00Z": "2026-07-01", // summer, UTC+2
	} {
		now, err := time.Parse(time.RFC3339, at)
		if err != nil {
			t.Fatal(err)
		}
		h.Clock.Set(now)
		err = h.Store.Read(t.Context(), h.office, func(tx *storage.Tx) error {
			if got := tx.Today().Format(time.DateOnly); got != want || !tx.Now().Equal(now) {
				t.Errorf("at %s: today %s, now %s, want %s", at, got, tx.Now(), want)
			}
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
	}
}
