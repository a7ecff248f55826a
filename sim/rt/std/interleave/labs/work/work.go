// Package work is labs/work in the model: CPU time there is virtual.
package work

import (
	"time"

	"interleave/sim/rt"
)

// For keeps the running goroutine busy for d of virtual time.
func For(d time.Duration) { rt.Work(int64(d)) }
