package sandbox

import (
	"context"
	"errors"
	"fmt"
	"io"
	"math"
	"os"
	"strconv"
	"strings"
	"syscall"
	"time"

	"enter"

	"golang.org/x/sys/unix"
)

const (
	nobody   = 65534 // who the program is on the host if the caller is root
	insideID = 1000  // who the program is inside
)

// system is what a box keeps on Linux.
type system struct {
	cgroups cgroups
}

// owns tells whether a layer is on in a box of the user's own programs.
func owns(k Kind) bool { return k == Group || k == Rlimits }

// running is what a program's process holds here.
type running struct {
	null   *os.File
	begun  time.Duration // by the clock of the marks
	cgroup *cgroup
}

// attempts is how often a process is started that ends before it has become the
// program, and so has done nothing yet.
const attempts = 3

// launch starts the process, has it carry out its plan, and returns once it has
// become the program.
func (c *Cmd) launch(files []*os.File) (err error) {
	for range attempts {
		if err = c.tryLaunch(files); !errors.Is(err, errUnbegun) {
			break
		}
	}
	return err
}

func (c *Cmd) tryLaunch(files []*os.File) error {
	plan, err := c.box.plan(c.spec, c.Trace)
	if err != nil {
		return err
	}
	var ends [4]*os.File // plan and status, each its end for reading first
	defer func() {
		for _, f := range ends {
			if f != nil {
				f.Close()
			}
		}
	}()
	for i := 0; i < len(ends); i += 2 {
		if ends[i], ends[i+1], err = os.Pipe(); err != nil {
			return fmt.Errorf("make a pipe: %w", err)
		}
	}
	attr := c.box.attributes()
	if c.box.On(Cgroup) {
		if c.running.cgroup, err = c.box.system.cgroups.make(c.spec.Limits); err != nil {
			return err
		}
		c.running.cgroup.attach(attr)
	}
	process, err := os.StartProcess("/proc/self/exe", []string{"sandbox"}, &os.ProcAttr{
		Dir:   "/",
		Env:   []string{enter.Variable + "=" + strconv.Itoa(len(files))},
		Files: append(files, ends[0], ends[3]),
		Sys:   attr,
	})
	if err == nil {
		c.mu.Lock()
		c.process = process
		c.mu.Unlock()
		err = c.drive(plan, ends)
	}
	if err == nil {
		return nil
	}
	if process != nil {
		c.end(Stopped)
		c.mu.Lock()
		c.reap()
		if errors.Is(err, errUnbegun) {
			err = fmt.Errorf("%w: %v", err, c.result.State)
		}
		c.process, c.result = nil, Result{}
		c.mu.Unlock()
	} else {
		c.running.cgroup.remove()
	}
	return err
}

// monotonic is the clock that all processes of the machine share.
func monotonic() time.Duration {
	var now unix.Timespec
	_ = unix.ClockGettime(unix.CLOCK_MONOTONIC, &now) // only a clock that is not there fails
	return time.Duration(now.Nano())
}

// drive sends the plan and hears how it went: nothing is said once the program
// was executed.
func (c *Cmd) drive(plan enter.Plan, ends [4]*os.File) error {
	forget := context.AfterFunc(c.ctx, c.Kill)
	defer forget()
	ends[0].Close()
	ends[3].Close()
	if err := c.running.cgroup.enter(c.process.Pid); err != nil {
		return err
	}
	if _, err := ends[1].Write(plan.Encode()); err != nil {
		return fmt.Errorf("send the plan: %w", err)
	}
	said, err := io.ReadAll(ends[2])
	if err != nil {
		return fmt.Errorf("hear of the plan: %w", err)
	}
	return c.hear(string(said))
}

// hear takes in what the process said before it became the program: marks, the
// last of them just before it did, and which step went wrong, if one did.
func (c *Cmd) hear(said string) error {
	for line := range strings.Lines(said) {
		word := strings.Split(strings.TrimSuffix(line, "\n"), "\x00")
		if len(word) != 3 {
			return fmt.Errorf("a plan that says %q", line)
		}
		n, err := strconv.ParseInt(word[2], 10, 64)
		if err != nil {
			return fmt.Errorf("a plan that says %q: %w", line, err)
		}
		if word[0] != "mark" {
			return &StepError{Step: word[0], About: word[1], Err: syscall.Errno(n)}
		}
		c.result.Marks = append(c.result.Marks, Mark{word[1], time.Duration(n) - c.running.begun})
	}
	if c.ctx.Err() != nil {
		return context.Cause(c.ctx)
	}
	if len(c.result.Marks) == 0 {
		return errUnbegun
	}
	return nil
}

