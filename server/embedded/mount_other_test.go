//go:build unix && !linux

package embedded

import (
	"errors"
	"syscall"
)

func mount(string, string, string) error {
	return errors.New("only Linux gives a process its own mounts")
}

func privateMounts() *syscall.SysProcAttr { return nil }
