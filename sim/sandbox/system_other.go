//go:build !linux

package sandbox

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"time"
)

// system is what a box keeps.
type system struct{}

// owns tells whether a layer is on in a box of the user's own programs.
func owns(k Kind) bool { return k == Group && groups }

// running is what a program's process holds here.
type running struct {
	null  *os.File
	begun time.Duration
	state *os.ProcessState
}

// probe takes out every layer that was not written for this system.
func (b *Box) probe(ctx context.Context) error {
	for _, k := range Kinds {
		if k != Group || !groups {
			b.off("there is no such layer for this system", k)
		}
	}
	if ctx.Err() != nil {
		return context.Cause(ctx)
	}
	return nil
}

func (b *Box) user() (id int, other bool) { return 0, false }

func monotonic() time.Duration { return 0 }

func (c *Cmd) launch(files []*os.File) error {
	process, err := os.StartProcess(c.spec.Path, append([]string{filepath.Base(c.spec.Path)}, c.spec.Args...), &os.ProcAttr{
		Dir: c.spec.Dir, Env: append([]string{}, c.spec.Env...), Files: files, Sys: c.box.attributes(),
	})
	if err != nil {
		return fmt.Errorf("start the process: %w", err)
	}
	c.mu.Lock()
	c.process = process
	c.mu.Unlock()
	return nil
}

// watchMemory has no way here to know what a process uses.
func (c *Cmd) watchMemory() (stop func()) { return func() {} }

func (c *Cmd) await() { c.running.state, _ = c.process.Wait() }

// reap takes what the process has used. It needs c.mu.
func (c *Cmd) reap() {
	if state := c.running.state; state != nil {
		c.result.State, c.result.CPU = state, state.UserTime()+state.SystemTime()
	}
}
