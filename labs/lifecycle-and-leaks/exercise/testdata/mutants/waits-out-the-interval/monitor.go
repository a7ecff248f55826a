// A monitor that asks hosts how they are, and knows how to stop.
package main

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"time"
)

// ErrGone is what a check returns for a host that will never be back.
var ErrGone = errors.New("the host is gone")

// A Check asks a host how it is. It returns early when ctx is cancelled.
type Check func(ctx context.Context, host string) error

// A Result is what came of one check.
type Result struct {
	Host string
	Err  error
}

// A Monitor checks hosts at regular intervals and reports what it finds.
type Monitor struct {
	cancel   context.CancelFunc
	results  chan Result
	checkers sync.WaitGroup
	ended    chan struct{} // closed when nothing is reported any more
}

// Start checks each host whenever the interval is over, until the host is gone
// or the monitor is stopped. The results are reported one at a time.
func Start(hosts []string, interval time.Duration, check Check, report func(Result)) *Monitor {
	ctx, cancel := context.WithCancel(context.Background())
	m := &Monitor{
		cancel:  cancel,
		results: make(chan Result),
		ended:   make(chan struct{}),
	}
	for _, host := range hosts {
		m.checkers.Add(1)
		go m.watch(ctx, host, interval, check)
	}
	go func() {
		m.checkers.Wait()
		close(m.results)
	}()
	go m.collect(report)
	return m
}

// Stop ends the monitor. It returns when all that the monitor has started has
// come to its end.
func (m *Monitor) Stop() {
	m.cancel()
	<-m.ended
}

// watch checks one host again and again.
func (m *Monitor) watch(ctx context.Context, host string, interval time.Duration, check Check) {
	defer m.checkers.Done()
	for {
		time.Sleep(interval)
		if ctx.Err() != nil {
			return
		}
		err := check(ctx, host)
		m.results <- Result{host, err}
		if errors.Is(err, ErrGone) {
			return
		}
	}
}

// collect reports the results of all the checks.
func (m *Monitor) collect(report func(Result)) {
	defer close(m.ended)
	for result := range m.results {
		report(result)
	}
}

// main watches two hosts for a while, for you to look at. The tests do not use
// it.
func main() {
	m := Start([]string{"web", "mail"}, 10*time.Millisecond, func(_ context.Context, host string) error {
		if host == "mail" {
			return ErrGone
		}
		return nil
	}, func(result Result) { fmt.Println(result.Host, result.Err) })
	time.Sleep(35 * time.Millisecond)
	m.Stop()
	fmt.Println("the monitor has stopped")
}
