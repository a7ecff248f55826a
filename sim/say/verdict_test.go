package say

import (
	"testing"

	"github.com/stretchr/testify/assert"

	"interleave/sim/event"
	"interleave/sim/event/eventlog"
)

func who(id event.GID, name string) eventlog.Who { return eventlog.Who{ID: id, Name: name} }

func line(n int) eventlog.Place { return eventlog.Place{File: "main.go", Line: n} }

func waiter(id event.GID, name string, why event.Reason, on eventlog.Thing, at int) eventlog.Waiter {
	return eventlog.Waiter{Who: who(id, name), Reason: why, On: on, Place: line(at)}
}

var (
	jobsFull = eventlog.Thing{ID: 1, Class: event.Chan, Name: "jobs", Len: 4, Cap: 4}
	jobs     = eventlog.Thing{ID: 1, Class: event.Chan, Name: "jobs"}
	out      = eventlog.Thing{ID: 2, Class: event.Chan, Name: "out"}
	mu       = eventlog.Thing{ID: 3, Class: event.Mutex, Name: "mu", Holder: who(2, "main.worker")}
	nameless = eventlog.Thing{ID: 4, Class: event.Mutex, Made: line(5)}
)

func deadlock(ws ...eventlog.Waiter) eventlog.Verdict {
	return eventlog.Verdict{Outcome: event.Deadlock, Status: 2, Waiters: ws, Files: 1}
}

func left(ws ...eventlog.Waiter) eventlog.Verdict {
	return eventlog.Verdict{Outcome: event.Exited, Waiters: ws, Files: 1}
}

func with(t eventlog.Thing, change func(*eventlog.Thing)) eventlog.Thing {
	change(&t)
	return t
}

func TestDeadlockNamesEveryGoroutineWithWhatItWaitsForAndWhere(t *testing.T) {
	v := deadlock(
		waiter(1, "main", event.SendWait, jobsFull, 10),
		waiter(2, "worker", event.SendWait, out, 3),
		waiter(3, "worker", event.SendWait, out, 3),
		waiter(4, "worker", event.SendWait, out, 3))
	assert.Equal(t, "Deadlock. G1 main waits to send on jobs, which is full (4/4), at line 10. "+
		"G2, G3 and G4 worker wait to send on out at line 3, and nobody receives from it. "+
		"Nobody can ever move again.", Verdict("en", v))
}

func TestLocksHeldInARingAreSaidToBeARing(t *testing.T) {
	v := deadlock(
		waiter(1, "main", event.MutexWait, mu, 7),
		waiter(2, "main.worker", event.MutexWait, with(nameless, func(o *eventlog.Thing) { o.Holder = who(1, "main") }), 9))
	v.Cycle = []eventlog.Who{who(1, "main"), who(2, "main.worker")}
	assert.Equal(t, "Deadlock. G1 main waits to lock mu, which G2 worker holds, at line 7. "+
		"G2 worker waits to lock the mutex of line 5, which G1 main holds, at line 9. "+
		"They wait in a ring: G1 main for G2 worker and G2 worker for G1 main. "+
		"Nobody can ever move again.", Verdict("en", v))
}

