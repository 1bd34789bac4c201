package main

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"time"
)

// instance is a running klausul on stores of its own, gone when it is stopped.
type instance struct {
	program, dir, url string
	cmd               *exec.Cmd
	log               *os.File
}

// settings are the environment of the program: nothing of the caller's own Klausul leaks in.
func settings(dir string) []string {
	var env []string
	for _, e := range os.Environ() {
		if !strings.HasPrefix(e, "KLAUSUL_") {
			env = append(env, e)
		}
	}
	return append(env, "KLAUSUL_ADDR=127.0.0.1:0", "KLAUSUL_DATA_DIR="+dir)
}

// start runs the program and returns when it is ready. Its log goes to klausul.log in out.
func start(ctx context.Context, program, out string) (*instance, error) {
	program, err := filepath.Abs(program)
	if err != nil {
		return nil, err
	}
	dir, err := os.MkdirTemp("", "klausul-demo-")
	if err != nil {
		return nil, err
	}
	i := &instance{program: program, dir: dir}
	if i.log, err = os.Create(filepath.Join(out, "klausul.log")); err != nil {
		return nil, errors.Join(err, os.RemoveAll(dir))
	}
	i.cmd = exec.CommandContext(ctx, program, "serve")
	i.cmd.Env, i.cmd.Stderr = settings(dir), i.log
	i.cmd.Cancel = func() error { return i.cmd.Process.Signal(os.Interrupt) }
	i.cmd.WaitDelay = 30 * time.Second
	stdout, err := i.cmd.StdoutPipe()
	if err != nil {
		return nil, errors.Join(err, os.RemoveAll(dir))
	}
	if err := i.cmd.Start(); err != nil {
		return nil, errors.Join(err, os.RemoveAll(dir))
	}
	if i.url, err = ready(stdout); err != nil {
		return nil, errors.Join(fmt.Errorf("klausul does not start: %w (see %s)", err, i.log.Name()), i.stop())
	}
	return i, nil
}

// ready reads on until the line that names the address.
func ready(stdout io.Reader) (string, error) {
	lines := bufio.NewScanner(stdout)
	for lines.Scan() {
		if url, ok := strings.CutPrefix(lines.Text(), "klausul ready at "); ok {
			return strings.TrimSpace(url), nil
		}
	}
	return "", errors.Join(errors.New("it ended without being ready"), lines.Err())
}

func (i *instance) stop() error {
	_ = i.cmd.Process.Signal(os.Interrupt) // it may have ended by itself
	err := i.cmd.Wait()
	var exit *exec.ExitError
	if errors.As(err, &exit) {
		err = fmt.Errorf("klausul ended badly: %w (see %s)", err, i.log.Name())
	}
	return errors.Join(err, i.log.Close(), os.RemoveAll(i.dir))
}

// command runs a subcommand of the program on the instance's data and gives its output.
func (i *instance) command(ctx context.Context, args ...string) (string, error) {
	cmd := exec.CommandContext(ctx, i.program, args...)
	cmd.Env = settings(i.dir)
	out, err := cmd.Output()
	if err != nil {
		var exit *exec.ExitError
		if errors.As(err, &exit) {
			err = fmt.Errorf("%w: %s%s", err, out, exit.Stderr)
		}
		return "", fmt.Errorf("klausul %s: %w", strings.Join(args, " "), err)
	}
	return strings.Join(strings.Fields(string(out)), " "), nil
}
