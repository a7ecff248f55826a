// Crowd has k goroutines wait for one channel at once, sends n values to them,
// and lets all of them end.
package main

import (
	"flag"
	"sync"
)

func main() {
	k := flag.Int("k", 1000, "how many goroutines")
	n := flag.Int("n", 0, "how many values")
	flag.Parse()
	c := make(chan int)
	var begun, ended sync.WaitGroup
	for range *k {
		begun.Add(1)
		ended.Add(1)
		go func() {
			defer ended.Done()
			begun.Done()
			for range c {
			}
		}()
	}
	begun.Wait()
	for i := range *n {
		c <- i
	}
	close(c)
	ended.Wait()
}
