// A health check probes the replicas at the same time and counts those that
// do not answer.
package main

import (
	"errors"
	"fmt"
	"sync"
	"sync/atomic"
)

func probe(replica int) (latency int, err error) {
	if replica == 1 {
		return 0, errors.New("connection refused")
	}
	return 10 + replica, nil
}

func main() {
	var (
		failed atomic.Int32
		wg     sync.WaitGroup
	)
	latency, err := probe(0)
	if err != nil {
		failed.Add(1)
	}
	fmt.Println("first replica:", latency)
	for replica := 1; replica < 3; replica++ {
		wg.Add(1)
		go func() {
			defer wg.Done()
			_, err = probe(replica)
			if err != nil {
				failed.Add(1)
			}
		}()
	}
	wg.Wait()
	fmt.Println("failed:", failed.Load())
}
