package grade

import (
	"context"
	"strconv"
	"strings"
	"time"
)

// result is what a test came to, the race that was seen in it, if any, and the
// goroutines that it has left behind.
type result struct {
	Test
	race     told   // empty if there was none
	left     told   // empty if there are none
	limit    bool   // a limit ended it
	peak     uint64 // bytes resident at most, without the race detector
	finished bool   // it was heard to end
}

// test is the result of a test that is about nothing but what is told.
func (p told) test(r result) Test {
	return Test{Name: r.Name, Message: p.text, MS: r.MS, File: p.file, Line: p.line}
}

// The processors that a test has: without and with the race detector.
const (
	plainProcs  = 1
	racingProcs = 4
)

// runTests runs every test that the lab has, each in a process of its own, as
// many at a time as there are cores, without and with the race detector. The
// list comes from the lab's source: a test of which nothing is heard has failed.
func (s *submission) runTests(ctx context.Context, t *tools, ws *workspace) ([]result, error) {
	names := s.lab.Exercise.Names
	kinds := []string{plain}
	if t.race {
		kinds = append(kinds, racing)
	}
	results := make([]result, len(kinds)*len(names))
	deadline := time.Now().Add(s.options.TotalTime)
	err := inParallel(len(results), func(i int) (err error) {
		name := names[i%len(names)]
		if time.Now().After(deadline) {
			results[i] = result{Test: Test{Name: name, Message: s.say("grade.test.late", "seconds", seconds(s.options.TotalTime))}, limit: true}
			return nil
		}
		results[i], err = s.runTest(ctx, t, ws, kinds[i/len(names)], name)
		return err
	})
	if err != nil {
		return nil, err
	}
	merged := results[:len(names)]
	for i, raced := range results[len(names):] {
		merged[i] = meet(merged[i], raced)
	}
	return merged, nil
}

// meet is what a test came to without and with the race detector.
func meet(plain, raced result) result {
	r := plain
	r.race = raced.race
	if plain.Passed && !raced.Passed {
		r.Test = raced.Test
		r.MS = plain.MS
	}
	if r.left.text == "" {
		r.left = raced.left
	}
	r.limit = plain.limit || raced.limit
	return r
}

func seconds(d time.Duration) string { return strconv.FormatFloat(d.Seconds(), 'g', 3, 64) }

func (s *submission) runTest(ctx context.Context, t *tools, ws *workspace, binary, name string) (result, error) {
	procs := plainProcs
	if binary == racing {
		procs = racingProcs
	}
	out, err := s.carryOut(ctx, t, ws, ws.binary(binary), []step{run(name, s.lab.Exercise.Repeat)}, procs)
	if err != nil {
		return result{}, err
	}
	return s.understood(ws, name, out), nil
}

// understood is what a test came to that was the whole plan of a process.
func (s *submission) understood(ws *workspace, name string, out conduct) result {
	r := result{Test: Test{Name: name}, peak: out.Peak}
	e := explainer{submission: s, dir: ws.exercise}
	if step := out.steps[name]; step != nil && !step.ended.IsZero() {
		r.finished = true
		r.MS = step.ended.Sub(step.begun).Milliseconds()
		if step.left > 0 {
			r.left = e.left(out.left, step.left)
		}
	} else {
		r.MS = out.Wall.Milliseconds()
	}
	err := out.err()
	if key, ok := limitKey("grade.test.limit.", err); ok {
		r.limit = true
		r.Message = s.say(key, "seconds", seconds(s.testTime()), "mb", s.memory()>>20, "kb", maxOutput>>10)
		return r
	}
	if err == nil && out.passed(name) {
		r.Passed = true
		return r
	}
	e.failed(&r, out)
	return r
}

// failed fills in why a test's process did not end well. What an assertion
// says comes before what followed from it, such as goroutines left waiting.
func (e explainer) failed(r *result, out conduct) {
	r.race = e.race(out.stderr)
	text, asserted := e.assertion(out.stdout)
	crash, crashed := e.crash(out.stderr)
	switch {
	case asserted:
		r.Message = text
	case crashed:
		r.Message, r.File, r.Line = crash.text, crash.file, crash.line
		r.limit = strings.Contains(out.stderr, "panic: test timed out after")
	case r.race.text != "" && r.finished:
		r.Passed = true // but for the race, which has a criterion of its own
	case r.race.text != "":
		r.Message = r.race.text
	default:
		r.Message = e.say("grade.test.left", "status", out.status())
	}
}
