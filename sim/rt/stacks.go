package rt

import "runtime"

// Stacks of accesses. While a schedule is done again with names every access
// that a later one may race with keeps the stack that it had.

// maxFrames is how deep a stack is kept.
const maxFrames = 64

// keepStack keeps the stack of the running goroutine, whose access is s.
func (c *recorder) keepStack(s stamp) {
	if c.stacks == nil {
		return
	}
	var pcs [maxFrames]uintptr
	c.stacks[s] = append([]uintptr(nil), pcs[:runtime.Callers(3, pcs[:])]...)
}

// stackOf is the stack of an earlier access as text, after the goroutine's
// name; "" if it was not kept.
func (c *recorder) stackOf(s stamp) string {
	pcs := c.stacks[s]
	if len(pcs) == 0 {
		return ""
	}
	trace, _ := framesOf(pcs)
	return stackHead(ex.byID[s.by]) + trace
}

// stackNow is the running goroutine's.
func stackNow() string {
	trace, _ := learnerFrames()
	return stackHead(cur) + trace
}

func stackHead(g *g) string { return "goroutine " + g.path + " " + g.funcName + "\n" }