// TestEveryReasonToWaitIsSaid shows each clause once.
func TestEveryReasonToWaitIsSaid(t *testing.T) {
	sel := waiter(2, "f", event.SelectPark, eventlog.Thing{}, 4)
	sel.Cases = []eventlog.ThingCase{{On: jobs}, {Send: true, On: out}, {On: jobs}}
	for want, w := range map[string]eventlog.Waiter{
		"waits to receive from jobs at line 4, and nobody sends on it or closes it":                  waiter(2, "f", event.RecvWait, jobs, 4),
		"waits to receive from the channel of line 6 at line 4, and nobody sends on it or closes it": waiter(2, "f", event.RecvWait, with(jobs, func(o *eventlog.Thing) { o.Name, o.Made = "", line(6) }), 4),
		"waits to receive from jobs, and nobody sends on it or closes it":                            waiter(2, "f", event.RecvWait, jobs, 0),
		"waits in a select at line 4 to receive from jobs or to send on out":                         sel,
		"waits for ever in a select at line 4 whose channels are all nil":                            waiter(2, "f", event.SelectPark, eventlog.Thing{}, 4),
		"waits for ever in a select without cases at line 4":                                         waiter(2, "f", event.Forever, eventlog.Thing{}, 4),
		"waits for ever to receive from a nil channel at line 4":                                     waiter(2, "f", event.NilRecv, eventlog.Thing{}, 4),
		"waits for ever to send on a nil channel at line 4":                                          waiter(2, "f", event.NilSend, eventlog.Thing{}, 4),
		"waits to lock mu at line 4":                                                                 waiter(2, "f", event.MutexWait, with(mu, func(o *eventlog.Thing) { o.Holder.ID = 0 }), 4),
		"waits to lock mu, which it holds itself, at line 4":                                         waiter(2, "f", event.MutexWait, mu, 4),
		"waits to lock mu, which G3 locked and did not unlock before it ended, at line 4":            waiter(2, "f", event.MutexWait, with(mu, func(o *eventlog.Thing) { o.Holder, o.Gone = who(3, ""), true }), 4),
		"waits to lock mu, which G3 and G4 r read-locked, at line 4":                                 waiter(2, "f", event.MutexWait, with(mu, func(o *eventlog.Thing) { o.Holder, o.Readers = who(0, ""), []eventlog.Who{who(3, "r"), who(4, "r")} }), 4),
		"waits to read-lock mu, for which a writer waits already, at line 4":                         waiter(2, "f", event.RLockWait, with(mu, func(o *eventlog.Thing) { o.Holder.ID = 0 }), 4),
		"waits to read-lock mu, which G3 r holds, at line 4":                                         waiter(2, "f", event.RLockWait, with(mu, func(o *eventlog.Thing) { o.Holder = who(3, "r") }), 4),
		"waits for wg, whose counter is 1, at line 4":                                                waiter(2, "f", event.GroupWait, eventlog.Thing{ID: 9, Class: event.WaitGroup, Name: "wg", Counter: 1}, 4),
		"waits for a signal on c at line 4":                                                          waiter(2, "f", event.CondWait, eventlog.Thing{ID: 9, Class: event.Cond, Name: "c"}, 4),
		"waits until Once 9 is done, which it does itself, at line 4":                                waiter(2, "f", event.OnceWait, eventlog.Thing{ID: 9, Class: event.Once, Holder: who(2, "f")}, 4),
		"waits until G3 r has done once at line 4":                                                   waiter(2, "f", event.OnceWait, eventlog.Thing{ID: 9, Class: event.Once, Name: "once", Holder: who(3, "r")}, 4),
	} {
		assert.Equal(t, "Deadlock. G2 f "+want+". Nobody can ever move again.", Verdict("en", deadlock(w)))
	}
}

func TestLeakIsSaidAtANormalEnd(t *testing.T) {
	assert.Equal(t, "The program ended normally, but G3 worker still waits to receive from jobs at line 12: it leaked.",
		Verdict("en", left(waiter(3, "worker", event.RecvWait, jobs, 12))))
	assert.Equal(t, "The program ended normally, but G3 and G4 worker still wait to receive from jobs at line 12, and G5 main.func1 still waits to send on out at line 20: they leaked.",
		Verdict("en", left(waiter(3, "worker", event.RecvWait, jobs, 12), waiter(4, "worker", event.RecvWait, jobs, 12), waiter(5, "main.func1", event.SendWait, out, 20))))
}

