package explore

import (
	"cmp"
	"fmt"
	"math"
	"path"
	"strconv"
	"strings"
	"time"

	"interleave/sim/event"
	"interleave/sim/event/eventlog"
	"interleave/sim/say"
)

// The classes of damage and the rules behind them. Each has its sentence, and
// may be the cause of another.
var (
	classes = []string{
		"deadlock", "partial-deadlock", "leak", "race", "panic", "fatal", "invariant", "livelock", "starvation",
		"send-on-closed", "close-of-closed", "nil-channel", "negative-waitgroup", "wait-forever", "double-lock",
		"unlock-of-unlocked", "lock-upgrade", "lost-signal", "lock-order", "recursive-rlock", "cond-no-loop",
		"timer-not-stopped", "context-not-cancelled", "add-concurrent-wait", "lost-update", "atomicity", "order",
		"output-differs", "unfinished", "endless", "never-signalled", "never-unlocked", "no-receiver", "no-sender", "no-case", "no-cases", "once",
	}
	known = func() map[string]bool {
		m := map[string]bool{}
		for _, c := range classes {
			m[c] = true
		}
		return m
	}()
)

func (e *explorer) text(key string, args ...any) string { return say.Text(e.o.Lang, key, args...) }

// sentences says in one sentence what a finding is, and what it needs.
func (e *explorer) sentences(f *Finding) {
	t := teller{lang: e.o.Lang, f: f}
	f.Sentence, f.Late = t.sentence(), t.late()
}

// A teller puts the sentence about one finding together.
type teller struct {
	lang string
	f    *Finding
}

func (t teller) text(key string, args ...any) string { return say.Text(t.lang, key, args...) }

func (t teller) sentence() string {
	f := t.f
	class := f.Class
	if !known[class] {
		class = "other"
	}
	key := "explore.class." + class
	switch {
	case class == "invariant" && f.failed != "":
		key = "explore.class.invariant.test"
	case class == "deadlock" && len(f.Goroutines) == 0:
		key = "explore.class.deadlock.unknown"
	case class == "unfinished" && len(f.Goroutines) == 0:
		key = "explore.class.unfinished.run"
	case class == "lock-order" && t.what(0) == t.what(1):
		key = "explore.class.lock-order.alike"
	case class == "race" && f.Message == "wrote", class == "race" && f.Message == "writes", class == "race" && f.Message == "both write":
		key = "explore.class.race." + strings.ReplaceAll(f.Message, " ", "")
	}
	s := t.text(key,
		"class", f.Class, "who", t.who(0), "other", t.who(1), "what", t.what(0), "that", t.what(1),
		"at", t.at(t.later(0)), "there", t.at(t.later(1)), "first", t.at(t.site(0)), "then", t.at(t.site(1)),
		"waits", t.waits(), "message", t.message(), "test", f.failed)
	if class == "lock-order" && len(f.Sites) >= 4 {
		s = t.orders()
	}
	s = upper(s)
	if f.Cause == "" || f.Cause == f.Class {
		return s
	}
	cause := "other"
	if known[f.Cause] {
		cause = f.Cause
	}
	if cause == "lock-order" && t.what(0) == t.what(1) {
		cause = "lock-order.alike"
	}
	return t.text("explore.because", "sentence", s, "cause", t.text("explore.cause."+cause,
		"cause", f.Cause, "what", t.what(0), "that", t.another()))
}

// upper is a sentence with a capital at its beginning, unless that is the name
// of something in the program.
func upper(s string) string {
	for _, article := range []string{"the ", "a ", "an ", "another ", "somebody ", "something "} {
		if strings.HasPrefix(s, article) {
			return strings.ToUpper(s[:1]) + s[1:]
		}
	}
	return s
}

func (t teller) message() string {
	first, _, _ := strings.Cut(t.f.Message, "\n")
	switch {
	case t.f.failed != "":
		first = t.f.printed
	case t.f.printed != "":
		first = t.text("explore.message.printed", "message", first, "printed", t.f.printed)
	}
	if first == "" {
		return t.text("explore.message.none")
	}
	return strings.TrimSuffix(first, ".")
}

func (t teller) who(i int) string {
	if i < len(t.f.Goroutines) {
		return name(t.lang, t.f.Goroutines[i].Name, t.f.Goroutines[i].Path)
	}
	if i > 0 && len(t.f.Goroutines) > 0 {
		return t.text("explore.another")
	}
	return t.text("explore.somebody")
}

