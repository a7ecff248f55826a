package probe

import (
	"os"

	"golang.org/x/sys/unix"
)

// shared is memory of a fixed size as a file.
func shared(size int64) (*os.File, error) {
	fd, err := unix.MemfdCreate("probes", unix.MFD_CLOEXEC|unix.MFD_ALLOW_SEALING)
	if err != nil {
		return nil, err
	}
	file := os.NewFile(uintptr(fd), "probes")
	if err := file.Truncate(size); err != nil {
		file.Close()
		return nil, err
	}
	// Should sealing fail, reading says so when the program cuts it short.
	_, _ = unix.FcntlInt(file.Fd(), unix.F_ADD_SEALS, unix.F_SEAL_SHRINK|unix.F_SEAL_GROW|unix.F_SEAL_SEAL)
	return file, nil
}
