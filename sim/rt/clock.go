package rt

import "math"

// What operations cost in virtual nanoseconds: round figures near what the
// real runtime needs on a current machine, so that pictures have honest
// proportions. Loop back-edges cost 1.
//
// BenchmarkCosts prints what they take on the machine at hand beside what is
// said here; costSpin and costSearch it cannot measure.
const (
	costTick    = 1       // a loop's back-edge
	costChan    = 25      // send, receive or close that need not wait
	costSelect  = 80      // select
	costLock    = 10      // Lock, Unlock and their like
	costSpin    = 300     // waiting for a lock without sleeping, once (30 PAUSE instructions)
	costAtomic  = 5       // an operation of sync/atomic
	costGo      = 150     // a go statement
	costSwitch  = 100     // schedule(): from one goroutine to the next on a P
	costTimer   = 80      // setting or stopping a timer
	costCall    = 50      // entering a system call
	costWrite   = 1_000   // a write to standard output …
	costByte    = 1.0 / 4 // … and each of its bytes
	costSyscall = 300     // a system call that does little
	costWake    = 5_000   // from waking a parked thread to its first look at the queues
	costThread  = 15_000  // the same with a thread that has to be made first
	costSearch  = 500     // a thief's rounds over the other Ps without finding anything
	costStop    = 10_000  // stopping the world

	timeSlice = 10_000_000 // forcePreemptNS in runtime/proc.go: 10 ms
)

// The clock of the running goroutine: now() = horizon - budget.
var (
	budget  int64 = math.MaxInt64 // ns left until the machine looks again
	horizon int64 = math.MaxInt64 // when that is
	always  bool                  // the machine looks at every operation

	// floor is what budget has to be, at least, for an operation to take the
	// short way through a lock: more than any budget while somebody wants to
	// know of each operation.
	floor int64
)

func now() int64 { return horizon - budget }

// setClock makes t the present and lets the running goroutine go on until h.
func setClock(t, h int64) { horizon, budget = h, h-t }

// lookBy makes the machine look again at h, if it would not do so earlier.
func lookBy(h int64) {
	if h < horizon && !byName {
		budget -= horizon - h
		horizon = h
	}
}

// lookAlways makes the machine look at every operation, or no more.
func lookAlways(yes bool) {
	always = yes
	setFloor()
}

// setFloor is called when it is known who watches.
func setFloor() {
	floor = 0
	if tracing || always || hb || bubbled > 0 {
		floor = math.MaxInt64
	}
}

// Tick is called at the head of every loop's body: a back-edge costs one
// virtual ns, and a loop that does nothing else can still be pre-empted and
// stopped.
func Tick() {
	if budget -= costTick; budget < 0 {
		look()
	}
}

// spend is a Tick that takes d ns.
func spend(d int64) {
	if budget -= d; budget < 0 {
		look()
	}
}

// linger is spend in the midst of an operation: the goroutine does not get
// ahead of the other Ps, as it does in a loop.
func linger(d int64) {
	if budget -= d; budget < 0 {
		chargeCPU()
		mach.look(cur, true)
	}
}

// Work keeps the running goroutine busy for d ns, in which it may be
// pre-empted. What it does meanwhile nobody sees, so it may get ahead of other
// Ps by a step.
func Work(d int64) {
	if exploring {
		return
	}
	for d > 0 {
		n := min(d, workStep)
		d -= n
		spend(n)
	}
}

const workStep = timeSlice / 100

// point begins an operation of the running goroutine: a scheduling point.
// After it every other P's clock is at or past this one.
func point(cost int64) {
	if budget -= cost; budget < 0 || always {
		lookAtPoint()
	}
}

func look() {
	if exploring {
		ex.backEdge()
		return
	}
	chargeCPU()
	mach.look(cur, false)
}

func lookAtPoint() {
	if exploring {
		me := cur
		if next := ex.stop(me); next != me {
			me.state = runnable
			if s := slotOf(me, next); s.odd { // slot.swap, as in park
				s.odd = false
				s.yield(struct{}{})
			} else {
				s.odd = true
				s.next()
			}
			if unwinding {
				panic(theEnd)
			}
		}
		return
	}
	cur.points++
	chargeCPU()
	cur.pointAt = cpuMark
	if events() >= conf.cut {
		endTurn(cur, false)
		cutOff()
	}
	mach.look(cur, true)
}

// cpu is the virtual CPU time used so far by all goroutines, counted up to
// cpuMark on the running one's clock.
var cpu, cpuMark int64

// chargeCPU counts what the running goroutine has used since it was last
// asked, ends a run that never will, and lets what is buffered out to the
// host from time to time.
func chargeCPU() {
	t := now()
	cpu += t - cpuMark
	cpuMark = t
	if cpu > conf.maxCPU {
		finish(outcomeSteps, 2, "")
	}
	flushIfOld()
}
