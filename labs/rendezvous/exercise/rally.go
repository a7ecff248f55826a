// Two players, ping and pong, and one ball.
package main

import (
	"flag"
	"fmt"
	"time"
)

// Rally plays the given number of strokes between two players, each in a
// goroutine of its own. A stroke is a call of hit with the player's name; ping
// begins, they take turns, and strokes never overlap. Rally returns when the
// last stroke is over and both players have left.
func Rally(strokes int, hit func(player string)) {
	if strokes == 0 {
		return
	}
	toPing := make(chan int)
	toPong := make(chan int)
	done := make(chan bool)

	go play("ping", toPing, toPong, strokes, hit, done)
	go play("pong", toPong, toPing, strokes, hit, done)

	toPing <- 1 // the ball carries the number of the stroke
	<-done
	<-done
}

// play receives the ball, hits it and sends it on until a stroke was the last.
// Closing the channel tells the other player that no ball comes any more.
func play(name string, in <-chan int, out chan<- int, strokes int, hit func(string), done chan<- bool) {
	for stroke := range in {
		hit(name)
		if stroke == strokes {
			break
		}
		out <- stroke + 1
	}
	close(out)
	done <- true
}

// main plays one rally, for you to watch. The tests do not use it.
func main() {
	strokes := flag.Int("strokes", 4, "how many strokes the rally has")
	flag.Parse()

	Rally(*strokes, func(player string) {
		fmt.Println(player)
		time.Sleep(10 * time.Millisecond)
	})
	fmt.Println("the rally is over")
}
