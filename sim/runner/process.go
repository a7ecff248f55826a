package runner

import (
	"bytes"
	"context"
	"fmt"
	"os"
	"runtime"
	"slices"
	"strings"
	"sync"

	"interleave/sim/event"
	"interleave/sim/sandbox"
)

// process is a program's process in our care: it dies with us at the latest,
// and what it says before it dies of itself is kept.
type process struct {
	cfg     Config // its limits, and what it gets of this machine
	cmd     *sandbox.Cmd
	events  *os.File     // frames, or messages, come from here
	control *os.File     // configuration and commands go here
	stderr  bytes.Buffer // what the Go runtime itself complains about; of much, the beginning; once cmd is done

	mu    sync.Mutex
	cause ending // why it was killed, if it was
}

// ringFD is the ring's descriptor in the program; before it come those for
// events and commands.
const ringFD = 5

// start starts the program at path, with the ring as its descriptor [ringFD] if
// there is one. The program waits for its configuration before it does
// anything.
func (p *process) start(box *sandbox.Box, path string, ring *os.File) error {
	var fds [4]*os.File // two pipes, each its end for reading first
	var err error
	for i := 0; i < len(fds); i += 2 {
		if fds[i], fds[i+1], err = os.Pipe(); err != nil {
			closeAll(fds[:]...)
			return fmt.Errorf("open descriptors for the program: %w", err)
		}
	}
	p.events, p.control = fds[0], fds[3]
	theirs := []*os.File{fds[1], fds[2]}
	widen(p.events)

	spec := sandbox.Spec{Path: path, Env: childEnv(p.cfg), Stderr: &p.stderr, Files: theirs, Limits: limitsOf(p.cfg)}
	if ring != nil {
		spec.Files = append(slices.Clone(theirs), ring)
	}
	if local := p.cfg.Local; local != nil {
		spec.Dir, spec.Stdin = local.Dir, local.Stdin
		if local.Dir != "" {
			spec.ReadOnly = []string{local.Dir}
		}
	}
	// The run ends with its context as well, but tells so in its last event.
	p.cmd = box.Command(context.Background(), spec)
	err = p.cmd.Start()
	closeAll(theirs...)
	if err != nil {
		closeAll(p.events, p.control)
		return fmt.Errorf("start the program: %w", err)
	}
	return nil
}

// kill ends the process and says why. Only the first reason counts.
func (p *process) kill(why ending) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.killLocked(why)
}

func (p *process) killLocked(why ending) {
	if p.cause.outcome == 0 {
		p.cause = why
	}
	p.cmd.Kill()
}

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

const (
	maxFiles   = 24       // descriptors: those that a program has, and a few for its runtime
	maxThreads = 64       // of its runtime
	maxStderr  = 64 << 10 // bytes: why the runtime gives up, and then every goroutine's stack, of which there may be a million
	besideData = event.RingSize + 64<<20
)

// limitsOf are the limits of a program's process. Its wall clock is ours: it
// stands still while nothing is granted. Memory is limited as data; what is
// not, such as shared memory, by the limit on all that is resident.
func limitsOf(cfg Config) sandbox.Limits {
	l := sandbox.Limits{
		CPU: cfg.MaxCPU, Data: cfg.MaxMemory, Memory: cfg.MaxMemory + besideData,
		FileSize: sandbox.NoFile, Files: maxFiles, Procs: maxThreads, Output: maxStderr,
	}
	if cfg.Local != nil {
		l.Files, l.FileSize = 1024, 0
	}
	return l
}

// closeAll closes files that nothing more can be learnt from; nil is none.
func closeAll(files ...*os.File) {
	for _, f := range files {
		if f != nil {
			f.Close()
		}
	}
}
