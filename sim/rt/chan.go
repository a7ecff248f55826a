package rt

import (
	"slices"
	"unsafe"

	"interleave/sim/event"
	"interleave/sim/rt/search"
)

// hchan is a channel: what a chan T of a rewritten program points to. The
// head has the layout of runtime.hchan (runtime/chan.go), so that len and cap
// see the truth and an operation that was not rewritten panics on the closed
// mark instead of corrupting memory.
type hchan struct {
	qcount   uint
	dataqsiz uint
	buf      unsafe.Pointer // array of dataqsiz elements
	elemsize uint16
	shut     bool       // closed
	timed    bool       // belongs to a timer
	mark     uint32     // runtime's closed; always chanMark
	_        [2]uintptr // its timer and elemtype
	sendx    uint
	recvx    uint
	recvq    waitq      // nobody looks at runtime's, because of the mark …
	_        [4]uintptr // … but at sendq, bubble and lock

	sendq waitq
	id    uint32 // 0 before anybody is told of it
	site  uint16 // of a timer's: where it was made
	free  *sudog // for reuse
	elem  *elemType
	vals  *event.Val // how the values in buf looked when they were sent

	bubble *Bubble // it was made in
}

// look returns where the look of the value in slot i is kept.
func (c *hchan) look(i uint) *event.Val {
	return (*event.Val)(unsafe.Add(unsafe.Pointer(c.vals), uintptr(i)*unsafe.Sizeof(*c.vals)))
}

// chanMark tells our channels from the runtime's.
const chanMark = 0x1e7ea3e

// A sudog is a goroutine that waits on a channel.
type sudog struct {
	g          *g
	c          *hchan
	elem       unsafe.Pointer // a T in the heap: the value to send, or room for one
	ok         bool           // it was released by a value, not by close
	from       uint32         // the goroutine on the other side
	val        event.Val      // how the value looked when it was sent
	idx        int            // case of a select; -1 otherwise
	sending    bool           // of a select: it waits in sendq
	next, prev *sudog
	word       uint64 // elem, where it is such a T
}

type waitq struct{ first, last *sudog }

func (q *waitq) push(s *sudog) {
	s.next, s.prev = nil, q.last
	if q.last == nil {
		q.first = s
	} else {
		q.last.next = s
	}
	q.last = s
}

func (q *waitq) remove(s *sudog) {
	if s.prev == nil {
		q.first = s.next
	} else {
		s.prev.next = s.next
	}
	if s.next == nil {
		q.last = s.prev
	} else {
		s.next.prev = s.prev
	}
	s.next, s.prev = nil, nil
}

// checkLayout refuses to run on a toolchain whose channels look otherwise.
func checkLayout() {
	c := make(chan int32, 3)
	c <- 7
	h := *(**hchan)(unsafe.Pointer(&c))
	if h.qcount != 1 || h.dataqsiz != 3 || h.elemsize != 4 || h.mark != 0 || *(*int32)(h.buf) != 7 {
		refuse(errLayout)
	}
	close(c)
	if h.mark != 1 {
		refuse(errLayout)
	}
}

type errString string

func (e errString) Error() string { return string(e) }

const errLayout = errString("this Go toolchain's channels have another layout than the model knows")

// A plainError is a run-time panic of a channel operation.
type plainError string

func (e plainError) Error() string { return string(e) }

// RuntimeError makes plainError a runtime.Error.
func (plainError) RuntimeError() {}

// Make is make(chan T, n) at site, for a variable called name.
func Make[T any](n int, site uint16, name string) chan T {
	c := newChan(n, (*T)(nil), site, name)
	return *(*chan T)(unsafe.Pointer(&c))
}

// MakeNamed is make(C, n) for a named channel type.
func MakeNamed[C ~chan T, T any](n int, site uint16, name string) C {
	return Make[T](n, site, name)
}

// newChan is make for a channel of what pointer, a nil pointer, points to.
func newChan(n int, pointer any, site uint16, name string) *hchan {
	if n < 0 {
		panic(plainError("makechan: size out of range"))
	}
	At(site)
	c, e := &hchan{}, elemOf(pointer)
	if n > 0 {
		c.buf = e.room(n)
	}
	if counting {
		allocated(int64(n)*int64(e.size) + int64(unsafe.Sizeof(*c)))
	}
	c.init(n, e, name)
	return c
}

