package embedded

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
)

// nobody is an ordinary user that every Unix has.
const nobody = 65534

// users are the ways in which klausul is started. As root both are tested;
// an ordinary user can only test itself.
func users() map[string]*syscall.SysProcAttr {
	list := map[string]*syscall.SysProcAttr{"this user": {Setpgid: true}}
	if os.Geteuid() == 0 {
		list["an ordinary user"] = &syscall.SysProcAttr{Setpgid: true, Credential: &syscall.Credential{Uid: nobody, Gid: nobody}}
	}
	return list
}

func userOf(attr *syscall.SysProcAttr) int {
	if attr.Credential != nil {
		return int(attr.Credential.Uid)
	}
	return os.Geteuid()
}

func TestKilledOwner(t *testing.T) {
	t.Parallel()
	for name, attr := range users() {
		for how, target := range map[string]func(pid int) int{
			"kill -9 of the process": func(pid int) int { return pid },
			"kill -9 of its group":   func(pid int) int { return -pid },
		} {
			t.Run(name+"/"+how, func(t *testing.T) {
				t.Parallel()
				o := order{Dir: filepath.Join(openDir(t, userOf(attr)), "data"), Postgres: true, S3: true}
				p := mustRun(t, o, attr)
				write(t, p.DSN, p.S3)
				for range 3 { // killed again and again, each next start has all the data
					if err := syscall.Kill(target(p.cmd.Process.Pid), syscall.SIGKILL); err != nil {
						t.Fatal(err)
					}
					p.cmd.Wait()
					killed := p.PIDs
					p = mustRun(t, o, attr) // at once, while the old servers may still be ending
					read(t, p.DSN, p.S3)
					for server, pid := range killed {
						until(t, server+" of the killed owner is gone", func() bool { return !alive(pid) })
					}
				}
				pids := p.PIDs
				p.stop(t)
				if alive(pids["postgres"]) || alive(pids["s3"]) {
					t.Fatalf("processes %v are left", pids)
				}
			})
		}
	}
}

func TestKilledOwnerLeavesNoProcess(t *testing.T) {
	t.Parallel()
	for name, attr := range users() {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			p := mustRun(t, order{Dir: openDir(t, userOf(attr)), Postgres: true, S3: true}, attr)
			if err := p.cmd.Process.Kill(); err != nil {
				t.Fatal(err)
			}
			p.cmd.Wait()
			for server, pid := range p.PIDs {
				until(t, server+" ends by itself", func() bool { return !alive(pid) })
			}
		})
	}
}

func TestTemporaryGoesWithItsOwner(t *testing.T) {
	t.Parallel()
	for _, how := range []syscall.Signal{syscall.SIGKILL, syscall.SIGTERM} {
		p := mustRun(t, order{Temporary: true, Postgres: true, S3: true}, nil)
		write(t, p.DSN, p.S3)
		if err := p.cmd.Process.Signal(how); err != nil {
			t.Fatal(err)
		}
		p.cmd.Wait()
		until(t, p.Dir+" is removed after "+how.String(), func() bool {
			_, err := os.Stat(p.Dir)
			return errors.Is(err, os.ErrNotExist)
		})
	}
}

func TestDataOfAnotherUser(t *testing.T) {
	t.Parallel()
	if os.Geteuid() != 0 {
		// Only root can reach the data of another user at all.
		if _, err := Start(t.Context(), both(t, "/root/klausul")); err == nil || !strings.Contains(err.Error(), "cannot be written by this user") {
			t.Fatalf("got %v", err)
		}
		return
	}
	o := order{Dir: filepath.Join(openDir(t, nobody), "data"), Postgres: true, S3: true}
	attr := &syscall.SysProcAttr{Credential: &syscall.Credential{Uid: nobody, Gid: nobody}}
	p := mustRun(t, o, attr)
	write(t, p.DSN, p.S3)
	p.stop(t)
	if _, err := run(t, o, nil); err == nil || !strings.Contains(err.Error(), "belongs to user 65534") {
		t.Fatalf("root over the data of nobody: %v", err)
	}
	p = mustRun(t, o, attr)
	read(t, p.DSN, p.S3)
	p.stop(t)
}

