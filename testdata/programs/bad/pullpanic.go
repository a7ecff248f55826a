package main

import "iter"

func main() {
	next, stop := iter.Pull(func(yield func(int) bool) {
		yield(1)
		panic("no second value")
	})
	defer stop()
	next()
	next()
}
