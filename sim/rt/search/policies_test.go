package search

import (
	"errors"
	"fmt"
	"slices"
	"testing"
)

// lostUpdateProgram is two goroutines that each read a variable and store one
// more.
func lostUpdateProgram(workers int) *program {
	prog := &program{procs: [][]op{{{kind: spawn, obj: 1, n: workers}}}}
	for range workers {
		prog.procs = append(prog.procs, []op{
			{kind: read}, {kind: increment}, {kind: read}, {kind: increment}, {kind: read}, {kind: increment},
		})
	}
	return prog
}

// twoLocks is two goroutines that take two locks in different orders, twice.
func twoLocks() *program {
	ab := []op{{kind: lock}, {kind: lock, obj: 1}, {kind: unlock, obj: 1}, {kind: unlock}}
	ba := []op{{kind: lock, obj: 1}, {kind: lock}, {kind: unlock}, {kind: unlock, obj: 1}}
	return &program{procs: [][]op{{{kind: spawn, obj: 1, n: 2}}, append(ab, ab...), append(ba, ba...)}}
}

// pool is workers that take the tasks which a channel holds, and add to a sum
// under a lock; main waits for them.
func pool(workers, tasks int) *program {
	prog := &program{caps: []int{tasks}}
	main := []op{{kind: add, n: workers}}
	for range tasks {
		main = append(main, op{kind: send})
	}
	main = append(main, op{kind: spawn, obj: 1, n: workers}, op{kind: wait}, op{kind: exit})
	prog.procs = append(prog.procs, main)
	for range workers {
		var w []op
		for range tasks / workers {
			w = append(w, op{kind: recv}, op{kind: lock}, op{kind: read}, op{kind: increment}, op{kind: unlock})
		}
		prog.procs = append(prog.procs, append(w, op{kind: done}))
	}
	return prog
}

// exhaust runs prog until the policy has seen all, or most runs.
func exhaust(t testing.TB, prog *program, pol Search, most int) (runs int, deadlock bool) {
	for more := true; more && runs < most; runs++ {
		var m *machine
		if m, more = run(t, prog, pol, 1000); m != nil {
			for p := Proc(1); int(p) < len(m.gs) && m.ended == ""; p++ {
				deadlock = deadlock || m.op(p) != nil
			}
		}
	}
	if pol.Err() != nil {
		t.Fatal(pol.Err())
	}
	return runs, deadlock
}

func TestReductionNeedsATwentiethOfAllSchedules(t *testing.T) {
	const most = 100_000
	for _, c := range []struct {
		name string
		prog *program
	}{{"lost update", lostUpdateProgram(2)}, {"two locks", twoLocks()}, {"pool of 3 with 5 tasks", pool(3, 5)}} {
		all, _ := exhaust(t, c.prog, New(Options{How: "naive"}), most)
		bounded, _ := exhaust(t, c.prog, New(Options{How: "bounded"}), most)
		pol := New(Options{How: "dpor"})
		reduced, _ := exhaust(t, c.prog, pol, most)
		more := ""
		if all == most {
			more = "more than "
		}
		t.Logf("%s: %s%d schedules; bounded %d runs; reduced %d, %d of them cut, %d classes: a factor of %.0f",
			c.name, more, all, bounded, reduced, pol.Counts().Cut, pol.Counts().Distinct, float64(all)/float64(reduced))
		if !pol.Proved() {
			t.Errorf("%s: not exhausted in %d runs", c.name, reduced)
		}
	}
}

func TestEveryPolicyFindsTheTwoLockDeadlock(t *testing.T) {
	for _, how := range []string{"naive", "bounded", "dpor", "random", "pct", "portfolio"} {
		if _, deadlock := exhaust(t, twoLocks(), New(Options{How: how, Seed: 1}), 2000); !deadlock {
			t.Errorf("%s does not find it", how)
		}
	}
	if _, deadlock := exhaust(t, twoLocks(), New(Options{How: "bounded", Limit: true, Bound: 0}), 2000); deadlock {
		t.Error("found without a pre-emption")
	}
}

func TestPortfolioSeesEveryOutcomeAndProvesIt(t *testing.T) {
	each(t, func(t *testing.T, seed uint64, prog *program, truth *oracle) {
		pol := New(Options{Seed: seed}).(*Portfolio)
		f := search(t, prog, pol, pol.Trace, 20*size)
		if missing, extra := sameKeys(f.outcomes, truth.outcomes, Unbounded); missing+extra != "" {
			t.Errorf("seed %d: missing %q, extra %q", seed, missing, extra)
		}
		if !pol.Proved() || pol.Exhausted() != Unbounded {
			t.Errorf("seed %d: not proved", seed)
		}
	})
}

func TestPortfolioEndsAtItsBound(t *testing.T) {
	prog := lostUpdateProgram(3)
	pol := New(Options{Limit: true, Bound: 1}).(*Portfolio)
	exhaust(t, prog, pol, 100_000)
	if pol.Proved() || pol.Exhausted() != 1 {
		t.Errorf("proved %v, exhausted up to %d", pol.Proved(), pol.Exhausted())
	}
}

