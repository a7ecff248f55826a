package rt

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"interleave/sim/event"
)

// A schedule is text, one turn a line:
//
//	PATH POINTS TICKS [CASE,CASE…] [# where it ended]
//
// PATH is the goroutine's place in the tree of go statements ("1" is main,
// "1.2" the second goroutine that main started). It runs until it has entered
// POINTS operations in this turn and then spent TICKS ns in loops, or until it
// waits, yields or ends if POINTS is "-". The CASEs are the choices of its selects, in
// order. When the schedule is used up the run goes on first in, first out, or
// by hand.
//
//	seed N
//
// before the turns says what the program's random numbers and the order of its
// maps follow from, whatever the run was told.
type turn struct {
	path   string
	points int64 // -1: until it waits or ends
	ticks  int64
	cases  []int
}

func parseSchedule(text string) ([]turn, error) {
	var ts []turn
	for i, line := range strings.Split(text, "\n") {
		line, _, _ = strings.Cut(line, "#")
		f := strings.Fields(line)
		if len(f) == 0 || f[0] == seedWord {
			continue
		}
		if len(f) < 3 || len(f) > 4 {
			return nil, fmt.Errorf("schedule, line %d: %d fields, want PATH POINTS TICKS [CASES]", i+1, len(f))
		}
		t := turn{path: f[0], points: -1}
		var err error
		if f[1] != "-" {
			if t.points, err = strconv.ParseInt(f[1], 10, 64); err != nil {
				return nil, fmt.Errorf("schedule, line %d: points: %w", i+1, err)
			}
		}
		if t.ticks, err = strconv.ParseInt(f[2], 10, 64); err != nil {
			return nil, fmt.Errorf("schedule, line %d: ticks: %w", i+1, err)
		}
		if len(f) == 4 {
			for _, c := range strings.Split(f[3], ",") {
				n, err := strconv.Atoi(c)
				if err != nil {
					return nil, fmt.Errorf("schedule, line %d: case: %w", i+1, err)
				}
				t.cases = append(t.cases, n)
			}
		}
		ts = append(ts, t)
	}
	return ts, nil
}

// seedWord begins the line of a schedule that says its seed.
const seedWord = "seed"

// takeSeed takes the seed that a schedule names, if it does.
func takeSeed(schedule string) error {
	for line := range strings.Lines(schedule) {
		f := strings.Fields(line)
		if len(f) == 0 || f[0] == heldMark || strings.HasPrefix(f[0], "#") {
			continue
		}
		if f[0] != seedWord {
			break
		}
		seed, err := strconv.ParseUint(strings.Join(f[1:], " "), 10, 64)
		if err != nil {
			return fmt.Errorf("schedule: seed: %w", err)
		}
		conf.seed = seed
		break
	}
	return nil
}

// replay is the machine that follows a schedule: a flat machine whose turns
// end where the schedule says.
type replay struct {
	flat
	turns []turn
	rng   rng
	then  policy // once the schedule is used up; nil is first in, first out
}

func newReplay(turns []turn, seed uint64, then policy) *replay {
	m := &replay{turns: turns, rng: newRNG(seed, 1), then: then}
	m.pol = m
	always = true
	return m
}

func (m *replay) everyPoint() bool { return true }
func (m *replay) gaveWay(*g)       {}
func (m *replay) why() event.Why   { return event.ByPolicy }

// pick is asked only once the schedule is used up.
func (m *replay) pick([]*g, bool) int { return 0 }

// dispatch begins the next turn. Time passes until its goroutine is runnable;
// if that does not help, the schedule does not fit the program.
func (m *replay) dispatch() *g {
	m.timers()
	for range maxJumps {
		if len(m.turns) == 0 {
			m.usedUp()
			return m.flat.dispatch()
		}
		t := &m.turns[0]
		i := slices.IndexFunc(m.could, func(g *g) bool { return g.path == t.path })
		if i >= 0 {
			g := m.take(i)
			m.start(g)
			if t.points == 0 {
				setClock(m.clock, m.clock+max(t.ticks, 1)-1)
			}
			return g
		}
		when, ok := nextTimer()
		if !ok {
			break
		}
		m.clock = max(m.clock, when)
		m.timers()
	}
	if len(m.could) == 0 {
		return nil
	}
	finish(outcomeDiverged, 125, "goroutine "+m.turns[0].path+" cannot run where the schedule wants it")
	return nil
}

