// The last ticket. A customer has asked for it and waits for the answer, but
// not for ever, and perhaps changes their mind.
package main

import (
	"flag"
	"fmt"
	"sync"
	"time"
)

func main() {
	answer := flag.Int("answer", 20, "after how many ms the box office has checked the payment")
	patience := flag.Int("patience", 20, "how many ms the customer waits")
	cancel := flag.Int("cancel", 60, "after how many ms the customer changes their mind")
	room := flag.Int("room", 0, "how many answers there is room for, between the two")
	flag.Parse()

	o := &office{left: 1}
	reply := make(chan string, *room)
	gone := make(chan bool)
	cancelled := make(chan bool)
	time.AfterFunc(ms(*cancel), func() { close(cancelled) })

	var both sync.WaitGroup
	both.Add(2)
	go o.sell(ms(*answer), reply, gone, &both)
	go customer(ms(*patience), reply, cancelled, gone, &both)
	both.Wait()
	fmt.Println("tickets left:", o.left)
}

// office has the tickets. Only one goroutine sells here.
type office struct{ left int }

// sell takes a ticket out of the stock, and hands it over or puts it back.
func (o *office) sell(answer time.Duration, reply chan<- string, gone <-chan bool, both *sync.WaitGroup) {
	defer both.Done()
	o.left--
	time.Sleep(answer)
	select {
	case reply <- "a ticket":
	case <-gone:
		o.left++
	}
}

// customer waits for one of three things, and then is gone.
func customer(patience time.Duration, reply <-chan string, cancelled <-chan bool, gone chan<- bool, both *sync.WaitGroup) {
	defer both.Done()
	defer close(gone)
	select {
	case got := <-reply:
		fmt.Println("the customer has", got)
	case <-time.After(patience):
		fmt.Println("the customer has waited too long")
	case <-cancelled:
		fmt.Println("the customer has changed their mind")
	}
}

func ms(n int) time.Duration { return time.Duration(n) * time.Millisecond }
