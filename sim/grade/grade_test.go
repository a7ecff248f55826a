package grade

import (
	"context"
	"errors"
	"fmt"
	"os"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"go.uber.org/goleak"

	"interleave/labs"
	"interleave/sim/sandbox"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(withWarmTools{m}) }

// warm is a grader of which the tests have the tools: to make them ready takes as
// long as a grading.
var warm struct {
	once   sync.Once
	grader *Grader
	dir    string
}

type withWarmTools struct{ m *testing.M }

func (w withWarmTools) Run() int {
	status := w.m.Run()
	if warm.grader != nil {
		if err := errors.Join(warm.grader.Close(), os.RemoveAll(warm.dir)); err != nil {
			fmt.Fprintln(os.Stderr, err)
			return 1
		}
	}
	return status
}

// warmTools are the tools of a grader with no options, ready for use.
func warmTools(t *testing.T) *tools {
	t.Helper()
	warm.once.Do(func() {
		dir, err := os.MkdirTemp("", "interleave-warm-")
		require.NoError(t, err)
		warm.dir, warm.grader = dir, New(Options{Dir: dir})
	})
	with, err := warm.grader.prepared(t.Context())
	require.NoError(t, err)
	return with
}

// A good rally, in the form in which the tests below vary it.
const goodRally = `package main

func Rally(strokes int, hit func(string)) {
	if strokes == 0 {
		return
	}
	ping, pong, done := make(chan int), make(chan int), make(chan bool)
	go play("ping", ping, pong, strokes, hit, done)
	go play("pong", pong, ping, strokes, hit, done)
	ping <- 1
	<-done
	<-done
}

func play(name string, in <-chan int, out chan<- int, strokes int, hit func(string), done chan<- bool) {
	for n := range in {
		hit(name)
		if n == strokes {
			break
		}
		out <- n + 1
	}
	close(out)
	done <- true
}

func main() {}
`

// submit grades a rally. Only the first few tests are run, once each.
func submit(t *testing.T, options Options, src string) Report {
	t.Helper()
	options.Dir = t.TempDir()
	g := New(options)
	g.tools = warmTools(t)
	return submitTo(t, g, src)
}

// submitTo hands in to a grader of one's own, and closes it.
func submitTo(t *testing.T, g *Grader, src string) Report {
	t.Helper()
	lab := *rallyLab(t)
	ex := *lab.Exercise
	ex.Names = ex.Names[:4]
	ex.Repeat = 1
	lab.Exercise = &ex
	report, err := g.Grade(t.Context(), &lab, map[string][]byte{"rally.go": []byte(src)})
	require.NoError(t, err)
	require.NoError(t, g.Close())

	left, err := os.ReadDir(g.options.Dir)
	require.NoError(t, err)
	assert.Empty(t, left, "the workspace was left behind")
	sum := 0
	for _, c := range report.Criteria {
		sum += c.Points
		assert.LessOrEqual(t, c.Points, c.Of)
	}
	assert.Equal(t, report.Score, sum)
	return report
}

func TestGoodSolutionGetsAllPoints(t *testing.T) {
	report := submit(t, Options{}, goodRally)
	assert.True(t, report.Passed, "%+v", report)
	assert.Equal(t, 50, report.Points)
	assert.Equal(t, 50, report.Score)
	require.Len(t, report.Criterion(Tests).Tests, 4)
	assert.Equal(t, "TestStrokesTakeTurns", report.Criterion(Tests).Tests[0].Name)
}

func TestSourcesStayTooNewForTheToolchainsIndex(t *testing.T) {
	s := &submission{lab: rallyLab(t), options: Options{Dir: t.TempDir()}}
	ws, err := s.workspace(t.Context(), &tools{box: sandbox.Own()}, s.lab.Exercise.Solution)
	require.NoError(t, err)
	entries, err := os.ReadDir(ws.exercise)
	require.NoError(t, err)
	require.NotEmpty(t, entries)
	for _, e := range entries {
		info, err := e.Info()
		require.NoError(t, err)
		assert.True(t, info.ModTime().After(time.Now().Add(time.Hour)), e.Name())
	}
	require.NoError(t, ws.remove())
}

func TestCompileErrorNamesItsLine(t *testing.T) {
	report := submit(t, Options{}, strings.Replace(goodRally, "ping <- 1", "ping <- one", 1))
	assert.False(t, report.Passed)
	assert.Zero(t, report.Score)
	assert.Equal(t, "rally.go:10: undefined: one", report.Criterion(Builds).Message)
	for _, name := range []string{Vet, Tests, Race} {
		assert.False(t, report.Criterion(name).Checked, name)
	}
	assert.Len(t, report.Criterion(Tests).Tests, 4, "each test has a result, also when none could run")
}