// usedUp lets another policy decide from now on, if there is one.
func (m *replay) usedUp() {
	if m.then != nil {
		m.pol = m.then
	}
}

// maxJumps bounds how many timers are waited for before a turn's goroutine is
// said not to become runnable.
const maxJumps = 10_000

func (m *replay) choose(n int) int {
	if len(m.turns) == 0 || len(m.turns[0].cases) == 0 {
		return m.rng.intn(n)
	}
	t := &m.turns[0]
	c := t.cases[0]
	t.cases = t.cases[1:]
	if c >= n {
		finish(outcomeDiverged, 125, "a select has fewer ready cases than the schedule wants")
	}
	return c
}

// leave ends a turn: its goroutine waits, ends or yields.
func (m *replay) leave(g *g, why event.Why) {
	m.flat.leave(g, why)
	if len(m.turns) > 0 {
		m.turns = m.turns[1:]
	}
}

// pass ends a turn and begins the next, which has to be that of next.
func (m *replay) pass(me, next *g) {
	m.flat.pass(me, next)
	if len(m.turns) > 0 {
		m.turns = m.turns[1:]
	}
	if len(m.turns) == 0 {
		return
	}
	t := m.turns[0]
	if t.path != next.path {
		finish(outcomeDiverged, 125, "goroutine "+next.path+" runs where the schedule wants "+t.path)
	}
	if t.points == 0 {
		setClock(m.clock, m.clock+max(t.ticks, 1)-1)
	}
}

// canSpin lets a goroutine wait for a lock without sleeping where the schedule
// stops it before it could sleep: where it was recorded it did so.
func (m *replay) canSpin(int) bool {
	return len(m.turns) > 0 && m.turns[0].points == cur.points
}

func (m *replay) look(me *g, atOp bool) {
	if len(m.turns) == 0 && m.then != nil {
		m.usedUp()
		m.flat.look(me, atOp)
		return
	}
	m.clock = now()
	m.timers()
	if len(m.turns) == 0 {
		m.goOn(me)
		return
	}
	t := &m.turns[0]
	switch {
	case t.points < 0 || me.points < t.points:
		m.goOn(me)
	case atOp && t.ticks > 0:
		setClock(m.clock, m.clock+t.ticks-1)
	default:
		m.preempt(me)
	}
}

// goOn lets me run for as long as its turn lasts; timers that are due
// meanwhile are fired at the next look.
func (m *replay) goOn(me *g) {
	me.sliceEnd = m.clock + timeSlice
	m.resume(me)
}

// preempt ends me's turn though it could go on, and begins the next one.
func (m *replay) preempt(me *g) {
	me.state = runnable
	emit(event.GoYield, me.id, 0, 0, 0, int32(event.Switched), me.site)
	m.leave(me, event.Switched)
	endTurn(me, false)
	if next := m.dispatch(); next != me {
		switchTo(me, next)
	}
	beginTurn(me)
}

// recordTurn adds the turn of me, which ends now, to the recorded schedule.
func recordTurn(me *g, byItself bool) {
	points, ticks := "-", int64(0)
	if !byItself {
		points = strconv.FormatInt(me.points, 10)
		ticks = cpuMark - me.pointAt
	}
	recorded = append(recorded, me.path...)
	recorded = append(recorded, ' ')
	recorded = append(recorded, points...)
	recorded = append(recorded, ' ')
	recorded = strconv.AppendInt(recorded, ticks, 10)
	for i, c := range me.chosen {
		recorded = append(recorded, " ,"[min(i, 1)])
		recorded = strconv.AppendInt(recorded, int64(c), 10)
	}
	recorded = append(recorded, '\n')
	me.chosen = me.chosen[:0]
}

var recorded []byte
