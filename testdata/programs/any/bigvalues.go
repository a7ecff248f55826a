package main

import "fmt"

type block struct {
	data [300]int
	name string
}

// A large value is copied when it is sent and again when it is received.
func main() {
	c := make(chan block, 1)
	b := block{name: "first"}
	b.data[299] = 7
	c <- b
	b.name, b.data[299] = "changed", 8
	got := <-c
	fmt.Println(got.name, got.data[299], b.name)
	direct := make(chan block)
	go func() {
		b := block{name: "second"}
		direct <- b
		b.name = "lost"
	}()
	fmt.Println((<-direct).name)
}
