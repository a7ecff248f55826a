// Package work is CPU time for the programs of labs: burnt for real by go run,
// and virtual in the model, where a goroutine that works can be pre-empted and
// a second of it takes no time at all.
package work

import "time"

// For keeps the running goroutine busy for d.
func For(d time.Duration) {
	for start := time.Now(); time.Since(start) < d; {
	}
}
