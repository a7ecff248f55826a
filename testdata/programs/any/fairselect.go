package main

import "fmt"

// Of the cases that are ready every one is chosen sooner or later.
func main() {
	a, b, c := make(chan int), make(chan int), make(chan int)
	close(a)
	close(b)
	close(c)
	var count [3]int
	for range 3000 {
		select {
		case <-a:
			count[0]++
		case <-b:
			count[1]++
		case <-c:
			count[2]++
		}
	}
	for _, n := range count {
		fmt.Println(n > 800 && n < 1200)
	}
}
