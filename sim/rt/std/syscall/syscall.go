// Package syscall is the little of the standard library's syscall that needs
// no operating system: signals and errors.
package syscall

import "interleave/sim/rt"

// Getpid returns 1: the program is alone.
func Getpid() int { return 1 }

// Kill sends the program a signal.
func Kill(pid int, sig Signal) error {
	if pid != Getpid() {
		return ESRCH
	}
	rt.Raise(int(sig))
	return nil
}
