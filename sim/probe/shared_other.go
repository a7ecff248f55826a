//go:build !linux

package probe

import (
	"errors"
	"os"
)

// shared is memory of a fixed size as a file: one that has no name any more.
func shared(size int64) (*os.File, error) {
	file, err := os.CreateTemp("", "probes-")
	if err != nil {
		return nil, err
	}
	if err := errors.Join(os.Remove(file.Name()), file.Truncate(size)); err != nil {
		file.Close()
		return nil, err
	}
	return file, nil
}
