package bench

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"net/http"
	"os"
	"os/exec"
	"os/user"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"time"

	"github.com/jackc/pgx/v5"

	"klausul/server/app/seed"
	"klausul/server/embedded"
)

// openStart compares the start of the whole product on the demo register with the
// start of a PostgreSQL on a copy of the same data.
func openStart(ctx context.Context, w *world) (pair, error) {
	dir, err := w.data(ctx, seed.Demo)
	if err != nil {
		return pair{}, err
	}
	if _, err := startProduct(ctx, dir); err != nil { // buckets, queue, caches of the disk
		return pair{}, err
	}
	alone, err := newAlone(ctx, dir)
	if err != nil {
		return pair{}, err
	}
	if _, err := alone.start(ctx); err != nil {
		return pair{}, errors.Join(err, alone.remove())
	}
	return pair{
		ours:  settled(func(ctx context.Context) (float64, error) { return startProduct(ctx, dir) }),
		other: settled(alone.start),
		close: alone.remove,
	}, nil
}

// settled waits first, so that nothing of what was stopped before is still on its way out.
func settled(measure func(context.Context) (float64, error)) func(context.Context) (float64, error) {
	return func(ctx context.Context) (float64, error) {
		time.Sleep(500 * time.Millisecond)
		return measure(ctx)
	}
}

func milliseconds(d time.Duration) float64 { return float64(d.Microseconds()) / 1000 }

// startProduct starts the program as its own process and returns the milliseconds
// until it has answered a request. The process has ended when it returns.
func startProduct(ctx context.Context, dir string) (took float64, err error) {
	program, err := os.Executable()
	if err != nil {
		return 0, err
	}
	cmd := exec.CommandContext(ctx, program, "serve")
	cmd.Env = []string{"PATH=" + os.Getenv("PATH"), "HOME=" + os.Getenv("HOME"), "PG_BIN_DIR=" + os.Getenv("PG_BIN_DIR"),
		"KLAUSUL_DATA_DIR=" + dir, "KLAUSUL_ADDR=127.0.0.1:0", "KLAUSUL_DEMO=on", "KLAUSUL_LOG_LEVEL=error"}
	var said strings.Builder
	cmd.Stderr = &said
	cmd.Cancel = func() error { return cmd.Process.Signal(syscall.SIGTERM) }
	out, err := cmd.StdoutPipe()
	if err != nil {
		return 0, err
	}
	started := time.Now()
	if err := cmd.Start(); err != nil {
		return 0, err
	}
	took, err = answered(ctx, out, started)
	if stopping := cmd.Process.Signal(syscall.SIGTERM); stopping != nil && !errors.Is(stopping, os.ErrProcessDone) {
		err = errors.Join(err, stopping)
	}
	if ended := cmd.Wait(); ended != nil {
		err = errors.Join(err, fmt.Errorf("the product ended: %w: %s", ended, said.String()))
	}
	return took, err
}

// answered reads the ready line, asks for the first page's data and says how long that took.
func answered(ctx context.Context, out io.Reader, started time.Time) (float64, error) {
	line, err := bufio.NewReader(out).ReadString('\n')
	if err != nil {
		return 0, fmt.Errorf("wait for the ready line: %w", err)
	}
	_, address, ok := strings.Cut(strings.TrimSpace(line), "ready at ")
	if !ok {
		return 0, fmt.Errorf("no ready line but %q", line)
	}
	asking, err := http.NewRequestWithContext(ctx, http.MethodGet, address+"/api/v1/session/options", nil)
	if err != nil {
		return 0, err
	}
	client := &http.Client{Transport: &http.Transport{DisableKeepAlives: true}}
	answer, err := client.Do(asking)
	if err != nil {
		return 0, err
	}
	defer answer.Body.Close()
	if _, err := io.Copy(io.Discard, answer.Body); err != nil {
		return 0, err
	}
	took := milliseconds(time.Since(started))
	if answer.StatusCode != http.StatusOK {
		return 0, fmt.Errorf("the first request is answered %s", answer.Status)
	}
	return took, nil
}

