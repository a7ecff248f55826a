package explore

import (
	"slices"
	"strings"
	"time"

	"interleave/sim/event"
	"interleave/sim/event/eventlog"
	"interleave/sim/say"
)

// mostDone bounds how many things are told of one step.
const mostDone = 4

// mostTold bounds how many steps of a run are told.
const mostTold = 1000

// steps tells a run turn by turn up to and with the event number until; -1 is
// to its end. Of a run that has more than mostTold the beginning is told.
func steps(lang string, log *eventlog.Log, until int) []Step {
	s := stepper{lang: lang, log: log, w: eventlog.NewWorld(log)}
	for i, r := range log.Events {
		if until >= 0 && i > until && r.Kind != event.GoPanic {
			break
		}
		if len(s.steps) == mostTold && (r.Kind == event.GoStart || r.Kind == event.TimerFire || r.Kind == event.GoReady) {
			break
		}
		s.event(i, r)
		s.w.Apply(r)
		s.after(r)
	}
	s.close()
	return s.steps
}

// A deed is one thing that a step does.
type deed struct {
	what  string
	minor bool // it is told only where there is room
}

// stepper folds events into steps.
type stepper struct {
	lang  string
	log   *eventlog.Log
	w     *eventlog.World
	steps []Step
	does  []deed // of the last step
	who   event.GID
	gave  event.GID // who did so last, if nobody ran since
}

// event takes in an event before it changes the world.
func (s *stepper) event(i int, r event.Record) {
	switch {
	case r.Kind == event.GoStart:
		s.start(i, r)
	case r.Kind == event.TimerFire, r.Kind == event.GoReady && r.G == 0 && s.sleeps(event.GID(r.Peer)):
		if s.who == 0 || s.w.Goroutines[s.who].State != eventlog.Running {
			s.time(i, r)
		}
	case r.G != 0 && r.G == s.who:
		s.steps[len(s.steps)-1].count++
		if p := place(s.log, r.Site); p.Line != 0 {
			last := &s.steps[len(s.steps)-1]
			if last.Site.Line == 0 {
				last.Site = p
			}
			last.Until = p
		}
		s.tell(deed{phrase(s.lang, s.log, s.w, r), r.Kind == event.Read || r.Kind == event.Write || r.Kind == event.AtomicLoad})
	}
}

func (s *stepper) sleeps(g event.GID) bool {
	one := s.w.Goroutines[g]
	return one != nil && one.State == eventlog.Parked && one.Reason == event.SleepWait
}

// start begins a step, unless the goroutine goes on that took the last one.
func (s *stepper) start(i int, r event.Record) {
	gave := s.gave
	s.gave = 0
	if r.G == s.who && len(s.steps) > 0 && s.steps[len(s.steps)-1].Path != Time {
		return
	}
	g := s.w.Goroutines[r.G]
	if g == nil {
		return
	}
	s.close()
	step := Step{Event: i, Path: g.Path, Name: s.log.Text(g.Name), Site: place(s.log, g.Site)}
	if step.Site.Line == 0 {
		step.Site = place(s.log, r.Site)
	}
	step.Preempts = gave != 0 && gave != r.G && s.couldGoOn(gave, i)
	s.steps, s.who = append(s.steps, step), r.G
}

// time begins a step of nobody: a timer fires.
func (s *stepper) time(i int, r event.Record) {
	s.close()
	step := Step{Event: i, Path: Time, Name: say.Text(s.lang, "explore.step.time"), Preempts: s.somebodyCould(i)}
	d := time.Duration(r.T).Round(time.Microsecond)
	if d > time.Second {
		d = d.Round(time.Millisecond)
	}
	if r.Kind == event.TimerFire {
		step.Does = say.Text(s.lang, "explore.step.timer", "what", thing(s.lang, s.log, r.Obj), "at", d)
	} else {
		step.Does = say.Text(s.lang, "explore.step.wakes", "who", who(s.lang, s.w, s.log, event.GID(r.Peer)), "at", d)
	}
	s.steps, s.who = append(s.steps, step), 0
}