// init makes c, which is zero but for room for n elements, a channel of e.
func (c *hchan) init(n int, e *elemType, name string) {
	c.mark, c.dataqsiz, c.elemsize, c.elem = chanMark, uint(n), uint16(e.size), e
	c.bubble = cur.bubble
	if ex.rec != nil {
		c.id = newObj(event.Chan, name, "", cur.site)
	}
	if tracing {
		c.vals = unsafe.SliceData(make([]event.Val, n))
		c.id = newObj(event.Chan, name, e.chans, cur.site)
		emit(event.ChanMake, curID(), c.id, 0, 0, int32(n), cur.site)
	}
}

// introduce tells of a channel that a library made while it was initialised,
// before there was anybody to tell, or of a timer's.
func (c *hchan) introduce() {
	if c.timed {
		c.id = newObj(event.Chan, c.timer().channelName(), c.elem.chans, c.site)
	} else {
		c.id = newObj(event.Chan, "", "chan", 0)
	}
	c.vals = unsafe.SliceData(make([]event.Val, c.dataqsiz))
	emitAt(event.ChanMake, 0, c.id, 0, 0, int32(c.dataqsiz), c.site, event.NoP)
	if c.shut {
		emitAt(event.ChanClose, 0, c.id, 0, 0, 0, 0, event.NoP)
	}
}

func curID() uint32 {
	if inTimer {
		return 0
	}
	return cur.id
}

func (c *hchan) slot(i uint) unsafe.Pointer { return unsafe.Add(c.buf, uintptr(i)*c.elem.size) }

func (c *hchan) val(p unsafe.Pointer) event.Val {
	if !tracing {
		return 0
	}
	return c.elem.look(p)
}

// own refuses a channel that the model did not make.
func (c *hchan) own() {
	if c.mark != chanMark {
		panic(plainError("this channel was made by a library that runs outside the model"))
	}
	if c.id == 0 && tracing {
		c.introduce()
	}
}

// Send is c <- v at site, where v has the channel's element type.
func Send[T any](c chan<- T, v T, site uint16) {
	sendFrom(*(**hchan)(unsafe.Pointer(&c)), unsafe.Pointer(&v), site)
}

// A Sender is a channel about to be sent on: the element type must be known
// from the channel alone before the value is converted to it.
// It is the channel itself: methods of pointers need the fewest functions.
type Sender[T any] struct{ _ byte }

// To returns the channel's sender.
func To[T any](c chan<- T) *Sender[T] { return *(**Sender[T])(unsafe.Pointer(&c)) }

// Send is c <- v at site.
func (s *Sender[T]) Send(v T, site uint16) {
	sendFrom((*hchan)(unsafe.Pointer(s)), unsafe.Pointer(&v), site)
}

// hide keeps the compiler from moving a value to the heap only because its
// address is passed to code that does not keep it. It must be a call: inlined,
// the compiler may keep the number x where it wants the pointer, and a number
// does not move along when the stack that it points to grows.
//
//go:noinline
//go:nosplit
func hide(p unsafe.Pointer) unsafe.Pointer {
	x := uintptr(p)
	return *(*unsafe.Pointer)(unsafe.Pointer(&x))
}

// Recv is <-c at site.
func Recv[T any](c <-chan T, site uint16) (v T) {
	recvInto(*(**hchan)(unsafe.Pointer(&c)), unsafe.Pointer(&v), site)
	return v
}

// Recv2 is v, ok := <-c at site.
func Recv2[T any](c <-chan T, site uint16) (v T, ok bool) {
	ok = recvInto(*(**hchan)(unsafe.Pointer(&c)), unsafe.Pointer(&v), site)
	return v, ok
}

// Close is close(c) at site.
func Close[T any](c chan<- T, site uint16) {
	closeChan(*(**hchan)(unsafe.Pointer(&c)), site)
}

