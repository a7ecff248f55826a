package main

import (
	"fmt"
	"runtime"
	"sync"
)

// close wakes everybody; the last one woken is in runnext.
func main() {
	c := make(chan bool)
	var wg sync.WaitGroup
	for i := range 5 {
		wg.Add(1)
		go func() {
			defer wg.Done()
			<-c
			fmt.Println(i)
		}()
	}
	runtime.Gosched()
	close(c)
	wg.Wait()
}
