// A store with versions: a transaction reads as of its start, a collector
// drops versions that no running transaction can read.
package main

import (
	"fmt"
	"sync"
	"sync/atomic"
)

type version struct {
	at    int64
	value string
}

type store struct {
	clock    atomic.Int64
	mu       sync.Mutex
	active   map[int]int64 // transaction → as of when it reads
	versions []version     // of the only key, oldest first
}

// begin starts a transaction and returns as of when it reads.
func (s *store) begin(txn int) int64 {
	at := s.clock.Load()
	s.mu.Lock()
	defer s.mu.Unlock()
	s.active[txn] = at
	return at
}

func (s *store) end(txn int) {
	s.mu.Lock()
	defer s.mu.Unlock()
	delete(s.active, txn)
}

// read returns the newest value that is no newer than at.
func (s *store) read(at int64) string {
	s.mu.Lock()
	defer s.mu.Unlock()
	for i := len(s.versions) - 1; i >= 0; i-- {
		if s.versions[i].at <= at {
			return s.versions[i].value
		}
	}
	panic(fmt.Sprintf("no version is left for a transaction that reads as of %d", at))
}

func (s *store) write(value string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.versions = append(s.versions, version{s.clock.Add(1), value})
}

// collect drops the versions behind the newest that everybody can read.
func (s *store) collect() {
	s.mu.Lock()
	defer s.mu.Unlock()
	oldest := s.clock.Load()
	for _, at := range s.active {
		oldest = min(oldest, at)
	}
	for len(s.versions) > 1 && s.versions[1].at <= oldest {
		s.versions = s.versions[1:]
	}
}

func main() {
	s := &store{active: map[int]int64{}}
	s.write("first")
	var wg sync.WaitGroup
	wg.Add(3)
	go func() {
		defer wg.Done()
		at := s.begin(1)
		s.read(at)
		s.end(1)
	}()
	go func() {
		defer wg.Done()
		s.write("second")
	}()
	go func() {
		defer wg.Done()
		s.collect()
	}()
	wg.Wait()
	fmt.Println("now:", s.read(s.clock.Load()))
}
