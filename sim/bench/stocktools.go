package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"syscall"
	"time"

	"interleave/sim/explore/kernel"
)

// stockTool is a way to run a kernel as a test on the real runtime.
type stockTool struct {
	name    string
	dir     string // of its tests
	race    bool
	imports string
	body    string // of the test, which has the kernel's main beside it
}

var stockTools = []stockTool{
	{"go test -race -count=N", "race", true, "", "main()"},
	{"goleak, -count=N", "leak", false, "go.uber.org/goleak", "defer goleak.VerifyNone(t)\n\tmain()"},
	{"testing/synctest, -count=N", "bubble", false, "testing/synctest", "synctest.Test(t, func(*testing.T) { main() })"},
}

// source is the file of the test. It counts its runs by a byte each to
// descriptor 3.
func (t stockTool) source() []byte {
	imports := []string{"os", "testing"}
	if t.imports != "" {
		imports = append(imports, t.imports)
	}
	var b bytes.Buffer
	fmt.Fprint(&b, "package main\n\nimport (\n")
	for _, path := range imports {
		fmt.Fprintf(&b, "\t%q\n", path)
	}
	fmt.Fprintf(&b, ")\n\nvar countedRuns = os.NewFile(3, \"runs\")\n\nfunc TestKernel(t *testing.T) {\n\tcountedRuns.Write([]byte{0})\n\t%s\n}\n", t.body)
	return b.Bytes()
}

// build builds a test of each kernel, in a module of their own.
func (t stockTool) build(ctx context.Context, dir string, kernels []kernel.Kernel) (time.Duration, error) {
	for _, name := range []string{"go.mod", "go.sum"} { // of ours, for the versions in them
		b, err := os.ReadFile(name)
		if err != nil {
			return 0, err
		}
		if err := os.WriteFile(filepath.Join(dir, name), b, 0o600); err != nil {
			return 0, err
		}
	}
	for _, k := range kernels {
		at := filepath.Join(dir, t.dir, k.Name)
		if err := os.MkdirAll(at, 0o700); err != nil {
			return 0, err
		}
		for name, b := range map[string][]byte{"main.go": k.Bug, "main_test.go": t.source()} {
			if err := os.WriteFile(filepath.Join(at, name), b, 0o600); err != nil {
				return 0, err
			}
		}
	}
	args := []string{"test", "-c", "-vet=off", "-o", filepath.Join(dir, t.dir, "bin") + "/"}
	if t.race {
		args = append(args, "-race")
	}
	start := time.Now()
	cmd := grouped(exec.CommandContext(ctx, "go", append(args, "./"+t.dir+"/...")...))
	cmd.Dir = dir
	if out, err := cmd.CombinedOutput(); err != nil {
		why := ""
		if t.race {
			why = "; it needs a C compiler"
		}
		return 0, fmt.Errorf("go test: %w: %s%s", err, bytes.TrimSpace(out), why)
	}
	return time.Since(start), nil
}

// grouped lets a command be killed with all that it has started.
func grouped(cmd *exec.Cmd) *exec.Cmd {
	cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true, Pdeathsig: syscall.SIGKILL}
	cmd.Cancel = func() error { return syscall.Kill(-cmd.Process.Pid, syscall.SIGKILL) }
	cmd.WaitDelay = time.Second
	return cmd
}

// try runs a kernel again and again, in one process as go test -count does,
// until the tool finds something or its time is up. Without a limit of its own
// the runtime can see that a test hangs, if nobody is left to run.
func (t stockTool) try(ctx context.Context, dir string, k kernel.Kernel) (got tried, err error) {
	limited, cancel := context.WithTimeout(ctx, toolTime)
	defer cancel()
	counted, count, err := os.Pipe()
	if err != nil {
		return got, err
	}
	defer counted.Close()
	cmd := grouped(exec.CommandContext(limited, filepath.Join(dir, t.dir, "bin", k.Name+".test"), "-test.count=1000000000", "-test.failfast", "-test.timeout=0"))
	cmd.Env = append(os.Environ(), "GORACE=halt_on_error=1", "GOTRACEBACK=single")
	cmd.ExtraFiles = []*os.File{count}
	start := time.Now()
	out := &watcher{seen: func() { got.found, got.after = true, time.Since(start); cancel() }}
	cmd.Stdout, cmd.Stderr = out, out
	err = cmd.Start()
	count.Close()
	if err != nil {
		return got, err
	}
	var last time.Duration // when the last run began
	reading := make(chan struct{})
	go func() {
		defer close(reading)
		var b [4096]byte
		for n, err := counted.Read(b[:]); err == nil; n, err = counted.Read(b[:]) {
			got.runs += n
			last = time.Since(start)
		}
	}()
	err = cmd.Wait()
	ended := time.Since(start)
	counted.SetReadDeadline(time.Now()) // what the group has left open
	<-reading
	switch {
	case ctx.Err() != nil:
		return got, context.Cause(ctx)
	case got.found:
	case limited.Err() != nil:
		got.silent = ended-last > toolTime/2
	case errors.As(err, new(*exec.ExitError)):
		got.found, got.after = true, ended
	case err != nil:
		return got, err
	default:
		return got, errors.New("the test has ended without a word")
	}
	return got, nil
}

// watcher looks for a line by which a test says that something is wrong.
type watcher struct {
	tail []byte // of what was written: less than a line's beginning
	seen func() // is called at the first one; nil then
}

// wrong are the beginnings of such lines.
var wrong = []string{"WARNING: DATA RACE", "panic: ", "fatal error: ", "--- FAIL: "}

func (w *watcher) Write(p []byte) (int, error) {
	const longest = 20
	if w.seen == nil {
		return len(p), nil
	}
	if w.tail == nil {
		w.tail = []byte("\n")
	}
	w.tail = append(w.tail, p...)
	for _, mark := range wrong {
		if w.seen != nil && bytes.Contains(w.tail, []byte("\n"+mark)) {
			w.seen()
			w.seen = nil
		}
	}
	w.tail = bytes.Clone(w.tail[max(0, len(w.tail)-longest):])
	return len(p), nil
}
