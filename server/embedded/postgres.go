package embedded

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"sort"
	"strconv"
	"strings"
	"syscall"
	"time"
)

// postgres is the embedded PostgreSQL of one data directory.
type postgres struct {
	bin       binaries
	dir       string // Options.Dir
	data      string // dir/pg<major>
	sockets   string // 0700, holds the only way in
	child     identity
	throwaway bool
	settings  map[string]string
	log       *slog.Logger
}

// newPostgres chooses the programs and makes sure that the data are theirs.
func newPostgres(dir, sockets string, o Options) (*postgres, error) {
	all, err := findAll()
	if err != nil {
		return nil, err
	}
	bin, err := match(dir, all)
	if err != nil {
		return nil, err
	}
	p := &postgres{bin: bin, dir: dir, data: filepath.Join(dir, "pg"+strconv.Itoa(bin.major)),
		sockets: filepath.Join(sockets, "pg"), throwaway: o.throwaway, settings: o.Settings, log: o.Log}
	if p.child, err = whoRuns(filepath.Join(bin.dir, "postgres"), p.data); err != nil {
		return nil, err
	}
	return p, p.letThrough(filepath.Dir(p.sockets))
}

// match picks the installation for the data that are there, else the best one.
// It refuses to begin an empty database beside data of another version.
func match(dir string, all []binaries) (binaries, error) {
	there, err := majors(dir)
	if err != nil {
		return binaries{}, err
	}
	if len(there) == 0 {
		return all[0], nil
	}
	for _, major := range there {
		for _, b := range all {
			if b.major == major {
				return b, nil
			}
		}
	}
	return binaries{}, &OtherMajor{Data: filepath.Join(dir, "pg"+strconv.Itoa(there[0])), Major: there[0], BinDir: all[0].dir, Found: all[0].major}
}

// OtherMajor says that the data were written by a PostgreSQL that is not here.
type OtherMajor struct {
	Data   string // the data directory
	Major  int    // that wrote it
	BinDir string // the best programs found
	Found  int    // their version
}

func (e *OtherMajor) Error() string {
	return fmt.Sprintf("the data in %s were written by PostgreSQL %d, but the programs in %s are PostgreSQL %d and cannot open them; nothing was touched. "+
		"Install PostgreSQL %d or point PG_BIN_DIR at it; to move to %d, take `klausul backup` with the old version and `klausul restore` with the new one into an empty directory",
		e.Data, e.Major, e.BinDir, e.Found, e.Major, e.Found)
}

// majors lists the versions that have data below dir, newest first, by what
// PG_VERSION says rather than by the name of the folder.
func majors(dir string) ([]int, error) {
	found, _ := filepath.Glob(filepath.Join(dir, "pg[0-9]*", "PG_VERSION"))
	var list []int
	for _, f := range found {
		text, err := os.ReadFile(f)
		if err != nil {
			return nil, fmt.Errorf("read the version of the data: %w", err)
		}
		major, err := strconv.Atoi(strings.TrimSpace(string(text)))
		if err != nil {
			return nil, fmt.Errorf("%s names no version of PostgreSQL: %q", f, strings.TrimSpace(string(text)))
		}
		if name := filepath.Base(filepath.Dir(f)); name != "pg"+strconv.Itoa(major) {
			if strings.HasSuffix(name, ".new") {
				continue // an initdb that was cut off; made anew
			}
			return nil, fmt.Errorf("the folder %s holds data of PostgreSQL %d; rename it to pg%d or move it away", filepath.Dir(f), major, major)
		}
		list = append(list, major)
	}
	sort.Sort(sort.Reverse(sort.IntSlice(list)))
	return list, nil
}

// letThrough opens the way for a child that runs as another user. Its own
// folders stay closed to everybody else.
func (p *postgres) letThrough(sockets string) error {
	if p.child.user == nil {
		return nil
	}
	for _, dir := range []string{p.dir, sockets} {
		if err := os.Chmod(dir, 0o711); err != nil {
			return unwritable(p.dir, err)
		}
	}
	return nil
}

// own makes a 0700 directory that belongs to the child.
func (p *postgres) own(dir string) error {
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return unwritable(p.dir, err)
	}
	if u := p.child.user; u != nil {
		return os.Chown(dir, int(u.Uid), int(u.Gid))
	}
	return nil
}

