package author

import (
	"context"
	"maps"
	"slices"
	"sync"
	"time"

	"interleave/sim/check"
)

// A Checker checks; a [check.Checker] does.
type Checker interface {
	// Check checks labs and chapters. The error says that they could not be
	// checked.
	Check(ctx context.Context, q check.Request) (check.Report, error)
	// Close removes what it put on disk.
	Close() error
}

// Options say how a Desk checks.
type Options struct {
	// New makes what checks, once somebody looks at the board.
	New func() (Checker, error)
	// Idle is how long nothing must have been saved before what takes long is
	// checked unasked; 3 s if 0.
	Idle time.Duration
}

// stages are the criteria that need a run, what takes longer the later. All
// labs go through one before any goes through the next.
var stages = [][]string{
	{check.Moments, check.Demo, check.Challenges, check.Predictions, check.Practice, check.Measures, check.Starter, check.Empty},
	{check.Solution, check.Mutants},
	{check.Schedules, check.Changes},
}

// A Board is what checking has come to by now.
type Board struct {
	Subjects []Subject // the authors' own first
	Checked  bool      // all of what needs no run was looked at
	Lab      string    // that is being checked; "" for none
	Criteria []string  // for which
	Done     int       // steps, of Total, since there was last nothing to do
	Total    int
	Waits    bool  // for nothing being saved for a moment
	Err      error // why the last check could not be done
}

// A Subject is a lab or chapter on the board.
type Subject struct {
	Kind, ID string
	Own      bool // it is of the authors' directories
	Rows     []Row
	Due      bool // something of it is still to be checked
}

// A Row is what checking a criterion came to.
type Row struct {
	check.Row
	Stale bool // it is of before the last change
}

// step is one thing to check.
type step struct {
	lab   string
	stage int
	asked bool // by a person: it does not wait
}

// sheet is a subject with what is known of it.
type sheet struct {
	kind, id string
	rows     map[string]check.Row
	of       map[string]int // the edition that each row is of
	changed  int            // the edition in which it was last another one
}

// checks checks in the background, one thing after the other.
type checks struct {
	o    Options
	tell func()
	wake chan struct{} // there may be something to do

	mu      sync.Mutex
	edition *Edition
	own     map[string]bool
	looked  int // the edition of which everything static was looked at
	sheets  map[string]*sheet
	order   []string
	steps   []step
	done    int
	running step
	stop    context.CancelFunc // of what is running
	viewers int
	asked   time.Time // when somebody last asked for the board
	saved   time.Time
	err     error
}

func newChecks(o Options, tell func()) *checks {
	if o.Idle == 0 {
		o.Idle = 3 * time.Second
	}
	return &checks{o: o, tell: tell, wake: make(chan struct{}, 1), sheets: make(map[string]*sheet)}
}

// poke has run look for something to do.
func (c *checks) poke() {
	select {
	case c.wake <- struct{}{}:
	default: // it will look anyway
	}
}

// edited notes that some labs, or their lessons, are others in this edition,
// and which labs are the authors' own.
func (c *checks) edited(e *Edition, ids, own map[string]bool) {
	c.mu.Lock()
	c.saved = time.Now()
	if c.edition == nil {
		c.saved = time.Time{} // nobody saved anything
	}
	c.edition, c.own = e, own
	there := func(id string) bool { return e.Labs.Lab(id) != nil || e.Labs.Refused(id) }
	c.steps = slices.DeleteFunc(c.steps, func(s step) bool { return !there(s.lab) })
	for id := range ids {
		if !there(id) {
			continue
		}
		if s := c.sheets["lab/"+id]; s != nil {
			s.changed = e.Number
		}
		for stage := range stages {
			c.add(step{lab: id, stage: stage})
		}
		if c.running.lab == id && c.stop != nil {
			c.stop()
		}
	}
	c.mu.Unlock()
	c.poke()
}

// add puts a step in its place, once. The caller holds mu.
func (c *checks) add(s step) {
	for i, other := range c.steps {
		if other.lab == s.lab && other.stage == s.stage {
			c.steps[i].asked = other.asked || s.asked
			return
		}
	}
	if len(c.steps) == 0 && c.running.lab == "" {
		c.done = 0
	}
	c.steps = append(c.steps, s)
	slices.SortStableFunc(c.steps, func(a, b step) int { return a.stage - b.stage })
}

// Check asks for all criteria of a lab, or with "" of all labs.
func (d *Desk) Check(lab string) {
	c := d.checks
	c.mu.Lock()
	for _, l := range c.edition.Labs.All() {
		if lab == "" || l.ID == lab {
			for stage := range stages {
				c.add(step{lab: l.ID, stage: stage, asked: true})
			}
		}
	}
	c.mu.Unlock()
	c.poke()
	d.tell()
}

// Watch notes that somebody looks at the board until the returned function is
// called. While nobody does, nothing is checked unasked.
func (d *Desk) Watch() (leave func()) {
	c := d.checks
	c.mu.Lock()
	c.viewers++
	c.mu.Unlock()
	c.poke()
	return sync.OnceFunc(func() {
		c.mu.Lock()
		defer c.mu.Unlock()
		c.viewers--
	})
}

