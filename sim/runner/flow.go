package runner

import "math"

// flow is how far a run may go. What its owner wishes is passed on in steps of
// a window ahead of what has arrived, so that a pause takes effect soon; the
// next step is sent while half of the last is left, so that the run never
// waits for it.
type flow struct {
	wish   uint64 // the owner's: so many events may exist
	sent   uint64 // what the process knows of it
	paused bool
}

const (
	window  = 1 << 16 // events
	noLimit = math.MaxUint64
)

// next is how far the process should be told it may go when seen events have
// arrived; not beyond sent if nothing is due.
func (f *flow) next(seen uint64) uint64 {
	target := min(f.wish, seen+window)
	if f.paused || target <= f.sent || target < f.wish && target-f.sent < window/2 {
		return f.sent
	}
	return target
}