func TestManyGoroutinesAreCounted(t *testing.T) {
	var many, apart []eventlog.Waiter
	for i := range 100 {
		many = append(many, waiter(event.GID(i+2), "worker", event.RecvWait, jobs, 12))
		apart = append(apart, waiter(event.GID(i+2), "worker", event.RecvWait, jobs, i+1))
	}
	assert.Equal(t, "Deadlock. G2, G3, G4, G5, G6 and 95 more worker wait to receive from jobs at line 12, and nobody sends on it or closes it. Nobody can ever move again.",
		Verdict("en", deadlock(many...)))
	assert.Contains(t, Verdict("en", deadlock(apart...)), "92 more wait elsewhere. Nobody can ever move again.")
	assert.Contains(t, Verdict("en", left(apart...)), ", and 92 more wait elsewhere: they leaked.")
}

func TestPlacesNameTheFileWhereThereAreSeveral(t *testing.T) {
	v := left(waiter(3, "worker", event.RecvWait, jobs, 12))
	v.Files = 2
	assert.Equal(t, "The program ended normally, but G3 worker still waits to receive from jobs at main.go:12: it leaked.", Verdict("en", v))
}

func TestEveryOtherEndIsOneClearSentence(t *testing.T) {
	for want, v := range map[string]eventlog.Verdict{
		"The run has not ended.":                {},
		"The program ended normally.":           {Outcome: event.Exited},
		"The program ended with status 3.":      {Outcome: event.Exited, Status: 3},
		"Deadlock. Nobody can ever move again.": {Outcome: event.Deadlock, Status: 2},
		"Deadlock. G1 main called runtime.Goexit, and no goroutine is left: nobody will ever end the program.": {Outcome: event.Deadlock, Empty: true},
		"Panic. G2 worker panicked at line 8, and nothing recovered it: boom": {Outcome: event.Panicked, Files: 1,
			Panic: &eventlog.PanicAt{Who: who(2, "worker"), Message: "boom", Place: line(8)}},
		"Panic. Nothing recovered it: boom":                    {Outcome: event.Panicked, Message: "boom"},
		"The runtime gave up: sync: unlock of unlocked mutex.": {Outcome: event.Fatal, Message: "sync: unlock of unlocked mutex"},
		"The program crashed.":                                 {Outcome: event.Fatal},
		"Stopped by hand.":                                     {Outcome: event.Stopped},
		"Stopped by hand. (after 3 s)":                         {Outcome: event.Stopped, Message: "after 3 s"},
	} {
		assert.Equal(t, want, Verdict("en", v))
	}
	for o := event.StepLimit; o < event.NumOutcomes; o++ {
		assert.Regexp(t, `^(Stopped|The schedule|The trace).*[.?]$`, Verdict("en", eventlog.Verdict{Outcome: o}))
	}
}

func TestNameLeavesThePackageAndTypeArgumentsOut(t *testing.T) {
	for name, want := range map[string]string{
		"main": "G3 main", "main.worker": "G3 worker", "main.func1": "G3 main.func1", "main.Pool.run": "G3 Pool.run",
		"merge[main.T,int]": "G3 merge[…]", "": "G3",
	} {
		assert.Equal(t, want, Name("en", who(3, name)))
	}
}

func TestDataRacesAreSaidBehindTheEnd(t *testing.T) {
	count := eventlog.Thing{ID: 9, Class: event.Variable, Name: "count"}
	v := left()
	v.Races = []eventlog.RaceAt{{
		On:    count,
		First: eventlog.AccessAt{Who: who(2, "main.worker"), Write: true, Place: line(12)},
		Then:  eventlog.AccessAt{Who: who(1, "main"), Place: line(20)},
	}}
	assert.Equal(t, "The program ended normally. Data race on count: G1 main reads it at line 20, "+
		"and nothing orders that after G2 worker, which wrote it at line 12.", Verdict("en", v))
}

func TestManyDataRacesAreCounted(t *testing.T) {
	v := left()
	v.Races = make([]eventlog.RaceAt, maxGroups+3)
	assert.Contains(t, Verdict("en", v), "There are 3 more data races.")
}
