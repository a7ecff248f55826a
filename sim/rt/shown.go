package rt

import (
	"strconv"
	"strings"
	"time"

	"interleave/sim/rt/search"
)

// The tree of schedules is drawn from the first runs that differ: they are kept
// while the search is fast, and done again with names when there is time.
const (
	maxKept      = 300
	maxKeptSteps = 1_000
	maxKeptText  = 8 << 10 // of a schedule
	showTime     = 30 * time.Millisecond
)

// keptRun is a run that the tree will show.
type keptRun struct {
	n, bad, outcome uint64
	picks           []search.Proc
	choices         []uint8
}

// worst is the finding of this run that does the most damage; 0 is none: what is
// only worth knowing, or asked for, does none.
func (x *explorer) worst() uint64 {
	if len(x.run.found) == 0 {
		return 0
	}
	for _, severity := range []string{bug, hazard} {
		for _, s := range x.run.found {
			if s.severity == severity {
				return s.id
			}
		}
	}
	return 0
}

// keep keeps the run at hand if it is the first of its class.
func (x *explorer) keep(p search.Search, outcome, bad uint64) {
	f, r := &x.find, &x.run
	if f.kept == maxKept || r.steps > maxKeptSteps {
		return
	}
	distinct := p.Counts().Distinct
	if distinct == f.distinct {
		return
	}
	f.distinct = distinct
	f.kept++
	f.queue = append(f.queue, keptRun{
		n: r.n, bad: bad, outcome: outcome,
		picks: append([]search.Proc(nil), r.picks...), choices: append([]uint8(nil), r.choices...),
	})
}

// forget forgets the runs that are kept: from now on steps are others.
func (x *explorer) forget() {
	x.find.kept -= len(x.find.queue)
	x.find.queue, x.find.distinct = nil, 0
}

// showKept does the runs again that are kept, and tells of them.
func (x *explorer) showKept() {
	queue := x.find.queue
	x.find.queue = nil
	if len(queue) == 0 {
		return
	}
	until := time.Now().Add(showTime)
	x.aside(func(*schedule) {
		for i, k := range queue {
			if time.Now().After(until) {
				x.find.queue = queue[i:]
				return
			}
			x.showRun(k.n, k.bad, k.outcome, x.record(&script{picks: k.picks, choices: k.choices}, newRecorder()))
		}
	})
}

// showRun tells of a run that was recorded.
func (x *explorer) showRun(n, bad, outcome uint64, rec *recorder) {
	if x.find.shown == maxShownRuns {
		return
	}
	x.find.shown++
	var turns []string
	for _, t := range rec.turns {
		turns = append(turns, t.path+":"+strconv.Itoa(t.steps))
	}
	m := []string{"n", utoa(n), "bad", "", "outcome", strconv.FormatUint(outcome, 16), "turns", strings.Join(turns, ",")}
	if bad != 0 {
		m[3] = strconv.FormatUint(bad, 16)
	}
	for _, t := range rec.turns {
		if t.g != nil && !x.find.named[t.path] {
			x.find.named[t.path] = true
			m = append(m, "name", t.path+"|"+t.g.funcName)
		}
	}
	if s := rec.schedule(); len(s) <= maxKeptText {
		m = append(m, "schedule", s)
	}
	x.tell("run", m...)
}