func (t teller) what(i int) string {
	if i < len(t.f.Objects) {
		o := t.f.Objects[i]
		if o.At.File == t.later(0).File && o.At.Line == t.later(0).Line {
			o.At = Site{} // the sentence says it
		}
		return named(t.lang, classOf(o.Class), o.Name, o.At)
	}
	if i < len(t.f.Goroutines) && t.f.Goroutines[i].On != "" {
		return t.f.Goroutines[i].On
	}
	if last := t.later(0); i == 0 && last.Name != "" && about[t.f.Class] != 0 {
		return last.Name
	}
	return named(t.lang, about[t.f.Class], "", Site{})
}

// another is what else it is about: another thing than the first, if there is one.
func (t teller) another() string {
	first := t.what(0)
	for i := 1; i < max(len(t.f.Objects), len(t.f.Goroutines)); i++ {
		if what := t.what(i); what != first {
			return what
		}
	}
	return t.what(1)
}

// about are the classes of what findings are about whose thing has no name.
var about = map[string]event.Class{
	"send-on-closed": event.Chan, "close-of-closed": event.Chan, "nil-channel": event.Chan,
	"negative-waitgroup": event.WaitGroup, "add-concurrent-wait": event.WaitGroup,
	"double-lock": event.Mutex, "unlock-of-unlocked": event.Mutex, "lock-order": event.Mutex,
	"lock-upgrade": event.RWMutex, "recursive-rlock": event.RWMutex,
	"lost-signal": event.Cond, "cond-no-loop": event.Cond,
	"timer-not-stopped": event.Timer, "context-not-cancelled": event.Context,
	"race": event.Variable, "lost-update": event.Variable, "atomicity": event.Variable, "order": event.Variable,
}

// waited are the classes of what goroutines wait for.
var waited = map[event.Reason]event.Class{
	event.RecvWait: event.Chan, event.SendWait: event.Chan, event.MutexWait: event.Mutex, event.RLockWait: event.RWMutex,
	event.GroupWait: event.WaitGroup, event.CondWait: event.Cond, event.OnceWait: event.Once,
}

func (t teller) site(i int) Site {
	if i >= 0 && i < len(t.f.Sites) {
		return t.f.Sites[i]
	}
	return Site{}
}

// later is the last place, or the one i before it: places come in the order in
// which the schedule reaches them.
func (t teller) later(i int) Site { return t.site(len(t.f.Sites) - 1 - i) }

// at is a place with the words before it, or nothing where it is unknown.
func (t teller) at(s Site) string {
	if s.Line == 0 {
		return ""
	}
	return t.text("at", "place", t.place(s))
}

// place is "line 10", or "main.go:10" if the finding is about several files.
func (t teller) place(s Site) string {
	for _, o := range t.f.Sites {
		if o.File != t.f.Sites[0].File {
			return t.text("ui.place.file", "file", path.Base(s.File), "line", s.Line)
		}
	}
	return t.text("ui.place.line", "line", s.Line)
}

// orders says in which orders locks are locked: of each two places the first is
// where one is locked that is held at the second.
func (t teller) orders() (all string) {
	for i := 0; i+1 < len(t.f.Sites); i += 2 {
		held, took := t.f.Sites[i], t.f.Sites[i+1]
		one := t.text("explore.locked.before", "what", named(t.lang, event.Mutex, held.Name, Site{}), "that", named(t.lang, event.Mutex, took.Name, Site{}), "at", t.at(took))
		if i > 0 {
			one = t.text("explore.waits.and", "list", all, "next", one)
		}
		all = one
	}
	return all
}

// mostWaits bounds how many goroutines one sentence lists.
const mostWaits = 4

// waits says of each goroutine what it waits for, and why that does not come.
func (t teller) waits() string {
	var clauses []string
	seen := map[string]int{} // those that wait alike are said once
	rest := 0
	for _, g := range t.f.Goroutines {
		key := fmt.Sprint(g.Name, g.Reason, g.On, g.At, t.f.because[g.Path])
		if _, ok := seen[key]; ok {
			seen[key]++
			continue
		}
		if len(clauses) == mostWaits {
			rest++
			continue
		}
		seen[key] = 1
		clauses = append(clauses, t.wait(g))
	}
	alike := 0
	for _, n := range seen {
		alike += n - 1
	}
	if len(clauses) == 0 {
		return t.text("explore.waits.nobody")
	}
	all := clauses[0]
	for _, c := range clauses[1:] {
		all = t.text("explore.waits.and", "list", all, "next", c)
	}
	switch n := rest + alike; n {
	case 0:
	case 1:
		all = t.text("explore.waits.one", "list", all)
	default:
		all = t.text("explore.waits.more", "list", all, "n", n)
	}
	return all
}

