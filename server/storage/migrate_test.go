package storage_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"strings"
	"sync"
	"testing"
	"testing/fstest"
	"time"

	"github.com/jackc/pgx/v5"

	"klausul/migrations"
	"klausul/server/access"
	"klausul/server/storage"
	"klausul/server/storage/storagetest"
)

func files(t *testing.T) []string {
	t.Helper()
	names, err := fs.Glob(migrations.FS, "*.sql")
	if err != nil || len(names) == 0 {
		t.Fatalf("no migrations: %v", err)
	}
	return names
}

func applied(e *storagetest.Env) int {
	return storagetest.One[int](e, "select count(*) from goose_db_version where version_id > 0 and is_applied")
}

func TestMigrateFourAtOnce(t *testing.T) {
	t.Parallel()
	e := storagetest.Empty(t, "")
	var all sync.WaitGroup
	for range 4 {
		all.Go(func() {
			if err := storage.Migrate(t.Context(), e.AdminURL, nil); err != nil {
				t.Error(err)
			}
		})
	}
	all.Wait()
	if got, want := applied(e), len(files(t)); got != want {
		t.Errorf("%d files applied, want %d", got, want)
	}
	at := storagetest.One[time.Time](e, "select max(tstamp) from goose_db_version")
	var log bytes.Buffer
	if err := storage.Migrate(t.Context(), e.AdminURL, slog.New(slog.NewTextHandler(&log, nil))); err != nil {
		t.Fatal(err)
	}
	if again := storagetest.One[time.Time](e, "select max(tstamp) from goose_db_version"); !again.Equal(at) || log.Len() != 0 {
		t.Errorf("the second run did something: %s", log.String())
	}
	if _, err := storage.Open(t.Context(), storage.Config{URL: e.URL}); err != nil {
		t.Errorf("open: %v", err)
	}
}

// A replica waits for the one that migrates without holding a snapshot, so that even
// an index that is built concurrently gets through.
func TestMigrateWaitsWithoutBlocking(t *testing.T) {
	t.Parallel()
	e := storagetest.Empty(t, "")
	if err := storage.Migrate(t.Context(), e.AdminURL, nil); err != nil {
		t.Fatal(err)
	}
	more := fstest.MapFS{}
	for _, name := range files(t) {
		text, err := fs.ReadFile(migrations.FS, name)
		if err != nil {
			t.Fatal(err)
		}
		more[name] = &fstest.MapFile{Data: text}
	}
	more["29990101000000_index.sql"] = &fstest.MapFile{Data: []byte("-- +goose NO TRANSACTION\n-- +goose Up\nselect pg_sleep(0.5);\ncreate index concurrently vendor_by_city on vendor (city);\n")}
	ctx, cancel := context.WithTimeout(t.Context(), 30*time.Second)
	defer cancel()
	var all sync.WaitGroup
	for range 3 {
		all.Go(func() {
			if err := storage.MigrateTo(ctx, e.AdminURL+"&pool_max_conns=1", nil, more); err != nil {
				t.Error(err)
			}
		})
	}
	all.Wait()
	if !storagetest.One[bool](e, "select indisvalid from pg_index where indexrelid = 'vendor_by_city'::regclass") {
		t.Error("the index is not valid")
	}
}

