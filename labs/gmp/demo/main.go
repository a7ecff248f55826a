// main starts some workers, one after the other, and steps back once, so that
// they can go first. In which order do they print, and when is main back?
package main

import (
	"flag"
	"fmt"
	"runtime"
	"sync"
)

func main() {
	workers := flag.Int("workers", 4, "how many workers main starts")
	flag.Parse()

	var wg sync.WaitGroup
	for n := 1; n <= *workers; n++ {
		wg.Add(1)
		go worker(n, &wg)
	}

	runtime.Gosched() // let the others go first
	fmt.Println("main is back")
	wg.Wait()
}

// worker has little to do: it says which one it is.
func worker(n int, wg *sync.WaitGroup) {
	fmt.Println("worker", n)
	wg.Done()
}
