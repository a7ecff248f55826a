// Package grade turns an exercise and a learner's files into a verdict: does it
// build, what does go vet say, which tests pass, what did the race detector see.
//
// # Decisions
//
// Every test runs in a process of its own. What a submission prints decides
// nothing: a test has passed if its process ended with status 0 and left a seal,
// which it writes to a pipe that only the grader's own TestMain knows of. So a
// submission that leaves early has not passed, a panic or deadlock costs one
// test and not those after it, and a report of the race detector belongs to the
// test in which it was made. The price, some 15 ms a test, was compared with a
// single go test -json: that one has to believe what it reads.
//
// The allow-list of imports (see admit) keeps a submission away from that pipe,
// from the test flags and from os.Exit. Go with data races is not memory-safe,
// so this is a wall against cheating, not a sandbox: isolation comes from the
// process around it.
//
// A test that fails for nothing but a data race counts as passed under "tests"
// and costs the points of "race", so that one mistake is paid for once and the
// verdict is the same with and without a C compiler in all other criteria.
package grade

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"time"

	"interleave/labs"
	"interleave/sim/say"
)

// Options says how to grade. The zero value is how the server does it.
type Options struct {
	Lang        string        // of the sentences; "en" if empty
	Dir         string        // where temporary directories go; the system's place if empty
	BuildTime   time.Duration // for building, and for go vet; 30 s if 0
	TestTime    time.Duration // for one test with its repetitions; 5 s if 0
	TotalTime   time.Duration // for all tests together; 60 s if 0
	BuildMemory int64         // bytes that building may use; 2 GiB if 0
	TestMemory  int64         // bytes that a test may use; 512 MiB if 0
}

func (o Options) withDefaults() Options {
	if o.Lang == "" {
		o.Lang = "en"
	}
	if o.BuildTime == 0 {
		o.BuildTime = 30 * time.Second
	}
	if o.TestTime == 0 {
		o.TestTime = 5 * time.Second
	}
	if o.TotalTime == 0 {
		o.TotalTime = 60 * time.Second
	}
	if o.BuildMemory == 0 {
		o.BuildMemory = 2 << 30
	}
	if o.TestMemory == 0 {
		o.TestMemory = 512 << 20
	}
	return o
}

// The names of the criteria, in the order in which a Report has them.
const (
	Builds = "builds"
	Vet    = "vet"
	Tests  = "tests"
	Race   = "race"
)

// A Report is a verdict, in the form in which the page gets it.
type Report struct {
	// Passed says that every criterion is met. A machine without a C compiler
	// cannot check for races: there it says so of the others.
	Passed   bool        `json:"passed"`
	Score    int         `json:"score"`
	Points   int         `json:"points"` // that can be had
	Criteria []Criterion `json:"criteria"`
	At       time.Time   `json:"at"`
}

// A Criterion is one thing that points are given for.
type Criterion struct {
	Name    string `json:"name"`
	Passed  bool   `json:"passed"`
	Checked bool   `json:"checked"` // false: not looked at; Message says why
	Points  int    `json:"points"`
	Of      int    `json:"of"`
	Message string `json:"message"`
	Tests   []Test `json:"tests,omitempty"`
}

// A Test is the result of one test. Under Race it is one in which a race was
// seen.
type Test struct {
	Name    string `json:"name"`
	Passed  bool   `json:"passed"`
	Message string `json:"message"`
	MS      int64  `json:"ms"`
	File    string `json:"file,omitempty"` // of the learner, where it is known,
	Line    int    `json:"line,omitempty"` // and the line in it
}

// Criterion returns the criterion of that name; its zero value if it has none.
func (r Report) Criterion(name string) Criterion {
	for _, c := range r.Criteria {
		if c.Name == name {
			return c
		}
	}
	return Criterion{}
}

// A Grader grades. It remembers that the packages which tests need are built.
type Grader struct {
	options Options

	mu    sync.Mutex
	tools *tools // nil until prepared
}

// New returns a Grader. Nothing is started or kept that would have to be closed.
func New(options Options) *Grader {
	return &Grader{options: options.withDefaults()}
}

