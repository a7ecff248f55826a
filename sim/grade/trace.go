package grade

import (
	"fmt"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"interleave/labs"
)

// frame is a call in a stack trace.
type frame struct {
	function string // as the runtime writes it
	file     string // with its directory
	line     int
}

func (f frame) base() string  { return filepath.Base(f.file) }
func (f frame) place() string { return fmt.Sprintf("%s:%d", f.base(), f.line) }

var typeArguments = regexp.MustCompile(`\[[^\]]*\]`)

// name returns the function's name as the source has it: "Pool.Submit".
func (f frame) name() string {
	name := typeArguments.ReplaceAllString(f.function, "")
	name = name[strings.LastIndexByte(name, '/')+1:]
	_, name, _ = strings.Cut(name, ".")
	return strings.NewReplacer("(*", "", ")", "").Replace(name)
}

// goroutine is one of a dump.
type goroutine struct {
	state   string // "chan receive"
	stack   []frame
	created frame // the go statement that started it
}

var (
	goroutineHead = regexp.MustCompile(`^goroutine [0-9]+[^\[]*\[([^\]]*)\]:$`)
	frameFile     = regexp.MustCompile(`^\s+(.+\.go):([0-9]+)(?: \+0x[0-9a-f]+)?$`)
)

// goroutines reads the dump that the runtime prints when it ends a process.
func goroutines(stderr string) []goroutine {
	var dump []goroutine
	function, created := "", false
	for line := range strings.Lines(stderr) {
		line = strings.TrimRight(line, "\n")
		if m := goroutineHead.FindStringSubmatch(line); m != nil {
			state, _, _ := strings.Cut(m[1], ", ")
			dump = append(dump, goroutine{state: strings.TrimSuffix(state, " (durable)")})
			continue
		}
		if len(dump) == 0 {
			continue
		}
		last := &dump[len(dump)-1]
		if m := frameFile.FindStringSubmatch(line); m != nil {
			n, _ := strconv.Atoi(m[2]) // of digits only
			f := frame{function, m[1], n}
			if created {
				last.created = f
			} else {
				last.stack = append(last.stack, f)
			}
			continue
		}
		if function, created = strings.CutPrefix(line, "created by "); created {
			function, _, _ = strings.Cut(function, " in goroutine ")
		} else {
			function = withoutArguments(line)
		}
	}
	return dump
}

// withoutArguments cuts "(0xc000…, …)" off a call.
func withoutArguments(call string) string {
	call = strings.TrimSpace(call)
	if i := strings.LastIndexByte(call, '('); i > 0 {
		return call[:i]
	}
	return call
}

// places returns the innermost frame in the exercise, tests included, and the
// innermost one in the learner's files; a frame that there is not is zero.
func (e explainer) places(stack []frame) (inner, own frame) {
	for _, f := range stack {
		if filepath.Dir(f.file) != e.dir {
			continue
		}
		if inner.file == "" {
			inner = f
		}
		if e.isOwn(f) {
			return inner, f
		}
	}
	return inner, frame{}
}

func (e explainer) isOwn(f frame) bool {
	named := func(file labs.File) bool { return file.Name == f.base() }
	return filepath.Dir(f.file) == e.dir && slices.ContainsFunc(e.files, named)
}

// states says under which key it stands that a goroutine is in a state.
var states = map[string]string{
	"chan receive":            "grade.wait.receive",
	"chan send":               "grade.wait.send",
	"chan receive (nil chan)": "grade.wait.receive.nil",
	"chan send (nil chan)":    "grade.wait.send.nil",
	"select":                  "grade.wait.select",
	"select (no cases)":       "grade.wait.select.none",
	"sync.Mutex.Lock":         "grade.wait.mutex",
	"sync.RWMutex.Lock":       "grade.wait.rwmutex",
	"sync.RWMutex.RLock":      "grade.wait.rwmutex.read",
	"sync.WaitGroup.Wait":     "grade.wait.waitgroup",
	"sync.Cond.Wait":          "grade.wait.cond",
	"sleep":                   "grade.wait.sleep",
	"running":                 "grade.wait.running",
	"runnable":                "grade.wait.running",
}

// maxGoroutines is how many different goroutines of a dump are named.
const maxGoroutines = 4

