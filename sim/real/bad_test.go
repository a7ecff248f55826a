package real_test

import (
	"errors"
	"io"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"interleave/sim/event"
	"interleave/sim/event/eventlog"
	"interleave/sim/real"
	"interleave/sim/runner"
)

// own runs a program as the user's own, in a directory.
func own(t *testing.T, src, dir string, o real.Observe, cfg real.Config) (*eventlog.Log, runner.Result) {
	t.Helper()
	r := runnerFor(t, false)
	b, err := real.Build(t.Context(), r, source(src), o)
	require.NoError(t, err)
	cfg.Local = &runner.Local{Env: os.Environ(), Dir: dir}
	run, err := real.Start(t.Context(), r, b, o, cfg)
	require.NoError(t, err)
	return collect(t, run)
}

func TestAProgramThatTracesItselfIsToldThatThereIsATrace(t *testing.T) {
	const src = `package main

import (
	"bytes"
	"fmt"
	"runtime/trace"
)

func main() {
	var b bytes.Buffer
	fmt.Println(trace.Start(&b))
	fmt.Println(trace.NewFlightRecorder(trace.FlightRecorderConfig{}).Start())
	done := make(chan bool)
	go func() { done <- true }()
	<-done
}
`
	l, res := run(t, src, real.Traced, real.Config{})
	assert.Equal(t, "tracing is already enabled\nflight recorder already enabled\n", strings.ReplaceAll(said(l, 1), "execution tracer already enabled", "tracing is already enabled"))
	assert.Equal(t, event.Exited, res.Verdict.Outcome)
	assert.Positive(t, count(l, func(r *event.Record) bool { return r.Kind == event.GoEnd && r.G != 0 }))
	l, _ = run(t, src, real.Plain, real.Config{})
	assert.Equal(t, "<nil>\n<nil>\n", said(l, 1), "unobserved it may do so")
}

func TestAProgramThatStopsItsTraceIsSeenUpToThere(t *testing.T) {
	l, res := own(t, `package main

import (
	"bytes"
	"fmt"
	"os"
	"runtime/trace"
)

func before() {}
func after()  {}

func main() {
	done := make(chan bool)
	go func() { before(); done <- true }()
	<-done
	trace.Stop()
	var b bytes.Buffer
	fmt.Println(trace.Start(&b)) // its own, now
	trace.Stop()
	fmt.Println(b.Len() > 100)
	go func() { after(); done <- true }()
	<-done
	os.Exit(4)
}
`, "", real.Traced, real.Config{})
	assert.Equal(t, 4, res.Verdict.Status)
	assert.Equal(t, "<nil>\ntrue\n", said(l, 1))
	assert.Contains(t, said(l, 4), "it has stopped its trace")
	assert.Equal(t, 1, count(l, func(r *event.Record) bool {
		return r.Kind == event.GoCreate && strings.HasPrefix(l.Text(r.Val), "main.main.func")
	}))
}

func TestAProgramThatClosesItsDescriptorsGoesOnUnseenAndItIsSaid(t *testing.T) {
	dir := t.TempDir()
	for _, o := range []real.Observe{real.Traced, real.Probed} {
		l, res := own(t, `package main

import (
	"fmt"
	"os"
	"syscall"
	"time"
)

func main() {
	syscall.Close(3) // it never opened that
	f, err := os.Create("mine")
	if err != nil {
		panic(err)
	}
	fmt.Println(f.Fd())
	f.WriteString("mine")
	for range 20 {
		done := make(chan bool)
		go func() { done <- true }()
		<-done
		time.Sleep(60 * time.Millisecond) // for the trace to be flushed: not to be waited for otherwise
	}
	f.Close()
	os.Exit(6)
}
`, dir, o, real.Config{})
		assert.Equal(t, 6, res.Verdict.Status)
		b, err := os.ReadFile(filepath.Join(dir, "mine"))
		require.NoError(t, err)
		assert.Equal(t, "mine", string(b), "no trace is in the program's own file")
		assert.Contains(t, said(l, 4), "From here on nothing but output is seen")
	}
}

func TestAProgramThatForksLeavesItsChildrenUnseen(t *testing.T) {
	const src = `package main

import (
	"fmt"
	"os"
	"os/exec"
)

func main() {
	if len(os.Args) > 1 {
		held := false
		for fd := range 20 {
			to, _ := os.Readlink(fmt.Sprint("/proc/self/fd/", fd))
			held = held || to == os.Args[1]
		}
		fmt.Println("child", os.Getenv("INTERLEAVE_OBSERVE"), os.Getenv("INTERLEAVE_PROBES"), held)
		return
	}
	trace, _ := os.Readlink("/proc/self/fd/3")
	out, err := exec.Command("/proc/self/exe", trace).CombinedOutput()
	fmt.Printf("%s%v\n", out, err)
}
`
	for _, o := range []real.Observe{real.Traced, real.Probed} {
		l, res := own(t, src, "", o, real.Config{})
		assert.Equal(t, "child   false\n<nil>\n", said(l, 1), said(l, 2))
		assert.Equal(t, event.Exited, res.Verdict.Outcome)
	}
	l, _ := run(t, src, real.Traced, real.Config{})
	assert.Contains(t, said(l, 1), "operation not permitted", "in a box it may not")
}

