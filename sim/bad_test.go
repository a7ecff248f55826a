package sim_test

import (
	"errors"
	"fmt"
	"maps"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"interleave/sim/event"
	"interleave/sim/event/eventlog"
	"interleave/sim/rewrite"
	"interleave/sim/runner"
	"interleave/sim/say"
)

// A badEnd is how a program in testdata/programs/bad ends.
type badEnd struct {
	outcome  event.Outcome
	line     int    // that its last event of the program's own, its panic or its wait is at
	sentence string // part of ours
	model    string // what the model writes to standard error where the real runtime says more; else both say the same
	harmful  bool   // not to be run for real
}

var badEnds = map[string]badEnd{
	"assertion":     {outcome: event.Panicked, line: 5, sentence: "G1 main panicked at line 5, and nothing recovered it: interface conversion"},
	"chatter":       {outcome: event.OutLimit, sentence: "printed more than one run may", harmful: true},
	"closenil":      {outcome: event.Panicked, line: 5, sentence: "G1 main panicked at line 5, and nothing recovered it: close of nil channel"},
	"closetwice":    {outcome: event.Panicked, line: 6, sentence: "at line 6, and nothing recovered it: close of closed channel"},
	"custom":        {outcome: event.Panicked, line: 9, sentence: "failure of the test"},
	"deadlock":      {outcome: event.Deadlock, line: 15, sentence: "G1 main waits to lock b, which G2 main.func1 holds, at line 15. G2 main.func1 waits to lock a, which G1 main holds, at line 12. They wait in a ring"},
	"divide":        {outcome: event.Panicked, line: 5, sentence: "runtime error: integer divide by zero"},
	"fatallog":      {outcome: event.Exited, line: 7, sentence: "ended with status 1"},
	"forever":       {outcome: event.Deadlock, line: 4, sentence: "G1 main waits for ever in a select without cases at line 4"},
	"goexitmain":    {outcome: event.Deadlock, sentence: "G1 main called runtime.Goexit, and no goroutine is left"},
	"gonil":         {outcome: event.Fatal, line: 5, sentence: "go of nil func value"},
	"grouppanic":    {outcome: event.Panicked, line: 8, sentence: "at line 8, and nothing recovered it: in a group"},
	"index":         {outcome: event.Panicked, line: 6, sentence: "index out of range [2] with length 2"},
	"initdeadlock":  {outcome: event.Deadlock, line: 6, sentence: "G1 main waits to send on results at line 6, and nobody receives from it"},
	"initpanic":     {outcome: event.Panicked, line: 9, sentence: "at line 9, and nothing recovered it: no configuration"},
	"loop":          {outcome: event.StepLimit, sentence: "more work than one run may", harmful: true},
	"makechan":      {outcome: event.Panicked, line: 5, sentence: "makechan: size out of range"},
	"memory":        {outcome: event.MemLimit, sentence: "needed more memory than one run may", harmful: true},
	"negativegroup": {outcome: event.Panicked, line: 9, sentence: "at line 9, and nothing recovered it: sync: negative WaitGroup counter"},
	"nilmap":        {outcome: event.Panicked, line: 5, sentence: "at line 5, and nothing recovered it: assignment to entry in nil map"},
	"nilpanic":      {outcome: event.Panicked, line: 4, sentence: "panic called with nil argument"},
	"nilpointer":    {outcome: event.Panicked, line: 9, sentence: "G2 main.func1 panicked at line 9"},
	"nilreceive":    {outcome: event.Deadlock, line: 5, sentence: "G1 main waits for ever to receive from a nil channel at line 5"},
	"number":        {outcome: event.Panicked, line: 6, sentence: "main.code(42)"},
	"overflow":      {outcome: event.Fatal, sentence: "stack overflow in deeper (main.go:3)", model: "-", harmful: true},
	"pingforever":   {outcome: event.LogLimit, sentence: "more happened than one run may record", harmful: true},
	"pulldeadlock":  {outcome: event.Deadlock, line: 8, sentence: "G1 main waits for the other side of an iter.Pull at line 11. G2 main.func1 waits to receive from c at line 8, and nobody sends on it"},
	"pulllocked":    {outcome: event.Fatal, line: 12, sentence: "The runtime gave up: coro: OS thread locking must match", model: "fatal error: coro: OS thread locking must match locking at coroutine creation"},
	"pullpanic":     {outcome: event.Panicked, line: 12, sentence: "G1 main panicked at line 12, and nothing recovered it: no second value"},
	"repanic":       {outcome: event.Panicked, line: 5, sentence: "second", model: "panic: second"}, // the chain of panics is the runtime's secret
	"runlocked":     {outcome: event.Fatal, line: 7, sentence: "The runtime gave up: sync: RUnlock of unlocked RWMutex"},
	"rwunlocked":    {outcome: event.Fatal, line: 8, sentence: "The runtime gave up: sync: Unlock of unlocked RWMutex"},
	"sendclosed":    {outcome: event.Panicked, line: 8, sentence: "at line 8, and nothing recovered it: send on closed channel"},
	"sendparked":    {outcome: event.Panicked, line: 8, sentence: "G2 main.func1 panicked at line 8, and nothing recovered it: send on closed channel"},
	"spawn":         {outcome: event.LogLimit, sentence: "more happened than one run may record", harmful: true},
	"status":        {outcome: event.Exited, line: 7, sentence: "ended with status 3"},
	"stdin":         {outcome: event.Exited, sentence: "ended normally"},
	"unlocked":      {outcome: event.Fatal, line: 8, sentence: "The runtime gave up: sync: unlock of unlocked mutex"},
	"variablepanic": {outcome: event.Panicked, line: 7, sentence: "at line 7, and nothing recovered it: runtime error: index out of range [3] with length 0"},
	"years":         {outcome: event.Exited, sentence: "ended normally", harmful: true},
}

