package embedded

import (
	"errors"
	"fmt"
	"net"
	"os"
	"path/filepath"
	"strings"
)

// maxSocketPath is what fits into sockaddr_un on every system we know (104 with the final zero on macOS).
const maxSocketPath = 103

// longestSocket is the longest name we put into the socket directory.
const longestSocket = "pg/.s.PGSQL.5432.lock"

// socketDir makes the empty directory for the sockets: <dir>/run when that is
// short enough and its file system knows sockets, otherwise a new one in the
// temporary folder whose path stands in <dir>/run.path. What an earlier owner
// left behind is removed. Call it only while holding the lock.
func socketDir(dir string) (string, error) {
	if err := removeSockets(dir); err != nil {
		return "", err
	}
	near := filepath.Join(dir, "run")
	if err := os.Mkdir(near, 0o700); err != nil {
		return "", unwritable(dir, err)
	}
	if takesSockets(near) {
		return near, nil
	}
	far, err := os.MkdirTemp("", "klausul-")
	if err == nil && !takesSockets(far) {
		os.RemoveAll(far)
		far, err = os.MkdirTemp("/tmp", "klausul-")
	}
	if err != nil {
		return "", fmt.Errorf("make a folder for sockets: %w", err)
	}
	if err := os.WriteFile(filepath.Join(dir, "run.path"), []byte(far+"\n"), 0o600); err != nil {
		os.RemoveAll(far)
		return "", unwritable(dir, err)
	}
	return far, nil
}

// takesSockets says whether every socket of ours can be made in dir.
func takesSockets(dir string) bool {
	if len(filepath.Join(dir, longestSocket)) > maxSocketPath {
		return false
	}
	probe := filepath.Join(dir, "probe")
	l, err := net.Listen("unix", probe)
	if err != nil {
		return false
	}
	l.Close() // removes the file too
	return true
}

// removeSockets deletes both places where the sockets of an earlier owner can be.
func removeSockets(dir string) error {
	if far, ok := farSockets(dir); ok {
		if err := os.RemoveAll(far); err != nil {
			return fmt.Errorf("remove old sockets: %w", err)
		}
	}
	err := errors.Join(os.RemoveAll(filepath.Join(dir, "run.path")), os.RemoveAll(filepath.Join(dir, "run")))
	if err != nil {
		return unwritable(dir, err)
	}
	return nil
}

// farSockets reads run.path. Only a path that we can have written is believed,
// since it is removed with all that is in it.
func farSockets(dir string) (string, bool) {
	text, err := os.ReadFile(filepath.Join(dir, "run.path"))
	if err != nil {
		return "", false
	}
	far := strings.TrimSpace(string(text))
	return far, filepath.IsAbs(far) && strings.HasPrefix(filepath.Base(far), "klausul-")
}

// controlSocket is where the owner of dir listens.
func controlSocket(dir string) string {
	if far, ok := farSockets(dir); ok {
		return filepath.Join(far, "control")
	}
	return filepath.Join(dir, "run", "control")
}
