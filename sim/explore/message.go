package explore

import (
	"fmt"
	"math"
	"regexp"
	"strconv"
	"strings"

	"interleave/sim/event"
	"interleave/sim/runner"
)

// tally is how far a process is, and at its end how it ended.
type tally struct {
	runs, distinct, states, cut, depth int
	bound                              int
	ns                                 int64
	estimate                           float64
	phase                              string
	done                               bool
	exhausted                          bool // it has seen all there is, by itself: up to the bound if how is bound
	how                                string
}

// reader reads the values of one message and keeps the first thing that is
// wrong with it.
type reader struct {
	m   runner.Message
	err error
}

func (r *reader) wrong(key, value string) {
	if r.err == nil {
		r.err = fmt.Errorf("%w: %s of a %s is %.40q", runner.ErrMessage, key, r.m.Kind, value)
	}
}

func (r *reader) text(key string) string { return r.m.Value(key) }

// number is a number that is at least least; a missing one is 0.
func (r *reader) number(key string, least int64) int64 {
	v := r.m.Value(key)
	if v == "" {
		return 0
	}
	n, err := strconv.ParseInt(v, 10, 64)
	if err != nil || n < least {
		r.wrong(key, v)
	}
	return n
}

// count is a number of something.
func (r *reader) count(key string) int {
	n := r.number(key, 0)
	if n > math.MaxInt32<<16 {
		r.wrong(key, r.m.Value(key))
		return 0
	}
	return int(n)
}

func (r *reader) truth(key string) bool { return r.m.Value(key) == "1" }

// word is one of a closed set of words, where it says something.
func (r *reader) word(key string) string {
	v := r.m.Value(key)
	if !wordLike.MatchString(v) {
		r.wrong(key, v)
	}
	return v
}

var (
	wordLike = regexp.MustCompile(`^[a-z-]{0,40}$`)
	pathLike = regexp.MustCompile(`^(?:@?[0-9]+(?:\.[0-9]+)*)?$`)
)

func (r *reader) path(p string) string {
	if len(p) > 1000 || !pathLike.MatchString(p) {
		r.wrong("path", p)
	}
	return p
}

func (r *reader) tally() tally {
	t := tally{
		runs: r.count("runs"), distinct: r.count("distinct"), states: r.count("states"), cut: r.count("cut"), depth: r.count("depth"),
		bound: int(max(r.number("bound", -1), -1)), ns: r.number("ns", 0), phase: r.word("phase"),
	}
	if r.m.Value("bound") == "" {
		t.bound = -1
	}
	if v := r.m.Value("estimate"); v != "" {
		f, err := strconv.ParseFloat(v, 64)
		if err != nil && !math.IsInf(f, 0) {
			r.wrong("estimate", v)
		}
		if f > 0 && !math.IsInf(f, 0) { // not NaN either
			t.estimate = f
		}
	}
	if r.m.Kind == "done" {
		t.done, t.exhausted, t.how = true, r.truth("exhausted"), r.word("how")
	}
	return t
}

func (r *reader) finding() Finding {
	f := Finding{
		ID: r.text("id"), Class: r.word("class"), Cause: r.word("cause"), Severity: Severity(r.text("severity")), Message: r.text("msg"),
		Preemptions: r.count("preemptions"), Switches: r.count("switches"), Minimal: r.truth("minimal"),
		LateNS: r.number("late", 0), LatePath: r.path(r.text("lateg")),
		Schedule: r.text("schedule"), Stacks: r.m.Values("stack"),
	}
	switch {
	case f.ID == "" || len(f.ID) > 4<<10:
		r.wrong("id", f.ID)
	case f.Class == "":
		r.wrong("class", f.Class)
	case f.Severity != Bug && f.Severity != Hazard && f.Severity != Note:
		r.wrong("severity", string(f.Severity))
	}
	for _, v := range r.m.Values("site") {
		f.Sites = append(f.Sites, r.site("site", v))
	}
	for _, v := range r.m.Values("g") {
		f.Goroutines = append(f.Goroutines, r.goroutine(v))
	}
	for _, v := range r.m.Values("holds") {
		path, rest, ok := strings.Cut(v, "|")
		on, at, ok2 := cutLast(rest, "|")
		if !ok || !ok2 {
			r.wrong("holds", v)
			break
		}
		name, _ := r.object(on)
		f.Holds = append(f.Holds, Hold{r.path(path), name, r.site("holds", at)})
	}
	for _, v := range r.m.Values("obj") {
		class, rest, ok := strings.Cut(v, "|")
		name, at, ok2 := cutLast(rest, "|")
		if !ok || !ok2 {
			r.wrong("obj", v)
			break
		}
		f.Objects = append(f.Objects, Object{classOf(class).String(), name, r.site("obj", at)})
	}
	return f
}

