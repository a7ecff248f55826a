package runner

import (
	"cmp"
	"fmt"
	"os"
	"runtime"
	"slices"
	"strings"
	"syscall"
	"time"

	"golang.org/x/sys/unix"
)

// child is a program's process. It leads a session and a process group of its
// own and dies with this process.
type child struct {
	process *os.Process
	state   *os.ProcessState // once it was reaped
	events  *os.File         // frames come from here
	control *os.File         // configuration and commands go here
	stderr  *os.File         // what the Go runtime itself complains about
}

// pipes makes the child's pipes. theirs are its descriptors 0 to 4.
func (c *child) pipes() (theirs []*os.File, err error) {
	null, err := os.OpenFile(os.DevNull, os.O_RDWR, 0)
	if err != nil {
		return nil, fmt.Errorf("open descriptors for the program: %w", err)
	}
	var fds [6]*os.File // three pipes, each its end for reading first
	for i := 0; i < len(fds); i += 2 {
		if fds[i], fds[i+1], err = os.Pipe(); err != nil {
			closeAll(append(fds[:i], null)...)
			return nil, fmt.Errorf("open descriptors for the program: %w", err)
		}
	}
	c.stderr, c.events, c.control = fds[0], fds[2], fds[5]
	return []*os.File{null, null, fds[1], fds[3], fds[4]}, nil
}

// start starts the program at path within the limits of cfg, with the ring as
// its descriptor [ringFD] if there is one. The program waits for its
// configuration before it does anything. The calling thread is its parent and
// has to outlive it.
func (c *child) start(path string, cfg Config, ring *os.File) error {
	theirs, err := c.pipes()
	if err != nil {
		return err
	}
	dir, files := "/", slices.Clone(theirs)
	if cfg.Local != nil {
		dir = cmp.Or(cfg.Local.Dir, dir)
		if cfg.Local.Stdin != nil {
			files[0] = cfg.Local.Stdin
		}
	}
	if ring != nil {
		files = append(files, ring)
	}
	process, err := os.StartProcess(path, []string{"main"}, &os.ProcAttr{
		Dir:   dir,
		Env:   childEnv(cfg),
		Files: files,
		Sys:   &syscall.SysProcAttr{Setsid: true, Pdeathsig: syscall.SIGKILL},
	})
	closeAll(theirs...)
	if err != nil {
		closeAll(c.events, c.control, c.stderr)
		return fmt.Errorf("start the program: %w", err)
	}
	c.process = process
	if err := c.limit(cfg); err != nil {
		c.kill()
		c.reap()
		closeAll(c.events, c.control, c.stderr)
		return err
	}
	return nil
}

// ringFD is the ring's descriptor in the program.
const ringFD = 5

// childEnv is the whole environment of a program. The collector works harder
// before the limit on memory ends a program that only had garbage.
func childEnv(cfg Config) []string {
	var env []string
	if cfg.Local != nil {
		for _, kv := range cfg.Local.Env {
			name, _, _ := strings.Cut(kv, "=")
			if name != "TZ" && name != "INTERLEAVE_HOST" && !slices.Contains(runtimeVars, name) {
				env = append(env, kv)
			}
		}
	}
	return append(env,
		"INTERLEAVE_HOST=1",
		"GOMAXPROCS="+fmt.Sprint(min(2, runtime.NumCPU())),
		"GOTRACEBACK=single",
		"GOMEMLIMIT="+fmt.Sprint(cfg.MaxMemory/4*3),
		"TZ=UTC",
	)
}

// runtimeVars are the variables by which Go's own runtime is told what to do.
var runtimeVars = []string{"GODEBUG", "GOGC", "GOMAXPROCS", "GOMEMLIMIT", "GORACE", "GOTRACEBACK"}

// maxFiles leaves a program the descriptors it has and a few for its runtime.
const maxFiles = 24

// pipeSize lets the program write some frames ahead of us.
const pipeSize = 1 << 20

func (c *child) limit(cfg Config) error {
	cpu := uint64((cfg.MaxCPU + time.Second - 1) / time.Second)
	files, fileSize := uint64(maxFiles), uint64(0)
	if cfg.Local != nil {
		files, fileSize = 1024, unix.RLIM_INFINITY
	}
	for _, l := range []struct {
		resource int
		most     uint64
	}{
		{unix.RLIMIT_CPU, cpu},
		{unix.RLIMIT_DATA, cfg.MaxMemory},
		{unix.RLIMIT_FSIZE, fileSize},
		{unix.RLIMIT_NOFILE, files},
		{unix.RLIMIT_CORE, 0},
		{unix.RLIMIT_MEMLOCK, 0},
		{unix.RLIMIT_MSGQUEUE, 0},
	} {
		if err := limit(c.process.Pid, l.resource, l.most); err != nil {
			return err
		}
	}
	return c.widen()
}

// widen makes room in the pipe of events; one that stays small is only slower.
func (c *child) widen() error {
	conn, err := c.events.SyscallConn()
	if err != nil {
		return fmt.Errorf("reach the pipe of events: %w", err)
	}
	return conn.Control(func(fd uintptr) { _, _ = unix.FcntlInt(fd, unix.F_SETPIPE_SZ, pipeSize) })
}

// await waits until the program has ended and leaves it a zombie, so that its
// number still is its own when the rest of its group is killed.
func (c *child) await() {
	for {
		err := unix.Waitid(unix.P_PID, c.process.Pid, nil, unix.WEXITED|unix.WNOWAIT, nil)
		if err != unix.EINTR {
			return
		}
	}
}

// kill kills the program's group. The program must not have been reaped.
func (c *child) kill() { _ = syscall.Kill(-c.process.Pid, syscall.SIGKILL) }

// reap takes the exit status of the program, which has ended.
func (c *child) reap() { c.state, _ = c.process.Wait() }

// used is what the program, which was reaped, has used.
func (c *child) used() (cpu time.Duration, peak uint64) {
	if c.state == nil {
		return 0, 0
	}
	if usage, ok := c.state.SysUsage().(*syscall.Rusage); ok {
		peak = uint64(usage.Maxrss) << 10
	}
	return c.state.UserTime() + c.state.SystemTime(), peak
}

// closeAll closes files that nothing more can be learnt from; nil is none.
func closeAll(files ...*os.File) {
	for _, f := range files {
		if f != nil {
			f.Close()
		}
	}
}
