// A snapshot goes to an object store part by part, all parts at the same time.
// While memory is short, parts are put off and sent one by one at the end.
package main

import (
	"fmt"
	"sync"
	"sync/atomic"
)

// memory is a budget of buffers; a trimmer makes room in it.
type memory struct {
	short atomic.Bool
	freed atomic.Int64
}

// trim frees the buffers that nobody uses.
func (m *memory) trim() {
	m.short.Store(true)
	m.freed.Add(64)
	m.short.Store(false)
}

type store struct {
	mu    sync.Mutex
	parts map[int]int
}

func (s *store) send(part, size int) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.parts[part] = size
}

// upload sends the parts of a snapshot and returns when all are there.
func upload(s *store, m *memory, sizes []int) {
	var sending sync.WaitGroup
	var later []int
	for part, size := range sizes {
		if m.short.Load() {
			later = append(later, part)
			continue
		}
		sending.Add(1)
		go func() {
			defer sending.Done()
			s.send(part, size)
		}()
	}
	sending.Wait()
	for _, part := range later {
		s.send(part, sizes[part])
	}
}

func main() {
	m, s := &memory{}, &store{parts: map[int]int{}}
	var trimmer sync.WaitGroup
	trimmer.Add(1)
	go func() {
		defer trimmer.Done()
		m.trim()
	}()
	upload(s, m, []int{10, 20, 30})
	trimmer.Wait()

	total := 0
	for _, size := range s.parts {
		total += size
	}
	if total != 60 {
		panic(fmt.Sprintf("the snapshot has 60 pages and %d are in the store", total))
	}
	fmt.Println("parts", len(s.parts), "pages", total, "freed", m.freed.Load())
}
