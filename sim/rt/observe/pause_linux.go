package observe

import (
	"syscall"
	"unsafe"
)

// pause lets the thread sleep for a moment. The runtime, and so the trace, does
// not know.
func pause() {
	d := syscall.Timespec{Nsec: 1_000_000}
	_, _, _ = syscall.RawSyscall(syscall.SYS_NANOSLEEP, uintptr(unsafe.Pointer(&d)), 0, 0)
}
