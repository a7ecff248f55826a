package eventlog

import (
	"fmt"

	"interleave/sim/event"
)

// discipline holds for runs that say where runnable goroutines wait.
func discipline(c *Checker, r *event.Record) string {
	switch r.Kind {
	case event.Enqueue:
		return c.enqueued(r)
	case event.Steal:
		from := look(c.w.Procs, uint8(r.Obj))
		if g := event.GID(r.Peer); g == 0 || g != from.Next && g != head(from.Local) {
			return fmt.Sprintf("G%d is neither the head of P%d's queue nor its runnext", r.Peer, r.Obj)
		}
	case event.GoStart:
		if c.w.queues {
			return c.dequeued(r)
		}
	}
	return ""
}

func (c *Checker) enqueued(r *event.Record) string {
	g := look(c.w.Goroutines, event.GID(r.Peer))
	switch q := event.Queue(r.N); {
	case g.State != Runnable:
		return fmt.Sprintf("G%d is %s", r.Peer, g.State)
	case q == event.Local && g.Queue == event.Global: // its share of the global queue, whose head it runs
		if r.P == event.NoP || len(c.w.Global) < 2 || c.w.Global[1] != g.ID {
			return fmt.Sprintf("G%d is not the second in the global queue", r.Peer)
		}
	case q != event.Global && q != event.GlobalHead && r.P == event.NoP:
		return fmt.Sprintf("%s of no P", q)
	case g.Queue == event.Global, g.Queue != 0 && q != event.Global && q != event.GlobalHead:
		return fmt.Sprintf("G%d is in a queue already: %s", r.Peer, g.Queue)
	}
	return ""
}

// dequeued judges from where a starting goroutine is taken. Before anybody
// starts, everybody who is runnable must have been put somewhere.
func (c *Checker) dequeued(r *event.Record) string {
	w := c.w
	directly := event.Why(r.N) == event.Directly || event.Why(r.N) == event.FromPull // this one was in none
	if w.unplaced > 0 && !(directly && w.unplaced == 1) {
		return fmt.Sprintf("%d runnable goroutines are in no queue", w.unplaced)
	}
	p := look(w.Procs, r.P)
	var want event.GID
	switch event.Why(r.N) {
	case event.FromRunNext:
		want = p.Next
	case event.FromLocal:
		want = head(p.Local)
	case event.FromGlobal, event.Tick61:
		want = head(w.Global)
	case event.FromSteal: // what was stolen is in P's own queue now, and its last is started
		if n := len(p.Local); n > 0 {
			want = p.Local[n-1]
		}
	default: // a policy or the learner may pick anybody
		return ""
	}
	if want != r.G {
		return fmt.Sprintf("%s of P%d gives G%d", event.Why(r.N), r.P, want)
	}
	return ""
}

func head(q []event.GID) event.GID {
	if len(q) == 0 {
		return 0
	}
	return q[0]
}
