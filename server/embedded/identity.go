package embedded

import (
	"errors"
	"fmt"
	"os"
	"os/exec"
	"os/user"
	"strconv"
	"syscall"
)

// identity is who PostgreSQL runs as. It refuses to run as root.
type identity struct {
	user      *syscall.Credential // another user, when we are root and cannot do without
	namespace bool                // ourselves, but not root as the child sees it
}

func (id identity) attr(atOurDeath syscall.Signal) *syscall.SysProcAttr {
	if id.namespace {
		return inUserNamespace(atOurDeath)
	}
	a := ownGroup(atOurDeath)
	a.Credential = id.user
	return a
}

// whoRuns decides: ourselves when we are not root; as root the owner of data that are
// there already; else ourselves in a user namespace, which needs no other user and
// works below a closed home; else the user postgres or nobody.
func whoRuns(program, data string) (identity, error) {
	if os.Geteuid() != 0 {
		return identity{}, nil
	}
	fi, err := os.Stat(data)
	if err == nil {
		if s, ok := fi.Sys().(*syscall.Stat_t); ok && s.Uid != 0 {
			return identity{user: &syscall.Credential{Uid: s.Uid, Gid: s.Gid}}, nil
		}
		return identity{namespace: true}, nil // made in one, and no other user could open them
	} else if !errors.Is(err, os.ErrNotExist) {
		return identity{}, fmt.Errorf("look at %s: %w", data, err)
	}
	if canNamespace && namespaceWorks(program) {
		return identity{namespace: true}, nil
	}
	return identity{user: plainUser()}, nil
}

// namespaceWorks tries it: containers often forbid user namespaces.
func namespaceWorks(program string) bool {
	cmd := exec.Command(program, "--version")
	cmd.Dir, cmd.SysProcAttr = "/", inUserNamespace(syscall.SIGKILL)
	return cmd.Run() == nil
}

// plainUser is postgres where the system has it, else nobody.
func plainUser() *syscall.Credential {
	nobody := &syscall.Credential{Uid: 65534, Gid: 65534}
	u, err := user.Lookup("postgres")
	if err != nil {
		return nobody
	}
	uid, err1 := strconv.ParseUint(u.Uid, 10, 32)
	gid, err2 := strconv.ParseUint(u.Gid, 10, 32)
	if err1 != nil || err2 != nil || uid == 0 {
		return nobody
	}
	return &syscall.Credential{Uid: uint32(uid), Gid: uint32(gid)}
}
