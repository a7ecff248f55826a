package grade

import (
	"bufio"
	"bytes"
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"io"
	"os"
	"strconv"
	"strings"
	"sync"
	"time"

	"interleave/sim/sandbox"
)

// errLimit is the limit that ended a process.
type errLimit string

func (e errLimit) Error() string { return "limit: " + string(e) }

// The limits are called as the sandbox calls them; a processor that was used
// too long is time, too.
const (
	overTime   = errLimit("time")
	overMemory = errLimit("memory")
	overOutput = errLimit("output")
)

// limitOf is the limit that ended a process, if one did.
func limitOf(r sandbox.Result) error {
	switch r.Ended {
	case sandbox.OverCPU, sandbox.OverWall:
		return overTime
	case sandbox.OverMemory:
		return overMemory
	case sandbox.OverOutput:
		return overOutput
	}
	return nil
}

// limitKey returns the key of the sentence about the limit in err, if there is
// one, under the given prefix.
func limitKey(prefix string, err error) (key string, ok bool) {
	var limit errLimit
	if !errors.As(err, &limit) {
		return "", false
	}
	return prefix + string(limit), true
}

// A step is one line of a plan: what it is called, and what it sets of the
// flags of package testing.
type step struct {
	name     string
	settings []string // "test.run=^TestX$"
}

// run is the step that runs a test so many times, whatever flags a submission
// may have set.
func run(name string, times int) step {
	return step{name, []string{"test.skip=", "test.list=", "test.run=^" + name + "$", "test.count=" + strconv.Itoa(times)}}
}

// measure is the step of a round that runs the body of a benchmark so many
// times, after it has run it once.
func measure(name string, round, times int) step {
	return step{name + "#" + strconv.Itoa(round), []string{"test.run=^$", "test.bench=^" + name + "$", "test.benchtime=" + strconv.Itoa(times) + "x"}}
}

// A conduct is what came of a plan.
type conduct struct {
	sandbox.Result
	steps          map[string]*taken
	whole          bool // the plan was carried out to its end
	stdout, stderr string
	left           string // the stacks of goroutines that were left behind
}

// taken is a step of which was heard.
type taken struct {
	begun, ended time.Time // as the referee's clock has it; ended is zero if it has not
	status       int
	left         int // goroutines that were left behind
}

// passed reports whether a step ended well.
func (c conduct) passed(name string) bool {
	s := c.steps[name]
	return s != nil && !s.ended.IsZero() && s.status == 0
}

// errUnfinished is the error for a process that has not carried out its plan.
var errUnfinished = errors.New("the plan was not carried out")

// err is why the process did not end as it should; nil if it did.
func (c conduct) err() error {
	if err := limitOf(c.Result); err != nil {
		return err
	}
	if !c.OK() || !c.whole {
		return errUnfinished
	}
	return nil
}

// status is the exit status of the process.
func (c conduct) status() int {
	if c.State == nil {
		return -1
	}
	return c.State.ExitCode()
}

// afterTimeout is how long a process may take to end by itself, with a dump of
// its goroutines, once the test's time is over.
const afterTimeout = 5 * time.Second