// Board returns what checking has come to by now.
func (d *Desk) Board() Board {
	c := d.checks
	c.mu.Lock()
	defer c.mu.Unlock()
	c.asked = time.Now()
	c.poke()
	b := Board{Checked: c.looked > 0, Lab: c.running.lab, Done: c.done, Total: c.done + len(c.steps), Err: c.err}
	if b.Lab != "" {
		b.Criteria = stages[c.running.stage]
		b.Total++
	}
	b.Waits = b.Lab == "" && len(c.steps) > 0
	for _, key := range c.order {
		b.Subjects = append(b.Subjects, c.subject(c.sheets[key]))
	}
	slices.SortStableFunc(b.Subjects, func(a, b Subject) int {
		switch {
		case a.Own == b.Own:
			return 0
		case a.Own:
			return -1
		}
		return 1
	})
	return b
}

// subject is a sheet as the board shows it. The caller holds mu.
func (c *checks) subject(s *sheet) Subject {
	out := Subject{Kind: s.kind, ID: s.id, Own: c.own[s.id]}
	if s.kind == "lab" {
		out.Due = c.running.lab == s.id || slices.ContainsFunc(c.steps, func(t step) bool { return t.lab == s.id })
	}
	for _, name := range check.Criteria() {
		if row, ok := s.rows[name]; ok {
			out.Rows = append(out.Rows, Row{Row: row, Stale: s.of[name] < s.changed})
		}
	}
	return out
}

// run checks until ctx ends.
func (c *checks) run(ctx context.Context) {
	var checker Checker
	defer func() {
		if checker != nil {
			complain(checker.Close())
		}
	}()
	timer := time.NewTimer(time.Hour)
	defer timer.Stop()
	for {
		todo, e, wait := c.next()
		if todo == nil {
			timer.Reset(wait)
			select {
			case <-ctx.Done():
				return
			case <-c.wake:
			case <-timer.C:
			}
			continue
		}
		var err error
		if checker == nil {
			if checker, err = c.o.New(); err != nil {
				checker = nil
				c.failed(err)
				return
			}
		}
		c.do(ctx, checker, e, *todo)
		if ctx.Err() != nil {
			return
		}
	}
}

// static is the step that looks at everything that needs no run.
var static = step{stage: -1}

// recently is how long a board that was asked for counts as looked at.
const recently = time.Minute

// next returns what is to be done now and of which edition, or how long there
// is nothing to be done unless something happens.
func (c *checks) next() (*step, *Edition, time.Duration) {
	c.mu.Lock()
	defer c.mu.Unlock()
	seen := c.viewers > 0 || time.Since(c.asked) < recently
	if seen && c.looked < c.edition.Number {
		return &static, c.edition, 0
	}
	idle := c.o.Idle - time.Since(c.saved)
	for i, s := range c.steps {
		if s.asked || seen && idle <= 0 {
			c.steps = slices.Delete(c.steps, i, i+1)
			c.running = s
			return &s, c.edition, 0
		}
	}
	if seen && len(c.steps) > 0 {
		return nil, nil, idle
	}
	return nil, nil, time.Hour
}

// do does a step and takes in what it came to.
func (c *checks) do(ctx context.Context, checker Checker, e *Edition, s step) {
	ctx, stop := context.WithCancel(ctx)
	defer stop()
	c.mu.Lock()
	c.stop = stop
	c.mu.Unlock()
	q := check.Request{Content: e.Tree, Only: check.Static()}
	if s.stage >= 0 {
		q.Labs, q.Only = []string{s.lab}, stages[s.stage]
	}
	c.tell()
	report, err := checker.Check(ctx, q)
	c.mu.Lock()
	c.running, c.stop = step{}, nil
	cut := ctx.Err() != nil
	if s.stage >= 0 && !cut {
		c.done++
	}
	if s.stage < 0 {
		c.looked = e.Number
	}
	if !cut {
		c.err = err
	}
	if err == nil {
		c.take(e, s, report)
	}
	c.mu.Unlock()
	c.tell()
}

// failed notes that nothing can be checked.
func (c *checks) failed(err error) {
	complain(err)
	c.mu.Lock()
	c.err, c.running, c.steps = err, step{}, nil
	c.mu.Unlock()
	c.tell()
}

// take takes in a report. The caller holds mu.
func (c *checks) take(e *Edition, s step, report check.Report) {
	if s.stage < 0 {
		c.forget(report)
	}
	for _, sub := range report.Subjects {
		key := sub.Kind + "/" + sub.ID
		sh := c.sheets[key]
		if sh == nil {
			sh = &sheet{kind: sub.Kind, id: sub.ID, rows: make(map[string]check.Row), of: make(map[string]int)}
			c.sheets[key] = sh
		}
		seen := make(map[string]bool)
		for _, row := range sub.Rows {
			sh.rows[row.Criterion], sh.of[row.Criterion] = row, e.Number
			seen[row.Criterion] = true
		}
		// What does not apply any more: a lab may have lost its exercise. Of one
		// that cannot be read, the last that was seen stays.
		looked := check.Static()
		if s.stage >= 0 {
			looked = stages[s.stage]
		}
		if sub.Kind == "lab" && e.Labs.Lab(sub.ID) == nil {
			continue
		}
		for _, name := range looked {
			if !seen[name] {
				delete(sh.rows, name)
				delete(sh.of, name)
			}
		}
	}
}

// forget forgets what is there no more, and keeps the order. The caller holds mu.
func (c *checks) forget(report check.Report) {
	c.order = nil
	for _, sub := range report.Subjects {
		c.order = append(c.order, sub.Kind+"/"+sub.ID)
	}
	for key := range maps.Keys(c.sheets) {
		if !slices.Contains(c.order, key) {
			delete(c.sheets, key)
		}
	}
}

var _ Checker = (*check.Checker)(nil)
