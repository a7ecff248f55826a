//go:build !linux

package real

import (
	"os"
	"syscall"
	"time"
)

var start = time.Now()

// monotonic is a clock of this process: times of what is printed are then right
// only among each other.
func monotonic() int64 { return int64(time.Since(start)) }

// send sends a process a signal.
func send(pid int, s syscall.Signal) {
	if p, err := os.FindProcess(pid); pid > 0 && err == nil {
		_ = p.Signal(s)
	}
}

// newOrders is memory in which a program finds what it is to do; here is none.
func newOrders() (*os.File, error) { return nil, nil }
