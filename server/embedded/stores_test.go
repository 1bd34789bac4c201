package embedded

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/minio/minio-go/v7"
	"github.com/minio/minio-go/v7/pkg/credentials"
)

// both are options for both servers below dir, logging into the test.
func both(t *testing.T, dir string) Options {
	return Options{Dir: dir, Postgres: true, S3: true, Log: slog.New(slog.NewTextHandler(t.Output(), nil))}
}

func mustStart(t *testing.T, o Options) *Stores {
	t.Helper()
	s, err := Start(t.Context(), o)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { s.Stop(context.Background()) })
	return s
}

func mustStop(t *testing.T, s *Stores) {
	t.Helper()
	if err := s.Stop(context.Background()); err != nil {
		t.Fatal(err)
	}
}

// query runs one statement on a connection of its own and returns its first value as text.
func query(dsn, sql string, args ...any) (value string, err error) {
	ctx, cancel := context.WithTimeout(context.Background(), 20*time.Second)
	defer cancel()
	c, err := pgx.Connect(ctx, dsn)
	if err != nil {
		return "", err
	}
	defer c.Close(ctx)
	rows, err := c.Query(ctx, sql, args...)
	if err != nil {
		return "", err
	}
	defer rows.Close()
	if rows.Next() {
		var v any
		if err := rows.Scan(&v); err != nil {
			return "", err
		}
		value = fmt.Sprint(v)
	}
	return value, rows.Err()
}

func mustQuery(t *testing.T, dsn, sql string, args ...any) string {
	t.Helper()
	v, err := query(dsn, sql, args...)
	if err != nil {
		t.Fatalf("%s: %v", sql, err)
	}
	return v
}

func s3Client(t *testing.T, e S3Endpoint) *minio.Client {
	t.Helper()
	c, err := minio.New(e.Host(), &minio.Options{Creds: credentials.NewStaticV4(e.AccessKey, e.SecretKey, ""), Region: e.Region, Transport: e.Transport()})
	if err != nil {
		t.Fatal(err)
	}
	return c
}

// write leaves a row and an object, read finds them again.
func write(t *testing.T, dsn string, e S3Endpoint) {
	t.Helper()
	ctx, c := context.Background(), s3Client(t, e)
	mustQuery(t, dsn, "create table kept (what text)")
	mustQuery(t, dsn, "insert into kept values ('a row')")
	if err := c.MakeBucket(ctx, "kept", minio.MakeBucketOptions{ObjectLocking: true}); err != nil {
		t.Fatal(err)
	}
	if _, err := c.PutObject(ctx, "kept", "an/object", strings.NewReader("bytes"), 5, minio.PutObjectOptions{}); err != nil {
		t.Fatal(err)
	}
}

func read(t *testing.T, dsn string, e S3Endpoint) {
	t.Helper()
	if got := mustQuery(t, dsn, "select string_agg(what, ',') from kept"); got != "a row" {
		t.Fatalf("the table holds %q", got)
	}
	o, err := s3Client(t, e).GetObject(context.Background(), "kept", "an/object", minio.GetObjectOptions{})
	if err != nil {
		t.Fatal(err)
	}
	defer o.Close()
	if text, err := io.ReadAll(o); err != nil || string(text) != "bytes" {
		t.Fatalf("the object holds %q: %v", text, err)
	}
}

func TestStartAndStartAgain(t *testing.T) {
	t.Parallel()
	dir := filepath.Join(openDir(t, os.Geteuid()), "new", "data")
	s := mustStart(t, both(t, dir))
	write(t, s.DSN("postgres", "postgres"), s.S3())
	pids, key := s.PIDs(), s.S3().AccessKey
	if len(pids) != 2 || !alive(pids["postgres"]) || !alive(pids["s3"]) {
		t.Fatalf("processes %v", pids)
	}
	mustStop(t, s)
	if alive(pids["postgres"]) || alive(pids["s3"]) {
		t.Fatalf("processes %v are left", pids)
	}
	if left, _ := filepath.Glob(filepath.Join(dir, "run*")); len(left) != 0 {
		t.Fatalf("sockets are left: %v", left)
	}
	s = mustStart(t, both(t, dir))
	read(t, s.DSN("postgres", "postgres"), s.S3())
	if s.S3().AccessKey != key {
		t.Fatal("the keys of the S3 server changed")
	}
	mustStop(t, s)
}

