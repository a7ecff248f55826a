package rt

import (
	"io"
	"runtime"
	"testing"
	"unsafe"

	"github.com/stretchr/testify/assert"

	"interleave/sim/event"
)

// Taking an event allocates nothing, neither where it is written nor when a
// segment is full and the next one opened.
func TestOperationsThatTellOfThemselvesAllocateNothing(t *testing.T) {
	for name, ring := range map[string]*[event.RingSegments]segment{"ring": new([event.RingSegments]segment), "frames": nil} {
		t.Run(name, func(t *testing.T) {
			hosted(t, ring)
			was, wasBudget := cur, budget
			defer func() { cur, budget, mach = was, wasBudget, nil }()
			mach, cur, budget = newFlat(&fifo{newRNG(1, 1)}), &g{id: 1}, 1<<60
			c, d := newChan(4, (*int)(nil), 0, "c"), newChan(1, (*string)(nil), 0, "d")
			e := newChan(2, (*struct {
				id   int
				text string
				err  error
			})(nil), 0, "e")
			var mu Mutex
			round := func() {
				v, s := 7, "constant"
				sendFrom(c, hide(unsafe.Pointer(&v)), 0)
				recvInto(c, hide(unsafe.Pointer(&v)), 0)
				send, recv := SCase[string]{Case{c: d, send: true}, s}, RCase[string]{Case: Case{c: d}}
				Select(0, false, &send.Case, &recv.Case)
				Select(0, true, &recv.Case)
				job := struct {
					id   int
					text string
					err  error
				}{1000, "job", io.EOF}
				sendFrom(e, hide(unsafe.Pointer(&job)), 0)
				recvInto(e, hide(unsafe.Pointer(&job)), 0)
				mu.Lock()
				mu.Unlock()
				Tick()
			}
			round() // which makes the texts and the lock known
			before, events0 := mallocs(), events()
			for range 2 * event.SegmentRecords {
				round()
			}
			assert.Greater(t, events()-events0, uint64(10*event.SegmentRecords))
			assert.Less(t, mallocs()-before, uint64(100), "the test's own and the runtime's")
		})
	}
}

func mallocs() uint64 {
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	return m.Mallocs
}