// alone is a PostgreSQL that nobody wraps, on a copy of the product's data.
type alone struct {
	dir     string // of the copy and the socket
	data    string
	program string
	as      *syscall.Credential // PostgreSQL refuses root
}

func newAlone(ctx context.Context, dir string) (_ *alone, err error) {
	p := &alone{}
	err = onPostgres(ctx, dir, func(s *embedded.Stores) error {
		p.program = filepath.Join(s.PostgresBin(), "postgres")
		return nil
	})
	if err != nil {
		return nil, err
	}
	from, err := filepath.Glob(filepath.Join(dir, "pg[0-9]*"))
	if err != nil || len(from) != 1 {
		return nil, errors.Join(err, fmt.Errorf("%d PostgreSQL data folders in %s", len(from), dir))
	}
	if p.dir, err = os.MkdirTemp("", "klausul-bench-"); err != nil {
		return nil, err
	}
	p.data = filepath.Join(p.dir, "data")
	if err := p.fill(from[0]); err != nil {
		return nil, errors.Join(err, p.remove())
	}
	return p, nil
}

func (p *alone) fill(from string) error {
	if err := copyTree(from, p.data); err != nil {
		return err
	}
	if os.Geteuid() != 0 {
		return nil
	}
	p.as = &syscall.Credential{Uid: 65534, Gid: 65534}
	if u, err := user.Lookup("postgres"); err == nil {
		uid, err1 := strconv.ParseUint(u.Uid, 10, 32)
		gid, err2 := strconv.ParseUint(u.Gid, 10, 32)
		if err := errors.Join(err1, err2); err != nil {
			return err
		}
		p.as = &syscall.Credential{Uid: uint32(uid), Gid: uint32(gid)}
	}
	return filepath.WalkDir(p.dir, func(name string, _ fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		return os.Chown(name, int(p.as.Uid), int(p.as.Gid))
	})
}

// start returns the milliseconds until PostgreSQL has answered a query. It has ended when start returns.
func (p *alone) start(ctx context.Context) (took float64, err error) {
	cmd := exec.CommandContext(ctx, p.program, "-D", p.data, "-k", p.dir, "-c", "listen_addresses=", "-c", "max_connections=100")
	cmd.Dir, cmd.Env = "/", []string{"PATH=" + os.Getenv("PATH"), "LC_ALL=C", "TZ=UTC"}
	if p.as != nil {
		cmd.SysProcAttr = &syscall.SysProcAttr{Credential: p.as}
	}
	var said strings.Builder
	cmd.Stderr = &said
	cmd.Cancel = func() error { return cmd.Process.Signal(syscall.SIGINT) }
	started := time.Now()
	if err := cmd.Start(); err != nil {
		return 0, err
	}
	err = p.ask(ctx)
	took = milliseconds(time.Since(started))
	if stopping := cmd.Process.Signal(syscall.SIGINT); stopping != nil && !errors.Is(stopping, os.ErrProcessDone) {
		err = errors.Join(err, stopping)
	}
	if ended := cmd.Wait(); ended != nil {
		err = errors.Join(err, fmt.Errorf("PostgreSQL ended: %w: %s", ended, said.String()))
	}
	return took, err
}

// ask tries until a query is answered.
func (p *alone) ask(ctx context.Context) error {
	ctx, cancel := context.WithTimeout(ctx, time.Minute)
	defer cancel()
	for {
		conn, err := pgx.Connect(ctx, "host="+p.dir+" user=postgres dbname=postgres sslmode=disable")
		if err == nil {
			_, err = conn.Exec(ctx, "select 1")
			return errors.Join(err, conn.Close(ctx))
		}
		select {
		case <-ctx.Done():
			return errors.Join(err, ctx.Err())
		case <-time.After(2 * time.Millisecond):
		}
	}
}

func (p *alone) remove() error { return os.RemoveAll(p.dir) }
