// Package trace is the standard library's runtime/trace in the model: tasks,
// regions and logs become events of the run, which is always being traced.
package trace

import (
	"context"
	"errors"
	"fmt"
	"io"
	real "runtime/trace"

	"interleave/sim/rt"
)

var errTraced = errors.New("the model records its runs itself: there is no execution trace to write")

// Start fails: the model writes no execution trace.
func Start(io.Writer) error { return errTraced }

// Stop does nothing.
func Stop() {}

// IsEnabled reports true: the run is recorded.
func IsEnabled() bool { return true }

// A Task is a logical operation that goroutines share.
type Task struct{ id uint32 }

type taskKey struct{}

func taskOf(ctx context.Context) uint32 {
	if t, ok := ctx.Value(taskKey{}).(*Task); ok {
		return t.id
	}
	return 0
}

// NewTask begins a task.
func NewTask(pctx context.Context, taskType string) (context.Context, *Task) {
	t := &Task{rt.NewTask(taskType, taskOf(pctx))}
	return context.WithValue(pctx, taskKey{}, t), t
}

// End ends the task.
func (t *Task) End() { rt.EndTask(t.id) }

// A Region is a part of a goroutine's life.
type Region struct {
	task uint32
	name string
}

// StartRegion enters a region.
func StartRegion(ctx context.Context, regionType string) *Region {
	r := &Region{taskOf(ctx), regionType}
	rt.BeginRegion(r.task, r.name)
	return r
}

// End leaves the region.
func (r *Region) End() { rt.EndRegion(r.task, r.name) }

// WithRegion calls fn in a region.
func WithRegion(ctx context.Context, regionType string, fn func()) {
	defer StartRegion(ctx, regionType).End()
	fn()
}

// Log notes a message.
func Log(ctx context.Context, category, message string) { rt.UserLog(taskOf(ctx), category, message) }

// Logf notes a formatted message.
func Logf(ctx context.Context, category, format string, args ...any) {
	Log(ctx, category, fmt.Sprintf(format, args...))
}

// A FlightRecorder records nothing in the model.
type FlightRecorder struct{}

// NewFlightRecorder returns a recorder that cannot be started.
func NewFlightRecorder(real.FlightRecorderConfig) *FlightRecorder { return &FlightRecorder{} }

// Start fails: the model writes no execution trace.
func (*FlightRecorder) Start() error { return errTraced }

// Stop does nothing.
func (*FlightRecorder) Stop() {}

// Enabled reports false.
func (*FlightRecorder) Enabled() bool { return false }

// WriteTo fails: the model writes no execution trace.
func (*FlightRecorder) WriteTo(io.Writer) (int64, error) { return 0, errTraced }
