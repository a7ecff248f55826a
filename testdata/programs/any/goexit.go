package main

import (
	"fmt"
	"runtime"
)

func leave(log chan<- string) {
	defer func() { log <- fmt.Sprint("leave: ", recover()) }()
	runtime.Goexit()
	log <- "not reached"
}

// Goexit runs all deferred calls of the goroutine, is nothing to recover from,
// and gets the better of a panic.
func main() {
	log := make(chan string, 10)
	ends := func(f func()) {
		go func() {
			defer close(log)
			defer func() { log <- "outermost" }()
			f()
			log <- "not reached"
		}()
		for s := range log {
			fmt.Println(s)
		}
		log = make(chan string, 10)
	}
	ends(func() { leave(log) })
	ends(func() {
		defer runtime.Goexit()
		panic("replaced")
	})
	ends(func() {
		defer func() { log <- fmt.Sprint("recovered ", recover()) }()
		defer func() { panic("after Goexit") }()
		runtime.Goexit()
	})
}
