// A pool that starts workers when tasks pile up, and sends workers home when
// there is little to do. Tasks come in bursts of 12, 200 ms apart.
package main

import (
	"expvar"
	"flag"
	"fmt"
	"sync"
	"time"
)

const (
	least = 1                      // there are never fewer workers
	burst = 12                     // so many tasks come at once
	pause = 200 * time.Millisecond // from one burst to the next
	work  = 35 * time.Millisecond  // a task takes this long
	look  = 20 * time.Millisecond  // from one look at the pool to the next
)

var (
	queue = make(chan int, 100)
	leave = make(chan bool) // the worker that receives from here goes home

	workers = expvar.NewInt("workers") // published: Charts can draw them
	idle    = expvar.NewInt("idle")
	running sync.WaitGroup // workers
	keeping sync.WaitGroup // keepers
)

func main() {
	bursts := flag.Int("bursts", 2, "how many bursts of tasks come")
	start := flag.Int("start", 1, "how many workers there are in the beginning")
	most := flag.Int("most", 6, "how many workers there may be")
	patience := flag.Int("patience", 3, "how many looks in a row must find half of the workers idle before one is sent home")
	keepers := flag.Int("keepers", 1, "how many goroutines look after the number of workers")
	flag.Parse()

	for range *start {
		grow()
	}
	for range *keepers {
		keeping.Add(1)
		go keeper(1+10**bursts, *most, *patience)
	}
	for range *bursts {
		for task := range burst {
			queue <- task
		}
		time.Sleep(pause)
	}
	keeping.Wait()
	fmt.Println("workers at the end:", workers.Value())
	close(queue)
	running.Wait()
}

// keeper changes the number of workers, by one at a time.
func keeper(looks, most, patience int) {
	defer keeping.Done()
	calm := 0 // so many looks in a row have found half of the workers idle
	for range looks {
		time.Sleep(look)
		n, free := int(workers.Value()), int(idle.Value())
		if 2*free >= n && n > least {
			calm++
		} else {
			calm = 0
		}
		switch {
		case free == 0 && n < most && len(queue) > 2*n:
			fmt.Println("too few workers:", n)
			grow()
		case calm >= patience:
			fmt.Println("too many workers:", n)
			shrink()
			calm = 0
		}
	}
}

func grow() {
	workers.Add(1)
	running.Go(worker)
}

func shrink() {
	select {
	case leave <- true:
		workers.Add(-1)
	default: // nobody is idle any more
	}
}

// worker runs tasks until it is sent home, or until there are no more.
func worker() {
	for {
		idle.Add(1)
		select {
		case _, open := <-queue:
			idle.Add(-1)
			if !open {
				return
			}
			time.Sleep(work)
		case <-leave:
			idle.Add(-1)
			return
		}
	}
}
