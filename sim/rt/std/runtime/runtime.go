// Package runtime is the part of the standard library's runtime that means
// something in the model.
package runtime

import (
	real "runtime"

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
