package rt

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"interleave/sim/event"
)

// A schedule that a search has found begins with the line "held": the program's
// clock stands still. Then comes, as in every schedule, what its random numbers
// follow from, and one turn a line:
//
//	seed N
//	PATH UNTIL [CASE,CASE…] [# where that is]
//
// The goroutine at PATH in the tree of go statements runs until it comes to the
// operation UNTIL, which it does not begin, or until it waits, ends or yields if
// UNTIL is "-". FUNC/NAME#K is the K-th operation of the goroutine in function
// FUNC on what is called NAME there; so a turn outlives edits that add none of
// the same name. CASEs are what its selects choose among the ready ones. A
// goroutine that time.AfterFunc starts has its timer's path.
//
//	@PATH.N -
//
// is a turn of time: the N-th timer that the goroutine at PATH made is fired
// (a Sleep is one), and the clock moves on to when it is due, if that is later.
type heldTurn struct {
	line  int
	path  string
	until opName
	count int // 0: until it waits, ends or yields
	cases []int
	note  string // where the turn ended
}

// heldMark is the first line of such a schedule.
const heldMark = "held"

func isHeld(schedule string) bool {
	first, _, _ := strings.Cut(schedule, "\n")
	return strings.TrimSpace(first) == heldMark
}

func parseHeld(text string) ([]heldTurn, error) {
	var ts []heldTurn
	for i, line := range strings.Split(text, "\n") {
		if i == 0 {
			continue
		}
		line, note, _ := strings.Cut(line, " # ")
		f := strings.Fields(line)
		if len(f) == 0 || strings.HasPrefix(f[0], "#") || f[0] == seedWord {
			continue
		}
		t, err := parseHeldTurn(f)
		if err != nil {
			return nil, fmt.Errorf("schedule, line %d: %w", i+1, err)
		}
		t.line, t.note = i+1, note
		ts = append(ts, t)
	}
	return ts, nil
}

func parseHeldTurn(f []string) (t heldTurn, err error) {
	if len(f) < 2 || len(f) > 3 {
		return t, fmt.Errorf("%d fields, want PATH UNTIL [CASES]", len(f))
	}
	t.path = f[0]
	if f[1] != "-" {
		op, k, ok := cutLast(f[1], "#")
		fn, name, ok2 := cutLast(op, "/")
		if t.count, err = strconv.Atoi(k); err != nil || !ok || !ok2 || t.count < 1 {
			return t, fmt.Errorf("%q is not FUNC/NAME#K", f[1])
		}
		t.until = opName{fn, name}
	}
	if len(f) == 3 {
		for _, c := range strings.Split(f[2], ",") {
			n, err := strconv.Atoi(c)
			if err != nil || n < 0 {
				return t, fmt.Errorf("case %q", c)
			}
			t.cases = append(t.cases, n)
		}
	}
	return t, nil
}

func cutLast(s, sep string) (before, after string, ok bool) {
	i := strings.LastIndex(s, sep)
	if i < 0 {
		return s, "", false
	}
	return s[:i], s[i+len(sep):], true
}

// held is the machine that follows such a schedule. Once that is used up it
// goes on with whoever has been runnable longest.
type held struct {
	flat
	turns []heldTurn
	ops   opCounts
	told  int // Ps
}

func newHeld(turns []heldTurn) *held {
	byName, always = true, true
	m := &held{turns: turns, ops: opCounts{}, told: toldProcs}
	m.pol = &fifo{}
	return m
}

func (m *held) procs() int     { return m.told }
func (m *held) setProcs(n int) { m.told = n }

func (m *held) choose(n int) int {
	if len(m.turns) == 0 || len(m.turns[0].cases) == 0 {
		return 0
	}
	t := &m.turns[0]
	k := t.cases[0]
	t.cases = t.cases[1:]
	if k >= n {
		m.misfit("a select has fewer ready cases than it had")
	}
	return k
}

// misfit ends the run where the schedule fits no more.
func (m *held) misfit(why string) {
	t := m.turns[0]
	where := "line " + strconv.Itoa(t.line) + " of the schedule"
	if t.note != "" {
		where += ", once at " + t.note
	}
	finish(outcomeDiverged, 125, why+" ("+where+")")
}

// enterCall and leaveCall: a system call is an operation and takes no time.
func (m *held) enterCall(string, int64) { point(costCall) }
func (m *held) leaveCall(int64)         {}

