package pdf

import (
	"syscall"

	"github.com/tetratelabs/wazero/experimental"
)

// memory is what an instance has: taken from the system at its greatest, of which only what
// is used counts, and given back when all is over. Within the program's heap it would be
// copied each time it grows, and be several times as large until it is collected.
type memory struct{ taken [][]byte }

// Allocate takes it.
func (m *memory) Allocate(_, most uint64) experimental.LinearMemory {
	all, err := syscall.Mmap(-1, 0, int(most), syscall.PROT_READ|syscall.PROT_WRITE, syscall.MAP_ANON|syscall.MAP_PRIVATE)
	if err != nil {
		return linear(nil) // of which no size can be had
	}
	m.taken = append(m.taken, all)
	return linear(all)
}

// close gives it back: only when nothing can look at it any more.
func (m *memory) close() {
	for _, all := range m.taken {
		_ = syscall.Munmap(all) // it is ours
	}
	m.taken = nil
}

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
