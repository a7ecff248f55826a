// A client reads a value from three replicas and goes on with the first two
// answers. The replicas log each read; the writer of the log begins a new file
// after every second line.
package main

import (
	"fmt"
	"sync"
)

type slowlog struct {
	lines chan string

	mu    sync.Mutex
	reads int // numbered in all files
	file  int
}

// add logs a read.
func (l *slowlog) add(replica int) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.reads++
	l.lines <- fmt.Sprint("read ", l.reads, " by replica ", replica)
}

// rotate begins a new file.
func (l *slowlog) rotate() {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.file++
}

// write writes n lines.
func (l *slowlog) write(n int) {
	var written []string
	for range n {
		line := <-l.lines
		written = append(written, line)
		if len(written)%2 == 0 {
			l.rotate()
		}
	}
}

func main() {
	const replicas, quorum = 3, 2
	log := &slowlog{lines: make(chan string)}
	go log.write(replicas)

	answers := make(chan int, replicas)
	for i := range replicas {
		go func() {
			answers <- 40 // the value all agree on
			log.add(i)
		}()
	}
	var values []int
	for range quorum {
		values = append(values, <-answers)
	}

	// The client goes on: it shows the value to two readers.
	var readers sync.WaitGroup
	var shown [2]int
	for i := range shown {
		readers.Add(1)
		go func() {
			defer readers.Done()
			shown[i] = values[i] + i
		}()
	}
	readers.Wait()
	fmt.Println("shown:", shown)
}
