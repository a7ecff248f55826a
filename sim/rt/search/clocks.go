package search

// clocks follows which steps of a run happened before which others: each step
// has a vector clock (Mattern, "Virtual Time and Global States of Distributed
// Systems", 1989), whose entry for a goroutine is the number of its last step,
// counted over the whole run from 1, that happened before.
type clocks struct {
	steps []stamp
	rows  []int32   // the clocks of steps, one after the other
	now   [][]int32 // by Proc: what happened before its next step
	mine  []int32   // of the step that is being looked at
	seen  []int32   // by Proc: its last step that touched anything

	uses []use
	objs []history
}

// A stamp is when a step was taken.
type stamp struct {
	proc Proc
	row  int32 // where its clock begins
	n    int32 // how long it is
}

// A use is a step on an object, in a list of such.
type use struct {
	step int32 // from 0
	mode Mode
	next int32 // the use before that is of the same class; an exclusive one ends the others' lists
	// Of an exclusive use: the lists that it ended.
	shared, counting int32
}

// A history is the uses of an object, the last ones first; 0 is none.
type history struct {
	last, shared, counting int32
}

func (c *clocks) reset() {
	c.steps, c.rows, c.objs = c.steps[:0], c.rows[:0], c.objs[:0]
	c.uses = append(c.uses[:0], use{})
	for i := range c.now {
		c.now[i] = c.now[i][:0]
	}
	c.seen = c.seen[:0]
}

// clock returns the clock of p's next step, as far as p knows.
func (c *clocks) clock(p Proc) *[]int32 {
	for int(p) >= len(c.now) {
		c.now = append(c.now, nil)
	}
	return &c.now[p]
}

// join lets a have happened before what has clock to.
func join(to *[]int32, a []int32) {
	for len(*to) < len(a) {
		*to = append(*to, 0)
	}
	t := (*to)[:len(a)]
	for i, n := range a {
		if n > t[i] {
			t[i] = n
		}
	}
}

// of returns the clock of a step.
func (c *clocks) of(step int32) []int32 {
	s := &c.steps[step]
	return c.rows[s.row : s.row+s.n]
}

// knows reports whether clock tells that p's step of this number, from 1,
// happened before.
func knows(clock []int32, p Proc, number int32) bool {
	return int(p) < len(clock) && clock[p] >= number
}

// before reports whether the step happened before what has this clock.
func (c *clocks) before(step int32, clock []int32) bool {
	return knows(clock, c.steps[step].proc, step+1)
}

// history returns the uses of an object by its number in the run.
func (c *clocks) history(id int32) *history {
	for int(id) >= len(c.objs) {
		c.objs = append(c.objs, history{})
	}
	return &c.objs[id]
}

// gather joins to clock the clocks of all steps on an object that one of mode m
// depends on.
func (c *clocks) gather(clock *[]int32, h *history, m Mode) {
	if h.last != 0 {
		join(clock, c.of(c.uses[h.last].step))
	}
	if m.class() != shared {
		c.joinList(clock, h.shared)
	}
	if m.class() != counting {
		c.joinList(clock, h.counting)
	}
}

func (c *clocks) joinList(clock *[]int32, list int32) {
	for ; list != 0; list = c.uses[list].next {
		join(clock, c.of(c.uses[list].step))
	}
}

// mark sets mine to the clock that p's next step, on acc, would have.
func (c *clocks) mark(p Proc, acc []Access, ids []int32) {
	c.mine = append(c.mine[:0], *c.clock(p)...)
	for i, a := range acc {
		if a.Mode == Exit {
			c.joinAll(&c.mine)
			continue
		}
		c.gather(&c.mine, c.history(ids[i]), a.Mode)
	}
}

// add notes the step of p's that t has just ended and that was marked.
func (c *clocks) add(t *Trace, p Proc) {
	step := int32(len(c.steps))
	for len(c.mine) <= int(p) {
		c.mine = append(c.mine, 0)
	}
	c.mine[p] = step + 1
	now := c.clock(p)
	*now = append((*now)[:0], c.mine...)
	c.steps = append(c.steps, stamp{p, int32(len(c.rows)), int32(len(c.mine))})
	c.rows = append(c.rows, c.mine...)
	for i, a := range t.acc {
		if a.Mode != Exit {
			c.use(t.ids[i], a.Mode, step)
		}
	}
	if !t.local {
		for len(c.seen) <= int(p) {
			c.seen = append(c.seen, 0)
		}
		c.seen[p] = step + 1
	}
	c.hand(t, step)
}

// joinAll joins the clocks of all steps so far that touched anything.
func (c *clocks) joinAll(clock *[]int32) {
	for _, n := range c.seen {
		if n > 0 {
			join(clock, c.of(n-1))
		}
	}
}

func (c *clocks) use(id int32, m Mode, step int32) {
	h := c.history(id)
	n := int32(len(c.uses))
	u := use{step: step, mode: m}
	switch m.class() {
	case exclusive:
		u.next, u.shared, u.counting = h.last, h.shared, h.counting
		*h = history{last: n}
	case shared:
		u.next = h.shared
		h.shared = n
	case counting:
		u.next = h.counting
		h.counting = n
	}
	c.uses = append(c.uses, u)
}

// hand is as Trace.hand.
func (c *clocks) hand(t *Trace, step int32) {
	for _, q := range t.woken {
		w := c.clock(q)
		join(w, c.of(step))
		for i, a := range t.acc {
			switch a.Mode {
			case RUnlock:
				c.joinList(w, c.history(t.ids[i]).shared)
			case Done:
				c.joinList(w, c.history(t.ids[i]).counting)
			}
		}
	}
	for _, q := range t.made {
		w := c.clock(q)
		*w = append((*w)[:0], c.of(step)...)
	}
}
