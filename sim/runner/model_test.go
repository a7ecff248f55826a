package runner

import (
	"slices"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"interleave/sim/event"
	"interleave/sim/event/eventlog"
	"interleave/sim/rewrite"
	"interleave/sim/say"
)

// rewritten builds a plain Go program.
func rewritten(t testing.TB, src string) *Binary {
	t.Helper()
	b, err := model(t).Build(t.Context(), rewrite.Main([]rewrite.File{{Name: "main.go", Src: []byte(src)}}))
	require.NoError(t, err)
	return b
}

const pingPong = `package main

import "fmt"

func main() {
	ping := make(chan int)
	go func() {
		for i := range 3 {
			ping <- i
		}
		close(ping)
	}()
	for v := range ping {
		fmt.Println("got", v)
	}
}
`

func TestPlainProgramRunsInTheModel(t *testing.T) {
	res, log := finish(t, model(t), rewritten(t, pingPong), Config{Seed: 1})
	assert.Equal(t, "got 0\ngot 1\ngot 2\n", output(log))
	assert.Equal(t, event.Exited, res.Verdict.Outcome)
	require.NoError(t, eventlog.Validate(log))
}

func TestHostileProgramEndsInOneSentence(t *testing.T) {
	for _, c := range []struct{ name, body, want string }{
		{"loop without end", `for {}`, "did more work than one run may"},
		{"loop that cannot be seen", `for i := uint64(0); i < 1<<62; i++ { strings.Repeat("x", 1<<20) }`, "took longer than one run may"},
		{"ten gigabytes", `b := make([]byte, 10<<30); println(len(b))`, "needed more memory than one run may"},
		{"growing list", `var all [][]byte; for { all = append(all, make([]byte, 1<<20, 1<<20+len(all)*0)) }`, "needed more memory than one run may"},
		{"endless lines", `for { println("line") }`, "printed more than one run may"},
		{"endless goroutines", `for { go func() { select {} }() }`, "more happened than one run may record"},
		{"endless goroutines that return", `for { go func() {}() }`, "more happened than one run may record"},
		{"endless recursion", `var f func(int) int; f = func(n int) int { return f(n+1) + 1 }; println(f(0))`, "The runtime gave up: stack overflow in main.func1 (main.go:5)."},
	} {
		t.Run(c.name, func(t *testing.T) {
			b := rewritten(t, "package main\n\nimport \"strings\"\n\nfunc main() { "+c.body+" }\n\nvar _ = strings.Repeat\n")
			res, log := finish(t, model(t), b, Config{
				Seed: 1, MaxCPU: 3 * time.Second, MaxWork: time.Second, MaxMemory: 768 << 20, MaxOutput: 1 << 20, MaxEvents: 1 << 18,
			})
			assert.Contains(t, say.Verdict(say.Fallback, res.Verdict), c.want, "%+v\n%s", res.Verdict, res.Stderr)
			require.NoError(t, eventlog.Validate(log))
		})
	}
}

func TestProgramThatWouldStartOthersIsRefusedAtItsLine(t *testing.T) {
	for _, path := range []string{"os/exec", "plugin", "net/http"} {
		_, err := model(t).Build(t.Context(), rewrite.Main([]rewrite.File{{Name: "main.go", Src: []byte("package main\n\nimport _ \"" + path + "\"\n\nfunc main() {}\n")}}))
		var blame *BuildError
		require.ErrorAs(t, err, &blame, path)
		assert.Equal(t, 3, blame.Problems[0].Line, path)
		assert.True(t, blame.Problems[0].Refused, path)
	}
}

