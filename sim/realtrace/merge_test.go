package realtrace_test

import (
	"bytes"
	"context"
	"flag"
	"fmt"
	"io"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"golang.org/x/tools/txtar"

	"interleave/sim"
	"interleave/sim/event"
	"interleave/sim/event/eventlog"
	"interleave/sim/probe"
	"interleave/sim/realtrace"
	"interleave/sim/rewrite"
)

var runs = flag.Int("runs", 3, "how often a program of known shape is run with probes on each number of Ps")

// exported opens the export data of a package of the standard library.
func exported(path string) (io.ReadCloser, error) {
	exports.Lock()
	defer exports.Unlock()
	if exports.files[path] == "" {
		out, err := exec.Command("go", "list", "-export", "-f", "{{.Export}}", path).Output()
		if err != nil {
			return nil, fmt.Errorf("list export data of %s: %w", path, err)
		}
		exports.files[path] = strings.TrimSpace(string(out))
	}
	return os.Open(exports.files[path])
}

var exports = struct {
	sync.Mutex
	files map[string]string
}{files: map[string]string{}}

// A workshop builds programs with probes that trace themselves.
type workshop struct {
	t        *testing.T
	dir      string
	rewriter *rewrite.Rewriter
	sources  map[string]realtrace.Source
	may      map[string]bool // end badly
}

func newWorkshop(t *testing.T) *workshop {
	w := &workshop{
		t: t, dir: t.TempDir(), rewriter: rewrite.New(rewrite.Config{Import: exported, Runtime: sim.RT}),
		sources: map[string]realtrace.Source{}, may: map[string]bool{},
	}
	w.write("go.mod", []byte("module interleave\n\ngo 1.26\n"))
	for _, dir := range []string{"rt/probe", "event"} {
		entries, err := fs.ReadDir(sim.RT, dir)
		require.NoError(t, err)
		for _, e := range entries {
			if name := e.Name(); !e.IsDir() && !strings.HasSuffix(name, "_test.go") {
				src, err := fs.ReadFile(sim.RT, dir+"/"+name)
				require.NoError(t, err)
				w.write("sim/"+dir+"/"+name, src)
			}
		}
	}
	return w
}

func (w *workshop) write(name string, src []byte) {
	w.t.Helper()
	file := filepath.Join(w.dir, name)
	require.NoError(w.t, os.MkdirAll(filepath.Dir(file), 0o755))
	require.NoError(w.t, os.WriteFile(file, src, 0o644))
}

// tracing is added to a program: it is traced into a pipe, in generations of some
// milliseconds if the environment asks for that.
const tracing = `package main

import (
	traceIo "io"
	traceOs "os"
	traceTrace "runtime/trace"
	traceSync "sync"
	traceTime "time"
)

var traceOut = traceOs.NewFile(4, "trace")

func init() {
	if traceTrace.Start(traceOut) != nil {
		panic("no trace")
	}
	if period, err := traceTime.ParseDuration(traceOs.Getenv("PERIOD")); err == nil {
		f := traceTrace.NewFlightRecorder(traceTrace.FlightRecorderConfig{})
		if f.Start() != nil {
			panic("no flight recorder")
		}
		go func() {
			for range traceTime.Tick(period) {
				traceFlushing.Lock()
				f.WriteTo(traceIo.Discard)
				traceFlushing.Unlock()
			}
		}()
	}
}

var traceFlushing traceSync.Mutex

func traceStop() {
	traceFlushing.Lock()
	traceTrace.Stop()
	traceOut.Close()
}
`

func (w *workshop) add(name, src string) {
	w.t.Helper()
	w.addFiles(name, rewrite.File{Name: "main.go", Src: []byte(src)})
}

