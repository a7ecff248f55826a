package runner

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"runtime"
	"syscall"
	"time"

	"golang.org/x/sys/unix"
)

// tool is one call of a program of the toolchain.
type tool struct {
	path   string
	args   []string
	dir    string
	env    []string
	memory uint64 // most bytes of data; 0 for no limit
}

// toolResult is how a tool ended and what it said.
type toolResult struct {
	ok             bool
	state          *os.ProcessState
	stdout, stderr []byte
}

// maxToolOutput bounds what is kept of a tool's output.
const maxToolOutput = 8 << 20

// run runs t in a process group of its own and kills the whole group when ctx
// ends; the error is then ctx's. A tool that fails is a result, not an error.
func (t tool) run(ctx context.Context) (toolResult, error) {
	stdout, stderr := head{max: maxToolOutput}, head{max: maxToolOutput}
	cmd := exec.CommandContext(ctx, t.path, t.args...)
	cmd.Dir, cmd.Env = t.dir, t.env
	cmd.Stdout, cmd.Stderr = &stdout, &stderr
	cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true, Pdeathsig: syscall.SIGKILL}
	cmd.WaitDelay = time.Second // for whoever still holds the pipes
	cmd.Cancel = func() error { return syscall.Kill(-cmd.Process.Pid, syscall.SIGKILL) }
	// A parent, to the kernel, is a thread: it must live as long as its child.
	runtime.LockOSThread()
	defer runtime.UnlockOSThread()
	if err := cmd.Start(); err != nil {
		return toolResult{}, fmt.Errorf("start %s: %w", t.path, err)
	}
	if t.memory > 0 {
		// The tool is trusted; only what it is fed is not. So the moment
		// before the limit holds does no harm, and a tool that is already
		// through needs none.
		err := limit(cmd.Process.Pid, unix.RLIMIT_DATA, t.memory)
		if err != nil && !errors.Is(err, unix.ESRCH) {
			return toolResult{}, errors.Join(err, cmd.Cancel(), cmd.Wait())
		}
	}
	err := cmd.Wait()
	if ctx.Err() != nil {
		return toolResult{}, context.Cause(ctx)
	}
	var exit *exec.ExitError
	if err != nil && !errors.As(err, &exit) {
		return toolResult{}, fmt.Errorf("wait for %s: %w", t.path, err)
	}
	return toolResult{
		ok: err == nil, state: cmd.ProcessState,
		stdout: stdout.Bytes(), stderr: stderr.Bytes(),
	}, nil
}

// limit sets one resource limit of a process.
func limit(pid, resource int, most uint64) error {
	if err := unix.Prlimit(pid, resource, &unix.Rlimit{Cur: most, Max: most}, nil); err != nil {
		return fmt.Errorf("set limit %d of process %d: %w", resource, pid, err)
	}
	return nil
}

// head keeps the beginning of what is written to it.
type head struct {
	bytes.Buffer
	max int
}

// Write keeps what fits and claims to have taken all.
func (h *head) Write(p []byte) (int, error) {
	h.Buffer.Write(p[:min(len(p), h.max-h.Len())])
	return len(p), nil
}

func (h *head) full() bool { return h.Len() == h.max }
