package files_test

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"syscall"
	"testing"
	"time"

	"klausul/server/embedded"
	"klausul/server/files"
	"klausul/server/files/filestest"
)

const insideEnv = "FILES_TEST_SMALL_DISK"

// TestDiskFull runs itself once more in a process with mounts of its own, so
// that it can fill a small disk that nobody else sees.
func TestDiskFull(t *testing.T) {
	t.Parallel()
	if os.Getenv(insideEnv) != "" {
		fillDisk(t)
		return
	}
	exe, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	cmd := exec.Command(exe, "-test.run=^TestDiskFull$", "-test.v")
	cmd.Env = append(os.Environ(), insideEnv+"=1")
	cmd.SysProcAttr = &syscall.SysProcAttr{Cloneflags: syscall.CLONE_NEWNS}
	if os.Geteuid() != 0 {
		cmd.SysProcAttr = &syscall.SysProcAttr{Cloneflags: syscall.CLONE_NEWNS | syscall.CLONE_NEWUSER,
			UidMappings: []syscall.SysProcIDMap{{HostID: os.Geteuid(), Size: 1}},
			GidMappings: []syscall.SysProcIDMap{{HostID: os.Getegid(), Size: 1}}}
	}
	if out, err := cmd.CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
}

func fillDisk(t *testing.T) {
	ctx, dir := t.Context(), t.TempDir()
	if err := syscall.Mount("tmpfs", dir, "tmpfs", 0, "size=40m"); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { syscall.Unmount(dir, 0) })
	server, err := embedded.Start(ctx, embedded.Options{Dir: dir, S3: true})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { server.Stop(context.Background()) })
	at := server.S3()
	c := files.Config{Endpoint: at.Host(), AccessKey: at.AccessKey, SecretKey: at.SecretKey, Region: at.Region, Transport: at.Transport(),
		StagingBucket: "staging", VaultBucket: "vault", Key: [32]byte{1}, LockDays: 1}
	store, err := files.Open(ctx, c)
	if err != nil {
		t.Fatal(err)
	}
	s := &filestest.S3{Store: store, Config: c}
	before, sum := files.NewDataKey(), stage(t, s, 1, 3<<20)
	if _, err := s.Seal(ctx, "in", "viborg", sum, before); err != nil {
		t.Fatal(err)
	}

	// Small and large uploads, since the second kind goes up in parts.
	for _, size := range []int64{3 << 20, 12 << 20} {
		var n int
		for err = nil; err == nil && n < 40; n++ {
			_, err = s.PutStaging(ctx, fmt.Sprintf("fill/%d-%d", size, n), noise(byte(n), size), size, "application/pdf")
		}
		want(t, err, files.ErrDiskFull)
		if errors.Is(err, files.ErrUnavailable) {
			t.Fatalf("called away as well: %v", err)
		}
	}
	_, err = s.Seal(ctx, "in", "randers", sum, files.NewDataKey())
	want(t, err, files.ErrDiskFull)
	mustOpen(t, s, "viborg", sum, before) // what was sealed is not touched
	if v := versions(t, s); len(v) != 1 {
		t.Fatalf("half a file was kept: %v", v)
	}

	for o, err := range s.ListStaging(ctx, time.Now().Add(time.Hour)) {
		if err != nil {
			t.Fatal(err)
		}
		if o.Key != "in" {
			if err := s.DeleteStaging(ctx, o.Key); err != nil {
				t.Fatal(err)
			}
		}
	}
	after := files.NewDataKey() // there is room again
	if _, err := s.Seal(ctx, "in", "randers", sum, after); err != nil {
		t.Fatal(err)
	}
	mustOpen(t, s, "randers", sum, after)
}