// errUnbegun is the error for a process of which nothing was heard.
var errUnbegun = errors.New("the process ended before it became the program")

// attributes are the namespaces and identities that the process is born with.
func (b *Box) attributes() *syscall.SysProcAttr {
	attr := &syscall.SysProcAttr{}
	if b.On(Group) {
		attr.Setsid, attr.Pdeathsig = true, syscall.SIGKILL
	}
	for kind, flag := range map[Kind]uintptr{
		User: syscall.CLONE_NEWUSER, Pid: syscall.CLONE_NEWPID, Root: syscall.CLONE_NEWNS,
		Net: syscall.CLONE_NEWNET, IPC: syscall.CLONE_NEWIPC | syscall.CLONE_NEWUTS,
	} {
		if b.On(kind) {
			attr.Cloneflags |= flag
		}
	}
	switch {
	case !b.On(User):
	case os.Geteuid() == 0:
		ids := []syscall.SysProcIDMap{{ContainerID: 0, HostID: 0, Size: 1}, {ContainerID: insideID, HostID: nobody, Size: 1}}
		attr.UidMappings, attr.GidMappings, attr.GidMappingsEnableSetgroups = ids, ids, true
	default:
		attr.UidMappings = []syscall.SysProcIDMap{{ContainerID: insideID, HostID: os.Geteuid(), Size: 1}}
		attr.GidMappings = []syscall.SysProcIDMap{{ContainerID: insideID, HostID: os.Getegid(), Size: 1}}
		// To mount, to give all of it up, for what an overlay does in its room, and
		// to switch the loopback on.
		attr.AmbientCaps = []uintptr{unix.CAP_SYS_ADMIN, unix.CAP_SETPCAP, unix.CAP_DAC_OVERRIDE, unix.CAP_FOWNER, unix.CAP_NET_ADMIN}
	}
	return attr
}

// user is who a program is on the host, false if that is the caller.
func (b *Box) user() (id int, other bool) { return nobody, b.On(Rights) && os.Geteuid() == 0 }

// killAll kills the process and its group, which take the whole pid namespace
// with them. The process must not have been reaped. It needs c.mu.
func (c *Cmd) killAll() {
	pid := c.process.Pid
	_ = syscall.Kill(pid, syscall.SIGKILL)
	if c.box.On(Group) {
		_ = syscall.Kill(-pid, syscall.SIGKILL)
	}
	c.running.cgroup.kill()
}

// await waits until the process has ended and leaves it a zombie, so that its
// number is still its own when the rest of its group is killed.
func (c *Cmd) await() {
	for {
		err := unix.Waitid(unix.P_PID, c.process.Pid, nil, unix.WEXITED|unix.WNOWAIT, nil)
		if !errors.Is(err, unix.EINTR) {
			return
		}
	}
}

// reap takes the exit status of the process, which has ended or was killed, and
// what it has used. It needs c.mu.
func (c *Cmd) reap() {
	state, err := c.process.Wait()
	if err != nil {
		return
	}
	r := &c.result
	r.State, r.CPU = state, state.UserTime()+state.SystemTime()
	if usage, ok := state.SysUsage().(*syscall.Rusage); ok {
		r.Peak = uint64(usage.Maxrss) << 10
	}
	if peak, over := c.running.cgroup.used(); peak > 0 {
		r.Peak = peak
		if over && r.Ended == "" && !state.Success() {
			r.Ended = OverMemory
		}
	}
	status, ok := state.Sys().(syscall.WaitStatus)
	cpu := c.spec.Limits.CPU
	if ok && r.Ended == "" && cpu > 0 && status.Signaled() && r.CPU >= cpu/2 && // the kernel's limit counts ticks, some of which were others'
		(status.Signal() == syscall.SIGKILL || status.Signal() == syscall.SIGXCPU) {
		r.Ended = OverCPU
	}
	c.running.cgroup.remove()
}

// infinity is a limit that is none.
const infinity = math.MaxUint64
