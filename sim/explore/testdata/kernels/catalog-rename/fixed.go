// The catalog of a database: tables, the indexes on them, and changes of both,
// of which one is done at a time. Queries look a table up meanwhile.
package main

import (
	"fmt"
	"sync"
)

type catalog struct {
	change sync.Mutex // held by whoever changes the catalog

	tablesMu sync.Mutex
	tables   map[string]int // name to number of rows

	indexesMu sync.Mutex
	indexes   map[string]string // index to its table
}

// Rename gives a table a new name, and its indexes with it.
func (c *catalog) Rename(from, to string) {
	c.change.Lock()
	defer c.change.Unlock()
	c.tablesMu.Lock()
	defer c.tablesMu.Unlock()
	c.indexesMu.Lock()
	defer c.indexesMu.Unlock()
	c.tables[to] = c.tables[from]
	delete(c.tables, from)
	for index, table := range c.indexes {
		if table == from {
			c.indexes[index] = to
		}
	}
}

// Rebuild drops the indexes whose tables are gone and says how many are left.
func (c *catalog) Rebuild() int {
	c.change.Lock()
	defer c.change.Unlock()
	c.tablesMu.Lock()
	defer c.tablesMu.Unlock()
	c.indexesMu.Lock()
	defer c.indexesMu.Unlock()
	for index, table := range c.indexes {
		if _, ok := c.tables[table]; !ok {
			delete(c.indexes, index)
		}
	}
	return len(c.indexes)
}

// Rows says how many rows a table has.
func (c *catalog) Rows(table string) int {
	c.tablesMu.Lock()
	defer c.tablesMu.Unlock()
	return c.tables[table]
}

func main() {
	c := &catalog{
		tables:  map[string]int{"orders": 40, "users": 7},
		indexes: map[string]string{"by_day": "orders", "by_name": "users", "by_shop": "shops"},
	}
	var rows, left int
	var wg sync.WaitGroup
	wg.Add(3)
	go func() {
		defer wg.Done()
		c.Rename("orders", "sales")
	}()
	go func() {
		defer wg.Done()
		left = c.Rebuild()
	}()
	go func() {
		defer wg.Done()
		rows = c.Rows("users")
	}()
	wg.Wait()

	fmt.Println("indexes", left, "users", rows)
}
