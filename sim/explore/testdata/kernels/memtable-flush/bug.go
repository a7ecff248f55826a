// A small storage engine: writes go to a memtable, a full memtable becomes a
// table of the manifest, and a compaction merges the tables whose writes are
// no longer in memory.
package main

import (
	"fmt"
	"sync"
)

type table struct {
	seq  int // of its youngest write
	keys int
}

type manifest struct {
	mu     sync.Mutex
	tables []table
}

func (m *manifest) add(t table) {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.tables = append(m.tables, t)
}

type engine struct {
	mu       sync.Mutex
	seq      int
	memtable map[string]int

	manifest manifest
}

// Put writes a key and flushes the memtable when it is full.
func (e *engine) Put(key string, value int) {
	e.mu.Lock()
	defer e.mu.Unlock()
	e.seq++
	e.memtable[key] = value
	if len(e.memtable) == 2 {
		e.manifest.add(table{seq: e.seq, keys: len(e.memtable)})
		clear(e.memtable)
	}
}

// flushed says up to which write all is in tables.
func (e *engine) flushed() int {
	e.mu.Lock()
	defer e.mu.Unlock()
	return e.seq - len(e.memtable)
}

// Compact merges the tables that hold nothing but flushed writes into one.
func (e *engine) Compact() {
	e.manifest.mu.Lock()
	defer e.manifest.mu.Unlock()
	limit := e.flushed()
	var merged table
	var rest []table
	for _, t := range e.manifest.tables {
		if t.seq > limit {
			rest = append(rest, t)
			continue
		}
		merged.seq = max(merged.seq, t.seq)
		merged.keys += t.keys
	}
	if merged.keys > 0 {
		rest = append(rest, merged)
	}
	e.manifest.tables = rest
}

func main() {
	e := &engine{memtable: map[string]int{}}
	var wg sync.WaitGroup
	wg.Add(2)
	go func() {
		defer wg.Done()
		for i, key := range []string{"a", "b", "c", "d", "e"} {
			e.Put(key, i)
		}
	}()
	go func() {
		defer wg.Done()
		for range 2 {
			e.Compact()
		}
	}()
	wg.Wait()

	keys := len(e.memtable)
	for _, t := range e.manifest.tables {
		keys += t.keys
	}
	if keys != 5 {
		panic(fmt.Sprintf("five keys were written and %d are there", keys))
	}
	fmt.Println("keys:", keys)
}
