//go:build linux && !amd64 && !arm64

package enter

// Calls that are not there.
const (
	memfdCreate = ^uintptr(0)
	execveat    = ^uintptr(0)
)
