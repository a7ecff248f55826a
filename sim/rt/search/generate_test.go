package search

// generate makes a program from a seed: 2 to 4 goroutines of 2 to 5 operations
// each, and main, which makes them in one step.
func generate(seed uint64) *program {
	r := rng(mix(seed))
	prog := &program{cont: r.intn(3) == 0}
	for range 2 {
		prog.caps = append(prog.caps, r.intn(3))
	}
	prog.caps = append(prog.caps, 1) // of timers
	g := &generator{rng: &r, features: 1 + r.intn(7)}
	workers := 1 + r.intn(3)
	waits := r.intn(3) == 0
	main := []op{{kind: spawn, obj: 1, n: workers}}
	if waits {
		switch r.intn(4) {
		case 0: // too late
			prog.loose = true
			main = append(main, op{kind: add, n: workers})
		case 1: // one by one
			main = main[:0]
			for i := range workers {
				main = append(main, op{kind: add, n: 1}, op{kind: spawn, obj: 1 + i, n: 1})
			}
		default:
			main = append([]op{{kind: add, n: workers}}, main...)
		}
	}
	main = append(main, g.body(r.intn(3))...)
	if waits {
		main = append(main, op{kind: wait})
	}
	if r.intn(3) == 0 {
		main = append(main, g.body(1)...)
	}
	if waits || r.intn(4) == 0 {
		main = append(main, op{kind: exit})
	}
	prog.procs = append(prog.procs, main)
	for range workers {
		b := g.body(2 + r.intn(3))
		if waits {
			b = append(b, op{kind: done})
		}
		prog.procs = append(prog.procs, b)
	}
	return prog
}

type generator struct {
	*rng
	features int
}

// body returns about n operations.
func (g *generator) body(n int) []op {
	var ops []op
	for len(ops) < n {
		ops = append(ops, g.some()...)
	}
	return ops
}

func (g *generator) some() []op {
	o := g.intn(2)
	v := op{kind: kind(g.intn(3)), obj: g.intn(2)}
	switch (g.intn(4) + g.features) % 13 {
	case 0, 1:
		return []op{v}
	case 2:
		return []op{{kind: read, obj: o}, {kind: increment, obj: o}}
	case 3:
		return []op{{kind: lock, obj: o}, v, {kind: unlock, obj: o}}
	case 4:
		return []op{{kind: lock, obj: o}, {kind: lock, obj: 1 - o}, {kind: unlock, obj: 1 - o}, {kind: unlock, obj: o}}
	case 5:
		return []op{{kind: send, obj: o}}
	case 6:
		return []op{{kind: recv, obj: o}}
	case 7:
		return []op{{kind: selects, cases: []arm{{o, g.intn(2) == 0}, {1 - o, g.intn(2) == 0}}, n: g.intn(2)}}
	case 8:
		return []op{{kind: rLock}, {kind: read, obj: o}, {kind: rUnlock}}
	case 9:
		return []op{{kind: wLock}, v, {kind: wUnlock}}
	case 10:
		return []op{{kind: timer, obj: 2, n: 1 + g.intn(2)}, {kind: recv, obj: 2}}
	case 11:
		return []op{{kind: tryLock, obj: o}, v, {kind: unlockIf, obj: o}}
	}
	switch g.intn(4) {
	case 0:
		return []op{{kind: closeChan, obj: o}}
	case 1:
		return []op{{kind: add, obj: 1, n: 1}, {kind: done, obj: 1}}
	case 2:
		return []op{{kind: yield}, v}
	}
	return []op{{kind: work}, v}
}

// generateRW makes a program of readers and writers of one lock: 2 to 4 of
// them, that have something else to wait for in between.
func generateRW(seed uint64) *program {
	r := rng(mix(seed))
	prog := &program{cont: r.intn(3) == 0, caps: []int{r.intn(2)}}
	workers := 2 + r.intn(3)
	prog.procs = append(prog.procs, []op{{kind: spawn, obj: 1, n: workers}})
	for range workers {
		var ops []op
		for range 1 + r.intn(2) {
			in := []op{{kind: kind(r.intn(3))}}
			switch r.intn(8) {
			case 0:
				in = []op{{kind: send}}
			case 1:
				in = []op{{kind: recv}}
			case 2, 3:
				in = nil
			}
			with := [][2]kind{{rLock, rUnlock}, {wLock, wUnlock}, {tryRLock, rUnlockIf}, {tryWLock, wUnlockIf}}[r.intn(13)*4/13]
			if r.intn(3) == 0 {
				with = [2]kind{wLock, wUnlock}
			}
			ops = append(ops, op{kind: with[0]})
			ops = append(append(ops, in...), op{kind: with[1]})
		}
		prog.procs = append(prog.procs, ops)
	}
	return prog
}
