// Package debug is the standard library's runtime/debug in the model.
package debug

import (
	"interleave/sim/rt"
)

// Stack returns the running goroutine's stack, in the learner's lines.
func Stack() []byte { return []byte(rt.Stack(false)) }

// PrintStack prints the running goroutine's stack.
func PrintStack() { rt.Write(2, Stack()) }

// SetMaxStack returns the usual limit: the runner sets its own.
func SetMaxStack(int) int { return 1_000_000_000 }

// SetMaxThreads returns the usual limit: the model has no threads.
func SetMaxThreads(int) int { return 10_000 }

// FreeOSMemory does nothing.
func FreeOSMemory() {}
