//go:build unix && !linux

package embedded

import "syscall"

// ownGroup gives a child its own process group. These systems have no signal
// at our death: the next start finds the orphan by its pid file and stops it.
func ownGroup(syscall.Signal) *syscall.SysProcAttr {
	return &syscall.SysProcAttr{Setpgid: true}
}

// inUserNamespace is never called here: canNamespace is false.
func inUserNamespace(s syscall.Signal) *syscall.SysProcAttr { return ownGroup(s) }

const canNamespace = false
