package grade

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strconv"
	"strings"
	"sync"
	"syscall"
	"time"
)

const (
	maxOutput = 256 << 10              // bytes that a process may write to stdout and to stderr, each
	maxSeal   = 64                     // bytes that are read of a seal
	watch     = 100 * time.Millisecond // between two looks at the memory
	grace     = time.Second            // for pipes to be closed after the process is gone
)

// limits of a process and all of its descendants; 0 is no limit.
type limits struct {
	time   time.Duration
	memory int64 // bytes resident
	output int
}

// process is something to execute.
type process struct {
	path     string
	args     []string
	dir      string
	env      []string
	withSeal bool // give it a pipe as file descriptor 3
	limits   limits
}

// output is what a process left behind.
type output struct {
	stdout, stderr string
	seal           string
}

// execute runs a process to its end in a process group of its own and kills
// what is left of the group, whatever happened. The error is an errLimit, an
// *exec.ExitError, or the context's.
func execute(ctx context.Context, p process) (output, error) {
	ctx, cancel := context.WithCancelCause(ctx)
	defer cancel(nil)
	if p.limits.time > 0 {
		timer := time.AfterFunc(p.limits.time, func() { cancel(overTime) })
		defer timer.Stop()
	}
	full := func() { cancel(overOutput) }
	stdout, stderr := &bounded{max: p.limits.output, full: full}, &bounded{max: p.limits.output, full: full}

	cmd := exec.CommandContext(ctx, p.path, p.args...)
	cmd.Dir, cmd.Env = p.dir, p.env
	cmd.Stdout, cmd.Stderr = stdout, stderr
	cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true, Pdeathsig: syscall.SIGKILL}
	cmd.Cancel = func() error { return syscall.Kill(-cmd.Process.Pid, syscall.SIGKILL) }
	cmd.WaitDelay = grace

	var seal *os.File
	if p.withSeal {
		read, write, err := os.Pipe()
		if err != nil {
			return output{}, fmt.Errorf("make a pipe: %w", err)
		}
		defer read.Close()
		defer write.Close()
		seal, cmd.ExtraFiles = read, []*os.File{write}
	}
	// The kernel sends Pdeathsig when the thread that started the child ends.
	runtime.LockOSThread()
	defer runtime.UnlockOSThread()
	if err := cmd.Start(); err != nil {
		return output{}, fmt.Errorf("start %s: %w", filepath.Base(p.path), err)
	}
	ended := watchMemory(cmd.Process.Pid, p.limits.memory, func() { cancel(overMemory) })
	err := cmd.Wait()
	ended()
	_ = syscall.Kill(-cmd.Process.Pid, syscall.SIGKILL) // nobody may be left; mostly nobody is
	out := output{stdout: stdout.String(), stderr: stderr.String()}
	if cause := context.Cause(ctx); cause != nil {
		return out, cause
	}
	if seal != nil {
		out.seal = readSeal(seal, cmd.ExtraFiles[0])
	}
	return out, err
}

// readSeal reads what is in the pipe now. The process is gone and our own end
// for writing is closed, so that nothing more can come.
func readSeal(read, write *os.File) string {
	write.Close()
	_ = read.SetReadDeadline(time.Now().Add(grace))
	seal, _ := io.ReadAll(io.LimitReader(read, maxSeal)) // a seal that cannot be read is none
	return string(seal)
}

// bounded keeps the first max bytes written to it, and calls full when there
// are more.
type bounded struct {
	max  int
	full func()

	mu   sync.Mutex
	kept bytes.Buffer
}

func (b *bounded) Write(p []byte) (int, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	room := b.max - b.kept.Len()
	if len(p) > room {
		b.kept.Write(p[:room])
		b.full()
		return len(p), nil
	}
	return b.kept.Write(p)
}

func (b *bounded) String() string {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.kept.String()
}

// watchMemory calls over when the processes of a group use more than max bytes
// together. RLIMIT_DATA would do this better but for the race detector, whose
// shadow memory it counts. The caller has to call the returned function.
func watchMemory(group int, max int64, over func()) (stop func()) {
	if max == 0 {
		return func() {}
	}
	done := make(chan struct{})
	var watching sync.WaitGroup
	watching.Go(func() {
		ticker := time.NewTicker(watch)
		defer ticker.Stop()
		for {
			select {
			case <-done:
				return
			case <-ticker.C:
				if groupMemory(group) > max {
					over()
					return
				}
			}
		}
	})
	return func() {
		close(done)
		watching.Wait()
	}
}

// groupMemory returns the resident memory of a process group in bytes.
func groupMemory(group int) int64 {
	stats, _ := filepath.Glob("/proc/[0-9]*/stat") // the pattern is well-formed
	var pages int64
	for _, name := range stats {
		stat, err := os.ReadFile(name)
		if err != nil {
			continue // it has ended
		}
		// The name of the command, in parentheses, may hold anything. Behind it
		// come state, parent and group; the 22nd field there is the memory.
		fields := strings.Fields(string(stat[bytes.LastIndexByte(stat, ')')+1:]))
		if len(fields) < 22 || fields[2] != strconv.Itoa(group) {
			continue
		}
		resident, err := strconv.ParseInt(fields[21], 10, 64)
		if err == nil {
			pages += resident
		}
	}
	return pages * int64(os.Getpagesize())
}
