package embedded

import (
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
)

// InUse says that another running program owns the data directory.
type InUse struct {
	Dir string
	PID int // of the owner; 0 when it has not written it yet
}

func (e *InUse) Error() string {
	if e.PID == 0 {
		return "the data directory " + e.Dir + " is in use by another klausul that is just starting or stopping"
	}
	return fmt.Sprintf("the data directory %s is in use by another klausul (process %d); stop that one first, or choose another directory with KLAUSUL_DATA_DIR", e.Dir, e.PID)
}

// lock takes the directory for this process. The kernel lets go of it when we
// die, however we die; the file itself stays.
func lock(dir string) (*os.File, error) {
	path := filepath.Join(dir, "lock")
	if fi, err := os.Stat(path); err == nil {
		// Root could go on, but would leave files that the owner cannot use.
		if made, ok := fi.Sys().(*syscall.Stat_t); ok && int(made.Uid) != os.Geteuid() {
			return nil, fmt.Errorf("the data directory %s belongs to user %d, and this is user %d; start klausul as that user, or choose another directory with KLAUSUL_DATA_DIR", dir, made.Uid, os.Geteuid())
		}
	}
	f, err := os.OpenFile(path, os.O_RDWR|os.O_CREATE, 0o600)
	if err != nil {
		return nil, unwritable(dir, err)
	}
	if err := syscall.Flock(int(f.Fd()), syscall.LOCK_EX|syscall.LOCK_NB); err != nil {
		defer f.Close()
		if !errors.Is(err, syscall.EWOULDBLOCK) {
			return nil, fmt.Errorf("lock %s: %w", f.Name(), err)
		}
		text, err := io.ReadAll(f)
		if err != nil {
			return nil, fmt.Errorf("read %s: %w", f.Name(), err)
		}
		pid, _ := strconv.Atoi(strings.TrimSpace(string(text))) // 0 while the owner is about to write it
		return nil, &InUse{Dir: dir, PID: pid}
	}
	if err := writePID(f); err != nil {
		f.Close()
		return nil, unwritable(dir, err)
	}
	return f, nil
}

func writePID(f *os.File) error {
	if err := f.Truncate(0); err != nil {
		return err
	}
	_, err := f.WriteAt([]byte(strconv.Itoa(os.Getpid())+"\n"), 0)
	return err
}

// unlock lets go of the directory. The pid goes first, so that nobody is told of a process that is gone.
func unlock(f *os.File) error {
	return errors.Join(f.Truncate(0), f.Close())
}

// unwritable turns the error of a write into the data directory into a sentence that says what to do.
func unwritable(dir string, err error) error {
	switch {
	case errors.Is(err, syscall.ENOSPC), errors.Is(err, syscall.EDQUOT):
		return fmt.Errorf("the disk that holds the data directory %s is full; make room, or choose another directory with KLAUSUL_DATA_DIR: %w", dir, err)
	case errors.Is(err, os.ErrPermission), errors.Is(err, syscall.EROFS):
		return fmt.Errorf("the data directory %s cannot be written by this user; change its owner, or choose another directory with KLAUSUL_DATA_DIR: %w", dir, err)
	case errors.Is(err, syscall.ENOTDIR), errors.Is(err, os.ErrExist):
		return fmt.Errorf("the data directory %s is not a directory; choose another with KLAUSUL_DATA_DIR: %w", dir, err)
	}
	return fmt.Errorf("use the data directory %s: %w", dir, err)
}