func (p *postgres) command(name string, args ...string) *exec.Cmd {
	cmd := exec.Command(filepath.Join(p.bin.dir, name), args...)
	cmd.Dir = "/" // the child may not be able to enter ours
	cmd.Env = []string{"PATH=" + os.Getenv("PATH"), "LC_ALL=C", "TZ=UTC"}
	cmd.SysProcAttr = p.child.attr(syscall.SIGINT)
	return cmd
}

// initialise makes the data directory, whole or not at all.
func (p *postgres) initialise() error {
	if _, err := os.Stat(filepath.Join(p.data, "PG_VERSION")); err == nil {
		return nil
	}
	making := p.data + ".new"
	if err := os.RemoveAll(making); err != nil {
		return unwritable(p.dir, err)
	}
	if err := p.own(making); err != nil {
		return err
	}
	// C is the collation of the cluster so that no system update can spoil an
	// index; text that people sort names its ICU collation per column.
	args := []string{"-D", making, "-U", "postgres", "-A", "trust", "-E", "UTF8", "--locale=C"}
	if p.throwaway {
		args = append(args, "--no-sync")
	}
	cmd := p.command("initdb", args...)
	var out bytes.Buffer
	cmd.Stdout, cmd.Stderr = &out, &out
	child, err := launch(cmd)
	if err != nil {
		return fmt.Errorf("run initdb: %w", err)
	}
	<-child.gone
	if child.err != nil {
		os.RemoveAll(making)
		return p.explain(fmt.Errorf("initdb: %w", child.err), out.Bytes())
	}
	if err := os.Rename(making, p.data); err != nil {
		return unwritable(p.dir, err)
	}
	return nil
}

// explain adds what the program said, and for the causes that a person can mend a sentence.
func (p *postgres) explain(err error, said []byte) error {
	switch {
	case bytes.Contains(said, []byte("No space left on device")):
		return unwritable(p.dir, fmt.Errorf("%w: %w: %s", syscall.ENOSPC, err, tail(said)))
	case bytes.Contains(said, []byte("Permission denied")) && p.child.user != nil:
		return fmt.Errorf("PostgreSQL refuses to run as root, and user %d cannot reach %s; start klausul as an ordinary user, or put KLAUSUL_DATA_DIR where that user can go: %w: %s",
			p.child.user.Uid, p.dir, err, tail(said))
	case bytes.Contains(said, []byte("Permission denied")):
		return unwritable(p.dir, fmt.Errorf("%w: %w: %s", os.ErrPermission, err, tail(said)))
	}
	return fmt.Errorf("%w: %s", err, tail(said))
}

// arguments are the settings that hold whatever postgresql.conf says.
func (p *postgres) arguments() []string {
	set := map[string]string{
		"listen_addresses": "", "max_connections": "100", "timezone": "UTC", "log_timezone": "UTC",
		// Statements and DETAIL lines carry people's data; the log must not.
		"log_min_error_statement": "panic", "log_error_verbosity": "terse",
	}
	if p.throwaway {
		set["fsync"], set["synchronous_commit"], set["full_page_writes"] = "off", "off", "off"
	}
	for name, value := range p.settings {
		set[name] = value
	}
	args := []string{"-D", p.data, "-k", p.sockets, "-p", "5432"}
	for name, value := range set {
		args = append(args, "-c", name+"="+value)
	}
	return args
}

// start returns when PostgreSQL takes connections. Recovery after a crash may
// take long; only the end of ctx or of the child cuts it short.
func (p *postgres) start(ctx context.Context) (*process, error) {
	if err := p.own(p.sockets); err != nil {
		return nil, err
	}
	for deadline := time.Now().Add(15 * time.Second); ; {
		if err := p.clearLeftovers(ctx); err != nil {
			return nil, err
		}
		child, err := p.once(ctx)
		// The backends of a postmaster that was killed need a moment to notice.
		if err == nil || !strings.Contains(err.Error(), "shared memory block") || time.Now().After(deadline) {
			return child, err
		}
		select {
		case <-ctx.Done():
			return nil, ctx.Err()
		case <-time.After(100 * time.Millisecond):
		}
	}
}

