package chapters

import (
	"fmt"
	"regexp"
	"strconv"
	"strings"

	"interleave/sim/event"
)

// This file reads the small language in which moments speak of runs.

// A Match says which events fit: those of one of these kinds, with one of these
// N if there are any, on an object of that name.
type Match struct {
	Kinds  []event.Kind  `json:"kinds"`
	N      []int32       `json:"n,omitempty"` // reasons, rules or queues, by kind
	Ending event.Outcome `json:"ending,omitempty"`
	Object string        `json:"object,omitempty"` // a variable's name; "" for any
	ToPeer bool          `json:"peer,omitempty"`   // the goroutine that is meant is the one to whom it is done
}

// who says whether an event is somebody's.
type who int

const (
	somebodys who = iota // a goroutine does it, or it is done to one, and the author says which
	anybodys             // the author may say so
	nobodys              // it happens to the whole run
)

// need says whether an event is on an object that has a name.
type need int

const (
	noName need = iota
	aName
	maybeName
)

// phrase is a way to say which event is meant. The words that follow it name
// the object, if it has one.
type phrase struct {
	words  string
	object need
	who    who
	match  Match
}

func parked(words string, object need, why event.Reason) phrase {
	return phrase{words, object, somebodys, Match{Kinds: []event.Kind{event.GoPark}, N: []int32{int32(why)}}}
}

func queued(words string, queues ...event.Queue) phrase {
	m := Match{Kinds: []event.Kind{event.Enqueue}, ToPeer: true}
	for _, q := range queues {
		m.N = append(m.N, int32(q))
	}
	return phrase{words, noName, anybodys, m}
}

func done(words string, object need, by who, kinds ...event.Kind) phrase {
	return phrase{words, object, by, Match{Kinds: kinds}}
}

func ended(words string, how event.Outcome) phrase {
	return phrase{words, noName, nobodys, Match{Kinds: []event.Kind{event.RunEnd}, Ending: how}}
}

// phrases in an order in which no phrase hides a longer one.
var phrases = []phrase{
	parked("wait to send", aName, event.SendWait),
	parked("wait to receive", aName, event.RecvWait),
	parked("wait to lock", aName, event.MutexWait),
	parked("wait to read", aName, event.RLockWait),
	parked("wait in select", noName, event.SelectPark),
	parked("wait for a lock", noName, event.MutexWait),
	parked("wait for a group", noName, event.GroupWait),
	parked("wait for a condition", noName, event.CondWait),
	parked("wait for a once", noName, event.OnceWait),
	parked("sleep", noName, event.SleepWait),
	done("send", aName, somebodys, event.ChanSend, event.ChanSent),
	done("receive", aName, somebodys, event.ChanRecv, event.ChanReceived, event.ChanRecvClosed),
	done("close", aName, somebodys, event.ChanClose),
	done("lock", aName, somebodys, event.Lock, event.RLock),
	done("unlock", aName, somebodys, event.Unlock, event.RUnlock),
	done("read", aName, somebodys, event.Read, event.AtomicLoad),
	done("write", aName, somebodys, event.Write, event.AtomicStore, event.AtomicRMW),
	done("cancel", aName, anybodys, event.CtxCancel),
	done("race", maybeName, anybodys, event.Race),
	done("start", noName, somebodys, event.GoStart),
	done("end", noName, somebodys, event.GoEnd),
	done("go", noName, somebodys, event.GoCreate),
	done("print", noName, somebodys, event.Output),
	done("panic", noName, somebodys, event.GoPanic),
	{"preempt", noName, somebodys, Match{Kinds: []event.Kind{event.GoYield}, N: []int32{int32(event.Preempted), int32(event.Switched)}}},
	{"steal", noName, anybodys, Match{Kinds: []event.Kind{event.Steal}, ToPeer: true}},
	queued("enter runnext", event.RunNext),
	queued("enter local queue", event.Local),
	queued("enter global queue", event.Global, event.GlobalHead),
	done("timer", maybeName, nobodys, event.TimerFire),
	ended("exit", event.Exited),
	ended("deadlock", event.Deadlock),
}

