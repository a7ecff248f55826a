package rt

import (
	"fmt"
	"os"
	"runtime"
	"strings"

	"interleave/sim/event"
	"interleave/sim/rt/search"
)

const (
	outcomeExit     = uint32(event.Exited)
	outcomeDeadlock = uint32(event.Deadlock)
	outcomePanic    = uint32(event.Panicked)
	outcomeFatal    = uint32(event.Fatal)
	outcomeSteps    = uint32(event.StepLimit)
	outcomeOutput   = uint32(event.OutLimit)
	outcomeEvents   = uint32(event.LogLimit)
	outcomeDiverged = uint32(event.Diverged)
	outcomeStopped  = uint32(event.Stopped)
)

// ending is set once the run is over and only its last events are written.
var ending bool

// finish ends the run and the process.
func finish(outcome uint32, status int, msg string) {
	if exploring {
		ex.failed(outcome, status, msg)
		ex.finish(outcome, status, msg)
	}
	ending = true
	bufMax = bufSize
	put(event.Record{T: uint64(now()), Obj: event.ObjID(outcome), N: int32(status), Val: intern(msg), Kind: event.RunEnd, P: event.NoP})
	flush()
	if conf.record {
		if outcome != outcomeDeadlock && outcome != outcomeStopped && cur.path != "" { // who runs ends the run in the midst of its turn
			recordTurn(cur, true)
		}
		host.write(event.AppendSchedule(nil, events(), recorded))
	}
	os.Exit(status)
}

// cutOff ends a run that is only wanted for its schedule up to here.
func cutOff() { finish(outcomeStopped, 0, "") }

// Exit is os.Exit.
func Exit(status int) {
	if !ending {
		touch(nil, search.Exit)
		point(0)
	}
	finish(outcomeExit, status, "")
}

// mainReturned ends the run as the end of main does: whoever still waits has
// leaked.
func mainReturned() {
	if exploring {
		ex.mainReturned()
		return
	}
	if byName {
		cur.site = 0
	}
	point(0)
	ending = true
	bufMax = bufSize
	for g := gs.oldest; g != nil; g = g.newer {
		if g != cur && g.state == parked && g.reason != event.SleepWait && g.reason != event.SignalWait && g.reason != event.CoroWait {
			emit(event.Leak, 0, g.obj, g.id, 0, int32(g.reason), g.site)
		}
	}
	Exit(0)
}

// deadlock ends a run in which nobody can ever run again, with the words of
// checkdead in runtime/proc.go.
func deadlock() {
	ending = true
	bufMax = bufSize
	var b strings.Builder
	if gs.oldest == nil || gs.oldest.id != 1 {
		b.WriteString("fatal error: no goroutines (main called runtime.Goexit) - deadlock!\n")
	} else {
		b.WriteString("fatal error: all goroutines are asleep - deadlock!\n")
	}
	for g := gs.oldest; g != nil; g = g.newer {
		b.WriteString("\n" + g.place())
	}
	output(2, []byte(b.String()))
	for g := gs.oldest; g != nil; g = g.newer {
		emit(event.Stuck, 0, g.obj, g.id, 0, int32(g.reason), g.site)
	}
	finish(outcomeDeadlock, 2, "")
}

// waitWord is the runtime's word for a reason (waitReasonStrings in
// runtime/runtime2.go).
func waitWord(r event.Reason) string {
	switch r {
	case event.RecvWait:
		return "chan receive"
	case event.SendWait:
		return "chan send"
	case event.SelectPark:
		return "select"
	case event.Forever:
		return "select (no cases)"
	case event.NilRecv:
		return "chan receive (nil chan)"
	case event.NilSend:
		return "chan send (nil chan)"
	case event.MutexWait:
		return "sync.Mutex.Lock"
	case event.RLockWait:
		return "sync.RWMutex.RLock"
	case event.GroupWait:
		return "sync.WaitGroup.Wait"
	case event.CondWait:
		return "sync.Cond.Wait"
	case event.GCWait:
		return "wait for GC cycle"
	case event.SleepWait:
		return "sleep"
	case event.SignalWait:
		return "syscall"
	case event.CoroWait:
		return "coroutine"
	case event.BubbleWait:
		return "synctest.Wait"
	}
	return "waiting"
}

// Throw ends the run as the runtime's fatal errors do, which no recover stops.
func Throw(msg string) {
	trace := "\ngoroutine " + itoa(int64(cur.id)) + " [running]:\n\t" + siteString(cur.site) + "\n"
	if exploring {
		trace = "" // who it was does not make it another end
	}
	output(2, []byte("fatal error: "+msg+"\n"+trace))
	finish(outcomeFatal, 2, msg)
}

// die ends the run because of a panic that the running goroutine did not
// recover. It is called while the panicking frames are still on the stack.
func die(r any) { dieSaying(r, "") }

// dieAgain is die for a panic that our side recovered and panics with again, as
// printpanics in runtime/panic.go tells of it.
func dieAgain(r any) { dieSaying(r, " [recovered, repanicked]") }

func dieSaying(r any, how string) {
	msg := panicText(r)
	trace, site := learnerFrames()
	if b, ok := r.(*bubbleDeadlock); ok {
		trace += b.goroutines()
	}
	if site != 0 {
		cur.site = site
	}
	if exploring { // as explorer.died says it
		output(2, []byte("panic: "+msg+signalText(r)+"\n"))
	} else {
		output(2, []byte("panic: "+msg+how+signalText(r)+"\n\ngoroutine "+itoa(int64(cur.id))+" [running]:\n"+trace))
	}
	emit(event.GoPanic, cur.id, 0, 0, intern(clipTo(msg, 1000)), 0, cur.site)
	finish(outcomePanic, 2, clipTo(msg, 1000))
}

func clipTo(s string, n int) string {
	if len(s) > n {
		return s[:n]
	}
	return s
}

// shownFunc is a function's name as the runtime has it: the third init function
// is init.2.
func shownFunc(name string) string {
	return strings.ReplaceAll(strings.ReplaceAll(name, "ɪinit", "init."), "ɪ", "")
}

// learnerFrames writes the stack of the running goroutine without our own
// frames, and finds the site of the innermost one.
func learnerFrames() (trace string, site uint16) {
	var pcs [maxFrames]uintptr
	return framesOf(pcs[:runtime.Callers(3, pcs[:])])
}

// framesOf is learnerFrames of any stack.
func framesOf(pcs []uintptr) (trace string, site uint16) {
	frames := runtime.CallersFrames(pcs)
	var b strings.Builder
	for {
		f, more := frames.Next()
		if strings.HasSuffix(f.Function, "rt.(*coro).live") {
			return b.String(), site // below are goroutines that called Goexit
		}
		if fn, own := ownFunc(f.Function); own && !strings.HasSuffix(f.File, "interleave_init.go") {
			if site == 0 {
				site = siteAt(f.File, f.Line, fn)
			}
			fmt.Fprintf(&b, "%s(...)\n\t%s:%d\n", shownFunc(f.Function), shownFile(f.File), f.Line)
		}
		if !more {
			return b.String(), site
		}
	}
}
