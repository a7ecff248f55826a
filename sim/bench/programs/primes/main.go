// Primes counts the primes below n in four goroutines, which only compute.
package main

import (
	"flag"
	"fmt"
)

func main() {
	n := flag.Int("n", 1000, "below what")
	flag.Parse()
	counts := make(chan int)
	for part := range 4 {
		go func() {
			found := 0
			for i := 3 + 2*part; i < *n; i += 8 {
				if prime(i) {
					found++
				}
			}
			counts <- found
		}()
	}
	sum := 1
	for range 4 {
		sum += <-counts
	}
	fmt.Println(sum)
}

func prime(n int) bool {
	for d := 3; d*d <= n; d += 2 {
		if n%d == 0 {
			return false
		}
	}
	return true
}