func TestRefusedFileIsAVerdictAndNotAnError(t *testing.T) {
	report := submit(t, Options{}, strings.Replace(goodRally, "package main", "package main\n\nimport \"os\"", 1))
	assert.False(t, report.Passed)
	assert.Contains(t, report.Criterion(Builds).Message, "rally.go:3: The package os cannot be used")
}

func TestVetCostsItsPointsOnly(t *testing.T) {
	report := submit(t, Options{}, goodRally+"\nfunc unused() {\n\treturn\n\tprintln()\n}\n")
	assert.False(t, report.Passed)
	assert.Equal(t, "rally.go:31: unreachable code", report.Criterion(Vet).Message)
	assert.Equal(t, 45, report.Score)
}

// mutant returns the text of one of the lab's mutants.
func mutant(t *testing.T, name string) string {
	t.Helper()
	for _, m := range rallyLab(t).Exercise.Mutants {
		if m.Name == name {
			return string(m.Files[0].Src)
		}
	}
	require.Fail(t, "no such mutant", name)
	return ""
}

func TestDeadlockIsExplained(t *testing.T) {
	report := submit(t, Options{}, mutant(t, "sends-to-nobody"))
	test := report.Criterion(Tests).Tests[0]
	assert.Equal(t, "Deadlock, nobody can go on: Rally waits to receive from a channel at rally.go:16; play waits to send on a channel at rally.go:23.", test.Message)
	assert.Equal(t, "rally.go", test.File)
	assert.Equal(t, 16, test.Line)
}

func TestGoroutineLeftBehindIsNamed(t *testing.T) {
	report := submit(t, Options{}, mutant(t, "leaves-one-behind"))
	test := report.Criterion(Tests).Tests[0]
	assert.Equal(t, "The test is over, but goroutines were left behind: play waits to receive from a channel at rally.go:20.", test.Message)
	assert.Equal(t, 20, test.Line)
}

func TestFailedAssertionIsOneLine(t *testing.T) {
	starter := string(rallyLab(t).Exercise.Starter[0].Src)
	test := submit(t, Options{}, starter).Criterion(Tests).Tests[0]
	assert.Equal(t, `expected []string{"ping", "pong", "ping", "pong", "ping", "pong"}, got []string{"ping"} (rally_test.go:23)`, test.Message)
}

func TestPanicNamesItsPlace(t *testing.T) {
	report := submit(t, Options{}, strings.Replace(goodRally, "\tclose(out)\n", "\tclose(out)\n\tpanic(\"lost\")\n", 1))
	test := report.Criterion(Tests).Tests[0]
	assert.False(t, test.Passed)
	assert.Equal(t, "panic: lost, in play at rally.go:24", test.Message)
	assert.Equal(t, "rally.go", test.File)
	assert.Equal(t, 24, test.Line)
}

func TestEndlessLoopEndsWithASentence(t *testing.T) {
	report := submit(t, Options{TestTime: time.Second}, strings.Replace(goodRally, "\t<-done\n", "\tfor {\n\t}\n", 1))
	test := report.Criterion(Tests).Tests[0]
	assert.False(t, test.Passed)
	assert.Contains(t, test.Message, "The test did not end within 1 s. At that moment:")
}

func TestFloodOfOutputIsStopped(t *testing.T) {
	report := submit(t, Options{TestTime: time.Minute}, strings.Replace(goodRally, "\t<-done\n", "\tfor {\n\t\tprintln(\"more\")\n\t}\n", 1))
	assert.Contains(t, report.Criterion(Tests).Tests[0].Message, "wrote more than 256 KB")
}

func TestHungerForMemoryIsStopped(t *testing.T) {
	src := strings.Replace(goodRally, "\t<-done\n", "\tvar all [][]byte\n\tfor {\n\t\tb := make([]byte, 1<<20)\n\t\tfor i := range b {\n\t\t\tb[i] = 1\n\t\t}\n\t\tall = append(all, b)\n\t}\n", 1)
	report := submit(t, Options{TestMemory: 200 << 20, TestTime: time.Minute}, src)
	assert.Contains(t, report.Criterion(Tests).Tests[0].Message, "more than 200 MB")
}

func TestCompilerIsStoppedAfterItsTime(t *testing.T) {
	var src strings.Builder
	src.WriteString(goodRally + "\ntype t0 struct{ a, b *int }\n")
	for n := range 24 { // each type is twice the one before
		src.WriteString(strings.NewReplacer("N", string(rune('a'+n+1)), "P", string(rune('a'+n))).Replace("type tN struct{ a, b tP }\n"))
	}
	src.WriteString("type ta = t0\nvar x, y tz\nvar same = x == y\n")
	report := submit(t, Options{BuildTime: 2 * time.Second, BuildMemory: 600 << 20}, strings.Replace(src.String(), "tz", "ty", 1))
	assert.False(t, report.Passed)
	assert.Contains(t, report.Criterion(Builds).Message, "ompil")
}

