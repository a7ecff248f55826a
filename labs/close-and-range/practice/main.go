// Numbers from several channels are brought together in one. Every channel here
// is closed, and by exactly one goroutine.
package main

import (
	"fmt"
	"sync"
)

func main() {
	sum := 0
	for n := range merge(squares(upTo(3)), upTo(4)) {
		sum += n
	}
	fmt.Println("the sum is", sum)
}

// upTo sends the numbers from 1 to n.
func upTo(n int) <-chan int {
	// 1. Make the channel where it is known who sends.
	out := make(chan int)

	// 2. Let one goroutine send.
	go func() {
		// 3. The sender closes, on every way out.
		defer close(out)
		for i := 1; i <= n; i++ {
			out <- i
		}
	}()

	// 4. Give away the end that cannot be closed.
	return out
}

// squares sends the square of each number that it receives.
func squares(in <-chan int) <-chan int {
	out := make(chan int)
	go func() {
		defer close(out)
		for n := range in {
			out <- n * n
		}
	}()
	return out
}

// merge sends what comes from any of its channels.
func merge(ins ...<-chan int) <-chan int {
	// region: merging
	out := make(chan int)
	var senders sync.WaitGroup
	for _, in := range ins {
		senders.Add(1)
		go forward(in, out, &senders)
	}
	go closeAfter(&senders, out)
	return out
	// endregion
}

// forward sends on what comes from one channel.
func forward(in <-chan int, out chan<- int, senders *sync.WaitGroup) {
	defer senders.Done()
	for n := range in {
		out <- n
	}
}

// closeAfter closes a channel when all of its senders are done.
func closeAfter(senders *sync.WaitGroup, ch chan<- int) {
	senders.Wait()
	close(ch)
}