// carryOut has a test binary carry out a plan, in a process of its own with so
// many processors.
func (s *submission) carryOut(ctx context.Context, t *tools, ws *workspace, binary string, plan []step, procs int) (conduct, error) {
	results, theirResults, err := os.Pipe()
	if err != nil {
		return conduct{}, fmt.Errorf("make a pipe: %w", err)
	}
	defer results.Close()
	theirPlan, orders, err := os.Pipe()
	if err != nil {
		theirResults.Close()
		return conduct{}, fmt.Errorf("make a pipe: %w", err)
	}
	defer orders.Close()

	var stdout, stderr bytes.Buffer
	each := s.testTime()
	cmd := t.box.Command(ctx, sandbox.Spec{
		Path:   binary,
		Args:   []string{"-test.paniconexit0", "-test.timeout=" + each.String(), "-test.v"},
		Dir:    t.scratch(ws),
		Env:    []string{"GOMAXPROCS=" + strconv.Itoa(procs), "GOTRACEBACK=all", "GORACE=atexit_sleep_ms=0", "TZ=UTC", "HOME=" + t.scratch(ws), "TMPDIR=" + t.scratch(ws)},
		Stdout: &stdout, Stderr: &stderr,
		Files: []*os.File{theirResults, theirPlan},
		Limits: sandbox.Limits{
			Wall: time.Duration(len(plan))*each + afterTimeout, CPU: time.Duration(len(plan))*2*each + afterTimeout,
			Memory: uint64(s.memory()), Procs: 256, Files: 64, FileSize: sandbox.NoFile, Output: maxOutput,
		},
	})
	err = cmd.Start()
	theirResults.Close()
	theirPlan.Close()
	if err != nil {
		return conduct{}, fmt.Errorf("start the tests: %w", err)
	}
	r := &referee{nonce: rand.Text(), plan: plan, conduct: conduct{steps: make(map[string]*taken)}}
	var listening sync.WaitGroup
	listening.Go(func() { r.listen(results, orders) })
	result := cmd.Wait()
	// Whoever might still hold the other ends was killed; nothing more comes.
	_ = results.SetReadDeadline(time.Now().Add(time.Second))
	listening.Wait()
	if err := ctx.Err(); err != nil {
		return conduct{}, err
	}
	r.conduct.Result = result
	r.conduct.stdout = stdout.String()
	r.conduct.stderr, r.conduct.left = r.parted(stderr.String())
	return r.conduct, nil
}

// A referee gives a plan to a process that it does not trust, and believes of
// what it hears only what is sealed, in the plan's order, and said once.
type referee struct {
	nonce   string
	plan    []step
	conduct conduct
	at      int // the step that is being taken
}

// maxLine bounds a line of results.
const maxLine = 256

// listen gives out the plan when it is asked for it, and hears the results to
// their end, or up to the first line that cannot be.
func (r *referee) listen(results io.Reader, orders io.WriteCloser) {
	lines := bufio.NewScanner(results)
	lines.Buffer(make([]byte, maxLine), maxLine)
	if !lines.Scan() || lines.Text() != "ready" {
		orders.Close()
		return
	}
	var plan strings.Builder
	fmt.Fprintln(&plan, r.nonce)
	for _, step := range r.plan {
		fmt.Fprintln(&plan, step.name, strings.Join(step.settings, " "))
	}
	_, err := io.WriteString(orders, plan.String())
	if errors.Join(err, orders.Close()) != nil {
		return
	}
	for lines.Scan() {
		if !r.heard(strings.Fields(lines.Text())) {
			return
		}
	}
}

// heard takes in a line of results and reports whether it could be: each step
// is begun, ended, and left, in the order of the plan.
func (r *referee) heard(words []string) bool {
	if len(words) < 2 || words[0] != r.nonce {
		return false
	}
	if r.at == len(r.plan) {
		r.conduct.whole = len(words) == 2 && words[1] == "end"
		return false // nothing follows
	}
	if len(words) < 3 || words[2] != r.plan[r.at].name {
		return false
	}
	step := r.conduct.steps[words[2]]
	if len(words) == 3 {
		if words[1] != "begun" || step != nil {
			return false
		}
		r.conduct.steps[words[2]] = &taken{begun: time.Now()}
		return true
	}
	n, err := strconv.Atoi(words[3])
	switch {
	case err != nil || step == nil || len(words) != 4:
		return false
	case words[1] == "ended" && step.ended.IsZero():
		step.ended, step.status = time.Now(), n
		return true
	case words[1] == "left" && !step.ended.IsZero():
		step.left = max(n, 0) // a test may have ended goroutines that were there before
		r.at++
		return true
	}
	return false
}

// parted takes the stacks of goroutines that were left behind out of what a
// process has written.
func (r *referee) parted(stderr string) (rest, left string) {
	before, after, ok := strings.Cut(stderr, r.nonce+" left\n")
	if !ok {
		return stderr, ""
	}
	left, after, _ = strings.Cut(after, "\n"+r.nonce+"\n")
	return before + after, left
}
