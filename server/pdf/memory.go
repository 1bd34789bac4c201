package pdf

import (
	"syscall"

	"github.com/tetratelabs/wazero/experimental"
)

// memory is what an instance has: taken from the system at its greatest, of which only what
// is used counts, and given back when all is over. Within the program's heap it would be
// copied each time it grows, and be several times as large until it is collected.
type memory struct{ all []byte }

// take takes so many bytes of it before anything runs, where it can still be refused.
func take(most int) (*memory, error) {
	all, err := syscall.Mmap(-1, 0, most, syscall.PROT_READ|syscall.PROT_WRITE, syscall.MAP_ANON|syscall.MAP_PRIVATE)
	return &memory{all: all}, err
}

// Allocate gives it to the instance, which is the only one.
func (m *memory) Allocate(_, _ uint64) experimental.LinearMemory { return linear(m.all) }

// close gives it back: only when nothing can look at it any more.
func (m *memory) close() { _ = syscall.Munmap(m.all) } // it is ours

type linear []byte

// Reallocate makes it larger, and refuses with nil when it is not there.
func (l linear) Reallocate(size uint64) []byte {
	if size > uint64(len(l)) {
		return nil
	}
	return l[:size]
}

// Free leaves it to memory.
func (linear) Free() {}
