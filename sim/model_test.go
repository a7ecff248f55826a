// Tests of the whole engine: plain Go programs in, runs out.
package sim_test

import (
	"bytes"
	"context"
	"flag"
	"fmt"
	"io/fs"
	"math"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"interleave/labs"
	"interleave/sim/event"
	"interleave/sim/event/eventlog"
	"interleave/sim/rewrite"
	"interleave/sim/runner"
)

var policies = []string{"gmp", "fifo", "lifo", "random", "pct"}

// engine is the one runner of this test binary.
func engine(t *testing.T) *runner.Runner {
	t.Helper()
	r, err := runner.New(runner.Options{Dir: sharedDir})
	require.NoError(t, err)
	return r
}

var sharedDir string

func TestMain(m *testing.M) {
	dir, err := os.MkdirTemp("", "interleave-engine-")
	if err != nil {
		panic(err)
	}
	sharedDir = dir
	code := m.Run()
	os.RemoveAll(dir)
	os.Exit(code)
}

func build(t *testing.T, r *runner.Runner, files ...rewrite.File) *runner.Binary {
	t.Helper()
	bin, err := r.Build(t.Context(), rewrite.Main(files))
	require.NoError(t, err)
	return bin
}

// run runs a program to its end and holds its log to the laws.
func run(t *testing.T, r *runner.Runner, bin *runner.Binary, c runner.Config) *eventlog.Log {
	t.Helper()
	log, err := collect(t.Context(), r, bin, c)
	require.NoError(t, err)
	require.NoError(t, eventlog.Validate(log))
	return log
}

func collect(ctx context.Context, r *runner.Runner, bin *runner.Binary, c runner.Config) (*eventlog.Log, error) {
	run, err := r.Start(ctx, bin, c)
	if err != nil {
		return nil, err
	}
	defer run.Stop()
	run.Grant(math.MaxUint64)
	return runner.Collect(ctx, run)
}

// printed is what a run wrote to its standard output.
func printed(l *eventlog.Log) string {
	var b strings.Builder
	for _, e := range l.Events {
		if e.Kind == event.Output && e.N == 1 {
			b.WriteString(l.Texts[e.Val.Text()])
		}
	}
	return b.String()
}

func demo(lab *labs.Lab) (files []rewrite.File) {
	for _, f := range lab.Demo {
		files = append(files, rewrite.File{Name: f.Name, Src: f.Src})
	}
	return files
}

func jsonl(t *testing.T, l *eventlog.Log) []byte {
	t.Helper()
	var b bytes.Buffer
	require.NoError(t, l.WriteJSONL(&b))
	return b.Bytes()
}

func programs(t *testing.T, dir string) map[string]rewrite.File {
	t.Helper()
	names, err := filepath.Glob(filepath.Join("..", "testdata", "programs", dir, "*.go"))
	require.NoError(t, err)
	require.NotEmpty(t, names)
	files := map[string]rewrite.File{}
	for _, name := range names {
		src, err := os.ReadFile(name)
		require.NoError(t, err)
		files[filepath.Base(name)] = rewrite.File{Name: "main.go", Src: src}
	}
	return files
}

// stock builds a program with the unmodified toolchain and returns a function
// that runs it on the real runtime and tells what it prints. It is built
// without -race, which makes the scheduler random.
func stock(t *testing.T, f rewrite.File) func(procs int) string {
	t.Helper()
	dir := t.TempDir()
	src, bin := filepath.Join(dir, f.Name), filepath.Join(dir, "program")
	require.NoError(t, os.WriteFile(src, f.Src, 0o600))
	out, err := exec.Command("go", "build", "-race=false", "-o", bin, src).CombinedOutput()
	require.NoError(t, err, "%s", out)
	return func(procs int) string {
		cmd := exec.Command(bin)
		cmd.Env = append(os.Environ(), "GOMAXPROCS="+strconv.Itoa(procs), "GOGC=off")
		out, err := cmd.Output()
		require.NoError(t, err)
		return string(out)
	}
}

// repeat is how often a program of the real runtime is run where its answer
// has to be the same every time.
var repeat = flag.Int("repeat", 0, "runs of a program on each side; 0 is few")

// stockAll builds programs with the unmodified toolchain, all at once, and returns
// where they are.
func stockAll(t *testing.T, files map[string]rewrite.File) map[string]string {
	t.Helper()
	dir := t.TempDir()
	require.NoError(t, os.WriteFile(filepath.Join(dir, "go.mod"), []byte("module stock\n\ngo 1.26\n"), 0o600))
	bins := map[string]string{}
	for name, f := range files {
		short := strings.TrimSuffix(name, ".go")
		require.NoError(t, os.Mkdir(filepath.Join(dir, short), 0o700))
		src := bytes.Replace(f.Src, []byte("//go:build ignore\n"), []byte("//\n"), 1)
		require.NoError(t, os.WriteFile(filepath.Join(dir, short, f.Name), src, 0o600))
		bins[name] = filepath.Join(dir, "bin", short)
	}
	cmd := exec.Command("go", "build", "-o", filepath.Join(dir, "bin")+string(filepath.Separator), "./...")
	cmd.Dir, cmd.Env = dir, append(os.Environ(), "GOFLAGS=", "GOWORK=off")
	out, err := cmd.CombinedOutput()
	require.NoError(t, err, "%s", out)
	return bins
}

