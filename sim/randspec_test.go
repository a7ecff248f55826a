package sim_test

import (
	"fmt"
	"slices"
)

// What Go's specification lets a random program do, found by trying
// everything: neither the model nor the real runtime has a hand in it.

// specState is a random program on its way. The zero value of a goroutine's
// at is its first step; within is how far it is inside of a step with locks.
type specState struct {
	prog   *randProg
	at     []int
	within []int
	parked []bool // in a send, receive or select
	buf    [][]int
	closed []bool
	locked []bool
	x      int
	seen   []string
}

// outcomes are all that the program can print, "deadlock" and panics. The
// search gives up, with ok false, after so many states.
func (p randProg) outcomes(limit int) (found map[string]bool, ok bool) {
	s := &specState{
		prog: &p, at: make([]int, len(p.gos)), within: make([]int, len(p.gos)), parked: make([]bool, len(p.gos)),
		buf: make([][]int, len(p.caps)), closed: make([]bool, len(p.caps)), locked: make([]bool, p.locks), seen: make([]string, len(p.gos)),
	}
	found, known := map[string]bool{}, map[string]bool{}
	todo := []*specState{s}
	for len(todo) > 0 {
		s := todo[len(todo)-1]
		todo = todo[:len(todo)-1]
		if key := s.key(); known[key] {
			continue
		} else {
			known[key] = true
		}
		if len(known) > limit {
			return nil, false
		}
		if s.finished() {
			found[fmt.Sprintln(s.x, s.seen)] = true
			continue
		}
		moved := false
		for g := range p.gos {
			next, panics := s.moves(g)
			for _, p := range panics {
				found["panic: "+p] = true
			}
			moved = moved || len(next)+len(panics) > 0
			todo = append(todo, next...)
		}
		if !moved {
			found["deadlock"] = true
		}
	}
	return found, true
}

func (s *specState) key() string {
	return fmt.Sprint(s.at, s.within, s.parked, s.buf, s.closed, s.locked, s.x) + fmt.Sprintf("%q", s.seen)
}

func (s *specState) finished() bool {
	for g, steps := range s.prog.gos {
		if s.at[g] < len(steps) {
			return false
		}
	}
	return true
}

func (s *specState) clone() *specState {
	c := *s
	c.at, c.within, c.parked, c.closed = slices.Clone(s.at), slices.Clone(s.within), slices.Clone(s.parked), slices.Clone(s.closed)
	c.locked, c.seen, c.buf = slices.Clone(s.locked), slices.Clone(s.seen), slices.Clone(s.buf)
	return &c
}

// moves are the states to which goroutine g can go on by itself, and the
// panics with which it can end the program.
func (s *specState) moves(g int) (next []*specState, panics []string) {
	if s.parked[g] || s.at[g] == len(s.prog.gos[g]) {
		return nil, nil
	}
	a := s.prog.gos[g][s.at[g]]
	switch a.op {
	case doLocked, doNested:
		return s.lockMoves(g, a), nil
	case doClose:
		return s.closeMoves(g, a.c)
	case doSelect:
		for i, k := range a.cases {
			n, p := s.commMoves(g, k, i)
			next, panics = append(next, n...), append(panics, p...)
		}
	default:
		next, panics = s.commMoves(g, a, -1)
	}
	if len(next)+len(panics) > 0 {
		return next, panics
	}
	n := s.clone()
	if a.or {
		n.see(g, fmt.Sprint("default"))
		n.at[g]++
	} else {
		n.parked[g] = true
	}
	return []*specState{n}, nil
}

func (s *specState) see(g int, text string) { s.seen[g] += text + ";" }

// lockMoves are the steps through one or two locks, one at a time.
func (s *specState) lockMoves(g int, a action) []*specState {
	n := s.clone()
	wanted := []int{a.c, a.d}
	if a.op == doLocked {
		wanted = wanted[:1]
	}
	if i := s.within[g]; i < len(wanted) {
		if s.locked[wanted[i]] {
			return nil
		}
		n.locked[wanted[i]] = true
		n.within[g]++
		return []*specState{n}
	}
	n.x = n.x*10 + g + 1
	for _, l := range wanted {
		n.locked[l] = false
	}
	n.within[g] = 0
	n.at[g]++
	return []*specState{n}
}

