package sim_test

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"golang.org/x/tools/txtar"

	"interleave/sim/event"
	"interleave/sim/event/eventlog"
	"interleave/sim/rewrite"
	"interleave/sim/runner"
)

// withMemory builds a program whose accesses to memory are seen.
func withMemory(t *testing.T, r *runner.Runner, files ...rewrite.File) *runner.Binary {
	t.Helper()
	src := rewrite.Main(files)
	src.Memory = true
	bin, err := r.Build(t.Context(), src)
	require.NoError(t, err)
	return bin
}

func oneFile(src string) rewrite.File { return rewrite.File{Name: "main.go", Src: []byte(src)} }

// outcomes are what a program prints under policy random, by seed.
func outcomes(t *testing.T, r *runner.Runner, bin *runner.Binary, seeds uint64) map[string]bool {
	t.Helper()
	seen := map[string]bool{}
	for seed := range seeds {
		log := run(t, r, bin, runner.Config{Policy: "random", Seed: seed})
		seen[strings.TrimSpace(printed(log))] = true
	}
	return seen
}

func TestIncrementCanLoseAnUpdateWhereAccessesAreSeen(t *testing.T) {
	r := engine(t)
	for _, increment := range []string{"counter++", "counter += 1", "counter = counter + 1", "counter = one() + counter"} {
		f := oneFile(`package main

import (
	"fmt"
	"sync"
)

var counter int

func one() int { return 1 }

func main() {
	var wg sync.WaitGroup
	for range 2 {
		wg.Go(func() { ` + increment + ` })
	}
	wg.Wait()
	fmt.Println(counter)
}
`)
		assert.Equal(t, map[string]bool{"1": true, "2": true}, outcomes(t, r, withMemory(t, r, f), 40), increment)
		assert.Equal(t, map[string]bool{"2": true}, outcomes(t, r, build(t, r, f), 40), increment)
	}
}

// The compiler calls f before it loads total, so nothing is lost.
func TestRightSideIsEvaluatedBeforeTheVariableIsRead(t *testing.T) {
	r := engine(t)
	bin := withMemory(t, r, oneFile(`package main

import "fmt"

var total int

func f(n int) int {
	if n == 0 {
		return 0
	}
	total += f(n - 1)
	return n
}

var nodes []struct{ left, right int }

func grow(depth int) int {
	nodes = append(nodes, struct{ left, right int }{-1, -1})
	i := len(nodes) - 1
	if depth > 0 {
		nodes[i].left = grow(depth - 1)
		nodes[i].right = grow(depth - 1)
	}
	return i
}

func main() {
	fmt.Println(f(4), total)
	grow(2)
	fmt.Println(nodes)
}
`))
	assert.Equal(t, "4 6\n[{1 4} {2 3} {-1 -1} {-1 -1} {5 6} {-1 -1} {-1 -1}]\n", printed(run(t, r, bin, runner.Config{})))
}

func TestCopyOfAStructCanBeTorn(t *testing.T) {
	r := engine(t)
	seen := outcomes(t, r, withMemory(t, r, oneFile(`package main

import "fmt"

type pair struct{ a, b int }

var shared pair

func main() {
	done := make(chan bool)
	go func() {
		shared = pair{1, 1}
		close(done)
	}()
	got := shared
	fmt.Println(got.a, got.b)
	<-done
}
`)), 60)
	assert.Equal(t, map[string]bool{"0 0": true, "0 1": true, "1 0": true, "1 1": true}, seen)
}

func TestStatementsOfGoroutinesInterleave(t *testing.T) {
	r := engine(t)
	seen := outcomes(t, r, withMemory(t, r, oneFile(`package main

import "fmt"

var x, y, a, b int

func main() {
	done := make(chan bool)
	go func() {
		x = 1
		a = y
		close(done)
	}()
	y = 1
	b = x
	<-done
	fmt.Println(a, b)
}
`)), 60)
	assert.Equal(t, map[string]bool{"0 1": true, "1 0": true, "1 1": true}, seen, "every interleaving but none that is not sequentially consistent")
}

