// Three small types whose values many goroutines share, each with its lock.
package main

import (
	"fmt"
	"maps"
	"sync"
)

// region: till

type till struct {
	// 1. Say which values change together: sales and money.
	// 2. Put one lock beside them, and write down what it guards.
	mu    sync.Mutex // guards sales and money
	sales int
	money int
}

func (t *till) sell(price int) {
	// 3. Lock before the first read of the step.
	t.mu.Lock()
	// 4. Unlock after its last write, on every way out.
	defer t.mu.Unlock()

	t.sales++
	t.money += price
}

func (t *till) average() int {
	// 5. Looking is a step, too: it takes the same lock.
	t.mu.Lock()
	defer t.mu.Unlock()

	if t.sales == 0 {
		return 0
	}
	return t.money / t.sales
}

// endregion

// region: shelf

type shelf struct {
	mu   sync.Mutex // guards left
	left map[string]int
}

func (s *shelf) take(what string) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.left[what] == 0 {
		return false
	}
	s.left[what]--
	return true
}

func (s *shelf) list() map[string]int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return maps.Clone(s.left)
}

// endregion

// queue is a line of people.
type queue struct {
	mu    sync.Mutex // guards names
	names []string
}

// region: next

func (q *queue) next() (string, bool) {
	q.mu.Lock()
	defer q.mu.Unlock()
	if len(q.names) == 0 {
		return "", false
	}
	first := q.names[0]
	q.names = q.names[1:]
	return first, true
}

// endregion

func main() {
	var t till
	s := shelf{left: map[string]int{"tea": 3}}
	q := queue{names: []string{"Ann", "Bob", "Cid", "Dan"}}

	var all sync.WaitGroup
	for range 4 {
		all.Go(func() {
			name, ok := q.next()
			if ok && s.take("tea") {
				t.sell(2 * len(name))
			}
		})
	}
	all.Wait()
	fmt.Println("sold for", t.average(), "on average; left:", s.list()["tea"])
}
