package main

import "fmt"

func filter(in <-chan int, prime int) <-chan int {
	out := make(chan int)
	go func() {
		defer close(out)
		for v := range in {
			if v%prime != 0 {
				out <- v
			}
		}
	}()
	return out
}

// A chain of goroutines that grows while it works finds the primes.
func main() {
	numbers := make(chan int)
	go func() {
		defer close(numbers)
		for i := 2; i < 60; i++ {
			numbers <- i
		}
	}()
	var in <-chan int = numbers
	for {
		prime, ok := <-in
		if !ok {
			break
		}
		fmt.Print(prime, " ")
		in = filter(in, prime)
	}
	fmt.Println()
}