func TestSharesOfAPortfolioTogetherDoAll(t *testing.T) {
	for i, proves := range []bool{true, true, false} {
		pol := New(Options{Share: i, Of: 3})
		exhaust(t, twoLocks(), pol, 50_000)
		if pol.Proved() != proves {
			t.Errorf("share %d: proved is %v", i, pol.Proved())
		}
	}
}

func TestRandomTakesEveryEnabledAlike(t *testing.T) {
	pol := NewRandom(NewTrace(), 1)
	v := &View{Last: 1, Enabled: []Proc{Time, 1, 4}, Next: func(Proc) []Access { return nil }}
	count := map[Proc]int{}
	pol.Begin()
	for range 30_000 {
		count[pol.Pick(v)]++
	}
	for _, p := range v.Enabled {
		if n := count[p]; n < 9_500 || n > 10_500 {
			t.Errorf("%d was picked %d times", p, n)
		}
	}
}

func TestStretchesPreemptsOftenAndSeldom(t *testing.T) {
	pol := NewStretches(NewTrace(), 1)
	v := &View{Enabled: []Proc{1, 2}, Next: func(Proc) []Access { return nil }}
	fewest, most := 1000, 0
	for range 200 {
		pol.Begin()
		v.Last = 1
		switches := 0
		for range 400 {
			p := pol.Pick(v)
			if p != v.Last {
				switches++
			}
			v.Last = p
		}
		pol.End(v)
		fewest, most = min(fewest, switches), max(most, switches)
	}
	if fewest > 12 || most < 150 {
		t.Errorf("from %d to %d pre-emptions in 400 steps", fewest, most)
	}
}

// A deep bug needs n steps of one goroutine to fall between two neighbouring
// ones of the other: one pre-emption, at the right place.
func TestPCTFindsWhatUniformChoiceDoesNot(t *testing.T) {
	prog := &program{procs: [][]op{{{kind: spawn, obj: 1, n: 2}}, {{kind: write}, {kind: write, obj: 1}}, nil}}
	for range 30 {
		prog.procs[2] = append(prog.procs[2], op{kind: read}, op{kind: read, obj: 1})
	}
	hits := func(pol Policy) (n int) {
		for range 2000 {
			m, _ := run(t, prog, pol, 1000)
			reg := m.gs[3].reg
			if reg[0] != 0 && reg[59] == 0 {
				n++
			}
		}
		return n
	}
	if n := hits(NewRandom(NewTrace(), 1)); n > 5 {
		t.Errorf("uniform choice finds it %d times", n)
	}
	if n := hits(NewPCT(NewTrace(), 1, 2)); n < 10 {
		t.Errorf("PCT finds it %d times only", n)
	}
}

// seldom is two goroutines of which one takes two locks in the wrong order, far
// from where the other takes them.
func seldom() *program {
	prog := &program{procs: [][]op{{{kind: spawn, obj: 1, n: 2}}, nil, nil}, hot: true}
	for range 200 {
		prog.procs[1] = append(prog.procs[1], op{kind: write, obj: 1})
		prog.procs[2] = append(prog.procs[2], op{kind: write, obj: 2})
	}
	ab := []op{{kind: lock}, {kind: lock, obj: 1, hot: true}, {kind: unlock, obj: 1}, {kind: unlock}}
	ba := []op{{kind: lock, obj: 1}, {kind: lock, hot: true}, {kind: unlock}, {kind: unlock, obj: 1}}
	prog.procs[1] = slices.Concat(ab, prog.procs[1])
	prog.procs[2] = slices.Concat(prog.procs[2], ba)
	return prog
}

func TestABrokenRuleLeadsToItsDamage(t *testing.T) {
	until := func(pol Policy) int {
		for n := 1; n < 500; n++ {
			if m, _ := run(t, seldom(), pol, 1000); m.locked[0] {
				return n
			}
		}
		return 500
	}
	far, near := 0, 0
	for seed := range uint64(10) {
		far += until(NewStretches(NewTrace(), seed))
		near += until(NewToward(NewTrace(), seed))
	}
	t.Logf("%d runs at random, %d towards it", far, near)
	if near > 40 || far < 10*near {
		t.Errorf("%d runs at random, %d towards it", far, near)
	}
}

func TestGivingWayLowersThePriority(t *testing.T) {
	prog := &program{procs: [][]op{{{kind: spawn, obj: 1, n: 2}}, {{kind: spin}}, {{kind: work}, {kind: write}}}}
	pol := NewPCT(NewTrace(), 1, 1)
	for range 100 {
		if m, _ := run(t, prog, pol, 50); len(m.log) >= 50 {
			t.Fatal("who waits by looking keeps the other from going on")
		}
	}
}

