// A proxy's routing table: lookups count themselves in and out, a reload shuts
// the gate, waits until nobody is inside, and changes the table in place.
package main

import (
	"fmt"
	"runtime"
	"sync"
	"sync/atomic"
)

const patience = 3 // how often to look before giving up

type table struct {
	reloading       atomic.Bool
	inside          atomic.Int32
	primary, backup atomic.Int32 // generations of the two routes
}

// lookup returns the generations of both routes; false if reloads kept it out.
func (t *table) lookup() (primary, backup int32, ok bool) {
	for range patience {
		t.inside.Add(1)
		if t.reloading.Load() {
			t.inside.Add(-1)
			runtime.Gosched()
			continue
		}
		primary, backup = t.primary.Load(), t.backup.Load()
		t.inside.Add(-1)
		return primary, backup, true
	}
	return 0, 0, false
}

// reload brings both routes to a generation; false if lookups kept it out.
func (t *table) reload(generation int32) bool {
	t.reloading.Store(true)
	defer t.reloading.Store(false)
	for range patience {
		if t.inside.Load() == 0 {
			t.primary.Store(generation)
			t.backup.Store(generation)
			return true
		}
		runtime.Gosched()
	}
	return false
}

func main() {
	t := &table{}
	var wg sync.WaitGroup
	wg.Add(3)
	go func() {
		defer wg.Done()
		t.reload(1)
	}()
	for range 2 {
		go func() {
			defer wg.Done()
			if primary, backup, ok := t.lookup(); ok && primary != backup {
				panic(fmt.Sprintf("primary of generation %d beside backup of generation %d", primary, backup))
			}
		}()
	}
	wg.Wait()
	fmt.Println("routes agree:", t.primary.Load() == t.backup.Load())
}
