package runner

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"

	"interleave/sim/sandbox"
)

// tool is one call of a program of the toolchain.
type tool struct {
	path string
	args []string
	dir  string
	env  []string

	box    *sandbox.Box // where it works on what others wrote; nil if it is on what is ours
	reads  []string     // what it sees there
	writes string       // a directory that it gets there
	fork   bool         // it starts other tools
	memory uint64       // most bytes; 0 for no limit
}

// toolResult is how a tool ended and what it said.
type toolResult struct {
	ok             bool
	state          *os.ProcessState
	ended          sandbox.Ending
	stdout, stderr []byte
}

const (
	maxToolOutput  = 8 << 20   // bytes of a tool's output
	maxToolFile    = 512 << 20 // bytes of a file that a tool writes in a box
	maxToolThreads = 1024      // of all its processes
)

// out is the file that a tool with a directory of its own writes.
func (t tool) out() string { return filepath.Join(t.writes, "out") }

// run runs t and kills it and all that it started when ctx ends; the error is
// then ctx's. A tool that fails is a result, not an error.
func (t tool) run(ctx context.Context) (toolResult, error) {
	var stdout, stderr bytes.Buffer
	spec := sandbox.Spec{
		Path: t.path, Args: t.args, Dir: t.dir, Env: t.env, Stdout: &stdout, Stderr: &stderr, Fork: t.fork,
		Limits: sandbox.Limits{Data: t.memory, Output: maxToolOutput},
	}
	box := t.box
	if box == nil {
		box = sandbox.Own()
	} else {
		spec.ReadOnly, spec.Writable = t.reads, []string{t.writes}
		spec.Limits.Memory, spec.Limits.FileSize, spec.Limits.Procs = t.memory, maxToolFile, maxToolThreads
		if err := box.Lend(t.writes); err != nil {
			return toolResult{}, err
		}
	}
	res, err := box.Run(ctx, spec)
	switch {
	case ctx.Err() != nil:
		return toolResult{}, context.Cause(ctx)
	case err != nil:
		return toolResult{}, err
	}
	return toolResult{ok: res.OK(), state: res.State, ended: res.Ended, stdout: stdout.Bytes(), stderr: stderr.Bytes()}, nil
}

// claim makes the file that t wrote ours, and gives it its place. The tool has
// ended, but what it was fed may have made it leave anything there, such as a
// link to a file of ours.
func (t tool) claim(place string, perm fs.FileMode) error {
	info, err := os.Lstat(t.out())
	if err == nil && !info.Mode().IsRegular() {
		err = errors.New("no plain file was made")
	}
	if err == nil && t.box != nil {
		err = os.Lchown(t.out(), os.Getuid(), os.Getgid())
	}
	if err == nil {
		err = errors.Join(os.Chmod(t.out(), perm), os.Rename(t.out(), place))
	}
	if err != nil {
		return fmt.Errorf("take what %s made: %w", filepath.Base(t.path), err)
	}
	return nil
}