func (m *held) look(me *g, atOp bool) {
	m.clock = now()
	if !atOp {
		m.resume(me)
		return
	}
	n := m.ops.enter(me)
	if len(m.turns) == 0 {
		m.resume(me)
		return
	}
	if t := &m.turns[0]; t.path != me.path || t.count != n || t.until != opAt(me.site) {
		m.resume(me)
		return
	}
	me.state = runnable
	emit(event.GoYield, me.id, 0, 0, 0, int32(event.Switched), me.site)
	m.leave(me, event.Switched)
	endTurn(me, false)
	if next := next(); next != me {
		switchTo(me, next)
	}
	beginTurn(me)
}

func (m *held) leave(g *g, why event.Why) {
	m.flat.leave(g, why)
	m.drop(g)
}

// drop ends the turn at hand, which was g's.
func (m *held) drop(g *g) {
	if len(m.turns) > 0 && m.turns[0].path == g.path {
		m.turns = m.turns[1:]
	}
}

func (m *held) dispatch() *g {
	for len(m.turns) > 0 {
		t := m.turns[0]
		if strings.HasPrefix(t.path, "@") && !slices.ContainsFunc(m.could, func(g *g) bool { return g.path == t.path }) {
			m.fire(t.path)
			m.turns = m.turns[1:]
			continue
		}
		i := slices.IndexFunc(m.could, func(g *g) bool { return g.path == t.path })
		if i < 0 {
			if len(m.could) == 0 && pending == 0 {
				return nil // it has come to a standstill early
			}
			m.misfit("goroutine " + t.path + " cannot run where the schedule wants it")
		}
		g := m.take(i)
		m.start(g)
		return g
	}
	for len(m.could) == 0 {
		if _, ok := nextTimer(); !ok {
			return nil
		}
		m.fireTimer(timers[0][0])
	}
	g := m.take(0)
	m.start(g)
	return g
}

// fire fires the timer of that name.
func (m *held) fire(path string) {
	for _, t := range timers[0] {
		if t.path() == path {
			m.fireTimer(t)
			return
		}
	}
	m.misfit("timer " + path + " is not set where the schedule fires it")
}

func (m *held) fireTimer(t *Timer) {
	if d := t.when - heldClock; d > 0 {
		heldClock = t.when
		m.clock += d
		setClock(m.clock, m.clock)
	}
	fire(t)
}

func (m *held) start(g *g) {
	m.run, g.proc, g.state = g, 0, running
	setClock(m.clock, m.clock)
	emitAt(event.GoStart, g.id, 0, 0, 0, int32(event.ByPolicy), g.site, 0)
	m.resume(g)
}

func (m *held) resume(*g) { setClock(m.clock, m.clock+timeSlice) }

func (m *held) pass(me, next *g) {
	m.drop(me)
	m.flat.pass(me, next)
	if len(m.turns) > 0 && m.turns[0].path != next.path {
		m.misfit("goroutine " + next.path + " runs where the schedule wants " + m.turns[0].path)
	}
	m.resume(next)
}

// opName names operations by the function that they are in and what they are
// about there.
type opName struct{ fn, name string }

// opNames are those of operations, by site, as far as they were asked for; there
// is room for them while the same ones are asked for in run after run.
var opNames []opName

// opAt is the name of operations at a site.
func opAt(site uint16) opName {
	if int(site) >= len(opNames) {
		return nameOp(site)
	}
	n := &opNames[site]
	if n.name == "" {
		*n = nameOp(site)
	}
	return *n
}

func nameOp(site uint16) opName {
	if site == 0 || int(site) > len(table.Sites) {
		return opName{"-", "-"}
	}
	s := table.Sites[site-1]
	name := strings.ReplaceAll(strings.TrimLeft(table.Names[s.Name], "!="), "/", "_") // the last one ends FUNC
	return opName{orDash(table.Funcs[s.Func]), orDash(name)}
}

func orDash(s string) string {
	if s = strings.Join(strings.Fields(s), "_"); s == "" {
		return "-"
	}
	return s
}

// String is FUNC/NAME.
func (o opName) String() string { return o.fn + "/" + o.name }

// opCounts counts the operations that goroutines have come to.
type opCounts map[uint32]map[opName]int

// enter counts the operation at g's site, and returns which it is of its name.
func (c opCounts) enter(g *g) int {
	of := c[g.id]
	if of == nil {
		of = map[opName]int{}
		c[g.id] = of
	}
	op := opAt(g.site)
	of[op]++
	return of[op]
}
