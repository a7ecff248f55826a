package rt

import (
	"math"
	"reflect"
	"time"
	"unsafe"

	"interleave/sim/event"
)

type durationT = time.Duration

// epoch is when virtual time begins: the Playground's, 2009-11-10 23:00 UTC.
const epoch = 1257894000 * int64(time.Second)

// Now is the virtual time, in a bubble the bubble's, in ns since 1970.
func Now() int64 {
	Tick()
	if b := cur.bubble; b != nil {
		return b.now
	}
	if byName {
		lookedAtClock()
	}
	return epoch + clockNow()
}

// A Timer is the mechanism below time.Timer, time.Ticker, time.AfterFunc and
// time.Sleep.
type Timer struct {
	id      uint32
	index   int32 // in its heap; -1 if not pending
	p       uint8 // the P whose heap it is or was in last
	hasChan bool  // it is a chanTimer
	when    int64
	seq     uint64
	period  int64
	f       func()
	sleep   *g
	hb      *timeline
	bubble  *Bubble // on whose clock it is
	owner   string  // who made it, while names are wanted …
	number  int     // … and how many it had made by then
	kin     uint64  // of the goroutine that it starts
	site    uint16  // where it was made
	stopped bool    // since it was last set
	unowned bool    // nobody can stop it
	awaited bool    // a goroutine waited for it when main returned
}

var (
	timers   [maxProcs]timerHeap // each P's own (p.timers in runtime2.go)
	heaps    int                 // how many of them were ever used
	pending  int                 // how many timers there are in all of them
	timerSeq uint64
	useful   int  // pending timers that can wake somebody without a receiver
	inTimer  bool // a timer acts, not the running goroutine
)

var timeElem = elemOf((*time.Time)(nil))

// A ChanTimer is what a time.Timer or time.Ticker of the model is.
type ChanTimer struct {
	// C receives the time.
	C <-chan time.Time
	// T is nil if nobody made the timer.
	T *Timer
}

// A chanTimer is a timer with its channel, in one piece of memory.
type chanTimer struct {
	Timer
	ChanTimer
	ch   hchan
	room time.Time
}

// own notes who makes t.
func (t *Timer) own() {
	cur.timers++
	t.owner, t.number, t.kin = cur.path, cur.timers, kinOf(cur.kin, -cur.timers)
	t.site = cur.site
	t.owner, t.number = cur.path, cur.timers
}

// channel returns the channel of a timer that has one, which nobody is told of
// before it is used.
func (t *Timer) channel() *hchan { return &(*chanTimer)(unsafe.Pointer(t)).ch }

// timer returns the timer of a channel that has one.
func (c *hchan) timer() *Timer {
	return (*Timer)(unsafe.Add(unsafe.Pointer(c), -int(unsafe.Offsetof(chanTimer{}.ch))))
}

func (t *Timer) channelName() string {
	if t.period > 0 {
		return "Ticker.C"
	}
	return "Timer.C"
}

// NewTimer returns a timer that sends the time on its channel, again every
// period ns if that is not 0.
func NewTimer(d, period int64) *ChanTimer {
	touchClock()
	point(costTimer)
	t := &chanTimer{Timer: Timer{index: -1, hasChan: true, period: period, bubble: cur.bubble}}
	t.own()
	c := &t.ch
	c.timed, c.mark, c.dataqsiz, c.elemsize, c.elem, c.buf = true, chanMark, 1, uint16(timeElem.size), timeElem, unsafe.Pointer(&t.room)
	c.site, c.bubble = cur.site, cur.bubble
	typ := "time.Timer"
	if period > 0 {
		typ = "time.Ticker"
	}
	t.id = newObj(event.Timer, "", typ, cur.site)
	t.set(d)
	t.T, t.C = &t.Timer, *(*<-chan time.Time)(unsafe.Pointer(&c))
	return &t.ChanTimer
}

// Unowned says that nobody has the timer, who could stop it, but its channel.
func (t *Timer) Unowned() { t.unowned = true }

// AfterFunc returns a timer that starts f in a goroutine of its own.
func AfterFunc(d int64, f func()) *Timer {
	touchClock()
	point(costTimer)
	t := &Timer{index: -1, f: f, bubble: cur.bubble}
	t.own()
	t.id = newObj(event.Timer, "", "time.AfterFunc", cur.site)
	t.set(d)
	return t
}

// Sleep parks the running goroutine for d ns of virtual time.
func Sleep(d int64) {
	touchClock()
	point(costTimer)
	if d <= 0 {
		return
	}
	me := cur
	t := &Timer{index: -1, sleep: me, bubble: me.bubble}
	t.own()
	t.push(t.clock() + d)
	emitDur(event.Sleep, me.id, 0, d, me.bubble.event())
	park(event.SleepWait, 0, 0)
}

func emitDur(k event.Kind, g, obj uint32, d int64, val event.Val) {
	if !tracing {
		return
	}
	r := event.Record{T: uint64(now()), G: event.GID(g), Obj: event.ObjID(obj), Val: val, Site: cur.site, Kind: k, P: cur.proc}
	r.SetDur(d)
	put(r)
}