func (s *specState) closeMoves(g, c int) ([]*specState, []string) {
	if s.closed[c] {
		return nil, []string{"close of closed channel"}
	}
	n := s.clone()
	n.closed[c] = true
	n.at[g]++
	for other := range s.prog.gos {
		send, recv := s.waits(other, c)
		if len(send) > 0 && len(recv) == 0 {
			return nil, []string{"send on closed channel"}
		}
		if len(send) > 0 { // in a select on both, close lets one of them through
			return []*specState{n.released(other, recv[0], 0, false)}, []string{"send on closed channel"}
		}
	}
	states := []*specState{n}
	for other := range s.prog.gos {
		_, recv := s.waits(other, c)
		var more []*specState
		for _, k := range recv {
			for _, n := range states {
				more = append(more, n.released(other, k, 0, false))
			}
		}
		if len(recv) > 0 {
			states = more
		}
	}
	return states, nil
}

// waits are the cases (-1: the step itself) with which a parked goroutine
// waits to send on c, and to receive from it.
func (s *specState) waits(g, c int) (send, recv []int) {
	if !s.parked[g] {
		return nil, nil
	}
	a := s.prog.gos[g][s.at[g]]
	sort := func(i int, k action) {
		switch {
		case k.c != c:
		case k.op == doSend:
			send = append(send, i)
		case k.op == doRecv:
			recv = append(recv, i)
		}
	}
	if a.op != doSelect {
		sort(-1, a)
	}
	for i, k := range a.cases {
		sort(i, k)
	}
	return send, recv
}

// released is the state in which a parked goroutine is through with a case.
func (s *specState) released(g, i, v int, ok bool) *specState {
	n := s.clone()
	n.parked[g] = false
	n.through(g, i, v, ok)
	return n
}

// through notes what a goroutine sees when a communication is done.
func (s *specState) through(g, i, v int, ok bool) {
	a := s.prog.gos[g][s.at[g]]
	op := a.op
	label := ""
	if i >= 0 {
		op = a.cases[i].op
		label = fmt.Sprint("case", i)
	}
	switch {
	case op == doRecv && i >= 0:
		s.see(g, fmt.Sprint("case", i, v, ok))
	case op == doRecv:
		s.see(g, fmt.Sprint(v, ok))
	case i >= 0:
		s.see(g, label)
	}
	s.at[g]++
}

// commMoves are the ways in which a send or receive can be done at once.
func (s *specState) commMoves(g int, k action, i int) (next []*specState, panics []string) {
	c := k.c
	if k.op == doSend {
		if s.closed[c] {
			return nil, []string{"send on closed channel"}
		}
		for other := range s.prog.gos {
			_, recv := s.waits(other, c)
			for _, r := range recv {
				n := s.released(other, r, k.value, true)
				n.through(g, i, 0, false)
				next = append(next, n)
			}
		}
		if len(next) == 0 && len(s.buf[c]) < s.prog.caps[c] {
			n := s.clone()
			n.buf[c] = append(slices.Clone(n.buf[c]), k.value)
			n.through(g, i, 0, false)
			next = append(next, n)
		}
		return next, nil
	}
	for other := range s.prog.gos {
		send, _ := s.waits(other, c)
		for _, w := range send {
			n := s.released(other, w, 0, false)
			values := append(slices.Clone(n.buf[c]), s.sends(other, w))
			n.buf[c] = values[1:]
			n.through(g, i, values[0], true)
			next = append(next, n)
		}
	}
	switch {
	case len(next) > 0:
	case len(s.buf[c]) > 0:
		n := s.clone()
		v := n.buf[c][0]
		n.buf[c] = n.buf[c][1:]
		n.through(g, i, v, true)
		next = append(next, n)
	case s.closed[c]:
		n := s.clone()
		n.through(g, i, 0, false)
		next = append(next, n)
	}
	return next, nil
}

// sends is the value that a parked goroutine offers in a case.
func (s *specState) sends(g, i int) int {
	a := s.prog.gos[g][s.at[g]]
	if i >= 0 {
		return a.cases[i].value
	}
	return a.value
}
