package grade

import (
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"interleave/labs"
	"interleave/sim/explore"
)

// counterLab is an exercise without testing/synctest: to count to n with n
// goroutines.
func counterLab() *labs.Lab {
	const tests = `package main

import (
	"testing"

	"github.com/stretchr/testify/assert"
)

func TestTwo(t *testing.T)   { assert.Equal(t, 2, Count(2)) }
func TestThree(t *testing.T) { assert.Equal(t, 3, Count(3)) }

func BenchmarkCount(b *testing.B) {
	for range b.N {
		Count(2)
	}
}
`
	file := func(name, src string) []labs.File { return []labs.File{{Name: name, Src: []byte(src)}} }
	return &labs.Lab{ID: "counter", Exercise: &labs.Exercise{
		Package: "main", Starter: file("count.go", goodCount), Solution: file("count.go", goodCount), Tests: file("count_test.go", tests),
		Names: []string{"TestTwo", "TestThree"}, Benchmarks: []string{"BenchmarkCount"},
		Criteria: labs.Criteria{Builds: 1, Tests: 2, Race: 1, Schedules: 1, Leaks: 1, Limits: 1}, Repeat: 1, Schedules: 400,
		Mutants: []labs.Mutant{
			{Name: "forgets-one", What: "It counts one too few.", Files: file("count.go", strings.Replace(goodCount, "for range n {\n\t\ttotal", "for range n-1 {\n\t\ttotal", 1))},
			{Name: "panics", What: "It gives up.", Files: file("count.go", strings.Replace(goodCount, "return total", "panic(total)", 1))},
		},
	}}
}

const goodCount = `package main

func Count(n int) int {
	ones := make(chan int)
	for range n {
		go func() { ones <- 1 }()
	}
	total := 0
	for range n {
		total += <-ones
	}
	return total
}

func main() {}
`

// counted grades a change of the good solution.
func counted(t *testing.T, g *Grader, lab *labs.Lab, old, new string) (map[string][]byte, Report) {
	t.Helper()
	src := strings.Replace(goodCount, old, new, 1)
	require.True(t, src != goodCount || old == new, "the change no longer fits")
	files := map[string][]byte{"count.go": []byte(src)}
	report, err := g.Grade(t.Context(), lab, files)
	require.NoError(t, err)
	return files, report
}

func grader(t *testing.T) *Grader {
	g := New(Options{Dir: t.TempDir(), Cache: t.TempDir(), TestTime: time.Second})
	t.Cleanup(func() { require.NoError(t, g.Close()) })
	require.NoError(t, g.Prepare(t.Context()))
	return g
}

