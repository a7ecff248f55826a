package runner

import (
	"os"

	"golang.org/x/sys/unix"
)

// sharedMemory is memory of a fixed size as a file, nil if there is none.
func sharedMemory(size int64) *os.File {
	fd, err := unix.MemfdCreate("events", unix.MFD_CLOEXEC|unix.MFD_ALLOW_SEALING)
	if err != nil {
		return nil
	}
	file := os.NewFile(uintptr(fd), "events")
	if file.Truncate(size) != nil {
		file.Close()
		return nil
	}
	// Should sealing fail, a program that cuts the ring short only hurts itself.
	_, _ = unix.FcntlInt(file.Fd(), unix.F_ADD_SEALS, unix.F_SEAL_SHRINK|unix.F_SEAL_GROW|unix.F_SEAL_SEAL)
	return file
}

// pipeSize lets the program write some frames ahead of us.
const pipeSize = 1 << 20

// widen makes room in the pipe of events; one that stays small is only slower.
func widen(pipe *os.File) {
	if conn, err := pipe.SyscallConn(); err == nil {
		_ = conn.Control(func(fd uintptr) { _, _ = unix.FcntlInt(fd, unix.F_SETPIPE_SZ, pipeSize) })
	}
}
