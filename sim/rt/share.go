//go:build darwin || dragonfly || freebsd || linux || netbsd || openbsd

package rt

import (
	"syscall"
	"unsafe"

	"interleave/sim/event"
)

// share maps the ring behind a descriptor; nil if that cannot be.
func share(fd int) *[event.RingSegments]segment {
	if !littleEndian {
		return nil
	}
	b, err := syscall.Mmap(fd, 0, event.RingSize, syscall.PROT_READ|syscall.PROT_WRITE, syscall.MAP_SHARED)
	if err != nil {
		return nil
	}
	return (*[event.RingSegments]segment)(unsafe.Pointer(unsafe.SliceData(b)))
}
