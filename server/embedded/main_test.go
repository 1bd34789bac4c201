package embedded

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"os"
	"os/exec"
	"os/signal"
	"path/filepath"
	"syscall"
	"testing"
	"time"
)

// parentEnv turns the test binary into a program that owns stores, so that
// tests can kill it and run it as other users.
const parentEnv = "EMBEDDED_TEST_PARENT"

// order is what the parent program is told to do.
type order struct {
	Dir       string
	Temporary bool   // use Temporary instead of Dir
	Mount     string // file system to mount on Dir first, such as "tmpfs"
	Size      string // of a tmpfs
	Postgres  bool
	S3        bool
}

// report is what it says when its stores run.
type report struct {
	Dir  string
	DSN  string
	S3   S3Endpoint
	PIDs map[string]int
}

func TestMain(m *testing.M) {
	if text := os.Getenv(parentEnv); text != "" {
		os.Unsetenv(parentEnv)
		os.Exit(parent(text))
	}
	os.Exit(m.Run())
}

// parent runs stores until it is told to stop or its standard input ends.
func parent(text string) int {
	if err := runParent(text); err != nil {
		fmt.Fprintln(os.Stderr, err)
		return 1
	}
	return 0
}

func runParent(text string) error {
	var o order
	if err := json.Unmarshal([]byte(text), &o); err != nil {
		return err
	}
	if o.Mount != "" {
		if err := mount(o.Mount, o.Dir, o.Size); err != nil {
			return fmt.Errorf("mount: %w", err)
		}
	}
	ctx, stop := signal.NotifyContext(context.Background(), syscall.SIGTERM)
	defer stop()
	start := Start
	if o.Temporary {
		start = Temporary
	}
	s, err := start(ctx, Options{Dir: o.Dir, Postgres: o.Postgres, S3: o.S3})
	if err != nil {
		return err
	}
	if err := json.NewEncoder(os.Stdout).Encode(report{s.dir, s.DSN("postgres", "postgres"), s.S3(), s.PIDs()}); err != nil {
		return err
	}
	go func() { io.Copy(io.Discard, os.Stdin); stop() }()
	<-ctx.Done()
	end, cancel := context.WithTimeout(context.Background(), time.Minute)
	defer cancel()
	return s.Stop(end)
}

// program is a running parent program.
type program struct {
	report
	cmd  *exec.Cmd
	said *bytes.Buffer // on standard error
	in   io.Closer
}

// run starts the parent program; attr may make it another user. The error is
// what it said when it did not get its stores to run.
func run(t *testing.T, o order, attr *syscall.SysProcAttr) (*program, error) {
	t.Helper()
	text, err := json.Marshal(o)
	if err != nil {
		t.Fatal(err)
	}
	p := &program{cmd: exec.Command(binary(t)), said: &bytes.Buffer{}}
	p.cmd.Env = append(os.Environ(), parentEnv+"="+string(text))
	p.cmd.Dir, p.cmd.SysProcAttr, p.cmd.Stderr = "/", attr, p.said
	if p.in, err = p.cmd.StdinPipe(); err != nil {
		t.Fatal(err)
	}
	out, err := p.cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := p.cmd.Start(); err != nil {
		t.Fatal(err)
	}
	if err := json.NewDecoder(out).Decode(&p.report); err != nil {
		p.cmd.Wait()
		return nil, fmt.Errorf("%s", p.said.String())
	}
	t.Cleanup(func() {
		p.cmd.Process.Kill()
		p.cmd.Wait()
	})
	return p, nil
}

func mustRun(t *testing.T, o order, attr *syscall.SysProcAttr) *program {
	t.Helper()
	p, err := run(t, o, attr)
	if err != nil {
		t.Fatal(err)
	}
	return p
}

// stop ends the program in order.
func (p *program) stop(t *testing.T) {
	t.Helper()
	p.in.Close()
	if err := p.cmd.Wait(); err != nil {
		t.Fatalf("stop: %v: %s", err, p.said)
	}
}

// binary is a copy of this test binary that every user may run: the folders of
// `go test` are closed to others.
func binary(t *testing.T) string {
	t.Helper()
	exe, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	if os.Geteuid() != 0 {
		return exe
	}
	to := filepath.Join(openDir(t, 0), "embedded.test")
	if err := os.Link(exe, to); err == nil {
		return to
	}
	text, err := os.ReadFile(exe)
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(to, text, 0o755); err != nil {
		t.Fatal(err)
	}
	return to
}

// openDir is a short temporary directory of a user, below folders that everybody may enter.
func openDir(t *testing.T, uid int) string {
	t.Helper()
	dir, err := os.MkdirTemp("/tmp", "emb")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { os.RemoveAll(dir) })
	if err := os.Chmod(dir, 0o755); err != nil {
		t.Fatal(err)
	}
	if uid != 0 {
		if err := os.Chown(dir, uid, uid); err != nil {
			t.Fatal(err)
		}
	}
	return dir
}

// until waits for something that happens by itself.
func until(t *testing.T, what string, done func() bool) {
	t.Helper()
	for end := time.Now().Add(30 * time.Second); !done(); time.Sleep(5 * time.Millisecond) {
		if time.Now().After(end) {
			t.Fatal("waited in vain until " + what)
		}
	}
}

// alive says whether a process exists and is no zombie.
func alive(pid int) bool {
	if err := syscall.Kill(pid, 0); err != nil && err != syscall.EPERM {
		return false
	}
	out, err := exec.Command("ps", "-o", "stat=", "-p", fmt.Sprint(pid)).Output()
	return err == nil && !bytes.HasPrefix(bytes.TrimSpace(out), []byte("Z"))
}