// wait says what one goroutine waits for.
func (t teller) wait(g Goroutine) string {
	key := "explore.wait.unknown"
	if g.reason != 0 {
		key = "explore.wait." + g.Reason
	}
	s := t.text(key, "who", name(t.lang, g.Name, g.Path), "what", named(t.lang, cmp.Or(g.class, waited[g.reason]), g.On, Site{}), "at", t.at(g.At))
	if why := t.f.because[g.Path]; why != "" {
		return t.text("explore.wait.why", "wait", s, "why", why)
	}
	for _, h := range t.f.Holds {
		if h.On != g.On || h.On == "" {
			continue
		}
		if h.Path == g.Path {
			return t.text("explore.wait.why", "wait", s, "why", t.text("explore.why.self", "what", h.On, "at", t.at(h.At)))
		}
		return t.text("explore.wait.why", "wait", s, "why", t.text("explore.why.held", "who", t.byPath(h.Path), "what", h.On, "at", t.at(h.At)))
	}
	return s
}

// byPath names the goroutine of a path.
func (t teller) byPath(path string) string {
	for _, g := range t.f.Goroutines {
		if g.Path == path {
			return name(t.lang, g.Name, g.Path)
		}
	}
	for _, s := range t.f.Steps {
		if s.Path == path {
			return name(t.lang, s.Name, path)
		}
	}
	return name(t.lang, "", path)
}

// late says by how much who must be late; "" if nobody must.
func (t teller) late() string {
	if t.f.LateNS <= 0 {
		return ""
	}
	return t.text("explore.late", "who", t.byPath(t.f.LatePath), "d", time.Duration(t.f.LateNS))
}

// because says of those who wait why nobody releases them, by what the run has
// done with what they wait for: nobody ever sends, or all who did have
// returned.
func because(lang string, log *eventlog.Log, f *Finding) map[string]string {
	w := eventlog.NewWorld(log)
	sent, received := users{}, users{}
	for _, r := range log.Events {
		w.Apply(r)
		switch r.Kind {
		case event.ChanSend:
			sent.add(r.Obj, r.G)
		case event.ChanRecv, event.ChanRecvClosed:
			received.add(r.Obj, r.G)
		case event.GoPark:
			switch event.Reason(r.N) {
			case event.SendWait:
				sent.add(r.Obj, r.G)
			case event.RecvWait:
				received.add(r.Obj, r.G)
			}
		}
	}
	why := map[string]string{}
	for _, g := range w.ByID() {
		if g.State != eventlog.Parked {
			continue
		}
		switch g.Reason {
		case event.RecvWait:
			why[g.Path] = whyNot(lang, "explore.why.sender", w, log, sent[g.Obj], g.ID)
		case event.SendWait:
			why[g.Path] = whyNot(lang, "explore.why.receiver", w, log, received[g.Obj], g.ID)
		case event.GroupWait:
			if c := w.Groups[g.Obj]; c != nil && c.Counter > 0 {
				why[g.Path] = say.Text(lang, "explore.why.counter", "n", c.Counter)
			}
		case event.MutexWait, event.RLockWait:
			if l := w.Locks[g.Obj]; l != nil && l.Holder != 0 && l.Holder != g.ID {
				key := "explore.why.held"
				if h := w.Goroutines[l.Holder]; h != nil && h.State == eventlog.Ended {
					key = "explore.why.kept"
				}
				why[g.Path] = say.Text(lang, key, "who", who(lang, w, log, l.Holder), "what", thing(lang, log, g.Obj), "at", "")
			}
		}
	}
	concerned := map[string]string{}
	for _, g := range f.Goroutines {
		if s := why[g.Path]; s != "" {
			concerned[g.Path] = s
		}
	}
	return concerned
}

// users are the goroutines that have used an object in some way.
type users map[event.ObjID][]event.GID

func (u users) add(obj event.ObjID, g event.GID) {
	for _, have := range u[obj] {
		if have == g {
			return
		}
	}
	u[obj] = append(u[obj], g)
}

// whyNot says why none of those who did what a goroutine waits for will do it
// again; "" if that is not known.
func whyNot(lang, key string, w *eventlog.World, log *eventlog.Log, did []event.GID, self event.GID) string {
	var others []event.GID
	for _, g := range did {
		if g == self {
			continue
		}
		if one := w.Goroutines[g]; one == nil || one.State != eventlog.Ended {
			return ""
		}
		others = append(others, g)
	}
	switch len(others) {
	case 0:
		return say.Text(lang, key+".none")
	case 1:
		return say.Text(lang, key+".gone", "who", who(lang, w, log, others[0]))
	}
	return say.Text(lang, key+".all")
}

