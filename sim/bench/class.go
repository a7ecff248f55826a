package main

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"os"
	"slices"
	"sync"
	"time"

	"interleave/labs"
	"interleave/sim/grade"
	"interleave/web/queue"
	webstore "interleave/web/store"
)

// learners is a class.
const learners = 40

// benchClass lets a class hand in at once, through the queue of a server, and
// measures how long each waits for the verdict. The floor is a queue without any
// cost, which serves one after the other in the time that each submission takes
// alone.
func benchClass(ctx context.Context, w io.Writer) error {
	g, done, err := grader(ctx)
	if err != nil {
		return err
	}
	defer done()
	solutions, mutants, err := submissions()
	if err != nil {
		return err
	}
	handed := slices.Concat(solutions, mutants)
	alone := make([]grade.Report, len(handed))
	took := make([]time.Duration, len(handed))
	for i, s := range handed {
		start := time.Now()
		if alone[i], err = g.Grade(ctx, s.lab, s.texts()); err != nil {
			return err
		}
		took[i] = time.Since(start)
	}

	dir, err := os.MkdirTemp("", "interleave-bench-")
	if err != nil {
		return err
	}
	defer os.RemoveAll(dir)
	st, err := webstore.Open(ctx, dir)
	if err != nil {
		return err
	}
	defer st.Close()
	set, err := labs.Load(labs.FS)
	if err != nil {
		return err
	}
	q := queue.New(queue.Options{Store: st, Grader: g, Lab: func(id string) (*labs.Lab, error) { return set.Lab(id), nil }})
	defer q.Close()

	waits := make([]float64, learners)
	reports := make([]grade.Report, learners)
	errs := make([]error, learners)
	var class sync.WaitGroup
	for i := range learners {
		class.Go(func() {
			waits[i], reports[i], errs[i] = handIn(ctx, st, q, i, handed[i%len(handed)])
		})
	}
	class.Wait()
	for _, err := range errs {
		if err != nil {
			return err
		}
	}
	passed, equal := 0, 0
	for i, report := range reports {
		if report.Passed == alone[i%len(handed)].Passed {
			passed++
		}
		if sameVerdict(report, alone[i%len(handed)]) {
			equal++
		}
	}
	var ideal []float64
	sum := time.Duration(0)
	for i := range learners {
		sum += took[i%len(handed)]
		ideal = append(ideal, sum.Seconds())
	}
	fmt.Fprintf(w, "%d learners hand in at once, s\tmedian wait\tlast\tpassed or not, as alone\tto each test and schedule\t\n", learners)
	fmt.Fprintf(w, "the queue\t%.1f\t%.1f\t%d\t%d\t\n", median(waits), slices.Max(waits), passed, equal)
	fmt.Fprintf(w, "a perfect queue\t%.1f\t%.1f\t\t\t\n", median(ideal), slices.Max(ideal))
	fmt.Fprintf(w, "ratio\t%.2f\t%.2f\t\t\t\n", median(waits)/median(ideal), slices.Max(waits)/slices.Max(ideal))
	return nil
}

// handIn hands in what a learner has and waits for the verdict.
func handIn(ctx context.Context, st *webstore.Store, q *queue.Queue, i int, s submission) (wait float64, report grade.Report, err error) {
	learner, err := st.Learner(ctx, fmt.Sprintf("learner%d", i))
	if err != nil {
		return 0, report, err
	}
	texts := make(map[string]string)
	for _, f := range s.files {
		texts[f.Name] = string(f.Src)
	}
	start := time.Now()
	id, err := q.Submit(ctx, learner.ID, s.lab.ID, "key", texts)
	if err != nil {
		return 0, report, err
	}
	revision := ""
	for {
		status, err := q.Wait(ctx, learner.ID, s.lab.ID, id, revision)
		switch {
		case err != nil:
			return 0, report, err
		case status.Verdict != nil:
			wait = time.Since(start).Seconds()
			return wait, report, json.Unmarshal(status.Verdict, &report)
		case !status.State.Waits():
			return 0, report, fmt.Errorf("%s got no verdict", s.name)
		}
		revision = status.Revision
	}
}
