package probe

import "interleave/sim/event"

// A Case is one of a select's, being evaluated.
type Case struct {
	obj   uint64
	t     uint64 // of the first one: when the select began, 0 if that does not matter
	val   event.Val
	site  uint16
	sends bool
	waits bool // of the first one: there is no default
}

// In notes that a case receives from c, which it returns.
func In[C any](s *Case, c C, at Place) C {
	*s = Case{obj: address(c), site: at.site()}
	return c
}

// OutOf notes that a case sends on c, which it returns.
func OutOf[C any](s *Case, c C, at Place) C {
	*s = Case{obj: address(c), site: at.site(), sends: true}
	return c
}

// Value notes what a case sends, which it returns.
func Value[T any](s *Case, v T, at Place) T {
	if on {
		s.val = value(&v, at)
	}
	return v
}

// Ready returns x, the operand of a select that is evaluated last. The select
// waits from now on, unless it has a default.
func Ready[T any](s []Case, x T, hasDefault bool) T {
	if on {
		ready(s, hasDefault)
	}
	return x
}

func ready(s []Case, hasDefault bool) {
	s[0].waits = !hasDefault
	if hasDefault {
		for i := range s {
			if s[i].sends {
				s[0].t = now()
				break
			}
		}
		return
	}
	p, t := current(), now()
	for i := range s {
		r := event.Probe{T: t, Kind: event.SelectWait, Obj: s[i].obj, Val: s[i].val, N: int32(i), Site: s[i].site}
		if s[i].sends {
			r.Flag = event.ProbeSend
		}
		p.put(r)
	}
}

// Chosen records that case number i was chosen.
func Chosen(s []Case, i int, at Place) {
	if on {
		chosen(s, i, s[i].val, true, at)
	}
}

// Got records that case number i was chosen and received v.
func Got[T any](s []Case, i int, v T, at Place) {
	if on {
		chosen(s, i, value(&v, at), true, at)
	}
}

// Got2 records that case number i was chosen, and received v unless the channel
// was closed.
func Got2[T any, B ~bool](s []Case, i int, v T, ok B, at Place) {
	if on {
		chosen(s, i, value(&v, at), bool(ok), at)
	}
}

func chosen(s []Case, i int, val event.Val, ok bool, at Place) {
	r := event.Probe{T: s[0].t, Kind: event.SelectChosen, Obj: s[i].obj, Val: val, N: int32(i), Site: at.site()}
	if r.T == 0 || !s[i].sends {
		r.T = now()
	}
	if s[i].sends {
		r.Flag |= event.ProbeSend
	}
	if !ok {
		r.Flag, r.Val = r.Flag|event.ProbeClosed, 0
	}
	current().put(r)
}

// Default records that a select went on with its default.
func Default(at Place) {
	if on {
		current().put(event.Probe{T: now(), Kind: event.SelectChosen, N: -1, Site: at.site()})
	}
}

// Forever records that a select without cases waits from now on.
func Forever(at Place) {
	if on {
		current().put(event.Probe{T: now(), Kind: event.GoPark, N: int32(event.Forever), Site: at.site()})
	}
}
