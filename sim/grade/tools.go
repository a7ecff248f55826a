package grade

import (
	"context"
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"time"
)

// tools is the toolchain of this machine, and the environment in which it and
// the tests run: nothing of ours but what is listed here.
type tools struct {
	goCommand string
	race      bool     // there is a C compiler, which the race detector needs
	env       []string // for the go command, without the network
	proxy     string   // where the user takes modules from
}

// goEnv is what go env says about the user's settings.
type goEnv struct {
	GOROOT, GOMODCACHE, GOCACHE, GOPROXY, GONOSUMDB, GOSUMDB, CC, CGO_ENABLED string
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
	t := &tools{goCommand: command, race: hasCompiler(env), proxy: env.GOPROXY}
	cgo := "0"
	if t.race {
		cgo = "1"
	}
	t.env = []string{
		"PATH=" + os.Getenv("PATH"), "GOROOT=" + env.GOROOT, "GOMODCACHE=" + env.GOMODCACHE, "GOCACHE=" + env.GOCACHE,
		"GOSUMDB=" + env.GOSUMDB, "GONOSUMDB=" + env.GONOSUMDB, "CC=" + env.CC, "CGO_ENABLED=" + cgo,
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

// run runs the go command in the workspace's exercise directory. What it says
// comes back as it stands; the error is a limit, or that it did not succeed.
func (t *tools) run(ctx context.Context, ws *workspace, limits limits, proxy string, args ...string) (string, error) {
	env := append([]string{"GOPROXY=" + proxy, "HOME=" + ws.scratch, "GOPATH=" + ws.scratch, "TMPDIR=" + ws.scratch}, t.env...)
	out, err := execute(ctx, process{path: t.goCommand, args: args, dir: ws.exercise, env: env, limits: limits})
	return out.stdout + out.stderr, err
}

// raceFlag puts -race behind a go subcommand where the race detector works.
func (t *tools) raceFlag(args ...string) []string {
	if !t.race {
		return args
	}
	return append([]string{args[0], "-race"}, args[1:]...)
}

// warmUp compiles what tests and submissions may import, and the facts that go
// vet wants to have of it.
func (t *tools) warmUp(ctx context.Context, options Options) error {
	ws, err := makeWorkspace(options.Dir, "warm")
	if err != nil {
		return err
	}
	defer ws.remove()
	if err := ws.write("warm_test.go", warmSource()); err != nil {
		return err
	}
	proxy := t.proxy
	if proxy == "" {
		proxy = "off"
	}
	out, err := t.run(ctx, ws, limits{time: warmTime, output: maxOutput}, proxy, t.raceFlag("vet", ".")...)
	if err != nil {
		return fmt.Errorf("build what tests need: %w: %s", err, oneLine(out))
	}
	return nil
}

// warmSource is a test that imports everything that any test or submission
// does, and the seal.
func warmSource() []byte {
	var b strings.Builder
	b.WriteString("package main\n\nimport (\n\t\"testing\"\n")
	imports := append([]string{"testing/synctest", "os", "runtime", "github.com/stretchr/testify/assert", "github.com/stretchr/testify/require"}, allowedImports...)
	for _, path := range imports {
		fmt.Fprintf(&b, "\t_ %q\n", path)
	}
	b.WriteString(")\n\nfunc TestNothing(t *testing.T) {}\n")
	return []byte(b.String())
}

// binary is where build puts the test binary.
func (ws *workspace) binary() string { return filepath.Join(ws.dir, "exercise.test") }

// oneLine joins what the toolchain wrote to one line for an error.
func oneLine(out string) string {
	return strings.Join(strings.Split(strings.TrimSpace(out), "\n"), "; ")
}
