// Meters by name: each counts under its own lock.
package main

import (
	"fmt"
	"sync"
)

type meter struct {
	mu    sync.Mutex
	name  string
	total *int
}

func (m meter) add(n int) {
	m.mu.Lock()
	defer m.mu.Unlock()
	*m.total += n
}

func main() {
	total := 0
	m := &meter{name: "requests", total: &total}
	var wg sync.WaitGroup
	for _, n := range []int{1, 2, 3} {
		wg.Add(1)
		go func() {
			defer wg.Done()
			m.add(n)
		}()
	}
	wg.Wait()
	if total != 6 {
		panic(fmt.Sprintf("%s: %d, not 6", m.name, total))
	}
	fmt.Println(m.name, total)
}