// real is what a program prints on the real runtime with so many Ps.
func real(t *testing.T, bin string, procs int) string {
	t.Helper()
	cmd := exec.Command(bin)
	cmd.Env = []string{"TZ=UTC", fmt.Sprint("GOMAXPROCS=", procs)}
	out, err := cmd.CombinedOutput()
	require.NoError(t, err)
	return string(out)
}

func TestProgramPrintsTheSameInTheModelUnderEverySchedule(t *testing.T) {
	r := engine(t)
	files := programs(t, "any")
	bins := stockAll(t, files)
	for name, f := range files {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			want := real(t, bins[name], 1)
			for range *repeat {
				require.Equal(t, want, real(t, bins[name], 2), "the real runtime does not repeat itself")
			}
			bin := build(t, r, f)
			for _, c := range schedules {
				for seed := range uint64(max(2, *repeat)) {
					c.Seed = seed
					log := run(t, r, bin, c)
					require.Equal(t, want, everythingPrinted(log), "policy %s, seed %d, %d Ps", c.Policy, seed, c.Procs)
					require.Equal(t, 0, log.Verdict().Status)
				}
			}
		})
	}
}

func TestGMPModelRunsInTheRealSchedulersOrder(t *testing.T) {
	r := engine(t)
	files := programs(t, "gmp")
	bins := stockAll(t, files)
	for name, f := range files {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			bin := build(t, r, f)
			want := everythingPrinted(run(t, r, bin, runner.Config{Policy: "gmp", Seed: 1, Procs: 1}))
			for seed := range uint64(max(5, *repeat)) {
				log := run(t, r, bin, runner.Config{Policy: "gmp", Seed: seed, Procs: 1})
				require.Equal(t, want, everythingPrinted(log), "the model with seed %d", seed)
			}
			// The real scheduler has one way to go, but for sysmon, which on a busy
			// machine may pre-empt a goroutine: one run in ten may be another.
			runs, others := max(5, *repeat), 0
			for range runs {
				if got := real(t, bins[name], 1); got != want {
					others++
					require.LessOrEqual(t, others, 1+runs/10, "the real runtime prints\n%s\nand the model\n%s", got, want)
				}
			}
		})
	}
}

func TestEnoughProgramsHoldTheModelToTheRealRuntime(t *testing.T) {
	assert.GreaterOrEqual(t, len(programs(t, "any"))+len(programs(t, "gmp")), 80)
}

func TestSameSeedGivesTheSameLogToTheByte(t *testing.T) {
	r := engine(t)
	set, err := labs.Load(labs.FS)
	require.NoError(t, err)
	for _, lab := range set.All() {
		if !slices.Contains(lab.Modes, "model") {
			continue
		}
		t.Run(lab.ID, func(t *testing.T) {
			bin := build(t, r, demo(lab)...)
			for _, p := range policies {
				c := runner.Config{Policy: p, Seed: 7, Procs: 2}
				want := jsonl(t, run(t, r, bin, c))
				for range 3 {
					require.True(t, bytes.Equal(want, jsonl(t, run(t, r, bin, c))), p)
				}
			}
		})
	}
}

func TestRandomPolicyFindsDifferentOrders(t *testing.T) {
	r := engine(t)
	bin := build(t, r, programs(t, "gmp")["runnext.go"])
	seen := map[string]bool{}
	for seed := range uint64(20) {
		seen[printed(run(t, r, bin, runner.Config{Policy: "random", Seed: seed}))] = true
	}
	assert.Greater(t, len(seen), 10)
}

func TestRecordedScheduleReplaysTheSameOrder(t *testing.T) {
	r := engine(t)
	for name, f := range programs(t, "gmp") {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			bin := build(t, r, f)
			for _, p := range policies {
				for seed := range uint64(3) {
					c := runner.Config{Policy: p, Seed: seed, Procs: 1, Record: true}
					first := run(t, r, bin, c)
					require.NotEmpty(t, first.Schedule)
					c.Record = false
					require.Equal(t, first.Events, run(t, r, bin, c).Events, "recording changes nothing")
					again := run(t, r, bin, runner.Config{Policy: "replay", Seed: 99, Schedule: first.Schedule, Record: true})
					require.Equal(t, printed(first), printed(again), "%s, seed %d", p, seed)
				}
			}
		})
	}
}

func TestModelKnowsNoDemo(t *testing.T) {
	err := filepath.WalkDir(".", func(path string, d fs.DirEntry, err error) error {
		if err == nil && d.IsDir() && strings.HasPrefix(d.Name(), "_") { // what authors begin with
			return fs.SkipDir
		}
		if err != nil || d.IsDir() || !strings.HasSuffix(path, ".go") || strings.HasSuffix(path, "_test.go") || strings.HasPrefix(path, "bench") || strings.HasPrefix(path, "grade") {
			return err
		}
		src, err := os.ReadFile(path)
		if err != nil {
			return err
		}
		for _, name := range []string{"fixed-pool", "rendezvous", "first-program", `"jobs"`, `"results"`} {
			assert.NotContains(t, string(src), name, path)
		}
		return nil
	})
	require.NoError(t, err)
}

func TestRunsThatTheFrontEndIsTestedOnAreLawful(t *testing.T) {
	names, err := filepath.Glob(filepath.Join("..", "static", "testdata", "*.jsonl"))
	require.NoError(t, err)
	require.NotEmpty(t, names)
	for _, name := range names {
		src, err := os.ReadFile(name)
		require.NoError(t, err)
		log, err := eventlog.ReadJSONL(bytes.NewReader(src))
		require.NoError(t, err, name)
		assert.NoError(t, eventlog.Validate(log), name)
	}
}
