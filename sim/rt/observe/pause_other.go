//go:build !linux

package observe

import "time"

// pause waits for a moment.
func pause() { time.Sleep(200 * time.Microsecond) }
