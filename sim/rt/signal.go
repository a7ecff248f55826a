package rt

import "interleave/sim/event"

// Signals of the program, by number. They are delivered as runtime/sigqueue.go
// does it; package os/signal, from its own source, is above.
var (
	sigWanted, sigIgnored, sigPending uint64
	sigWaiter                         *g // the goroutine in SignalRecv
)

// quietSignals do nothing to a program that does not ask for them: SIGCHLD,
// SIGCONT, SIGURG and SIGWINCH.
const quietSignals = 1<<17 | 1<<18 | 1<<23 | 1<<28

// SignalEnable is signal_enable: the program wants to hear of signal n.
func SignalEnable(n uint32) {
	if n < 64 {
		sigWanted |= 1 << n
		sigIgnored &^= 1 << n
	}
}

// SignalDisable is signal_disable: signal n has its usual effect again.
func SignalDisable(n uint32) {
	if n < 64 {
		sigWanted &^= 1 << n
		sigIgnored &^= 1 << n
	}
}

// SignalIgnore is signal_ignore: signal n has no effect.
func SignalIgnore(n uint32) {
	if n < 64 {
		sigWanted &^= 1 << n
		sigIgnored |= 1 << n
	}
}

// SignalIgnored is signal_ignored.
func SignalIgnored(n uint32) bool { return n < 64 && sigIgnored&(1<<n) != 0 }

// SignalRecv is signal_recv: it waits for a signal that is wanted.
func SignalRecv() uint32 {
	for sigPending == 0 {
		sigWaiter = cur
		park(event.SignalWait, 0, 0)
	}
	var n uint32
	for sigPending&(1<<n) == 0 {
		n++
	}
	sigPending &^= 1 << n
	return n
}

// SignalWaitUntilIdle is signalWaitUntilIdle: it lets the receiver of signals
// take those that have come.
func SignalWaitUntilIdle() {
	for sigPending != 0 {
		Gosched()
	}
}

// Raise sends the program signal n, as the running goroutine (kill of its own
// process) or, if by is nil, as somebody outside would.
func Raise(n int) {
	point(costSyscall)
	raise(n, cur)
}

func raise(n int, by *g) {
	if n <= 0 || n >= 64 {
		return
	}
	var id uint32
	var site uint16
	if by != nil {
		id, site = by.id, by.site
	}
	emit(event.Signal, id, 0, 0, 0, int32(n), site)
	bit := uint64(1) << n
	switch {
	case n != sigKill && sigWanted&bit != 0:
		sigPending |= bit
		if w := sigWaiter; w != nil {
			sigWaiter = nil
			ready(w, by, 0)
		}
	case n != sigKill && (sigIgnored|quietSignals)&bit != 0:
	default:
		finish(outcomeFatal, 128+n, "signal: "+signalName(n))
	}
}

const sigKill = 9

// signalName is what the shell calls signal n.
func signalName(n int) string {
	switch n {
	case 1:
		return "hangup"
	case 2:
		return "interrupt"
	case 3:
		return "quit"
	case 9:
		return "killed"
	case 15:
		return "terminated"
	}
	return "number " + itoa(int64(n))
}

// next is who runs next. Where nobody can, a program that waits for a signal
// waits for the host to send one; any other is deadlocked.
func next() *g {
	if events() >= conf.cut {
		cutOff()
	}
	for {
		if g := mach.dispatch(); g != nil {
			return g
		}
		if sigWaiter == nil || host.in == nil {
			deadlock()
		}
		if len(lateSignals) > 0 {
			raiseLate()
			continue
		}
		flush()
		op, arg := command()
		obey(op, arg)
	}
}

// obey does what a command asks for, if it is not about choosing.
func obey(op byte, arg uint64) {
	switch op {
	case opGrant:
		host.grant = arg
		limitBuf()
	case opTaken:
		host.taken = arg
	case opSignal:
		raise(int(arg&63), nil)
	}
}

// lateSignals came while there was no room for events about them.
var lateSignals []uint64

func raiseLate() {
	for len(lateSignals) > 0 {
		n := lateSignals[0]
		lateSignals = lateSignals[1:]
		obey(opSignal, n)
	}
}
