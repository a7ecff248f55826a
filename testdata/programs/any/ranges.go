package main

import "fmt"

func countTo(n int, c chan<- int) func(func(int) bool) {
	return func(yield func(int) bool) {
		defer func() { c <- -1 }()
		for i := range n {
			if !yield(i) {
				return
			}
			c <- i
		}
	}
}

func find(n int, c chan int) (found int) {
	defer func() { found *= 10 }()
	for i := range countTo(10, c) {
		if i == n {
			return i
		}
	}
	return -1
}

// A range over a function may wait inside it, and break, continue and return
// out of it.
func main() {
	c := make(chan int, 20)
	for i := range countTo(5, c) {
		if i == 1 {
			continue
		}
		if i == 3 {
			break
		}
		fmt.Println("body", i)
	}
	fmt.Println(find(2, c))
	close(c)
	for v := range c {
		fmt.Print(v, " ")
	}
	fmt.Println()
	for range 2 {
		fmt.Print("x")
	}
	for i := range int8(3) {
		fmt.Printf("%T%d", i, i)
	}
	fmt.Println()
}
