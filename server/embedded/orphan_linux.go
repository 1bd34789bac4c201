package embedded

import (
	"os"
	"path/filepath"
	"strconv"
)

// isPostmaster says whether process pid is a PostgreSQL server on this data
// directory: the server works inside its data, and nothing else does.
func isPostmaster(pid int, data string) bool {
	proc := "/proc/" + strconv.Itoa(pid)
	exe, err := os.Readlink(proc + "/exe")
	if err != nil || filepath.Base(exe) != "postgres" && filepath.Base(exe) != "postgres (deleted)" {
		return false
	}
	at, err := os.Stat(proc + "/cwd")
	if err != nil {
		return false
	}
	want, err := os.Stat(data)
	return err == nil && os.SameFile(at, want)
}
