package sandbox

import (
	"cmp"
	"context"
	"fmt"
	"io"
	"os"
	"reflect"
	"runtime"
	"sync"
	"time"
)

// grace is how long a pipe may take to be closed when nobody is left who could
// hold it.
const grace = time.Second

// Cmd is a program, before, while and after it runs.
type Cmd struct {
	Trace bool // more Result.Marks

	ctx     context.Context
	box     *Box
	spec    Spec
	begun   time.Time
	out     [2]*tap // stdout and stderr, if they are no files
	copying sync.WaitGroup
	done    chan struct{} // closed when result is final

	mu      sync.Mutex
	process *os.Process // until it was reaped
	result  Result
	running running
}

// StepError is a step on the way to the program that the kernel refused.
type StepError struct {
	Step  string // a word of the plan: bind, seccomp, exec ...
	About string // a path, mostly
	Err   error
}

func (e *StepError) Error() string { return fmt.Sprintf("%s %s: %v", e.Step, e.About, e.Err) }

// Unwrap returns the kernel's answer.
func (e *StepError) Unwrap() error { return e.Err }

// Command is a program that is not yet started. When ctx ends, it and all that
// it started is killed.
func (b *Box) Command(ctx context.Context, spec Spec) *Cmd {
	return &Cmd{ctx: ctx, box: b, spec: spec, done: make(chan struct{})}
}

// Start starts the program. It returns once the program itself was executed, so
// that whatever stood in the way is the error. It is called once.
func (c *Cmd) Start() error {
	c.begun, c.running.begun = time.Now(), monotonic()
	if err := c.ctx.Err(); err != nil {
		return fmt.Errorf("start %s: %w", c.spec.Path, context.Cause(c.ctx))
	}
	started := make(chan error)
	go c.parent(started)
	if err := <-started; err != nil {
		return fmt.Errorf("start %s: %w", c.spec.Path, err)
	}
	return nil
}

// Wait waits until the program has ended and nothing more comes of it.
func (c *Cmd) Wait() Result {
	<-c.done
	return c.result
}

// Done is closed when Wait would not block. A Cmd whose Start failed is never done.
func (c *Cmd) Done() <-chan struct{} { return c.done }

// Pid is the number of the process on the host; 0 before Start and after the end.
func (c *Cmd) Pid() int {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.process == nil {
		return 0
	}
	return c.process.Pid
}

// Kill ends the program and all that it started.
func (c *Cmd) Kill() { c.end(Stopped) }

// end kills everything and says why. Only the first reason counts.
func (c *Cmd) end(why Ending) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.process == nil {
		return
	}
	if c.result.Ended == "" {
		c.result.Ended = why
	}
	c.killAll()
}

// parent starts the process and is its parent, to its end: to the kernel, that
// is a thread, and a child that is to die with its parent dies with the thread.
func (c *Cmd) parent(started chan<- error) {
	runtime.LockOSThread()
	defer runtime.UnlockOSThread()
	files, err := c.files()
	if err == nil {
		err = c.launch(files)
	}
	c.closeTheirs()
	if err != nil {
		c.closeOurs()
		started <- err
		return
	}
	stop := c.watch()
	started <- nil
	c.await()
	stop()
	c.mu.Lock()
	c.killAll()
	c.reap()
	c.process = nil
	c.mu.Unlock()
	c.result.Wall = time.Since(c.begun)
	c.drain()
	close(c.done)
}

// watch keeps the limits that the kernel does not keep. The returned function
// ends all of it.
func (c *Cmd) watch() (stop func()) {
	stops := []func(){c.watchMemory()}
	forget := context.AfterFunc(c.ctx, c.Kill)
	stops = append(stops, func() { forget() })
	if wall := c.spec.Limits.Wall; wall > 0 {
		timer := time.AfterFunc(wall, func() { c.end(OverWall) })
		stops = append(stops, func() { timer.Stop() })
	}
	for _, t := range c.out {
		if t != nil {
			c.copying.Go(func() { t.copy(func() { c.end(OverOutput) }) })
		}
	}
	return func() {
		for _, stop := range stops {
			stop()
		}
	}
}

// drain waits until all that was written has been read. A pipe that somebody
// still holds, though all were killed, is given up.
func (c *Cmd) drain() {
	drained := make(chan struct{})
	go func() {
		c.copying.Wait()
		close(drained)
	}()
	timer := time.NewTimer(grace)
	defer timer.Stop()
	select {
	case <-drained:
	case <-timer.C:
		c.result.Left = true
		for _, t := range c.out {
			if t != nil {
				_ = t.read.SetReadDeadline(time.Now())
			}
		}
		<-drained
	}
	c.closeOurs()
}

// files are the program's descriptors. Some are made for it alone: closeTheirs
// closes them here once it has them.
func (c *Cmd) files() ([]*os.File, error) {
	files := make([]*os.File, 0, 3+len(c.spec.Files))
	null, err := os.OpenFile(os.DevNull, os.O_RDWR, 0)
	if err != nil {
		return nil, fmt.Errorf("open an empty input: %w", err)
	}
	c.running.null = null
	files = append(files, cmp.Or(c.spec.Stdin, null))
	for i, w := range []io.Writer{c.spec.Stdout, c.spec.Stderr} {
		if w == nil {
			w = null
		}
		if f, ok := w.(*os.File); ok {
			files = append(files, f)
			continue
		}
		if i == 1 && c.out[0] != nil && same(w, c.spec.Stdout) {
			files = append(files, c.out[0].write)
			continue
		}
		t, err := newTap(w, c.spec.Limits.Output)
		if err != nil {
			return nil, err
		}
		c.out[i] = t
		files = append(files, t.write)
	}
	return append(files, c.spec.Files...), nil
}

// same tells whether two writers are one, which is then written to by one
// goroutine only.
func same(a, b io.Writer) bool {
	t := reflect.TypeOf(a)
	return t != nil && t.Comparable() && a == b
}

func (c *Cmd) closeTheirs() {
	if c.running.null != nil {
		c.running.null.Close()
	}
	for _, t := range c.out {
		if t != nil {
			t.write.Close()
		}
	}
}

func (c *Cmd) closeOurs() {
	for _, t := range c.out {
		if t != nil {
			t.read.Close()
		}
	}
}

// tap is a pipe whose beginning is kept.
type tap struct {
	read, write *os.File
	to          io.Writer
	max         int // 0 is no limit
}

func newTap(to io.Writer, most int) (*tap, error) {
	read, write, err := os.Pipe()
	if err != nil {
		return nil, fmt.Errorf("make a pipe: %w", err)
	}
	return &tap{read: read, write: write, to: to, max: most}, nil
}

// copy hands on what comes, to the end or to the limit. What is over it is read
// and dropped, so that who writes it does not block before it is killed.
func (t *tap) copy(over func()) {
	if t.max > 0 {
		n, err := io.Copy(t.to, io.LimitReader(t.read, int64(t.max)))
		if err != nil || n < int64(t.max) {
			return
		}
		var more [1]byte
		if n, _ := t.read.Read(more[:]); n == 0 {
			return
		}
		over()
		_, _ = io.Copy(io.Discard, t.read)
		return
	}
	_, _ = io.Copy(t.to, t.read)
}
