package runner

import (
	"os"
	"runtime"
	"sync"
)

// process is a program's process in our care: it dies with us at the latest,
// and what it says before it dies of itself is kept.
type process struct {
	cfg    Config // its limits, and what it gets of this machine
	child  child
	stderr head
	exited chan struct{} // closed when the process has ended and was reaped

	mu    sync.Mutex
	alive bool   // the process was not reaped yet
	cause ending // why it was killed, if it was
}

func newProcess(cfg Config) process {
	return process{cfg: cfg, stderr: head{max: maxStderr}, alive: true, exited: make(chan struct{})}
}

// start starts the program at path.
func (p *process) start(path string, ring *os.File) error {
	started := make(chan error)
	go p.parent(path, ring, started)
	return <-started
}

// parent starts the process and stays its parent, as a thread, to its end.
func (p *process) parent(path string, ring *os.File, started chan<- error) {
	runtime.LockOSThread()
	defer runtime.UnlockOSThread()
	err := p.child.start(path, p.cfg, ring)
	started <- err
	if err != nil {
		return
	}
	p.child.await()
	p.mu.Lock()
	p.child.kill()
	p.child.reap()
	p.alive = false
	p.mu.Unlock()
	close(p.exited)
}

// kill ends the process and says why. Only the first reason counts.
func (p *process) kill(why ending) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.killLocked(why)
}

func (p *process) killLocked(why ending) {
	if !p.alive {
		return
	}
	if p.cause.outcome == 0 {
		p.cause = why
	}
	p.child.kill()
}

// maxStderr bounds what is kept of the process's own standard error, to which
// only the Go runtime writes: why it gives up, and then every goroutine's
// stack, of which there may be a million.
const maxStderr = 64 << 10

// readStderr keeps the beginning of it. A process that says more is dying, and
// need not take its time over it.
func (p *process) readStderr() {
	b := make([]byte, 4<<10)
	for {
		n, err := p.child.stderr.Read(b)
		p.stderr.Write(b[:n])
		if err != nil { // the end, or a deadline after it
			return
		}
		if p.stderr.full() {
			p.kill(ending{})
		}
	}
}
