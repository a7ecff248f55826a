// Package runtime is the part of the standard library's runtime that means
// something in the model.
package runtime

import (
	real "runtime"
	"strings"

	"interleave/sim/rt"
)

// Gosched lets other goroutines run.
func Gosched() { rt.Gosched() }

// Goexit ends the running goroutine after its deferred calls.
func Goexit() { rt.Goexit() }

// NumGoroutine returns how many goroutines there are.
func NumGoroutine() int { return rt.NumGoroutine() }

// GOMAXPROCS sets the number of Ps and returns what it was.
func GOMAXPROCS(n int) int { return rt.Procs(n) }

// NumCPU returns the number of Ps: the model has as many cores.
func NumCPU() int { return rt.Procs(0) }

// MemProfileRate means nothing: the model makes no profiles.
var MemProfileRate = real.MemProfileRate

func init() { rt.Keep(&MemProfileRate) }

// LockOSThread lets the running goroutine run on its present thread only.
func LockOSThread() { rt.LockThread(true) }

// UnlockOSThread undoes LockOSThread.
func UnlockOSThread() { rt.LockThread(false) }

// Stack writes the running goroutine's stack in the learner's lines, and with
// all where each of the others is.
func Stack(buf []byte, all bool) int { return copy(buf, rt.Stack(all)) }

// Caller is the caller of a number of calls up; below a goroutine's own first
// call there is none.
func Caller(skip int) (pc uintptr, file string, line int, ok bool) {
	if skip >= depth() {
		return 0, "", 0, false
	}
	return real.Caller(skip + 1)
}

// Callers fills pcs with the calls up to the goroutine's own first one.
func Callers(skip int, pcs []uintptr) int {
	n := real.Callers(skip+1, pcs)
	return max(0, min(n, depth()+1-skip))
}

// depth is how many calls of the goroutine's own there are to who called who
// called depth. What is below depends on who lived on the same stack before.
func depth() int {
	var pcs [64]uintptr
	for n := 0; ; {
		got := real.Callers(3+n, pcs[:]) // 0 is Callers, 1 depth, 2 Caller or Callers
		for _, pc := range pcs[:got] {
			if f := real.FuncForPC(pc - 1); f != nil && strings.HasPrefix(f.Name(), "interleave/sim/rt.(*coro).") {
				return n
			}
			n++
		}
		if got < len(pcs) {
			return n
		}
	}
}
