package rt

import (
	"maps"
	"slices"

	"interleave/sim/rt/search"
)

// usual is who runs next where nobody wants anything else: who ran, while it
// can; else the first that can; time only where nobody can.
func usual(v *search.View) search.Proc {
	if !v.Free {
		return v.Last
	}
	if e := v.Enabled; e[0] != search.Time || len(e) == 1 {
		return e[0]
	}
	return v.Enabled[1]
}

// script is the policy that does a run again.
type script struct {
	oblivious
	picks   []search.Proc
	choices []uint8
}

func (s *script) Pick(v *search.View) search.Proc {
	if len(s.picks) == 0 {
		return usual(v)
	}
	p := s.picks[0]
	s.picks = s.picks[1:]
	if !slices.Contains(v.Enabled, p) {
		return usual(v)
	}
	return p
}

func (s *script) Choose(n int) int {
	if len(s.choices) == 0 {
		return 0
	}
	k := int(s.choices[0])
	s.choices = s.choices[1:]
	return min(k, n-1)
}

// oblivious is what a policy need not know.
type oblivious struct{}

func (oblivious) Begin()                       {}
func (oblivious) Also(search.Access)           {}
func (oblivious) Woke(search.Proc)             {}
func (oblivious) Spawned(search.Proc)          {}
func (oblivious) End(*search.View) (more bool) { return true }

// A deviation is where a schedule does something else than usual: after who had
// taken so many steps, and time so many since, another one goes on; or a
// select takes another ready case than the first.
type deviation struct {
	at     moment
	choice bool // of the select that is the step, not of who goes on
	to     int
	forced bool // it is a pre-emption, or a timer that fires early
}

type moment struct {
	who, steps, waits int
}

// guide is the policy that does what is usual but for some deviations. With log
// set it follows that, and notes where it deviates.
type guide struct {
	oblivious
	to    map[moment]int
	cases map[moment]int
	log   *script
	devs  []deviation
	steps []int // of each
	last  search.Proc
	waits int
}

func (u *guide) now() moment {
	m := moment{who: int(u.last), waits: u.waits}
	if int(u.last) < len(u.steps) {
		m.steps = u.steps[u.last]
	}
	return m
}

func (u *guide) Pick(v *search.View) search.Proc {
	at, p := u.now(), usual(v)
	if u.log != nil {
		if q := u.log.Pick(v); q != p {
			forced := !v.Free || q == search.Time && len(v.Enabled) > 1
			u.devs = append(u.devs, deviation{at: at, to: int(q), forced: forced})
			p = q
		}
	} else if to, ok := u.to[at]; ok && slices.Contains(v.Enabled, search.Proc(to)) {
		p = search.Proc(to)
	}
	if p == search.Time {
		u.waits++
		return p
	}
	for len(u.steps) <= int(p) {
		u.steps = append(u.steps, 0)
	}
	u.steps[p]++
	u.last, u.waits = p, 0
	return p
}

func (u *guide) Choose(n int) int {
	at := u.now()
	if u.log != nil {
		k := u.log.Choose(n)
		if k != 0 {
			u.devs = append(u.devs, deviation{at: at, choice: true, to: k})
		}
		return k
	}
	return min(u.cases[at], n-1)
}

// shrinker makes a schedule that shows a finding small: few pre-emptions first,
// then few switches.
type shrinker struct {
	x        *explorer
	id       uint64
	left     int // how many schedules may still be tried
	picks    []search.Proc
	choices  []uint8
	preempts int
	switches int
}

func newShrinker(x *explorer, id uint64) *shrinker {
	s := &shrinker{x: x, id: id, left: shrinkRuns}
	if x.run.outcome == outcomeSteps {
		s.left = 100 // they are long
	}
	return s
}

// shows runs p and reports whether the finding shows.
func (s *shrinker) shows(p search.Policy) bool {
	s.left--
	s.x.one(p)
	return slices.ContainsFunc(s.x.run.found, func(f sighting) bool { return f.id == s.id })
}

// keep takes the run at hand if it is smaller than the best so far.
func (s *shrinker) keep(first bool) bool {
	r := &s.x.run
	if !first && (r.preempts > s.preempts || r.preempts == s.preempts && r.switches > s.switches) {
		return false
	}
	s.picks, s.choices = append(s.picks[:0], r.picks...), append(s.choices[:0], r.choices...)
	s.preempts, s.switches = r.preempts, r.switches
	return true
}

// shrink begins with a run that shows the finding.
func (s *shrinker) shrink(picks []search.Proc, choices []uint8) {
	u := &guide{log: &script{picks: picks, choices: choices}}
	if !s.shows(u) {
		s.picks, s.choices = picks, choices
		return
	}
	s.keep(true)
	devs := u.devs
	for _, forced := range []bool{true, false} {
		devs = s.without(devs, func(d deviation) bool { return d.forced == forced })
	}
}

// without drops deviations of a kind while the finding still shows.
func (s *shrinker) without(devs []deviation, kind func(deviation) bool) []deviation {
	var may []int
	for i, d := range devs {
		if kind(d) {
			may = append(may, i)
		}
	}
	gone := map[int]bool{}
	for _, i := range may {
		gone[i] = true
	}
	for _, i := range search.Shrink(may, func(kept []int) bool {
		if s.left <= 0 {
			return false
		}
		dropped := maps.Clone(gone)
		for _, i := range kept {
			delete(dropped, i)
		}
		return s.shows(follow(devs, dropped)) && s.keep(false)
	}) {
		delete(gone, i)
	}
	var rest []deviation
	for i, d := range devs {
		if !gone[i] {
			rest = append(rest, d)
		}
	}
	return rest
}

// follow is the policy of those deviations that are not gone.
func follow(devs []deviation, gone map[int]bool) *guide {
	u := &guide{to: map[moment]int{}, cases: map[moment]int{}}
	for i, d := range devs {
		switch {
		case gone[i]:
		case d.choice:
			u.cases[d.at] = d.to
		default:
			u.to[d.at] = d.to
		}
	}
	return u
}
