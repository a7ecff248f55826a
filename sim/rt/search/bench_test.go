package search

import "testing"

// A tape is a program of goroutines that each take fixed steps, cheap enough to
// see what a policy costs.
type tape struct {
	steps [][]Access // of each goroutine
	at    []int
	view  View
}

// lostUpdate is two goroutines of six steps on one variable and a counter.
func lostUpdate() *tape {
	x, wg := new([2]int64), new([2]int64)
	t := &tape{}
	for range 2 {
		t.steps = append(t.steps, []Access{
			{Obj: ptr(x), Mode: Read}, {Obj: ptr(x), Mode: Write}, {Obj: ptr(x), Mode: Read},
			{Obj: ptr(x), Mode: Write}, {Obj: ptr(x), Mode: Read}, {Obj: ptr(wg), Mode: Write},
		})
	}
	t.at = make([]int, len(t.steps))
	t.view.Next = func(p Proc) []Access {
		i := t.at[p-1]
		return t.steps[p-1][i : i+1]
	}
	return t
}

// long is goroutines that take steps/n steps each on their own and a common
// object by turns.
func long(n, steps int) *tape {
	t := lostUpdate()
	common := new([2]int64)
	t.steps = nil
	for range n {
		own := new([2]int64)
		var s []Access
		for i := range steps / n {
			if i%4 == 0 {
				s = append(s, Access{Obj: ptr(common), Mode: Write})
			} else {
				s = append(s, Access{Obj: ptr(own), Mode: Write})
			}
		}
		t.steps = append(t.steps, s)
	}
	t.at = make([]int, n)
	return t
}

func (t *tape) run(pol Policy) bool {
	pol.Begin()
	clear(t.at)
	v := &t.view
	v.Last, v.Free = Time, true
	for {
		v.Enabled = v.Enabled[:0]
		for i := range t.at {
			if t.at[i] < len(t.steps[i]) {
				v.Enabled = append(v.Enabled, Proc(i+1))
			}
		}
		if len(v.Enabled) == 0 {
			return pol.End(v)
		}
		v.Free = v.Last == Time || t.at[v.Last-1] == len(t.steps[v.Last-1])
		p := pol.Pick(v)
		if p < 0 {
			return pol.End(v)
		}
		t.at[p-1]++
		v.Last = p
	}
}

func BenchmarkPolicies(b *testing.B) {
	for _, c := range []struct {
		name string
		tape *tape
	}{{"lost-update", lostUpdate()}, {"400-steps", long(4, 400)}} {
		for _, p := range []struct {
			name string
			make func() Policy
		}{
			{"none", func() Policy { return &bare{} }},
			{"random", func() Policy { return NewRandom(NewTrace(), 1) }},
			{"stretches", func() Policy { return NewStretches(NewTrace(), 1) }},
			{"pct", func() Policy { return NewPCT(NewTrace(), 1, 3) }},
			{"bounded", func() Policy { return NewBounded(NewTrace(), Unbounded) }},
			{"naive", func() Policy { return NewNaive(NewTrace(), Unbounded) }},
			{"dpor", func() Policy { return NewDPOR(NewTrace()) }},
		} {
			b.Run(c.name+"/"+p.name, func(b *testing.B) {
				pol := p.make()
				b.ReportAllocs()
				for b.Loop() {
					if !c.tape.run(pol) {
						pol = p.make()
					}
				}
			})
		}
	}
}

// bare picks at random and follows nothing: what the tape costs.
type bare struct{ rng rng }

func (*bare) Begin()              {}
func (b *bare) Pick(v *View) Proc { return v.Enabled[b.rng.intn(len(v.Enabled))] }
func (*bare) Choose(n int) int    { return 0 }
func (*bare) Also(Access)         {}
func (*bare) Woke(Proc)           {}
func (*bare) Spawned(Proc)        {}
func (*bare) End(*View) bool      { return true }
