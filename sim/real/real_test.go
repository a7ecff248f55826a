package real_test

import (
	"context"
	"errors"
	"flag"
	"io"
	"os"
	"strings"
	"sync"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"go.uber.org/goleak"

	"interleave/sim/event"
	"interleave/sim/event/eventlog"
	"interleave/sim/real"
	"interleave/sim/realtrace"
	"interleave/sim/rewrite"
	"interleave/sim/runner"
	"interleave/sim/sandbox"
	"interleave/sim/say"
)

var runs = flag.Int("runs", 3, "how often a program of known shape is run on each number of Ps")

func TestMain(m *testing.M) {
	flag.Parse()
	code := m.Run()
	for _, r := range shared {
		r.Close()
	}
	if code == 0 {
		if err := goleak.Find(); err != nil {
			println(err.Error())
			code = 1
		}
	}
	os.Exit(code)
}

var (
	opening sync.Mutex
	shared  = map[bool]*runner.Runner{}
)

// runnerFor returns a runner, in a box or for the user's own programs.
func runnerFor(t testing.TB, boxed bool) *runner.Runner {
	t.Helper()
	opening.Lock()
	defer opening.Unlock()
	if shared[boxed] == nil {
		var o runner.Options
		if boxed {
			box, err := sandbox.Open(t.Context(), sandbox.Options{})
			require.NoError(t, err)
			if !box.Isolated() {
				t.Skip("this machine has no sandbox")
			}
			o.Box = box
		}
		r, err := runner.New(o)
		require.NoError(t, err)
		shared[boxed] = r
	}
	return shared[boxed]
}

func source(src string) rewrite.Source {
	return rewrite.Main([]rewrite.File{{Name: "main.go", Src: []byte(src)}})
}

// started builds and starts a program in a box.
func started(t testing.TB, src string, o real.Observe, cfg real.Config) *real.Run {
	t.Helper()
	r := runnerFor(t, true)
	b, err := real.Build(t.Context(), r, source(src), o)
	require.NoError(t, err)
	run, err := real.Start(t.Context(), r, b, o, cfg)
	require.NoError(t, err)
	return run
}

// collect reads a run to its end.
func collect(t testing.TB, run *real.Run) (*eventlog.Log, runner.Result) {
	t.Helper()
	l := eventlog.New()
	for {
		frame, err := run.Read(context.Background(), uint64(len(l.Events)))
		if errors.Is(err, io.EOF) {
			break
		}
		require.NoError(t, err)
		require.NoError(t, l.AddFrame(frame))
	}
	res, err := run.Wait(context.Background())
	require.NoError(t, err)
	require.NoError(t, eventlog.Validate(l))
	return l, res
}

// run is a program from beginning to end.
func run(t testing.TB, src string, o real.Observe, cfg real.Config) (*eventlog.Log, runner.Result) {
	t.Helper()
	return collect(t, started(t, src, o, cfg))
}

// said is what was printed on one of the outputs.
func said(l *eventlog.Log, n int32) string {
	var b strings.Builder
	for i := range l.Events {
		if r := &l.Events[i]; r.Kind == event.Output && r.N == n {
			b.WriteString(l.Text(r.Val))
		}
	}
	return b.String()
}

// count returns how many events satisfy is.
func count(l *eventlog.Log, is func(r *event.Record) bool) int {
	n := 0
	for i := range l.Events {
		if is(&l.Events[i]) {
			n++
		}
	}
	return n
}

func TestOutputAndTheEndAreThereHoweverCloselyAProgramIsLookedAt(t *testing.T) {
	for _, o := range []real.Observe{real.Plain, real.Traced, real.Probed} {
		l, res := run(t, `package main

import (
	"fmt"
	"os"
)

func main() {
	fmt.Println("out")
	fmt.Fprintln(os.Stderr, "err")
	os.Exit(3)
}
`, o, real.Config{})
		assert.Equal(t, "out\n", said(l, 1), o)
		assert.Equal(t, "err\n", said(l, 2), o)
		assert.Equal(t, "", said(l, 4), o)
		assert.Equal(t, event.Exited, res.Verdict.Outcome, o)
		assert.Equal(t, 3, res.Verdict.Status, o)
		assert.Equal(t, event.Traced, l.Events[0].Kind, o)
		if o != real.Plain {
			assert.Positive(t, count(l, func(r *event.Record) bool { return r.Kind == event.GoStart && r.G == 1 }), o)
		}
	}
}

