package real

import (
	"os"
	"time"

	"interleave/sim/event"
	"interleave/sim/realtrace"
)

// A judge sees that nobody in a program can go on. The runtime says so itself
// when it does, but not as long as there is a trace, which has a timer: then the
// judge has the trace ended. It can be wrong where a timer is pending, which no
// trace shows; so it waits longer if the program may have any.
type judge struct {
	orders  *os.File // nil: the program cannot be told
	patient time.Duration
	world   *gist  // what the run has come to up to
	next    uint64 // this event
	looked  uint64 // when it last looked
	said    bool
}

// How long nothing has to happen before a program is taken for deadlocked that
// has no timers, and one that may have.
const (
	soon = 150 * time.Millisecond
	late = 3 * time.Second
)

// look is called after each generation of the trace, by its reader.
func (j *judge) look(w *weave, s *spool) {
	idle := time.Duration(w.last - w.moved)
	if j.orders == nil || j.said || idle < j.patient || time.Duration(w.last-j.looked) < j.patient/2 {
		return
	}
	j.looked = w.last
	j.world, j.next = s.upTo(j.world, j.next)
	for _, g := range j.world.gs {
		if !j.stuck(g) {
			return
		}
	}
	j.said = true
	_, _ = j.orders.WriteAt([]byte{1}, 0) // if it fails the program waits on
}

// stuck reports whether a goroutine waits for another one, or is none of the
// program's.
func (j *judge) stuck(g *goer) bool {
	if realtrace.System(j.world.texts[g.name.Text()]) {
		return true
	}
	if g.state != event.GoPark {
		return false
	}
	switch event.Reason(g.reason) {
	case event.RecvWait, event.SendWait, event.SelectPark, event.Forever, event.NilRecv, event.NilSend, event.MutexWait, event.RLockWait,
		event.GroupWait, event.CondWait, event.OnceWait, event.SyncWait:
		return true
	}
	return false
}
