// A first program to look around with: a goroutine sends greetings, and main
// receives as many of them as you tell it to. Then main returns.
package main

import (
	"flag"
	"fmt"
	"time"
)

func main() {
	greetings := flag.Int("greetings", 3, "how many greetings the greeter has to send")
	receive := flag.Int("receive", 2, "how many greetings main receives before it returns")
	flag.Parse()

	words := make(chan string)
	go greeter(words, *greetings)

	for range *receive {
		word := <-words
		fmt.Println("main received:", word)
	}
	fmt.Println("main returns")
}

// greeter thinks for a while before each greeting.
func greeter(words chan<- string, greetings int) {
	for n := 1; n <= greetings; n++ {
		time.Sleep(10 * time.Millisecond)
		words <- fmt.Sprintf("hello %d", n)
	}
	fmt.Println("greeter has sent everything")
}
