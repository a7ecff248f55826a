package rt

import (
	"bytes"
	"errors"
	"reflect"
	"slices"
	"strconv"
	"strings"
	"unsafe"

	"interleave/sim/rt/search"
)

// A query asks whether there is a run of a kind:
//
//	output TEXT                 a line of what is printed contains TEXT
//	prints TEXT                 all that is printed is TEXT, but for space around it
//	exit N                      the program ends with status N
//	value NAME TEXT             a variable that goroutines share is given that value: a number, a bool or a string
//	reaches FILE:LINE           somebody comes to an operation on the line
//	before PATH PATH FILE:LINE  the first goroutine does one there, before the second does
type query struct {
	kind   string
	text   string
	name   string // of a variable
	status int
	paths  [2]string
	file   string
	line   uint32
	sites  []bool // on the line
}

func parseQuery(text string) (q query, err error) {
	q.kind, q.text, _ = strings.Cut(text, " ")
	f := strings.Fields(q.text)
	switch {
	case q.kind == "output" && q.text != "", q.kind == "prints":
	case q.kind == "exit" && len(f) == 1:
		q.status, err = strconv.Atoi(f[0])
	case q.kind == "value" && len(f) >= 2:
		q.name, q.text, _ = strings.Cut(strings.TrimSpace(q.text), " ")
		q.text = strings.TrimSpace(q.text)
	case q.kind == "reaches" && len(f) == 1:
		err = q.place(f[0])
	case q.kind == "before" && len(f) == 3:
		q.paths = [2]string{f[0], f[1]}
		err = q.place(f[2])
	default:
		err = errors.New("no query: " + strconv.Quote(text))
	}
	return q, err
}

func (q *query) place(text string) error {
	file, line, ok := cutLast(text, ":")
	n, err := strconv.ParseUint(line, 10, 32)
	if !ok || err != nil {
		return errors.New(strconv.Quote(text) + " is not FILE:LINE")
	}
	q.file, q.line = file, uint32(n)
	return nil
}

// prepareQueries finds the sites of the queries' lines. Accesses to memory on them
// are steps.
func (x *explorer) prepareQueries() {
	for i := range x.opt.asked {
		q := &x.opt.asked[i]
		x.asksValues = x.asksValues || q.kind == "value"
		if q.file == "" {
			continue
		}
		x.asksPlaces = true
		naming = naming || q.kind == "before"
		q.sites = make([]bool, len(table.Sites)+1)
		for s, row := range table.Sites {
			if row.Line == q.line && sameFile(table.Files[row.File], q.file) {
				q.sites[s+1], x.watched[s+1] = true, true
			}
		}
	}
}

// passing is a goroutine that has come to a query's line.
type passing struct {
	query int
	path  string
}

// arrives is called when g stands before an operation. Those on a line whose
// order is asked for are not independent of each other.
func (x *explorer) arrives(g *g) {
	x.asked("reaches", g)
	for i := range x.opt.asked {
		if q := &x.opt.asked[i]; q.kind == "before" && q.on(g.site) {
			g.next = append(g.next, search.Access{Obj: unsafe.Pointer(q), Mode: search.Write})
		}
	}
}

// asked notes which queries of a kind ask for the line that g is on.
func (x *explorer) asked(kind string, g *g) {
	if x.run.draining {
		return
	}
	for i := range x.opt.asked {
		if q := &x.opt.asked[i]; q.kind != kind || !q.on(g.site) {
			continue
		}
		if p := (passing{i, g.path}); !slices.Contains(x.run.passed, p) {
			x.run.passed = append(x.run.passed, p)
		}
	}
}

// wrote notes which queries ask for the value that a variable called name has
// been given. It may be asked for by the last part of its name.
func (x *explorer) wrote(name, value string) {
	if x.run.draining || unwinding {
		return
	}
	for i := range x.opt.asked {
		q := &x.opt.asked[i]
		if q.kind != "value" || q.text != value || name != q.name && !strings.HasSuffix(name, "."+q.name) {
			continue
		}
		if p := (passing{query: i}); !slices.Contains(x.run.passed, p) {
			x.run.passed = append(x.run.passed, p)
		}
	}
}