func (p *postgres) once(ctx context.Context) (*process, error) {
	log, err := openLog(p.dir, "postgres.log")
	if err != nil {
		return nil, err
	}
	defer log.Close()
	from, err := log.Seek(0, 2)
	if err != nil {
		return nil, err
	}
	cmd := p.command("postgres", p.arguments()...)
	cmd.Stdout, cmd.Stderr = log, log
	child, err := launch(cmd)
	if err != nil {
		return nil, fmt.Errorf("run postgres: %w", err)
	}
	if err := p.ready(ctx, child); err != nil {
		return nil, p.explain(err, since(log.Name(), from))
	}
	return child, nil
}

var errEnded = errors.New("postgres ended while starting")

// ready waits until the pid file is of this child and says so.
func (p *postgres) ready(ctx context.Context, child *process) error {
	for {
		pid, state := p.pidFile()
		if pid == child.pid() && state == "ready" {
			return nil
		}
		select {
		case <-ctx.Done():
			return errors.Join(ctx.Err(), p.end(context.Background(), child))
		case <-child.gone:
			return fmt.Errorf("%w: %w", errEnded, child.how())
		case <-time.After(3 * time.Millisecond):
		}
	}
}

// pidFile reads postmaster.pid: the process and its state, 0 when there is none.
func (p *postgres) pidFile() (pid int, state string) {
	text, err := os.ReadFile(filepath.Join(p.data, "postmaster.pid"))
	if err != nil {
		return 0, ""
	}
	lines := strings.Split(string(text), "\n")
	pid, _ = strconv.Atoi(strings.TrimSpace(lines[0])) // 0 while it is being written
	if len(lines) > 7 {
		state = strings.TrimSpace(lines[7])
	}
	return pid, state
}

// clearLeftovers deals with what an owner that was killed left behind. A
// PostgreSQL that still runs on our data is stopped in order; a pid file whose
// number now belongs to something else is removed, since PostgreSQL would take
// that process for its own. We hold the lock, so no klausul owns either.
func (p *postgres) clearLeftovers(ctx context.Context) error {
	pid, _ := p.pidFile()
	if pid == 0 {
		return nil
	}
	signals := []syscall.Signal{syscall.SIGINT, syscall.SIGQUIT, syscall.SIGKILL}
	for i, next := 0, time.Now(); isPostmaster(pid, p.data); {
		if i < len(signals) && !time.Now().Before(next) {
			p.log.Warn("a PostgreSQL without an owner is stopped", "pid", pid, "signal", signals[i].String())
			if err := syscall.Kill(pid, signals[i]); err != nil && !errors.Is(err, syscall.ESRCH) {
				return fmt.Errorf("stop the PostgreSQL (process %d) that still runs on %s: %w", pid, p.data, err)
			}
			i, next = i+1, time.Now().Add(20*time.Second)
		}
		select {
		case <-ctx.Done():
			return fmt.Errorf("wait for the PostgreSQL (process %d) that still runs on %s: %w", pid, p.data, ctx.Err())
		case <-time.After(5 * time.Millisecond):
		}
	}
	if err := os.Remove(filepath.Join(p.data, "postmaster.pid")); err != nil && !errors.Is(err, os.ErrNotExist) {
		return unwritable(p.dir, err)
	}
	return nil
}

// end is a fast shutdown: sessions are cut, data are written out.
func (p *postgres) end(ctx context.Context, child *process) error {
	if err := child.cmd.Process.Signal(syscall.SIGINT); err != nil && !errors.Is(err, os.ErrProcessDone) {
		return err
	}
	if child.wait(ctx) == nil {
		return nil
	}
	if err := child.cmd.Process.Signal(syscall.SIGQUIT); err != nil && !errors.Is(err, os.ErrProcessDone) {
		return err
	}
	hard, cancel := context.WithTimeout(context.Background(), 5*time.Second)
	defer cancel()
	return child.killed(hard)
}

// dsn is the address of a database for a login, over the socket.
func dsn(host, login, db string) string {
	u := url.URL{Scheme: "postgres", User: url.User(login), Path: "/" + db}
	u.RawQuery = url.Values{"host": {host}, "port": {"5432"}, "sslmode": {"disable"}}.Encode()
	return u.String()
}
