package main

import "fmt"

type point struct{ x, y *int }

// What is sent outlives the sender: pointers, values in interfaces and
// closures go with it, though the function that made them has returned.
func main() {
	anys, points := make(chan chan any), make(chan point, 10)
	funcs := make(chan func() int, 10)
	go func() {
		defer close(anys)
		for i := range 10 {
			c := make(chan any, 1)
			c <- i
			close(c)
			anys <- c
		}
	}()
	for c := range anys {
		fmt.Print(<-c, " ")
	}
	for i := range 10 {
		fill(points, funcs, i)
	}
	use(50)
	for range 10 {
		p, f := <-points, <-funcs
		fmt.Print(*p.x, *p.y, f(), " ")
	}
	fmt.Println()
	selected := make(chan *int, 10)
	for i := range 10 {
		choose(selected, i)
	}
	use(50)
	for range 10 {
		fmt.Print(*<-selected, " ")
	}
	fmt.Println()
}

func fill(points chan<- point, funcs chan<- func() int, i int) {
	x, y := i, -i
	points <- point{&x, &y}
	n := i * i
	funcs <- func() int { n++; return n }
}

func choose(c chan<- *int, i int) {
	select {
	case c <- &i:
	}
}

// use overwrites the stack that was used.
func use(n int) [64]int {
	var a [64]int
	for i := range a {
		a[i] = n * i
	}
	if n > 0 {
		b := use(n - 1)
		a[n] += b[0]
	}
	return a
}