// text is what the variable holds, as a query says it; "" if it has no such text.
func (c *cell) text() string {
	v := reflect.NewAt(c.typ, c.p).Elem()
	switch {
	case v.CanInt():
		return strconv.FormatInt(v.Int(), 10)
	case v.CanUint():
		return strconv.FormatUint(v.Uint(), 10)
	case v.Kind() == reflect.Bool:
		return strconv.FormatBool(v.Bool())
	case v.Kind() == reflect.String:
		return v.String()
	}
	return ""
}

// on reports whether a site is on the line that q asks for.
func (q *query) on(site uint16) bool { return int(site) < len(q.sites) && q.sites[site] }

// answer adds the queries that a run satisfies to what it has shown.
func (x *explorer) answer() {
	r := &x.run
	for i := range x.opt.asked {
		if r.cut || !x.opt.asked[i].holds(i, r) {
			continue
		}
		s := sighting{id: ident("query", uint64(i)), class: "witness", cause: itoa(int64(i)), severity: noteworthy, step: r.steps}
		r.found = append(r.found, s)
		if x.rec != nil {
			x.rec.describe(&s)
		}
	}
}

// holds reports whether run r satisfies q, which is number i.
func (q *query) holds(i int, r *schedule) bool {
	switch q.kind {
	case "output":
		for line := range bytes.SplitSeq(r.out, []byte("\n")) {
			if bytes.Contains(line, []byte(q.text)) {
				return true
			}
		}
		return false
	case "prints":
		return strings.TrimSpace(string(r.out)) == strings.TrimSpace(q.text)
	case "exit":
		return r.status == q.status && (r.outcome == outcomeExit || r.outcome == outcomePanic || r.outcome == outcomeFatal || r.outcome == outcomeDeadlock)
	case "reaches", "value":
		return slices.ContainsFunc(r.passed, func(p passing) bool { return p.query == i })
	}
	first := slices.Index(r.passed, passing{i, q.paths[0]})
	second := slices.Index(r.passed, passing{i, q.paths[1]})
	return first >= 0 && (second < 0 || first < second)
}

// follower is the policy of a schedule that was found before, perhaps of a
// program that was edited since: where it fits no more, it goes on as usual.
type follower struct {
	oblivious
	x     *explorer
	turns []heldTurn
	ran   bool   // somebody has taken a step in this turn
	timer string // the path of the one that is to fire now
}

// again does an old schedule.
func (x *explorer) again(text string, p search.Search) {
	turns, err := parseHeld(text)
	if err != nil {
		x.tell("note", "text", err.Error())
		return
	}
	for i := range table.Sites {
		if slices.ContainsFunc(turns, func(t heldTurn) bool { return t.count > 0 && t.until == opAt(uint16(i+1)) }) {
			x.watched[i+1] = true
		}
	}
	x.record(&follower{x: x, turns: turns}, newRecorder())
	x.weigh(p)
}

// Pick goes on with the turn at hand while it lasts.
func (f *follower) Pick(v *search.View) search.Proc {
	f.timer = ""
	for len(f.turns) > 0 {
		t := &f.turns[0]
		g := f.named(v, t.path)
		switch {
		case g == nil && strings.HasPrefix(t.path, "@") && v.Enabled[0] == search.Time:
			f.timer = t.path
			f.next()
			return search.Time
		case g == nil, f.ran && v.Free && v.Last == search.Proc(g.id), f.atEnd(g, t):
			f.next()
			continue
		}
		f.ran = true
		return search.Proc(g.id)
	}
	return usual(v)
}

func (f *follower) next() { f.turns, f.ran = f.turns[1:], false }

// atEnd reports whether g stands before the operation that ends turn t.
func (f *follower) atEnd(g *g, t *heldTurn) bool {
	return t.count > 0 && opAt(g.site) == t.until && f.x.rec.counts[g.id][t.until] == t.count
}

// named is the one of those who can go on that is at a place in the tree.
func (f *follower) named(v *search.View, path string) *g {
	for _, p := range v.Enabled {
		if p != search.Time && f.x.byID[p].path == path {
			return f.x.byID[p]
		}
	}
	return nil
}

// Choose takes what the schedule says.
func (f *follower) Choose(n int) int {
	if path := f.timer; path != "" {
		f.timer = ""
		return max(slices.IndexFunc(f.x.due(), func(t *Timer) bool { return t.path() == path }), 0)
	}
	if len(f.turns) == 0 || len(f.turns[0].cases) == 0 {
		return 0
	}
	t := &f.turns[0]
	k := t.cases[0]
	t.cases = t.cases[1:]
	return min(k, n-1)
}