func TestJudges(t *testing.T) {
	g, lab := grader(t), counterLab()

	t.Run("a good solution has met all", func(t *testing.T) {
		files, report := counted(t, g, lab, "", "")
		assert.True(t, report.Passed, "%+v", report)
		assert.Equal(t, 7, report.Score)
		assert.Equal(t, "No goroutine is left behind.", report.Criterion(Leaks).Message)
		assert.Regexp(t, `^Nothing goes wrong in (any schedule: all )?\d+ `, report.Criterion(Schedules).Message)
		again, err := g.Again(t.Context(), lab, files, report)
		require.NoError(t, err)
		assert.Equal(t, report, again)
	})

	t.Run("a schedule that hardly ever comes is found and plays", func(t *testing.T) {
		files, report := counted(t, g, lab, "	return total", "	hurry := make(chan bool, 1)\n	go func() { hurry <- true }()\n	if len(hurry) > 0 {\n		total--\n	}\n	return total")
		assert.False(t, report.Passed)
		c := report.Criterion(Schedules)
		require.NotEmpty(t, c.Findings)
		assert.Equal(t, "TestTwo", c.Findings[0].Test)
		assert.Contains(t, c.Message, "TestTwo fails: count_test.go:9: Not equal: expected: 2 actual : 1")
		assert.True(t, c.Findings[0].Minimal)
		assert.Zero(t, c.Points)

		program, err := g.Program(t.Context(), lab, files)
		require.NoError(t, err)
		binary, err := explore.Build(t.Context(), g.tools.runner, program.Source)
		require.NoError(t, err)
		played, err := explore.Replay(t.Context(), g.tools.runner, binary, c.Findings[0].Schedule, explore.Options{Args: append(program.Args, "-test.run=^TestTwo$"), Local: program.Local})
		require.NoError(t, err)
		assert.Equal(t, 1, played.Verdict.Status, "the schedule does not fail the test again")
	})

	t.Run("a goroutine that is left behind costs the leaks", func(t *testing.T) {
		_, report := counted(t, g, lab, "	return total", "	go func() { <-ones }()\n	return total")
		assert.True(t, report.Criterion(Tests).Passed)
		c := report.Criterion(Leaks)
		assert.False(t, c.Passed)
		require.NotEmpty(t, c.Tests)
		assert.Equal(t, "A goroutine is left behind after the test: Count.func2 waits to receive from a channel at count.go:12.", c.Tests[0].Message)
		assert.Equal(t, 12, c.Tests[0].Line)
		assert.False(t, report.Passed)
	})

	t.Run("a limit that is gone over is called so", func(t *testing.T) {
		tight, ex := *lab, *lab.Exercise
		ex.Limits.Seconds = 0.5
		tight.Exercise = &ex
		_, report := counted(t, g, &tight, "	return total", "	for total > 0 {\n	}\n	return total")
		c := report.Criterion(Limits)
		assert.False(t, c.Passed)
		assert.Contains(t, c.Message, "a test may take 0.5 s")
	})

	t.Run("a slow solution costs the speed", func(t *testing.T) {
		fast, ex := *lab, *lab.Exercise
		ex.Speed, ex.Criteria.Speed = &labs.Speed{Benchmark: "BenchmarkCount", Times: 3000, Ratio: 4}, 3
		fast.Exercise = &ex
		_, report := counted(t, g, &fast, "", "")
		assert.True(t, report.Criterion(Speed).Passed, report.Criterion(Speed).Message)
		assert.Equal(t, 10, report.Score)
		_, report = counted(t, g, &fast, "	return total", "	for i := range 100_000 {\n		total += i % 3 - 1\n	}\n	total -= total - n\n	return total")
		assert.False(t, report.Criterion(Speed).Passed, report.Criterion(Speed).Message)
		assert.Regexp(t, `^BenchmarkCount takes \d+\.\d times what the solution takes; 4 times is allowed\.$`, report.Criterion(Speed).Message)
		assert.False(t, report.Passed)
	})

	t.Run("what fails only in company lowers the verdict afterwards", func(t *testing.T) {
		files, report := counted(t, g, lab, "	return total", "	calls++\n	if calls > 1 {\n		total = 0\n	}\n	return total\n}\n\nvar calls int\n\nfunc unused() {")
		require.Contains(t, string(files["count.go"]), "var calls")
		assert.True(t, report.Passed, "%+v", report)
		again, err := g.Again(t.Context(), lab, files, report)
		require.NoError(t, err)
		assert.False(t, again.Passed)
		assert.Less(t, again.Score, report.Score)
		assert.Regexp(t, `^This had passed\. A repetition in another order, on 1 processors, has found: .`, again.Lowered)
		assert.Equal(t, report.At, again.At)
	})

	t.Run("a known mistake is recognised under other names", func(t *testing.T) {
		files, report := counted(t, g, lab, "total := 0\n	for range n {\n		total", "sum := 0\n	total := 0\n	for range n - 1 {\n		sum++\n		total")
		require.False(t, report.Passed)
		again, err := g.Again(t.Context(), lab, files, report)
		require.NoError(t, err)
		require.NotNil(t, again.Like)
		assert.Equal(t, "forgets-one", again.Like.Mutant)
		assert.Equal(t, "It counts one too few.", again.Like.What)

		files, report = counted(t, g, lab, "return total", "if n == 3 {\n		return 0\n	}\n	return total")
		again, err = g.Again(t.Context(), lab, files, report)
		require.NoError(t, err)
		assert.Nil(t, again.Like, "it is like none of them")
	})
}
