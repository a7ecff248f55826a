// A table that takes rows on one channel and commits on another. A client
// sends its rows and then commits; the table answers with the rows committed.
package main

import (
	"fmt"
	"sync"
)

type table struct {
	rows   chan string
	commit chan chan int
}

func (t *table) run() {
	pending := 0
	for {
		select {
		case _, ok := <-t.rows:
			if !ok {
				return
			}
			pending++
		case reply := <-t.commit:
			for len(t.rows) > 0 { // sent before the commit was
				<-t.rows
				pending++
			}
			reply <- pending
			pending = 0
		}
	}
}

func main() {
	t := &table{make(chan string, 2), make(chan chan int)}
	var wg sync.WaitGroup
	wg.Go(t.run)

	committed := make(chan int, 1)
	for _, batch := range [][]string{{"ann", "bob"}, {"cyd"}} {
		for _, row := range batch {
			t.rows <- row
		}
		t.commit <- committed
		if n := <-committed; n != len(batch) {
			panic(fmt.Sprintf("%d of %d rows were committed", n, len(batch)))
		}
	}
	close(t.rows)
	wg.Wait()
	fmt.Println("all rows committed")
}
