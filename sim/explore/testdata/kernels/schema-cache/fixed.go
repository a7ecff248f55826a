// A query planner reads table schemas from a cache. Migrations drop what they
// change; a schema that is not in the cache is read from the catalog again.
package main

import (
	"fmt"
	"sync"
)

type schema struct {
	table   string
	columns int
}

type cache struct {
	mu      sync.RWMutex
	schemas map[string]schema
	reads   int // of the catalog
}

// fill reads a schema from the catalog. The lock is held for writing.
func (c *cache) fill(table string) schema {
	s := schema{table: table, columns: len(table)}
	c.schemas[table] = s
	c.reads++
	return s
}

// refill reads a schema from the catalog if it is not in the cache.
func (c *cache) refill(table string) schema {
	c.mu.Lock()
	defer c.mu.Unlock()
	if s, ok := c.schemas[table]; ok {
		return s
	}
	return c.fill(table)
}

// lookup finds a schema that is in the cache.
func (c *cache) lookup(table string) (schema, bool) {
	c.mu.RLock()
	defer c.mu.RUnlock()
	s, ok := c.schemas[table]
	return s, ok
}

// Get returns the schema of a table.
func (c *cache) Get(table string) schema {
	for range 2 {
		c.refill(table)
		if s, ok := c.lookup(table); ok {
			return s
		}
	}
	// The table is being changed again and again: look and read in one go.
	return c.refill(table)
}

// Drop forgets a schema.
func (c *cache) Drop(table string) {
	c.mu.Lock()
	defer c.mu.Unlock()
	delete(c.schemas, table)
}

func main() {
	c := &cache{schemas: map[string]schema{}}
	var wg sync.WaitGroup
	for range 2 { // two migrations
		wg.Add(1)
		go func() {
			defer wg.Done()
			c.Drop("orders")
		}()
	}
	var got schema
	wg.Add(1)
	go func() { // a query
		defer wg.Done()
		got = c.Get("orders")
	}()
	wg.Wait()

	if got.columns != 6 {
		panic("the query got no schema")
	}
	fmt.Println(got.table, got.columns)
}
