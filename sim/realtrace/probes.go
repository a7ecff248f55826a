package realtrace

import (
	"interleave/sim/event"
	"interleave/sim/probe"
	"interleave/sim/rewrite"
)

// A ProbeSource is where the records of a program with probes come from; a
// [*probe.Memory] is one. Its methods are called by Read alone, one at a time.
type ProbeSource interface {
	// Read returns what was recorded since the last call, each goroutine's
	// records in the order in which it wrote them.
	Read() ([]event.Probe, error)
	Head() (probe.Head, error)
}

var _ ProbeSource = (*probe.Memory)(nil)

// Source is what the rewriter knows of a program with probes.
type Source struct {
	Sites  []rewrite.Site // as rewrite.Program has them: site number i is Sites[i-1]
	Starts map[int]string // the function that the go statement at a site starts
}
