package search

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"unsafe"
)

// An op is what a goroutine of a test program does in one step.
type op struct {
	kind  kind
	obj   int
	n     int
	cases []arm
	hot   bool
}

// An arm is a case of a select.
type arm struct {
	ch   int
	send bool
}

type kind int

const (
	read kind = iota
	write
	increment // stores what was read last, and one
	lock
	unlock
	tryLock
	unlockIf // if the TryLock before took it
	rLock
	rUnlock
	wLock
	wUnlock
	tryRLock
	rUnlockIf // if the tryRLock before took it
	tryWLock
	wUnlockIf
	send
	recv
	closeChan
	selects // n is 1 if there is a default case
	add
	done
	wait
	spawn // the n goroutines from obj on
	timer // fires after n and sends to channel obj
	yield
	work // a step that touches nothing
	exit
	spin // reads obj until it is not 0, goes on in the same place until then
)

// A program is what its goroutines do; the first one is main.
type program struct {
	procs [][]op
	caps  []int // of the channels
	loose bool  // an Add races with a Done
	cont  bool  // who is woken takes a step of its own to go on
	hot   bool  // some ops are
}

const (
	vars = iota * 10
	mutexes
	rwMutexes
	chans
	groups
	clock
	nObjects
)

type waiter struct {
	p    Proc
	send bool
	val  int
	arms []arm
}

type mchan struct {
	buf    []int
	queue  []waiter
	closed bool
}

type pending struct{ at, owner, seq, ch int }

type goroutine struct {
	code       int // index in program.procs
	pc         int
	reg        []int
	parked     bool
	cont       bool
	holdsTried bool
	timers     int
}

// A machine runs one program once.
type machine struct {
	prog   *program
	objs   *[nObjects]*[2]int64
	gs     []goroutine // by Proc, [0] unused
	vars   [10]int
	locked [10]bool
	rw     [10]struct {
		readers int
		writing bool
		waiting Proc // a writer; 0 none
	}
	chs    []mchan
	wg     [10]int
	timers []pending
	now    int
	last   Proc
	gave   bool
	ended  string
	acc    []Access
	pol    listener
	log    []event
}

// A listener is the part of Policy that hears of a step.
type listener interface {
	Choose(n int) int
	Also(a Access)
	Woke(p Proc)
	Spawned(p Proc)
}

// An event is a step as the tests' own judge of equivalence sees it.
type event struct {
	p      Proc
	acc    []Access
	choice string
	woke   []Proc
	made   []Proc
}

func newMachine(prog *program, pol listener) *machine {
	m := &machine{prog: prog, pol: pol, objs: new([nObjects]*[2]int64)}
	for i := range m.objs {
		m.objs[i] = new([2]int64)
	}
	m.gs = make([]goroutine, 2, 8)
	m.chs = make([]mchan, len(prog.caps))
	return m
}

func (m *machine) clone() *machine {
	c := *m
	c.gs = slices.Clone(m.gs)
	for i := range c.gs {
		c.gs[i].reg = slices.Clone(c.gs[i].reg)
	}
	c.chs = slices.Clone(m.chs)
	for i := range c.chs {
		c.chs[i].buf = slices.Clone(c.chs[i].buf)
		c.chs[i].queue = slices.Clone(c.chs[i].queue)
	}
	c.timers = slices.Clone(m.timers)
	c.log = slices.Clone(m.log)
	c.acc = nil
	return &c
}

func (m *machine) op(p Proc) *op {
	g := &m.gs[p]
	if g.pc >= len(m.prog.procs[g.code]) {
		return nil
	}
	return &m.prog.procs[g.code][g.pc]
}

func (m *machine) enabled(p Proc) bool {
	if p == Time {
		return len(m.timers) > 0
	}
	g := &m.gs[p]
	if g.parked {
		return false
	}
	if g.cont {
		return true
	}
	o := m.op(p)
	if o == nil {
		return false
	}
	switch o.kind {
	case lock:
		return !m.locked[o.obj]
	case rLock:
		return !m.rw[o.obj].writing && m.rw[o.obj].waiting == 0
	case wLock:
		return !m.rw[o.obj].writing && m.rw[o.obj].waiting == 0
	case wait:
		return m.wg[o.obj] == 0
	}
	return true
}

func (m *machine) obj(i int) unsafe.Pointer { return ptr(m.objs[i]) }