// Len is len(c) at site. What it says depends on what others do at this moment,
// as what an atomic load says does.
func Len[T any](c <-chan T, site uint16) int {
	if lookInto(*(**hchan)(unsafe.Pointer(&c)), site) {
		return 0
	}
	return len(c)
}

// LenOut is Len of a channel that can only be sent on.
func LenOut[T any](c chan<- T, site uint16) int {
	if lookInto(*(**hchan)(unsafe.Pointer(&c)), site) {
		return 0
	}
	return len(c)
}

// lookInto is what goes before a look at how much is in c. It says whether c is
// a timer's: the one value that has room there is not shown (Go 1.23).
func lookInto(c *hchan, site uint16) (timed bool) {
	if c == nil || c.mark != chanMark {
		return false
	}
	At(site)
	touch(unsafe.Pointer(c), search.Read)
	point(0)
	idled()
	return c.timed
}

// sendFrom sends the value at p, which is on the sender's stack: where the send
// has to wait the value moves to the heap.
func sendFrom(c *hchan, p unsafe.Pointer, site uint16) {
	At(site)
	touchChan(c)
	point(costChan)
	if c == nil {
		park(event.NilSend, 0, 0)
	}
	c.own()
	if c.bubble != nil && c.bubble != cur.bubble {
		outside("send on")
	}
	if c.shut {
		panic(plainError("send on closed channel"))
	}
	me := cur
	if c.send(p, me, me.site) {
		return
	}
	w := c.takeSudog()
	c.elem.move(w.elem, p)
	c.sendq.push(w)
	w.val = c.val(w.elem)
	me.durable = c.bubble != nil
	park(event.SendWait, c.id, w.val)
	c.sent(w, me)
	c.elem.wipe(w.elem)
	c.freeSudog(w)
}

// recvInto receives into p, which is on the receiver's stack.
func recvInto(c *hchan, p unsafe.Pointer, site uint16) bool {
	At(site)
	if exploring {
		touchChan(c)
		cur.from = c
	}
	point(costChan)
	if c == nil {
		park(event.NilRecv, 0, 0)
	}
	c.own()
	if c.bubble != nil && c.bubble != cur.bubble {
		outside("receive on")
	}
	if done, ok := c.recv(p); done {
		return ok
	}
	w := c.takeSudog()
	c.recvq.push(w)
	w.g.durable = c.bubble != nil
	park(event.RecvWait, c.id, 0)
	c.received(w, w.g)
	c.elem.move(p, w.elem)
	ok := w.ok
	c.freeSudog(w)
	return ok
}

// send sends the value at p if it can be done at once (chansend in
// runtime/chan.go): to a goroutine that waits, or into the buffer. The sender
// is by, or a timer if by is nil.
func (c *hchan) send(p unsafe.Pointer, by *g, site uint16) bool {
	var id uint32
	if by != nil {
		id = by.id
	}
	if w := c.recvq.first; w != nil {
		c.elem.move(w.elem, p)
		w.ok, w.from, w.val = true, id, c.val(p)
		if hb {
			c.hbPass(timeOf(by), w.g.hb)
		}
		emit(event.ChanSend, id, c.id, w.g.id, w.val, int32(c.qcount), site)
		c.recvq.take(w)
		wake(w, by)
		return true
	}
	if c.qcount < c.dataqsiz {
		c.elem.move(c.slot(c.sendx), p)
		c.qcount++
		if hb {
			c.hbSend(timeOf(by))
		}
		if tracing {
			val := c.elem.look(p)
			*c.look(c.sendx) = val
			record(event.ChanSend, id, c.id, 0, val, int32(c.qcount), site)
		}
		if c.sendx++; c.sendx == c.dataqsiz {
			c.sendx = 0
		}
		return true
	}
	return false
}

// sent tells that me's parked send is through.
func (c *hchan) sent(w *sudog, me *g) {
	if !w.ok {
		panic(plainError("send on closed channel"))
	}
	emit(event.ChanSent, me.id, c.id, w.from, 0, int32(c.qcount), me.site)
}

