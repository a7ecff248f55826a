package sim_test

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
)

// A randProg is a random concurrent program: main starts the goroutines, does
// its own steps, waits for all and prints what everybody has seen.
type randProg struct {
	caps  []int      // of the channels
	locks int        // how many there are
	gos   [][]action // goroutine 0 is main
}

// An action is a step of a goroutine.
type action struct {
	op    actionOp
	c     int      // channel, or lock
	d     int      // second lock
	value int      // to send
	cases []action // of a select: sends and receives
	or    bool     // a select has a default
}

type actionOp int

const (
	doSend actionOp = iota
	doRecv
	doClose
	doSelect
	doLocked // lock c, change the shared variable, unlock
	doNested // lock c, lock d, change, unlock both
	numActions
)

// newRandProg returns a program with so many goroutines beside main, each of
// so many steps at most.
func newRandProg(r *rand.Rand, goroutines, steps int) randProg {
	p := randProg{locks: 2}
	for range 1 + r.IntN(3) {
		p.caps = append(p.caps, r.IntN(3)/2*(1+r.IntN(2)))
	}
	value := 0
	p.gos = make([][]action, goroutines+1)
	for g := range p.gos {
		for range 1 + r.IntN(steps) {
			p.gos[g] = append(p.gos[g], p.action(r, &value))
		}
	}
	return p
}

func (p randProg) action(r *rand.Rand, value *int) action {
	a := action{op: []actionOp{doSend, doSend, doSend, doRecv, doRecv, doRecv, doSelect, doSelect, doLocked, doNested, doClose}[r.IntN(11)]}
	*value++
	a.value = *value
	switch a.op {
	case doLocked, doNested:
		a.c = r.IntN(p.locks)
		a.d = 1 - a.c
	case doSelect:
		for range 1 + r.IntN(3) {
			*value++
			a.cases = append(a.cases, action{op: actionOp(r.IntN(2)), c: r.IntN(len(p.caps)), value: *value})
		}
		a.or = r.IntN(3) == 0
	default:
		a.c = r.IntN(len(p.caps))
	}
	return a
}

// source is the program in Go.
func (p randProg) source() []byte {
	var b strings.Builder
	fmt.Fprintf(&b, "package main\n\nimport (\n\t\"fmt\"\n\t\"sync\"\n)\n\nvar (\n")
	for c, n := range p.caps {
		fmt.Fprintf(&b, "\tc%d = make(chan int, %d)\n", c, n)
	}
	fmt.Fprintf(&b, "\tl [%d]sync.Mutex\n\tx int\n\tseen [%d]string\n\twg sync.WaitGroup\n)\n\n", p.locks, len(p.gos))
	b.WriteString("func see(g int, a ...any) { seen[g] += fmt.Sprint(a...) + \";\" }\n\nfunc main() {\n")
	for g := 1; g < len(p.gos); g++ {
		fmt.Fprintf(&b, "wg.Go(g%d)\n", g)
	}
	b.WriteString("g0()\nwg.Wait()\nfmt.Println(x, seen)\n}\n")
	for g, steps := range p.gos {
		fmt.Fprintf(&b, "\nfunc g%d() {\n", g)
		for _, a := range steps {
			b.WriteString(a.source(g))
		}
		b.WriteString("}\n")
	}
	return []byte(b.String())
}

func (a action) source(g int) string {
	change := fmt.Sprintf("x = x*10 + %d", g+1)
	switch a.op {
	case doSend:
		return fmt.Sprintf("c%d <- %d\n", a.c, a.value)
	case doRecv:
		return fmt.Sprintf("{ v, ok := <-c%d; see(%d, v, ok) }\n", a.c, g)
	case doClose:
		return fmt.Sprintf("close(c%d)\n", a.c)
	case doLocked:
		return fmt.Sprintf("l[%d].Lock(); %s; l[%[1]d].Unlock()\n", a.c, change)
	case doNested:
		return fmt.Sprintf("l[%d].Lock(); l[%d].Lock(); %s; l[%[2]d].Unlock(); l[%[1]d].Unlock()\n", a.c, a.d, change)
	}
	var b strings.Builder
	b.WriteString("select {\n")
	for i, k := range a.cases {
		if k.op == doSend {
			fmt.Fprintf(&b, "case c%d <- %d: see(%d, \"case\", %d)\n", k.c, k.value, g, i)
		} else {
			fmt.Fprintf(&b, "case v, ok := <-c%d: see(%d, \"case\", %d, v, ok)\n", k.c, g, i)
		}
	}
	if a.or {
		fmt.Fprintf(&b, "default: see(%d, \"default\")\n", g)
	}
	return b.String() + "}\n"
}

// smaller are the programs with a goroutine, a step or a case less.
func (p randProg) smaller() (list []randProg) {
	for g := len(p.gos) - 1; g > 0; g-- {
		q := p.clone()
		q.gos = slices.Delete(q.gos, g, g+1)
		list = append(list, q)
	}
	for g, steps := range p.gos {
		for i, a := range steps {
			q := p.clone()
			q.gos[g] = slices.Delete(q.gos[g], i, i+1)
			list = append(list, q)
			for k := range a.cases {
				q := p.clone()
				q.gos[g][i].cases = slices.Delete(slices.Clone(a.cases), k, k+1)
				list = append(list, q)
			}
		}
	}
	return list
}

func (p randProg) clone() randProg {
	p.gos = slices.Clone(p.gos)
	for g := range p.gos {
		p.gos[g] = slices.Clone(p.gos[g])
	}
	return p
}

// shrink returns the smallest program found that still fails.
func (p randProg) shrink(fails func(randProg) bool) randProg {
	for {
		i := slices.IndexFunc(p.smaller(), fails)
		if i < 0 {
			return p
		}
		p = p.smaller()[i]
	}
}