func (m *machine) next(p Proc) []Access {
	m.acc = m.acc[:0]
	if p == Time {
		m.touch(clock, Write)
		for _, t := range m.due() {
			m.touchChan(t.ch, true)
		}
		return m.acc
	}
	if m.gs[p].cont {
		return nil
	}
	switch o := m.op(p); o.kind {
	case read, spin:
		m.touch(vars+o.obj, Read)
	case write, increment:
		m.touch(vars+o.obj, Write)
	case lock:
		m.touch(mutexes+o.obj, Lock)
	case unlock:
		m.touch(mutexes+o.obj, Unlock)
	case tryLock:
		m.touch(mutexes+o.obj, TryLock)
	case unlockIf:
		if m.gs[p].holdsTried {
			m.touch(mutexes+o.obj, Unlock)
		}
	case rLock:
		m.touch(rwMutexes+o.obj, RLock)
	case rUnlock:
		m.touch(rwMutexes+o.obj, RUnlock)
	case wLock:
		m.touch(rwMutexes+o.obj, WLock)
	case wUnlock:
		m.touch(rwMutexes+o.obj, WUnlock)
	case tryRLock:
		m.touch(rwMutexes+o.obj, TryRLock)
	case tryWLock:
		m.touch(rwMutexes+o.obj, TryLock)
	case rUnlockIf:
		if m.gs[p].holdsTried {
			m.touch(rwMutexes+o.obj, RUnlock)
		}
	case wUnlockIf:
		if m.gs[p].holdsTried {
			m.touch(rwMutexes+o.obj, WUnlock)
		}
	case send, closeChan:
		m.touchChan(o.obj, true)
	case recv:
		m.touchChan(o.obj, false)
	case selects:
		for _, a := range o.cases {
			m.touchChan(a.ch, a.send)
		}
	case add:
		m.acc = append(m.acc, Access{m.obj(groups + o.obj), Add, int32(o.n)})
	case done:
		m.touch(groups+o.obj, Done)
	case wait:
		m.touch(groups+o.obj, Wait)
	case timer:
		m.touch(clock, Add)
	case exit:
		m.acc = append(m.acc, Access{Mode: Exit})
	case spawn, yield, work:
		return nil
	}
	if len(m.acc) == 0 {
		return nil
	}
	return m.acc
}

func (m *machine) touch(i int, mode Mode) {
	m.acc = append(m.acc, Access{Obj: m.obj(i), Mode: mode})
}

// touchChan is an access to a channel and to those of the select that the
// operation would wake up.
func (m *machine) touchChan(ch int, _ bool) {
	m.touch(chans+ch, Write)
	for _, w := range m.chs[ch].queue {
		for _, a := range w.arms {
			if a.ch != ch {
				m.touch(chans+a.ch, Write)
			}
		}
	}
}

// due are the timers that fire next, those that started them in order.
func (m *machine) due() []pending {
	var due []pending
	for _, t := range m.timers {
		if len(due) > 0 && t.at < due[0].at {
			due = due[:0]
		}
		if len(due) == 0 || t.at == due[0].at {
			due = append(due, t)
		}
	}
	slices.SortFunc(due, func(a, b pending) int {
		if a.owner != b.owner {
			return a.owner - b.owner
		}
		return a.seq - b.seq
	})
	return due
}

func (m *machine) choose(n int) int {
	if n == 1 {
		return 0
	}
	i := m.pol.Choose(n)
	e := &m.log[len(m.log)-1]
	e.choice += fmt.Sprint("c", i)
	return i
}

func (m *machine) woke(p Proc) {
	m.gs[p].parked = false
	m.gs[p].cont = m.prog.cont
	m.pol.Woke(p)
	e := &m.log[len(m.log)-1]
	e.woke = append(e.woke, p)
}

func (m *machine) panics(what string) {
	m.ended = what
	m.pol.Also(Access{Mode: Exit})
	e := &m.log[len(m.log)-1]
	e.acc = append(e.acc, Access{Mode: Exit})
}