// goroutine reads PATH|NAME|STATE|REASON|OBJ|SITE, where OBJ may be NAME|CLASS.
func (r *reader) goroutine(v string) (g Goroutine) {
	parts := strings.SplitN(v, "|", 5)
	if len(parts) < 5 {
		r.wrong("g", v)
		return g
	}
	on, at, ok := cutLast(parts[4], "|")
	if !ok {
		r.wrong("g", v)
		return g
	}
	g = Goroutine{Path: r.path(parts[0]), Name: parts[1], State: parts[2], At: r.site("g", at)}
	g.On, g.class = r.object(on)
	if n, err := strconv.Atoi(parts[3]); err == nil && n > 0 && n < int(event.NumReasons) {
		g.reason = event.Reason(n)
		g.Reason = g.reason.String()
	}
	return g
}

// object reads NAME|CLASS, or NAME alone.
func (r *reader) object(v string) (name string, class event.Class) {
	name, kind, ok := cutLast(v, "|")
	if !ok {
		return v, 0
	}
	return name, classOf(kind)
}

// classOf reads a class by its number or name; 0 is none of them.
func classOf(v string) event.Class {
	for c := event.Class(1); c < event.NumClasses; c++ {
		if v == c.String() || v == strconv.Itoa(int(c)) {
			return c
		}
	}
	return 0
}

// site reads FILE:LINE:COL, and |FUNC|NAME behind it if they are there. Nothing
// is the unknown site.
func (r *reader) site(key, v string) (s Site) {
	place, rest, _ := strings.Cut(v, "|")
	s.Func, s.Name, _ = strings.Cut(rest, "|")
	if place == "" || place == ":0:0" {
		return s
	}
	place, col, ok := cutLast(place, ":")
	file, line, ok2 := cutLast(place, ":")
	var err, err2 error
	s.File = file
	s.Line, err = strconv.Atoi(line)
	s.Col, err2 = strconv.Atoi(col)
	if !ok || !ok2 || err != nil || err2 != nil || s.Line < 0 || s.Col < 0 {
		r.wrong(key, v)
	}
	return s
}

func cutLast(s, sep string) (before, after string, ok bool) {
	i := strings.LastIndex(s, sep)
	if i < 0 {
		return "", s, false
	}
	return s[:i], s[i+len(sep):], true
}

// outcome reads an outcome. One of which an ID and a count are told is one that
// was told before.
func (r *reader) outcome() Outcome {
	o := Outcome{
		ID: r.text("id"), Text: r.text("text"), Status: int(int32(r.number("status", math.MinInt32))), Count: r.count("count"),
		Schedule: r.text("schedule"), Preemptions: r.count("preemptions"),
	}
	if n := r.count("outcome"); n > 0 {
		o.Outcome = event.Outcome(uint32(n)).String()
	}
	if o.ID == "" {
		r.wrong("id", o.ID)
	}
	return o
}

func (r *reader) tried() Tried {
	t := Tried{N: r.count("n"), Bad: r.text("bad"), Outcome: r.text("outcome"), Turns: r.text("turns"), Schedule: r.text("schedule")}
	if _, err := parseTurns(t.Turns); err != nil {
		r.wrong("turns", t.Turns)
	}
	return t
}

// names reads the functions of goroutines, PATH|FUNC each.
func (r *reader) names() map[string]string {
	names := map[string]string{}
	for _, v := range r.m.Values("name") {
		path, name, ok := strings.Cut(v, "|")
		if !ok {
			r.wrong("name", v)
			continue
		}
		names[r.path(path)] = name
	}
	return names
}

// witness reads a run that satisfies one of n queries.
func (r *reader) witness(n int) (query int, a Answer) {
	query = r.count("query")
	if query >= n {
		r.wrong("query", r.text("query"))
		query = 0
	}
	return query, Answer{
		Found: true, Schedule: r.text("schedule"), Preemptions: r.count("preemptions"), Switches: r.count("switches"), Minimal: r.truth("minimal"),
	}
}