func (t *Timer) push(when int64) {
	if b := t.bubble; b != nil {
		b.pushed(t, when)
		return
	}
	timerSeq++
	t.when, t.seq = when, timerSeq
	if !t.hasChan {
		useful++
	}
	p := 0
	if cur.proc != event.NoP {
		p = int(cur.proc)
	}
	heaps = max(heaps, p+1)
	timers[p].push(t, uint8(p))
	pending++
	lookBy(when)
}

func (t *Timer) drop() bool {
	if t.index < 0 {
		return false
	}
	if b := t.bubble; b != nil {
		b.timers.remove(int(t.index))
		return true
	}
	timers[t.p].remove(int(t.index))
	pending--
	if !t.hasChan {
		useful--
	}
	return true
}

func (t *Timer) set(d int64) {
	if hb {
		t.learn()
	}
	emitDur(event.TimerSet, curID(), t.id, d, t.bubble.event())
	t.push(t.clock() + max(d, 0))
	if t.bubble != nil && d <= 0 {
		fire(t)
	}
}

// Stop stops the timer and says whether it was still pending. A value that
// was sent and not received is taken back (Go 1.23).
func (t *Timer) Stop() bool {
	t.touch()
	point(costTimer)
	t.mine("stop")
	t.stopped = true
	was := t.drop()
	was = t.takeBack() || was
	var n int32
	if was {
		n = 1
	}
	emit(event.TimerStop, cur.id, t.id, 0, 0, n, cur.site)
	return was
}

// takeBack empties the timer's channel.
func (t *Timer) takeBack() bool {
	if !t.hasChan || t.channel().qcount == 0 {
		return false
	}
	var v time.Time
	t.channel().recv(unsafe.Pointer(&v))
	return true
}

// Reset changes the timer to fire in d ns, and says whether it was pending.
func (t *Timer) Reset(d, period int64) bool {
	t.touch()
	point(costTimer)
	t.mine("reset")
	was := t.drop()
	was = t.takeBack() || was
	t.period, t.stopped = period, false
	t.set(d)
	return was
}

// nextTimer returns when the earliest timer is due; false if no timer can
// ever wake anybody.
func nextTimer() (int64, bool) {
	if pending == 0 || useful == 0 && !someoneListens() {
		return 0, false
	}
	when := int64(math.MaxInt64)
	for i := range timers[:heaps] {
		if len(timers[i]) > 0 {
			when = min(when, timers[i][0].when)
		}
	}
	return when, true
}

// someoneListens reports whether a goroutine could still look at a pending
// timer's channel. Go 1.23's runtime, too, forgets timers nobody waits for.
func someoneListens() bool {
	if active > 0 {
		return true
	}
	for i := range timers[:heaps] {
		for _, t := range timers[i] {
			if t.channel().recvq.first != nil {
				return true
			}
		}
	}
	return false
}

// runTimers fires every timer of P number p that is due at t (timers.check in
// runtime/time.go) and reports whether there was one.
func runTimers(p uint8, t int64) bool {
	ran := false
	for h := &timers[p]; len(*h) > 0 && (*h)[0].when <= t; ran = true {
		fire((*h)[0])
	}
	return ran
}

// takeTimers moves the timers of one P to another (timers.take).
func takeTimers(to, from uint8) {
	for _, t := range timers[from] {
		timers[to].push(t, to)
	}
	timers[from] = nil
}

func fire(t *Timer) {
	inTimer, firing = true, t.hb
	defer func() { inTimer, firing = false, nil }()
	at := t.when
	t.drop()
	if t.period > 0 {
		t.pushQuietly(at + t.period*(1+(t.clock()-at)/t.period))
	}
	if t.sleep != nil {
		ready(t.sleep, nil, 0)
		return
	}
	emitAt(event.TimerFire, 0, t.id, 0, 0, 0, 0, event.NoP)
	if t.f != nil {
		ng := newg(nil, funcName(t.f), t.f)
		if t.bubble != nil {
			t.bubble.add(ng)
		}
		if ng.path = "t" + itoa(int64(ng.id)); byName {
			ng.path = t.path()
		}
		ng.kin = t.kin
		emitAt(event.GoCreate, 0, t.id, ng.id, ng.name, 0, 0, event.NoP)
		mach.ready(ng, nil)
		return
	}
	v := time.Unix(0, t.date()).UTC()
	c := t.channel()
	c.own()
	c.send(unsafe.Pointer(&v), nil, 0)
}

// pushQuietly is push from within the machine, which sets the horizon later.
func (t *Timer) pushQuietly(when int64) {
	if b := t.bubble; b != nil {
		b.pushed(t, when)
		return
	}
	timerSeq++
	t.when, t.seq = when, timerSeq
	if !t.hasChan {
		useful++
	}
	timers[t.p].push(t, t.p)
	pending++
}

// funcName is the short name of a function value: "main.func1", "worker".
func funcName(f any) string { return shortFunc(reflect.ValueOf(f)) }
