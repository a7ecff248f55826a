package probe_test

import (
	"bytes"
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

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"golang.org/x/tools/txtar"

	"interleave/sim"
	"interleave/sim/event"
	"interleave/sim/probe"
	"interleave/sim/rewrite"
)

var runs = flag.Int("runs", 3, "how often a program of known shape is run on each number of Ps")

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

// A workshop builds programs with and without probes, all at once.
type workshop struct {
	t        *testing.T
	dir      string
	rewriter *rewrite.Rewriter
	sites    map[string][]rewrite.Site
	starts   map[string]map[int]string
}

func newWorkshop(t *testing.T) *workshop {
	w := &workshop{
		t: t, dir: t.TempDir(), rewriter: rewrite.New(rewrite.Config{Import: exported, Runtime: sim.RT}),
		sites: map[string][]rewrite.Site{}, starts: map[string]map[int]string{},
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

// add puts a program on the bench, once as it is and once with probes.
func (w *workshop) add(name string, files ...rewrite.File) {
	w.t.Helper()
	src := rewrite.Main(files)
	src.Probes = true
	p, problems, err := w.rewriter.Program(src)
	require.NoError(w.t, err)
	require.Empty(w.t, problems, name)
	for _, f := range files {
		w.write("case/"+name+"-plain/"+f.Name, unconstrained(f.Src))
	}
	for _, f := range p.Main().Files {
		w.write("case/"+name+"-probes/"+f.Name, unconstrained(f.Src))
	}
	w.sites[name], w.starts[name] = p.Sites, p.Starts
}

func unconstrained(src []byte) []byte {
	return bytes.Replace(src, []byte("//go:build ignore\n"), []byte("//\n"), 1)
}

func (w *workshop) build() {
	w.t.Helper()
	cmd := exec.Command("go", "build", "-ldflags=-s -w", "-o", filepath.Join(w.dir, "bin")+string(filepath.Separator), "./case/...")
	cmd.Dir = w.dir
	out, err := cmd.CombinedOutput()
	require.NoError(w.t, err, "%s", out)
}

// A run is what came of a program.
type run struct {
	stdout, stderr string
	state          *os.ProcessState
	probes         []event.Probe
	head           probe.Head
}

// plain runs a program as it is.
func (w *workshop) plain(t *testing.T, name string, procs int) run {
	t.Helper()
	return w.start(t, name+"-plain", procs, nil)
}

// probed runs a program with probes that have somewhere to go.
func (w *workshop) probed(t *testing.T, name string, procs, size int) run {
	t.Helper()
	m, err := probe.New(size)
	require.NoError(t, err)
	defer m.Close()
	r := w.start(t, name+"-probes", procs, m)
	r.probes, err = m.Read()
	require.NoError(t, err)
	r.head, err = m.Head()
	require.NoError(t, err)
	return r
}

func (w *workshop) start(t *testing.T, bin string, procs int, m *probe.Memory) run {
	t.Helper()
	var stdout, stderr bytes.Buffer
	cmd := exec.CommandContext(t.Context(), filepath.Join(w.dir, "bin", bin))
	cmd.Stdout, cmd.Stderr = &stdout, &stderr
	cmd.Env = append(os.Environ(), "TZ=UTC", fmt.Sprint("GOMAXPROCS=", procs))
	if m != nil {
		cmd.ExtraFiles = []*os.File{m.File()}
		cmd.Env = append(cmd.Env, "INTERLEAVE_PROBES=3")
	}
	if err := cmd.Run(); cmd.ProcessState == nil {
		require.NoError(t, err)
	}
	return run{stdout: stdout.String(), stderr: stderr.String(), state: cmd.ProcessState}
}

// counts tells how many records there are of each kind.
func counts(rs []event.Probe) map[event.Kind]int {
	n := map[event.Kind]int{}
	for _, r := range rs {
		n[r.Kind]++
	}
	return n
}

func goFiles(t *testing.T, dir string) map[string][]rewrite.File {
	t.Helper()
	names, err := filepath.Glob(filepath.Join("../../testdata", dir, "*"))
	require.NoError(t, err)
	require.NotEmpty(t, names)
	all := map[string][]rewrite.File{}
	for _, name := range names {
		short := filepath.Base(dir) + "-" + strings.TrimSuffix(filepath.Base(name), filepath.Ext(name))
		if strings.HasSuffix(name, ".txtar") {
			ar, err := txtar.ParseFile(name)
			require.NoError(t, err)
			for _, f := range ar.Files {
				all[short] = append(all[short], rewrite.File{Name: f.Name, Src: f.Data})
			}
			continue
		}
		src, err := os.ReadFile(name)
		require.NoError(t, err)
		all[short] = []rewrite.File{{Name: "main.go", Src: src}}
	}
	return all
}

// TestProgramsWithProbesDoTheSame runs every program that the model is held to,
// and others that end badly, on the real runtime with and without probes.
func TestProgramsWithProbesDoTheSame(t *testing.T) {
	if testing.Short() {
		t.Skip("builds every program of the corpus twice")
	}
	w := newWorkshop(t)
	procs := map[string]int{}
	for _, dir := range []string{"rewrite", "programs/any", "programs/gmp", "programs/bad"} {
		for name, files := range goFiles(t, dir) {
			if dir == "programs/bad" && endless[strings.TrimPrefix(name, "bad-")] {
				continue
			}
			procs[name] = 2
			if dir == "programs/gmp" || dir == "programs/bad" || name == "any-sleepsort" { // where the order matters
				procs[name] = 1
			}
			w.add(name, files...)
		}
	}
	forms, err := os.ReadFile("testdata/forms.go")
	require.NoError(t, err)
	w.add("forms", source(string(forms)))
	procs["forms"] = 2
	for name, files := range goFiles(t, "programs/refused") { // by the model; they want files and networks
		if name == "refused-stranger" {
			src := rewrite.Main(files)
			src.Probes = true
			_, problems, err := w.rewriter.Program(src)
			require.NoError(t, err)
			require.Contains(t, fmt.Sprint(problems), "could not import example.com/other")
			continue
		}
		w.add(name, files...)
	}
	w.build()
	for name, n := range procs {
		t.Run(name, func(t *testing.T) {
			plain, probed := w.plain(t, name, n), w.probed(t, name, n, probe.DefaultSize)
			for i := 0; n == 1 && i < 4 && plain.stdout != probed.stdout; i++ {
				// On a busy machine the scheduler may go another way, and who sleeps wakes late.
				plain, probed = w.plain(t, name, n), w.probed(t, name, n, probe.DefaultSize)
			}
			assert.Equal(t, plain.state.ExitCode(), probed.state.ExitCode(), "exit status; standard error:\n%s", probed.stderr)
			assert.Equal(t, plain.stdout, probed.stdout)
			if plain.state.ExitCode() == 0 {
				assert.Equal(t, plain.stderr, probed.stderr)
			} else {
				first, _, _ := strings.Cut(plain.stderr, "\n")
				assert.Contains(t, probed.stderr, first, "how it ended")
			}
			assert.Equal(t, len(w.sites[name]) > 0, probed.head.Ready, "a program that does anything has recorded it")
			assert.Zero(t, probed.head.Lost)
			tellsAStory(t, probed.probes, name != "any-libraries") // whose channel package signal sends on
		})
	}
}

// endless are the bad programs that only a host ends, or that take much.
var endless = map[string]bool{
	"chatter": true, "forever": true, "loop": true, "memory": true, "overflow": true, "pingforever": true, "spawn": true,
	"years": true, "stdin": true, "number": true,
}

// tellsAStory checks what must hold in any order that claims to be one; complete
// says that nobody without probes sends on the program's channels.
func tellsAStory(t *testing.T, rs []event.Probe, complete bool) {
	t.Helper()
	started, last := map[event.GID]bool{}, map[event.GID]uint64{}
	holder, channels := map[uint64]event.GID{}, map[uint64]*channel{}
	for i, r := range rs {
		if r.Kind == event.ChanMake {
			channels[r.Obj] = &channel{}
		} else if c := channels[r.Obj]; c != nil {
			c.note(r)
			require.True(t, !complete || c.closed || c.taken <= c.offered, "record %d: what is received has not been sent", i)
		}
		if r.Kind == event.GoStart {
			require.False(t, started[r.G], "record %d: G %d starts twice", i, r.G)
			started[r.G] = true
		}
		require.True(t, started[r.G], "record %d: G %d has not started", i, r.G)
		require.GreaterOrEqual(t, r.T, last[r.G], "record %d: time of G %d goes back", i, r.G)
		last[r.G] = r.T
		switch r.Kind {
		case event.GoCreate:
			require.False(t, started[event.GID(r.Obj)], "record %d: G %d has started before", i, r.Obj)
		case event.Lock:
			require.Zero(t, holder[r.Obj], "record %d: the lock has a holder", i)
			holder[r.Obj] = r.G
		case event.Unlock:
			delete(holder, r.Obj)
		}
	}
}

// channel is what was done on a channel since it was made.
type channel struct {
	offered, taken int
	closed         bool
}

func (c *channel) note(r event.Probe) {
	switch {
	case r.Kind == event.ChanSend,
		r.Kind == event.GoPark && event.Reason(r.N) == event.SendWait,
		r.Kind == event.SelectWait && r.Flag&event.ProbeSend != 0,
		r.Kind == event.SelectChosen && r.Flag&event.ProbeSend != 0:
		c.offered++
	case r.Kind == event.ChanRecv, r.Kind == event.ChanReceived, r.Kind == event.SelectChosen:
		c.taken++
	case r.Kind == event.ChanClose:
		c.closed = true
	}
}

func source(body string) rewrite.File {
	return rewrite.File{Name: "main.go", Src: []byte(body)}
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
	w.add("shaped", source(shaped))
	w.build()
	for _, procs := range []int{1, 2, 8} {
		for range *runs {
			r := w.probed(t, "shaped", procs, probe.DefaultSize)
			require.True(t, r.state.Success(), r.stderr)
			require.Zero(t, r.head.Lost)
			n := counts(r.probes)
			assert.Equal(t, 11, n[event.GoStart])
			assert.Equal(t, 10, n[event.GoCreate])
			assert.Equal(t, 3, n[event.ChanMake])
			assert.Equal(t, 400, n[event.ChanSend]+n[event.ChanSent], "sends")
			received, dones := n[event.ChanRecv]+n[event.ChanReceived], 0
			for _, p := range r.probes {
				if p.Kind == event.SelectChosen && p.N == 0 {
					received++
				} else if p.Kind == event.SelectChosen {
					dones++
				}
			}
			assert.Equal(t, 400, received, "receives, with those of select")
			assert.Equal(t, 1, dones)
			assert.Equal(t, 8, n[event.ChanRecvClosed], "each worker's range ends once")
			assert.Equal(t, 2, n[event.ChanClose])
			assert.Equal(t, 400, n[event.Lock])
			assert.Equal(t, 400, n[event.Unlock])
			assert.Equal(t, 400, n[event.RLock])
			assert.Equal(t, 400, n[event.RUnlock])
			assert.Equal(t, 16, n[event.WaitAdd], "one and its opposite for each")
			assert.Equal(t, 1, n[event.WaitDone])
			assert.Equal(t, 8, n[event.OnceDo])
			assert.Equal(t, 1, n[event.OnceDone])
			tellsAStory(t, r.probes, true)
			tellsValues(t, r.probes)
		}
	}
}

// TestOrderIsThatOfTheMachine lets many do the same at the same time.
func TestOrderIsThatOfTheMachine(t *testing.T) {
	w := newWorkshop(t)
	w.add("contended", source(`package main

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
	pipe := make(chan int, 1)
	wg.Go(func() {
		for i := range 5000 {
			for len(pipe) > 0 {
			}
			pipe <- i
		}
	})
	wg.Go(func() {
		for range 5000 {
			for len(pipe) == 0 { // to be there at once
			}
			<-pipe
		}
	})
	wg.Wait()
}
`))
	w.build()
	for range *runs {
		for _, procs := range []int{2, 8} {
			r := w.probed(t, "contended", procs, probe.DefaultSize)
			require.True(t, r.state.Success(), r.stderr)
			require.Zero(t, r.head.Lost)
			require.Equal(t, 24_000, counts(r.probes)[event.Lock])
			tellsAStory(t, r.probes, true)
		}
	}
}

// tellsValues checks that every value that was sent on the channels of the known
// shape is received as often, and never before.
func tellsValues(t *testing.T, rs []event.Probe) {
	t.Helper()
	sent := map[int64]int{}
	for _, r := range rs {
		v, ok := r.Val.Int()
		if !ok {
			continue
		}
		switch r.Kind {
		case event.ChanSend, event.GoPark:
			sent[v]++
		case event.ChanRecv, event.ChanReceived, event.SelectChosen:
			sent[v]--
			require.GreaterOrEqual(t, sent[v], 0, "%d is received before it is sent", v)
		}
	}
	for v, n := range sent {
		if v != -1 && v != 1 { // those of WaitAdd are no values of channels
			require.Zero(t, n, "%d is received as often as it is sent", v)
		}
	}
}

func TestOperationsSayWhatTheyAre(t *testing.T) {
	w := newWorkshop(t)
	w.add("said", source(`package main

import "sync"

type account struct {
	mu  sync.Mutex
	sum int
}

func worker(in <-chan int, ok chan<- bool) {
	ok <- <-in == -7
}

func main() {
	in, ok := make(chan int, 2), make(chan bool)
	var a account
	cond := sync.NewCond(&a.mu)
	in <- -7
	go worker(in, ok)
	if !<-ok {
		panic("no")
	}
	go func() {
		a.mu.Lock()
		defer a.mu.Unlock()
		a.sum = 1
		cond.Signal()
	}()
	a.mu.Lock()
	for a.sum == 0 {
		cond.Wait()
	}
	cond.L.Unlock()
	select {
	case v := <-in:
		_ = v
	default:
	}
	close(in)
	select {
	case v, more := <-in:
		_, _ = v, more
	default:
	}
}
`))
	w.build()
	r := w.probed(t, "said", 1, probe.DefaultSize)
	require.True(t, r.state.Success(), r.stderr)
	var main []string
	channels, locks := map[uint64]string{}, map[uint64]bool{}
	for _, p := range r.probes {
		site := rewrite.Site{}
		if p.Site > 0 {
			site = w.sites["said"][p.Site-1]
		}
		switch p.Kind {
		case event.ChanMake:
			channels[p.Obj] = site.Name
		case event.Lock, event.Unlock:
			locks[p.Obj] = true
		case event.GoCreate:
			main = append(main, "starts "+w.starts["said"][int(p.Site)])
		}
		if p.G == 1 {
			v, _ := p.Val.Int()
			main = append(main, fmt.Sprintf("%v %s %s n=%d v=%d t=%d %d", p.Kind, site.Name, channels[p.Obj], p.N, v, p.Val.Text(), site.Line))
		}
	}
	assert.Len(t, locks, 1, "the lock of a Cond is the one that is named elsewhere")
	assert.Equal(t, golden, strings.Join(main, "\n"))
}

// golden is what main does, with the names of sites and channels.
const golden = `GoStart   n=0 v=0 t=0 0
ChanMake !make(in) !make(in) n=2 v=0 t=0 15
ChanMake !make(ok) !make(ok) n=0 v=0 t=0 15
ChanSend !in<- !make(in) n=1 v=-7 t=0 18
starts worker
GoCreate !go(worker)  n=0 v=0 t=0 19
GoPark !<-ok !make(ok) n=1 v=0 t=0 20
ChanReceived !<-ok !make(ok) n=0 v=0 t=2 20
starts main.func1
GoCreate !go(func)  n=0 v=0 t=0 23
Lock mu  n=0 v=0 t=0 29
Unlock cond  n=0 v=0 t=0 31
GoPark cond  n=10 v=0 t=0 31
CondWoken cond  n=0 v=0 t=0 31
Lock cond  n=0 v=0 t=0 31
Unlock L  n=0 v=0 t=0 33
SelectChosen !select  n=-1 v=0 t=0 34
ChanClose !close(in) !make(in) n=0 v=0 t=0 39
SelectChosen !select !make(in) n=0 v=0 t=0 40`

func TestWhatWasRecordedOutlivesTheProgram(t *testing.T) {
	ends := map[string]struct {
		code string
		want int
	}{
		"exits":       {`os.Exit(3)`, 3},
		"panics":      {`panic("over")`, 2},
		"panicsthere": {`done := make(chan int); go func() { panic("over") }(); <-done`, 2},
		"deadlocks":   {`<-make(chan int)`, 2},
		"killed":      {`syscall.Kill(os.Getpid(), syscall.SIGKILL); select {}`, -1},
		"closes":      {`for fd := range 1000 { syscall.Close(fd) }`, 0},
		"forks": {`if os.Getenv("INTERLEAVE_PROBES") != "" { panic("children would see it") }
	if len(os.Args) == 1 { exe, _ := os.Executable(); if exec.Command(exe, "child").Run() != nil { os.Exit(1) } }`, 0},
	}
	w := newWorkshop(t)
	for name, end := range ends {
		w.add(name, source(`package main

import (
	"os"
	"os/exec"
	"sync"
	"syscall"
)

var (
	_ = os.Exit
	_ = exec.Command
	_ = syscall.Kill
)

func main() {
	var mu sync.Mutex
	c := make(chan int, 1)
	for i := range 100 {
		c <- i
		mu.Lock()
		<-c
		mu.Unlock()
	}
	`+end.code+`
}
`))
	}
	w.build()
	for name, end := range ends {
		t.Run(name, func(t *testing.T) {
			r := w.probed(t, name, 2, probe.DefaultSize)
			assert.Equal(t, end.want, r.state.ExitCode(), r.stderr)
			n := counts(r.probes)
			assert.Equal(t, 100, n[event.ChanSend])
			assert.Equal(t, 100, n[event.ChanRecv])
			assert.Equal(t, 100, n[event.Lock])
			assert.Equal(t, 100, n[event.Unlock])
		})
	}
}

func TestWhatFindsNoRoomIsCounted(t *testing.T) {
	w := newWorkshop(t)
	w.add("much", source(`package main

func main() {
	c := make(chan int, 1)
	for i := range 5000 {
		c <- i
		<-c
	}
}
`))
	w.build()
	r := w.probed(t, "much", 1, event.ProbeHead+10*event.ProbeChunk)
	require.True(t, r.state.Success(), r.stderr)
	assert.Len(t, r.probes, 10*event.ProbeRecords)
	assert.EqualValues(t, 10_002, uint64(len(r.probes))+r.head.Lost, "main's start, a make, and what it does")
}

// TestReaderKeepsUp reads while the program runs, in less room than it needs.
func TestReaderKeepsUp(t *testing.T) {
	w := newWorkshop(t)
	w.add("waits", source(`package main

import "os"

func main() {
	c, line := make(chan int, 1), make([]byte, 1)
	for range 50 {
		for i := range 100 {
			c <- i
			<-c
		}
		os.Stdout.Write(line)
		os.Stdin.Read(line)
	}
}
`))
	w.build()
	m, err := probe.New(event.ProbeHead + 8*event.ProbeChunk)
	require.NoError(t, err)
	defer m.Close()
	cmd := exec.CommandContext(t.Context(), filepath.Join(w.dir, "bin/waits-probes"))
	cmd.ExtraFiles, cmd.Env = []*os.File{m.File()}, append(os.Environ(), "INTERLEAVE_PROBES=3")
	in, err := cmd.StdinPipe()
	require.NoError(t, err)
	out, err := cmd.StdoutPipe()
	require.NoError(t, err)
	require.NoError(t, cmd.Start())
	sends, last := 0, uint64(0)
	for round := range 50 {
		_, err := io.ReadFull(out, make([]byte, 1))
		require.NoError(t, err)
		rs, err := m.Read()
		require.NoError(t, err)
		sends += counts(rs)[event.ChanSend]
		require.Equal(t, (round+1)*100, sends)
		for _, r := range rs {
			require.GreaterOrEqual(t, r.T, last)
			last = r.T
		}
		_, err = in.Write([]byte{'\n'})
		require.NoError(t, err)
	}
	require.NoError(t, cmd.Wait())
	head, err := m.Head()
	require.NoError(t, err)
	assert.Zero(t, head.Lost)
}

// TestForeignGoroutinesAreToldApart lets timers and others run the program's
// functions.
func TestForeignGoroutinesAreToldApart(t *testing.T) {
	w := newWorkshop(t)
	w.add("foreign", source(`package main

import "time"

func main() {
	c := make(chan int)
	for i := range 20 {
		go func() { c <- i }()
	}
	for range 20 {
		<-c
	}
	for i := range 20 {
		time.AfterFunc(time.Duration(i)*time.Millisecond, func() {
			c <- i
			c <- i
		})
	}
	for range 40 {
		<-c
	}
}
`))
	w.build()
	for range *runs {
		r := w.probed(t, "foreign", 2, probe.DefaultSize)
		require.True(t, r.state.Success(), r.stderr)
		numbers, value := map[uint64]bool{}, map[event.GID]event.Val{}
		for _, p := range r.probes {
			if p.Kind == event.GoStart && p.Flag&event.ProbeForeign != 0 {
				assert.NotZero(t, p.Obj)
				numbers[p.Obj] = true
			}
			if p.G != 1 && p.Kind == event.ChanSend {
				if v, ok := value[p.G]; ok {
					assert.Equal(t, v, p.Val, "two functions on one goroutine")
				}
				value[p.G] = p.Val
			}
		}
		assert.Len(t, numbers, 20)
	}
}
