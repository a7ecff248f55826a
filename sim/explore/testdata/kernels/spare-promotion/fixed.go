// A primary and a spare store: a health monitor promotes the spare when the
// primary is sick, a client that fails over tells nobody, and a janitor shuts
// down whatever is not in charge.
package main

import (
	"fmt"
	"sync"
	"sync/atomic"
)

type store struct {
	name string
	down atomic.Bool
	rows atomic.Int32
}

type cluster struct {
	inCharge atomic.Pointer[store]
	writers  atomic.Int32 // who writes to whatever is in charge
	stores   [2]store
}

// write adds a row to the store in charge.
func (c *cluster) write() {
	c.writers.Add(1)
	defer c.writers.Add(-1)
	s := c.inCharge.Load()
	if s.down.Load() {
		panic("a row is written to a store that is shut down: " + s.name)
	}
	s.rows.Add(1)
}

func (c *cluster) promote() { c.inCharge.Store(&c.stores[1]) }

// retire shuts down the primary if the spare is in charge and nobody writes.
func (c *cluster) retire() {
	if c.inCharge.Load() != &c.stores[1] || c.writers.Load() != 0 {
		return
	}
	c.stores[0].down.Store(true)
}

func main() {
	c := &cluster{}
	c.stores[0].name, c.stores[1].name = "primary", "spare"
	c.inCharge.Store(&c.stores[0])
	var wg sync.WaitGroup
	for _, f := range []func(){c.write, c.promote, c.retire} {
		wg.Add(1)
		go func() {
			defer wg.Done()
			f()
		}()
	}
	wg.Wait()
	fmt.Println("rows:", c.stores[0].rows.Load()+c.stores[1].rows.Load())
}
