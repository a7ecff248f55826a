package runner

import (
	"context"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"

	"interleave/sim/rewrite"
)

// drive calls the compiler and the linker themselves. An error that is neither
// a *BuildError nor the context's means that the direct way does not work.
func (j *job) drive(ctx context.Context, took *Took) error {
	if err := j.compile(ctx, took); err != nil {
		return err
	}
	defer timed(&took.Link)()
	res, err := j.tool("link", "-o", j.out, "-importcfg", j.stock.importcfg(), "-buildmode=exe", "-s", "-w", j.archive()).run(ctx)
	if err != nil {
		return fmt.Errorf("link: %w", err)
	}
	if !res.ok {
		return fmt.Errorf("link: %s: %s", res.state, firstLines(append(res.stdout, res.stderr...), 5))
	}
	return nil
}

func (j *job) compile(ctx context.Context, took *Took) error {
	defer timed(&took.Compile)()
	args := []string{
		"-o", j.archive(), "-p", "main", "-complete", "-dwarf=false", "-c=2", "-trimpath", j.dir + "=>",
		"-importcfg", j.stock.importcfg(), "-pack", "--",
	}
	res, err := j.tool("compile", append(args, j.names...)...).run(ctx)
	switch {
	case err != nil:
		return fmt.Errorf("compile: %w", err)
	case res.ok:
		return nil
	}
	return j.blame(res)
}

func (j *job) archive() string { return filepath.Join(j.dir, "main.a") }

// tool is a call of the compiler or linker: short-lived, so that collecting
// garbage would be a waste, and without an environment to be misled by.
func (j *job) tool(name string, args ...string) tool {
	return tool{
		path: j.stock.tc.tool(name), args: args, dir: j.dir,
		env: []string{"GOGC=off", "GOMEMLIMIT=" + strconv.Itoa(buildMemory/2), "GOROOT=" + j.stock.tc.root, "TMPDIR=" + j.dir}, memory: buildMemory,
	}
}

// goBuild has the go command build the same sources. An overlay puts them
// into the module that holds the runtime, without writing there.
func (j *job) goBuild(ctx context.Context) error {
	name := filepath.Base(j.dir)
	overlay := struct{ Replace map[string]string }{map[string]string{}}
	for _, f := range j.names {
		overlay.Replace[filepath.Join(j.stock.dir, name, f)] = filepath.Join(j.dir, f)
	}
	list, err := json.Marshal(overlay)
	if err != nil {
		return fmt.Errorf("describe sources: %w", err)
	}
	file := filepath.Join(j.dir, "overlay.json")
	if err := os.WriteFile(file, list, 0o600); err != nil {
		return fmt.Errorf("describe sources: %w", err)
	}
	res, err := tool{
		path: j.stock.tc.command, dir: j.stock.dir, env: goEnv(),
		args: []string{"build", "-overlay", file, "-trimpath", libraryFlags, "-ldflags=-s -w", "-o", j.out, "./" + name},
	}.run(ctx)
	switch {
	case err != nil:
		return fmt.Errorf("go build: %w", err)
	case res.ok:
		return nil
	}
	return j.blame(res)
}

// complaint is how compiler and go command report an error.
var complaint = regexp.MustCompile(`(?m)^(?:.*/)?([^/\s:]+\.go):(\d+)(?::(\d+))?: (.*(?:\n\t.*)*)`)

// blame turns a failed compile into problems of the program. The positions are
// the learner's own: the rewritten source says where it comes from.
func (j *job) blame(res toolResult) error {
	out := string(res.stdout) + string(res.stderr)
	if isMemory(out) {
		return j.tooBig("takes more memory than it may have")
	}
	var problems []rewrite.Problem
	for _, m := range complaint.FindAllStringSubmatch(out, -1) {
		line, _ := strconv.Atoi(m[2]) // digits
		col, _ := strconv.Atoi(m[3])  // digits or nothing
		problems = append(problems, rewrite.Problem{File: m[1], Line: line, Col: max(col, 1), Msg: strings.TrimSpace(m[4])})
	}
	if len(problems) == 0 {
		return fmt.Errorf("compile: %s: %s", res.state, firstLines([]byte(out), 5))
	}
	return &BuildError{problems}
}