// waiting says what each goroutine of the learner's was doing, equal ones
// counted together.
func (e explainer) waiting(dump []goroutine) told {
	var order []string
	count := make(map[string]int)
	var first frame
	for _, g := range dump {
		text, own := e.doing(g)
		if text == "" {
			continue
		}
		if first.file == "" {
			first = own
		}
		if count[text]++; count[text] == 1 {
			order = append(order, text)
		}
	}
	if len(order) == 0 {
		return told{text: e.say("grade.goroutine.none")}
	}
	var parts []string
	for i, text := range order {
		if i == maxGoroutines {
			parts = append(parts, e.say("grade.more", "n", len(order)-i))
			break
		}
		if count[text] > 1 {
			text = e.say("grade.goroutine.many", "n", count[text], "who", text)
		}
		parts = append(parts, text)
	}
	return told{strings.Join(parts, e.say("join.clause")), first.base(), first.line}
}

// doing says what one goroutine was doing, and where in the learner's files; it
// says nothing of a goroutine that has nothing to do with them.
func (e explainer) doing(g goroutine) (text string, own frame) {
	state := e.say("grade.wait.other", "state", g.state)
	if key, ok := states[g.state]; ok {
		state = e.say(key)
	}
	inner, own := e.places(g.stack)
	switch {
	case own.file != "" && inner == own:
		return e.say("grade.goroutine.own", "name", own.name(), "does", state, "place", own.place()), own
	case own.file != "":
		return e.say("grade.goroutine.calling", "name", own.name(), "does", state, "place", own.place(), "inner", inner.place()), own
	case len(g.stack) == 0 && e.isOwn(g.created):
		return e.say("grade.goroutine.started", "does", state, "place", g.created.place()), g.created
	}
	return "", frame{}
}

// raceAccess is the head of each of the two stacks of a race report.
var raceAccess = regexp.MustCompile(`^(?:Previous )?(?:[Aa]tomic )?([Rr]ead|[Ww]rite) at 0x`)

// left says what goroutines do that were left behind, so many in all.
func (e explainer) left(stacks string, n int) told {
	waiting := e.waiting(goroutines(stacks))
	key := "grade.leaks.left"
	if n == 1 {
		key = "grade.leaks.left.one"
	}
	waiting.text = e.say(key, "n", n, "who", waiting.text)
	return waiting
}

// race explains the first report of the race detector, if there is one.
func (e explainer) race(stderr string) told {
	_, report, found := strings.Cut(stderr, "WARNING: DATA RACE\n")
	if !found {
		return told{}
	}
	report, _, _ = strings.Cut(report, "==================")
	var accesses []told
	for part := range strings.SplitSeq(report, "\n\n") {
		head, rest, _ := strings.Cut(part, "\n")
		m := raceAccess.FindStringSubmatch(head)
		if m == nil {
			continue
		}
		accesses = append(accesses, e.access(strings.ToLower(m[1]), raceStack(rest)))
	}
	if len(accesses) < 2 {
		return told{text: e.say("grade.race.somewhere")}
	}
	race := told{text: e.say("grade.race.pair", "one", accesses[0].text, "other", accesses[1].text)}
	for _, a := range accesses {
		if a.file != "" {
			race.file, race.line = a.file, a.line
			break
		}
	}
	return race
}

// access says where one of the two goroutines of a race used the variable.
func (e explainer) access(kind string, stack []frame) told {
	inner, own := e.places(stack)
	switch {
	case inner.file == "":
		return told{text: e.say("grade.race." + kind + ".unknown")}
	case own.file == "":
		return told{text: e.say("grade.race."+kind, "place", inner.place())}
	case inner != own:
		return told{e.say("grade.race."+kind+".calling", "place", own.place(), "inner", inner.place()), own.base(), own.line}
	}
	return told{e.say("grade.race."+kind, "place", own.place()), own.base(), own.line}
}

// raceStack reads a stack of a race report: a call, then its place, in turn.
func raceStack(text string) []frame {
	var stack []frame
	function := ""
	for line := range strings.Lines(text) {
		line = strings.TrimRight(line, "\n")
		if m := frameFile.FindStringSubmatch(line); m != nil {
			n, _ := strconv.Atoi(m[2]) // of digits only
			stack = append(stack, frame{function, m[1], n})
		} else {
			function = withoutArguments(line)
		}
	}
	return stack
}
