// The scheduler keeps no order that anybody may rely on. Where a program needs
// one, the program says so: three ways to do it.
package main

import (
	"fmt"
	"sync"
)

func main() {
	inLine(3)
	report([]int{3, 4, 5})
	fmt.Println(all([]int{3, 4, 5}))
}

// inLine lets n workers print in the order of their numbers.
func inLine(n int) {
	// 1. Make a turn for each place in the line, and one for the end.
	turn := make([]chan bool, n+1)
	for i := range turn {
		turn[i] = make(chan bool)
	}

	// 2. Start everybody. Who runs first does not matter now.
	for i := range n {
		go func() {
			// 3. Wait for your own turn, use it, and pass it on.
			<-turn[i]
			fmt.Println("worker", i+1)
			turn[i+1] <- true
		}()
	}

	// 4. Hand out the first turn, and wait for the last.
	turn[0] <- true
	<-turn[n]
}

// report squares numbers at once, and prints in order.
func report(numbers []int) {
	// 1. The first turn is free: nobody comes before it.
	before := make(chan bool)
	close(before)

	for _, n := range numbers {
		mine, next := before, make(chan bool)
		go func() {
			// 2. Work without waiting for anybody.
			square := n * n
			// 3. Wait for your turn to speak.
			<-mine
			fmt.Println(n, "squared is", square)
			// 4. Let the next one speak.
			close(next)
		}()
		before = next
	}
	// 5. Wait for the last one.
	<-before
}

// all squares all numbers at once, and returns the results in order.
func all(numbers []int) []int {
	// region: all
	squares := make([]int, len(numbers))
	var wg sync.WaitGroup
	for i, n := range numbers {
		wg.Go(func() {
			squares[i] = n * n
		})
	}
	wg.Wait()
	return squares
	// endregion
}
