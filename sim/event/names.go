package event

import "strconv"

//go:generate go run ./gen

// The names are the constants' own; a test compares them with event.go.

var kindNames = [NumKinds]string{
	GoCreate: "GoCreate", GoStart: "GoStart", GoPark: "GoPark", GoReady: "GoReady", GoYield: "GoYield", GoEnd: "GoEnd", GoPanic: "GoPanic",
	ProcStart: "ProcStart", ProcStop: "ProcStop", Enqueue: "Enqueue", Steal: "Steal", Knob: "Knob",
	ChanMake: "ChanMake", ChanSend: "ChanSend", ChanRecv: "ChanRecv", ChanSent: "ChanSent", ChanReceived: "ChanReceived",
	ChanRecvClosed: "ChanRecvClosed", ChanClose: "ChanClose", SelectWait: "SelectWait", SelectChosen: "SelectChosen",
	Lock: "Lock", Unlock: "Unlock", RLock: "RLock", RUnlock: "RUnlock", TryFail: "TryFail",
	WaitAdd: "WaitAdd", WaitDone: "WaitDone", CondSignal: "CondSignal", CondAll: "CondAll", CondWoken: "CondWoken",
	OnceDo: "OnceDo", OnceDone: "OnceDone",
	Sleep: "Sleep", TimerSet: "TimerSet", TimerFire: "TimerFire", TimerStop: "TimerStop",
	AtomicLoad: "AtomicLoad", AtomicStore: "AtomicStore", AtomicRMW: "AtomicRMW", Read: "Read", Write: "Write",
	Output: "Output", Leak: "Leak", Stuck: "Stuck", RunEnd: "RunEnd", Race: "Race", Choice: "Choice",
	TaskBegin: "TaskBegin", TaskEnd: "TaskEnd", RegionBegin: "RegionBegin", RegionEnd: "RegionEnd", UserLog: "UserLog", Label: "Label", Signal: "Signal",
	ProcSpin: "ProcSpin", ProcHand: "ProcHand", SysEnter: "SysEnter", SysExit: "SysExit", Retake: "Retake",
	WorldStop: "WorldStop", WorldStart: "WorldStart", GCStart: "GCStart", GCWork: "GCWork", GCAssist: "GCAssist", GCEnd: "GCEnd",
	CtxMake: "CtxMake", CtxDone: "CtxDone", CtxAsk: "CtxAsk", CtxCancel: "CtxCancel", Metric: "Metric",
	Traced: "Traced", GoName: "GoName", GCSweep: "GCSweep",
	Partial: "Partial",
}

var reasonNames = [NumReasons]string{
	RecvWait: "RecvWait", SendWait: "SendWait", SelectPark: "SelectPark", Forever: "Forever", NilRecv: "NilRecv", NilSend: "NilSend",
	MutexWait: "MutexWait", RLockWait: "RLockWait", GroupWait: "GroupWait", CondWait: "CondWait", SleepWait: "SleepWait", OnceWait: "OnceWait",
	SignalWait: "SignalWait", CoroWait: "CoroWait", BubbleWait: "BubbleWait",
	GCWait: "GCWait", SyncWait: "SyncWait", NetWait: "NetWait", AssistWait: "AssistWait", SystemWait: "SystemWait",
	HeldWait: "HeldWait", UnknownWait: "UnknownWait",
}

var whyNames = [NumWhys]string{
	FromRunNext: "FromRunNext", FromLocal: "FromLocal", FromGlobal: "FromGlobal", FromSteal: "FromSteal", Tick61: "Tick61",
	ByPolicy: "ByPolicy", ByHand: "ByHand", Preempted: "Preempted", Gosched: "Gosched", Switched: "Switched",
	Handed: "Handed", Directly: "Directly", FromPull: "FromPull", Unsaid: "Unsaid",
}

var queueNames = [NumQueues]string{RunNext: "RunNext", Local: "Local", Global: "Global", GlobalHead: "GlobalHead"}

var ctxKindNames = [NumCtxKinds]string{
	Background: "Background", TODO: "TODO", WithCancel: "WithCancel", WithDeadline: "WithDeadline", WithValue: "WithValue",
	WithoutCancel: "WithoutCancel", AfterFunc: "AfterFunc",
}

var outcomeNames = [NumOutcomes]string{
	Exited: "Exited", Deadlock: "Deadlock", Panicked: "Panicked", Fatal: "Fatal", StepLimit: "StepLimit", OutLimit: "OutLimit",
	LogLimit: "LogLimit", TimeLimit: "TimeLimit", MemLimit: "MemLimit", Stopped: "Stopped", Diverged: "Diverged", Untold: "Untold",
}

var originNames = [NumOrigins]string{FromTrace: "FromTrace", FromProbes: "FromProbes", FromOutside: "FromOutside"}

var classNames = [NumClasses]string{
	Chan: "Chan", Mutex: "Mutex", RWMutex: "RWMutex", WaitGroup: "WaitGroup", Once: "Once", Cond: "Cond", Timer: "Timer", Atomic: "Atomic", Task: "Task", Variable: "Variable", Bubble: "Bubble", Context: "Context", Expvar: "Expvar",
}

// String returns the constant's name, "Kind(n)" for a number without one.
func (k Kind) String() string { return nameOf(kindNames[:], "Kind", int64(k)) }

// String returns the constant's name, "Reason(n)" for a number without one.
func (r Reason) String() string { return nameOf(reasonNames[:], "Reason", int64(r)) }

// String returns the constant's name, "Why(n)" for a number without one.
func (w Why) String() string { return nameOf(whyNames[:], "Why", int64(w)) }

// String returns the constant's name, "Queue(n)" for a number without one.
func (q Queue) String() string { return nameOf(queueNames[:], "Queue", int64(q)) }

// String returns the constant's name, "CtxKind(n)" for a number without one.
func (k CtxKind) String() string { return nameOf(ctxKindNames[:], "CtxKind", int64(k)) }

// String returns the constant's name, "Origin(n)" for a number without one.
func (o Origin) String() string { return nameOf(originNames[:], "Origin", int64(o)) }

// String returns the constant's name, "Outcome(n)" for a number without one.
func (o Outcome) String() string { return nameOf(outcomeNames[:], "Outcome", int64(o)) }

// String returns the constant's name, "Class(n)" for a number without one.
func (c Class) String() string { return nameOf(classNames[:], "Class", int64(c)) }

func nameOf(names []string, of string, n int64) string {
	if n > 0 && n < int64(len(names)) {
		return names[n]
	}
	return of + "(" + strconv.FormatInt(n, 10) + ")"
}
