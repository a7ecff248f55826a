package realtrace

import (
	"slices"
	"strings"

	"golang.org/x/exp/trace"

	"interleave/sim/event"
)

// Bounds of what is kept for the whole of a trace, which may be hostile.
const (
	maxTexts   = 1 << 20 // different names
	maxCallers = 1 << 20 // different callers
	maxObjects = 1 << 21 // tasks and metrics; a page holds some more
	maxText    = 4 << 10 // bytes of one text
	lateTasks  = 1 << 10 // that have ended, and may still be named
	maxFrames  = 128     // the runtime's own bound: a stack of so many has lost its beginning
)

// tables give numbers to the texts, places and objects of a trace, and tell the
// sink of each before its first use.
type tables struct {
	sink    event.Sink
	failed  *error
	outside bool // the sink is at work

	texts    map[string]uint32
	lastText uint32
	leaves   map[call]uint16 // places of events
	callers  map[call]uint32
	stacks   map[trace.Stack]place // of this generation
	root     string                // of the standard library's files
	rooted   bool
	tasks    map[trace.TaskID]event.ObjID
	late     [lateTasks]trace.TaskID // those that ended last, in a ring
	lates    int
	metrics  map[string]event.ObjID
	lastObj  event.ObjID
	lost     *uint64
}

// A call is a frame of a stack with what lies above it.
type call struct {
	file, function, line, caller uint32
	col                          uint32 // 0 where it is not known
}

// A place is what a stack says.
type place struct {
	site   uint16
	waits  event.Reason // why a goroutine waits whose stack it is
	sync   event.Reason // of what a goroutine waits for in package sync
	call   event.Val    // the function that makes the system call
	root   uint32       // text: the goroutine's function; 0 if the stack does not reach it
	probed bool         // a probe's function stood on it
	wraps  bool         // that is one that calls whatever it was given, and the stack ends there
}

func newTables(sink event.Sink, failed *error) tables {
	return tables{
		sink: sink, failed: failed,
		texts: map[string]uint32{}, leaves: map[call]uint16{}, callers: map[call]uint32{}, stacks: map[trace.Stack]place{},
		tasks: map[trace.TaskID]event.ObjID{}, metrics: map[string]event.ObjID{},
	}
}

// forget drops what is only good for one generation.
func (t *tables) forget() { clear(t.stacks) }

// hand lets the sink take something, unless it has failed before.
func (t *tables) hand(it func() error) {
	if *t.failed != nil {
		return
	}
	t.outside = true
	*t.failed = it()
	t.outside = false
}

// text returns the value that stands for s, a name that may come again.
func (t *tables) text(s string) event.Val { return event.Val(t.intern(s)) }

func (t *tables) intern(s string) uint32 {
	if s == "" {
		return 0
	}
	id, ok := t.texts[s]
	if !ok && len(t.texts) < maxTexts {
		id = t.define(s)
		t.texts[strings.Clone(s)] = id
	}
	return id
}

// once returns the value that stands for s, which will not come again.
func (t *tables) once(s string) event.Val {
	if s == "" {
		return 0
	}
	return event.Val(t.define(s))
}

// lastID is the last number that a text can have.
const lastID = 1<<31 - 1

func (t *tables) define(s string) uint32 {
	if t.lastText == lastID {
		return 0
	}
	t.lastText++
	if len(s) > maxText {
		s = strings.ToValidUTF8(s[:maxText], "") + "…"
	}
	t.hand(func() error { return t.sink.Text(t.lastText, s) })
	return t.lastText
}

// task returns the object that stands for a task; 0 for none.
func (t *tables) task(id trace.TaskID, name string) event.ObjID {
	if id == trace.NoTask || id == trace.BackgroundTask {
		return 0
	}
	obj, ok := t.tasks[id]
	if !ok {
		obj = t.object(event.Object{Class: event.Task, Name: t.intern(name)})
		if obj != 0 {
			t.tasks[id] = obj
		}
	}
	return obj
}

// ended forgets a task, but not at once: a region may end after it.
func (t *tables) ended(id trace.TaskID) {
	slot := &t.late[t.lates%lateTasks]
	if t.lates >= lateTasks {
		delete(t.tasks, *slot)
	}
	*slot = id
	t.lates++
}

func (t *tables) metricObject(name string) event.ObjID {
	obj, ok := t.metrics[name]
	if !ok {
		obj = t.object(event.Object{Class: event.Expvar, Name: t.intern(name)})
		t.metrics[name] = obj
	}
	return obj
}

func (t *tables) object(o event.Object) event.ObjID {
	if t.lastObj == maxObjects {
		return 0
	}
	t.lastObj++
	t.hand(func() error { return t.sink.Object(t.lastObj, o) })
	return t.lastObj
}

// stack returns what a stack says.
func (t *tables) stack(s trace.Stack) place {
	if s == trace.NoStack {
		return place{waits: event.UnknownWait, sync: event.SyncWait}
	}
	p, ok := t.stacks[s]
	if !ok {
		p = t.read(s)
		t.stacks[s] = p
	}
	return p
}

func (t *tables) read(s trace.Stack) place {
	frames := make([]trace.StackFrame, 0, maxFrames)
	for f := range s.Frames() {
		frames = append(frames, f)
	}
	p := place{waits: event.UnknownWait, sync: event.SyncWait}
	full := len(frames) >= maxFrames
	frames, p.probed = withoutProbes(frames)
	if len(frames) == 0 {
		return p
	}
	t.learnRoot(frames)
	p.waits, p.sync = waitsIn(frames), syncIn(frames)
	if !full {
		name, wraps := goroutineName(frames)
		p.root, p.wraps = t.intern(name), wraps
	}
	for _, f := range frames {
		if !strings.HasPrefix(f.Func, "runtime.") && !strings.HasPrefix(f.Func, "internal/runtime/") {
			p.call = t.text(f.Func)
			break
		}
	}
	p.site = t.site(frames[t.inmost(frames):])
	return p
}