func TestAnEndlessProgramIsStopped(t *testing.T) {
	const src = `package main

func main() {
	c := make(chan int)
	go func() { for { c <- 1 } }()
	for { <-c }
}
`
	for _, o := range []real.Observe{real.Plain, real.Traced, real.Probed} {
		r := started(t, src, o, real.Config{})
		_, err := r.Read(t.Context(), 0)
		require.NoError(t, err)
		r.Stop()
		_, res := collect(t, r)
		assert.Equal(t, event.Stopped, res.Verdict.Outcome, o)
	}
	_, res := run(t, src, real.Traced, real.Config{MaxTime: 300 * time.Millisecond})
	assert.Equal(t, event.TimeLimit, res.Verdict.Outcome)
	_, res = run(t, `package main

func main() {
	var all [][]byte
	for {
		b := make([]byte, 1<<20)
		for i := range b {
			b[i] = 1
		}
		all = append(all, b)
	}
}
`, real.Traced, real.Config{MaxMemory: 128 << 20})
	assert.Equal(t, event.MemLimit, res.Verdict.Outcome)
	_, res = run(t, `package main

func main() {
	for {
		println("more")
	}
}
`, real.Traced, real.Config{MaxOutput: 10000})
	assert.Equal(t, event.OutLimit, res.Verdict.Outcome)
}

// TestMemoryIsBoundedHoweverMuchHappens lets a program do so much that all of it
// would never fit, and reads only at the end.
func TestMemoryIsBoundedHoweverMuchHappens(t *testing.T) {
	for _, o := range []real.Observe{real.Traced, real.Probed} {
		t.Run(string(o), func(t *testing.T) { boundedMemory(t, o) })
	}
}

func boundedMemory(t *testing.T, o real.Observe) {
	const most = 2 << 20
	var before, after runtime.MemStats
	runtime.GC()
	runtime.ReadMemStats(&before)
	r := started(t, `package main

import "runtime"

func main() {
	idle := make(chan int)
	for range 100 {
		go func() { <-idle }()
	}
	c := make(chan int)
	for range 4 {
		go func() {
			for range 20000 {
				c <- 1
				runtime.Gosched()
			}
		}()
	}
	for range 80000 {
		<-c
	}
	println("done")
}
`, o, real.Config{MaxFrames: most})
	res, err := r.Wait(t.Context())
	require.NoError(t, err)
	require.Equal(t, event.Exited, res.Verdict.Outcome)
	runtime.GC()
	runtime.ReadMemStats(&after)
	assert.Less(t, int(after.HeapAlloc)-int(before.HeapAlloc), 16<<20)
	events, dropped := r.Kept()
	assert.Greater(t, dropped, events/4)

	_, err = r.Read(t.Context(), 0)
	var gone *real.Dropped
	require.ErrorAs(t, err, &gone)
	assert.Equal(t, dropped, gone.Events)
	l := eventlog.New()
	for seq := gone.First; ; {
		frame, err := r.Read(t.Context(), seq)
		if errors.Is(err, io.EOF) {
			break
		}
		require.NoError(t, err)
		h, err := event.ParseHeader(frame)
		require.NoError(t, err)
		require.Equal(t, seq, h.First)
		seq += uint64(h.Count)
		event.PutHeader(frame[:event.HeaderSize:event.HeaderSize], h.Defs, uint64(len(l.Events)), h.Count)
		require.NoError(t, l.AddFrame(frame))
	}
	require.NoError(t, eventlog.Validate(l), "the summary and what follows it are a log by themselves")
	assert.Equal(t, "done\n", said(l, 2), "%s %+v", said(l, 4), res)
	assert.Contains(t, said(l, 4), "events are not kept any more")
	w := l.World(len(l.Events))
	idle := 0
	for _, g := range w.Goroutines {
		if g.State == eventlog.Parked && g.Reason == event.RecvWait && strings.HasSuffix(l.Text(g.Name), "main.func1") {
			idle++
		}
	}
	assert.Equal(t, 100, idle, "who was there before is there")
	require.NoError(t, eventlog.Validate(r.Log()))
}