// step takes p's next step.
func (m *machine) step(p Proc) {
	m.log = append(m.log, event{p: p, acc: slices.Clone(m.next(p))})
	m.last = p
	m.gave = false
	if p == Time {
		m.fire()
		return
	}
	g := &m.gs[p]
	if g.cont {
		g.cont = false
		return
	}
	o := m.op(p)
	g.pc++
	switch o.kind {
	case read:
		g.reg = append(g.reg, m.vars[o.obj])
	case spin:
		if m.vars[o.obj] == 0 {
			g.pc--
			m.gave = true
		}
	case write:
		m.vars[o.obj] = int(p)*100 + g.pc
	case increment:
		m.vars[o.obj] = g.last() + 1
	case lock:
		m.locked[o.obj] = true
	case unlock:
		if !m.locked[o.obj] {
			m.panics("unlock of unlocked")
		}
		m.locked[o.obj] = false
	case tryLock:
		g.holdsTried = !m.locked[o.obj]
		m.locked[o.obj] = true
		g.reg = append(g.reg, btoi(g.holdsTried))
	case unlockIf:
		if g.holdsTried {
			m.locked[o.obj] = false
		}
	case rLock:
		m.rw[o.obj].readers++
	case rUnlock:
		m.rUnlock(o.obj)
	case rUnlockIf:
		if g.holdsTried {
			m.rUnlock(o.obj)
		}
	case tryRLock:
		rw := &m.rw[o.obj]
		if g.holdsTried = !rw.writing && rw.waiting == 0; g.holdsTried {
			rw.readers++
		}
		g.reg = append(g.reg, btoi(g.holdsTried))
	case tryWLock:
		rw := &m.rw[o.obj]
		if g.holdsTried = !rw.writing && rw.waiting == 0 && rw.readers == 0; g.holdsTried {
			rw.writing = true
		}
		g.reg = append(g.reg, btoi(g.holdsTried))
	case wUnlockIf:
		if g.holdsTried {
			m.rw[o.obj].writing = false
		}
	case wLock:
		rw := &m.rw[o.obj]
		if rw.readers == 0 {
			rw.writing = true
		} else {
			rw.waiting = p
			g.parked = true
		}
	case wUnlock:
		m.rw[o.obj].writing = false
	case send:
		m.doSelect(p, []arm{{o.obj, true}}, false)
	case recv:
		m.doSelect(p, []arm{{o.obj, false}}, false)
	case selects:
		m.doSelect(p, o.cases, o.n == 1)
	case closeChan:
		m.close(o.obj)
	case add:
		m.wg[o.obj] += o.n
	case done:
		if m.wg[o.obj]--; m.wg[o.obj] < 0 {
			m.panics("negative counter")
		}
	case spawn:
		for i := range o.n {
			q := Proc(len(m.gs))
			m.gs = append(m.gs, goroutine{code: o.obj + i})
			m.pol.Spawned(q)
			e := &m.log[len(m.log)-1]
			e.made = append(e.made, q)
		}
	case timer:
		m.timers = append(m.timers, pending{m.now + o.n, g.code, g.timers, o.obj})
		g.timers++
	case yield:
		m.gave = true
	case exit:
		m.ended = "exit"
	}
}

func (m *machine) rUnlock(obj int) {
	rw := &m.rw[obj]
	if rw.readers--; rw.readers == 0 && rw.waiting != 0 {
		rw.writing = true
		q := rw.waiting
		rw.waiting = 0
		m.woke(q)
	}
}

func (g *goroutine) last() int {
	if len(g.reg) == 0 {
		return 0
	}
	return g.reg[len(g.reg)-1]
}

func btoi(b bool) int {
	if b {
		return 1
	}
	return 0
}

func (m *machine) fire() {
	due := m.due()
	t := due[m.choose(len(due))]
	m.timers = slices.DeleteFunc(m.timers, func(o pending) bool { return o == t })
	m.now = t.at
	c := &m.chs[t.ch]
	if i := c.waiting(false); i >= 0 {
		m.give(c.queue[i], t.ch, 99)
	} else if len(c.buf) < m.prog.caps[t.ch] {
		c.buf = append(c.buf, 99)
	}
}

// waiting returns the first in the queue that sends, or receives.
func (c *mchan) waiting(send bool) int {
	return slices.IndexFunc(c.queue, func(w waiter) bool { return w.send == send })
}

func (m *machine) ready(a arm) bool {
	c := &m.chs[a.ch]
	if a.send {
		return c.closed || len(c.buf) < m.prog.caps[a.ch] || c.waiting(false) >= 0
	}
	return c.closed || len(c.buf) > 0 || c.waiting(true) >= 0
}

