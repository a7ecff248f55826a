package search

import "slices"

// Toward goes for the damage that a broken rule may do. It takes steps at random,
// but holds back who is about to take one at a place where the rule was broken
// (View.Hot) until nobody else can go on: so the others come to their places in
// between (Sen, "Race Directed Random Testing of Concurrent Programs", PLDI 2008;
// Joshi, Park, Sen, Naik, "A Randomized Dynamic Program Analysis Technique for
// Detecting Real Deadlocks", PLDI 2009). Not always, since to hold back who
// takes the first step of many may be the wrong thing.
type Toward struct {
	Random
	held  []Proc // they are not enabled as long as others are
	other []Proc
}

// NewToward returns a Toward whose runs follow from seed.
func NewToward(t *Trace, seed uint64) *Toward {
	return &Toward{Random: *NewStretches(t, seed)}
}

// Begin begins a run.
func (w *Toward) Begin() {
	w.Random.Begin()
	w.held = w.held[:0]
}

// Pick picks among those who are not held back.
func (w *Toward) Pick(v *View) Proc {
	p := w.choose(v)
	w.step(p, v.Next(p))
	return p
}

func (w *Toward) choose(v *View) Proc {
	if v.Hot == nil {
		return w.any(v, v.Enabled)
	}
	for {
		w.other = w.other[:0]
		for _, p := range v.Enabled {
			if p != Time && !slices.Contains(w.held, p) {
				w.other = append(w.other, p)
			}
		}
		if len(w.other) == 0 {
			return w.release(v)
		}
		p := w.any(v, w.other)
		if !v.Hot(p) || w.rng.intn(8) == 0 {
			return p
		}
		w.held = append(w.held, p)
	}
}

// any picks one of few, or stays.
func (w *Toward) any(v *View, few []Proc) Proc {
	if !v.Free && w.rng.next() < w.stay && slices.Contains(few, v.Last) {
		return v.Last
	}
	return few[w.rng.intn(len(few))]
}

// release lets somebody take the step for which they are held back; or time goes on,
// where there is nobody else.
func (w *Toward) release(v *View) Proc {
	p := v.Enabled[w.rng.intn(len(v.Enabled))]
	if i := slices.Index(w.held, p); i >= 0 {
		w.held = slices.Delete(w.held, i, i+1)
	}
	return p
}
