package main

import "fmt"

func pick(name string, c chan int) chan int { fmt.Println("channel", name); return c }

func value(v int) int { fmt.Println("value", v); return v }

// Entering a select evaluates the operands of all cases once, in the order of
// the source, also of those that are not chosen; what a received value is
// assigned to is evaluated only in the case that is.
func main() {
	a, b := make(chan int), make(chan int, 1)
	got := make([]int, 3)
	index := func(i int) int { fmt.Println("index", i); return i }
	select {
	case pick("nil", nil) <- value(1):
	case got[index(0)] = <-pick("a", a):
	case pick("b", b) <- value(2):
	case got[index(1)] = <-pick("nil", nil):
	}
	select {
	case got[index(2)] = <-pick("b", b):
	case pick("a", a) <- value(3):
	}
	fmt.Println(got)
}
