package main

import "fmt"

func produce(n int, out chan<- int) {
	defer close(out)
	for i := range n {
		out <- i * i
	}
}

func main() {
	c := make(chan int, 2)
	go produce(6, c)
	sum := 0
	for v := range c {
		sum += v
		fmt.Println("got", v)
	}
	v, ok := <-c
	fmt.Println(sum, v, ok, len(c), cap(c))
}
