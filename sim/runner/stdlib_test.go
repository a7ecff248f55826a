package runner

import (
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// TestStandardLibrarysOwnTestsPass takes the tests of context, iter, io.Pipe and
// synctest from the Go installation and runs them in the model, context
// together with its own source.
func TestStandardLibrarysOwnTestsPass(t *testing.T) {
	for _, c := range []struct {
		name, pattern string
		change        []string          // old and new text of every file
		end           string            // where a file ends, if it has that
		leave         map[string]string // files and tests that are not run, and why
	}{
		{
			name: "context", pattern: "*.go",
			change: []string{
				`"internal/reflectlite"`, `reflectlite "reflect"`,
				`"context"`, `"example.com/std/context"`,
				`"internal/asan"`, "", `asan.Enabled`, `false`,
			},
			leave: map[string]string{"example_test.go": "listens on a network"},
		},
		{
			name: "io", pattern: "pipe_test.go",
			leave: map[string]string{"TestPipeAllocations": "counts what the real runtime allocates"},
		},
		{name: "iter", pattern: "*_test.go"},
		{
			name: "testing/synctest", pattern: "*_test.go",
			change: []string{ // what tests failing starts a process; synctest_test.go here has such tests, too
				`"internal/testenv"`, "", "testenv.MustHaveExec(t)", `t.Skip("it starts a process"); var cmd struct{ Args, Env []string }`,
				`cmd := testenv.Command(t, testenv.Executable(t), "-test.run=^"+regexp.QuoteMeta(t.Name())+"$", "-test.count=1")`, "",
				"cmd = testenv.CleanCmdEnv(cmd)", "", "out, _ := cmd.CombinedOutput()", "var out []byte",
				`"bufio"`, "", `"bytes"`, "", `"io"`, "", `"net"`, "", `"net/http"`, "", `"strings"`, "",
			},
			end: "func TestHTTPTransport100Continue(",
		},
		{
			name: "internal/synctest", pattern: "*_test.go",
			change: []string{ // as above, and by way of testing/synctest
				`"internal/synctest"`, `"testing/synctest"`, "synctest.Run(", "runIn(t, ",
				"func wantPanic(", "func runIn(t *testing.T, f func()) { synctest.Test(t, func(*testing.T) { f() }) }\n\nfunc wantPanic(",
				`"internal/testenv"`, "", `"weak"`, "", "weak.Make(&b)", "_ = b",
				`cmd := testenv.Command(t, testenv.Executable(t), "-test.run=^"+t.Name()+"$")`, `t.Skip("it starts a process"); var cmd struct{ Args, Env []string }`,
				"cmd = testenv.CleanCmdEnv(cmd)", "", "out, err := cmd.CombinedOutput()", "var out []byte; var err error",
			},
			leave: map[string]string{"TestReflectFuncOf": "is about the real runtime's types"},
		},
	} {
		t.Run(c.name, func(t *testing.T) {
			dir := inModule(t, "-- go.mod --\nmodule example.com/std\n\ngo 1.26\n")
			names, err := filepath.Glob(filepath.Join(runtime.GOROOT(), "src", c.name, c.pattern))
			require.NoError(t, err)
			require.NotEmpty(t, names, "this Go has no sources of package %s: install one from go.dev/dl", c.name)
			require.NoError(t, os.MkdirAll(filepath.Join(dir, c.name), 0o700))
			skip := []string{}
			for _, name := range names {
				base := filepath.Base(name)
				if c.leave[base] != "" {
					continue
				}
				src, err := os.ReadFile(name)
				require.NoError(t, err)
				text := strings.NewReplacer(c.change...).Replace(string(src))
				if c.end != "" {
					text, _, _ = strings.Cut(text, c.end)
				}
				require.NoError(t, os.WriteFile(filepath.Join(dir, c.name, base), []byte(text), 0o600))
			}
			for name := range c.leave {
				if strings.HasPrefix(name, "Test") {
					skip = append(skip, "^"+name+"$")
				}
			}
			for _, policy := range []string{"gmp", "fifo", "lifo", "random", "pct"} {
				status, out, complaint := tester("-v", "-policy", policy, "-skip", strings.Join(skip, "|"), "./"+c.name)
				assert.Equal(t, 0, status, "%s%s", out, complaint)
				assert.Greater(t, strings.Count(out, "--- PASS"), 8, "the tests were run")
			}
		})
	}
}
