package search

import (
	"fmt"
	"slices"
	"strings"
)

// An oracle knows all that a program can do, from all its schedules.
type oracle struct {
	schedules int
	outcomes  map[string]int // to the fewest pre-emptions
	classes   map[string]int // likewise
	most      int
}

// A chooser tries every case, one run of the step each.
type chooser struct {
	want []int
	seen []int // number of cases of each Choose
}

func (c *chooser) Choose(n int) int {
	c.seen = append(c.seen, n)
	if len(c.seen) <= len(c.want) {
		return c.want[len(c.seen)-1]
	}
	return 0
}
func (*chooser) Also(Access)  {}
func (*chooser) Woke(Proc)    {}
func (*chooser) Spawned(Proc) {}

// all tries all schedules of prog, or gives up after most.
func all(prog *program, most int) *oracle {
	o := &oracle{outcomes: map[string]int{}, classes: map[string]int{}, most: most}
	o.from(newMachine(prog, nil), 0)
	return o
}

func (o *oracle) from(m *machine, preemptions int) {
	if o.schedules > o.most {
		return
	}
	v := &View{}
	m.view(v)
	if m.ended != "" || len(v.Enabled) == 0 {
		o.schedules++
		note(o.outcomes, m.outcome(), preemptions)
		note(o.classes, class_(m), preemptions)
		return
	}
	for _, p := range v.Enabled {
		cost := 0
		switch {
		case p == Time && len(v.Enabled) > 1:
			cost = 1
		case p != Time && m.last != Time && p != m.last && !v.Free:
			cost = 1
		}
		var want []int
		for {
			c := &chooser{want: want}
			next := m.clone()
			next.pol = c
			next.step(p)
			o.from(next, preemptions+cost)
			want = append(want, make([]int, len(c.seen)-len(want))...)
			for len(want) > 0 && want[len(want)-1] == c.seen[len(want)-1]-1 {
				want = want[:len(want)-1]
			}
			if len(want) == 0 {
				break
			}
			want[len(want)-1]++
		}
	}
}

func note(m map[string]int, key string, preemptions int) {
	if old, ok := m[key]; !ok || preemptions < old {
		m[key] = preemptions
	}
}

// class_ writes a run as the partial order of its steps: for each the steps
// that it depends on. It is made from the definition, pair by pair.
func class_(m *machine) string {
	names := make([]string, len(m.log))
	count := map[Proc]int{}
	goroutine := map[Proc]string{0: "t", 1: "m"}
	local := make([]bool, len(m.log))
	for i, e := range m.log {
		count[e.p]++
		names[i] = fmt.Sprintf("%s.%d", goroutine[e.p], count[e.p])
		local[i] = len(e.acc) == 0
		for k, q := range e.made {
			goroutine[q] = fmt.Sprintf("%s/%d", names[i], k)
		}
	}
	exits := slices.ContainsFunc(m.log, func(e event) bool { return ends(e) })
	var lines []string
	for i, e := range m.log {
		if exits && local[i] {
			continue
		}
		var deps []string
		for j, d := range m.log[:i] {
			if d.p == e.p || (local[i] || local[j]) {
				continue
			}
			if ends(e) || clash(d.acc, e.acc) {
				deps = append(deps, names[j])
			}
		}
		slices.Sort(deps)
		lines = append(lines, names[i]+e.choice+" "+strings.Join(deps, ","))
	}
	slices.Sort(lines)
	return strings.Join(lines, "\n")
}

func ends(e event) bool {
	return slices.ContainsFunc(e.acc, func(a Access) bool { return a.Mode == Exit })
}

// clash reports whether two steps depend on each other, see Mode.
func clash(a, b []Access) bool {
	for _, x := range a {
		for _, y := range b {
			if x.Obj == y.Obj && x.Mode != Exit && y.Mode != Exit && modesClash(x.Mode, y.Mode) {
				return true
			}
		}
	}
	return false
}

func modesClash(a, b Mode) bool {
	commute := func(set ...Mode) bool { return slices.Contains(set, a) && slices.Contains(set, b) }
	return !commute(Read) && !commute(RLock, RUnlock) && !commute(Add, Done) && !commute(Wait)
}

// counts reports whether n is the number of classes; where an Add races with a
// Done it may be more.
func (o *oracle) counts(prog *program, n int) bool {
	return n == len(o.classes) || prog.loose && n > len(o.classes)
}