func (w *workshop) addFiles(name string, files ...rewrite.File) {
	w.t.Helper()
	from := rewrite.Main(files)
	from.Probes = true
	p, problems, err := w.rewriter.Program(from)
	require.NoError(w.t, err)
	require.Empty(w.t, problems, name)
	for _, f := range p.Main().Files {
		src := bytes.Replace(f.Src, []byte("//go:build ignore\n"), []byte("//\n"), 1)
		w.write("case/"+name+"/"+f.Name, bytes.Replace(src, []byte("func main() {"), []byte("func main() { defer traceStop();"), 1))
	}
	w.write("case/"+name+"/tracing.go", []byte(tracing))
	w.sources[name] = realtrace.Source{Sites: p.Sites, Starts: p.Starts}
}

func (w *workshop) build() {
	w.t.Helper()
	cmd := exec.Command("go", "build", "-o", filepath.Join(w.dir, "bin")+string(filepath.Separator), "./case/...")
	cmd.Dir = w.dir
	out, err := cmd.CombinedOutput()
	require.NoError(w.t, err, "%s", out)
}

// run runs a program and returns its events, which were read while it ran; they are
// valid.
func (w *workshop) run(t *testing.T, name string, procs int, period string) (*eventlog.Log, realtrace.Summary) {
	t.Helper()
	m, err := probe.New(probe.DefaultSize)
	require.NoError(t, err)
	defer m.Close()
	in, out, err := os.Pipe()
	require.NoError(t, err)
	defer in.Close()
	ctx := t.Context()
	if w.may[name] { // what goes on while it is traced is never a deadlock
		var stop context.CancelFunc
		ctx, stop = context.WithTimeout(ctx, time.Second)
		defer stop()
	}
	cmd := exec.CommandContext(ctx, filepath.Join(w.dir, "bin", name))
	cmd.Env = append(os.Environ(), fmt.Sprint("GOMAXPROCS=", procs), "INTERLEAVE_PROBES=3", "PERIOD="+period)
	cmd.ExtraFiles = []*os.File{m.File(), out}
	var stderr bytes.Buffer
	cmd.Stderr = &stderr
	require.NoError(t, cmd.Start())
	out.Close()
	l, sum, err := logOf(in, realtrace.Options{Probes: m, Source: w.sources[name]})
	ended := cmd.Wait()
	require.NoError(t, eventlog.Validate(l))
	if !w.may[name] {
		require.NoError(t, ended, stderr.String())
		require.NoError(t, err)
	}
	return l, sum
}

// shaped does a known number of everything.
const shaped = `package main

import "sync"

const workers, jobs, locks = 8, 200, 50

type counter struct {
	sync.Mutex
	n int
}

func main() {
	in, out, done := make(chan int), make(chan uint8, 3), make(chan struct{})
	var c counter
	var rw sync.RWMutex
	var wg sync.WaitGroup
	var once sync.Once
	for w := range workers {
		wg.Go(func() {
			once.Do(func() { c.n++ })
			for v := range in {
				out <- uint8(v)
			}
			for range locks {
				c.Lock()
				c.n++
				c.Unlock()
				rw.RLock()
				rw.RUnlock()
			}
			_ = w
		})
	}
	go func() {
		defer close(in)
		for i := range jobs {
			in <- i
		}
	}()
	go func() {
		wg.Wait()
		close(done)
	}()
	got := 0
	for {
		select {
		case v := <-out:
			got += int(v)
			continue
		case <-done:
		}
		break
	}
	for len(out) > 0 {
		<-out
	}
	if c.n != workers*locks+1 {
		panic(c.n)
	}
}
`