func TestEachEndIsSaidInTheLastEvent(t *testing.T) {
	for name, c := range map[string]struct {
		src      string
		outcome  event.Outcome
		status   int
		sentence string
	}{
		"returns":   {`func main() { defer println("deferred") }`, event.Exited, 0, "The program ended normally."},
		"exits":     {`import "os"; func main() { os.Exit(7) }`, event.Exited, 7, "status 7"},
		"log.Fatal": {`import "log"; func main() { log.Fatal("no") }`, event.Exited, 1, "status 1"},
		"logger":    {`import ("log"; "os"); func main() { log.New(os.Stdout, "", 0).Fatalf("no %d", 1) }`, event.Exited, 1, "status 1"},
		"panics":    {`func main() { panic("boom") }`, event.Panicked, 2, "G1 main panicked at main.go:3, and nothing recovered it: boom"},
		"goroutine panics": {`func main() { c := make(chan int); go func() { var m map[int]int; m[1] = 1 }(); <-c }`,
			event.Panicked, 2, "assignment to entry in nil map"},
		"Goexit":                 {`import "runtime"; func main() { go func() { println("still") ; panic("late") }(); runtime.Goexit() }`, event.Panicked, 2, "late"},
		"maps":                   {`func main() { m := map[int]int{}; for range 8 { go func() { for { m[1]++ } }() }; select {} }`, event.Fatal, 2, "concurrent map writes"},
		"SIGKILL":                {`import "syscall"; func main() { syscall.Kill(syscall.Getpid(), syscall.SIGKILL); select {} }`, event.Fatal, 137, "signal 9"},
		"divides":                {`func main() { x := 0; println(1 / x) }`, event.Panicked, 2, "integer divide by zero"},
		"nil":                    {`func main() { var p *int; println(*p) }`, event.Panicked, 2, "nil pointer dereference"},
		"error":                  {`import "errors"; func main() { panic(errors.New("bad")) }`, event.Panicked, 2, "bad"},
		"deadlock":               {`func main() { c := make(chan int); go func() { c <- 1; c <- 2 }(); <-c; select {} }`, event.Deadlock, 2, "Deadlock."},
		"all Goexit":             {`import "runtime"; func main() { runtime.Goexit() }`, event.Deadlock, 2, "Deadlock."},
		"deadlock after a timer": {`import ("sync"; "time"); func main() { <-time.After(time.Millisecond); var mu sync.Mutex; mu.Lock(); mu.Lock() }`, event.Deadlock, 2, "Deadlock."},
		"wait group":             {`import "sync"; func main() { var wg sync.WaitGroup; wg.Done() }`, event.Panicked, 2, "negative WaitGroup counter"},
	} {
		t.Run(name, func(t *testing.T) {
			for _, o := range []real.Observe{real.Plain, real.Traced, real.Probed} {
				if name == "SIGKILL" { // a first process does not get it from itself
					b := runnerFor(t, false)
					bin, err := real.Build(t.Context(), b, source("package main\n\n"+c.src), o)
					require.NoError(t, err)
					r, err := real.Start(t.Context(), b, bin, o, real.Config{Local: &runner.Local{Env: os.Environ()}})
					require.NoError(t, err)
					_, res := collect(t, r)
					assert.Equal(t, c.outcome, res.Verdict.Outcome)
					assert.Equal(t, c.status, res.Verdict.Status)
					continue
				}
				l, res := run(t, "package main\n\n"+c.src+"\n", o, real.Config{})
				assert.Equal(t, c.outcome, res.Verdict.Outcome, "%s: %s", o, said(l, 2))
				assert.Equal(t, c.status, res.Verdict.Status, o)
				sentence := say.Verdict("en", res.Verdict)
				if o != real.Plain || name != "panics" {
					assert.Contains(t, sentence, c.sentence, "%s: %s", o, said(l, 2))
				}
				assert.Equal(t, sentence, say.Verdict("en", l.Verdict()), "the log says the same")
			}
		})
	}
}

