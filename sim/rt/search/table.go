package search

import (
	"math/bits"
	"unsafe"
)

// mix is the finaliser of SplitMix64 (Steele, Lea, Flood, "Fast Splittable
// Pseudorandom Number Generators", OOPSLA 2014): every bit of x moves every bit
// of the result.
func mix(x uint64) uint64 {
	x ^= x >> 30
	x *= 0xbf58476d1ce4e5b9
	x ^= x >> 27
	x *= 0x94d049bb133111eb
	return x ^ x>>31
}

const golden = 0x9e3779b97f4a7c15

// rng is SplitMix64.
type rng uint64

func (r *rng) next() uint64 {
	*r += golden
	return mix(uint64(*r))
}

// intn returns a number from 0 to n-1 (Lemire, "Fast Random Integer Generation
// in an Interval", 2019, without the rejection: the bias is n/2⁶⁴).
func (r *rng) intn(n int) int {
	hi, _ := bits.Mul64(r.next(), uint64(n))
	return int(hi)
}

// objects numbers the objects of a run in the order in which they are first
// touched. The table holds pointers, so that no address is used for a second
// object in a run; a slot of an earlier run is empty.
type objects struct {
	slots []slot
	gen   uint32
	n     int32 // objects in this run
	shift uint
}

type slot struct {
	key unsafe.Pointer
	gen uint32
	id  int32
}

const leastSlots = 64

// reset forgets all objects.
func (o *objects) reset() {
	o.n = 0
	o.gen++
	if o.gen == 0 || o.slots == nil {
		o.resize(max(leastSlots, len(o.slots)))
	}
}

func (o *objects) resize(n int) {
	o.slots = make([]slot, n)
	o.gen = 1
	o.shift = uint(64 - bits.Len(uint(n-1)))
}

// id returns the number of the object at p and whether it is new.
func (o *objects) id(p unsafe.Pointer) (id int32, isNew bool) {
	if i := uint64(uintptr(p)) * golden >> (o.shift & 63); i < uint64(len(o.slots)) {
		if s := &o.slots[i]; s.key == p && s.gen == o.gen {
			return s.id, false
		}
	}
	return o.find(p)
}

func (o *objects) find(p unsafe.Pointer) (id int32, isNew bool) {
	mask := uint64(len(o.slots) - 1)
	for i := uint64(uintptr(p)) * golden >> o.shift; ; i = (i + 1) & mask {
		s := &o.slots[i]
		if s.gen != o.gen {
			if int(o.n) >= len(o.slots)/2 {
				o.grow()
				return o.id(p)
			}
			id = o.n
			*s = slot{p, o.gen, id}
			o.n++
			return id, true
		}
		if s.key == p {
			return s.id, false
		}
	}
}

func (o *objects) grow() {
	old, gen := o.slots, o.gen
	o.resize(2 * len(old))
	mask := uint64(len(o.slots) - 1)
	for _, s := range old {
		if s.gen != gen {
			continue
		}
		i := uint64(uintptr(s.key)) * golden >> o.shift
		for o.slots[i].gen == o.gen {
			i = (i + 1) & mask
		}
		o.slots[i] = slot{s.key, o.gen, s.id}
	}
}

// A set holds hashes, up to a cap.
type set struct {
	slots  []uint64 // 0 is empty
	n      int
	most   int
	capped bool
}

// add puts h in and reports whether it was new and there was room. Once there
// was none it does not look any more.
func (s *set) add(h uint64) bool {
	if s.capped {
		return false
	}
	if h == 0 {
		h = 1
	}
	if 2*s.n >= len(s.slots) {
		s.grow()
	}
	mask := uint64(len(s.slots) - 1)
	for i := h & mask; ; i = (i + 1) & mask {
		switch s.slots[i] {
		case h:
			return false
		case 0:
			if s.n >= s.most {
				s.capped = true
				return false
			}
			s.slots[i] = h
			s.n++
			return true
		}
	}
}

func (s *set) grow() {
	if s.n >= s.most && len(s.slots) > s.n {
		return
	}
	old := s.slots
	s.slots = make([]uint64, max(1<<10, 2*len(old)))
	mask := uint64(len(s.slots) - 1)
	for _, h := range old {
		if h == 0 {
			continue
		}
		i := h & mask
		for s.slots[i] != 0 {
			i = (i + 1) & mask
		}
		s.slots[i] = h
	}
}

// A memo maps hashes to the smallest number given for them, up to a cap.
type memo struct {
	slots []memoSlot
	gen   uint32
	n     int
	most  int
}

type memoSlot struct {
	key uint64
	gen uint32
	val int32
}

// clear forgets everything.
func (m *memo) clear() {
	m.gen++
	m.n = 0
	if m.gen == 0 {
		clear(m.slots)
		m.gen = 1
	}
}

// lower reports whether val is less than what is known for key, and notes it.
// Where there is no room any more it is said to be less and forgotten.
func (m *memo) lower(key uint64, val int32) bool {
	if 2*m.n >= len(m.slots) && m.n < m.most {
		m.grow()
	}
	mask := uint64(len(m.slots) - 1)
	for i := key & mask; ; i = (i + 1) & mask {
		s := &m.slots[i]
		switch {
		case s.gen != m.gen:
			if m.n < m.most {
				*s = memoSlot{key, m.gen, val}
				m.n++
			}
			return true
		case s.key == key:
			if s.val <= val {
				return false
			}
			s.val = val
			return true
		}
	}
}

func (m *memo) grow() {
	old := m.slots
	m.slots = make([]memoSlot, max(1<<10, 2*len(old)))
	mask := uint64(len(m.slots) - 1)
	for _, s := range old {
		if s.gen != m.gen {
			continue
		}
		i := s.key & mask
		for m.slots[i].gen == m.gen {
			i = (i + 1) & mask
		}
		m.slots[i] = s
	}
}
