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
	// YOUR WORK STARTS HERE: make the channels for the ball, start the two
	// players, serve, and wait until both have left.
	hit("ping")
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
