package check

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"

	"interleave/chapters"
	"interleave/labs"
	"interleave/sim/event"
	"interleave/sim/real"
	"interleave/sim/runner"
	"interleave/sim/say"
)

// measures runs the demo for real for each measurement of the lab's lesson.
// All its figures have to be printed, and the first has to be plausible.
func (c *checker) measures(ctx context.Context, lab *labs.Lab, s *sheet) error {
	all := blocksOf[chapters.Measure](c.book, lab.ID)
	if len(all) == 0 {
		return nil
	}
	done, err := c.slot(ctx)
	if err != nil {
		return err
	}
	defer done()
	s.row(Measures)
	file := c.q.Content.ChapterFile(c.book.File(lab.ID))
	var seen []string
	for _, m := range all {
		figures, err := c.measure(ctx, lab, m)
		var blame *runner.BuildError
		var odd unmeasured
		switch {
		case errors.As(err, &blame):
			for _, p := range blame.Problems {
				s.flaw(Measures, c.q.Content.LabFile(lab.ID+"/demo/"+p.File), p.Line, p.Msg)
			}
			return nil
		case errors.As(err, &odd):
			s.flaw(Measures, file, m.Line(), c.say("check.measure.end", "id", m.ID, "how", say.Verdict(c.o.Lang, odd.Verdict)))
			continue
		case err != nil:
			return err
		}
		for i, label := range m.Figures {
			at := slices.IndexFunc(figures, func(f real.Figure) bool { return f.Label == label })
			if at < 0 {
				s.flaw(Measures, file, m.Line(), c.say("check.measure.missing", "id", m.ID, "label", label))
				continue
			}
			f := figures[at]
			if i == 0 {
				seen = append(seen, strings.TrimSpace(f.Number+" "+f.Unit))
			}
			if i == 0 && !m.Accept.Has(f.Value) {
				s.flaw(Measures, file, m.Line(), c.say("check.measure.odd", "id", m.ID, "label", label, "figure", seen[len(seen)-1]))
			}
		}
	}
	s.says(Measures, strings.Join(seen, ", "))
	return nil
}

// unmeasured is the error for a demo that does not end well.
type unmeasured struct{ runner.Result }

func (u unmeasured) Error() string { return fmt.Sprintf("it ended by %s", u.Verdict.Outcome) }

func (c *checker) measure(ctx context.Context, lab *labs.Lab, m chapters.Measure) ([]real.Figure, error) {
	cfg := real.Config{Net: lab.Real.Net, MaxTime: realTime, Args: labs.Args(m.Flags)}
	figures, res, err := real.Measure(ctx, c.runner, program(lab.Demo), cfg)
	if err == nil && (res.Verdict.Outcome != event.Exited || res.Verdict.Status != 0) {
		err = unmeasured{res}
	}
	return figures, err
}

// blocksOf returns the blocks of one kind in the lesson of a lab.
func blocksOf[B chapters.Block](book *chapters.Book, lab string) []B {
	var all []B
	for _, ch := range book.Chapters {
		for _, l := range ch.Lessons {
			if l.Lab != lab {
				continue
			}
			for _, block := range l.Blocks {
				if b, ok := block.(B); ok {
					all = append(all, b)
				}
			}
		}
	}
	return all
}
