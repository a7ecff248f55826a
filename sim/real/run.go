package real

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"slices"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"syscall"
	"time"

	"interleave/sim/probe"
	"interleave/sim/realtrace"
	"interleave/sim/rt/observe"
	"interleave/sim/runner"
	"interleave/sim/sandbox"
	"interleave/sim/say"
)

// Run is a program that runs or has run. All its methods may be called at the
// same time, and after its end.
type Run struct {
	cfg   Config
	cmd   *sandbox.Cmd
	began time.Time
	spool *spool
	weave *weave
	trace *tail // the trace comes from here; nil if nobody looks
	done  chan struct{}

	judge  judge
	probes *probe.Memory // of a program that has some
	source realtrace.Source

	stdout, stderr *output
	seen           realtrace.Summary // once the trace was read
	result         runner.Result     // once done
	used           Used

	mu      sync.Mutex
	stopped bool
}

// Used is what a run took of the machine.
type Used struct {
	Wall, CPU time.Duration
	Peak      uint64 // resident bytes at most
}

// Limits that a program in a box has beyond those of Config.
const (
	maxFiles   = 256      // descriptors
	maxThreads = 1024     // and processes
	maxFile    = 64 << 20 // bytes of a file
	traceFD    = 3        // the descriptor for the trace in the program
	ordersFD   = 4        // that of its orders
	probesFD   = 5        // and that for its probes
	drainTime  = time.Second
	tailTime   = 20 * time.Second
)

// Start runs a program that Build has made for that observation. The run ends
// with ctx at the latest; nothing of it is left once [Run.Wait] returns.
func Start(ctx context.Context, r *runner.Runner, b *runner.Binary, o Observe, cfg Config) (*Run, error) {
	cfg = cfg.withDefaults()
	run := &Run{cfg: cfg, spool: newSpool(cfg.MaxFrames), done: make(chan struct{})}
	run.weave = newWeave(run.spool.append, monotonic())
	run.stdout = &output{weave: run.weave, n: fromStdout, also: cfg.Stdout}
	run.stderr = &output{weave: run.weave, n: fromStderr, also: cfg.Stderr, sched: cfg.Schedtrace > 0, tail: true}
	spec := run.spec(b.Path)
	var theirs *os.File
	if o != Plain {
		ours, end, err := os.Pipe()
		if err != nil {
			return nil, fmt.Errorf("open a pipe for the trace: %w", err)
		}
		run.trace, theirs = &tail{File: ours}, end
		if run.judge.orders, err = newOrders(); err != nil {
			closeAll(run.trace.File, theirs)
			return nil, fmt.Errorf("make room for orders: %w", err)
		}
		run.judge.patient = soon
		if b.Timers {
			run.judge.patient = late
		}
		orders, number := run.judge.orders, ordersFD
		if orders == nil {
			orders, number = theirs, 0
		}
		spec.Files = []*os.File{theirs, orders}
		if o == Probed && len(b.Sites) > 0 { // else nobody is linked in who would take it
			if run.probes, err = probe.New(probe.DefaultSize); err != nil {
				closeAll(run.trace.File, theirs)
				return nil, err
			}
			run.source = realtrace.Source{Sites: b.Sites, Starts: b.Starts}
			spec.Files = append(spec.Files, run.probes.File())
			spec.Env = append(spec.Env, "INTERLEAVE_PROBES="+strconv.Itoa(probesFD))
		}
		spec.Env = append(spec.Env, "INTERLEAVE_OBSERVE="+fmt.Sprintf("%d,%d,%d", traceFD, number, int64(cfg.Period)))
	}
	var reading sync.WaitGroup
	run.cmd = r.Box().Command(context.Background(), spec) // it ends with ctx, too, but is then said to be stopped
	if run.trace == nil {
		run.weave.goOn()
	} else {
		reading.Go(run.readTrace) // first: what starts the trace waits for its reader
	}
	run.began = time.Now()
	err := run.cmd.Start()
	if theirs != nil {
		theirs.Close()
	}
	if err != nil {
		close(run.done)
		reading.Wait()
		return nil, fmt.Errorf("start the program: %w", err)
	}
	go run.watch(ctx, &reading)
	return run, nil
}

