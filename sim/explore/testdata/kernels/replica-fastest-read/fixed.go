// Reads a key from all replicas at once and takes the first answer: they all
// hold what a quorum has written.
package main

import (
	"fmt"
	"sync/atomic"
)

type replica struct {
	name    string
	version int
	reads   atomic.Int32
}

func (r *replica) read() int {
	r.reads.Add(1)
	return r.version
}

// fastest is the answer of whichever replica is first.
func fastest(replicas []*replica) int {
	answers := make(chan int)
	done := make(chan struct{})
	defer close(done)
	for _, r := range replicas {
		go func() {
			select {
			case answers <- r.read():
			case <-done:
			}
		}()
	}
	return <-answers
}

func main() {
	replicas := []*replica{
		{name: "a", version: 7},
		{name: "b", version: 7},
		{name: "c", version: 7},
	}
	if v := fastest(replicas); v != 7 {
		panic("a replica answered with a version that was never written")
	}
	fmt.Println("read version 7")
}
