package rt

import (
	"bytes"
	"reflect"
	"testing"
	"unsafe"

	"github.com/stretchr/testify/assert"
)

// keeping makes vars all that there is to restore.
func keeping(t testing.TB, vars ...any) {
	was, wasSaved := roots, saved
	t.Cleanup(func() { roots, saved = was, wasSaved })
	roots = nil
	Keep(vars...)
	saveState()
}

type node struct {
	Mutex
	n     int
	names map[string]*node
	next  *node
	tags  []string
	any   any
	done  chan struct{}
}

func TestVariablesAreAsTheyWereWhenTheProgramFirstRan(t *testing.T) {
	var (
		zero  node
		count int
		table = [3]int{1, 2, 3}
		text  = "before"
		f     func() int
		list      = []string{"a", "b", "c"}[:2]
		deep      = map[string]map[int]string{"x": {1: "one"}}
		ring      = &node{n: 1, names: map[string]*node{"gone": {n: 7}}, tags: []string{"t"}, any: &node{n: 8}}
		held  any = map[string]int{"k": 1}
		done      = Make[struct{}](0, 0, "done")
	)
	ring.next = ring
	keeping(t, &zero, &count, &table, &text, &f, &list, &deep, &ring, &held, &done)
	wasRing, wasGone, wasDone := ring, ring.names["gone"], done
	for range 2 {
		zero.locked, zero.n, zero.next, zero.names, zero.done = true, 5, &node{}, map[string]*node{"x": nil}, make(chan struct{})
		count, table[1], text = 1, 9, "after"
		f = func() int { return count }
		list[0], list = "changed", append(list, "d")
		deep["x"][1], deep["y"] = "two", map[int]string{}
		delete(ring.names, "gone")
		wasGone.n, ring.any.(*node).n, ring.tags[0], ring.next = 70, 80, "u", &node{}
		ring = nil
		held.(map[string]int)["k"]++
		Close(done, 0)
		done = nil
		restoreState()
		assert.True(t, reflect.ValueOf(&zero).Elem().IsZero())
		assert.Zero(t, count)
		assert.Equal(t, [3]int{1, 2, 3}, table)
		assert.Equal(t, "before", text)
		assert.Nil(t, f)
		assert.Equal(t, []string{"a", "b", "c"}, list[:3])
		assert.Len(t, list, 2)
		assert.Equal(t, map[string]map[int]string{"x": {1: "one"}}, deep)
		assert.Same(t, wasRing, ring)
		assert.Same(t, ring, ring.next)
		assert.Same(t, wasGone, ring.names["gone"])
		assert.Equal(t, 7, wasGone.n)
		assert.Equal(t, 8, ring.any.(*node).n)
		assert.Equal(t, []string{"t"}, ring.tags)
		assert.Equal(t, map[string]int{"k": 1}, held)
		assert.Equal(t, wasDone, done)
		assert.False(t, (*(**hchan)(unsafe.Pointer(&done))).shut)
	}
}

// What belongs to a package that was not rewritten may change behind the
// program's back.
func TestWhatOtherPackagesHoldIsLeftToThem(t *testing.T) {
	theirs := bytes.NewBufferString("before")
	v := struct{ b *bytes.Buffer }{theirs}
	keeping(t, &v)
	theirs.WriteString(" and after")
	v.b = nil
	restoreState()
	assert.Same(t, theirs, v.b)
	assert.Equal(t, "before and after", theirs.String())
}

func TestEachRunKnowsNothingOfTheOneBefore(t *testing.T) {
	keeping(t)
	first := SameAddresses("0xc000012345")
	restoreState()
	assert.Equal(t, first, SameAddresses("0xc000099990"))
}

func TestTheEndOfARunCannotBeRecoveredFrom(t *testing.T) {
	assert.Equal(t, "other", Recovered("other"))
	assert.Nil(t, Recovered(nil))
	assert.Equal(t, []int{1}, Recovered([]int{1}), "which cannot be compared")
	assert.PanicsWithValue(t, theEnd, func() {
		defer func() { Recovered(recover()) }()
		panic(theEnd)
	})
}

func TestGoroutinesDrawTheSameInAnyOrder(t *testing.T) {
	wasCur, wasByName := cur, byName
	defer func() { cur, byName = wasCur, wasByName }()
	byName = true
	draw := func(order ...int) map[int][]uint64 {
		gs, drawn := map[int]*g{}, map[int][]uint64{}
		for _, child := range order {
			if gs[child] == nil {
				gs[child] = &g{kin: kinOf(kinOf(0, 1), child)}
			}
			cur = gs[child]
			drawn[child] = append(drawn[child], Draw())
		}
		return drawn
	}
	want := draw(1, 1, 2, 3, 2)
	assert.Equal(t, want, draw(3, 2, 1, 2, 1))
	assert.NotEqual(t, want[1][0], want[2][0])
	assert.NotEqual(t, kinOf(0, 1), kinOf(kinOf(0, 1), 1))
}

// A lab's worth of package variables: half of them changed, as by a run.
func BenchmarkRestoreState(b *testing.B) {
	var (
		mu      Mutex
		rw      RWMutex
		wg      WaitGroup
		once    Once
		count   int
		total   [4]int64
		jobs    chan int
		results map[string]int
		names   []string
		last    *node
	)
	keeping(b, &mu, &rw, &wg, &once, &count, &total, &jobs, &results, &names, &last)
	jobs2, results2, names2, last2 := make(chan int), map[string]int{}, []string{"a"}, &node{}
	for b.Loop() {
		mu.locked, count, total[2] = true, 5, 6
		once.state, wg.n = 2, 1
		jobs, results, names, last = jobs2, results2, names2, last2
		restoreState()
	}
}
