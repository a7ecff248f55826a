package realtrace

import (
	"strings"

	"golang.org/x/exp/trace"

	"interleave/sim/event"
)

// reasonOf is why a goroutine waits, for the runtime's word for it and the stack
// at which it waits. The words are those of traceBlockReasonStrings in
// runtime/traceruntime.go.
func reasonOf(word string, s place) event.Reason {
	switch word {
	case "chan send":
		return event.SendWait
	case "chan receive":
		return event.RecvWait
	case "select":
		return event.SelectPark
	case "forever":
		return event.Forever
	case "sync":
		return s.sync
	case "sync.(*Cond).Wait":
		return event.CondWait
	case "network":
		return event.NetWait
	case "sleep":
		return event.SleepWait
	case "GC mark assist wait for work":
		return event.AssistWait
	case "wait until GC ends", "GC weak to strong wait":
		return event.GCWait
	case "GC background sweeper wait", "system goroutine wait":
		return event.SystemWait
	case "preempted", "wait for debug call":
		return event.HeldWait
	case "synctest":
		return event.BubbleWait
	case "": // the half of a switch between the two sides of an iter.Pull
		return event.CoroWait
	}
	return event.UnknownWait
}

// oldReasonOf is reasonOf for a trace from before Go 1.22, which has no word
// for what is not listed.
func oldReasonOf(word string, s place) event.Reason {
	if word == "" {
		return s.waits
	}
	return reasonOf(word, s)
}

// whyOf is why a goroutine stopped running, for the runtime's word for it.
func whyOf(word string) event.Why {
	switch word {
	case "runtime.Gosched":
		return event.Gosched
	case "preempted":
		return event.Preempted
	}
	return event.Unsaid
}

// syncIn tells, from the stack of a goroutine that waits in package sync, for
// what: the outermost of the package's functions says it, since a Once and an
// RWMutex wait in a Mutex of their own.
func syncIn(frames []trace.StackFrame) event.Reason {
	reason := event.SyncWait
	for _, f := range frames {
		switch f.Func {
		case "sync.(*Mutex).Lock", "sync.(*RWMutex).Lock":
			reason = event.MutexWait
		case "sync.(*RWMutex).RLock":
			reason = event.RLockWait
		case "sync.(*WaitGroup).Wait":
			reason = event.GroupWait
		case "sync.(*Once).doSlow", "sync.(*Once).Do":
			reason = event.OnceWait
		default:
			if !strings.HasPrefix(f.Func, "runtime.") && !strings.HasPrefix(f.Func, "sync.") && !strings.HasPrefix(f.Func, "internal/") {
				return reason
			}
		}
	}
	return reason
}

// waitsIn tells, from the stack of a goroutine that was parked before the trace
// began, why: the function of the runtime in which it is does only that.
func waitsIn(frames []trace.StackFrame) event.Reason {
	for _, f := range frames {
		switch f.Func {
		case "runtime.gopark", "runtime.goparkunlock", "runtime.semacquire1", "runtime.semacquire", "internal/sync.runtime_SemacquireMutex",
			"sync.runtime_SemacquireRWMutexR", "sync.runtime_SemacquireRWMutex", "sync.runtime_SemacquireWaitGroup", "sync.runtime_Semacquire",
			"internal/sync.(*Mutex).lockSlow", "internal/sync.(*Mutex).Lock", "sync.runtime_SemacquireMutex":
			continue
		case "runtime.chansend", "runtime.chansend1":
			return event.SendWait
		case "runtime.chanrecv", "runtime.chanrecv1", "runtime.chanrecv2":
			return event.RecvWait
		case "runtime.selectgo":
			return event.SelectPark
		case "time.Sleep":
			return event.SleepWait
		case "internal/poll.runtime_pollWait":
			return event.NetWait
		case "sync.runtime_notifyListWait", "sync.(*Cond).Wait":
			return event.CondWait
		}
		if strings.HasPrefix(f.Func, "sync.") {
			return syncIn(frames)
		}
		if strings.HasPrefix(frames[len(frames)-1].Func, "runtime.") && frames[len(frames)-1].Func != "runtime.main" {
			return event.SystemWait
		}
		return event.UnknownWait
	}
	return event.UnknownWait
}