// somebodyCould reports whether a goroutine could have gone on, so that time is
// early: that it is not is no more than usual.
func (s *stepper) somebodyCould(i int) bool {
	for _, g := range s.w.Goroutines {
		if g.State == eventlog.Runnable && s.couldGoOn(g.ID, i) {
			return true
		}
	}
	return false
}

// after notes, once the world has changed, who gave way.
func (s *stepper) after(r event.Record) {
	switch r.Kind {
	case event.GoYield:
		if w := event.Why(r.N); w == event.Switched || w == event.Preempted {
			s.gave = r.G
		}
	case event.GoPark, event.GoEnd:
		s.gave = 0
	}
}

// couldGoOn reports whether a goroutine that gave way at event i could have
// gone on: it does not stand before something for which it would have had to
// wait, as who is said to wait for a lock, without having tried it, when
// schedules are searched.
func (s *stepper) couldGoOn(g event.GID, i int) bool {
	for _, r := range s.log.Events[i:] {
		switch {
		case r.Kind == event.Stuck && event.GID(r.Peer) == g:
			return false
		case r.G != g || r.Kind == event.GoStart:
			continue
		}
		switch r.Kind {
		case event.Lock, event.RLock:
			l := s.w.Locks[r.Obj]
			return l == nil || l.Holder == 0 && (r.Kind == event.RLock || len(l.Readers) == 0)
		case event.WaitDone:
			c := s.w.Groups[r.Obj]
			return c == nil || c.Counter == 0
		case event.GoPark:
			switch event.Reason(r.N) {
			case event.MutexWait, event.RLockWait, event.GroupWait, event.OnceWait:
				return !s.wouldWait(r)
			}
			return true
		}
		return true
	}
	return true
}

// wouldWait reports whether a goroutine that parks later would have had to
// already now.
func (s *stepper) wouldWait(r event.Record) bool {
	switch event.Reason(r.N) {
	case event.MutexWait, event.RLockWait:
		l := s.w.Locks[r.Obj]
		return l != nil && (l.Holder != 0 || event.Reason(r.N) == event.MutexWait && len(l.Readers) > 0)
	case event.GroupWait:
		c := s.w.Groups[r.Obj]
		return c != nil && c.Counter != 0
	case event.OnceWait:
		o := s.w.Onces[r.Obj]
		return o != nil && o.Runner != 0 && !o.Done
	}
	return false
}

func (s *stepper) tell(d deed) {
	const most = 100
	same := func(have deed) bool { return have.what == d.what }
	if d.what != "" && len(s.does) < most && !slices.ContainsFunc(s.does, same) {
		s.does = append(s.does, d)
	}
}

// close ends the last step. Of much that it does the beginning is told, and
// what comes last: that tells why it stops there.
func (s *stepper) close() {
	does := s.does
	s.does = nil
	if len(s.steps) == 0 || len(does) == 0 {
		return
	}
	more := len(does) > mostDone
	if last := len(does) - 1; more {
		for i := last - 1; i > 0 && len(does) > mostDone; i-- {
			if does[i].minor {
				does = slices.Delete(does, i, i+1)
			}
		}
		if last = len(does) - 1; last >= mostDone {
			does = append(does[:mostDone-1:mostDone-1], does[last])
		}
	}
	all := does[0].what
	for i, d := range does[1:] {
		key := "explore.does.then"
		if more && i == len(does)-2 {
			key = "explore.does.more"
		}
		all = say.Text(s.lang, key, "list", all, "next", d.what)
	}
	s.steps[len(s.steps)-1].Does = all
}

