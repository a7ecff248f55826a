// A sender and a receiver meet at an unbuffered channel. Whoever comes first
// waits there for the other.
package main

import (
	"flag"
	"fmt"
	"time"
)

func main() {
	messages := flag.Int("messages", 4, "how many messages the sender sends")
	takes := flag.Int("takes", 4, "how many messages the receiver takes")
	makeMS := flag.Int("make", 10, "milliseconds that the sender needs to make a message")
	useMS := flag.Int("use", 30, "milliseconds that the receiver needs to use a message")
	flag.Parse()

	hand := make(chan int)
	done := make(chan string)

	go sender(hand, *messages, time.Duration(*makeMS)*time.Millisecond, done)
	go receiver(hand, *takes, time.Duration(*useMS)*time.Millisecond, done)

	fmt.Println(<-done)
	fmt.Println(<-done)
}

// sender makes messages, one after the other, and hands each one over.
func sender(hand chan<- int, messages int, work time.Duration, done chan<- string) {
	var waited time.Duration
	for n := 1; n <= messages; n++ {
		// 1. Make a message.
		time.Sleep(work)

		// 2. Hand it over, and measure how long that takes.
		arrived := time.Now()
		hand <- n
		waited += time.Since(arrived)
	}
	// 3. Report.
	done <- fmt.Sprint("the sender waited ", waited.Round(time.Millisecond))
}

// receiver takes messages, one after the other, and uses each one.
func receiver(hand <-chan int, takes int, work time.Duration, done chan<- string) {
	var waited time.Duration
	for range takes {
		// 1. Take a message, and measure how long that takes.
		arrived := time.Now()
		n := <-hand
		waited += time.Since(arrived)

		// 2. Use it.
		fmt.Println("received message", n)
		time.Sleep(work)
	}
	// 3. Report.
	done <- fmt.Sprint("the receiver waited ", waited.Round(time.Millisecond))
}