func TestBadProgramsEndWithTheRuntimesMessageAndOurSentence(t *testing.T) {
	r := engine(t)
	files := programs(t, "bad")
	bins := stockAll(t, files)
	for name, f := range files {
		name := strings.TrimSuffix(name, ".go")
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			want, ok := badEnds[name]
			require.True(t, ok, "nobody says how it ends")
			log := run(t, r, build(t, r, f), runner.Config{Policy: "gmp", Seed: 1, Procs: 1, MaxWork: time.Second, MaxEvents: 1 << 18, MaxOutput: 1 << 16})
			v := log.Verdict()
			assert.Equal(t, want.outcome, v.Outcome)
			assert.Contains(t, say.Verdict(say.Fallback, v), want.sentence)
			assert.NotContains(t, say.Verdict(say.Fallback, v), "\n")
			assert.NotContains(t, everythingPrinted(log), "interleave")
			if want.line > 0 {
				assert.Contains(t, linesAtTheEnd(log), want.line)
			}
			if !want.harmful {
				status, message := realEnd(t, bins[name+".go"])
				if want.model != "" {
					message = want.model
				}
				assert.Equal(t, status, v.Status)
				assert.Equal(t, message, complaint(everythingPrinted(log)))
			}
		})
	}
	for name := range badEnds {
		assert.Contains(t, files, name+".go")
	}
}

// linesAtTheEnd are the lines at which the last event of a goroutine is.
func linesAtTheEnd(log *eventlog.Log) (lines []int) {
	last := map[event.GID]int{}
	for _, e := range log.Events {
		if e.G != 0 && e.Site != 0 {
			last[e.G] = log.Place(e.Site).Line
		}
	}
	return slices.Collect(maps.Values(last))
}

// realEnd is how a program ends on the real runtime, and what it says before
// the stacks.
func realEnd(t *testing.T, bin string) (status int, message string) {
	t.Helper()
	cmd := exec.Command(bin)
	cmd.Env = []string{"TZ=UTC", "GOMAXPROCS=1"}
	out, err := cmd.CombinedOutput()
	var exit *exec.ExitError
	if err != nil {
		require.True(t, errors.As(err, &exit), "%v", err)
		status = exit.ExitCode()
	}
	return status, complaint(string(out))
}

// complaint is what a program says without addresses and stacks.
func complaint(out string) string {
	for _, mark := range []string{"\n[signal ", "\n\ngoroutine ", "\n\nruntime stack:"} {
		out, _, _ = strings.Cut(out, mark)
	}
	return strings.TrimSpace(out)
}

func TestProgramThatDoesNotCompileIsBlamedAsByTheCompiler(t *testing.T) {
	r := engine(t)
	for _, body := range []string{
		"x := 1",
		`var c chan int; c <- "a"`,
		"c := make(<-chan int); close(c)",
		"var c chan<- int; <-c",
		"c := make(chan int); for a, b := range c { _, _ = a, b }",
		"select { case 1: }",
		"select { case x := <-make(chan int): }",
		"for i := range 3 { go func() { return i }() }",
		"return 1",
		"var wg sync.WaitGroup; wg.Wait()",
		"len(make(chan int))",
	} {
		src := fmt.Appendf(nil, "package main\n\nfunc main() {\n\t%s\n}\n", body)
		name := filepath.Join(t.TempDir(), "main.go")
		require.NoError(t, os.WriteFile(name, src, 0o600))
		cmd := exec.Command("go", "build", "-o", os.DevNull, "main.go")
		cmd.Dir, cmd.Env = filepath.Dir(name), append(os.Environ(), "GOFLAGS=", "GOWORK=off")
		out, err := cmd.CombinedOutput()
		require.Error(t, err)
		_, want, _ := strings.Cut(strings.TrimSpace(string(out)), "\n./") // behind "# command-line-arguments"

		_, err = r.Build(t.Context(), rewrite.Main([]rewrite.File{{Name: "main.go", Src: src}}))
		blame := (*runner.BuildError)(nil)
		if assert.True(t, errors.As(err, &blame), "%s: %v", body, err) {
			assert.Equal(t, want, blame.Problems[0].String())
			assert.False(t, blame.Problems[0].Refused)
		}
	}
}
