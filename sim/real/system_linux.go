package real

import (
	"syscall"

	"golang.org/x/sys/unix"
)

// monotonic is the clock by which the runtime stamps the events of its trace.
func monotonic() int64 {
	var now unix.Timespec
	_ = unix.ClockGettime(unix.CLOCK_MONOTONIC, &now) // only a clock that is not there fails
	return now.Nano()
}

// send sends a process a signal.
func send(pid int, s syscall.Signal) {
	if pid > 0 {
		_ = syscall.Kill(pid, s)
	}
}
