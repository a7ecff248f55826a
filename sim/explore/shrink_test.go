package explore

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// crossing is two goroutines that lock crosswise while main sleeps: there are
// many ways into the deadlock, most of them with more pre-emptions than one.
const crossing = `package main

import (
	"fmt"
	"sync"
	"time"
)

var a, b sync.Mutex

func left() {
	a.Lock()
	b.Lock()
	b.Unlock()
	a.Unlock()
}

func right() {
	b.Lock()
	a.Lock()
	a.Unlock()
	b.Unlock()
}

func main() {
	go left()
	go right()
	for i := range 4 {
		time.Sleep(time.Second)
		fmt.Println("tick", i)
	}
}
`

func TestNoSearchSaysThatAScheduleIsTheSmallestWhenItIsNot(t *testing.T) {
	file(t, crossing)
	for _, search := range []string{"bounded", "dpor", "portfolio"} {
		for _, procs := range []string{"1", "2"} {
			_, rep := report(t, "-search", search, "-procs", procs, "main.go")
			require.NotEmpty(t, rep.Findings, "%s", search)
			f := rep.Findings[0]
			assert.Equal(t, "partial-deadlock", f.Class)
			assert.Equal(t, 1, f.Preemptions, "%s with %s", search, procs)
			assert.True(t, f.Minimal, "%s with %s", search, procs)
			assert.Empty(t, f.Late, "%s with %s: nobody needs to be late", search, procs)
		}
	}
}

func TestPCTOfNoDepthTriesSeveral(t *testing.T) {
	file(t, crossing)
	_, rep := report(t, "-search", "pct", "-procs", "1", "-runs", "4000", "main.go")
	require.NotEmpty(t, rep.Findings)
	assert.Equal(t, "partial-deadlock", rep.Findings[0].Class, "with no depth but 1 nobody is ever pre-empted")
}