func (m *machine) doSelect(p Proc, arms []arm, def bool) {
	var ready []int
	for i, a := range arms {
		if m.ready(a) {
			ready = append(ready, i)
		}
	}
	g := &m.gs[p]
	val := int(p)*100 + g.pc
	if len(ready) == 0 {
		if def {
			g.reg = append(g.reg, -1)
			return
		}
		for _, a := range arms {
			m.chs[a.ch].queue = append(m.chs[a.ch].queue, waiter{p, a.send, val, arms})
		}
		g.parked = true
		return
	}
	i := ready[m.choose(len(ready))]
	a := arms[i]
	if len(arms) > 1 {
		g.reg = append(g.reg, i)
	}
	c := &m.chs[a.ch]
	if a.send {
		switch r := c.waiting(false); {
		case c.closed:
			m.panics("send on closed")
		case r >= 0:
			m.give(c.queue[r], a.ch, val)
		default:
			c.buf = append(c.buf, val)
		}
		return
	}
	s := c.waiting(true)
	switch {
	case len(c.buf) > 0:
		g.reg = append(g.reg, c.buf[0])
		c.buf = c.buf[1:]
		if s >= 0 {
			w := c.queue[s]
			c.buf = append(c.buf, w.val)
			m.leave(w, a.ch)
		}
	case s >= 0:
		g.reg = append(g.reg, c.queue[s].val)
		m.leave(c.queue[s], a.ch)
	default:
		g.reg = append(g.reg, -2)
	}
}

// give lets a waiting receiver go on with val.
func (m *machine) give(w waiter, ch, val int) {
	m.gs[w.p].reg = append(m.gs[w.p].reg, val)
	m.leave(w, ch)
}

// leave takes w, whose case for ch was taken, out of all queues.
func (m *machine) leave(w waiter, ch int) {
	if len(w.arms) > 1 {
		m.gs[w.p].reg = append(m.gs[w.p].reg, ch)
	}
	for _, a := range w.arms {
		c := &m.chs[a.ch]
		c.queue = slices.DeleteFunc(c.queue, func(o waiter) bool { return o.p == w.p })
	}
	m.woke(w.p)
}

func (m *machine) close(ch int) {
	c := &m.chs[ch]
	if c.closed {
		m.panics("close of closed")
		return
	}
	c.closed = true
	for len(c.queue) > 0 {
		w := c.queue[0]
		if w.send {
			m.panics("send on closed")
			return
		}
		m.give(w, ch, -2)
	}
}

// view shows the state as it is.
func (m *machine) view(v *View) {
	v.Enabled, v.Waiting = v.Enabled[:0], v.Waiting[:0]
	for p := range m.gs {
		p := Proc(p)
		switch {
		case m.enabled(p):
			v.Enabled = append(v.Enabled, p)
		case p != Time && !m.gs[p].parked && m.op(p) != nil:
			v.Waiting = append(v.Waiting, p)
		}
	}
	v.Last = m.last
	v.Free = m.gave || m.last == Time || !m.enabled(m.last)
	v.Next = m.next
	if m.prog.hot {
		v.Hot = func(p Proc) bool { o := m.op(p); return p != Time && o != nil && o.hot }
	}
}

// outcome is all that the run came to.
func (m *machine) outcome() string {
	var b strings.Builder
	fmt.Fprint(&b, m.ended, m.vars, m.wg)
	byCode := slices.Clone(m.gs)
	slices.SortStableFunc(byCode[1:], func(a, b goroutine) int { return a.code - b.code })
	for _, g := range byCode[1:] {
		fmt.Fprintf(&b, " %d@%d%v", g.code, g.pc, g.reg)
		if g.parked {
			b.WriteByte('p')
		}
	}
	return b.String()
}

// run runs prog once under pol. It returns nil if the policy cut the run.
func run(t testing.TB, prog *program, pol Policy, limit int) (m *machine, more bool) {
	m = newMachine(prog, pol)
	pol.Begin()
	v := &View{}
	for steps := 0; m.ended == ""; steps++ {
		m.view(v)
		if len(v.Enabled) == 0 || steps == limit {
			break
		}
		p := pol.Pick(v)
		if p < 0 {
			return nil, pol.End(v)
		}
		if !slices.Contains(v.Enabled, p) {
			t.Fatalf("picked %d, enabled are %v", p, v.Enabled)
		}
		m.step(p)
	}
	m.view(v)
	return m, pol.End(v)
}

func ptr(o *[2]int64) unsafe.Pointer { return unsafe.Pointer(o) }
