package grade

import (
	"context"
	"errors"
	"fmt"
	"os/exec"
	"runtime"
	"strconv"
	"strings"
	"sync"
	"time"
)

// result is what a test came to, and the race that was seen in it, if any.
type result struct {
	Test
	race     string
	raceFile string
	raceLine int
}

// afterTimeout is how long a process may take to end by itself, with a dump of
// its goroutines, once the test's time is over.
const afterTimeout = 5 * time.Second

// runTests runs every test that the lab has, each in a process of its own, as
// many at a time as there are cores. The list comes from the lab's source: a
// test of which nothing is heard has failed.
func (s *submission) runTests(ctx context.Context, t *tools, ws *workspace) ([]result, error) {
	names := s.lab.Exercise.Names
	results := make([]result, len(names))
	errs := make([]error, len(names))
	deadline := time.Now().Add(s.options.TotalTime)

	next := make(chan int)
	var workers sync.WaitGroup
	for range min(runtime.NumCPU(), len(names)) {
		workers.Go(func() {
			for i := range next {
				if time.Now().After(deadline) {
					results[i] = result{Test: Test{Name: names[i], Message: s.say("grade.test.late", "seconds", seconds(s.options.TotalTime))}}
					continue
				}
				results[i], errs[i] = s.runTest(ctx, t, ws, names[i])
			}
		})
	}
	for i := range names {
		next <- i
	}
	close(next)
	workers.Wait()
	return results, errors.Join(errs...)
}

func seconds(d time.Duration) string { return strconv.FormatFloat(d.Seconds(), 'g', 3, 64) }

func (s *submission) runTest(ctx context.Context, t *tools, ws *workspace, name string) (result, error) {
	start := time.Now()
	out, err := execute(ctx, process{
		path: ws.binary(),
		args: []string{
			"-test.run=^" + name + "$", "-test.v", "-test.paniconexit0",
			"-test.count=" + strconv.Itoa(s.lab.Exercise.Repeat),
			"-test.timeout=" + s.options.TestTime.String(),
		},
		dir:      ws.scratch,
		env:      []string{"GOTRACEBACK=all", "GORACE=atexit_sleep_ms=0", "TZ=UTC", "HOME=" + ws.scratch, "TMPDIR=" + ws.scratch},
		withSeal: true,
		limits:   limits{time: s.options.TestTime + afterTimeout, memory: s.options.TestMemory, output: maxOutput},
	})
	r := result{Test: Test{Name: name, MS: time.Since(start).Milliseconds()}}
	e := explainer{submission: s, dir: ws.exercise}
	if key, ok := limitKey("grade.test.limit.", err); ok {
		r.Message = s.say(key, "seconds", seconds(s.options.TestTime), "mb", s.options.TestMemory>>20, "kb", maxOutput>>10)
		return r, nil
	}
	var exit *exec.ExitError
	switch {
	case err == nil:
		r.Passed = out.seal == "ran 0" && strings.Contains(out.stdout, "--- PASS: "+name+" ")
		if !r.Passed {
			r.Message = s.say("grade.test.left", "status", 0)
		}
	case errors.As(err, &exit):
		e.failed(&r, out, exit.ExitCode())
	default:
		return r, fmt.Errorf("run %s: %w", name, err)
	}
	return r, nil
}

// failed fills in why a test's process did not end well. What an assertion
// says comes before what followed from it, such as goroutines left waiting.
func (e explainer) failed(r *result, out output, status int) {
	e.race(r, out.stderr)
	text, asserted := e.assertion(out.stdout)
	crash, crashed := e.crash(out.stderr)
	switch {
	case asserted:
		r.Message = text
	case crashed:
		r.Message, r.File, r.Line = crash.text, crash.file, crash.line
	case r.race != "" && out.seal != "":
		r.Passed = true // but for the race, which has a criterion of its own
	case r.race != "":
		r.Message = r.race
	default:
		r.Message = e.say("grade.test.left", "status", status)
	}
}
