// Package pprof is the standard library's runtime/pprof in the model: labels
// are the run's own, and there is no CPU whose profile would mean anything.
package pprof

import (
	"context"
	"errors"
	"io"
	real "runtime/pprof"
	"strings"

	"interleave/sim/rt"
)

// StartCPUProfile fails: time in the model is virtual.
func StartCPUProfile(io.Writer) error {
	return errors.New("time in the model is virtual: there is no CPU profile")
}

// StopCPUProfile does nothing.
func StopCPUProfile() {}

// SetGoroutineLabels gives the running goroutine the labels of ctx.
func SetGoroutineLabels(ctx context.Context) {
	var labels []string
	real.ForLabels(ctx, func(k, v string) bool {
		labels = append(labels, k+"="+v)
		return true
	})
	rt.SetLabels(strings.Join(labels, ", "))
}

// Do calls f with the labels of ctx and those in labels.
func Do(ctx context.Context, labels LabelSet, f func(context.Context)) {
	defer SetGoroutineLabels(ctx)
	ctx = WithLabels(ctx, labels)
	SetGoroutineLabels(ctx)
	f(ctx)
}
