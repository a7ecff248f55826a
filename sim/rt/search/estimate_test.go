package search

import (
	"slices"
	"testing"
)

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

// measured are programs and what NewDPOR needed to see all of each, as
// TestTheEstimateIsKnownInTheEnd does for the small ones.
var measured = []struct {
	name    string
	prog    *program
	classes int
	runs    int
}{
	{"pool of 3 with 6 tasks", pool(3, 6), 3606, 3632},
	{"pool of 2 with 12 tasks", pool(2, 12), 99_442, 99_442},
	{"pool of 2 with 14 tasks", pool(2, 14), 829_168, 829_168},
	{"pool of 5 with 5 tasks", pool(5, 5), 14_400, 14_653},
	{"pool of 6 with 6 tasks", pool(6, 6), 518_400, 530_716},
	{"lost update, 2, 2, 2, 2 and 2 steps", lostUpdates(2, 2, 2, 2, 2), 14_400, 14_400},
	{"lost update, 4, 4, 2 and 2 steps", lostUpdates(4, 4, 2, 2), 31_096, 31_096},
	{"pool of 3 with 9 tasks", pool(3, 9), 477_540, 480_870},
	{"lost update, 6, 4, 2 and 2 steps", lostUpdates(6, 4, 2, 2), 162_904, 162_904},
	{"lost update, 6, 4 and 4 steps", lostUpdates(6, 4, 4), 36_078, 36_078},
	{"lost update, 4, 4, 4 and 2 steps", lostUpdates(4, 4, 4, 2), 355_230, 355_230},
	{"lost update, 3 of 4 steps", lostUpdates(4, 4, 4), 7134, 7134},
	{"lost update, 6, 6 and 2 steps", lostUpdates(6, 6, 2), 16_456, 16_456},
	{"seed 614", sizable(614), 3300, 3300},
	{"seed 618", sizable(618), 7132, 7132},
	{"seed 647", sizable(647), 37246, 37624},
	{"seed 656", sizable(656), 32618, 33384},
	{"seed 679", sizable(679), 5018, 23998},
	{"seed 706", sizable(706), 10487, 10517},
	{"seed 720", sizable(720), 4530, 4530},
	{"seed 728", sizable(728), 1008, 4063},
	{"seed 740", sizable(740), 22142, 57968},
	{"seed 755", sizable(755), 8688, 49970},
	{"seed 760", sizable(760), 9161, 9529},
	{"seed 766", sizable(766), 3580, 29080},
	{"seed 769", sizable(769), 37142, 37289},
	{"seed 771", sizable(771), 5304, 8669},
	{"seed 777", sizable(777), 50248, 59457},
	{"seed 779", sizable(779), 8719, 8928},
	{"seed 802", sizable(802), 4944, 4946},
	{"seed 812", sizable(812), 45255, 45675},
	{"seed 814", sizable(814), 3568, 14283},
	{"seed 840", sizable(840), 63229, 63229},
	{"seed 847", sizable(847), 4472, 4547},
	{"seed 853", sizable(853), 8423, 8423},
	{"seed 857", sizable(857), 12825, 13343},
	{"seed 860", sizable(860), 8720, 8910},
	{"seed 865", sizable(865), 27145, 29813},
	{"seed 875", sizable(875), 7346, 48815},
	{"seed 879", sizable(879), 3723, 3944},
	{"seed 891", sizable(891), 4338, 18165},
	{"seed 897", sizable(897), 5420, 5422},
}

// lostUpdates is goroutines that take so many steps of lostUpdateProgram.
func lostUpdates(steps ...int) *program {
	prog := lostUpdateProgram(len(steps))
	for i, n := range steps {
		prog.procs[i+1] = prog.procs[i+1][:n]
	}
	return prog
}

func TestTheEstimateIsKnownInTheEnd(t *testing.T) {
	for _, c := range measured {
		if c.runs > 10_000 {
			continue
		}
		pol := NewReduction(NewTrace(), 1)
		exhaust(t, c.prog, pol, 2*c.runs)
		if got := pol.Estimate(); got != float64(c.classes) || pol.runs != c.runs || !pol.Proved() {
			t.Errorf("%s: %.0f classes in %d runs, want %d in %d; all: %v", c.name, got, pol.runs, c.classes, c.runs, pol.Proved())
		}
		if most := atOnce + c.runs/runsAWalk + 1; pol.prober.walks > most {
			t.Errorf("%s: walked %d times, at most %d", c.name, pol.prober.walks, most)
		}
	}
}

func TestTheEstimateIsWithinAFactorOfTwo(t *testing.T) {
	const least = 500 // runs before anything is asked
	for _, part := range []float64{0.01, 0.05, 0.2} {
		var errors []float64
		for _, c := range measured {
			runs := int(part * float64(c.runs))
			if runs < least || runs > 10_000 {
				continue
			}
			for seed := range uint64(2) {
				pol := New(Options{How: "dpor", Seed: seed})
				exhaust(t, c.prog, pol, runs)
				ratio := pol.Estimate() / float64(c.classes)
				errors = append(errors, max(ratio, 1/ratio))
				if ratio < 0.5 || 2 < ratio {
					t.Logf("%s: after %d of %d runs estimated %.2f times the %d classes", c.name, runs, c.runs, ratio, c.classes)
				}
			}
		}
		slices.Sort(errors)
		within, _ := slices.BinarySearch(errors, 2)
		t.Logf("after %.0f %% of the runs %d of %d within a factor of two, half of them within %.2f", 100*part, within, len(errors), errors[len(errors)/2])
		if 8*within < 7*len(errors) {
			t.Errorf("after %.0f %% of the runs %d of %d within a factor of two", 100*part, within, len(errors))
		}
	}
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

func TestWhatIsSoonDoneIsNotWalked(t *testing.T) {
	walked := 0
	each(t, func(t *testing.T, seed uint64, prog *program, truth *oracle) {
		pol := NewReduction(NewTrace(), seed)
		exhaust(t, prog, pol, 20*size)
		if pol.prober.walks > 0 {
			walked++
		}
		if n := pol.progress.leaves; pol.Estimate() != float64(n) {
			t.Errorf("seed %d: %.0f classes of %d", seed, pol.Estimate(), n)
		}
	})
	if walked > programs/100 {
		t.Errorf("%d of %d programs were walked", walked, programs)
	}
}
