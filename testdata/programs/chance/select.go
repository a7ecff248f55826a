package main

import "fmt"

// Which of the ready cases a select takes, twice in a row.
func main() {
	counts := map[string]int{}
	a, b, out, never := make(chan int, 1), make(chan int, 1), make(chan int, 1), make(chan int)
	pick := func() (which int) {
		a <- 0
		b <- 1
		select {
		case which = <-a:
			<-b
		case <-never:
		case which = <-b:
			<-a
		case out <- 2:
			which = <-out
			<-a
			<-b
		}
		return which
	}
	for range 12_000 {
		counts[fmt.Sprint(pick(), pick())]++
	}
	for outcome, n := range counts {
		fmt.Printf("%s\t%d\n", outcome, n)
	}
}
