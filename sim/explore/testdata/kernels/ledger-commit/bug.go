// A ledger with optimistic commits: a teller reads the version, works its entry
// out, and commits it if the version is still the same; otherwise it starts
// again.
package main

import (
	"errors"
	"fmt"
	"sync"
	"sync/atomic"
)

var errConflict = errors.New("ledger: the version has changed")

type entry struct {
	teller string
	amount int
}

type ledger struct {
	version atomic.Int64

	mu      sync.Mutex
	entries []entry
	balance int
}

// commit appends e if the ledger is still at version.
func (l *ledger) commit(version int64, e entry) error {
	l.mu.Lock()
	if l.version.Load() != version {
		return errConflict
	}
	l.entries = append(l.entries, e)
	l.balance += e.amount
	l.version.Add(1)
	l.mu.Unlock()
	return nil
}

// post commits an entry, again and again if need be. The other teller makes two
// commits at most, so the third attempt cannot fail.
func (l *ledger) post(e entry) {
	for range 3 {
		version := l.version.Load()
		err := l.commit(version, e)
		if err == nil {
			return
		}
		if !errors.Is(err, errConflict) {
			panic(err)
		}
	}
	panic("the ledger refused an entry three times")
}

func main() {
	l := &ledger{}
	var wg sync.WaitGroup
	for i, teller := range []string{"ann", "ben"} {
		wg.Add(1)
		go func() {
			defer wg.Done()
			for n := range 2 {
				l.post(entry{teller, 10*i + n})
			}
		}()
	}
	wg.Wait()

	if len(l.entries) != 4 || l.balance != 22 {
		panic(fmt.Sprintf("four entries make 22, not %d with %d", len(l.entries), l.balance))
	}
	fmt.Println("entries", len(l.entries), "balance", l.balance)
}