var procs = []int{1, 2, 8}

// shapes are programs of a known shape, each of which waits for the others by
// what it does, so that nothing depends on who is quicker.
const shapes = `package main

import (
	"runtime"
	"strings"
	"sync"
)

const (
	goroutines = 40
	sends      = 25
	waiters    = 10
)

// waitFor waits until n goroutines with a function are in a state.
func waitFor(function, state string, n int) {
	buf := make([]byte, 1<<20)
	for {
		found := 0
		for _, g := range strings.Split(string(buf[:runtime.Stack(buf, true)]), "\n\n") {
			if strings.Contains(g, function+"(") && strings.Contains(g, "["+state) {
				found++
			}
		}
		if found == n {
			return
		}
		runtime.Gosched()
	}
}

//go:noinline
func worker(wg *sync.WaitGroup) { wg.Done() }

//go:noinline
func sender(c chan int) {
	for i := range sends {
		c <- i
	}
	close(c)
}

//go:noinline
func contender(mu *sync.Mutex, wg *sync.WaitGroup) {
	defer wg.Done()
	mu.Lock()
	mu.Unlock()
}

func main() {
	var wg sync.WaitGroup
	wg.Add(goroutines)
	for range goroutines {
		go worker(&wg)
	}
	wg.Wait()

	c := make(chan int)
	go sender(c)
	for range sends {
		waitFor("main.sender", "chan send", 1)
		<-c
	}

	var mu sync.Mutex
	mu.Lock()
	wg.Add(waiters)
	for range waiters {
		go contender(&mu, &wg)
	}
	waitFor("main.contender", "sync.Mutex.Lock", waiters)
	mu.Unlock()
	wg.Wait()
}
`

func TestProgramsOfKnownShapeShowExactlyThatShape(t *testing.T) {
	for _, p := range procs {
		for range *runs {
			l, res := run(t, shapes, real.Traced, real.Config{Procs: p})
			require.Equal(t, event.Exited, res.Verdict.Outcome, said(l, 2))
			made, own := map[string]int{}, map[event.GID]string{}
			for i := range l.Events {
				if r := &l.Events[i]; r.Kind == event.GoCreate || r.Kind == event.GoName {
					own[event.GID(r.Peer)] = l.Text(r.Val)
				}
			}
			for _, name := range own {
				if !realtrace.System(name) {
					made[name]++
				}
			}
			assert.Equal(t, map[string]int{"main.main": 1, "main.worker": 40, "main.sender": 1, "main.contender": 10}, made, "GOMAXPROCS %d", p)
			parks := func(name string, why event.Reason) int {
				return count(l, func(r *event.Record) bool {
					return r.Kind == event.GoPark && own[r.G] == name && event.Reason(r.N) == why
				})
			}
			assert.Equal(t, 25, parks("main.sender", event.SendWait), "GOMAXPROCS %d: sends that block", p)
			first := map[event.GID]bool{}
			for i := range l.Events {
				if r := &l.Events[i]; r.Kind == event.GoPark && event.Reason(r.N) == event.MutexWait {
					first[r.G] = true
				}
			}
			assert.Len(t, first, 10, "GOMAXPROCS %d: who waits for the lock", p)
			assert.Equal(t, 52, count(l, func(r *event.Record) bool { return r.Kind == event.GoEnd && !realtrace.System(own[r.G]) })+1, "GOMAXPROCS %d: ends", p)
		}
	}
}

