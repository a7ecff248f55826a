// Package grade turns an exercise and a learner's files into a verdict: does it
// build, what does go vet say, which tests pass, what did the race detector see,
// and what can other schedules do to it.
//
// # Decisions
//
// The process that holds a submission decides nothing. A referee, this process,
// knows beforehand which tests there are; each runs in a process of its own,
// which is given its plan only after every init of the package, together with a
// nonce. A test has passed if that was said under the nonce, in the plan's
// order, if the plan came to its end, and if the process then ended with status
// 0: what it prints and how it ends can lower a verdict and never lift it. The
// plan is carried out without and with the race detector, and the same tests are
// explored in the model; the verdict is the meet of all.
//
// A process for each test costs some 20 ms, with the sandbox. For that, a panic
// or a deadlock costs one test and not those after it, and a report of the race
// detector belongs to the test in which it was made. The repeats after the
// verdict run all tests in one process, shuffled.
//
// The allow-list of imports (see admit) keeps a submission away from the pipes,
// the test flags and os.Exit. Go with data races is not memory-safe, so this is
// a wall against cheating, and no isolation: that is the sandbox's work.
//
// A test that fails for nothing but a data race counts as passed under "tests"
// and costs the points of "race", so that one mistake is paid for once and the
// verdict is the same with and without a C compiler in all other criteria.
//
// How many schedules are explored is a number and not a time, and the seed is
// fixed: the same files get the same verdict on a busy machine.
package grade

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"runtime"
	"sync"
	"time"

	"interleave/labs"
	"interleave/sim/runner"
	"interleave/sim/sandbox"
	"interleave/sim/say"
)

// Options says how to grade. The zero value is how the command line does it.
type Options struct {
	Lang        string         // of the sentences; "en" if empty
	Dir         string         // where temporary directories go; the system's place if empty
	Cache       string         // where what takes long to find out is kept; interleave in the user's cache directory if empty
	Box         *sandbox.Box   // what submissions are built and run in; opened when it is needed if nil
	Runner      *runner.Runner // for exploring; made when it is needed if nil
	BuildTime   time.Duration  // for building, and for go vet; 30 s if 0
	TestTime    time.Duration  // for one test with its repetitions, unless the lab says otherwise; 5 s if 0
	TotalTime   time.Duration  // for all tests together, and for exploring; 60 s if 0
	BuildMemory int64          // bytes that building may use; 2 GiB if 0
	TestMemory  int64          // bytes that a test may use, unless the lab says otherwise; 512 MiB if 0
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
	Builds    = "builds"
	Vet       = "vet"
	Tests     = "tests"
	Race      = "race"
	Schedules = "schedules"
	Leaks     = "leaks"
	Limits    = "limits"
	Speed     = "speed" // only where the lab asks for it
)

// A Report is a verdict, in the form in which the page gets it.
type Report struct {
	// Passed says that every criterion is met. A machine without a C compiler
	// cannot check for races: there it says so of the others.
	Passed   bool        `json:"passed"`
	Score    int         `json:"score"`
	Points   int         `json:"points"` // that can be had
	Criteria []Criterion `json:"criteria"`
	Like     *Like       `json:"like,omitempty"`
	Lowered  string      `json:"lowered,omitempty"` // why a repetition has lowered it, in one sentence
	Versions Versions    `json:"versions"`
	At       time.Time   `json:"at"`
}

// A Criterion is one thing that is judged, mostly for points.
type Criterion struct {
	Name     string    `json:"name"`
	Passed   bool      `json:"passed"`
	Checked  bool      `json:"checked"` // false: not looked at; Message says why
	Points   int       `json:"points"`
	Of       int       `json:"of"`
	Message  string    `json:"message"`
	Tests    []Test    `json:"tests,omitempty"`
	Findings []Finding `json:"findings,omitempty"`
}

// A Test is the result of one test. Under Race it is one in which a race was
// seen, under Leaks one that left goroutines behind.
type Test struct {
	Name    string `json:"name"`
	Passed  bool   `json:"passed"`
	Message string `json:"message"`
	MS      int64  `json:"ms"`
	File    string `json:"file,omitempty"` // of the learner, where it is known,
	Line    int    `json:"line,omitempty"` // and the line in it
}

