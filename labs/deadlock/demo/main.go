// A shop has a shelf and a ledger, and a lock for each.
package main

import (
	"flag"
	"fmt"
	"sync"
	"time"
)

var (
	shelf  sync.Mutex // guards left
	ledger sync.Mutex // guards sold
	left   = 10
	sold   = 0
)

func main() {
	trouble := flag.String("trouble", "order", "who gets into whose way: order, self or channel")
	closing := flag.Bool("closing", false, "main waits for closing time, not for everybody")
	flag.Parse()

	var all sync.WaitGroup
	switch *trouble {
	case "order":
		all.Add(2)
		go sell(&all)
		go audit(&all)
	case "self":
		all.Add(1)
		go restock(&all)
	case "channel":
		all.Add(2)
		news := make(chan int)
		go tell(news, &all)
		go listen(news, &all)
	}

	if *closing {
		time.Sleep(50 * time.Millisecond)
	} else {
		all.Wait()
	}
	fmt.Println("the shop is closed")
}

// sell takes one thing from the shelf, and writes that into the ledger.
func sell(all *sync.WaitGroup) {
	shelf.Lock()
	ledger.Lock()
	left--
	sold++
	ledger.Unlock()
	shelf.Unlock()
	all.Done()
}

// audit compares the ledger with the shelf.
func audit(all *sync.WaitGroup) {
	ledger.Lock()
	shelf.Lock()
	fmt.Println(sold, "sold and", left, "left")
	shelf.Unlock()
	ledger.Unlock()
	all.Done()
}