func TestWhatHappensIsThereWhileTheProgramStillRuns(t *testing.T) {
	r := runnerFor(t, false)
	const src = `package main

import "bufio"
import "os"

func idle(c chan int) { <-c }

func main() {
	c := make(chan int)
	go idle(c)
	println("ready")
	bufio.NewReader(os.Stdin).ReadString('\n')
	close(c)
}
`
	for _, o := range []real.Observe{real.Traced, real.Probed} {
		b, err := real.Build(t.Context(), r, source(src), o)
		require.NoError(t, err)
		theirs, ours, err := os.Pipe()
		require.NoError(t, err)
		run, err := real.Start(t.Context(), r, b, o, real.Config{Local: &runner.Local{Env: os.Environ(), Stdin: theirs}})
		require.NoError(t, err)
		theirs.Close()
		l := eventlog.New()
		for parked, printed := false, false; !parked || !printed; { // the program goes on only after this
			frame, err := run.Read(t.Context(), uint64(len(l.Events)))
			require.NoError(t, err)
			require.NoError(t, l.AddFrame(frame))
			printed = said(l, 2) == "ready\n"
			parked = count(l, func(r *event.Record) bool {
				return r.Kind == event.GoPark && event.Reason(r.N) == event.RecvWait && strings.HasSuffix(l.Place(r.Site).Func, "main.idle")
			}) == 1
		}
		_, err = ours.Write([]byte("\n"))
		require.NoError(t, err)
		ours.Close()
		_, res := collect(t, run)
		assert.Equal(t, event.Exited, res.Verdict.Outcome)
	}
}

func TestWithProbesEveryOperationIsThere(t *testing.T) {
	for _, p := range procs {
		for range *runs {
			l, res := run(t, shapes, real.Probed, real.Config{Procs: p})
			require.Equal(t, event.Exited, res.Verdict.Outcome, said(l, 2))
			kinds := map[event.Kind]int{}
			for i := range l.Events {
				kinds[l.Events[i].Kind]++
			}
			assert.Equal(t, event.FromProbes, event.Origin(l.Events[0].N))
			assert.Equal(t, 1, kinds[event.ChanMake], "GOMAXPROCS %d", p)
			assert.Equal(t, 1, kinds[event.ChanClose], "GOMAXPROCS %d", p)
			assert.Equal(t, 11, kinds[event.Lock], "GOMAXPROCS %d", p)
			assert.Equal(t, 11, kinds[event.Unlock], "GOMAXPROCS %d", p)
			assert.Equal(t, 25, kinds[event.ChanRecv]+kinds[event.ChanReceived], "GOMAXPROCS %d", p)
		}
	}
}

// starts has a go statement between any two operations on a WaitGroup.
const starts = `package main

import "sync"

func main() {
	var wg sync.WaitGroup
	for range 20 {
		wg.Add(1)
		go work(&wg)
	}
	wg.Wait()
}

func work(wg *sync.WaitGroup) { wg.Done() }
`

// TestAGoStatementComesWhereItStandsInTheProgram is about two clocks: the trace
// tells of go statements, and probes of what stands around them.
func TestAGoStatementComesWhereItStandsInTheProgram(t *testing.T) {
	for _, p := range procs {
		for range *runs {
			l, res := run(t, starts, real.Probed, real.Config{Procs: p})
			require.Equal(t, event.Exited, res.Verdict.Outcome, said(l, 2))
			var order []event.Kind
			for i := range l.Events {
				r := &l.Events[i]
				adds := r.Kind == event.WaitAdd
				starts := r.Kind == event.GoCreate && strings.HasSuffix(l.Text(r.Val), "work")
				if r.G == 1 && (adds || starts) {
					order = append(order, r.Kind)
				}
			}
			require.Len(t, order, 40)
			for i, kind := range order {
				require.Equal(t, []event.Kind{event.WaitAdd, event.GoCreate}[i%2], kind, "step %d of main, GOMAXPROCS %d", i+1, p)
			}
		}
	}
}