func TestLoopbackIsThereOnlyWhereItIsAskedFor(t *testing.T) {
	const src = `package main

import (
	"bytes"
	"fmt"
	"io"
	"net"
	"runtime"
)

func main() {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		fmt.Println("refused")
		return
	}
	go func() {
		c, _ := l.Accept()
		for b := make([]byte, 1<<16); !bytes.Contains(b[:runtime.Stack(b, true)], []byte("[IO wait]")); { // main reads
			runtime.Gosched()
		}
		io.WriteString(c, "hello")
		c.Close()
	}()
	c, err := net.Dial("tcp", l.Addr().String())
	if err != nil {
		panic(err)
	}
	b, err := io.ReadAll(c)
	fmt.Println(string(b), err)
	_, err = net.Dial("tcp", "192.0.2.1:80")
	fmt.Println(err != nil)
	_, err = net.Dial("udp", "192.0.2.1:80")
	fmt.Println(err != nil)
}
`
	for _, o := range []real.Observe{real.Plain, real.Traced, real.Probed} {
		l, _ := run(t, src, o, real.Config{Net: true})
		assert.Equal(t, "hello <nil>\ntrue\ntrue\n", said(l, 1), said(l, 2))
		if o != real.Plain {
			assert.Positive(t, count(l, func(r *event.Record) bool { return r.Kind == event.GoPark && event.Reason(r.N) == event.NetWait }))
		}
		l, _ = run(t, src, o, real.Config{})
		assert.Equal(t, "refused\n", said(l, 1), said(l, 2))
	}
}

func TestSchedtraceComesBesideThePicture(t *testing.T) {
	l, _ := run(t, `package main

import "time"

func main() {
	for start := time.Now(); time.Since(start) < 100*time.Millisecond; {
	}
	println("mine")
}
`, real.Traced, real.Config{Schedtrace: 10 * time.Millisecond, Procs: 2, GOGC: "50", GOMEMLIMIT: "100MiB"})
	assert.Equal(t, "mine\n", said(l, 2))
	lines := strings.SplitAfter(said(l, 3), "\n")
	require.Greater(t, len(lines), 2)
	for _, line := range lines[:len(lines)-1] {
		s, ok := real.ParseSched(line)
		assert.True(t, ok, line)
		assert.Equal(t, 2, s.Procs)
	}
}

func TestTheCostOfLookingIsMeasuredByTurns(t *testing.T) {
	costs, err := real.Cost(t.Context(), runnerFor(t, true), source(`package main

func main() {
	c := make(chan int)
	go func() {
		for range 20000 {
			c <- 1
		}
		close(c)
	}()
	for range c {
	}
}
`), real.Config{}, 3)
	require.NoError(t, err)
	assert.Equal(t, 3, costs.Runs)
	require.Len(t, costs.Of, 3)
	for i, o := range []real.Observe{real.Plain, real.Traced, real.Probed} {
		assert.Equal(t, o, costs.Of[i].Observe)
		assert.Positive(t, costs.Of[i].Wall)
		assert.Positive(t, costs.Of[i].CPU)
	}
	assert.Equal(t, 1.0, costs.Of[0].CPURatio)
	for _, one := range costs.Of[1:] {
		assert.InEpsilon(t, float64(one.CPU)/float64(costs.Of[0].CPU), one.CPURatio, 1e-9)
		assert.InEpsilon(t, float64(one.Wall)/float64(costs.Of[0].Wall), one.WallRatio, 1e-9)
	}
	_, err = real.Cost(t.Context(), runnerFor(t, true), source("package main\n\nfunc main() { for {} }\n"), real.Config{MaxTime: 200 * time.Millisecond}, 1)
	var unended *real.Unended
	assert.ErrorAs(t, err, &unended)
}

func TestATraceThatComesFasterThanItCanBeReadIsGivenUpAndItIsSaid(t *testing.T) {
	var before, after runtime.MemStats
	runtime.GC()
	runtime.ReadMemStats(&before)
	r := started(t, `package main

import (
	"context"
	"fmt"
	"runtime/trace"
	"strings"
)

func main() {
	s := strings.Repeat("x", 1<<10)
	for range 2_500_000 {
		trace.Log(context.Background(), "much", s)
	}
	fmt.Println("done")
}
`, real.Traced, real.Config{MaxMemory: 3 << 30})
	l, res := collect(t, r)
	assert.Equal(t, "done\n", said(l, 1), said(l, 2))
	assert.Contains(t, said(l, 4), "it makes more trace than can be read")
	assert.Equal(t, event.Exited, res.Verdict.Outcome)
	runtime.GC()
	runtime.ReadMemStats(&after)
	assert.Less(t, int(after.HeapAlloc)-int(before.HeapAlloc), 512<<20)
}
