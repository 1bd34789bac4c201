package embedded

import "syscall"

// mount puts a small or peculiar file system on dir. It needs its own mount
// namespace, which privateMounts gives.
func mount(kind, dir, size string) error {
	data := ""
	if size != "" {
		data = "size=" + size
	}
	return syscall.Mount(kind, dir, kind, 0, data)
}

// privateMounts lets a child mount without anybody else seeing it.
func privateMounts() *syscall.SysProcAttr {
	a := &syscall.SysProcAttr{Cloneflags: syscall.CLONE_NEWNS}
	if syscall.Geteuid() != 0 {
		a.Cloneflags |= syscall.CLONE_NEWUSER
		a.UidMappings = []syscall.SysProcIDMap{{HostID: syscall.Geteuid(), Size: 1}}
		a.GidMappings = []syscall.SysProcIDMap{{HostID: syscall.Getegid(), Size: 1}}
	}
	return a
}