func TestRaceCostsItsPointsOnly(t *testing.T) {
	src := strings.Replace(goodRally, "\t\thit(name)\n", "\t\thit(name)\n\t\tgo count()\n", 1) + "\nvar n int\n\nfunc count() { n++ }\n"
	report := submit(t, Options{}, src)
	race := report.Criterion(Race)
	if !race.Checked {
		t.Skip(race.Message)
	}
	assert.False(t, report.Passed)
	assert.True(t, report.Criterion(Tests).Passed, "%+v", report.Criterion(Tests))
	assert.Zero(t, race.Points)
	assert.Contains(t, race.Message, "Data race: one goroutine reads at rally.go:32, another one writes at rally.go:32")
	assert.Equal(t, 32, race.Tests[0].Line)
}

func TestWithoutACompilerRacesAreNotChecked(t *testing.T) {
	t.Setenv("CC", "no-such-compiler")
	t.Setenv("CGO_ENABLED", "1")
	report := submitTo(t, New(Options{Dir: t.TempDir()}), goodRally)
	assert.Equal(t, Criterion{Name: Race, Of: 10, Message: "not checked here: install gcc"}, report.Criterion(Race))
	assert.True(t, report.Passed)
	assert.Equal(t, 40, report.Score, "the points of the race detector are withheld")
}

// Each of these tries to pass without playing.
func TestForgedResultsDoNotPass(t *testing.T) {
	const lie = "for _, name := range []string{\"StrokesTakeTurns\", \"PingHasTheLastStrokeOfAnOddRally\", \"RallyOfOneStroke\", \"RallyOfNoStrokes\"} {\n\t\tfmt.Printf(\"=== RUN   Test%s\\n--- PASS: Test%s (0.00s)\\nPASS\\n\", name, name)\n\t}\n"
	tests := map[string]string{
		"printing what a test prints": "import \"fmt\"\n\nfunc init() {\n\t" + lie + "}\n\nfunc Rally(int, func(string)) { panic(\"x\") }\n",
		"and leaving":                 "import (\n\t\"fmt\"\n\t\"log\"\n)\n\nfunc init() {\n\t" + lie + "\tlog.Fatal()\n}\n\nfunc Rally(int, func(string)) {}\n",
		"and blocking":                "import \"fmt\"\n\nfunc init() {\n\t" + lie + "\tselect {}\n}\n\nfunc Rally(int, func(string)) {}\n",
	}
	for name, body := range tests {
		t.Run(name, func(t *testing.T) {
			report := submit(t, Options{TestTime: time.Second}, "package main\n\n"+body+"\nfunc main() {}\n")
			require.True(t, report.Criterion(Builds).Passed, report.Criterion(Builds).Message)
			assert.False(t, report.Passed)
			assert.Zero(t, report.Criterion(Tests).Points, "%+v", report.Criterion(Tests))
		})
	}
}

// The door refuses every way that we know of to leave with status 0. Should
// there be another one, the missing seal decides.
func TestLeavingWithStatusNullDoesNotPass(t *testing.T) {
	lab := *rallyLab(t)
	ex := *lab.Exercise
	lab.Exercise = &ex
	g := New(Options{Dir: t.TempDir()})
	defer g.Close()
	s := &submission{grader: g, lab: &lab, options: g.options, seed: firstSeed}
	s.files = []labs.File{{Name: "rally.go", Src: []byte("package main\n\nimport \"os\"\n\nfunc init() { print(\"--- PASS: TestStrokesTakeTurns \"); os.Exit(0) }\n\nfunc Rally(int, func(string)) {}\n\nfunc main() {}\n")}}
	tools, err := g.prepared(t.Context())
	require.NoError(t, err)
	report, err := s.grade(t.Context(), tools)
	require.NoError(t, err)
	assert.False(t, report.Passed)
	assert.Zero(t, report.Criterion(Tests).Points)
	assert.Equal(t, "The program ended with status 0 before the test was over.", report.Criterion(Tests).Tests[0].Message)
}

func TestGradingEndsWithItsContext(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	g := New(Options{Dir: t.TempDir()})
	require.NoError(t, g.Prepare(ctx))
	time.AfterFunc(100*time.Millisecond, cancel)
	_, err := g.Grade(ctx, rallyLab(t), map[string][]byte{"rally.go": []byte(goodRally)})
	require.ErrorIs(t, err, context.Canceled)
}

func TestLabWithoutExerciseCannotBeGraded(t *testing.T) {
	_, err := Grade(t.Context(), &labs.Lab{ID: "first-program"}, nil, Options{})
	require.ErrorContains(t, err, "grade first-program: the lab has no exercise")
}
