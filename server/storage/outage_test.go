package storage_test

import (
	"context"
	"errors"
	"log/slog"
	"sync"
	"syscall"
	"testing"
	"time"

	"klausul/server/access"
	"klausul/server/embedded"
	"klausul/server/storage"
)

// ownServer is a migrated PostgreSQL for this test alone: one that it may break.
func ownServer(t *testing.T) *embedded.Stores {
	t.Helper()
	ctx := t.Context()
	stores, err := embedded.Temporary(ctx, embedded.Options{Postgres: true, Settings: map[string]string{
		"fsync": "on", "synchronous_commit": "on", "full_page_writes": "on"}})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := stores.Stop(context.WithoutCancel(ctx)); err != nil {
			t.Error(err)
		}
	})
	if err := storage.Bootstrap(ctx, stores.DSN("postgres", "postgres"), "klausul"); err != nil {
		t.Fatal(err)
	}
	if err := storage.Migrate(ctx, stores.DSN(storage.Admin, "klausul"), slog.New(slog.DiscardHandler)); err != nil {
		t.Fatal(err)
	}
	return stores
}

// PostgreSQL is killed while many write. Nobody gets anything but a plain refusal,
// what was reported as written is there, what was refused is not, and the store
// finds back by itself.
func TestOutageUnderLoad(t *testing.T) {
	t.Parallel()
	ctx := t.Context()
	stores := ownServer(t)
	store, err := storage.Open(ctx, storage.Config{MaxConns: 4, URL: func(l access.Login) string { return stores.DSN(string(l), "klausul") }})
	if err != nil {
		t.Fatal(err)
	}
	defer store.Close()

	job := access.System("test.outage")
	var mu sync.Mutex
	outcome := map[string]string{} // request -> written, refused, unknown
	refused := 0
	stop := make(chan struct{})
	var writers sync.WaitGroup
	for w := range 6 {
		writers.Go(func() {
			for n := 0; ; n++ {
				select {
				case <-stop:
					return
				default:
				}
				request := string(rune('a'+w)) + time.Now().Format("150405.000000000")
				err := store.Write(storage.WithRequest(ctx, request), job, "test.outage", func(tx *storage.Tx) error {
					tx.Enqueue(remind{Accession: int64(n)})
					return tx.DB().Exec("select count(*) from river_job").Error
				})
				mu.Lock()
				switch {
				case err == nil:
					outcome[request] = "written"
				case errors.Is(err, storage.ErrUnavailable):
					outcome[request] = "refused"
					refused++
				case errors.Is(err, storage.ErrOutcomeUnknown):
					outcome[request] = "unknown"
				default:
					t.Errorf("a writer got %v", err)
				}
				mu.Unlock()
			}
		})
	}
	for _, signal := range []syscall.Signal{syscall.SIGINT, syscall.SIGQUIT} { // a fast shutdown, then a crash
		time.Sleep(300 * time.Millisecond)
		if err := syscall.Kill(stores.PIDs()["postgres"], signal); err != nil {
			t.Fatal(err)
		}
		wait(t, "a refusal", func() bool { mu.Lock(); defer mu.Unlock(); return refused > 0 })
		wait(t, "PostgreSQL to answer again", func() bool { return store.Ping(ctx) == nil })
		mu.Lock()
		refused = 0
		mu.Unlock()
	}
	time.Sleep(200 * time.Millisecond)
	close(stop)
	writers.Wait()

	seen := map[string]bool{}
	err = store.Read(ctx, job, func(tx *storage.Tx) error {
		var found []string
		if err := tx.DB().Raw("select request from audit_event").Scan(&found).Error; err != nil {
			return err
		}
		for _, r := range found {
			seen[r] = true
		}
		return nil
	})
	if err != nil {
		t.Fatalf("after the outages: %v", err)
	}
	tally := map[string]int{}
	for request, what := range outcome {
		tally[what]++
		if what == "written" && !seen[request] {
			t.Errorf("%s was reported as written and is gone", request)
		}
		if what == "refused" && seen[request] {
			t.Errorf("%s was refused and is there", request)
		}
	}
	t.Log(tally)
	if tally["written"] == 0 || tally["refused"] == 0 {
		t.Errorf("the test met no outage: %v", tally)
	}
	for _, login := range access.Logins {
		if n := store.Pool(login).Stat().AcquiredConns(); n != 0 {
			t.Errorf("%d connections of %s were not given back", n, login)
		}
	}
}

// wait polls until ok, for at most a minute.
func wait(t *testing.T, what string, ok func() bool) {
	t.Helper()
	for end := time.Now().Add(time.Minute); !ok(); time.Sleep(5 * time.Millisecond) {
		if time.Now().After(end) {
			t.Fatalf("waited in vain for %s", what)
		}
	}
}

func TestUnavailableWhenNobodyListens(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	store := h.Open(nil)
	h.cut(t, false)
	defer h.cut(t, true)
	err := store.Write(t.Context(), h.office, "test", func(*storage.Tx) error { t.Error("fn ran"); return nil })
	if !errors.Is(err, storage.ErrUnavailable) {
		t.Errorf("write: %v", err)
	}
	if _, err := storage.Select[struct{ ID int32 }](t.Context(), store, h.office, storage.List("select id from vendor")); !errors.Is(err, storage.ErrUnavailable) {
		t.Errorf("select: %v", err)
	}
	if _, err := store.Whoami(t.Context(), h.office.Actor().Token); !errors.Is(err, storage.ErrUnavailable) {
		t.Errorf("whoami: %v", err)
	}
	if err := store.Ping(t.Context()); !errors.Is(err, storage.ErrUnavailable) {
		t.Errorf("ping: %v", err)
	}
}

// cut opens or shuts the test's database and ends every connection to it.
func (h house) cut(t *testing.T, open bool) {
	t.Helper()
	super := h.Conn("postgres")
	// A superuser may still come in, so the door is shut by a limit of no connections.
	limit := "0"
	if open {
		limit = "-1"
	}
	if _, err := super.Exec(t.Context(), "do $$ begin execute format('alter database %I connection limit "+limit+"', current_database()); end $$"); err != nil {
		t.Fatal(err)
	}
	if _, err := super.Exec(t.Context(), "select pg_terminate_backend(pid) from pg_stat_activity where datname = current_database() and pid <> pg_backend_pid() and usename like 'klausul%'"); err != nil {
		t.Fatal(err)
	}
}
