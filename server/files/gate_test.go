package files_test

import (
	"bytes"
	"context"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"testing/iotest"
	"time"

	"klausul/server/fault"
	"klausul/server/files"
)

// eicar is the harmless file that every scanner reports, in two halves so that
// scanners leave this source alone.
const eicar = `X5O!P%@AP[4\PZX54(P^)7CC)7}$EICAR` + `-STANDARD-ANTIVIRUS-TEST-FILE!$H+H*`

var clamdOnce = sync.OnceValues(startClamd)

// clamd is a real ClamAV daemon that knows one signature and takes 1 MiB at most.
func clamd(t *testing.T) files.Gate {
	t.Helper()
	socket, err := clamdOnce()
	if err != nil {
		t.Fatal("these tests need clamd (apt-get install --no-install-recommends clamav-daemon):", err)
	}
	gate, err := files.NewGate("unix:" + socket)
	if err != nil {
		t.Fatal(err)
	}
	return gate
}

func startClamd() (string, error) {
	program, err := exec.LookPath("clamd")
	if err != nil {
		if program = "/usr/sbin/clamd"; !exists(program) {
			return "", err
		}
	}
	dir := clamdDir
	socket := filepath.Join(dir, "clamd.sock")
	for name, text := range map[string]string{
		"db/test.ndb": "Test.EICAR.Body:0:*:" + hex.EncodeToString([]byte(eicar)) + "\n",
		"clamd.conf": "DatabaseDirectory " + dir + "/db\nLocalSocket " + socket + "\nForeground yes\nStreamMaxLength 1M\n" +
			"TemporaryDirectory " + dir + "\nLogFile " + dir + "/log\nUser root\n",
	} {
		if err := os.MkdirAll(filepath.Dir(filepath.Join(dir, name)), 0o755); err != nil {
			return "", err
		}
		if os.Geteuid() != 0 {
			text = strings.ReplaceAll(text, "User root\n", "")
		}
		if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o644); err != nil {
			return "", err
		}
	}
	clamdProcess = exec.Command(program, "--config-file", filepath.Join(dir, "clamd.conf"))
	var out bytes.Buffer
	clamdProcess.Stdout, clamdProcess.Stderr = &out, &out
	if err := clamdProcess.Start(); err != nil {
		return "", err
	}
	for range 600 {
		if c, err := net.Dial("unix", socket); err == nil {
			c.Close()
			return socket, nil
		}
		time.Sleep(50 * time.Millisecond)
	}
	return "", fmt.Errorf("clamd does not come up: %s", out.String())
}

func exists(path string) bool {
	_, err := os.Stat(path)
	return err == nil
}

var (
	clamdDir     string
	clamdProcess *exec.Cmd
)

func TestMain(m *testing.M) {
	var err error
	if clamdDir, err = os.MkdirTemp("", "clamd"); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
	code := m.Run()
	if clamdProcess != nil && clamdProcess.Process != nil {
		clamdProcess.Process.Kill()
		clamdProcess.Wait()
	}
	os.RemoveAll(clamdDir)
	os.Exit(code)
}

func TestGate(t *testing.T) {
	t.Parallel()
	gate := clamd(t)
	broken := errors.New("the upload broke off")
	for _, row := range []struct {
		name string
		file io.Reader
		want error
	}{
		{"a clean file", noise(1, 300_000), nil},
		{"an empty file", strings.NewReader(""), nil},
		{"malware", strings.NewReader(eicar), files.ErrInfected},
		{"malware after the first chunk", io.MultiReader(noise(2, 64<<10-20), strings.NewReader(eicar)), files.ErrInfected},
		{"a file over the limit of the scanner", noise(3, 30<<20), files.ErrNotScanned},
		{"a file that cannot be read to its end", io.MultiReader(noise(4, 1000), iotest.ErrReader(broken)), broken},
		{"a browser that went away", io.MultiReader(noise(5, 1000), iotest.ErrReader(io.ErrUnexpectedEOF)), io.ErrUnexpectedEOF},
	} {
		t.Run(row.name, func(t *testing.T) {
			err := gate.Clean(t.Context(), row.file)
			if row.want == nil && err != nil || !errors.Is(err, row.want) {
				t.Fatalf("got %v, want %v", err, row.want)
			}
			if f, ok := fault.Of(err); ok && errors.Is(err, files.ErrInfected) && !strings.Contains(fmt.Sprint(f.Detail["name"]), "EICAR") {
				t.Fatalf("the refusal does not name the malware: %v", f.Detail)
			}
		})
	}
}

func TestGateWithoutVerdict(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	if len(dir) > 80 {
		var err error
		if dir, err = os.MkdirTemp("/tmp", "gate"); err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { os.RemoveAll(dir) })
	}
	// Scanners that misbehave cannot be had from clamd itself.
	for name, answer := range map[string]func(net.Conn){
		"hangs up":         func(c net.Conn) { c.Close() },
		"says nothing":     func(c net.Conn) { io.Copy(io.Discard, c) },
		"says half a word": func(c net.Conn) { c.Write([]byte("stream: O")); c.Close() },
		"says an error":    func(c net.Conn) { c.Write([]byte("stream: Can't allocate memory ERROR\x00")); io.Copy(io.Discard, c) },
	} {
		t.Run(name, func(t *testing.T) {
			l, err := net.Listen("unix", filepath.Join(dir, strings.ReplaceAll(name, " ", "-")))
			if err != nil {
				t.Fatal(err)
			}
			defer l.Close()
			go func() {
				if c, err := l.Accept(); err == nil {
					answer(c)
				}
			}()
			ctx, cancel := context.WithTimeout(t.Context(), 300*time.Millisecond)
			defer cancel()
			gate := &files.Clamd{Network: "unix", Address: l.Addr().String()}
			want(t, gate.Clean(ctx, noise(1, 200_000)), files.ErrNotScanned)
		})
	}
	gate := &files.Clamd{Network: "unix", Address: filepath.Join(dir, "nobody")}
	want(t, gate.Clean(t.Context(), noise(1, 10)), files.ErrNotScanned)
}

func TestNoGateCallsNothingClean(t *testing.T) {
	t.Parallel()
	gate, err := files.NewGate("")
	if err != nil {
		t.Fatal(err)
	}
	want(t, gate.Clean(t.Context(), strings.NewReader("x")), files.ErrNoScanner)
	for _, address := range []string{"/run/clamd.ctl", "unix:", "http://x"} {
		if _, err := files.NewGate(address); err == nil {
			t.Errorf("%q was taken for an address", address)
		}
	}
}
