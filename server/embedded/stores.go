// Package embedded runs the real PostgreSQL and the real S3 server that klausul
// uses when no external one is configured. Both live below one directory, are
// reached only through unix sockets that other users cannot open, and end with
// the process that started them, however it ends.
//
// One process owns a directory at a time (Start). Others of the same user reach
// the running servers through its control socket (Attach).
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
	"sync"
	"time"

	"golang.org/x/sync/errgroup"
)

// Options say what to run and where.
type Options struct {
	Dir      string            // of all data; made when absent, 0700
	Postgres bool              // run PostgreSQL
	S3       bool              // run the S3 server
	Log      *slog.Logger      // nil: nothing is logged
	Control  http.Handler      // further handlers on the control socket; nil: none. See Mount
	Settings map[string]string // further settings of PostgreSQL, by name

	throwaway bool
}

// Stores are the running servers of one directory.
type Stores struct {
	dir     string
	log     *slog.Logger
	lock    *os.File // nil when another process owns the directory
	pg, s3  *keeper  // nil when not run here
	control *Control
	place   place // how to reach them

	stopping sync.Once
	stopped  error // what Stop returned

	janitor     *process // of a throw-away directory
	janitorPipe io.Closer
}

// Start takes the directory and returns when the servers in it take requests.
// The caller owes a Stop. It refuses with *InUse when another process owns the
// directory and with *OtherMajor when the data are of another PostgreSQL;
// other errors are sentences that say what is wrong with the directory.
func Start(ctx context.Context, o Options) (*Stores, error) {
	if o.Log == nil {
		o.Log = slog.New(slog.DiscardHandler)
	}
	dir, err := prepare(o.Dir)
	if err != nil {
		return nil, err
	}
	s := &Stores{dir: dir, log: o.Log}
	if s.lock, err = lock(dir); err != nil {
		return nil, err
	}
	if err := s.start(ctx, o); err != nil {
		// ctx may be what ended the start; what did start is stopped all the same.
		clearing, cancel := context.WithTimeout(context.WithoutCancel(ctx), 30*time.Second)
		defer cancel()
		return nil, errors.Join(err, s.Stop(clearing))
	}
	return s, nil
}

// prepare makes the directory, closed to other users, and returns its full name.
func prepare(dir string) (string, error) {
	if dir == "" {
		return "", errors.New("the embedded servers need a directory: set KLAUSUL_DATA_DIR")
	}
	dir, err := filepath.Abs(dir)
	if err != nil {
		return "", fmt.Errorf("find the data directory: %w", err)
	}
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return "", unwritable(dir, err)
	}
	real, err := filepath.EvalSymlinks(dir)
	if err != nil {
		return "", unwritable(dir, err)
	}
	return real, nil
}

func (s *Stores) start(ctx context.Context, o Options) error {
	sockets, err := socketDir(s.dir)
	if err != nil {
		return err
	}
	s.place.PID = os.Getpid()
	group, starting := errgroup.WithContext(ctx)
	if o.Postgres {
		group.Go(func() error { return s.startPostgres(starting, sockets, o) })
	}
	if o.S3 {
		group.Go(func() error { return s.startS3(starting, sockets, o) })
	}
	if err := group.Wait(); err != nil {
		return err
	}
	s.control, err = listen(controlSocket(s.dir), s, o.Control)
	return err
}

func (s *Stores) startPostgres(ctx context.Context, sockets string, o Options) error {
	p, err := newPostgres(s.dir, sockets, o)
	if err != nil {
		return err
	}
	if err := p.initialise(); err != nil {
		return err
	}
	k := &keeper{name: "postgres", start: p.start, end: p.end, log: s.log}
	if err := k.begin(ctx); err != nil {
		return fmt.Errorf("start PostgreSQL: %w", err)
	}
	s.pg, s.place.Postgres = k, &pgPlace{Socket: p.sockets, Major: p.bin.major, BinDir: p.bin.dir}
	return nil
}