func TestProgramOfKnownShapeShowsExactlyIt(t *testing.T) {
	w := newWorkshop(t)
	w.add("shaped", shaped)
	w.build()
	partial := 0
	for _, procs := range []int{1, 2, 8} {
		for i := range *runs {
			period := ""
			if i%2 == 1 {
				period = "1ms"
			}
			l, sum := w.run(t, "shaped", procs, period)
			assert.Zero(t, sum.Lost)
			assert.Zero(t, sum.Unplaced)
			if sum.Partial > 0 {
				partial++
				t.Logf("GOMAXPROCS %d, period %q: %d partial", procs, period, sum.Partial)
			}
			n := kinds(l)
			assert.Equal(t, 3, n[event.ChanMake])
			assert.Equal(t, 400, n[event.ChanSend]+n[event.ChanSent], "sends")
			assert.Equal(t, 400, n[event.ChanRecv]+n[event.ChanReceived], "receives")
			assert.Equal(t, 8+1, n[event.ChanRecvClosed])
			assert.Equal(t, 2, n[event.ChanClose])
			assert.Equal(t, 400, n[event.Lock])
			assert.Equal(t, 400, n[event.Unlock])
			assert.Equal(t, 400, n[event.RLock])
			assert.Equal(t, 400, n[event.RUnlock])
			assert.Equal(t, 16, n[event.WaitAdd])
			assert.Equal(t, 1, n[event.WaitDone])
			assert.Equal(t, 8, n[event.OnceDo])
			assert.Equal(t, 1, n[event.OnceDone])
		}
	}
	t.Logf("%d of %d runs have something partial", partial, 3**runs)
}

// contended lets many do the same at the same time.
const contended = `package main

import "sync"

func main() {
	var wg sync.WaitGroup
	var mu sync.Mutex
	var rw sync.RWMutex
	c := make(chan int, 2)
	n := 0
	for range 4 {
		wg.Go(func() {
			for i := range 3000 {
				mu.Lock()
				n++
				mu.Unlock()
				rw.Lock()
				n++
				rw.Unlock()
				c <- i
				<-c
			}
		})
	}
	wg.Wait()
}
`

func TestContentionIsToldInAnOrderThatIsPossible(t *testing.T) {
	w := newWorkshop(t)
	w.add("contended", contended)
	w.build()
	for _, procs := range []int{1, 2, 8} {
		for range *runs {
			l, sum := w.run(t, "contended", procs, "10ms")
			assert.Zero(t, sum.Lost)
			assert.Zero(t, sum.Unplaced)
			n := kinds(l)
			assert.Equal(t, 12_000, n[event.ChanSend]+n[event.ChanSent])
			assert.Equal(t, 12_000, n[event.ChanRecv]+n[event.ChanReceived])
			assert.Equal(t, 24_000, n[event.Lock])
			assert.Equal(t, 24_000, n[event.Unlock])
			t.Logf("GOMAXPROCS %d: %d partial, %d generations", procs, sum.Partial, sum.Generations)
		}
	}
}

// kinds counts the events of each kind.
func kinds(l *eventlog.Log) map[event.Kind]int {
	n := map[event.Kind]int{}
	for i := range l.Events {
		n[l.Events[i].Kind]++
	}
	return n
}

const said = `package main

import "sync"

type account struct {
	mu  sync.RWMutex
	sum int
}

func worker(in <-chan int, ok chan<- bool) {
	ok <- <-in == -7
}

func main() {
	in, ok := make(chan int, 2), make(chan bool)
	var a account
	in <- -7
	go worker(in, ok)
	if !<-ok {
		panic("no")
	}
	var wg sync.WaitGroup
	wg.Go(func() {
		a.mu.Lock()
		a.sum = 1
		a.mu.Unlock()
	})
	wg.Wait()
	a.mu.RLock()
	a.mu.RUnlock()
	never := make(chan int)
	go func() { close(in) }()
	select {
	case <-never:
	case _, more := <-in:
		_ = more
	}
}
`

