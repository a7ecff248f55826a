package sim_test

import (
	"go/ast"
	"go/build/constraint"
	"go/parser"
	"go/token"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"interleave/sim/event"
	"interleave/sim/event/eventlog"
	"interleave/sim/rewrite"
	"interleave/sim/runner"
)

// schedules are the ways in which programs that must not care are run.
var schedules = []runner.Config{
	{Policy: "gmp", Seed: 1, Procs: 1},
	{Policy: "gmp", Seed: 2, Procs: 4},
	{Policy: "fifo", Seed: 1},
	{Policy: "random", Seed: 1},
	{Policy: "random", Seed: 2},
	{Policy: "pct", Seed: 1},
	{Policy: "lifo", Seed: 1},
}

// A goProgram is one of the Go distribution's own test programs.
type goProgram struct {
	name string // below GOROOT/test
	src  []byte
	want []byte // what it has to print; nil if it only has to exit with 0
}

// Go's tests of channels and goroutines panic, exit or print something else
// when something is wrong.
func TestGosOwnConcurrentProgramsRunUnderEverySchedule(t *testing.T) {
	if testing.Short() {
		t.Skip("builds some forty programs")
	}
	r := engine(t)
	programs := goPrograms(t)
	exceptions := goExceptions(t)
	require.Less(t, 20*len(exceptions), len(programs), "the exceptions are to stay below 5 %% of %d", len(programs))
	t.Logf("%d programs, %d exceptions", len(programs), len(exceptions))
	for _, p := range programs {
		t.Run(p.name, func(t *testing.T) {
			t.Parallel()
			failure := p.run(t, r)
			if strings.Contains(failure, "allocated unexpectedly") {
				failure = p.run(t, r) // the process was counted, in which the model allocates as well
			}
			if why, ok := exceptions[p.name]; ok {
				require.NotEmpty(t, failure, "%s is an exception no more", p.name)
				assert.Contains(t, failure, why)
				return
			}
			assert.Empty(t, failure)
		})
	}
	for name := range exceptions {
		assert.True(t, slices.ContainsFunc(programs, func(p goProgram) bool { return p.name == name }), "%s is no program of Go's", name)
	}
}

// run runs p under all schedules and says how it fails.
func (p goProgram) run(t *testing.T, r *runner.Runner) string {
	bin, err := r.Build(t.Context(), rewrite.Main([]rewrite.File{{Name: filepath.Base(p.name), Src: p.src}}))
	if err != nil {
		return err.Error()
	}
	for _, c := range schedules {
		c.Stream = true // some of them do too much for a log
		log, err := collect(t.Context(), r, bin, c)
		require.NoError(t, err)
		v := log.Verdict()
		out := everythingPrinted(log)
		switch {
		case v.Outcome != event.Exited || v.Status != 0:
			return c.Policy + ": " + v.Outcome.String() + " " + v.Message + "\n" + out
		case p.want != nil && out != string(p.want):
			return c.Policy + " prints something else:\n" + out
		}
	}
	return p.logged(t, r, bin)
}

// logged holds the beginning of a run to the laws of event logs.
func (p goProgram) logged(t *testing.T, r *runner.Runner, bin *runner.Binary) string {
	log, err := collect(t.Context(), r, bin, runner.Config{Policy: "gmp", MaxEvents: 1 << 16})
	require.NoError(t, err)
	if err := eventlog.Validate(log); err != nil {
		return err.Error()
	}
	return ""
}

func everythingPrinted(l *eventlog.Log) string {
	var b strings.Builder
	for _, e := range l.Events {
		if e.Kind == event.Output {
			b.WriteString(l.Text(e.Val))
		}
	}
	return b.String()
}

// goExceptions reads the list of those that the model cannot run: a name and
// what it says, a line.
func goExceptions(t *testing.T) map[string]string {
	t.Helper()
	text, err := os.ReadFile(filepath.Join("testdata", "goroot-exceptions.txt"))
	require.NoError(t, err)
	list := map[string]string{}
	for line := range strings.Lines(string(text)) {
		if name, why, ok := strings.Cut(strings.TrimSpace(line), ": "); ok && !strings.HasPrefix(name, "#") {
			list[name] = why
		}
	}
	return list
}

// goPrograms are the programs of GOROOT/test that run by themselves, all of
// chan, those of ken that use channels, and those of the top that use
// goroutines.
func goPrograms(t *testing.T) []goProgram {
	t.Helper()
	root := filepath.Join(runtime.GOROOT(), "test")
	if _, err := os.Stat(filepath.Join(root, "chan")); err != nil {
		require.NoError(t, err, "this Go comes without its test directory: install the distribution of go.dev/dl (%s), which has it, or clone the sources of that version", runtime.Version())
	}
	var list []goProgram
	for _, dir := range []string{"chan", "ken", "."} {
		names, err := filepath.Glob(filepath.Join(root, dir, "*.go"))
		require.NoError(t, err)
		for _, name := range names {
			src, err := os.ReadFile(name)
			require.NoError(t, err)
			if !isRun(string(src)) || dir != "chan" && !isConcurrent(src, dir == "ken") {
				continue
			}
			want, _ := os.ReadFile(strings.TrimSuffix(name, ".go") + ".out")
			rel, err := filepath.Rel(root, name)
			require.NoError(t, err)
			list = append(list, goProgram{name: filepath.ToSlash(rel), src: src, want: want})
		}
	}
	require.Greater(t, len(list), 30, "the directory of Go's tests is not what it was")
	return list
}

// isRun reports whether a file's header says that it is a program to build and
// run here, as cmd/internal/testdir reads it: the first line that is no build
// constraint says what to do.
func isRun(src string) bool {
	for line := range strings.Lines(src) {
		line = strings.TrimSpace(line)
		if constraint.IsGoBuild(line) {
			expr, err := constraint.Parse(line)
			if err != nil || !expr.Eval(here) {
				return false
			}
			continue
		}
		if line == "" || line == "//" {
			continue
		}
		return line == "// run"
	}
	return false
}

// here tells whether a build tag is satisfied.
func here(tag string) bool {
	return slices.Contains([]string{runtime.GOOS, runtime.GOARCH, "gc", "cgo", "unix"}, tag) || strings.HasPrefix(tag, "go1.")
}

// isConcurrent reports whether a file has a go statement, or channels where
// they count.
func isConcurrent(src []byte, channels bool) (found bool) {
	f, err := parser.ParseFile(token.NewFileSet(), "", src, parser.SkipObjectResolution)
	if err != nil {
		return false
	}
	ast.Inspect(f, func(n ast.Node) bool {
		switch n.(type) {
		case *ast.GoStmt:
			found = true
		case *ast.ChanType, *ast.SelectStmt:
			found = found || channels
		}
		return !found
	})
	return found
}
