package search

import "testing"

// sizable makes a program with more classes than generate does.
func sizable(seed uint64) *program {
	r := rng(mix(seed))
	prog := &program{cont: r.intn(3) == 0, caps: []int{r.intn(3), r.intn(3), 1}}
	g := &generator{rng: &r, features: 1 + r.intn(7)}
	workers := 2 + r.intn(3)
	main := []op{{kind: add, n: workers}, {kind: spawn, obj: 1, n: workers}}
	main = append(main, g.body(r.intn(3))...)
	prog.procs = append(prog.procs, append(main, op{kind: wait}, op{kind: exit}))
	for range workers {
		prog.procs = append(prog.procs, append(g.body(3+r.intn(3)), op{kind: done}))
	}
	return prog
}

// What has not been seen before at a bound is spread unevenly: here a factor of
// two is too much to ask.
func TestTheEstimateOfABoundIsWithinAFactorOfFour(t *testing.T) {
	const bound = 2
	near, within, of := 0, 0, 0
	for seed := uint64(600); of < 20; seed++ {
		prog := sizable(seed)
		runs := map[int]int{}
		pol := NewBounded(NewTrace(), bound)
		for more, n := true, 0; more && n < 20_000; n++ {
			runs[pol.bound]++
			_, more = run(t, prog, pol, 1000)
		}
		if pol.Exhausted() != bound || runs[bound] < 1000 {
			continue
		}
		pol = NewBounded(NewTrace(), bound)
		for range runs[0] + runs[1] + runs[2]/4 {
			run(t, prog, pol, 1000)
		}
		of++
		ratio := pol.Estimate() / float64(runs[bound])
		if 0.5 <= ratio && ratio <= 2 {
			near++
		}
		if 0.25 <= ratio && ratio <= 4 {
			within++
		} else {
			t.Logf("seed %d: %d runs, after a quarter estimated %.2f times that", seed, runs[bound], ratio)
		}
	}
	t.Logf("%d of %d within a factor of four, %d within a factor of two", within, of, near)
	if 10*within < 9*of {
		t.Errorf("%d of %d estimates are within a factor of four", within, of)
	}
}

func TestThereIsNoEstimateOfWhatHasNoEnd(t *testing.T) {
	for _, how := range []string{"random", "pct"} {
		pol := New(Options{How: how})
		exhaust(t, twoLocks(), pol, 1000)
		if n := pol.Estimate(); n != 0 {
			t.Errorf("%s: %.0f", how, n)
		}
	}
}
