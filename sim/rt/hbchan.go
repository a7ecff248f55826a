package rt

import "unsafe"

// chanClocks are a channel's clocks.
type chanClocks struct {
	slots    []clock // of the values in the buffer: send number k uses slot k mod C
	sent     int     // sends so far, mod C
	received int
	closed   clock
}

var chans byAddr[chanClocks]

func (c *hchan) clocks() *chanClocks {
	cc, isNew := chans.of(unsafe.Pointer(c))
	if isNew {
		cc.begin(int(c.dataqsiz))
	}
	return cc
}

// begin makes cc the clocks of a new channel, whose buffer has n slots.
func (cc *chanClocks) begin(n int) {
	if cap(cc.slots) < n {
		cc.slots = make([]clock, n)
	}
	cc.slots = cc.slots[:n]
	for i := range cc.slots {
		cc.slots[i] = cc.slots[i][:0]
	}
	cc.closed = cc.closed[:0]
	cc.sent, cc.received = 0, 0
}

// hbPass is a value handed from s to r without a buffer. "A send on a channel
// is synchronized before the completion of the corresponding receive from that
// channel." "A receive from an unbuffered channel is synchronized before the
// completion of the corresponding send on that channel."
func (c *hchan) hbPass(s, r *timeline) {
	if c.dataqsiz > 0 { // a receiver waits at an empty buffer: as if through it
		c.hbSend(s)
		c.hbRecv(r)
		return
	}
	s.knows.join(r.knows)
	r.knows.join(s.knows)
	s.step()
	r.step()
}

// hbSend is a value put into the buffer by s. "The kth receive on a channel
// with capacity C is synchronized before the completion of the k+Cth send from
// that channel": both use one slot (racenotify in runtime/chan.go).
func (c *hchan) hbSend(s *timeline) {
	cc := c.clocks()
	exchange(&cc.slots[cc.sent], s)
	if cc.sent++; cc.sent == len(cc.slots) {
		cc.sent = 0
	}
}

// hbRecv is a value taken out of the buffer by r.
func (c *hchan) hbRecv(r *timeline) {
	cc := c.clocks()
	exchange(&cc.slots[cc.received], r)
	if cc.received++; cc.received == len(cc.slots) {
		cc.received = 0
	}
}

// hbTake is a receive by the running goroutine, which lets w, a sender that
// waits (if there is one), put its value into the buffer or hand it over.
func (c *hchan) hbTake(w *sudog) {
	if c.dataqsiz == 0 {
		c.hbPass(w.g.hb, cur.hb)
		return
	}
	c.hbRecv(cur.hb)
	if w != nil {
		c.hbSend(w.g.hb)
	}
}

// exchange leaves in slot what t knows and lets t know what was there. What
// it leaves is without what it finds: the other side's operation comes before
// the completion of this one, not before its beginning.
func exchange(slot *clock, t *timeline) {
	spare.set(t.knows)
	t.knows.join(*slot)
	*slot, spare = spare, *slot
	t.step()
}

var spare clock

// hbClose is close(c). "The closing of a channel is synchronized before a
// receive that returns because the channel is closed."
func (c *hchan) hbClose() {
	c.clocks().closed.set(cur.hb.knows)
	cur.hb.step()
}

// hbClosed is a receive that returns because the channel is closed.
func (c *hchan) hbClosed() { cur.hb.knows.join(c.clocks().closed) }