// spec is the process of the program.
func (r *Run) spec(path string) sandbox.Spec {
	cfg := r.cfg
	spec := sandbox.Spec{
		Path: path, Args: cfg.Args, Env: environment(cfg), Stdout: r.stdout, Stderr: r.stderr, Net: cfg.Net,
		Limits: sandbox.Limits{Wall: cfg.MaxTime, Memory: cfg.MaxMemory, Output: max(cfg.MaxOutput, 0)},
	}
	if cfg.Net {
		spec.ReadOnly = append(spec.ReadOnly, hosts()...)
	}
	if cfg.MaxTime == 1<<63-1 {
		spec.Limits.Wall = 0
	}
	if local := cfg.Local; local != nil {
		spec.Dir, spec.Stdin, spec.Fork = local.Dir, local.Stdin, true
		if local.Dir != "" {
			spec.ReadOnly = append(spec.ReadOnly, local.Dir)
		}
		return spec
	}
	spec.Limits.Files, spec.Limits.Procs, spec.Limits.FileSize = maxFiles, maxThreads, maxFile
	return spec
}

// hosts is the file in which a program finds what localhost is.
func hosts() []string {
	const file = "/etc/hosts"
	if _, err := os.Stat(file); err != nil {
		return nil
	}
	return []string{file}
}

func closeAll(files ...*os.File) {
	for _, f := range files {
		f.Close() // nothing can be learnt from it
	}
}

// environment is the whole environment of a program.
func environment(cfg Config) []string {
	set := map[string]string{}
	var env []string
	if cfg.Local == nil {
		env = []string{"TZ=UTC", "HOME=/tmp"}
	}
	debug := ""
	if cfg.Schedtrace > 0 {
		debug = "schedtrace=" + strconv.FormatInt(max(cfg.Schedtrace.Milliseconds(), 1), 10)
	}
	if cfg.Procs > 0 {
		set["GOMAXPROCS"] = strconv.Itoa(cfg.Procs)
	}
	if cfg.GOGC != "" {
		set["GOGC"] = cfg.GOGC
	}
	if cfg.GOMEMLIMIT != "" {
		set["GOMEMLIMIT"] = cfg.GOMEMLIMIT
	}
	if cfg.Local != nil {
		for _, kv := range cfg.Local.Env {
			name, value, _ := strings.Cut(kv, "=")
			switch {
			case name == "GODEBUG" && debug != "":
				debug = value + "," + debug
			case set[name] == "" && name != "INTERLEAVE_OBSERVE" && name != "INTERLEAVE_PROBES":
				env = append(env, kv)
			}
		}
	}
	if debug != "" {
		set["GODEBUG"] = debug
	}
	for _, name := range []string{"GODEBUG", "GOGC", "GOMAXPROCS", "GOMEMLIMIT"} {
		if set[name] != "" {
			env = append(env, name+"="+set[name])
		}
	}
	return slices.Clip(env)
}

// readTrace reads the trace to its end. What cannot be read of it is said, and
// the program goes on.
func (r *Run) readTrace() {
	o := realtrace.Options{
		Source: r.source,
		Flush: func() error {
			err := r.weave.framer.Flush()
			r.judge.look(r.weave, r.spool)
			return err
		},
		Began: func(at int64) { r.weave.base = at },
		Named: r.weave.named,
	}
	if r.probes != nil {
		defer r.probes.Close()
		o.Probes = r.probes
	}
	var err error
	r.seen, err = realtrace.Read(r.trace, r.weave.sink(), o)
	closeAll(r.trace.File)
	at := monotonic()
	r.weave.goOn()
	if text := r.whyOver(err); text != "" {
		r.weave.note(at, fromUs, text+"\n")
	}
}

// whyOver says why there is no more trace, though the program goes on; "" if it
// does not.
func (r *Run) whyOver(err error) string {
	var why [2]byte
	if r.judge.orders != nil {
		_, _ = r.judge.orders.ReadAt(why[:], 0) // it has been there
		r.judge.orders.Close()
	}
	if key := map[byte]string{observe.TooMuch: "real.trace.much", observe.Stopped: "real.trace.stopped"}[why[1]]; key != "" {
		return say.Text(say.Fallback, key)
	}
	problem := (*realtrace.Problem)(nil)
	if errors.As(err, &problem) && problem.Fault != realtrace.Cut && problem.Fault != realtrace.Empty {
		return say.Text(say.Fallback, "real.trace.fault", "sentence", problem.Sentence(say.Fallback))
	}
	soon := time.NewTimer(drainTime)
	defer soon.Stop()
	select {
	case <-r.cmd.Done():
	case <-r.done: // it was never begun
	case <-soon.C:
		if !r.judge.said {
			return say.Text(say.Fallback, "real.trace.over")
		}
		return say.Text(say.Fallback, "real.trace.rest")
	}
	return ""
}

// watch owns the run.
func (r *Run) watch(ctx context.Context, reading *sync.WaitGroup) {
	defer close(r.done)
	cancelled := ctx.Done()
	for running := true; running; {
		select {
		case <-cancelled:
			cancelled = nil
			r.Stop()
		case <-r.cmd.Done():
			running = false
		}
	}
	ended := monotonic()
	if r.trace != nil {
		r.trace.end()
	}
	reading.Wait()
	r.stdout.close()
	r.stderr.close()
	r.finish(ended)
}

