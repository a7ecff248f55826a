//go:build darwin || dragonfly || freebsd || linux || netbsd || openbsd

package observe

import (
	"syscall"
	"time"
)

// open takes a descriptor over; nil if it is none.
func open(fd int) *stream {
	var st syscall.Stat_t
	if syscall.Fstat(fd, &st) != nil {
		return nil
	}
	syscall.CloseOnExec(fd)
	s := &stream{fd: fd, dev: uint64(st.Dev), ino: st.Ino, epoch: time.Now()}
	s.most.Store(plenty)
	return s
}

// same reports whether the descriptor is still what it was.
func (s *stream) same() bool {
	var st syscall.Stat_t
	return syscall.Fstat(s.fd, &st) == nil && uint64(st.Dev) == s.dev && st.Ino == s.ino
}

func write(fd int, b []byte) (int, error) { return syscall.Write(fd, b) }

func shut(fd int) { _ = syscall.Close(fd) }

// mapped is the memory behind a descriptor, which is then closed.
func mapped(fd int) []byte {
	defer syscall.Close(fd)
	b, err := syscall.Mmap(fd, 0, 2, syscall.PROT_READ|syscall.PROT_WRITE, syscall.MAP_SHARED)
	if err != nil {
		return nil
	}
	return b
}
