// A search asks all shards and adds up their hits; the first answer is shown
// at once, the sum when all have answered.
package main

import (
	"fmt"
	"sync"
)

type search struct {
	hits  []int
	first chan int
}

func (s *search) ask(shard int) {
	s.hits[shard] = 10 * (shard + 1)
	select {
	case s.first <- shard:
	default:
	}
}

func (s *search) sum() (n int) {
	for _, h := range s.hits {
		n += h
	}
	return n
}

func main() {
	const shards = 3
	s := &search{hits: make([]int, shards), first: make(chan int, 1)}
	var wg sync.WaitGroup
	for shard := range shards {
		wg.Add(1)
		go func() {
			defer wg.Done()
			s.ask(shard)
		}()
	}
	<-s.first
	wg.Wait()
	sum := s.sum()
	if sum != 60 {
		panic(fmt.Sprintf("a sum of %d hits, there are 60", sum))
	}
	fmt.Println("hits:", sum)
}
