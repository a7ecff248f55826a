package search

import (
	"sync"
	"testing"
)

// size is how many schedules a generated program may have, and programs how
// many are tried.
const (
	size     = 2000
	programs = 350
)

// A subject is a generated program and all that it can do.
type subject struct {
	seed  uint64
	prog  *program
	truth *oracle
}

// subjects are programs that have not too many schedules.
var subjects = sync.OnceValue(func() (list []subject) {
	for seed := uint64(1); len(list) < programs; seed++ {
		prog := generate(seed)
		truth := all(prog, size)
		if truth.schedules <= size && truth.schedules >= 4 {
			list = append(list, subject{seed, prog, truth})
		}
	}
	return list
})

// each calls f with all subjects.
func each(t *testing.T, f func(t *testing.T, seed uint64, prog *program, truth *oracle)) {
	for _, s := range subjects() {
		f(t, s.seed, s.prog, s.truth)
	}
}

// A found is what a search has seen.
type found struct {
	outcomes map[string]bool
	classes  map[uint64]int // number of runs
	whole    int            // runs that were not cut
	runs     int
}

// search runs prog until the policy has seen all.
func search(t testing.TB, prog *program, pol Policy, tr *Trace, most int) *found {
	f := &found{outcomes: map[string]bool{}, classes: map[uint64]int{}}
	for more := true; more; {
		var m *machine
		m, more = run(t, prog, pol, 1000)
		f.runs++
		if m != nil {
			f.whole++
			f.outcomes[m.outcome()] = true
			f.classes[tr.seen]++
		}
		if f.runs > most {
			t.Fatalf("no end after %d runs", f.runs)
		}
	}
	return f
}

func sameKeys(a map[string]bool, b map[string]int, most int) (missing, extra string) {
	for k, p := range b {
		if p <= most && !a[k] {
			missing = k
		}
	}
	for k := range a {
		if p, ok := b[k]; !ok || p > most {
			extra = k
		}
	}
	return missing, extra
}

func TestNaiveSeesEverySchedule(t *testing.T) {
	each(t, func(t *testing.T, seed uint64, prog *program, truth *oracle) {
		tr := NewTrace()
		pol := NewNaive(tr, Unbounded)
		f := search(t, prog, pol, tr, 2*size)
		if f.runs != truth.schedules {
			t.Errorf("seed %d: %d schedules, there are %d", seed, f.runs, truth.schedules)
		}
		if missing, extra := sameKeys(f.outcomes, truth.outcomes, Unbounded); missing+extra != "" {
			t.Errorf("seed %d: missing %q, extra %q", seed, missing, extra)
		}
		if int(tr.Counts().Distinct) != len(f.classes) || !truth.counts(prog, len(f.classes)) {
			t.Errorf("seed %d: %d classes, there are %d\n%+v", seed, len(f.classes), len(truth.classes), prog.procs)
		}
		if !pol.Proved() {
			t.Errorf("seed %d: not all", seed)
		}
	})
}

func TestBoundedSeesAllThatFewPreemptionsCanDo(t *testing.T) {
	for bound := range 4 {
		each(t, func(t *testing.T, seed uint64, prog *program, truth *oracle) {
			tr := NewTrace()
			pol := NewBounded(tr, bound)
			f := search(t, prog, pol, tr, 10*size)
			if missing, extra := sameKeys(f.outcomes, truth.outcomes, bound); missing+extra != "" {
				t.Errorf("bound %d, seed %d: missing %q, extra %q", bound, seed, missing, extra)
			}
			if pol.Exhausted() != bound && !pol.Proved() {
				t.Errorf("bound %d, seed %d: proved %d only", bound, seed, pol.Exhausted())
			}
		})
	}
}

func TestBoundedWithoutBoundSeesEveryClass(t *testing.T) {
	runs, schedules := 0, 0
	each(t, func(t *testing.T, seed uint64, prog *program, truth *oracle) {
		tr := NewTrace()
		pol := NewBounded(tr, Unbounded)
		f := search(t, prog, pol, tr, 20*size)
		if missing, extra := sameKeys(f.outcomes, truth.outcomes, Unbounded); missing+extra != "" {
			t.Errorf("seed %d: missing %q, extra %q", seed, missing, extra)
		}
		if !truth.counts(prog, len(f.classes)) {
			t.Errorf("seed %d: %d classes, there are %d", seed, len(f.classes), len(truth.classes))
		}
		if !pol.Proved() {
			t.Errorf("seed %d: not all", seed)
		}
		runs += f.runs
		schedules += truth.schedules
	})
	t.Logf("%d runs for %d schedules", runs, schedules)
}

func TestDPORSeesEveryClass(t *testing.T) {
	runs, whole, classes, schedules, blocked, most := 0, 0, 0, 0, 0, 1.0
	each(t, func(t *testing.T, seed uint64, prog *program, truth *oracle) {
		tr := NewTrace()
		pol := NewDPOR(tr)
		f := search(t, prog, pol, tr, 20*size)
		if missing, extra := sameKeys(f.outcomes, truth.outcomes, Unbounded); missing+extra != "" {
			t.Errorf("seed %d: missing %q, extra %q\n%+v", seed, missing, extra, prog)
		}
		if !truth.counts(prog, len(f.classes)) {
			t.Errorf("seed %d: %d classes, there are %d\n%+v", seed, len(f.classes), len(truth.classes), prog)
		}
		if !pol.Proved() || pol.Err() != nil {
			t.Errorf("seed %d: not all: %v", seed, pol.Err())
		}
		runs += f.runs
		whole += f.whole
		classes += len(f.classes)
		schedules += truth.schedules
		blocked += int(tr.Counts().Cut)
		most = max(most, float64(f.whole)/float64(len(f.classes)))
	})
	t.Logf("%d schedules, %d classes, %d runs of which %d blocked; a class was run %.3f times, at most %.2f",
		schedules, classes, runs, blocked, float64(whole)/float64(classes), most)
}

func TestDPORSeesEveryClassOfReadersAndWriters(t *testing.T) {
	seeds := []uint64{178, 273, 388, 412} // somebody waits where all others are asleep
	for seed := range uint64(150) {
		seeds = append(seeds, seed)
	}
	for i, seed := range seeds {
		most := 400
		if i < 4 {
			most = size
		}
		prog := generateRW(seed)
		truth := all(prog, most)
		if truth.schedules > most {
			continue
		}
		tr := NewTrace()
		f := search(t, prog, NewDPOR(tr), tr, 20*size)
		if missing, extra := sameKeys(f.outcomes, truth.outcomes, Unbounded); missing+extra != "" {
			t.Errorf("seed %d: missing %q, extra %q\n%+v", seed, missing, extra, prog)
		}
		if !truth.counts(prog, len(f.classes)) {
			t.Errorf("seed %d: %d classes, there are %d\n%+v", seed, len(f.classes), len(truth.classes), prog)
		}
	}
}
