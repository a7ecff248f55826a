package rt

import (
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/stretchr/testify/assert"
)

func TestTimersComeInOrderWhicheverAreTakenOut(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 2))
	for range 100 {
		var h timerHeap
		var all []*Timer
		for i := range 50 {
			tm := &Timer{when: r.Int64N(20), seq: uint64(i)}
			all = append(all, tm)
			h.push(tm, 3)
		}
		for range 20 {
			i := r.IntN(len(all))
			h.remove(int(all[i].index))
			assert.EqualValues(t, -1, all[i].index)
			all = slices.Delete(all, i, i+1)
		}
		slices.SortFunc(all, func(a, b *Timer) int {
			if a.before(b) {
				return -1
			}
			return 1
		})
		for _, want := range all {
			assert.Same(t, want, h[0])
			h.remove(0)
		}
		assert.Empty(t, h)
	}
}
