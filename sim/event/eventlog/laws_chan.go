package eventlog

import (
	"fmt"
	"slices"

	"interleave/sim/event"
)

// The laws of channels.

func lengths(c *Checker, r *event.Record) string {
	switch r.Kind {
	case event.ChanMake:
		if _, ok := c.w.Channels[r.Obj]; ok || r.N < 0 {
			return fmt.Sprintf("channel %d exists already or has a capacity below 0", r.Obj)
		}
		return ""
	case event.ChanSend, event.ChanRecv, event.ChanSent, event.ChanReceived, event.ChanRecvClosed, event.ChanClose:
	default:
		return ""
	}
	ch, ok := c.w.Channels[r.Obj]
	if !ok {
		return fmt.Sprintf("channel %d was never made", r.Obj)
	}
	n, want := int32(len(ch.Buf)), int32(0)
	possible := true
	switch {
	case r.Kind == event.ChanSend && r.Peer == 0:
		want, possible = n+1, n < ch.Cap
	case r.Kind == event.ChanSend:
		want, possible = n, n == 0
	case r.Kind == event.ChanRecv && r.Peer == 0:
		want, possible = n-1, n > 0
	case r.Kind == event.ChanRecv:
		want, possible = n, n == ch.Cap
	case r.Kind == event.ChanClose:
		want = distinct(ch.Recvq, ch.Sendq)
	default:
		return ""
	}
	if !possible || r.N != want {
		return fmt.Sprintf("it says %d, and channel %d holds %d/%d with %d and %d waiting to receive and to send",
			r.N, r.Obj, n, ch.Cap, len(ch.Recvq), len(ch.Sendq))
	}
	return ""
}

// distinct counts the goroutines in queues: a select may wait more than once.
func distinct(queues ...[]event.GID) int32 {
	all := slices.Concat(queues...)
	slices.Sort(all)
	return int32(len(slices.Compact(all)))
}

func inOrder(c *Checker, r *event.Record) string {
	ch := look(c.w.Channels, r.Obj)
	switch r.Kind {
	case event.ChanSend:
		if g := c.first(ch.Recvq, event.GID(r.Peer)); g != event.GID(r.Peer) {
			return fmt.Sprintf("%s waits longest to receive from %d, not %s", gid(g), r.Obj, gid(event.GID(r.Peer)))
		}
	case event.ChanRecv:
		g := c.first(ch.Sendq, event.GID(r.Peer))
		if g != event.GID(r.Peer) {
			return fmt.Sprintf("%s waits longest to send on %d, not %s", gid(g), r.Obj, gid(event.GID(r.Peer)))
		}
		var first event.Val
		switch {
		case len(ch.Buf) > 0:
			first = ch.Buf[0]
		case g != 0:
			first = c.w.Goroutines[g].sends(r.Obj)
		}
		if r.Val != first {
			return fmt.Sprintf("%s comes out of %d, and %s is first", val(r.Val), r.Obj, val(first))
		}
	}
	return ""
}

// first returns who of those in a queue comes first. Where the runtime says when
// they began to wait, it may be any of them, or nobody: who came for nothing.
func (c *Checker) first(queue []event.GID, said event.GID) event.GID {
	if c.w.Traced != 0 && (said == 0 || slices.Contains(queue, said)) {
		return said
	}
	return head(queue)
}

func closing(c *Checker, r *event.Record) string {
	ch := look(c.w.Channels, r.Obj)
	switch r.Kind {
	case event.ChanSend:
		if ch.Closed {
			return fmt.Sprintf("channel %d is closed", r.Obj)
		}
	case event.ChanClose:
		if ch.Closed {
			return fmt.Sprintf("channel %d is closed already", r.Obj)
		}
	case event.ChanRecvClosed:
		if !ch.Closed || len(ch.Buf) > 0 {
			return fmt.Sprintf("channel %d is open or holds %d values", r.Obj, len(ch.Buf))
		}
	}
	return ""
}

// happensPast holds the edges between goroutines to pointing backwards: an
// event by which a goroutine says that its parked operation is through has
// the peer's half of that operation in its past. The other edges are judged
// elsewhere: creation before start, park before ready before start.
func happensPast(c *Checker, r *event.Record) string {
	switch r.Kind {
	case event.ChanSent, event.ChanReceived:
		t := c.w.Goroutines[r.G].through
		if t.told || t.obj != r.Obj || t.by != event.GID(r.Peer) || t.sent != (r.Kind == event.ChanSent) {
			return fmt.Sprintf("%s did nothing on %d for G%d while it was parked", gid(event.GID(r.Peer)), r.Obj, r.G)
		}
		if r.Kind == event.ChanReceived && t.val != r.Val {
			return fmt.Sprintf("%s sent %s, and %s arrived", gid(t.by), val(t.val), val(r.Val))
		}
	case event.SelectChosen:
		waited := c.w.Goroutines[r.G].chosen
		if len(waited) > 0 && !slices.ContainsFunc(waited, func(k Case) bool { return k.Index == r.N && k.Obj == r.Obj }) {
			return fmt.Sprintf("G%d did not wait with case %d on object %d", r.G, r.N, r.Obj)
		}
	}
	return ""
}