// A tail is a pipe of which what is left is read to its end once its writer is
// over. A busy machine takes its time for that, but nobody who holds the pipe
// open keeps us: more has to come within drainTime, and all within tailTime.
type tail struct {
	*os.File
	until atomic.Pointer[time.Time] // when all has to be read; nil while the writer is there
}

func (t *tail) Read(b []byte) (int, error) {
	t.hurry()
	return t.File.Read(b)
}

// end says that the writer is over.
func (t *tail) end() {
	until := time.Now().Add(tailTime)
	t.until.Store(&until)
	t.hurry() // who waits in Read, too
}

func (t *tail) hurry() {
	until := t.until.Load()
	if until == nil {
		return
	}
	next := time.Now().Add(drainTime)
	if next.After(*until) {
		next = *until
	}
	_ = t.SetReadDeadline(next) // the pipe may be closed by now
}

// Stop ends the run if it has not ended. It does not wait.
func (r *Run) Stop() {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.stopped = true
	r.cmd.Kill()
}

// Signal sends the program a signal, as somebody outside would.
func (r *Run) Signal(s syscall.Signal) { send(r.cmd.Pid(), s) }

// Read returns a frame that starts exactly at event seq, waiting for that event.
// It returns io.EOF once the run has ended and seq is past its last event, and a
// *Dropped if the event is not kept any more. The caller must not change the
// frame.
func (r *Run) Read(ctx context.Context, seq uint64) ([]byte, error) { return r.spool.read(ctx, seq) }

// Wait waits for the end of the run and of everything that belongs to it. Its
// error is ctx's: the run goes on.
func (r *Run) Wait(ctx context.Context) (runner.Result, error) {
	select {
	case <-r.done:
		return r.result, nil
	case <-ctx.Done():
		return runner.Result{}, context.Cause(ctx)
	}
}

// Used is what a run that has ended took of the machine.
func (r *Run) Used() Used {
	<-r.done
	return r.used
}

// Kept is how many events there have been, and how many of them were dropped.
func (r *Run) Kept() (events, dropped uint64) { return r.spool.count() }

// An output is what the program prints on one of its two outputs.
type output struct {
	weave *weave
	n     int32
	also  io.Writer
	sched bool // it may hold lines of schedtrace
	tail  bool // its end is kept

	inLine bool   // the last that came did not end one
	part   []byte // the beginning of a line of schedtrace, or of a character
	end    []byte
}

const maxTail = 256 << 10

// Write takes what was printed.
func (o *output) Write(b []byte) (int, error) {
	at := monotonic()
	if o.also != nil {
		_, _ = o.also.Write(b) // nobody listens: the program goes on
	}
	if o.tail {
		if o.end = append(o.end, b...); len(o.end) > 2*maxTail {
			o.end = append(o.end[:0], o.end[len(o.end)-maxTail:]...)
		}
	}
	text := string(o.part) + string(b)
	o.part = o.part[:0]
	if o.sched {
		text = o.schedule(at, text)
	}
	whole := len(text) - unfinished(text)
	o.part = append(o.part, text[whole:]...)
	o.say(at, o.n, text[:whole])
	return len(b), nil
}

func (o *output) say(at int64, n int32, text string) {
	if text != "" {
		o.weave.note(at, n, strings.ToValidUTF8(text, "\uFFFD"))
	}
}

// schedule says the lines of schedtrace in text as such, and what is before them
// as what it is. It returns what is none, and keeps what may become one.
func (o *output) schedule(at int64, text string) string {
	from := 0 // of what was not said
	for i := 0; i < len(text); {
		rest := text[i:]
		end := strings.IndexByte(rest, '\n') + 1
		mayBe := !o.inLine && (strings.HasPrefix(rest, schedPrefix) || strings.HasPrefix(schedPrefix, rest))
		switch {
		case end == 0 && mayBe && len(rest) < maxSched:
			o.part = append(o.part, rest...)
			return text[from:i]
		case end == 0:
			o.inLine = true
			return text[from:]
		case mayBe:
			if _, ok := ParseSched(rest[:end]); ok {
				o.say(at, o.n, text[from:i])
				o.say(at, fromScheduler, rest[:end])
				from = i + end
			}
		}
		o.inLine = false
		i += end
	}
	return text[from:]
}

const maxSched = 16 << 10 // bytes of a line: some for each P

func (o *output) close() {
	o.say(monotonic(), o.n, string(o.part))
	o.part = nil
}
