// Several senders, one channel, and a receiver that takes values until the
// channel is closed. Who closes it?
package main

import (
	"flag"
	"fmt"
	"sync"
)

func main() {
	senders := flag.Int("senders", 2, "how many goroutines send")
	each := flag.Int("each", 2, "how many values each of them sends")
	room := flag.Int("room", 0, "how many values the channel has room for")
	closer := flag.String("closer", "last", "who closes the channel: nobody, each, receiver or last")
	flag.Parse()

	ch := make(chan int, *room)
	var working sync.WaitGroup
	for id := 1; id <= *senders; id++ {
		working.Add(1)
		go send(ch, id, *each, &working, *closer == "each")
	}
	if *closer == "last" {
		go closeAfter(&working, ch)
	}
	receive(ch, *closer == "receiver")
}

// send sends its values, and then closes the channel if it was told to.
func send(ch chan<- int, id, each int, working *sync.WaitGroup, closes bool) {
	defer working.Done()
	for n := 1; n <= each; n++ {
		ch <- 10*id + n
	}
	if closes {
		close(ch)
	}
}

// closeAfter closes the channel when all senders have come to their end.
func closeAfter(working *sync.WaitGroup, ch chan<- int) {
	working.Wait()
	close(ch)
}

// receive takes values until the channel is closed and empty. If it was told
// to, it closes the channel itself when it has three.
func receive(ch chan int, closes bool) {
	count := 0
	for v := range ch {
		fmt.Println("received", v)
		count++
		if closes && count == 3 {
			close(ch)
		}
	}
	fmt.Println("that is all:", count)

	v, ok := <-ch
	fmt.Println("one more receive:", v, ok)
}
