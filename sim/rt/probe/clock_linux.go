package probe

import (
	"syscall"
	"time"
	"unsafe"
)

// monotonic returns what CLOCK_MONOTONIC shows at epoch, and by how much that may
// be wrong. Package time counts by the same clock but does not say from when: so
// the kernel is asked between two looks, many times, and all that they allow is
// kept.
func monotonic() (at, absolute, off uint64) {
	const clockMonotonic = 1
	var low, high int64
	for i := range 64 {
		var ts syscall.Timespec
		before := time.Since(epoch)
		_, _, errno := syscall.RawSyscall(syscall.SYS_CLOCK_GETTIME, clockMonotonic, uintptr(unsafe.Pointer(&ts)), 0)
		after := time.Since(epoch)
		if errno != 0 {
			return 1, 0, 0
		}
		l, h := ts.Nano()-int64(after), ts.Nano()-int64(before)
		if i == 0 || l > low {
			low = l
		}
		if i == 0 || h < high {
			high = h
		}
	}
	return uint64(low+high) / 2, 1, uint64(high-low+1) / 2
}