// parseMatch reads an event: "wait to send hand".
func parseMatch(text string) (Match, who, error) {
	text = strings.Join(strings.Fields(text), " ")
	for _, p := range phrases {
		rest, ok := strings.CutPrefix(text, p.words)
		if !ok || rest != "" && rest[0] != ' ' {
			continue
		}
		object := strings.TrimPrefix(rest, " ")
		switch {
		case p.object == noName && object != "":
			return Match{}, 0, fmt.Errorf("%q: nothing can follow %q", text, p.words)
		case p.object == aName && !isName(object), object != "" && !isName(object):
			return Match{}, 0, fmt.Errorf("%q: which one? say %q and the name of a variable", text, p.words)
		}
		m := p.match
		m.Object = object
		return m, p.who, nil
	}
	return Match{}, 0, fmt.Errorf("there is no event %q", text)
}

var (
	nameForm      = regexp.MustCompile("^" + namePattern + "$")
	goroutineForm = regexp.MustCompile(`^G([1-9][0-9]{0,8})(?: ([\pL_][\pL\pN_.]*))?$`)
)

func isName(s string) bool { return nameForm.MatchString(s) }

// parseGoroutine reads "G3" or "G3 receiver".
func parseGoroutine(text string) (g event.GID, name string, err error) {
	m := goroutineForm.FindStringSubmatch(text)
	if m == nil {
		return 0, "", fmt.Errorf("a goroutine is G and its number, and perhaps its function, like \"G3 worker\", not %q", text)
	}
	n, err := strconv.ParseUint(m[1], 10, 32)
	if err != nil {
		return 0, "", fmt.Errorf("the number of %s is too large", text)
	}
	return event.GID(n), m[2], nil
}

// An Expectation is a sentence that must be true at a moment. G2, P1 and the
// names of variables stand for any; a name is spelled as the events spell it
// (n, c.n, forks[i]; a lock by its last part, mu):
//
//	G2 runs                       is running; or: runs on P1
//	G2 is ready                   could run, and another one does
//	G2 sleeps
//	G2 ended                      its function has returned
//	G2 does not exist             it was not started yet
//	G2 waits to send on hand      or: G2 waits to send 7 on hand
//	G2 waits to receive from hand
//	G2 waits in select
//	G2 waits for a lock           also: for a group (a WaitGroup), for a condition
//	G2 waits for mu               a lock, WaitGroup, Cond or Once of that name
//	G2 waits to read mu           a RWMutex
//	G2 holds mu                   alone, or as one of its readers
//	G2 is left behind             it still waited when main returned
//	there are 12 goroutines       that have not ended
//	hand is empty                 also: is full, is closed, is open
//	hand holds 2                  so many values are in its buffer
//	ctx is cancelled              or: ctx is not cancelled
//	printed "text"                a line of the output so far is or begins with the text
//	not printed "text"
//	the time is 30ms              as the run's clock shows it, cut off after the last digit given
//	the run exits with 0          or another status
//	the run ends in deadlock      or: ends in panic
//
// Of the scheduler, under policy gmp:
//
//	P1 is idle
//	G2 is next on P0              in its slot runnext
//	P0's queue is G4 G5           its local queue, head first; or: is empty
//	the global queue is G4 G5     or: is empty
//	G2 was taken from runnext     when it started to run last; also: from the local
//	                              queue, from the global queue, by stealing, on the 61st tick
//
// Of memory, with memory: true (atomic variables always):
//
//	n is 1                        the last value that was read or written; text in "…"
//	G2 read 0 from n              the last thing that it did with n
//	n was written by G2           the last one to write it
//	there was a race on n
type Expectation struct {
	Text string
	hold func(view) error
}

