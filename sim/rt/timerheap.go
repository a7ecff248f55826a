package rt

// A timerHeap is a heap of timers, the earliest first. Each knows its place, so
// that it can be taken out of the middle.
type timerHeap []*Timer

// before reports whether t fires before o.
func (t *Timer) before(o *Timer) bool {
	return t.when < o.when || t.when == o.when && t.seq < o.seq
}

// push adds t to the heap, which is that of P number p, or of its bubble.
func (h *timerHeap) push(t *Timer, p uint8) {
	t.p = p
	*h = append(*h, t)
	h.up(t, len(*h)-1)
}

// remove takes out the timer at place i.
func (h *timerHeap) remove(i int) {
	n := len(*h) - 1
	last := (*h)[n]
	(*h)[i].index = -1
	(*h)[n] = nil
	*h = (*h)[:n]
	if i < n {
		h.down(last, i)
		if int(last.index) == i {
			h.up(last, i)
		}
	}
}

// up puts t at place i, or above.
func (h timerHeap) up(t *Timer, i int) {
	for i > 0 {
		parent := (i - 1) / 2
		if !t.before(h[parent]) {
			break
		}
		h[i] = h[parent]
		h[i].index = int32(i)
		i = parent
	}
	h[i], t.index = t, int32(i)
}

// down puts t at place i, or below.
func (h timerHeap) down(t *Timer, i int) {
	for {
		child := 2*i + 1
		if child >= len(h) {
			break
		}
		if child+1 < len(h) && h[child+1].before(h[child]) {
			child++
		}
		if !h[child].before(t) {
			break
		}
		h[i] = h[child]
		h[i].index = int32(i)
		i = child
	}
	h[i], t.index = t, int32(i)
}
