package embedded

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"sync/atomic"
	"syscall"
	"time"
)

// place is how to reach running stores: what GET /stores answers.
type place struct {
	PID      int            `json:"pid"` // of the owner
	Postgres *pgPlace       `json:"postgres,omitempty"`
	S3       *S3Endpoint    `json:"s3,omitempty"`
	PIDs     map[string]int `json:"pids"`
}

type pgPlace struct {
	Socket string `json:"socket"` // folder of the socket, the host of a DSN
	Major  int    `json:"major"`
	BinDir string `json:"bin_dir"`
}

// Control is the socket on which the owner of a directory answers the other
// commands of the same user: HTTP, GET /stores for the addresses and whatever
// Mount adds. Only that user can open it, so it asks for no login.
type Control struct {
	server *http.Server
	more   atomic.Pointer[http.Handler]
}

func listen(socket string, s *Stores, more http.Handler) (*Control, error) {
	l, err := net.Listen("unix", socket)
	if err != nil {
		return nil, fmt.Errorf("open the control socket: %w", err)
	}
	if err := os.Chmod(socket, 0o600); err != nil {
		l.Close()
		return nil, fmt.Errorf("close the control socket to others: %w", err)
	}
	c := &Control{}
	c.Mount(more)
	mux := http.NewServeMux()
	mux.HandleFunc("GET /stores", func(w http.ResponseWriter, _ *http.Request) {
		at := s.place
		at.PIDs = s.PIDs()
		w.Header().Set("Content-Type", "application/json")
		if err := json.NewEncoder(w).Encode(at); err != nil {
			s.log.Warn("a command left before it had its answer", "error", err)
		}
	})
	mux.HandleFunc("/", func(w http.ResponseWriter, r *http.Request) {
		if h := c.more.Load(); h != nil {
			(*h).ServeHTTP(w, r)
			return
		}
		http.NotFound(w, r)
	})
	c.server = &http.Server{Handler: mux, ReadHeaderTimeout: 10 * time.Second}
	go func() {
		if err := c.server.Serve(l); !errors.Is(err, http.ErrServerClosed) {
			s.log.Error("the control socket is closed", "error", err)
		}
	}()
	return c, nil
}

// Mount sets the handler for all paths but /stores; nil takes it away.
func (c *Control) Mount(h http.Handler) {
	if h == nil {
		c.more.Store(nil)
		return
	}
	c.more.Store(&h)
}

func (c *Control) close(ctx context.Context) error {
	if err := c.server.Shutdown(ctx); err != nil {
		return errors.Join(fmt.Errorf("close the control socket: %w", err), c.server.Close())
	}
	return nil
}

// Control is the owner's control socket; nil for Stores from Attach.
func (s *Stores) Control() *Control { return s.control }

// ControlClient speaks to the control socket of the owner, whoever that is:
// ask for http://control/<path>.
func (s *Stores) ControlClient() *http.Client { return controlClient(s.dir) }

func controlClient(dir string) *http.Client {
	return &http.Client{Transport: &http.Transport{
		DialContext: func(ctx context.Context, _, _ string) (net.Conn, error) {
			return (&net.Dialer{}).DialContext(ctx, "unix", controlSocket(dir))
		},
		DisableKeepAlives: true,
	}}
}

// ErrNobody says that no process answers for the directory.
var ErrNobody = errors.New("no running klausul answers for this data directory")

// Attach returns the stores that another process runs in dir, without owning
// them. It refuses with ErrNobody when none answers.
func Attach(dir string) (*Stores, error) {
	dir, err := filepath.Abs(dir)
	if err != nil {
		return nil, fmt.Errorf("find the data directory: %w", err)
	}
	client := controlClient(dir)
	client.Timeout = 10 * time.Second
	answer, err := client.Get("http://control/stores")
	switch {
	case errors.Is(err, os.ErrNotExist), errors.Is(err, syscall.ECONNREFUSED), errors.Is(err, syscall.ECONNRESET), errors.Is(err, syscall.ENOTDIR), errors.Is(err, io.EOF):
		return nil, fmt.Errorf("%w (%s)", ErrNobody, dir)
	case err != nil:
		return nil, fmt.Errorf("ask the klausul that runs in %s: %w", dir, err)
	}
	defer answer.Body.Close()
	s := &Stores{dir: dir}
	if answer.StatusCode != http.StatusOK {
		return nil, fmt.Errorf("the klausul that runs in %s answers with %s", dir, answer.Status)
	}
	if err := json.NewDecoder(answer.Body).Decode(&s.place); err != nil {
		return nil, fmt.Errorf("the klausul that runs in %s does not say where its stores are: %w", dir, err)
	}
	return s, nil
}