// Grade grades files, by name, as a solution of the lab's exercise. The report
// is the learner's doing; the error is ours: the files could not be graded. It
// takes longer than usual when Prepare did not run before.
func Grade(ctx context.Context, lab *labs.Lab, files map[string][]byte, options Options) (Report, error) {
	return New(options).Grade(ctx, lab, files)
}

// Prepare builds what every grading needs (the standard library under the race
// detector, the test library), so that the first submission is as fast as the
// others. It is the only place that may use the network, to download the test
// library if the module cache lacks it.
func (g *Grader) Prepare(ctx context.Context) error {
	g.mu.Lock()
	defer g.mu.Unlock()
	_, err := g.prepared(ctx)
	return err
}

// prepared returns the tools, ready for use. The caller holds mu.
func (g *Grader) prepared(ctx context.Context) (*tools, error) {
	if g.tools != nil {
		return g.tools, nil
	}
	t, err := findTools(ctx)
	if err != nil {
		return nil, err
	}
	if err := t.warmUp(ctx, g.options); err != nil {
		return nil, err
	}
	g.tools = t
	return t, nil
}

// Grade is like the function Grade. Any number of goroutines may call it.
func (g *Grader) Grade(ctx context.Context, lab *labs.Lab, files map[string][]byte) (Report, error) {
	if lab.Exercise == nil {
		return Report{}, fmt.Errorf("grade %s: the lab has no exercise", lab.ID)
	}
	s := &submission{lab: lab, options: g.options}
	var refused []problem
	s.files, refused = admit(lab.Exercise, files)
	if len(refused) > 0 {
		return s.notBuilt(s.sentences(refused)), nil
	}
	g.mu.Lock()
	t, err := g.prepared(ctx)
	g.mu.Unlock()
	if err != nil {
		return Report{}, fmt.Errorf("grade %s: %w", lab.ID, err)
	}
	report, err := s.grade(ctx, t)
	if err != nil {
		return Report{}, fmt.Errorf("grade %s: %w", lab.ID, err)
	}
	return report, nil
}

// submission is one grading under way.
type submission struct {
	lab     *labs.Lab
	options Options
	files   []labs.File // admitted, and cleaned
}

func (s *submission) say(key string, args ...any) string {
	return say.Text(s.options.Lang, key, args...)
}

func (s *submission) grade(ctx context.Context, t *tools) (Report, error) {
	ws, err := newWorkspace(s.options.Dir, s.lab, s.files)
	if err != nil {
		return Report{}, err
	}
	defer ws.remove()

	// Both read the same cache and finish about together; vet is not worth
	// waiting for when the build fails, but it has to end before the workspace
	// is removed.
	vetted := make(chan outcome, 1)
	vetCtx, stopVet := context.WithCancel(ctx)
	go func() { vetted <- s.vet(vetCtx, t, ws) }()
	built := s.build(ctx, t, ws)
	if built.err != nil || len(built.problems) > 0 {
		stopVet()
	}
	vet := <-vetted
	stopVet()
	if err := ctx.Err(); err != nil {
		return Report{}, err
	}
	if built.err != nil {
		return Report{}, built.err
	}
	if len(built.problems) > 0 {
		return s.notBuilt(s.sentences(built.problems)), nil
	}
	if vet.err != nil {
		return Report{}, vet.err
	}
	results, err := s.runTests(ctx, t, ws)
	if err != nil {
		return Report{}, err
	}
	return s.report(t.race, s.sentences(vet.problems), results), nil
}

// errLimit is the reason for which a process was ended.
type errLimit string

func (e errLimit) Error() string { return "limit: " + string(e) }

const (
	overTime   errLimit = "time"
	overMemory errLimit = "memory"
	overOutput errLimit = "output"
)

// limitKey returns the key of the sentence about the limit in err, if there is
// one, under the given prefix.
func limitKey(prefix string, err error) (key string, ok bool) {
	var limit errLimit
	if !errors.As(err, &limit) {
		return "", false
	}
	return prefix + string(limit), true
}
