package os

import (
	"io"
	"syscall"

	"interleave/sim/rt"
)

// pipeRoom is how much a pipe holds before its writer has to wait: the
// kernel's usual 64 KiB.
const pipeRoom = 64 << 10

// pipe is what the two Files of Pipe share.
type pipe struct {
	mu      rt.Mutex
	changed rt.Cond
	held    []byte
	closed  [2]bool // the end for reading, the end for writing
}

// Pipe returns the two ends of a pipe within the program.
func Pipe() (r *File, w *File, err error) {
	p := &pipe{}
	p.changed.L = &p.mu
	return &File{std: -1, pipe: p}, &File{std: -1, pipe: p, writes: 1}, nil
}

func (p *pipe) read(b []byte) (int, error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	for len(p.held) == 0 && len(b) > 0 {
		switch {
		case p.closed[0]:
			return 0, ErrClosed
		case p.closed[1]:
			return 0, io.EOF
		}
		p.changed.Wait()
	}
	n := copy(b, p.held)
	p.held = p.held[n:]
	p.changed.Broadcast()
	return n, nil
}

func (p *pipe) write(b []byte) (n int, err error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	for len(b) > 0 {
		switch {
		case p.closed[1]:
			return n, ErrClosed
		case p.closed[0]:
			return n, syscall.EPIPE
		}
		if m := min(len(b), pipeRoom-len(p.held)); m > 0 {
			p.held = append(p.held, b[:m]...)
			b, n = b[m:], n+m
			p.changed.Broadcast()
			continue
		}
		p.changed.Wait()
	}
	return n, nil
}

func (p *pipe) close(end int) error {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.closed[end] {
		return ErrClosed
	}
	p.closed[end] = true
	p.changed.Broadcast()
	return nil
}
