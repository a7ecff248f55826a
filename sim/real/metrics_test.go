package real_test

import (
	"strconv"
	"testing"

	"github.com/stretchr/testify/assert"

	"interleave/sim/event"
	"interleave/sim/real"
)

func TestTheRuntimesMetricsAreAmongTheEventsAndCountNobodyOfOurs(t *testing.T) {
	for _, o := range []real.Observe{real.Traced, real.Probed} {
		l, _ := run(t, `package main

import "time"

func main() {
	c := make(chan int)
	for range 5 {
		go func() { <-c }()
	}
	time.Sleep(300 * time.Millisecond) // metrics are told every 100 ms
}
`, o, real.Config{})
		last := map[string]string{}
		for i := range l.Events {
			if r := &l.Events[i]; r.Kind == event.Metric {
				last[l.Text(event.Val(l.Objects[r.Obj].Name))] = l.Text(r.Val)
				if n, ok := r.Val.Int(); ok {
					last[l.Text(event.Val(l.Objects[r.Obj].Name))] = strconv.FormatInt(n, 10)
				}
			}
		}
		assert.Equal(t, "6", last["runtime.NumGoroutine"], "%s: %v", o, last)
		assert.Contains(t, last, "/memory/classes/total:bytes")
	}
}
