// A metrics registry: series and the labels on them. A scrape and a report read
// both, new series and new labels are added meanwhile.
package main

import (
	"fmt"
	"sync"
)

type registry struct {
	seriesMu sync.RWMutex
	series   map[string]int // name to value

	labelsMu sync.RWMutex
	labels   map[string]string // series to its label
}

// Add makes a new series.
func (r *registry) Add(name string, value int) {
	r.seriesMu.Lock()
	defer r.seriesMu.Unlock()
	r.series[name] = value
}

// Label sets the label of a series.
func (r *registry) Label(name, label string) {
	r.labelsMu.Lock()
	defer r.labelsMu.Unlock()
	r.labels[name] = label
}

// Scrape adds up the series that have a label.
func (r *registry) Scrape() int {
	r.seriesMu.RLock()
	defer r.seriesMu.RUnlock()
	r.labelsMu.RLock()
	defer r.labelsMu.RUnlock()
	sum := 0
	for name, value := range r.series {
		if r.labels[name] != "" {
			sum += value
		}
	}
	return sum
}

// Orphans counts the labels of series that do not exist.
func (r *registry) Orphans() int {
	r.seriesMu.RLock()
	defer r.seriesMu.RUnlock()
	r.labelsMu.RLock()
	defer r.labelsMu.RUnlock()
	n := 0
	for name := range r.labels {
		if _, ok := r.series[name]; !ok {
			n++
		}
	}
	return n
}

func main() {
	r := &registry{
		series: map[string]int{"reads": 4, "writes": 3},
		labels: map[string]string{"reads": "disk", "old": "disk"},
	}
	var sum, orphans int
	var wg sync.WaitGroup
	for _, work := range []func(){
		func() { sum = r.Scrape() },
		func() { orphans = r.Orphans() },
		func() { r.Add("retries", 9) },
		func() { r.Label("reads", "ssd") },
	} {
		wg.Add(1)
		go func() {
			defer wg.Done()
			work()
		}()
	}
	wg.Wait()

	fmt.Println("sum", sum, "orphans", orphans)
}
