package embedded

import (
	"encoding/json"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"time"
)

// childEnv tells this program that it was started by itself to be a helper
// process rather than klausul. The helpers end when their standard input does,
// which the kernel sees to when we die.
const childEnv = "KLAUSUL_EMBEDDED_CHILD"

// childSpec is what a helper is told. It holds no secret.
type childSpec struct {
	Role   string // "s3" or "janitor"
	Dir    string // Options.Dir
	Socket string // for s3
}

// The S3 server changes the working directory of its process and keeps it in
// globals, so it gets a process to itself: this program once more. The choice
// must fall before main, since in tests main is not ours.
func init() {
	text := os.Getenv(childEnv)
	if text == "" {
		return
	}
	os.Unsetenv(childEnv)
	var spec childSpec
	err := json.Unmarshal([]byte(text), &spec)
	if err == nil {
		switch spec.Role {
		case "s3":
			err = serveS3(spec)
		case "janitor":
			err = clean(spec)
		default:
			err = fmt.Errorf("unknown role %q", spec.Role)
		}
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, "embedded helper:", err)
		os.Exit(1)
	}
	os.Exit(0)
}

// helper starts this program again in the given role; closing the returned
// pipe ends it.
func helper(spec childSpec, log *os.File, env ...string) (*process, io.Closer, error) {
	text, err := json.Marshal(spec)
	if err != nil {
		return nil, nil, err
	}
	program := "/proc/self/exe" // still there when the file has been replaced
	if runtime.GOOS != "linux" {
		if program, err = os.Executable(); err != nil {
			return nil, nil, err
		}
	}
	cmd := exec.Command(program)
	cmd.Args = []string{"klausul-" + spec.Role}
	cmd.Dir = "/"
	cmd.Env = append([]string{"PATH=" + os.Getenv("PATH"), childEnv + "=" + string(text)}, env...)
	cmd.Stdout, cmd.Stderr = log, log
	cmd.SysProcAttr = ownGroup(0)
	pipe, err := cmd.StdinPipe()
	if err != nil {
		return nil, nil, err
	}
	child, err := launch(cmd)
	if err != nil {
		pipe.Close()
		return nil, nil, err
	}
	return child, pipe, nil
}

// untilOrphaned returns when the process that started us has closed our standard input or died.
// An input that cannot be read means the same.
func untilOrphaned() { _, _ = io.Copy(io.Discard, os.Stdin) }

// clean is the janitor of a throw-away directory: when its owner is gone, it
// waits for the servers to end and removes everything.
func clean(spec childSpec) error {
	untilOrphaned()
	deadline := time.Now().Add(20 * time.Second)
	for running(spec.Dir) && time.Now().Before(deadline) {
		time.Sleep(20 * time.Millisecond)
	}
	for {
		far, ok := farSockets(spec.Dir)
		err := os.RemoveAll(spec.Dir)
		if err == nil && ok {
			err = os.RemoveAll(far)
		}
		if err == nil || time.Now().After(deadline) {
			return err
		}
		time.Sleep(50 * time.Millisecond)
	}
}

// running says whether a PostgreSQL still works on a data directory below dir.
func running(dir string) bool {
	found, _ := filepath.Glob(filepath.Join(dir, "pg*", "postmaster.pid"))
	for _, f := range found {
		p := postgres{data: filepath.Dir(f)}
		if pid, _ := p.pidFile(); pid != 0 && isPostmaster(pid, p.data) {
			return true
		}
	}
	return false
}

// throwaway makes a directory that is removed when this process ends, however it ends.
func throwaway() (dir string, janitor *process, pipe io.Closer, err error) {
	if dir, err = os.MkdirTemp("", "klausul-test-"); err != nil {
		return "", nil, nil, err
	}
	if janitor, pipe, err = helper(childSpec{Role: "janitor", Dir: dir}, nil); err != nil {
		os.RemoveAll(dir)
		return "", nil, nil, err
	}
	return dir, janitor, pipe, nil
}
