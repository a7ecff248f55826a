// Scans shards for a record, one worker a shard. Once it is found the workers
// may stop early; the last worker to leave ends the stream of records.
package main

import (
	"fmt"
	"sync/atomic"
)

type scan struct {
	found   atomic.Bool
	working atomic.Int32
	records chan int
}

func (s *scan) shard(records []int) {
	for _, r := range records {
		if s.found.Load() {
			return
		}
		s.records <- r
	}
	if s.working.Add(-1) == 0 {
		close(s.records)
	}
}

func main() {
	shards := [][]int{{11, 12}, {21, 22}}
	const wanted = 12

	s := &scan{records: make(chan int, 4)}
	s.working.Store(int32(len(shards)))
	for _, records := range shards {
		go s.shard(records)
	}
	hits := 0
	for r := range s.records {
		if r == wanted {
			hits++
			s.found.Store(true)
		}
	}
	fmt.Println("found", hits)
}