func TestOnlyOneUserGetsIn(t *testing.T) {
	t.Parallel()
	dir := openDir(t, os.Geteuid())
	dir = filepath.Join(dir, "data")
	s := mustStart(t, both(t, dir))
	defer mustStop(t, s)
	for path, want := range map[string]os.FileMode{
		dir: 0o700 | os.ModeDir, "run": 0o700 | os.ModeDir, "run/pg": 0o700 | os.ModeDir, "pg15": 0, "s3/keys.json": 0o600,
		"run/control": 0o600 | os.ModeSocket, "run/s3": 0o600 | os.ModeSocket, "lock": 0o600, "log/postgres.log": 0o600,
	} {
		if want == 0 {
			path, want = "pg"+fmt.Sprint(s.place.Postgres.Major), 0o700|os.ModeDir
		}
		if !filepath.IsAbs(path) {
			path = filepath.Join(dir, path)
		}
		fi, err := os.Stat(path)
		if err != nil {
			t.Fatal(err)
		}
		if fi.Mode() != want {
			t.Errorf("%s has mode %v, want %v", path, fi.Mode(), want)
		}
	}
	if got := mustQuery(t, s.DSN("postgres", "postgres"), "show listen_addresses"); got != "" {
		t.Errorf("PostgreSQL listens on %q", got)
	}
	if _, err := s3Client(t, S3Endpoint{Socket: s.S3().Socket, AccessKey: s.S3().AccessKey, SecretKey: "wrong", Region: region}).ListBuckets(t.Context()); err == nil {
		t.Error("the S3 server takes any secret key")
	}
}

func TestDanishOrder(t *testing.T) {
	t.Parallel()
	s, err := Temporary(t.Context(), Options{Postgres: true, Settings: map[string]string{"work_mem": "5MB"}})
	if err != nil {
		t.Fatal(err)
	}
	defer mustStop(t, s)
	dsn := s.DSN("postgres", "postgres")
	if got := mustQuery(t, dsn, `select string_agg(n, ' ' order by n collate "da-x-icu") from unnest(array['Ålborg','Ærø','Zahle','Østjylland','Aarhus']) n`); got != "Zahle Ærø Østjylland Ålborg Aarhus" {
		t.Errorf("sorted as %q", got)
	}
	for setting, want := range map[string]string{"server_encoding": "UTF8", "timezone": "UTC", "work_mem": "5MB", "max_connections": "100"} {
		if got := mustQuery(t, dsn, "select current_setting($1)", setting); got != want {
			t.Errorf("%s is %q, want %q", setting, got, want)
		}
	}
	if s.S3() != (S3Endpoint{}) || len(s.PIDs()) != 1 {
		t.Errorf("an S3 server nobody asked for: %v", s.PIDs())
	}
}

func TestPersonalDataStayOutOfTheLog(t *testing.T) {
	t.Parallel()
	s, err := Temporary(t.Context(), Options{Postgres: true})
	if err != nil {
		t.Fatal(err)
	}
	defer mustStop(t, s)
	dsn := s.DSN("postgres", "postgres")
	mustQuery(t, dsn, "create table person (mail text unique)")
	for range 2 {
		_, err = query(dsn, "insert into person values ('karen@eksempel.dk')")
	}
	if err == nil || !strings.Contains(err.Error(), "duplicate key") {
		t.Fatalf("the insert that must fail: %v", err)
	}
	var log []byte
	until(t, "the refusal is logged", func() bool {
		log, err = os.ReadFile(filepath.Join(s.dir, "log", "postgres.log"))
		return err == nil && strings.Contains(string(log), "duplicate key")
	})
	if strings.Contains(string(log), "karen") {
		t.Fatalf("the log holds a mail address:\n%s", log)
	}
}

