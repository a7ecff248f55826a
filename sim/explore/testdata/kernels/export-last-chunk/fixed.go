// Exports a table in chunks, one worker a chunk. The worker of the last chunk
// ends the export's stream.
package main

import (
	"fmt"
	"sync/atomic"
)

type export struct {
	pending atomic.Int32
	chunks  chan string
}

func (e *export) write(table string, chunk int) {
	rows := fmt.Sprintf("%s[%d]", table, chunk)
	e.chunks <- rows
	if e.pending.Add(-1) == 0 {
		close(e.chunks)
	}
}

func main() {
	const chunks = 3
	e := &export{chunks: make(chan string, 1)}
	e.pending.Store(chunks)
	for i := range chunks {
		go e.write("orders", i)
	}
	n := 0
	for range e.chunks {
		n++
	}
	fmt.Println("exported", n, "chunks")
}