func TestAccessesAreEventsOfTheVariable(t *testing.T) {
	r := engine(t)
	f := oneFile("package main\n\nvar count = 3\n\nfunc main() {\n\tcount *= 2\n}\n")
	bin := withMemory(t, r, f)
	log := run(t, r, bin, runner.Config{Accesses: true})
	var got []string
	for _, e := range log.Events {
		if e.Kind == event.Read || e.Kind == event.Write {
			v, _ := e.Val.Int()
			o := log.Objects[e.Obj]
			got = append(got, fmt.Sprintf("%s %s %s = %d at line %d", e.Kind, log.Texts[o.Type], log.Texts[o.Name], v, log.Place(e.Site).Line))
		}
	}
	assert.Equal(t, []string{"Read int count = 3 at line 6", "Write int count = 6 at line 6"}, got)
	assert.Empty(t, run(t, r, bin, runner.Config{}).World(0).Variables)
	for _, e := range run(t, r, bin, runner.Config{}).Events {
		assert.NotContains(t, []event.Kind{event.Read, event.Write}, e.Kind, "only where asked for")
	}
}

// raceCases reads testdata/races: its files, and for each case the lines that
// its comments say race.
func raceCases(t *testing.T) (files []rewrite.File, cases map[string][]string) {
	t.Helper()
	names, err := filepath.Glob(filepath.Join("..", "testdata", "races", "*.go"))
	require.NoError(t, err)
	cases = map[string][]string{}
	for _, name := range names {
		src, err := os.ReadFile(name)
		require.NoError(t, err)
		files = append(files, rewrite.File{Name: filepath.Base(name), Src: src})
		var marked []string // since the last case
		current := ""
		for i, line := range strings.Split(string(src), "\n") {
			if strings.HasPrefix(line, "func ") {
				if current = caseName.FindString(line); current != "" {
					cases[current], marked = marked, nil
				}
			}
			if strings.HasSuffix(line, "// race") {
				at := fmt.Sprintf("%s:%d", filepath.Base(name), i+1)
				if current == "" {
					marked = append(marked, at) // of a function that the next case calls
				} else {
					cases[current] = append(cases[current], at)
				}
			}
		}
	}
	require.Greater(t, len(cases), 60)
	return files, cases
}

var caseName = regexp.MustCompile(`(race|clean)[A-Z]\w*`)

// racing are the lines of the races in a run, each once, in order.
func racing(l *eventlog.Log) (lines []string) {
	for _, r := range l.Verdict().Races {
		for _, p := range []eventlog.Place{r.First.Place, r.Then.Place} {
			lines = append(lines, fmt.Sprintf("%s:%d", p.File, p.Line))
		}
	}
	return sorted(lines)
}

func sorted(lines []string) []string {
	slices.SortFunc(lines, func(a, b string) int {
		fa, na, _ := strings.Cut(a, ":")
		fb, nb, _ := strings.Cut(b, ":")
		ia, _ := strconv.Atoi(na)
		ib, _ := strconv.Atoi(nb)
		return max(-1, min(1, 2*strings.Compare(fa, fb)+max(-1, min(1, ia-ib))))
	})
	return slices.Compact(lines)
}

func TestRacesAreFoundAtTheirLinesUnderEverySchedule(t *testing.T) {
	r := engine(t)
	files, cases := raceCases(t)
	bin := withMemory(t, r, files...)
	for name, want := range cases {
		t.Run(name, func(t *testing.T) {
			for _, policy := range policies {
				for seed := range uint64(5) {
					log := run(t, r, bin, runner.Config{Policy: policy, Seed: seed, Procs: 2, Races: true, Args: []string{name}})
					require.Equal(t, sorted(slices.Clone(want)), racing(log), "%s, seed %d", policy, seed)
				}
			}
		})
	}
}