// phrase says in a few words what an event is: "locks mu"; "" for what is not
// worth a word.
func phrase(lang string, log *eventlog.Log, w *eventlog.World, r event.Record) string {
	key := "explore.does." + r.Kind.String()
	switch {
	case place(log, r.Site).Line != 0:
	case r.Kind == event.GoPark, r.Kind == event.GoCreate, r.Kind == event.GoEnd, r.Kind == event.GoPanic, r.Kind == event.Output:
	default:
		return "" // inside a package that is not the learner's, and not called from one that is
	}
	what := thing(lang, log, r.Obj)
	if (r.Kind == event.Read || r.Kind == event.Write) && log.Texts[log.Objects[r.Obj].Name] == "" {
		return "" // the compiler's, as the one of a range
	}
	switch r.Kind {
	case event.GoPark:
		key = "explore.does.waits." + event.Reason(r.N).String()
	case event.GoCreate:
		return say.Text(lang, key, "who", say.Short(log.Text(r.Val)))
	case event.GoPanic:
		return say.Text(lang, key, "message", log.Text(r.Val))
	case event.Output:
		if r.N == 2 && strings.HasPrefix(log.Text(r.Val), "panic: ") {
			return "" // the runtime does
		}
		return say.Text(lang, key, "text", shortened(log.Text(r.Val)))
	case event.SelectChosen:
		if r.N < 0 {
			key = "explore.does.SelectChosen.default"
		}
	case event.ChanSend, event.ChanRecv, event.ChanReceived, event.ChanRecvClosed, event.ChanClose, event.ChanSent,
		event.Lock, event.Unlock, event.RLock, event.RUnlock, event.TryFail, event.WaitDone,
		event.CondSignal, event.CondAll, event.CondWoken, event.OnceDone, event.TimerSet, event.TimerStop,
		event.AtomicLoad, event.AtomicStore, event.AtomicRMW, event.Read, event.Write, event.Race, event.CtxCancel, event.GoEnd:
	case event.WaitAdd:
		if n, ok := r.Val.Int(); ok && n < 0 {
			key = "explore.does.WaitAdd.done"
		}
	case event.OnceDo:
		if r.N == 0 {
			key = "explore.does.OnceDo.done"
		}
	default:
		return ""
	}
	return say.Text(lang, key, "what", what, "val", shortened(log.Text(r.Val)), "n", r.N)
}

// shortened is the beginning of a text, on one line.
func shortened(s string) string {
	const most = 40
	runes := []rune(s)
	for i, c := range runes {
		if c == '\n' || i == most {
			if i == len(runes)-1 && c == '\n' {
				return string(runes[:i])
			}
			return string(runes[:i]) + "…"
		}
	}
	return s
}

// thing is what an object is called.
func thing(lang string, log *eventlog.Log, id event.ObjID) string {
	o, ok := log.Objects[id]
	if !ok {
		return say.Text(lang, "ui.object.unknown", "id", id)
	}
	return named(lang, o.Class, log.Texts[o.Name], place(log, uint16(o.Site)))
}

// named is an object's name; what has none is called by its class and place.
func named(lang string, class event.Class, name string, made Site) string {
	switch {
	case name != "":
		return name
	case class == 0 || class >= event.NumClasses:
		return say.Text(lang, "explore.something")
	case made.Line == 0:
		word, key := say.Text(lang, "ui.class."+class.String()), "explore.nameless"
		if strings.ContainsRune("aeioAEIO", rune(word[0])) {
			key = "explore.nameless.an"
		}
		return say.Text(lang, key, "class", word)
	}
	return say.Text(lang, "ui.object.at", "class", say.Text(lang, "ui.class."+class.String()), "place", say.Text(lang, "ui.place.line", "line", made.Line))
}

// who is a goroutine as the sentences name it.
func who(lang string, w *eventlog.World, log *eventlog.Log, id event.GID) string {
	g := w.Goroutines[id]
	if g == nil {
		return say.Text(lang, "explore.somebody")
	}
	return name(lang, log.Text(g.Name), g.Path)
}

// name is a goroutine's function and its place in the tree of go statements,
// which is the same in every schedule.
func name(lang, function, path string) string {
	switch {
	case path == "":
		return say.Text(lang, "explore.somebody")
	case function == "":
		return say.Text(lang, "explore.who.nameless", "path", path)
	}
	return say.Text(lang, "explore.who", "name", say.Short(function), "path", path)
}

func place(log *eventlog.Log, site uint16) Site {
	p := log.Place(site)
	return Site{File: p.File, Line: p.Line, Col: p.Col, Func: p.Func}
}
