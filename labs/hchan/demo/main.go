// Receivers come to a channel before anybody sends, senders come when it is
// full already, and nothing gets lost: a channel keeps values in slots, and
// goroutines in queues.
package main

import (
	"flag"
	"fmt"
	"time"
)

func main() {
	room := flag.Int("room", 2, "how many slots the channel has")
	early := flag.Int("early", 1, "how many receivers come before the first sender")
	senders := flag.Int("senders", 5, "how many senders come, each with one value")
	gapMS := flag.Int("gap", 10, "milliseconds from one arrival to the next")
	flag.Parse()
	gap := time.Duration(*gapMS) * time.Millisecond

	ch := make(chan int, *room)

	for range *early {
		go receive(ch)
		time.Sleep(gap)
	}
	for n := 1; n <= *senders; n++ {
		go send(ch, n)
		time.Sleep(gap)
	}

	// main takes what is left, one value after the other.
	for range *senders - *early {
		fmt.Println("main got", <-ch)
		time.Sleep(gap)
	}
}

// send brings one value.
func send(ch chan<- int, n int) {
	ch <- n
}

// receive takes one value.
func receive(ch <-chan int) {
	fmt.Println("an early receiver got", <-ch)
}
