package chapters

import (
	"fmt"
	"regexp"
	"strconv"
	"strings"

	"interleave/sim/event"
)

// This file reads the small language in which moments speak of runs.

// A Match says which events fit: one of these kinds, for that reason if it is
// a GoPark, on an object of that name.
type Match struct {
	Kinds  []event.Kind  `json:"kinds"`
	Reason event.Reason  `json:"reason,omitempty"`
	Ending event.Outcome `json:"ending,omitempty"`
	Object string        `json:"object,omitempty"` // a variable's name; "" for any
}

// phrase is a way to say which event is meant. The words that follow it name
// the object, if it has one.
type phrase struct {
	words  string
	object bool
	match  Match
}

// phrases in an order in which no phrase hides a longer one.
var phrases = []phrase{
	{"wait to send", true, Match{Kinds: []event.Kind{event.GoPark}, Reason: event.SendWait}},
	{"wait to receive", true, Match{Kinds: []event.Kind{event.GoPark}, Reason: event.RecvWait}},
	{"wait in select", false, Match{Kinds: []event.Kind{event.GoPark}, Reason: event.SelectPark}},
	{"wait for a lock", false, Match{Kinds: []event.Kind{event.GoPark}, Reason: event.MutexWait}},
	{"wait for a group", false, Match{Kinds: []event.Kind{event.GoPark}, Reason: event.GroupWait}},
	{"sleep", false, Match{Kinds: []event.Kind{event.GoPark}, Reason: event.SleepWait}},
	{"send", true, Match{Kinds: []event.Kind{event.ChanSend, event.ChanSent}}},
	{"receive", true, Match{Kinds: []event.Kind{event.ChanRecv, event.ChanReceived, event.ChanRecvClosed}}},
	{"close", true, Match{Kinds: []event.Kind{event.ChanClose}}},
	{"start", false, Match{Kinds: []event.Kind{event.GoStart}}},
	{"end", false, Match{Kinds: []event.Kind{event.GoEnd}}},
	{"go", false, Match{Kinds: []event.Kind{event.GoCreate}}},
	{"print", false, Match{Kinds: []event.Kind{event.Output}}},
	{"panic", false, Match{Kinds: []event.Kind{event.GoPanic}}},
	{"exit", false, Match{Kinds: []event.Kind{event.RunEnd}, Ending: event.Exited}},
	{"deadlock", false, Match{Kinds: []event.Kind{event.RunEnd}, Ending: event.Deadlock}},
}

// parseMatch reads an event: "wait to send hand".
func parseMatch(text string) (Match, error) {
	text = strings.Join(strings.Fields(text), " ")
	for _, p := range phrases {
		rest, ok := strings.CutPrefix(text, p.words)
		if !ok || rest != "" && rest[0] != ' ' {
			continue
		}
		object := strings.TrimPrefix(rest, " ")
		switch {
		case p.object && !isName(object):
			return Match{}, fmt.Errorf("%q: which one? say %q and the name of a variable", text, p.words)
		case !p.object && object != "":
			return Match{}, fmt.Errorf("%q: nothing can follow %q", text, p.words)
		}
		m := p.match
		m.Object = object
		return m, nil
	}
	return Match{}, fmt.Errorf("there is no event %q", text)
}

var (
	nameForm      = regexp.MustCompile(`^[\pL_][\pL\pN_.]*$`)
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

// An Expectation is a sentence that must be true at a moment. G2 and hand
// stand for any goroutine and any variable:
//
//	G2 runs                    is running
//	G2 is ready                could run, and another one does
//	G2 sleeps
//	G2 ended                   its function has returned
//	G2 does not exist          it was not started yet
//	G2 waits to send on hand   or: G2 waits to send 7 on hand
//	G2 waits to receive from hand
//	G2 waits in select
//	G2 waits for a lock
//	G2 waits for a group       a WaitGroup
//	G2 is left behind          it still waited when main returned
//	hand is empty              also: is full, is closed, is open
//	hand holds 2               so many values are in its buffer
//	printed "text"             a line of the output so far is or begins with the text
//	not printed "text"
//	the run exits with 0       or another status
//	the run ends in deadlock   or: ends in panic
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
	namePattern = `([\pL_][\pL\pN_.]*)`
)

func sentence(pattern string, demand func(words []string) func(view) error) form {
	pattern = strings.NewReplacer("<G>", gPattern, "<name>", namePattern).Replace(pattern)
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
	sentence(`<G> sleeps`, demandWait(event.SleepWait)),
	sentence(`<G> (runs|is ready|ended)`, demandState),
	sentence(`(not )?printed "(.*)"`, demandPrinted),
	sentence(`the run exits with ([0-9]{1,3})`, demandExit),
	sentence(`the run ends in (deadlock|panic)`, demandEnd),
	sentence(`<name> is (empty|full|closed|open)`, demandChannel),
	sentence(`<name> holds ([0-9]{1,6})`, demandHolds),
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
