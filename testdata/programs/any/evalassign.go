package main

import "fmt"

func next(name string, c chan int) int {
	v := <-c
	fmt.Println(name, v)
	return v
}

// The operands of an assignment are evaluated from left to right before any of
// its variables changes.
func main() {
	c := make(chan int)
	go func() {
		for i := range 8 {
			c <- i
		}
	}()
	a := make([]int, 8)
	i := 0
	i, a[next("index", c)+i] = next("first", c), next("second", c)
	fmt.Println(i, a)
	m := map[int]int{}
	m[next("key", c)], i = <-c, i+10
	fmt.Println(m, i)
	a[0], a[1], a[2] = <-c, a[0], <-c
	fmt.Println(a)
}
