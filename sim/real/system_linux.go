package real

import (
	"os"
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

// newOrders is memory in which a program finds what it is to do.
func newOrders() (*os.File, error) {
	fd, err := unix.MemfdCreate("orders", unix.MFD_CLOEXEC|unix.MFD_ALLOW_SEALING)
	if err != nil {
		return nil, err
	}
	f := os.NewFile(uintptr(fd), "orders")
	if err := f.Truncate(2); err != nil {
		f.Close()
		return nil, err
	}
	_, _ = unix.FcntlInt(f.Fd(), unix.F_ADD_SEALS, unix.F_SEAL_SHRINK|unix.F_SEAL_GROW|unix.F_SEAL_SEAL)
	return f, nil
}