func TestOneOwner(t *testing.T) {
	t.Parallel()
	dir := openDir(t, os.Geteuid())
	if _, err := Attach(dir); !errors.Is(err, ErrNobody) {
		t.Fatalf("attached to nobody: %v", err)
	}
	o := both(t, dir)
	o.Control = http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { fmt.Fprint(w, "mounted at "+r.URL.Path) })
	owner, err := Open(t.Context(), o)
	if err != nil || !owner.Owner() {
		t.Fatalf("opened as owner %v: %v", owner != nil && owner.Owner(), err)
	}
	write(t, owner.DSN("postgres", "postgres"), owner.S3())

	_, err = Start(t.Context(), both(t, dir))
	var busy *InUse
	if !errors.As(err, &busy) || busy.PID != os.Getpid() || !strings.Contains(err.Error(), "KLAUSUL_DATA_DIR") {
		t.Fatalf("a second owner: %v", err)
	}
	guest, err := Open(t.Context(), both(t, dir))
	if err != nil || guest.Owner() {
		t.Fatalf("a guest: %v", err)
	}
	read(t, guest.DSN("postgres", "postgres"), guest.S3())
	if fmt.Sprint(guest.PIDs()) != fmt.Sprint(owner.PIDs()) {
		t.Errorf("the guest sees %v, the owner %v", guest.PIDs(), owner.PIDs())
	}
	answer, err := guest.ControlClient().Get("http://control/jobs/run")
	if err != nil {
		t.Fatal(err)
	}
	text, err := io.ReadAll(answer.Body)
	if err != nil || string(text) != "mounted at /jobs/run" {
		t.Errorf("the control socket says %q: %v", text, err)
	}
	answer.Body.Close()
	mustStop(t, guest)
	read(t, owner.DSN("postgres", "postgres"), owner.S3()) // the guest stopped nothing
	mustStop(t, owner)
	if _, err := Attach(dir); !errors.Is(err, ErrNobody) {
		t.Fatalf("attached after the end: %v", err)
	}
}

func TestOpenTogether(t *testing.T) {
	t.Parallel()
	dir := openDir(t, os.Geteuid())
	got := make(chan *Stores)
	for range 4 {
		go func() {
			s, err := Open(t.Context(), both(t, dir))
			if err != nil {
				t.Error(err)
			}
			got <- s
		}()
	}
	var owners int
	var owner *Stores
	for range 4 {
		if s := <-got; s != nil && s.Owner() {
			owner, owners = s, owners+1
		}
	}
	if owners != 1 {
		t.Fatalf("%d owners", owners)
	}
	mustStop(t, owner)
}

func TestServersComeBack(t *testing.T) {
	t.Parallel()
	s := mustStart(t, both(t, openDir(t, os.Geteuid())))
	defer mustStop(t, s)
	dsn := s.DSN("postgres", "postgres")
	write(t, dsn, s.S3())
	for _, how := range []syscall.Signal{syscall.SIGKILL, syscall.SIGINT} {
		for _, name := range []string{"postgres", "s3"} {
			old := s.PIDs()[name]
			if err := syscall.Kill(old, how); err != nil {
				t.Fatal(err)
			}
			until(t, name+" runs again after "+how.String(), func() bool { return s.PIDs()[name] != old })
			read(t, dsn, s.S3())
		}
	}
}

func TestLongDirectory(t *testing.T) {
	t.Parallel()
	base := openDir(t, os.Geteuid())
	dir := filepath.Join(base, strings.Repeat("a-rather-long-name/", 6))
	s := mustStart(t, both(t, dir))
	far, ok := farSockets(s.dir)
	if !ok || !strings.HasPrefix(s.DSN("x", "y"), "postgres://x@/y?host=") {
		t.Fatalf("sockets in %q, DSN %s", far, s.DSN("x", "y"))
	}
	write(t, s.DSN("postgres", "postgres"), s.S3())
	guest, err := Attach(dir)
	if err != nil {
		t.Fatal(err)
	}
	read(t, guest.DSN("postgres", "postgres"), guest.S3())
	mustStop(t, s)
	if _, err := os.Stat(far); !errors.Is(err, os.ErrNotExist) {
		t.Fatalf("%s is left: %v", far, err)
	}
}

func TestRunPathIsNotBelieved(t *testing.T) {
	t.Parallel()
	dir, precious := openDir(t, os.Geteuid()), openDir(t, os.Geteuid())
	if err := os.WriteFile(filepath.Join(dir, "run.path"), []byte(precious+"\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	if err := removeSockets(dir); err != nil {
		t.Fatal(err)
	}
	if _, err := os.Stat(precious); err != nil {
		t.Fatalf("a folder that is not ours was removed: %v", err)
	}
}

func TestCancelledStartLeavesNothing(t *testing.T) {
	t.Parallel()
	dir := openDir(t, os.Geteuid())
	for _, after := range []time.Duration{time.Millisecond, 20 * time.Millisecond, 700 * time.Millisecond, 800 * time.Millisecond} {
		ctx, cancel := context.WithTimeout(t.Context(), after)
		s, err := Start(ctx, both(t, dir))
		cancel()
		if err == nil {
			mustStop(t, s)
		}
		if running(dir) {
			t.Fatalf("after %s a PostgreSQL is left", after)
		}
		// The directory is free and whole: the next owner gets it.
		mustStop(t, mustStart(t, both(t, dir)))
	}
}