// recv receives into p if it can be done at once (chanrecv).
func (c *hchan) recv(p unsafe.Pointer) (done, ok bool) {
	site := cur.site
	w := c.sendq.first
	var val event.Val
	switch {
	case w != nil && c.dataqsiz == 0:
		c.elem.move(p, w.elem)
		val = w.val
	case c.qcount > 0:
		val = c.takeOldest(p, w)
	case c.shut:
		if hb {
			c.hbClosed()
		}
		emit(event.ChanRecvClosed, cur.id, c.id, 0, 0, 0, site)
		return true, false
	default:
		return false, false
	}
	var peer uint32
	if w != nil {
		peer = w.g.id
	}
	if hb {
		c.hbTake(w)
	}
	emit(event.ChanRecv, cur.id, c.id, peer, val, int32(c.qcount), site)
	if w != nil {
		w.ok, w.from = true, cur.id
		c.sendq.take(w)
		wake(w, cur)
	}
	return true, true
}

// takeOldest moves the oldest value of the buffer to p; that of w, a sender
// that waits because the buffer is full, takes the freed slot.
func (c *hchan) takeOldest(p unsafe.Pointer, w *sudog) (val event.Val) {
	slot := c.slot(c.recvx)
	c.elem.move(p, slot)
	if tracing {
		val = *c.look(c.recvx)
	}
	if w == nil {
		c.elem.wipe(slot)
		c.qcount--
	} else {
		c.elem.move(slot, w.elem)
		if tracing {
			*c.look(c.recvx) = w.val
		}
	}
	if c.recvx++; c.recvx == c.dataqsiz {
		c.recvx = 0
	}
	if w != nil {
		c.sendx = c.recvx
	}
	return val
}

// received tells that me's parked receive is through.
func (c *hchan) received(w *sudog, me *g) {
	if !w.ok {
		if hb {
			c.hbClosed()
		}
		emit(event.ChanRecvClosed, me.id, c.id, 0, 0, 0, me.site)
		return
	}
	emit(event.ChanReceived, me.id, c.id, w.from, w.val, int32(c.qcount), me.site)
}

// closeChan is closechan: it releases everybody who waits.
func closeChan(c *hchan, site uint16) {
	At(site)
	touchChan(c)
	point(costChan)
	if c == nil {
		panic(plainError("close of nil channel"))
	}
	c.own()
	if c.bubble != nil && c.bubble != cur.bubble {
		outside("close of")
	}
	if c.shut {
		panic(plainError("close of closed channel"))
	}
	c.shut = true
	if hb {
		c.hbClose()
	}
	var released []*sudog
	for w := c.recvq.first; w != nil; w = c.recvq.first {
		c.elem.zero(w.elem)
		c.recvq.take(w)
		released = append(released, w)
	}
	for w := c.sendq.first; w != nil; w = c.sendq.first {
		c.sendq.take(w)
		released = append(released, w)
	}
	emit(event.ChanClose, cur.id, c.id, 0, 0, int32(len(released)), cur.site)
	for _, w := range slices.Backward(released) { // closechan's list is a stack
		w.ok, w.from = false, cur.id
		wake(w, cur)
	}
}

// take removes w from q. If it is a select's, the other channels forget the
// goroutine now, or it would be woken twice.
func (q *waitq) take(w *sudog) {
	q.remove(w)
	if w.idx < 0 {
		return
	}
	for _, o := range w.g.waits {
		if o != w {
			o.queue().remove(o)
			o.c.elem.wipe(o.elem)
			o.c.freeSudog(o)
		}
	}
	clear(w.g.waits)
	w.g.waits = w.g.waits[:0]
}

// wake readies the goroutine of w, which was taken from its queue.
func wake(w *sudog, by *g) {
	w.g.won = w
	ready(w.g, by, w.c.id)
}

func (c *hchan) takeSudog() *sudog {
	w := c.free
	if w == nil {
		w = &sudog{c: c}
		if w.elem = unsafe.Pointer(&w.word); c.elem.shape != oneWord {
			w.elem = c.elem.room(1)
		}
	} else {
		c.free = w.next
		w.next = nil
	}
	w.g, w.ok, w.from, w.idx = cur, false, 0, -1
	return w
}

// freeSudog takes w back; nobody reads its value any more.
func (c *hchan) freeSudog(w *sudog) {
	w.g, w.prev, w.next = nil, nil, c.free
	c.free = w
}
