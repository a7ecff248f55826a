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
	if skip < 0 || own(skip, 1) == 0 {
		return 0, "", 0, false
	}
	return real.Caller(skip + 1)
}

// Callers fills pcs with the calls up to the goroutine's own first one.
func Callers(skip int, pcs []uintptr) int {
	return min(real.Callers(skip+1, pcs), own(skip-1, len(pcs)))
}

// own is how many of n calls, from the one that is skip calls above who called
// who called own, are the goroutine's own. What is below those depends on who
// lived on the same stack before.
func own(skip, n int) int {
	var pcs [64]uintptr
	for at := -1; at < skip+n; { // -1 is who called own, and itself ours
		got := real.Callers(3+at, pcs[:min(len(pcs), skip+n-at)])
		for i, pc := range pcs[:got] {
			if isBottom(pc) {
				return max(0, at+i-skip)
			}
		}
		at += got
		if got == 0 {
			return max(0, at-skip)
		}
	}
	return n
}

// bottoms says of return addresses whether they are the runtime's, below a
// goroutine's first call. It is not put back between runs: it is always the
// same.
var bottoms = map[uintptr]bool{}

func isBottom(pc uintptr) bool {
	is, known := bottoms[pc]
	if !known {
		f := real.FuncForPC(pc - 1)
		is = f != nil && strings.HasPrefix(f.Name(), "interleave/sim/rt.(*coro).")
		bottoms[pc] = is
	}
	return is
}