// Containers often forbid user namespaces; then root must hand PostgreSQL to
// another user. An ordinary user never needs one.
func TestRootWithoutNamespaces(t *testing.T) {
	t.Parallel()
	dir := openDir(t, os.Geteuid())
	begin := func() (*postgres, *process) {
		run := filepath.Join(dir, "run")
		if err := os.MkdirAll(run, 0o700); err != nil {
			t.Fatal(err)
		}
		p, err := newPostgres(dir, run, both(t, dir))
		if err != nil {
			t.Fatal(err)
		}
		if p.child.namespace {
			p.child = identity{user: plainUser()}
		}
		if err := errors.Join(p.letThrough(run), p.initialise()); err != nil {
			t.Fatal(err)
		}
		child, err := p.start(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		return p, child
	}
	p, child := begin()
	mustQuery(t, dsn(p.sockets, "postgres", "postgres"), "create table kept as select 1 as n")
	if err := p.end(t.Context(), child); err != nil {
		t.Fatal(err)
	}
	p, child = begin() // now the owner of the data decides
	if (os.Geteuid() == 0) != (p.child.user != nil) {
		t.Errorf("runs as %+v", p.child)
	}
	if got := mustQuery(t, dsn(p.sockets, "postgres", "postgres"), "select n from kept"); got != "1" {
		t.Errorf("kept %q", got)
	}
	if err := p.end(t.Context(), child); err != nil {
		t.Fatal(err)
	}
}

func TestLeftovers(t *testing.T) {
	t.Parallel()
	dir := openDir(t, os.Geteuid())
	s := mustStart(t, both(t, dir))
	write(t, s.DSN("postgres", "postgres"), s.S3())
	data := filepath.Join(dir, fmt.Sprintf("pg%d", s.place.Postgres.Major))
	mustStop(t, s)

	t.Run("a pid file whose number belongs to somebody else now", func(t *testing.T) {
		for _, pid := range []int{os.Getpid(), os.Getppid(), 1, 4_000_000} {
			text := fmt.Sprintf("%d\n%s\n1700000000\n5432\n/nowhere\n\n  1  2\nready   \n", pid, data)
			if err := os.WriteFile(filepath.Join(data, "postmaster.pid"), []byte(text), 0o600); err != nil {
				t.Fatal(err)
			}
			s := mustStart(t, both(t, dir))
			read(t, s.DSN("postgres", "postgres"), s.S3())
			mustStop(t, s)
		}
	})
	t.Run("a PostgreSQL without an owner", func(t *testing.T) {
		o := both(t, dir)
		run := filepath.Join(dir, "elsewhere")
		if err := os.Mkdir(run, 0o700); err != nil {
			t.Fatal(err)
		}
		p, err := newPostgres(dir, run, o)
		if err != nil {
			t.Fatal(err)
		}
		orphan, err := p.start(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		s := mustStart(t, o)
		read(t, s.DSN("postgres", "postgres"), s.S3())
		if !orphan.ended() {
			t.Error("the orphan runs beside ours")
		}
		mustStop(t, s)
	})
	t.Run("sockets", func(t *testing.T) {
		for _, name := range []string{"run/control", "run/s3", "run/pg/.s.PGSQL.5432", "run/pg/.s.PGSQL.5432.lock"} {
			if err := os.MkdirAll(filepath.Dir(filepath.Join(dir, name)), 0o700); err != nil {
				t.Fatal(err)
			}
			if err := os.WriteFile(filepath.Join(dir, name), []byte("1\n"), 0o600); err != nil {
				t.Fatal(err)
			}
		}
		s := mustStart(t, both(t, dir))
		read(t, s.DSN("postgres", "postgres"), s.S3())
		mustStop(t, s)
	})
}

func TestHalfMadeDatabase(t *testing.T) {
	t.Parallel()
	dir := openDir(t, os.Geteuid())
	all, err := findAll()
	if err != nil {
		t.Fatal(err)
	}
	half := filepath.Join(dir, fmt.Sprintf("pg%d.new", all[0].major))
	if err := os.MkdirAll(filepath.Join(half, "base"), 0o700); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(half, "PG_VERSION"), []byte(fmt.Sprintln(all[0].major)), 0o600); err != nil {
		t.Fatal(err)
	}
	s := mustStart(t, both(t, dir))
	defer mustStop(t, s)
	write(t, s.DSN("postgres", "postgres"), s.S3())
	if _, err := os.Stat(half); !errors.Is(err, os.ErrNotExist) {
		t.Fatalf("the half is left: %v", err)
	}
}

func TestDirectoriesThatCannotBeUsed(t *testing.T) {
	t.Parallel()
	file := filepath.Join(openDir(t, os.Geteuid()), "file")
	if err := os.WriteFile(file, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	plain, closed := users()["an ordinary user"], "/root"
	if plain == nil {
		plain = users()["this user"]
	}
	small, tiny := openDir(t, os.Geteuid()), openDir(t, os.Geteuid())
	for _, row := range []struct {
		name  string
		order order
		attr  *syscall.SysProcAttr
		says  string
	}{
		{"a file", order{Dir: file, Postgres: true}, nil, "is not a directory"},
		{"below a file", order{Dir: file + "/data", S3: true}, nil, "is not a directory"},
		{"below a folder of root", order{Dir: closed + "/klausul-test", Postgres: true}, plain, "cannot be written by this user"},
		{"a folder of somebody else", order{Dir: "/usr", Postgres: true}, plain, "cannot be written by this user"},
		{"no name", order{Postgres: true}, nil, "KLAUSUL_DATA_DIR"},
		{"a full disk", order{Dir: small, Mount: "tmpfs", Size: "12m", Postgres: true}, privateMounts(), "is full; make room"},
		{"a disk full from the first byte", order{Dir: tiny, Mount: "tmpfs", Size: "8k", Postgres: true, S3: true}, privateMounts(), "is full; make room"},
	} {
		t.Run(row.name, func(t *testing.T) {
			t.Parallel()
			p, err := run(t, row.order, row.attr)
			if err == nil {
				p.stop(t)
				t.Fatal("it started")
			}
			if !strings.Contains(err.Error(), row.says) {
				t.Fatalf("it said: %v", err)
			}
		})
	}
}

func TestFileSystemWithoutAttributes(t *testing.T) {
	t.Parallel()
	dir := openDir(t, os.Geteuid())
	p := mustRun(t, order{Dir: dir, Mount: "ramfs", S3: true}, privateMounts())
	// Its files are visible only inside its mounts; /proc shows them to us.
	inside := fmt.Sprintf("/proc/%d/root%s", p.PIDs["s3"], dir)
	if _, err := os.Stat(inside + "/s3/attributes"); err != nil {
		t.Fatalf("attributes are not kept in files: %v", err)
	}
	endpoint := p.S3
	endpoint.Socket = inside + "/run/s3"
	writeObject(t, endpoint)
	p.stop(t)
}
