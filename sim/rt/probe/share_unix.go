//go:build darwin || dragonfly || freebsd || linux || netbsd || openbsd

package probe

import (
	"syscall"

	"interleave/sim/event"
)

// share maps the memory behind a descriptor, and closes that: nothing that the
// program does to its descriptors, or starts, touches it.
func share(fd int) bool {
	defer syscall.Close(fd)
	var st syscall.Stat_t
	if syscall.Fstat(fd, &st) != nil || st.Size < event.ProbeHead+event.ProbeChunk {
		return false
	}
	b, err := syscall.Mmap(fd, 0, int(st.Size), syscall.PROT_READ|syscall.PROT_WRITE, syscall.MAP_SHARED)
	if err != nil {
		return false
	}
	place(b)
	return true
}