// whyDied says in a few words why a process ended.
func (e *explorer) whyDied(d death) string {
	v := d.end.Verdict
	switch {
	case d.lied:
		return e.text("explore.died.lied", "message", v.Message)
	case v.Outcome == event.Exited:
		return e.text("explore.died.silent")
	case v.Outcome == event.MemLimit:
		return e.text("explore.died.memory", "message", v.Message)
	case v.Outcome == event.TimeLimit:
		return e.text("explore.died.time", "message", v.Message)
	case v.Message == "":
		return e.text("explore.died.silent")
	}
	return e.text("explore.died.fatal", "message", strings.TrimSuffix(v.Message, "."))
}

// proofSentence says how much of the program's schedules was seen.
func (e *explorer) proofSentence(rep Report) string {
	p, c, est := rep.Proof, rep.Counts, rep.Estimate
	worst := "clean"
	for _, f := range rep.Findings {
		if f.Severity == Bug {
			worst = "found"
		}
	}
	key := ""
	switch {
	case e.o.Budget <= 0:
		return e.text("explore.proof.budget0")
	case p.How == "steps":
		key = "explore.proof.steps"
	case p.Exhausted && p.Bound >= 0:
		key = "explore.proof.bound." + worst
	case p.Exhausted:
		key = "explore.proof.all." + worst
	case est.Schedules > 0:
		key = "explore.proof.part"
	case c.Schedules == 1:
		key = "explore.proof.one"
	default:
		key = "explore.proof.unknown"
	}
	s := e.text(key, "n", thousands(c.Schedules), "distinct", thousands(c.Distinct), "classes", counted(e.o.Lang, "classes", p.classes), "bound", p.Bound,
		"seen", e.percent(est.Seen), "all", thousands(rounded(est.Schedules)), "steps", thousands(e.o.Steps))
	switch {
	case p.Exhausted || p.Bound < 0:
	case p.Bound == 0:
		s = e.text("explore.proof.sofar.none", "sentence", s)
	default:
		s = e.text("explore.proof.sofar", "sentence", s, "preemptions", counted(e.o.Lang, "preemptions", p.Bound))
	}
	if p.How == "stopped" {
		return e.text("explore.proof.stopped", "sentence", s)
	}
	return s
}

// endless is how many schedules were left because they went on for too long.
func endless(rep Report) (n int) {
	for _, o := range rep.Outcomes {
		if o.Outcome == event.StepLimit.String() {
			n += o.Count
		}
	}
	return n
}

// answerSentence says what became of a query.
func (e *explorer) answerSentence(a Answer, rep *Report) string {
	asked := asked(e.o.Lang, a.Query, rep.Names)
	switch {
	case a.Found:
		return e.text("explore.query.found", "asked", asked, "preemptions", counted(e.o.Lang, "preemptions", a.Preemptions))
	case a.None == "all":
		return e.text("explore.query.all", "asked", asked, "classes", counted(e.o.Lang, "classes", rep.Proof.classes))
	}
	return e.text("explore.query.explored", "asked", asked, "n", thousands(rep.Counts.Schedules))
}

// percent is a part, 0 to 1, with as many digits as it deserves.
func (e *explorer) percent(part float64) string {
	switch p := 100 * part; {
	case p < 0.1:
		return e.text("explore.percent.less")
	case p < 1:
		return e.text("explore.percent", "n", strconv.FormatFloat(p, 'f', 1, 64))
	default:
		return e.text("explore.percent", "n", int(p))
	}
}

// rounded is an estimate with two digits that mean something.
func rounded(f float64) int {
	f = min(f, 1e18)
	if f < 100 {
		return int(math.Round(f))
	}
	unit := math.Pow(10, math.Floor(math.Log10(f))-1)
	return int(math.Round(f/unit) * unit)
}

// counted is a number of something, in words: "1 pre-emption".
func counted(lang, what string, n int) string {
	switch n {
	case 0:
		return say.Text(lang, "explore."+what+".none")
	case 1:
		return say.Text(lang, "explore."+what+".one")
	}
	return say.Text(lang, "explore."+what+".many", "n", thousands(n))
}

// thousands is a number as people write it: 1,204.
func thousands(n int) string {
	s := strconv.Itoa(n)
	for i := len(s) - 3; i > 0 && s[i-1] != '-'; i -= 3 {
		s = s[:i] + "," + s[i:]
	}
	return s
}
