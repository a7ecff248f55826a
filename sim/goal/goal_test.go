package goal_test

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"interleave/labs"
	"interleave/sim/event/eventlog"
	"interleave/sim/goal"
	"interleave/sim/rewrite"
	"interleave/sim/runner"
)

// runs are small programs, each of which comes to something else.
var runs = map[string]string{
	"deadlock": `func main() { <-make(chan int) }`,
	"leak":     `func main() { go func() { <-make(chan int) }(); for range 9 { time.Sleep(1) } }`,
	"panic":    `func main() { time.Sleep(1); panic("no") }`,
	"race":     `var n int; func main() { c := make(chan int); go func() { n++; c <- 1 }(); n++; <-c }`,
	"plain":    `func main() { fmt.Println("one  "); time.Sleep(1); fmt.Println("two"); fmt.Println("twelve") }`,
}

func TestGoalIsReachedByTheRunThatComesToIt(t *testing.T) {
	r, err := runner.New(runner.Options{Dir: t.TempDir()})
	require.NoError(t, err)
	defer func() { assert.NoError(t, r.Close()) }()
	logs := map[string]*eventlog.Log{}
	for name, body := range runs {
		src := rewrite.Main([]rewrite.File{{Name: "main.go", Src: []byte("package main\n\nimport (\n\t\"fmt\"\n\t\"time\"\n)\n\nvar _, _ = fmt.Sprint(), time.Now\n" + body + "\n")}})
		src.Memory = true
		bin, err := r.Build(t.Context(), src)
		require.NoError(t, err, name)
		run, err := r.Start(t.Context(), bin, runner.Config{Policy: "fifo", Accesses: true, Races: true})
		require.NoError(t, err)
		logs[name], err = runner.Collect(t.Context(), run)
		require.NoError(t, err)
	}
	for _, ending := range []labs.Ending{labs.Deadlock, labs.Leak, labs.Panic, labs.Race} {
		for name, log := range logs {
			assert.Equal(t, name == string(ending), goal.Reached(labs.Goal{Ends: ending}, log), "%s in the run %s", ending, name)
		}
	}
	plain := logs["plain"]
	for text, want := range map[string]bool{"one": true, "two\n": true, "one\ntwo": true, "two\none": false, "one\ntwelve": false, "twel": false} {
		assert.Equal(t, want, goal.Reached(labs.Goal{Output: text}, plain), "%q", text)
	}
	assert.True(t, goal.Reached(labs.Goal{Reaches: 9}, plain))
	assert.False(t, goal.Reached(labs.Goal{Reaches: 8}, plain))
	assert.False(t, goal.Reached(labs.Goal{}, plain))
}
