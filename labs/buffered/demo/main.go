// A camera takes pictures faster than its memory card can write them. Between
// the two is a buffer: a channel with room for a few pictures.
package main

import (
	"flag"
	"fmt"
	"time"
)

func main() {
	pictures := flag.Int("pictures", 6, "how many pictures are taken")
	room := flag.Int("room", 3, "how many pictures the buffer has room for")
	shotMS := flag.Int("shot", 10, "milliseconds that the camera needs to take a picture")
	writeMS := flag.Int("write", 30, "milliseconds that the card needs to write one")
	wait := flag.Bool("wait", true, "main waits until everything is written")
	flag.Parse()

	start := time.Now()
	buffer := make(chan int, *room)
	written := make(chan bool)

	go card(buffer, *pictures, time.Duration(*writeMS)*time.Millisecond, written)
	camera(buffer, *pictures, time.Duration(*shotMS)*time.Millisecond)

	if *wait {
		<-written
		fmt.Println("all written after:", time.Since(start).Milliseconds(), "ms")
	}
	fmt.Println("still in the buffer:", len(buffer))
}

// camera takes pictures and puts each one into the buffer.
func camera(buffer chan<- int, pictures int, work time.Duration) {
	var waited time.Duration
	for n := 1; n <= pictures; n++ {
		time.Sleep(work)

		taken := time.Now()
		buffer <- n
		waited += time.Since(taken)
	}
	fmt.Println("camera waited:", waited.Milliseconds(), "ms")
}

// card takes pictures from the buffer and writes each one.
func card(buffer <-chan int, pictures int, work time.Duration, written chan<- bool) {
	for range pictures {
		n := <-buffer
		time.Sleep(work)
		fmt.Println("picture", n, "is on the card")
	}
	written <- true
}
