package tests

import (
	"bufio"
	"bytes"
	"errors"
	"flag"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strconv"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"
)

var built struct {
	once sync.Once
	dir  string
	err  error
}

// TestMain runs more tests at once than there are processors, since most of them wait
// for servers that start, stop or recover, and takes the built program away again.
func TestMain(m *testing.M) {
	flag.Parse()
	if err := flag.Set("test.parallel", "4"); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(2)
	}
	code := m.Run()
	if built.dir != "" {
		if err := os.RemoveAll(built.dir); err != nil {
			fmt.Fprintln(os.Stderr, err)
			code = 1
		}
	}
	os.Exit(code)
}

// klausul is the real program, built once.
func klausul(t testing.TB) string {
	t.Helper()
	built.once.Do(func() {
		if built.dir, built.err = os.MkdirTemp("", "klausul-built-"); built.err != nil {
			return
		}
		cmd := exec.Command("go", "build", "-o", filepath.Join(built.dir, "klausul"), "klausul/server")
		var said []byte
		if said, built.err = cmd.CombinedOutput(); built.err != nil {
			built.err = fmt.Errorf("%w: %s", built.err, said)
		}
	})
	if built.err != nil {
		t.Fatalf("build the program: %v", built.err)
	}
	return filepath.Join(built.dir, "klausul")
}

// program is the real program as a process, the leader of a process group of its own.
type program struct {
	t    testing.TB
	cmd  *exec.Cmd
	url  string
	gone chan struct{}
	err  error // how it ended, after gone
	log  *logBook
}

// launch starts the program with settings from the environment; ready waits for it.
func launch(t testing.TB, settings ...string) *program {
	t.Helper()
	p := &program{t: t, gone: make(chan struct{}), log: &logBook{}}
	p.cmd = exec.Command(klausul(t), "serve")
	p.cmd.Env = append([]string{"PATH=" + os.Getenv("PATH"), "HOME=" + t.TempDir(), "KLAUSUL_ADDR=127.0.0.1:0", "KLAUSUL_LOG_LEVEL=warn",
		"KLAUSUL_RATE_USER=1000000", "KLAUSUL_RATE_ANONYMOUS=1000000", "KLAUSUL_LOCK_DAYS=1"}, settings...)
	p.cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true, Pdeathsig: syscall.SIGKILL}
	p.cmd.Stderr = p.log
	out, err := p.cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := p.start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		p.kill()
		if t.Failed() {
			t.Log("the program's log:\n" + p.log.tail())
		}
	})
	address := make(chan string, 1)
	go func() {
		for lines := bufio.NewScanner(out); lines.Scan(); {
			if url, ok := strings.CutPrefix(lines.Text(), "klausul ready at "); ok {
				address <- url
			}
		}
		p.err = p.cmd.Wait()
		close(p.gone)
	}()
	p.await(address)
	return p
}

// start keeps the thread that started the program for as long as it lives: the kernel
// takes the end of that thread for our death.
func (p *program) start() error {
	started := make(chan error)
	go func() {
		runtime.LockOSThread()
		err := p.cmd.Start()
		started <- err
		if err == nil {
			<-p.gone
		}
	}()
	return <-started
}

// await waits for the ready line.
func (p *program) await(address chan string) {
	p.t.Helper()
	select {
	case p.url = <-address:
	case <-p.gone:
		p.t.Fatalf("the program ended: %v\n%s", p.err, p.log.tail())
	case <-time.After(90 * time.Second):
		p.t.Fatalf("the program is not ready after 90 s\n%s", p.log.tail())
	}
}

// kill ends the process alone, as kill -9 does.
func (p *program) kill() { p.signal(p.cmd.Process.Pid, syscall.SIGKILL) }

// killGroup ends every process of its group at once.
func (p *program) killGroup() { p.signal(-p.cmd.Process.Pid, syscall.SIGKILL) }

// stop asks it to end in order and tells how it did.
func (p *program) stop() error {
	p.signal(p.cmd.Process.Pid, syscall.SIGTERM)
	return p.err
}

func (p *program) signal(pid int, s syscall.Signal) {
	p.t.Helper()
	if err := syscall.Kill(pid, s); err != nil && !errors.Is(err, syscall.ESRCH) {
		p.t.Fatal(err)
	}
	select {
	case <-p.gone:
	case <-time.After(30 * time.Second):
		p.t.Fatalf("process %d did not end", pid)
	}
}

// run calls the program with a command and returns what it said and how it ended.
func run(t testing.TB, dir string, command ...string) (string, error) {
	t.Helper()
	cmd := exec.CommandContext(t.Context(), klausul(t), command...)
	cmd.Env = []string{"PATH=" + os.Getenv("PATH"), "HOME=" + t.TempDir(), "KLAUSUL_DATA_DIR=" + dir, "KLAUSUL_LOG_LEVEL=warn"}
	var said bytes.Buffer
	cmd.Stdout, cmd.Stderr = &said, &said
	err := cmd.Run()
	return said.String(), err
}

// workingIn lists the processes that work on data below the directory: PostgreSQL by its
// working directory, the object store by its open files.
func workingIn(t testing.TB, dir string) []string {
	t.Helper()
	real, err := filepath.EvalSymlinks(dir)
	if err != nil {
		t.Fatal(err)
	}
	processes, err := os.ReadDir("/proc")
	if err != nil {
		t.Fatal(err)
	}
	var found []string
	for _, p := range processes {
		if _, err := strconv.Atoi(p.Name()); err != nil || p.Name() == strconv.Itoa(os.Getpid()) {
			continue
		}
		at := filepath.Join("/proc", p.Name())
		links, _ := filepath.Glob(filepath.Join(at, "fd", "*")) // a process may end meanwhile
		for _, link := range append(links, filepath.Join(at, "cwd")) {
			if to, err := os.Readlink(link); err == nil && strings.HasPrefix(to, real+"/") {
				name, _ := os.ReadFile(filepath.Join(at, "cmdline"))
				found = append(found, fmt.Sprintf("%s (%s): %s", p.Name(), bytes.ReplaceAll(name, []byte{0}, []byte{' '}), to))
				break
			}
		}
	}
	return found
}