// withoutProbes takes the functions of probes off a stack, which stand around the
// operations of the program. It reports whether there were any.
func withoutProbes(frames []trace.StackFrame) ([]trace.StackFrame, bool) {
	n := len(frames)
	frames = slices.DeleteFunc(frames, func(f trace.StackFrame) bool { return strings.HasPrefix(f.Func, event.ProbePackage) })
	return frames, len(frames) < n
}

// goroutineName is what a goroutine is called: its first function, or the one
// that this calls if it is one of those that call what they were given, and that
// are all alike.
func goroutineName(frames []trace.StackFrame) (name string, wraps bool) {
	last := len(frames) - 1
	switch name = frames[last].Func; name {
	case "runtime.main", "runtime.doInit1", "runtime.doInit": // its goroutine runs initialisers first
		return "main.main", false
	case "sync.(*WaitGroup).Go.func1", "golang.org/x/sync/errgroup.(*Group).Go.func1", "golang.org/x/sync/errgroup.(*Group).TryGo.func1",
		"time.goFunc", "testing.tRunner", "runtime.corostart":
		if last > 0 {
			return frames[last-1].Func, false
		}
		return name, true
	}
	return name, false
}

// learnRoot finds out where the files of the standard library are.
func (t *tables) learnRoot(frames []trace.StackFrame) {
	if t.rooted {
		return
	}
	for _, f := range frames {
		if !strings.HasPrefix(f.Func, "runtime.") {
			continue
		}
		if i := strings.LastIndex(f.File, "/src/runtime/"); i >= 0 {
			t.root, t.rooted = f.File[:i]+"/src/", true
			return
		}
		if strings.HasPrefix(f.File, "runtime/") { // it was built with -trimpath
			t.root, t.rooted = "", true
			return
		}
	}
}

// inmost returns which frame is the innermost of the program's own; if all are
// the library's, the innermost outside of what makes goroutines wait.
func (t *tables) inmost(frames []trace.StackFrame) int {
	if t.rooted {
		for i, f := range frames {
			if f.File != "" && !t.library(f) {
				return i
			}
		}
	}
	for i, f := range frames {
		if !inner(f.Func) {
			return i
		}
	}
	return 0
}

// library reports whether a frame is the standard library's, or of what is linked
// into programs that are observed.
func (t *tables) library(f trace.StackFrame) bool {
	if strings.HasPrefix(f.Func, "interleave/sim/rt/") || strings.HasPrefix(f.Func, "main.ɪ") {
		return true
	}
	if t.root != "" {
		return strings.HasPrefix(f.File, t.root)
	}
	// Files are called by the import path of their package, which has no dot in
	// its first part.
	slash := strings.LastIndexByte(f.File, '/')
	if slash < 0 || strings.Contains(f.File[:strings.IndexByte(f.File, '/')], ".") {
		return false
	}
	return strings.HasPrefix(f.Func, f.File[:slash]+".")
}

// inner reports whether a function belongs to what makes goroutines wait.
func inner(f string) bool {
	for _, p := range [...]string{"runtime.", "internal/", "runtime/internal/", "sync.", "sync/atomic.", "syscall.", "time."} {
		if strings.HasPrefix(f, p) {
			return f != "runtime.main"
		}
	}
	return false
}

// site returns the site that stands for a stack, innermost frame first. Where
// there are too many different ones, sites lose their callers, and then events
// their sites.
func (t *tables) site(frames []trace.StackFrame) uint16 {
	const enough = event.MaxSite - 1<<12
	var up uint32
	for i := len(frames) - 1; i > 0; i-- {
		up = t.caller(t.frame(frames[i], up))
	}
	if len(t.leaves) >= enough {
		up = 0
	}
	return t.leaf(t.frame(frames[0], up))
}

func (t *tables) leaf(key call) uint16 {
	id, ok := t.leaves[key]
	if !ok {
		if len(t.leaves) == event.MaxSite {
			*t.lost++
			return 0
		}
		id = uint16(len(t.leaves) + 1)
		t.leaves[key] = id
		t.tell(uint32(id), key)
	}
	return id
}

// sourceSite returns the site that stands for a place in the source.
func (t *tables) sourceSite(file, function string, line, col int) uint16 {
	if file == "" || line <= 0 {
		return 0
	}
	key := call{file: t.intern(file), function: t.intern(function), line: uint32(line), col: uint32(col)}
	return t.leaf(key)
}

func (t *tables) caller(key call) uint32 {
	id, ok := t.callers[key]
	if !ok {
		if len(t.callers) == maxCallers {
			return 0
		}
		id = event.MaxSite + 1 + uint32(len(t.callers))
		t.callers[key] = id
		t.tell(id, key)
	}
	return id
}

func (t *tables) frame(f trace.StackFrame, up uint32) call {
	return call{file: t.intern(f.File), function: t.intern(f.Func), line: uint32(f.Line), caller: up}
}

func (t *tables) tell(id uint32, c call) {
	t.hand(func() error {
		return t.sink.Site(id, event.Site{Line: c.line, Col: c.col, File: c.file, Func: c.function, Caller: c.caller})
	})
}
