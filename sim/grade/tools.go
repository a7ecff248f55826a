package grade

import (
	"bytes"
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"interleave/sim/runner"
	"interleave/sim/sandbox"
)

// tools is the toolchain of this machine, and the environment in which it and
// the tests run: nothing of ours but what is listed here.
type tools struct {
	goCommand string
	toolDir   string   // of compiler, linker and vet
	version   string   // of Go
	race      bool     // there is a C compiler, which the race detector needs
	env       []string // for the go command, without the network
	proxy     string   // where the user takes modules from
	readOnly  []string // what the go command reads

	box    *sandbox.Box
	runner *runner.Runner

	// Once warmUp has run:
	library library // what an exercise may import
	direct  direct
}

// goEnv is what go env says about the user's settings.
type goEnv struct {
	GOROOT, GOTOOLDIR, GOVERSION, GOMODCACHE, GOCACHE, GOPROXY, GONOSUMDB, GOSUMDB, CC, CGO_ENABLED string
}

// warmTime bounds Prepare: the standard library is compiled for the race
// detector once, which takes a slow machine a minute or two.
const warmTime = 10 * time.Minute

func findTools(ctx context.Context) (*tools, error) {
	command, err := exec.LookPath("go")
	if err != nil {
		return nil, fmt.Errorf("find the go command: %w", err)
	}
	cmd := exec.CommandContext(ctx, command, "env", "-json")
	cmd.Dir = os.TempDir() // no module there may change the answer
	cmd.Env = append(os.Environ(), "GOTOOLCHAIN=local", "GOWORK=off")
	out, err := cmd.Output()
	if err != nil {
		return nil, fmt.Errorf("go env: %w", err)
	}
	var env goEnv
	if err := json.Unmarshal(out, &env); err != nil {
		return nil, fmt.Errorf("go env: %w", err)
	}
	t := &tools{
		goCommand: filepath.Join(env.GOROOT, "bin", "go"), toolDir: env.GOTOOLDIR, version: env.GOVERSION, race: hasCompiler(env), proxy: env.GOPROXY,
		readOnly: existing(env.GOROOT, env.GOCACHE, env.GOMODCACHE, "/usr", "/bin", "/lib", "/lib64"),
	}
	t.env = []string{
		"PATH=" + os.Getenv("PATH"), "GOROOT=" + env.GOROOT, "GOMODCACHE=" + env.GOMODCACHE, "GOCACHE=" + env.GOCACHE,
		"GOSUMDB=" + env.GOSUMDB, "GONOSUMDB=" + env.GONOSUMDB, "CC=" + env.CC,
		"GOTOOLCHAIN=local", "GOENV=off", "GOWORK=off", "GOFLAGS=", "GO111MODULE=on", "GOTELEMETRY=off",
	}
	return t, nil
}

func hasCompiler(env goEnv) bool {
	compiler := strings.Fields(env.CC)
	if env.CGO_ENABLED != "1" || len(compiler) == 0 {
		return false
	}
	_, err := exec.LookPath(compiler[0])
	return err == nil
}

// existing are those of the paths that are there.
func existing(paths ...string) []string {
	return slices.DeleteFunc(paths, func(path string) bool {
		_, err := os.Stat(path)
		return err != nil
	})
}

// scratch is a directory for temporary files.
func (t *tools) scratch(ws *workspace) string {
	if t.box.On(sandbox.Root) {
		return "/tmp" // its own, in memory
	}
	return ws.scratch
}

// errStatus is the error for a tool that did not succeed.
var errStatus = errors.New("exit status")

// maxOutput is how many bytes a process may write to stdout and to stderr, each.
const maxOutput = 256 << 10

// environment is that of the go command in a workspace.
func (t *tools) environment(scratch, proxy string, race bool) []string {
	cgo := "0"
	if race {
		cgo = "1"
	}
	return append([]string{"GOPROXY=" + proxy, "HOME=" + scratch, "GOPATH=" + scratch, "TMPDIR=" + scratch, "CGO_ENABLED=" + cgo}, t.env...)
}

// run runs the go command in the workspace's exercise directory, in the sandbox.
func (t *tools) run(ctx context.Context, ws *workspace, limits sandbox.Limits, race bool, args ...string) (string, error) {
	return t.runIn(ctx, ws, limits, t.environment(t.scratch(ws), "off", race), t.goCommand, args...)
}

// runIn runs a program of the toolchain. What it says comes back as it stands;
// the error is a limit, or that it did not succeed.
func (t *tools) runIn(ctx context.Context, ws *workspace, limits sandbox.Limits, env []string, path string, args ...string) (string, error) {
	var said bytes.Buffer
	result, err := t.box.Run(ctx, sandbox.Spec{
		Path: path, Args: args, Dir: ws.exercise, Env: env,
		ReadOnly: append([]string{ws.exercise, ws.tools, ws.mod(), ws.sum()}, t.readOnly...), Writable: []string{ws.out, ws.scratch},
		Stdout: &said, Stderr: &said, Fork: true, Limits: limits,
	})
	name := filepath.Base(path)
	switch limit := limitOf(result); {
	case ctx.Err() != nil:
		return "", ctx.Err()
	case err != nil:
		return "", fmt.Errorf("run %s: %w", name, err)
	case limit != nil:
		return said.String(), limit
	case !result.OK():
		return said.String(), fmt.Errorf("%s: %w: %v", name, errStatus, result.State)
	}
	return said.String(), nil
}

// warmUp compiles what tests and submissions may import, with and without the
// race detector, and the facts that go vet wants to have of it. It runs outside
// of the sandbox, on nothing but what is ours, because it fills the cache.
func (t *tools) warmUp(ctx context.Context, options Options) error {
	ctx, cancel := context.WithTimeout(ctx, warmTime)
	defer cancel()
	ws, err := makeWorkspace(options.Dir, "warm")
	if err != nil {
		return err
	}
	defer ws.remove()
	if err := ws.write("warm_test.go", warmSource()); err != nil {
		return err
	}
	proxy := cmp.Or(t.proxy, "off")
	for _, binary := range t.binaries() {
		if _, err := t.ask(ctx, ws, proxy, binary == racing, testCommand(ws, binary)...); err != nil {
			return fmt.Errorf("build what tests need: %w", err)
		}
	}
	if err := t.findDirect(ctx, ws); err != nil {
		return err
	}
	t.library, err = newLibrary(t.direct.exports())
	return err
}

// warmSource is a test that imports everything that any test or submission
// does, and the seal.
func warmSource() []byte {
	var b strings.Builder
	b.WriteString("package main\n\nimport (\n\t\"testing\"\n")
	imports := append([]string{"testing/synctest", "bufio", "os", "runtime", "github.com/stretchr/testify/assert", "github.com/stretchr/testify/require"}, allowedImports...)
	for _, path := range imports {
		fmt.Fprintf(&b, "\t_ %q\n", path)
	}
	b.WriteString(")\n\nfunc TestNothing(t *testing.T) {}\n")
	return []byte(b.String())
}

// oneLine joins what the toolchain wrote to one line for an error.
func oneLine(out string) string {
	return strings.Join(strings.Split(strings.TrimSpace(out), "\n"), "; ")
}
