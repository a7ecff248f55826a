package runner

import (
	"context"
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
)

// toolchain is the Go installation that compiles programs.
type toolchain struct {
	command string // the go command
	root    string // GOROOT
	tools   string // GOTOOLDIR
	id      string // everything that changes what it produces

	cache    string   // GOCACHE
	settings []string // variables by which all of its tools work alike
}

// findToolchain asks the go command on the path where it stands.
func findToolchain(ctx context.Context) (toolchain, error) {
	command, err := exec.LookPath("go")
	if err != nil {
		return toolchain{}, fmt.Errorf("find the go command: %w", err)
	}
	tc := toolchain{command: command}
	out, err := tc.run(ctx, "", "env", "-json",
		"GOROOT", "GOTOOLDIR", "GOVERSION", "GOOS", "GOARCH", "GOAMD64", "GOARM64", "GOEXPERIMENT", "GOFIPS140", "GOCACHE")
	if err != nil {
		return toolchain{}, err
	}
	var env map[string]string
	if err := json.Unmarshal(out, &env); err != nil {
		return toolchain{}, fmt.Errorf("read go env: %w", err)
	}
	tc.root, tc.tools, tc.cache = env["GOROOT"], env["GOTOOLDIR"], env["GOCACHE"]
	delete(env, "GOCACHE") // changes nothing
	for _, name := range []string{"GOROOT", "GOAMD64", "GOARM64", "GOEXPERIMENT", "GOFIPS140"} {
		if env[name] != "" {
			tc.settings = append(tc.settings, name+"="+env[name])
		}
	}
	id, err := json.Marshal(env) // keys in order
	if err != nil {
		return toolchain{}, fmt.Errorf("name the toolchain: %w", err)
	}
	tc.id = string(id)
	return tc, nil
}

// run runs the go command in dir and returns its standard output.
func (tc toolchain) run(ctx context.Context, dir string, args ...string) ([]byte, error) {
	return tc.runAs(ctx, dir, goEnv(), args...)
}

// runAs is run in another environment.
func (tc toolchain) runAs(ctx context.Context, dir string, env []string, args ...string) ([]byte, error) {
	res, err := tool{path: tc.command, args: args, dir: dir, env: env}.run(ctx)
	if err != nil {
		return nil, fmt.Errorf("go %s: %w", args[0], err)
	}
	if !res.ok {
		return nil, fmt.Errorf("go %s: %s: %s", args[0], res.state, firstLines(res.stderr, 5))
	}
	return res.stdout, nil
}

// goEnv is the environment of a go command whose result must depend on
// nothing that a person may have set for other work.
func goEnv() []string {
	var env []string
	for _, kv := range os.Environ() {
		name, _, _ := strings.Cut(kv, "=")
		switch name {
		case "GOEXPERIMENT", "GOFLAGS", "GOWORK", "GOOS", "GOARCH", "GO111MODULE", "GODEBUG", "GOGC", "GOMEMLIMIT":
		default:
			env = append(env, kv)
		}
	}
	return append(env, "GOEXPERIMENT="+sameHeap, "CGO_ENABLED=0", "GOFLAGS=", "GOWORK=off", "GOPROXY=off", "GOTOOLCHAIN=local")
}

// sameHeap is the experiment without which the heap begins at another address
// in every run, and with it every address that a program prints.
const sameHeap = "norandomizedheapbase64"

// tool returns the path of a tool of the toolchain.
func (tc toolchain) tool(name string) string { return filepath.Join(tc.tools, name) }

func firstLines(b []byte, n int) string {
	lines := strings.SplitN(strings.TrimSpace(string(b)), "\n", n+1)
	if len(lines) > n {
		lines = append(lines[:n], "…")
	}
	return strings.Join(lines, "\n")
}
