package observe

import (
	"context"
	"runtime"
	"runtime/metrics"
	"runtime/trace"
	"strconv"
	"time"
)

// MetricCategory is the category of the logs by which the trace tells of the
// runtime's metrics: a name, a space and a value.
const MetricCategory = "interleave/metric"

// ours is how many goroutines runtime.NumGoroutine counts because of this package:
// its own and that of package trace.
const ours = 2

// often is how long metrics are left alone.
const often = 100 * time.Millisecond

// gauges are the metrics that cost little to read and that the trace does not
// have.
type gauges struct {
	samples []metrics.Sample
	told    []string
	at      time.Time

	goroutines int
}

func newGauges() *gauges {
	g := &gauges{}
	for _, name := range []string{
		"/sync/mutex/wait/total:seconds", "/gc/cycles/total:gc-cycles", "/memory/classes/total:bytes",
	} {
		g.samples = append(g.samples, metrics.Sample{Name: name})
	}
	g.told = make([]string, len(g.samples))
	return g
}

// tell logs what has changed.
func (g *gauges) tell() {
	if time.Since(g.at) < often {
		return
	}
	g.at = time.Now()
	metrics.Read(g.samples)
	for i, s := range g.samples {
		var value string
		switch s.Value.Kind() {
		case metrics.KindUint64:
			value = strconv.FormatUint(s.Value.Uint64(), 10)
		case metrics.KindFloat64:
			value = strconv.FormatFloat(s.Value.Float64(), 'g', 6, 64)
		default: // another Go does not have it
			continue
		}
		if value != g.told[i] {
			g.told[i] = value
			trace.Log(context.Background(), MetricCategory, s.Name+" "+value)
		}
	}
	if n := runtime.NumGoroutine() - ours; n != g.goroutines {
		g.goroutines = n
		trace.Log(context.Background(), MetricCategory, "runtime.NumGoroutine "+strconv.Itoa(n))
	}
}