var (
	raceReport = regexp.MustCompile(`(?m)^(?:Read|Write|Previous read|Previous write|Atomic read|Atomic write|Previous atomic read|Previous atomic write|Read|Write) (?:at|by).*\n((?:  .*\n)+)`)
	raceFrame  = regexp.MustCompile(`/((?:racy|clean|main)\.go:\d+)`)
)

// Go's own detector is the judge of the cases, and so of ours.
func TestRacesAreThoseOfGosOwnDetector(t *testing.T) {
	if testing.Short() {
		t.Skip("builds with -race")
	}
	files, cases := raceCases(t)
	dir := t.TempDir()
	args := []string{"build", "-race", "-o", filepath.Join(dir, "races")}
	for _, f := range files {
		name := filepath.Join(dir, f.Name)
		require.NoError(t, os.WriteFile(name, f.Src, 0o600))
		args = append(args, name)
	}
	if out, err := exec.Command("go", args...).CombinedOutput(); err != nil {
		t.Skipf("this toolchain has no race detector: %s", out)
	}
	for name, want := range cases {
		t.Run(name, func(t *testing.T) {
			var lines []string
			for range 3 { // it remembers few accesses of each word, and may miss one
				cmd := exec.Command(filepath.Join(dir, "races"), name)
				cmd.Env = append(os.Environ(), "GORACE=atexit_sleep_ms=0")
				out, _ := cmd.CombinedOutput()
				lines = nil
				for _, report := range raceReport.FindAllStringSubmatch(string(out), -1) {
					if m := raceFrame.FindStringSubmatch(report[1]); m != nil {
						lines = append(lines, m[1])
					}
				}
				lines = sorted(lines)
				if slices.Equal(lines, sorted(slices.Clone(want))) {
					return
				}
				// Its stacks of atomic operations, which are assembly, begin anywhere.
				if strings.HasPrefix(name, "raceAtomic") && len(lines) > 0 {
					return
				}
			}
			assert.Equal(t, sorted(slices.Clone(want)), lines)
		})
	}
}

func TestProgramsWithoutRacesHaveNoneAndPrintTheSame(t *testing.T) {
	r := engine(t)
	for name, f := range programs(t, "any") { // those in gmp rely on there being one P
		t.Run(name, func(t *testing.T) {
			bin := withMemory(t, r, f)
			want := printed(run(t, r, build(t, r, f), runner.Config{}))
			for _, policy := range policies {
				for seed := range uint64(2) {
					log := run(t, r, bin, runner.Config{Policy: policy, Seed: seed, Procs: 2, Races: true})
					require.Empty(t, racing(log), "%s, seed %d", policy, seed)
					require.Equal(t, want, printed(log))
				}
			}
		})
	}
}

func TestCorpusOfTheRewriterHasOnlyTheRacesThatGoFinds(t *testing.T) {
	r := engine(t)
	names, err := filepath.Glob(filepath.Join("..", "testdata", "rewrite", "*.txtar"))
	require.NoError(t, err)
	for _, name := range names {
		ar, err := txtar.ParseFile(name)
		require.NoError(t, err)
		var files []rewrite.File
		for _, f := range ar.Files {
			files = append(files, rewrite.File{Name: f.Name, Src: f.Data})
		}
		t.Run(filepath.Base(name), func(t *testing.T) {
			bin := withMemory(t, r, files...)
			for seed := range uint64(10) {
				log := run(t, r, bin, runner.Config{Policy: policies[seed%3], Seed: seed, Races: true})
				require.Equal(t, racesOfTheCorpus[filepath.Base(name)], racing(log), "seed %d", seed)
			}
		})
	}
}

// racesOfTheCorpus are the lines that Go's own detector complains about, too.
var racesOfTheCorpus = map[string][]string{"go-forms.txtar": {"main.go:13", "main.go:37"}}

