package main

import "iter"

func main() {
	next, stop := iter.Pull(func(yield func(int) bool) {
		c := make(chan int)
		yield(<-c)
	})
	defer stop()
	next()
}