// saidSo is what there is to say of it where only one goroutine runs at a time.
const saidSo = `main ChanMake in n=2 :15
main ChanMake ok :15
main ChanSend in n=1 -7 :17
main starts worker :18
main GoPark ok n=1 :19
worker ChanRecv in -7 :11
worker ChanSend ok to main true :11
worker GoReady ok to main :11
main ChanReceived ok to worker true :19
main WaitAdd wg n=1 1 :23
main starts main.func1 :23
main GoPark wg n=9 :28
main.func1 Lock mu :24
main.func1 Unlock mu :26
main.func1 WaitAdd wg -1 :23
main.func1 GoReady wg to main
main WaitDone wg :28
main RLock mu n=1 :29
main RUnlock mu :30
main ChanMake never :31
main starts main.func2 :32
main SelectWait never :34
main SelectWait in n=1 :35
main GoPark n=3 :33
main.func2 ChanClose in n=1 :32
main.func2 GoReady in to main :32
main ChanRecvClosed in :35
main SelectChosen in n=1 :33
`

func TestWhatAProgramDoesIsToldWithNamesAndValues(t *testing.T) {
	w := newWorkshop(t)
	w.add("said", said)
	w.build()
	l, sum := w.run(t, "said", 1, "")
	assert.Zero(t, sum.Partial)
	names := map[uint32]string{1: "main"}
	var b strings.Builder
	for _, r := range l.Events {
		if r.Kind == event.GoCreate && r.G != 0 && filepath.Base(l.Place(r.Site).File) == "main.go" {
			names[r.Peer] = l.Text(r.Val)
			fmt.Fprintf(&b, "%s starts %s :%d\n", names[uint32(r.G)], names[r.Peer], l.Place(r.Site).Line)
			continue
		}
		if names[uint32(r.G)] == "" || r.Kind != event.GoPark && r.Kind != event.GoReady && !r.Kind.FromProbe() || r.Kind == event.GoReady && names[r.Peer] == "" {
			continue
		}
		fmt.Fprintf(&b, "%s %v", names[uint32(r.G)], r.Kind)
		if r.Obj != 0 {
			fmt.Fprintf(&b, " %s", l.Texts[l.Objects[r.Obj].Name])
		}
		if r.Peer != 0 && r.Kind != event.SelectWait {
			fmt.Fprintf(&b, " to %s", names[r.Peer])
		}
		if r.N != 0 {
			fmt.Fprintf(&b, " n=%d", r.N)
		}
		if r.Val != 0 {
			fmt.Fprintf(&b, " %s", l.Text(r.Val))
		}
		if at := l.Place(r.Site); filepath.Base(at.File) == "main.go" { // else the library does it
			fmt.Fprintf(&b, " :%d", at.Line)
		}
		fmt.Fprintln(&b)
	}
	assert.Equal(t, saidSo, b.String())
}

// TestProgramsOfTheCorpusGiveValidLogs runs what the rewriter and the model are held to.
func TestProgramsOfTheCorpusGiveValidLogs(t *testing.T) {
	if testing.Short() {
		t.Skip("builds every program of a corpus")
	}
	w := newWorkshop(t)
	for _, dir := range []string{"rewrite", "programs/any"} {
		names, err := filepath.Glob(filepath.Join("../../testdata", dir, "*"))
		require.NoError(t, err)
		require.NotEmpty(t, names)
		for _, name := range names {
			var files []rewrite.File
			if strings.HasSuffix(name, ".txtar") {
				ar, err := txtar.ParseFile(name)
				require.NoError(t, err)
				for _, f := range ar.Files {
					files = append(files, rewrite.File{Name: f.Name, Src: f.Data})
				}
			} else {
				src, err := os.ReadFile(name)
				require.NoError(t, err)
				files = []rewrite.File{{Name: "main.go", Src: src}}
			}
			short := strings.TrimSuffix(filepath.Base(name), filepath.Ext(name))
			w.addFiles(short, files...)
			w.may[short] = true
		}
	}
	w.build()
	for name := range w.may {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			_, sum := w.run(t, name, 2, "2ms")
			t.Logf("%d records, of which %d have no place; of %d objects not all is known", sum.Probes, sum.Unplaced, sum.Partial)
		})
	}
}