func TestOverlappingAccessesToAMapEndTheRun(t *testing.T) {
	r := engine(t)
	for _, c := range []struct{ name, one, other, want string }{
		{"writes", `m["a"] = 1`, `m["b"] = 2`, "concurrent map writes"},
		{"delete", `delete(m, "a")`, `m["b"]++`, "concurrent map writes"},
		{"read", `m["a"] = 1`, `_ = m["b"]`, "concurrent map read and map write"},
		{"iteration", `m["a"] = 1`, `for range m { _ = len(m) }`, "concurrent map iteration and map write"},
	} {
		t.Run(c.name, func(t *testing.T) {
			bin := withMemory(t, r, oneFile(`package main

import "sync"

func main() {
	m := map[string]int{"x": 1, "y": 2}
	var wg sync.WaitGroup
	wg.Go(func() { `+c.one+` })
	wg.Go(func() { `+c.other+` })
	wg.Wait()
}
`))
			fatal, fine := 0, 0
			for seed := range uint64(40) {
				log := run(t, r, bin, runner.Config{Policy: "random", Seed: seed, Races: true})
				switch v := log.Verdict(); v.Outcome {
				case event.Fatal:
					assert.Equal(t, c.want, v.Message)
					fatal++
				default:
					assert.NotEmpty(t, v.Races, "where they do not overlap it is a race all the same")
					fine++
				}
			}
			assert.Positive(t, fatal)
			assert.Positive(t, fine)
		})
	}
}

func TestVariableOfAnotherPackageIsSeen(t *testing.T) {
	r := engine(t)
	bin, err := r.Build(t.Context(), rewrite.Source{Memory: true, Packages: []rewrite.Package{
		{Path: "lab/state", Files: []rewrite.File{{Name: "state.go", Src: []byte("package state\n\nvar Count int\n\nfunc Add() { Count++ }\n")}}},
		{Path: "main", Files: []rewrite.File{oneFile(`package main

import "lab/state"

func main() {
	done := make(chan bool)
	go func() {
		state.Add()
		done <- true
	}()
	state.Count++
	<-done
}
`)}},
	}})
	require.NoError(t, err)
	log := run(t, r, bin, runner.Config{Races: true})
	races := log.Verdict().Races
	require.Len(t, races, 1)
	assert.Equal(t, "state.Count", races[0].On.Name)
	assert.Equal(t, []int{5, 11}, []int{min(races[0].First.Place.Line, races[0].Then.Place.Line), max(races[0].First.Place.Line, races[0].Then.Place.Line)})
}

// Go's own detector does not know this edge, which sync.Cond promises.
func TestSignalIsBeforeTheWaitThatItUnblocks(t *testing.T) {
	r := engine(t)
	bin := withMemory(t, r, oneFile(`package main

import (
	"sync"
	"time"
)

type open struct{}

func (open) Lock()   {}
func (open) Unlock() {}

func main() {
	x, y := 0, 0
	cond := sync.NewCond(open{})
	go func() {
		time.Sleep(time.Millisecond)
		x = 1
		cond.Signal()
		time.Sleep(time.Millisecond)
		y = 2
		cond.Broadcast()
	}()
	cond.Wait()
	x++
	cond.Wait()
	y++
}
`))
	for _, policy := range []string{"gmp", "fifo"} {
		assert.Empty(t, run(t, r, bin, runner.Config{Policy: policy, Races: true}).Verdict().Races)
	}
}

func TestSameSeedGivesTheSameAccesses(t *testing.T) {
	r := engine(t)
	files, cases := raceCases(t)
	bin := withMemory(t, r, files...)
	for name := range cases {
		c := runner.Config{Policy: "random", Seed: 3, Accesses: true, Races: true, Args: []string{name}}
		require.Equal(t, string(jsonl(t, run(t, r, bin, c))), string(jsonl(t, run(t, r, bin, c))), name)
	}
}
