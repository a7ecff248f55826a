package say

import (
	"fmt"
	"path"
	"regexp"
	"slices"
	"strings"

	"interleave/sim/event"
	"interleave/sim/event/eventlog"
)

// How much a sentence lists before it says how many more there are.
const (
	maxNames  = 5
	maxGroups = 8
)

// Verdict says in full sentences how a run ended: who waits for what and
// where, who panicked, or which limit was reached. Goroutines that wait for
// the same thing at the same line are named together.
//
// Data races that were found are said behind that, one sentence each.
func Verdict(lang string, v eventlog.Verdict) string {
	t := teller{lang: lang, v: v}
	all := t.end()
	for i, sentence := range Races(lang, v) {
		if i == maxGroups {
			sentence = t.text("verdict.race.more", "n", len(v.Races)-i)
		}
		all = t.text("verdict.join", "list", all, "next", sentence)
		if i == maxGroups {
			break
		}
	}
	return all
}

// Races says of each data race that was found what both goroutines did and
// where.
func Races(lang string, v eventlog.Verdict) []string {
	t := teller{lang: lang, v: v}
	var all []string
	for _, r := range v.Races {
		does, did := "verdict.race.reads", "verdict.race.read"
		if r.Then.Write {
			does = "verdict.race.writes"
		}
		if r.First.Write {
			did = "verdict.race.wrote"
		}
		all = append(all, t.text("verdict.race", "what", t.thing(r.On),
			"who", t.name(r.Then.Who), "does", t.text(does), "at", t.at("at", r.Then.Place),
			"other", t.name(r.First.Who), "did", t.text(did), "there", t.at("at", r.First.Place)))
	}
	return all
}

func (t teller) end() string {
	v := t.v
	switch v.Outcome {
	case 0:
		return t.text("verdict.running")
	case event.Exited:
		return t.exited()
	case event.Deadlock:
		return t.deadlock()
	case event.Panicked:
		return t.panicked()
	case event.Fatal:
		if v.Message == "" {
			return t.text("verdict.fatal.unknown")
		}
		return t.text("verdict.fatal", "message", strings.TrimSuffix(v.Message, "."))
	}
	s := t.text("verdict." + v.Outcome.String())
	if v.Message != "" {
		return t.text("verdict.message", "sentence", s, "message", v.Message)
	}
	return s
}

// Name is a goroutine's name, the same everywhere: "G3 worker".
func Name(lang string, w eventlog.Who) string {
	if w.Name == "" {
		return Text(lang, "who.nameless", "id", w.ID)
	}
	return Text(lang, "who.one", "id", w.ID, "name", Short(w.Name))
}

var (
	anonymous = regexp.MustCompile(`^main\.func\d`)
	typeArgs  = regexp.MustCompile(`\[.*\]`)
)

// Short is a function's name without its package and type arguments, as
// shortName in the page's words/names.ts; "main.func1" is main's first
// function literal and stays.
func Short(name string) string {
	if !anonymous.MatchString(name) {
		name = strings.TrimPrefix(name, "main.")
	}
	return typeArgs.ReplaceAllString(name, "[…]")
}

// A teller puts the sentences about one verdict together.
type teller struct {
	lang string
	v    eventlog.Verdict
}

func (t teller) text(key string, args ...any) string { return Text(t.lang, key, args...) }

func (t teller) name(w eventlog.Who) string { return Name(t.lang, w) }

func (t teller) exited() string {
	switch {
	case t.v.Status != 0:
		return t.text("verdict.exited.status", "status", t.v.Status)
	case len(t.v.Waiters) == 0:
		return t.text("verdict.exited")
	}
	clauses, rest := t.clauses("waits.still", false)
	if rest > 0 {
		clauses = append(clauses, t.text("verdict.leak.more", "n", rest))
	}
	key := "verdict.leak.many"
	if len(t.v.Waiters) == 1 {
		key = "verdict.leak.one"
	}
	return t.text(key, "waits", t.join(clauses, "clauses.comma", "verdict.leak.and"))
}

func (t teller) deadlock() string {
	switch {
	case t.v.Empty:
		return t.text("verdict.deadlock.empty")
	case len(t.v.Waiters) == 0:
		return t.text("verdict.deadlock.unknown")
	}
	clauses, rest := t.clauses("waits", true)
	all := ""
	add := func(sentence string) {
		if all != "" {
			sentence = t.text("verdict.join", "list", all, "next", sentence)
		}
		all = sentence
	}
	for _, c := range clauses {
		add(t.text("verdict.sentence", "clause", c))
	}
	if rest > 0 {
		add(t.text("verdict.deadlock.more", "n", rest))
	}
	if ring := t.v.Cycle; len(ring) > 1 { // a ring of one is said by its own clause
		var links []string
		for i, w := range ring {
			links = append(links, t.text("verdict.ring.link", "who", t.name(w), "next", t.name(ring[(i+1)%len(ring)])))
		}
		add(t.text("verdict.ring", "links", t.join(links, "clauses.comma", "clauses.and")))
	}
	return t.text("verdict.deadlock", "waits", all)
}

func (t teller) panicked() string {
	if p := t.v.Panic; p != nil {
		return t.text("verdict.panic", "who", t.name(p.Who), "at", t.at("at", p.Place), "message", p.Message)
	}
	return t.text("verdict.panic.unknown", "message", t.v.Message)
}

// join is a list in words: "a, b and c", joined by key comma, its last two by
// key last.
func (t teller) join(parts []string, comma, last string) string {
	all := ""
	for i, p := range parts {
		switch {
		case i == 0:
			all = p
		case i == len(parts)-1:
			all = t.text(last, "list", all, "last", p)
		default:
			all = t.text(comma, "list", all, "next", p)
		}
	}
	return all
}

