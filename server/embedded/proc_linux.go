package embedded

import "syscall"

// ownGroup gives a child its own process group, so that Ctrl-C in the terminal
// reaches only us and we stop it in order; and tells the kernel to send it a
// signal when we die without having stopped it.
func ownGroup(atOurDeath syscall.Signal) *syscall.SysProcAttr {
	return &syscall.SysProcAttr{Setpgid: true, Pdeathsig: atOurDeath}
}

// inUserNamespace is ownGroup for a root parent and a child that refuses root:
// the child sees itself as user 1000 while its files stay ours on the disk.
func inUserNamespace(atOurDeath syscall.Signal) *syscall.SysProcAttr {
	a := ownGroup(atOurDeath)
	a.Cloneflags = syscall.CLONE_NEWUSER
	a.UidMappings = []syscall.SysProcIDMap{{ContainerID: 1000, HostID: syscall.Geteuid(), Size: 1}}
	a.GidMappings = []syscall.SysProcIDMap{{ContainerID: 1000, HostID: syscall.Getegid(), Size: 1}}
	return a
}

const canNamespace = true