func TestMigrateRefuses(t *testing.T) {
	t.Parallel()
	latin := storagetest.Empty(t, "template template0 encoding 'LATIN1' locale 'C'")
	if err := storage.Migrate(t.Context(), latin.AdminURL, nil); err == nil || !strings.Contains(err.Error(), "encoded as LATIN1: Klausul needs UTF8") {
		t.Errorf("LATIN1: %v", err)
	}
	bare := storagetest.Empty(t, "")
	if _, err := bare.Conn("postgres").Exec(t.Context(), "delete from pg_collation where collname = 'da-x-icu'"); err != nil {
		t.Fatal(err)
	}
	if err := storage.Migrate(t.Context(), bare.AdminURL, nil); err == nil || !strings.Contains(err.Error(), "without ICU") {
		t.Errorf("no ICU: %v", err)
	}
	broken := storagetest.Empty(t, "")
	err := storage.MigrateTo(t.Context(), broken.AdminURL, nil, fstest.MapFS{"20260101000000_x.sql": {Data: []byte("-- +goose Up\ncreate table a ();\ncreate table a ();\n")}})
	if code(err) != "42P07" || storagetest.One[bool](broken, "select to_regclass('a') is not null") {
		t.Errorf("a file that fails half way: %v", err)
	}
	// The lock is free again.
	if err := storage.Migrate(t.Context(), broken.AdminURL, nil); err != nil {
		t.Errorf("after the failure: %v", err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if err := storage.Migrate(ctx, bare.AdminURL, nil); !errors.Is(err, context.Canceled) {
		t.Errorf("cancelled: %v", err)
	}
}

func TestMigrateWarnsOfANewCollation(t *testing.T) {
	t.Parallel()
	e := storagetest.Empty(t, "")
	if _, err := e.Conn("postgres").Exec(t.Context(), "update pg_collation set collversion = '1.0' where collname = 'da-x-icu'"); err != nil {
		t.Fatal(err)
	}
	var log bytes.Buffer
	if err := storage.Migrate(t.Context(), e.AdminURL, slog.New(slog.NewTextHandler(&log, nil))); err != nil {
		t.Fatal(err)
	}
	if !strings.Contains(log.String(), "REINDEX") {
		t.Errorf("no warning in %s", log.String())
	}
}

func TestBootstrapTwiceAndTogether(t *testing.T) {
	t.Parallel()
	e := storagetest.Empty(t, "")
	super := e.Conn("postgres")
	for range 2 {
		if _, err := super.Exec(t.Context(), storage.RolesSQL); err != nil {
			t.Fatal(err)
		}
	}
	var name string
	if err := super.QueryRow(t.Context(), "select current_database()").Scan(&name); err != nil {
		t.Fatal(err)
	}
	var all sync.WaitGroup
	for range 4 {
		all.Go(func() {
			if err := storage.Bootstrap(t.Context(), e.SuperURL, name); err != nil {
				t.Error(err)
			}
		})
	}
	all.Wait()
	var plain int
	err := super.QueryRow(t.Context(), "select count(*) from pg_roles where rolname like 'klausul\\_%' and rolcanlogin and not (rolsuper or rolbypassrls or rolcreaterole or rolcreatedb or rolreplication)").Scan(&plain)
	if err != nil || plain != 5 {
		t.Errorf("%d plain logins (%v), want 5", plain, err)
	}
}

// Open takes only logins that row-level security holds. The roles are the server's,
// so each bad one is a role of this test under the address of a good one.
func TestOpenRefusesLoginsThatWouldSeeTooMuch(t *testing.T) {
	t.Parallel()
	e := storagetest.New(t)
	super := e.Conn("postgres")
	for name, c := range map[string]struct{ make, want string }{
		"superuser":            {"create role %s login superuser", "superuser, owner"},
		"bypass":               {"create role %s login bypassrls", "superuser, owner"},
		"in_a_bypass_role":     {"create role %[1]s_group bypassrls; create role %[1]s login in role %[1]s_group", "superuser, owner"},
		"in_the_owners_role":   {"create role %s login in role klausul_admin", "superuser, owner"},
		"noinherit_of_owner":   {"create role %s login noinherit in role klausul_admin", "superuser, owner"},
		"another_klausul_role": {"create role %s login in role klausul_office", "the address is that of"},
		"stranger":             {"create role %s login", "the address is that of"},
	} {
		role := fmt.Sprintf("t%d_%s", time.Now().UnixNano(), name)
		if _, err := super.Exec(t.Context(), fmt.Sprintf(c.make, role)); err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() {
			conn, err := pgx.Connect(context.Background(), e.SuperURL)
			if err != nil {
				t.Error(err)
				return
			}
			defer conn.Close(context.Background())
			if _, err := conn.Exec(context.Background(), fmt.Sprintf("drop role %s; drop role if exists %[1]s_group", role)); err != nil {
				t.Error(err)
			}
		})
		_, err := storage.Open(t.Context(), storage.Config{URL: func(l access.Login) string {
			if l == access.LoginMember {
				return e.URL(access.Login(role))
			}
			return e.URL(l)
		}})
		if err == nil || !strings.Contains(err.Error(), "as klausul_member") || !strings.Contains(err.Error(), c.want) || !strings.Contains(err.Error(), "plain role") {
			t.Errorf("%s: %v, want %q", name, err, c.want)
		}
	}
	for login, want := range map[string]string{"klausul_office": "the address is that of", "klausul_admin": "owner", "postgres": "superuser", "nobody_at_all": "does not exist"} {
		_, err := storage.Open(t.Context(), storage.Config{URL: func(access.Login) string { return e.URL(access.Login(login)) }})
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("all as %s: %v, want %q", login, err, want)
		}
	}
	if _, err := storage.Open(t.Context(), storage.Config{URL: func(access.Login) string { return "postgres://%zz" }}); err == nil {
		t.Error("an address that is none was taken")
	}
}

// A klausul login that was made a member of another one on the server is refused too.
func TestOpenRefusesALoginInsideAnother(t *testing.T) {
	t.Parallel()
	stores := ownServer(t)
	super, err := pgx.Connect(t.Context(), stores.DSN("postgres", "klausul"))
	if err != nil {
		t.Fatal(err)
	}
	defer super.Close(t.Context())
	open := func() error {
		s, err := storage.Open(t.Context(), storage.Config{MaxConns: 2, URL: func(l access.Login) string { return stores.DSN(string(l), "klausul") }})
		if err == nil {
			s.Close()
		}
		return err
	}
	for _, c := range []struct{ do, undo, want string }{
		{"grant klausul_office to klausul_member", "revoke klausul_office from klausul_member", "a member of another klausul login"},
		{"alter role klausul_member bypassrls", "alter role klausul_member nobypassrls", "BYPASSRLS"},
		{"alter table vendor owner to klausul_board", "alter table vendor owner to klausul_admin", "owner of the database or its tables"},
		{"grant klausul_admin to klausul_job", "revoke klausul_admin from klausul_job", "owner of the database or its tables"},
	} {
		if _, err := super.Exec(t.Context(), c.do); err != nil {
			t.Fatal(err)
		}
		if err := open(); err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: %v, want %q", c.do, err, c.want)
		}
		if _, err := super.Exec(t.Context(), c.undo); err != nil {
			t.Fatal(err)
		}
		if err := open(); err != nil {
			t.Fatalf("%s: %v", c.undo, err)
		}
	}
}
