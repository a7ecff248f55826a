// Clerks sell tickets for the same show. Each looks how many are left, and
// then writes down that there is one less.
package main

import (
	"flag"
	"fmt"
	"sync/atomic"
)

func main() {
	tickets := flag.Int("tickets", 3, "how many tickets there are")
	clerks := flag.Int("clerks", 2, "how many clerks sell them")
	flag.Parse()

	var left atomic.Int64
	left.Store(int64(*tickets))

	sales := make(chan int)
	for range *clerks {
		go clerk(&left, sales)
	}

	sold := 0
	for range *clerks {
		sold += <-sales
	}
	fmt.Println("sold", sold, "of", *tickets, "tickets")
}

// clerk sells tickets for as long as there are any.
func clerk(left *atomic.Int64, sales chan<- int) {
	sold := 0
	for {
		n := left.Load()
		if n == 0 {
			break
		}
		left.Store(n - 1)
		sold++
	}
	sales <- sold
}
