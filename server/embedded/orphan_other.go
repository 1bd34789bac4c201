//go:build unix && !linux

package embedded

import (
	"os/exec"
	"strconv"
	"strings"
)

// isPostmaster says whether process pid is a PostgreSQL server on this data
// directory: we start it with the directory on its command line.
func isPostmaster(pid int, data string) bool {
	out, err := exec.Command("ps", "-o", "command=", "-p", strconv.Itoa(pid)).Output()
	return err == nil && strings.Contains(string(out), "postgres") && strings.Contains(string(out), data)
}
