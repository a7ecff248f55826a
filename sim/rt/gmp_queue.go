package rt

import (
	"slices"

	"interleave/sim/event"
)

// localSize is the capacity of a P's queue: len(p.runq) in runtime2.go.
const localSize = 256

// putNext is runqput with next set: the goroutine kicked out of runnext goes
// to the tail of the local queue.
func (m *gmp) putNext(p *proc, g *g) {
	old := p.runnext
	p.runnext = g
	emitAt(event.Enqueue, 0, 0, g.id, 0, int32(event.RunNext), 0, p.id)
	if old != nil {
		m.putLocal(p, old)
	}
}

// putLocal is runqput without next: a full queue gives half of itself to the
// global one first (runqputslow).
func (m *gmp) putLocal(p *proc, g *g) {
	if len(p.local) < localSize {
		p.local = append(p.local, g)
		emitAt(event.Enqueue, 0, 0, g.id, 0, int32(event.Local), 0, p.id)
		return
	}
	half := slices.Clone(p.local[:localSize/2])
	p.local = append(p.local[:0], p.local[localSize/2:]...)
	for _, h := range append(half, g) {
		m.putGlobal(h)
	}
}

// putGlobal is globrunqput: the tail of the global queue.
func (m *gmp) putGlobal(g *g) {
	m.global = append(m.global, g)
	emitAt(event.Enqueue, 0, 0, g.id, 0, int32(event.Global), 0, event.NoP)
}

// putGlobalHead is globrunqputhead.
func (m *gmp) putGlobalHead(g *g) {
	m.global = slices.Insert(m.global, 0, g)
	emitAt(event.Enqueue, 0, 0, g.id, 0, int32(event.GlobalHead), 0, event.NoP)
}

// get is runqget: runnext, which shares the time slice of who ran last, and
// then the head of the local queue.
func (p *proc) get() (*g, event.Why) {
	if g := p.runnext; g != nil {
		p.runnext = nil
		return g, event.FromRunNext
	}
	if len(p.local) > 0 {
		return p.pop(), event.FromLocal
	}
	return nil, 0
}

func (p *proc) pop() *g {
	g := p.local[0]
	p.local[0] = nil
	p.local = p.local[1:]
	return g
}

// hasWork is !runqempty.
func (p *proc) hasWork() bool { return p.runnext != nil || len(p.local) > 0 }

// popGlobal is globrunqget.
func (m *gmp) popGlobal() *g {
	g := m.global[0]
	m.global[0] = nil
	m.global = m.global[1:]
	return g
}

// getBatch is globrunqgetbatch: p runs the head of the global queue and takes
// its share of the rest, half a local queue at most.
func (m *gmp) getBatch(p *proc) *g {
	n := min(localSize/2, len(m.global), len(m.global)/len(m.ps)+1)
	first := m.popGlobal()
	for range n - 1 {
		g := m.popGlobal()
		p.local = append(p.local, g)
		emitAt(event.Enqueue, 0, 0, g.id, 0, int32(event.Local), 0, p.id)
	}
	return first
}

// stealOrder is randomOrder: which Ps a thief visits, in an order that begins
// anywhere and goes on in steps that have no divisor in common with the number
// of Ps.
type stealOrder struct {
	n     int
	steps []int
}

func (o *stealOrder) reset(n int) {
	o.n, o.steps = n, o.steps[:0]
	for i := 1; i <= n; i++ {
		if gcd(i, n) == 1 {
			o.steps = append(o.steps, i)
		}
	}
}

func gcd(a, b int) int {
	for b != 0 {
		a, b = b, a%b
	}
	return a
}

// round is randomEnum: one visit of all Ps.
type round struct{ at, step, left, n int }

// start is randomOrder.start for a random number.
func (o *stealOrder) start(r uint32) round {
	i := int(r)
	return round{at: i % o.n, step: o.steps[i/o.n%len(o.steps)], left: o.n, n: o.n}
}

// next returns the number of the P to visit; false after the last one.
func (r *round) next() (int, bool) {
	if r.left == 0 {
		return 0, false
	}
	i := r.at
	r.at, r.left = (r.at+r.step)%r.n, r.left-1
	return i, true
}