// form is one form of an expectation: its pattern, and what it demands for the
// words that the pattern caught.
type form struct {
	pattern *regexp.Regexp
	demand  func(words []string) func(view) error
}

const (
	gPattern    = `(G[1-9][0-9]{0,8}(?: [\pL_][\pL\pN_.]*)?)`
	pPattern    = `(P[0-9]{1,3})`
	namePattern = `([\pL_*][\pL\pN_.*]*(?:\[[^\] ]*\][\pL\pN_.]*)*(?:\(\))?)`
	gsPattern   = `(empty|G[1-9][0-9]{0,8}(?: G[1-9][0-9]{0,8})*)`
)

func sentence(pattern string, demand func(words []string) func(view) error) form {
	pattern = strings.NewReplacer("<G>", gPattern, "<P>", pPattern, "<Gs>", gsPattern, "<name>", namePattern).Replace(pattern)
	return form{regexp.MustCompile("^" + pattern + "$"), demand}
}

var forms = []form{
	sentence(`<G> does not exist`, demandAbsent),
	sentence(`<G> is left behind`, demandLeft),
	sentence(`<G> waits to send on <name>`, demandWait(event.SendWait)),
	sentence(`<G> waits to send (\S+) on <name>`, demandSend),
	sentence(`<G> waits to receive from <name>`, demandWait(event.RecvWait)),
	sentence(`<G> waits in select`, demandWait(event.SelectPark)),
	sentence(`<G> waits for a lock`, demandWait(event.MutexWait)),
	sentence(`<G> waits for a group`, demandWait(event.GroupWait)),
	sentence(`<G> waits for a condition`, demandWait(event.CondWait)),
	sentence(`<G> waits for <name>`, demandWait(event.MutexWait, event.GroupWait, event.CondWait, event.OnceWait)),
	sentence(`<G> waits to read <name>`, demandWait(event.RLockWait)),
	sentence(`<G> holds <name>`, demandLock),
	sentence(`<G> sleeps`, demandWait(event.SleepWait)),
	sentence(`<G> (runs|is ready|ended)`, demandState),
	sentence(`<G> runs on <P>`, demandRunsOn),
	sentence(`<G> is next on <P>`, demandNext),
	sentence(`<P>'s queue is <Gs>`, demandLocal),
	sentence(`the global queue is <Gs>`, demandGlobal),
	sentence(`<G> was taken (from runnext|from the local queue|from the global queue|by stealing|on the 61st tick)`, demandTaken),
	sentence(`<P> is idle`, demandIdle),
	sentence(`there are ([0-9]{1,9}) goroutines`, demandCount),
	sentence(`there was a race on <name>`, demandRace),
	sentence(`(not )?printed "(.*)"`, demandPrinted),
	sentence(`the time is ([0-9.]+)(ns|µs|us|ms|s|m|h)`, demandTime),
	sentence(`the run exits with ([0-9]{1,3})`, demandExit),
	sentence(`the run ends in (deadlock|panic)`, demandEnd),
	sentence(`<name> is (empty|full|closed|open)`, demandChannel),
	sentence(`<name> holds ([0-9]{1,6})`, demandHolds),
	sentence(`<name> is (not )?cancelled`, demandCancelled),
	sentence(`<G> read ("[^"]*"|\S+) from <name>`, demandRead),
	sentence(`<name> was written by <G>`, demandWritten),
	sentence(`<name> is ("[^"]*"|-?[0-9][0-9a-z.]*|true|false|nil)`, demandValue),
}

// parseExpectation reads one sentence.
func parseExpectation(text string) (Expectation, error) {
	text = strings.Join(strings.Fields(text), " ")
	for _, f := range forms {
		if m := f.pattern.FindStringSubmatch(text); m != nil {
			return Expectation{Text: text, hold: f.demand(m[1:])}, nil
		}
	}
	return Expectation{}, fmt.Errorf("this cannot be checked: %q; the forms are in the documentation of chapters.Expectation", text)
}
