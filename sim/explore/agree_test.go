package explore

import (
	"testing"

	"github.com/stretchr/testify/assert"
)

// Programs of which a search once saw less than there is.
var agreeing = map[string]string{
	"writers": `package main

import (
	"fmt"
	"sync"
)

func main() {
	var rw sync.RWMutex
	var all sync.WaitGroup
	z := 0
	all.Go(func() { rw.RLock(); fmt.Println(11, z); rw.RUnlock() })
	all.Go(func() { rw.Lock(); z += 21; rw.Unlock() })
	rw.Lock()
	z++
	rw.Unlock()
	all.Wait()
	fmt.Println(z)
}
`,
	"clock": `package main

import (
	"fmt"
	"sync"
	"time"
)

func main() {
	start := time.Now()
	var all sync.WaitGroup
	all.Go(func() { fmt.Println(2, time.Since(start)) })
	time.Sleep(time.Millisecond)
	fmt.Println(1)
	all.Wait()
}
`,
	"reused": `package main

import "sync"

func main() {
	var wg, all sync.WaitGroup
	all.Go(func() { wg.Add(1); go func() { wg.Done() }(); wg.Wait() })
	wg.Go(func() {})
	all.Wait()
}
`,
	"late": `package main

import (
	"fmt"
	"sync"
)

func main() {
	var wg, all sync.WaitGroup
	all.Go(func() { wg.Add(1) })
	all.Go(func() { wg.Add(1) })
	wg.Wait()
	fmt.Println(1)
	all.Wait()
}
`,
	"gone": `package main

import (
	"runtime"
	"sync"
)

func main() {
	var mu sync.Mutex
	go func() { mu.Lock(); mu.Unlock() }()
	mu.Lock()
	mu.Unlock()
	runtime.Goexit()
}
`,
	"left": `package main

import (
	"fmt"
	"runtime"
	"sync"
)

func main() {
	var mu sync.Mutex
	var all sync.WaitGroup
	x := 0
	for i := range 2 {
		all.Go(func() {
			defer func() {
				mu.Lock()
				if x++; x == 2 {
					panic("two")
				}
			}()
			fmt.Println(i)
			runtime.Goexit()
		})
	}
	mu.Lock()
	mu.Unlock()
	all.Wait()
}
`,
}

func TestEverySearchSeesAll(t *testing.T) {
	r := engine(t)
	srcs := map[string][]byte{}
	for name, src := range agreeing {
		srcs[name] = []byte(src)
	}
	for name, p := range buildAll(t, r, srcs) {
		c := compare(t, r, p, false)
		assert.Empty(t, c.wrong, name)
		assert.Equal(t, 1, c.programs, "%s: brute force comes to an end", name)
		t.Logf("%s: %d schedules, %d with reduction, %d classes, %d outcomes, %d findings", name, c.naive, c.dpor, c.classes, c.outcomes, c.findings)
	}
}
