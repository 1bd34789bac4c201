package embedded

import (
	"io"
	"os"
	"path/filepath"
)

// maxLog is the size at which a server's log is put aside at the next start;
// one older log is kept.
const maxLog = 10 << 20

// openLog opens dir/log/name for appending.
func openLog(dir, name string) (*os.File, error) {
	path := filepath.Join(dir, "log", name)
	if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
		return nil, unwritable(dir, err)
	}
	if fi, err := os.Stat(path); err == nil && fi.Size() > maxLog {
		if err := os.Rename(path, path+".1"); err != nil {
			return nil, unwritable(dir, err)
		}
	}
	f, err := os.OpenFile(path, os.O_CREATE|os.O_APPEND|os.O_RDWR, 0o600)
	if err != nil {
		return nil, unwritable(dir, err)
	}
	return f, nil
}

// since reads what was logged after offset, for an error; empty when it cannot.
func since(path string, offset int64) []byte {
	f, err := os.Open(path)
	if err != nil {
		return nil
	}
	defer f.Close()
	text, err := io.ReadAll(io.NewSectionReader(f, offset, 64<<10))
	if err != nil {
		return nil
	}
	return text
}