// A Finding is what a schedule does to a test. Its schedule plays it, on the
// program of Grader.Program.
type Finding struct {
	Test        string `json:"test"`
	ID          string `json:"id"`
	Class       string `json:"class"` // the damage, as package explore calls it
	Sentence    string `json:"sentence"`
	Schedule    string `json:"schedule"`
	Seed        uint64 `json:"seed"` // of what is random in the test
	Preemptions int    `json:"preemptions"`
	Switches    int    `json:"switches"`
	Minimal     bool   `json:"minimal"`
	File        string `json:"file,omitempty"`
	Line        int    `json:"line,omitempty"`
}

// Like says that a submission fails as a known wrong solution does.
type Like struct {
	Mutant string `json:"mutant"`
	What   string `json:"what"` // what is wrong with that one
}

// Versions are what a verdict depends on but for the files: with the same, the
// same files get it again.
type Versions struct {
	Go   string `json:"go"`
	Lab  string `json:"lab"`  // a hash of its tests and of how they are judged
	Seed uint64 `json:"seed"` // of exploring
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
// Close it when it is no longer needed.
type Grader struct {
	options Options

	mu    sync.Mutex
	tools *tools      // nil until prepared
	owned []io.Closer // what was made here

	programs  kept[runner.Program] // tests with solutions
	mains     kept[testMain]       // that call tests
	solutions kept[*workspace]     // with binaries of solutions
	known     known
}

// New returns a Grader. Nothing is started or opened yet.
func New(options Options) *Grader {
	return &Grader{options: options.withDefaults()}
}

// Close gives back what the Grader has made for itself. No method may be under
// way.
func (g *Grader) Close() error {
	g.mu.Lock()
	defer g.mu.Unlock()
	g.tools = nil
	var errs []error
	for _, ws := range g.solutions.made {
		errs = append(errs, ws.remove())
	}
	g.solutions.made = nil
	for _, c := range g.owned {
		errs = append(errs, c.Close())
	}
	g.owned = nil
	return errors.Join(errs...)
}

// Grade grades files, by name, as a solution of the lab's exercise. The report
// is the learner's doing; the error is ours: the files could not be graded. It
// takes longer than usual when Prepare did not run before.
func Grade(ctx context.Context, lab *labs.Lab, files map[string][]byte, options Options) (Report, error) {
	g := New(options)
	report, err := g.Grade(ctx, lab, files)
	return report, errors.Join(err, g.Close())
}

// Prepare builds what every grading needs (the standard library under the race
// detector, the test library), so that the first submission is as fast as the
// others. It is the only place that may use the network, to download the test
// library if the module cache lacks it.
func (g *Grader) Prepare(ctx context.Context) error {
	_, err := g.prepared(ctx)
	return err
}

// prepared returns the tools, ready for use.
func (g *Grader) prepared(ctx context.Context) (*tools, error) {
	g.mu.Lock()
	defer g.mu.Unlock()
	if g.tools != nil {
		return g.tools, nil
	}
	t, err := findTools(ctx)
	if err != nil {
		return nil, err
	}
	if t.box = g.options.Box; t.box == nil {
		if t.box, err = sandbox.Open(ctx, sandbox.Options{}); err != nil {
			return nil, fmt.Errorf("open the sandbox: %w", err)
		}
	}
	if err := t.warmUp(ctx, g.options); err != nil {
		return nil, err
	}
	if t.runner = g.options.Runner; t.runner == nil {
		if t.runner, err = runner.New(runner.Options{Dir: g.options.Cache, Box: t.box}); err != nil {
			return nil, err
		}
		g.owned = append(g.owned, t.runner)
	}
	if err := t.runner.Prepare(ctx); err != nil {
		return nil, err
	}
	g.tools = t
	return t, nil
}

// Grade gives the verdict that a learner waits for, in the language that the
// context wants ([say.With]) or else that of the options: each test once without and
// once with the race detector, repeated as the lab says, and its schedules. Any
// number of goroutines may call it.
func (g *Grader) Grade(ctx context.Context, lab *labs.Lab, files map[string][]byte) (Report, error) {
	s, t, refused, err := g.admitted(ctx, lab, files)
	if err != nil {
		return Report{}, err
	}
	if len(refused) > 0 {
		return s.notBuilt(s.sentences(refused)), nil
	}
	report, err := s.grade(ctx, t)
	if err != nil {
		return Report{}, fmt.Errorf("grade %s: %w", lab.ID, err)
	}
	return report, nil
}

// admitted makes a submission of files, with the tools to judge it, and says
// what keeps it from being one.
func (g *Grader) admitted(ctx context.Context, lab *labs.Lab, files map[string][]byte) (*submission, *tools, []problem, error) {
	if lab.Exercise == nil {
		return nil, nil, nil, fmt.Errorf("grade %s: the lab has no exercise", lab.ID)
	}
	s := &submission{grader: g, lab: lab, options: g.speaking(ctx), seed: firstSeed}
	var refused []problem
	if s.files, refused = admit(lab.Exercise, files); len(refused) > 0 {
		return s, nil, refused, nil
	}
	t, err := g.prepared(ctx)
	if err != nil {
		return nil, nil, nil, fmt.Errorf("grade %s: %w", lab.ID, err)
	}
	return s, t, admitTypes(t.library, s.files), nil
}

// speaking are the options with the language in which ctx wants the verdict.
func (g *Grader) speaking(ctx context.Context) Options {
	o := g.options
	o.Lang = cmp.Or(say.Wanted(ctx), o.Lang)
	return o
}

// submission is one grading under way.
type submission struct {
	grader  *Grader
	lab     *labs.Lab
	options Options
	files   []labs.File // admitted, and cleaned
	seed    uint64      // of exploring
}

// firstSeed is the seed of the exploration before a verdict.
const firstSeed = 1

func (s *submission) say(key string, args ...any) string {
	return say.Text(s.options.Lang, key, args...)
}

// testTime is what a test may take with its repetitions.
func (s *submission) testTime() time.Duration {
	if seconds := s.lab.Exercise.Limits.Seconds; seconds > 0 {
		return time.Duration(seconds * float64(time.Second))
	}
	return s.options.TestTime
}

// memory is how many bytes a test may use.
func (s *submission) memory() int64 {
	if mb := s.lab.Exercise.Limits.MB; mb > 0 {
		return int64(mb) << 20
	}
	return s.options.TestMemory
}

// grade judges the submission in a workspace of its own.
func (s *submission) grade(ctx context.Context, t *tools) (Report, error) {
	ws, err := s.workspace(ctx, t, s.files)
	if err != nil {
		return Report{}, err
	}
	defer ws.remove()
	return s.gradeIn(ctx, t, ws)
}

// gradeIn builds what is in a workspace in every way that is needed, and has it
// judged.
func (s *submission) gradeIn(ctx context.Context, t *tools, ws *workspace) (Report, error) {
	b, err := s.builds(ctx, t, ws)
	if err != nil {
		return Report{}, err
	}
	if len(b.problems) > 0 {
		return s.notBuilt(s.sentences(b.problems)), nil
	}
	f := &facts{vet: b.vet, race: t.race}
	if f.results, err = s.runTests(ctx, t, ws); err != nil {
		return Report{}, err
	}
	if f.explored, err = s.explore(ctx, t, b.model, f.results); err != nil {
		return Report{}, err
	}
	if f.allPassed() {
		if f.speed, err = s.measure(ctx, t, ws); err != nil {
			return Report{}, err
		}
	}
	return s.report(f, s.criteria()), nil
}

// inParallel calls do for every number below n, for as many at a time as there
// are cores, and returns what went wrong.
func inParallel(n int, do func(i int) error) error {
	errs := make([]error, n)
	next := make(chan int)
	var workers sync.WaitGroup
	for range min(runtime.NumCPU(), n) {
		workers.Go(func() {
			for i := range next {
				errs[i] = do(i)
			}
		})
	}
	for i := range n {
		next <- i
	}
	close(next)
	workers.Wait()
	return errors.Join(errs...)
}