func TestWorkTakesVirtualTimeAndIsPreempted(t *testing.T) {
	b := rewritten(t, `package main

import (
	"fmt"
	"sync"
	"time"

	"interleave/labs/work"
)

func main() {
	start := time.Now()
	var wg sync.WaitGroup
	for range 2 {
		wg.Go(func() { work.For(time.Minute) })
	}
	wg.Wait()
	fmt.Println(time.Since(start).Round(time.Second))
}
`)
	for procs, want := range map[int]string{1: "2m0s\n", 2: "1m0s\n"} {
		res, log := finish(t, model(t), b, Config{Seed: 1, Procs: procs, MaxWork: 3 * time.Minute, MaxEvents: 4 << 20})
		require.Equal(t, 0, res.Verdict.Status, "%+v", res.Verdict)
		assert.Equal(t, want, output(log))
		assert.True(t, slices.ContainsFunc(log.Events, func(e event.Record) bool {
			return e.Kind == event.GoYield && event.Why(e.N) == event.Preempted
		}), "sysmon pre-empts who runs for 10 ms")
	}
}

func TestLoopsOnSeveralPsDoNotWaitForOneAnotherAtEveryTurn(t *testing.T) {
	b := rewritten(t, `package main

import (
	"fmt"
	"sync"
)

func main() {
	var wg sync.WaitGroup
	var sums [4]int
	for g := range sums {
		wg.Go(func() {
			for i := range 200_000_000 {
				sums[g] += i & 1
			}
		})
	}
	wg.Wait()
	fmt.Println(sums)
}
`)
	res, log := finish(t, model(t), b, Config{Seed: 1, Procs: 4}) // within the usual CPU time
	require.NoError(t, eventlog.Validate(log))
	assert.Equal(t, event.Exited, res.Verdict.Outcome, "%+v", res.Verdict)
	assert.Equal(t, "[100000000 100000000 100000000 100000000]\n", output(log))
}

func TestWhatAProgramSaysOfItselfIsInTheLog(t *testing.T) {
	b := rewritten(t, `package main

import (
	"context"
	"runtime/pprof"
	"runtime/trace"
)

func main() {
	ctx, outer := trace.NewTask(context.Background(), "order")
	inner, task := trace.NewTask(ctx, "payment")
	trace.WithRegion(inner, "charging", func() { trace.Logf(inner, "card", "%d tries", 2) })
	task.End()
	pprof.Do(ctx, pprof.Labels("customer", "7", "tier", "gold"), func(context.Context) {})
	outer.End()
}
`)
	_, log := finish(t, model(t), b, Config{Seed: 1})
	require.NoError(t, eventlog.Validate(log))
	type said struct {
		kind      event.Kind
		obj, peer uint32
		text      string
		line      uint32
	}
	var got []said
	for _, e := range log.Events {
		if e.Kind >= event.TaskBegin && e.Kind <= event.Label {
			got = append(got, said{e.Kind, uint32(e.Obj), e.Peer, log.Text(e.Val), log.Sites[uint32(e.Site)].Line})
		}
	}
	require.Len(t, got, 9)
	outer, inner := got[0].obj, got[1].obj
	assert.Equal(t, []said{
		{event.TaskBegin, outer, 0, "order", 10},
		{event.TaskBegin, inner, outer, "payment", 11},
		{event.RegionBegin, inner, 0, "charging", 12},
		{event.UserLog, inner, 0, "card: 2 tries", 12},
		{event.RegionEnd, inner, 0, "charging", 12},
		{event.TaskEnd, inner, 0, "", 13},
		{event.Label, 0, 0, "customer=7, tier=gold", 14},
		{event.Label, 0, 0, "", 14},
		{event.TaskEnd, outer, 0, "", 15},
	}, got)
}

func TestAddressesAreTheSameInEveryRun(t *testing.T) {
	b := rewritten(t, `package main

import "fmt"

func main() {
	x, s, c := new(int), make([]int, 3), make(chan int)
	fmt.Printf("%p %p %v\n", x, s, c)
	fmt.Println(fmt.Sprint(x) + fmt.Errorf("%w", fmt.Errorf("at %v", x)).Error())
}
`)
	_, first := finish(t, model(t), b, Config{Seed: 1})
	for range 5 {
		_, again := finish(t, model(t), b, Config{Seed: 1})
		require.Equal(t, output(first), output(again))
	}
}