func (s *Stores) startS3(ctx context.Context, sockets string, o Options) error {
	server, err := newS3(s.dir, sockets)
	if err != nil {
		return err
	}
	k := &keeper{name: "s3", start: server.start, end: server.end, log: s.log}
	if err := k.begin(ctx); err != nil {
		return err
	}
	s.s3, s.place.S3 = k, &server.endpoint
	return nil
}

// DSN is the address of a database for a login, over the unix socket. The
// login "postgres" is the superuser, meant only for making the other logins:
// it sees past row-level security. DSN is empty when PostgreSQL is not run here.
func (s *Stores) DSN(login, db string) string {
	if s.place.Postgres == nil {
		return ""
	}
	return dsn(s.place.Postgres.Socket, login, db)
}

// S3 is how to reach the S3 server; the zero value when it is not run here.
func (s *Stores) S3() S3Endpoint {
	if s.place.S3 == nil {
		return S3Endpoint{}
	}
	return *s.place.S3
}

// Owner says whether this process runs the servers, rather than another that Attach found.
func (s *Stores) Owner() bool { return s.lock != nil }

// PostgresBin is the directory of the server programs in use; empty when PostgreSQL is not run here.
func (s *Stores) PostgresBin() string {
	if s.place.Postgres == nil {
		return ""
	}
	return s.place.Postgres.BinDir
}

// PIDs are the processes of the servers by name ("postgres", "s3").
func (s *Stores) PIDs() map[string]int {
	if !s.Owner() {
		return s.place.PIDs
	}
	pids := map[string]int{}
	for _, k := range []*keeper{s.pg, s.s3} {
		if k != nil {
			pids[k.name] = k.process().pid()
		}
	}
	return pids
}

// Stop ends the servers in order and gives the directory free. When ctx ends
// first they are ended hard; no process is left either way. A second call
// returns what the first did. For Stores from Attach it does nothing to the
// servers.
func (s *Stores) Stop(ctx context.Context) error {
	if s.Owner() {
		s.stopping.Do(func() { s.stopped = s.stop(ctx) })
	}
	return s.stopped
}

func (s *Stores) stop(ctx context.Context) error {
	var errs []error
	if s.control != nil {
		errs = append(errs, s.control.close(ctx))
	}
	for _, k := range []*keeper{s.pg, s.s3} {
		if k != nil {
			errs = append(errs, k.stop(ctx))
		}
	}
	errs = append(errs, removeSockets(s.dir), unlock(s.lock))
	if s.janitor != nil {
		errs = append(errs, s.janitorPipe.Close(), s.janitor.wait(ctx))
	}
	return errors.Join(errs...)
}

// Open attaches to the servers of o.Dir when somebody runs them, else starts
// them. While the owner is only just starting or stopping it waits, as long as
// ctx allows.
func Open(ctx context.Context, o Options) (*Stores, error) {
	for {
		s, err := Attach(o.Dir)
		if err == nil {
			return s, nil
		}
		if !errors.Is(err, ErrNobody) {
			return nil, err
		}
		s, err = Start(ctx, o)
		var busy *InUse
		if !errors.As(err, &busy) {
			return s, err
		}
		select {
		case <-ctx.Done():
			return nil, errors.Join(err, ctx.Err())
		case <-time.After(20 * time.Millisecond):
		}
	}
}

// Temporary starts servers for tests: in a new directory that is removed when
// Stop is called or this process ends, however it ends; and with PostgreSQL
// told not to wait for the disk. o.Dir is ignored.
func Temporary(ctx context.Context, o Options) (*Stores, error) {
	dir, janitor, pipe, err := throwaway()
	if err != nil {
		return nil, fmt.Errorf("make a throw-away directory: %w", err)
	}
	o.Dir, o.throwaway = dir, true
	s, err := Start(ctx, o)
	if err != nil {
		return nil, errors.Join(err, pipe.Close(), janitor.wait(context.WithoutCancel(ctx)))
	}
	s.janitor, s.janitorPipe = janitor, pipe
	return s, nil
}