// at is a place with the words before it, or nothing where it is unknown.
func (t teller) at(key string, p eventlog.Place) string {
	if p.Line == 0 {
		return ""
	}
	return t.text(key, "place", t.place(p))
}

// place is "line 10", or "main.go:10" in a program of several files.
func (t teller) place(p eventlog.Place) string {
	if t.v.Files > 1 {
		return t.text("ui.place.file", "file", path.Base(p.File), "line", p.Line)
	}
	return t.text("ui.place.line", "line", p.Line)
}

// thing is an object's name; what has none is called by its class and line.
func (t teller) thing(o eventlog.Thing) string {
	if o.Name != "" {
		return o.Name
	}
	if o.Class == 0 || o.Class >= event.NumClasses {
		return t.text("ui.object.unknown", "id", o.ID)
	}
	class := t.text("ui.class." + o.Class.String())
	if o.Made.Line == 0 {
		return t.text("ui.object.nameless", "class", class, "id", o.ID)
	}
	return t.text("ui.object.at", "class", class, "place", t.place(o.Made))
}

// names are the goroutines of a group: "G2, G3 and G4 worker" where one name
// fits all.
func (t teller) names(group []eventlog.Who) string {
	if len(group) == 1 {
		return t.name(group[0])
	}
	same := !slices.ContainsFunc(group, func(w eventlog.Who) bool { return w.Name != group[0].Name })
	var parts []string
	for _, w := range group[:min(len(group), maxNames)] {
		if same {
			w.Name = ""
		}
		parts = append(parts, t.name(w))
	}
	var all string
	if more := len(group) - len(parts); more > 0 {
		all = t.text("who.more", "list", t.join(parts, "list.comma", "list.comma.last"), "n", more)
	} else {
		all = t.join(parts, "list.comma", "list.and")
	}
	if same && group[0].Name != "" {
		return t.text("who.same", "ids", all, "name", Short(group[0].Name))
	}
	return all
}

// clauses says what each group waits for, and how many goroutines are in
// groups that it leaves out.
func (t teller) clauses(verb string, dead bool) (said []string, rest int) {
	var order []string
	groups := map[string][]eventlog.Waiter{}
	for _, w := range t.v.Waiters {
		key := fmt.Sprint(w.Reason, w.On.ID, w.Cases, w.Place, w.On.Holder.ID == w.ID)
		if _, ok := groups[key]; !ok {
			order = append(order, key)
		}
		groups[key] = append(groups[key], w)
	}
	for i, key := range order {
		if i >= maxGroups {
			rest += len(groups[key])
			continue
		}
		said = append(said, t.clause(groups[key], verb, dead))
	}
	return said, rest
}

// clause says what goroutines that wait for the same thing at the same place
// wait for.
func (t teller) clause(group []eventlog.Waiter, verb string, dead bool) string {
	w := group[0]
	var who []eventlog.Who
	for _, g := range group {
		who = append(who, g.Who)
	}
	number := ".one"
	if len(group) > 1 {
		number = ".many"
	}
	key, holder := t.key(w)
	nobody := ""
	if dead && (key == "wait.RecvWait" || key == "wait.SendWait") {
		nobody = t.text(key + ".nobody")
	}
	return t.text(key,
		"who", t.names(who), "waits", t.text(verb+number), "what", t.thing(w.On),
		"at", t.at("at", w.Place), "placed", t.at("at.comma", w.Place), "nobody", nobody, "cases", t.cases(w),
		"len", w.On.Len, "cap", w.On.Cap, "n", w.On.Counter, "holder", holder)
}

// forSomething are the reasons to wait for something that the real runtime does
// not tell.
var forSomething = []event.Reason{
	event.RecvWait, event.SendWait, event.SelectPark, event.MutexWait, event.RLockWait, event.GroupWait, event.CondWait, event.OnceWait,
}

// key picks the words for what w waits for, by the state of the thing, and
// names who holds it.
func (t teller) key(w eventlog.Waiter) (key, holder string) {
	if w.Reason <= 0 || w.Reason >= event.NumReasons {
		return "wait.unknown", ""
	}
	key = "wait." + w.Reason.String()
	if t.v.Real && w.On.ID == 0 && len(w.Cases) == 0 && slices.Contains(forSomething, w.Reason) {
		return key + ".untold", ""
	}
	switch w.Reason {
	case event.SendWait:
		if w.On.Cap > 0 {
			return key + ".full", ""
		}
	case event.SelectPark:
		if len(w.Cases) == 0 {
			return key + ".nil", ""
		}
	case event.MutexWait, event.RLockWait, event.OnceWait:
		switch {
		case w.On.Holder.ID == w.ID:
			return key + ".self", ""
		case w.On.Gone:
			return key + ".gone", t.name(w.On.Holder)
		case w.On.Holder.ID != 0:
			return key + ".held", t.name(w.On.Holder)
		case w.Reason == event.MutexWait && len(w.On.Readers) > 0:
			return key + ".read", t.names(w.On.Readers)
		}
	}
	return key, ""
}

func (t teller) cases(w eventlog.Waiter) string {
	var parts []string
	for _, c := range w.Cases {
		key := "wait.SelectPark.recv"
		if c.Send {
			key = "wait.SelectPark.send"
		}
		if s := t.text(key, "what", t.thing(c.On)); !slices.Contains(parts, s) {
			parts = append(parts, s)
		}
	}
	return t.join(parts, "clauses.comma", "list.or")
}