// A loop that looks for a change runs as long as the machine lets it: the
// search ends, and has seen what comes after.
func TestASpinThatTheMachineCutsIsLeft(t *testing.T) {
	prog := &program{procs: [][]op{{{kind: spawn, obj: 1, n: 2}},
		{{kind: spin}, {kind: write, obj: 1}}, {{kind: work}, {kind: read, obj: 1}, {kind: write}}}}
	for _, how := range []string{"naive", "bounded", "dpor", "portfolio"} {
		pol := New(Options{How: how})
		ended := false
		for more, runs := true, 0; more; runs++ {
			var m *machine
			if m, more = run(t, prog, pol, 20); m != nil {
				ended = ended || len(m.gs[2].reg) == 0 && m.vars[1] != 0
			}
			if runs > 100_000 {
				t.Fatalf("%s: no end", how)
			}
		}
		if !ended {
			t.Errorf("%s: nobody came out of the loop", how)
		}
	}
}

// moody is a program that does something else every few runs.
type moody struct{ runs int }

func (m *moody) program() *program {
	m.runs++
	prog := lostUpdateProgram(2)
	if m.runs%7 == 0 {
		prog.procs[2] = prog.procs[2][:1]
	}
	if m.runs%11 == 0 {
		prog.procs[1][1].obj = 1
	}
	return prog
}

func TestASearchStopsWhenTheProgramIsNotDeterministic(t *testing.T) {
	for _, how := range []string{"naive", "bounded", "dpor"} {
		pol := New(Options{How: how})
		var mood moody
		for range 100_000 {
			if _, more := run(t, mood.program(), pol, 100); !more {
				break
			}
		}
		var d *Divergence
		if !errors.As(pol.Err(), &d) || pol.Proved() {
			t.Errorf("%s: error %v, proved %v", how, pol.Err(), pol.Proved())
		}
	}
}

func TestAPortfolioGoesOnAtRandomWhenTheProgramIsNotDeterministic(t *testing.T) {
	pol := New(Options{})
	var mood moody
	for range 20_000 {
		if _, more := run(t, mood.program(), pol, 100); !more {
			t.Fatal("it stopped")
		}
	}
	if pol.Err() == nil || pol.Proved() {
		t.Errorf("error %v, proved %v", pol.Err(), pol.Proved())
	}
}

func TestCountsSayWhenTheyAreCapped(t *testing.T) {
	tr := NewTrace()
	tr.runs.most = 5
	pol := NewNaive(tr, Unbounded)
	exhaust(t, lostUpdateProgram(2), pol, 100_000)
	if c := tr.Counts(); !c.Capped || c.Distinct != 5 {
		t.Errorf("%+v", c)
	}
}

func TestPoliciesDoNotAllocateInTheLongRun(t *testing.T) {
	for _, how := range []string{"random", "pct", "bounded", "dpor", "naive", "portfolio"} {
		tape := long(3, 30)
		pol := New(Options{How: how})
		pol.(interface{ limit(int) }).limit(1000)
		for range 3000 {
			tape.run(pol)
		}
		if n := testing.AllocsPerRun(1000, func() { tape.run(pol) }); n > 0 {
			t.Errorf("%s: %.1f allocations a run", how, n)
		}
	}
}

// limit lets few hashes be counted.
func (t *Trace) limit(n int) { t.states.exact.most, t.runs.most = n, n }

func TestShrinkFindsWhatCannotBeLess(t *testing.T) {
	for seed := range uint64(500) {
		r := rng(mix(seed + 1))
		var items, need []int
		for i := range 1 + r.intn(60) {
			items = append(items, i)
			if r.intn(12) == 0 {
				need = append(need, i)
			}
		}
		asked := 0
		got := Shrink(items, func(part []int) bool {
			asked++
			return !slices.ContainsFunc(need, func(n int) bool { return !slices.Contains(part, n) })
		})
		if fmt.Sprint(got) != fmt.Sprint(need) {
			t.Errorf("seed %d: %v of %v, need is %v", seed, got, items, need)
		}
		if most := len(items)*len(items) + 3*len(items) + 1; asked > most {
			t.Errorf("seed %d: asked %d times for %d items", seed, asked, len(items))
		}
	}
}

// Two of five given ones are enough, whichever: the result cannot lose any
// single one.
func TestShrinkLeavesNothingThatCanGo(t *testing.T) {
	bad := func(part []int) bool {
		n := 0
		for _, i := range part {
			if i%7 == 3 {
				n++
			}
		}
		return n >= 2 && n%2 == 0 || n == 5
	}
	items := make([]int, 35)
	for i := range items {
		items[i] = i
	}
	got := Shrink(items, bad)
	if !bad(got) || !slices.IsSorted(got) {
		t.Fatalf("%v is not bad", got)
	}
	for i := range got {
		if bad(slices.Delete(slices.Clone(got), i, i+1)) {
			t.Errorf("%v does not need %d", got, got[i])
		}
	}
}
