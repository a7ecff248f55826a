//go:build amd64 || arm64

package probe

// getg returns the address of the goroutine's g, which stays where it is and may
// be another goroutine's when this one has ended.
func getg() uintptr
