package chapters

import (
	"context"
	"errors"
	"fmt"
	"slices"

	"interleave/sim/event"
	"interleave/sim/event/eventlog"
)

// A Runner runs a lab's demo in Model and returns the whole run.
type Runner interface {
	Run(ctx context.Context, lab string, s Settings) (*eventlog.Log, error)
}

// CheckMoments runs every moment of the book: its event must come, and what it
// expects must be true there. Problems are for the author; any other error is
// the runner's.
func CheckMoments(ctx context.Context, b *Book, r Runner) error {
	var wrong []error
	for _, chapter := range b.Chapters {
		for _, lesson := range chapter.Lessons {
			for _, block := range lesson.Blocks {
				moment, ok := block.(Moment)
				if !ok {
					continue
				}
				log, err := r.Run(ctx, lesson.Lab, moment.Settings)
				if err != nil {
					return fmt.Errorf("%s:%d: run the moment: %w", lesson.file, moment.line, err)
				}
				p := problems{file: lesson.file}
				moment.check(log, &p)
				wrong = append(wrong, p.list...)
			}
		}
	}
	return errors.Join(wrong...)
}

func (m Moment) check(log *eventlog.Log, wrong *problems) {
	n, err := m.At.Find(log)
	if err != nil {
		wrong.addAbout("moments", m.line, "the moment is not reached%s: %v", m.by(log), err)
		return
	}
	v := view{log, log.World(n + 1), m.Procs}
	for _, e := range m.Expect {
		if err := e.hold(v); err != nil {
			wrong.addAbout("moments", m.line, "at event %d it is not so that %s: %v", n, e.Text, err)
		}
	}
}

// by names the schedule that is played, and whether the program still follows it.
func (m Moment) by(log *eventlog.Log) string {
	switch {
	case m.From == "":
		return ""
	case log.Verdict().Outcome == event.Diverged:
		return fmt.Sprintf(" by schedule %s, which the program does not follow any more", m.From)
	}
	return " by schedule " + m.From
}

// Find returns the index of the event in a run.
func (a At) Find(log *eventlog.Log) (int, error) {
	seen := 0
	for i, r := range log.Events {
		who := r.G
		if a.Match.ToPeer {
			who = event.GID(r.Peer)
		}
		if !a.Match.fits(log, r) || a.G != 0 && who != a.G {
			continue
		}
		if seen++; seen == a.Nth {
			return i, a.named(log, i)
		}
	}
	return 0, fmt.Errorf("it happens %d times, not %d", seen, a.Nth)
}

// named holds the goroutine's name against the one that the author gave it.
func (a At) named(log *eventlog.Log, i int) error {
	if a.Name == "" {
		return nil
	}
	if name := log.Text(log.World(i + 1).Goroutines[a.G].Name); name != a.Name {
		return fmt.Errorf("G%d is %s, not %s", a.G, name, a.Name)
	}
	return nil
}

func (m Match) fits(log *eventlog.Log, r event.Record) bool {
	switch {
	case !slices.Contains(m.Kinds, r.Kind):
		return false
	case len(m.N) > 0 && !slices.Contains(m.N, r.N):
		return false
	case r.Kind == event.AtomicRMW && r.N == 0: // nothing was written
		return false
	case m.Ending != 0 && event.Outcome(r.Obj) != m.Ending:
		return false
	}
	return m.Object == "" || log.Texts[log.Objects[r.Obj].Name] == m.Object
}
